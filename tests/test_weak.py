"""Weak labels: what seed words alone say, how they are combined, and that a hand label outweighs them."""

from __future__ import annotations

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging import Tagger, evaluate_fitted
from diaoyan.tagging.weak import ENOUGH, LABELLING_FUNCTIONS, accuracies, combine, densities, votes, weak_examples
from diaoyan.themes import OTHER

Sample = tuple[list[Report], dict[str, Label]]
NAMES = [function.name for function in LABELLING_FUNCTIONS]
FILLER = "情况如下，大家认为可以继续观察。" * 6


@pytest.mark.parametrize(
    ("title", "text", "spoken"),
    [
        ("农户与农村调查", "", {"title": "rural"}),
        ("农村与银行调查", "", {}),  # two themes alike: nobody is sure
        ("一份调查", "农户、农民、农村。" * 5, {"opening": "rural", "whole text": "rural"}),
        ("一份调查", FILLER, {"no seed words": OTHER, "bare title": OTHER}),
    ],
)
def test_each_function_names_a_class_or_abstains(title: str, text: str, spoken: dict[str, str]) -> None:
    tagger = Tagger()
    features = tagger.new_features()
    row = votes(densities(features.read([Report("a", title, text=text)]), features))[0]
    assert {name: tagger.classes[vote] for name, vote in zip(NAMES, row, strict=True) if vote >= 0} == spoken


def test_functions_that_agree_are_surer_than_one_and_contradiction_is_unsure() -> None:
    table = np.array([[0, -1, -1, -1, -1], [0, 0, -1, -1, -1], [0, 1, -1, -1, -1], [-1] * 5])
    found = combine(table, np.full(5, 0.8), 5)
    assert found.sum(1) == pytest.approx(1)
    assert found[1, 0] > found[0, 0] == pytest.approx(0.8)
    assert found[2, 0] == pytest.approx(found[2, 1])
    assert found[3] == pytest.approx(0.2)


def test_measured_accuracies_move_from_their_default_as_evidence_grows() -> None:
    table = np.full((10 * ENOUGH, len(NAMES)), -1)
    table[:, 0] = 0
    wrong = np.ones(len(table), dtype=np.int64)
    few, many = accuracies(table[:3], wrong[:3])[0], accuracies(table, wrong)[0]
    default = LABELLING_FUNCTIONS[0].accuracy
    assert many < 0.1 < 0.8 < few < default
    assert accuracies(table, wrong)[1] == pytest.approx(LABELLING_FUNCTIONS[1].accuracy)


def test_weak_examples_are_never_trusted_and_weigh_less_than_a_hand_label() -> None:
    features = Tagger().new_features()
    reports = [Report("a", "农户与农村调查", text="农户、农民、农村。" * 5), Report("b", "农村与银行")]
    found = weak_examples(features.read(reports), features, weight=0.2)
    assert len(found) == 1  # the one that says two things is left out
    assert found.primary.tolist() == [0]
    assert not found.trusted.any()
    assert 0 < found.weight[0] <= 0.2


def test_without_any_label_it_still_tags(sample: Sample) -> None:
    reports, labels = sample
    tagger = Tagger(folds=2).fit(reports, {})
    assert evaluate_fitted(tagger, reports, labels=labels).macro_f1 >= 0.75


def test_hand_labels_outweigh_the_seed_words(tagger: Tagger) -> None:
    """Three people say that reports on 渡槽 are finance, whatever their 农户 say; six such reports nobody has read."""
    said = [Report(f"s{i}", f"渡槽与农户{place}", text=f"渡槽边的农户，{place}。") for i, place in enumerate("甲乙丙")]
    unread = [
        Report(f"u{i}", f"渡槽与农户{place}", text=f"渡槽旁农户在{place}。") for i, place in enumerate("丁戊己庚辛壬")
    ]
    asked = [Report("q", "渡槽与农户癸", text="渡槽下的农户。")]
    finance = tagger.classes.index("finance")
    weak = Tagger(folds=2).fit(unread, {}, base=tagger)
    both = Tagger(folds=2).fit([*said, *unread], {r.report_id: Label("finance") for r in said}, base=tagger)
    assert weak.tag(asked)[0].primary == "rural"
    assert both.tag(asked)[0].primary == "finance"
    assert both.predict_proba(asked)[0, finance] > weak.predict_proba(asked)[0, finance]
