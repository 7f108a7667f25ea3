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
from diaoyan.tagging import Tag, Tagger
from diaoyan.theme_report import Facts, findings, gather
from diaoyan.theme_report.course import Course, course
from diaoyan.theme_report.divisions import Divisions
from diaoyan.theme_report.findings import MOST
from diaoyan.theme_report.trust import Wrong


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
            "themes": more.pop("themes", None)
            or [
                "rural;finance" if n < several else "" if theme == "other" else theme for n, theme in enumerate(primary)
            ],
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
        "course": course([], ["rural", "other"]), "changes": words([]), "bars": {}, "wrong": None,
        "apart": SimpleNamespace(places=places, divisions=more.pop("divided", None)),
    }  # fmt: skip
    return replace(facts, reports=reports, total=count, with_text=count - missing, **{**empty, **more})


def words(rows: list[tuple[str, float, int, int, bool]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["word", "score", "now", "before", "clear"])


def said(facts: Facts, figure: str, lang: str = "zh") -> str:
    return " ".join(one.text for one in findings(facts, lang) if one.figure == figure)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("primary", "zh", "en"),
    [
        (["rural"] * 3 + ["finance"], "2025年3月共4篇，最多的是乡村振兴，3篇，占75%；此外有金融1篇。",
         "2025-03: 4 reports. The largest theme is Rural revitalization: 3, or 75%; then Finance 1."),
        (["rural", "finance", "other"], "2025年3月共3篇，乡村振兴、金融各1篇；1篇（33%）没有归入所列主题。",
         "2025-03: 3 reports. Rural revitalization and Finance: 1 each; under none of them: 1, or 33%."),
        (["rural"] * 2 + ["finance"] + ["other"] * 3,
         "2025年3月共6篇，所列主题中最多的是乡村振兴，2篇，占33%；此外有金融1篇；3篇（50%）没有归入所列主题。",
         "2025-03: 6 reports. Of the themes listed the largest is Rural revitalization: 2, or 33%; then Finance 1; "
         "under none of them: 3, or 50%."),
        (["rural"] * 2 + ["finance"] * 2 + ["digital"],
         "2025年3月共5篇，乡村振兴、金融最多，各2篇；此外有数字经济1篇。",
         "2025-03: 5 reports. The largest themes are Rural revitalization and Finance, 2 each; then Digital "
         "economy 1."),
        (["other"] * 3 + ["rural", "finance"],
         "2025年3月共5篇，3篇（60%）没有归入所列主题；归入的有乡村振兴1篇、金融1篇。",
         "2025-03: 5 reports. Under none of the themes listed: 3, or 60%. The others: Rural revitalization 1 and "
         "Finance 1."),
        (["rural"] * 2, "2025年3月共2篇，全部属于乡村振兴。", "2025-03: 2 reports. Rural revitalization: all."),
        (["other"] * 2, "2025年3月共2篇，没有一篇归入所列主题。",
         "2025-03: 2 reports. Under none of the themes listed: all."),
    ],
)  # fmt: skip
def test_what_it_is_about_names_ties_and_nothing_that_is_not_there(
    primary: list[str], zh: str, en: str, month: Facts
) -> None:
    facts = of(month, primary)
    assert (findings(facts)[0].text, findings(facts, "en")[0].text) == (zh, en)


def test_reports_filed_under_none_of_the_themes_may_touch_one(month: Facts) -> None:
    facts = of(month, ["other"] * 3 + ["rural"], themes=["finance", "", "other", "rural"], review=2)
    assert said(facts, "shares").endswith(
        "3篇（75%）没有归入所列主题（其中1篇附带涉及某个所列主题）；归入的有乡村振兴1篇。"
    )
    assert said(facts, "map").endswith("2篇待复核，占50%（编号1、2），其中2篇没有归入所列主题。")
    touching = of(month, ["other"] * 2, themes=["finance", ""])
    assert "Under none of the themes listed: all (1 of these touching one)." in said(touching, "shares", "en")


def test_reports_without_a_month_are_no_part_of_a_month(month: Facts) -> None:
    facts = of(month, ["rural"] * 3)
    some, none = facts.reports.assign(month=["2025-03", None, None]), facts.reports.assign(month=None)
    assert findings(replace(facts, reports=some))[0].text.startswith("2025年3月和未注明月份的报告共3篇，")
    assert findings(replace(facts, reports=none))[0].text.startswith("未注明月份的报告共3篇，")
    assert findings(replace(facts, reports=none), "en")[0].text.startswith("Without a month: 3 reports. ")


def compared(now: dict[str, int], before: dict[str, int], months: list[str]) -> Course:
    """Return the course of April 2025 after `months`, over which the reports before it are spread."""

    def tag(month: str, theme: str) -> Tag:
        return Tag("r", month, 1, "调查", theme, (theme,), {}, False, "")

    tags = [tag("2025-04", theme) for theme, count in now.items() for _ in range(count)]
    tags += [tag(months[n % len(months)], theme) for theme, count in before.items() for n in range(count)]
    return course(tags, ["rural", "digital", "discipline", "finance", "other"])


@pytest.mark.parametrize(
    ("now", "before", "zh"),
    [
        ({"rural": 10, "other": 10}, {"rural": 10, "other": 50},
         "2025年4月与2025年3月的60篇相比，其他由83%降到50%、乡村振兴由17%升到50%，偶然难以解释。"),
        ({"rural": 12, "other": 8}, {"other": 60},
         "2025年4月与2025年3月的60篇相比，其他由100%降到40%、乡村振兴从无到有，占60%，偶然难以解释。"),
        ({"other": 30}, {"rural": 30, "other": 30},
         "2025年4月与2025年3月的60篇相比，其他由50%升到100%、乡村振兴由50%变为一篇也没有，偶然难以解释。"),
        ({"rural": 6, "other": 14}, {"rural": 15, "other": 45},
         "2025年4月与2025年3月的60篇相比，看不出超出偶然的变化，主题和用词都是如此；"),
        ({"rural": 2, "other": 8}, {"other": 75},  # nothing before, but two are few: one chance in eighty
         "2025年4月与2025年3月的75篇相比，看不出超出偶然的变化，主题和用词都是如此；"),
        ({"rural": 5, "other": 2}, {"rural": 15, "other": 45},
         "2025年4月只有7篇，与2025年3月的60篇相比太少，看不出变化。"),
    ],
)  # fmt: skip
def test_a_change_is_one_only_beyond_chance(now: dict[str, int], before: dict[str, int], zh: str, month: Facts) -> None:
    assert zh in said(of(month, ["rural"] * 3, course=compared(now, before, ["2025-03"])), "shares")


def test_a_change_of_words_alone_leaves_the_themes_to_chance(month: Facts) -> None:
    even = compared({"rural": 5, "other": 15}, {"rural": 15, "other": 45}, ["2025-02", "2025-03"])
    changes = words([("数据", 4.0, 10, 3, True), ("春耕", -3.4, 0, 30, True), ("考核", 2.0, 4, 4, False)])
    facts = of(month, ["rural"] * 20, course=even, changes=changes)
    assert "与2025年2月至3月的60篇相比，各主题所占比例看不出超出偶然的变化；" in said(facts, "shares")
    assert said(facts, "changes") == (
        "用词上，2025年4月与2025年2月至3月的60篇相比，含“数据”的报告由5%变为50%、含“春耕”的报告由50%变为0%，"
        "偶然难以解释。"
    )
    assert "“数据” is in 50% of the reports instead of 5%" in said(facts, "changes", "en")
    more = replace(facts, changes=words([("数据", 4.0, 10, 3, True), ("算力", 3.9, 9, 3, True)]))
    assert said(more, "changes").endswith("含“数据”的报告由5%变为50%；另有1个词的增减也超出偶然。")
    quiet = replace(facts, changes=changes[2:])
    assert "看不出超出偶然的变化，主题和用词都是如此；" in said(quiet, "shares")
    assert said(quiet, "changes") == ""
    few = compared({"rural": 3}, {"rural": 60}, ["2025-03"])
    assert said(replace(facts, course=few), "changes") == ""


def test_months_are_compared_with_those_of_a_year_before(month: Facts) -> None:
    months = [f"2024-{number:02d}" for number in range(1, 13)] + ["2025-03"]
    facts = of(month, ["rural"] * 3, course=compared({"rural": 20}, {"rural": 130}, months))
    assert "与2024年2月至2025年3月（其中12个月）的120篇相比" in said(facts, "shares")


@pytest.mark.parametrize(
    ("review", "by_hand", "zh", "en"),
    [
        (1, 0, "主题全部由模型判定，未经人工核对；1篇待复核，占25%（编号1）。",
         "All tags are the model's; to be reviewed: 1, or 25% (no. 1)."),
        (4, 0, "主题全部由模型判定，未经人工核对；全部待复核。",
         "All tags are the model's; all of them are to be reviewed."),
        (0, 0, "主题全部由模型判定，未经人工核对；没有待复核的。",
         "All tags are the model's; none is to be reviewed."),
        (0, 4, "主题全部由人工标注。", "All tags were given by hand."),
        (2, 1, "1篇的主题由人工标注，其余由模型判定，未经人工核对；2篇待复核，占50%（编号1、2）。",
         "Tags given by hand: 1; the others are the model's; to be reviewed: 2, or 50% (no. 1 and 2)."),
    ],
)  # fmt: skip
def test_whose_answer_it_is_and_what_is_in_review(review: int, by_hand: int, zh: str, en: str, month: Facts) -> None:
    facts = of(month, ["rural"] * 4, review=review, by_hand=by_hand)
    assert (said(facts, "map"), said(facts, "map", "en")) == (zh, en)


def test_reports_of_several_months_are_named_with_their_month(month: Facts) -> None:
    facts = of(month, ["rural"] * 4, review=2)
    facts = replace(facts, reports=facts.reports.assign(month=["2025-03", "2025-04", "2025-04", None]))
    assert "（2025-03#1、2025-04#2）" in said(facts, "map")
    turned_round = replace(facts, reports=facts.reports[::-1])
    assert "（2025-03#1、2025-04#2）" in said(turned_round, "map")  # in order, however they come
    many = of(month, ["rural"] * 8, review=6)
    many = replace(many, reports=many.reports.assign(month=["2025-03"] * 4 + ["2025-04"] * 4))
    assert "#" not in said(many, "map")
    assert "（" not in said(of(month, ["rural"] * 30, review=21), "map")  # too many to be named


def test_how_many_of_the_tags_that_need_no_review_may_be_wrong_is_said(month: Facts) -> None:
    facts = of(month, ["rural"] * 60, review=10, wrong=Wrong(50, 0, 5))
    assert "不必复核的50篇中，估计不到1篇、至多5篇归错，前提是它们不比模型试过的报告更难归类。" in said(facts, "risk")
    assert "of the 50 that need no review less than one, at most 5, may be wrong, if they are no harder" in said(
        facts, "risk", "en"
    )
    assert "估计约9篇、至多16篇归错" in said(replace(facts, wrong=Wrong(50, 9, 16)), "risk")


def test_the_report_unlike_the_others_is_named_if_it_stands_out(month: Facts) -> None:
    usual = [0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38, 0.39, 0.4]
    facts = of(month, ["rural"] * 12, alike=[*usual, 0.02])
    assert said(facts, "") == "有正文的报告中，《第12村调查》（编号12）的用词与其他各篇明显不同。"
    assert "《第12村调查》 (no. 12) has the words least like the others', clearly so." in said(facts, "", "en")
    assert said(of(month, ["rural"] * 12, alike=[*usual, 0.29]), "") == ""
    assert said(of(month, ["rural"] * 12, alike=[0.02, 0.02, *usual[:10]]), "") == ""  # a tie
    assert said(of(month, ["rural"] * 9, alike=[0.02, *usual[:8]]), "") == ""  # too few


def test_agreement_is_told_with_what_it_is_worth(month: Facts) -> None:
    primary, empty = ["rural"] * 10 + ["finance"] * 12, pd.DataFrame()
    filed = pd.DataFrame({"lda": "0", "theme": ["rural", "finance"], "tfidf": "0", "reports": [10, 12]})
    two = Divisions(filed, empty, empty, {}, {"lda": 18, "tfidf": 20}, {}, empty, of_rest=True)
    assert said(of(month, primary, divided=two), "agreement") == (
        "LDA和TF-IDF不看归类另行划分，22篇中与归类相同的分别有18篇和20篇，而把全部报告归入最大的一类也有12篇；"
        "三者共用主题词，一致也不足为证。"
    )
    assert "in 18 and 20 of 22 reports" in said(of(month, primary, divided=two), "agreement", "en")
    # Of titles alone: seed words agree with themselves. And one class is easily found again.
    assert said(of(month, primary, divided=two, missing=12), "agreement") == ""
    assert said(of(month, ["other"] * 20, divided=two), "agreement") == ""


def test_how_far_to_trust_it(month: Facts) -> None:
    facts = of(month, ["rural"] * 5, missing=3, unlabelled=("finance",))
    assert said(facts, "risk") == (
        "3篇没有正文，只凭题目和作者归类，较容易出错。 金融未经标注，只凭种子词及其词义判断，准不准还没有检验过。"
    )
    assert said(of(month, ["rural"] * 5), "risk") == ""
    assert said(of(month, ["rural"] * 2, missing=2), "risk") == "全部没有正文，只凭题目和作者归类，较容易出错。"
    assert said(of(month, ["rural"] * 2, missing=1), "risk", "en") == (
        "Without text, tagged by title and authors, which is more often wrong: 1."
    )


def test_ties_of_provinces_and_pairs_are_not_broken(month: Facts) -> None:
    provinces = pd.DataFrame({"province": ["广东省", "湖南省"], "theme": "rural", "reports": [5, 5]})
    together = pd.DataFrame({"theme": ["rural", "rural"], "further": ["finance", "digital"], "reports": [3, 3]})
    facts = of(month, ["rural"] * 30, provinces=provinces, together=together, several=22)
    assert (said(facts, "provinces"), said(facts, "together")) == ("", "22篇兼有两个或更多所列主题。")
    facts = of(month, ["rural"] * 30, provinces=provinces[:1], together=together[:1], several=24)
    assert said(facts, "provinces") == "5篇的题目、作者单位或正文开头认得出省份，都是广东省。"
    others = replace(facts, provinces=provinces.assign(reports=[5, 4]))
    assert said(others, "provinces") == "9篇的题目、作者单位或正文开头认得出省份，最多的是广东省，5篇。"
    assert said(facts, "together") == "24篇兼有两个或更多所列主题，最常见的是乡村振兴与金融，3篇。"
    facts = of(month, ["rural"] * 101, provinces=provinces[:1], together=together[:1], several=3)
    assert said(facts, "provinces") == ""  # 5 of 101 are no news
    assert said(facts, "together") == "3篇兼有两个或更多所列主题（编号1、2、3），都有乡村振兴与金融。"


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
        allowed |= {sum(n < review for n, theme in enumerate(primary) if theme == "other")}
        allowed |= {*range(1, review + 1)} if review <= 20 else set()  # the numbers of those in review
        assert numbers <= allowed
        assert all(one.text.endswith(("。", ".")) for one in sentences)


def test_the_sample_is_told_in_both_languages(month: Facts) -> None:
    zh, en = findings(month), findings(month, "en")
    assert [one.figure for one in zh] == [one.figure for one in en]
    assert len(zh) >= 3
    assert not any(re.search("[\u4e00-\u9fff]", re.sub("《.*》", "", one.text)) for one in en)  # but for a title
