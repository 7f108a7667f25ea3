"""From scores to probabilities, thresholds and the share of tags a person should see, all from held-out scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from diaoyan.arrays import Bools, Floats, Ints

#: Reports a start stands for when probabilities are learned on top of it; see `Calibration.fit`.
START_WORTH = 50.0
#: Right and wrong tags from which it is learned what speaks for a tag.
_FEWEST = 30


@dataclass(frozen=True)
class Calibration:
    """From raw scores to probabilities, learned from reports the scores did not learn from.

    Two questions are asked of the same scores, and the answers fit each other. Under which class is the report filed? A
    multinomial logistic model weighs the scores against each other: ``softmax(scores @ mix + offset)``. Which does it
    carry? That one, and perhaps others beside it: Platt's sigmoid, ``1 / (1 + exp(-(slope * score + intercept)))``, is
    the probability of a class to be carried by a report that is filed elsewhere. So no class is carried with less
    probability than it is filed under.

    Attributes
    ----------
    slope, intercept : ndarray of shape (n_classes,)
    mix : ndarray of shape (n_classes, n_classes)
    offset : ndarray of shape (n_classes,)
    margin : ndarray of shape (n_reports,)
        How sure the first class of held-out reports was, 0 to 1; see `certainty`.
    correct : ndarray of shape (n_reports,), bool
        Whether it was the right one.
    worth : ndarray of shape (n_reports,)
        How much the report counts in the rule for review.
    joint : ndarray of shape (), bool
        Whether sigmoids are of reports filed elsewhere; those of models saved before are of all reports.
    sure : ndarray of shape (5,) or (0,)
        From what speaks for a tag to the probability that it is right: weights of 1, of the log-odds of the margin, of
        the lead in words and in meaning, and of `other`. Empty where only the margin is to go by.
    """

    slope: Floats
    intercept: Floats
    mix: Floats
    offset: Floats
    margin: Floats
    correct: Bools
    worth: Floats
    joint: Bools = field(default_factory=lambda: np.array(True))
    sure: Floats = field(default_factory=lambda: np.zeros(0))

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
        meaning: Floats | None = None,
        caution: float = 1.0,
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
        meaning : ndarray of shape (n_reports, n_classes), optional
            What of the scores comes from the vectors of words.
        caution : float
            How much more a wrong tag counts than a right one in the rule for review: above 1 where what comes may be
            further away than what was held out.
        """
        from threadpoolctl import threadpool_limits

        elsewhere = np.ones_like(carried) if known is None else known.copy()
        elsewhere[np.arange(len(primary)), primary] = False
        # A step of these fits takes microseconds; threads that wait for each other on a busy machine make it thousands.
        with threadpool_limits(1):
            slope, intercept = _sigmoids(scores, carried, elsewhere, start)
            mix, offset = _mixture(scores, primary, start=start, familiar=familiar)
            # The margins of the reports the mixture was fitted on would flatter it.
            held_out = np.empty_like(scores)
            for train, test in _parts(primary):
                part_mix, part_offset = _mixture(scores[train], primary[train], start=start, familiar=familiar)
                held_out[test] = softmax(scores[test] @ part_mix + part_offset)
            correct = held_out.argmax(1) == primary
            sure = start.sure if start is not None else _sureness(held_out, scores, correct, meaning=meaning)
        margin = _certainty(sure, held_out, scores, meaning=meaning)
        worth = worth * np.where(correct, 1.0, caution)
        if start is not None:
            margin, correct = np.concatenate([margin, start.margin]), np.concatenate([correct, start.correct])
            worth = np.concatenate([worth, start.worth * (START_WORTH / start.worth.sum())])
        return cls(slope, intercept, mix, offset, margin, correct, worth, sure=sure)

    def carried(self, scores: Floats) -> Floats:
        """Return the probability that a report carries each class, of the shape of `scores`, each 0 to 1."""
        if not self.joint:
            return self._sigmoids(scores)
        filed = self.primary(scores)
        return np.asarray(filed + (1 - filed) * self._sigmoids(scores))

    def further(self, scores: Floats) -> Floats:
        """Return the probability to carry each class for reports that are filed elsewhere, of the shape of `scores`."""
        if self.joint:
            return self._sigmoids(scores)
        filed = self.primary(scores)
        return np.asarray(np.clip((self._sigmoids(scores) - filed) / np.maximum(1 - filed, 1e-9), 0.0, 1.0))

    def _sigmoids(self, scores: Floats) -> Floats:
        return sigmoid(self.slope * scores + self.intercept)

    def certainty(self, scores: Floats, meaning: Floats | None = None) -> Floats:
        """Return how sure it is that each report is filed right, of shape (n_reports,), 0 to 1.

        The probability of the first class to be the right one, from how far it stands before the next one, whether
        words and meaning both speak for it, and whether it is `other`; where nobody has learned that, how far it stands
        before the next one.

        Parameters
        ----------
        scores, meaning : ndarray of shape (n_reports, n_classes)
            Raw scores, and what of them comes from the vectors of words.
        """
        return _certainty(self.sure, self.primary(scores), scores, meaning=meaning)

    def primary(self, scores: Floats) -> Floats:
        """Return the probability of each class to be the primary one, of the shape of `scores`; rows add up to 1."""
        return softmax(scores @ self.mix + self.offset)

    def onto(self, known: Sequence[str], classes: Sequence[str]) -> Calibration:
        """Return a calibration for more themes; a new one is treated as the known ones are on average.

        Parameters
        ----------
        known : sequence of str
            The classes it was fitted for, `other` last.
        classes : sequence of str
            All of these and more, `other` last.

        Examples
        --------
        >>> two = Calibration(
        ...     np.array([1.0, 3.0]), np.zeros(2), np.array([[2.0, -1.0], [-2.0, 1.0]]), np.zeros(2),
        ...     np.ones(1), np.ones(1, dtype=bool), np.ones(1),
        ... )
        >>> more = two.onto(["rural", "other"], ["rural", "health", "other"])
        >>> more.slope.tolist(), more.mix.tolist()
        ([1.0, 1.0, 3.0], [[2.0, 0.0, -1.0], [0.0, 2.0, -1.0], [-2.0, -2.0, 1.0]])
        """
        if tuple(known) == tuple(classes):
            return self
        among, same = self.mix[:-1, :-1], np.eye(len(known) - 1, dtype=bool)
        mix = np.full((len(classes), len(classes)), among[~same].mean() if len(same) > 1 else 0.0)
        mix[-1], mix[:, -1] = self.mix[-1, :-1].mean(), self.mix[:-1, -1].mean()
        np.fill_diagonal(mix, among[same].mean())
        places = [classes.index(name) for name in known]
        mix[np.ix_(places, places)] = self.mix
        slope, intercept, offset = (
            _by_class(values, known, classes) for values in (self.slope, self.intercept, self.offset)
        )
        return replace(self, slope=slope, intercept=intercept, mix=mix, offset=offset)


def _sigmoids(scores: Floats, carried: Bools, known: Bools, start: Calibration | None) -> tuple[Floats, Floats]:
    """Fit Platt's sigmoids with the smoothed targets of Platt (1999)."""
    from sklearn.linear_model import LogisticRegression

    slopes, intercepts = [], []
    prior = start.further(scores) if start else np.zeros_like(scores)
    for column, asked in enumerate(known.T):
        score, positive, before = scores[asked, column], carried[asked, column], prior[asked, column]
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


def _signs(filed: Floats, scores: Floats, *, meaning: Floats | None) -> Floats:
    """Return what speaks for the first class of each report, of shape (n_reports, 5)."""
    best, rows = filed.argmax(1), np.arange(len(filed))
    margin = np.clip(margins(filed), 1e-3, 1 - 1e-3)
    meant = np.zeros_like(scores) if meaning is None else meaning

    def lead(part: Floats) -> Floats:
        others = part.copy()
        others[rows, best] = -np.inf
        return np.asarray(part[rows, best] - others.max(1))

    log_odds, other = np.log(margin / (1 - margin)), best == filed.shape[1] - 1
    return np.stack([np.ones(len(rows)), log_odds, lead(scores - meant), lead(meant), other], axis=1)


def _sureness(filed: Floats, scores: Floats, correct: Bools, *, meaning: Floats | None) -> Floats:
    """Fit the weights of `Calibration.sure`; none without vectors, or where next to nothing was wrong."""
    from sklearn.linear_model import LogisticRegression

    if meaning is None or min(correct.sum(), (~correct).sum()) < _FEWEST:
        return np.zeros(0)
    signs = _signs(filed, scores, meaning=meaning)
    model = LogisticRegression(max_iter=1000).fit(signs[:, 1:], correct)
    return np.concatenate([model.intercept_, model.coef_[0]])


def _certainty(sure: Floats, filed: Floats, scores: Floats, *, meaning: Floats | None) -> Floats:
    if not len(sure):
        return margins(filed)
    return sigmoid(_signs(filed, scores, meaning=meaning) @ sure)


def _parts(primary: Ints) -> list[tuple[Ints, Ints]]:
    """Return training and test rows of five parts with the classes dealt evenly."""
    order = np.lexsort((np.arange(len(primary)), primary))
    part = np.empty(len(primary), dtype=np.int64)
    part[order] = np.arange(len(primary)) % max(2, min(5, int(np.bincount(primary)[np.unique(primary)].min())))
    return [(np.flatnonzero(part != number), np.flatnonzero(part == number)) for number in range(int(part.max()) + 1)]


def sigmoid(logits: Floats) -> Floats:
    """Return probabilities from their log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))


def softmax(logits: Floats) -> Floats:
    """Return probabilities from their logarithms up to a constant, row by row."""
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


def thresholds_onto(thresholds: Floats, known: Sequence[str], classes: Sequence[str]) -> Floats:
    """Return thresholds for more themes, the mean for a new one; the classes are as in `Calibration.onto`."""
    return _by_class(np.append(thresholds, 0.0), known, classes)[:-1]


def _by_class(values: Floats, known: Sequence[str], classes: Sequence[str]) -> Floats:
    there = dict(zip(known, values.tolist(), strict=True))
    usual = float(values[:-1].mean())
    return np.array([there.get(name, usual) for name in classes])


def margins(probabilities: Floats) -> Floats:
    """Return how far the likeliest class stands before the next one, 0 to 1, for each row."""
    ordered = np.sort(probabilities, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def review_margin(margin: Floats, correct: Bools, error_rate: float, *, worth: Floats | None = None) -> float:
    """Return the margin from which tags need no review, so that at most `error_rate` of those were wrong held out.

    One more error than was seen is counted, so that a short lucky run at the top promises nothing. Reports of one
    margin are kept together or not at all, whatever their order. Where no margin keeps the rate, a value above 1 is
    returned: everything is sent to review.

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
    last = np.diff(margin[order], append=-np.inf) != 0
    good = np.flatnonzero(last & (errors <= error_rate * np.cumsum(worth)))
    return float(margin[order[good[-1]]]) if len(good) else 2.0
