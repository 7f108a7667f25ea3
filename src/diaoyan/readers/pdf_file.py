"""PDF to text by its text layer; pages that are images go to OCR."""

from __future__ import annotations

import re
from typing import Any

from diaoyan.errors import CompilationError
from diaoyan.language import gettext
from diaoyan.readers.pdf_streams import refuse_overpacked

#: A page with fewer characters than this has no text layer worth the name.
_FEWEST = 12
_MOST_PAGES = 5_000
#: What is left of dates and amounts whose figures are gone; so many of them are no chance.
_LOST_FIGURES = re.compile(
    r"(?m)^年\s+月|[\s\u3000]年\s+月|年\s+月\s+日|第\s+[期号条届]|[\u3400-\u9fff]\s+(?:万|亿|元|亩|户|个|名|家|条|%|％)"
)
_LOST = 5


def read_pdf(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of a PDF, pages apart by form feeds, and the notes.

    Raises
    ------
    CompilationError
        If the file is encrypted or damaged, packs more than a page can hold, or has only page images and
        OCR is not installed.
    """
    import pypdfium2

    refuse_overpacked(data, name=name)
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise CompilationError(
                gettext("{name}: the PDF is encrypted; save it without a password first.").format(name=name)
            ) from None
        raise CompilationError(
            gettext("{name}: expected a PDF, found a damaged or truncated one.").format(name=name)
        ) from None
    if not 0 < count <= _MOST_PAGES:
        document.close()
        raise CompilationError(
            gettext("{name}: expected a PDF of 1 to {MOST_PAGES:,} pages, found {count:,}.").format(
                name=name, MOST_PAGES=_MOST_PAGES, count=count
            )
        )
    try:
        pages, damaged = _text_layer(document)
        notes = [gettext("Page {number} is damaged and was left out.").format(number=number) for number in damaged]
        _refuse_unreadable("\n".join(pages), name)
        blank = [i for i, page in enumerate(pages) if len("".join(page.split())) < _FEWEST and i + 1 not in damaged]
        images = [i for i in blank if _has_image(document, i)]
        if images:
            from diaoyan.readers.ocr import read_pages

            notes += read_pages(document, pages, images, name=name)
    finally:
        document.close()
    return "\n\f".join(pages), notes


def _text_layer(document: Any) -> tuple[list[str], list[int]]:
    """Return the text of every page, and the numbers of the pages that cannot be read."""
    import pypdfium2

    pages: list[str] = []
    damaged: list[int] = []
    for index in range(len(document)):
        try:
            page = document[index]
            text_page = page.get_textpage()
            pages.append(text_page.get_text_range())
            text_page.close()
            page.close()
        except pypdfium2.PdfiumError:
            pages.append("")
            damaged.append(index + 1)
    return pages, damaged


def _has_image(document: Any, index: int) -> bool:
    import pypdfium2.raw

    try:
        page = document[index]
        images = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        found = next(iter(images), None) is not None
        page.close()
    except pypdfium2.PdfiumError:  # a damaged page can have text and yet not be opened a second time
        return False
    return found


def _refuse_unreadable(text: str, name: str) -> None:
    """Raise `CompilationError` where fonts that are not in the file left boxes, digits or gaps for characters."""
    signs = [char for char in text if not char.isspace()]
    lost = sum(char in "\ufffd□■▯" or "\ue000" <= char <= "\uf8ff" or ord(char) < 32 for char in signs)
    chinese = sum("\u3400" <= char <= "\u9fff" for char in signs)
    words = sum(char.isalpha() for char in signs)
    figures = sum(char.isdigit() for char in signs)
    no_figures = figures <= 0.005 * chinese and len(_LOST_FIGURES.findall(text)) >= _LOST
    if len(signs) < _FEWEST or (lost <= 0.02 * len(signs) and words >= 0.2 * len(signs) and not no_figures):
        return
    what = "gaps for figures" if no_figures and chinese else "boxes or figures for characters"
    raise CompilationError(
        gettext(
            "{name}: expected a PDF whose text can be read, found {what}, since its fonts are not in "
            "the file; save it as DOCX, or print it to PDF anew with fonts embedded."
        ).format(name=name, what=what)
    )
