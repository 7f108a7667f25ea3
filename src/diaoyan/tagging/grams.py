"""Character n-grams of Chinese text as numbers: those of many texts at once, and where they stand in a vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from diaoyan.arrays import Ints

Keys = npt.NDArray[np.uint64]

_FIRST, _LAST = 0x3400, 0x9FFF  # Han characters; the few beyond the basic plane carry no theme
_BITS = np.uint64(21)  # of a character in the key of an n-gram
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 by the golden ratio: multiplicative hashing, Knuth 6.4


def gram_keys(texts: Sequence[str]) -> list[Keys]:
    """Return the keys of all Chinese character 2- and 3-grams of each text, repeats included.

    Parameters
    ----------
    texts : sequence of str
        In normal form.

    Returns
    -------
    list of ndarray of uint64
        In the order of the text; 21 bits a character.

    Examples
    --------
    >>> [[gram_text(int(key)) for key in keys] for keys in gram_keys(["农户，宅基地", "户"])]
    [['农户', '宅基', '宅基地', '基地'], []]
    """
    joined = "\n".join([*texts, "", ""])  # the signs at the end stand for what would follow the last characters
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    han = (codes >= _FIRST) & (codes <= _LAST)
    pairs = (codes[:-2] << _BITS) | codes[1:-1]
    keys = np.column_stack([pairs, (pairs << _BITS) | codes[2:]])
    two = han[:-2] & han[1:-1]
    there = np.column_stack([two, two & han[2:]])
    before = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    ends = before[np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)[:-1]]
    return np.split(keys[there], ends) if texts else []


def gram_text(key: int) -> str:
    """Return the characters of a key."""
    characters = []
    while key:
        characters.append(chr(key & 0x1FFFFF))
        key >>= 21
    return "".join(reversed(characters))


class GramIndex:
    """Where keys stand in a vocabulary: open addressing in one array, several times as fast as binary search.

    Parameters
    ----------
    vocabulary : ndarray of uint64
        Without repeats.

    Examples
    --------
    >>> GramIndex(np.array([30, 50], dtype=np.uint64)).find(np.array([50, 40, 30], dtype=np.uint64))
    array([ 1, -1,  0])
    """

    def __init__(self, vocabulary: Keys) -> None:
        self.vocabulary = vocabulary
        bits = (4 * len(vocabulary) + 3).bit_length()  # at most a quarter of the slots is taken
        self._last, self._shift = 2**bits - 1, np.uint64(64 - bits)
        self._slots = np.full(2**bits, -1, dtype=np.int64)
        left, slots = np.arange(len(vocabulary)), self._hash(vocabulary)
        while len(left):
            free = self._slots[slots] < 0
            self._slots[slots[free]] = left[free]
            missed = self._slots[slots] != left  # taken before, or now by another that wants the same slot
            left, slots = left[missed], (slots[missed] + 1) & self._last

    def find(self, keys: Keys) -> Ints:
        """Return the place of each key in the vocabulary, -1 for those that are not in it."""
        slots = self._hash(keys)
        places = self._slots[slots]
        left = np.flatnonzero(places >= 0)
        while len(left := left[self.vocabulary[places[left]] != keys[left]]):
            slots[left] = (slots[left] + 1) & self._last
            places[left] = self._slots[slots[left]]
            left = left[places[left] >= 0]
        return places

    def _hash(self, keys: Keys) -> Ints:
        return ((keys * _SPREAD) >> self._shift).astype(np.int64)
