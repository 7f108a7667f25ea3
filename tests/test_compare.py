"""Old against new: on labelled reports neither has seen, pair by pair, and never on what one of them has learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.models import Learned
from diaoyan.monthly.compare import Comparison, compare
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.classifier import WEAK_WEIGHT
from diaoyan.tagging.gathering import gather

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


def compared(reports: list[Report], old: Labels, new: Labels, *, again: bool = True, seed: int = 0) -> Comparison:
    own = [report for report in reports if report.report_id in new]
    tagger = Tagger(folds=2)
    examples = gather(own, new, tagger.new_features(), known=None, kept=None, weak_weight=WEAK_WEIGHT)
    return compare(
        fitted(reports, old), tagger.fit_examples(examples), examples, reports=own, learned=Learned(old, "none"),
        base=None, old_can_be_refitted=again, random_state=seed,
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


def test_the_interval_is_decided_by_the_seed(sample: Sample) -> None:
    reports, labels = sample
    old = of_months(labels, "2025-03", "2025-04")
    one, same, other = (compared(reports, old, labels, seed=seed) for seed in (3, 3, 4))
    assert one.to_dict() == same.to_dict()
    assert np.array_equal(one.truth, same.truth)
    assert other.to_dict() != one.to_dict()
