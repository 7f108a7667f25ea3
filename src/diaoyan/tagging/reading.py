"""A report as the classifier reads it, and in how many reports words and n-grams stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from diaoyan.arrays import Ints
from diaoyan.preprocess import Tokenizer
from diaoyan.tagging.grams import Keys


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as the classifier reads it, before any vocabulary: title, authors, and each section of the text."""

    #: ``title``, ``authors`` or ``text`` for each part.
    kinds: list[str]
    #: All words of each part.
    tokens: list[list[str]]
    #: Keys of all Chinese character 2- and 3-grams of each part, repeats included.
    grams: list[Keys]
    #: A cache for `Features`: what the vectors of its words were computed from, then the vectors.
    meant: list[Any] = field(default_factory=list, compare=False, repr=False)

    @property
    def has_text(self) -> bool:
        """Whether there is more to read than title and authors."""
        return "text" in self.kinds

    def words(self, kind: str) -> list[list[str]]:
        """Return the words of each part of one kind."""
        return [tokens for tokens, own in zip(self.tokens, self.kinds, strict=True) if own == kind]

    def without_text(self) -> Reading:
        """Return the reading of title and authors alone."""
        kept = [part for part, kind in enumerate(self.kinds) if kind != "text"]
        return Reading(
            [self.kinds[part] for part in kept],
            [self.tokens[part] for part in kept],
            [self.grams[part] for part in kept],
        )


@dataclass
class Frequencies:
    """In how many reports each word, and each character n-gram, stands."""

    reports: int
    #: Only words that can tell a theme.
    words: Counter[str]
    #: Sorted keys of the n-grams, and their reports; of shape (n_grams,).
    keys: Keys
    counts: Ints

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
