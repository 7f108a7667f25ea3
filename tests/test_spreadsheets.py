"""Tables as programs save them: what is read of them, and what a few bytes cannot make the reader do."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from diaoyan.corpus import read_labels
from diaoyan.errors import CorpusError
from diaoyan.spreadsheets import Formula, read_spreadsheet
from diaoyan.themes import Codebook


def workbook(rows: list[list[object]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """Return a workbook whose only sheet holds what `xml` says."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["标题"]]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{xml}</worksheet>'
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_read_however_it_was_saved(mark: str, encoding: str, tmp_path: Path) -> None:
    rows = [
        ["编号", "标题", "正文"],
        ["1", '关于"田"的报告', "甲；乙，丙\n第二行, 又一句"],
        ["", "", ""],
        ["2", "关于水的报告", ""],
    ]
    cells = [mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    (tmp_path / "a.csv").write_bytes("\r\n".join(cells).encode(encoding))
    (sheet,) = read_spreadsheet(tmp_path / "a.csv").sheets
    assert sheet.rows == [(1, rows[0]), (2, rows[1]), (4, ["2", "关于水的报告"])]


def test_a_long_cell_of_a_csv_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("标题,正文\n甲," + "田" * 200_000, "utf-8")
    assert read_spreadsheet(tmp_path / "a.csv").sheets[0].rows[1][1] == ["甲", "田" * 200_000]


def test_several_themes_in_a_cell_do_not_make_semicolons_the_delimiter(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(
        "report_id,primary,further\na,rural,digital;finance\nb,digital,rural;finance\n"
    )
    assert read_labels(tmp_path / "labels.csv", Codebook.default())["b"].further == ("rural", "finance")


def test_a_remark_full_of_semicolons_is_one_cell(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("report_id,primary,why\na,rural," + "；;" * 40 + "\n", "utf-8")
    assert read_labels(tmp_path / "labels.csv", Codebook.default())["a"].why == "；;" * 40
    (tmp_path / "labels.csv").write_text("report_id;primary;why\na;rural\n", "utf-8")
    assert read_labels(tmp_path / "labels.csv", Codebook.default())["a"].primary == "rural"


def test_labels_are_read_in_every_form_of_a_table(tmp_path: Path) -> None:
    rows = [["report_id", "primary", "further"], ["a", "乡村振兴", "digital;finance"], ["b", "other", None]]
    (tmp_path / "labels.xlsx").write_bytes(workbook(rows))
    text = "\r\n".join(";".join(f'"{cell or ""}"' for cell in row) for row in rows)
    (tmp_path / "labels.csv").write_bytes(text.encode("utf-16"))
    for name in ("labels.xlsx", "labels.csv"):
        labels = read_labels(tmp_path / name, Codebook.default())
        assert (labels["a"].primary, labels["a"].further, labels["b"].primary) == (
            "rural",
            ("digital", "finance"),
            "other",
        )


def test_a_formula_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook([["标题", "=1+1"]]))
    assert isinstance(read_spreadsheet(tmp_path / "a.xlsx", formulas=True).sheets[0].rows[0][1][1], Formula)
    assert read_spreadsheet(tmp_path / "a.xlsx").sheets[0].rows[0][1] == ["标题"]  # no program has computed it


@pytest.mark.parametrize(
    "xml",
    [
        '<sheetData><row r="99999999999"><c r="A1"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="2000000"><c r="A2000000"><v>1</v></c></row></sheetData>',
        "<sheetData>" + '<row><c r="ZZZ1"><v>1</v></c></row>' * 1_200 + "</sheetData>",
    ],
    ids=["a row beyond all numbers", "a row below the last", "wide rows"],
)
def test_rows_that_cannot_be_are_refused_soon(xml: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(with_sheet(xml))
    start = time.process_time()
    with pytest.raises(
        CorpusError, match=r"^a\.xlsx: expected a table as XLSX, found a sheet of more than 1,048,576 rows"
    ):
        read_spreadsheet(tmp_path / "a.xlsx")
    assert time.process_time() - start < 20


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(with_sheet("<sheetData/>" + " " * 40_000_000))
    assert (tmp_path / "a.xlsx").stat().st_size < 100_000
    with pytest.raises(CorpusError, match=r"found 38 MB packed into 0\.0 MB"):
        read_spreadsheet(tmp_path / "a.xlsx")


def test_what_excel_writes_for_line_ends_goes_and_what_people_write_stays(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook([["甲_x000D_\n乙"]]))
    (tmp_path / "a.csv").write_text("标题,正文\n甲,_x000D_\n", "utf-8")
    assert read_spreadsheet(tmp_path / "a.xlsx").sheets[0].rows[0][1] == ["甲\n乙"]
    assert read_spreadsheet(tmp_path / "a.csv").sheets[0].rows[1][1] == ["甲", "_x000D_"]
