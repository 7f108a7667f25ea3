"""Directions of our own span what scikit-learn's truncated SVD spans, with the same signs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import random as random_rows
from scipy.sparse import vstack
from sklearn.decomposition import TruncatedSVD

from diaoyan.discovery.latent import directions


@pytest.mark.parametrize("shape", [(60, 200), (200, 60), (12, 300)])
def test_directions_are_those_of_scikit_learn(shape: tuple[int, int]) -> None:
    rows = random_rows(*shape, 0.1, random_state=1, format="csr")
    expected = TruncatedSVD(8, n_iter=7, random_state=0).fit(rows).components_
    assert np.abs(directions(rows, 8, rounds=7, random_state=0) - expected).max() < 1e-9


def test_rows_that_repeat_each_other_have_directions_too() -> None:
    one = random_rows(1, 40, 0.5, random_state=0, format="csr")
    found = directions(vstack([one] * 6).tocsr(), 3, rounds=7, random_state=0)
    assert np.isfinite(found).all()
    assert abs(float(found[0] @ one.toarray()[0])) == pytest.approx(float(np.linalg.norm(one.toarray())))


def test_rows_that_nearly_repeat_each_other_lose_no_digits() -> None:
    one = random_rows(1, 40, 0.5, random_state=0, format="csr")
    rows = vstack([one * (1 + number / 1e9) for number in range(6)] + [random_rows(6, 40, 0.5, random_state=1)]).tocsr()
    expected = TruncatedSVD(5, n_iter=7, random_state=0).fit(rows).components_
    assert np.abs(directions(rows, 5, rounds=7, random_state=0) - expected).max() < 1e-6
