"""Findings in words: each kind of sentence against facts made for it, and never more than the facts."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.theme_report import Facts, findings, gather
from diaoyan.theme_report.divisions import Divisions
from diaoyan.theme_report.findings import MOST
from diaoyan.theme_report.wording import Compared


@pytest.fixture(scope="module")
def month(sample: tuple[list[Report], dict[str, Label]], tagger: Tagger) -> Facts:
    return gather([report for report in sample[0] if report.month == "2025-03"], tagger, found=[])


def of(facts: Facts, primary: list[str], *, review: int = 0, by_hand: int = 0, missing: int = 0, **more: Any) -> Facts:
    """Return facts of as many reports as themes are named, of one month."""
    count, several = len(primary), more.get("several", 0)
    reports = pd.DataFrame(
        {
            "report_id": [f"r{number}" for number in range(count)],
            "month": ["2025-03"] * count,
            "no": range(1, count + 1),
            "title": [f"第{number}村调查" for number in range(1, count + 1)],
            "primary": primary,
            "themes": ["rural;finance" if number < several else theme for number, theme in enumerate(primary)],
            "needs_review": [number < review for number in range(count)],
            "evidence": ["人工标注；农户" if number < by_hand else "农户" for number in range(count)],
            "status": ["missing" if number < missing else "full" for number in range(count)],
        }
    )
    shares = pd.DataFrame({"month": ["2025-03"] * count, "theme": primary, "reports": 1})
    alike = more.pop("alike", [None] * count)
    places = reports[["report_id", "month", "no", "title"]].assign(x=0.0, y=0.0, alike=pd.Series(alike, dtype=float))
    empty = {
        "together": pd.DataFrame(columns=["theme", "further", "reports"]), "several": 0, "unlabelled": (),
        "provinces": pd.DataFrame(columns=["province", "theme", "reports"]), "shares": shares,
        "compared": Compared("2025-03", 0, count, 0), "changes": pd.DataFrame(columns=["word", "score"]),
        "passed": pd.DataFrame(columns=["kind", "error", "low", "high", "reports"]),
        "apart": SimpleNamespace(places=places, divisions=more.pop("divided", None)),
    }  # fmt: skip
    return replace(facts, reports=reports, total=count, with_text=count - missing, **{**empty, **more})


def said(facts: Facts, figure: str, lang: str = "zh") -> str:
    return " ".join(one.text for one in findings(facts, lang) if one.figure == figure)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("primary", "zh", "en"),
    [
        (["rural"] * 3 + ["finance"], "2025年3月共4篇，最大的主题是乡村振兴，3篇，占75%；此外有金融1篇。",
         "2025-03: 4 reports. The largest theme is Rural revitalization: 3, or 75%; then Finance 1."),
        (["rural", "finance", "other"], "2025年3月共3篇，乡村振兴、金融各1篇；1篇（33%）主要写所列主题以外的事。",
         "2025-03: 3 reports. Rural revitalization and Finance: 1 each; mainly about something else: 1, or 33%."),
        (["rural"] * 2 + ["finance"] + ["other"] * 3,
         "2025年3月共6篇，所列主题中最多的是乡村振兴，2篇，占33%；此外有金融1篇；3篇（50%）主要写所列主题以外的事。",
         "2025-03: 6 reports. Of the themes listed the largest is Rural revitalization: 2, or 33%; then Finance 1; "
         "mainly about something else: 3, or 50%."),
        (["rural"] * 2 + ["finance"] * 2 + ["digital"],
         "2025年3月共5篇，乡村振兴、金融最多，各2篇；此外有数字经济1篇。",
         "2025-03: 5 reports. The largest themes are Rural revitalization and Finance, 2 each; then Digital "
         "economy 1."),
        (["other"] * 3 + ["rural", "finance"],
         "2025年3月共5篇，3篇（60%）主要写所列主题以外的事；其余为乡村振兴1篇、金融1篇。",
         "2025-03: 5 reports. Mainly about something else: 3, or 60%; the others: Rural revitalization 1 and "
         "Finance 1."),
        (["rural"] * 2, "2025年3月共2篇，都属于乡村振兴。", "2025-03: 2 reports. All are about Rural revitalization."),
        (["rural"], "2025年3月共1篇，属于乡村振兴。", "2025-03: 1 report. It is about Rural revitalization."),
        (["other"] * 2, "2025年3月共2篇，没有一篇主要写所列主题。",
         "2025-03: 2 reports. None is mainly about a theme of the codebook."),
    ],
)  # fmt: skip
def test_what_it_is_about_names_ties_and_nothing_that_is_not_there(
    primary: list[str], zh: str, en: str, month: Facts
) -> None:
    facts = of(month, primary)
    assert (findings(facts)[0].text, findings(facts, "en")[0].text) == (zh, en)


def test_reports_without_a_month_are_no_part_of_a_month(month: Facts) -> None:
    facts = of(month, ["rural"] * 3)
    some, none = facts.reports.assign(month=["2025-03", None, None]), facts.reports.assign(month=None)
    assert findings(replace(facts, reports=some))[0].text.startswith("2025年3月和未注明月份的共3篇，")
    assert findings(replace(facts, reports=none))[0].text.startswith("这批未注明月份的报告共3篇，")
    assert findings(replace(facts, reports=none), "en")[0].text.startswith("No month is given: 3 reports. ")


def course(month: Facts, now: dict[str, int], before: dict[str, int], months: list[str], **more: Any) -> Facts:
    """Return facts of April 2025, with reports spread over `months` before it that are no part of the theme report."""
    shares = pd.DataFrame([["2025-04", *one] for one in now.items()], columns=["month", "theme", "reports"])
    rows = [[months[n % len(months)], theme, 1] for theme, count in before.items() for n in range(count)]
    earlier = pd.DataFrame(rows, columns=["month", "theme", "reports"])
    return of(month, ["rural"] * 3, shares=shares, earlier=earlier, **more)


@pytest.mark.parametrize(
    ("now", "before", "zh"),
    [
        ({"rural": 10, "other": 10}, {"rural": 10, "other": 50},
         "2025年4月与2025年3月相比，乡村振兴由17%变为50%，其他由83%变为50%，偶然难以解释。"),
        ({"rural": 12, "other": 8}, {"other": 60},
         "2025年4月与2025年3月相比，乡村振兴从无到有，占60%，其他由100%变为40%，偶然难以解释。"),
        ({"other": 30}, {"rural": 30, "other": 30},
         "2025年4月与2025年3月相比，乡村振兴由50%变为一篇也没有，其他由50%变为100%，偶然难以解释。"),
        ({"rural": 6, "other": 14}, {"rural": 15, "other": 45},
         "2025年4月与2025年3月相比，主题比重的差别都可能出于偶然。"),
        ({"rural": 2, "other": 8}, {"other": 75},  # nothing before, but two are few: one chance in eighty
         "2025年4月与2025年3月相比，主题比重的差别都可能出于偶然。"),
        ({"rural": 5, "other": 2}, {"rural": 15, "other": 45},
         "2025年4月7篇，此前60篇，篇数太少，看不出主题比重的变化。"),
    ],
)  # fmt: skip
def test_a_change_is_one_only_beyond_chance(now: dict[str, int], before: dict[str, int], zh: str, month: Facts) -> None:
    assert zh in said(course(month, now, before, ["2025-03"]), "shares")


def test_no_change_of_themes_and_words_is_one_sentence(month: Facts) -> None:
    changes, compared = pd.DataFrame({"word": ["考核"], "score": [2.0]}), Compared("2025-04", 2, 20, 60)
    now, before = {"rural": 5, "other": 15}, {"rural": 15, "other": 45}
    facts = course(month, now, before, ["2025-02", "2025-03"], changes=changes, compared=compared)
    assert "2025年4月与此前有报告的2个月相比，主题比重和用词的差别都可能出于偶然。" in said(facts, "shares")
    assert said(facts, "changes") == ""
    assert "no theme's share and no word's use differs from the 2 months" in said(facts, "shares", "en")


def test_months_are_compared_with_those_of_a_year_before(month: Facts) -> None:
    months = [f"2024-{number:02d}" for number in range(1, 13)] + ["2025-03"]
    facts = course(month, {"rural": 20}, {"rural": 130}, months)
    assert "与此前有报告的12个月相比" in said(facts, "shares")


def test_words_that_rose_and_fell_are_named_beyond_chance_alone(month: Facts) -> None:
    changes = pd.DataFrame({"word": ["数据", "春耕", "考核"], "score": [4.0, -3.4, 2.0]})
    facts = of(month, ["rural"] * 30, changes=changes, compared=Compared("2025-03", 3, 30, 90))
    assert said(facts, "changes") == "用词上，2025年3月与此前有报告的3个月相比，“数据”明显增多，“春耕”明显减少。"
    quiet = of(month, ["rural"] * 30, changes=changes[2:], compared=Compared("2025-03", 3, 30, 90))
    assert said(quiet, "changes") == "用词上，2025年3月与此前有报告的3个月相比，没有哪个词的增减超出偶然。"
    few = of(month, ["rural"] * 3, changes=changes, compared=Compared("2025-03", 3, 3, 90))
    assert said(few, "changes") == ""


@pytest.mark.parametrize(
    ("review", "by_hand", "zh", "en"),
    [
        (1, 0, "主题全部由模型判定，未经人工核对；1篇待复核，占25%。",
         "All tags are the model's; 1 needs review, or 25%."),
        (4, 0, "主题全部由模型判定，未经人工核对；全部待复核。", "All tags are the model's; all of them need review."),
        (0, 4, "主题全部由人工标注。", "All tags were given by hand."),
        (2, 1, "1篇的主题由人工标注，其余由模型判定，未经人工核对；2篇待复核，占50%。",
         "1 tag was given by hand, the others are the model's; 2 need review, or 50%."),
    ],
)  # fmt: skip
def test_whose_answer_it_is_and_what_is_in_review(review: int, by_hand: int, zh: str, en: str, month: Facts) -> None:
    facts = of(month, ["rural"] * 4, review=review, by_hand=by_hand)
    assert (said(facts, "map"), said(facts, "map", "en")) == (zh, en)


def passed(text: tuple[float, int], title: tuple[float, int]) -> pd.DataFrame:
    rows = [["text", text[0], 0.0, 1.0, text[1]], ["title", title[0], 0.0, 1.0, title[1]]]
    return pd.DataFrame(rows, columns=["kind", "error", "low", "high", "reports"])


def test_how_many_of_the_tags_that_pass_may_be_wrong_is_said_as_surely_as_it_is_known(month: Facts) -> None:
    facts = of(month, ["rural"] * 60, review=10, missing=5, passed=passed((0.03, 400), (0.5, 9)))
    # Of 50 with text: 3 % would be 1.5; in 95 of 100 months like this one there are 0 to 5.
    assert "模型放行的50篇中，估计至多5篇归错（95%区间，若与试验所用的报告同样难易）。" in said(facts, "risk")
    assert "of the 50 it lets through, at most 5 may be wrong (95% interval" in said(facts, "risk", "en")
    worse = replace(facts, passed=passed((0.2, 400), (0.5, 9)))
    assert "估计5至16篇归错" in said(worse, "risk")
    # Titles alone pass too, of which too few were tried; and a theme that was never labelled.
    assert "归错" not in said(of(month, ["rural"] * 60, missing=5, passed=passed((0.03, 400), (0.5, 9))), "risk")
    assert "归错" not in said(replace(facts, unlabelled=("finance",)), "risk")
    by_hand = of(month, ["rural"] * 4, by_hand=4, passed=passed((0.03, 400), (0.5, 90)))
    assert said(by_hand, "risk") == ""


def test_the_report_unlike_the_others_is_named_and_whether_it_stands_out(month: Facts) -> None:
    usual = [0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38, 0.39, 0.4]
    assert said(of(month, ["rural"] * 12, alike=[*usual, 0.02], by_hand=12), "map") == (
        "主题全部由人工标注。 用词最不像其他各篇的是2025-03#12《第12村调查》，差别突出。"
    )
    text = said(of(month, ["rural"] * 12, alike=[*usual, None], missing=1, by_hand=12), "map", "en")
    assert text.endswith(
        "Of those with text, the report whose words are least like the others' is 2025-03#1《第1村调查》, "
        "though it does not stand out."
    )
    assert "《" not in said(of(month, ["rural"] * 12, alike=[0.3, 0.3, *usual[:10]]), "map")  # a tie
    assert "《" not in said(of(month, ["rural"] * 9, alike=usual[:9]), "map")  # too few


def test_agreement_is_told_with_what_it_is_worth(month: Facts) -> None:
    primary = ["rural"] * 10 + ["finance"] * 10
    empty = pd.DataFrame()
    two = Divisions(empty, empty, empty, {"lda": 0.85, "tfidf": 0.72, "both": 0.9}, {}, empty, of_rest=True)
    assert said(of(month, primary, divided=two), "agreement") == (
        "LDA和TF-IDF不看归类另行划分，与归类大体一致（调整互信息0.85和0.72，1为完全一致，0为碰巧）；"
        "三者共用主题词，一致也不足为证。"
    )
    for lda, tfidf, how in ((0.1, 0.2, "hardly"), (0.2, 0.9, "partly"), (0.8, 0.9, "largely")):
        facts = of(month, primary, divided=replace(two, scores={"lda": lda, "tfidf": tfidf, "both": 0.0}))
        assert f"which do not know the tags, {how} agree" in said(facts, "agreement", "en")
    assert (
        said(of(month, primary, divided=two, missing=11), "agreement") == ""
    )  # titles: seed words agree with themselves
    assert said(of(month, ["other"] * 20, divided=two), "agreement") == ""  # one class is easily found again


def test_how_far_to_trust_it(month: Facts) -> None:
    facts = of(month, ["rural"] * 5, missing=3, unlabelled=("finance",))
    assert said(facts, "risk") == (
        "3篇没有正文，只凭题目和作者归类，较容易出错。 金融未经标注，只凭种子词及其词义判断，准不准还没有检验过。"
    )
    assert said(of(month, ["rural"] * 5), "risk") == ""
    assert said(of(month, ["rural"] * 2, missing=2), "risk") == "全部没有正文，只凭题目和作者归类，较容易出错。"
    assert said(of(month, ["rural"] * 2, missing=1), "risk", "en") == (
        "1 has no text and is tagged by title and authors, which is more often wrong."
    )


def test_ties_of_provinces_and_pairs_are_not_broken(month: Facts) -> None:
    provinces = pd.DataFrame({"province": ["广东省", "湖南省"], "theme": "rural", "reports": [5, 5]})
    together = pd.DataFrame({"theme": ["rural", "rural"], "further": ["finance", "digital"], "reports": [3, 3]})
    facts = of(month, ["rural"] * 9, provinces=provinces, together=together, several=6)
    assert (said(facts, "provinces"), said(facts, "together")) == ("", "6篇兼有两个或更多主题。")
    facts = of(month, ["rural"] * 9, provinces=provinces[:1], together=together[:1], several=4)
    assert said(facts, "provinces") == "5篇的题目、作者单位或正文开头认得出省份，都是广东省。"
    others = replace(facts, provinces=provinces.assign(reports=[5, 4]))
    assert said(others, "provinces") == "9篇的题目、作者单位或正文开头认得出省份，最多的是广东省，5篇。"
    assert said(facts, "together") == "4篇兼有两个或更多主题，最常见的是乡村振兴与金融，3篇。"
    facts = of(month, ["rural"] * 101, provinces=provinces[:1], together=together[:1], several=3)
    assert said(facts, "provinces") == ""  # 5 of 101 are no news
    assert said(facts, "together") == "3篇（2025-03#1、2025-03#2、2025-03#3）兼有两个或更多主题，都有乡村振兴与金融。"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["rural", "digital", "discipline", "finance", "other"]), min_size=1, max_size=60),
    st.data(),
)
def test_the_numbers_said_are_those_of_the_facts(month: Facts, primary: list[str], data: st.DataObject) -> None:
    count = len(primary)
    review, missing = data.draw(st.integers(0, count)), data.draw(st.integers(0, count))
    facts = of(month, primary, review=review, missing=missing)
    for lang in ("zh", "en"):
        sentences = findings(facts, lang)  # type: ignore[arg-type]
        assert 2 <= len(sentences) <= MOST
        numbers = {int(number) for one in sentences for number in re.findall(r"\d+(?!\d*[%年月-])", one.text)}
        allowed = {2025, 3, count, review, missing, *(primary.count(theme) for theme in set(primary))}
        assert numbers <= allowed
        assert all(one.text.endswith(("。", ".")) for one in sentences)


def test_the_sample_is_told_in_both_languages(month: Facts) -> None:
    zh, en = findings(month), findings(month, "en")
    assert [one.figure for one in zh] == [one.figure for one in en]
    assert len(zh) >= 3
    assert not any(re.search("[\u4e00-\u9fff]", re.sub("《.*》", "", one.text)) for one in en)  # but for a title
