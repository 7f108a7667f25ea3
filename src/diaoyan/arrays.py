"""What arrays are called in hints, and reading them from an ``.npz`` that somebody may have damaged, without pickle."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from diaoyan.errors import ModelError
from diaoyan.language import gettext, reason

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def read_arrays(path: Path, names: Iterable[str] | None = None, *, what: str) -> dict[str, Array]:
    """Return arrays of a file.

    Parameters
    ----------
    path : Path
    names : iterable of str, optional
        Arrays to read; all by default.
    what : str
        What the file should hold, for the error.

    Raises
    ------
    ModelError
        If the file cannot be read, lacks one of the arrays, packs them, or claims more numbers than it has bytes for.
    """
    try:
        # Opened here, because NumPy leaves a file open that turns out to be none of its own.
        with open(path, "rb") as file:
            _check_sizes(file)
            with np.load(file, allow_pickle=False) as stored:
                return {name: stored[name] for name in (stored if names is None else names)}
    except (OSError, EOFError, KeyError, TypeError, ValueError, zlib.error, zipfile.BadZipFile) as error:
        raise ModelError(
            gettext("{path}: expected {what}, but they cannot be read ({error}).").format(
                path=path, what=what, error=reason(error)
            )
        ) from None


def _check_sizes(file: IO[bytes]) -> None:
    """Raise `ValueError` if an array claims more numbers than the file has bytes for; this program packs none."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError(gettext("{name} is packed").format(name=member.filename))
            with archive.open(member) as array:
                version = np.lib.format.read_magic(array)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, kind = read(array)
            if math.prod(shape) * kind.itemsize > member.file_size:
                said = gettext("{name} claims {count:,} numbers")
                raise ValueError(said.format(name=member.filename, count=math.prod(shape)))
    file.seek(0)
