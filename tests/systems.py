"""What only some systems have: tests that need it are skipped elsewhere, and say why."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from functools import cache
from pathlib import Path

import pytest

#: Ends a process at once; what Windows does on SIGTERM is the same.
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)

POSIX_RIGHTS = pytest.mark.skipif(os.name == "nt", reason="Windows has no umask and no rights of owner, group, others")
POSIX_SHELL = pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="needs bash and what it can call")
POSIX_SIGNALS = pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process alone")
FIFO = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no FIFOs in folders")


@cache
def _links() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            (Path(folder) / "link").symlink_to("nowhere")
        except (OSError, NotImplementedError):
            return False
    return True


SYMLINKS = pytest.mark.skipif(not _links(), reason="this system lets its users make no symbolic links")


def device(name: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs a device file."""
    return pytest.mark.skipif(not Path(name).exists(), reason=f"this system has no {name}")


def require_fork() -> None:
    """Skip the test that calls this where processes cannot be forked."""
    if not hasattr(os, "fork"):
        pytest.skip("runs are killed at their writes by fork and SIGKILL, which Windows lacks")
