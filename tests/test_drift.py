"""What drift promises: silence where nothing has changed, planted drift named, a change of themes told as news."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.drift.drift import _evenly, measure_drift
from diaoyan.drift.gap import Gap, Values, compare
from diaoyan.drift.verdict import Drift
from diaoyan.errors import CorpusError
from diaoyan.models import load_tagger
from diaoyan.report import Report
from diaoyan.tagging import Tagger

Sample = tuple[list[Report], dict[str, Label]]
Change = Callable[[Report], Report]


@pytest.fixture(scope="module")
def learned(sample: Sample) -> Tagger:
    """A classifier that has learned from all months but June."""
    reports, labels = sample
    return Tagger(folds=2).fit([report for report in reports if report.month != "2025-06"], labels)


def halves(sample: Sample) -> tuple[list[Report], list[Report]]:
    """Return the months before June, and June."""
    reports = sample[0]
    return [r for r in reports if r.month != "2025-06"], [r for r in reports if r.month == "2025-06"]


def without_text(report: Report) -> Report:
    return replace(report, text="", status="missing")


def english(report: Report) -> Report:
    return replace(report, title="A survey of twelve townships", text="Households were asked about income. " * 20)


def misread(report: Report) -> Report:
    """Return a report with every fifth character misread."""
    pool = report.text[::-1]
    text = "".join(pool[i] if i % 5 == 0 else char for i, char in enumerate(report.text))
    return replace(report, text=text)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0], ids=["with text", "half by title", "titles alone"])
def test_a_month_like_the_others_is_trusted_though_the_model_learned_from_those(
    learned: Tagger, sample: Sample, share: float
) -> None:
    before, june = halves(sample)
    cut = round(share * len(june))
    drift = measure_drift(learned, before, [without_text(r) if i < cut else r for i, r in enumerate(june)])
    assert drift.trusted
    assert drift.alarms == ()
    assert drift.reports == {"now": 22, "titles": cut, "before": 66, "read": 66}
    assert "可以照常使用" in drift.sentence()


def test_nothing_is_found_where_reports_are_dealt_by_chance(sample: Sample) -> None:
    tagger = load_tagger(settings.shipped("base"))
    for trial in range(20):
        order = np.random.default_rng(trial).permutation(88)
        dealt = [
            replace(sample[0][row], text=sample[0][row].text[:300], month=f"2025-0{place % 4 + 3}")
            for place, row in enumerate(order)
        ]
        drift = measure_drift(tagger, [r for r in dealt if r.month != "2025-06"], dealt[3::4])
        assert drift.trusted, trial


@pytest.mark.parametrize(("change", "alarm"), [(english, "foreign"), (misread, "unknown")])
def test_what_the_model_cannot_read_is_not_trusted(change: Change, alarm: str, learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    drift = measure_drift(learned, before, [change(report) for report in june])
    assert not drift.trusted
    assert alarm in drift.alarms
    assert "不要直接采用2025年6月的标签" in drift.sentence()
    assert drift.sentence("en").startswith("Do not trust the tags of 2025-06")
    assert drift.unknown is not None
    assert drift.unknown.low > 0


def test_a_change_of_themes_is_news_and_no_distrust(sample: Sample) -> None:
    reports, labels = sample
    rural = [r for r in reports if labels[r.report_id].primary == "rural"][:15]
    ids = {report.report_id for report in rural}
    tagger = load_tagger(settings.shipped("base"))
    drift = measure_drift(tagger, [r for r in reports if r.report_id not in ids], rural)
    assert drift.trusted
    assert "rural" in set(drift.shares.loc[drift.shares["clear"], "theme"])
    assert "不是模型的问题" in drift.sentence()
    assert "news, not a fault" in drift.sentence("en")


def test_words_of_a_new_subject_are_named(learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    june = [replace(r, text=r.text + "\n当地试行低空物流与无人机配送。") if i % 2 else r for i, r in enumerate(june)]
    words = measure_drift(learned, before, june).new_words.set_index("word")
    assert words.loc["无人机", "now"] >= 11
    assert words.loc["无人机", "before"] <= 2


@pytest.mark.parametrize("earlier", [0, 3], ids=["none", "three reports"])
def test_without_earlier_reports_it_says_so(earlier: int, learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    drift = measure_drift(learned, before[:earlier], june)
    assert drift.unknown is None
    assert drift.likeness is None
    assert drift.trusted
    assert drift.sentence().endswith("没有往月可比，看不出模型是否仍然可信，请抽查几篇。")
    assert drift.sentence("en").endswith("nothing tells whether the model can be trusted; check some.")
    assert measure_drift(learned, before[:earlier], [english(r) for r in june]).alarms[0] == "foreign"


def test_a_single_earlier_month_is_said_to_be_little(learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    drift = measure_drift(learned, [r for r in before if r.month == "2025-05"], june)
    assert drift.trusted
    assert "不足三个" in drift.sentence()
    assert "fewer than three" in drift.sentence("en")


def test_texts_are_compared_by_title_where_earlier_reports_are_titles(learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    drift = measure_drift(learned, [without_text(r) for r in before], june)
    assert drift.reports["titles"] == len(june)


def test_a_handful_of_reports_gives_no_verdict(learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    assert "逐篇核对" in measure_drift(learned, before, june[:3]).sentence()


def test_results_are_plain_the_same_each_time_and_escaped(learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    june = [replace(r, title=r.title + "<b>") for r in june]
    first, second = (measure_drift(learned, reports, june) for reports in (before, before[::-1]))
    assert json.dumps(first.to_dict(), ensure_ascii=False) == json.dumps(second.to_dict(), ensure_ascii=False)
    assert list(first.frame()["what"][:3]) == ["unknown", "likeness", "rural"]
    assert "<b>" not in first._repr_html_()


def test_wrong_calls_are_refused(learned: Tagger, sample: Sample) -> None:
    before, june = halves(sample)
    with pytest.raises(CorpusError, match="found none"):
        measure_drift(learned, before, [])
    with pytest.raises(CorpusError, match=june[0].report_id):
        measure_drift(learned, [*before, june[0]], june)


def test_many_earlier_reports_are_taken_evenly() -> None:
    reports = [Report(f"r{i:03d}", "甲", month=f"2024-{i // 10 + 1:02d}") for i in range(120)]
    taken = _evenly(reports[::-1], 24)
    assert [sum(r.month == f"2024-{m:02d}" for r in taken) for m in range(1, 13)] == [2] * 12


def values(numbers: list[float], themes: list[int] | None = None) -> Values:
    return Values(np.array(numbers), np.zeros(len(numbers), int), np.array(themes or [0] * len(numbers)))


def test_each_theme_is_compared_with_itself() -> None:
    before = values([0.1, 0.3] * 5 + [0.7, 0.9] * 5, [0] * 10 + [1] * 10)
    gap = compare(before, values([0.7, 0.9] * 5, [1] * 10), months=np.arange(20) % 2, usual=0.0, tests=1)
    assert gap.difference == pytest.approx(0.0)
    assert (gap.before, gap.now) == pytest.approx((0.8, 0.8))


def test_months_that_differ_by_nature_make_the_interval_wider() -> None:
    months = np.repeat(np.arange(4), 10)
    alike = values([0.4, 0.6] * 20)
    apart = values([v + shift for shift in (-0.2, 0.2, -0.2, 0.2) for v in [0.4, 0.6] * 5])
    now = values([0.6, 0.8] * 5)
    sure, unsure = (compare(b, now, months=months, usual=0.01, tests=1) for b in (alike, apart))
    assert sure.clear
    assert not unsure.clear
    assert sure.difference == pytest.approx(0.2)
    assert unsure.high - unsure.low > 3 * (sure.high - sure.low)


def test_a_month_as_foreign_as_those_before_it_is_refused_for_its_own_share_of_unknown_words() -> None:
    nothing = pd.DataFrame(columns=["theme", "before", "now", "low", "high", "clear"])
    reports = {"now": 5, "titles": 0, "before": 40, "read": 40}
    same = Gap(0.94, 0.95, -0.1, 0.1, 0.2)
    drift = Drift("2025-06", reports, 3, nothing, nothing, 0.95, same, None, ("foreign",), {"zh": {}, "en": {}})
    assert drift.sentence().startswith("不要直接采用2025年6月的标签：不认识的词占95%。")
    assert drift.sentence("en").startswith("Do not trust the tags of 2025-06: unknown words 95%. ")
