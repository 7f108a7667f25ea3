"""The READMEs show what the commands and the example really print."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_readmes_show_the_real_output_of_their_commands_and_example():
    done = subprocess.run(
        [sys.executable, "scripts/refresh_readme.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_readmes_show_the_same_commands_and_the_same_example():
    pages = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]
    blocks = [re.findall(r"```\w*\n.*?```", page, re.DOTALL)[1:] for page in pages]
    assert len(blocks[0]) >= 7
    assert blocks[0] == blocks[1]


def test_the_files_that_the_readmes_link_to_are_there():
    for name in ("README.md", "README.zh-CN.md"):
        links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8"))
        assert links
        assert all((ROOT / link).is_file() for link in links)
