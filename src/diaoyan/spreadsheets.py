"""Tables that people's programs save, XLSX or CSV, as rows of cells; bounded, whatever a file claims to hold."""

from __future__ import annotations

import csv
import io
import itertools
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from diaoyan.errors import CompilationError, CorpusError
from diaoyan.language import gettext, message, reason

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of an XLSX behind a password
_SAVE_ANEW = message("open it in Excel and save it anew as XLSX, not as Strict Open XML, or as CSV")
#: The most bytes of a file, and of what an XLSX unpacks to.
_LARGEST, _LARGEST_UNPACKED = 200 << 20, 300 << 20
#: The most rows a sheet of Excel can have, cells in all sheets, and characters in one cell of a CSV.
_MOST_ROWS, _MOST_CELLS, _LONGEST_CELL = 1 << 20, 20_000_000, 10**8
#: Above 20 MB, a workbook may be packed to a hundredth of its content; what people write packs to a tenth.
_DENSEST, _SMALL = 100, 20 << 20
_MERGED = re.compile(rb'mergeCell\s[^<>]{0,200}?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
#: Rows that tell a delimiter; a corpus of texts is not read three times for it.
_TRIED = 500


class Formula(str):
    """The text of a cell that holds a formula, and so no text at all."""


@dataclass(frozen=True)
class Sheet:
    """One sheet."""

    #: Of the sheet; empty for CSV.
    name: str
    #: Number of each row from 1, and its cells, without the empty ones at the end; blank rows are left out. Cells of
    #: CSV are texts; those of a workbook are what it holds, None where there is nothing.
    rows: Sequence[tuple[int, list[Any]]]
    #: First and last row, from 1, and first and last column, from 0, of cells that are merged over several rows.
    merged: Sequence[tuple[int, int, int, int]] = ()


@dataclass(frozen=True)
class Spreadsheet:
    """A file as a program saved it: its sheets, and by whom and on which day, where it says so."""

    sheets: Sequence[Sheet]
    who: str = ""
    when: str = ""


def read_spreadsheet(path: Path, *, expected: str = message("a table"), formulas: bool = False) -> Spreadsheet:
    """Read all sheets of an XLSX file, or a CSV with commas, semicolons or tabs in any encoding of a compilation.

    Parameters
    ----------
    path : Path
    expected : str
        What the errors call a file of the right kind, such as ``"labels"``.
    formulas : bool
        Whether a cell with a formula is a `Formula`; if not, it is what the program had computed when it saved. Only
        then it is also said which cells are merged.

    Raises
    ------
    CorpusError
        If the file cannot be read, is neither, or holds more than any honest table does.

    Examples
    --------
    >>> from diaoyan import settings
    >>> sheet = read_spreadsheet(settings.shipped("sample") / "labels.csv").sheets[0]
    >>> sheet.rows[0][1][:2], len(sheet.rows)
    (['report_id', 'month'], 89)
    """
    expected = gettext(expected)
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        raise CorpusError(
            gettext("{path}: expected {expected}, but the file cannot be read ({strerror}).").format(
                path=path, expected=expected, strerror=reason(error)
            )
        ) from None
    if size > _LARGEST:
        raise CorpusError(
            gettext("{path}: expected {expected} of at most {value} MB, found more.").format(
                path=path.name, expected=expected, value=_LARGEST >> 20
            )
        )
    if raw.startswith(b"PK"):
        return _workbook(path.name, raw, expected, formulas)
    if raw.startswith(_OLD_OFFICE):
        raise CorpusError(
            gettext(
                "{path}: expected {expected} as XLSX or CSV, found a workbook of Excel 97 or one behind "
                "a password; save it as plain XLSX."
            ).format(path=path.name, expected=expected)
        )
    from diaoyan.readers.encodings import decode_text

    try:
        text, _ = decode_text(raw, name=path.name)
    except CompilationError:
        raise CorpusError(
            gettext(
                "{path}: expected {expected} as XLSX, or as CSV in UTF-8, UTF-16 or GB18030, found "
                "neither; save it as XLSX."
            ).format(path=path.name, expected=expected)
        ) from None
    return Spreadsheet([_delimited(path.name, text.lstrip("\ufeff"), expected)])


def shown(value: Any) -> str:
    """Return what a cell shows, near enough: programs turn texts into numbers and dates as they see fit.

    Examples
    --------
    >>> shown(12.0), shown(None), shown(datetime(2025, 3, 1)), shown(True)
    ('12', '', '2025-03-01', 'TRUE')
    """
    if value is None or isinstance(value, Formula):
        return value or ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    text = value.isoformat() if isinstance(value, date) else str(value)
    return re.sub("[\ud800-\udfff]", "\ufffd", text).replace("\r\n", "\n")


def _delimited(name: str, text: str, expected: str) -> Sheet:
    """Return the rows of a CSV, cut at the delimiter that cuts most of the first ones into the same number of cells."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        mark = max(",\t;", key=lambda mark: _regularity(itertools.islice(_cut(text, mark), _TRIED)))
        return Sheet("", list(_filled(enumerate(_cut(text, mark), 1))))
    except csv.Error as error:
        raise CorpusError(
            gettext("{name}: expected {expected} as CSV, but the file is damaged ({error}).").format(
                name=name, expected=expected, error=reason(error)
            )
        ) from None
    finally:
        csv.field_size_limit(limit)


def _cut(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _regularity(rows: Iterable[Sequence[str]]) -> tuple[int, int]:
    """Return in how many cells a delimiter cuts rows that are cut alike, and then into how many it cuts the first."""
    widths = [len(row) for row in rows if row]
    alike = ((width - 1) * count for width, count in Counter(widths).items() if count > 1)
    return max(alike, default=0), widths[0] if widths else 0


def _filled(rows: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, list[Any]]]:
    for number, row in rows:
        if any(shown(cell).strip() for cell in row):
            width = next(place for place in range(len(row), 0, -1) if shown(row[place - 1]))
            yield number, list(row[:width])


def _workbook(name: str, raw: bytes, expected: str, formulas: bool) -> Spreadsheet:
    from openpyxl import load_workbook

    try:
        _check_size(name, raw, expected)
        with warnings.catch_warnings():
            # What this reader leaves out, such as Excel's own extensions, is nothing that text stands in.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=not formulas)
            room = _Room(name, expected)
            sheets = []
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # other programs state them wrongly
                # One row more than there can be: a number that is too high is an error and no millions of blank rows.
                rows = enumerate(sheet.iter_rows(max_row=_MOST_ROWS + 1), 1)
                filled = list(_filled((n, room.taken(n, row)) for n, row in rows))
                sheets.append(Sheet(sheet.title, filled, _merged(raw, sheet) if formulas else ()))
            book.close()
        who, when = _properties(raw)
    except CorpusError:
        raise
    except Exception as error:  # a damaged workbook fails in whatever way the part that is damaged makes it fail
        raise CorpusError(
            gettext("{name}: expected {expected} as XLSX, but the file cannot be read ({error}); {SAVE_ANEW}.").format(
                name=name, expected=expected, error=reason(error), SAVE_ANEW=gettext(_SAVE_ANEW)
            )
        ) from None
    if not sheets:
        raise CorpusError(
            gettext("{name}: expected {expected} as XLSX, found no sheet; {SAVE_ANEW}.").format(
                name=name, expected=expected, SAVE_ANEW=gettext(_SAVE_ANEW)
            )
        )
    return Spreadsheet(sheets, who, when)


def _merged(raw: bytes, sheet: Any) -> list[tuple[int, int, int, int]]:
    """Return what is merged over rows of a sheet; openpyxl does not say so of one that it only reads."""
    from openpyxl.utils import column_index_from_string

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        part = archive.read(sheet._worksheet_path)
    found = []
    for left, top, right, bottom in _MERGED.findall(part):
        columns = (column_index_from_string(left.decode()) - 1, column_index_from_string(right.decode()) - 1)
        if top != bottom:
            found.append((int(top), int(bottom), *columns))
    return found


def _check_size(name: str, raw: bytes, expected: str) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        size = sum(info.file_size for info in archive.infolist())
    if size > _LARGEST_UNPACKED or (size > _SMALL and size > _DENSEST * len(raw)):
        raise CorpusError(
            gettext(
                "{name}: expected {expected} as XLSX, found {value} MB packed into {value2:.1f} MB; save "
                "the rows that are needed in a file of their own."
            ).format(name=name, expected=expected, value=size >> 20, value2=len(raw) / 1000000.0)
        )


class _Room:
    """Counts the cells of a workbook, which a few bytes can claim millions of."""

    def __init__(self, name: str, expected: str) -> None:
        self._name, self._expected, self._cells = name, expected, 0

    def taken(self, number: int, row: Sequence[Any]) -> list[Any]:
        self._cells += len(row)
        if self._cells > _MOST_CELLS or number > _MOST_ROWS:
            raise CorpusError(
                gettext(
                    "{name}: expected {expected} as XLSX, found a sheet of more than {MOST_ROWS:,} rows or "
                    "{MOST_CELLS:,} cells; save the rows that are needed in a file of their own."
                ).format(name=self._name, expected=self._expected, MOST_ROWS=_MOST_ROWS, MOST_CELLS=_MOST_CELLS)
            )
        return [_value(cell) for cell in row]


def _value(cell: Any) -> Any:
    if cell.data_type == "f":
        return Formula(getattr(cell.value, "text", cell.value))  # one over several cells is an object with its text
    # Excel writes the first half of a line end so, and openpyxl leaves it.
    return cell.value.replace("_x000D_", "") if isinstance(cell.value, str) else cell.value


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
