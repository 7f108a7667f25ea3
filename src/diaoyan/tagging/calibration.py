"""From scores to probabilities, thresholds and the share of tags a person should see, all from held-out scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

#: Reports a start stands for when probabilities are learned on top of it; see `Calibration.fit`.
START_WORTH = 50.0


@dataclass(frozen=True)
class Calibration:
    """From raw scores to probabilities, learned from reports the scores did not learn from.

    Two questions are asked of the same scores. Which themes does the report carry? Platt's sigmoid answers for each
    theme alone: ``1 / (1 + exp(-(slope * score + intercept)))``. Under which one is it filed? A multinomial logistic
    model weighs the scores against each other: ``softmax(scores @ mix + offset)``.

    Attributes
    ----------
    slope, intercept : ndarray of shape (n_classes,)
    mix : ndarray of shape (n_classes, n_classes)
    offset : ndarray of shape (n_classes,)
    margin : ndarray of shape (n_reports,)
        How far the likeliest class stood before the next one, 0 to 1, for held-out reports.
    correct : ndarray of shape (n_reports,), bool
        Whether it was the right one.
    worth : ndarray of shape (n_reports,)
        How much the report counts in the rule for review.
    """

    slope: Floats
    intercept: Floats
    mix: Floats
    offset: Floats
    margin: Floats
    correct: Bools
    worth: Floats

    @classmethod
    def fit(
        cls,
        scores: Floats,
        carried: Bools,
        *,
        primary: Ints,
        worth: Floats,
        known: Bools | None = None,
        start: Calibration | None = None,
        familiar: Floats | None = None,
    ) -> Calibration:
        """Learn from held-out scores.

        With a start it is as if `START_WORTH` more reports stood there, with the same scores, of which what the start
        says is true, and as many among those it is familiar with: little evidence changes little, and what the start
        knows well stays as it was.

        Parameters
        ----------
        scores : ndarray of shape (n_reports, n_classes)
        carried : ndarray of shape (n_reports, n_classes), bool
            Whether the report carries the class.
        primary : ndarray of shape (n_reports,)
            Class it is filed under; every class must occur.
        worth : ndarray of shape (n_reports,)
            How much each report counts in the rule for review.
        known : ndarray of shape (n_reports, n_classes), bool, optional
            Whether `carried` is known; all of it by default.
        start : Calibration, optional
            Of the same classes.
        familiar : ndarray of shape (n_familiar, n_classes), optional
            Scores of reports of the kind the start was fitted on.
        """
        slope, intercept = _sigmoids(scores, carried, np.ones_like(carried) if known is None else known, start)
        mix, offset = _mixture(scores, primary, start=start, familiar=familiar)
        # The margins of the reports the mixture was fitted on would flatter it.
        held_out = np.empty_like(scores)
        for train, test in _parts(primary):
            part_mix, part_offset = _mixture(scores[train], primary[train], start=start, familiar=familiar)
            held_out[test] = _shares(scores[test] @ part_mix + part_offset)
        margin, correct = margins(held_out), held_out.argmax(1) == primary
        if start is not None:
            margin, correct = np.concatenate([margin, start.margin]), np.concatenate([correct, start.correct])
            worth = np.concatenate([worth, start.worth * (START_WORTH / start.worth.sum())])
        return cls(slope, intercept, mix, offset, margin, correct, worth)

    def carried(self, scores: Floats) -> Floats:
        """Return the probability that a report carries each class, of the shape of `scores`, each 0 to 1."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.slope * scores + self.intercept, -50, 50))))

    def primary(self, scores: Floats) -> Floats:
        """Return the probability of each class to be the primary one, of the shape of `scores`; rows add up to 1."""
        return _shares(scores @ self.mix + self.offset)


def _sigmoids(scores: Floats, carried: Bools, known: Bools, start: Calibration | None) -> tuple[Floats, Floats]:
    """Fit Platt's sigmoids with the smoothed targets of Platt (1999)."""
    from sklearn.linear_model import LogisticRegression

    slopes, intercepts = [], []
    said = start.carried(scores) if start else np.zeros_like(scores)
    for column, asked in enumerate(known.T):
        score, positive, before = scores[asked, column], carried[asked, column], said[asked, column]
        share = START_WORTH / (START_WORTH + len(score)) if start else 0.0
        positives, negatives = int(positive.sum()), int((~positive).sum())
        target = np.where(positive, (positives + 1) / (positives + 2), 1 / (negatives + 2))
        if start:
            target = (1 - share) * positive + share * before
        model = LogisticRegression(C=100.0, max_iter=1000)
        model.fit(
            np.concatenate([score, score])[:, None],
            np.repeat([1, 0], len(score)),
            sample_weight=np.concatenate([target, 1 - target]),
        )
        slopes.append(max(float(model.coef_[0, 0]), 0.05))  # a higher score never lowers the probability
        intercepts.append(float(model.intercept_[0]))
    return np.array(slopes), np.array(intercepts)


def _mixture(
    scores: Floats, primary: Ints, *, start: Calibration | None, familiar: Floats | None
) -> tuple[Floats, Floats]:
    """Fit the multinomial model; its penalty was chosen on the sample, from 0.03 to 3 by repeated folds."""
    from sklearn.linear_model import LogisticRegression

    classes = scores.shape[1]
    model = LogisticRegression(C=0.3, max_iter=1000)
    if start is None:
        model.fit(scores, primary)
    else:
        often = np.eye(classes)[primary] + start.primary(scores) * (START_WORTH / len(scores))
        if familiar is not None and len(familiar):
            scores = np.vstack([scores, familiar])
            often = np.vstack([often, start.primary(familiar) * (START_WORTH / len(familiar))])
        model.fit(
            np.repeat(scores, classes, axis=0),
            np.tile(np.arange(classes), len(scores)),
            sample_weight=often.ravel(),
        )
    mix, offset = np.zeros((classes, classes)), np.full(classes, -50.0)
    if len(model.classes_) == 2:  # scikit-learn then keeps one row for the two
        mix[:, model.classes_[1]], offset[model.classes_] = model.coef_[0], [0.0, float(model.intercept_[0])]
    else:
        mix[:, model.classes_], offset[model.classes_] = model.coef_.T, model.intercept_
    return mix, offset


def _parts(primary: Ints) -> list[tuple[Ints, Ints]]:
    """Return training and test rows of five parts with the classes dealt evenly."""
    order = np.lexsort((np.arange(len(primary)), primary))
    part = np.empty(len(primary), dtype=np.int64)
    part[order] = np.arange(len(primary)) % max(2, min(5, int(np.bincount(primary)[np.unique(primary)].min())))
    return [(np.flatnonzero(part != number), np.flatnonzero(part == number)) for number in range(int(part.max()) + 1)]


def _shares(logits: Floats) -> Floats:
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True))


def best_thresholds(
    probabilities: Floats, truth: Bools, *, known: Bools | None = None, start: Floats | None = None
) -> Floats:
    """Return the probability from which a report is given a theme, per theme, for the best F1 on held-out reports.

    With few examples the best threshold is chance, so it is drawn towards that of a start, or 0.5, as if ten more
    examples stood there. All arrays are of shape (n_reports, n_themes); what is not `known` is left out.
    """
    chosen = []
    towards = np.full(probabilities.shape[1], 0.5) if start is None else start
    for column, usual in enumerate(towards):
        asked = slice(None) if known is None else known[:, column]
        probability, carried = probabilities[asked, column], truth[asked, column]
        grid = np.round(np.arange(0.2, 0.81, 0.02), 2)
        given = probability[:, None] >= grid
        hits = (given & carried[:, None]).sum(0)
        f1 = 2 * hits / np.maximum(1, given.sum(0) + carried.sum())
        best = grid[np.lexsort((np.abs(grid - 0.5), -f1))[0]]
        weight = int(carried.sum())
        chosen.append((weight * best + 10 * usual) / (weight + 10))
    return np.array(chosen)


def margins(probabilities: Floats) -> Floats:
    """Return how far the likeliest class stands before the next one, 0 to 1, for each row."""
    ordered = np.sort(probabilities, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def review_margin(margin: Floats, correct: Bools, error_rate: float, *, worth: Floats | None = None) -> float:
    """Return the margin from which tags need no review, so that at most `error_rate` of those were wrong held out.

    One more error than was seen is counted, so that a short lucky run at the top promises nothing. Where no margin
    keeps the rate, a value above 1 is returned: everything is sent to review.

    Parameters
    ----------
    margin : ndarray of shape (n_reports,)
        Of held-out reports.
    correct : ndarray of shape (n_reports,), bool
        Whether their primary theme was right.
    error_rate : float
        Between 0 and 1.
    worth : ndarray of shape (n_reports,), optional
        How much each report counts; all the same by default.
    """
    order = np.argsort(-margin, kind="stable")
    worth = np.ones(len(margin)) if worth is None else worth[order]
    errors = np.cumsum(worth * ~correct[order]) + worth.max(initial=0.0)
    good = np.flatnonzero(errors <= error_rate * np.cumsum(worth))
    return float(margin[order[good[-1]]]) if len(good) else 2.0
