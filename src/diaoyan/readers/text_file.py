"""A text file: plain, or Markdown, of which the text is taken that it shows; data that is no text is refused."""

from __future__ import annotations

import json
import re

from diaoyan.errors import CompilationError
from diaoyan.language import gettext
from diaoyan.readers.markup import is_markdown, plain_text

_COLUMNS = re.compile(
    r"\W*(?:标题|题目|题名|篇名|正文|内容|全文|摘要|作者|单位|日期|时间|月份|编号|序号|来源|"
    r"title|text|content|body|authors?|date|month|id|no|report_id|url)\W*",
    re.I,
)


def read_text(text: str, *, name: str) -> tuple[str, list[str]]:
    """Return the text that a reader of the file sees, and no notes.

    Raises
    ------
    CompilationError
        If it is JSON, a table, XML or source text that shows nothing to a reader; says what to do instead.
    """
    _refuse_data(text, name)
    # Whether it is Markdown takes time to tell, and nothing is where none of these stand.
    if any(sign in text for sign in ("#", "](", "**")) and is_markdown(text):
        text = plain_text(text)
    return text, []


def _refuse_data(text: str, name: str) -> None:
    """Raise `CompilationError` for what has text in it, but is none itself."""
    head = text[:4096].lstrip("\ufeff \t\n")
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
