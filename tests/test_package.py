"""Wheel and sdist, as somebody gets them who has no checkout: built, installed into an empty environment, and used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

import diaoyan
from conftest import SAMPLE

pytest.importorskip("hatchling", reason="what builds the package is not installed")
pytest.importorskip("pip", reason="what installs the package is not installed")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
#: Where the wheel keeps what lies outside of the package in the checkout.
MOVED = {"diaoyan/_sample": "data/sample", "diaoyan/_base": "models/base", "diaoyan/_notebooks": "notebooks"}


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, where nothing leads to the checkout."""
    surroundings = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    surroundings |= {"PYTHONIOENCODING": "utf-8", "PYTHONNOUSERSITE": "1"}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=surroundings, capture_output=True, encoding="utf-8",
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done


def build(kind: str, source: Path, target: Path) -> Path:
    """Build an sdist or a wheel, and return it."""
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", target, folder=source)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the sdist, which so is known to hold all that is needed."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an empty environment into which the wheel was installed.

    What the package states that it needs is not downloaded again but lent by the environment of the tests.
    """
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    run(sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet", "--no-index", "--no-deps",
        wheel, folder=environment)  # fmt: skip
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.split("[<>=~]", needed)[0] for needed in project["dependencies"]]
    lent = sorted({str(Path(str(distribution(name).locate_file(""))).resolve()) for name in names})
    # Folders named in a .pth file are looked into last, and without what their own .pth files name, such as a checkout.
    (packages,) = environment.rglob("site-packages")
    (packages / "lent.pth").write_text("".join(f"{folder}\n" for folder in lent), "utf-8")
    return programs


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a checkout, to know which files are the project's")
def test_the_wheel_holds_every_file_of_the_package_the_sample_the_model_and_the_notebooks(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {}
    for inside, outside in {"diaoyan": "src/diaoyan", **MOVED}.items():
        for name in run("git", "ls-files", "-z", outside, folder=ROOT).stdout.split("\0")[:-1]:
            wanted[f"{inside}{name.removeprefix(outside)}"] = (ROOT / name).read_bytes()
    assert len(wanted) > 200
    assert [name for name in wanted if held.get(name) != wanted[name]] == []
    assert sorted(held.keys() - wanted.keys()) == []


def test_the_sdist_holds_what_was_made_by_hand_and_nothing_of_the_user_s(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "README.zh-CN.md", "LICENSE", "tests/test_package.py"} <= held
    users = [name for name in held if name.startswith((".venv", ".git/", "data/corpus", "reports_out/"))]
    assert users == ["reports_out/.gitkeep"]


def test_what_is_installed_is_the_wheel_and_says_its_version(programs: Path, tmp_path: Path) -> None:
    where = run(programs / "python", "-c", "import diaoyan; print(diaoyan.__file__)", folder=tmp_path).stdout
    assert programs.parent in Path(where.strip()).parents
    assert run(programs / "diaoyan", "--version", folder=tmp_path).stdout == f"diaoyan {diaoyan.__version__}\n"


def test_a_compilation_is_tagged_and_terms_of_policy_stay_whole(programs: Path, tmp_path: Path) -> None:
    run(programs / "diaoyan", "tag", SAMPLE / "2025-03.txt", "-o", "tags.csv", folder=tmp_path)
    assert len((tmp_path / "tags.csv").read_text("utf-8-sig").splitlines()) == 23
    code = "from diaoyan import Tokenizer; print(*Tokenizer().cut('推行党支部领办合作社'))"
    assert "党支部领办合作社" in run(programs / "python", "-X", "utf8", "-c", code, folder=tmp_path).stdout


def test_the_demo_draws_its_figures_with_a_chinese_font(programs: Path, tmp_path: Path) -> None:
    done = run(programs / "diaoyan", "demo", folder=tmp_path)
    assert "Glyph" not in done.stderr
    made = {path.name for path in (tmp_path / "reports_out" / "demo").iterdir()}
    assert {"index.html", "report.docx", "report.xlsx", "tags.csv", "map.png", "shares.png"} <= made


def test_the_notebooks_are_copied_in_both_languages(programs: Path, tmp_path: Path) -> None:
    for lang, word in (("en", "What"), ("zh", "汇编")):
        run(programs / "diaoyan", "notebooks", lang, "--lang", lang, folder=tmp_path)
        copies = sorted((tmp_path / lang).glob("*.ipynb"))
        assert len(copies) == 8
        texts = ["".join(cell["source"]) for cell in json.loads(copies[0].read_text("utf-8"))["cells"]]
        assert any(word in text for text in texts)
