"""Reports as tables: the Parquet parts of the corpus, and pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.errors import CorpusError
from diaoyan.language import gettext, reason
from diaoyan.report import COLUMNS, NUMBERS, Report, from_mapping

if TYPE_CHECKING:
    import pandas as pd

#: Version of the layout of the Parquet parts, kept in their metadata. 1 had no column ``same_as``.
SCHEMA = 2


def to_table(reports: Sequence[Report], same_as: Sequence[str | None] | None = None) -> Any:
    """Return reports as a pyarrow table with the columns of the contract and ``same_as``.

    Parameters
    ----------
    reports : sequence of Report
    same_as : sequence of str or None, of the same length
        For every report the id of the earliest one that is nearly the same, null for that one itself and for reports
        that stand alone. All null if not given.

    Examples
    --------
    >>> to_table([Report("a", "甲"), Report("b", "乙")], [None, "a"])["same_as"].to_pylist()
    [None, 'a']
    """
    columns = {name: [getattr(report, name) for report in reports] for name in COLUMNS}
    columns["same_as"] = list(same_as or [None] * len(reports))
    return table_of(columns, {"diaoyan_schema": str(SCHEMA)})


def table_of(columns: Mapping[str, Iterable[Any]], metadata: Mapping[str, str]) -> Any:
    """Return columns of text, and those of the contract that are whole numbers, as a pyarrow table."""
    import pyarrow as pa

    arrays, kinds = [], []
    for name, values in columns.items():
        # pyarrow.array would import pandas to see whether the values are its own: a third of a second for nothing.
        builder = pa.lib.StringBuilder()
        builder.append_values([None if value is None else str(value) for value in values])
        kinds.append((name, pa.int64() if name in NUMBERS else pa.string()))
        arrays.append(builder.finish().cast(kinds[-1][1]))
    return pa.Table.from_arrays(arrays, schema=pa.schema(kinds, metadata=dict(metadata)))


def to_bytes(table: Any) -> bytes:
    """Return a pyarrow table as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def to_frame(reports: Sequence[Report]) -> pd.DataFrame:
    """Return reports as a pandas table with the columns of the contract."""
    import pandas as pd

    frame = pd.DataFrame([[getattr(report, name) for name in COLUMNS] for report in reports], columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(NUMBERS, "Int64"))


def read_parquet(path: Path) -> list[Report]:
    """Read reports from a Parquet file, the corpus's own or another with the columns of the contract.

    Raises
    ------
    CorpusError
        If the file is damaged, written by a newer version, or a row is no report.
    """
    return reports_of(read_table(path), path.name)


def reports_of(table: Any, name: str) -> list[Report]:
    """Return the rows of a pyarrow table as reports; `name` is what errors call the table."""
    place = gettext("{name}, row {number}")
    return [
        from_mapping(row, where=place.format(name=name, number=number))
        for number, row in enumerate(rows_of(table, name), 1)
    ]


def rows_of(table: Any, name: str, *, before: int = 0) -> list[dict[str, Any]]:
    """Return the rows of a pyarrow table or record batch, of which `before` rows of the file are not a part.

    Raises
    ------
    CorpusError
        Naming column and row, if a text is none: Parquet keeps bytes and does not ask whether they are UTF-8.
    """
    try:
        return list(table.to_pylist())
    except UnicodeDecodeError:
        for column in table.column_names:
            for number, value in enumerate(table.column(column), before + 1):
                try:
                    value.as_py()
                except UnicodeDecodeError:
                    raise CorpusError(
                        gettext(
                            "{name}, row {number}: expected text in UTF-8 in the column {column!r}, found other "
                            "bytes; write the file anew from its source."
                        ).format(name=name, number=number, column=column)
                    ) from None
        raise


def read_table(path: Path, columns: Sequence[str] | None = None) -> Any:
    """Read a Parquet file of reports, or those of some columns that are there, as a pyarrow table.

    Raises
    ------
    CorpusError
        If the file is damaged or written by a newer version.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            stated = (file.schema_arrow.metadata or {}).get(b"diaoyan_schema", b"1")
            if not stated.isdigit() or int(stated) > SCHEMA:
                raise CorpusError(
                    gettext("{path}: written by a newer diaoyan (layout {value!r}); update this program.").format(
                        path=path, value=stated.decode("utf-8", "replace")
                    )
                )
            return file.read(columns)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise CorpusError(
            gettext("{path}: expected a Parquet file of reports, but it cannot be read ({error}).").format(
                path=path, error=reason(error)
            )
        ) from None


def is_outdated(table: Any) -> bool:
    """Return whether a part was written in an older layout, or by another program."""
    stated = (table.schema.metadata or {}).get(b"diaoyan_schema")
    return stated != str(SCHEMA).encode() or "same_as" not in table.column_names
