"""What the streams of a PDF hold when they are unpacked, measured before a library unpacks them into memory."""

from __future__ import annotations

import re
import zlib

from diaoyan.errors import CompilationError
from diaoyan.language import gettext

_MB = 1 << 20
#: Most bytes one stream may unpack to: an image of a page (A3 at 600 dpi), a font with all of Chinese, anything else,
#: which the reader turns into objects a hundred times as large.
_LARGEST_IMAGE, _LARGEST_FONT, _LARGEST = 256 * _MB, 128 * _MB, 12 * _MB
#: Nothing is packed closer than this by the two methods that can do harm.
_DENSEST_FLATE, _DENSEST_LZW = 1032, 2600
#: Bytes taken at a time, and before a stream, where what it is stands.
_STEP, _DICTIONARY = 1 << 16, 4000
_BEGIN, _ESCAPED = re.compile(rb"(?<!end)stream\r?\n"), re.compile(rb"#([0-9A-Fa-f]{2})")


def refuse_overpacked(data: bytes, *, name: str) -> None:
    """Raise `CompilationError` if a stream of a PDF holds far more than any page does.

    Streams are known by the word before them and by how packed bytes begin, not by tables that a damaged file has
    wrong. What an encrypted file packs cannot be seen.
    """
    for begin in _BEGIN.finditer(data):
        end = data.find(b"endstream", begin.end())
        stream = memoryview(data)[begin.end() : len(data) if end < 0 else end]
        dictionary = data[max(0, begin.start() - _DICTIONARY) : begin.start()].rpartition(b"obj")[2]
        dictionary = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), dictionary)
        most = _LARGEST
        if re.search(rb"/Subtype\s*/Image", dictionary):
            most = _LARGEST_IMAGE
        elif re.search(rb"/Length1\b|/Subtype\s*/(?:CIDFontType0C|Type1C|OpenType)", dictionary):
            most = _LARGEST_FONT
        lzw = re.search(rb"/LZW", dictionary) is not None
        size = 0
        if _is_flate(stream) and len(stream) * _DENSEST_FLATE > (_STEP if _is_packed_twice(stream) else most):
            size = _flate_size(stream, most)
        elif lzw and len(stream) * _DENSEST_LZW > most:
            size = _lzw_size(stream, most)
        if size > most:
            raise CompilationError(
                gettext(
                    "{name}: expected a PDF, found one that packs more than {most} MB into {size:.1f} MB; print it to "
                    "PDF anew."
                ).format(name=name, most=most >> 20, size=len(stream) / 1e6)
            )


def _is_flate(stream: bytes | memoryview) -> bool:
    return len(stream) > 2 and stream[0] & 0x8F == 0x08 and (stream[0] * 256 + stream[1]) % 31 == 0


def _is_packed_twice(stream: bytes | memoryview) -> bool:
    try:
        return _is_flate(zlib.decompressobj().decompress(stream[:_STEP], 16))
    except zlib.error:
        return False


def _flate_size(stream: bytes | memoryview, most: int) -> int:
    """Return how much a stream holds, or a little more than `most`; of one packed twice, what the inner one holds."""
    unpacker, size = zlib.decompressobj(), 0
    inner: zlib._Decompress | None = None
    within = 0
    try:
        for start in range(0, len(stream), _STEP):
            waiting: bytes | memoryview = stream[start : start + _STEP]
            while waiting and not unpacker.eof:
                found = unpacker.decompress(waiting, _STEP)
                if not size and _is_flate(found):
                    inner = zlib.decompressobj()
                size += len(found)
                rest = found
                while inner is not None and rest and not inner.eof:
                    within += len(inner.decompress(rest, _STEP))
                    rest = inner.unconsumed_tail
                    if within > most:
                        return within
                if size > most:
                    return size
                waiting = unpacker.unconsumed_tail
            if unpacker.eof:
                break
    except zlib.error:  # a damaged stream, whose beginning a reader may use all the same
        pass
    return max(size, within)


def _lzw_size(stream: bytes | memoryview, most: int) -> int:
    """Return how much a stream in LZW holds, or a little more than `most`, without unpacking it."""
    lengths = [1] * 256 + [0, 0]
    size, width, bits, buffer, before = 0, 9, 0, 0, 0
    for byte in stream:
        buffer, bits = (buffer << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = buffer >> bits & (1 << width) - 1
        if code == 257 or size > most:
            break
        if code == 256:
            del lengths[258:]
            width, before = 9, 0
            continue
        if before and len(lengths) < 4096:
            lengths.append(before + 1)
        if code >= len(lengths):
            break
        before = lengths[code]
        size += before
        width = min(12, max(9, (len(lengths) + 1).bit_length()))
    return size
