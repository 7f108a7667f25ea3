"""`Corpus`: the folder in which the reports of all months and their labels are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan.corpus.adding import Added, by_part, in_order, linked, moved, replaced, successors
from diaoyan.corpus.catalogue import (
    UNDATED,
    Catalogue,
    CatalogueEntry,
    catalogue_bytes,
    digest,
    part_names,
    part_path,
    read_catalogue,
)
from diaoyan.corpus.duplicates import near_duplicates
from diaoyan.corpus.journal import commit, last_step, undo
from diaoyan.corpus.labels import Label, Labelled, check_label, labels_text, read_labels
from diaoyan.corpus.lock import locked
from diaoyan.corpus.tables import is_outdated, read_parquet, read_table, to_bytes, to_frame, to_table
from diaoyan.display import Cell, table
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    import pandas as pd


class Corpus:
    """Reports and labels in a folder.

    ``reports/<month>.parquet`` is readable as it is by pandas, DuckDB and Dask; where its column ``same_as`` is null,
    every report stands once. ``labels.csv`` holds what people said of them.

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
    >>> print(corpus.label({report.report_id: Label("rural", who="王")}, Codebook.default()))
    1 new, 0 changed, 0 unchanged
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return f"Corpus({str(self.folder)!r}, months={self.months()})"

    def _repr_html_(self) -> str:
        try:
            labels = self._stored_labels(None)
        except CorpusError:
            labels = {}
        rows: list[list[Cell]] = [
            [name, reports, texts, known] for name, _, reports, texts, known in self._counts(labels)
        ]
        return table(["month", "reports", "with text", "labelled"], rows, caption=str(self.folder), most=len(rows))

    def _stored_labels(self, codebook: Codebook | None, left_out: Counter[str] | None = None) -> dict[str, Label]:
        path = self.folder / "labels.csv"
        return read_labels(path, codebook, left_out=left_out) if path.exists() else {}

    def locked(self) -> AbstractContextManager[None]:
        """Keep other runs from writing; `add` and `label` do so themselves, and may be called within.

        Raises
        ------
        CorpusError
            If another run is writing.
        """
        return locked(self.folder)

    def months(self) -> list[str]:
        """Return the months that are there, in order; reports without a month are not counted as one."""
        return [name for name in part_names(self.folder) if name != UNDATED]

    def reports(self, month: str | None = None) -> list[Report]:
        """Return the reports of one month, or of all months in order.

        Raises
        ------
        CorpusError
            If the corpus is empty, the month is not there, or a part is damaged.
        """
        parts = self._parts()
        if month is not None and month not in parts:
            raise CorpusError(
                gettext("Expected a month of the corpus in {folder} ({names}), got {month!r}.").format(
                    folder=self.folder, names=", ".join(parts), month=month
                )
            )
        return [report for name in parts if month in (None, name) for report in self._read(name)]

    def frame(self) -> pd.DataFrame:
        """Return all reports as a table with the columns of the contract."""
        return to_frame(self.reports())

    def links(self) -> dict[str, str]:
        """Return for every report that returned nearly unchanged the id of the earliest one it is the same as.

        Raises
        ------
        CorpusError
            If a part is damaged.
        """
        tables = [read_table(part_path(self.folder, n), ["report_id", "same_as"]) for n in part_names(self.folder)]
        if not any(map(is_outdated, tables)):
            pairs = [pair for table in tables for pair in zip(*table.to_pydict().values(), strict=True)]
            return {report_id: same_as for report_id, same_as in pairs if same_as is not None}
        reports = self.reports()
        first: dict[int, str] = {}
        found = {
            report.report_id: first.setdefault(group, report.report_id)
            for report, group in zip(reports, near_duplicates(reports).tolist(), strict=True)
        }
        return {report_id: same_as for report_id, same_as in found.items() if report_id != same_as}

    def add(self, reports: Sequence[Report]) -> Added:
        """Store reports; the compilations they come from replace what was stored of them before.

        Adding the same reports again changes nothing, not even the files; from a file of another name, only that name.
        Labels of reports that get another id, because their title or month was corrected, go with them. All is
        written, or nothing.

        Raises
        ------
        CorpusError
            If an id stands there twice, another run is writing, or a part or the labels are damaged.
        """
        if len({report.report_id for report in reports}) < len(reports):
            raise CorpusError(
                gettext("Expected reports with ids of their own, found one id twice in what is to be added.")
            )
        with self.locked():
            catalogue = read_catalogue(self.folder)
            arriving, going = by_part(reports), replaced(catalogue.parts, reports)
            before = {name: self._read(name) if name in catalogue.parts else [] for name in {*arriving, *going}}
            after = {
                name: in_order([*(r for r in kept if r.report_id not in going.get(name, ())), *arriving.get(name, [])])
                for name, kept in before.items()
            }
            known = {report.report_id: report for kept in before.values() for report in kept}
            changed = {report.report_id for report in reports if known.get(report.report_id) != report}
            gone = set().union(*going.values()) - {report.report_id for report in reports}
            labels, final, orphaned = self._relabel([known[i] for i in sorted(gone)], reports, known)
            if after != before or not catalogue.trusted:
                what = f"add {', '.join(sorted({report.source or 'reports' for report in reports})) or 'nothing'}"
                self._commit(catalogue, before, after, changed, labels, final, what=what)
            new = sum(report.report_id not in known for report in reports)
            # The name of the file is kept up to date, but does not make another report.
            again = [(report, known[report.report_id]) for report in reports if report.report_id in known]
            other = sum(replace(report, source=stored.source) != stored for report, stored in again)
            return Added(
                new=new,
                changed=other,
                unchanged=len(reports) - new - other,
                removed=len(gone),
                relabelled=len(labels) - len(final),
                orphaned=orphaned,
                taken_from={name: len(before[name]) - len(after[name]) for name in sorted(going.keys() - arriving)},
            )

    def labels(self, codebook: Codebook, *, left_out: Counter[str] | None = None) -> dict[str, Label]:
        """Return the labels, of reports that were removed too; none if there is no file.

        Labels of themes that are gone from the codebook stay in the file and are left out here.

        Parameters
        ----------
        codebook : Codebook
        left_out : Counter, optional
            Is told how many labels name each theme that is gone.

        Raises
        ------
        CorpusError
            Naming the row of ``labels.csv`` that cannot be used.
        """
        return self._stored_labels(codebook, Counter() if left_out is None else left_out)

    def label(self, new: Mapping[str, Label | None], codebook: Codebook) -> Labelled:
        """Store labels, in place of those the reports had; where the themes are the same ones, the old row stays.

        None takes the label of a report away. The columns beside the labels stay, and are joined by those that the new
        labels bring.

        Raises
        ------
        CorpusError
            If a report is not in the corpus, a theme not in the codebook, or another run is writing; nothing is then
            changed.
        """
        with self.locked():
            self.add(())  # brings an older layout up to date
            paths = [part_path(self.folder, name) for name in part_names(self.folder)]
            known = {i for path in paths for i in read_table(path, ["report_id"])["report_id"].to_pylist()}
            for report_id, label in sorted(new.items()):
                if label is not None:
                    check_label(label, codebook, gettext("The label of {report_id!r}").format(report_id=report_id))
                if report_id not in known:
                    raise CorpusError(
                        gettext("Report {report_id!r} is labelled but not in the corpus; add it first.").format(
                            report_id=report_id
                        )
                    )
            # Of themes that are gone from the codebook too: they stay.
            before = self._stored_labels(None) | self.labels(codebook)
            after = dict(before)
            for report_id, label in new.items():
                if label is None:
                    after.pop(report_id, None)
                    continue
                old = before.get(report_id, label)
                beside = dict(old.others) | {name: cell for name, cell in label.others if cell}
                after[report_id] = replace(old if old == label else label, others=tuple(beside.items()))
            if labels_text(after) != labels_text(before):
                commit(self.folder, [("labels.csv", labels_text(after).encode())], what=f"label {len(new)} reports")
        changed = sum(after.get(report_id) != before[report_id] for report_id in new.keys() & before.keys())
        added = len(after.keys() - before.keys())
        return Labelled(added, changed, len(new) - added - changed)

    def found(self, what: str) -> list[Report]:
        """Return the reports of a month, or of a compilation by its file's name or heading.

        Raises
        ------
        CorpusError
            If there are none; names what there is.
        """
        parts = part_names(self.folder)
        if what in parts:
            return self._read(what)
        stored = [report for part in parts for report in self._read(part)]
        reports = [report for report in stored if what == report.compilation or Path(what).name == report.source]
        if not reports:
            sources = sorted({report.source or report.compilation or "" for report in stored})
            raise CorpusError(
                gettext("Expected a month or a file of the corpus in {folder} ({names}), got {what!r}.").format(
                    folder=self.folder, names=", ".join([*parts, *sources][:20]), what=what
                )
            )
        return reports

    def remove(self, reports: Sequence[Report], *, what: str = "reports") -> int:
        """Take reports out, and return how many; their labels stay in the file, `undo` brings them back.

        Parameters
        ----------
        reports : sequence of Report
            See `found`.
        what : str
            What they are, for whoever takes this back.

        Raises
        ------
        CorpusError
            If another run is writing, or a part is damaged; nothing is then changed.
        """
        gone = {report.report_id for report in reports}
        with self.locked():
            catalogue = read_catalogue(self.folder)
            before = {name: self._read(name) for name in catalogue.parts}
            before = {name: kept for name, kept in before.items() if any(r.report_id in gone for r in kept)}
            after = {name: [r for r in kept if r.report_id not in gone] for name, kept in before.items()}
            removed = sum(map(len, before.values())) - sum(map(len, after.values()))
            if removed:
                self._commit(catalogue, before, after, set(), {}, {}, what=f"remove {what}")
        return removed

    def undo(self) -> str:
        """Take back the last adding, removing or labelling, and return what it was; once more, and it is done again.

        Raises
        ------
        CorpusError
            If there is nothing to take back, or another run is writing.
        """
        with self.locked():
            return undo(self.folder)

    def last_step(self) -> str:
        """Return what the last step was that `undo` would take back, such as ``remove 2025-03``; or nothing."""
        return last_step(self.folder)

    def overview(self, labels: Container[str]) -> pd.DataFrame:
        """Return a row a month: compilations, reports, those with text, and those that are labelled.

        Parameters
        ----------
        labels : container of str
            Ids of the reports that count as labelled; see `labels`.

        Returns
        -------
        pandas.DataFrame
            Columns ``month, compilations, reports, with_text, labelled``.

        Raises
        ------
        CorpusError
            If the corpus is empty, or a part is damaged.
        """
        import pandas as pd

        self._parts()
        return pd.DataFrame(self._counts(labels), columns=["month", "compilations", "reports", "with_text", "labelled"])

    def _parts(self) -> list[str]:
        """Return the names of the parts; an empty corpus is refused."""
        parts = part_names(self.folder)
        if not parts:
            raise CorpusError(
                gettext("The corpus in {folder} is empty; put compilations in with: diaoyan add FILE").format(
                    folder=self.folder
                )
            )
        return parts

    def _counts(self, labels: Container[str]) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield for each part its name, and how many compilations, reports, texts and labels there are."""
        for name in part_names(self.folder):
            reports = self._read(name)
            sources = {report.source or report.compilation for report in reports}
            with_text, labelled = sum(r.has_text for r in reports), sum(r.report_id in labels for r in reports)
            yield name, len(sources), len(reports), with_text, labelled

    def _read(self, name: str) -> list[Report]:
        return read_parquet(part_path(self.folder, name))

    def _relabel(
        self, removed: Sequence[Report], reports: Sequence[Report], known: Mapping[str, Report]
    ) -> tuple[dict[str, Label], dict[str, Label], int]:
        """Return the labels with those that move at both places, those that are left then, and the orphans' number."""
        labels = self._stored_labels(None) if removed else {}
        if not any(report.report_id in labels for report in removed):
            return {}, {}, 0
        heirs = successors(removed, [report for report in reports if report.report_id not in known])
        places = {old: new for old, new in heirs.items() if old in labels and new not in labels}
        labelled = sum(report.report_id in labels for report in removed)
        both = {**labels, **{new: moved(labels[old], old) for old, new in places.items()}}
        return both, {key: both[key] for key in both if key not in places}, labelled - len(places)

    def _commit(
        self,
        catalogue: Catalogue,
        before: Mapping[str, Sequence[Report]],
        after: Mapping[str, Sequence[Report]],
        changed: set[str],
        labels: Mapping[str, Label],
        final: Mapping[str, Label],
        *,
        what: str,
    ) -> None:
        """Write what has changed, in an order in which every report that is there has its label."""
        stored = {entry.report_id: entry for name in before for entry in catalogue.parts.get(name, [])}
        parts = {**catalogue.parts} | {
            name: [CatalogueEntry.of(r) if r.report_id in changed else stored[r.report_id] for r in reports]
            for name, reports in after.items()
        }
        parts = {name: parts[name] for name in sorted(parts) if parts[name]}
        read = cache(self._read)

        def reports_of(name: str) -> Sequence[Report]:
            return after[name] if name in after else read(name)

        new = linked(catalogue, parts, changed, lambda name, row: reports_of(name)[row].text)
        digests = {name: catalogue.digests.get(name, "") for name in new}

        def steps() -> Iterator[tuple[str, bytes]]:
            moving = labels != final
            if moving:
                yield "labels.csv", labels_text(labels).encode()
            # A compilation that moves stands in both months for a moment rather than in none.
            for name in sorted(new, key=lambda name: changed.isdisjoint(r.report_id for r in after.get(name, ()))):
                same_as = [entry.same_as for entry in new[name]]
                if (
                    name in catalogue.outdated
                    or after.get(name) != before.get(name)
                    or same_as != [entry.same_as for entry in catalogue.parts[name]]
                ):
                    content = to_bytes(to_table(reports_of(name), same_as))
                    digests[name] = digest(content)
                    yield f"reports/{name}.parquet", content
            for name in sorted(catalogue.parts.keys() - new.keys()):
                yield f"reports/{name}.parquet", b""
            yield "catalogue.parquet", catalogue_bytes(new, digests)
            if moving:
                yield "labels.csv", labels_text(final).encode()

        commit(self.folder, steps(), what=what)
