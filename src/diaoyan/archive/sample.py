"""A sample of an archive, on which its models are fitted: drawn by chance, the same for any number of workers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from diaoyan.archive.source import Archive, Part, cached_reader
from diaoyan.archive.workers import Runner, in_order
from diaoyan.report import Report


def draw(groups: Sequence[str], size: int, *, least: int, random_state: int) -> list[int]:
    """Draw `size` places by chance, and of a group that is rare up to `least` all the same.

    Parameters
    ----------
    groups : sequence of str
        What each of the things to draw from belongs to.
    size, least, random_state : int

    Returns
    -------
    list of int
        Sorted.

    Examples
    --------
    >>> draw(["甲"] * 5, 9, least=0, random_state=0)
    [0, 1, 2, 3, 4]
    >>> draw(["甲"] * 1000 + ["乙"] * 3, 1, least=3, random_state=0)[-3:]
    [1000, 1001, 1002]
    """
    met: Counter[str] = Counter()
    chosen = []
    for rank, place in enumerate(map(int, np.random.default_rng(random_state).permutation(len(groups)))):
        if rank >= size and not least:
            break
        if rank < size or met[groups[place]] < least:
            chosen.append(place)
            met[groups[place]] += 1
    return sorted(chosen)


def read_rows(source: Archive, rows: Sequence[int], *, run: Runner[Any, Any], batch: int) -> list[Report]:
    """Return some reports of an archive by their numbers, in their order."""
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        wanted[row // batch].append(row % batch)
    tasks = [(part, tuple(wanted[part.number])) for part in source.parts(batch) if part.number in wanted]
    read = partial(rows_of_part, archive=source.folder, identity=source.identity)
    return [report for chunk in in_order(run, read, tasks) for report in chunk]


def rows_of_part(task: tuple[Part, Sequence[int]], *, archive: Path, identity: str) -> list[Report]:
    """Return some reports of one part by their numbers in it. Runs in a worker."""
    part, rows = task
    wanted, place = set(rows), 0
    found: list[Report] = []
    for chunk in cached_reader(archive, identity).reports(part):
        found += [report for number, report in enumerate(chunk, place) if number in wanted]
        place += len(chunk)
    return found
