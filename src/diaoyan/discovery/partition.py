"""Sections without seed words fall into groups: many k-means runs that vote, or NMF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from diaoyan.discovery.kmeans import kmeans, nearest
from diaoyan.discovery.latent import in_shares, places
from diaoyan.discovery.material import Floats
from diaoyan.discovery.ward import cut

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Algorithm = Literal["votes", "nmf"]
#: k-means runs that vote, and fewest and most groups in one; more if more are asked for.
RUNS, FEWEST_GROUPS, MOST_GROUPS = 100, 3, 14
#: Numbers of groups up to which one set of runs serves all; a number beyond is asked for by hand.
MOST_ON_A_PAGE = 10
#: Most sections the tree of votes is built from; beyond, a sample of them votes and the others follow.
MOST_VOTERS = 3000


def partitions(
    rows: csr_matrix,
    shaping: npt.NDArray[np.bool_],
    numbers: Sequence[int],
    *,
    meaning: Floats | None = None,
    algorithm: Algorithm = "votes",
    random_state: int = 0,
) -> dict[int, Floats]:
    """Part sections into each of several numbers of groups.

    ``votes`` runs k-means a hundred times on latent semantic vectors beside the vectors of what sections mean, with 3
    to 14 groups each, and joins what the runs put together (evidence accumulation, Fred and Jain 2005, with Ward's
    tree). One run depends on its start; their vote hardly does, and one tree serves all numbers up to ten. ``nmf`` is
    non-negative matrix factorisation from the deterministic start of Boutsidis and Gallopoulos (2008).

    Parameters
    ----------
    rows : csr_matrix of shape (n_sections, n_words)
        TF-IDF, rows of unit length.
    shaping : ndarray of shape (n_sections,)
        The sections that make the groups; the others are only placed in them.
    numbers : sequence of int
        Numbers of groups, 1 to the number of shaping sections.
    meaning : ndarray of shape (n_sections, n_dims), optional
        What sections mean, rows of unit length; NMF, which looks at words, has no use for it.
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
    where = places(rows, shaping, np.zeros((rows.shape[0], 0)) if meaning is None else meaning)
    ballots = _ballots(where, shaping, max(numbers), random_state)
    known = np.asarray(rows.getnnz(1) > 0)
    voters = np.flatnonzero(shaping & known)
    if len(voters) > MOST_VOTERS:
        generator = np.random.default_rng(random_state)
        voters = np.sort(generator.choice(voters, MOST_VOTERS, replace=False))
    return {number: shares * known[:, None] for number, shares in _join(ballots, voters, numbers).items()}


def _ballots(where: Floats, shaping: npt.NDArray[np.bool_], number: int, random_state: int) -> csr_matrix:
    """Return the groups every section is in, one run of k-means beside the other; shape (n_sections, all groups)."""
    from scipy.sparse import csr_matrix

    voters = where[shaping]
    count = len(voters)
    low = min(max(2, count // 15), FEWEST_GROUPS)
    high = min(max(low + 1, count // 8), MOST_GROUPS)
    if number > MOST_ON_A_PAGE:
        low, high = number, max(number, min(number + number // 2, count // 3))
    different = len(np.unique(voters.round(6), axis=0))
    chance = np.random.RandomState(random_state)
    starts = []
    for run in range(RUNS):
        groups = min(low + run % (high - low + 1), different)
        starts.append(voters[chance.permutation(len(voters))[:groups]])
    columns, width = [], 0
    for middles in kmeans(voters, starts):
        columns.append(nearest(where, middles) + width)
        width += len(middles)
    chosen = np.stack(columns, 1).ravel()
    pointers = np.arange(0, len(chosen) + 1, RUNS)
    return csr_matrix((np.ones(len(chosen)), chosen, pointers), shape=(len(where), width))


def _join(ballots: csr_matrix, voters: npt.NDArray[np.int64], numbers: Sequence[int]) -> dict[int, Floats]:
    ballot = ballots[voters].toarray()
    apart = np.sqrt(np.clip(1.0 - ballot @ ballot.T / RUNS, 0.0, None))
    result = {}
    for number, label in zip(numbers, cut(apart, numbers), strict=True):
        member = np.zeros((len(voters), number))
        member[np.arange(len(voters)), label] = 1.0
        # How often a section stood together with the average member of each group.
        together = ballots @ (ballots[voters].T @ (member / member.sum(0)))
        result[number] = in_shares(np.asarray(together))
    return result


def _nmf(rows: csr_matrix, shaping: npt.NDArray[np.bool_], number: int) -> Floats:
    from sklearn.decomposition import NMF

    start: Literal["nndsvda", "random"] = "nndsvda" if number < min(int(shaping.sum()), rows.shape[1]) else "random"
    model = NMF(number, init=start, random_state=0, max_iter=400, tol=1e-3).fit(rows[shaping])
    return in_shares(np.asarray(model.transform(rows)))
