"""The linear scores behind a tag: one weight a column and class, fitted from scratch or from a start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from diaoyan.errors import ModelError
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# The score of a start is one more column, large so that the penalty hardly touches its coefficient.
_FREE = 10.0


@dataclass(frozen=True)
class Linear:
    """Features with a weight for each of their columns and each class.

    Attributes
    ----------
    features : Features
    classes : tuple of str
    weights : ndarray of shape (n_columns, n_classes)
    bias : ndarray of shape (n_classes,)
    """

    features: Features
    classes: tuple[str, ...]
    weights: npt.NDArray[Any]
    bias: Floats

    def seen_by(self, features: Features, name: str) -> tuple[Floats, float] | None:
        """Return weights and bias of a class for the columns of features that extend these; None if it is new."""
        if name not in self.classes:
            return None
        number = self.classes.index(name)
        return features.adopt(self.features, self.weights[:, number]), float(self.bias[number])


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
        features.fit(examples.readings)
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
    weights, bias = np.zeros((features.n_columns, len(classes))), np.zeros(len(classes))
    for column, name in enumerate(classes):
        kept = examples.known[source, column]
        target = examples.carried[source[kept], column]
        before = start.seen_by(features, name) if start else None
        if target.any() and not target.all():
            weight = examples.weight[source[kept]]
            weights[:, column], bias[column] = _fit_class(rows[kept], target, weight, before, C, random_state)
        elif before is not None:
            weights[:, column], bias[column] = before
        else:
            raise ModelError(f"Too few labelled reports of {name!r} to hold any out; label more of them.")
    return Linear(features, classes, weights, bias)


def _fit_class(
    rows: csr_matrix, target: Any, weight: Floats, before: tuple[Floats, float] | None, C: float, random_state: int
) -> tuple[Floats, float]:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=C,
        class_weight="balanced",
        solver="liblinear",
        intercept_scaling=10.0,
        random_state=random_state,
        max_iter=1000,
    )
    if before is None:
        model.fit(rows, target, sample_weight=weight)
        return model.coef_[0], float(model.intercept_[0])
    score = rows @ before[0] + before[1]
    model.fit(hstack([rows, csr_matrix(_FREE * score[:, None])]).tocsr(), target, sample_weight=weight)
    # What comes out is again one weight a column.
    share = float(model.coef_[0, -1]) * _FREE
    return model.coef_[0, :-1] + share * before[0], float(model.intercept_[0]) + share * before[1]
