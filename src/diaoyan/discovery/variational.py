"""Latent Dirichlet allocation by variational Bayes, on all texts at once.

What gensim's `LdaModel` computes (Hoffman, Blei and Bach 2010), to the last digits, including what it draws from chance
to start with; but in one product for all texts instead of a loop over each, and without gensim, which takes longer to
load than a month's themes take to find. A test holds it to gensim's own numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
#: Mean change of a text's numbers below which it is done, and most rounds for one text.
DONE, ROUNDS = 0.001, 100
_LOGGED = 5
_TINY = float(np.finfo(np.float64).eps)
_FAR, _STEPS = 8.5, 9  # where the series of the digamma function is exact, and steps that lead there from 0


def topics_of(
    counts: csr_matrix,
    learned_from: npt.NDArray[np.bool_],
    start: Floats,
    *,
    alpha: float,
    eta: Floats,
    passes: int,
    random_state: int,
) -> Floats:
    """Learn topics from some texts and return what they are in all.

    Parameters
    ----------
    counts : csr_matrix of shape (n_texts, n_words)
    learned_from : ndarray of shape (n_texts,)
        Texts that shape the topics.
    start : ndarray of shape (n_topics, n_words)
        How often words stand in topics, before anything is learned.
    alpha : float
        Prior of a topic in a text.
    eta : ndarray of shape (n_topics, n_words)
        Prior of words in topics.
    passes : int
        Over the texts.
    random_state : int

    Returns
    -------
    ndarray of shape (n_texts, n_topics)
        The parameters of each text's Dirichlet distribution over topics, gensim's gamma.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts, own = csr_matrix([[9.0, 0.0], [0.0, 9.0]]), np.array([[5.0, 0.1], [0.1, 5.0]])
    >>> every = np.array([True, True])
    >>> topics_of(counts, every, own, alpha=0.1, eta=np.full((2, 2), 0.01), passes=2, random_state=0).round(1).tolist()
    [[9.1, 0.1], [0.1, 9.1]]
    """
    chance = np.random.RandomState(random_state)
    chance.gamma(100.0, 0.01, start.shape)  # the start that gensim draws and that is not used
    own = counts[learned_from]
    held = start
    for turn in range(passes):
        _, found = _inferred(own, _expected(eta + held), alpha, chance)
        rate = (1 + turn + min(turn, 1)) ** -0.5
        held = (1.0 - rate) * held + rate * found
        if len(start) > _LOGGED:
            chance.random_sample(len(start))  # gensim draws which topics it logs
    return _inferred(counts, _expected(eta + held), alpha, chance)[0]


def _inferred(counts: csr_matrix, words: Floats, alpha: float, chance: np.random.RandomState) -> tuple[Floats, Floats]:
    """Return the topics of each text, and how often each word then stands in each topic.

    `words` has the chances of words in topics, shape (n_topics, n_words). Texts that no longer change are left alone.
    """
    shares = chance.gamma(100.0, 0.01, (counts.shape[0], len(words)))
    columns = counts.indices
    chances = np.ascontiguousarray(words[:, columns])
    likely = np.ones(len(columns))
    lengths = np.diff(counts.indptr)
    weights = _expected(shares)
    # A text without a known word has nothing but the prior, which it reaches at once.
    active = np.flatnonzero(lengths > 0)
    shares[lengths == 0] = alpha
    at = np.flatnonzero(np.repeat(lengths > 0, lengths))
    part, data = chances[:, at], counts.data[at]
    mixed = _mixed(weights[active], part, lengths[active])
    for _ in range(ROUNDS):
        size = lengths[active]
        owed = np.add.reduceat(part * (data / mixed), np.concatenate([[0], np.cumsum(size)[:-1]]), axis=1).T
        now = alpha + weights[active] * owed
        weights[active] = _expected(now)
        mixed = _mixed(weights[active], part, size)
        done = np.abs(now - shares[active]).mean(1) < DONE
        shares[active], likely[at] = now, mixed
        if done.any():
            left = np.repeat(~done, size)
            active, at, part, data, mixed = active[~done], at[left], part[:, left], data[left], mixed[left]
            if not len(active):
                break
    found = np.zeros_like(words)
    for topic, row in enumerate(np.repeat(weights, lengths, axis=0).T * (counts.data / likely)):
        found[topic] = np.bincount(columns, row, minlength=words.shape[1])
    return shares, found * words


def _mixed(weights: Floats, chances: Floats, lengths: npt.NDArray[np.int64]) -> Floats:
    """Return how likely every word is in its text."""
    return np.asarray((np.repeat(weights.T, lengths, axis=1) * chances).sum(0) + _TINY)


def _expected(parameters: Floats) -> Floats:
    """Return the exponential of what the logarithm is expected to be, for rows that are Dirichlet parameters."""
    found = digamma(np.column_stack([parameters, parameters.sum(1)]))
    return np.asarray(np.exp(found[:, :-1] - found[:, -1:]))


def digamma(numbers: Floats) -> Floats:
    """Return the digamma function of numbers above 0: Bernardo (1976), Algorithm AS 103, as in gensim.

    Examples
    --------
    >>> digamma(np.array([1.0, 10.0])).round(4).tolist()
    [-0.5772, 2.2518]
    """
    shifted = numbers.ravel().copy()
    small = np.flatnonzero(shifted < _FAR)
    near, owed = shifted[small], np.zeros(len(small))
    for _ in range(_STEPS):
        owed += 1.0 / near
        near += 1.0
    shifted[small] = near
    inverse = 1.0 / shifted
    value = np.log(shifted) - 0.5 * inverse
    value[small] -= owed
    square = inverse * inverse
    series = 1 / 240 - square * (1 / 132)
    for term in (1 / 252, 1 / 120, 1 / 12):
        series = term - square * series
    return np.asarray(value - square * series).reshape(numbers.shape)
