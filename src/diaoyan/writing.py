"""Files are written here and nowhere else: beside their place first, then renamed, so that none is half-written."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, reason

if sys.platform != "win32":
    import fcntl

#: Where the system has no file locks: seconds after which a temporary file counts as abandoned.
_LONG_AGO = 24 * 3600


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raise `DiaoyanError` if something stands at `path` that the user did not agree to replace."""
    try:
        stands = path.is_file() or (path.is_dir() and any(path.iterdir()))
    except OSError as error:
        raise _unwritable(path, reason(error)) from None
    if stands and not force:
        raise DiaoyanError(
            gettext("{path} is there already; choose another name or add --force to replace it.").format(path=path)
        )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside `path`; what is written there takes the place of `path` if nothing fails.

    What killed runs left of `path` is swept first, see `sweep`.

    Raises
    ------
    DiaoyanError
        If the folder cannot be written or the disk is full; `path` is then as it was.
    """
    target = Path(os.path.realpath(path))  # a link to a file stays a link
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target)
        temporary, claim = _claimed(lambda: _new_file(target))
    except OSError as error:
        raise _unwritable(path, reason(error)) from None
    try:
        yield temporary
        with open(temporary, "r+b") as written:  # Windows brings to the disk only what may be written
            os.fsync(written.fileno())
        temporary.chmod(0o666 & ~_umask())
        os.replace(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        raise _unwritable(path, reason(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
        _let_go(claim)


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder; if nothing fails, its files stand in `folder`, all at once, beside the others there.

    The current folder, or one above it, cannot be swapped under a running program; there the files are replaced one by
    one.

    Raises
    ------
    DiaoyanError
        If the folder cannot be written or the disk is full; `folder` is then as it was.
    """
    if folder.exists() and not folder.is_dir():
        raise _unwritable(folder, gettext("Not a directory"))
    target, here = Path(os.path.realpath(folder)), Path(os.path.realpath(os.curdir))
    if target == here or target in here.parents:
        with _temporary_folder(folder, here / "new") as temporary:
            yield temporary
            for path in sorted(temporary.rglob("*")):
                place = target / path.relative_to(temporary)
                if path.is_dir():
                    place.mkdir(exist_ok=True)
                else:
                    os.replace(path, place)
        return
    with _temporary_folder(folder, target) as temporary:
        yield temporary
        with _held(target):  # of two runs at once, neither looks into a folder that the other takes away
            if target.is_dir():
                _keep_others(target, temporary)
            _put(temporary, target)


def _keep_others(folder: Path, new: Path) -> None:
    """Put into the new folder what the old one holds, except the files that the new one has."""
    for path in sorted(folder.rglob("*")):  # a folder comes before what is in it
        kept = new / path.relative_to(folder)
        if path.is_symlink() and not os.path.lexists(kept):
            os.symlink(os.readlink(path), kept)
        elif path.is_dir():
            kept.mkdir(exist_ok=True)
        elif not kept.exists():
            link_or_copy(path, kept)


def link_or_copy(path: Path, other: Path) -> None:
    """Link a file to a second place, or copy it where the file system has no links."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copy2(path, other)


def _unwritable(path: Path, why: str) -> DiaoyanError:
    return DiaoyanError(gettext("{path} cannot be written: {reason}.").format(path=path, reason=why))


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder, which takes the place of `folder` as a whole if nothing fails.

    Raises
    ------
    DiaoyanError
        If the folder cannot be written or the disk is full; `folder` is then as it was.
    """
    target = Path(os.path.realpath(folder))  # a link to a folder stays a link
    with _temporary_folder(folder, target) as temporary:
        yield temporary
        put_in_place(temporary, target)


def put_in_place(new: Path, target: Path) -> None:
    """Replace a folder by another in one step; the old one is then at `new`, to be removed.

    Systems that cannot exchange two folders set the old one aside first; `restore` knows it by its name.
    """
    with _held(target):
        _put(new, target)


def _put(new: Path, target: Path) -> None:
    new.chmod(0o777 & ~_umask() if not target.is_dir() else stat.S_IMODE(target.stat().st_mode))
    sync_folder(new)
    if not os.path.lexists(target):
        try:
            os.replace(new, target)
            sync_folder(target.parent)
            return
        except OSError:
            if not os.path.lexists(target):  # else another run was faster
                raise
    if not _exchanged(new, target):
        old = new.with_name(f"{new.name}.old")
        os.replace(target, old)
        try:
            os.replace(new, target)
        except OSError:
            os.replace(old, target)
            raise
        os.replace(old, new)
    sync_folder(target.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two folders; False if the system cannot do so in one step."""
    if sys.platform == "win32":
        return False
    import ctypes

    library = ctypes.CDLL(None)
    first, second = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            return bool(library.renamex_np(first, second, 2) == 0)  # RENAME_SWAP
        return bool(library.renameat2(-100, first, -100, second, 2) == 0)  # AT_FDCWD, RENAME_EXCHANGE
    except AttributeError:
        return False


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """Yield a folder for what is only needed until the block ends; what killed runs left of theirs is swept.

    Raises
    ------
    DiaoyanError
        If it cannot be made, or the disk is full.
    """
    with _temporary_folder(beside, Path(os.path.realpath(beside))) as temporary:
        yield temporary


@contextmanager
def _temporary_folder(folder: Path, target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target`; errors name `folder`, as the user did."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target)
        temporary, claim = _claimed(lambda: Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent)))
    except OSError as error:
        raise _unwritable(folder, reason(error)) from None
    try:
        yield temporary
    except OSError as error:
        raise _unwritable(folder, reason(error)) from error
    finally:
        _discard(temporary)
        _let_go(claim)


def sync_folder(folder: Path) -> None:
    """Bring to the disk which files a folder holds, so that a renaming outlasts a power cut."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows does so by itself, and cannot be asked
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sweep(path: Path) -> None:
    """Remove what killed runs left beside `path` while they were writing it, and put back what they had set aside.

    Leftovers are told by their names and by being unlocked: a run locks what it writes, and the system releases the
    lock however the run ends. Where there are no such locks, they must be a day old.
    """
    restore(path)
    leftover = re.compile(re.escape(_prefix(path)) + f"[a-z0-9_]{{8}}(\\.old|{re.escape(path.suffix)})?")
    for other in path.parent.iterdir() if path.parent.is_dir() else ():
        if leftover.fullmatch(other.name):
            with _abandoned(other) as nobodys:
                if nobodys:
                    _discard(other)


def restore(folder: Path) -> None:
    """Put a folder back that a killed run had set aside to replace it, if it is missing; see `put_in_place`."""
    if os.path.lexists(folder) or not folder.parent.is_dir():
        return
    aside = re.compile(re.escape(_prefix(folder)) + r"[a-z0-9_]{8}\.old")
    for other in sorted(folder.parent.iterdir()):
        if aside.fullmatch(other.name) and other.is_dir():
            with _abandoned(other) as nobodys:
                if nobodys:
                    os.replace(other, folder)
                    return


def _prefix(path: Path) -> str:
    """Return how the names of temporary files and folders for `path` begin."""
    return f".{path.name[:20]}.diaoyan-"


def _new_file(target: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=_prefix(target), suffix=target.suffix, dir=target.parent)
    os.close(handle)
    return Path(name)


def _discard(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _claimed(make: Callable[[], Path]) -> tuple[Path, int | None]:
    """Return a new temporary file or folder and the handle that keeps others from sweeping it."""
    while True:
        path = make()
        handle = _lock(path, wait=True)
        if handle is None or _is_at(handle, path):
            return path, handle
        os.close(handle)  # somebody swept it in the moment before it was claimed


def _lock(path: Path, *, wait: bool) -> int | None:
    """Return a handle that holds a file or folder; None where it cannot be had, or there are no locks."""
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except OSError:
        return False


def _let_go(claim: int | None) -> None:
    if claim is not None:
        os.close(claim)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Lock what is at `path`, waiting for whoever holds it; nothing is locked if nothing is there."""
    claim = _lock(path, wait=True)
    while claim is not None and not _is_at(claim, path):  # exchanged by who held it
        os.close(claim)
        claim = _lock(path, wait=True)
    try:
        yield
    finally:
        _let_go(claim)


@contextmanager
def _abandoned(path: Path) -> Iterator[bool]:
    """Yield whether nobody holds a temporary file or folder; until the block ends, nobody else can lock it."""
    if sys.platform == "win32":
        try:
            yield time.time() - path.stat().st_mtime > _LONG_AGO
        except FileNotFoundError:
            yield False
        return
    claim = _lock(path, wait=False)
    try:
        yield claim is not None and _is_at(claim, path)
    finally:
        _let_go(claim)


def write_text(path: Path, text: str) -> None:
    """Write `text` in UTF-8 with ``\\n`` line ends, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def printable(text: str) -> str:
    """Return `text` with a dot for every control character that could move a cursor or turn the order of signs.

    Halves of characters, which cannot be written, become dots too. Tabs and line ends stay.

    Examples
    --------
    >>> printable("甲\\x1b[31m乙\\r\\n")
    '甲·[31m乙·\\n'
    """
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "·", text)


def columns_of(text: str) -> int:
    """Return how many columns a text takes in a terminal, or digits in a sheet: a Chinese character takes two.

    Examples
    --------
    >>> columns_of("2025年")
    6
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV, with cells that Excel would run as formulas turned into plain text.

    Control characters, which neither a terminal nor a sheet should meet, become dots (see `printable`).

    A cell of text that begins with ``=``, ``+``, ``-`` or ``@`` (or a tab or line end before one) gets an
    apostrophe in front, as the OWASP notes on CSV injection advise; numbers stay numbers. So does a cell that would
    otherwise look as if it had got one, so that `unguarded` gives back what was written.

    Examples
    --------
    >>> csv_text(["title", "n"], [["=1+1", -2]])
    "title,n\\n'=1+1,-2\\n"
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _plain(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    guard = "'" if re.match(r"'*\s*[=+@-]", cell) else ""
    return guard + printable(cell)


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that `csv_text` put in front of it.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'甲'")
    ('=1+1', "'甲'")
    """
    return cell[1:] if re.match(r"'+\s*[=+@-]", cell) else cell


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table atomically as CSV in UTF-8 with a byte-order mark, which Excel needs to show Chinese."""
    write_text(path, "\ufeff" + csv_text(header, rows))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
