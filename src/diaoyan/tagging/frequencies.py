"""Document frequencies: counted at once, or part by part and added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from diaoyan.preprocess import Tokenizer
from diaoyan.tagging.reading import Reading


@dataclass
class Frequencies:
    """In how many reports each word, and each character n-gram, stands.

    Attributes
    ----------
    reports : int
    words : Counter of str
        Only words that can tell a theme.
    keys, counts : ndarray of shape (n_grams,)
        Sorted keys of the n-grams, and their reports.
    """

    reports: int = 0
    words: Counter[str] = field(default_factory=Counter)
    keys: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of(cls, readings: Sequence[Reading], tokenizer: Tokenizer) -> Frequencies:
        """Count readings; of their words, those that can tell a theme."""
        words: Counter[str] = Counter()
        for reading in readings:
            words.update(set().union(*reading.tokens))
        kept = Counter({word: count for word, count in words.items() if tokenizer.keeps(word)})
        seen = [np.unique(np.concatenate(reading.grams)) for reading in readings if reading.grams]
        keys, counts = np.unique(np.concatenate([np.empty(0, np.uint64), *seen]), return_counts=True)
        return cls(len(readings), kept, keys, counts)

    @classmethod
    def merged(cls, several: Iterable[Frequencies]) -> Frequencies:
        """Return the sum of frequencies; their order makes no difference.

        Examples
        --------
        >>> one = Frequencies(2, Counter("甲甲乙"), np.array([3, 5], np.uint64), np.array([2, 1]))
        >>> both = Frequencies.merged([one, Frequencies(1, Counter("甲"), np.array([4], np.uint64), np.array([1]))])
        >>> both.reports, both.words["甲"], both.keys.tolist(), both.counts.tolist()
        (3, 3, [3, 4, 5], [2, 1, 1])
        """
        total = cls()
        for one in several:
            total.reports += one.reports
            total.words.update(one.words)
            keys, place = np.unique(np.concatenate([total.keys, one.keys]), return_inverse=True)
            counts = np.zeros(len(keys), np.int64)
            counts[place[: len(total.keys)]] = total.counts
            counts[place[len(total.keys) :]] += one.counts
            total.keys, total.counts = keys, counts
        return total
