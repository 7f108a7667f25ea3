"""How counts are weighed: as shares, and as scikit-learn's `TfidfTransformer` does, without the time to load that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]


def in_shares(rows: Floats) -> Floats:
    """Return rows that add up to 1, or to 0 where nothing stands in them.

    Examples
    --------
    >>> in_shares(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    """
    sums = rows.sum(1, keepdims=True)
    return np.asarray(np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0))


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
