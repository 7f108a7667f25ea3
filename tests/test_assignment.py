"""The pairs that are assigned are those of SciPy."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from diaoyan.discovery.assignment import assigned


def test_pairs_are_those_of_scipy_among_equals_too() -> None:
    chance = np.random.default_rng(0)
    for _ in range(300):
        # Of five values, so that most tables have several best answers.
        likeness = chance.integers(0, 5, chance.integers(1, 9, 2)) / 4
        rows, columns = linear_sum_assignment(-likeness)
        assert assigned(likeness) == list(zip(rows.tolist(), columns.tolist(), strict=True))


def test_the_longer_side_is_left_over() -> None:
    assert assigned(np.array([[0.1], [0.7], [0.3]])) == [(1, 0)]
    assert assigned(np.zeros((2, 0))) == []
