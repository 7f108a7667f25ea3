"""Tests of what is LDA's own: the prior, the start, the short sections."""

from __future__ import annotations

import numpy as np
import pytest

from diaoyan.discovery import LdaThemes
from diaoyan.discovery.lda import FOREIGN_SEED_ETA
from diaoyan.discovery.material import SHORT
from small_corpus import small_corpus


@pytest.fixture(scope="module")
def themes() -> LdaThemes:
    model = LdaThemes(resamples=1)
    model.fit(small_corpus())
    return model


def test_seed_words_have_a_high_prior_in_their_own_topic_only(themes: LdaThemes) -> None:
    prior = themes._prior(themes.material_, 5)
    bank = themes.material_.words.index("银行")
    assert prior[3, bank] >= 1.0
    assert prior[:3, bank].tolist() == [FOREIGN_SEED_ETA] * 3


def test_topics_are_chances_of_words(themes: LdaThemes) -> None:
    sums = themes.topic_words().sum(1)
    assert np.allclose(sums[sums > 0], 1.0)
    assert sums[1] == 0.0  # nothing in the corpus speaks of 数字经济


def test_a_theme_that_does_not_occur_draws_nothing(themes: LdaThemes) -> None:
    assert themes.weights_[:, 1].max() == 0.0


def test_seeds_decide_for_titles(themes: LdaThemes) -> None:
    short = (themes.material_.length < SHORT) & (themes.material_.length > 0)
    assert short.any()
    lean = np.zeros((len(short), 5))
    lean[:, 2] = 1.0
    assert (themes._section_weights(themes.material_, lean, 0)[short].argmax(1) == 2).all()


def test_another_seed_hardly_changes_the_answer() -> None:
    one, other = (LdaThemes(free=True, themes=3, resamples=1, random_state=s).fit(small_corpus()) for s in (0, 9))
    assert one.assignments()["theme"].tolist() == other.assignments()["theme"].tolist()
