"""The workbook: real dates and percentages, filters, a frozen header, and texts that stay texts."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree
from openpyxl import Workbook, load_workbook

from briefs import NAMES, brief
from diaoyan.documents import write_sheet
from diaoyan.figures.style import THEME_COLOURS


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    folder = tmp_path_factory.mktemp("sheet")
    write_sheet(folder / "report.xlsx", brief(folder))
    return load_workbook(folder / "report.xlsx")


def test_sheets_have_filters_and_a_frozen_header(book: Workbook) -> None:
    assert book.sheetnames == ["说明", "报告", "特征词", "份额"]
    for name, rows in (("报告", 7), ("特征词", 3), ("份额", 3)):
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref.endswith(str(rows))
        assert book[name]["A1"].font.bold


def test_no_text_becomes_a_formula(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@"]
    assert sorted(cell.value for cell in risky) == [
        "+8613",
        "-1+1",
        "=1+1",
        '=HYPERLINK("http://x","点我")',
        "=农户",
        "@作者",
    ]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def test_reports_are_typed(book: Workbook) -> None:
    sheet = book["报告"]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [
        "report_id",
        "月份",
        "编号",
        "题目",
        "作者",
        "日期",
        "页码",
        "主题",
        "兼及主题",
        "正文",
        "复核",
        "复核原因",
        "依据",
    ]
    first = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert first["report_id"] == "r0"
    assert (first["编号"], first["页码"]) == (1, 3)
    assert first["日期"] == datetime(2025, 5, 17)
    assert first["月份"] == datetime(2025, 5, 1)
    assert sheet["B2"].number_format == "yyyy-mm"
    assert sheet["F2"].number_format == "yyyy-mm-dd"
    assert first["兼及主题"] == "<i>金融</i>"
    dates = [sheet.cell(row, 6).value for row in range(2, 8)]
    assert dates.count(None) == 2
    assert {"二〇二五年", "2025-13-01", "0999-01-01"} <= {date for date in dates if isinstance(date, str)}


def test_shares_are_percentages(book: Workbook) -> None:
    sheet = book["份额"]
    assert [cell.value for cell in sheet[2]] == [datetime(2025, 6, 1), "乡村振兴", 2, 0.25, 0.1, 0.4]
    assert [sheet.cell(2, column).number_format for column in (4, 5, 6)] == ["0%"] * 3
    assert sheet["A3"].value is None


def test_reports_without_text_are_said(book: Workbook) -> None:
    assert [cell.value for cell in book["报告"]["J"]][1:].count("无正文") == 3
    assert book["说明"]["A2"].value == "共6篇：无正文3篇"


def test_english_has_english_heads(tmp_path: Path) -> None:
    write_sheet(tmp_path / "report.xlsx", brief(tmp_path, lang="en"))
    book = load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == ["About", "Reports", "Words", "Shares"]
    assert [cell.value for cell in book["Reports"][1]][:4] == ["report_id", "Month", "No.", "Title"]


def test_every_sheet_is_printed_across_with_all_its_columns_and_its_header(book: Workbook) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", int(sheet.PAPERSIZE_A4))
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert [sheet.print_title_rows for sheet in book] == [None, "$1:$1", "$1:$1", "$1:$1"]


def test_columns_hold_their_heads_and_the_names_of_themes(book: Workbook, tmp_path: Path) -> None:
    named = brief(tmp_path, lang="en")
    write_sheet(tmp_path / "report.xlsx", replace(named, names={**NAMES, "rural": "Discipline and supervision"}))
    book = load_workbook(tmp_path / "report.xlsx")
    assert book["Reports"].column_dimensions["H"].width > len("Discipline and supervision")
    assert book["Words"].column_dimensions["A"].width > len("Discipline and supervision")
    assert book["Shares"].column_dimensions["F"].width > len("95% interval, high")


def test_a_sentence_of_several_lines_gets_a_row_as_high(tmp_path: Path) -> None:
    small = brief(tmp_path)
    write_sheet(tmp_path / "long.xlsx", replace(small, findings=[("短。", "map"), ("很长的一句话。" * 20, "map")]))
    about = load_workbook(tmp_path / "long.xlsx")["说明"]
    short, long = about.row_dimensions[4].height, about.row_dimensions[5].height
    assert long == 3 * short  # 280 columns


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_sheet(tmp_path / name, brief(tmp_path))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def charts_of(path: Path) -> list[tuple[str, etree._Element]]:
    """Return the charts of a workbook as XML, as Excel reads them."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
        return [(name, etree.fromstring(archive.read(name))) for name in names]


def shares(*months: str) -> pd.DataFrame:
    rows = [(month, theme, 3, 0.25, 0.1, 0.62) for month in months for theme in NAMES]
    return pd.DataFrame(rows, columns=["month", "theme", "reports", "share", "low", "high"])


C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def test_words_of_each_theme_have_a_chart_of_their_own_cells_in_its_colour(tmp_path: Path) -> None:
    one = brief(tmp_path)
    words = pd.DataFrame(
        {"theme": ["digital", "rural", "rural"], "word": ["<b>", "=农户", "村"], "score": [1.0, 2.5, 3.5], "reports": 2}
    )
    write_sheet(tmp_path / "report.xlsx", replace(one, words=words, shares=shares("2025-06", "2025-08").iloc[:-1]))
    sheet = load_workbook(tmp_path / "report.xlsx")["特征词"]
    assert [sheet.cell(row, 2).value for row in (2, 3, 4)] == ["村", "=农户", "<b>"]  # a theme's words stand together
    (_, rural), (_, digital) = charts_of(tmp_path / "report.xlsx")  # shares that lack a row have none
    assert rural.findtext(f".//{C}val//{C}f") == "'特征词'!$C$2:$C$3"
    assert [value.text for value in rural.findall(f".//{C}cat//{C}v")] == ["村", "=农户"]
    assert digital.findtext(f".//{C}cat//{C}f") == "'特征词'!$B$4:$B$4"
    assert rural.find(f".//{C}ser//{A}srgbClr").get("val") == THEME_COLOURS["rural"].colour[1:].upper()
    assert [axis.get("val") for axis in rural.findall(f".//{C}delete")] == ["0", "0"]


def test_shares_of_one_month_have_bars_with_their_intervals(tmp_path: Path) -> None:
    one = brief(tmp_path)
    write_sheet(tmp_path / "report.xlsx", replace(one, words=one.words.iloc[:0], shares=shares("2025-06")))
    ((_, chart),) = charts_of(tmp_path / "report.xlsx")
    assert [value.text for value in chart.findall(f".//{C}cat//{C}v")] == list(NAMES.values())
    assert len(chart.findall(f".//{C}dPt")) == len(NAMES)
    assert chart.find(f".//{C}scaling/{C}max[@val='0.7']") is not None  # the intervals lie on the axis
    assert [bar.tag.removeprefix(C) for bar in chart.find(f".//{C}errBars")] == [
        "errBarType", "errValType", "noEndCap", "plus", "minus", "spPr",
    ]  # fmt: skip
    sheet = load_workbook(tmp_path / "report.xlsx")["份额"]
    assert chart.findtext(f".//{C}plus//{C}f") == "'份额'!$H$2:$H$5"
    assert sheet["G2"].value == pytest.approx(0.15)
    assert sheet["H2"].value == pytest.approx(0.37)
    assert sheet.column_dimensions["H"].hidden


def test_shares_of_several_months_are_stacked_to_the_whole(tmp_path: Path) -> None:
    one = brief(tmp_path)
    several = replace(one, words=one.words.iloc[:0], shares=shares("2025-05", "2025-06"))
    write_sheet(tmp_path / "report.xlsx", several)
    ((_, chart),) = charts_of(tmp_path / "report.xlsx")
    assert chart.find(f".//{C}grouping").get("val") == "stacked"
    assert [series.findtext(f"{C}tx/{C}v") for series in chart.findall(f".//{C}ser")] == list(NAMES.values())
    assert [cells.text for cells in chart.findall(f".//{C}val//{C}f")][:2] == ["'份额'!$D$2:$D$3", "'份额'!$D$4:$D$5"]
    assert [value.text for value in chart.find(f".//{C}cat").iter(f"{C}v")] == ["2025-05", "2025-06"]


@pytest.mark.parametrize(
    ("lang", "why"), [("zh", "没有哪个词明显偏向某个主题"), ("en", "no word marks a theme clearly")]
)
def test_a_sheet_without_rows_says_why(lang: str, why: str, tmp_path: Path) -> None:
    one = brief(tmp_path, lang=lang)
    write_sheet(tmp_path / "report.xlsx", replace(one, words=one.words.iloc[:0]))
    sheet = load_workbook(tmp_path / "report.xlsx").worksheets[2]
    assert why in sheet["A2"].value
    assert sheet.auto_filter.ref == "A1:D1"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice is installed")
def test_libreoffice_draws_the_charts(tmp_path: Path) -> None:
    write_sheet(tmp_path / "report.xlsx", replace(brief(tmp_path), shares=shares("2025-06")))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "report.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    import pypdfium2

    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as pages:
        text = "".join(pages[number].get_textpage().get_text_range() for number in range(len(pages)))
    assert {"各主题份额，2025-06", "乡村振兴的特征词"} <= {"".join(line.split()) for line in text.splitlines()}
