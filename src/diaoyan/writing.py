"""Files are written here and nowhere else: beside their place first, then renamed, so that none is half-written."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, reason


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

    Raises
    ------
    DiaoyanError
        If the folder cannot be written or the disk is full; `path` is then as it was.
    """
    target = Path(os.path.realpath(path))  # a link to a file stays a link
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:20]}.", suffix=target.suffix, dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, reason(error)) from None
    temporary = Path(name)
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


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder; if nothing fails, its files stand in `folder`, all at once, beside the others there.

    A folder that somebody stands in cannot be exchanged under his feet; there file after file is replaced.

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
                if path.is_file():
                    place = target / path.relative_to(temporary)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(path, place)
        return
    with replacing_folder(folder) as temporary:
        yield temporary
        if target.is_dir():
            _keep_others(target, temporary)


def _keep_others(folder: Path, new: Path) -> None:
    """Let what stands in a folder stand in the new one too, but for files that the new one has."""
    shutil.copymode(folder, new)
    for path in sorted(folder.rglob("*")):  # a folder comes before what is in it
        kept = new / path.relative_to(folder)
        if path.is_symlink() and not os.path.lexists(kept):
            os.symlink(os.readlink(path), kept)
        elif path.is_dir():
            kept.mkdir(exist_ok=True)
        elif not kept.exists():
            try:
                os.link(path, kept)  # without writing it again, where the file system can
            except OSError:
                shutil.copy2(path, kept)


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
    restore(target)
    with _temporary_folder(folder, target) as temporary:
        yield temporary
        old = temporary.with_name(temporary.name + ".old")
        try:
            if target.exists():
                os.replace(target, old)
            sync_folder(temporary)
            os.replace(temporary, target)
            sync_folder(target.parent)
        except OSError:
            if old.exists() and not target.exists():
                os.replace(old, target)
            raise
        finally:
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.unlink(missing_ok=True)


@contextmanager
def _temporary_folder(folder: Path, target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target`; errors name `folder`, as the user did."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name[:20]}.", dir=target.parent))
        temporary.chmod(0o777 & ~_umask())
    except OSError as error:
        raise _unwritable(folder, reason(error)) from None
    try:
        yield temporary
    except OSError as error:
        raise _unwritable(folder, reason(error)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


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
    """Remove what killed runs left beside `path` while they were writing it, and nothing else.

    Only call it where no other run can be writing `path`.
    """
    leftover = re.compile(re.escape(f".{path.name[:20]}.") + f"[a-z0-9_]{{8}}(\\.old|{re.escape(path.suffix)})?")
    for other in path.parent.iterdir() if path.parent.is_dir() else ():
        if leftover.fullmatch(other.name):
            if other.is_dir() and not other.is_symlink():
                shutil.rmtree(other, ignore_errors=True)
            else:
                other.unlink(missing_ok=True)


def restore(folder: Path) -> None:
    """Put a folder back that a killed run had set aside to replace it, if it is missing.

    Between the two renamings of `replacing_folder` there is a moment in which neither the old nor the new one stands
    in its place.
    """
    if folder.exists() or not folder.parent.is_dir():
        return
    aside = re.compile(re.escape(f".{folder.name[:20]}.") + r"[a-z0-9_]{8}\.old")
    for other in sorted(folder.parent.iterdir()):
        if aside.fullmatch(other.name) and other.is_dir():
            os.replace(other, folder)
            return


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
