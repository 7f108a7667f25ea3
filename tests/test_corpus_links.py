"""Which reports are nearly the same, and how the corpus links them to the earliest one."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaoyan.corpus import Corpus, Label, near_duplicates
from diaoyan.report import Report
from diaoyan.themes import Codebook
from months import state, text, volume

CODEBOOK = Codebook.default()

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


def test_nine_in_ten_changed_texts_that_share_three_quarters_are_found() -> None:
    found = 0
    for seed in range(40):
        whole = random.Random(seed).choices([chr(0x4E00 + i) for i in range(3000)], k=800)
        one, two = "".join(whole), "".join(whole[: 800 * 6 // 7]) + "".join(chr(0x6E00 + i) for i in range(800 // 7))
        found += near_duplicates([Report("a", "甲", text=one), Report("b", "乙", text=two)]).tolist() == [0, 0]
    assert found >= 39


# --- links ---------------------------------------------------------------------------------------------------------

#: One report returns in every month; a title without text in April has its text in May.
MONTHS = [
    volume("2025-03", "文选31", [("石渡县村级集体经济调查", text(1)), ("澜州市平台调查", text(2))]),
    volume("2025-04", "文选32", [("再访石渡县", text(1) + "完"), ("养老服务体系建设调查", "")]),
    volume(
        "2025-05", "文选33", [("三访石渡县", "又及" + text(1)), ("养老服务体系建设调查", text(3)), ("信贷", text(4))]
    ),
]
FIRST, LISTED = MONTHS[0][0].report_id, MONTHS[1][1].report_id
LINKS = {MONTHS[1][0].report_id: FIRST, MONTHS[2][0].report_id: FIRST, MONTHS[2][1].report_id: LISTED}


def test_reports_that_return_are_linked_to_the_earliest_in_whatever_order_months_come(tmp_path: Path) -> None:
    ends = []
    for number, order in enumerate(permutations(MONTHS)):
        corpus = Corpus(tmp_path / str(number))
        for month in order:
            corpus.add(month)
        assert corpus.links() == LINKS
        ends.append(state(corpus.folder))
    assert all(end == ends[0] for end in ends)


def test_one_condition_counts_every_report_once(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add([report for month in MONTHS for report in month])
    frame = pd.read_parquet(tmp_path / "reports")
    assert dict(frame.dropna(subset="same_as")[["report_id", "same_as"]].itertuples(index=False)) == LINKS
    duckdb = pytest.importorskip("duckdb", reason="DuckDB reads the corpus too, where it is installed")
    [(count,)] = duckdb.sql(f"select count(*) from '{tmp_path}/reports/*.parquet' where same_as is null").fetchall()
    assert count == 4


def test_links_follow_corrections(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add([report for month in MONTHS for report in month])
    corpus.add(volume("2025-03", "文选31", [("石渡县村级集体经济调查", text(9)), ("澜州市平台调查", text(2))]))
    assert corpus.links() == {MONTHS[2][0].report_id: MONTHS[1][0].report_id, MONTHS[2][1].report_id: LISTED}
    corpus.add(MONTHS[0])
    assert corpus.links() == LINKS


def test_a_chain_parts_when_its_middle_goes(tmp_path: Path) -> None:
    signs = "".join(chr(0x4E00 + i) for i in range(300))
    chain = [volume(f"2025-0{n}", f"文选{n}", [(str(n), signs[25 * n : 25 * n + 200])]) for n in (1, 2, 3)]
    corpus = Corpus(tmp_path)
    for month in chain:
        corpus.add(month)
    first, second, third = (month[0].report_id for month in chain)
    assert corpus.links() == {second: first, third: first}
    corpus.add(volume("2025-02", "文选2", [("2", text(1))]))
    assert corpus.links() == {}


def test_a_report_printed_twice_in_one_month_is_linked_too(tmp_path: Path) -> None:
    twice = volume("2025-03", "文选31", [("石渡县", text(1)), ("石渡县", text(1))])
    corpus = Corpus(tmp_path)
    corpus.add(twice)
    assert corpus.links() == {twice[1].report_id: twice[0].report_id}


def test_a_corpus_without_reports_has_no_links(tmp_path: Path) -> None:
    assert Corpus(tmp_path).links() == {}


# --- any sequence --------------------------------------------------------------------------------------------------

BASES = {
    "文选甲": [("石渡县村级集体经济调查", 1), ("澜州市平台调查", 2), ("养老服务体系建设调查", None), ("信贷", 3)],
    "文选乙": [("石渡县再调查", 1), ("巡察", 4), ("养老服务体系建设调查", 5), ("就业", None), ("数据", 2)],
}
VERSIONS = st.tuples(
    st.sampled_from(sorted(BASES)),
    st.sampled_from(["2025-03", "2025-04", "2025-05"]),
    st.sampled_from(["as it is", "text", "title", "longer", "cut", "more"]),
    st.integers(0, 3),
)


def version(name: str, month: str, change: str, place: int) -> list[Report]:
    """Return a compilation of which one report may be another than printed first."""
    reports = [(title, "" if number is None else text(number)) for title, number in BASES[name]]
    title, body = reports[place]
    if change == "cut":
        reports.pop()
    elif change == "more":
        reports.append(("附录", text(2) + "附"))
    else:
        changed = {"text": (title, text(7)), "title": (title + "（修订）", body), "longer": (title, body + "全文完。")}
        reports[place] = changed.get(change, (title, body))
    return volume(month, name, reports)


@settings(max_examples=25, deadline=None)
@given(st.lists(VERSIONS, min_size=1, max_size=6))
def test_any_sequence_of_adds_ends_as_adding_the_last_of_each_in_order_of_months(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[str, str, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("sequence")
    corpus, straight = Corpus(folder / "corpus"), Corpus(folder / "straight")
    labels = 0
    for step in sequence:
        corpus.add(version(*step))
        if not labels:
            labels = corpus.label({r.report_id: Label("rural", why=r.title) for r in corpus.reports()}, CODEBOOK).new
        assert len(corpus.labels(CODEBOOK)) == labels
    last = {step[0]: step for step in sequence}
    for step in sorted(last.values(), key=lambda step: step[1]):
        straight.add(version(*step))
    ends = [{name: held for name, held in state(c.folder).items() if name != "labels.csv"} for c in (corpus, straight)]
    assert ends[0] == ends[1]
    reports = straight.reports()
    groups = near_duplicates(reports).tolist()
    first = {group: report.report_id for report, group in reversed(list(zip(reports, groups, strict=True)))}
    assert straight.links() == {
        report.report_id: first[group]
        for report, group in zip(reports, groups, strict=True)
        if report.report_id != first[group]
    }
