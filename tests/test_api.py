"""Every public name has a page made from its docstring, with an example on it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import diaoyan


@pytest.mark.parametrize("name", diaoyan.__all__)
def test_a_public_name_shows_an_example(name: str) -> None:
    assert "\n    >>> " in (getattr(diaoyan, name).__doc__ or ""), name


def test_the_pages_are_made_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "pdoc", "--docformat", "numpy"]
    done = subprocess.run([*command, "--output-directory", tmp_path, "diaoyan"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "diaoyan.html").read_text("utf-8")
    assert set(diaoyan.__all__) <= set(re.findall(r'id="(\w+)"', page))
