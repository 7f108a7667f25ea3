"""Tests of coherence, diversity and stability."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from diaoyan.discovery import quality
from diaoyan.discovery.material import Material
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report


def material(rows: list[list[int]], words: list[str]) -> Material:
    counts = csr_matrix(np.array(rows, dtype=float))
    size = len(rows)
    reports = [Report(str(n), "") for n in range(size)]
    return Material(counts, words, np.arange(size), np.ones(size), np.ones(size, dtype=np.bool_), reports, Tokenizer())


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([[1, 1], [1, 1], [0, 0], [0, 0]], 1.0),  # always together
        ([[1, 0], [0, 1], [0, 0], [0, 0]], -1.0),  # never
        ([[1, 1], [1, 0], [0, 1], [0, 0]], 0.0),  # as by chance
        ([[1, 1], [1, 1]], 1.0),  # everywhere
        ([[3, 1], [1, 0], [2, 1], [0, 0]], math.log(0.5 / (0.75 * 0.5)) / -math.log(0.5)),
    ],
)
def test_coherence_is_npmi_over_sections(rows: list[list[int]], value: float) -> None:
    assert quality.coherence(["甲", "乙"], material(rows, ["甲", "乙"])) == pytest.approx(value)


def test_coherence_of_one_word_is_zero() -> None:
    assert quality.coherence(["甲", "丁"], material([[1, 1]], ["甲", "乙"])) == 0.0


@pytest.mark.parametrize(("words", "value"), [([["a", "b"], ["c", "d"]], 1.0), ([["a"], ["a"]], 0.5), ([], 0.0)])
def test_diversity_is_the_share_of_different_words(words: list[list[str]], value: float) -> None:
    assert quality.diversity(words) == value


def test_draws_keep_four_fifths_and_depend_on_the_seed_only() -> None:
    one, other = quality.draws(20, 3, random_state=1), quality.draws(20, 3, random_state=1)
    assert [len(rows) for rows in one] == [16, 16, 16]
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert all(len(set(rows.tolist())) == 16 and (np.diff(rows) > 0).all() for rows in one)
    assert not all(np.array_equal(a, b) for a, b in zip(one, quality.draws(20, 3, random_state=2), strict=True))


def test_themes_are_matched_before_they_are_compared() -> None:
    fitted = [["a", "b"], ["c", "d"], ["e", "f"]]
    again = [["c", "d"], ["a", "x"]]
    assert quality.matched_words(fitted, again).tolist() == [pytest.approx(1 / 3), 1.0, 0.0]


def test_pairwise_agreement_leaves_out_what_a_partition_lacks() -> None:
    partitions = [np.array([0, 0, 1, 1, -1]), np.array([1, 1, 0, -1, 0]), np.array([2, 2, 3, 3, 3])]
    assert quality.pairwise_agreement(partitions) == 1.0
    assert quality.pairwise_agreement(partitions[:1]) == 1.0
    assert quality.pairwise_agreement([np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]) < 0.0


def test_mutual_information_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import adjusted_mutual_info_score

    chance = np.random.default_rng(0)
    for _ in range(60):
        size = chance.integers(1, 50)
        one, other = (chance.integers(0, chance.integers(1, 7), size).tolist() for _ in range(2))
        assert quality.mutual_information(one, other) == pytest.approx(adjusted_mutual_info_score(one, other), abs=1e-9)
