"""The benchmarks run: on the sample, once each, and with a number in every place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "benchmarks" / "run.py"


@pytest.mark.slow
def test_the_quick_benchmarks_fill_every_table(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DIAOYAN_REAL_DATA"}
    command = [sys.executable, str(RUN), "--quick", "-o", str(tmp_path / "RESULTS.md")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "RESULTS.md").read_text("utf-8")
    titles = ["Measures", "Start-up", "Segmentation", "Tagging a month", "Theme report of a month", "A new month",
              "Tagging, by number of reports", "Growth", "Finding themes", "Splitting and reporting",
              "What the remaining time is spent on"]  # fmt: skip
    assert re.findall(r"^## (.+)$", text, re.M) == titles
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    numbers = [cell for row in rows for cell in row[1:] if cell[0].isdigit()]
    assert len(numbers) >= 50
    assert all(float(number.replace(",", "")) >= 0 for number in numbers)
    assert str(tmp_path) not in text
    assert str(RUN.parents[1]) not in text


def test_a_rival_that_fails_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(RUN.parent))
    import processes  # type: ignore[import-not-found]

    with pytest.raises(SystemExit, match=r"failed, so nothing is measured:\n.*no such thing"):
        processes.run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_cost_is_that_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(RUN.parent))
    import processes

    ballast = bytes(200_000_000)
    small = processes.run([sys.executable, "-c", "pass"])
    large = processes.run([sys.executable, "-c", "bytearray(100_000_000); sum(range(3_000_000))"])
    assert len(ballast) == 200_000_000
    assert small.memory < 60
    assert 80 <= large.memory - small.memory <= 130
    assert large.cpu > small.cpu > 0
    assert large.elapsed > 0


def test_every_part_of_the_budget_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(RUN.parent))
    import budget  # type: ignore[import-not-found]

    for function in (one for functions in budget.PARTS.values() for one in functions):
        home, _, name = function.partition(":")
        assert callable(attrgetter(name)(import_module(home))), function
