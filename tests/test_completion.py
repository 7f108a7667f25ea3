"""What shells offer when somebody presses Tab: the script is run by the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Outcome
from diaoyan.cli.completion import FILES, FOLDERS, parsers_of
from diaoyan.cli.options import SHELLS, new_parser

Command = Callable[..., Outcome]


def script(shell: str, diaoyan: Command, folder: Path) -> Path:
    outcome = diaoyan("completion", shell)
    assert (outcome.status, outcome.err) == (0, "")
    path = folder / f"script.{shell}"
    path.write_text(outcome.out, "utf-8", newline="\n")
    return path


def said_by(shell: str, code: str, folder: Path) -> list[str]:
    """Return the lines that a shell prints; the test is skipped where that shell is not installed."""
    if os.name == "nt" or not shutil.which(shell):
        pytest.skip(f"needs {shell} and paths as it writes them")
    done = subprocess.run([shell, "-c", code], cwd=folder, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["ta"], "tag"),
        (["discover", "--method", ""], "tfidf lda"),
        (["tag", "--err"], "--error-rate"),
        (["tag", "mar"], "march.txt"),
        (["completion", ""], "bash zsh fish powershell"),
    ],
)
def test_bash_completes_verbs_options_values_and_files(
    typed: list[str], offered: str, diaoyan: Command, workplace: Path
) -> None:
    (workplace / "march.txt").touch()
    words = " ".join(f"'{word}'" for word in ["diaoyan", *typed])
    code = f"source {script('bash', diaoyan, workplace)}; COMP_WORDS=({words}); COMP_CWORD={len(typed)}; _shtab_diaoyan"
    assert said_by("bash", f'{code}; echo "${{COMPREPLY[@]}}"', workplace) == [offered]


def test_fish_completes_with_what_help_says(diaoyan: Command, workplace: Path) -> None:
    code = f"source {script('fish', diaoyan, workplace)}; complete -C 'diaoyan ta'; complete -C 'diaoyan report --mo'"
    verb, *options = said_by("fish", code, workplace)
    assert verb == "tag\tTag reports with their themes."
    assert sorted(line.split("\t")[0] for line in options) == ["--model", "--month"]


def test_zsh_takes_the_script(diaoyan: Command, workplace: Path) -> None:
    taken = f'autoload -Uz compinit; compinit -u -D; eval "$(cat {script("zsh", diaoyan, workplace)})"'
    assert said_by("zsh", f"{taken}; print $_comps[diaoyan]", workplace) == ["_shtab_diaoyan"]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_verb_is_in_the_script(shell: str, diaoyan: Command) -> None:
    outcome = diaoyan("completion", shell)
    assert all(one.prog.split()[-1] in outcome.out for one in parsers_of(new_parser()))


def test_every_argument_that_names_a_file_completes_files() -> None:
    paths = [one for parser in parsers_of(new_parser()) for one in parser._actions if one.type is Path]
    assert len(paths) > 10
    assert [one.dest for one in paths if one.metavar not in (*FILES, *FOLDERS)] == []
