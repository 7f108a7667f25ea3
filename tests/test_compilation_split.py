"""Splitting as a whole: the sample, the real compilation, what is cut off, and what holds for any text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diaoyan.compilation import Source, SplitCompilation, split, split_source
from diaoyan.errors import CompilationError
from diaoyan.report import Report, from_mapping, read_jsonl, to_json
from layouts import CONTENTS, SAMPLE, bare, lay_out, sample

APRIL = sample("2025-04", 10)
TRUTH = {(report.month, report.no): report for report in read_jsonl(SAMPLE)}


def of_text(text: str, name: str = "a.txt") -> SplitCompilation:
    return split_source(Source(name, text, "txt"))


def holds_together(result: SplitCompilation) -> None:
    """Every report lies inside the text, none overlaps another, and none has a word that is not there."""
    end = 0
    for report in sorted(result.reports, key=lambda report: report.start or 0):
        read = from_mapping(json.loads(to_json(report)), where="here")
        assert read == replace(report, month=read.month)
        if report.status == "missing":
            assert (report.text, report.start, report.end) == ("", None, None)
            continue
        assert report.start is not None
        assert report.end is not None
        assert end <= report.start < report.end <= len(result.text)
        end = report.end
        rest = iter(bare(result.text[report.start : report.end]))
        assert all(char in rest for char in bare(report.text))
    assert len({report.report_id for report in result.reports}) == len(result.reports) == len(result.evidence)


@pytest.mark.parametrize("name", ["2025-03.txt", "2025-04.docx", "2025-05.pdf", "2025-06.txt"])
def test_the_sample_is_split_exactly(name: str) -> None:
    result = split(SAMPLE.with_name(name))
    holds_together(result)
    assert (len(result), result.announced, result.month) == (22, 22, name[:7])
    for report in result.reports:
        truth = TRUTH[report.month, report.no]
        assert (report.title, report.page, bare(report.authors)) == (truth.title, truth.page, bare(truth.authors))
        if report.status == "full":
            assert bare(report.text) == bare(truth.text)
            assert report.date == truth.date
    assert result.counts() == (
        {"full": 7, "partial": 1, "missing": 14} if "06" in name else {"full": 22, "partial": 0, "missing": 0}
    )


def test_the_same_source_gives_the_same_ids() -> None:
    first, second = (split(SAMPLE.with_name("2025-03.txt")) for _ in range(2))
    assert [r.report_id for r in first.reports] == [r.report_id for r in second.reports]
    assert first.reports[0].report_id.startswith("2025-03-001-")


@pytest.mark.parametrize(
    "remark", ["", "\n展开阅读全文\n下载文档\n", " 展开阅读全文 ︾\n", "\n还剩12页未读，继续阅读\n"]
)
def test_a_preview_that_is_cut_off_after_a_third(remark: str) -> None:
    whole = lay_out(APRIL, "brackets", "title, authors, date")
    result = of_text(whole[: len(whole) // 3] + remark)
    assert [report.status for report in result.reports] == ["full"] * 3 + ["partial"] + ["missing"] * 6
    assert [report.title for report in result.reports] == [report.title for report in APRIL]
    assert bare(APRIL[3].text).startswith(bare(result.reports[3].text))
    holds_together(result)


def test_a_remark_in_the_middle_is_removed() -> None:
    whole = lay_out(APRIL, "brackets", "title, authors, date")
    at = whole.index(APRIL[3].text) + 230
    result = of_text(f"资源描述\n{whole[:at]}\n下载文档到电脑\n{whole[at:]}")
    assert bare(result.reports[3].text) == bare(APRIL[3].text)


def test_the_last_report_in_mid_sentence_is_partial() -> None:
    whole = lay_out(APRIL, None, "title, authors, date")
    result = of_text(whole[: whole.rindex("，")])
    assert [report.status for report in result.reports] == ["full"] * 9 + ["partial"]


@pytest.mark.parametrize(
    ("name", "heading", "month", "expected"),
    [
        ("2021-12.txt", "调研报告汇编", None, "2021-12"),
        ("2021-12.txt", "2022年3月调研报告汇编", None, "2022-03"),
        ("2021-12.txt", "二〇二二年三月调研报告汇编", None, "2022-03"),
        ("a.txt", "2022年3月调研报告汇编", "2022-03", "2022-03"),
        ("2021-12.txt", "2022年3月调研报告汇编", "2022-03", "2022-03"),
        ("a.txt", "调研报告汇编", "2020-01", "2020-01"),
        ("a.txt", "调研报告汇编", None, None),
    ],
)
def test_the_month_is_told_by_argument_heading_or_name(
    name: str, heading: str, month: str | None, expected: str | None
) -> None:
    text = lay_out(APRIL[:3], "tabs", "title, authors, date", heading=heading)
    result = split_source(Source(name, text, "txt"), month=month)
    assert {report.month for report in result.reports} == {expected}


@pytest.mark.parametrize(
    ("name", "heading", "said"),
    [
        ("a.txt", "2022年3月调研报告汇编", "its heading states, 2022-03, got 2021-12; leave the month out or"),
        ("2021-12.txt", "2022年3月调研报告汇编", "its heading states, 2022-03, got 2021-12"),
        ("2022-03.txt", "调研报告汇编", "its name states, 2022-03, got 2021-12;"),
    ],
)
def test_a_month_that_the_file_contradicts_is_refused(name: str, heading: str, said: str) -> None:
    text = lay_out(APRIL[:3], "tabs", "title, authors, date", heading=heading)
    with pytest.raises(CompilationError, match=f"expected the month that {said}"):
        split_source(Source(name, text, "txt"), month="2021-12")


def test_a_month_that_is_none_is_refused() -> None:
    with pytest.raises(CompilationError, match="2025-13"):
        split(SAMPLE.with_name("2025-03.txt"), month="2025-13")


CHAPTERS = ["一、发展回顾", "二、总体要求", "（一）指导思想", "（二）基本原则", "三、主要任务", "四、保障措施"]


@pytest.mark.parametrize("page", [True, False])
def test_a_document_with_chapters_of_its_own_is_one_report(page: bool) -> None:
    listed = [f"{chapter}{'.' * 20}{n}" if page else chapter for n, chapter in enumerate(CHAPTERS, 1)]
    body = [f"{chapter}\n全县有村一百二十个，今年又增加了两个。水渠要修，账要算清。" for chapter in CHAPTERS]
    result = of_text("\n".join(["石渡县农业农村发展规划", "石渡县人民政府", "目录", *listed, *body]))
    assert [report.title for report in result.reports] == ["石渡县农业农村发展规划"]
    assert "保障措施" in result.reports[0].text


def test_a_single_report_is_one_report() -> None:
    report = APRIL[0]
    result = of_text(f"{report.title}\n{report.authors}\n（2025年3月20日）\n{report.text}\n")
    assert [(r.title, r.authors, r.date, r.text) for r in result.reports] == [
        (report.title, report.authors, "2025-03-20", report.text)
    ]


def test_a_document_without_title_is_named_after_its_file() -> None:
    result = of_text("各位代表：\n现在，我向大会报告工作，请予审议。\n", "work_report.txt")
    assert [report.title for report in result.reports] == ["work_report"]


def test_disagreements_are_reported() -> None:
    reports = [replace(report, page=n) for n, report in enumerate(APRIL, 1)]
    whole = (
        lay_out(reports, "number glued", "title only")
        .replace("(10篇)", "(12篇)")
        .replace("3." + APRIL[2].title, "4." + APRIL[2].title)
    )
    without_fifth = whole.replace(f"{APRIL[4].title}\n{APRIL[4].text}\n", "")
    assert of_text(without_fifth).findings == [
        "The heading announces 12 reports, but 10 were found.",
        "The numbers of the 目录 jump from 2 to 4; an entry may be unreadable.",
        "The numbers of the 目录 jump from 4 to 4; an entry may be unreadable.",
        f"No. 5 ({APRIL[4].title[:30]}) is listed in the 目录, but was not found between its neighbours.",
    ]


def test_explain_metadata_and_summary_say_what_was_found() -> None:
    text = lay_out(APRIL, "number authors, title page", "subtitle with a dash")
    result = of_text(text[: len(text) // 2])
    explained = result.explain()
    assert list(explained.columns) == ["no", "title", "status", "recognised_by", "confidence", "doubtful"]
    assert explained.recognised_by[0].startswith(
        "entry 1 of the 目录 (page 1); title found in the body (exact); authors below it"
    )
    assert explained.confidence.between(0, 1).all()
    metadata = result.metadata()
    assert metadata.subtitle[3] == "对汀南省七个县的走访"
    assert metadata.institutions[3] == "汀南省信息中心"
    assert metadata.people[3] == "谷雨桐"
    summary = result.summary()
    assert "10 reports (4 full, 1 partial, 5 missing); month 2025-03." in summary
    assert "Without text (title and authors only): 6-10." in summary
    assert f"Cut off: 5. {APRIL[4].title}" in summary


def test_the_table_for_notebooks_is_escaped() -> None:
    text = lay_out(APRIL, "tabs", "title only", heading="<script>汇编</script>2025年3月")
    html = of_text(text)._repr_html_()
    assert "<script>" not in html
    assert html.count("<tr>") == 12  # head, reports, counts


def test_spaces_inside_chinese_are_removed_from_text() -> None:
    text = lay_out(APRIL, "tabs", "title, authors, date")
    result = of_text(text.replace("的", " 的 ").replace("，", "， "))
    sentences = [line for report in result.reports for line in report.text.split("\n") if line.endswith("。")]
    assert len(sentences) > 50
    assert not [line for line in sentences if re.search(r"[\u4e00-\u9fff，] [\u4e00-\u9fff]", line)]


LINES = st.one_of(
    st.sampled_from(
        [
            *("目录", "一、基本情况", "1. 方启明：", "关于田的调查报告 1", "关于田的调查报告", "方启明、罗雁"),
            *("(2025年3月1日)", "— 3 —", "4", "\f", "（", "题目\t作者\t9", "展开阅读全文", "石渡县委党校课题组"),
            *("2.2021年的水……7", "——基于调查", "全县有村一百二十个，今年又增加了两个。"),
        ]
    ),
    st.text(max_size=60),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=60))
def test_whatever_the_text_the_reports_lie_inside_it_in_order(lines: list[str]) -> None:
    from diaoyan.readers.source import source_of

    try:
        result = split_source(source_of("\n".join(lines).encode("utf-8", "ignore"), name="a.txt"))
    except CompilationError:  # nothing but white space or punctuation
        assume(False)
    holds_together(result)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(CONTENTS)), st.integers(200, 9000), st.data())
def test_a_compilation_damaged_anywhere_still_holds_together(contents: str, at: int, data: st.DataObject) -> None:
    text = lay_out(APRIL, contents, "title, authors, date")
    damage = data.draw(st.text(max_size=40))
    holds_together(of_text(f"{text[:at]}{damage}{text[at + data.draw(st.integers(0, 60)) :]}".replace("\x00", "")))


# ----------------------------------------------------------------------------------------------------------- Real texts


@pytest.mark.real
def test_the_real_compilation_is_exact(real_data: Path) -> None:
    result = split(real_data / "compilations" / "2021-12.txt")
    holds_together(result)
    assert (len(result), result.series, result.announced, result.month) == (33, 626, 33, "2021-12")
    assert result.counts() == {"full": 1, "partial": 1, "missing": 31}
    pages = [
        int(page)
        for page in ["1", "6", "16", "22", "23", "27", "33", "37", "42", "47", "53", "60", "64", "67", "77", "90", "94"]
    ]
    pages += [
        int(page)
        for page in [
            "101",
            "107",
            "114",
            "122",
            "125",
            "132",
            "140",
            "144",
            "149",
            "156",
            "164",
            "167",
            "172",
            "177",
            "180",
            "185",
        ]
    ]
    assert [report.page for report in result.reports] == pages
    assert not any(evidence.doubtful for evidence in result.evidence)


@pytest.mark.real
def test_documents_that_are_one_report_are_left_whole(real_data: Path) -> None:
    files = sorted((real_data / "documents").iterdir())
    assert [len(split(file)) for file in files] == [1] * len(files)


def rightly_split(gold: list[dict[str, str]], found: list[Report]) -> int:
    """Reports of the same title and status, whose text is that of the source but for white space and punctuation."""
    from diaoyan.report import bare as words

    texts = {(words(r.title), words(r.authors)): (r.status, words(r.text)) for r in found}
    right = 0
    for case in gold:
        status, text = texts.get((words(case["title"]), words(case["authors"])), ("", ""))
        wanted = words(case["text"])
        right += (
            (status == "missing") if case["status"] == "missing" else (text in wanted or wanted in text) and bool(text)
        )
    return right


@pytest.mark.real
def test_practice_compilations(real_data: Path) -> None:
    folder = real_data / "compilations" / "practice"
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        found = split(folder / case["file"]).reports
        assert len(found) == len(case["reports"])
        assert rightly_split(case["reports"], found) >= 0.95 * len(found), case["file"]
