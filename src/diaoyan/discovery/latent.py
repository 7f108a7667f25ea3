"""Where sections stand by their words: counts as shares, as TF-IDF, and along the directions that tell them apart.

These are what scikit-learn's `TfidfTransformer` and `TruncatedSVD` give; to load that takes longer than to place the
sections of a month. Between the rounds stands Cholesky for LU, which spans the same space and is in NumPy.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.preprocess.vectors import in_unit_length

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
#: Dimensions of latent semantic analysis.
DIMENSIONS = 100
_MORE = 10  # random directions beyond those that are asked for
_FLAT = 1e-6  # of the longest column what is left of another without the ones before it; below that digits are lost


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


def places(rows: csr_matrix, shaping: npt.NDArray[np.bool_], meaning: Floats) -> Floats:
    """Return latent semantic vectors of sections beside the vectors of what they mean, rows of unit length.

    Parameters
    ----------
    rows : csr_matrix of shape (n_sections, n_words)
        TF-IDF.
    shaping : ndarray of shape (n_sections,)
        The sections that make the latent space.
    meaning : ndarray of shape (n_sections, n_dims)
        Rows of unit length; n_dims is 0 where words alone are to be looked at.
    """
    count = int(shaping.sum())
    size = max(1, min(DIMENSIONS, max(5, count // 6), count - 1, rows.shape[1] - 1))
    space = directions(rows[shaping], size, rounds=7, random_state=0)
    return in_unit_length(np.hstack([in_unit_length(np.asarray(rows @ space.T)), meaning]))


def directions(rows: csr_matrix, size: int, *, rounds: int, random_state: int) -> Floats:
    """Return the right singular vectors of the largest singular values, shape (size, n_words).

    Randomised range finder with power iterations (Halko, Martinsson and Tropp 2011). The largest number of each
    direction is positive, so that it has a sign.

    Parameters
    ----------
    rows : csr_matrix of shape (n_rows, n_words)
    size : int
        At most the number of words.
    rounds : int
        Power iterations.
    random_state : int

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> directions(csr_matrix([[3.0, 0.0], [0.0, 1.0]]), 1, rounds=4, random_state=0).round(2).tolist()
    [[1.0, 0.0]]
    """
    wide = rows.shape[0] < rows.shape[1]
    tall = rows.T.tocsr() if wide else rows
    across = tall.T.tocsr()
    span = np.random.RandomState(random_state).normal(size=(tall.shape[1], size + _MORE))
    for _ in range(rounds):
        span = _apart(across @ _apart(tall @ span))
    span = np.linalg.qr(tall @ span)[0]
    left, _, right = np.linalg.svd((across @ span).T, full_matrices=False)
    found = (span @ left)[:, :size].T if wide else right[:size]
    signs = np.sign(found[np.arange(len(found)), np.abs(found).argmax(1)])
    return np.asarray(found * signs[:, None])


def _apart(columns: Floats) -> Floats:
    """Return columns that span the same and do not fall together; by Cholesky, at a quarter of the price of QR."""
    with contextlib.suppress(np.linalg.LinAlgError):
        lower = np.linalg.cholesky(columns.T @ columns)
        if np.diag(lower).min() > _FLAT * np.diag(lower).max():
            return np.asarray(np.linalg.solve(lower, columns.T).T)
    return np.asarray(np.linalg.qr(columns)[0])  # rows that repeat each other span less than is asked for
