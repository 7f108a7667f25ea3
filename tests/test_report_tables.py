"""Reports in tables: heads in Chinese or English, dates as offices write them, and what is missing is named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from diaoyan.errors import CorpusError
from diaoyan.inputs import read_reports
from diaoyan.report import Report
from diaoyan.report_tables import read_report_table

ROWS = [["石渡县茶园调查", "全县有茶园四万亩。", "沈知行", "2025/6/3"], ["夜间门诊调查", "候诊十八分钟。", "", ""]]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    "heads",
    [
        ["标题", "正文", "作者", "日期"],
        ["Title", "Text", "Authors", "Date"],
        ["题目*", "内容（全文）", "单位", "发布时间"],
    ],
)
@pytest.mark.parametrize("kind", [".csv", ".tsv", ".xlsx", "gb.csv"])
def test_heads_and_forms(kind: str, heads: list[str], tmp_path: Path) -> None:
    path = tmp_path / f"a{kind}"
    if kind == ".xlsx":
        workbook(path, [heads, *ROWS])
    else:
        mark = "\t" if kind == ".tsv" else ","
        text = "\n".join(mark.join(row) for row in [heads, *ROWS]) + "\n"
        path.write_bytes(text.encode("gb18030" if kind == "gb.csv" else "utf-8-sig"))
    first, second = read_reports(path)
    assert (first.title, first.text, first.authors, first.date, first.month) == (*ROWS[0][:3], "2025-06-03", "2025-06")
    assert (second.title, second.authors, second.date, second.month, second.no) == ("夜间门诊调查", None, None, None, 2)
    assert first.report_id != second.report_id


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2025.6.3", "2025-06-03"), ("2025年6月3日", "2025-06-03"), ("20250603", "2025-06-03"), (45811, "2025-06-03"),
     (datetime(2025, 6, 3), "2025-06-03"), ("二〇二五年六月三日", "2025-06-03"), ("六月", None)],
)  # fmt: skip
def test_dates_as_offices_write_them(cell: object, day: str | None, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["编号", "标题", "日期"], [7, "石渡县茶园调查", cell]])
    report = read_report_table(path)[0]
    assert (report.report_id, report.date, report.status) == ("7", day, "missing")


def test_a_title_above_the_header_and_other_columns_are_passed_over(tmp_path: Path) -> None:
    rows = [
        ["2025年6月稿件登记"],
        [],
        ["序号", "标题", "备注", "正文"],
        [1, "石渡县茶园调查", "急", "全文"],
        [None, None, "合计", None],
    ]
    found = read_report_table(workbook(tmp_path / "a.xlsx", rows))
    assert [(r.no, r.title, r.text) for r in found] == [(1, "石渡县茶园调查", "全文")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "甲,乙\n1,2\n".encode(), "found the columns '甲', '乙'"),
        ("a.csv", "标题,编号\n甲,1\n乙,1\n".encode(), "rows 2 and 3 have the same id '1'"),
        ("a.xlsx", b"PK\x03\x04broken", "cannot be read"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel 97"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        read_report_table(tmp_path / name)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("石渡县茶园调查\n沈知行\n全县有茶园四万亩，散户经营占七成。\n", "utf-8")
    workbook(tmp_path / "a.xlsx", [["标题", "正文"], *[row[:2] for row in ROWS]])
    (tmp_path / ".hidden.txt").write_text("不读", "utf-8")
    (tmp_path / "picture.psd").write_bytes(b"\x00")
    assert [report.title for report in read_reports(tmp_path)] == ["石渡县茶园调查", "夜间门诊调查", "石渡县茶园调查"]


def test_a_folder_without_a_readable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="found no such file"):
        read_reports(tmp_path)
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04broken")
    with pytest.raises(CorpusError, match=r"a\.docx.*take it out of"):
        read_reports(tmp_path)


@pytest.mark.parametrize(
    ("written", "month"),
    [("2025/6/3", "2025-06"), ("2025.6", "2025-06"), ("202506", "2025-06"), ("20250603", "2025-06")],
)
def test_dates_in_json_lines(written: str, month: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"id": "x", "title": "石渡县茶园调查", "date": "{written}"}}\n', "utf-8")
    report: Report = read_reports(tmp_path / "a.jsonl")[0]
    assert report.month == month
