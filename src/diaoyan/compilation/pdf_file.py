"""PDF to text by its text layer; pages that are images go to OCR."""

from __future__ import annotations

from diaoyan.errors import CompilationError

#: A page with fewer characters than this has no text layer worth the name.
_FEWEST = 12
_MOST_PAGES = 5_000


def read_pdf(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of a PDF, pages apart by form feeds, and the notes.

    Raises
    ------
    CompilationError
        If the file is encrypted or damaged, or has only page images and OCR is not installed.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise CompilationError(f"{name}: the PDF is encrypted; save it without a password first.") from None
        raise CompilationError(f"{name}: expected a PDF, found a damaged or truncated one.") from None
    if not 0 < count <= _MOST_PAGES:
        document.close()
        raise CompilationError(f"{name}: expected a PDF of 1 to {_MOST_PAGES:,} pages, found {count:,}.")
    try:
        pages, damaged = _text_layer(document)
        notes = [f"Page {number} is damaged and was left out." for number in damaged]
        blank = [i for i, page in enumerate(pages) if len("".join(page.split())) < _FEWEST and i + 1 not in damaged]
        images = [i for i in blank if _has_image(document, i)]
        if images:
            from diaoyan.compilation.ocr import read_pages

            notes += read_pages(document, pages, images, name=name)
    finally:
        document.close()
    return "\n\f".join(pages), notes


def _text_layer(document: object) -> tuple[list[str], list[int]]:
    """Return the text of every page, and the numbers of the pages that cannot be read."""
    import pypdfium2

    pages: list[str] = []
    damaged: list[int] = []
    for index in range(len(document)):  # type: ignore[arg-type]
        try:
            page = document[index]  # type: ignore[index]
            text_page = page.get_textpage()
            pages.append(text_page.get_text_range())
            text_page.close()
            page.close()
        except pypdfium2.PdfiumError:
            pages.append("")
            damaged.append(index + 1)
    return pages, damaged


def _has_image(document: object, index: int) -> bool:
    import pypdfium2.raw

    page = document[index]  # type: ignore[index]
    found = next(iter(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
    page.close()
    return found
