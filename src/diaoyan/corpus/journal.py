"""All or nothing over several files: what is to change is laid down whole, then moved into place step by step.

The folder ``pending`` appears by one renaming, when all it holds is on the disk; a full disk is met before. Its files
are numbered and named after their places; moving them can be broken off at any moment and taken up again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from diaoyan.errors import CorpusError
from diaoyan.language import gettext, message, reason, said_again
from diaoyan.writing import link_or_copy, replacing_folder, sync_folder

#: What steps are called, as files keep it.
STEPS = (
    message("add reports"),
    message("add nothing"),
    message("add {sources}"),
    message("label {count} reports"),
    message("remove {what}"),
)
#: Places that steps may have; whatever else lies in the folder was not put there by this program.
_STEP = re.compile(r"[0-9]{4}~(labels\.csv|catalogue\.parquet|reports~(undated|[0-9]{4}-[0-9]{2})\.parquet)")

#: Folder of what the last step replaced.
_BACKUP = "undo"


def commit(folder: Path, steps: Iterable[tuple[str, bytes]], *, what: str) -> None:
    """Write files of `folder`, all of them or, if the disk is full, none; what they were before is kept for `undo`.

    Parameters
    ----------
    folder : Path
        The corpus.
    steps : iterable of (place, content)
        In the order in which readers may see them; a file without content is removed.
    what : str
        What this is, for whoever takes it back.

    Raises
    ------
    DiaoyanError
        If the folder cannot be written or the disk is full.
    """
    with replacing_folder(folder / "pending") as staged:
        for number, (place, content) in enumerate(steps):
            with open(staged / f"{number:04d}~{place.replace('/', '~')}", "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _back_up(folder, {step.name.split("~", 1)[1] for step in staged.iterdir()}, staged / _BACKUP, what=what)
    resume(folder)


def _back_up(folder: Path, places: set[str], backup: Path, *, what: str) -> None:
    """Back up the files that a step is about to replace; they are replaced as a whole, so links to them are enough.

    The backup is written with the step: a step that never happened must not hide the backup of the one before.
    """
    backup.mkdir()
    for number, place in enumerate(sorted(places)):
        now, then = folder.joinpath(*place.split("~")), backup / f"{number:04d}~{place}"
        if now.exists():
            link_or_copy(now, then)
        else:
            then.touch()
    (backup / "what").write_text(what, encoding="utf-8")


def last_step(folder: Path) -> str:
    """Return what the last step was, or nothing."""
    try:
        return (folder / _BACKUP / "what").read_text("utf-8")
    except (OSError, ValueError):
        return ""


def undo(folder: Path) -> str:
    """Take the last step back, and return what it was; taken back itself, it is done again.

    Raises
    ------
    CorpusError
        If there is nothing to take back.
    """
    backup = folder / _BACKUP
    if not (backup / "what").is_file():
        raise CorpusError(gettext("Expected a step to take back in {folder}, found none.").format(folder=folder))
    what = (backup / "what").read_text("utf-8")
    steps = sorted(path for path in backup.iterdir() if _STEP.fullmatch(path.name))
    # The catalogue comes last, as in every step.
    steps.sort(key=lambda path: "catalogue" in path.name)
    before = [(path.name.split("~", 1)[1].replace("~", "/"), path.read_bytes()) for path in steps]
    again = what.removeprefix("undo: ") if what.startswith("undo: ") else f"undo: {what}"
    commit(folder, before, what=again)
    return _said(what)


def _said(what: str) -> str:
    """Return what a step was, in the language that is spoken; the file keeps it in English."""
    if what.startswith("undo: "):
        return gettext("undo: {step}").format(step=_said(what.removeprefix("undo: ")))
    return said_again(what, STEPS)


def resume(folder: Path) -> None:
    """Finish the step that a run had written down before it was stopped."""
    pending = folder / "pending"
    if not pending.is_dir():
        return
    try:
        if (pending / _BACKUP).is_dir():
            if (folder / _BACKUP).is_dir():
                shutil.rmtree(folder / _BACKUP)
            os.replace(pending / _BACKUP, folder / _BACKUP)
        for step in sorted(path for path in pending.iterdir() if _STEP.fullmatch(path.name)):
            target = folder.joinpath(*step.name.split("~")[1:])
            if step.stat().st_size:
                target.parent.mkdir(exist_ok=True)
                os.replace(step, target)
            else:
                target.unlink(missing_ok=True)
                step.unlink()
            sync_folder(target.parent)
        shutil.rmtree(pending)
    except OSError as error:
        raise CorpusError(
            gettext(
                "{folder} cannot be written: {strerror}; what is left to do is done by the next diaoyan add."
            ).format(folder=folder, strerror=reason(error))
        ) from None
