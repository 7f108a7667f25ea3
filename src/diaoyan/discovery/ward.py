"""Ward's tree: what is nearest is joined, so that groups vary least within; cut into any number of groups.

The tree that SciPy's `linkage` grows, along chains of nearest neighbours, one row of distances at a time: the package
it comes in takes longer to load than a month's tree takes to grow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def cut(apart: Floats, numbers: Sequence[int]) -> list[Rows]:
    """Return the group of each thing for each number of groups; groups are numbered as they first occur.

    Parameters
    ----------
    apart : ndarray of shape (n, n)
        Distances; symmetric.
    numbers : sequence of int
        1 to n.

    Examples
    --------
    >>> points = np.array([0.0, 9.0, 1.0, 10.0])
    >>> [labels.tolist() for labels in cut(np.abs(points[:, None] - points), [2, 4])]
    [[0, 1, 0, 1], [0, 1, 2, 3]]
    """
    joins = _joined(apart)
    count = len(apart)
    found = []
    for number in numbers:
        above = np.arange(count)
        for one, other in joins[: count - number]:
            above[_root(above, other)] = _root(above, one)
        roots = np.array([_root(above, thing) for thing in range(count)])
        order = {root: place for place, root in enumerate(dict.fromkeys(roots.tolist()))}
        found.append(np.array([order[root] for root in roots.tolist()], dtype=np.int64))
    return found


def _joined(apart: Floats) -> list[tuple[int, int]]:
    """Return which two groups are joined, each said by one of its members, the nearest first.

    Nearest-neighbour chains (Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms").
    """
    distances = np.array(apart, dtype=np.float64)
    np.fill_diagonal(distances, np.inf)
    sizes = np.ones(len(distances))
    joins: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(joins) < len(distances) - 1:
        if not chain:
            chain = [int(np.argmax(sizes > 0))]
        while True:
            here = chain[-1]
            row = distances[here]
            nearest = int(row.argmin())
            # Where it came from is nearest too, if it is as near: the chain must not go in circles.
            if len(chain) > 1 and row[chain[-2]] <= row[nearest]:
                break
            chain.append(nearest)
        one, other = sorted((chain.pop(), chain.pop()))
        between = distances[one, other]
        joins.append((float(between), one, other))
        alive = (sizes > 0) & (np.arange(len(sizes)) != one) & (np.arange(len(sizes)) != other)
        a, b, rest = sizes[one], sizes[other], sizes[alive]
        t = 1.0 / (a + b + rest)
        of_one, of_other = distances[one, alive], distances[other, alive]
        joined = np.sqrt(
            (rest + a) * t * of_one * of_one + (rest + b) * t * of_other * of_other - rest * t * between * between
        )
        distances[other, alive] = distances[alive, other] = joined
        distances[one, :] = distances[:, one] = np.inf
        sizes[one], sizes[other] = 0, a + b
    joins.sort(key=lambda join: join[0])
    return _in_order(joins, len(distances))


def _in_order(joins: Sequence[tuple[float, int, int]], count: int) -> list[tuple[int, int]]:
    """Return joins in the order in which SciPy's `cut_tree` undoes them, which decides between equally near ones.

    Of equals, what lies deeper in the tree is joined first, and on one level the part with the lower number.
    """
    above, number = np.arange(count), list(range(count))
    parts: list[tuple[int, int]] = []
    for place, (_, one, other) in enumerate(joins):
        first, second = _root(above, one), _root(above, other)
        parts.append((min(number[first], number[second]), max(number[first], number[second])))
        above[first] = second
        number[second] = count + place
    seen = [len(joins) - 1] if joins else []
    for place in seen:  # level by level, while it grows
        seen += [part - count for part in reversed(parts[place]) if part >= count]
    seen.reverse()
    seen.sort(key=lambda place: joins[place][0])
    return [joins[place][1:] for place in seen]


def _root(above: Rows, thing: int) -> int:
    while above[thing] != thing:
        above[thing] = above[above[thing]]
        thing = int(above[thing])
    return thing
