"""What is drawn from an archive: enough of every class, and the reports that were asked for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archives import write_archive
from diaoyan.archive.sample import draw, read_rows
from diaoyan.archive.source import Archive
from diaoyan.archive.workers import runner
from diaoyan.errors import CorpusError
from diaoyan.report import Report


def test_classes_are_drawn_as_they_come_and_rare_ones_all_the_same() -> None:
    groups = ["多"] * 8000 + ["半"] * 1900 + ["少"] * 100
    counts = Counter(groups[place] for place in draw(groups, 1000, least=50, random_state=0))
    assert 770 <= counts["多"] <= 830
    assert 160 <= counts["半"] <= 220
    assert counts["少"] == 50


def test_chance_is_that_of_the_seed_alone() -> None:
    one, again, other = (draw(["甲"] * 100, 10, least=0, random_state=seed) for seed in (0, 0, 1))
    assert one == again != other


def test_rows_are_read_where_they_stand(tmp_path: Path) -> None:
    reports = [Report(f"r{number}", f"第{number}篇") for number in range(33)]
    write_archive(tmp_path / "a" / "1.parquet", reports[:20], row_group=6)
    write_archive(tmp_path / "a" / "2.parquet", reports[20:])
    source = Archive.open(tmp_path / "a")
    assert list(source.ids()) == [report.report_id for report in reports]
    with runner() as run:
        found = read_rows(source, [0, 6, 7, 20, 32], run=run, batch=7)
    assert [report.title for report in found] == ["第0篇", "第6篇", "第7篇", "第20篇", "第32篇"]


def test_ids_are_those_of_the_contract(tmp_path: Path) -> None:
    rows = [{"id": "a", "report_id": "x", "title": "甲"}, {"id": "b", "report_id": None, "title": "乙"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert list(Archive.open(tmp_path).ids()) == ["x", "b"]


def test_a_file_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.parquet", [Report(f"r{number:09d}", "甲") for number in range(500)])
    source = Archive.open(path)
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(CorpusError, match=r"a\.parquet: expected a Parquet file of reports, but it cannot be read"):
        list(source.ids())
