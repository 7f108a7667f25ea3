"""How far a verb has come: on a terminal a line that moves, elsewhere a line for each step that takes long.

Both begin after two seconds and go to the error stream. ``DIAOYAN_PROGRESS=0`` turns them off.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from diaoyan.language import gettext

#: Variable that turns the lines off where it is 0.
VARIABLE = "DIAOYAN_PROGRESS"
_DELAY, _BEAT = 2.0, 0.5


class _Bar:
    """A line that moves, by tqdm."""

    def __init__(self, what: str) -> None:
        from tqdm import tqdm

        size = shutil.get_terminal_size()  # of some terminals none is stated, and then tqdm would show nothing
        self._bar: Any = tqdm(
            desc=what,
            file=sys.stderr,
            delay=_DELAY,
            leave=False,
            bar_format="{desc} … {elapsed}",
            ncols=min(100, size.columns),
            nrows=size.lines,
        )

    def begin(self, step: str) -> None:
        self._bar.set_description_str(step, refresh=False)

    def advance(self, done: int, total: int) -> None:
        self._bar.bar_format = gettext(
            "{desc}: {percentage:3.0f}%|{bar:30}| {n_fmt} of {total_fmt}, {elapsed}, {remaining} left"
        )
        self._bar.total, self._bar.n = total, done

    def beat(self) -> None:
        if self._bar.format_dict["elapsed"] >= _DELAY:
            self._bar.refresh()

    def aside(self) -> None:
        self._bar.clear()

    def close(self) -> None:
        self._bar.close()


class _Lines:
    """A line for each step that takes longer than the delay, and for each tenth of what is counted."""

    def __init__(self, what: str) -> None:
        self.begin(what)

    def begin(self, step: str) -> None:
        self._step, self._since, self._said, self._tenth = step, time.monotonic(), False, 0

    def advance(self, done: int, total: int) -> None:
        if (tenth := 10 * done // max(total, 1)) > self._tenth and self._is_long():
            self._tenth = tenth
            self._print(gettext("{step}: {done} of {total}").format(step=self._step, done=done, total=total))

    def beat(self) -> None:
        if not self._said and self._is_long():
            self._print(gettext("{step} …").format(step=self._step))

    def aside(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _is_long(self) -> bool:
        return time.monotonic() - self._since >= _DELAY

    def _print(self, line: str) -> None:
        self._said = True
        with contextlib.suppress(OSError, ValueError):  # nobody reads any more; the work goes on
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


_shown: _Bar | _Lines | None = None


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that `what` goes on, which `step` it has come to, and how far it is where `advance` says so."""
    global _shown
    if os.environ.get(VARIABLE) == "0":
        yield
        return
    stopped = threading.Event()
    shown = _Bar(what) if sys.stderr.isatty() else _Lines(what)

    def beat() -> None:
        while not stopped.wait(_BEAT):
            shown.beat()

    thread = threading.Thread(target=beat, daemon=True)
    _shown = shown
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        _shown = None
        shown.close()


def step(what: str) -> None:
    """Say what is being done from here on."""
    if _shown is not None:
        _shown.begin(what)


def advance(done: int, total: int) -> None:
    """Say how far the work has come."""
    if _shown is not None:
        _shown.advance(done, total)


def aside() -> None:
    """Clear the line, so that another one can be printed; it comes back by itself."""
    if _shown is not None:
        _shown.aside()
