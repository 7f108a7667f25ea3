"""Sublinear TF-IDF of counts, as scikit-learn's `TfidfTransformer` gives it, without the time that loading it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def tfidf(counts: csr_matrix, *, among: csr_matrix | None = None) -> csr_matrix:
    """Return counts of words as TF-IDF, rows of unit length.

    A word that stands n times in a row weighs 1 + log n, times 1 + log((1 + rows) / (1 + rows that hold it)).

    Parameters
    ----------
    counts : csr_matrix of shape (n_rows, n_words)
        Above 0 where anything is stored.
    among : csr_matrix of shape (any, n_words), optional
        The rows in which words are rare or frequent; those of `counts` by default.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> tfidf(csr_matrix([[1.0, 1.0], [0.0, 2.0]])).toarray().round(2).tolist()
    [[0.81, 0.58], [0.0, 1.0]]
    """
    known = counts if among is None else among
    held = np.bincount(known.indices, minlength=known.shape[1])
    rare = np.log((known.shape[0] + 1) / (held + 1.0)) + 1.0
    rows = counts.copy()
    rows.data = (np.log(rows.data) + 1.0) * rare[rows.indices]
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    rows.data /= np.repeat(np.where(length > 0, length, 1.0), np.diff(rows.indptr))
    return rows
