"""DOCX to text: paragraphs in order, tables row by row, text boxes once, page breaks as form feeds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from diaoyan.errors import CompilationError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: The document part of a long compilation has some ten megabytes.
_LARGEST_PART = 100 * 1024 * 1024
_MOST_PARTS = 10_000


def read_docx(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of a DOCX and the notes.

    Raises
    ------
    CompilationError
        If the bytes are no DOCX, or one that is damaged or unpacks to more than a document can be.
    """
    part = _document_part(data, name)
    try:
        return "\n".join(_paragraphs(part)), []
    except SyntaxError as error:  # lxml's XMLSyntaxError is one
        reason = str(error).split(", line")[0]
        raise CompilationError(f"{name}: expected a Word document, found damaged XML ({reason[:100]}).") from None


def _document_part(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > _MOST_PARTS:
                raise CompilationError(f"{name}: expected a Word document, found an archive of too many files.")
            info = archive.getinfo("word/document.xml")
            if info.flag_bits & 1:
                raise CompilationError(f"{name}: the file is encrypted; save it without a password first.")
            with archive.open(info) as file:
                # The size in the archive's index can lie, so what comes out is counted.
                part = file.read(_LARGEST_PART + 1)
    except KeyError:
        raise CompilationError(
            f"{name}: expected a Word document (DOCX), found an archive or another Office file; export it first."
        ) from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise CompilationError(f"{name}: expected a Word document, found a damaged one ({error}).") from None
    except Exception as error:
        if type(error).__module__ in ("zlib", "_lzma", "lzma"):
            raise CompilationError(f"{name}: expected a Word document, found a damaged one ({error}).") from None
        raise
    if b"<!DOCTYPE" in part[:4096]:
        raise CompilationError(
            f"{name}: expected a Word document, found XML with a document type, which Word never writes."
        )
    if len(part) > _LARGEST_PART:
        raise CompilationError(
            f"{name}: expected a Word document of at most {_LARGEST_PART >> 20} MB unpacked, found more."
        )
    return part


def _paragraphs(part: bytes) -> Iterator[str]:
    """Yield the paragraphs in the order of the page; the parts of a document are freed as they are read."""
    from lxml import etree

    events = etree.iterparse(
        io.BytesIO(part), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
    )
    # One open paragraph, and those it stands in: a text box is a paragraph inside a run of another one.
    open_paragraphs: list[list[str]] = []
    cells: list[list[str]] = []
    skipped = 0
    boxed: list[str] = []
    for event, element in events:
        tag = element.tag
        if tag == _FALLBACK:
            skipped += 1 if event == "start" else -1
        if skipped or not isinstance(tag, str):
            continue
        if event == "start":
            if tag == f"{_W}p":
                open_paragraphs.append([])
            elif tag == f"{_W}tr":
                cells.append([])
            elif tag == f"{_W}tc" and cells:
                cells[-1].append("")
            continue
        if tag == f"{_W}p" and open_paragraphs:
            text = "".join(open_paragraphs.pop())
            if open_paragraphs:
                boxed.append(text)
            elif cells and cells[-1]:
                cells[-1][-1] = " ".join(filter(None, (cells[-1][-1], *boxed, text.strip())))
                boxed = []
            else:
                yield from (*boxed, text)
                boxed = []
            element.clear()
        elif tag == f"{_W}tr" and cells:
            yield from _row(cells.pop(), nested=cells)
            element.clear()
        elif open_paragraphs:
            open_paragraphs[-1].append(_run_text(tag, element))


def _row(row: list[str], *, nested: list[list[str]]) -> Iterator[str]:
    """Yield a table row as one line, its cells apart by tabs; a table inside a cell is part of that cell."""
    line = "\t".join(cell for cell in row if cell)
    if nested and nested[-1]:
        nested[-1][-1] = " ".join(filter(None, (nested[-1][-1], line.replace("\t", " "))))
    else:
        yield line


def _run_text(tag: str, element: Any) -> str:
    if tag == f"{_W}t":
        return element.text or ""
    if tag in (f"{_W}tab", f"{_W}ptab") and element.getparent().tag == f"{_W}r":
        return "\t"
    if tag == f"{_W}br":
        return "\n\f" if element.get(f"{_W}type") == "page" else "\n"
    if tag == f"{_W}cr":
        return "\n"
    if tag == f"{_W}lastRenderedPageBreak":
        return ""
    if tag == f"{_W}noBreakHyphen":
        return "-"
    return ""
