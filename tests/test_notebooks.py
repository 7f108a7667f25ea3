"""The notebooks: as git keeps them, copied to a folder, run from top to bottom, and opened by hand in JupyterLab."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chromium import Chromium, Tab, find
from diaoyan import settings
from diaoyan.corpus import Corpus
from diaoyan.errors import DiaoyanError
from diaoyan.language import speaking
from diaoyan.notebooks import copy_notebooks, shipped_notebooks
from diaoyan.themes import Codebook

NOTEBOOKS = shipped_notebooks()
NAMES = [path.stem for path in NOTEBOOKS]
SAMPLE = settings.shipped("sample")
ROOT = Path(__file__).resolve().parents[1]


def cells(path: Path, kind: str = "code") -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    """Return the Python of a cell, without the magics of IPython."""
    return "\n".join(line for line in "".join(cell["source"]).split("\n") if not line.startswith("%"))


# As git keeps them


def test_the_notebooks_are_numbered_tours() -> None:
    assert [name[:2] for name in NAMES] == [f"{number:02d}" for number in range(1, 9)]
    assert set(CHANGED) == set(NAMES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_no_cell_is_long_and_none_defines_what_belongs_into_the_package(path: Path) -> None:
    for cell in cells(path):
        assert len(cell["source"]) <= 15, cell["id"]
        kinds = {type(node) for node in ast.walk(ast.parse(source(cell)))}
        assert not kinds & {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef}, cell["id"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_text_stands_between_the_cells_and_one_cell_holds_the_parameters(path: Path) -> None:
    kinds = [cell["cell_type"] for cell in json.loads(path.read_text("utf-8"))["cells"]]
    assert kinds[0] == "markdown"
    assert "code code code" not in " ".join(kinds[3:])
    marked = [cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(marked) == 1
    assert all(isinstance(node, ast.Assign) for node in ast.parse(source(marked[0])).body)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_the_notebooks_name_no_place_of_a_machine_or_of_the_network(path: Path) -> None:
    text = "\n".join("".join(cell["source"]) for kind in ("code", "markdown") for cell in cells(path, kind))
    assert not re.search(r"https?://|/(home|root|tmp|work|Users|usr)/|[A-Z]:\\", text)


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    """The script behind `make notebooks`."""
    for name in ("nbclient", "nbconvert", "papermill", "ipykernel"):
        pytest.importorskip(name, reason=f"{name} is not installed; `make notebooks` installs it")
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "scripts" / "run_notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_git_keeps_no_outputs_no_counts_and_nothing_that_changes_by_itself(path: Path, runner: ModuleType) -> None:
    import nbformat

    assert path.read_text("utf-8") == runner.stripped(nbformat.read(path, as_version=4))


def test_stripping_takes_out_what_a_session_leaves_behind(runner: ModuleType) -> None:
    import nbformat

    used = nbformat.read(NOTEBOOKS[0], as_version=4)
    used.metadata["language_info"] = {"version": "3.99"}
    for number, cell in enumerate(used.cells):
        cell["id"] = f"x{number}"
        cell.metadata["collapsed"] = True
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text="/home/me")], number
    assert runner.stripped(used) == NOTEBOOKS[0].read_text("utf-8")


# Copied


def test_the_notebooks_are_copied_beside_what_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("keep")
    assert [path.name for path in copy_notebooks(folder)] == [path.name for path in NOTEBOOKS]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*(path.name for path in NOTEBOOKS), "notes.txt"])
    assert (folder / NOTEBOOKS[1].name).read_bytes() == NOTEBOOKS[1].read_bytes()


def test_a_changed_copy_is_replaced_only_by_force(tmp_path: Path) -> None:
    changed = copy_notebooks(tmp_path)[1]
    changed.write_text("mine")
    with pytest.raises(DiaoyanError, match="is there already"):
        copy_notebooks(tmp_path)
    assert changed.read_text() == "mine"
    copy_notebooks(tmp_path, force=True)
    assert changed.read_bytes() == NOTEBOOKS[1].read_bytes()


def test_a_file_is_no_folder_for_notebooks(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(DiaoyanError, match="expected a folder for the notebooks, found a file"):
        copy_notebooks(tmp_path / "taken")


def english(page: str) -> list[str]:
    """Return what reads like an English sentence: four words in a row, outside of marks, code and file names."""
    plain = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>|`[^`]*`|data:[^\s]*", "\n", page, flags=re.S)
    return re.findall(r"(?:\b[A-Za-z]{2,}\b[ ,]+){3}[A-Za-z]{2,}\b", plain)


def test_in_chinese_all_that_is_read_is_chinese_and_the_code_the_same(tmp_path: Path) -> None:
    with speaking("zh"):
        copies = copy_notebooks(tmp_path)
    for path, copy in zip(NOTEBOOKS, copies, strict=True):
        for cell in cells(copy, "markdown"):
            assert english("".join(cell["source"])) == []
        assert [cell["id"] for cell in cells(path)] == [cell["id"] for cell in cells(copy)]
        for one, other in zip(cells(path), cells(copy), strict=True):
            assert without_texts(one) == without_texts(other)
            comments = [line.split("#")[1] for line in source(other).split("\n") if " # " in line]
            assert all(re.search("[\u4e00-\u9fff]", comment) for comment in comments), comments


def without_texts(cell: dict[str, Any]) -> str:
    """Return the code of a cell as a tree, without the texts in it."""
    tree = ast.parse(source(cell).replace('display.show_frames("zh")', "display.show_frames()"))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            # A sentence may name the same things in another order.
            node.values = sorted((p for p in node.values if isinstance(p, ast.FormattedValue)), key=ast.dump)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


# Run

# Jupyter's own libraries warn of each other's future; what a notebook prints is looked at in its outputs.
lenient = pytest.mark.filterwarnings("default")


def of_its_own(folder: Path) -> dict[str, str]:
    """Return the variables that have Jupyter keep what it writes in a folder and find nothing of the user's."""
    places = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    return {name: str(folder / name.lower()) for name in places} | {"JUPYTER_PLATFORM_DIRS": "1"}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter without anything of the user's, and without the real texts."""
    for name, value in of_its_own(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DIAOYAN_REAL_DATA", raising=False)


def texts(notebook: Any, *, seen: bool = False) -> list[str]:
    """Return what the cells put out as text, long runs of base64 left out; `seen`: of several forms the one shown."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output.get("text")
            assert output["output_type"] != "error", output.get("evalue")
            values = [output["text"]] if "text" in output else output["data"].values()
            if seen and "text/html" in output.get("data", {}):
                values = [output["data"]["text/html"]]
            found += [re.sub(r"[A-Za-z0-9+/=]{200,}", "", str(value)) for value in values]
    return found


def check(notebook: Any) -> None:
    """No warning printed, no path of this machine, something to see."""
    said = "\n".join(texts(notebook))
    assert not re.search(r"\w*Warning\b|Traceback", said)
    for place in (str(Path.home()), sys.prefix, str(ROOT), str(SAMPLE)):
        assert place not in said
    assert not re.search(r"/(home|root|tmp|Users)/", said)
    assert "text/html" in str(notebook.cells)
    assert 'class="dataframe"' not in said  # texts to the right and cut short
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.slow
@lenient
@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_runs_from_top_to_bottom_and_its_page_asks_for_nothing(
    path: Path, runner: ModuleType, alone: None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    import nbformat

    here = tmp_path / "here"
    here.mkdir()
    notebook = runner.execute(nbformat.read(path, as_version=4), here)
    check(notebook)
    assert not any(here.iterdir())
    page = tmp_path / "page.html"
    page.write_text(runner.page(notebook, path.stem), "utf-8")
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=[\"']?(https?:)?//", page.read_text("utf-8"))
    assert "application/vnd.jupyter.widget" not in page.read_text("utf-8")
    if find() is None:
        return  # what a browser would ask for is looked at where there is one
    with request.getfixturevalue("browser").tab() as tab:
        tab.open(page)
        assert tab.requests() == [page.as_uri()]
        assert tab.ask("[...document.images].every(image => image.naturalWidth > 0)")
        assert tab.ask("document.title") == path.stem


CHANGED: dict[str, dict[str, Any]] = {
    "01_a_compilation": {"INPUT": "2025-06.txt"},
    "02_words": {"INPUT": "2025-04.docx", "SENTENCE": "金融支持数字乡村建设"},
    "03_tfidf_themes": {"INPUT": "2025-05.pdf", "SEED": 7, "CODEBOOK": "own.toml"},
    "04_lda_themes": {"INPUT": "2025-03.txt", "SEED": 7},
    "05_classifier": {"INPUT": "2025-04.docx", "REPORTS": "half.jsonl", "LABELS": "labels.csv", "SEED": 7},
    "06_new_month": {
        "CORPUS": "own/corpus",
        "MODELS": "own/models",
        "INPUT": "2025-04.docx",
        "START": "none",
        "SEED": 7,
    },
    "07_theme_report": {"INPUT": "2025-06.txt", "BEFORE": "2025-05.pdf", "MODEL": "base"},
    "08_real_compilation": {"COMPILATION": "2025-04.docx", "SEED": 7},
}
OWN = """[[theme]]
id = "school"
zh = "教育"
en = "Education"
seeds = ["学校", "学生", "教师"]
[[theme]]
id = "finance"
zh = "金融"
en = "Finance"
seeds = ["银行", "贷款"]
"""


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder with everything that `CHANGED` names."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "own.toml").write_text(OWN, "utf-8")
    for path in SAMPLE.iterdir():
        (here / path.name).write_bytes(path.read_bytes())
    spring = (SAMPLE / "reports.jsonl").read_text("utf-8").splitlines(keepends=True)[:44]
    (here / "half.jsonl").write_text("".join(spring), "utf-8")
    reports, labels = settings.sample()
    march = [report for report in reports if report.month == "2025-03"]
    corpus = Corpus(here / "own" / "corpus")
    corpus.add(march)
    corpus.label({report.report_id: labels[report.report_id] for report in march}, Codebook.default())
    return here


@pytest.mark.slow
@lenient
def test_the_notebooks_in_chinese_run_on_what_their_parameters_name(
    runner: ModuleType, alone: None, filled: Path, tmp_path: Path
) -> None:
    """One after the other in one kernel, emptied in between, since starting eight takes longer than the work."""
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    cells: list[Any] = []
    keeping = []
    with speaking("zh"):
        copies = copy_notebooks(tmp_path / "zh")
    for path in copies:
        notebook = load_notebook_node(str(path))
        parameters = CHANGED[path.stem]
        if "OUTPUT" in "".join("".join(cell.source) for cell in notebook.cells):
            keeping.append(path.stem)
            parameters = parameters | {"OUTPUT": f"kept/{path.stem}"}
        cells.append(nbformat.v4.new_code_cell("%reset -sf"))
        cells += parameterize_notebook(notebook, parameters, kernel_name="python3", language="python").cells
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03d}"
    whole = nbformat.v4.new_notebook(cells=cells, metadata=runner.KERNEL)
    whole = runner.execute(whole, filled)
    injected = [cell for cell in whole.cells if "injected-parameters" in cell.metadata.get("tags", [])]
    assert len(injected) == len(NOTEBOOKS)
    check(whole)
    assert len(keeping) >= 6
    for name in keeping:
        assert any((filled / "kept" / name).iterdir()), name
    said = "".join(texts(whole))
    assert "教育" in said  # 03, on a codebook of one's own
    # The history of the models is kept in English, whoever writes it; figures have names for programs.
    known = r"(refused|promoted): .*|titles, shares, words, .*"
    assert english(re.sub(known, "", "\n".join(texts(whole, seen=True)))) == []
    assert Corpus(filled / "own" / "corpus").months() == ["2025-03", "2025-04"]
    assert (filled / "own" / "models" / "history.csv").is_file()


@pytest.mark.slow
@pytest.mark.real
@lenient
def test_the_last_notebook_reads_the_real_compilation(
    real_data: Path, runner: ModuleType, alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbformat

    monkeypatch.setenv("DIAOYAN_REAL_DATA", str(real_data))
    path = next(path for path in NOTEBOOKS if path.stem.startswith("08"))
    notebook = runner.execute(nbformat.read(path, as_version=4), tmp_path)
    check(notebook)
    assert "33 reports (1 full, 1 partial, 31 missing); month 2021-12." in "".join(texts(notebook))


# By hand, in JupyterLab


def wait(condition: Callable[[], Any], what: str, *, seconds: float = 90.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.25)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """JupyterLab on the loopback interface, behind a token: the folder it shows, with the notebooks, and its address.

    Whoever opens something names a workspace of their own in the address: one opens again what was open in it.
    """
    pytest.importorskip("jupyterlab", reason="jupyterlab is not installed; pip install 'diaoyan[notebooks]'")
    folder = tmp_path_factory.mktemp("laboratory")
    copy_notebooks(folder / "work")
    quiet = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    }
    (folder / "settings").mkdir()
    (folder / "settings" / "overrides.json").write_text(json.dumps(quiet))
    token, log = "0123456789abcdef", folder / "server.log"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
        "--ServerApp.allow_root=True", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder / 'work'}",
        f"--LabApp.app_settings_dir={folder / 'settings'}", f"--LabApp.user_settings_dir={folder / 'user'}",
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
    ]  # fmt: skip
    ours = {name: value for name, value in os.environ.items() if name != "DIAOYAN_REAL_DATA"} | of_its_own(folder)
    with log.open("wb") as file:
        server = subprocess.Popen(command, stdout=file, stderr=file, env=ours)
    runtime = folder / "jupyter_runtime_dir" / f"jpserver-{server.pid}.json"
    try:
        wait(lambda: runtime.is_file() and runtime.stat().st_size, "JupyterLab starts")
        address = json.loads(runtime.read_text())["url"]
        yield folder / "work", f"{address}lab/workspaces/{{workspace}}/tree/{{notebook}}?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def click(tab: Tab, selector: str, text: str) -> None:
    """Press and release the mouse on the middle of the first element with this text."""
    places = (
        f"(() => {{ const e = [...document.querySelectorAll({selector!r})].find(e => e.innerText.trim() === "
        f"{text!r}); if (!e) return null; e.scrollIntoViewIfNeeded(); const r = e.getBoundingClientRect(); "
        "return r.width ? [r.x + r.width / 2, r.y + r.height / 2] : null; })()"
    )
    x, y = wait(lambda: tab.ask(places), text)
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


def run_all(tab: Tab, address: str) -> None:
    """Open a notebook and run it by the menu."""
    tab.resize(1400, 1000)
    tab.call("Page.navigate", url=address)
    wait(lambda: tab.ask("!!document.querySelector('.jp-Notebook .jp-CodeCell')"), "the notebook opens")
    # Before this line says so, the menu asks which kernel is meant.
    idle = "document.querySelector('#jp-main-statusbar').innerText.includes('| Idle')"
    wait(lambda: tab.ask(idle), "the kernel starts")
    click(tab, ".lm-MenuBar-itemLabel", "Run")
    click(tab, ".lm-Menu-itemLabel", "Run All Cells")


@pytest.mark.slow
def test_the_first_notebook_runs_by_the_menu_of_jupyterlab_and_shows_its_figure(
    browser: Chromium, laboratory: tuple[Path, str]
) -> None:
    _, address = laboratory
    with browser.tab() as tab:
        run_all(tab, address.format(workspace="first", notebook=NOTEBOOKS[0].name))
        drawn = "Math.max(0, ...[...document.querySelectorAll('.jp-OutputArea img')].map(i => i.naturalWidth))"
        assert wait(lambda: tab.ask(drawn), "the figure is drawn") > 800
        tables = "[...document.querySelectorAll('.jp-OutputArea table caption')].map(e => e.innerText)"
        assert tab.ask(tables) == ["2025-03.txt: 四省调研文选31(22篇)2025年3月调研报告汇编"]
        assert tab.ask("document.querySelectorAll('[data-mime-type=\"application/vnd.jupyter.stderr\"]').length") == 0
        origin = address.split("/lab")[0].removeprefix("http:")
        elsewhere = [url for url in tab.requests() if not re.match(r"(http|ws|blob:http):" + re.escape(origin), url)]
        assert elsewhere == []


@pytest.mark.slow
def test_the_review_form_takes_answers_by_the_mouse_in_jupyterlab(
    browser: Chromium, laboratory: tuple[Path, str]
) -> None:
    import nbformat

    work, address = laboratory

    cell = (
        f"import sys\nsys.path.append({str(Path(__file__).parent)!r})\n"
        "from diaoyan import Codebook\nfrom diaoyan.review import ReviewWidget\nfrom small_review import small_picks\n"
        "ReviewWidget(small_picks(), Codebook.default(), lang='zh')"
    )
    small = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell)],
        metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    )
    nbformat.write(small, work / "form.ipynb")
    with browser.tab() as tab:
        run_all(tab, address.format(workspace="form", notebook="form.ipynb"))
        said = "[...document.querySelectorAll('.widget-label')].map(e => e.innerText).join(' ')"
        click(tab, "button", "金融")
        wait(lambda: "第1篇，共3篇，已答1篇" in tab.ask(said), "the answer arrives")
        click(tab, "button", "下一篇")
        wait(lambda: "第2篇，共3篇，已答1篇" in tab.ask(said), "the next report is shown")
