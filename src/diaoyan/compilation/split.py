"""`split`: a file to reports, by its 目录 where it has one, else by the headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from diaoyan.compilation.align import Match, align
from diaoyan.compilation.body import Head, ends_unfinished, join_lines, read_head, wrap_width
from diaoyan.compilation.bylines import institutions_and_people, strip_label
from diaoyan.compilation.checks import cross_check, entry_confidence
from diaoyan.compilation.contents import Block, find_blocks
from diaoyan.compilation.dates import is_date_line, month_of_name, parse_date, parse_month
from diaoyan.compilation.entries import Entry, read_entries
from diaoyan.compilation.files import Source, read_source
from diaoyan.compilation.furniture import Furniture, at_page_edge, find_furniture
from diaoyan.compilation.headings import Heading, find_headings
from diaoyan.compilation.kind import heading_line, is_compilation, printed_heading, series_and_count
from diaoyan.compilation.lines import Line, cut_lines, key_of
from diaoyan.compilation.numbering import leading_number
from diaoyan.compilation.places_named import province_and_city
from diaoyan.compilation.result import Evidence, SplitCompilation
from diaoyan.compilation.titles import Places, join_title, spaced_form
from diaoyan.errors import CompilationError
from diaoyan.report import Report, Status, identify


def split(path: str | Path, *, month: str | None = None) -> SplitCompilation:
    """Split a compilation into its reports.

    Parameters
    ----------
    path : str or Path
        A TXT, DOCX, PDF, HTML or DOC file, or a page image.
    month : str, optional
        ``YYYY-MM``; by default the month in the heading, else in the file's name.

    Returns
    -------
    SplitCompilation
        A file that is one document gives one report.

    Raises
    ------
    CompilationError
        If the file cannot be read or has no text.

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
        raise CompilationError(f"expected a month like 2025-03, found {month!r}.")
    source = read_source(path)
    try:
        return split_source(source, month=month)
    except CompilationError as error:
        raise CompilationError(f"{source.name}: {error}") from None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One report before its text is cut out: an entry, its place, or both."""

    entry: Entry | None
    line: int | None
    count: int
    lead: int
    recognised_by: tuple[str, ...]
    confidence: float


def split_source(source: Source, *, month: str | None = None) -> SplitCompilation:
    """Split a text that was read already; see `split`."""
    lines = cut_lines(source.text)
    furniture = find_furniture(lines)
    places = Places(lines, furniture.pages, furniture.lines)
    if not any(line.key for line in lines) and not any(char.isalnum() for char in source.text):
        raise CompilationError("expected a compilation of reports, found no words in the file.")
    block, entries, matches = _by_contents(lines, furniture, places)
    if block is not None:
        pieces = _entry_pieces(entries, matches)
        stops = sorted({block.first, len(lines)})
    else:
        over = heading_line(lines, furniture)
        width = wrap_width(lines, furniture)
        headings = find_headings(lines, furniture, first=0 if over is None else over + 1, width=width)
        pieces = _heading_pieces(headings, lines) if len(headings) >= 2 else [_whole(lines, furniture, source)]
        stops = [len(lines)]
    first = min((piece.line for piece in pieces if piece.line is not None), default=len(lines))
    head_end = min(first, block.first if block else first)
    single = len(pieces) == 1 and block is None
    heading = None if single else printed_heading(lines, furniture, end=head_end)
    series, announced = series_and_count(heading, lines[:head_end])
    draft = _Draft(
        source, lines, furniture, stops, heading, month or parse_month(heading or "") or month_of_name(source.name)
    )
    reports, evidence = draft.reports(pieces)
    findings = [*source.notes, *cross_check(reports, entries if block else [], announced, furniture, lines)]
    return SplitCompilation(
        source.name, source.text, heading, draft.month, series, announced, identify(reports), evidence, findings
    )


def _by_contents(
    lines: Sequence[Line], furniture: Furniture, places: Places
) -> tuple[Block | None, list[Entry], list[Match]]:
    """Return the 目录 that explains most, its entries and their places; none if it is the 目录 of one document."""
    best: tuple[float, Block, list[Entry], list[Match]] | None = None
    for block in find_blocks(lines, furniture, places):
        entries = read_entries(block, places)
        body = [range(0, block.first), range(block.end, len(lines))]
        matches = align(entries, lines, furniture, places, body=body)
        if not block.headed and sum(match.similarity > 0.9 for match in matches) < 2:
            continue  # without the word 目录, only the body can show that a list is one
        if not is_compilation(block, entries, matches, lines, furniture):
            continue
        weight = len(entries) + sum(match.score for match in matches)
        if best is None or weight > best[0]:
            best = (weight, block, entries, matches)
    if best is None:
        return None, [], []
    return best[1:]


def _entry_pieces(entries: Sequence[Entry], matches: Sequence[Match]) -> list[_Piece]:
    by_entry = {match.entry: match for match in matches}
    pieces = []
    for position, entry in enumerate(entries):
        match = by_entry.get(position)
        listed = f"entry {entry.number or entry.no} of the 目录" + (f" (page {entry.page})" if entry.page else "")
        words = (listed, *(match.evidence if match else ()), *(() if entry.authors is None else (entry.setting,)))
        confidence = entry_confidence(entry, match)
        pieces.append(
            _Piece(entry, *((match.line, match.count, match.lead) if match else (None, 0, 0)), words, confidence)
        )
    # Reports with text stand in the order of the text, in the places of those that have any.
    with_text = sorted((piece for piece in pieces if piece.line is not None), key=lambda piece: piece.line or 0)
    following = iter(with_text)
    return [piece if piece.line is None else next(following) for piece in pieces]


def _heading_pieces(headings: Sequence[Heading], lines: Sequence[Line]) -> list[_Piece]:
    return [
        _Piece(None, h.line, h.count, h.lead, ("heading in the body", *h.evidence), min(0.97, 0.3 + 0.12 * h.score))
        for h in headings
    ]


def _whole(lines: Sequence[Line], furniture: Furniture, source: Source) -> _Piece:
    """One document: its title is the first line worded like one."""
    from diaoyan.compilation.kind import document_title

    line, count = document_title(lines, furniture)
    return _Piece(None, line, count, 0, ("the file is one document",), 0.8 if count else 0.65)


@dataclass(slots=True)
class _Draft:
    """The source and what all its reports share."""

    source: Source
    lines: Sequence[Line]
    furniture: Furniture
    stops: Sequence[int]
    heading: str | None
    month: str | None

    def reports(self, pieces: Sequence[_Piece]) -> tuple[list[Report], list[Evidence]]:
        begins = sorted(piece.line - piece.lead for piece in pieces if piece.line is not None)
        last = begins[-1] if begins else None
        width = wrap_width(self.lines, self.furniture)
        reports, evidence = [], []
        for place, piece in enumerate(pieces, 1):
            no = piece.entry.no if piece.entry else place
            if piece.line is None:
                report, main, sub = self._missing(no, piece), None, None
            else:
                stop = next((s for s in sorted([*begins, *self.stops]) if s > piece.line), len(self.lines))
                is_last = piece.line - piece.lead == last
                more = is_last and any(p.line is None for p in pieces[place:])
                report, main, sub = self._with_text(no, piece, stop, width, cut_off=more, is_last=is_last)
            reports.append(report)
            evidence.append(_evidence(report, piece, main, sub))
        return reports, evidence

    def _missing(self, no: int, piece: _Piece) -> Report:
        assert piece.entry is not None
        return self._report(no, piece.entry.title, piece.entry.authors, piece.entry.page, status="missing")

    def _with_text(
        self, no: int, piece: _Piece, stop: int, width: int, *, cut_off: bool, is_last: bool
    ) -> tuple[Report, str, str | None]:
        assert piece.line is not None
        title_lines = [
            self.lines[i].text
            for i in range(piece.line, piece.line + piece.count)
            if i == piece.line or i not in self.furniture.lines
        ]
        entry = piece.entry
        head = read_head(
            piece.line + piece.count,
            stop,
            self.lines,
            self.furniture,
            authors=entry.authors if entry else None,
            width=width,
        )
        printed = join_title([*_unnumbered(title_lines, entry), *head.subtitle]) if title_lines else ""
        above = [self.lines[i].text for i in range(piece.line - piece.lead, piece.line)]
        title = _title_of(entry, title_lines, head, printed) or Path(self.source.name).stem
        key = key_of(title)
        content = [i for i in range(head.text, stop) if i not in self.furniture.lines and not self._is_own_head(i, key)]
        text = join_lines([self.lines[i] for i in content], width=width)
        remark = any(i in self.furniture.cut_off for i in range(piece.line, stop))
        status: Status = "partial" if cut_off or (is_last and (remark or ends_unfinished(text))) else "full"
        date = head.date or _date_at_end([self.lines[i].text for i in content[-2:]])
        report = self._report(
            no, title, (entry.authors if entry else None) or head.authors or " ".join(map(strip_label, above)) or None, entry.page if entry else None,
            text=text, status=status, date=date,
            start=self.lines[piece.line - piece.lead].start, end=self.lines[stop - 1].end,
        )  # fmt: skip
        main, sub = _two_parts(title, title_lines, head, width)
        return report, main, sub

    def _is_own_head(self, i: int, title_key: str) -> bool:
        """Whether a line is the report's title as the running head of its pages."""
        key = self.lines[i].key
        return len(key) >= 6 and title_key.startswith(key) and at_page_edge(i, self.lines, self.furniture.pages)

    def _report(
        self, no: int, title: str, authors: str | None, page: int | None, *, text: str = "", status: Status, date: str | None = None,
        start: int | None = None, end: int | None = None,
    ) -> Report:  # fmt: skip
        return Report(
            report_id="", title=title, text=text, compilation=self.heading, month=self.month, no=no, authors=authors,
            date=date, page=page, status=status, source=self.source.name, start=start, end=end,
        )  # fmt: skip


def _unnumbered(title_lines: Sequence[str], entry: Entry | None) -> list[str]:
    """Return the lines of a title without the number that the body prints before it."""
    number = leading_number(title_lines[0])
    if number is not None and (entry is None or key_of(entry.title).startswith(key_of(number.rest))):
        return [number.rest, *title_lines[1:]]
    return list(title_lines)


def _title_of(entry: Entry | None, title_lines: Sequence[str], head: Head, printed: str) -> str:
    if entry is None:
        return printed
    title = spaced_form(entry.title, join_title(_unnumbered(title_lines, entry)))
    return join_title([title, *head.subtitle]) if head.subtitle else title


def _two_parts(title: str, title_lines: Sequence[str], head: Head, width: int) -> tuple[str, str | None]:
    """Return title and subtitle, where the body prints the subtitle on a line of its own."""
    if head.subtitle:
        subtitle = join_title(["", *head.subtitle]).lstrip("-—–―－ ")
        return title.removesuffix(subtitle).strip(), subtitle
    for line in title_lines[1:]:
        subtitle = line.lstrip("-—–―－ ")
        if (line != subtitle or len(title_lines[0]) < 0.6 * width) and title.endswith(subtitle):
            return title.removesuffix(subtitle).strip(), subtitle
    return title, None


def _date_at_end(texts: Sequence[str]) -> str | None:
    return next((parse_date(text) for text in reversed(texts) if is_date_line(text)), None)


def _evidence(report: Report, piece: _Piece, main: str | None, sub: str | None) -> Evidence:
    institutions, people = institutions_and_people(report.authors)
    province, city = province_and_city(f"{report.authors or ''} {report.title}")
    return Evidence(
        piece.recognised_by,
        piece.confidence,
        main or report.title,
        sub,
        tuple(institutions),
        tuple(people),
        province,
        city,
    )
