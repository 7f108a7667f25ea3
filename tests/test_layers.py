"""The rooms of the package: who may build on whom, who may print, and what an import may cost."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import diaoyan

PACKAGE = Path(diaoyan.__file__).parent
#: Where a package is declared by another name than it is imported by.
DISTRIBUTIONS = {"PIL": "pillow", "docx": "python-docx", "sklearn": "scikit-learn"}
#: From top to bottom: a room may import from the rows below its own, and from its own room, never from above.
#: Rooms in the same row do not know each other.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("monthly", "demo", "notebooks"),
    ("theme_report", "archive", "review", "drift", "tables"),
    ("documents", "inputs"),
    ("models",),
    ("discovery", "tagging"),
    ("figures",),
    ("settings", "report_tables"),
    ("corpus",),
    ("preprocess", "compilation", "spreadsheets"),
    ("readers", "estimators"),
    ("themes", "report"),
    ("writing", "display", "arrays"),
    ("errors", "language", "lazy"),
)
HEIGHT = {room: -row for row, rooms in enumerate(LAYERS) for room in rooms}
#: Every file, parsed, by the name it is imported by.
FILES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        path.read_text("utf-8")
    )
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imported(name: str) -> set[str]:
    """Return all that a file imports, inside functions and for type checkers too, as far as names of modules go."""
    found = set()
    for node in ast.walk(FILES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: imports name the whole way"
            module = node.module or ""
            whole = {f"{module}.{alias.name}" for alias in node.names}
            # `from diaoyan import settings` imports a room, `from diaoyan import __version__` does not.
            found |= {one if one in FILES or module == "diaoyan" else module for one in whole}
    return found - {"diaoyan.__version__"}


def room_of(name: str) -> str:
    return [*name.split("."), "__init__"][1]


def test_every_room_has_its_place() -> None:
    assert {room_of(name) for name in FILES} == {*HEIGHT, "__init__"}


def test_the_house_is_drawn_as_it_is() -> None:
    drawing = (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text("utf-8").split("```text\n")[1].split("```")[0]
    rows = [re.findall(r"[a-z_]+", line[9:58]) for line in drawing.splitlines()]
    assert rows == [list(row) for row in LAYERS]


def test_dependencies_point_downwards() -> None:
    upwards = [
        f"{name} must not build on {other}"
        for name in FILES
        if (room := room_of(name)) != "__init__"  # the front door leads into every room
        for other in sorted(imported(name))
        if other.startswith("diaoyan.") and room_of(other) != room and HEIGHT[room_of(other)] >= HEIGHT[room]
    ]
    assert upwards == []


def test_no_files_import_each_other_in_a_circle() -> None:
    # The front door leads into every room, and rooms take the version from it.
    TopologicalSorter({name: imported(name) & FILES.keys() - {"diaoyan"} for name in FILES}).prepare()


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*project["dependencies"], *(one for group in project["optional-dependencies"].values() for one in group)]
    declared = {re.split(r"[\[<>=~! ]", one)[0].lower().replace("_", "-") for one in needed}
    undeclared = {
        name: sorted(missing)
        for name in FILES
        if (
            missing := {
                top
                for top in {one.split(".")[0] for one in imported(name)} - sys.stdlib_module_names - {"diaoyan"}
                if DISTRIBUTIONS.get(top, top).lower().replace("_", "-") not in declared
            }
        )
    }
    assert undeclared == {}


def test_only_the_command_prints() -> None:
    printing = [
        f"{name}:{node.lineno}"
        for name, tree in FILES.items()
        if room_of(name) != "cli"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
        or (isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr"})
    ]
    assert printing == []


def test_nothing_is_pickled() -> None:
    pickling = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
    assert [name for name in FILES if {one.split(".")[0] for one in imported(name)} & pickling] == []
    allowing = [
        f"{name}:{node.value.lineno}"
        for name, tree in FILES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False"
    ]
    assert allowing == []


def test_files_begin_by_saying_what_they_are_for() -> None:
    assert [name for name, tree in FILES.items() if not ast.get_docstring(tree)] == []


HEAVY = {
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "sklearn",
    "gensim",
    "matplotlib",
    "docx",
    "pypdfium2",
    "jieba",
    "rjieba",
}


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh process holds after running `code`."""
    program = f"{code}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("code", ["import diaoyan", "import diaoyan.cli", "from diaoyan import Report, Codebook"])
def test_importing_the_package_loads_nothing_heavy(code: str) -> None:
    assert loaded_by(code) & HEAVY == set()


def test_every_public_name_can_be_used() -> None:
    for name in diaoyan.__all__:
        assert getattr(diaoyan, name).__doc__, name
    assert set(diaoyan.__all__) < set(dir(diaoyan))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        diaoyan.nothing  # noqa: B018


def test_tagging_with_a_saved_model_loads_numpy_alone(model_folder: Path) -> None:
    code = (
        "from pathlib import Path\nfrom diaoyan import Report, load_tagger\n"
        f"assert load_tagger(Path({str(model_folder)!r})).tag([Report('a', '宅基地调查')])"
    )
    assert loaded_by(code) & (HEAVY | {"datasketch"}) == {"numpy", "rjieba"}


@pytest.mark.parametrize("name", ["tags.csv", "tags.xlsx"])
def test_the_command_that_tags_loads_nothing_that_draws(name: str, tmp_path: Path) -> None:
    month = tmp_path / "month.jsonl"
    month.write_text('{"report_id": "a", "title": "宅基地调查", "text": null}\n', "utf-8")
    code = (
        "from diaoyan.cli import main\n"
        f"assert not main(['tag', {str(month)!r}, '--model', 'base', '-o', {str(tmp_path / name)!r}])"
    )
    assert loaded_by(code) & HEAVY <= {"numpy", "rjieba"}
