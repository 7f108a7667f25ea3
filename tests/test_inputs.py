"""INPUT: the four things reports are read from, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import SAMPLE
from diaoyan.archive.source import Archive, Reader
from diaoyan.corpus import Corpus, Label, to_table
from diaoyan.errors import DiaoyanError
from diaoyan.inputs import read_reports
from diaoyan.report import Report, to_jsonl


@pytest.fixture
def april(sample: tuple[list[Report], dict[str, Label]]) -> list[Report]:
    return [report for report in sample[0] if report.month == "2025-04"]


def test_the_same_reports_come_from_json_lines_parquet_and_the_corpus(april: list[Report], tmp_path: Path) -> None:
    lines = to_jsonl(april).encode()
    (tmp_path / "in.jsonl").write_bytes(lines)
    (tmp_path / "IN.JSONL.GZ").write_bytes(gzip.compress(lines, mtime=0))
    pq.write_table(to_table(april), tmp_path / "in.parquet")
    Corpus(tmp_path / "corpus").add(april)
    assert read_reports(tmp_path / "in.jsonl") == april
    assert read_reports(str(tmp_path / "IN.JSONL.GZ")) == april
    assert read_reports(tmp_path / "in.parquet") == april
    assert read_reports("2025-04", corpus=tmp_path / "corpus") == april


def test_a_compilation_is_split(april: list[Report]) -> None:
    found = read_reports(SAMPLE / "2025-04.docx")
    assert [report.report_id for report in found] == [report.report_id for report in april]


def test_a_file_that_is_named_like_a_month_is_the_file(workplace: Path) -> None:
    (workplace / "2025-04").write_bytes((SAMPLE / "2025-03.txt").read_bytes())
    assert {report.month for report in read_reports("2025-04")} == {"2025-03"}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "gone.txt",
            None,
            r"gone\.txt: no such file; expected a compilation, a table or folder of reports, or a month",
        ),
        ("x" * 300, None, "no such file"),
        ("2025-03", None, r"is empty; put compilations in with: diaoyan add FILE"),
        ("empty.txt", b"", r"empty\.txt"),
        ("empty.jsonl", b"\n", r"empty\.jsonl: expected at least one report, found none"),
        ("empty.jsonl.gz", b"", r"empty\.jsonl\.gz"),
        ("bad.parquet", b"PAR1", r"bad\.parquet: expected a Parquet file of reports"),
        ("binary.txt", bytes(range(256)) * 4, r"binary\.txt"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    name: str, data: bytes | None, said: str, workplace: Path
) -> None:
    if data is not None:
        (workplace / name).write_bytes(data)
    with pytest.raises(DiaoyanError, match=said):
        read_reports(name)


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    pq.write_table(to_table([]), tmp_path / "in.parquet")
    with pytest.raises(DiaoyanError, match=r"in\.parquet: expected at least one report, found none"):
        read_reports(tmp_path / "in.parquet")


def test_text_of_a_parquet_that_is_no_text_is_named_by_row_and_column(april: list[Report], tmp_path: Path) -> None:
    table = to_table(april)
    texts = pa.array([report.text.encode() for report in april[:2]] + [b"\xc8\xd5" * 9] * (len(april) - 2))
    damaged = pa.Array.from_buffers(pa.string(), len(april), texts.buffers())
    pq.write_table(table.set_column(table.column_names.index("text"), "text", damaged), tmp_path / "in.parquet")
    sentence = r"in\.parquet, row 3: expected text in UTF-8 in the column 'text', found other bytes"
    with pytest.raises(DiaoyanError, match=sentence):
        read_reports(tmp_path / "in.parquet")
    archive = Archive.open(tmp_path / "in.parquet")
    with pytest.raises(DiaoyanError, match=sentence):
        list(Reader(archive.folder).reports(archive.parts(50)[0]))


@pytest.mark.parametrize("name", ["folder", "folder.jsonl", "folder.parquet"])
def test_a_folder_is_refused(name: str, workplace: Path) -> None:
    (workplace / name).mkdir()
    with pytest.raises(DiaoyanError, match=name):
        read_reports(name)
