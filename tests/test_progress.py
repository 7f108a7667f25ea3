"""The line that moves: on a terminal after two seconds, with a count where one is known, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WORK = (
    "import time\nfrom diaoyan.cli.progress import advance, working\nfrom diaoyan.cli.speaking import say\n"
    "with working('tag'):\n    time.sleep({first})\n    advance(3, 4)\n    time.sleep(1.2)\n    say('three of four')\n"
)


def on_a_terminal(code: str) -> str:
    """Return what a process writes to a terminal that is its error stream."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", code], stderr=theirs)
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 4096):
            written += chunk
    except OSError:  # what reading from a closed terminal gives
        pass
    os.close(ours)
    assert process.wait() == 0
    return written.decode("utf-8")


def test_long_work_shows_its_time_and_then_its_count() -> None:
    shown = on_a_terminal(WORK.format(first=2.7))
    assert "tag … 00:02" in shown
    assert "3 of 4" in shown
    assert "three of four\r\n" in shown
    assert shown.rstrip(" \r").endswith("\r\n") or not shown.split("\r")[-1].strip()  # the line is cleared at the end


def test_short_work_shows_nothing_but_what_is_said() -> None:
    assert on_a_terminal(WORK.replace("1.2", "0").format(first=0)).strip() == "three of four"


def test_nothing_moves_where_nobody_watches() -> None:
    done = subprocess.run([sys.executable, "-c", WORK.format(first=2.2)], capture_output=True, text=True, check=True)
    assert done.stderr == "three of four\n"
