"""What the classifier sees of a report, watched through its scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging import Tagger

Sample = tuple[list[Report], dict[str, Label]]


def difference(tagger: Tagger, one: Report, two: Report) -> float:
    first, second = tagger.predict_proba([one, two])
    return float(np.abs(first - second).max())


def test_scores_have_a_column_per_theme_and_one_for_other(tagger: Tagger, sample: Sample) -> None:
    assert tagger.predict_proba(sample[0][:3]).shape == (3, 5)


@pytest.mark.parametrize(
    ("title", "same"),
    [("5G 基站建设调查", "５Ｇ　基站建设调查"), ("宅基地“三权分置”改革", "宅基地“三权分置”改革\n")],
)
def test_width_and_space_make_no_difference(title: str, same: str, tagger: Tagger) -> None:
    assert difference(tagger, Report("a", title), Report("a", same)) < 1e-9


def test_title_text_and_authors_all_speak(tagger: Tagger) -> None:
    plain = Report("a", "一个样本的观察", text="情况如下。")
    for change in ({"title": "农村宅基地的观察"}, {"text": "农户与宅基地。"}, {"authors": "省农业农村厅"}):
        assert difference(tagger, plain, replace(plain, **change)) > 0.01


def test_number_month_and_source_say_nothing_of_the_theme(tagger: Tagger, sample: Sample) -> None:
    report = sample[0][0]
    moved = replace(report, report_id="x", no=99, month="1999-01", page=7, source="x", compilation="x", date=None)
    assert difference(tagger, report, moved) < 1e-9


def test_the_title_weighs_more_than_one_more_sentence(tagger: Tagger, sample: Sample) -> None:
    report = sample[0][0]
    phrase = "农商行不良贷款与小微企业融资情况"
    as_title = replace(report, title=phrase)
    as_sentence = replace(report, text=f"{report.text}\n{phrase}。")
    finance = tagger.classes.index("finance")
    before, title, sentence = tagger.predict_proba([report, as_title, as_sentence])[:, finance]
    assert title > sentence >= before
