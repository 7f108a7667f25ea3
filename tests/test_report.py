"""The data contract: columns, ids, and the round trip through JSON Lines."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.errors import CorpusError
from diaoyan.report import COLUMNS, Report, bare, from_mapping, identify, read_jsonl, to_json, to_jsonl

WHOLE = Report(
    report_id="2025-03-001-b061e1", compilation="四省调研文选31(2篇)2025年3月", month="2025-03", no=1,
    title="石渡县村级集体经济“抱团发展”调查", authors="石渡县委政研室：林一、周二", date="2025-03-09", page=3,
    text="全县有行政村一百二十个。\n其中四十五个。", status="partial", source="2025-03.txt", start=120, end=140,
)  # fmt: skip


def read_one(line: str, folder: Path) -> Report:
    (folder / "in.jsonl").write_text(line + "\n", encoding="utf-8")
    return read_jsonl(folder / "in.jsonl")[0]


def test_a_line_of_json_has_the_columns_of_the_contract_in_order() -> None:
    assert list(json.loads(to_json(WHOLE))) == [
        "report_id", "compilation", "month", "no", "title", "authors", "date", "page",
        "text", "status", "source", "start", "end",
    ]  # fmt: skip
    assert list(json.loads(to_json(WHOLE))) == list(COLUMNS)


def test_json_lines_keep_chinese_readable_and_line_ends_inside() -> None:
    line = to_json(WHOLE)
    assert "抱团发展" in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["reports.jsonl", "reports.jsonl.gz", "REPORTS.JSONL.GZ"])
def test_reports_come_back_from_json_lines_as_they_were(name: str, tmp_path: Path) -> None:
    reports = [WHOLE, replace(WHOLE, report_id="b", text="", status="missing", page=None, start=None, end=None)]
    data = to_jsonl(reports).encode()
    (tmp_path / name).write_bytes(gzip.compress(data, mtime=0) if name.lower().endswith(".gz") else data)
    assert read_jsonl(tmp_path / name) == reports


# Lone surrogates are no characters; a test of their own has them.
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_title_and_text_come_back(title: str, text: str) -> None:
    if title.strip() or text.strip():
        report = Report("r", title, text=text, status="full" if text.strip() else "missing")
        assert from_mapping(json.loads(to_json(report)), where="here") == report


def test_bom_empty_lines_and_windows_line_ends_are_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'\xef\xbb\xbf{"id": "a", "title": "t"}\r\n\r\n{"id": "b", "title": "t"}')
    assert [report.report_id for report in read_jsonl(tmp_path / "in.jsonl")] == ["a", "b"]


def test_missing_keys_are_null_and_unknown_keys_are_ignored(tmp_path: Path) -> None:
    report = read_one('{"report_id": "a", "title": "甲", "label": "rural", "score": [1]}', tmp_path)
    assert report == Report("a", "甲", text="", status="missing")
    empty = {"compilation", "month", "no", "authors", "date", "page", "source", "start", "end"}
    assert {name for name in COLUMNS if getattr(report, name) is None} == empty


def test_id_is_read_as_report_id_but_never_before_it(tmp_path: Path) -> None:
    assert read_one('{"id": "a", "title": "甲"}', tmp_path).report_id == "a"
    assert read_one('{"id": "a", "report_id": "b", "title": "甲"}', tmp_path).report_id == "b"


@pytest.mark.parametrize(
    ("date", "month"), [("2025-03-09", "2025-03"), ("2025-03", "2025-03"), ("2025-13-09", None), ("2025", None)]
)
def test_the_month_is_taken_from_the_date_where_it_is_not_given(date: str, month: str | None, tmp_path: Path) -> None:
    assert read_one(json.dumps({"id": "a", "title": "甲", "date": date}), tmp_path).month == month


def test_the_status_says_whether_there_is_text(tmp_path: Path) -> None:
    assert read_one('{"id": "a", "title": "甲", "text": " \\n"}', tmp_path).status == "missing"
    assert read_one('{"id": "a", "text": "全文。"}', tmp_path).status == "full"


def test_numbers_that_a_table_with_gaps_made_floats_are_read_as_whole(tmp_path: Path) -> None:
    report = read_one('{"id": "a", "title": "甲", "no": 7.0, "page": NaN}', tmp_path)
    assert (report.no, report.page) == (7, None)
    assert isinstance(report.no, int)


def test_half_an_emoji_becomes_a_replacement_sign_so_that_it_can_be_written(tmp_path: Path) -> None:
    report = read_one('{"id": "a", "title": "甲\\ud83d乙\\ud83d\\ude00"}', tmp_path)
    assert report.title == "甲�乙😀"
    assert to_jsonl([report]).encode()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{not json", "expected one JSON object a line, found '{not json'"),
        ("[1, 2]", "expected one JSON object a line, found list"),
        ("[" * 100_000, "expected one JSON object a line"),
        ('{"no": ' + "9" * 5000 + "}", "expected one JSON object a line"),
        ("\x00\x01", "expected one JSON object a line"),
        ('{"title": "甲"}', "expected a report with a 'report_id'"),
        ('{"id": "a"}', "report 'a' has neither title nor text"),
        ('{"id": 7, "title": "甲"}', "expected text in 'report_id', found int"),
        ('{"id": "a", "title": ["甲"]}', "expected text in 'title', found list"),
        ('{"id": "a", "title": "甲", "no": "1"}', "expected a whole number in 'no', found '1'"),
        ('{"id": "a", "title": "甲", "no": true}', "expected a whole number in 'no', found 'True'"),
        ('{"id": "a", "title": "甲", "page": 1.5}', "expected a whole number in 'page', found '1.5'"),
        ('{"id": "a", "title": "甲", "page": -1}', "expected a whole number in 'page' from 0"),
        ('{"id": "a", "title": "甲", "end": 99999999999}', "expected a whole number in 'end' from 0"),
        ('{"id": "a", "title": "甲", "status": "whole"}', "expected a status of full, partial, missing, found 'whole'"),
        ('{"id": "a", "title": "甲", "month": "2025-13"}', "expected a month like 2025-03, found '2025-13'"),
        ('{"id": "a", "title": "甲", "month": "２０２５-03"}', "expected a month like 2025-03"),
    ],
)
def test_an_unusable_line_is_named_with_its_reason(line: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "first", "title": "甲"}\n\n' + line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError) as error:
        read_jsonl(tmp_path / "in.jsonl")
    assert str(error.value).startswith("in.jsonl, line 3: ")
    assert found in str(error.value)
    assert len(str(error.value)) < 200


def test_one_id_twice_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "title": "甲"}\n{"id": "a", "title": "乙"}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match="report_id 'a' stands there more than once"):
        read_jsonl(tmp_path / "in.jsonl")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("in.jsonl", '{"id": "a", "title": "调查"}'.encode("gb18030")),
        ("in.jsonl.gz", b"not gzip at all"),
        ("in.jsonl.gz", gzip.compress(b'{"id": "a", "title": "t"}', mtime=0)[:-9]),
    ],
    ids=["another encoding", "not gzip", "cut off"],
)
def test_a_damaged_file_is_refused_by_name(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CorpusError, match=r"in\.jsonl.*: expected JSON Lines in UTF-8"):
        read_jsonl(tmp_path / name)


def test_ids_depend_on_what_is_printed_not_on_text_spaces_or_file() -> None:
    before = Report("", "村级集体经济调查", compilation="文选31", month="2025-03", no=2, authors="林一", text="旧稿。")
    corrected = replace(before, title="村级 集体经济调查", text="新稿。", status="partial", source="copy.txt", page=9)
    assert identify([before])[0].report_id == identify([corrected])[0].report_id
    for change in ({"title": "另一调查"}, {"authors": "周二"}, {"compilation": "文选32"}):
        assert identify([replace(before, **change)])[0].report_id != identify([before])[0].report_id


def test_ids_name_month_and_number_and_are_the_same_on_every_machine() -> None:
    report = Report("", "甲", month="2025-03", no=1)
    assert identify([report])[0].report_id == "2025-03-001-b613ca"
    assert identify([replace(report, month=None, no=None)])[0].report_id.startswith("undated-000-")


def test_entries_printed_alike_are_told_apart() -> None:
    twins = identify([Report("", "前言", no=1), Report("", "前言", no=1)])
    assert len({report.report_id for report in twins}) == 2
    assert identify([Report("", "前言", no=1)])[0].report_id == twins[0].report_id


def test_bare_keeps_what_two_printings_of_a_title_share() -> None:
    assert bare("“放管服” 改革：\n一个_样本") == bare("放管服改革——一个样本") == "放管服改革一个样本"
    assert bare(None) == ""


def test_a_packed_file_of_nothing_but_zeros_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b" " * 100_000_000))
    with pytest.raises(CorpusError, match=r"a\.jsonl\.gz: expected JSON Lines .*more than 64 MB packed into 0\.1 MB"):
        read_jsonl(tmp_path / "a.jsonl.gz")
