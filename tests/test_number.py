"""Tests of choosing the number of themes."""

from __future__ import annotations

import pytest

from diaoyan.discovery.material import Material
from diaoyan.discovery.number import Candidate, best_number, judge_numbers
from diaoyan.preprocess import Tokenizer
from small_corpus import small_corpus


def curve(*rows: tuple[int, float, float, float, int, float]) -> list[Candidate]:
    return [Candidate(*row) for row in rows]


@pytest.mark.parametrize(
    ("rows", "number", "plateau"),
    [
        # number, stability, error, coherence, smallest, largest
        (((3, 0.5, 0.02, 0.3, 5, 0.4), (4, 0.8, 0.02, 0.3, 5, 0.4), (5, 0.6, 0.02, 0.3, 5, 0.4)), 4, (4,)),
        (((3, 0.75, 0.02, 0.3, 5, 0.4), (4, 0.8, 0.02, 0.3, 5, 0.4), (5, 0.6, 0.02, 0.3, 5, 0.4)), 4, (3, 4)),
        (((3, 0.5, 0.02, 0.3, 5, 0.4), (4, 0.8, 0.25, 0.3, 5, 0.4), (5, 0.6, 0.02, 0.3, 5, 0.4)), 5, (4, 5)),
        (((3, 0.8, 0.02, 0.3, 5, 0.4), (4, 0.79, 0.02, 0.25, 5, 0.4)), 4, (3, 4)),  # as firm and says more
        (((3, 0.6, 0.02, 0.3, 5, 0.4), (4, 0.59, 0.02, 0.25, 5, 0.4)), 3, (3, 4)),  # not firm, so less is claimed
        (((3, 0.8, 0.02, 0.3, 5, 0.4), (4, 0.79, 0.02, 0.1, 5, 0.4)), 3, (3, 4)),  # clearly less coherent
        (((3, 0.8, 0.02, 0.3, 5, 0.4), (4, 0.79, 0.02, 0.3, 1, 0.4)), 3, (3, 4)),  # a theme of one report
        (((2, 0.97, 0.01, 0.3, 5, 0.8), (3, 0.6, 0.01, 0.3, 5, 0.45)), 3, (3,)),  # a remainder of 80 %
        (((2, 0.97, 0.01, 0.3, 5, 0.8), (3, 0.6, 0.01, 0.3, 5, 0.7)), 2, (2,)),  # nothing else is there
        (((2, 0.5, 0.0, 0.3, 1, 0.5),), 2, (2,)),
    ],
)
def test_stability_decides_then_size_and_coherence(
    rows: tuple[tuple[int, float, float, float, int, float], ...], number: int, plateau: tuple[int, ...]
) -> None:
    choice = best_number(curve(*rows))
    assert (choice.number, choice.plateau) == (number, plateau)
    assert [candidate.number for candidate in choice.curve] == [row[0] for row in rows]


def test_a_plateau_is_reported_as_a_plateau() -> None:
    level = curve(*((k, 0.8 - 0.001 * k, 0.05, 0.3, 5, 0.4) for k in (3, 4, 5)), (6, 0.4, 0.05, 0.3, 5, 0.4))
    assert "3 to 5 are equally stable" in best_number(level).sentence()
    gap = curve((3, 0.8, 0.02, 0.3, 5, 0.4), (4, 0.6, 0.02, 0.3, 5, 0.4), (5, 0.8, 0.02, 0.3, 5, 0.4))
    assert "3, 5 are equally stable" in best_number(gap).sentence()
    assert "the most stable number" in best_number(level[:1]).sentence()
    assert "groups of the rest: no number is stable" in best_number(level[3:], of_rest=True).sentence()


def test_three_subjects_are_found_to_be_three() -> None:
    material = Material.gather(small_corpus(), Tokenizer())
    choice = judge_numbers(
        material, material.shaping, range(2, 6), algorithm="votes", resamples=4, random_state=0
    )  # fmt: skip
    stable = {candidate.number: candidate.stability for candidate in choice.curve}
    assert stable[3] == max(stable.values()) >= 0.95
    assert choice.number == 3
    assert not choice.of_rest
