"""From scores to probabilities, thresholds and the share of tags a person should see, all from held-out scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sigmoid:
    """Platt's sigmoid, one per class: ``p = 1 / (1 + exp(-(slope * score + intercept)))``.

    Attributes
    ----------
    slope, intercept : ndarray of shape (n_classes,)
    """

    slope: Floats
    intercept: Floats

    @classmethod
    def fit(cls, scores: Floats, truth: Bools) -> Sigmoid:
        """Fit to held-out scores, with the smoothed targets of Platt (1999).

        Parameters
        ----------
        scores : ndarray of shape (n_reports, n_classes)
        truth : ndarray of shape (n_reports, n_classes)
            Whether the report carries the class.
        """
        from sklearn.linear_model import LogisticRegression

        slopes, intercepts = [], []
        for score, carried in zip(scores.T, truth.T, strict=True):
            positives, negatives = int(carried.sum()), int((~carried).sum())
            target = np.where(carried, (positives + 1) / (positives + 2), 1 / (negatives + 2))
            model = LogisticRegression(C=100.0, max_iter=1000)
            model.fit(
                np.concatenate([score, score])[:, None],
                np.repeat([1, 0], len(score)),
                sample_weight=np.concatenate([target, 1 - target]),
            )
            slopes.append(max(float(model.coef_[0, 0]), 0.05))  # a higher score never lowers the probability
            intercepts.append(float(model.intercept_[0]))
        return cls(np.array(slopes), np.array(intercepts))

    def __call__(self, scores: Floats) -> Floats:
        """Return probabilities, of the shape of `scores`, between 0 and 1."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.slope * scores + self.intercept, -50, 50))))


def best_thresholds(probabilities: Floats, truth: Bools) -> Floats:
    """Return the probability from which a report is given a theme, per theme, for the best F1 on held-out reports.

    With few examples the best threshold is chance, so it is drawn towards 0.5 as if ten more examples stood there.
    """
    chosen = []
    for probability, carried in zip(probabilities.T, truth.T, strict=True):
        grid = np.round(np.arange(0.2, 0.81, 0.02), 2)
        given = probability[:, None] >= grid
        hits = (given & carried[:, None]).sum(0)
        f1 = 2 * hits / np.maximum(1, given.sum(0) + carried.sum())
        best = grid[np.lexsort((np.abs(grid - 0.5), -f1))[0]]
        weight = int(carried.sum())
        chosen.append((weight * best + 10 * 0.5) / (weight + 10))
    return np.array(chosen)


def margins(probabilities: Floats) -> Floats:
    """Return how far the likeliest class stands before the next one, 0 to 1, for each row."""
    shares = probabilities / np.maximum(probabilities.sum(1, keepdims=True), 1e-9)
    ordered = np.sort(shares, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def review_margin(margin: Floats, correct: Bools, error_rate: float) -> float:
    """Return the margin from which tags need no review, so that at most `error_rate` of those were wrong held out.

    One more error than was seen is counted, so that a short lucky run at the top promises nothing. Where no margin
    keeps the rate, a value above 1 is returned: everything is sent to review.

    Parameters
    ----------
    margin : ndarray of shape (n_reports,)
        Of held-out reports.
    correct : ndarray of shape (n_reports,)
        Whether their primary theme was right.
    error_rate : float
        Between 0 and 1.
    """
    order = np.argsort(-margin, kind="stable")
    errors = np.cumsum(~correct[order]) + 1
    kept = np.arange(1, len(order) + 1)
    good = np.flatnonzero(errors / kept <= error_rate)
    return float(margin[order[good[-1]]]) if len(good) else 2.0
