"""A second process, in which themes are found, the map is laid out and figures are drawn beside the rest.

Where there is a second core, themes are found there from the moment on when the reports are read, while this process
tags and counts. Until then that process loads neither pandas nor Matplotlib: it answers in plain numbers.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from diaoyan.tagging import Tag
    from diaoyan.theme_report.divisions import Divided, Divisions

_Made = TypeVar("_Made")
_NEEDED = ("diaoyan.theme_report.divisions", "diaoyan.theme_report.layout", "scipy.sparse", "threadpoolctl")


class Beside:
    """A second process, which loads what it needs from the moment on when it is made and then waits for work.

    Where there is only one core none is started, and the work is done in this process when its result is needed.
    Used in a ``with``, it does not outlive what it was made for: a command that is refused leaves nothing running.
    """

    def __init__(self) -> None:
        self.running: tuple[BaseProcess, Connection] | None = None
        self._asked = 0
        self._answers: list[tuple[Any] | None] = []
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
            self.running = None

    def ask(self, job: Callable[[], Any]) -> int | None:
        """Hand over a job, and return its number; None if it cannot be handed over."""
        if self.running is None:
            return None
        try:
            self.running[1].send(job)
        except OSError:
            return None
        self._asked += 1
        return self._asked - 1

    @property
    def waiting(self) -> int:
        """Jobs it has not done yet."""
        while self.running is not None and len(self._answers) < self._asked:
            try:
                if not self.running[1].poll():
                    break
                self._answers.append(self.running[1].recv())
            except (EOFError, OSError):
                self.running = None
        return self._asked - len(self._answers)

    def answer(self, number: int) -> tuple[Any] | None:
        """Wait for the result of a job; None if there is none, because it went wrong or the process was ended."""
        while len(self._answers) <= number and self.running is not None:
            try:
                self._answers.append(self.running[1].recv())
            except (EOFError, OSError):  # ended from outside: by the system for want of memory, say
                self.running = None
        return self._answers[number] if number < len(self._answers) else None


class Later(Generic[_Made]):
    """What a job returns, once it is there.

    Parameters
    ----------
    job : callable
        Without arguments; if it is done beside, it and its result go from process to process.
    beside : Beside, optional
        The process that does it; without one it is done when its result is first needed.
    """

    def __init__(self, job: Callable[[], _Made], beside: Beside | None = None) -> None:
        self._job = job
        self._beside = beside
        self._number = None if beside is None else beside.ask(job)

    @cached_property
    def made(self) -> _Made:
        """The result; waits for it. What goes wrong beside is done again here, and goes wrong here."""
        if self._beside is not None and self._number is not None:
            answer = self._beside.answer(self._number)
            if answer is not None:
                made: _Made = answer[0]
                return made
        return self._job()


class Apart:
    """Where reports stand on the map, and what two methods make of them, which may still be in the making.

    Parameters
    ----------
    table : DataFrame
        One row a report, see `Facts.reports`.
    tags : sequence of Tag
    divided : Later of Divided or None
    spots : Later of ndarray
        See `diaoyan.theme_report.layout.spots`.
    beside : Beside, optional
        The process that works them out, which can draw too. Of all this only `places` and `divisions` go there, if they
        are there.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        tags: Sequence[Tag],
        *,
        divided: Later[Divided | None],
        spots: Later[npt.NDArray[np.float64]],
        beside: Beside | None = None,
    ) -> None:
        self._table = table
        self._tags = tags
        self._divided = divided
        self._spots = spots
        self.beside = beside

    def __getstate__(self) -> dict[str, Any]:
        there = {name: value for name, value in vars(self).items() if name in {"places", "divisions"}}
        return {**there, "beside": None}

    @cached_property
    def places(self) -> pd.DataFrame:
        """See `Facts.places`."""
        from diaoyan.theme_report.layout import places

        return places(self._table, self._spots.made)

    @cached_property
    def divisions(self) -> Divisions | None:
        """See `Facts.divisions`."""
        from diaoyan.theme_report.divisions import divisions

        return divisions(self._divided.made, self._tags)


def _work(there: Connection) -> None:
    # Jobs are taken in while others are done, so that the process that hands them over never waits.
    jobs: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_take_in, args=(there, jobs), daemon=True).start()
    for module in _NEEDED:  # while the other process reads
        importlib.import_module(module)
    with there, contextlib.suppress(OSError):
        while (job := jobs.get()) is not None:
            answer: tuple[Any] | None = None
            with contextlib.suppress(Exception):  # said where it is asked for
                answer = (ForkingPickler.loads(job)(),)
            there.send(answer)


def _take_in(there: Connection, jobs: SimpleQueue[bytes | None]) -> None:
    with contextlib.suppress(EOFError, OSError):  # the other process has ended, or has no more use for this one
        while True:
            jobs.put(there.recv_bytes())
    jobs.put(None)
