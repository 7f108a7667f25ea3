"""Streams of a PDF are measured before they are unpacked: what no page holds is refused, what pages hold is read."""

from __future__ import annotations

import base64
import random
import tracemalloc
import zlib

import pytest

from diaoyan.errors import CompilationError
from diaoyan.readers.pdf_file import read_pdf
from diaoyan.readers.pdf_streams import _lzw_size, refuse_overpacked

TEXT = b"BT /F1 12 Tf 72 700 Td (Contents of the volume) Tj 0 -20 Td (1. Water 1) Tj ET"
FLATE = "/Filter /FlateDecode"
#: Two texts in LZW as PDF writes it, from the specification and of a hundred times one letter.
LZW = [
    (bytes.fromhex("800B6050220C0C8501"), 10),
    (base64.b64decode("gBhgUDgkFg0HhEJhULhkNhMB"), 100),
]


def pdf(stream: bytes, said: str = FLATE) -> bytes:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} {said} >>\nstream\n".encode() + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, part) for number, part in enumerate(parts, 1))
    return b"%PDF-1.4\n" + objects + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF\n"


def packed(megabytes: int, byte: bytes = b" ") -> bytes:
    """Return so much of one byte packed, without packing every megabyte anew."""
    one = byte * 1_000_000
    packer = zlib.compressobj()
    first, again = (packer.compress(one) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    check = 1
    for _ in range(megabytes):
        check = zlib.adler32(one, check)
    return first + again * (megabytes - 1) + b"\x03\x00" + check.to_bytes(4, "big")


def test_what_is_packed_is_what_is_said() -> None:
    assert zlib.decompress(packed(3)) == b" " * 3_000_000


def test_what_pages_hold_is_read() -> None:
    assert "1. Water 1" in read_pdf(pdf(zlib.compress(TEXT)), name="a.pdf")[0]
    refuse_overpacked(pdf(packed(100, b"\0"), "/Subtype /Image " + FLATE), name="a.pdf")
    refuse_overpacked(pdf(packed(60, b"\0"), "/Length1 60000000 " + FLATE), name="a.pdf")
    noise = random.Random(0).randbytes(14_000_000)
    refuse_overpacked(pdf(noise, "/Filter /DCTDecode"), name="a.pdf")


@pytest.mark.parametrize(
    ("megabytes", "byte", "times", "said"),
    [
        (300, b" ", 1, FLATE),
        (300, b" ", 1, "/Filter /Fl#61teDecode"),
        (300, b" ", 2, "/Filter [/FlateDecode /FlateDecode]"),
        (400, b"\0", 1, "/Subtype /Image " + FLATE),
    ],
    ids=["flate", "escaped", "twice", "image"],
)
def test_what_no_page_holds_is_refused_without_the_memory_it_would_take(
    megabytes: int, byte: bytes, times: int, said: str
) -> None:
    stream = packed(megabytes, byte)
    data = pdf(zlib.compress(stream) if times == 2 else stream, said)
    tracemalloc.start()
    with pytest.raises(CompilationError, match=r"^a\.pdf: expected a PDF, found one that packs more than \d+ MB"):
        read_pdf(data, name="a.pdf")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000


@pytest.mark.parametrize(("stream", "size"), LZW)
def test_lzw_is_measured_without_unpacking_it(stream: bytes, size: int) -> None:
    assert _lzw_size(stream, 10**6) == size


def test_lzw_that_holds_too_much_is_refused() -> None:
    held = bits = 0
    codes = [256, 97, *range(258, 4095), *[4094] * 2000]  # each stands for one more letter than the one before
    for number, code in enumerate(codes):
        width = min(12, max(9, (257 + number).bit_length()))
        held, bits = held << width | code, bits + width
    packed = (held << -bits % 8).to_bytes((bits + 7) // 8, "big")
    assert _lzw_size(packed, 10**8) == sum(range(1, 3839)) + 2000 * 3838
    with pytest.raises(CompilationError, match="packs more than"):
        refuse_overpacked(pdf(packed, "/Filter /LZWDecode"), name="a.pdf")
