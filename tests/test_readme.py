"""The READMEs show what the commands and the example really print."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from systems import POSIX_SHELL

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
@POSIX_SHELL
def test_readmes_show_the_real_output_of_their_commands_and_example():
    done = subprocess.run(
        [sys.executable, "scripts/refresh_readme.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_readmes_show_the_same_commands_and_the_same_example():
    pages = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]
    commands = [re.findall(r"^\$ .*$", page, re.MULTILINE) for page in pages]
    examples = [re.findall(r"```python\n.*?```", page, re.DOTALL) for page in pages]
    assert len(commands[0]) >= 7
    assert (commands[0], examples[0]) == (commands[1], examples[1])


def test_the_files_that_the_readmes_link_to_are_there():
    for name in ("README.md", "README.zh-CN.md"):
        links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8"))
        assert links
        assert all((ROOT / link).is_file() for link in links)
