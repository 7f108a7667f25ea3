"""The theme report: facts as plain tables, then figures with those facts beside them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from diaoyan.corpus import Label
from diaoyan.errors import CorpusError
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.theme_report import Facts, gather, write_theme_report
from diaoyan.themes import OTHER

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture(scope="module")
def reports(sample: Sample) -> list[Report]:
    """Two months; the second has lost all its texts but two."""
    march = [report for report in sample[0] if report.month == "2025-03"][:12]
    june = [report for report in sample[0] if report.month == "2025-06"][:8]
    return [*march, *june[:2], *(replace(report, text="", status="missing") for report in june[2:])]


@pytest.fixture(scope="module")
def facts(reports: list[Report], tagger: Tagger) -> Facts:
    return gather(reports, tagger)


def test_reports_stand_in_a_table_with_their_tags(facts: Facts, reports: list[Report], tagger: Tagger) -> None:
    tags = tagger.tag(reports)
    assert facts.reports["report_id"].tolist() == [report.report_id for report in reports]
    assert facts.reports["primary"].tolist() == [tag.primary for tag in tags]
    assert facts.reports["themes"].tolist() == [";".join(tag.themes) for tag in tags]
    assert facts.reports["status"].tolist() == ["full"] * 14 + ["missing"] * 6


def test_reports_without_text_are_counted_and_named_in_the_source_line(facts: Facts) -> None:
    assert (facts.total, facts.with_text) == (20, 14)
    assert facts.source() == "来源：2部汇编；共20篇，14篇有正文"
    assert facts.source("en") == "Source: 2 compilations; 20 reports, 14 with text"


def test_shares_of_a_month_add_up_and_lie_in_their_intervals(facts: Facts) -> None:
    for month, rows in facts.shares.groupby("month"):
        assert rows["theme"].tolist() == ["rural", "digital", "discipline", "finance", OTHER]
        assert rows["reports"].sum() == {"2025-03": 12, "2025-06": 8}[str(month)]
        assert rows["share"].sum() == pytest.approx(1)
        assert ((rows["low"] <= rows["share"]) & (rows["share"] <= rows["high"])).all()
        assert rows["low"].min() >= 0
        assert rows["high"].max() <= 1


def test_words_mark_themes_and_never_other(facts: Facts, reports: list[Report]) -> None:
    assert set(facts.words["theme"]) <= {"rural", "digital", "discipline", "finance"}
    assert (facts.words["score"] > 0).all()
    for word, count in zip(facts.words["word"], facts.words["reports"], strict=True):
        assert 2 <= count <= sum(word in report.title + report.text for report in reports), word


def test_every_report_has_a_place_on_the_map(facts: Facts) -> None:
    assert len(facts.places) == 20
    assert facts.places[["x", "y"]].notna().all().all()
    assert facts.places[["x", "y"]].drop_duplicates().shape[0] == 20
    assert list(facts.places.columns) == [
        "report_id", "month", "no", "title", "theme", "x", "y", "status", "needs_review",
    ]  # fmt: skip


def test_labels_of_people_stand_instead_of_the_classifiers(reports: list[Report], tagger: Tagger) -> None:
    label = {reports[0].report_id: Label("discipline", ("finance",)), reports[1].report_id: Label(OTHER)}
    table = gather(reports, tagger, labels=label).reports
    assert table.loc[0, ["primary", "themes"]].tolist() == ["discipline", "discipline;finance"]
    assert table.loc[1, ["primary", "themes"]].tolist() == [OTHER, ""]
    assert not table.loc[:1, "needs_review"].any()
    assert table.loc[0, "evidence"].startswith("人工标注")


def test_gathering_twice_gives_the_same_facts(facts: Facts, reports: list[Report], tagger: Tagger) -> None:
    again = gather(reports, tagger)
    for name in ("reports", "shares", "words", "places"):
        assert getattr(again, name).equals(getattr(facts, name)), name


def test_no_reports_are_refused(tagger: Tagger) -> None:
    with pytest.raises(CorpusError, match="at least one report"):
        gather([], tagger)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_and_facts_are_written(lang: str, facts: Facts, tmp_path: Path) -> None:
    written = write_theme_report(facts, tmp_path, lang=lang)  # type: ignore[arg-type]
    assert {"shares.png", "words.png", "map.png"} <= {path.name for path in written}
    assert all(path.is_file() and path.with_suffix(".svg").is_file() for path in written)
    with open(tmp_path / "reports.csv", encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["report_id"] for row in table] == facts.reports["report_id"].tolist()
    assert "page" in table[0]


@pytest.mark.parametrize(
    "few",
    [
        [Report("a", "村集体经济调查")],
        [Report("a", "一份材料", text="情况如下。"), Report("b", "另一份")],
        [Report(str(i), f"第{i}份", text="没有什么可说。", month=None, no=None) for i in range(5)],
        [Report("a", '<b onload="x">$x_1$</b> "引" 😀\x1b[31m', text="=1+1\n农户贷款", month="2025-03", no=1)],
    ],
    ids=["one title", "two without themes", "five without month", "hostile"],
)
def test_few_or_strange_reports_are_drawn_too(few: list[Report], tagger: Tagger, tmp_path: Path) -> None:
    facts = gather(few, tagger)
    assert write_theme_report(facts, tmp_path)
    assert facts.source().startswith("来源：所给报告；共")
