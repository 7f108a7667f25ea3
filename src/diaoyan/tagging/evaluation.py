"""How good a classifier is on reports it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging.classifier import Tagger
from diaoyan.tagging.examples import Examples


@dataclass(frozen=True)
class Evaluation:
    """Held-out results of a classifier.

    Attributes
    ----------
    classes : tuple of str
        The themes of the codebook, then `other`.
    truth, predicted : list of str
        Primary theme as labelled and as predicted, one entry per held-out report.
    accuracy, macro_f1 : float
        Over `classes`, between 0 and 1.
    interval : tuple of float
        95 % bootstrap interval of `macro_f1`.
    f1 : dict of str to float
        Per class.
    confidence : list of float
        Probability stated for each prediction, between 0 and 1; empty where it was not kept.
    """

    classes: tuple[str, ...]
    truth: list[str]
    predicted: list[str]
    accuracy: float
    macro_f1: float
    interval: tuple[float, float]
    f1: dict[str, float]
    confidence: list[float] = field(default_factory=list)

    def confusion(self) -> list[tuple[str, str, int]]:
        """Return truth, prediction and number of reports for every pair of classes."""
        pairs = list(zip(self.truth, self.predicted, strict=True))
        return [(t, p, pairs.count((t, p))) for t in self.classes for p in self.classes]


def evaluate(
    tagger: Tagger,
    reports: Sequence[Report],
    *,
    labels: Mapping[str, Label],
    random_state: int = 0,
) -> Evaluation:
    """Tag every labelled report by a classifier that has seen neither it nor a near-duplicate of it.

    Stratified folds, as many as the tagger's own; features, thresholds and calibration are fitted inside each fold.

    Parameters
    ----------
    tagger : Tagger
        Its settings are used; it need not be fitted and is not changed.
    reports : sequence of Report
    labels : mapping of report_id to Label
    random_state : int
        Decides folds and bootstrap.

    Raises
    ------
    ModelError
        If a class has too few labelled reports.
    """
    examples = Examples.labelled(reports, labels, tagger.new_features())
    examples.require(tagger.classes)
    primary = examples.primary
    predicted = np.empty(len(examples), dtype=np.int64)
    confidence = np.zeros(len(examples))
    for train, test in examples.folds(tagger.folds, random_state):
        fold = Tagger(**(tagger.get_params() | {"random_state": random_state})).fit_examples(examples.take(train))
        readings = [examples.readings[row] for row in test]
        _, probabilities = fold.judge(readings, fold.scores(readings))
        predicted[test], confidence[test] = probabilities.argmax(1), probabilities.max(1)
    measured = summarise(tagger.classes, primary, predicted=predicted, random_state=random_state)
    return replace(measured, confidence=confidence.tolist())


def summarise(
    classes: tuple[str, ...], truth: npt.NDArray[np.int64], *, predicted: npt.NDArray[np.int64], random_state: int = 0
) -> Evaluation:
    """Return the scores of predictions, with a bootstrap interval over reports.

    Parameters
    ----------
    classes : tuple of str
    truth, predicted : ndarray of shape (n_reports,)
        Numbers of classes.
    random_state : int
        Decides the bootstrap.
    """
    generator = np.random.default_rng(random_state)
    rounds = [generator.integers(0, len(truth), len(truth)) for _ in range(1000)]
    draws = np.sort([_f1(truth[rows], predicted[rows], len(classes)).mean() for rows in rounds])
    f1 = _f1(truth, predicted, len(classes))
    return Evaluation(
        classes=classes,
        truth=[classes[number] for number in truth],
        predicted=[classes[number] for number in predicted],
        accuracy=float((truth == predicted).mean()),
        macro_f1=float(f1.mean()),
        interval=(float(draws[24]), float(draws[974])),
        f1={name: float(value) for name, value in zip(classes, f1, strict=True)},
    )


def _f1(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return F1 per class; a class that is neither there nor predicted counts as found."""
    table = np.zeros((classes, classes))
    np.add.at(table, (truth, predicted), 1)
    total = table.sum(0) + table.sum(1)
    return np.where(total > 0, 2 * np.diag(table) / np.maximum(total, 1), 1.0)
