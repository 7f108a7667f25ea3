"""Scans and page images to text, by OCR of the optional group `ocr` (rapidocr, which carries its models)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from diaoyan.errors import CompilationError
from diaoyan.language import gettext

#: Pixels of the longer side of a rendered page: an A4 page at 120 dots an inch, enough for print of 9 points.
_LONGER_SIDE = 1_400
#: Larger images are refused before they are decoded.
_MOST_PIXELS = 100_000_000
_MOST_PAGES = 600
#: A line recognised with less confidence is left out: it is a stamp, a drawing or dirt.
_LEAST_SURE = 0.5
# Recognition sees spaces inside numbers: 2 02 2 年4 月.
_SPACE_BEHIND_DIGIT = re.compile(r"(?<=\d) +(?=[\d\u3400-\u9fff(（])")


@dataclass(frozen=True, slots=True)
class Box:
    """One piece of recognised text and its place on the page, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def read_image(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of one page image and the notes.

    Raises
    ------
    CompilationError
        If the image is damaged or too large, or OCR is not installed.
    """
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data))
            if opened.width * opened.height > _MOST_PIXELS:
                raise CompilationError(
                    gettext("{name}: expected a page image, found one of {width} x {height} pixels.").format(
                        name=name, width=opened.width, height=opened.height
                    )
                )
            image = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise CompilationError(
            gettext("{name}: expected a page image, found a damaged one ({value}).").format(
                name=name, value=str(error)[:80]
            )
        ) from None
    image.thumbnail((_LONGER_SIDE, _LONGER_SIDE))
    return page_text(_recognise(image, name)), [gettext("The text of {name} was read by OCR.").format(name=name)]


def read_pages(document: Any, pages: list[str], images: Sequence[int], *, name: str) -> list[str]:
    """Fill in the text of the pages of a PDF that are images, and return the notes.

    Parameters
    ----------
    document : pypdfium2.PdfDocument
        The open PDF.
    pages : list of str
        The text of every page; changed in place.
    images : sequence of int
        The pages to read, from 0.

    Raises
    ------
    CompilationError
        If OCR is not installed, unless other pages have text, or the scan has more pages than can be read in an hour.
    """
    if len(images) > _MOST_PAGES:
        raise CompilationError(
            gettext("{name}: expected a scan of at most {MOST_PAGES} pages, found {count}; split it first.").format(
                name=name, MOST_PAGES=_MOST_PAGES, count=len(images)
            )
        )
    try:
        _engine()
    except ImportError:
        if len(images) < len(pages):
            return [
                gettext("{count} pages are images and were left out; to read them: pip install 'diaoyan[ocr]'.").format(
                    count=len(images)
                )
            ]
        raise CompilationError(_missing(name)) from None
    for index in images:
        page = document[index]
        scale = _LONGER_SIDE / max(*page.get_size(), 1.0)
        bitmap = page.render(scale=scale)
        pages[index] = page_text(_recognise(bitmap.to_pil(), name))
        bitmap.close()
        page.close()
    return [
        gettext("{count} of {count2} pages are images; their text was read by OCR.").format(
            count=len(images), count2=len(pages)
        )
    ]


def page_text(boxes: Sequence[Box]) -> str:
    r"""Return recognised pieces as lines: pieces of one height are one line, an indent is two wide spaces.

    Examples
    --------
    >>> page_text([Box(300, 1, 330, 21, "6"), Box(0, 0, 200, 20, "安康数字经济调研报告"), Box(40, 30, 330, 50, "正文")])
    '安康数字经济调研报告\t6\n　　正文'
    """
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom, box.left)):
        last = rows[-1][0] if rows else None
        if last and (box.top + box.bottom) / 2 < last.bottom - 0.2 * (last.bottom - last.top):
            rows[-1].append(box)
        else:
            rows.append([box])
    margin = min((box.left for box in boxes), default=0.0)
    return "\n".join(_row_text(sorted(row, key=lambda box: box.left), margin) for row in rows)


def _row_text(row: Sequence[Box], margin: float) -> str:
    height = row[0].bottom - row[0].top
    text = "\u3000\u3000" if row[0].left - margin > 1.5 * height else ""
    for before, box in zip([None, *row], row, strict=False):
        if before is not None:
            gap = box.left - before.right
            text += "\t" if gap > 2 * height else " " if gap > 0.4 * height else ""
        text += box.text
    return _SPACE_BEHIND_DIGIT.sub("", text)


def _recognise(image: Any, name: str) -> list[Box]:
    import numpy as np

    try:
        engine = _engine()
    except ImportError:
        raise CompilationError(_missing(name)) from None
    # rapidocr expects the channels as OpenCV has them: blue first.
    found = engine(np.asarray(image.convert("RGB"))[:, :, ::-1].copy(), use_cls=False)
    if found.boxes is None or found.txts is None:
        return []
    boxes = []
    for corners, text, sure in zip(found.boxes, found.txts, found.scores, strict=True):
        if sure >= _LEAST_SURE and text.strip():
            (left, top), (right, bottom) = np.min(corners, axis=0), np.max(corners, axis=0)
            boxes.append(Box(float(left), float(top), float(right), float(bottom), text.strip()))
    return boxes


@cache
def _engine() -> Any:
    """Return the OCR engine, loaded once; its own log is silenced, since only the command prints."""
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def _missing(name: str) -> str:
    return gettext(
        "{name}: the pages are images, and reading them needs OCR; install it with: pip install 'diaoyan[ocr]'."
    ).format(name=name)
