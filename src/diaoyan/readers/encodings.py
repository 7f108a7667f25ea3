"""From the bytes of a text file to its characters, in whichever encoding Chinese files have."""

from __future__ import annotations

import re

from diaoyan.errors import CompilationError
from diaoyan.language import gettext

#: What a Chinese text consists of; read in the wrong order of bytes, hardly any of it is.
_EXPECTED = re.compile(r"[\t\n\f\r -~\x85\xa0\xb7\u200b-\u203f\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


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
        raise _undecodable(name)
    return best.encoding


def _undecodable(name: str) -> CompilationError:
    said = gettext("{name}: expected a text in UTF-8, UTF-16 or GB18030, found bytes that are none of them.")
    return CompilationError(said.format(name=name))


def _strict(data: bytes, encoding: str, name: str) -> tuple[str, list[str]]:
    """Decode; a character cut off by the end of the file is left out, single damaged ones are shown as ``�``."""
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError as error:
        cut_off = error.start >= len(data) - 4
    text = data.decode(encoding, errors="ignore" if cut_off else "replace")
    damaged = text.count("\ufffd")
    if damaged > max(5, len(text) // 1000):
        raise _undecodable(name)
    if cut_off:
        return text, [gettext("The file ends inside a character, which was left out.")]
    return text, [gettext("{damaged} damaged characters are shown as �.").format(damaged=damaged)]
