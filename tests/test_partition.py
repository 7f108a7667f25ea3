"""Tests of parting sections without seed words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from diaoyan.discovery import partition
from diaoyan.discovery.partition import Algorithm, partitions


def blocks(sizes: tuple[int, ...], *, width: int = 6, seed: int = 0) -> csr_matrix:
    """Return rows of unit length in as many blocks of columns as there are sizes, with a little noise."""
    chance = np.random.default_rng(seed)
    rows = []
    for block, size in enumerate(sizes):
        for _ in range(size):
            row = 0.05 * chance.random(width * len(sizes))
            row[block * width : (block + 1) * width] += chance.random(width) + 0.5
            rows.append(row / np.linalg.norm(row))
    return csr_matrix(np.array(rows))


ROWS = blocks((20, 12, 8))
TRUTH = np.repeat([0, 1, 2], (20, 12, 8))
EVERY = np.ones(40, dtype=np.bool_)


@pytest.mark.parametrize("algorithm", ["votes", "nmf"])
def test_plain_groups_are_found(algorithm: Algorithm) -> None:
    shares = partitions(ROWS, EVERY, [3], algorithm=algorithm)[3]
    found = shares.argmax(1)
    assert len({(int(t), int(f)) for t, f in zip(TRUTH, found, strict=True)}) == 3


@pytest.mark.parametrize("algorithm", ["votes", "nmf"])
def test_shares_add_up_to_one_and_sections_without_words_have_none(algorithm: Algorithm) -> None:
    rows = csr_matrix(np.vstack([ROWS.toarray(), np.zeros(ROWS.shape[1])]))
    shaping = np.append(EVERY, False)
    shares = partitions(rows, shaping, [2, 3], algorithm=algorithm)
    for number in (2, 3):
        assert shares[number].shape == (41, number)
        assert np.allclose(shares[number][:40].sum(1), 1.0)
        assert shares[number][40].tolist() == [0.0] * number


def test_sections_that_do_not_shape_follow_those_that_do() -> None:
    shaping = EVERY.copy()
    shaping[::4] = False
    found = partitions(ROWS, shaping, [3])[3].argmax(1)
    assert len({(int(t), int(f)) for t, f in zip(TRUTH, found, strict=True)}) == 3


def test_the_same_seed_gives_the_same_shares_and_numbers_do_not_depend_on_each_other() -> None:
    one, other = partitions(ROWS, EVERY, [2, 3, 4], random_state=5), partitions(ROWS, EVERY, [3], random_state=5)
    assert np.array_equal(one[3], other[3])


def test_more_sections_than_voters_are_still_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "MOST_VOTERS", 25)
    found = partitions(ROWS, EVERY, [3])[3].argmax(1)
    assert len({(int(t), int(f)) for t, f in zip(TRUTH, found, strict=True)}) == 3


@pytest.mark.parametrize("algorithm", ["votes", "nmf"])
def test_as_many_groups_as_sections_are_possible(algorithm: Algorithm) -> None:
    rows = blocks((2, 2, 1))
    assert partitions(rows, np.ones(5, dtype=np.bool_), [5], algorithm=algorithm)[5].shape == (5, 5)
