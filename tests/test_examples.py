"""Examples: which reports are learned from, how much they count, and how they are dealt into folds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.errors import ModelError
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.examples import Examples
from diaoyan.themes import OTHER

Sample = tuple[list[Report], dict[str, Label]]


def labelled(reports: list[Report], labels: dict[str, Label]) -> Examples:
    return Examples.labelled(reports, labels, Tagger().new_features())


def test_only_labelled_reports_are_examples_with_all_their_themes() -> None:
    reports = [Report("a", "甲"), Report("b", "乙"), Report("c", "丙")]
    found = labelled(reports, {"a": Label("finance", ("rural",)), "c": Label(OTHER)})
    assert found.primary.tolist() == [3, 4]
    assert found.carried.astype(int).tolist() == [[1, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    assert found.trusted.all()
    assert found.weight.tolist() == [1, 1]
    assert len(labelled(reports, {})) == 0


def test_near_duplicates_share_one_weight_and_never_cross_folds(sample: Sample) -> None:
    reports, labels = sample
    twins = [replace(r, report_id=f"{r.report_id}-again", text=r.text + "完。") for r in reports[:20]]
    found = labelled(
        [*reports, *twins], labels | {t.report_id: labels[r.report_id] for r, t in zip(reports, twins, strict=False)}
    )
    for number in range(20):
        assert found.group[number] == found.group[len(reports) + number]
    sizes = np.bincount(found.group, weights=found.weight)
    assert sizes == pytest.approx(1)
    folds = found.folds(5, 0)
    for train, test in folds:
        assert not {*found.group[train]} & {*found.group[test]}
    assert sorted(row for _, test in folds for row in test) == list(range(len(found)))


def test_examples_that_are_not_trusted_are_in_every_training_set_and_never_held_out(sample: Sample) -> None:
    hand = labelled(*sample)
    both = hand.join(replace(hand, trusted=np.zeros(len(hand), dtype=bool)))
    for train, test in both.folds(3, 0):
        assert {*range(len(hand), len(both))} <= {*train}
        assert both.trusted[test].all()


def test_a_theme_with_one_example_is_named_with_how_many_there_are() -> None:
    reports = [Report(str(number), f"报告{number}") for number in range(13)]
    themes = ["rural"] * 3 + ["digital"] * 3 + ["discipline"] * 3 + ["finance"] + [OTHER] * 3
    found = labelled(reports, {str(number): Label(theme) for number, theme in enumerate(themes)})
    with pytest.raises(ModelError, match=r"at least 3 labelled reports whose primary theme is 'finance', found 1"):
        found.require(("rural", "digital", "discipline", "finance", OTHER))


def test_a_theme_the_codebook_lacks_is_named_with_the_report() -> None:
    with pytest.raises(ModelError, match=r"row7 is labelled 'health', a theme the codebook lacks"):
        labelled([Report("row7", "甲")], {"row7": Label("rural", ("health",))})


def named(themes: list[str]) -> Examples:
    reports = [Report(f"r{number}", f"报告{number}") for number in range(len(themes))]
    return labelled(reports, {f"r{number}": Label(theme) for number, theme in enumerate(themes)})


def test_a_class_of_one_is_dealt_with_the_largest_and_no_fold_is_empty() -> None:
    found = named(["rural"] * 8 + ["digital"] * 4 + ["finance"])
    folds = found.folds(4, 0)
    assert len(folds) == 4
    assert sorted(row for _, test in folds for row in test) == list(range(13))
    assert all({0, 1} <= {*found.primary[test]} for _, test in folds)


def test_one_report_cannot_be_held_out() -> None:
    for themes in (["rural"], []):
        with pytest.raises(ModelError, match=f"to hold some out, found {len(themes)}"):
            named(themes).folds(5, 0)


def test_three_folds_do_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    found = named(["rural", OTHER] * 10)
    assert len(found.folds(5, 0)) == 5
    monkeypatch.setattr("diaoyan.tagging.examples.MANY", 20)
    assert len(found.folds(5, 0)) == 3
    assert len(found.folds(2, 0)) == 2


def test_only_the_class_asked_for_is_relied_on_for_want_of_better() -> None:
    weak = replace(named(["rural", OTHER, OTHER]), trusted=np.zeros(3, dtype=bool))
    assert weak.trusting(4).trusted.tolist() == [False, True, True]
    assert weak.trusting().trusted.all()


def test_examples_of_other_themes_leave_open_what_they_could_not_name() -> None:
    found = named(["rural", "finance", OTHER]).onto(
        ("rural", "digital", "discipline", "finance", OTHER), ("rural", "health", OTHER)
    )
    assert found.primary.tolist() == [0, 2]  # nothing is filed under finance any more
    assert found.carried.astype(int).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert found.known.astype(int).tolist() == [[1, 0, 1], [1, 0, 1]]
