"""A file as text: read whole, decoded by its kind, and cleaned of what is not printed; what is too large is refused."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from diaoyan.errors import CompilationError
from diaoyan.language import gettext, reason
from diaoyan.readers.characters import one_form
from diaoyan.readers.kinds import decode

#: Larger files are refused: a monthly compilation has a few megabytes, a scan of one a few hundred.
LARGEST_FILE = 512 * 1024 * 1024
#: Longer texts are refused; 33 reports have about 300,000 characters.
LONGEST_TEXT = 50_000_000
#: A longer line is no line of a report.
LONGEST_LINE = 200_000

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\u000b]")
_INVISIBLE = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as text.

    Parameters
    ----------
    name : str
        Name of the file, without its folder.
    text : str
        Its text: lines end with ``\\n``, a page begins with a form feed where the file knows its pages.
    kind : str
        ``txt``, ``docx``, ``pdf`` …: the name of a `diaoyan.readers.kinds.Kind`.
    notes : tuple of str
        What could not be read, one sentence each.
    """

    name: str
    text: str
    kind: str
    notes: tuple[str, ...] = ()


def read_source(path: str | Path) -> Source:
    """Read the text of a file of any kind that `diaoyan.readers.kinds` names.

    Parameters
    ----------
    path : str or Path
        A regular file. Its name says nothing about how it is read.

    Returns
    -------
    Source
        Text without control characters, with the notes of the reader.

    Raises
    ------
    CompilationError
        If the file is missing, no regular file, too large, empty, encrypted, damaged or of no kind that is read.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> written = (folder / "a.txt").write_bytes("目录".encode("gb18030"))
    >>> read_source(folder / "a.txt").text
    '目录'
    """
    path = Path(path)
    # A name that is no UTF-8 could not be written into any result.
    return source_of(_read_bytes(path), name=os.fsencode(path.name).decode("utf-8", "replace"))


def source_of(data: bytes, *, name: str) -> Source:
    """Read the bytes of a file; see `read_source`.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for the reports and the errors.
    """
    if not data:
        raise CompilationError(gettext("{name}: expected a compilation, found an empty file.").format(name=name))
    kind, text, notes = decode(data, name=name)
    text = one_form(_clean(text))
    if not text.strip():
        raise CompilationError(
            gettext("{name}: expected a text, found a {value} file without any text.").format(
                name=name, value=kind.upper()
            )
        )
    if len(text) > LONGEST_TEXT:
        raise CompilationError(
            gettext(
                "{name}: expected at most {LONGEST_TEXT:,} characters, found {count:,}; split the file first."
            ).format(name=name, LONGEST_TEXT=LONGEST_TEXT, count=len(text))
        )
    longest = max(map(len, text.split("\n")))
    if longest > LONGEST_LINE:
        raise CompilationError(
            gettext(
                "{name}: expected lines and paragraphs, found {longest:,} characters on one line; save "
                "the file again with its line breaks."
            ).format(name=name, longest=longest)
        )
    return Source(name, text, kind, tuple(notes))


def _read_bytes(path: Path) -> bytes:
    """Read a regular file; the descriptor is checked, not the name, and a FIFO is not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        why = gettext("no such file") if isinstance(error, FileNotFoundError) else reason(error)
        raise CompilationError(
            gettext("{path}: expected a file that can be read ({reason}).").format(path=path, reason=why)
        ) from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise CompilationError(
            gettext("{path}: expected a file, found a folder or a device; name one compilation file.").format(path=path)
        )
    with os.fdopen(handle, "rb") as file:
        if status.st_size > LARGEST_FILE:
            raise CompilationError(
                gettext("{path}: expected at most {value} MB, found {value2} MB.").format(
                    path=path.name, value=LARGEST_FILE >> 20, value2=status.st_size >> 20
                )
            )
        return file.read()


def _clean(text: str) -> str:
    """Give every line the same end and drop what is not printed."""
    text = _LINE_ENDS.sub("\n", text)
    if "\f" in text:
        text = re.sub(r"\n?\f", "\n\f", text)
    return _INVISIBLE.sub("", text)
