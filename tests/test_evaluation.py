"""Evaluation: every labelled report once, by a classifier that has not seen it."""

from __future__ import annotations

import pytest

from diaoyan.corpus import Label
from diaoyan.errors import DiaoyanError
from diaoyan.report import Report
from diaoyan.tagging import Evaluation, Tagger, evaluate

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture(scope="module")
def evaluation(sample: Sample) -> Evaluation:
    reports, labels = sample
    return evaluate(Tagger(folds=2), reports, labels=labels)


def test_every_labelled_report_is_held_out_once(evaluation: Evaluation, sample: Sample) -> None:
    reports, labels = sample
    assert sorted(evaluation.truth) == sorted(labels[report.report_id].primary for report in reports)
    assert len(evaluation.predicted) == len(evaluation.truth)


def test_scores_are_what_truth_and_prediction_say(evaluation: Evaluation) -> None:
    pairs = list(zip(evaluation.truth, evaluation.predicted, strict=True))
    assert evaluation.accuracy == pytest.approx(sum(t == p for t, p in pairs) / len(pairs))
    f1 = {
        name: 2 * sum(t == p == name for t, p in pairs) / (evaluation.truth + evaluation.predicted).count(name)
        for name in evaluation.classes
    }
    assert evaluation.f1 == pytest.approx(f1)
    assert evaluation.macro_f1 == pytest.approx(sum(f1.values()) / len(f1))
    assert evaluation.interval[0] < evaluation.macro_f1 < evaluation.interval[1]


def test_held_out_reports_are_filed_well_but_not_perfectly(evaluation: Evaluation) -> None:
    assert 0.75 <= evaluation.macro_f1 < 1


def test_the_confusion_counts_every_report_in_one_cell(evaluation: Evaluation) -> None:
    cells = evaluation.confusion()
    assert len(cells) == len(evaluation.classes) ** 2
    assert sum(count for *_, count in cells) == len(evaluation.truth)
    assert sum(count for truth, predicted, count in cells if truth == predicted) == round(
        evaluation.accuracy * len(evaluation.truth)
    )


def test_too_few_labels_are_refused(sample: Sample) -> None:
    reports, labels = sample
    with pytest.raises(DiaoyanError, match="label"):
        evaluate(Tagger(folds=2), reports[:4], labels=labels)
