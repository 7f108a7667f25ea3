"""Office files that are the same on every run: no clock in the archive, entries in the order they were written."""

from __future__ import annotations

import zipfile
from pathlib import Path

#: The earliest time a ZIP archive can carry.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def seal(path: Path) -> None:
    """Write the archive at `path` again with a fixed time on every entry.

    DOCX and XLSX are ZIP archives; the libraries that write them stamp each entry with the time of day.
    """
    with zipfile.ZipFile(path) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
