"""A table is written in the form its ending says, and nothing in it is a formula."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from diaoyan.errors import CorpusError
from diaoyan.tables import require_ending, write_table

HEADER, ROWS = ["title", "p", "doubtful"], [["=1+1", 0.5, "true"], ["石渡县\x1b调查", "", "false"]]


def written(path: Path) -> Path:
    write_table(path, HEADER, rows=ROWS, heads={"title": "标题", "doubtful": "待复核"}, title="标签")
    return path


def test_a_sheet_has_heads_that_stay_and_filters_and_no_formula(tmp_path: Path) -> None:
    sheet = load_workbook(written(tmp_path / "a.xlsx"))["标签"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["标题", "p", "待复核"], ["=1+1", 0.5, "是"], ["石渡县·调查", None, "否"],
    ]  # fmt: skip
    assert sheet["A2"].data_type == "s"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")


def test_other_forms_keep_the_names_and_types(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in written(tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert rows[0] == {"title": "=1+1", "p": 0.5, "doubtful": True}
    assert pq.read_table(written(tmp_path / "a.parquet")).to_pylist()[1]["p"] is None
    assert written(tmp_path / "a.csv").read_text("utf-8").startswith("\ufefftitle,p,doubtful\n'=1+1,")


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for ending in (".xlsx", ".csv", ".jsonl", ".parquet"):
        assert written(tmp_path / f"a{ending}").read_bytes() == written(tmp_path / f"b{ending}").read_bytes()


@pytest.mark.parametrize("name", ["tags", "tags.docx", "tags.xls", ".csv"])
def test_other_endings_are_refused(name: str) -> None:
    with pytest.raises(CorpusError, match="ends in"):
        require_ending(Path(name))


@pytest.mark.skipif(os.name == "nt", reason="Windows sets no limit on the size of files")
@pytest.mark.parametrize("limit", [2_000, 8_625, 30_000, 60_000])
def test_a_sheet_for_which_there_is_no_room_is_said_and_not_left(limit: int, tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "import lxml.etree, openpyxl.writer.excel\n"
        "from diaoyan.errors import DiaoyanError\n"
        "from diaoyan.tables import write_table\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)\n"
        "rows = [[f'{number * 7919 % 1000003}', number / 7, 'true'] for number in range(3000)]\n"
        "try:\n"
        "    write_table(Path('a.xlsx'), ['title', 'p', 'doubtful'], rows=rows, heads={}, title='a')\n"
        "except DiaoyanError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(limit)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "a.xlsx" in done.stdout
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
