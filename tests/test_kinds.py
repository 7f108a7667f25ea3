"""The table of the kinds of files: what it names is there, and folders are read by its endings."""

from __future__ import annotations

from pathlib import Path

import pytest

from diaoyan import read_reports
from diaoyan.readers import kinds
from diaoyan.readers.kinds import BINARY, TEXTS, Kind


def test_every_reader_of_the_table_is_there() -> None:
    for kind in (*BINARY, *TEXTS):
        assert callable(kind.function()), kind.reader


def test_no_ending_is_of_two_kinds() -> None:
    endings = [ending for kind in (*BINARY, *TEXTS) for ending in kind.endings]
    assert sorted(endings) == sorted(kinds.ENDINGS)


def test_a_row_is_all_it_takes_to_have_a_format_read(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = Kind("fields", lambda head: head.startswith("@title"), "text_file.read_text", (".fields",), of_text=True)
    monkeypatch.setattr(kinds, "TEXTS", (fields, *TEXTS))
    kind, text, _ = kinds.decode("@title 石渡县调查".encode(), name="a.fields")
    assert (kind, text) == ("fields", "@title 石渡县调查")


def test_a_folder_is_read_by_the_endings_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.MARKDOWN").write_text("# 石渡县调查\n\n**全县有茶园四万亩。**\n", "utf-8")
    (tmp_path / "b.log").write_text("nothing to read", "utf-8")
    assert [report.source for report in read_reports(tmp_path)] == ["a.MARKDOWN"]
