"""Two real worker processes: the bytes of one process, and a worker that is lost costs nothing but time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archives import content, mixed, write_archive, write_labels
from diaoyan.archive import discover_archive, tag_archive, train_archive
from diaoyan.archive.workers import in_order, runner
from diaoyan.errors import CorpusError
from diaoyan.themes import Codebook, Theme
from small_corpus import small_corpus
from systems import KILL

pytestmark = pytest.mark.slow
BATCH = 7


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", silence_logs=50,
        dashboard_address="127.0.0.1:0", local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as running:  # fmt: skip
        yield running


def test_a_worker_that_is_killed_leaves_no_trace(sample: Any, model_folder: Path, tmp_path: Path, cluster: Any) -> None:
    archive = write_archive(tmp_path / "archive.parquet", mixed(sample[0]), row_group=16)
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        if not killed:
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], KILL)

    settings = {"model": model_folder, "batch": BATCH}
    tag_archive(archive, tmp_path / "two", scheduler=cluster.scheduler_address, progress=kill_one, **settings)
    tag_archive(archive, tmp_path / "one", **settings)
    assert killed
    assert content(tmp_path / "two") == content(tmp_path / "one")


def test_a_worker_of_our_own_that_is_killed_is_replaced(sample: Any, model_folder: Path, tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil", reason="Dask, which brings psutil, is not installed")
    archive = write_archive(tmp_path / "archive.parquet", mixed(sample[0]), row_group=16)
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        if not killed:
            ours = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
            listening = [p for p in ours if any(c.status == psutil.CONN_LISTEN for c in p.net_connections("tcp"))]
            assert len(listening) == 2
            killed.append(listening[0].pid)
            listening[0].kill()

    settings = {"model": model_folder, "batch": BATCH}
    tag_archive(archive, tmp_path / "two", workers=2, progress=kill_one, **settings)
    tag_archive(archive, tmp_path / "one", **settings)
    assert killed
    assert content(tmp_path / "two") == content(tmp_path / "one")


def test_what_a_worker_finds_wrong_is_said_here(model_folder: Path, tmp_path: Path, cluster: Any) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["a", "b", "c"], "text": ["农户", "", "贷款"]}), path)
    with pytest.raises(CorpusError, match=r"a\.parquet, row 2: report 'b' has neither title nor text"):
        tag_archive(path, tmp_path / "tags", model=model_folder, batch=1, scheduler=cluster.scheduler_address)


def test_results_come_in_the_order_of_the_tasks(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diaoyan.archive.workers._AHEAD", 6)
    with runner(scheduler=cluster.scheduler_address) as run:
        assert list(in_order(run, slow_if_first, list(range(20)))) == list(range(20))


def slow_if_first(number: int) -> int:
    import time

    time.sleep(0.3 if number == 0 else 0.0)
    return number


def test_two_workers_train_the_same_model(
    sample: Any, tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diaoyan.archive.training.LEAST", 8)
    reports, labels = sample
    archive = write_archive(
        tmp_path / "archive.parquet", [replace(r, text=r.text[:600]) for r in reports], row_group=50
    )
    settings = {"labels": write_labels(tmp_path / "labels.csv", labels), "batch": 40, "drawn": 60}
    made = train_archive(archive, tmp_path / "two" / "model", scheduler=cluster.scheduler_address, **settings)
    train_archive(archive, tmp_path / "one" / "model", **settings)
    assert made.learned < made.labelled == made.reports == len(reports)
    assert content(tmp_path / "two") == content(tmp_path / "one")


def test_two_workers_find_the_same_themes(tmp_path: Path, cluster: Any) -> None:
    archive = write_archive(tmp_path / "archive.parquet", small_corpus(), row_group=4)
    codebook = Codebook((Theme("field", "田", "field", ("农户", "合作社", "粮库")),))
    settings = {"codebook": codebook, "themes": 3, "batch": 5}
    discover_archive(archive, tmp_path / "two" / "themes", scheduler=cluster.scheduler_address, **settings)
    discover_archive(archive, tmp_path / "one" / "themes", **settings)
    assert content(tmp_path / "two") == content(tmp_path / "one")
