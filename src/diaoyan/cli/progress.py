"""A line that moves while a verb works for more than two seconds; silent where nobody watches a terminal."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_DELAY, _BEAT = 2.0, 0.5
_COUNTED = "{desc}: {percentage:3.0f}%|{bar:30}| {n_fmt} of {total_fmt}, {elapsed}, {remaining} left"
_bar: Any = None


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show for how long `what` has been going on, and how far it has come where `advance` says so."""
    global _bar
    if not sys.stderr.isatty():
        yield
        return
    from tqdm import tqdm

    stopped = threading.Event()
    size = shutil.get_terminal_size()  # of some terminals none is stated, and then tqdm would show nothing
    bar = tqdm(
        desc=what, file=sys.stderr, delay=_DELAY, leave=False, bar_format="{desc} … {elapsed}",
        ncols=min(100, size.columns), nrows=size.lines,
    )  # fmt: skip

    def beat() -> None:
        while not stopped.wait(_BEAT):
            if bar.format_dict["elapsed"] >= _DELAY:
                bar.refresh()

    thread = threading.Thread(target=beat, daemon=True)
    _bar = bar
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        _bar = None
        bar.close()


def advance(done: int, total: int) -> None:
    """Say how far the work has come."""
    if _bar is not None:
        _bar.bar_format = _COUNTED
        _bar.total, _bar.n = total, done


def aside() -> None:
    """Clear the line, so that another one can be printed; it comes back by itself."""
    if _bar is not None:
        _bar.clear()
