"""What a text file really is: HTML, Markdown, a web archive, Word's XML, or data that is no text to split."""

from __future__ import annotations

import json
import re

from diaoyan.errors import CompilationError
from diaoyan.language import gettext

_HTML = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body|div|meta|p|span|table|h[1-6]|br|font|section|article)\b",
    re.I | re.S,
)
_MAIL = re.compile(
    r"(?:(?:mime-version|from|to|cc|subject|date|received|return-path|message-id|content-[\w-]+|snapshot-[\w-]+|x-[\w-]+)"
    r":[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\s*\n",
    re.I,
)
_WORD_XML = re.compile(
    r"<(?:\w+:)?(?:package|wordDocument|document)\b[^>]*(?:xmlPackage|/word/\d{4}/wordml|wordprocessingml)", re.S
)
_COLUMNS = re.compile(
    r"\W*(?:标题|题目|题名|篇名|正文|内容|全文|摘要|作者|单位|日期|时间|月份|编号|序号|来源|"
    r"title|text|content|body|authors?|date|month|id|no|report_id|url)\W*",
    re.I,
)


def read_text_kind(data: bytes, text: str, *, name: str) -> tuple[str, str, list[str]]:
    """Return the kind of a text file, the text that a reader of it sees, and notes.

    Parameters
    ----------
    data : bytes
        The whole file.
    text : str
        The same, decoded.
    name : str
        For the errors.

    Raises
    ------
    CompilationError
        If it is JSON, a table, XML or source text that shows nothing to a reader; says what to do instead.
    """
    head = text[:4096].lstrip("\ufeff \t\n")
    if _HTML.match(head):
        from diaoyan.compilation.html_file import read_html

        return "html", read_html(text, name=name), []
    if _MAIL.match(head) and "content-type" in head.lower():
        return _of_mail(data, name)
    if head.startswith("<") and _WORD_XML.search(head):
        from diaoyan.compilation.docx_file import read_word_xml

        return "docx", *read_word_xml(data, name=name)
    _refuse_data(text, head, name)
    if "#" in text or "](" in text or "**" in text:
        from diaoyan.compilation.markup import is_markdown, plain_text

        text = plain_text(text) if is_markdown(text) else text
    return "txt", text, []


def _refuse_data(text: str, head: str, name: str) -> None:
    """Raise `CompilationError` for what has text in it, but is none itself."""
    if head.startswith(("<?xml", "<!DOCTYPE")) or re.match(r"<[A-Za-z_][\w:.-]*(?:\s[^<>]*)?/?>", head):
        raise CompilationError(
            gettext(
                "{name}: expected a text, found XML; open it in the program that wrote it and save it as DOCX or TXT."
            ).format(name=name)
        )
    if head[:1] in "{[" and _is_json(text):
        raise CompilationError(
            gettext(
                "{name}: expected a compilation, found JSON; reports that are split already (JSONL with "
                "title and text) need no splitting: give them to diaoyan tag or diaoyan report."
            ).format(name=name)
        )
    if head.startswith(("\\documentclass", "\\begin{document}", "%!PS")):
        raise CompilationError(
            gettext(
                "{name}: expected a text, found the source of one (LaTeX or PostScript); give the PDF made of it."
            ).format(name=name)
        )
    if _is_table(text):
        raise CompilationError(
            gettext(
                "{name}: expected a compilation, found a table (CSV) with one report a row, which needs "
                "no splitting: give it to diaoyan tag or diaoyan report."
            ).format(name=name)
        )


def _is_json(text: str) -> bool:
    first = text.strip().split("\n", 1)[0]
    for part in (text, first):
        try:
            return isinstance(json.loads(part), dict | list)
        except (ValueError, RecursionError):
            continue
    return False


def _is_table(text: str) -> bool:
    """Whether the first line names columns; a 目录 has tabs and commas too, but no such heads."""
    line = text.lstrip("\ufeff\n ").split("\n", 1)[0]
    for mark in (",", "\t", ";", "，"):
        cells = line.split(mark)
        named = sum(len(cell) <= 40 and _COLUMNS.fullmatch(cell) is not None for cell in cells)
        if 2 <= len(cells) <= 60 and named >= 2 and named >= 0.5 * len(cells):
            return True
    return False


def _of_mail(data: bytes, name: str) -> tuple[str, str, list[str]]:
    """Read a page that a browser or Word saved with its pictures (MHTML), or a mail: its HTML, else its text."""
    import email
    import email.policy

    from diaoyan.compilation.files import decode_text
    from diaoyan.compilation.html_file import read_html

    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    for kind in ("text/html", "text/plain"):
        for part in parts:
            if part.get_content_type() != kind:
                continue
            payload = part.get_payload(decode=True)
            if not isinstance(payload, bytes) or not payload.strip():
                continue
            text, notes = decode_text(payload, name=name)
            return ("html", read_html(text, name=name), notes) if kind == "text/html" else ("txt", text, notes)
    raise CompilationError(
        gettext("{name}: expected a text in this web archive or mail, found none; save it as DOCX or TXT.").format(
            name=name
        )
    )
