"""The notebooks that ship with the package, and their way into a user's folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from diaoyan import settings
from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext
from diaoyan.writing import filling, refuse_existing


def shipped_notebooks() -> list[Path]:
    """Return the notebooks that ship, in order.

    Examples
    --------
    >>> shipped_notebooks()[0].name
    '01_a_compilation.ipynb'
    """
    return sorted(settings.shipped("notebooks").glob("*.ipynb"))


def copy_notebooks(folder: Path, *, force: bool = False) -> list[Path]:
    """Copy the notebooks into a folder; other files that stand there stay.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    force : bool
        Replace notebooks of the same name, with whatever was changed in them.

    Returns
    -------
    list of Path
        The copies, in order.

    Raises
    ------
    DiaoyanError
        If one of them stands there already and `force` is not set, or if the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> [path.name for path in copy_notebooks(Path(tempfile.mkdtemp()))][:2]
    ['01_a_compilation.ipynb', '02_words.ipynb']
    """
    if folder.is_file():
        raise DiaoyanError(
            gettext("{folder}: expected a folder for the notebooks, found a file; choose another name.").format(
                folder=folder
            )
        )
    copies = [folder / path.name for path in shipped_notebooks()]
    for copy in copies:
        refuse_existing(copy, force=force)
    with filling(folder) as temporary:
        for path in shipped_notebooks():
            shutil.copyfile(path, temporary / path.name)
    return copies
