"""Where the labels of a map go: a greedy placement that always gives the same answer, on boxes in inches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A label further than this from its point, in inches, gets a line to it.
BESIDE = 0.12
_NEARER = 0.05  # that much nearer to its own point than to any other, a label beside it is seen to be its
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
    owned: bool = False,
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
    owned : bool
        Whether the anchors are points themselves, so that a reader must see whose a label is: a label up to `BESIDE`
        away then stands nearer to its own point than to any other, and one further away gets a line from `leader`,
        which no label covers.

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
    boxes = [np.array(taken, dtype=np.float64).reshape(-1, 4)]
    result: list[tuple[float, float] | None] = []
    for anchor, (width, height) in zip(anchors, sizes, strict=True):
        half = np.array([width / 2, height / 2])
        room = _Room(np.concatenate(boxes), points, radius, np.array(bounds), owned)
        centre = room.find(anchor, half, reach)
        result.append(None if centre is None else (float(centre[0]), float(centre[1])))
        if centre is not None:
            boxes.append(np.concatenate([centre - half, centre + half])[None])
            if owned:
                boxes.append(along(anchor, centre, half))
    return result


def leader(
    anchor: NDArray[np.float64], centre: NDArray[np.float64], half: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Return where the line from a point to its label ends; None if the label stands beside it.

    Examples
    --------
    >>> here, half = np.array([1.0, 1.0]), np.array([0.2, 0.1])
    >>> leader(here, np.array([1.3, 1.0]), half) is None, leader(here, np.array([1.5, 1.0]), half).tolist()
    (True, [1.3, 1.0])
    """
    end = np.clip(anchor, centre - half, centre + half)
    return end if np.hypot(*(end - anchor)) > BESIDE else None


def along(anchor: NDArray[np.float64], centre: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return small boxes along the line of `leader`, of shape (n, 4); none if there is no line."""
    end = leader(anchor, centre, half)
    if end is None:
        return np.empty((0, 4))
    line = anchor + np.linspace(0.2, 1, 8)[:, None] * (end - anchor)
    return np.concatenate([line - 0.005, line + 0.005], axis=1)


class _Room(NamedTuple):
    """What is on the map already."""

    boxes: NDArray[np.float64]
    points: NDArray[np.float64]
    radius: float
    bounds: NDArray[np.float64]
    owned: bool

    def find(self, anchor: NDArray[np.float64], half: NDArray[np.float64], reach: float) -> NDArray[np.float64] | None:
        """Return the first free place on rings around the anchor, some rings at a time."""
        rings = np.arange(self.radius + 0.01, reach, 0.05)
        for start in range(0, len(rings), 4):
            away = rings[start : start + 4, None, None]
            ways = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
            centres = (anchor + ways * away + np.round(ways, 2).clip(-0.7, 0.7) / 0.7 * half).reshape(-1, 2)
            free = centres[self._free(centres, half)]
            clear = free[self._clear(free, anchor, half)] if self.owned else free
            if len(clear):
                return np.asarray(clear[0])
        return None

    def _free(self, centres: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.bool_]:
        low, high = centres - half, centres + half
        inside = ((low >= 0) & (high <= self.bounds)).all(axis=1)
        touch = (self.boxes[:, :2] < high[:, None] + 0.015) & (self.boxes[:, 2:] > low[:, None] - 0.015)
        cover = np.abs(self.points - centres[:, None]) < half + self.radius * 0.9
        taken = np.any(np.all(touch, axis=2), axis=1) | np.any(np.all(cover, axis=2), axis=1)
        return np.asarray(inside & ~taken)

    def _clear(
        self, centres: NDArray[np.float64], anchor: NDArray[np.float64], half: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Return at which places a reader sees whose the label is."""
        beside = np.linalg.norm(np.clip(anchor, centres - half, centres + half) - anchor, axis=1)
        others = self.points[np.abs(self.points - anchor).max(axis=1) > 1e-9]
        gaps = np.maximum(np.abs(others - centres[:, None]) - half, 0.0)
        nearest = np.linalg.norm(gaps, axis=2).min(axis=1, initial=np.inf)
        ends = np.clip(anchor, centres - half, centres + half)
        line = anchor + np.linspace(0.2, 0.95, 8)[:, None, None] * (ends - anchor)
        crossed = (line[:, :, None] > self.boxes[:, :2] - 0.01) & (line[:, :, None] < self.boxes[:, 2:] + 0.01)
        struck = np.linalg.norm(line[:, :, None] - others, axis=3) < self.radius
        free = ~np.any(np.all(crossed, axis=3), axis=(0, 2)) & ~np.any(struck, axis=(0, 2))
        return np.asarray(np.where(beside <= BESIDE, nearest >= beside + _NEARER, free))
