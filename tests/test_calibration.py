"""Probabilities that mean what they say, and the rule for what a person should see."""

from __future__ import annotations

import numpy as np

from diaoyan.tagging.calibration import START_WORTH, Calibration, best_thresholds, review_margin


def _probabilities(scores: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return calibrated probabilities of one class, whose rest is the other class."""
    both, carried = np.hstack([scores, -scores]), np.hstack([truth, ~truth])
    primary, worth = carried.argmax(1), np.ones(len(truth))
    return Calibration.fit(both, carried, primary=primary, worth=worth).carried(both)[:, :1]


def test_fitted_probabilities_are_as_frequent_as_they_say() -> None:
    generator = np.random.default_rng(0)
    scores = generator.normal(0, 2, (4000, 1))
    truth = generator.random((4000, 1)) < 1 / (1 + np.exp(-(1.5 * scores - 1)))
    probabilities = _probabilities(scores, truth)
    assert ((probabilities > 0) & (probabilities < 1)).all()
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (probabilities >= low) & (probabilities < low + 0.2)
        assert abs(truth[inside].mean() - probabilities[inside].mean()) < 0.05


def test_a_higher_score_never_lowers_the_probability_of_a_further_theme_even_where_scores_mislead() -> None:
    scores = np.linspace(-3, 3, 50)[:, None]
    both, carried = np.hstack([scores, -scores]), np.hstack([scores < 0, scores >= 0])
    calibration = Calibration.fit(both, carried, primary=carried.argmax(1), worth=np.ones(50))
    assert (np.diff(calibration.further(both)[:, 0]) >= 0).all()


def test_no_class_is_carried_with_less_probability_than_it_is_filed_under() -> None:
    generator = np.random.default_rng(0)
    primary = generator.integers(0, 3, 300)
    scores = 2 * np.eye(3)[primary] + generator.normal(0, 1, (300, 3))
    carried = np.eye(3, dtype=bool)[primary] | (generator.random((300, 3)) < 0.2)
    calibration = Calibration.fit(scores, carried, primary=primary, worth=np.ones(300))
    assert (calibration.carried(scores) >= calibration.primary(scores)).all()
    stated = calibration.carried(scores)
    assert np.abs(stated.mean(0) - carried.mean(0)).max() < 0.03


def test_what_a_report_is_filed_under_is_learned_from_all_scores_together() -> None:
    generator = np.random.default_rng(0)
    primary = generator.integers(0, 3, 600)
    scores = np.eye(3)[primary] + generator.normal(0, 0.3, (600, 3))
    scores[:, 2] += 5  # a class that always shouts
    calibration = Calibration.fit(scores, np.eye(3, dtype=bool)[primary], primary=primary, worth=np.ones(600))
    shares = calibration.primary(scores)
    assert np.allclose(shares.sum(1), 1)
    assert (scores.argmax(1) == primary).mean() < 0.5
    assert (shares.argmax(1) == primary).mean() > 0.9
    assert abs(calibration.correct.mean() - (shares.argmax(1) == primary).mean()) < 0.05


def test_a_theme_that_is_open_for_a_report_says_nothing_of_its_probability_or_threshold() -> None:
    generator = np.random.default_rng(0)
    scores = generator.normal(0, 2, (400, 2))
    carried = scores + generator.normal(0, 1, (400, 2)) > 0
    known = np.ones_like(carried)
    known[200:, 0] = False
    primary, worth = (scores[:, 0] < scores[:, 1]).astype(int), np.ones(400)

    def fitted(carried: np.ndarray) -> np.ndarray:
        return Calibration.fit(scores, carried, primary=primary, worth=worth, known=known).carried(scores)

    otherwise = carried.copy()
    otherwise[200:, 0] ^= True
    assert (fitted(carried) == fitted(otherwise)).all()
    assert (fitted(carried)[:, 1] != fitted(carried ^ [False, True])[:, 1]).any()
    thresholds = [best_thresholds(fitted(carried), truth, known=known) for truth in (carried, otherwise)]
    assert (thresholds[0] == thresholds[1]).all()


def test_thresholds_are_drawn_to_a_half_where_examples_are_few() -> None:
    probabilities = np.concatenate([np.full(90, 0.1), np.full(10, 0.3)])[:, None]
    truth = probabilities >= 0.3
    few = best_thresholds(probabilities, truth)[0]
    many = best_thresholds(np.tile(probabilities, (40, 1)), np.tile(truth, (40, 1)))[0]
    assert many < few < 0.5
    assert many <= 0.31


def test_the_margin_for_review_keeps_the_error_rate_on_what_was_held_out() -> None:
    generator = np.random.default_rng(0)
    margin = generator.random(2000)
    correct = generator.random(2000) < 0.6 + 0.4 * margin
    for rate in (0.05, 0.1, 0.15):
        least = review_margin(margin, correct, rate)
        kept = margin >= least
        assert 0 < kept.mean() < 1
        assert (~correct[kept]).mean() <= rate


def test_a_short_lucky_run_promises_nothing() -> None:
    assert review_margin(np.array([0.9, 0.8]), np.array([True, True]), 0.05) > 1


def test_reports_of_one_margin_are_kept_together_or_not_at_all() -> None:
    margin = np.repeat([0.9, 0.5], 100)
    for correct in (np.arange(200) % 100 < 90, np.arange(200) % 100 >= 10, np.arange(200) % 10 != 9):
        assert review_margin(margin, correct, 0.05) > 1
        assert review_margin(margin, correct | (margin > 0.6), 0.05) == 0.9


def test_reports_that_count_more_weigh_more_in_the_rule_for_review() -> None:
    margin = np.linspace(1, 0, 200)
    correct = np.arange(200) % 20 != 19
    assert review_margin(margin, correct, 0.06) < 0.05
    assert review_margin(margin, correct, 0.06, worth=np.where(correct, 1.0, 5.0)) > 0.5


# --- on top of a start ---------------------------------------------------------------------------------------------


def _drawn(count: int, shift: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scores of three classes, the last of them shifted, and the true class."""
    generator = np.random.default_rng(seed)
    primary = generator.integers(0, 3, count)
    scores = 3 * np.eye(3)[primary] + generator.normal(0, 1, (count, 3))
    scores[:, 2] += shift
    return scores, primary


def _fitted(scores: np.ndarray, primary: np.ndarray, start: Calibration | None = None) -> Calibration:
    carried = np.eye(3, dtype=bool)[primary]
    return Calibration.fit(scores, carried, primary=primary, worth=np.ones(len(primary)), start=start)


def test_on_top_of_a_start_few_reports_change_little_and_many_as_much_as_they_say() -> None:
    start = _fitted(*_drawn(600, 0.0, 0))
    scores, primary = _drawn(500, 2.0, 1)
    truth = np.eye(3)[primary]

    def off(calibration: Calibration) -> float:
        return float(np.abs(calibration.primary(scores).mean(0) - truth.mean(0)).max())

    few = _fitted(*_drawn(10, 2.0, 2), start=start)
    many = _fitted(*_drawn(3000, 2.0, 3), start=start)
    assert np.abs(few.primary(scores) - start.primary(scores)).mean() < 0.1
    assert off(many) < 0.03 < 0.1 < off(start)
    assert abs(many.carried(scores).mean(0) - truth.mean(0)).max() < 0.03


def test_what_the_start_is_familiar_with_is_filed_as_before_where_ones_own_reports_score_otherwise() -> None:
    """Ones own reports bear low scores of the last class; those the start knows must not be drawn into it."""
    start = _fitted(*_drawn(600, 0.0, 0))
    familiar, truth = _drawn(300, 0.0, 1)
    scores, primary = _drawn(1000, -2.0, 2)
    carried, worth = np.eye(3, dtype=bool)[primary], np.ones(1000)
    plain = Calibration.fit(scores, carried, primary=primary, worth=worth, start=start)
    reminded = Calibration.fit(scores, carried, primary=primary, worth=worth, start=start, familiar=familiar)
    before, after, free = (
        float((each.primary(familiar).argmax(1) == truth).mean()) for each in (start, reminded, plain)
    )
    assert free < after <= before
    assert (reminded.primary(scores).argmax(1) == primary).mean() > (start.primary(scores).argmax(1) == primary).mean()


def test_the_start_has_a_say_in_the_rule_for_review_of_so_many_reports() -> None:
    start = _fitted(*_drawn(600, 0.0, 0))
    found = _fitted(*_drawn(40, 0.0, 1), start=start)
    assert len(found.margin) == len(found.correct) == len(found.worth) == 640
    assert found.worth[40:].sum() == START_WORTH
    assert (found.worth[:40] == 1).all()


def test_thresholds_are_drawn_to_those_of_a_start_where_examples_are_few() -> None:
    probabilities, truth = np.array([[0.1], [0.3], [0.35]]), np.array([[False], [True], [True]])
    assert best_thresholds(probabilities, truth, start=np.array([0.7])) > best_thresholds(probabilities, truth)
