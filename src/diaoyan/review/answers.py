"""Answers taken back from a review sheet: labels, and one sentence for every row that cannot be used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from diaoyan.corpus import Label
from diaoyan.corpus.labels import refuse_tags
from diaoyan.documents.office import WRITTEN, cell_text
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, message
from diaoyan.report import Report, bare
from diaoyan.review.checks import Check, missing_rows, sorted_alone
from diaoyan.review.choosing import SUSPECT, confirmed, is_confirmed
from diaoyan.review.layout import AGREE, COLUMNS, REASONS
from diaoyan.spreadsheets import Formula, Sheet, Spreadsheet, read_spreadsheet, shown
from diaoyan.themes import OTHER, Codebook, bare_name

_HEADS_WITHIN = 20  # first rows of a sheet, in which its heads are looked for
_READ = ("report_id", "title", "machine", "primary", "why")
_FURTHER = re.compile(r"(?:其他主题|furthertheme|further_?)\d*")
_MACHINE = re.compile(r"(.+?)\s{0,9}(?<!\d)\d{1,3}\s{0,9}%\s*(?:;\s*(?:兼|also)\s*:\s*(.+))?")


@dataclass(frozen=True)
class Answers:
    """What a review sheet says.

    Attributes
    ----------
    labels : dict of str to Label
        By report id, in the order of the sheet; where the sheet questioned a label, noted as `confirmed`.
    refused : list of str
        A sentence for every row that cannot be used, naming it by the number Excel shows.
    unanswered : int
        Rows nobody has written in.
    missing : tuple of int
        Rows of the sheet that was written which are not in the file, by where they stood, from 1.
    """

    labels: dict[str, Label]
    refused: list[str]
    unanswered: int
    missing: tuple[int, ...] = ()

    def __str__(self) -> str:
        return gettext("{count} answered, {count2} refused, {unanswered} not answered").format(
            count=len(self.labels), count2=len(self.refused), unanswered=self.unanswered
        )

    def taken_in(self, labels: Mapping[str, Label]) -> bool:
        """Return whether `labels` hold all that the sheet says, also which labels were questioned and kept."""
        return not self.refused and all(
            labels.get(name) == label and (is_confirmed(labels[name]) or not is_confirmed(label))
            for name, label in self.labels.items()
        )


@dataclass(frozen=True)
class _Row:
    where: str
    cells: Mapping[str, str]
    further: tuple[str, ...]
    #: First and last row of a merged cell in which an answer of this row stands.
    merged: tuple[int, int] | None = None
    #: Whether the row ends before its check value, though the sheet has them.
    cut_off: bool = False

    @property
    def check(self) -> Check | None:
        return Check.read(self.cells.get("check", ""))

    @property
    def answered(self) -> bool:
        return any((self.cells.get("primary"), self.cells.get("why"), *self.further))

    @property
    def questioned(self) -> bool:
        """Whether the row asked if the label that the report has is wrong."""
        said = bare_name(self.cells.get("reasons", ""))
        return any(bare_name(words[SUSPECT]) in said for words in REASONS.values())


class _RefusedError(Exception):
    """Why a row cannot be used; never leaves this module."""


def read_sheet(
    path: Path, codebook: Codebook, reports: Iterable[Report], *, who: str | None = None, when: str | None = None
) -> Answers:
    """Take back a review sheet, as any spreadsheet program has saved it.

    Columns are found by their heads, wherever they stand; rows may be sorted, left out or added. Themes can be given
    by their Chinese or English name or their id.

    Parameters
    ----------
    path : Path
        XLSX, or CSV in UTF-8, UTF-16 or GB18030.
    codebook : Codebook
    reports : iterable of Report
        Those that may be labelled.
    who, when : str, optional
        Noted with every label; what the file says of who saved it and on which day by default, or nothing.

    Raises
    ------
    CorpusError
        If the file cannot be read, is no review sheet, or holds tags that the program wrote itself; rows that cannot
        be used are named in the result instead.
    """
    saved = _saved(path)
    # A cell may hold fewer signs than an id, so ids are compared as a cell holds them.
    known = {cell_text(report.report_id).strip(): report for report in reports}
    note = Label("", (), who if who is not None else saved.who, when if when is not None else _day(saved))
    given: dict[str, list[tuple[str, Label]]] = {}
    refused: list[str] = []
    unanswered = 0
    rows = list(_rows(path, saved.sheets))
    told = [row for row in rows if row.cells.get("primary") and row.check is not None]
    apart = sorted_alone(
        [bare_name(row.cells["primary"]) for row in told],
        [bare_name(row.cells.get("machine", "")).rstrip("0123456789%") for row in told],
        [row.check.row for row in told if row.check is not None],
    )
    for row in rows:
        if not row.answered and row.merged is None:
            unanswered += bool(row.cells.get("report_id"))
            continue
        try:
            report = _report(row, known)
            primary, further = _themes(row, codebook)
            _check(row, report, apart=apart and row in told)
        except _RefusedError as reason:
            refused.append(f"{row.where}: {reason}")
            continue
        label = replace(note, primary=primary, further=further, why=row.cells.get("why", ""))
        given.setdefault(report.report_id, []).append((row.where, confirmed(label) if row.questioned else label))
    labels = {}
    for report_id, answers in given.items():
        if all(label == answers[0][1] for _, label in answers):
            labels[report_id] = answers[0][1]
        else:
            places = ", ".join(where for where, _ in answers)
            refused.append(
                gettext(
                    "{places}: report {report_id!r} is given different themes there; keep one of these rows."
                ).format(places=places, report_id=report_id)
            )
    checks = [row.check for row in rows if row.check is not None]
    return Answers(labels, refused, unanswered, tuple(missing_rows(checks)))


def has_answers(path: Path) -> bool:
    """Return whether somebody has written in a review sheet; False if there is none at `path`.

    Raises
    ------
    CorpusError
        If what is at `path` cannot be read or is no review sheet, so that nothing is known of what would be lost.
    """
    return path.exists() and any(row.answered for row in _rows(path, _saved(path).sheets))


def _saved(path: Path) -> Spreadsheet:
    """Return the sheets with every cell as the text it shows."""
    saved = read_spreadsheet(path, expected=message("a review sheet"), formulas=True)
    sheets = [
        replace(sheet, rows=[(number, [_cell(cell) for cell in cells]) for number, cells in sheet.rows])
        for sheet in saved.sheets
    ]
    return replace(saved, sheets=sheets)


def _cell(value: object) -> str:
    return value if isinstance(value, Formula) else shown(value).strip()


def _day(saved: Spreadsheet) -> str:
    return "" if saved.when == WRITTEN.date().isoformat() else saved.when


def _rows(path: Path, sheets: Sequence[Sheet]) -> Iterator[_Row]:
    """Yield the rows below the heads, of every sheet that has such heads."""
    found = [(table, *heads) for table in sheets if (heads := _heads(table)) is not None]
    if not found:
        zh = {column.key: column.zh for column in COLUMNS}
        raise CorpusError(
            gettext(
                "{path}: expected a review sheet, found no row with the heads {value!r} and {value2!r}; "
                "give the sheet that diaoyan review wrote."
            ).format(path=path.name, value=zh["report_id"], value2=zh["primary"])
        )
    for table, head, columns, further in found:
        refuse_tags(next(cells for number, cells in table.rows if number == head), path)
        sheet = f"sheet {table.name!r}, " if len(found) > 1 else ""
        for number, cells in table.rows:
            if number > head:
                padded = [*cells, *[""] * (max(*columns.values(), *further, 0) + 1 - len(cells))]
                named = {key: padded[place] for key, place in columns.items()}
                answers = {columns["primary"], *further, *([columns["why"]] if "why" in columns else [])}
                merged = [m[:2] for m in table.merged if m[0] <= number <= m[1] and answers & {*range(m[2], m[3] + 1)}]
                # Only a file of text can end inside a row.
                cut_off = not table.name and not named.get("check", "x")
                yield _Row(
                    f"{sheet}row {number}",
                    named,
                    tuple(padded[place] for place in further if padded[place]),
                    merged[0] if merged else None,
                    cut_off,
                )


def _heads(table: Sheet) -> tuple[int, dict[str, int], list[int]] | None:
    """Return the row of the heads, the place of each column by key, and the places of further themes."""
    keys = {bare_name(head): column.key for column in COLUMNS for head in (column.key, column.en, column.zh)}
    keys |= {"编号": "report_id"}
    for number, cells in table.rows[:_HEADS_WITHIN]:
        heads = [bare_name(cell) for cell in cells]
        further = [place for place, head in enumerate(heads) if _FURTHER.fullmatch(head)]
        columns = {
            keys[head]: place
            for place, head in reversed(list(enumerate(heads)))
            if head in keys and place not in further
        }
        if {"report_id", "primary"} <= set(columns):
            return number, columns, further
    return None


def _report(row: _Row, known: Mapping[str, Report]) -> Report:
    if row.merged is not None:
        raise _RefusedError(
            gettext(
                "its answer is merged over rows {first} to {last}, so it is not said whose it is; split the cell and "
                "answer every row."
            ).format(first=row.merged[0], last=row.merged[1])
        )
    for cell in (*(row.cells.get(key) for key in _READ), *row.further):
        if isinstance(cell, Formula):
            raise _RefusedError(
                gettext("expected a text, found the formula {value!r}; type the answer itself.").format(
                    value=str(cell)[:40]
                )
            )
    report_id = row.cells["report_id"]
    if not report_id:
        raise _RefusedError(
            gettext("expected a report_id beside the answer, found none; fill it in, or clear the row.")
        )
    if report_id not in known:
        raise _RefusedError(
            gettext("unknown report {value!r}; add its compilation first, or correct the id.").format(
                value=report_id[:60]
            )
        )
    report, title = known[report_id], row.cells.get("title", "")
    if bare(title) and bare(title) != bare(cell_text(report.title)):
        raise _RefusedError(
            gettext(
                "the title is not the one of {report_id!r}; if a column was sorted on its own, take that back."
            ).format(report_id=report_id)
        )
    return report


def _check(row: _Row, report: Report, *, apart: bool) -> None:
    """Raise if a row is not what it was when the sheet was written; of older sheets nothing is known."""
    check = row.check
    if row.cut_off:
        raise _RefusedError(
            gettext("the check value at the end of the row is missing, so the row is cut off; take in the whole file.")
        )
    if check is None and row.cells.get("check"):
        raise _RefusedError(
            gettext("the check value {value!r} is not one that was written; take the row over from the sheet.").format(
                value=row.cells["check"][:40]
            )
        )
    if check is not None and not check.fits(report, row.cells.get("machine", "")):
        raise _RefusedError(
            gettext(
                "the check value is not that of {report_id!r} and of what the machine said of it; if columns were "
                "sorted or pasted on their own, take that back."
            ).format(report_id=report.report_id)
        )
    if apart:
        raise _RefusedError(
            gettext(
                "all answers stand together by theme, and the reports do not: their column seems to have been sorted "
                "on its own; take that back. If it was not, sort whole rows by their titles, save, and take it in "
                "again."
            )
        )


def _themes(row: _Row, codebook: Codebook) -> tuple[str, tuple[str, ...]]:
    """Return the primary theme and the further ones that a row names."""
    said = row.cells["primary"]
    further = [theme for cell in row.further for theme in _several(cell, codebook)]
    if not said:
        what = gettext("further themes") if further else gettext("a remark")
        raise _RefusedError(
            gettext("found {what} but no theme; choose the right one, or {value!r}.").format(
                what=what, value=AGREE["zh"]
            )
        )
    if bare_name(said) in {bare_name(word) for word in AGREE.values()} and bare_name(said) not in codebook.names:
        primary, also = _machine(row.cells.get("machine", ""), codebook)
        further = further or also
    else:
        primary = _theme(said, codebook)
    if OTHER in further:
        raise _RefusedError(gettext("'other' means that no theme fits, so it cannot be a further theme; leave it out."))
    return primary, tuple(dict.fromkeys(theme for theme in further if theme != primary))


def _machine(text: str, codebook: Codebook) -> tuple[str, list[str]]:
    """Return the themes the machine's column names, to agree with."""
    match = _MACHINE.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        raise _RefusedError(
            gettext("agrees with the machine, whose column says {value!r}; choose the theme itself.").format(
                value=text[:40]
            )
        )
    return _theme(match[1], codebook), _several(match[2] or "", codebook)


def _several(text: str, codebook: Codebook) -> list[str]:
    return [_theme(name, codebook) for name in codebook.ids_of(text)]


def _theme(text: str, codebook: Codebook) -> str:
    theme = codebook.id_of(text)
    if theme not in (*codebook.ids, OTHER):
        raise _RefusedError(
            gettext("unknown theme {value!r}; choose from the drop-down, or add it to the codebook first.").format(
                value=text[:40]
            )
        )
    return theme
