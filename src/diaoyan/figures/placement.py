"""Where the labels of a map go: a greedy placement that always gives the same answer, on boxes in inches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ANGLES = np.deg2rad([0, 45, 315, 90, 270, 135, 225, 180, 22, 338, 68, 292, 112, 248, 158, 202])


def spread(points: NDArray[np.float64], distance: float, *, rounds: int = 60) -> NDArray[np.float64]:
    """Push points apart until no two are nearer than `distance`, as far as that can be done.

    Points at the same place are first put on a spiral around it, in their order.

    Parameters
    ----------
    points : array of shape (n, 2)
        Places, in inches.
    distance : float
        In inches.
    rounds : int
        At most so many passes over all pairs that are too near.

    Returns
    -------
    array of shape (n, 2)

    Examples
    --------
    >>> moved = spread(np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]), 0.1)
    >>> bool(np.linalg.norm(moved[0] - moved[1]) >= 0.099), moved[2].tolist()
    (True, [1.0, 1.0])
    """
    moved = points.astype(np.float64).copy()
    seen: dict[tuple[float, float], int] = {}
    for index, (x, y) in enumerate(np.round(points, 6).tolist()):
        turn = seen.get((x, y), 0)
        seen[x, y] = turn + 1
        if turn:  # the sunflower spiral: each next point a golden angle further
            angle, radius = turn * 2.399963, 0.6 * distance * turn**0.5
            moved[index] += [radius * np.cos(angle), radius * np.sin(angle)]
    for _ in range(rounds):
        # All pairs: a map holds a few hundred points, for which a tree would take longer to import than to ask.
        apart = np.hypot(*(moved[:, None, axis] - moved[None, :, axis] for axis in (0, 1)))
        pairs = np.argwhere(np.triu(apart <= distance * 0.999, 1))
        if not len(pairs):
            break
        gap = moved[pairs[:, 1]] - moved[pairs[:, 0]]
        length = np.maximum(np.linalg.norm(gap, axis=1, keepdims=True), 1e-9)
        push = gap / length * (distance - length) / 2
        np.add.at(moved, pairs[:, 1], push)
        np.add.at(moved, pairs[:, 0], -push)
    return moved


def place(
    anchors: NDArray[np.float64],
    sizes: Sequence[tuple[float, float]],
    *,
    points: NDArray[np.float64],
    radius: float,
    bounds: tuple[float, float],
    taken: Sequence[tuple[float, float, float, float]] = (),
    reach: float = 0.9,
) -> list[tuple[float, float] | None]:
    """Find for each label the nearest free place beside its anchor; earlier labels choose first.

    Parameters
    ----------
    anchors : array of shape (n, 2)
        What the labels belong to, in inches.
    sizes : sequence of (width, height)
        Of the labels, in inches.
    points : array of shape (m, 2)
        Markers no label may cover, of `radius`.
    bounds : (width, height)
        Labels stay between 0 and these.
    taken : sequence of (x0, y0, x1, y1)
        Boxes that are taken already.
    reach : float
        How far from its anchor a label may go.

    Returns
    -------
    list of (x, y) or None
        The centre of each label; None where there is no room.

    Examples
    --------
    >>> here = np.array([[1.0, 1.0]])
    >>> [(x, y)] = place(here, [(0.2, 0.1)], points=here, radius=0.05, bounds=(2.0, 2.0))
    >>> round(float(x), 3), float(y)
    (1.16, 1.0)
    """
    boxes = [tuple(box) for box in taken]
    result: list[tuple[float, float] | None] = []
    for anchor, (width, height) in zip(anchors, sizes, strict=True):
        half = np.array([width / 2, height / 2])
        centre = _free(anchor, half, np.array(boxes).reshape(-1, 4), points, radius, bounds, reach)
        result.append(centre)
        if centre is not None:
            boxes.append((centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1]))
    return result


def _free(
    anchor: NDArray[np.float64],
    half: NDArray[np.float64],
    boxes: NDArray[np.float64],
    points: NDArray[np.float64],
    radius: float,
    bounds: tuple[float, float],
    reach: float,
) -> tuple[float, float] | None:
    for away in np.arange(radius + 0.01, reach, 0.05):
        for angle in _ANGLES:
            way = np.array([np.cos(angle), np.sin(angle)])
            centre = anchor + way * away + np.round(way, 2).clip(-0.7, 0.7) / 0.7 * half
            low, high = centre - half, centre + half
            if (low < 0).any() or (high > bounds).any():
                continue
            if len(boxes) and ((boxes[:, :2] < high + 0.015) & (boxes[:, 2:] > low - 0.015)).all(axis=1).any():
                continue
            if (np.abs(points - centre) < half + radius * 0.9).all(axis=1).any():
                continue
            return float(centre[0]), float(centre[1])
    return None
