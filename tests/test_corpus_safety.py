"""The corpus when things go wrong: two runs at once, runs killed at every write, a full disk, leftovers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from diaoyan.corpus import Corpus, Label
from diaoyan.errors import CorpusError
from diaoyan.report import Report, to_jsonl
from diaoyan.themes import Codebook
from killing import kill_at_every_write
from months import compilation, state, text, volume, write_schema_1

CODEBOOK = Codebook.default()
ADD = (
    "from pathlib import Path\nfrom diaoyan.corpus import Corpus\nfrom diaoyan.report import read_jsonl\n"
    "Corpus(Path('corpus')).add(read_jsonl(Path('in.jsonl')))"
)
LABEL = (
    "from pathlib import Path\nfrom diaoyan.corpus import Corpus, Label\nfrom diaoyan.themes import Codebook\n"
    "corpus = Corpus(Path('corpus'))\n"
    "corpus.label({r.report_id: Label('finance', who='王') for r in corpus.reports()}, Codebook.default())"
)
MARCH = volume(
    "2025-03", "文选31", [("石渡县村级集体经济调查", text(1)), ("澜州市平台调查", text(2)), ("信贷", text(3))]
)
APRIL = volume("2025-04", "文选32", [("石渡县再调查", text(1) + "完"), ("养老服务调查", text(4)), ("巡察", text(5))])
#: The first report of March, which April's first returns, goes; the second has another title; all has another month.
CORRECTED = volume("2025-05", "文选31", [("就业调查", text(6)), ("澜州市工业平台调查", text(2)), ("信贷", text(3))])


def labelled(corpus: Corpus) -> None:
    ids = [report.report_id for report in (*MARCH, *APRIL)]
    themes = ["rural", "digital", "finance", "rural", "other", "discipline"]
    corpus.label({key: Label(theme, why="读过") for key, theme in zip(ids, themes, strict=True)}, CODEBOOK)


def nothing(folder: Path) -> None:
    (folder / "in.jsonl").write_text(to_jsonl(MARCH), "utf-8")


def two_months(folder: Path) -> None:
    corpus = Corpus(folder / "corpus")
    corpus.add([*MARCH, *APRIL])
    labelled(corpus)
    (folder / "in.jsonl").write_text(to_jsonl(CORRECTED), "utf-8")


def first_layout(folder: Path) -> None:
    write_schema_1(folder / "corpus", [*MARCH, *APRIL])
    (folder / "corpus" / "labels.csv").write_text(f"report_id,primary\n{MARCH[0].report_id},rural\n")
    (folder / "in.jsonl").write_text(to_jsonl(APRIL[1:]), "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "code"),
    [(nothing, ADD), (two_months, ADD), (first_layout, ADD), (two_months, LABEL)],
    ids=["first-add", "moved-and-corrected", "migrated", "labelled"],
)
def test_a_run_killed_at_any_write_leaves_all_readable_and_the_next_one_finishes(
    before: Callable[[Path], None], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, undisturbed = tmp_path / "start", tmp_path / "undisturbed"
    for folder in (start, undisturbed):
        folder.mkdir()
        before(folder)
    monkeypatch.chdir(undisturbed)
    exec(code)
    ends = [state(start / "corpus"), state(undisturbed / "corpus")]
    assert ends[0] != ends[1]
    expected = {report.title: label for report, label in with_labels(start) if label}

    def check(folder: Path) -> None:
        monkeypatch.chdir(folder)
        for report, label in with_labels(folder):
            if code == ADD and report.title in expected:
                assert label == expected[report.title]
        corpus = Corpus(folder / "corpus")
        with corpus.locked():
            assert state(corpus.folder) in ends
        exec(code)
        assert state(corpus.folder) == ends[1]
        assert not list(corpus.folder.rglob(".*.*"))

    assert kill_at_every_write(code, start, check) >= 5


UNDO = "from pathlib import Path\nfrom diaoyan.corpus import Corpus\nCorpus(Path('corpus')).undo()"


@pytest.mark.slow
def test_taking_back_killed_at_any_write_leaves_a_step_that_can_be_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, undisturbed = tmp_path / "start", tmp_path / "undisturbed"
    for folder in (start, undisturbed):
        folder.mkdir()
        two_months(folder)
        Corpus(folder / "corpus").add(CORRECTED)
    monkeypatch.chdir(undisturbed)
    exec(UNDO)
    ends = [state(start / "corpus"), state(undisturbed / "corpus")]

    def check(folder: Path) -> None:
        corpus = Corpus(folder / "corpus")
        with corpus.locked():
            there = state(corpus.folder)
        assert there in ends
        assert corpus.undo().startswith("undo: " if there == ends[1] else "add")
        assert state(corpus.folder) == ends[there == ends[0]]

    assert kill_at_every_write(UNDO, start, check) >= 5


def with_labels(folder: Path) -> list[tuple[Report, Label | None]]:
    corpus = Corpus(folder / "corpus")
    if not corpus.months():
        return []
    corpus.links()
    labels = corpus.labels(CODEBOOK)
    return [(report, labels.get(report.report_id)) for report in corpus.reports()]


def test_a_full_disk_is_told_in_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of file sizes are a thing of Unix")
    assert resource
    two_months(tmp_path)
    before = state(tmp_path / "corpus")
    sizes = sorted({len(content) - 1 for content in before.values()} | {0, 100, 20_000})
    program = (
        "import json, resource, signal, sys\nfrom pathlib import Path\nfrom diaoyan.corpus import Corpus\n"
        "from diaoyan.errors import DiaoyanError\nfrom diaoyan.report import read_jsonl\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "reports = read_jsonl(Path('in.jsonl'))\nsaid = []\n"
        "for size in json.loads(sys.argv[1]):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        "    try:\n        said.append(str(Corpus(Path('corpus')).add(reports)))\n"
        "    except DiaoyanError as error:\n        said.append(f'refused: {error}')\n"
        "    held = {str(p): p.read_bytes().hex() for p in sorted(Path('corpus').rglob('*'))\n"
        "            if p.is_file() and p.name != '.lock' and p.parent.name != 'undo'}\n"
        "    print(json.dumps([said[-1], held]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(sizes)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    trials = [json.loads(line) for line in done.stdout.splitlines()]
    assert trials[-1][0].startswith("3 new")
    refused = [held for said, held in trials if said.startswith("refused: ") and "cannot be written: File too" in said]
    assert len(refused) == len(trials) - 1
    for held in refused:
        assert {name.removeprefix("corpus/"): bytes.fromhex(content) for name, content in held.items()} == before


HOLDING = (
    "import sys, time\nfrom pathlib import Path\nfrom diaoyan.corpus import Corpus\n"
    "with Corpus(Path(sys.argv[1])).locked():\n    print('held', flush=True)\n    time.sleep(60)"
)


def test_a_second_run_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    Corpus(folder).add(MARCH)
    code = HOLDING.replace("time.sleep(60)", "time.sleep(3)")
    adding = f"from pathlib import Path\nfrom diaoyan.corpus import Corpus\nprint(Corpus(Path({str(folder)!r})).undo())"
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = subprocess.run([sys.executable, "-c", adding], capture_output=True, text=True, check=True, timeout=30)
    assert done.stderr.splitlines() == [f"waiting up to 60 seconds for another diaoyan that works in {folder}"]


def test_a_second_run_is_told_of_the_first_until_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diaoyan.corpus.lock._PATIENCE", 0.5)
    corpus = Corpus(tmp_path / "corpus")
    corpus.add(MARCH)
    command = [sys.executable, "-c", HOLDING, str(corpus.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        for write in (lambda: corpus.add(APRIL), lambda: corpus.label({}, CODEBOOK)):
            with pytest.raises(CorpusError, match=r"^Another diaoyan is working in .*, then run this"):
                write()
        assert corpus.reports() == MARCH
        holder.kill()
    assert corpus.add(APRIL).new == 3


def test_who_holds_the_lock_may_add_and_label(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    with corpus.locked(), Corpus(tmp_path / "other" / ".." / "corpus").locked():
        corpus.add(MARCH)
        corpus.label({MARCH[0].report_id: Label("rural")}, CODEBOOK)
    with corpus.locked():
        assert len(corpus.reports()) == 3


def test_what_killed_runs_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    corpus.add(MARCH)
    theirs = [
        ".labels.csv.diaoyan-abcdefgh.csv",
        ".pending.diaoyan-abcd_123/0000~labels.csv",
        "reports/.2025-03.parquet.diaoyan-a1b2c3d4.parquet",
    ]
    mine = ["notes.txt", ".labels.csv.swp", ".hidden", "labels.csv.bak", "reports/2025-03.parquet.abcdefgh.parquet"]
    for name in (*theirs, *mine):
        (corpus.folder / name).parent.mkdir(exist_ok=True)
        (corpus.folder / name).write_text("x")
    corpus.add(MARCH)
    assert [name for name in (*theirs, *mine) if (corpus.folder / name).exists()] == mine
    assert not (corpus.folder / ".pending.diaoyan-abcd_123").exists()


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CorpusError, match=r"file/corpus cannot be written: Not a directory"):
        Corpus(tmp_path / "file" / "corpus").add(compilation())


def test_what_strangers_put_into_the_journal_is_not_done(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    corpus.add(MARCH)
    (tmp_path / "precious").write_text("mine")
    (corpus.folder / "pending").mkdir()
    (corpus.folder / "pending" / "0000~..~precious").write_text("")
    corpus.add(APRIL)
    assert (tmp_path / "precious").read_text() == "mine"
