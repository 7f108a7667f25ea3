"""TF-IDF and directions of our own are what scikit-learn gives, with the same signs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack
from scipy.sparse import random as random_rows
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from diaoyan.discovery.latent import directions, tfidf


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


def test_rows_weigh_as_in_scikit_learn() -> None:
    counts = csr_matrix(np.random.default_rng(0).poisson(0.3, (30, 50)).astype(float))
    expected = TfidfTransformer(sublinear_tf=True).fit(counts[:20]).transform(counts)
    found = tfidf(counts, among=counts[:20])
    assert abs(found - expected).max() < 1e-14
    assert counts.max() >= 2
    assert abs(counts - np.round(counts.toarray())).max() == 0  # what is given is left as it was


def test_a_row_without_words_stays_empty() -> None:
    assert tfidf(csr_matrix([[0.0, 0.0], [0.0, 3.0]])).toarray().tolist() == [[0.0, 0.0], [0.0, 1.0]]
