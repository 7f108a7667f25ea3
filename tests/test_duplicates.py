"""Sketches of texts are those of datasketch, which are in the catalogues of corpora."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash

from diaoyan.corpus.duplicates import _MIXING, _NUMBERS, sketch


@pytest.mark.parametrize(
    "text", ["全县共有行政村一百二十个，其中集体经济年收入十万元以上的四十五个。" * 3, "数字" * 40]
)
def test_a_sketch_is_that_of_datasketch(text: str) -> None:
    characters = np.array([ord(character) for character in text if character.isalnum()], dtype=np.uint64)
    grams = np.zeros(len(characters) - 4, dtype=np.uint64)
    for place in range(5):
        grams = grams * _MIXING + characters[place : len(characters) - 4 + place]
    expected = MinHash(num_perm=_NUMBERS, seed=1, hashfunc=int)
    expected.update_batch((grams * _MIXING >> np.uint64(32)).tolist())
    assert sketch(text) == expected.hashvalues.astype("<u4").tobytes()


def test_what_is_too_short_has_no_numbers() -> None:
    assert sketch("乡村。") == b""
    assert sketch(" \n") is None
