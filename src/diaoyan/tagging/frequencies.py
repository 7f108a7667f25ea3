"""Document frequencies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from diaoyan.arrays import Ints
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
    counts: Ints = field(default_factory=lambda: np.empty(0, np.int64))

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
