"""Tests of cutting reports into sections."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.preprocess import cut_sections

FILL = "田多人少，水渠失修。"  # ten characters


@pytest.mark.parametrize(
    "head",
    [
        "一、现状", "（一）现状", "(二)现状", "1.现状", "2、现状", "3.1 现状", "3.1.5 现状", "（3）现状",
        "一是现状", "第一章 总则", "第三节 现状", "第二部分 现状", "第十七条 各级", "——现状",
    ],
)  # fmt: skip
def test_a_section_begins_at_a_heading_of_the_genre(head: str) -> None:
    text = FILL * 4 + "\n" + head + "\n" + FILL * 4
    assert cut_sections(text, shortest=40, longest=80) == [FILL * 4, f"{head}\n{FILL * 4}"]


@pytest.mark.parametrize("line", ["3.5%的农户没有水渠", "一般来说水渠失修", "2021.5亿元"])
def test_numbers_and_words_are_no_headings(line: str) -> None:
    text = FILL * 4 + "\n" + line
    assert cut_sections(text, shortest=40, longest=80) == [text]


def test_short_parts_stay_together() -> None:
    text = "一、甲\n田多。\n二、乙\n人少。"
    assert cut_sections(text) == [text]


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    assert cut_sections(FILL * 12, shortest=30, longest=50) == [FILL * 5, FILL * 5, FILL * 2]


def test_a_short_end_joins_the_section_before() -> None:
    assert cut_sections(FILL * 6, shortest=30, longest=50) == [f"{FILL * 5}\n{FILL}"]


@pytest.mark.parametrize("text", ["", "\n \n", "　"])
def test_no_text_gives_no_sections(text: str) -> None:
    assert cut_sections(text) == []


@pytest.mark.parametrize(("shortest", "longest"), [(0, 10), (20, 10)])
def test_impossible_bounds_are_refused(shortest: int, longest: int) -> None:
    with pytest.raises(ValueError, match="shortest"):
        cut_sections("田多人少。", shortest=shortest, longest=longest)


@given(st.text(alphabet="田人水渠，。；\n 一二、（）1.是第条章", max_size=300))
def test_nothing_is_lost_and_nothing_is_invented(text: str) -> None:
    sections = cut_sections(text, shortest=20, longest=50)
    assert re.sub(r"\s", "", "".join(sections)) == re.sub(r"\s", "", text)
    assert all(section.strip() for section in sections)


@pytest.mark.real
def test_sections_of_real_reports_keep_the_bounds(real_data: Path) -> None:
    with gzip.open(real_data / "corpora" / "work_reports.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines][::10]
    lengths = [len(section) for text in texts for section in cut_sections(text)]
    assert sum(300 <= length <= 800 for length in lengths) >= 0.9 * len(lengths)
    assert max(lengths) <= 1200
