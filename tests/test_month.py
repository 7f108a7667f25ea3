"""A month arrives: what is written, what stays as it is when the job is repeated, and what a kill leaves behind."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from conftest import Outcome
from diaoyan.corpus import Corpus, Label
from diaoyan.discovery.identity import ThemeRegister
from diaoyan.errors import CorpusError
from diaoyan.models import in_use, read_history, read_learned
from diaoyan.monthly import Places, take_in
from diaoyan.report import Report, to_jsonl
from diaoyan.review import choose, write_sheet
from diaoyan.tagging import Tagger
from diaoyan.themes import Codebook
from killing import kill_at_every_write

Sample = tuple[list[Report], dict[str, Label]]
CODEBOOK = Codebook.default()
MONTHS = ("2025-03", "2025-04", "2025-05")


def places(folder: Path) -> Places:
    return Places(folder / "corpus", folder / "models", folder / "out")


def of_month(sample: Sample, month: str) -> list[Report]:
    return [report for report in sample[0] if report.month == month]


def label(folder: Path, sample: Sample, month: str) -> None:
    labels = {report.report_id: sample[1][report.report_id] for report in of_month(sample, month)}
    Corpus(folder / "corpus").label(labels, CODEBOOK)


def kept(folder: Path) -> dict[str, bytes]:
    """Return what must never be lost or change by itself: corpus, labels, models, themes and history."""
    found = [*(folder / "corpus").rglob("*"), *(folder / "models").rglob("*")]
    return {str(p.relative_to(folder)): p.read_bytes() for p in found if p.is_file() and p.name != ".lock"}


@pytest.fixture(scope="module")
def spring(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Three months taken in, labelled and learned from, and what was said."""
    folder = tmp_path_factory.mktemp("spring")
    said: list[str] = []
    for month in MONTHS:
        take_in(month, of_month(sample, month), places=places(folder), codebook=CODEBOOK, start="none", say=said.append)
        label(folder, sample, month)
        take_in(month, places=places(folder), codebook=CODEBOOK, start="none", say=said.append)
    return folder, said


def test_each_month_has_tags_a_review_sheet_and_from_the_second_on_its_drift(spring: tuple[Path, list[str]]) -> None:
    folder, said = spring
    written = {month: {path.name for path in (folder / "out" / month).iterdir()} for month in MONTHS}
    assert written["2025-03"] == {"tags.csv", "review.xlsx"}
    assert written["2025-05"] == {"tags.csv", "review.xlsx", "drift.json", "drift.png", "drift.svg"}
    rows = list(csv.DictReader(io.StringIO((folder / "out" / "2025-05" / "tags.csv").read_text("utf-8-sig"))))
    assert len(rows) == 22
    assert {"report_id", "primary", "needs_review"} <= set(rows[0])
    assert any("nothing is labelled yet" in text for text in said)
    assert json.loads((folder / "out" / "2025-05" / "drift.json").read_text("utf-8"))["month"] == "2025-05"


def test_every_training_is_a_line_of_the_history_and_the_model_in_use_knows_all_labels(
    spring: tuple[Path, list[str]], sample: Sample
) -> None:
    history = read_history(spring[0] / "models")
    assert [line.month for line in history if line.labels == 66] == ["2025-05"]
    assert all(line.compared_with for line in history)
    used = in_use(spring[0] / "models")
    assert used == history[-1].in_use
    known = read_learned(spring[0] / "models" / used)
    assert known.labels == {name: own for name, own in sample[1].items() if name[:7] in MONTHS}
    card = (spring[0] / "models" / used / "card.md").read_text("utf-8")
    assert "Compared with the model in use before" in card


def test_themes_keep_their_identity_and_are_never_renumbered(spring: tuple[Path, list[str]]) -> None:
    register = ThemeRegister.read(spring[0] / "models" / "themes.json")
    assert register.months_ == list(MONTHS)
    ids = [theme.id for theme in register.themes_]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {theme.codebook for theme in register.themes_ if theme.codebook} == set(CODEBOOK.ids)


def test_doing_it_again_changes_nothing(spring: tuple[Path, list[str]], sample: Sample) -> None:
    folder, _ = spring
    before = kept(folder)
    tags = (folder / "out" / "2025-05" / "tags.csv").read_bytes()
    done = take_in("2025-05", of_month(sample, "2025-05"), places=places(folder), codebook=CODEBOOK, start="none")
    assert done is not None
    assert done.repeated
    assert kept(folder) == before
    assert (folder / "out" / "2025-05" / "tags.csv").read_bytes() == tags


def test_answers_that_are_not_taken_in_yet_are_not_overwritten(
    spring: tuple[Path, list[str]], sample: Sample, tagger: Tagger
) -> None:
    folder, _ = spring
    sheet = folder / "out" / "2025-04" / "review.xlsx"
    write_sheet(sheet, choose(tagger, of_month(sample, "2025-04"), labels={}), CODEBOOK, labels={})
    book = load_workbook(sheet)
    cells = book.worksheets[0]
    row, column = next((c.row, c.column) for line in cells.iter_rows() for c in line if c.value == "正确的主题")
    cells.cell(row + 1, column).value = "纪检监察"
    book.save(sheet)
    edited = sheet.read_bytes()
    said: list[str] = []
    take_in("2025-04", places=places(folder), codebook=CODEBOOK, start="none", say=said.append)
    assert sheet.read_bytes() == edited
    assert any("is left as it is" in text for text in said)


def test_months_that_came_in_otherwise_are_followed_first(
    spring: tuple[Path, list[str]], tmp_path: Path, sample: Sample
) -> None:
    for month in MONTHS:
        Corpus(tmp_path / "corpus").add(of_month(sample, month))
    take_in("2025-05", places=places(tmp_path), codebook=CODEBOOK)
    late, step_by_step = (ThemeRegister.read(folder / "models" / "themes.json") for folder in (tmp_path, spring[0]))
    assert late.lines() == step_by_step.lines()
    assert late.months_ == list(MONTHS)


def test_a_month_of_two_titles_is_taken_in(tmp_path: Path) -> None:
    titles = [
        Report(f"2025-03-00{no}-aaaaaa", title, month="2025-03", no=no, status="missing", compilation="文选")
        for no, title in enumerate(("宅基地“三权分置”改革调查", "数据要素市场化配置研究"), 1)
    ]
    said: list[str] = []
    assert take_in("2025-03", titles, places=places(tmp_path), codebook=CODEBOOK, say=said.append) is None
    assert any("no themes were found up to 2025-03" in text for text in said)
    assert (tmp_path / "out" / "2025-03" / "tags.csv").is_file()


def test_reports_of_another_month_are_refused(tmp_path: Path, sample: Sample) -> None:
    with pytest.raises(CorpusError, match="Expected reports of 2025-04, found some of 2025-03"):
        take_in("2025-04", of_month(sample, "2025-03"), places=places(tmp_path), codebook=CODEBOOK)
    with pytest.raises(CorpusError, match="is empty"):
        take_in("2025-04", places=places(tmp_path), codebook=CODEBOOK)


def test_two_runs_at_once_are_refused(tmp_path: Path, sample: Sample, diaoyan: Callable[..., Outcome]) -> None:
    with Corpus(Path("data/corpus")).locked():
        pass  # may be taken again in one process; another process may not
    code = (
        "from pathlib import Path\nfrom diaoyan.corpus import Corpus\nimport sys\n"
        "with Corpus(Path('data/corpus')).locked():\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        outcome = diaoyan("retrain", "2025-03")
        assert outcome.status == 1
        assert "Another diaoyan is working on the corpus" in outcome.err
        other.communicate(b"")


@pytest.fixture
def start(tmp_path: Path, sample: Sample, model_folder: Path) -> Path:
    """Eight labelled reports of March in the corpus, eight of April in a file, and a small model."""
    folder = tmp_path / "start"
    march, april = (of_month(sample, month)[:8] for month in MONTHS[:2])
    Corpus(folder / "corpus").add(march)
    Corpus(folder / "corpus").label({r.report_id: sample[1][r.report_id] for r in march}, CODEBOOK)
    shutil.copytree(model_folder, folder / "models" / "small")
    (folder / "april.jsonl").write_text(to_jsonl(april), encoding="utf-8")
    return folder


IMPORTS = (
    "from pathlib import Path\nfrom diaoyan.corpus import Corpus\nfrom diaoyan.monthly import Places, take_in\n"
    "from diaoyan.monthly.retraining import retrain\nfrom diaoyan.report import read_jsonl\n"
    "from diaoyan.themes import Codebook\nbook = Codebook.default()\n"
)
LEARN = (
    "corpus = Corpus(Path('corpus'))\n"
    "retrain('2025-04', corpus.reports(), labels=corpus.labels(book), codebook=book, models=Path('models'),\n"
    "        start='small')"
)
WHOLE = (
    "take_in('2025-04', read_jsonl(Path('april.jsonl')), codebook=book, start='small',\n"
    "        places=Places(Path('corpus'), Path('models'), Path('out')))"
)


@pytest.mark.slow
@pytest.mark.parametrize(("job", "step"), [(LEARN, 1), (WHOLE, 12)], ids=["training", "the whole month"])
def test_a_kill_at_any_write_loses_nothing_and_the_next_run_finishes(job: str, step: int, start: Path) -> None:
    def run(folder: Path) -> None:
        with contextlib.chdir(folder):
            exec(IMPORTS + job, {})

    undisturbed = start.with_name("undisturbed")
    shutil.copytree(start, undisturbed)
    run(undisturbed)
    wanted = kept(undisturbed)
    assert any(name.endswith("history.csv") for name in wanted)
    before = {report.report_id for report in Corpus(start / "corpus").reports()}

    def check(after: Path) -> None:
        corpus = Corpus(after / "corpus")
        assert before <= {report.report_id for report in corpus.reports()}
        assert set(corpus.labels(CODEBOOK)) == before
        assert in_use(after / "models") in ("base", "2025-04")
        run(after)
        assert kept(after) == wanted

    assert kill_at_every_write(IMPORTS + job, start, check, preload=IMPORTS, step=step) > 5
