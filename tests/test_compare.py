"""Old against new: on labelled reports held out from both, pair by pair, and never on what one alone has learned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.models import Learned
from diaoyan.monthly.compare import Comparison, compare
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.classifier import WEAK_WEIGHT
from diaoyan.tagging.training_set import training_examples
from diaoyan.themes import Codebook

Sample = tuple[list[Report], dict[str, Label]]
Labels = Mapping[str, Label]


def of_months(labels: Labels, *months: str) -> dict[str, Label]:
    return {name: label for name, label in labels.items() if name[:7] in months}


def turned(labels: Labels) -> dict[str, Label]:
    """Return labels of which every one is wrong."""
    turn = {"rural": "digital", "digital": "discipline", "discipline": "finance", "finance": "other", "other": "rural"}
    return {name: Label(turn[label.primary]) for name, label in labels.items()}


def fitted(reports: list[Report], labels: Labels) -> Tagger:
    return Tagger(folds=2).fit([report for report in reports if report.report_id in labels], labels)


def compared(
    reports: list[Report],
    old: Labels,
    new: Labels,
    *,
    before: Tagger | None = None,
    again: bool = True,
    of_starts: Labels | None = None,
    left_open: Collection[str] = (),
    seed: int = 0,
) -> Comparison:
    own = [report for report in reports if report.report_id in new]
    tagger = Tagger(folds=2)
    examples = training_examples(own, new, tagger.new_features(), known=None, rehearsal=None, weak_weight=WEAK_WEIGHT)
    tagger.fit_examples(examples)
    examples.known[[report.report_id in left_open for report in own]] = False
    return compare(
        before or fitted(reports, old), tagger, examples, reports=own, learned=Learned(old, "none"), base=None,
        of_starts=of_starts or {}, old_can_be_refitted=again, random_state=seed,
    )  # fmt: skip


def test_the_same_labels_are_no_difference(sample: Sample) -> None:
    reports, labels = sample
    result = compared(reports, labels, labels)
    assert (result.difference, result.low, result.high, result.worse, result.worse_earlier) == (0, 0, 0, 0, 0)
    assert not result.refused
    assert result.months == ("2025-04", "2025-05", "2025-06")
    assert result.tested == 66


def test_a_month_of_wrong_labels_is_found_out_by_the_months_before_it(sample: Sample) -> None:
    reports, labels = sample
    wrong = labels | turned(of_months(labels, "2025-06"))
    result = compared(reports, of_months(labels, "2025-03", "2025-04", "2025-05"), wrong)
    assert result.worse_earlier > 0.95
    assert result.refused
    assert "macro-F1" in result.sentence()


def test_right_labels_in_place_of_wrong_ones_are_promoted(sample: Sample) -> None:
    reports, labels = sample
    wrong = of_months(labels, "2025-03", "2025-04") | turned(of_months(labels, "2025-05"))
    result = compared(reports, wrong, labels)
    assert result.difference > 0
    assert not result.refused


def test_what_is_tested_and_its_near_duplicates_are_never_learned_from(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, labels = sample
    first = reports[0]  # of March, which is learned from; its twin of June is tested
    twin = Report("2025-06-900-000000", first.title, text=first.text + "完。", month="2025-06")
    reports, labels = [*reports, twin], labels | {twin.report_id: labels[first.report_id]}
    learned: dict[int, set[str]] = {}
    tests = 0
    learn, judge = Tagger.learn, Tagger.judge

    def titles(readings: Any) -> set[str]:
        return {"".join(reading.tokens[0]) for reading in readings}

    def watched_learn(self: Tagger, examples: Any, **given: Any) -> Tagger:
        learned[id(self)] = titles(examples.readings)
        return learn(self, examples, **given)

    def watched_judge(self: Tagger, readings: Any, scores: Any) -> Any:
        nonlocal tests
        tests += 1
        assert learned[id(self)].isdisjoint(titles(readings))
        return judge(self, readings, scores)

    monkeypatch.setattr(Tagger, "learn", watched_learn)
    monkeypatch.setattr(Tagger, "judge", watched_judge)
    compared(reports, of_months(labels, "2025-03", "2025-04", "2025-05"), labels)
    assert tests == 2 * 5  # three parts of June, and two earlier months


def test_a_model_that_cannot_be_fitted_again_is_not_tested_on_what_it_has_learned(sample: Sample) -> None:
    reports, labels = sample
    result = compared(reports, of_months(labels, "2025-03", "2025-05"), labels, again=False)
    assert result.months == ("2025-04", "2025-06")
    nothing = compared(reports, labels, labels, again=False)
    assert (nothing.tested, nothing.refused) == (0, False)
    assert "nothing could be compared" in nothing.sentence()
    assert nothing.to_dict()["old"] is None
    assert "nothing could be compared" in nothing._repr_html_()


@pytest.mark.parametrize(
    ("tested", "low", "high", "verdict", "said"),
    [
        (200, 0.010, 0.080, "better", "interval +0.010 to +0.080)."),
        (200, -0.080, -0.010, "worse", "interval -0.080 to -0.010)."),
        (200, -0.120, 0.010, "undecided", "-0.120 to +0.010), which does not tell the two apart (无法分辨)."),
        (200, 0.0, 0.0, "undecided", "which does not tell the two apart (无法分辨)."),
        (29, 0.010, 0.080, "undecided", "to tell the two apart (无法分辨): 29 reports neither has seen (2025-03)."),
    ],
)  # fmt: skip
def test_no_more_is_said_of_two_models_than_the_interval_allows(
    tested: int, low: float, high: float, verdict: str, said: str
) -> None:
    nothing = np.empty(0, dtype=np.int64)
    found = Comparison(tested, 0, ("2025-03",), 0.8, 0.717, low, high, 0.5, 0.0, nothing, nothing)
    assert (found.verdict, found.to_dict()["verdict"]) == (verdict, verdict)
    assert found.sentence().endswith(said)
    assert ("0.717" in found.sentence(), "0.717" in found._repr_html_()) == (tested >= 30, tested >= 30)


def test_a_model_older_than_a_theme_is_fitted_again_without_it(sample: Sample) -> None:
    reports, labels = sample
    old = {name: label for name, label in labels.items() if "finance" not in (label.primary, *label.further)}
    three = Codebook(tuple(theme for theme in Codebook.default().themes if theme.id != "finance"))
    before = Tagger(three, folds=2).fit([report for report in reports if report.report_id in old], old)
    result = compared(reports, old, labels, before=before)
    assert result.months == ("2025-04", "2025-05", "2025-06")
    assert result.difference > 0
    assert not result.refused


def of_one_start(sample: Sample, of_starts: Labels) -> Comparison:
    """Return how labels on top of a start compare with the start itself, which knows some of them."""
    reports, labels = sample
    start = fitted(reports, of_months(labels, "2025-03", "2025-04"))
    own = [report for report in reports if (report.month or "") > "2025-03"]
    given = {report.report_id: labels[report.report_id] for report in own}
    tagger = Tagger(folds=2)
    features = tagger.new_features()
    examples = training_examples(own, given, features, known=start.classes, rehearsal=None, weak_weight=WEAK_WEIGHT)
    return compare(
        start, tagger.fit_examples(examples, base=start), examples, reports=own, learned=Learned(of_starts, None),
        base=start, of_starts=of_starts, old_can_be_refitted=False,
    )  # fmt: skip


def test_a_start_is_tested_on_what_it_has_not_seen(sample: Sample) -> None:
    result = of_one_start(sample, of_months(sample[1], "2025-03", "2025-04"))
    assert (result.months, result.known_to_base) == (("2025-05", "2025-06"), 0)
    assert "44 reports neither has seen (2025-05, 2025-06);" in result.sentence()


def test_a_start_that_has_seen_everything_is_tested_on_it_and_that_is_said(sample: Sample) -> None:
    result = of_one_start(sample, sample[1])
    assert (result.tested, result.known_to_base) == (66, 66)
    assert "held out from both (2025-04, 2025-05, 2025-06; the model both start from has seen them)" in (
        result.sentence()
    )
    assert "has seen them" in result._repr_html_()


def test_what_one_of_two_starts_has_seen_is_not_tested(sample: Sample) -> None:
    reports, labels = sample
    result = compared(
        reports, of_months(labels, "2025-03"), labels, again=False, of_starts=of_months(labels, "2025-05")
    )
    assert result.months == ("2025-04", "2025-06")


def test_a_label_that_leaves_its_theme_open_tests_nothing(sample: Sample) -> None:
    reports, labels = sample
    open_ones = {name for name in labels if name.startswith("2025-06-00")}
    result = compared(reports, of_months(labels, "2025-03"), labels, left_open=open_ones)
    assert result.tested == 66 - len(open_ones)


def test_the_interval_is_decided_by_the_seed(sample: Sample) -> None:
    reports, labels = sample
    old = of_months(labels, "2025-03", "2025-04")
    one, same, other = (compared(reports, old, labels, seed=seed) for seed in (3, 3, 4))
    assert one.to_dict() == same.to_dict()
    assert np.array_equal(one.truth, same.truth)
    assert other.to_dict() != one.to_dict()
