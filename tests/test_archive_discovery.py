"""Finding themes over an archive: the same with any number of workers, and what the subjects are."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archives import content, write_archive
from diaoyan.archive import discover_archive
from diaoyan.errors import CorpusError, DiaoyanError
from diaoyan.report import Report
from diaoyan.themes import Codebook, Theme
from small_corpus import SUBJECTS, small_corpus

CODEBOOK = Codebook((Theme("field", "田", "field", ("农户", "合作社", "粮库")),))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve reports of three subjects, and one of which the title alone is there."""
    reports = [*small_corpus(), Report("田4", "合作社和农户")]
    return write_archive(tmp_path_factory.mktemp("archive") / "archive.parquet", reports, row_group=4)


@pytest.fixture(scope="module")
def by_one(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("lda") / "themes"
    found = discover_archive(archive, output, codebook=CODEBOOK, themes=3, batch=5)
    assert (found.reports, found.themes) == (13, ("field", "other", "other"))
    assert found.sizes == (5, 4, 4)
    return output


def test_reports_are_placed_by_their_subject(by_one: Path) -> None:
    assert list(content(by_one)) == [*(f"assignments/part-0000{n}.parquet" for n in range(3)), "themes.json"]
    rows = pq.read_table(by_one / "assignments").to_pylist()
    clusters = {subject: {row["cluster"] for row in rows if row["report_id"][0] == subject} for subject in SUBJECTS}
    assert clusters["田"] == {0}
    assert sorted(map(len, clusters.values())) == [1, 1, 1]
    assert clusters["贷"] != clusters["校"]
    assert {row["theme"] for row in rows if row["cluster"] == 0} == {"field"}
    assert all(0.25 <= row["weight"] <= 1 for row in rows)


def test_themes_have_words_that_tell_them(by_one: Path) -> None:
    themes = json.loads((by_one / "themes.json").read_text("utf-8"))["themes"]
    first = [[word for word, _ in theme["words"]] for theme in themes]
    assert themes[0]["name"] == "田"
    assert {"合作社", "粮库收粮", "农机手下田"} < set(first[0])
    about = sorted(("银行" in words or "贷款" in words, "教师" in words or "宿舍" in words) for words in first[1:])
    assert about == [(False, True), (True, False)]


def test_the_whole_archive_is_placed_among_themes_of_a_sample(archive: Path, tmp_path: Path) -> None:
    found = discover_archive(archive, tmp_path / "out", codebook=CODEBOOK, themes=3, batch=5, drawn=10)
    assert (found.reports, found.drawn, sum(found.sizes)) == (13, 10, 13)
    themes = json.loads((tmp_path / "out" / "themes.json").read_text("utf-8"))
    assert (themes["reports"], themes["drawn"]) == (13, 10)
    assert tuple(theme["size"] for theme in themes["themes"]) == found.sizes
    placed = pq.read_table(tmp_path / "out" / "assignments").to_pydict()["cluster"]
    assert tuple(placed.count(cluster) for cluster in range(3)) == found.sizes


@pytest.mark.parametrize(
    ("themes", "reports", "message"),
    [
        (1, small_corpus(), "number of themes between 2 and"),
        (3, [Report("a", "甲")], "Too little text to find themes in"),
    ],
)
def test_too_little_is_refused(tmp_path: Path, themes: int, reports: list[Report], message: str) -> None:
    write_archive(tmp_path / "a.parquet", reports)
    with pytest.raises(CorpusError, match=message):
        discover_archive(tmp_path / "a.parquet", tmp_path / "out", codebook=CODEBOOK, themes=themes)
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_not_replaced(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "brief.docx").write_bytes(b"mine")
    with pytest.raises(DiaoyanError, match="--force"):
        discover_archive(archive, tmp_path, codebook=CODEBOOK)
