"""Sections of a report: the unit on which themes are found, cut at the genre's own headings."""

from __future__ import annotations

import re

# The heads of the genre, from high to low: 一、 第一章 (一) 1. 3.1.5 (1) 一是, and the paragraphs of statutes, 第七条.
# A line that begins with one begins a section.
_HEADING = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十百]{1,4}(?:[、.．]|[章节编]|部分)"
    r"|第[一二三四五六七八九十百]{1,5}条"
    r"|[(（〔][一二三四五六七八九十]{1,3}[)）〕]"
    r"|\d{1,2}(?:[.．]\d{1,2}){1,3}(?![\d.%％亿万])"
    r"|\d{1,2}[.．、](?!\d)"
    r"|[(（]\d{1,2}[)）]"
    r"|[一二三四五六七八九十]是"
    r"|[—－-]{2})"
)
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;])")


def cut_sections(text: str, *, shortest: int = 300, longest: int = 800) -> list[str]:
    """Cut a report into sections of about `shortest` to `longest` characters.

    A section begins at a heading once the one before is long enough; a paragraph that is too long is cut at the
    ends of its sentences. Nothing is dropped: the sections joined give the text without its outer white space and
    blank lines.

    Parameters
    ----------
    text : str
        Body of a report, one paragraph a line.
    shortest, longest : int
        Bounds in characters. A short report, or one without sentence ends, can leave them.

    Returns
    -------
    list of str
        Sections in order; empty for a text without characters.

    Examples
    --------
    >>> body = "导语。\\n一、现状\\n" + "田多人少。" * 3 + "\\n二、问题\\n" + "水渠失修。" * 3
    >>> cut_sections(body, shortest=20, longest=40)
    ['导语。\\n一、现状\\n田多人少。田多人少。田多人少。', '二、问题\\n水渠失修。水渠失修。水渠失修。']
    """
    if not 0 < shortest <= longest:
        raise ValueError(f"expected 0 < shortest <= longest, got {shortest} and {longest}")
    sections: list[str] = []
    current = ""
    for line in (piece for raw in text.split("\n") if raw.strip() for piece in _pieces(raw.strip(), longest)):
        heading = bool(_HEADING.match(line))
        full = len(current) + len(line) > longest
        if current and ((heading and len(current) >= shortest) or (full and len(current) >= shortest // 2)):
            sections.append(current)
            current = line
        else:
            current = f"{current}\n{line}" if current else line
    if current:
        if sections and len(current) < shortest // 2:
            sections[-1] = f"{sections[-1]}\n{current}"
        else:
            sections.append(current)
    return sections


def _pieces(line: str, longest: int) -> list[str]:
    """Cut one paragraph at sentence ends into pieces of at most `longest` characters, where it has such ends."""
    if len(line) <= longest:
        return [line]
    pieces, current = [], ""
    for sentence in _SENTENCE_END.split(line):
        if current and len(current) + len(sentence) > longest:
            pieces.append(current)
            current = ""
        current += sentence
    return [piece for piece in (*pieces, current) if piece]
