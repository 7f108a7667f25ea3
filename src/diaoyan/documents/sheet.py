"""The workbook of a theme report: reports, words and shares as sheets that can be filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from diaoyan.documents.brief import HEADINGS, Brief
from diaoyan.documents.office import cell_text, save_workbook, set_print
from diaoyan.writing import columns_of, printable

_TEXTS: dict[str, dict[str, Any]] = {
    "zh": {
        "about": "说明", "reports": "报告", "words": "特征词", "shares": "份额",
        "word_heads": ["主题", "词", "得分（z值）", "出现的报告篇数"],
        "share_heads": ["月份", "主题", "篇数", "份额", "95%区间下限", "95%区间上限"],
    },
    "en": {
        "about": "About", "reports": "Reports", "words": "Words", "shares": "Shares",
        "word_heads": ["Theme", "Word", "Score (z)", "Reports with it"],
        "share_heads": ["Month", "Theme", "Reports", "Share", "95% interval, low", "95% interval, high"],
    },
}  # fmt: skip
_WIDTHS = {"title": 52, "authors": 30, "evidence": 46, "themes": 16, "date": 12}
_WIDEST = 255  # a column, by Excel's own limit


def write_sheet(path: Path, brief: Brief) -> None:
    """Write the brief as XLSX: a sheet each for reports, words and shares, with filters and a frozen header.

    Dates are dates and shares are percentages; a text that begins with ``=`` stays a text.

    Raises
    ------
    DiaoyanError
        If the file cannot be written.
    """
    from openpyxl import Workbook

    words = _TEXTS[brief.lang]
    book = Workbook()
    about = book.active
    about.title = words["about"]
    said = (brief.title, brief.coverage, brief.source, *(text for text, _ in brief.findings))
    for row, text in enumerate(said, 1):
        _put(about.cell(row, 1), text)
    about.column_dimensions["A"].width = min(_WIDEST, max(map(columns_of, said)) + 2)
    set_print(about)
    heads = HEADINGS[brief.lang]
    theme = min(_WIDEST, max(map(columns_of, brief.names.values()), default=0) + 2)
    _table(
        book.create_sheet(words["reports"]), ["report_id", *heads.values()], _reports(brief),
        widths=[24, *(theme if key == "primary" else _WIDTHS.get(key, 9) for key in heads)],
    )  # fmt: skip
    named = brief.words.assign(theme=[brief.names.get(theme, theme) for theme in brief.words["theme"]])
    _table(
        book.create_sheet(words["words"]), words["word_heads"],
        named[["theme", "word", "score", "reports"]].itertuples(index=False), widths=[theme, 20, 14, 16],
        formats={3: "0.0"},
    )  # fmt: skip
    shares = brief.shares.assign(theme=[brief.names.get(theme, theme) for theme in brief.shares["theme"]])
    _table(
        book.create_sheet(words["shares"]), words["share_heads"],
        ([_month(row.month), row.theme, row.reports, row.share, row.low, row.high] for row in shares.itertuples()),
        widths=[10, theme, 8, 9, 13, 13], formats={4: "0%", 5: "0%", 6: "0%"},
    )  # fmt: skip
    book.active = 1
    book.properties.creator = "diaoyan"
    book.properties.title = printable(brief.title)
    book.properties.created = book.properties.modified = brief.dated
    save_workbook(book, path)


def _reports(brief: Brief) -> Iterable[list[Any]]:
    kinds: dict[str, Callable[[str], Any]] = {"no": _number, "page": _number, "date": _day, "month": _month}
    for row in brief.rows():
        yield [row["report_id"], *(kinds.get(key, str)(row[key]) for key in HEADINGS[brief.lang])]


def _table(
    sheet: Any, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[float],
    formats: dict[int, str] | None = None,
) -> None:  # fmt: skip
    """Fill a sheet: bold header that stays in sight, a filter over everything, and one format a column."""
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
