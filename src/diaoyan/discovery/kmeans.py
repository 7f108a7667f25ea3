"""k-means from many starts at once: a hundred small problems in one product, instead of a hundred library calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROUNDS = 50
#: Numbers held at a time: starts are taken in as many portions as that needs.
_MOST_NUMBERS = 8_000_000


def kmeans(points: Floats, starts: Sequence[Floats]) -> list[Floats]:
    """Return the middles that Lloyd's algorithm finds from each of several sets of middles.

    A group that loses all its points is given the point that lies farthest from its own middle, as scikit-learn does.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_dims)
    starts : sequence of ndarray of shape (n_groups, n_dims)
        One for each run, of as many groups as it is to have.

    Returns
    -------
    list of ndarray of shape (n_groups, n_dims)
        In the order of the starts.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> [middles.ravel().tolist() for middles in kmeans(points, [points[:2], points[[0, 3]]])]
    [[0.5, 9.5], [0.5, 9.5]]
    """
    most = max(map(len, starts), default=1)
    portion = max(1, _MOST_NUMBERS // max(1, len(points) * most))
    found: list[Floats] = []
    for first in range(0, len(starts), portion):
        found += _portion(points, starts[first : first + portion], most)
    return found


def nearest(points: Floats, middles: Floats) -> npt.NDArray[np.int64]:
    """Return the number of the middle nearest to each point, shape (n_points,)."""
    return np.asarray((points @ middles.T - (middles**2).sum(1) / 2).argmax(1))


def _portion(points: Floats, starts: Sequence[Floats], most: int) -> list[Floats]:
    from scipy.sparse import csr_matrix

    sizes = np.array([len(start) for start in starts])
    middles = np.zeros((len(starts), most, points.shape[1]))
    for run, start in enumerate(starts):
        middles[run, : len(start)] = start
    absent = np.arange(most) >= sizes[:, None]
    before = np.full((len(points), len(starts)), -1)
    active = np.arange(len(starts))
    for _ in range(ROUNDS):
        part = middles[active]
        nearness = points @ part.reshape(-1, points.shape[1]).T - (part**2).sum(2).ravel() / 2
        nearness = nearness.reshape(len(points), len(active), most)
        nearness[:, absent[active]] = -np.inf
        label = nearness.argmax(2)
        moved = (label != before[:, active]).any(0)
        before[:, active] = label
        active, label, nearness = active[moved], label[:, moved], nearness[:, moved]
        if not len(active):
            break
        column = label + np.arange(len(active)) * most
        pointers = np.arange(0, column.size + 1, len(active))
        member = csr_matrix((np.ones(column.size), column.ravel(), pointers), (len(points), len(active) * most))
        sums = np.asarray(member.T @ points).reshape(len(active), most, -1)
        counts = np.bincount(column.ravel(), minlength=len(active) * most).reshape(len(active), most)
        part = middles[active]
        for place, group in np.argwhere((counts == 0) & ~absent[active]):
            # The next one that is farthest from its own middle; a group is rarely without points.
            own = nearness[np.arange(len(points)), place, label[:, place]] - (points**2).sum(1) / 2
            part[place, group] = points[np.argsort(own, kind="stable")[int((counts[place, :group] == 0).sum())]]
        part = np.where((counts > 0)[..., None], sums / np.maximum(counts, 1)[..., None], part)
        middles[active] = part
    return [middles[run, : sizes[run]] for run in range(len(starts))]
