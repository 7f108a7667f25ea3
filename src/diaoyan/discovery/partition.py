"""Sections without seed words fall into groups: many k-means runs that vote, or NMF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from diaoyan.discovery.kmeans import kmeans
from diaoyan.discovery.material import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Algorithm = Literal["votes", "nmf"]
#: k-means runs that vote, and the dimensions of latent semantic analysis they run in.
RUNS, DIMENSIONS = 100, 100
#: Most sections the tree of votes is built from; beyond, a sample of them votes and the others follow.
MOST_VOTERS = 3000


def partitions(
    rows: csr_matrix,
    shaping: npt.NDArray[np.bool_],
    numbers: Sequence[int],
    *,
    algorithm: Algorithm = "votes",
    random_state: int = 0,
) -> dict[int, Floats]:
    """Part sections into each of several numbers of groups.

    ``votes`` runs k-means on latent semantic vectors a hundred times, with 10 to 20 groups each, and joins what the
    runs put together (evidence accumulation, Fred and Jain 2005, with Ward's tree). One run depends on its start;
    their vote hardly does, and one tree serves all numbers. ``nmf`` is non-negative matrix factorisation from the
    deterministic start of Boutsidis and Gallopoulos (2008).

    Parameters
    ----------
    rows : csr_matrix of shape (n_sections, n_words)
        TF-IDF, rows of unit length.
    shaping : ndarray of shape (n_sections,)
        The sections that make the groups; the others are only placed in them.
    numbers : sequence of int
        Numbers of groups, 1 to the number of shaping sections.
    algorithm : {'votes', 'nmf'}
    random_state : int
        Chance in the starts of k-means; NMF has none.

    Returns
    -------
    dict of int to ndarray of shape (n_sections, number)
        Share of each group in each section; a row adds up to 1, or to 0 for a section in which nothing is known.
    """
    if algorithm == "nmf":
        return {number: _nmf(rows, shaping, number) for number in numbers}
    ballots = _ballots(rows, shaping, random_state)
    known = np.asarray(rows.getnnz(1) > 0)
    voters = np.flatnonzero(shaping & known)
    if len(voters) > MOST_VOTERS:
        generator = np.random.default_rng(random_state)
        voters = np.sort(generator.choice(voters, MOST_VOTERS, replace=False))
    return {number: shares * known[:, None] for number, shares in _join(ballots, voters, numbers).items()}


def _ballots(rows: csr_matrix, shaping: npt.NDArray[np.bool_], random_state: int) -> csr_matrix:
    """Return the groups every section is in, one run of k-means beside the other; shape (n_sections, all groups)."""
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    count = int(shaping.sum())
    size = max(1, min(DIMENSIONS, max(5, count // 6), count - 1, rows.shape[1] - 1))
    # ARPACK would start anew from chance of its own where rows repeat each other.
    space = TruncatedSVD(size, n_iter=7, random_state=0).fit(rows[shaping])
    places = normalize(space.transform(rows))
    voters = places[shaping]
    low = min(max(2, count // 15), 10)
    high = min(max(low + 1, count // 8), 20)
    different = len(np.unique(voters.round(6), axis=0))
    chance = np.random.RandomState(random_state)
    starts = []
    for run in range(RUNS):
        groups = min(low + run % (high - low + 1), different)
        drawn = np.random.RandomState(int(chance.randint(2**31 - 1))).permutation(len(voters))[:groups]
        starts.append(voters[drawn])
    columns, width = [], 0
    for middles in kmeans(voters, starts):
        columns.append((places @ middles.T - (middles**2).sum(1) / 2).argmax(1) + width)
        width += len(middles)
    chosen = np.stack(columns, 1).ravel()
    pointers = np.arange(0, len(chosen) + 1, RUNS)
    return csr_matrix((np.ones(len(chosen)), chosen, pointers), shape=(len(places), width))


def _join(ballots: csr_matrix, voters: npt.NDArray[np.int64], numbers: Sequence[int]) -> dict[int, Floats]:
    from scipy.cluster.hierarchy import cut_tree, linkage

    ballot = ballots[voters].toarray()
    apart = np.sqrt(np.clip(1.0 - ballot @ ballot.T / RUNS, 0.0, None))
    tree = linkage(apart[np.triu_indices(len(voters), 1)], "ward")
    result = {}
    for number in numbers:
        label = cut_tree(tree, number).ravel()
        member = np.zeros((len(voters), number))
        member[np.arange(len(voters)), label] = 1.0
        # How often a section stood together with the average member of each group.
        together = ballots @ (ballots[voters].T @ (member / member.sum(0)))
        result[number] = _in_parts(np.asarray(together))
    return result


def _nmf(rows: csr_matrix, shaping: npt.NDArray[np.bool_], number: int) -> Floats:
    from sklearn.decomposition import NMF

    start: Literal["nndsvda", "random"] = "nndsvda" if number < min(int(shaping.sum()), rows.shape[1]) else "random"
    model = NMF(number, init=start, random_state=0, max_iter=400, tol=1e-3).fit(rows[shaping])
    return _in_parts(np.asarray(model.transform(rows)))


def _in_parts(weights: Floats) -> Floats:
    sums = weights.sum(1, keepdims=True)
    shares: Floats = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    return shares
