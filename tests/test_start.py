"""What is taken over from a start: probabilities and thresholds for more themes than it knew."""

from __future__ import annotations

import numpy as np
import pytest

from diaoyan.errors import ModelError
from diaoyan.tagging import Tagger
from diaoyan.tagging.calibration import Calibration, thresholds_onto
from diaoyan.themes import OTHER


def test_the_first_theme_that_is_lost_is_named(tagger: Tagger) -> None:
    assert tagger.linear.onto(tagger.features_, tagger.classes).classes == tagger.classes
    with pytest.raises(ModelError, match="lacks 'digital', a theme of the model to start from"):
        tagger.linear.onto(tagger.features_, ("rural", OTHER))


def test_known_classes_keep_their_sigmoids_and_a_new_one_is_like_them(tagger: Tagger) -> None:
    classes = ("finance", "health", "rural", "digital", "discipline", OTHER)
    scores = np.random.default_rng(0).normal(size=(6, 5))
    moved = np.insert(scores[:, [3, 0, 1, 2, 4]], 1, -3.0, axis=1)
    before = tagger.calibrations_["text"]
    after = before.onto(tagger.classes, classes)
    assert np.delete(after.further(moved), 1, axis=1) == pytest.approx(before.further(scores)[:, [3, 0, 1, 2, 4]])
    assert after.primary(moved).sum(1) == pytest.approx(1)
    high = np.full((1, 6), -3.0)
    high[0, 1] = 3.0
    assert after.primary(high).argmax() == 1
    assert before.onto(tagger.classes, tagger.classes) is before
    bars = thresholds_onto(np.array([0.2, 0.4, 0.6, 0.8]), tagger.classes, classes)
    assert bars.tolist() == pytest.approx([0.8, 0.5, 0.2, 0.4, 0.6])


def test_one_theme_alone_can_be_taken_over() -> None:
    one = Calibration(np.ones(2), np.zeros(2), np.eye(2), np.zeros(2), np.ones(1), np.ones(1, dtype=bool), np.ones(1))
    found = one.onto(["rural", OTHER], ["rural", "health", OTHER])
    assert found.mix.tolist() == np.eye(3).tolist()
