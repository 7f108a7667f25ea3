"""Scans and page images to text, by OCR of the optional group `ocr`."""

from __future__ import annotations

from typing import Any

from diaoyan.errors import CompilationError


def read_image(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of one page image and the notes."""
    raise CompilationError(f"{name}: reading page images needs the group 'ocr'; install it with: pip install 'diaoyan[ocr]'.")


def read_pages(document: Any, pages: list[str], images: list[int], *, name: str) -> list[str]:
    """Fill in the text of the pages that are images, and return the notes."""
    raise CompilationError(f"{name}: reading page images needs the group 'ocr'; install it with: pip install 'diaoyan[ocr]'.")
