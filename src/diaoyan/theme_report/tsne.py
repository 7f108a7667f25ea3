"""t-SNE of a few hundred points: neighbours stay neighbours in the plane (van der Maaten and Hinton 2008).

The exact method of scikit-learn, but for its steps on few points, without the seconds that loading it takes: that
package is not needed for anything else in a theme report.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: Rounds with exaggerated attraction, rounds in all, and how much it is exaggerated.
EXAGGERATED, ROUNDS, EXAGGERATION = 250, 500, 12.0
#: Least step down the gradient. scikit-learn's, 50, throws the points of a month about: they end less far down.
LEAST_STEP = 12.0
_LOOKS, _CLOSE, _STILL = 100, 1e-5, 1e-7
_TINY = float(np.finfo(np.float64).eps)


def in_the_plane(points: Floats, perplexity: float) -> Floats:
    """Return a place in the plane for each point, shape (n_points, 2), without unit.

    Points start along the two directions in which they differ most, so that nothing is left to chance.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_dims)
        Not all the same.
    perplexity : float
        How many neighbours a point has; less than there are points.

    Examples
    --------
    >>> places = in_the_plane(np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 1.0], [5.0, 1.1], [5.1, 1.0]]), 1.3)
    >>> bool(np.hypot(*(places[0] - places[1])) < np.hypot(*(places[0] - places[2])))
    True
    """
    near = np.maximum(_nearness(points, perplexity), _TINY)
    place = _widest(points)
    step = max(len(points) / EXAGGERATION / 4, LEAST_STEP)
    place = _moved(place, near * EXAGGERATION, step, momentum=0.5, rounds=EXAGGERATED)
    return _moved(place, near, step, momentum=0.8, rounds=ROUNDS - EXAGGERATED)


def _nearness(points: Floats, perplexity: float) -> Floats:
    """Return how near each two points are: Gaussian, as wide around each that it has so many neighbours; sum 1."""
    length = (points**2).sum(1)
    apart = np.maximum(length[:, None] - 2 * points @ points.T + length, 0.0).astype(np.float32).astype(np.float64)
    others = ~np.eye(len(points), dtype=bool)
    sharp, low, high = np.ones(len(points)), np.full(len(points), -np.inf), np.full(len(points), np.inf)
    found, open_ = np.zeros_like(apart), np.arange(len(points))
    for _ in range(_LOOKS):
        chance = np.exp(-apart[open_] * sharp[open_, None]) * others[open_]
        total = chance.sum(1)
        total[total == 0] = 1e-8
        chance /= total[:, None]
        found[open_] = chance
        over = np.log(total) + sharp[open_] * (apart[open_] * chance).sum(1) - np.log(perplexity)
        going = np.abs(over) > _CLOSE
        open_, wide = open_[going], over[going] > 0
        if not len(open_):
            break
        low[open_[wide]], high[open_[~wide]] = sharp[open_[wide]], sharp[open_[~wide]]
        ends = low[open_], high[open_]
        sharp[open_] = np.where(
            np.isinf(ends[1]), sharp[open_] * 2, np.where(np.isinf(ends[0]), sharp[open_] / 2, (ends[0] + ends[1]) / 2)
        )
    both = found + found.T
    return np.asarray(both / max(float(both.sum()), _TINY))


def _widest(points: Floats) -> Floats:
    """Return the two principal components, very small; the largest part of each direction is positive."""
    centred = points - points.mean(0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:2] * np.sign(directions[np.arange(2), np.abs(directions[:2]).argmax(1)])[:, None]
    place = centred @ directions.T
    return np.asarray(place / place[:, 0].std() * 1e-4)


def _moved(place: Floats, near: Floats, step: float, *, momentum: float, rounds: int) -> Floats:
    """Move points down the gradient, with momentum and a gain of their own."""
    place, update, gains = place.copy(), np.zeros_like(place), np.ones_like(place)
    room = np.empty_like(near), np.empty_like(near)
    for turn in range(1, rounds + 1):
        gradient = _gradient(place, near, *room)
        gains = np.maximum(np.where(update * gradient < 0, gains + 0.2, gains * 0.8), 0.01)
        gradient *= gains
        update = momentum * update - step * gradient
        place += update
        if turn % 50 == 0 and np.linalg.norm(gradient) <= _STILL:
            break
    return place


def _gradient(place: Floats, near: Floats, kernel: Floats, pull: Floats) -> Floats:
    """Return the gradient of the divergence between nearness there and here, which here has the long tails of t.

    `kernel` and `pull` are room to work in: to ask for it in every round would take longer than the work.
    """
    length = (place**2).sum(1)
    one = np.ones_like(length)
    # 1 + squared distance, of each two points in one product.
    np.matmul(np.column_stack([place, length, one]), np.column_stack([-2 * place, one, length + 1]).T, out=kernel)
    np.reciprocal(kernel, out=kernel)
    np.fill_diagonal(kernel, 0.0)
    np.multiply(kernel, -1 / kernel.sum(), out=pull)
    pull += near
    pull *= kernel
    moved = pull @ np.column_stack([place, one])
    return np.asarray(4.0 * (moved[:, 2:] * place - moved[:, :2]))
