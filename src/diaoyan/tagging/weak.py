"""Weak labels: what the codebook's seed words alone say of a report, by labelling functions of measured accuracy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from diaoyan.arrays import Floats, Ints
from diaoyan.tagging.calibration import softmax
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features, Reading

#: Share of seed words from which a text is about a theme, and below which it is about none.
DENSE, BARE = 0.05, 0.015
#: Labelled reports from which the accuracy of a labelling function is measured on them alone.
ENOUGH = 30
#: Probability of a class from which a report is taken for an example of it.
SURE = 0.8


@dataclass(frozen=True, slots=True)
class LabellingFunction:
    """A rule that names one class for a report, or abstains."""

    name: str
    #: From seed densities of title, first section and whole text, each of shape (n_themes,), to the number of a class
    #: (`other` is the last) or None.
    rule: Callable[[Floats, Floats, Floats], int | None]
    #: Share of right answers on the sample where it does not abstain, 0 to 1; ``scripts/measure.py weak_labels`` prints
    #: it.
    accuracy: float


def _clear(density: Floats, least: float) -> int | None:
    """Return the densest theme if it is dense enough and at least twice as dense as the next one."""
    order = np.argsort(-density, kind="stable")
    first = density[order[0]]
    second = density[order[1]] if len(order) > 1 else 0.0
    return int(order[0]) if first >= least and first >= 2 * second else None


LABELLING_FUNCTIONS = (
    LabellingFunction("title", lambda title, first, whole: _clear(title, 1e-9), 0.91),
    LabellingFunction("opening", lambda title, first, whole: _clear(first, DENSE), 0.97),
    LabellingFunction("whole text", lambda title, first, whole: _clear(whole, DENSE), 0.92),
    LabellingFunction(
        "no seed words",
        lambda title, first, whole: len(title) if title.max() == 0 and whole.max() < BARE else None,
        0.97,
    ),
    LabellingFunction(
        "bare title",
        lambda title, first, whole: None if title.any() or first.any() or whole.any() else len(title),
        0.74,
    ),
)


def densities(readings: Sequence[Reading], features: Features) -> Floats:
    """Return the share of each theme's seeds among the words of title, first section and text.

    Returns
    -------
    ndarray of shape (n_readings, 3, n_themes)
        Zeros where a report has no such part.
    """
    out = np.zeros((len(readings), 3, len(features.codebook.ids)))
    for row, reading in enumerate(readings):
        texts = reading.words("text")
        for place, parts in enumerate((reading.words("title"), texts[:1], texts)):
            announced, words = features.seed_counts([token for part in parts for token in part])
            out[row, place] = announced / words
    return out


def votes(density: Floats) -> Ints:
    """Return the class each labelling function names, -1 where it abstains; shape (n_readings, n_functions)."""
    table = np.full((len(density), len(LABELLING_FUNCTIONS)), -1)
    for row, (title, first, whole) in enumerate(density):
        for column, function in enumerate(LABELLING_FUNCTIONS):
            named = function.rule(title, first, whole)
            if named is not None:
                table[row, column] = named
    return table


def accuracies(table: Ints, primary: Ints) -> Floats:
    """Return the share of right answers of each labelling function on labelled reports, smoothed by its own default.

    Functions that spoke on fewer than `ENOUGH` of them lean on their default as if it were that many reports.
    """
    values = []
    for column, function in enumerate(LABELLING_FUNCTIONS):
        spoke = table[:, column] >= 0
        right = (table[spoke, column] == primary[spoke]).sum()
        values.append((right + ENOUGH * function.accuracy) / (spoke.sum() + ENOUGH))
    return np.array(values)


def combine(table: Ints, accuracy: Floats, classes: int) -> Floats:
    """Return the probability of each class, by naive Bayes over the functions that spoke.

    Each function names the true class with its accuracy and every other class alike, independently of the others
    (Dawid and Skene 1979 with symmetric errors). Rows in which all abstain are even.

    Returns
    -------
    ndarray of shape (n_readings, n_classes)
        Rows add up to 1.

    Examples
    --------
    >>> combine(np.array([[0, -1, -1, -1, -1]]), np.full(5, 0.8), 5).round(2).tolist()
    [[0.8, 0.05, 0.05, 0.05, 0.05]]
    """
    logs = np.zeros((len(table), classes))
    for column, right in enumerate(accuracy):
        spoke = np.flatnonzero(table[:, column] >= 0)
        logs[spoke] += np.log((1 - right) / (classes - 1))
        logs[spoke, table[spoke, column]] += np.log(right) - np.log((1 - right) / (classes - 1))
    return softmax(logs)


def weak_examples(
    readings: Sequence[Reading], features: Features, *, weight: float, accuracy: Floats | None = None
) -> Examples:
    """Return examples for the readings whose seed words are sure enough of one class.

    Parameters
    ----------
    readings : sequence of Reading
        Of reports nobody has labelled.
    features : Features
        For tokenizer and seed words; need not be fitted.
    weight : float
        Of an example of which the seed words are certain; hand labels count 1.
    accuracy : ndarray of shape (n_functions,), optional
        Measured accuracies; those of the sample by default.

    Returns
    -------
    found : Examples
        Not trusted. A theme whose seed words stand there besides is left open.
    """
    classes = len(features.codebook.ids) + 1
    density = densities(readings, features)
    if accuracy is None:
        accuracy = np.array([function.accuracy for function in LABELLING_FUNCTIONS])
    probability = combine(votes(density), accuracy, classes)
    rows = np.flatnonzero(probability.max(1, initial=0.0) >= SURE)
    primary = probability[rows].argmax(1)
    carried = np.zeros((len(rows), classes), dtype=bool)
    carried[np.arange(len(rows)), primary] = True
    hinted = np.column_stack([density[rows].max(1) > BARE, np.zeros(len(rows), dtype=bool)])
    return Examples(
        readings=[readings[int(row)] for row in rows],
        carried=carried,
        known=carried | ~hinted,
        primary=primary,
        weight=weight * probability[rows, primary],
        group=np.arange(len(rows)),
        trusted=np.zeros(len(rows), dtype=bool),
    )
