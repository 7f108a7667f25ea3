"""Markdown is read as the text it shows."""

from __future__ import annotations

import pytest

from diaoyan.readers.markup import is_markdown, plain_text
from diaoyan.readers.source import source_of


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("## 一、做法", "一、做法"),
        ("## 一、做法 ##", "一、做法"),
        ("**石渡县** 林知秋", "石渡县 林知秋"),
        ("__石渡县__、*重点*、~~旧~~、`码`", "石渡县、重点、旧、码"),
        ("1. [石渡县调查](#1)", "1. 石渡县调查"),
        ("- [x] [石渡县调查](a.md \"题\")", "石渡县调查"),
        ("> 引文", "引文"),
        ("![图](a.png)文", "文"),
        ("见[注][1]。\n[1]: https://example.org", "见注。\n"),
        ("| 户 | 亩 |\n|---|---|\n| 3 | 5 |", "户\t亩\n\n3\t5"),
        ("---\ntitle: 选编\ndate: 2025\n---\n正文", "正文"),
        ("正文[^1]\\*完", "正文*完"),
        ("<a id=\"1\"></a>正文<br>", "正文"),
        ("3*4*5=60，a_b_c", "3*4*5=60，a_b_c"),
    ],
)  # fmt: skip
def test_signs_of_markdown_are_not_text(written: str, shown: str) -> None:
    assert plain_text(written) == shown


def test_plain_text_is_not_taken_for_markdown() -> None:
    text = "# 1号楼\n目录\n1. 甲\n2*3*4\n[注]（见下）\n"
    assert not is_markdown(text)
    assert source_of(text.encode(), name="a.md").text == text
