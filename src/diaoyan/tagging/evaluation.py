"""How good a classifier is on reports it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
    """

    classes: tuple[str, ...]
    truth: list[str]
    predicted: list[str]
    accuracy: float
    macro_f1: float
    interval: tuple[float, float]
    f1: dict[str, float]

    def confusion(self) -> list[tuple[str, str, int]]:
        """Return truth, prediction and number of reports for every pair of classes."""
        pairs = list(zip(self.truth, self.predicted, strict=True))
        return [(t, p, pairs.count((t, p))) for t in self.classes for p in self.classes]


def evaluate(
    tagger: Tagger,
    reports: Sequence[Report],
    *,
    labels: Mapping[str, Label],
    also: Examples | None = None,
    hand_weight: float = 1.0,
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
    also : Examples, optional
        Further examples to learn from in every fold, never held out.
    hand_weight : float
        How much a labelled report counts against those.
    random_state : int
        Decides folds and bootstrap.

    Raises
    ------
    ModelError
        If a class has too few labelled reports.
    """
    examples = Examples.labelled(reports, labels, tagger.new_features()).counting(hand_weight)
    examples.require(tagger.classes)
    primary = examples.primary
    predicted = np.empty(len(examples), dtype=np.int64)
    for train, test in examples.folds(tagger.folds, random_state):
        fold = Tagger(**(tagger.get_params() | {"random_state": random_state})).fit_examples(
            examples.take(train) if also is None else examples.take(train).join(also)
        )
        readings = [examples.readings[row] for row in test]
        kinds = np.array(["text" if "text" in reading.kinds else "title" for reading in readings])
        scores = fold.scores(readings)
        probabilities = np.where(
            (kinds == "text")[:, None], fold.sigmoids_["text"](scores), fold.sigmoids_["title"](scores)
        )
        predicted[test] = probabilities.argmax(1)
    generator = np.random.default_rng(random_state)
    rounds = [generator.integers(0, len(primary), len(primary)) for _ in range(1000)]
    draws = np.sort([_f1(primary[rows], predicted[rows], len(tagger.classes)).mean() for rows in rounds])
    f1 = _f1(primary, predicted, len(tagger.classes))
    names = tagger.classes
    return Evaluation(
        classes=names,
        truth=[names[i] for i in primary],
        predicted=[names[i] for i in predicted],
        accuracy=float((primary == predicted).mean()),
        macro_f1=float(f1.mean()),
        interval=(float(draws[24]), float(draws[974])),
        f1={name: float(value) for name, value in zip(names, f1, strict=True)},
    )


def _f1(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return F1 per class; a class that is neither there nor predicted counts as found."""
    table = np.zeros((classes, classes))
    np.add.at(table, (truth, predicted), 1)
    total = table.sum(0) + table.sum(1)
    return np.where(total > 0, 2 * np.diag(table) / np.maximum(total, 1), 1.0)
