"""How sections lean to themes: to those of the codebook by their seed words, the rest to groups that they form."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.partition import Algorithm, partitions

#: A group of the rest is a theme of its own if its sections give it this share of their votes on average.
CLEAR = 0.85


def unexplained(material: Material, likely: Floats) -> npt.NDArray[np.bool_]:
    """Return which shaping sections the rest explains better than any theme of the codebook, see `prior`."""
    left: npt.NDArray[np.bool_] = material.shaping & (likely.argmax(1) == likely.shape[1] - 1) & (material.length > 0)
    return left


def lean(
    material: Material, likely: Floats | None, groups: int, *, only_clear: bool, algorithm: Algorithm, random_state: int
) -> Floats:
    """Return how strongly sections lean to the themes of the codebook and to groups of the rest.

    Parameters
    ----------
    material : Material
    likely : ndarray of shape (n_sections, n_themes + 1), optional
        How likely themes and rest are, see `prior`; None for groups only.
    groups : int
        Groups of the rest, or of everything where nothing is said of themes.
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
    if likely is None:
        return _parts(material, material.shaping, groups, algorithm, random_state)
    if groups == 1:
        return likely
    left = unexplained(material, likely)
    if left.sum() < groups:
        left = material.shaping
    shares = _parts(material, left, groups, algorithm, random_state)
    if only_clear:
        shares = _clear_first(shares, left)
    # Whole, or the theme would win where the rest explains more but is shared out among many groups.
    whole = np.eye(shares.shape[1])[shares.argmax(1)] * (shares.sum(1, keepdims=True) > 0)
    return np.column_stack([likely[:, :-1], likely[:, -1:] * whole])


def _parts(
    material: Material, shaping: npt.NDArray[np.bool_], groups: int, algorithm: Algorithm, random_state: int
) -> Floats:
    return partitions(
        material.tfidf, shaping, [groups], meaning=material.meaning, algorithm=algorithm, random_state=random_state
    )[groups]


def _clear_first(shares: Floats, left: npt.NDArray[np.bool_]) -> Floats:
    """Keep the clear groups, largest first, and add up the others in one last column."""
    own = shares[left].argmax(1)
    sizes = np.bincount(own, minlength=shares.shape[1])
    clarity = np.array([shares[left][own == group, group].mean() if size else 0.0 for group, size in enumerate(sizes)])
    clear = [int(group) for group in np.argsort(-sizes, kind="stable") if clarity[group] >= CLEAR]
    others = [group for group in range(shares.shape[1]) if group not in clear]
    return np.column_stack([shares[:, clear], shares[:, others].sum(1)])
