"""Archives as files: how they are cut into parts, read, told apart and refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.archive import source
from diaoyan.archive.source import Archive, Reader
from diaoyan.corpus import to_table
from diaoyan.errors import CorpusError
from diaoyan.report import Report


def numbered(count: int) -> list[Report]:
    return [Report(f"r{number}", f"第{number}篇", text="全县" * 50) for number in range(count)]


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=4).map(tuple), min_size=1, max_size=4),
    st.integers(1, 7),
)
def test_parts_hold_every_row_once_and_in_order(groups: list[tuple[int, ...]], batch: int) -> None:
    archive = Archive(Path("a"), tuple(f"{i}.parquet" for i in range(len(groups))), tuple(groups), "")
    parts = archive.parts(batch)
    rows = [(p.file, p.row_group, row) for part in parts for p in part.pieces for row in range(p.first, p.last)]
    expected = [
        (name, group, row)
        for name, sizes in zip(archive.files, groups, strict=True)
        for group, size in enumerate(sizes)
        for row in range(size)
    ]
    assert rows == expected
    assert [part.rows for part in parts[:-1]] == [batch] * (len(parts) - 1)
    assert [part.rows for part in parts] == [sum(p.last - p.first for p in part.pieces) for part in parts]
    assert [part.number for part in parts] == list(range(len(parts)))


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 3, 0, 0, 4]], ids=["on", "back", "about"])
def test_parts_are_read_in_any_order(tmp_path: Path, order: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "ROWS", 3)
    reports = numbered(33)
    pq.write_table(to_table(reports), tmp_path / "a.parquet", row_group_size=20)
    archive = Archive.open(tmp_path / "a.parquet")
    parts, reader = archive.parts(7), Reader(archive.folder)
    for number in order:
        batches = list(reader.reports(parts[number]))
        assert max(map(len, batches)) <= 3
        read = [report for batch in batches for report in batch]
        assert [r.report_id for r in read] == [r.report_id for r in reports[7 * number : 7 * number + 7]]
        assert read[0].text == "全县" * 50


def test_a_row_group_is_decoded_once_by_who_reads_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(to_table(numbered(40)), tmp_path / "a.parquet")
    archive = Archive.open(tmp_path / "a.parquet")
    opened = []
    plain = source.open_parquet
    monkeypatch.setattr(source, "open_parquet", lambda path: opened.append(path) or plain(path))
    reader = Reader(archive.folder)
    for part in archive.parts(10):
        assert sum(map(len, reader.reports(part))) == 10
    assert len(opened) == 1


def test_the_row_that_is_no_report_is_named(tmp_path: Path) -> None:
    rows = [{"id": f"r{number}", "title": "甲", "no": -1 if number == 25 else 1} for number in range(30)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=20)
    archive = Archive.open(tmp_path)
    with pytest.raises(CorpusError, match=r"a\.parquet, row 26: expected a whole number in 'no'"):
        list(Reader(archive.folder).reports(archive.parts(100)[0]))


def test_another_archive_has_another_identity(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    seen = set()
    for reports in (numbered(3), numbered(4), [*numbered(2), Report("r9", "第2篇", text="全县" * 50)]):
        pq.write_table(to_table(reports), path)
        seen.add(Archive.open(path).identity)
    assert len(seen) == 3
    assert Archive.open(path).identity == Archive.open(tmp_path).identity in seen


def test_folders_leave_out_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.parquet", "y=1/a.parquet", "_old/a.parquet", ".a.parquet", "_metadata.parquet"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        pq.write_table(to_table(numbered(1)), tmp_path / name)
    assert Archive.open(tmp_path).files == ("b.parquet", "y=1/a.parquet")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.parquet").write_bytes(b"no Parquet at all")
    pq.write_table(pa.table({"a": [1], "b": [2]}), tmp_path / "other.parquet")
    pq.write_table(to_table([]), tmp_path / "none.parquet")
    newer = to_table(numbered(1)).replace_schema_metadata({"diaoyan_schema": "99"})
    pq.write_table(newer, tmp_path / "newer.parquet")
    cases = {
        "empty": "found none", "nowhere.parquet": "found none", "text.parquet": "cannot be read",
        "other.parquet": "expected the columns of reports", "none.parquet": "at least one report",
        "newer.parquet": "written by a newer diaoyan",
    }  # fmt: skip
    for name, message in cases.items():
        with pytest.raises(CorpusError, match=message):
            Archive.open(tmp_path / name)


def test_a_file_damaged_after_it_was_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(to_table(numbered(50)), path, compression="none")
    archive = Archive.open(path)
    data = path.read_bytes()
    path.write_bytes(data[:10] + bytes(2000) + data[2010:])
    with pytest.raises(CorpusError, match=r"a\.parquet: expected rows 0 to 50"):
        list(Reader(archive.folder).reports(archive.parts(50)[0]))
