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
from diaoyan.writing import replacing_folder, sync_folder

#: Places that steps may have; whatever else lies in the folder was not put there by this program.
_STEP = re.compile(r"[0-9]{4}~(labels\.csv|catalogue\.parquet|reports~(undated|[0-9]{4}-[0-9]{2})\.parquet)")


def commit(folder: Path, steps: Iterable[tuple[str, bytes]]) -> None:
    """Write files of `folder`, all of them or, if the disk is full, none.

    Parameters
    ----------
    folder : Path
        The corpus.
    steps : iterable of (place, content)
        In the order in which readers may see them; a file without content is removed.

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
    resume(folder)


def resume(folder: Path) -> None:
    """Bring to its end what a run laid down that was then stopped."""
    pending = folder / "pending"
    if not pending.is_dir():
        return
    try:
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
            f"{folder} cannot be written: {error.strerror}; what is left to do is done by the next diaoyan add."
        ) from None
