"""Tables in the form that the ending of their name asks for: CSV, a sheet for Excel, JSON Lines or Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from diaoyan.documents.office import WRITTEN, cell_text, save_workbook, set_print
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.writing import columns_of, csv_text, replacing, write_text

#: Endings of names that a table can have.
ENDINGS = (".csv", ".xlsx", ".jsonl", ".parquet")
_WIDEST = 48


def require_ending(path: Path) -> None:
    """Raise `CorpusError` if a name does not say what kind of table is wanted.

    Examples
    --------
    >>> require_ending(Path("tags.xlsx"))
    >>> require_ending(Path("tags.docx"))
    Traceback (most recent call last):
    ...
    diaoyan.errors.CorpusError: Expected a name that ends in .csv, .xlsx, .jsonl or .parquet, got 'tags.docx'.
    """
    if path.suffix.lower() not in ENDINGS:
        raise CorpusError(
            gettext("Expected a name that ends in {names} or {value}, got {path!r}.").format(
                names=", ".join(ENDINGS[:-1]), value=ENDINGS[-1], path=path.name
            )
        )


def write_table(
    path: Path, header: Sequence[str], *, rows: Sequence[Sequence[Any]], heads: Mapping[str, str], title: str
) -> None:
    """Write a table atomically, in the form its ending says.

    Parameters
    ----------
    path : Path
        See `require_ending`.
    header : sequence of str
        Names of the columns, for programs.
    rows : sequence of sequence
        Texts, numbers, or the texts ``true`` and ``false``.
    heads : mapping of str to str
        What a sheet calls a column; those that are not in it keep their name.
    title : str
        Name of the sheet.
    """
    require_ending(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        write_text(path, "\ufeff" + csv_text(header, rows))  # Excel needs the mark to show Chinese
    elif kind == ".jsonl":
        lines = (json.dumps(dict(zip(header, map(_value, row), strict=True)), ensure_ascii=False) for row in rows)
        write_text(path, "".join(f"{line}\n" for line in lines))
    elif kind == ".parquet":
        _write_parquet(path, header, rows)
    else:
        _write_sheet(path, [heads.get(name, name) for name in header], rows, title)


def _value(cell: Any) -> Any:
    return {"true": True, "false": False, "": None}.get(cell, cell) if isinstance(cell, str) else cell


def _write_parquet(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [_value(row[place]) for row in rows] for place, name in enumerate(header)}
    with replacing(path) as temporary:
        pq.write_table(pa.table(columns), temporary, compression="zstd")


def _write_sheet(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Any]], title: str) -> None:
    """Write a sheet whose heads stay in sight and can be filtered; a text that begins with = stays a text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = title
    for number, row in enumerate([heads, *rows], 1):
        for column, value in enumerate(row, 1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, column)
            if isinstance(value, bool | int | float):
                cell.value = value
            else:
                text = cell_text(str(value))
                cell.value = {"true": "是", "false": "否"}.get(text, text) if number > 1 else text
                cell.data_type = "s"
            cell.alignment = Alignment(vertical="top", wrap_text=number == 1)
            if number == 1:
                cell.font = Font(bold=True)
    for column, head in enumerate(heads, 1):
        widest = max([columns_of(head), *(columns_of(str(row[column - 1])) for row in rows[:500])], default=8)
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, widest + 2)
    set_print(sheet)
    sheet.print_title_rows = "1:1"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"
    book.properties.creator = "diaoyan"
    book.properties.created = book.properties.modified = WRITTEN
    save_workbook(book, path)
