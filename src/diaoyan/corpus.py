"""The corpus: the reports of all months as Parquet, one part a month, and the labels people gave them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from diaoyan.errors import CorpusError
from diaoyan.report import COLUMNS, Report, bare, from_mapping
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import replacing

if TYPE_CHECKING:
    import pandas as pd

#: Version of the layout of the Parquet parts, kept in their metadata.
SCHEMA = 1
#: Share of character 5-grams (Jaccard) from which two reports count as the same one.
SAME = 0.7
_UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Label:
    """Themes a person gave a report: the primary one (or `other`) and further ones."""

    primary: str
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What `Corpus.add` did, in numbers of reports."""

    new: int
    changed: int
    unchanged: int
    removed: int

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.unchanged} unchanged, {self.removed} removed"


class Corpus:
    """Reports in a folder: ``reports/<month>.parquet``, readable as it is by pandas, DuckDB and Dask.

    Parameters
    ----------
    folder : Path
        Need not be there yet.

    Examples
    --------
    >>> import tempfile
    >>> corpus = Corpus(Path(tempfile.mkdtemp()) / "corpus")
    >>> report = Report("2025-03-001-aaaaaa", "石渡县调查", text="……", month="2025-03", compilation="文选31")
    >>> print(corpus.add([report]))
    1 new, 0 changed, 0 unchanged, 0 removed
    >>> print(corpus.add([report]))
    0 new, 0 changed, 1 unchanged, 0 removed
    >>> corpus.months()
    ['2025-03']
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return f"Corpus({str(self.folder)!r}, months={self.months()})"

    def months(self) -> list[str]:
        """Return the months that are there, in order; reports without a month are not counted as one."""
        return [name for name in self._parts() if name != _UNDATED]

    def reports(self, month: str | None = None) -> list[Report]:
        """Return the reports of one month, or of all months in order.

        Raises
        ------
        CorpusError
            If the corpus is empty, the month is not there, or a part is damaged.
        """
        parts = self._parts()
        if not parts:
            raise CorpusError(f"The corpus in {self.folder} is empty; put compilations in with: diaoyan add FILE")
        if month is not None and month not in parts:
            raise CorpusError(f"Expected a month of the corpus in {self.folder} ({', '.join(parts)}), got {month!r}.")
        return [report for name in parts if month in (None, name) for report in self._read(name)]

    def frame(self) -> pd.DataFrame:
        """Return all reports as a table with the columns of the contract."""
        return to_frame(self.reports())

    def add(self, reports: Sequence[Report]) -> Added:
        """Store reports; the compilations they come from replace what was stored of them before.

        Adding the same reports again changes nothing, not even the files.
        """
        new = changed = unchanged = removed = 0
        by_part: dict[str, list[Report]] = {}
        for report in reports:
            by_part.setdefault(report.month or _UNDATED, []).append(report)
        for name, arriving in sorted(by_part.items()):
            before = self._read(name) if name in self._parts() else []
            known = {report.report_id: report for report in before}
            ids = {report.report_id for report in arriving}
            if len(ids) < len(arriving):
                raise CorpusError("Expected reports with ids of their own, found one id twice in what is to be added.")
            origins = {_origin(report) for report in arriving} - {None}
            kept = [r for r in before if r.report_id not in ids and _origin(r) not in origins]
            removed += sum(r.report_id not in ids and _origin(r) in origins for r in before)
            for report in arriving:
                if report.report_id not in known:
                    new += 1
                elif known[report.report_id] == report:
                    unchanged += 1
                else:
                    changed += 1
            after = sorted([*kept, *arriving], key=lambda r: (r.compilation or "", r.no or 0, r.report_id))
            if after != before:
                self._write(name, after)
        return Added(new, changed, unchanged, removed)

    def _parts(self) -> list[str]:
        folder = self.folder / "reports"
        names = [path.stem for path in folder.glob("*.parquet")] if folder.is_dir() else []
        return sorted(name for name in names if name == _UNDATED or re.fullmatch(r"[0-9]{4}-[0-9]{2}", name))

    def _read(self, name: str) -> list[Report]:
        return read_parquet(self.folder / "reports" / f"{name}.parquet")

    def _write(self, name: str, reports: Sequence[Report]) -> None:
        import pyarrow.parquet as pq

        with replacing(self.folder / "reports" / f"{name}.parquet") as temporary:
            pq.write_table(to_table(reports), temporary)


def _origin(report: Report) -> str | None:
    """Return what a corrected file shares with the one before it: the heading, or the file's name if it has none."""
    return report.compilation or report.source


def to_table(reports: Sequence[Report]) -> Any:
    """Return reports as a pyarrow table with the columns of the contract."""
    import pyarrow as pa

    whole = {"no", "page", "start", "end"}
    schema = pa.schema(
        [(name, pa.int64() if name in whole else pa.string()) for name in COLUMNS],
        metadata={"diaoyan_schema": str(SCHEMA)},
    )
    return pa.table({name: [getattr(report, name) for report in reports] for name in COLUMNS}, schema=schema)


def to_frame(reports: Sequence[Report]) -> pd.DataFrame:
    """Return reports as a pandas table with the columns of the contract."""
    import pandas as pd

    frame = pd.DataFrame([[getattr(report, name) for name in COLUMNS] for report in reports], columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(("no", "page", "start", "end"), "Int64"))


def read_parquet(path: Path) -> list[Report]:
    """Read reports from a Parquet file, the corpus's own or another with the columns of the contract.

    Raises
    ------
    CorpusError
        If the file is damaged, written by a newer version, or a row is no report.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise CorpusError(f"{path}: expected a Parquet file of reports, but it cannot be read ({error}).") from None
    stated = (table.schema.metadata or {}).get(b"diaoyan_schema", str(SCHEMA).encode())
    if not stated.isdigit() or int(stated) > SCHEMA:
        raise CorpusError(f"{path}: written by a newer diaoyan (layout {stated.decode()!r}); update this program.")
    rows = table.to_pylist()
    return [from_mapping(row, where=f"{path.name}, row {number}") for number, row in enumerate(rows, 1)]


def read_labels(path: Path, codebook: Codebook) -> dict[str, Label]:
    """Read labels from a CSV with ``report_id``, ``primary`` and, joined by ``;``, ``further``.

    Raises
    ------
    CorpusError
        Naming the row that cannot be used: an unknown theme, a contradiction, a missing column.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: expected labels as CSV in UTF-8, but they cannot be read ({error}).") from None
    reader = csv.DictReader(io.StringIO(text))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise CorpusError(
            f"{path.name}: expected labels as CSV, but row {reader.line_num + 1} is none ({error})."
        ) from None
    missing = {"report_id", "primary"} - set(reader.fieldnames or [])
    if missing:
        raise CorpusError(f"{path.name}: expected the columns report_id and primary, {sorted(missing)[0]} is missing.")
    allowed = (*codebook.ids, OTHER)
    labels: dict[str, Label] = {}
    for number, row in enumerate(rows, 2):
        where = f"{path.name}, row {number}"
        report_id, primary = (row["report_id"] or "").strip(), (row["primary"] or "").strip()
        further = tuple(part.strip() for part in (row.get("further") or "").split(";") if part.strip())
        if not report_id:
            raise CorpusError(f"{where}: expected a report_id, found none.")
        for theme in (primary, *further):
            if theme not in allowed:
                raise CorpusError(f"{where}: unknown theme {theme!r}; expected {', '.join(allowed)}.")
        if OTHER in further or primary in further or len(set(further)) < len(further):
            raise CorpusError(f"{where}: 'further' names each theme once, never the primary one and never 'other'.")
        label = Label(primary, further)
        if labels.get(report_id, label) != label:
            raise CorpusError(f"{where}: {report_id!r} is labelled {primary!r} here and otherwise further up.")
        labels[report_id] = label
    return labels


def near_duplicates(reports: Sequence[Report]) -> npt.NDArray[np.int64]:
    """Return a group number for every report; reports that are nearly the same share one.

    Two reports are nearly the same if their bare titles are equal and at least one has no text, or if they share most
    of their character 5-grams (MinHash, Broder 1997, with locality-sensitive hashing; the candidates are then
    compared exactly).

    Returns
    -------
    ndarray of shape (n_reports,)
        Group numbers from 0, in order of first appearance.

    Examples
    --------
    >>> text = "全县共有行政村一百二十个，其中集体经济年收入十万元以上的四十五个。" * 3
    >>> a, b, c = Report("a", "甲", text=text), Report("b", "乙", text=text + "完。"), Report("c", "丙", text="无关。")
    >>> near_duplicates([a, b, c]).tolist()
    [0, 0, 1]
    """
    parent = list(range(len(reports)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for one, two in _same_pairs(reports):
        first, second = sorted((root(one), root(two)))
        parent[second] = first
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(root(i), len(numbers)) for i in range(len(reports))], dtype=np.int64)


def _same_pairs(reports: Sequence[Report]) -> Iterable[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    titles: dict[str, list[int]] = {}
    shingles: dict[int, set[bytes]] = {}
    lsh = MinHashLSH(threshold=0.6, num_perm=64)
    for number, report in enumerate(reports):
        title = bare(report.title)
        for other in titles.get(title, []) if len(title) >= 8 else []:
            if not (report.has_text and reports[other].has_text):
                yield other, number
        titles.setdefault(title, []).append(number)
        text = bare(report.text)
        if len(text) < 50:
            continue
        shingles[number] = {text[i : i + 5].encode() for i in range(len(text) - 4)}
        sketch = MinHash(num_perm=64, seed=1)
        sketch.update_batch(sorted(shingles[number]))
        for other in sorted(lsh.query(sketch)):
            shared = len(shingles[number] & shingles[other])
            if shared >= SAME * (len(shingles[number]) + len(shingles[other]) - shared):
                yield other, number
        lsh.insert(number, sketch)
