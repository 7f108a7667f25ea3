"""Tests of naming clusters."""

from __future__ import annotations

import numpy as np
import pytest

from diaoyan.discovery import naming
from diaoyan.discovery.material import Material
from diaoyan.preprocess import Tokenizer
from diaoyan.themes import Codebook
from small_corpus import small_corpus

CODEBOOK = Codebook.default()
SEEDS = [seed for theme in CODEBOOK.themes for seed in theme.seeds]


@pytest.fixture(scope="module")
def material() -> Material:
    return Material.gather(small_corpus(), Tokenizer(terms=SEEDS), codebook=CODEBOOK)


def by_subject(material: Material) -> np.ndarray:
    share = np.zeros((len(material.owner), 3))
    share[np.arange(len(material.owner)), material.owner // 4] = 1.0
    return share


def test_a_word_of_one_cluster_scores_high_there_and_low_elsewhere() -> None:
    scores = naming.distinctive(np.array([[30.0, 1.0, 10.0], [1.0, 30.0, 10.0]]))
    assert scores[0, 0] > 2 > 0 > scores[1, 0]
    assert abs(scores[0, 2]) < 0.01


def test_a_rare_word_does_not_beat_a_frequent_one() -> None:
    scores = naming.distinctive(np.array([[1.0, 40.0, 500.0], [0.0, 4.0, 500.0]]))
    assert scores[0, 1] > scores[0, 0] > 0


@pytest.mark.parametrize(
    ("scores", "words"),
    [([3.0, 1.0, 2.0], ["甲", "丙", "乙"]), ([1.0, 1.0, 0.0], ["甲", "乙"]), ([-1.0, 0.0, -2.0], [])],
)
def test_top_words_come_by_score_and_ties_by_vocabulary(scores: list[float], words: list[str]) -> None:
    assert naming.first_words(np.array(scores), ["甲", "乙", "丙"], 3) == words


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["贷款", "银行", "担保", "利率"], "贷款、银行、担保"),
        (["乡村", "乡村振兴", "振兴", "农民"], "乡村振兴、农民"),
        ([], ""),
    ],
)
def test_a_proposed_name_does_not_repeat_itself(words: list[str], name: str) -> None:
    assert naming.propose_name(words) == name


def test_clusters_match_the_themes_their_words_announce(material: Material) -> None:
    scores = naming.distinctive(np.asarray((material.counts.T @ by_subject(material)).T))
    matches = naming.match_themes(scores, material, CODEBOOK)
    assert [theme for theme, _ in matches] == ["rural", "finance", None]
    assert all(0 <= score <= 1 for _, score in matches)
    assert matches[2][1] < naming.MATCH


def test_central_reports_are_members_and_those_without_text_come_last(material: Material) -> None:
    weights = material.by_report(by_subject(material))
    assert set(naming.central_reports(material, weights, np.flatnonzero(weights.argmax(1) == 1), 1)) <= {4, 5, 6, 7}
    assert naming.central_reports(material, np.zeros((12, 3)), np.zeros(0, np.int64), 0) == []
