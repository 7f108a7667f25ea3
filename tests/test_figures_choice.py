"""Tests of the figure that shows how the number of themes was chosen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from diaoyan.errors import FigureError
from diaoyan.figures import check, save
from diaoyan.figures.choice import draw_choice, headline
from diaoyan.figures.page import note_of
from diaoyan.language import Lang

FACTS = pd.DataFrame(
    {
        "k": [2, 3, 4, 5, 6],
        "stability": [0.9, 0.7, 0.82, 0.81, 0.4],
        "error": 0.03,
        "coherence": [0.1, -0.05, 0.3, 0.28, 0.2],
        "smallest": 4,
        "largest": [0.7, 0.45, 0.4, 0.3, 0.3],
        "plateau": [False, False, True, True, False],
        "chosen": [False, False, False, True, False],
    }
)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("of_rest", [False, True])
@pytest.mark.parametrize("numbers", [5, 2])
def test_nothing_overlaps_or_leaves_the_canvas(lang: Lang, of_rest: bool, numbers: int) -> None:
    facts = FACTS.iloc[-numbers:]
    assert check(draw_choice(facts, source="来源：共88篇，74篇有正文", of_rest=of_rest, lang=lang)) == []


def test_points_and_bars_are_those_of_the_facts() -> None:
    lower, upper = draw_choice(FACTS, source="来源").axes
    curves = [[list(map(float, line.get_ydata())) for line in axes.lines] for axes in (upper, lower)]
    assert [0.9, 0.7, 0.82, 0.81, 0.4] in curves[0]
    assert [0.82 - 0.03, 0.82 + 0.03] in curves[0]
    assert [0.1, -0.05, 0.3, 0.28, 0.2] in curves[1]


def test_what_is_out_of_the_question_is_hollow_and_the_choice_red() -> None:
    _, upper = draw_choice(FACTS, source="来源").axes
    points = {float(line.get_xdata()[0]): line for line in upper.lines if line.get_marker() == "o"}
    assert points[2.0].get_markerfacecolor() == "white"
    assert points[5.0].get_markerfacecolor() == points[5.0].get_color() == "#b3262e"


@pytest.mark.parametrize(
    ("plateau", "of_rest", "lang", "title"),
    [
        ([4, 5], False, "zh", "分4、5个主题差不多一样稳定，资料分不出高下；取5个"),
        ([3, 4, 5], False, "zh", "分3至5个主题差不多一样稳定，资料分不出高下；取5个"),
        ([5], False, "zh", "分5个主题最稳定（一个主题占过半的分法不算）"),
        ([5], True, "zh", "主题之外的报告，分5组最稳定（一个主题占过半的分法不算）"),
        ([3, 5], False, "en", "3 and 5 themes are about as stable, the material does not decide; 5 are taken"),
        ([5], False, "en", "5 themes: the most stable number without a theme of over half"),
    ],
)
def test_the_title_says_the_finding(plateau: list[int], of_rest: bool, lang: Lang, title: str) -> None:
    facts = FACTS.assign(plateau=FACTS["k"].isin(plateau))
    assert headline(facts, of_rest=of_rest, lang=lang) == title


@pytest.mark.parametrize(
    ("of_rest", "lang", "title"),
    [
        (False, "zh", "分几个主题都不够稳定，分成5个也不可靠"),
        (True, "zh", "主题之外的报告怎样分组都不够稳定，分成5组也不可靠"),
        (False, "en", "No number of themes is stable: the 5 that are taken are not reliable"),
    ],
)
def test_the_title_does_not_call_stable_what_is_not(of_rest: bool, lang: Lang, title: str) -> None:
    facts = FACTS.assign(stability=FACTS["stability"] / 2 + 0.005)
    assert headline(facts, of_rest=of_rest, lang=lang) == title


def test_one_number_is_said_in_words() -> None:
    figure = draw_choice(FACTS.iloc[3:4], source="来源")
    assert "不作图" in (note_of(figure) or "")


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(FigureError, match="stability"):
        draw_choice(FACTS.drop(columns="stability"), source="来源")


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = (save(draw_choice(FACTS, source="来源"), tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
