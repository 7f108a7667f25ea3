"""Reports cut out of a source at the places that were found: heading off, text cleaned, status told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from diaoyan.compilation.body import Head, ends_unfinished, join_lines, read_head, wrap_width
from diaoyan.compilation.bylines import institutions_and_people, strip_label
from diaoyan.compilation.dates import is_date_line, parse_date
from diaoyan.compilation.edges import belongs_to_none, is_reference
from diaoyan.compilation.entries import Entry
from diaoyan.compilation.furniture import Furniture, at_page_edge
from diaoyan.compilation.lines import Line, key_of
from diaoyan.compilation.numbering import leading_number
from diaoyan.compilation.places_named import province_and_city
from diaoyan.compilation.result import Evidence
from diaoyan.compilation.titles import join_title, spaced_form
from diaoyan.report import Report


@dataclass(frozen=True, slots=True)
class Piece:
    """One report before its text is cut out: its entry in the 目录, its place in the body, or both."""

    #: Its entry; None where the source has no 目录.
    entry: Entry | None
    #: First line of its title; None where the body does not have it.
    line: int | None
    #: Lines of the title, and of a byline above it.
    count: int
    byline_lines: int
    #: The evidence in words.
    recognised_by: tuple[str, ...]
    #: 0 to 1.
    confidence: float

    @property
    def begin(self) -> int | None:
        """First line that belongs to the report."""
        return None if self.line is None else self.line - self.byline_lines


@dataclass(slots=True)
class Cutter:
    """What all reports of a source share."""

    #: Name of the file.
    name: str
    #: All lines of the source.
    lines: Sequence[Line]
    #: Those of the page and the site.
    furniture: Furniture
    #: Lines where a report ends, whatever follows: the 目录 and the end.
    stops: Sequence[int]
    #: Of the compilation.
    heading: str | None
    month: str | None
    #: Keys of the lines of the 目录 that are no entries: heads of its parts.
    parts: Collection[str] = ()

    def reports(self, pieces: Sequence[Piece]) -> tuple[list[Report], list[Evidence]]:
        """Return the reports, and for each what it was recognised by."""
        begins = sorted(piece.begin for piece in pieces if piece.begin is not None)
        outside = belongs_to_none([*begins, *self.stops], self.lines, self.furniture, self.parts)
        ends = sorted([*begins, *self.stops])
        width = wrap_width(self.lines, self.furniture)
        reports, evidence = [], []
        for place, piece in enumerate(pieces, 1):
            report = self._listed(piece, place)
            subtitle = None
            if piece.begin is not None:
                stop = next((end for end in ends if end > (piece.line or 0)), len(self.lines))
                is_last = piece.begin == begins[-1]
                cut_off = is_last and any(other.line is None for other in pieces[place:])
                while stop - 1 in outside and stop - 1 > (piece.line or 0):
                    stop -= 1
                report, subtitle = self._with_text(report, piece, stop, width, cut_off=cut_off, is_last=is_last)
            reports.append(report)
            evidence.append(_evidence(report, piece, subtitle))
        return reports, evidence

    def _listed(self, piece: Piece, place: int) -> Report:
        """Return a report as the 目录 has it, without text."""
        entry = piece.entry or Entry(place, "", None, None, None, "")
        return Report(
            report_id="",
            title=entry.title,
            compilation=self.heading,
            month=self.month,
            no=entry.no,
            authors=entry.authors,
            page=entry.page,
            status="missing",
            source=self.name,
        )

    def _with_text(
        self, listed: Report, piece: Piece, stop: int, width: int, *, cut_off: bool, is_last: bool
    ) -> tuple[Report, str | None]:
        """Return a report with what the body says of it, and its subtitle."""
        first, begin = piece.line or 0, piece.begin or 0
        behind = first + piece.count
        printed = [self.lines[i].text for i in range(first, behind) if i == first or i not in self.furniture.lines]
        head = read_head(behind, stop, self.lines, self.furniture, authors=listed.authors, width=width)
        title = _title(piece.entry, printed, head) or Path(self.name).stem
        key = key_of(title)
        content = [i for i in range(head.text, stop) if i not in self.furniture.lines and not self._is_own_head(i, key)]
        while content and is_reference(self.lines[content[-1]].text):
            content.pop()
        text = join_lines([self.lines[i] for i in content], width=width)
        remark = any(i in self.furniture.cut_off for i in range(first, stop))
        above = " ".join(strip_label(self.lines[i].text) for i in range(begin, first))
        report = replace(
            listed,
            title=title,
            authors=listed.authors or head.authors or above or None,
            date=head.date or self._date_at_end(content),
            text=text,
            status="partial" if cut_off or (is_last and (remark or ends_unfinished(text))) else "full",
            start=self.lines[begin].start,
            end=self.lines[stop - 1].end,
        )
        return report, _subtitle(title, printed, head, width)

    def _is_own_head(self, i: int, title_key: str) -> bool:
        """Whether a line is the report's title as the running head of its pages."""
        key = self.lines[i].key
        return len(key) >= 6 and title_key.startswith(key) and at_page_edge(i, self.lines, self.furniture.pages)

    def _date_at_end(self, content: Sequence[int]) -> str | None:
        """Return the date under a signature."""
        texts = [self.lines[i].text for i in content[-2:]]
        return next((parse_date(text) for text in reversed(texts) if is_date_line(text)), None)


def _unnumbered(printed: Sequence[str], entry: Entry | None) -> list[str]:
    """Return the lines of a title without the number that the body prints before it."""
    number = leading_number(printed[0])
    if number is not None and (entry is None or key_of(entry.title).startswith(key_of(number.rest))):
        return [number.rest, *printed[1:]]
    return list(printed)


def _title(entry: Entry | None, printed: Sequence[str], head: Head) -> str:
    """Return the title as the 目录 has it, or else the body, with the subtitle that only the body has."""
    lines = _unnumbered(printed, entry) if printed else []
    if entry is None:
        return join_title([*lines, *head.subtitle]) if lines else ""
    title = spaced_form(entry.title, join_title(lines))
    return join_title([title, *head.subtitle]) if head.subtitle else title


def _subtitle(title: str, printed: Sequence[str], head: Head, width: int) -> str | None:
    """Return the subtitle, where the body prints it on a line of its own."""
    for line in (*head.subtitle, *printed[1:]):
        subtitle = line.lstrip("-—–―－ ")
        if (line != subtitle or len(printed[0]) < 0.6 * width) and title.endswith(subtitle):
            return subtitle
    return None


def _evidence(report: Report, piece: Piece, subtitle: str | None) -> Evidence:
    institutions, people = institutions_and_people(report.authors)
    province, city = province_and_city(f"{report.authors or ''} {report.title}")
    main = report.title.removesuffix(subtitle or "").rstrip()
    return Evidence(
        piece.recognised_by,
        piece.confidence,
        main.rstrip("—－-"),
        subtitle,
        tuple(institutions),
        tuple(people),
        province,
        city,
    )
