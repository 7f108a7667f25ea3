"""One diaoyan at a time: who writes to a folder holds its lock; a corpus is first tidied up after killed runs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diaoyan.corpus.journal import resume
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, reason
from diaoyan.writing import sweep

_LOG = logging.getLogger(__name__)
#: Seconds to wait for the other run, and from when on it is said that somebody waits.
_PATIENCE, _SAID = 60.0, 1.0


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a corpus; what a killed run left in it is first finished or swept away.

    Within a process it can be taken again by who holds it.

    Raises
    ------
    CorpusError
        If another run holds it, or the folder cannot be written.
    """
    with held(folder) as outermost:
        if outermost:
            resume(folder)
            _tidy(folder)
        yield


@contextmanager
def held(folder: Path, *, beside: bool = False) -> Iterator[bool]:
    """Hold the lock of a folder; the system lets go of it when the process ends, in whatever way.

    Parameters
    ----------
    folder : Path
    beside : bool
        Keep the lock beside the folder and only as long as it is held, for one that is replaced as a whole.

    Yields
    ------
    bool
        Whether this process did not hold it before.

    Raises
    ------
    CorpusError
        If another run holds it, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    place = folder.resolve()
    try:
        (place.parent if beside else place).mkdir(parents=True, exist_ok=True)
        file = place.with_name(f".{place.name}.diaoyan-lock") if beside else place / ".lock"
        lock = FileLock(file, is_singleton=True)
        outermost = not lock.is_locked
        try:
            lock.acquire(timeout=min(_SAID, _PATIENCE))
        except Timeout:
            if _PATIENCE <= _SAID:
                raise
            # Where the caller has no handler, logging prints this to stderr.
            waiting = gettext("waiting up to {seconds:.0f} seconds for another diaoyan that works in {folder}")
            _LOG.warning(waiting.format(seconds=_PATIENCE, folder=folder))
            lock.acquire(timeout=_PATIENCE - _SAID)
    except Timeout:
        raise CorpusError(
            gettext("Another diaoyan is working in {folder}; wait until it has finished, then run this again.").format(
                folder=folder
            )
        ) from None
    except OSError as error:
        raise CorpusError(
            gettext("{path} cannot be written: {reason}.").format(path=folder, reason=reason(error))
        ) from None
    try:
        yield outermost
    finally:
        if beside and outermost:
            with contextlib.suppress(OSError):  # Windows removes it by itself
                file.unlink()  # before it is released: who waits for it then sees that it is gone, and makes another
        lock.release()


def _tidy(folder: Path) -> None:
    for name in ("pending", "undo", "labels.csv"):
        sweep(folder / name)
    for part in folder.glob("reports/*.parquet"):
        sweep(part)
