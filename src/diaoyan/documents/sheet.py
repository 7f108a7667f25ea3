"""The workbook of a theme report: reports, words and shares as sheets that can be filtered and sorted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.documents.brief import Brief, phrases
from diaoyan.documents.charts import Bars, draw_bars
from diaoyan.documents.office import cell_text, save_workbook, set_print
from diaoyan.figures.style import looks
from diaoyan.writing import columns_of, printable

if TYPE_CHECKING:
    import pandas as pd

_WIDTHS = {"title": 52, "authors": 30, "evidence": 46, "reason": 34, "themes": 16, "date": 12}
_WIDEST = 255  # a column, by Excel's own limit
_READABLE = 100  # a column of sentences
_LINE, _TITLE_LINE = 16, 22  # heights, in points


def write_sheet(path: Path, brief: Brief) -> None:
    """Write the brief as XLSX: a sheet each for reports, words and shares, with filters and a frozen header.

    Beside words and shares stand charts of them that Excel draws; a sheet without rows says why. Dates are dates and
    shares are percentages; a text that begins with ``=`` stays a text.

    Raises
    ------
    DiaoyanError
        If the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    words = phrases("sheet", brief.lang)
    book = Workbook()
    about = book.active
    about.title = words["about"]
    said = (brief.title, brief.coverage, brief.source, *(text for text, _ in brief.findings))
    for row, text in enumerate(said, 1):
        _put(about.cell(row, 1), text)
        about.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        # Not every program finds out by itself how high a row of several lines has to be.
        about.row_dimensions[row].height = (_TITLE_LINE if row == 1 else _LINE) * -(
            -columns_of(text) // (_READABLE - 6)
        )
    about["A1"].font = Font(bold=True, size=14)
    about.column_dimensions["A"].width = min(_READABLE, max(map(columns_of, said)) + 2)
    set_print(about)
    heads = phrases("headings", brief.lang)
    theme = min(_WIDEST, max(map(columns_of, brief.names.values()), default=0) + 2)
    _table(
        book.create_sheet(words["reports"]),
        ["report_id", *heads.values()],
        _reports(brief),
        widths=[24, *(theme if key == "primary" else _WIDTHS.get(key, 9) for key in heads)],
        empty=words["no_reports"],
    )
    by_theme = _ordered(brief, brief.words, ["score"], ascending=False)
    sheet = book.create_sheet(words["words"])
    _table(
        sheet,
        words["word_heads"],
        ([brief.names.get(row.theme, row.theme), row.word, row.score, row.reports] for row in by_theme.itertuples()),
        widths=[theme, 20, 14, 16],
        formats={3: "0.0"},
        empty=words["no_words"],
    )
    _chart_words(sheet, brief, by_theme)
    shares = _ordered(brief, brief.shares, ["month"], ascending=True)
    sheet = book.create_sheet(words["shares"])
    _table(
        sheet,
        words["share_heads"],
        (
            [_month(row.month), brief.names.get(row.theme, row.theme), row.reports, row.share, row.low, row.high]
            for row in shares.itertuples()
        ),
        widths=[10, theme, 8, 9, 13, 13],
        formats={4: "0%", 5: "0%", 6: "0%"},
        empty=words["no_reports"],
    )
    _chart_shares(sheet, brief, shares)
    book.active = 1
    book.properties.creator = "diaoyan"
    book.properties.title = printable(brief.title)
    book.properties.created = book.properties.modified = brief.dated
    save_workbook(book, path)


def _ordered(brief: Brief, table: pd.DataFrame, then: list[str], *, ascending: bool) -> pd.DataFrame:
    """Return a table with the rows of a theme together, in the order of the codebook: charts read them row by row."""
    order = {theme: place for place, theme in enumerate(brief.names)}
    placed = table.assign(place=[order.get(theme, len(order)) for theme in table["theme"]])
    sorted_by = ["place", "theme", *then]
    return placed.sort_values(
        sorted_by, ascending=[True, True, ascending], kind="stable", na_position="last", ignore_index=True
    )


def _chart_words(sheet: Any, brief: Brief, table: pd.DataFrame) -> None:
    """Draw the words of each theme beside the table, two charts in a row."""
    words, style = phrases("sheet", brief.lang), looks([*brief.names, *table["theme"]])
    for number, (theme, rows) in enumerate(table.groupby("theme", sort=False)):
        name = brief.names.get(str(theme), str(theme))
        bars = Bars(name, int(rows.index[0]) + 2, list(rows["word"]), list(rows["score"]), [style[str(theme)].colour])
        draw_bars(
            sheet,
            [bars],
            at=f"{'FO'[number % 2]}{2 + number // 2 * 18}",
            columns=("B", "C"),
            form="0",
            title=words["word_title"].format(theme=name),
            unit=words["word_unit"],
        )


def _chart_shares(sheet: Any, brief: Brief, table: pd.DataFrame) -> None:
    """Draw the shares beside the table: of one month with their intervals, of several as parts of each month."""
    words, style = phrases("sheet", brief.lang), looks([*brief.names, *table["theme"]])
    dated = table[table["month"].notna()]
    themes = [(str(theme), rows) for theme, rows in dated.groupby("theme", sort=False)]
    months = [list(rows["month"]) for _, rows in themes]
    if len(dated) < len(table) or not months or any(one != months[0] for one in months):
        return  # reports without a month are no part of a course of months
    if len(months[0]) == 1:
        names = [brief.names.get(theme, theme) for theme, _ in themes]
        for row, share in enumerate(dated.itertuples(), 2):  # a chart takes what lies to both sides from cells only
            sheet.cell(row, 7, max(0.0, share.share - share.low))
            sheet.cell(row, 8, max(0.0, share.high - share.share))
        for column in "GH":
            sheet.column_dimensions[column].hidden = True
        top = min(1.0, math.ceil(10 * dated["high"].max() + 1e-9) / 10)
        colours = [style[theme].colour for theme, _ in themes]
        bars = [Bars(words["shares"], 2, names, list(dated["share"]), colours, ("G", "H"))]
        title = words["share_title"].format(span=months[0][0])
        draw_bars(sheet, bars, at="J2", columns=("B", "D"), top=top, title=title, unit=words["share_unit"])
        return
    bars = [
        Bars(
            brief.names.get(theme, theme), int(rows.index[0]) + 2, months[0], list(rows["share"]), [style[theme].colour]
        )
        for theme, rows in themes
    ]
    title = words["share_title"].format(span=f"{months[0][0]}–{months[0][-1]}")
    draw_bars(sheet, bars, at="H2", columns=("A", "D"), title=title, unit=words["share_stack"], stacked=True)


def _reports(brief: Brief) -> Iterable[list[Any]]:
    kinds: dict[str, Callable[[str], Any]] = {"no": _number, "page": _number, "date": _day, "month": _month}
    for row in brief.rows():
        yield [row["report_id"], *(kinds.get(key, str)(row[key]) for key in phrases("headings", brief.lang))]


def _table(
    sheet: Any,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    widths: Sequence[float],
    empty: str,
    formats: dict[int, str] | None = None,
) -> None:
    """Fill a sheet: bold header that stays in sight, a filter over everything, and one format a column.

    Where there are no rows, `empty` says why.
    """
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    bold, fill, middle = Font(bold=True), PatternFill("solid", fgColor="E3E5E8"), Alignment(vertical="center")
    for column, (head, width) in enumerate(zip(heads, widths, strict=True), 1):
        cell = sheet.cell(1, column, head)
        cell.font, cell.fill, cell.alignment = bold, fill, middle
        beside = 3  # for the button of the filter
        sheet.column_dimensions[get_column_letter(column)].width = max(width, columns_of(head) + beside)
    last = 1
    for last, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(last, column)
            _put(cell, value)
            if formats and column in formats:
                cell.number_format = formats[column]
    if last == 1:
        _put(sheet.cell(2, 1), empty)
    sheet.freeze_panes = "A2"
    set_print(sheet)
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{last}"


def _put(cell: Any, value: Any) -> None:
    """Write a value with its type said outright: what begins with ``=`` would else become a formula."""
    if isinstance(value, Month):
        cell.value, cell.number_format = value.first, "yyyy-mm"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, str):
        if value:
            cell.value = cell_text(value)
            cell.data_type = "s"
            cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    elif value is not None and value == value:
        cell.value = value


@dataclass(frozen=True, slots=True)
class Month:
    """A month, which a sheet keeps as its first day and shows as ``2025-03``."""

    first: date


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _day(text: str) -> date | str:
    """Return a date where `text` is one that Excel can hold, else the text as it is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return day if day.year > 1900 else text


def _month(text: Any) -> Month | str:
    first = _day(f"{text}-01") if isinstance(text, str) else ""
    return Month(first) if isinstance(first, date) else (text if isinstance(text, str) else "")
