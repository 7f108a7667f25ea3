"""Old Word files (DOC, RTF, WPS): converted by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from diaoyan.errors import CompilationError
from diaoyan.language import gettext

_SECONDS = 120


def read_doc(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of a DOC or RTF file and the notes.

    The conversion happens in a temporary folder with a profile of its own, so that a running LibreOffice is not
    disturbed.

    Raises
    ------
    CompilationError
        If LibreOffice is not installed, or cannot convert the file in two minutes.
    """
    from diaoyan.compilation.docx_file import read_docx

    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise CompilationError(
            gettext(
                "{name}: reading an old Word file (DOC, RTF) needs LibreOffice, which is not installed; "
                "install it, or save the file as DOCX."
            ).format(name=name)
        )
    with tempfile.TemporaryDirectory(prefix="diaoyan-") as folder:
        original = Path(folder, "source.rtf" if data.startswith(b"{\\rtf") else "source.doc")
        original.write_bytes(data)
        command = [
            program, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "docx", "--outdir", folder, str(original),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
            converted = Path(folder, "source.docx").read_bytes()
        except subprocess.TimeoutExpired:
            raise CompilationError(
                gettext("{name}: LibreOffice did not convert the file in {SECONDS} seconds.").format(
                    name=name, SECONDS=_SECONDS
                )
            ) from None
        except OSError:
            raise CompilationError(
                gettext("{name}: expected an old Word file, but LibreOffice cannot convert it.").format(name=name)
            ) from None
    text, notes = read_docx(converted, name=name)
    return text, notes
