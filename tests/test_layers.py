"""The rooms of the package: who may build on whom, who may print, and what an import may cost."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import diaoyan

PACKAGE = Path(diaoyan.__file__).parent
#: From top to bottom: a room may import from the rows below its own, and from its own room, never from above.
#: Rooms in the same row do not know each other.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("demo", "notebooks"),
    ("monthly", "theme_report", "archive"),
    ("review", "drift", "tables"),
    ("documents",),
    ("models",),
    ("discovery", "tagging"),
    ("figures",),
    ("inputs", "options"),
    ("settings", "report_tables"),
    ("corpus",),
    ("spreadsheets",),
    ("preprocess", "compilation"),
    ("estimators",),
    ("themes", "report"),
    ("writing", "display", "arrays"),
    ("errors", "language", "lazy"),
)
HEIGHT = {room: -row for row, rooms in enumerate(LAYERS) for room in rooms}
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in FILES]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms a file imports from, inside functions and for type checkers too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports name the whole way"
            module = node.module or ""
            # `from diaoyan import settings` imports a room, `from diaoyan import __version__` does not.
            found |= {f"diaoyan.{a.name}" for a in node.names} if module == "diaoyan" else {module}
    parts = [name.split(".") for name in found]
    return {part[1] for part in parts if part[0] == "diaoyan" and len(part) > 1 and part[1] != "__version__"}


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in FILES} - {"__init__"} <= set(HEIGHT)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_dependencies_point_downwards(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return  # the front door leads into every room
    above = {other for other in imported_rooms(path) if other != room and HEIGHT[other] >= HEIGHT[room]}
    assert above == set(), f"{room} must not build on {above}"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_only_the_command_prints(path: Path) -> None:
    printing = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
        or (isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr"})
    ]
    assert room_of(path) == "cli" or printing == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_is_pickled(path: Path) -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert not imported & {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
    assert "allow_pickle=True" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_files_begin_by_saying_what_they_are_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


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
