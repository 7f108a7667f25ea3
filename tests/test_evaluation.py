"""Evaluation: every labelled report once, by a classifier that has not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.errors import DiaoyanError
from diaoyan.report import Report
from diaoyan.tagging import Evaluation, Tag, Tagger, evaluate, evaluate_fitted
from diaoyan.tagging.evaluation import HeldOut, calibration_error, multilabel_f1, summarise
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.protocols import Split, across, by_folds, by_theme, by_time
from diaoyan.themes import OTHER, Codebook

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture(scope="module")
def evaluation(sample: Sample) -> Evaluation:
    reports, labels = sample
    return evaluate(Tagger(folds=2), reports, labels=labels)


def test_every_labelled_report_is_held_out_once(evaluation: Evaluation, sample: Sample) -> None:
    reports, labels = sample
    assert sorted(evaluation.truth) == sorted(labels[report.report_id].primary for report in reports)
    assert len(evaluation.predicted) == len(evaluation.truth)


def test_scores_are_what_truth_and_prediction_say(evaluation: Evaluation) -> None:
    pairs = list(zip(evaluation.truth, evaluation.predicted, strict=True))
    assert evaluation.accuracy == pytest.approx(sum(t == p for t, p in pairs) / len(pairs))
    f1 = {
        name: 2 * sum(t == p == name for t, p in pairs) / (evaluation.truth + evaluation.predicted).count(name)
        for name in evaluation.classes
    }
    assert evaluation.f1 == pytest.approx(f1)
    assert evaluation.macro_f1 == pytest.approx(sum(f1.values()) / len(f1))
    assert evaluation.interval[0] < evaluation.macro_f1 < evaluation.interval[1]


def test_held_out_reports_are_filed_well_but_not_perfectly(evaluation: Evaluation) -> None:
    assert 0.75 <= evaluation.macro_f1 < 1


def test_the_confusion_counts_every_report_in_one_cell(evaluation: Evaluation) -> None:
    cells = evaluation.confusion()
    assert len(cells) == len(evaluation.classes) ** 2
    assert sum(count for *_, count in cells) == len(evaluation.truth)
    assert sum(count for truth, predicted, count in cells if truth == predicted) == round(
        evaluation.accuracy * len(evaluation.truth)
    )


def test_too_few_labels_are_refused(sample: Sample) -> None:
    reports, labels = sample
    with pytest.raises(DiaoyanError, match="label"):
        evaluate(Tagger(folds=2), reports[:4], labels=labels)


# --- measures ------------------------------------------------------------------------------------------------------


def test_a_theme_that_never_occurs_is_no_part_of_the_mean() -> None:
    carried = np.array([[True, False, False], [True, True, False]])
    given = np.array([[True, False, False], [False, True, False]])
    assert multilabel_f1(carried, given) == pytest.approx((2 / 3 + 1) / 2)
    found = summarise(("a", "b", "c"), np.array([0, 1]), predicted=np.array([0, 0]))
    assert found.f1 == pytest.approx({"a": 2 / 3, "b": 0})
    assert found.macro_f1 == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("stated", "carried", "error"),
    [([0.0, 1.0], [False, True], 0.0), ([0.0, 1.0], [True, False], 1.0), ([0.9] * 10, [True] * 5 + [False] * 5, 0.4)],
)
def test_calibration_error_is_the_gap_between_stated_and_true(
    stated: list[float], carried: list[bool], error: float
) -> None:
    assert calibration_error(np.array(stated), np.array(carried), bins=1 if error == 0.4 else 2) == pytest.approx(error)


def held_out(number: int, truth: str, predicted: str, *, review: bool, test: str = "fold 1") -> HeldOut:
    probabilities = {"rural": 0.5, "finance": 0.0, OTHER: 0.5}
    tag = Tag(f"r{number}", None, None, "", predicted, (), probabilities, review, "")
    return HeldOut(test, Label(truth), tag, True, 0.5, 0.0)


def test_what_is_kept_from_review_is_counted_with_how_often_it_is_right() -> None:
    tested = [
        held_out(0, "rural", "rural", review=False),
        held_out(1, "rural", OTHER, review=False),
        held_out(2, OTHER, "rural", review=True),
        held_out(3, OTHER, OTHER, review=False),
    ]
    found = Evaluation.of(tested, ("rural", "finance", OTHER))
    assert (found.kept, found.kept_accuracy) == (0.75, pytest.approx(2 / 3))
    assert found.brier == pytest.approx(0.125)
    everything = [replace(one, tag=replace(one.tag, needs_review=True)) for one in tested]
    assert Evaluation.of(everything, ("rural", "finance", OTHER)).kept_accuracy is None


def test_repeats_of_a_report_are_drawn_together_and_counted_once_in_figures() -> None:
    one = [held_out(n, ("rural", OTHER)[n % 2], ("rural", OTHER)[n % 3 % 2], review=False) for n in range(12)]
    again = [replace(tested, test="fold 2") for tested in one]
    classes = ("rural", "finance", OTHER)
    assert Evaluation.of(one + again, classes).interval == pytest.approx(Evaluation.of(one, classes).interval)
    assert Evaluation.of(one + again, classes).once().tested == one


# --- who learns from what ------------------------------------------------------------------------------------------


def small(sample: Sample) -> tuple[list[Report], dict[str, Label]]:
    """Return the first four reports of each class of every other month."""
    reports, labels = sample
    chosen: list[Report] = []
    for theme in (*Codebook.default().ids, OTHER):
        for months in (("2025-03", "2025-04"), ("2025-05", "2025-06")):
            chosen += [r for r in reports if labels[r.report_id].primary == theme and r.month in months][:4]
    early = [replace(r, month="2025-03" if r.month in {"2025-03", "2025-04"} else "2025-05") for r in chosen]
    return early, {report.report_id: labels[report.report_id] for report in early}


#: Words that stand nowhere in the sample.
MARKS = ("长颈鹿", "钢琴", "企鹅", "火星")


def splits_of(by: str, reports: Sequence[Report], examples: Examples, tagger: Tagger) -> list[Split]:
    months = [report.month for report in reports]
    if by == "folds":
        return by_folds(examples, count=tagger.folds)
    if by == "time":
        return by_time(examples, months, classes=tagger.classes)
    return by_theme(examples, tagger.codebook) if by == "theme" else across([month or "" for month in months])


@pytest.mark.parametrize("by", ["folds", "time", "source", "theme"])
def test_no_word_of_a_test_report_is_in_the_vocabulary_it_is_tested_with(
    by: str, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, labels = small(sample)
    tagger = Tagger(folds=2)
    splits = splits_of(by, reports, Examples.labelled(reports, labels, tagger.new_features()), tagger)
    # Every test gets a word of its own, in all it tests and, by time, in an earlier near-duplicate too.
    marked, copies = list(reports), {}
    for number, split in enumerate(splits):
        for row in split.test:
            marked[row] = replace(marked[row], text=f"{marked[row].text}\n园里有{MARKS[number]}。")
        twin = replace(marked[split.test[0]], report_id=f"twin{number}", month="2025-03")
        if by == "time":  # elsewhere a further report would be tested itself
            copies[twin.report_id] = twin
    given = [*marked, *copies.values()]
    known = labels | {f"twin{n}": labels[given[splits[n].test[0]].report_id] for n in range(len(copies))}
    seen: list[tuple[set[str], set[str]]] = []
    plain = Tagger.tag

    def watched(self: Tagger, asked: Sequence[Report], **options: float) -> list[Tag]:
        tested = {word for report in asked for word in MARKS if word in report.text}
        seen.append((tested, set(self.features_.words_)))
        return plain(self, asked, **options)

    monkeypatch.setattr(Tagger, "tag", watched)
    sources = {report.report_id: report.month or "" for report in given}
    evaluate(tagger, given, labels=known, by=by, sources=sources)  # type: ignore[arg-type]
    assert len(seen) == len(splits)
    for tested, vocabulary in seen:
        assert tested
        assert not tested & vocabulary
    if by != "time":  # where one part is always tested, its word is never learned
        assert any({*MARKS} & vocabulary for _, vocabulary in seen)


def test_time_only_runs_forward_and_the_first_months_are_only_learned_from(sample: Sample) -> None:
    reports, labels = sample
    examples = Examples.labelled(reports, labels, Tagger().new_features())
    splits = by_time(examples, [report.month for report in reports], classes=Tagger().classes)
    assert splits[-1].name == "2025-06"
    for split in splits:
        assert max(reports[row].month or "" for row in split.train) < min(
            reports[row].month or "" for row in split.test
        )
    with pytest.raises(DiaoyanError, match="before the last month"):
        by_time(examples, ["2025-03"] * len(reports), classes=Tagger().classes)


def test_reports_of_a_theme_nobody_taught_come_out_as_other_or_in_review(sample: Sample) -> None:
    reports, labels = sample
    found = evaluate(Tagger(folds=2), reports, labels=labels, by="theme")
    for one in found.tested:
        assert one.test not in {*one.tag.probabilities, one.tag.primary, one.label.primary, *one.label.further}
        assert labels[one.tag.report_id].primary == one.test
    caught = [one.tag.primary == OTHER or one.right or one.tag.needs_review for one in found.tested]
    assert sum(caught) / len(caught) >= 0.8


def test_a_fitted_model_is_measured_by_the_tags_it_gives(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    found = evaluate_fitted(tagger, reports[:30], labels=labels, error_rate=0.2)
    assert [one.tag for one in found.tested] == tagger.tag(reports[:30], error_rate=0.2)
    with pytest.raises(DiaoyanError, match="Expected labels of the 30 reports given, found none"):
        evaluate_fitted(tagger, reports[:30], labels={"else": Label("rural")})
    with pytest.raises(DiaoyanError, match=f"{reports[0].report_id} is labelled 'health', a theme the model does not"):
        evaluate_fitted(tagger, reports[:30], labels={reports[0].report_id: Label("health")})


def test_one_source_cannot_be_tested_by_others(sample: Sample) -> None:
    reports, labels = sample
    with pytest.raises(DiaoyanError, match="two sources or more, found 1"):
        evaluate(Tagger(folds=2), reports, labels=labels, by="source", sources={})


# --- on top of a base ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spring(sample: Sample) -> Tagger:
    """A classifier that knows March and April only."""
    reports, labels = sample
    return Tagger(folds=2).fit([r for r in reports if r.month in {"2025-03", "2025-04"}], labels)


def later(sample: Sample, count: int) -> Sample:
    reports = [report for report in sample[0] if report.month in {"2025-05", "2025-06"}][:count]
    return reports, {report.report_id: sample[1][report.report_id] for report in reports}


@pytest.mark.parametrize("by", ["folds", "time"])
def test_on_top_of_a_base_a_few_labels_of_some_themes_are_enough_to_be_tested(
    by: str, spring: Tagger, sample: Sample
) -> None:
    reports, labels = later(sample, 40)
    labels = {key: label for key, label in labels.items() if label.primary in {"rural", "finance"}}
    found = evaluate(Tagger(folds=2), reports, labels=labels, base=spring, by=by)  # type: ignore[arg-type]
    assert sorted(one.tag.report_id for one in found.tested) == sorted(labels)
    assert found.accuracy >= 0.8


def test_what_is_kept_is_learned_in_every_test_and_never_tested(
    spring: Tagger, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, labels = later(sample, 12)
    kept = [report for report in sample[0] if report.month == "2025-03"][:5]
    sizes = []
    plain = Tagger.fit_examples

    def watched(self: Tagger, examples: Examples, *, base: Tagger | None = None) -> Tagger:
        sizes.append((len(examples), int(examples.trusted.sum()), base))
        return plain(self, examples, base=base)

    monkeypatch.setattr(Tagger, "fit_examples", watched)
    found = evaluate(Tagger(folds=2), reports, labels=labels, base=spring, rehearsal=(kept, sample[1]))
    assert {one.tag.report_id for one in found.tested} == {*labels}
    assert [(size - trusted, base) for size, trusted, base in sizes] == [(5, spring), (5, spring)]
    assert sum(trusted for _, trusted, _ in sizes) == 12


def test_one_label_or_a_theme_left_out_cannot_be_tested_on_top_of_a_base(spring: Tagger, sample: Sample) -> None:
    reports, labels = later(sample, 5)
    with pytest.raises(DiaoyanError, match="to hold some out, found 1"):
        evaluate(Tagger(), reports[:1], labels=labels, base=spring)
    with pytest.raises(DiaoyanError, match="cannot be left out on top of a model that knows it"):
        evaluate(Tagger(), reports, labels=labels, base=spring, by="theme")
