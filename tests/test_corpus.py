"""The corpus: adding, correcting, reading back, its layouts."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diaoyan.corpus import SCHEMA, Corpus, Label, read_parquet, to_frame, to_table
from diaoyan.errors import CorpusError
from diaoyan.report import COLUMNS
from diaoyan.themes import Codebook
from months import compilation, state, text, volume, write_schema_1


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


# --- adding --------------------------------------------------------------------------------------------------------


def test_reports_come_back_by_month_and_in_order(corpus: Corpus) -> None:
    march, april = compilation(), compilation("2025-04", name="文选32")
    assert str(corpus.add([*april, *reversed(march)])) == "6 new, 0 changed, 0 unchanged, 0 removed"
    assert corpus.months() == ["2025-03", "2025-04"]
    assert corpus.reports() == [*march, *april]
    assert corpus.reports("2025-04") == april


def test_adding_twice_changes_nothing_not_even_the_files(corpus: Corpus) -> None:
    corpus.add(compilation())
    before = state(corpus.folder)
    assert list(before) == ["catalogue.parquet", "reports/2025-03.parquet"]
    written = [path.stat().st_mtime_ns for path in sorted(corpus.folder.rglob("*.parquet"))]
    assert str(corpus.add(compilation())) == "0 new, 0 changed, 3 unchanged, 0 removed"
    assert str(corpus.add(compilation()[::-1])) == "0 new, 0 changed, 3 unchanged, 0 removed"
    assert state(corpus.folder) == before
    assert [path.stat().st_mtime_ns for path in sorted(corpus.folder.rglob("*.parquet"))] == written


def test_a_corrected_file_replaces_and_keeps_the_ids(corpus: Corpus) -> None:
    first = compilation()
    corpus.add(first)
    corrected = [replace(first[0], text="全县有村一百二十一个。"), *first[1:]]
    assert str(corpus.add(corrected)) == "0 new, 1 changed, 2 unchanged, 0 removed"
    assert [report.report_id for report in corpus.reports()] == [report.report_id for report in first]
    assert corpus.reports()[0].text == "全县有村一百二十一个。"


def test_the_name_of_the_file_is_no_part_of_a_report_but_kept_up_to_date(corpus: Corpus) -> None:
    corpus.add(compilation())
    renamed = [replace(report, source="copy.txt") for report in compilation()]
    assert str(corpus.add(renamed)) == "0 new, 0 changed, 3 unchanged, 0 removed"
    assert corpus.reports() == renamed
    corrected = [replace(renamed[0], source="b.txt", text="全县有村一百二十一个。"), *renamed[1:]]
    assert str(corpus.add(corrected)) == "0 new, 1 changed, 2 unchanged, 0 removed"


def test_a_report_that_a_corrected_file_no_longer_has_goes(corpus: Corpus) -> None:
    corpus.add(compilation())
    assert str(corpus.add(compilation(titles="甲乙"))) == "0 new, 0 changed, 2 unchanged, 1 removed"
    assert len(corpus.reports()) == 2


def test_two_compilations_of_one_month_stand_side_by_side(corpus: Corpus) -> None:
    corpus.add(compilation())
    assert str(corpus.add(compilation(name="文选99"))) == "3 new, 0 changed, 0 unchanged, 0 removed"
    assert len(corpus.reports("2025-03")) == 6


def test_files_without_a_heading_are_told_apart_by_their_names(corpus: Corpus) -> None:
    one, two = (
        [replace(report, source=name) for report in compilation(name=None, titles=title)]
        for name, title in (("one.txt", "甲"), ("two.txt", "乙"))
    )
    corpus.add(one)
    assert str(corpus.add(two)) == "1 new, 0 changed, 0 unchanged, 0 removed"
    assert {report.source for report in corpus.reports()} == {"one.txt", "two.txt"}


def test_reports_without_a_month_have_a_part_of_their_own(corpus: Corpus) -> None:
    corpus.add(compilation(None))
    assert corpus.months() == []
    assert corpus.reports() == compilation(None)


def test_one_id_twice_is_refused_and_nothing_is_stored(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="found one id twice"):
        corpus.add([*compilation(), *compilation()])
    assert not corpus.folder.exists()


# --- compilations that come again under another month ---------------------------------------------------------------

THREE = [("石渡县村级集体经济调查", text(1)), ("澜州市平台调查", text(2)), ("养老服务调查", "")]


def test_a_compilation_whose_month_was_wrong_moves(corpus: Corpus) -> None:
    corpus.add(volume("2025-03", "文选31", THREE))
    added = corpus.add(volume("2025-04", "文选31", THREE))
    assert str(added) == "3 new, 0 changed, 0 unchanged, 3 removed, taken out of 2025-03: 3"
    assert corpus.months() == ["2025-04"]
    assert corpus.reports() == volume("2025-04", "文选31", THREE)


def test_a_series_with_the_same_heading_every_month_is_kept(corpus: Corpus) -> None:
    march = volume("2025-03", "调研报告汇编", [("一月要闻调研综述", text(1)), ("专题调研", text(2))])
    april = volume("2025-04", "调研报告汇编", [("一月要闻调研综述", text(3)), ("专题调研", text(4))])
    corpus.add(march)
    assert str(corpus.add(april)) == "2 new, 0 changed, 0 unchanged, 0 removed"
    assert corpus.reports() == [*march, *april]


def test_a_report_that_brings_its_own_id_stands_in_one_month(corpus: Corpus) -> None:
    [report] = [replace(r, compilation=None, source=None) for r in compilation(titles="甲")]
    corpus.add([report])
    added = corpus.add([replace(report, month="2025-04")])
    assert str(added) == "0 new, 1 changed, 0 unchanged, 0 removed, taken out of 2025-03: 1"
    assert [(r.report_id, r.month) for r in corpus.reports()] == [(report.report_id, "2025-04")]


# --- reading -------------------------------------------------------------------------------------------------------


def test_parts_are_plain_parquet_with_the_columns_of_the_contract(corpus: Corpus) -> None:
    corpus.add(compilation())
    frame = pd.read_parquet(corpus.folder / "reports" / "2025-03.parquet")
    assert list(frame.columns) == [*COLUMNS, "same_as"]
    assert frame["no"].tolist() == [1, 2, 3]


def test_the_whole_corpus_is_one_table(corpus: Corpus) -> None:
    corpus.add([replace(report, page=None) for report in compilation()])
    frame = corpus.frame()
    assert list(frame.columns) == list(COLUMNS)
    assert frame["no"].tolist() == [1, 2, 3]
    assert frame["page"].isna().all()
    assert str(frame["start"].dtype) == "Int64"


def test_a_table_written_by_pandas_with_gaps_is_read(tmp_path: Path) -> None:
    reports = compilation()
    frame = to_frame(reports).astype({"no": float, "page": float})
    frame.drop(columns=["compilation", "month"]).to_parquet(tmp_path / "in.parquet")
    assert read_parquet(tmp_path / "in.parquet") == [replace(r, compilation=None, month=None) for r in reports]


def test_an_empty_corpus_says_what_to_do(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="is empty; put compilations in with: diaoyan add FILE"):
        corpus.reports()


def test_a_month_that_is_not_there_names_those_that_are(corpus: Corpus) -> None:
    corpus.add(compilation())
    with pytest.raises(CorpusError, match=r"\(2025-03\), got '2025-04'"):
        corpus.reports("2025-04")


def test_a_damaged_part_is_refused_by_name_and_left_alone(corpus: Corpus) -> None:
    corpus.add(compilation())
    part = corpus.folder / "reports" / "2025-03.parquet"
    part.write_bytes(part.read_bytes()[:-20])
    before = state(corpus.folder)
    for use in (corpus.reports, lambda: corpus.add(compilation(titles="丁"))):
        with pytest.raises(CorpusError, match=r"2025-03\.parquet: expected a Parquet file of reports"):
            use()
    assert state(corpus.folder) == before


def test_a_part_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    table = to_table(compilation()).replace_schema_metadata({"diaoyan_schema": str(SCHEMA + 1)})
    pq.write_table(table, tmp_path / "in.parquet")
    with pytest.raises(CorpusError, match="written by a newer diaoyan"):
        read_parquet(tmp_path / "in.parquet")


def test_a_row_that_is_no_report_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"report_id": ["a", "b"], "title": ["甲", None]}), tmp_path / "in.parquet")
    with pytest.raises(CorpusError, match=r"in\.parquet, row 2: report 'b' has neither title nor text"):
        read_parquet(tmp_path / "in.parquet")


def test_what_a_label_is_can_be_asked_without_loading_anything_heavy() -> None:
    program = "import sys; from diaoyan.corpus import Corpus, Label, near_duplicates, read_labels; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numpy", "pandas", "pyarrow", "datasketch", "rapidfuzz", "filelock"} & set(done.stdout.split())


# --- layouts -------------------------------------------------------------------------------------------------------

OLD = [*volume("2025-03", "文选31", THREE), *volume("2025-04", "文选32", [("再访石渡县", text(1) + "完")])]


def test_a_corpus_of_the_first_layout_is_read_as_it_is(corpus: Corpus) -> None:
    write_schema_1(corpus.folder, OLD)
    before = state(corpus.folder)
    assert corpus.reports() == OLD
    assert corpus.links() == {OLD[3].report_id: OLD[0].report_id}
    assert state(corpus.folder) == before


def test_the_next_write_brings_all_of_it_into_the_present_layout(corpus: Corpus, tmp_path: Path) -> None:
    write_schema_1(corpus.folder, OLD)
    assert str(corpus.add(OLD[3:])) == "0 new, 0 changed, 1 unchanged, 0 removed"
    new = Corpus(tmp_path / "new")
    new.add(OLD)
    assert state(corpus.folder) == state(new.folder)
    parts = sorted(corpus.folder.glob("reports/*.parquet"))
    assert [pq.read_schema(part).metadata[b"diaoyan_schema"] for part in parts] == [b"2", b"2"]


def test_labelling_brings_it_there_too(corpus: Corpus) -> None:
    write_schema_1(corpus.folder, OLD)
    corpus.label({OLD[0].report_id: Label("rural")}, Codebook.default())
    assert pq.read_table(corpus.folder / "reports" / "2025-04.parquet")["same_as"].to_pylist() == [OLD[0].report_id]


@pytest.mark.parametrize("write", [lambda c: c.add(OLD[:3]), lambda c: c.label({}, Codebook.default())])
def test_a_corpus_of_a_newer_layout_is_refused_and_left_alone(corpus: Corpus, write: object) -> None:
    corpus.add(OLD)
    part = corpus.folder / "reports" / "2025-04.parquet"
    pq.write_table(pq.read_table(part).replace_schema_metadata({"diaoyan_schema": str(SCHEMA + 1)}), part)
    before = state(corpus.folder)
    with pytest.raises(CorpusError, match="written by a newer diaoyan"):
        write(corpus)  # type: ignore[operator]
    assert state(corpus.folder) == before


@pytest.mark.parametrize(
    "harm", [lambda p: p.unlink(), lambda p: p.write_bytes(b"?"), lambda p: p.write_bytes(p.read_bytes()[:-9])]
)
def test_the_catalogue_is_made_again_where_it_is_missing_or_damaged(corpus: Corpus, harm: object) -> None:
    corpus.add(OLD)
    before = state(corpus.folder)
    harm(corpus.folder / "catalogue.parquet")  # type: ignore[operator]
    assert corpus.add(OLD).unchanged == 4
    assert state(corpus.folder) == before


def test_a_part_changed_by_another_program_is_linked_anew(corpus: Corpus) -> None:
    corpus.add(OLD)
    part = corpus.folder / "reports" / "2025-03.parquet"
    pd.read_parquet(part).iloc[1:].to_parquet(part, index=False)
    corpus.add(())
    assert corpus.links() == {}
    assert len(corpus.reports()) == 3


# --- shown ---------------------------------------------------------------------------------------------------------


def test_a_notebook_shows_months_and_counts(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "<b>corpus")
    corpus.add(OLD)
    corpus.label({OLD[0].report_id: Label("rural")}, Codebook.default())
    page = corpus._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;corpus" in page
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in page.split("<tr>")[1:]]
    assert rows == [
        ["month", "reports", "with text", "labelled"],
        ["2025-03", "3", "2", "1"],
        ["2025-04", "1", "1", "0"],
    ]
