"""A report as the classifier reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from diaoyan.tagging.grams import Keys


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as the classifier reads it, before any vocabulary: title, authors, and each section of the text.

    Attributes
    ----------
    kinds : list of str
        ``title``, ``authors`` or ``text`` for each part.
    tokens : list of list of str
        All words of each part.
    grams : list of ndarray of uint64
        Keys of all Chinese character 2- and 3-grams of each part, repeats included.
    meant : list
        What its words mean, once it was worked out, behind what it was worked out from.
    """

    kinds: list[str]
    tokens: list[list[str]]
    grams: list[Keys]
    meant: list[Any] = field(default_factory=list, compare=False, repr=False)

    def without_text(self) -> Reading:
        """Return the reading of title and authors alone."""
        kept = [part for part, kind in enumerate(self.kinds) if kind != "text"]
        return Reading(
            [self.kinds[part] for part in kept],
            [self.tokens[part] for part in kept],
            [self.grams[part] for part in kept],
        )
