"""Latent semantic analysis: the directions along which sections differ most, found from random ones.

As scikit-learn's `TruncatedSVD` finds them, but with Cholesky for LU between the rounds, which spans the same space and
is in NumPy: loading scikit-learn takes longer than a month's sections take to be placed.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
_MORE = 10  # random directions beyond those that are asked for
_FLAT = 1e-6  # of the longest column what is left of another without the ones before it; below that digits are lost


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
