"""What test files share: the sample, a classifier fitted once, its folder, the command, Chromium, the real texts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chromium import Chromium, find
from diaoyan import settings
from diaoyan.cli import main

if TYPE_CHECKING:
    from diaoyan.corpus import Label
    from diaoyan.report import Report
    from diaoyan.tagging import Tagger

SAMPLE = settings.shipped("sample")


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit status, and what it wrote to stdout and stderr."""

    status: int
    out: str
    err: str


# What the tests expect is said in English, whatever the machine speaks; those of the language set it themselves.
os.environ["DIAOYAN_LANG"] = "en"
# Which steps take two seconds depends on the machine; tests of the lines about them ask for these.
os.environ["DIAOYAN_PROGRESS"] = "0"
# Tests run side by side, one for each core. Threads of the numerical libraries beside them only wait for each other and
# double the processor time of whatever fits a classifier, in the processes that tests start too. This is read when
# NumPy is loaded, which nothing above does.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")


def pytest_configure(config: pytest.Config) -> None:
    """Have pytest-xdist deal files in the order below; by itself it deals those with the most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have the most slow tests, so that none of them is left to one worker at the end."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(scope="session")
def sample() -> tuple[list[Report], dict[str, Label]]:
    return settings.sample()


@pytest.fixture(scope="session")
def tagger(sample: tuple[list[Report], dict[str, Label]]) -> Tagger:
    """A classifier fitted on the sample; tests must not change it."""
    from diaoyan.tagging import Tagger

    reports, labels = sample
    return Tagger(folds=2).fit(reports, labels)


@pytest.fixture(scope="session")
def model_folder(tagger: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same classifier as a model folder; tests must not change it."""
    from diaoyan.models import save_tagger

    folder = tmp_path_factory.mktemp("models") / "small"
    save_tagger(folder, tagger, evaluation=None, sources="the sample.")
    return folder


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the command is called."""
    folder = tmp_path / "workplace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def diaoyan(workplace: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run the command in this process, in the workplace."""

    def run(*arguments: str | Path) -> Outcome:
        capfd.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        written = capfd.readouterr()
        return Outcome(status, written.out, written.err)

    return run


@pytest.fixture
def fresh_process(workplace: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run Python in a process of its own, in the workplace, where warnings are errors too."""

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "PYTHONWARNINGS": "error", **variables}
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, timeout=300)

    return run


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """One Chromium for all tests of a process; a tab of it knows nothing of the others."""
    if find() is None:
        pytest.skip("needs Chromium, in Debian the package chromium")
    with Chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real texts, which are no part of the project."""
    named = os.environ.get("DIAOYAN_REAL_DATA")
    if not named:
        pytest.skip("DIAOYAN_REAL_DATA does not name the folder of real texts")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"DIAOYAN_REAL_DATA names {folder}, which is no folder")
    return folder
