"""Folding in: the shares of known topics in texts that had no part in finding them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.discovery.latent import in_shares

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
_ROUNDS = 50
#: Chance of a word in a topic that never used it, so that one such word does not rule the topic out.
_UNSEEN = 1e-5


def fold_in(counts: csr_matrix, topics: Floats, *, start: Floats) -> tuple[Floats, float]:
    """Return the shares of topics that make the words of each text most likely, and how likely they make all words.

    Expectation maximisation of probabilistic latent semantic analysis with the topics held fixed (Hofmann 1999).

    Parameters
    ----------
    counts : csr_matrix of shape (n_texts, n_words)
    topics : ndarray of shape (n_topics, n_words)
        Chances of words, rows adding up to 1 or 0.
    start : ndarray of shape (n_topics,)
        How common the topics are.

    Returns
    -------
    shares : ndarray of shape (n_texts, n_topics)
        Rows add up to 1, or to 0 for a text without a known word.
    likelihood : float
        Sum of the logarithms of the chances of all words.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> topics = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> shares, _ = fold_in(csr_matrix([[9.0, 1.0], [0.0, 0.0]]), topics, start=np.array([0.5, 0.5]))
    >>> shares.round(2).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    from scipy.sparse import csr_matrix as csr

    chances = topics * (1 - _UNSEEN) + _UNSEEN / max(1, topics.shape[1])
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    columns, data = counts.indices, counts.data
    shares = np.repeat((start + 1e-6)[None], counts.shape[0], axis=0)
    shares /= shares.sum(1, keepdims=True)
    likely = np.ones(len(data))
    for _ in range(_ROUNDS):
        likely = np.einsum("ij,ij->i", shares[rows], chances[:, columns].T)
        owed = csr((data / likely, columns, counts.indptr), shape=counts.shape)
        shares = in_shares(shares * np.asarray(owed @ chances.T))
    return shares, float((data * np.log(likely)).sum())
