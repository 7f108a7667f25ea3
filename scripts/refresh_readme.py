"""Run the commands and the Python example that the READMEs show, and write their real output and figure back.

``--check`` changes nothing and exits 1 where a README shows something else; the tests call it that way.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
FIGURE = ROOT / "docs" / "figures" / "map.png"
#: A block that begins with commands; what follows each `$` line is its output.
CONSOLE = re.compile(r"(?<=```console\n)(.*?)(?=```)", re.DOTALL)
PYTHON = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def run(command: list[str], folder: Path, lang: str) -> str:
    """Return what a command prints, error stream included, without trailing spaces."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # Which steps take long enough for a line about them depends on the machine.
    ours = {"PATH": path, "PYTHONIOENCODING": "utf-8", "DIAOYAN_LANG": lang, "DIAOYAN_PROGRESS": "0"}
    surroundings = os.environ | ours
    done = subprocess.run(
        command,
        cwd=folder,
        env=surroundings,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def refreshed(text: str, folder: Path, lang: str) -> str:
    """Return a README with the output of its commands and of its example as they are when run in `folder`."""

    def console(match: re.Match[str]) -> str:
        commands = [line for line in match[1].splitlines() if line.startswith("$ ")]
        return "".join(f"{line}\n{run(['bash', '-c', line[2:]], folder, lang)}" for line in commands)

    def example(match: re.Match[str]) -> str:
        script = folder / "example.py"
        script.write_text(match[1], encoding="utf-8")
        return f"```python\n{match[1]}```\n\n```text\n{run([sys.executable, str(script)], folder, lang)}```"

    return PYTHON.sub(example, CONSOLE.sub(console, text))


def main() -> int:
    """Refresh or check every README, each in a folder of its own that holds the sample."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where something differs")
    options = parser.parse_args()
    stale = []
    for name, lang in READMES.items():
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "data" / "sample", Path(folder) / "data" / "sample")
            (Path(folder) / "docs").mkdir()
            shutil.copy(ROOT / "docs" / "own-themes.toml", Path(folder) / "docs")
            before = (ROOT / name).read_text("utf-8")
            after = refreshed(before, Path(folder), lang)
        if after != before:
            stale.append(name)
            if options.check:
                shown = [line for line in after.splitlines() if line not in before.splitlines()]
                print(f"{name}: not shown as it is now:", *shown, sep="\n  ")
            else:
                (ROOT / name).write_text(after, encoding="utf-8")
    if not options.check:
        with tempfile.TemporaryDirectory() as folder:
            run([sys.executable, "-m", "diaoyan.cli", "demo"], Path(folder), "en")
            FIGURE.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(folder) / "reports_out" / "demo" / FIGURE.name, FIGURE)
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
