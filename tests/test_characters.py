"""Radicals and spread characters are written in one form before anything is compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.compilation import Source, split_source
from diaoyan.readers.characters import one_form
from diaoyan.readers.source import source_of

TEXT = "石渡县有茶园4.2万亩，散户经营占七成。今年春天，我们到5个乡镇看了31个茶园。"


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("⼩微企业⽆还本续贷", "小微企业无还本续贷"),  # Kangxi radicals
        ("⻔槛、⻓短、⻢上、⺠政", "门槛、长短、马上、民政"),  # CJK radicals, of which Unicode decomposes none
        ("\uf90a\uf9a8", "金令"),  # compatibility ideographs
        ("ＧＤＰ增长５％", "ＧＤＰ增长５％"),  # full width is a printing of its own and stays
    ],
)
def test_radicals_become_the_characters_they_are_drawn_as(printed: str, meant: str) -> None:
    assert one_form(printed) == meant


def test_a_space_between_all_characters_is_taken_out() -> None:
    spread = " ".join(TEXT)
    assert one_form(spread.replace("4 . 2", "4.2").replace("3 1", "31")) == TEXT


@pytest.mark.parametrize(
    "text", ["党建引领 乡村振兴", "沈知行 罗一鸣 唐晓", "石渡县农业农村局 林知秋", "A B C D E F G H I J"]
)
def test_spaces_that_set_words_apart_stay(text: str) -> None:
    assert one_form(text) == text


def test_two_spaces_in_spread_text_keep_one() -> None:
    assert one_form("石 渡 县 农 业 农 村 局  林 知 秋 同 志") == "石渡县农业农村局 林知秋同志"


def test_the_same_text_from_txt_and_pdf_has_the_same_ids() -> None:
    text = "⽬录\n1. ⼩微企业调查报告 1\n2. ⻔槛⾼低调查报告 4\n" + "".join(
        f"{title}\n林知秋\n2025年3⽉1⽇\n" + TEXT * 5 + "\n" for title in ("⼩微企业调查报告", "⻔槛⾼低调查报告")
    )
    plain = text.translate({ord(a): b for a, b in zip("⽬⼩⻔⾼⽉⽇", "目小门高月日", strict=True)})
    ids = [
        [report.report_id for report in split_source(source_of(form.encode(), name="2025-03.txt")).reports]
        for form in (text, plain)
    ]
    assert ids[0] == ids[1] != []


@given(st.text(alphabet="石渡县有茶园，。 \n1a⼩⻔", max_size=200))
def test_lines_are_kept_and_a_second_time_changes_nothing(text: str) -> None:
    once = one_form(text)
    assert once.count("\n") == text.count("\n")
    assert once.replace(" ", "").replace("⼩", "小") == text.replace(" ", "").replace("⼩", "小").replace("⻔", "门")
    assert split_source(Source("a.txt", once + "石", "txt")).reports
