"""The measures: one table of them; a command that documents quote is there, with the options it is quoted with."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
_QUOTED = re.compile(r"`python ((?:scripts|benchmarks)/[^`]+)`")
COMMANDS = sorted({command for page in PAGES for command in _QUOTED.findall(page.read_text("utf-8"))})
MEASURED = [command.removeprefix("scripts/measure.py ") for command in COMMANDS if "scripts/measure.py " in command]


@pytest.fixture(scope="module")
def table() -> Iterator[Any]:
    """The table of measures; its folder can be imported from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        yield import_module("measure").MEASURES


def test_every_measure_has_a_file_and_every_file_is_a_measure(table: Any) -> None:
    assert list(table) == [
        "adaptation", "archive", "discovery", "drawn", "drift", "field", "identity", "months", "own_themes", "review",
        "sources", "splitting", "tagging", "weak_labels",
    ]  # fmt: skip
    files = {path.stem: path.read_text("utf-8") for path in (ROOT / "scripts" / "measures").glob("*.py")}
    assert set(files) == {*table, "__init__", "shared"}
    assert [name for name in table if "\ndef run(options: argparse.Namespace) -> None:" not in files[name]] == []


def test_quoted_scripts_are_there() -> None:
    assert len(COMMANDS) > 10
    assert [command for command in COMMANDS if not (ROOT / command.split()[0]).is_file()] == []


@pytest.mark.parametrize("command", MEASURED)
def test_quoted_measures_take_the_options_they_are_quoted_with(command: str, table: Any) -> None:
    name, *given = shlex.split(command)
    if name == "archive":
        pytest.importorskip("psutil", reason="Dask, which brings psutil, is not installed")
    module = import_module(f"measures.{name}")
    options = table[name].parser(name, module).parse_args(given)
    assert vars(options).get("data", Path("DIR")) in (Path("DIR"), None)


def test_the_smallest_measure_prints_a_table() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "measure.py")]
    listed = subprocess.run([*command, "--list"], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert "weak_labels  how often each labelling function" in listed
    done = subprocess.run([*command, "weak_labels"], capture_output=True, text=True, check=True, encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()]
    assert rows[0] == ["read", "function", "spoke", "right"]
    assert {row[0] for row in rows[2:]} == {"whole", "title"}
    assert all(0 <= float(cell) <= 1 for row in rows[2:] for cell in row[2:] if cell != "–")
