"""Time grows hardly faster than the input where somebody repeats what a compilation or a codebook has few of."""

from __future__ import annotations

import time

import pytest

from diaoyan.compilation import split_source
from diaoyan.discovery.material import _holds_one
from diaoyan.readers.source import source_of
from diaoyan.themes import Codebook

BODY = "方启明\n(2025年3月1日)\n一、现状\n全县有村一百二十个，今年又增加了两个。\n"


def titles(kind: str, number: int) -> list[str]:
    """Return titles that are all alike, that begin alike, or that are all different."""
    if kind == "equal":
        return ["关于田的调查报告"] * number
    if kind == "prefixes":
        return ["田地" * 3 + "水" * (n % 100) for n in range(number)]
    return [f"关于{chr(0x4E00 + n % 5000)}{chr(0x5E00 + n // 3 % 5000)}田地的调查报告" for n in range(number)]


def compilation(kind: str, number: int) -> str:
    contents = "".join(f"{n}. 方启明:\n{title} {n}\n" for n, title in enumerate(titles(kind, number), 1))
    bodies = "".join(f"{title}\n{BODY}" for title in titles(kind, number)) if kind != "not found" else BODY * 3 * number
    return f"调研报告汇编2025年3月\n目录\n{contents}{bodies}"


def seconds(text: str) -> float:
    start = time.process_time()
    split_source(source_of(text.encode(), name="a.txt"))
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["equal", "prefixes", "different"])
def test_splitting_grows_hardly_faster_than_the_number_of_titles(kind: str) -> None:
    few, many = compilation(kind, 250), compilation(kind, 1000)
    for _ in range(3):  # a machine that was busy for a moment is nobody's fault
        if min(seconds(many) for _ in range(2)) < 9 * min(seconds(few) for _ in range(2)) + 0.2:
            break
    else:
        raise AssertionError(f"{seconds(few):.2f} s for 250, {seconds(many):.2f} s for 1000 titles")


@pytest.mark.slow
def test_entries_that_are_not_found_are_looked_for_in_seconds() -> None:
    # They are compared with all lines up to a number of pairs, which grows with the square, and with no more beyond it.
    assert any(seconds(compilation("not found", 2000)) < 15 for _ in range(2))


def test_equal_titles_are_all_found_however_many_there_are() -> None:
    reports = split_source(source_of(compilation("equal", 150).encode(), name="a.txt")).reports
    assert len(reports) == 150
    assert [report.start for report in reports] == sorted({report.start for report in reports if report.start})


def test_a_hundred_thousand_seed_words_are_looked_up_in_seconds() -> None:
    words = [f"{chr(0x4E00 + n % 20000)}{chr(0x4E00 + n // 7 % 20000)}{chr(0x4E00 + n % 17)}" for n in range(100_000)]
    seeds = set(words)
    start = time.process_time()
    text = "".join(
        f'[[theme]]\nid = "t{n}"\nzh = "主题{n}"\nen = "Theme {n}"\nseeds = ["{one}甲", "{one}乙"]\n'
        for n, one in enumerate(map(chr, range(0x4E00, 0x4E00 + 200)))
    )
    assert len(Codebook.parse(text, where="a.toml").ids) == 200
    assert not any(_holds_one(f"无{word[:1]}此{word[1:2]}词", seeds, {3}) for word in words)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(("term", "held"), [("农村产权交易", True), ("农村", True), ("农", False), ("城市农业", False)])
def test_a_longer_term_holds_a_seed_word_wherever_it_stands(term: str, held: bool) -> None:
    assert _holds_one(term, {"农村", "交易所"}, {2, 3}) is held
