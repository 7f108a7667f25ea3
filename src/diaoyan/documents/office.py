"""Office files that are the same on every run: no clock in the archive, entries in the order they were written."""

from __future__ import annotations

import errno
import gc
import os
import sys
import traceback
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from diaoyan.writing import printable, replacing

#: The earliest time a ZIP archive can carry.
_EPOCH = (1980, 1, 1, 0, 0, 0)


#: When a workbook says it was written, so that two runs give the same bytes; a program that saves it changes that.
WRITTEN = datetime(2000, 1, 1)
_LONGEST_CELL = 32_767  # Excel's own limit, in characters


def cell_text(text: str) -> str:
    """Return a text as a cell can hold it: signs that XML cannot, or that could move a cursor, become dots."""
    return printable(text).translate({0xFFFE: "·", 0xFFFF: "·"})[:_LONGEST_CELL]


def save_workbook(book: Any, path: Path) -> None:
    """Write a workbook of openpyxl atomically, the same bytes on every run if its properties are the same."""
    from lxml.etree import SerialisationError
    from openpyxl.writer.excel import ExcelWriter

    with replacing(path) as temporary:
        try:
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
                ExcelWriter(book, archive).save()
        except SerialisationError as error:
            # What the system said of a sheet's own temporary file, a full disk say, in lxml's words: IO_ENOSPC.
            number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
            _let_go(error)
            raise OSError(number, os.strerror(number)) from None
        seal(temporary)


def _let_go(error: Exception) -> None:
    """Close the sheets that were being written, which fail once more and would say so on the terminal."""
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        traceback.clear_frames(error.__traceback__)
        gc.collect()  # they hold each other
    finally:
        sys.unraisablehook = hook


def set_print(sheet: Any) -> None:
    """Print a sheet on A4 across, with all columns on one page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4


def seal(path: Path) -> None:
    """Write the archive at `path` again with a fixed time on every entry.

    DOCX and XLSX are ZIP archives; the libraries that write them stamp each entry with the time of day.
    """
    with zipfile.ZipFile(path) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
