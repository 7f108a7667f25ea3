"""The review sheet: one row a report, drop-downs for the answer, and what is needed to give it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from diaoyan.corpus import Label
from diaoyan.documents.office import WRITTEN, cell_text, save_workbook, set_print
from diaoyan.language import Lang
from diaoyan.report import Report
from diaoyan.review import layout
from diaoyan.review.checks import Check
from diaoyan.review.choosing import SUSPECT, Pick
from diaoyan.review.layout import COLUMNS
from diaoyan.themes import OTHER, Codebook, Theme

#: Characters of the report that are shown.
OPENING = 150
_HEAD = 2  # row of the heads; what to do stands above
_MOST_LINES = 10
_THEME_WIDTHS = (20, 100)
_SEEDS = 15  # seed words that stand for a description
_GREY, _YELLOW, _LIGHT = "E3E5E8", "FFE699", "FFF9E5"


def write_sheet(
    path: Path,
    picks: Sequence[Pick],
    codebook: Codebook,
    *,
    labels: Mapping[str, Label],
    unlabelled: Collection[str] = (),
    lang: Lang = "zh",
) -> None:
    """Write picks as an XLSX sheet to be filled in, which `read_sheet` takes back.

    Nothing in it is protected, so that it can be sorted and filtered; what must not change is checked on reading.

    Parameters
    ----------
    path : Path
        Replaced if it is there; see `has_answers`.
    picks : sequence of Pick
        One row each, in order.
    codebook : Codebook
        The themes to choose from; may have more than the classifier knows.
    labels : mapping of report_id to Label
        The label a report has is named among the reasons.
    unlabelled : collection of str
        Themes that nobody has labelled yet; the sheet says so where it says what is filed under each.
    lang : {'zh', 'en'}
        Language of heads and theme names.

    Raises
    ------
    DiaoyanError
        If the file cannot be written.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = layout.SHEET[lang]
    rows = [
        _row(pick, codebook, labels.get(pick.report.report_id), lang, place=(number, len(picks)))
        for number, pick in enumerate(picks, 1)
    ]
    _fill(sheet, rows, lang)
    _themes(book.create_sheet(layout.THEMES[lang]), codebook, unlabelled, lang)
    if rows:
        _drop_downs(sheet, len(rows), len(codebook.ids), lang)
    _print_settings(sheet, heads=_HEAD)
    book.properties.creator = "diaoyan"
    book.properties.created = book.properties.modified = WRITTEN
    save_workbook(book, path)


def suggestion(pick: Pick, codebook: Codebook, lang: Lang) -> str:
    """Return what the machine says of a report, as the sheet shows it: ``金融 87%；兼：数字经济``.

    Further themes are named only where the primary one is the tag's own.
    """
    text = f"{theme_name(codebook, pick.suggested, lang)} {pick.sure:.0%}"
    further = [theme for theme in pick.tag.themes if theme != pick.suggested]
    if further and pick.suggested == pick.tag.primary != OTHER:
        text += layout.ALSO[lang] + layout.JOIN[lang].join(theme_name(codebook, theme, lang) for theme in further)
    return text


def reasons(pick: Pick, codebook: Codebook, label: Label | None, lang: Lang) -> str:
    """Return why a report was picked, with the label that is questioned."""
    words = []
    for reason in pick.reasons:
        word = layout.REASONS[lang][reason]
        if reason == SUSPECT and label is not None:
            themes = theme_name(codebook, label.primary, lang)
            if label.further:
                also = (theme_name(codebook, theme, lang) for theme in label.further)
                themes += layout.ALSO[lang] + layout.JOIN[lang].join(also)
            word = layout.LABELLED[lang].format(reason=word, theme=themes)
        words.append(word)
    return layout.JOIN[lang].join(words)


def opening(report: Report, lang: Lang) -> str:
    """Return the first characters of a report, or that there is no text."""
    text = " ".join(report.text[: 4 * OPENING].split())
    if not text:
        return layout.NO_TEXT[lang]
    return text if len(text) <= OPENING else text[:OPENING] + "……"


def theme_name(codebook: Codebook, theme: str, lang: Lang) -> str:
    """Return the name of a theme, or its id where the codebook does not have it."""
    return codebook.name(theme, lang) if theme in (*codebook.ids, OTHER) else theme


def _row(
    pick: Pick, codebook: Codebook, label: Label | None, lang: Lang, *, place: tuple[int, int]
) -> list[str | int | None]:
    report, machine = pick.report, suggestion(pick, codebook, lang)
    values: dict[str, str | int | None] = {
        "report_id": report.report_id,
        "month": report.month,
        "no": report.no,
        "title": report.title,
        "machine": machine,
        "reasons": reasons(pick, codebook, label, lang),
        "evidence": pick.tag.evidence,
        "opening": opening(report, lang),
        "check": str(Check.of(report, machine, row=place[0], rows=place[1])),
    }
    return [values.get(column.key) for column in COLUMNS]


def _fill(sheet: Any, rows: Sequence[Sequence[str | int | None]], lang: Lang) -> None:
    """Fill the sheet: what to do, heads that stay in sight, and a row a report, high enough for its texts."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table

    widths = [column.width for column in COLUMNS]
    line = Side(style="thin", color="BFBFBF")
    border = Border(left=line, right=line, top=line, bottom=line)
    fills = {name: PatternFill("solid", fgColor=name) for name in (_GREY, _YELLOW, _LIGHT)}
    last = get_column_letter(len(COLUMNS))
    sheet.merge_cells(f"A1:{last}1")
    put(sheet["A1"], layout.HELP[lang])
    sheet["A1"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[1].height = 34
    for place, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(_HEAD, place, getattr(column, lang))
        cell.font, cell.border = Font(name="Calibri", size=11, bold=True), border
        cell.fill = fills[_YELLOW if column.answer else _GREY]
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.row_dimensions[_HEAD].height = 32
    for number, values in enumerate(rows, _HEAD + 1):
        for place, (column, value) in enumerate(zip(COLUMNS, values, strict=True), 1):
            cell = sheet.cell(number, place)
            put(cell, value)
            middle = "center" if column.width < 10 else None
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=middle)
            cell.border = border
            if column.answer:
                cell.fill = fills[_LIGHT]
                cell.number_format = "@"  # what is typed stays as it was typed
        sheet.row_dimensions[number].height = _height(["" if v is None else v for v in values], widths)
    sheet.freeze_panes = sheet.cell(_HEAD + 1, 1)
    # A table, not cells with a filter: Excel sorts it by whole rows, also where one column alone is chosen for it.
    sheet.add_table(Table(displayName="review", ref=f"A{_HEAD}:{last}{_HEAD + len(rows)}"))
    sheet.sheet_view.zoomScale = 90


def put(cell: Any, value: str | int | None) -> None:
    """Write a value with its type said outright: what begins with ``=`` would else become a formula."""
    if isinstance(value, str):
        cell.value = cell_text(value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    elif value is not None:
        cell.value = value


def _height(values: Sequence[str | int | None], widths: Sequence[float]) -> float:
    """Return the height of a row in points, so that nothing of its texts is cut off."""
    lines = max(_lines(str(value), width) for value, width in zip(values, widths, strict=True))
    return 17.0 * min(_MOST_LINES, lines) + 4


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column; Chinese characters are two wide and may be parted anywhere."""
    room, lines = width - 1, 0
    for paragraph in text.split("\n"):
        used = room
        for word in re.findall(r"[!-~]+ *|.", paragraph) or [" "]:
            wide = sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in word)
            needed = max(1, wide - word.count(" "))
            if used + needed > room:
                lines, used = lines + math.ceil(needed / room), 0.0
            used += wide
    return lines


def _filed(theme: Theme, lang: Lang) -> str:
    """Return what is filed under a theme; on a Chinese sheet the first seed words where no Chinese says it."""
    if lang == "en" or re.search("[\u4e00-\u9fff]", theme.description):
        return theme.description
    return layout.SUCH_AS + layout.JOIN[lang].join(theme.seeds[:_SEEDS])


def _themes(sheet: Any, codebook: Codebook, unlabelled: Collection[str], lang: Lang) -> None:
    """List the choices, with what is filed under each; the drop-downs take them from here."""
    from openpyxl.styles import Alignment, Font

    rows = [
        layout.THEME_HEADS[lang],
        (layout.AGREE[lang], layout.AGREE_HELP[lang]),
        *(
            (getattr(theme, lang), layout.UNLABELLED[lang] * (theme.id in unlabelled) + _filed(theme, lang))
            for theme in codebook.themes
        ),
        (codebook.name(OTHER, lang), layout.OTHER_HELP[lang]),
    ]
    for number, values in enumerate(rows, 1):
        for place, value in enumerate(values, 1):
            cell = sheet.cell(number, place)
            put(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(name="Calibri", size=11, bold=True)
        sheet.row_dimensions[number].height = _height(values, _THEME_WIDTHS)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _THEME_WIDTHS
    _print_settings(sheet, heads=1)


def _drop_downs(sheet: Any, rows: int, themes: int, lang: Lang) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    # On the sheet of choices stand a head, to agree, the themes, `other`. A list in the rule itself may have but 255
    # characters.
    choices = {"primary": (2, themes + 3), "further": (3, themes + 2)}
    letters = {column.key: get_column_letter(place) for place, column in enumerate(COLUMNS, 1)}
    cells = {"primary": ["primary"], "further": ["further_1", "further_2"]}
    for kind, (first, last) in choices.items():
        rule = DataValidation(type="list", formula1=f"'{layout.THEMES[lang]}'!$A${first}:$A${last}", allow_blank=True)
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = layout.REFUSED[lang]
        for key in cells[kind]:
            rule.add(f"{letters[key]}{_HEAD + 1}:{letters[key]}{_HEAD + rows}")
        sheet.add_data_validation(rule)


def _print_settings(sheet: Any, *, heads: int) -> None:
    set_print(sheet)
    sheet.print_title_rows = f"{heads}:{heads}"
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
