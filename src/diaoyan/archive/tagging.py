"""Tagging an archive: the same tags as in one process, part by part, by any number of workers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from diaoyan import __version__, settings
from diaoyan.archive.plan import begin, finish, part_path, parts_folder
from diaoyan.archive.source import Archive, Part, cached_reader, chunks
from diaoyan.archive.workers import runner, single_threaded
from diaoyan.corpus.lock import held
from diaoyan.errors import CorpusError, DiaoyanError, ModelError
from diaoyan.language import gettext, reason
from diaoyan.models import in_use, load_tagger
from diaoyan.tagging.classifier import ERROR_RATE, Tagger
from diaoyan.tagging.table import tags_table
from diaoyan.tagging.tag import Tag
from diaoyan.themes import Codebook
from diaoyan.writing import replacing

#: Reports in a part: some seconds of work, which is what a lost worker costs.
BATCH = 2000
#: Version of the layout of the parts.
SCHEMA = 2


@dataclass(frozen=True, slots=True)
class Tagged:
    """What `tag_archive` did.

    Attributes
    ----------
    reports : int
        In the archive, and in the result.
    partitions : int
        Parts of the result.
    skipped : int
        Parts that were there from an earlier run.
    """

    reports: int
    partitions: int
    skipped: int


def tag_archive(
    archive: Path,
    output: Path,
    *,
    model: str | Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    batch: int = BATCH,
    error_rate: float = ERROR_RATE,
    say: Callable[[str], None] = lambda text: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    force: bool = False,
) -> Tagged:
    """Tag every report of an archive, and go on where an interrupted run stopped.

    The result is a folder of ``part-00000.parquet`` and so on, `batch` reports each in the order of the archive, with
    the columns of ``tags.csv``. It appears, or takes the place of an older one, when all of it is there. Its bytes do
    not depend on who did the work, nor on how often it was interrupted.

    With several workers this starts processes, so a script must call it below ``if __name__ == "__main__":``.

    Parameters
    ----------
    archive : Path
        A Parquet file, or a folder of them, with the columns of `Report`.
    output : Path
        Folder; it must be new, or what an earlier run of the same job made.
    model : str or Path, optional
        See `load_tagger`.
    workers : int, optional
        Processes on this machine; one, in this process, by default.
    scheduler : str, optional
        Address of a Dask scheduler instead.
    batch : int
        Reports in a part.
    error_rate : float
        See `Tagger.tag`.
    say : callable
        Gets sentences for the person who waits.
    progress : callable
        Gets the reports that are done and those of the whole archive, after every part.
    force : bool
        Begin anew where `output` holds parts already.

    Raises
    ------
    CorpusError
        If the archive cannot be read, or a row of it is no report; finished parts stay.
    ModelError
        If the model is refused.
    DiaoyanError
        If `output` holds something else, another run is making it, or the workers cannot be had.

    Examples
    --------
    >>> import tempfile
    >>> import pyarrow.parquet as pq
    >>> from diaoyan.corpus import to_table
    >>> folder = Path(tempfile.mkdtemp())
    >>> pq.write_table(to_table(settings.sample()[0][:3]), folder / "archive.parquet")
    >>> tag_archive(folder / "archive.parquet", folder / "tags.parquet", model="base", batch=2)
    Tagged(reports=3, partitions=2, skipped=0)
    >>> pq.read_table(folder / "tags.parquet").column_names[:5]
    ['report_id', 'month', 'no', 'title', 'primary']
    """
    if batch < 1:
        raise DiaoyanError(gettext("Expected at least one report in a part, got {batch}.").format(batch=batch))
    source = Archive.open(archive)
    here, there = output.resolve(), archive.resolve()
    if here == there or there in here.parents:
        raise DiaoyanError(
            gettext("{output} lies in the archive that is read; choose a name outside of it.").format(output=output)
        )
    named = model if isinstance(model, Path) else settings.model(model or in_use())
    folder = Path(named).resolve()
    model_hash = fingerprint(folder)
    tagger = cached_model(folder, model_hash)  # refused here, with a reason, before any worker is asked
    parts = source.parts(batch)
    plan = {
        "job": "tags",
        "layout": SCHEMA,
        "version_of_diaoyan": __version__,
        "archive": source.identity,
        "model": model_hash,
        "themes": list(tagger.codebook.ids),
        "error_rate": error_rate,
        "batch": batch,
        "reports": source.reports,
        "partitions": len(parts),
    }
    work = partial(
        tag_part,
        archive=source.folder,
        identity=source.identity,
        output=parts_folder(output),
        model=folder,
        model_hash=model_hash,
        error_rate=error_rate,
    )
    with held(output, beside=True):
        left = begin(output, plan, parts, force=force)
        skipped = len(parts) - len(left)
        done = source.reports - sum(part.rows for part in left)
        if skipped:
            say(gettext("{skipped} of {count} parts were there already").format(skipped=skipped, count=len(parts)))
        if left:
            with runner(workers, scheduler) as run:
                for rows in run(work, left):
                    done += rows
                    progress(done, source.reports)
        finish(output, plan, parts)
    return Tagged(source.reports, len(parts), skipped)


def tag_part(
    part: Part, *, archive: Path, identity: str, output: Path, model: Path, model_hash: str, error_rate: float
) -> int:
    """Tag one part and write it; return its number of reports. Runs in a worker."""
    with single_threaded():
        tagger, reader = cached_model(model, model_hash), cached_reader(archive, identity)
        tags = [tag for chunk in chunks(reader.reports(part)) for tag in tagger.tag(chunk, error_rate=error_rate)]
        write_part(part_path(output, part.number), tags_as_arrow(tags, tagger.codebook))
    return len(tags)


@lru_cache(maxsize=1)
def cached_model(model: Path, expected: str) -> Tagger:
    """Return a model, loaded once in each worker.

    Raises
    ------
    ModelError
        If the model where the worker runs is not the one the job began with.
    """
    if fingerprint(model) != expected:
        raise ModelError(
            gettext("{model}: another model than the job began with; give every worker the same.").format(model=model)
        )
    return load_tagger(model)


def fingerprint(model: Path) -> str:
    """Return a hash of a model folder: its manifest holds the hashes of its other files.

    Raises
    ------
    ModelError
        If there is none.
    """
    try:
        return hashlib.sha256((model / "manifest.json").read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            gettext("{model}: expected a model folder, but it cannot be read ({strerror}).").format(
                model=model, strerror=reason(error)
            )
        ) from None


def tags_as_arrow(tags: Sequence[Tag], codebook: Codebook) -> Any:
    """Return tags as a pyarrow table: the columns of ``tags.csv``, numbers as numbers, nothing as null.

    Examples
    --------
    >>> tag = Tag("r1", None, 1, "甲", "rural", ("rural",), {"rural": 0.91}, False, "农户")
    >>> tags_as_arrow([tag], Codebook.default()).slice(0, 1).to_pylist()[0]["needs_review"]
    False
    """
    import pyarrow as pa

    header, rows = tags_table(tags, codebook)
    kinds = {"no": pa.int64(), "needs_review": pa.bool_()} | {f"p_{theme}": pa.float64() for theme in codebook.ids}
    schema = pa.schema(
        [(name, kinds.get(name, pa.string())) for name in header], metadata={"diaoyan_tags": str(SCHEMA)}
    )
    columns: dict[str, list[Any]] = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    for name in ("month", "no"):
        columns[name] = [None if value == "" else value for value in columns[name]]
    columns["needs_review"] = [value == "true" for value in columns["needs_review"]]
    return pa.table(columns, schema=schema)


def write_part(path: Path, table: Any) -> None:
    """Write a pyarrow table as one Parquet file, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with replacing(path) as temporary:
        try:
            pq.write_table(table, temporary, compression="zstd")
        except pa.ArrowException as error:
            raise CorpusError(
                gettext("{path} cannot be written ({error}).").format(path=path, error=reason(error))
            ) from None
