"""The linear scores behind a tag: one weight a column and class, fitted from scratch or from a start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from diaoyan.arrays import Array, Floats
from diaoyan.errors import ModelError
from diaoyan.language import gettext
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features, Reading

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

#: Prior standard deviation of the bias, relative to that of a weight: the bias moves slowly, so that a few labels of
#: one theme change the reports like them and hardly any other.
BIAS_SPREAD = 0.05
#: When positive and negative examples are balanced, a start counts as so many more of each.
SIDE = 10.0


@dataclass(frozen=True)
class Linear:
    """Features with a weight for each of their columns and each class."""

    features: Features
    classes: tuple[str, ...]
    #: Of shape (n_columns, n_classes).
    weights: Array
    #: Of shape (n_classes,).
    bias: Floats

    def scores(self, readings: Sequence[Reading]) -> dict[str, Floats]:
        """Return raw scores of readings: ``text`` and ``title``, and what of each comes from the vectors of words."""
        found = {}
        for kind, read in (("text", readings), ("title", [reading.without_text() for reading in readings])):
            rows = self.features.rows(read)
            found[kind] = rows.times(self.weights) + self.bias
            found[f"{kind} meaning"] = rows.meaning(self.weights)
        return found

    def onto(self, features: Features, classes: tuple[str, ...]) -> Linear:
        """Return the same weights for features that extend these, and for more themes.

        A new theme gets what the known ones make of their own seed words, and of each other's, on average.

        Raises
        ------
        ModelError
            If a theme is not among `classes`.
        """
        for name in self.classes:
            if name not in classes:
                raise ModelError(
                    gettext(
                        "The codebook lacks {name!r}, a theme of the model to start from; add the theme to the "
                        "codebook, or train without a start."
                    ).format(name=name)
                )
        weights, bias = np.zeros((features.n_columns, len(classes))), np.full(len(classes), self.bias[:-1].mean())
        old, new = len(self.classes) - 1, len(classes) - 1
        seeds, own = self.weights[self.features.seed_columns].astype(float), np.eye(old, old + 1, dtype=bool)
        of_others = seeds[:, :-1][~own[:, :-1]]
        block = np.full((new, new + 1), of_others.mean() if len(of_others) else 0.0)
        block[:, -1] = seeds[:, -1].mean()
        block[np.eye(new, new + 1, dtype=bool)] = seeds[own].mean()
        for number, name in enumerate(self.classes):
            column = classes.index(name)
            weights[:, column], bias[column] = features.adopt(self.features, self.weights[:, number]), self.bias[number]
        known = [classes.index(name) for name in self.classes]
        block[np.ix_(known[:-1], known)] = seeds
        weights[features.seed_columns] = block
        return Linear(features, classes, weights, bias)


def fit_linear(
    examples: Examples,
    features: Features,
    *,
    classes: tuple[str, ...],
    C: float,
    random_state: int,
    start: Linear | None,
) -> Linear:
    """Fit features and one linear classifier per class, on each report whole and by title and authors alone.

    Parameters
    ----------
    examples : Examples
    features : Features
        New ones; fitted here.
    classes : tuple of str
    C : float
        Inverse strength of the L2 penalty.
    random_state : int
    start : Linear or None
        With a start, what is learned is the difference to it.

    Raises
    ------
    ModelError
        If a class without a start has no positive or no negative example.
    """
    from scipy.sparse import vstack

    if start is None:
        features.fit(examples.readings, examples.origin)
    else:
        features.extend(start.features, examples.readings)
    titled = np.flatnonzero([len(set(reading.kinds)) > 1 for reading in examples.readings])
    rows = vstack(
        [
            features.rows(examples.readings).matrix(features.n_columns),
            features.rows([examples.readings[row].without_text() for row in titled]).matrix(features.n_columns),
        ]
    ).tocsr()
    source = np.concatenate([np.arange(len(examples)), titled])
    before = start.onto(features, classes) if start else None
    weights, bias = np.zeros((features.n_columns, len(classes))), np.zeros(len(classes))
    for column, name in enumerate(classes):
        known = examples.known[source, column]
        target = examples.carried[source[known], column]
        weight = examples.weight[source[known]]
        if before is not None:
            prior = before.weights[:, column], float(before.bias[column])
            weights[:, column], bias[column] = _adapt_class(rows[known], target, weight, prior, C)
        elif target.any() and not target.all():
            weights[:, column], bias[column] = _fit_class(rows[known], target, weight, C, random_state)
        else:
            raise ModelError(
                gettext("Too few labelled reports of {name!r} to hold any out; label more of them.").format(name=name)
            )
    return Linear(features, classes, weights, bias)


def _fit_class(rows: csr_matrix, target: Any, weight: Floats, C: float, random_state: int) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=C,
        class_weight="balanced",
        solver="liblinear",
        intercept_scaling=10.0,
        random_state=random_state,
        max_iter=1000,
    )
    model.fit(rows, target, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def _adapt_class(
    rows: csr_matrix, target: Any, weight: Floats, start: tuple[Floats, float], C: float
) -> tuple[Floats, float]:
    """Return the likeliest weights and bias where those of a start are the mean of a Gaussian prior.

    Logistic regression whose L2 penalty is on the difference to the start (Chelba and Acero 2006, Adaptation of
    maximum entropy capitalizer: Little data can help a lot). Defined for examples of one side alone, too.
    """
    from scipy.optimize import minimize
    from scipy.special import expit
    from threadpoolctl import threadpool_limits

    score = rows @ start[0] + start[1]
    columns = np.unique(rows.indices)  # elsewhere nothing is learned
    part = rows[:, columns]
    turned = part.T.tocsr()
    sign = np.where(target, 1.0, -1.0)
    sides = [weight[sign == side].sum() for side in (-1, 1)]
    half = weight.sum() / 2
    balanced = weight * (half + SIDE) / (np.where(target, sides[1], sides[0]) + SIDE)

    def loss(change: Floats) -> tuple[float, Floats]:
        margin = sign * (score + part @ change[:-1] + BIAS_SPREAD * change[-1])
        pull = -balanced * sign * expit(-margin)
        value = balanced @ np.logaddexp(0, -margin) + change @ change / (2 * C)
        return float(value), np.append(turned @ pull, BIAS_SPREAD * pull.sum()) + change / C

    with threadpool_limits(1):  # sums of many threads differ in their last digits
        found = minimize(loss, np.zeros(len(columns) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = start[0].copy()
    weights[columns] += found[:-1]
    return weights, start[1] + BIAS_SPREAD * float(found[-1])
