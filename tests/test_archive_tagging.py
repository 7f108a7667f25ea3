"""Tagging an archive: the same bytes whoever does the work, after interruptions and losses too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archives import content, mixed, write_archive
from diaoyan.archive import tag_archive
from diaoyan.archive.plan import PLAN, parts_folder
from diaoyan.cli import main
from diaoyan.corpus import to_table
from diaoyan.errors import DiaoyanError, ModelError
from diaoyan.report import Report
from diaoyan.tagging.table import tags_table

if TYPE_CHECKING:
    from diaoyan.tagging import Tagger

BATCH = 7


@pytest.fixture(scope="module")
def reports(sample: tuple[list[Report], Any]) -> list[Report]:
    return mixed(sample[0])


@pytest.fixture(scope="module")
def archive(reports: list[Report], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports in two files whose row groups do not meet the ends of the parts."""
    folder = tmp_path_factory.mktemp("archive")
    write_archive(folder / "2025" / "a.parquet", reports[:40], row_group=16)
    write_archive(folder / "2025" / "b.parquet", reports[40:], row_group=1000)
    return folder


@pytest.fixture(scope="module")
def by_one(archive: Path, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process makes of the archive."""
    output = tmp_path_factory.mktemp("by_one") / "tags.parquet"
    tag_archive(archive, output, model=model_folder, batch=BATCH)
    return content(output)


def test_tags_are_those_of_one_process_without_an_archive(
    by_one: dict[str, bytes], reports: list[Report], tagger: Tagger, tmp_path: Path
) -> None:
    for name, data in by_one.items():
        (tmp_path / name).write_bytes(data)
    table = pq.read_table(tmp_path)
    header, rows = tags_table(tagger.tag(reports), tagger.codebook)
    assert table.column_names == header
    expected = {name: list(column) for name, column in zip(header, zip(*rows, strict=True), strict=True)}
    expected["needs_review"] = [value == "true" for value in expected["needs_review"]]
    for name in ("month", "no"):
        expected[name] = [value if value != "" else None for value in expected[name]]
    for name in header:
        if not name.startswith("p_"):
            assert table[name].to_pylist() == expected[name], name
        else:  # the last digit may turn where other reports stood beside it
            assert table[name].to_pylist() == pytest.approx(expected[name], abs=1.1e-4)
    kinds = [str(field.type) for field in table.schema]
    assert kinds == ["string", "string", "int64", *["string"] * 3, *["double"] * 4, "bool", "string", "string"]


def test_parts_have_their_size_and_the_order_of_the_archive(by_one: dict[str, bytes], reports: list[Report]) -> None:
    parts = [pq.read_table(pa.BufferReader(data)) for name, data in by_one.items() if name != PLAN]
    assert [len(part) for part in parts] == [7] * 8 + [4]
    assert [name for part in parts for name in part["report_id"].to_pylist()] == [r.report_id for r in reports]
    assert [name for name in by_one if name != PLAN] == [f"part-{number:05d}.parquet" for number in range(9)]


@pytest.mark.slow
def test_two_workers_make_the_same_bytes(
    archive: Path, by_one: dict[str, bytes], model_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    psutil = pytest.importorskip("psutil", reason="Dask, which brings psutil, is not installed")
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    done: list[tuple[int, int]] = []
    listening: set[str] = set()

    def progress(*numbers: int) -> None:
        done.append(numbers)
        ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
        open_ports = [c for p in ours for c in p.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        listening.update(c.laddr.ip for c in open_ports)

    made = tag_archive(archive, tmp_path / "tags", model=model_folder, batch=BATCH, workers=2, progress=progress)
    assert (made.reports, made.partitions, made.skipped) == (60, 9, 0)
    assert content(tmp_path / "tags") == by_one
    assert len(done) == 9
    assert done[-1] == (60, 60)
    assert listening == {"127.0.0.1"}
    written = capfd.readouterr()
    assert (written.out, written.err) == ("", "")
    left = {p.pid for p in psutil.Process().children(recursive=True) if "resource_tracker" not in str(p.cmdline())}
    assert left <= before


def test_an_interrupted_job_goes_on_where_it_stopped(
    archive: Path, by_one: dict[str, bytes], model_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "tags"

    def interrupt(done: int, total: int) -> None:
        if done == 3 * BATCH:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tag_archive(archive, output, model=model_folder, batch=BATCH, progress=interrupt)
    made_in = parts_folder(output)
    first = {path.name: path.stat().st_mtime_ns for path in made_in.glob("part-*")}
    assert len(first) == 3
    assert '"finished": false' in (made_in / PLAN).read_text("utf-8")
    assert os.listdir(tmp_path) == [made_in.name]
    (made_in / "part-00001.parquet").write_bytes(b"PAR1")  # half-written by something else
    (made_in / ".part-00004.parquet.diaoyan-abc12345.parquet").write_bytes(b"left by a writer that was killed")
    said: list[str] = []
    made = tag_archive(archive, output, model=model_folder, batch=BATCH, say=said.append)
    assert made.skipped == 2
    assert said == ["2 of 9 parts were there already"]
    assert content(output) == by_one
    assert (output / "part-00000.parquet").stat().st_mtime_ns == first["part-00000.parquet"]
    assert tag_archive(archive, output, model=model_folder, batch=BATCH).skipped == 9
    assert content(output) == by_one
    assert os.listdir(tmp_path) == ["tags"]


def test_what_was_there_can_be_read_until_all_of_the_new_is(
    archive: Path, by_one: dict[str, bytes], model_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "tags"
    tag_archive(archive, output, model=model_folder, batch=20)
    old = content(output)

    def interrupt(done: int, total: int) -> None:
        assert content(output) == old
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tag_archive(archive, output, model=model_folder, batch=BATCH, force=True, progress=interrupt)
    assert content(output) == old
    assert tag_archive(archive, output, model=model_folder, batch=BATCH, force=True).skipped == 5
    assert content(output) == by_one
    assert os.listdir(tmp_path) == ["tags"]


def test_a_part_that_somebody_removed_is_made_again_and_the_others_are_kept(
    archive: Path, by_one: dict[str, bytes], model_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "tags"
    tag_archive(archive, output, model=model_folder, batch=BATCH)
    (output / "part-00003.parquet").unlink()
    assert tag_archive(archive, output, model=model_folder, batch=BATCH).skipped == 8
    assert content(output) == by_one


def test_of_two_jobs_at_once_the_second_waits_and_finds_all_done(
    archive: Path, by_one: dict[str, bytes], model_folder: Path, tmp_path: Path
) -> None:
    arguments = [repr(str(path)) for path in (archive, tmp_path / "tags", model_folder)]
    program = (
        "from pathlib import Path\nfrom diaoyan.archive import tag_archive\n"
        f"done = tag_archive(Path({arguments[0]}), Path({arguments[1]}), model=Path({arguments[2]}), batch={BATCH})\n"
        "print(done.skipped)"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(run.communicate(timeout=60)[0] for run in runs) == ["0\n", "9\n"]
    assert content(tmp_path / "tags") == by_one
    assert os.listdir(tmp_path) == ["tags"]


@pytest.mark.parametrize(
    ("change", "difference"),
    [({"batch": 5}, "batch"), ({"error_rate": 0.1}, "error rate"), ({"archive": "other"}, "archive")],
)
def test_parts_of_another_job_are_not_mixed_in(
    archive: Path, reports: list[Report], model_folder: Path, tmp_path: Path, change: dict[str, Any], difference: str
) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tag_archive(archive, tmp_path / "tags", model=model_folder, batch=BATCH, progress=interrupt)
    settings = {"batch": BATCH, "model": model_folder} | change
    source = write_archive(tmp_path / "other.parquet", reports[:20]) if settings.pop("archive", None) else archive
    with pytest.raises(DiaoyanError, match=f"made with another {difference}; .*--force"):
        tag_archive(source, tmp_path / "tags", **settings)
    made = tag_archive(source, tmp_path / "tags", force=True, **settings)
    assert made.skipped == 0
    assert len(list((tmp_path / "tags").glob("part-*"))) == made.partitions


def test_files_of_others_are_left_alone(archive: Path, model_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "brief.docx").write_bytes(b"mine")
    for force in (False, True):
        with pytest.raises(DiaoyanError, match=r"found 'brief\.docx'; choose another name"):
            tag_archive(archive, tmp_path, model=model_folder, force=force)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "part-00000.parquet").write_bytes(b"of another program")
    (tmp_path / "file").write_bytes(b"")
    for name, found in (("parts", r"part-00000\.parquet"), ("file", "a file")):
        with pytest.raises(DiaoyanError, match=f"found '{found}'; choose another name"):
            tag_archive(archive, tmp_path / name, model=model_folder, force=True)
    with pytest.raises(DiaoyanError, match="lies in the archive"):
        tag_archive(archive, archive / "tags.parquet", model=model_folder)
    assert (tmp_path / "brief.docx").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "at least one worker, got 0"),
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:1"}, "got both"),
        ({"batch": 0}, "at least one report in a part"),
    ],
)
def test_jobs_that_cannot_be_done_are_refused(
    archive: Path, model_folder: Path, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(DiaoyanError, match=message):
        tag_archive(archive, tmp_path / "tags", model=model_folder, **options)


def test_a_scheduler_that_does_not_answer_is_named(
    archive: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("diaoyan.archive.workers.PATIENCE", 1)
    with pytest.raises(DiaoyanError, match=r"Expected a Dask scheduler at tcp://127\.0\.0\.1:1,"):
        tag_archive(archive, tmp_path / "tags", model=model_folder, scheduler="tcp://127.0.0.1:1")


def test_several_workers_without_dask_say_what_to_install(
    archive: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(DiaoyanError, match=r"pip install 'diaoyan\[archive\]'"):
        tag_archive(archive, tmp_path / "tags", model=model_folder, workers=2)


def test_a_model_that_is_not_there_is_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        tag_archive(archive, tmp_path / "tags", model=tmp_path / "nowhere")
    assert not (tmp_path / "tags").exists()


def test_the_command_tags_an_archive_with_the_model_in_use_and_goes_on_where_it_stopped(
    workplace: Path, capsys: pytest.CaptureFixture[str], sample: tuple[list[Report], object]
) -> None:
    pq.write_table(to_table(sample[0][:3]), workplace / "archive.parquet")
    assert main(["tag", "archive.parquet", "-o", "tags.parquet"]) == 0
    assert "3 reports tagged in 1 parts" in capsys.readouterr().err
    assert main(["tag", "archive.parquet", "-o", "tags.parquet"]) == 0
    assert "1 of them found done" in capsys.readouterr().err
    assert pq.read_table(workplace / "tags.parquet").num_rows == 3


@pytest.mark.parametrize(
    "arguments",
    ["tag archive.parquet -o tags.csv --workers 2", "discover archive.parquet --workers 2 -o out",
     "train --archive archive.parquet -o out"],
)  # fmt: skip
def test_what_an_archive_needs_is_said(arguments: str, workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments.split()) == 1
    assert capsys.readouterr().err.startswith("diaoyan: Expected ")
    assert list(workplace.iterdir()) == []
