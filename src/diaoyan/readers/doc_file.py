"""Old Word files (DOC, RTF, WPS): converted by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from diaoyan.errors import CompilationError
from diaoyan.language import gettext
from diaoyan.readers.docx_file import read_docx
from diaoyan.writing import scratch

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
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise CompilationError(
            gettext(
                "{name}: reading an old Word file (DOC, RTF) needs LibreOffice, which is not installed; "
                "install it, or save the file as DOCX."
            ).format(name=name)
        )
    with scratch(Path(tempfile.gettempdir(), "converted")) as folder:
        original = folder / ("source.rtf" if data.startswith(b"{\\rtf") else "source.doc")
        original.write_bytes(data)
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "docx", "--outdir", str(folder), str(original)]
        try:
            _run(command)
            converted = (folder / "source.docx").read_bytes()
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
    return read_docx(converted, name=name)


def _run(command: Sequence[str]) -> None:
    """Run a program to its end, or end it and all it has started, after `_SECONDS` or when this one is interrupted.

    If this process is killed, the system ends what is left after as many seconds of work.
    """
    if sys.platform == "win32":
        subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
        return
    # Output goes nowhere: a pipe would stay open for as long as a program that was started in turn.
    nowhere = subprocess.DEVNULL
    limited = ["/bin/sh", "-c", 'ulimit -t "$0"; exec "$@"', str(_SECONDS), *command]
    process = subprocess.Popen(limited, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    try:
        process.wait(_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
