"""TF-IDF of our own gives what scikit-learn's does."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer

from diaoyan.discovery.weighting import tfidf


def test_rows_weigh_as_in_scikit_learn() -> None:
    counts = csr_matrix(np.random.default_rng(0).poisson(0.3, (30, 50)).astype(float))
    expected = TfidfTransformer(sublinear_tf=True).fit(counts[:20]).transform(counts)
    found = tfidf(counts, among=counts[:20])
    assert abs(found - expected).max() < 1e-14
    assert counts.max() >= 2
    assert abs(counts - np.round(counts.toarray())).max() == 0  # what is given is left as it was


def test_a_row_without_words_stays_empty() -> None:
    assert tfidf(csr_matrix([[0.0, 0.0], [0.0, 3.0]])).toarray().tolist() == [[0.0, 0.0], [0.0, 1.0]]
