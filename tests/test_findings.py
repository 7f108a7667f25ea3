"""Findings in words: each kind of sentence against facts made for it, and never more than the facts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.theme_report import Facts, findings, gather
from diaoyan.theme_report.findings import MOST
from diaoyan.theme_report.wording import Compared


@pytest.fixture(scope="module")
def month(sample: tuple[list[Report], dict[str, Label]], tagger: Tagger) -> Facts:
    return gather([report for report in sample[0] if report.month == "2025-03"], tagger, found=[])


def of(facts: Facts, primary: list[str], *, review: int = 0, by_hand: int = 0, missing: int = 0, **more: Any) -> Facts:
    """Return facts of as many reports as themes are named, of one month."""
    count = len(primary)
    reports = pd.DataFrame(
        {
            "month": ["2025-03"] * count,
            "primary": primary,
            "needs_review": [number < review for number in range(count)],
            "evidence": ["人工标注；农户" if number < by_hand else "农户" for number in range(count)],
            "status": ["missing" if number < missing else "full" for number in range(count)],
        }
    )
    shares = pd.DataFrame({"month": ["2025-03"] * count, "theme": primary, "reports": 1})
    empty = {
        "together": pd.DataFrame(columns=["theme", "further", "reports"]), "several": 0, "unlabelled": (),
        "provinces": pd.DataFrame(columns=["province", "theme", "reports"]), "shares": shares,
        "compared": Compared("2025-03", 0, count, 0), "changes": pd.DataFrame(columns=["word", "score"]),
    }  # fmt: skip
    return replace(facts, reports=reports, total=count, with_text=count - missing, **{**empty, **more})


def said(facts: Facts, figure: str, lang: str = "zh") -> str:
    return " ".join(one.text for one in findings(facts, lang) if one.figure == figure)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("primary", "zh", "en"),
    [
        (["rural"] * 3 + ["finance"], "2025年3月共4篇，最大的主题是乡村振兴，3篇，占75%。",
         "2025-03: 4 reports. The largest theme is Rural revitalization: 3, or 75%."),
        (["rural", "finance", "other"],
         "2025年3月共3篇，最大的主题是乡村振兴、金融，并列，各1篇；1篇（33%）主要写别的事。",
         "2025-03: 3 reports. The largest themes are Rural revitalization and Finance, 1 each; mainly about "
         "something else: 1, or 33%."),
        (["other"] * 2, "2025年3月共2篇，没有一篇属于编码表中的主题。",
         "2025-03: 2 reports. None carries a theme of the codebook."),
    ],
)  # fmt: skip
def test_what_it_is_about_names_ties_and_nothing_that_is_not_there(
    primary: list[str], zh: str, en: str, month: Facts
) -> None:
    facts = of(month, primary)
    assert (findings(facts)[0].text, findings(facts, "en")[0].text) == (zh, en)


@pytest.mark.parametrize(
    ("now", "before", "zh"),
    [
        (
            (10, 10),
            (10, 50),
            "2025年4月与此前有报告的1个月相比，乡村振兴由17%变为50%，其他由83%变为50%，偶然难以解释。",
        ),
        ((6, 14), (15, 45), "2025年4月各主题的比重与此前有报告的1个月相比，差别都可能出于偶然。"),
        ((5, 2), (15, 45), "2025年4月7篇，此前60篇，篇数太少，看不出主题比重的变化。"),
    ],
)
def test_a_change_is_one_only_beyond_chance(
    now: tuple[int, int], before: tuple[int, int], zh: str, month: Facts
) -> None:
    rows = [("2025-03", "rural", before[0]), ("2025-03", "other", before[1])]
    rows += [("2025-04", "rural", now[0]), ("2025-04", "other", now[1])]
    facts = of(month, ["rural"] * 3, shares=pd.DataFrame(rows, columns=["month", "theme", "reports"]))
    assert zh in said(facts, "shares")


def test_words_that_rose_and_fell_are_named_beyond_chance_alone(month: Facts) -> None:
    changes = pd.DataFrame({"word": ["数据", "春耕", "考核"], "score": [4.0, -3.4, 2.0]})
    facts = of(month, ["rural"] * 30, changes=changes, compared=Compared("2025-03", 3, 30, 90))
    assert said(facts, "changes") == "用词上，2025年3月与此前有报告的3个月相比，“数据”明显增多，“春耕”明显减少。"
    quiet = of(month, ["rural"] * 30, changes=changes[2:], compared=Compared("2025-03", 3, 30, 90))
    assert said(quiet, "changes") == "用词上，2025年3月与此前有报告的3个月相比，没有哪个词的增减超出偶然。"
    few = of(month, ["rural"] * 3, changes=changes, compared=Compared("2025-03", 3, 3, 90))
    assert said(few, "changes") == ""


@pytest.mark.parametrize(
    ("review", "by_hand", "zh"),
    [
        (1, 0, "主题全部由模型判定，未经人工核对；1篇待复核，占25%。"),
        (0, 4, "主题全部由人工标注；没有待复核的。"),
        (2, 1, "1篇的主题由人工标注，其余由模型判定，未经人工核对；2篇待复核，占50%。"),
    ],
)
def test_whose_answer_it_is_and_what_is_in_review(review: int, by_hand: int, zh: str, month: Facts) -> None:
    assert said(of(month, ["rural"] * 4, review=review, by_hand=by_hand), "map") == zh


def test_how_far_to_trust_it(month: Facts) -> None:
    facts = of(month, ["rural"] * 5, missing=3, unlabelled=("finance",))
    assert said(facts, "risk") == (
        "3篇没有正文，只凭题目和作者归类，较容易出错。 金融未经标注，只凭种子词及其词义判断，准不准还没有检验过。"
    )
    assert said(of(month, ["rural"] * 5), "risk") == ""


def test_ties_of_provinces_and_pairs_are_not_broken(month: Facts) -> None:
    provinces = pd.DataFrame({"province": ["广东省", "湖南省"], "theme": "rural", "reports": [5, 5]})
    together = pd.DataFrame({"theme": ["rural", "rural"], "further": ["finance", "digital"], "reports": [3, 3]})
    facts = of(month, ["rural"] * 9, provinces=provinces, together=together, several=6)
    assert (said(facts, "provinces"), said(facts, "together")) == ("", "6篇兼有两个以上主题。")
    facts = of(month, ["rural"] * 9, provinces=provinces[:1], together=together[:1], several=4)
    assert said(facts, "provinces") == "题目和作者单位中涉及最多的省份是广东省，5篇。"
    assert said(facts, "together") == "4篇兼有两个以上主题，其中乡村振兴与金融同时出现最多，3篇。"


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
    assert not any(re.search("[\u4e00-\u9fff]", one.text) for one in en)
