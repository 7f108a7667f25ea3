"""Markdown to the text it shows: headings, emphasis, links, lists and tables without their signs."""

from __future__ import annotations

import html
import re

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?=\S)", re.M)
_LINK = re.compile(
    r"(?<!!)\[([^\[\]\n]{1,400})\]\([^()\s]{0,400}(?:\([^()\s]{0,200}\))?(?:\s+[\"'][^\"'\n]{0,200}\")?\)"
)
_SETEXT = re.compile(r"^ {0,3}(?:={3,}|-{3,})[ \t]*$", re.M)
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,400}?)(?<=\S)\1")
_FRONT = re.compile(r"\A---[ \t]*\n(?:[\w-]++[ \t]*:[^\n]*\n|[ \t]++[^\n]*\n|-[ \t][^\n]*\n){1,60}+---[ \t]*\n")
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--(?:[^-]|-(?!->)){0,5000}-->"), ""),
    (re.compile(r"^ {0,3}(?:`{3,}|~{3,})[^`\n]*$", re.M), ""),
    (re.compile(r"^ {0,3}\[[^\]\n]{1,100}\]:[ \t]*\S+.*$", re.M), ""),  # where a link leads
    (_SETEXT, ""),
    (re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$", re.M), ""),
    (_HEADING, ""),
    (re.compile(r"[ \t]#{1,6}$", re.M), ""),
    (re.compile(r"^[ \t]*(?:>[ \t]?)+", re.M), ""),
    (re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?", re.M), ""),
    (re.compile(r"!\[[^\]\n]{0,400}\]\([^)\n]{0,400}\)"), ""),
    (_LINK, r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,400})\]\[[^\]\n]{0,100}\]"), r"\1"),
    (re.compile(r"\[\^[^\]\n]{1,40}\]:?"), ""),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,400})>"), r"\1"),
    (re.compile(r"</?(?:a|b|i|u|em|strong|p|br|div|span|font|center|h[1-6]|su[bp]|hr|img)\b[^<>\n]{0,400}>", re.I), ""),
    (_BOLD, r"\2"),
    (re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s\\])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s\\])\*"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=[^\s_])([^_\n]{1,400}?)(?<=[^\s\\])_(?!\w)"), r"\1"),
    (re.compile(r"~~(?=\S)([^~\n]{1,400}?)(?<=\S)~~"), r"\1"),
    (re.compile(r"(?<!`)`([^`\n]{1,400})`(?!`)"), r"\1"),
    (re.compile(r"^[ \t]*+\|?[ \t]*+:?-{3,}+:?[ \t]*+(?:\|[ \t]*+:?-{3,}+:?[ \t]*+)*+\|?[ \t]*+$", re.M), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])"), r"\1"),
)


def is_markdown(text: str) -> bool:
    """Whether a text is written in Markdown: at least two headings, bold lines or links as Markdown writes them.

    Examples
    --------
    >>> is_markdown("# 选编\\n\\n1. [甲县调查](#1)\\n\\n## 甲县调查\\n"), is_markdown("# 1号楼\\n目录\\n")
    (True, False)
    """
    signs = sum(1 for _ in _HEADING.finditer(text)) + sum(1 for _ in _LINK.finditer(text))
    bold = sum(1 for _ in re.finditer(r"^[ \t]*\*\*[^*\n]{2,100}\*\*[ \t]*$", text, re.M))
    return signs + bold >= 2


def plain_text(text: str) -> str:
    r"""Return the text that Markdown shows, line by line.

    Parameters
    ----------
    text : str
        Text in Markdown, as CommonMark and its tables have it; what is nothing of it stays as it is.

    Returns
    -------
    str
        A table's cells are set apart by tabs; pictures, comments and front matter are left out.

    Examples
    --------
    >>> plain_text("## **甲县**调查\n1. [甲县调查](#1)\n| 户 | 亩 |\n|---|---|\n| 3 | 5 |").split("\n")
    ['甲县调查', '1. 甲县调查', '户\t亩', '', '3\t5']
    """
    text = _FRONT.sub("", text)
    for form, shown in _STEPS:
        text = form.sub(shown, text)
    lines = [
        "\t".join(cell.strip() for cell in line.strip().strip("|").split("|"))
        if line.lstrip().startswith("|") and line.count("|") >= 2
        else line
        for line in text.split("\n")
    ]
    return html.unescape("\n".join(lines))
