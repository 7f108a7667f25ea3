"""From the bytes of a file to its text: the kind is told by the content, never by the name."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from diaoyan.compilation.characters import one_form
from diaoyan.errors import CompilationError
from diaoyan.language import gettext, reason

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
#: What a Chinese text consists of; read in the wrong order of bytes, hardly any of it is.
_EXPECTED = re.compile(r"[\t\n\f\r -~\x85\xa0\xb7\u200b-\u203f\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


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
        ``txt``, ``docx``, ``pdf``, ``html``, ``doc`` or ``image``.
    notes : tuple of str
        What could not be read, one sentence each.
    """

    name: str
    text: str
    kind: str
    notes: tuple[str, ...] = ()


def read_source(path: str | Path) -> Source:
    """Read the text of a TXT, DOCX, PDF, HTML or DOC file, or of a page image.

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
    kind, text, notes = _decode(data, name)
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


def _decode(data: bytes, name: str) -> tuple[str, str, list[str]]:
    """Return kind, text and notes; each reader is imported only when its kind of file comes."""
    if data[:4] == b"PK\x03\x04" or data[:4] == b"PK\x05\x06":
        from diaoyan.compilation.docx_file import read_docx

        return "docx", *read_docx(data, name=name)
    if b"%PDF-" in data[:1024]:
        from diaoyan.compilation.pdf_file import read_pdf

        return "pdf", *read_pdf(data, name=name)
    if data.startswith((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")):
        from diaoyan.compilation.doc_file import read_doc

        return "doc", *read_doc(data, name=name)
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")):
        from diaoyan.compilation.ocr import read_image

        return "image", *read_image(data, name=name)
    text, notes = decode_text(data, name=name)
    from diaoyan.compilation.text_kinds import read_text_kind

    kind, text, more = read_text_kind(data, text, name=name)
    return kind, text, [*notes, *more]


def decode_text(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Decode the bytes of a text file without losing a character.

    A byte-order mark decides first, then valid UTF-8; only what is neither is given to charset-normalizer, which
    chooses among the encodings of Chinese files.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Named in the errors.

    Returns
    -------
    tuple of str and list of str
        The text, and a note if the file ends inside a character or holds bytes that are none.

    Raises
    ------
    CompilationError
        If the bytes are no text.

    Examples
    --------
    >>> decode_text("目录".encode("utf-16"), name="a.txt")
    ('目录', [])
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data, "utf-8-sig", name)
    if data[:2] in _UTF16 and data[:4] != b"\xff\xfe\x00\x00":
        return _strict(data, "utf-16", name)
    if b"\x00" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            if _is_chinese(data[: 1 << 16].decode(encoding, "replace")):
                return _strict(data, encoding, name)
        raise CompilationError(gettext("{name}: expected a text, found binary data (NUL bytes).").format(name=name))
    try:
        text = data.decode("utf-8")
        # Some short texts in GB18030 (目录) happen to be valid UTF-8, as letters that no Chinese text has.
        if text.isascii() or _is_chinese(text) or not _is_chinese(data.decode("gb18030", "replace")):
            return text, []
        return _strict(data, "gb18030", name)
    except UnicodeDecodeError:
        shown = data.decode("utf-8", "replace")
    if (mixed := _of_two_encodings(data)) is not None:
        return mixed
    # No other encoding gives valid UTF-8 by chance, so a text that is nearly valid is a damaged one.
    if shown.count("\ufffd") * 100 <= sum(not char.isascii() for char in shown[:100_000]):
        return _strict(data, "utf-8", name)
    return _strict(data, _detect(data, name), name)


def _of_two_encodings(data: bytes) -> tuple[str, list[str]] | None:
    """Decode a file that was put together from UTF-8 and GB18030, line by line; None if it was not."""
    lines: list[str] = []
    strange: list[int] = []
    known = False
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            text = line.decode("utf-8")
            known |= len(re.findall("[\u4e00-\u9fff]", text)) >= 4
        except UnicodeDecodeError:
            try:
                text = line.decode("gb18030")
            except UnicodeDecodeError:
                return None
            if not _is_chinese(text):
                return None
            strange.append(number)
        lines.append(text)
    if not (known and strange):
        return None
    note = (
        gettext("The file has two encodings: line {first} is in GB18030 and the rest in UTF-8.")
        if len(strange) == 1
        else gettext(
            "The file has two encodings: {count} lines, from line {first} on, are in GB18030 and the rest in UTF-8."
        )
    )
    return "\n".join(lines), [note.format(first=strange[0], count=len(strange))]


def _is_chinese(text: str) -> bool:
    """Whether nearly all of a text's beginning is what a Chinese text consists of."""
    sample = text[: 1 << 14]
    expected = len(_EXPECTED.findall(sample))
    letters = sum(not char.isascii() for char in sample)
    strange = len(sample) - expected
    return strange <= 0.1 * len(sample) and strange <= 0.2 * letters


def _detect(data: bytes, name: str) -> str:
    from charset_normalizer import from_bytes

    # A sample is enough to tell one encoding of Chinese from another, and a library that reads it all is slow.
    sample = data[: 1 << 15]
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    best = from_bytes(sample, cp_isolation=["utf_8", "gb18030", "big5", "utf_16_le", "utf_16_be"]).best()
    if best is None:
        raise CompilationError(
            gettext("{name}: expected a text in UTF-8, UTF-16 or GB18030, found bytes that are none of them.").format(
                name=name
            )
        )
    return best.encoding


def _strict(data: bytes, encoding: str, name: str) -> tuple[str, list[str]]:
    """Decode; a character cut off by the end of the file is left out, single damaged ones are shown as ``�``."""
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError as error:
        cut_off = error.start >= len(data) - 4
    text = data.decode(encoding, errors="ignore" if cut_off else "replace")
    damaged = text.count("\ufffd")
    if damaged > max(5, len(text) // 1000):
        raise CompilationError(
            gettext("{name}: expected a text in UTF-8, UTF-16 or GB18030, found bytes that are none of them.").format(
                name=name
            )
        )
    if cut_off:
        return text, [gettext("The file ends inside a character, which was left out.")]
    return text, [gettext("{damaged} damaged characters are shown as �.").format(damaged=damaged)]


def _clean(text: str) -> str:
    """Give every line the same end and drop what is not printed."""
    text = _LINE_ENDS.sub("\n", text)
    if "\f" in text:
        text = re.sub(r"\n?\f", "\n\f", text)
    return _INVISIBLE.sub("", text)
