"""`split`: a file to reports, by its 目录 where it has one, else by the headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan.compilation.align import Match, align
from diaoyan.compilation.body import wrap_width
from diaoyan.compilation.checks import cross_check, entry_confidence
from diaoyan.compilation.contents import Block, adjacent_lists, find_blocks
from diaoyan.compilation.cutting import Cutter, Piece
from diaoyan.compilation.dates import month_of_name, parse_month
from diaoyan.compilation.entries import Entry, read_entries
from diaoyan.compilation.furniture import Furniture, find_furniture
from diaoyan.compilation.kind import (
    document_title,
    heading_line,
    is_compilation,
    printed_heading,
    series_and_count,
)
from diaoyan.compilation.lines import Line, cut_lines
from diaoyan.compilation.result import SplitCompilation
from diaoyan.compilation.titles import Places
from diaoyan.errors import CompilationError
from diaoyan.language import gettext, message
from diaoyan.readers.source import Source, read_source
from diaoyan.report import identify

if TYPE_CHECKING:
    from diaoyan.compilation.headings import Heading


def split(path: str | Path, *, month: str | None = None) -> SplitCompilation:
    """Split a compilation into its reports.

    Parameters
    ----------
    path : str or Path
        A TXT, DOCX, PDF, HTML or DOC file, or a page image.
    month : str, optional
        ``YYYY-MM``, for a file that states none; by default the month in the heading, else in the file's name.

    Returns
    -------
    SplitCompilation
        A file that is one document gives one report.

    Raises
    ------
    CompilationError
        If the file cannot be read or has no text, or states another month than `month`.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "2025-03.txt")
    >>> report = "关于{0}的调查报告\\n{1}\\n(2025年3月1日)\\n" + "全县有村一百二十个，今年又增加了两个。" * 9 + "\\n"
    >>> _ = file.write_text("目录\\n1. 方启明:\\n关于田的调查报告 1\\n2. 罗雁:\\n关于水的调查报告 4\\n"
    ...                     + report.format("田", "方启明") + report.format("水", "罗雁"), "utf-8")
    >>> [(report.no, report.title, report.authors, report.page, report.status) for report in split(file).reports]
    [(1, '关于田的调查报告', '方启明', 1, 'full'), (2, '关于水的调查报告', '罗雁', 4, 'full')]
    """
    if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise CompilationError(gettext("expected a month like 2025-03, found {month!r}.").format(month=month))
    source = read_source(path)
    try:
        return split_source(source, month=month)
    except CompilationError as error:
        raise CompilationError(f"{source.name}: {error}") from None


def split_source(source: Source, *, month: str | None = None) -> SplitCompilation:
    """Split a text that was read already; see `split`."""
    lines = cut_lines(source.text)
    furniture = find_furniture(lines)
    places = Places(lines, furniture.pages, furniture.lines)
    if not any(line.key for line in lines) and not any(char.isalnum() for char in source.text):
        raise CompilationError(gettext("expected a compilation of reports, found no words in the file."))
    block, entries, matches = _by_contents(lines, furniture, places)
    if block is not None:
        pieces = _entry_pieces(entries, matches)
        stops = sorted({block.first, len(lines)})
    else:
        from diaoyan.compilation.headings import are_signed, find_headings

        over = heading_line(lines, furniture)
        width = wrap_width(lines, furniture)
        start = 0 if over is None else over + 1
        _, number = series_and_count(printed_heading(lines, furniture, end=start), lines[:start])
        headings = find_headings(lines, furniture, first=start, width=width, announced=number)
        several = len(headings) >= 2 and (over is not None or number is not None or are_signed(headings))
        pieces = _heading_pieces(headings) if several else [_whole(lines, furniture)]
        stops = [len(lines)]
    first = min((piece.line for piece in pieces if piece.line is not None), default=len(lines))
    head_end = min(first, block.first if block else first)
    single = len(pieces) == 1 and block is None
    heading = None if single else printed_heading(lines, furniture, end=head_end)
    series, announced = series_and_count(heading, lines[:head_end])
    parts = _parts(block, lines) if block else frozenset()
    cutter = Cutter(source.name, lines, furniture, stops, heading, _month(month, heading, source.name), parts)
    reports, evidence = cutter.reports(pieces)
    unread = sum(len(line.text) for line in lines[:head_end] if "。" in line.text)
    findings = [
        *source.notes,
        *cross_check(reports, entries if block else [], announced, furniture, lines, unread=unread),
    ]
    return SplitCompilation(
        source.name, source.text, heading, cutter.month, series, announced, identify(reports), evidence, findings
    )


def _month(given: str | None, heading: str | None, name: str) -> str | None:
    """Return the month the file states, else the one given; if they differ, that is an error, for ids contain it."""
    printed = parse_month(heading or "")
    stated, place = (printed, gettext("heading")) if printed else (month_of_name(name), gettext("name"))
    if given and stated and given != stated:
        raise CompilationError(
            gettext(
                "expected the month that its {place} states, {stated}, got {given}; leave the month out "
                "or give {stated}, and if that is wrong, correct the {place} first."
            ).format(place=place, stated=stated, given=given)
        )
    return stated or given


def _by_contents(
    lines: Sequence[Line], furniture: Furniture, places: Places
) -> tuple[Block | None, list[Entry], list[Match]]:
    """Return the 目录 that explains most, its entries and their places; none if it is the 目录 of one document."""
    best: tuple[tuple[bool, float], Block, list[Entry], list[Match]] | None = None
    blocks = find_blocks(lines, furniture, places)
    for block in blocks:
        entries = read_entries(block, places)
        lists = set().union(block.lines, *(other.lines for other in adjacent_lists(block, blocks)))
        matches = align(entries, lines, furniture, places, body=[i for i in range(len(lines)) if i not in lists])
        if not block.headed and sum(match.similarity > 0.9 for match in matches) < 2:
            continue  # without the word 目录, only the body can show that a list is one
        if not is_compilation(block, entries, matches, lines, furniture):
            continue
        heading = printed_heading(lines, furniture, end=block.first)
        _, announced = series_and_count(heading, lines[: block.first])
        weight = (len(entries) == announced, len(entries) + sum(match.score for match in matches))
        if best is None or weight > best[0]:
            best = (weight, block, entries, matches)
    if best is None:
        return None, [], []
    return best[1:]


def _parts(block: Block, lines: Sequence[Line]) -> frozenset[str]:
    """Return the keys of the lines of a 目录 that are no entries."""
    listed = {i for draft in block.drafts for i in range(draft.first, draft.last + 1)}
    return frozenset(lines[i].key for i in block.lines if i not in listed and lines[i].key)


def _entry_pieces(entries: Sequence[Entry], matches: Sequence[Match]) -> list[Piece]:
    by_entry = {match.entry: match for match in matches}
    pieces = []
    for position, entry in enumerate(entries):
        match = by_entry.get(position)
        listed = gettext("entry {no} of the 目录 (page {page})") if entry.page else gettext("entry {no} of the 目录")
        listed = listed.format(no=entry.number or entry.no, page=entry.page)
        words = (listed, *(match.evidence if match else ()), *(() if entry.authors is None else (entry.setting,)))
        confidence = entry_confidence(entry, match)
        line, count, byline_lines = (match.line, match.count, match.byline_lines) if match else (None, 0, 0)
        pieces.append(Piece(entry, line, count, byline_lines, words, confidence))
    return pieces


def _heading_pieces(headings: Sequence[Heading]) -> list[Piece]:
    found = message("heading in the body")
    return [
        Piece(None, h.line, h.count, h.byline_lines, (found, *h.evidence), min(0.97, 0.3 + 0.12 * h.score))
        for h in headings
    ]


def _whole(lines: Sequence[Line], furniture: Furniture) -> Piece:
    """One document: its title is the first line worded like one."""
    line, count = document_title(lines, furniture)
    return Piece(None, line, count, 0, (message("the file is one document"),), 0.8 if count else 0.65)
