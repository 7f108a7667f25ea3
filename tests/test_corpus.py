"""The corpus: adding, correcting, reading back; labels; and which reports are nearly the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diaoyan.corpus import SCHEMA, Corpus, Label, near_duplicates, read_labels, read_parquet, to_frame, to_table
from diaoyan.errors import CorpusError
from diaoyan.report import COLUMNS, Report, identify
from diaoyan.themes import Codebook

CODEBOOK = Codebook.default()


def compilation(month: str | None = "2025-03", *, name: str | None = "文选31", titles: str = "甲乙丙") -> list[Report]:
    return identify(
        [
            Report("", f"{title}县调查", text=f"{title}县有村一百二十个。", compilation=name, month=month, no=no,
                   source=f"{month}.txt", start=no * 10, end=no * 10 + 9)
            for no, title in enumerate(titles, 1)
        ]
    )  # fmt: skip


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


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
    assert list(before) == ["2025-03.parquet"]
    assert str(corpus.add(compilation())) == "0 new, 0 changed, 3 unchanged, 0 removed"
    assert str(corpus.add(compilation()[::-1])) == "0 new, 0 changed, 3 unchanged, 0 removed"
    assert state(corpus.folder) == before


def test_a_corrected_file_replaces_and_keeps_the_ids(corpus: Corpus) -> None:
    first = compilation()
    corpus.add(first)
    corrected = [replace(first[0], text="全县有村一百二十一个。"), *first[1:]]
    assert str(corpus.add(corrected)) == "0 new, 1 changed, 2 unchanged, 0 removed"
    assert [report.report_id for report in corpus.reports()] == [report.report_id for report in first]
    assert corpus.reports()[0].text == "全县有村一百二十一个。"


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
    assert state(corpus.folder) == {}


# --- reading -------------------------------------------------------------------------------------------------------


def test_parts_are_plain_parquet_with_the_columns_of_the_contract(corpus: Corpus) -> None:
    corpus.add(compilation())
    frame = pd.read_parquet(corpus.folder / "reports" / "2025-03.parquet")
    assert list(frame.columns) == list(COLUMNS)
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


# --- labels --------------------------------------------------------------------------------------------------------


def labels(text: str, folder: Path) -> dict[str, Label]:
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    return read_labels(folder / "labels.csv", CODEBOOK)


def test_labels_are_primary_and_further_themes_whatever_else_the_table_holds(tmp_path: Path) -> None:
    rows = ["a,甲,rural,finance; digital", "b,乙, other ,", "a,甲,rural,finance;digital"]
    text = "\n".join(["\ufeffreport_id,title,primary,further", *rows])
    assert labels(text, tmp_path) == {"a": Label("rural", ("finance", "digital")), "b": Label("other")}


def test_further_themes_may_be_left_out(tmp_path: Path) -> None:
    assert labels("primary,report_id\nrural,a\n", tmp_path) == {"a": Label("rural")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected the columns report_id and primary, primary is missing"),
        ("report_id,theme\na,rural\n", "expected the columns report_id and primary, primary is missing"),
        ("report_id,primary\na,rural\n,rural\n", "row 3: expected a report_id, found none"),
        ("report_id,primary\na,rural\nb,sports\n", "row 3: unknown theme 'sports'; expected rural, digital"),
        ("report_id,primary\na\n", "row 2: unknown theme ''"),
        ("report_id,primary,further\na,rural,sports\n", "row 2: unknown theme 'sports'"),
        ("report_id,primary,further\na,rural,rural\n", "row 2: 'further' names each theme once"),
        ("report_id,primary,further\na,rural,other\n", "row 2: 'further' names each theme once"),
        ("report_id,primary,further\na,rural,finance;finance\n", "row 2: 'further' names each theme once"),
        ("report_id,primary\na,rural\nb,other\na,finance\n", "row 4: 'a' is labelled 'finance' here and otherwise"),
        ("report_id,primary\na," + "长" * 140_000 + "\n", "expected labels as CSV, but row 2 is none"),
    ],
)
def test_a_label_that_cannot_be_used_is_named_with_its_row(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        labels(text, tmp_path)
    assert str(error.value).startswith("labels.csv")
    assert said in str(error.value)


def test_labels_that_are_no_utf8_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes("report_id,primary,题\n".encode("gb18030"))
    with pytest.raises(CorpusError, match=r"labels\.csv: expected labels as CSV in UTF-8"):
        read_labels(tmp_path / "labels.csv", CODEBOOK)


# --- near-duplicates -----------------------------------------------------------------------------------------------


def test_the_report_that_returns_nearly_unchanged_is_the_only_pair(
    sample: tuple[list[Report], dict[str, Label]],
) -> None:
    reports, _ = sample
    groups = near_duplicates(reports)
    numbers, sizes = np.unique(groups, return_counts=True)
    assert sizes.max() == 2
    assert (sizes == 2).sum() == 1
    pair = [reports[row] for row in np.flatnonzero(groups == numbers[sizes == 2][0])]
    assert [(report.month, report.no) for report in pair] == [("2025-03", 6), ("2025-06", 4)]


def test_title_alone_and_its_full_text_belong_together_but_two_texts_need_more_than_a_title() -> None:
    title = "关于石渡县村级集体经济的调查"
    texts = [
        "全县共有行政村一百二十个，其中集体经济年收入十万元以上的四十五个。" * 2,
        "数据中心今年上线，算力规模居全省第三位，能耗下降两成。" * 3,
    ]
    listed, one, two = Report("a", title), Report("b", title, text=texts[0]), Report("c", title, text=texts[1])
    assert near_duplicates([listed, one]).tolist() == [0, 0]
    assert near_duplicates([one, two]).tolist() == [0, 1]
    assert near_duplicates([Report("a", "前言"), Report("b", "前言")]).tolist() == [0, 1]


def test_reports_that_are_alike_in_a_chain_share_one_group() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(300))
    chain = [Report(str(i), str(i), text=text[25 * i : 25 * i + 200]) for i in range(3)]
    assert near_duplicates(chain).tolist() == [0, 0, 0]
    assert near_duplicates([chain[0], chain[2]]).tolist() == [0, 1]


def test_no_reports_have_no_groups() -> None:
    assert near_duplicates([]).tolist() == []
