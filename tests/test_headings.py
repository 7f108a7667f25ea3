"""Without a 目录: titles are told from headings inside the reports, whatever a newspaper prints around them."""

from __future__ import annotations

import pytest

from diaoyan.compilation import Source, split_source
from layouts import sample

REPORTS = sample("2025-03", 8)
#: Headings that a newspaper puts inside: short, unnumbered, with no full stop.
INSIDE = ("钱怎么凑 利怎么分", "账要算清", "谁来管")


def newspaper(*, byline: str, date: str, credit: str, inside: bool, announced: bool) -> str:
    """Return a compilation without 目录, some of its reports unsigned and undated."""
    parts = ["四省调研文选31" + ("(8篇)" if announced else "") + "2025年3月调研报告汇编"]
    for n, report in enumerate(REPORTS):
        parts.append(report.title)
        if byline and n % 2 == 0:
            parts.append(byline)
        if date and n % 3 != 1:
            parts.append(date)
        paragraphs = (report.text or "").split("\n")
        for place, paragraph in enumerate(paragraphs):
            if inside and place in (2, 5) and len(paragraph) > 60:
                parts.append(INSIDE[(n + place) % 3])
            parts.append(paragraph)
        if credit:
            parts.append(credit)
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(
    ("byline", "date", "credit"),
    [
        ("本报记者 沈知行", "2025年3月2日", "责任编辑：罗雁"),
        ("□ 本刊记者 沈知行", "", "（本刊石渡3月2日电）"),
        ("", "（2025年3月2日）", "（作者为石渡县委党校教师）"),
        ("", "", "数据来源：石渡县统计局"),
        ("", "", ""),
        ("作者：沈知行\n单位：石渡县委党校", "", ""),
    ],
)
def test_titles_are_found(byline: str, date: str, credit: str, inside: bool, announced: bool) -> None:
    text = newspaper(byline=byline, date=date, credit=credit, inside=inside, announced=announced)
    found = [report.title for report in split_source(Source("a.txt", text, "txt")).reports]
    assert found == [report.title for report in REPORTS]


def test_one_report_with_headings_of_its_own_stays_one() -> None:
    report = REPORTS[0]
    paragraphs = (report.text or "").split("\n")
    text = "\n".join([report.title, "石渡县委党校 方启明", *paragraphs[:3], "账要算清", *paragraphs[3:]])
    assert [found.title for found in split_source(Source("a.txt", text, "txt")).reports] == [report.title]


def test_doubtful_readings_are_said() -> None:
    text = newspaper(byline="本报记者 沈知行", date="2025年3月2日", credit="", inside=False, announced=True)
    less = split_source(Source("a.txt", text.replace("(8篇)", "(12篇)"), "txt"))
    assert "The heading announces 12 reports, but 8 were found." in less.findings
    joined = text.replace(REPORTS[2].text or "", (REPORTS[2].text or "") * 9)
    found = split_source(Source("a.txt", joined, "txt")).findings
    assert any("another report may be in it" in finding for finding in found)
    preface = text.replace(REPORTS[0].title, "各位读者，本期选了八篇。" * 40 + "\n" + REPORTS[0].title, 1)
    found = split_source(Source("a.txt", preface, "txt")).findings
    assert any("belong to no report" in finding for finding in found)
