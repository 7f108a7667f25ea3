"""Linear scores on top of a start: what a few labels change, what they leave alone, how a new theme begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.linear import Linear, fit_linear
from diaoyan.themes import Codebook, Theme

HEALTH = Theme("health", "医疗卫生", "Health", ("医院", "医生", "门诊"))
#: A kind of report the sample knows nothing of, and one about something else.
CANAL = [
    Report(f"c{n}", f"{place}渡槽维修纪事", text=f"{place}的渡槽年久失修，渡槽漏水。" * 5)
    for n, place in enumerate("甲乙丙丁")
]
ZOO = Report("z", "动物园里的长颈鹿", text="长颈鹿吃树叶。" * 10)


@pytest.fixture(scope="module")
def start(tagger: Tagger) -> Linear:
    return Linear(tagger.features_, tagger.classes, tagger.weights_, tagger.bias_)


def on_top(start: Linear, labels: dict[str, Label], *, codebook: Codebook | None = None) -> Linear:
    tagger = Tagger(codebook)
    examples = Examples.labelled(CANAL, labels, tagger.new_features())
    return fit_linear(
        examples, tagger.new_features(), classes=tagger.classes, C=10.0, random_state=0, start=start
    )  # fmt: skip


def score(linear: Linear, report: Report, name: str) -> float:
    rows = linear.features.rows(linear.features.read([report]))
    return float((rows.times(linear.weights) + linear.bias)[0, linear.classes.index(name)])


def test_without_any_example_the_start_comes_out(start: Linear) -> None:
    same = on_top(start, {})
    assert same.weights == pytest.approx(start.weights)
    assert same.bias.tolist() == start.bias.tolist()


@pytest.mark.parametrize("theme", ["rural", "digital", "discipline", "finance", "other"])
def test_labels_of_one_theme_alone_move_what_resembles_them_and_little_else(start: Linear, theme: str) -> None:
    found = on_top(start, {report.report_id: Label(theme) for report in CANAL[:3]})
    moved = {name: score(found, CANAL[3], name) - score(start, CANAL[3], name) for name in start.classes}
    assert moved[theme] > 0.5
    assert all(change < 0 for name, change in moved.items() if name != theme)
    assert abs(score(found, ZOO, theme) - score(start, ZOO, theme)) < 0.2 * moved[theme]


def test_a_label_against_the_start_wins_on_its_own_report(start: Linear) -> None:
    before = max(start.classes, key=lambda name: score(start, CANAL[0], name))
    said = "finance" if before != "finance" else "digital"
    found = on_top(start, {"c0": Label(said)})
    assert max(found.classes, key=lambda name: score(found, CANAL[0], name)) == said


def test_more_labels_of_the_same_kind_move_it_further(start: Linear) -> None:
    ways = [on_top(start, {report.report_id: Label("finance") for report in CANAL[:count]}) for count in (1, 2, 3)]
    scores = [score(linear, CANAL[3], "finance") for linear in (start, *ways)]
    assert scores == sorted(scores)


def test_what_is_not_known_of_an_example_teaches_nothing(start: Linear) -> None:
    tagger = Tagger()
    examples = Examples.labelled(CANAL, {"c0": Label("finance")}, tagger.new_features())
    open_ = replace(examples, known=np.zeros_like(examples.known))
    same = fit_linear(open_, tagger.new_features(), classes=tagger.classes, C=10.0, random_state=0, start=start)
    assert score(same, CANAL[0], "finance") == pytest.approx(score(on_top(start, {}), CANAL[0], "finance"), abs=0.05)
    assert not same.weights[:, 3][len(start.features.words_) : len(same.features.words_)].any()


def test_a_new_theme_begins_with_what_the_known_ones_make_of_their_seed_words(start: Linear) -> None:
    codebook = Codebook((*Codebook.default().themes[:2], HEALTH, *Codebook.default().themes[2:]))
    found = on_top(start, {}, codebook=codebook)
    assert found.classes == ("rural", "digital", "health", "discipline", "finance", "other")
    own = [float(start.weights[start.features.n_columns - 4 + n, n]) for n in range(4)]
    column = found.features.n_columns - 5 + 2
    assert found.features.name(column) == "seeds:health"
    assert found.weights[column, 2] == pytest.approx(np.mean(own))
    assert found.bias[2] == pytest.approx(start.bias[:4].mean())
    assert found.weights[column, -1] == pytest.approx(start.weights[-4:, -1].mean())
    assert score(found, Report("h", "县医院门诊医生调查"), "health") > score(found, ZOO, "health")
    for name in start.classes:  # and all others stay as they were
        assert score(found, CANAL[0], name) == pytest.approx(score(start, CANAL[0], name))
