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
from diaoyan.models import in_use, load_tagger, read_history, read_learned, use
from diaoyan.monthly import Places, take_in
from diaoyan.monthly.retraining import retrain
from diaoyan.report import Report, to_jsonl
from diaoyan.review import choose, write_sheet
from diaoyan.review.choosing import confirmed
from diaoyan.tagging import Tagger
from diaoyan.theme_report import gather
from diaoyan.themes import Codebook, Theme
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


def put_into_use(model_folder: Path, folder: Path) -> None:
    shutil.copytree(model_folder, folder / "models" / "small")
    use("small", folder / "models")


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    return {row["report_id"]: row for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))}


def kept(folder: Path) -> dict[str, bytes]:
    """Return what must never be lost or change by itself: corpus, labels, models, themes and history."""
    found = [*(folder / "corpus").rglob("*"), *(folder / "models").rglob("*")]
    return {str(p.relative_to(folder)): p.read_bytes() for p in found if p.is_file() and p.name != ".lock"}


@pytest.fixture(scope="module")
def spring(sample: Sample, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Three months taken in, labelled and learned from on top of a small model, and what was said."""
    folder = tmp_path_factory.mktemp("spring")
    put_into_use(model_folder, folder)
    said: list[str] = []
    for month in MONTHS:
        take_in(
            month, of_month(sample, month), places=places(folder), codebook=CODEBOOK, start="small", say=said.append
        )
        label(folder, sample, month)
        take_in(month, places=places(folder), codebook=CODEBOOK, start="small", say=said.append)
    return folder, said


def test_each_month_has_tags_a_review_sheet_and_from_the_second_on_its_drift(spring: tuple[Path, list[str]]) -> None:
    folder, said = spring
    written = {month: {path.name for path in (folder / "out" / month).iterdir()} for month in MONTHS}
    assert written["2025-03"] == {"tags.csv", "review.xlsx"}
    assert written["2025-05"] == {"tags.csv", "review.xlsx", "drift.json", "drift.png", "drift.svg"}
    rows = rows_of(folder / "out" / "2025-05" / "tags.csv")
    assert len(rows) == 22
    assert {"report_id", "primary", "needs_review"} <= set(next(iter(rows.values())))
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
    done = take_in("2025-05", of_month(sample, "2025-05"), places=places(folder), codebook=CODEBOOK, start="small")
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
    take_in("2025-04", places=places(folder), codebook=CODEBOOK, start="small", say=said.append)
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


def test_where_nothing_is_left_to_look_at_no_sheet_is_written(
    tmp_path: Path, sample: Sample, model_folder: Path
) -> None:
    put_into_use(model_folder, tmp_path)
    march = of_month(sample, "2025-03")[:8]
    corpus = Corpus(tmp_path / "corpus")
    corpus.add(march)
    corpus.label({report.report_id: confirmed(sample[1][report.report_id]) for report in march}, CODEBOOK)
    said: list[str] = []
    take_in("2025-03", places=places(tmp_path), codebook=CODEBOOK, start="small", say=said.append)
    assert "nothing is left to look at" in said
    assert not any("review.xlsx" in text for text in said)
    assert not (tmp_path / "out" / "2025-03" / "review.xlsx").exists()


def test_two_runs_at_once_are_refused(
    tmp_path: Path, sample: Sample, diaoyan: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diaoyan.corpus.lock._PATIENCE", 0.5)
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
        assert "Another diaoyan is working in" in outcome.err
        other.communicate(b"")


def test_what_a_person_labelled_stands_in_the_tags_and_needs_no_review(
    sample: Sample, model_folder: Path, tmp_path: Path
) -> None:
    put_into_use(model_folder, tmp_path)
    march = of_month(sample, "2025-03")
    tags = tmp_path / "out" / "2025-03" / "tags.csv"
    take_in("2025-03", march, places=places(tmp_path), codebook=CODEBOOK, start="small", error_rate=0.0)
    doubtful = [name for name, row in rows_of(tags).items() if row["needs_review"] == "true"]
    wrong = march[1].report_id  # the model files it otherwise
    labels = {name: sample[1][name] for name in doubtful} | {wrong: Label("discipline", ("finance",))}
    assert doubtful
    Corpus(tmp_path / "corpus").label(labels, CODEBOOK)
    take_in("2025-03", places=places(tmp_path), codebook=CODEBOOK, start="small", error_rate=0.0)
    after = rows_of(tags)
    assert {after[name]["needs_review"] for name in labels} == {"false"}
    assert [after[name]["primary"] for name in labels] == [label.primary for label in labels.values()]
    assert after[wrong]["themes"] == "discipline;finance"
    assert all(after[name]["evidence"].startswith("人工标注") for name in labels)
    assert not any(row["evidence"].startswith("人工标注") for name, row in after.items() if name not in labels)
    reported = gather(march, load_tagger(models=tmp_path / "models"), labels=labels, found=[]).reports
    assert reported["themes"].tolist() == [after[report.report_id]["themes"] for report in march]


FIRE = Theme("fire", "消防物业", "Fire safety", ("消防", "小区", "物业"))


def test_a_theme_added_after_a_training_is_taught_by_the_next_and_can_be_taken_out_again(
    sample: Sample, model_folder: Path, tmp_path: Path
) -> None:
    put_into_use(model_folder, tmp_path)
    labels = {report.report_id: sample[1][report.report_id] for report in of_month(sample, "2025-03")}

    def learn(codebook: Codebook) -> str:
        models = tmp_path / "models"
        done = retrain("2025-03", sample[0], labels=labels, codebook=codebook, models=models, start="small")
        assert done.line.tested
        assert done.in_use == done.line.model
        return done.in_use

    def filed() -> set[str]:
        return {tag.primary for tag in load_tagger(models=tmp_path / "models").tag(sample[0])}

    learn(CODEBOOK)
    assert "fire" not in filed()
    learn(CODEBOOK.adding(FIRE))
    assert "fire" in filed()
    learn(CODEBOOK.adding(Theme("care", "养老", "Care", ("养老", "老人", "照护"))))
    assert "fire" not in filed()


def test_a_model_that_cannot_be_compared_is_not_put_into_use(sample: Sample, tmp_path: Path) -> None:
    few: dict[str, Label] = {}  # the model that ships has learned from all of them
    for name, label in sample[1].items():
        if sum(one.primary == label.primary for one in few.values()) < 4:
            few[name] = label
    done = retrain("2025-06", sample[0], labels=few, codebook=CODEBOOK, models=tmp_path, start="none")
    assert (done.line.tested, done.in_use) == (0, "base")
    assert done.line.decision == (
        "refused: nothing to compare with base on; to use it all the same: diaoyan models --use 2025-06"
    )


def test_the_first_labels_are_tested_against_the_model_that_ships(sample: Sample, tmp_path: Path) -> None:
    few = {report.report_id: sample[1][report.report_id] for report in of_month(sample, "2025-06")[:8]}
    done = retrain("2025-06", sample[0], labels=few, codebook=CODEBOOK, models=tmp_path)
    assert (done.line.compared_with, done.line.tested) == ("base", 8)
    assert "the model both start from has seen them" in done.comparison


def test_retraining_without_new_labels_says_so_and_what_stays_in_use(
    spring: tuple[Path, list[str]], diaoyan: Callable[..., Outcome]
) -> None:
    for name, target in (("corpus", "data/corpus"), ("models", "models")):
        shutil.copytree(spring[0] / name, target)
    used = in_use(Path("models"))
    outcome = diaoyan("retrain", "2025-04", "--start", "small")
    assert outcome.err.splitlines()[-1] == (
        f"nothing was labelled since {used} was trained, so there is nothing to learn; in use: {used}"
    )
    assert "macro-F1" not in outcome.err
    diaoyan("models", "--use", "small")
    assert f"in use: small ({used} was promoted: " in diaoyan("retrain", "2025-04", "--start", "small").err


def test_an_adopted_theme_is_tagged_at_once_and_named_as_unlabelled(
    spring: tuple[Path, list[str]], diaoyan: Callable[..., Outcome]
) -> None:
    for name, target in (("corpus", "data/corpus"), ("models", "models")):
        shutil.copytree(spring[0] / name, target)
    found = [theme.id for theme in ThemeRegister.read(Path("models/themes.json")).themes_ if not theme.codebook]
    assert "未经标注" not in diaoyan("tag", "2025-05", "-o", "before.csv").err
    said = diaoyan("adopt", found[0], "--id", "found", "--zh", "新主题", "--en", "New").err.splitlines()
    assert said[1:] == [
        "seed words that are not this theme's alone can be taken out there by hand: data/corpus/themes.toml",
        "it is tagged by these words and what they mean; to learn its labels: diaoyan retrain 2025-05",
    ]
    sentence = (
        "not labelled yet (未经标注): 新主题 (found); until labels are learned, seed words and what they mean decide\n"
    )
    assert diaoyan("tag", "2025-05", "-o", "tags.csv").err.startswith(sentence)
    assert "p_found" in Path("tags.csv").read_text("utf-8-sig")
    assert diaoyan("retrain", "2025-05", "--start", "small").status == 0
    assert "p_found" in (Path("reports_out/months/2025-05/tags.csv")).read_text("utf-8-sig")


@pytest.mark.parametrize("arguments", ["themes", "adopt T01 --id a --zh 甲 --en A"])
def test_without_themes_it_is_said_what_begins_them(arguments: str, diaoyan: Callable[..., Outcome]) -> None:
    outcome = diaoyan(*arguments.split())
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == (
        f"diaoyan: {Path('models/themes.json')}: there are no themes yet; diaoyan retrain MONTH begins them.\n"
    )


def test_the_theme_report_shows_what_people_labelled(
    sample: Sample, model_folder: Path, diaoyan: Callable[..., Outcome]
) -> None:
    first = of_month(sample, "2025-03")[0].report_id
    Corpus(Path("data/corpus")).add(of_month(sample, "2025-03"))
    Corpus(Path("data/corpus")).label({first: Label("discipline")}, CODEBOOK)
    assert diaoyan("report", "--month", "2025-03", "--model", model_folder, "-o", "out").status == 0
    row = rows_of(Path("out/reports.csv"))[first]
    assert (row["primary"], row["needs_review"], row["evidence"]) == (
        "discipline", "False", "人工标注，与机器判断不同"
    )  # fmt: skip
    assert '<tr class="body">' not in Path("out/index.html").read_text("utf-8")  # texts are only given on request


@pytest.fixture
def start(tmp_path: Path, sample: Sample, model_folder: Path) -> Path:
    """Eight labelled reports of March in the corpus, eight of April in a file, and a small model."""
    folder = tmp_path / "start"
    march, april = (of_month(sample, month)[:8] for month in MONTHS[:2])
    Corpus(folder / "corpus").add(march)
    Corpus(folder / "corpus").label({r.report_id: sample[1][r.report_id] for r in march}, CODEBOOK)
    put_into_use(model_folder, folder)
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
@pytest.mark.parametrize(("job", "step"), [(LEARN, 2), (WHOLE, 15)], ids=["training", "the whole month"])
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
        assert in_use(after / "models") in ("small", "2025-04")
        run(after)
        assert kept(after) == wanted

    assert kill_at_every_write(IMPORTS + job, start, check, step=step) > 5
