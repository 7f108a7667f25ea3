"""The rows of a table that came back from a spreadsheet program, XLSX or CSV, as texts with the numbers Excel shows."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from diaoyan.errors import CorpusError

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of an XLSX behind a password


class Formula(str):
    """The text of a cell that holds a formula, and so no text at all."""


@dataclass(frozen=True)
class Table:
    """One sheet.

    Attributes
    ----------
    name : str
        Of the sheet; empty for CSV.
    rows : sequence of (int, list of str)
        Number of each row from 1, and its cells; rows without any text are left out.
    """

    name: str
    rows: Sequence[tuple[int, list[str]]]


@dataclass(frozen=True)
class Saved:
    """A file as a program saved it: its sheets, and by whom and when, where it says so."""

    tables: Sequence[Table]
    who: str = ""
    when: str = ""


def read_saved(path: Path) -> Saved:
    """Read all sheets of an XLSX file, or a CSV in UTF-8, UTF-16 or GB18030 with commas, semicolons or tabs.

    Raises
    ------
    CorpusError
        If the file cannot be read, or is neither.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: expected a review sheet, but it cannot be read ({error.strerror}).") from None
    if raw.startswith(b"PK"):
        return _workbook(path, raw)
    if raw.startswith(_OLD_OFFICE):
        raise CorpusError(f"{path.name}: expected XLSX or CSV, found an old or locked workbook; save it as plain XLSX.")
    text = _decoded(path, raw)
    # The delimiter that cuts the file into most cells is the one it was written with.
    tables = [_delimited(path, text, delimiter) for delimiter in ",\t;"]
    return Saved([max(tables, key=lambda table: sum(len(cells) for _, cells in table.rows))])


def _decoded(path: Path, raw: bytes) -> str:
    utf_16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise CorpusError(f"{path.name}: expected XLSX, or CSV in UTF-8 or GB18030, found neither; save it as XLSX.")


def _delimited(path: Path, text: str, delimiter: str) -> Table:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise CorpusError(f"{path.name}: expected a review sheet as CSV, but it is damaged ({error}).") from None
    return Table("", _numbered(rows))


def _workbook(path: Path, raw: bytes) -> Saved:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # What this reader leaves out, such as Excel's own extensions, is nothing that answers are in.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), read_only=True)
            tables = []
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # other programs state them wrongly
                tables.append(Table(sheet.title, _numbered([_text(cell) for cell in row] for row in sheet.iter_rows())))
            book.close()
        who, when = _properties(raw)
    except Exception as error:  # a damaged workbook fails in whatever way the part that is damaged makes it fail
        raise CorpusError(
            f"{path.name}: expected a review sheet as XLSX, but it is damaged ({type(error).__name__}: {error}); save "
            "it again, or write a new one."
        ) from None
    return Saved(tables, who, when)


def _numbered(rows: Iterable[Sequence[str]]) -> list[tuple[int, list[str]]]:
    return [
        (number, [cell if isinstance(cell, Formula) else cell.replace("\r\n", "\n").strip() for cell in row])
        for number, row in enumerate(rows, 1)
        if any(cell.strip() for cell in row)
    ]


def _text(cell: Any) -> str:
    """Return what a cell shows, near enough: programs turn texts into numbers and dates as they see fit."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(getattr(value, "text", value))  # one over several cells is an object that holds its text
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value)


def _properties(raw: bytes) -> tuple[str, str]:
    """Return who saved a workbook last, and the day; openpyxl puts the present time where none is stated."""
    from openpyxl.xml.functions import fromstring

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if "docProps/core.xml" not in archive.namelist():
            return "", ""
        root = fromstring(archive.read("docProps/core.xml"))
    found = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root}
    day = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found.get("modified", ""))
    return found.get("lastModifiedBy", ""), day[0] if day else ""
