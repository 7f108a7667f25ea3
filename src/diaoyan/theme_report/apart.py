"""What takes longest, the map and the found themes, worked out beside the rest in a process of its own.

scikit-learn and gensim take longer to import than a month's tags take to make. Where there is a second core, they are
imported and used there, while this process counts and draws what needs neither.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Self

from diaoyan.report import Report
from diaoyan.tagging import Tag
from diaoyan.theme_report.divisions import Divisions, divide, divisions
from diaoyan.theme_report.layout import places
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    import pandas as pd

    from diaoyan.discovery import ThemeModel

_NEEDED = ("gensim.models", "pandas", "scipy.cluster.hierarchy", "sklearn.decomposition", "sklearn.manifold")


@dataclass(frozen=True)
class Made:
    """What was worked out: where reports stand on the map, and what two methods make of them."""

    places: pd.DataFrame
    divisions: Divisions | None


@dataclass(frozen=True)
class Asked:
    """What it is worked out from.

    Attributes
    ----------
    reports : sequence of Report
    table : DataFrame
        One row a report, see `Facts.reports`.
    counts : sequence of Counter
        Words of each report.
    tags : sequence of Tag
    codebook : Codebook
    found : sequence of ThemeModel or None
        An LDA and a TF-IDF model fitted before; None to fit them.
    random_state : int
    """

    reports: Sequence[Report]
    table: pd.DataFrame
    counts: Sequence[Counter[str]]
    tags: Sequence[Tag]
    codebook: Codebook
    found: Sequence[ThemeModel] | None
    random_state: int

    def made(self) -> Made:
        """Work it out."""
        found = (
            divide(self.reports, self.codebook, random_state=self.random_state) if self.found is None else self.found
        )
        where = places(self.table, self.counts, tags=self.tags, random_state=self.random_state)
        return Made(where, divisions(found, self.tags))


class Beside:
    """A second process, which imports what it needs from the moment on when it is made and then waits for work.

    Where there is only one core none is started, and the work is done in this process when its result is needed.
    Used in a ``with``, it does not outlive what it was made for: a command that is refused leaves nothing running.
    """

    def __init__(self) -> None:
        self.running: tuple[BaseProcess, Connection] | None = None
        if (os.cpu_count() or 1) > 1:
            # Spawned everywhere, as Windows and macOS do it: a fork of a process with threads may hang.
            context = multiprocessing.get_context("spawn")
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there,), daemon=True)
            process.start()
            there.close()
            self.running = (process, here)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.running is not None:
            process, here = self.running
            here.close()
            process.kill()
            process.join()


class Apart:
    """What was asked for, once it is there; until then it is worked out beside whatever else is done.

    Parameters
    ----------
    asked : Asked
    beside : Beside, optional
        The process that does it; without one it is done when it is first needed. Themes that were found before are
        not handed over.
    """

    def __init__(self, asked: Asked, beside: Beside | None = None) -> None:
        self._asked = asked
        self._beside = None if asked.found is not None or beside is None else beside.running
        if self._beside is not None:
            with contextlib.suppress(OSError):
                self._beside[1].send(asked)

    @cached_property
    def made(self) -> Made:
        """What was asked for; waits for it."""
        if self._beside is not None:
            process, here = self._beside
            with here, contextlib.suppress(EOFError, OSError):
                made: Made = here.recv()
                process.join()
                return made
        # Nothing is running, or it was ended from outside: by the system for want of memory, say.
        return self._asked.made()


def _work(there: Connection) -> None:
    for module in _NEEDED:  # while the other process reads and tags
        importlib.import_module(module)
    # What goes wrong here goes wrong in the process that asks too, and is said there; it may also end before it asks.
    with there, contextlib.suppress(Exception):
        there.send(there.recv().made())
