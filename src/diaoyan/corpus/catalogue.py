"""The catalogue: what adding needs to know of every report without opening its part. Derived, and rebuilt if in doubt.

It counts as true for a part as long as it names the hash of the part's bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from diaoyan.corpus.duplicates import sketch, sketched_by
from diaoyan.corpus.tables import is_outdated, read_table, reports_of, table_of, to_bytes
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, reason
from diaoyan.report import Report

#: Part of the reports whose month is not known.
UNDATED = "undated"
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What the catalogue holds of a report."""

    report_id: str
    title: str
    compilation: str | None
    source: str | None
    no: int | None
    #: See `diaoyan.corpus.duplicates.sketch`; None if the report has no text.
    sketch: bytes | None
    #: Id of the earliest report that is nearly the same.
    same_as: str | None = None

    @classmethod
    def of(cls, report: Report, same_as: str | None = None) -> CatalogueEntry:
        """Return the entry of a report."""
        return cls(
            report.report_id, report.title, report.compilation, report.source, report.no, sketch(report.text), same_as
        )


@dataclass(frozen=True)
class Catalogue:
    """Entries of all parts."""

    #: By the name of the part, in order; the entries in the order of the part.
    parts: Mapping[str, list[CatalogueEntry]]
    #: Hashes of the parts.
    digests: Mapping[str, str]
    #: Whether all was as the last run left it, and its links hold.
    trusted: bool = True
    #: Parts in an older layout.
    outdated: frozenset[str] = frozenset()


def origin(report: Report | CatalogueEntry) -> str | None:
    """Return what a corrected file shares with the one before it: the heading, or the file's name if it has none."""
    return report.compilation or report.source


def part_names(folder: Path) -> list[str]:
    """Return the names of the parts of a corpus, in order of months, the one without a month last."""
    names = [path.stem for path in folder.glob("reports/*.parquet")]
    return sorted(name for name in names if name == UNDATED or re.fullmatch(r"[0-9]{4}-[0-9]{2}", name))


def part_path(folder: Path, name: str) -> Path:
    """Return where a part lies."""
    return folder / "reports" / f"{name}.parquet"


def digest(content: bytes) -> str:
    """Return the hash by which a part is known."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def read_catalogue(folder: Path) -> Catalogue:
    """Read the catalogue of a corpus; what does not fit the parts is made anew from them.

    Raises
    ------
    CorpusError
        If a part is damaged or written by a newer version.
    """
    stored, stated = _stored(folder / "catalogue.parquet")
    parts: dict[str, list[CatalogueEntry]] = {}
    digests: dict[str, str] = {}
    outdated: set[str] = set()
    for name in part_names(folder):
        path = part_path(folder, name)
        try:
            digests[name] = digest(path.read_bytes())
        except OSError as error:
            raise CorpusError(
                gettext("{path}: cannot be read ({strerror}).").format(path=path, strerror=reason(error))
            ) from None
        if stated.get(name) == digests[name]:
            parts[name] = stored.get(name, [])
            continue
        table = read_table(path)
        if is_outdated(table):
            outdated.add(name)
        same_as = table["same_as"].to_pylist() if "same_as" in table.column_names else [None] * len(table)
        parts[name] = [CatalogueEntry.of(*pair) for pair in zip(reports_of(table, path.name), same_as, strict=True)]
    return Catalogue(parts, digests, stated == digests, frozenset(outdated))


def _stored(path: Path) -> tuple[dict[str, list[CatalogueEntry]], dict[str, str]]:
    """Return the entries and the hashes of the parts they were made from; none if the file is not usable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            metadata = file.schema_arrow.metadata or {}
            if metadata.get(b"sketched_by") != _made_by().encode():
                return {}, {}
            columns = file.read().to_pydict()
            stated = json.loads(metadata[b"parts"])
        columns["sketch"] = [None if sketched is None else bytes.fromhex(sketched) for sketched in columns["sketch"]]
        rows = zip(*(columns[field.name] for field in fields(CatalogueEntry)), strict=True)
        entries: dict[str, list[CatalogueEntry]] = {}
        for part, row in zip(columns["part"], rows, strict=True):
            entries.setdefault(part, []).append(CatalogueEntry(*row))
    except (OSError, pa.ArrowException, ValueError, KeyError):
        return {}, {}
    return entries, stated


def _made_by() -> str:
    return f"catalogue {_VERSION}, {sketched_by()}"


def catalogue_bytes(parts: Mapping[str, Sequence[CatalogueEntry]], digests: Mapping[str, str]) -> bytes:
    """Return the catalogue as a Parquet file."""
    entries = [(name, entry) for name, part in parts.items() for entry in part]
    columns: dict[str, list[Any]] = {"part": [name for name, _ in entries]}
    for name in (field.name for field in fields(CatalogueEntry)):
        columns[name] = [getattr(entry, name) for _, entry in entries]
    columns["sketch"] = [None if sketched is None else sketched.hex() for sketched in columns["sketch"]]
    return to_bytes(table_of(columns, {"sketched_by": _made_by(), "parts": json.dumps(digests, sort_keys=True)}))
