"""How far the work has come: a line that moves on a terminal, a line a step elsewhere, both after two seconds."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SHOWN = {"DIAOYAN_PROGRESS": "1"}
WORK = (
    "import time\nfrom diaoyan.cli.progress import advance, step, working\nfrom diaoyan.cli.speaking import say\n"
    "with working('tag'):\n    time.sleep({first})\n    advance(3, 4)\n    time.sleep(1.2)\n    say('three of four')\n"
)


def on_a_terminal(code: str) -> str:
    """Return what a process writes to a terminal that is its error stream."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", code], stderr=theirs, env=os.environ | SHOWN)
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


def piped(code: str, **variables: str) -> tuple[str, str]:
    """Return what a process writes to its two streams, neither of which is a terminal."""
    environment = os.environ | SHOWN | {"PYTHONIOENCODING": "utf-8"} | variables
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, env=environment
    )
    return done.stdout, done.stderr


STEPS = WORK.replace(
    "advance(3, 4)", "step('drawing')\n    time.sleep({second})\n    for done in (1, 1, 3):\n        advance(done, 4)"
)


def test_where_nobody_watches_each_long_step_is_a_line_on_the_error_stream() -> None:
    said = ["tag …", "drawing …", "drawing: 1 of 4", "drawing: 3 of 4", "three of four"]
    assert piped(STEPS.format(first=2.8, second=2.8)) == ("", "".join(f"{line}\n" for line in said))


def test_short_steps_are_no_lines_and_neither_is_anything_that_is_turned_off() -> None:
    assert piped(STEPS.format(first=0.1, second=0.1).replace("1.2", "0.1")) == ("", "three of four\n")
    assert piped(STEPS.format(first=2.8, second=0.1), DIAOYAN_PROGRESS="0") == ("", "three of four\n")


def test_the_lines_are_in_the_language_of_their_reader() -> None:
    counted = STEPS.format(first=0.1, second=2.8)
    assert "drawing：1/4\n" in piped(counted, DIAOYAN_LANG="zh")[1]


def test_a_reader_who_has_gone_does_not_stop_the_work() -> None:
    code = "import os, sys\n" + STEPS.replace("say('three of four')", "print('done')").format(first=2.8, second=0.1)
    code = code.replace("with working", "os.close(2)\nwith working")
    assert piped(code) == ("done\n", "")
