"""The plan of a job over an archive: what it reads, with what settings, and which parts of its result are there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diaoyan.archive.source import Part
from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext
from diaoyan.writing import write_text

#: Readers of Parquet folders pass over names that begin with an underscore.
PLAN = "_plan.json"
_PART = re.compile(r"part-[0-9]{5,}\.parquet")
_LEFT = re.compile(r"\.part-[0-9]{5,}\.parquet\..*|\._plan\.json\..*")  # by a writer that was killed


def part_path(folder: Path, number: int) -> Path:
    """Return the file of a part.

    Examples
    --------
    >>> part_path(Path("tags"), 7).name
    'part-00007.parquet'
    """
    return folder / f"part-{number:05d}.parquet"


def begin(folder: Path, plan: dict[str, Any], parts: Sequence[Part], *, force: bool) -> list[Part]:
    """Make `folder` ready for the parts of a plan, and return those that are still to be done.

    Parameters
    ----------
    folder : Path
        New, empty, or with what an earlier run of the same plan left.
    plan : dict
        Plain data; two runs may share their parts only if their plans are equal.
    parts : sequence of Part
    force : bool
        Whether to begin anew: parts of this plan and of any other are removed.

    Raises
    ------
    DiaoyanError
        If `folder` holds parts of another plan and may not be emptied, or files that no plan made.
    """
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    foreign = [name for name in found if name != PLAN and not (_PART.fullmatch(name) or _LEFT.fullmatch(name))]
    if not foreign and PLAN not in found:
        foreign = [name for name in found if _PART.fullmatch(name)]  # whose parts these are, nobody can say
    if foreign or folder.is_file():
        raise DiaoyanError(
            gettext(
                "{folder}: expected a new folder or one of this job's own, found {what!r}; choose another name."
            ).format(folder=folder, what=foreign[0] if foreign else "a file")
        )
    if PLAN in found and not force:
        different = _differences(_stored(folder), plan)
        if different:
            raise DiaoyanError(
                gettext(
                    "{folder} holds parts made with another {value}; choose another name or add --force to begin anew."
                ).format(folder=folder, value=different[0])
            )
    for name in found:
        if _LEFT.fullmatch(name) or (force and name != PLAN):
            (folder / name).unlink(missing_ok=True)
    left = [part for part in parts if not _is_done(folder, part)]
    _write(folder, plan, finished=not left)
    return left


def finish(folder: Path, plan: dict[str, Any], parts: Sequence[Part]) -> None:
    """Write into the plan that every part is there, after looking.

    Raises
    ------
    DiaoyanError
        If a part is missing, as where somebody removed it meanwhile.
    """
    for path in folder.iterdir():
        if _LEFT.fullmatch(path.name):
            path.unlink(missing_ok=True)
    left = [part for part in parts if not _is_done(folder, part)]
    if left:
        raise DiaoyanError(
            gettext(
                "{value} should hold {rows} reports and does not; do the workers write to the same disk? "
                "Run the command again to do the missing parts."
            ).format(value=part_path(folder, left[0].number), rows=left[0].rows)
        )
    _write(folder, plan, finished=True)


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
