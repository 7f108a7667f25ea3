"""An archive: Parquet files of reports, cut into parts of equal size, read a few hundred reports at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from diaoyan.corpus import SCHEMA
from diaoyan.corpus.tables import rows_of
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, reason
from diaoyan.report import Report, from_mapping

#: Columns a tag needs; the others of the contract are left on the disk.
READ = ("report_id", "id", "month", "no", "title", "authors", "date", "text", "status")
#: Characters handed on at a time, so that a part of long reports needs no more memory than one of short ones.
CHARACTERS = 400_000
#: Rows decoded at a time: what bounds the memory of a reader, however large a row group is.
ROWS = 256


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one row group, ``first`` up to but not including ``last``."""

    file: str
    row_group: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one task reads: `rows` reports in the order of the archive.

    Attributes
    ----------
    number : int
        From 0.
    rows : int
    pieces : tuple of Piece
    """

    number: int
    rows: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """Parquet files of reports, one file or all files of a folder in the order of their names.

    Attributes
    ----------
    folder : Path
        What the names of `files` are relative to.
    files : tuple of str
    row_groups : tuple of tuple of int
        Rows of each row group of each file.
    identity : str
        Hash of names, sizes and footers of the files: another archive has another one.

    Examples
    --------
    >>> archive = Archive(Path("a"), ("1.parquet", "2.parquet"), ((3, 1), (2,)), "")
    >>> [[(p.file, p.row_group, p.first, p.last) for p in part.pieces] for part in archive.parts(4)]
    [[('1.parquet', 0, 0, 3), ('1.parquet', 1, 0, 1)], [('2.parquet', 0, 0, 2)]]
    """

    folder: Path
    files: tuple[str, ...]
    row_groups: tuple[tuple[int, ...], ...]
    identity: str

    @classmethod
    def open(cls, path: Path) -> Archive:
        """Read the footers of a Parquet file, or of all Parquet files of a folder; no report is read yet.

        Files and folders whose names begin with ``_`` or ``.`` are left out, as Dask and Spark do.

        Raises
        ------
        CorpusError
            If there is no Parquet file, no row, or a file that is damaged or holds no reports.
        """
        folder = path if path.is_dir() else path.parent
        found = folder.rglob("*.parquet") if path.is_dir() else [path] if path.is_file() else []
        names = sorted(file.relative_to(folder).as_posix() for file in found)
        if path.is_dir():
            names = [name for name in names if not any(part[0] in "_." for part in name.split("/"))]
        if not names:
            raise CorpusError(
                gettext("{path}: expected a Parquet file or a folder with some, found none.").format(path=path)
            )
        digest = hashlib.sha256()
        groups = []
        for name in names:
            groups.append(_row_groups(folder / name))
            digest.update(f"{name}\x1f{(folder / name).stat().st_size}\x1f".encode() + _footer(folder / name))
        if not any(map(sum, groups)):
            raise CorpusError(gettext("{path}: expected at least one report, found none.").format(path=path))
        return cls(folder.resolve(), tuple(names), tuple(groups), digest.hexdigest())

    @property
    def reports(self) -> int:
        """Number of reports."""
        return sum(map(sum, self.row_groups))

    def ids(self) -> Iterator[str]:
        """Yield the id of every report, in their order; their texts stay unread.

        Raises
        ------
        CorpusError
            If a file is damaged.
        """
        import pyarrow as pa

        for file in self.files:
            try:
                with open_parquet(self.folder / file) as opened:
                    names = [name for name in opened.schema_arrow.names if name in {"report_id", "id"}]
                    for batch in opened.iter_batches(columns=names, use_threads=False):
                        yield from (row.get("report_id") or row.get("id") or "" for row in rows_of(batch, file))
            except (OSError, ValueError, pa.ArrowException) as error:
                raise _unreadable(self.folder / file, error) from None

    def parts(self, batch: int) -> list[Part]:
        """Cut the archive into parts of `batch` reports, the last one of what is left."""
        parts: list[Part] = []
        pieces: list[Piece] = []
        room = batch
        for file, groups in zip(self.files, self.row_groups, strict=True):
            for group, rows in enumerate(groups):
                first = 0
                while first < rows:
                    last = min(rows, first + room)
                    pieces.append(Piece(file, group, first, last))
                    room -= last - first
                    first = last
                    if not room:
                        parts.append(Part(len(parts), batch, tuple(pieces)))
                        pieces, room = [], batch
        if pieces:
            parts.append(Part(len(parts), batch - room, tuple(pieces)))
        return parts


class Reader:
    """Reads parts of an archive, and keeps its place: the next part of a row group is read on from there.

    Parquet can only be decoded from the start of a row group, and some programs write a million rows into one.

    Parameters
    ----------
    folder : Path
        The folder of the archive.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place: tuple[str, int, int] | None = None
        self._rest: Any = None

    def reports(self, part: Part) -> Iterator[list[Report]]:
        """Yield the reports of a part, up to `ROWS` at a time.

        Raises
        ------
        CorpusError
            Naming the file, and the row that is no report.
        """
        place = gettext("{name}, row {number}")
        for piece in part.pieces:
            before = self._before(piece)
            for batch, first in self._batches(piece):
                rows = rows_of(batch, piece.file, before=before + first)
                yield [
                    from_mapping(row, where=place.format(name=piece.file, number=before + first + number))
                    for number, row in enumerate(rows, 1)
                ]

    def _before(self, piece: Piece) -> int:
        """Return the rows of the file that stand before the row group."""
        self._seek(piece)
        return sum(self._file.metadata.row_group(group).num_rows for group in range(piece.row_group))

    def _batches(self, piece: Piece) -> Iterator[tuple[Any, int]]:
        """Yield record batches of a piece with the row of the group they begin at."""
        import pyarrow as pa

        while True:
            assert self._place is not None
            row = self._place[2]
            if row >= piece.last:
                return
            if not self._rest.num_rows:
                try:
                    self._rest = next(self._stream)
                except (OSError, ValueError, StopIteration, pa.ArrowException) as error:
                    self._place = None
                    raise CorpusError(
                        gettext(
                            "{file}: expected rows {first} to {last} in row group {row_group}, but they cannot be "
                            "read ({error})."
                        ).format(
                            file=piece.file,
                            first=piece.first,
                            last=piece.last,
                            row_group=piece.row_group,
                            error=reason(error),
                        )
                    ) from None
            wanted = piece.last if row >= piece.first else piece.first
            batch = self._rest.slice(0, wanted - row)
            self._rest = self._rest.slice(batch.num_rows)
            self._place = (piece.file, piece.row_group, row + batch.num_rows)
            if row >= piece.first:
                yield batch, row

    def _seek(self, piece: Piece) -> None:
        """Open the row group of a piece, unless the reader stands in it already, before the piece."""
        import pyarrow as pa

        if self._place and self._place[:2] == (piece.file, piece.row_group) and self._place[2] <= piece.first:
            return
        try:
            self._file = open_parquet(self.folder / piece.file)
            names = [name for name in self._file.schema_arrow.names if name in READ]
            self._stream = self._file.iter_batches(ROWS, row_groups=[piece.row_group], columns=names, use_threads=False)
            self._rest = pa.record_batch({})
        except (OSError, ValueError, IndexError, pa.ArrowException) as error:
            raise CorpusError(
                gettext("{file}: expected a Parquet file of reports, found another ({error}).").format(
                    file=piece.file, error=reason(error)
                )
            ) from None
        self._place = (piece.file, piece.row_group, 0)


def chunks(batches: Iterator[list[Report]], characters: int = CHARACTERS) -> Iterator[list[Report]]:
    """Yield the reports again, no more at a time than `characters` allow, but at least one.

    Examples
    --------
    >>> batches = iter([[Report("a", "甲", text="一" * 9), Report("b", "乙", text="二" * 4)], [Report("c", "丙")]])
    >>> [[report.report_id for report in chunk] for chunk in chunks(batches, 8)]
    [['a'], ['b', 'c']]
    """
    chunk: list[Report] = []
    size = 0
    for batch in batches:
        for report in batch:
            long = len(report.title) + len(report.text)
            if chunk and size + long > characters:
                yield chunk
                chunk, size = [], 0
            chunk.append(report)
            size += long
    if chunk:
        yield chunk


@lru_cache(maxsize=1)
def cached_reader(folder: Path, identity: str) -> Reader:
    """Return the reader of an archive, the same one for all parts that a worker reads."""
    return Reader(folder)


def open_parquet(path: Path) -> Any:
    """Open a Parquet file so that its columns are read as they are decoded, not a row group at a time."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 18)


def _row_groups(path: Path) -> tuple[int, ...]:
    import pyarrow as pa

    try:
        with open_parquet(path) as file:
            names = set(file.schema_arrow.names)
            stated = (file.schema_arrow.metadata or {}).get(b"diaoyan_schema", str(SCHEMA).encode())
            rows = tuple(file.metadata.row_group(group).num_rows for group in range(file.num_row_groups))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _unreadable(path, error) from None
    if not stated.isdigit() or int(stated) > SCHEMA:
        raise CorpusError(
            gettext("{path}: written by a newer diaoyan (layout {value!r}); update this program.").format(
                path=path, value=stated.decode()
            )
        )
    if not (names & {"report_id", "id"} and names & {"title", "text"}):
        raise CorpusError(
            gettext("{path}: expected the columns of reports (report_id, title, text), found {names}.").format(
                path=path, names=", ".join(sorted(names)[:5])
            )
        )
    return rows


def _unreadable(path: Path, error: Exception) -> CorpusError:
    return CorpusError(
        gettext("{path}: expected a Parquet file of reports, but it cannot be read ({error}).").format(
            path=path, error=reason(error)
        )
    )


def _footer(path: Path) -> bytes:
    """Return the bytes of a Parquet file's footer, which hold counts, places and extremes of every column."""
    with open(path, "rb") as file:
        file.seek(-8, 2)
        length = int.from_bytes(file.read(4), "little")
        file.seek(-8 - length, 2)
        return file.read(length)
