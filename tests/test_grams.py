"""Character n-grams: which there are, and where they stand in a vocabulary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.tagging.grams import GramIndex, Ints, Keys, gram_keys, gram_text

TEXTS = st.lists(st.text(alphabet="农户宅基地㐀鿿，A5 \n😀𠀀\ud800"), max_size=6)


def slowly(text: str) -> list[str]:
    found = [text[at : at + size] for at in range(len(text)) for size in (2, 3)]
    return [gram for at, gram in enumerate(found) if len(gram) == 2 + at % 2 and all("㐀" <= c <= "鿿" for c in gram)]


@given(TEXTS)
def test_the_grams_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    found = [[gram_text(int(key)) for key in keys] for keys in gram_keys(texts)]
    assert found == [slowly(text) for text in texts]


KEYS = st.integers(min_value=0, max_value=2**63 - 1) | st.integers(min_value=0, max_value=40)


@given(vocabulary=st.sets(KEYS, max_size=80), others=st.lists(KEYS, max_size=40))
def test_a_key_is_found_where_it_stands_and_nowhere_else(vocabulary: set[int], others: list[int]) -> None:
    known = sorted(vocabulary)
    keys = np.array([*known, *others], dtype=np.uint64)
    places = GramIndex(np.array(known, dtype=np.uint64)).find(keys)
    assert places.tolist() == [known.index(int(key)) if int(key) in vocabulary else -1 for key in keys]


class Crowded(GramIndex):
    """Every key wants one of the last two slots."""

    def _hash(self, keys: Keys) -> Ints:
        return self._last - (keys % np.uint64(2)).astype(np.int64)


@pytest.mark.parametrize("size", [0, 1, 2, 300])
def test_keys_that_want_the_same_slot_are_all_found(size: int) -> None:
    vocabulary = np.arange(size, dtype=np.uint64)
    keys = np.array([*range(size), 1_000, 1_001], dtype=np.uint64)
    assert Crowded(vocabulary).find(keys).tolist() == [*range(size), -1, -1]
