"""The plan of a job over an archive: what it reads, with what settings, and which parts of its result are there.

Parts are made in a folder beside the result, and take its place when all of them are there: what stood there before can
be read until then, and what stands there is never half a result.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diaoyan.archive.source import Part
from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, reason
from diaoyan.writing import link_or_copy, put_in_place, restore, write_text

#: Readers of Parquet folders pass over names that begin with an underscore.
PLAN = "_plan.json"
_PART = re.compile(r"part-[0-9]{5,}\.parquet")


def part_path(folder: Path, number: int) -> Path:
    """Return the file of a part.

    Examples
    --------
    >>> part_path(Path("tags"), 7).name
    'part-00007.parquet'
    """
    return folder / f"part-{number:05d}.parquet"


def parts_folder(output: Path) -> Path:
    """Return the folder in which the parts of `output` are made; it outlives a run that is stopped.

    Examples
    --------
    >>> parts_folder(Path("out/tags.parquet")).name
    '.tags.parquet.diaoyan-parts'
    """
    output = output.resolve()
    return output.with_name(f".{output.name}.diaoyan-parts")


def begin(output: Path, plan: dict[str, Any], parts: Sequence[Part], *, force: bool) -> list[Part]:
    """Make the workshop ready for the parts of a plan, and return those that are still to be done.

    Parameters
    ----------
    output : Path
        New, empty, or what an earlier run of this or another plan made.
    plan : dict
        Plain data; two runs may share their parts only if their plans are equal.
    parts : sequence of Part
    force : bool
        Whether to begin anew: parts in `output` are not used, and those of another plan in the workshop are removed.

    Raises
    ------
    DiaoyanError
        If `output` holds parts of another plan and may not be replaced, or files that no plan made; or if the workshop
        cannot be written.
    """
    work = parts_folder(output)
    restore(output.resolve())
    _refuse_foreign(output)
    for folder in (output, work):
        if not force and (folder / PLAN).exists() and (different := _differences(_stored(folder), plan)):
            raise DiaoyanError(
                gettext(
                    "{folder} holds parts made with another {value}; choose another name or add --force to begin anew."
                ).format(folder=folder, value=different[0])
            )
    ours = not force and (output / PLAN).exists()
    if ours and all(_is_done(output, part) for part in parts):
        shutil.rmtree(work, ignore_errors=True)
        return []
    try:
        if work.is_dir() and _differences(_stored(work), plan):
            shutil.rmtree(work)
        work.mkdir(parents=True, exist_ok=True)
        _write(work, plan, finished=False)
        for part in parts if ours else ():
            if _is_done(output, part) and not _is_done(work, part):
                part_path(work, part.number).unlink(missing_ok=True)
                link_or_copy(part_path(output, part.number), part_path(work, part.number))
    except OSError as error:
        raise DiaoyanError(
            gettext("{path} cannot be written: {reason}.").format(path=output, reason=reason(error))
        ) from None
    return [part for part in parts if not _is_done(work, part)]


def finish(output: Path, plan: dict[str, Any], parts: Sequence[Part]) -> None:
    """Let the parts take the place of `output`, after looking whether all are there; what stood there is removed.

    Raises
    ------
    DiaoyanError
        If a part is missing, as where somebody removed it meanwhile, or `output` cannot be written.
    """
    work = parts_folder(output)
    if not work.is_dir():
        return  # all of it was there
    left = [part for part in parts if not _is_done(work, part)]
    if left:
        raise DiaoyanError(
            gettext(
                "{value} should hold {rows} reports and does not; do the workers write to the same disk? "
                "Run the command again to do the missing parts."
            ).format(value=part_path(work, left[0].number), rows=left[0].rows)
        )
    made = {PLAN, *(part_path(work, part.number).name for part in parts)}
    try:
        for path in work.iterdir():
            if path.name not in made:  # left by a writer that was killed
                path.unlink()
        _write(work, plan, finished=True)
        put_in_place(work, output.resolve())
    except OSError as error:
        raise DiaoyanError(
            gettext("{path} cannot be written: {reason}.").format(path=output, reason=reason(error))
        ) from None
    shutil.rmtree(work, ignore_errors=True)


def _refuse_foreign(output: Path) -> None:
    """Raise `DiaoyanError` if something stands at `output` that no plan made."""
    found = sorted(path.name for path in output.iterdir()) if output.is_dir() else []
    foreign = [name for name in found if name != PLAN and not _PART.fullmatch(name)]
    if not foreign and PLAN not in found:
        foreign = found  # whose parts these are, nobody can say
    if foreign or output.is_file():
        raise DiaoyanError(
            gettext(
                "{folder}: expected a new folder or one of this job's own, found {what!r}; choose another name."
            ).format(folder=output, what=foreign[0] if foreign else "a file")
        )


def _write(folder: Path, plan: dict[str, Any], *, finished: bool) -> None:
    write_text(folder / PLAN, json.dumps({**plan, "finished": finished}, ensure_ascii=False, indent=1) + "\n")


def _stored(folder: Path) -> dict[str, Any]:
    try:
        stored = json.loads((folder / PLAN).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _differences(stored: dict[str, Any], plan: dict[str, Any]) -> list[str]:
    """Return the names of what differs, in words."""
    return [name.replace("_", " ") for name, value in plan.items() if stored.get(name) != value]


def _is_done(folder: Path, part: Part) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return bool(pq.read_metadata(part_path(folder, part.number)).num_rows == part.rows)
    except (OSError, pa.ArrowException):
        return False
