"""How sections lean to themes: to those of the codebook by their seed words, the rest to groups that they form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.partition import Algorithm, partitions
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

#: Seed density (TF-IDF weight of a theme's seeds in a section of unit length) at which theme and rest are even.
NEUTRAL = 0.3
#: A group of the rest is a theme of its own if its sections give it this share of their votes on average.
CLEAR = 0.85


def seed_pull(rows: csr_matrix, seed_columns: list[list[int]]) -> Floats:
    """Return how strongly each theme's seed words stand in each section.

    Parameters
    ----------
    rows : csr_matrix of shape (n_sections, n_words)
        TF-IDF, rows of unit length.
    seed_columns : list of list of int
        Columns of the seed words, per theme.

    Returns
    -------
    ndarray of shape (n_sections, n_themes)
        Sum of the seeds' weights, 0 where none occurs.
    """
    pull = np.zeros((rows.shape[0], len(seed_columns)))
    for theme, columns in enumerate(seed_columns):
        if columns:
            pull[:, theme] = np.asarray(rows[:, columns].sum(1)).ravel()
    return pull


def unexplained(material: Material, codebook: Codebook) -> npt.NDArray[np.bool_]:
    """Return which shaping sections pull to the rest: no theme's seeds are dense in them."""
    pull = seed_pull(material.tfidf(), material.seed_columns(codebook))
    left: npt.NDArray[np.bool_] = material.shaping & (pull.max(1) < NEUTRAL) & (material.length > 0)
    return left


def lean(
    material: Material,
    codebook: Codebook | None,
    groups: int,
    *,
    only_clear: bool,
    algorithm: Algorithm,
    random_state: int,
) -> Floats:
    """Return how strongly sections lean to the themes of the codebook and to groups of the rest.

    Parameters
    ----------
    material : Material
    codebook : Codebook or None
        None for groups only.
    groups : int
        Groups of the rest, or of everything without a codebook.
    only_clear : bool
        Whether groups of the rest that are no theme of their own are put together into one last column, which is
        there in any case.
    algorithm : {'votes', 'nmf'}
    random_state : int

    Returns
    -------
    ndarray of shape (n_sections, n_clusters)
        Not negative; the themes of the codebook come first.
    """
    rows = material.tfidf()
    if codebook is None:
        return partitions(rows, material.shaping, [groups], algorithm=algorithm, random_state=random_state)[groups]
    pull = seed_pull(rows, material.seed_columns(codebook))
    # A section without a theme pulls towards the rest: the weaker its strongest theme, the more.
    rest = np.clip(NEUTRAL - pull.max(1), 0.0, None) * (material.length > 0)
    if groups == 1:
        return np.column_stack([pull, rest])
    left = unexplained(material, codebook)
    if left.sum() < groups:
        left = material.shaping
    shares = partitions(rows, left, [groups], algorithm=algorithm, random_state=random_state)[groups]
    if only_clear:
        shares = _clear_first(shares, left)
    return np.column_stack([pull, rest[:, None] * shares])


def _clear_first(shares: Floats, left: npt.NDArray[np.bool_]) -> Floats:
    """Keep the clear groups, largest first, and add up the others in one last column."""
    own = shares[left].argmax(1)
    sizes = np.bincount(own, minlength=shares.shape[1])
    clarity = np.array([shares[left][own == group, group].mean() if size else 0.0 for group, size in enumerate(sizes)])
    clear = [int(group) for group in np.argsort(-sizes, kind="stable") if clarity[group] >= CLEAR]
    others = [group for group in range(shares.shape[1]) if group not in clear]
    return np.column_stack([shares[:, clear], shares[:, others].sum(1)])
