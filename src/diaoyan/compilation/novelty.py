"""Where a text takes up something new: how little of the words before a line come again behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from diaoyan.compilation.lines import Line

#: Characters on either side that are compared: about a paragraph. Longer windows reach over the next heading.
_WINDOW = 250
#: Characters of a line that are looked at.
_LONGEST = 800
#: Added to the cosine: so much any two texts have in common.
_LEAST_COSINE = 0.005
#: What pairs are made of: Chinese characters, letters and digits, half and full width.
_PAIRED = ((0x3400, 0x9FFF), (0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xFF10, 0xFF19))


class Novelty:
    """Compares what stands on the two sides of a line by pairs of neighbouring characters.

    The lines of one report share names, things and turns of phrase; two reports hardly do (Hearst 1997, TextTiling,
    with pairs of characters for words, which need no segmentation). Pairs that stand in many paragraphs count little.

    Parameters
    ----------
    lines : sequence of Line
        All lines of the source.
    order : sequence of int
        The lines that are text, in order.
    """

    def __init__(self, lines: Sequence[Line], order: Sequence[int]) -> None:
        texts = [lines[i].text for i in order]
        line_of, pairs = _pairs(texts)
        kinds, self._pairs = np.unique(pairs, return_inverse=True)
        within = np.sort(line_of * max(1, len(kinds)) + self._pairs)
        once = within[np.diff(within, prepend=-1) > 0]  # each pair once a line
        counts = np.bincount(once % max(1, len(kinds)), minlength=len(kinds))
        # By math.log, which gives the same bits on every machine.
        by_count = {count: math.log((len(order) + 1) / count) ** 4 for count in np.unique(counts).tolist()}
        self._weights = np.array([by_count[count] for count in counts.tolist()])
        self._starts = np.searchsorted(line_of, np.arange(len(texts) + 1))
        self._read = np.cumsum([0, *map(len, texts)])

    def at(self, place: int, count: int = 1) -> float:
        """Return how new the text behind a title is: minus the logarithm of its cosine with the text before.

        Parameters
        ----------
        place : int
            Position of the title in `order`.
        count : int, optional
            Lines of the title.

        Returns
        -------
        float
            From 0 (the same pairs) to 5.3 (none in common).
        """
        last = len(self._read) - 1
        behind = min(place + count, last)
        first = max(0, int(np.searchsorted(self._read, self._read[place] - _WINDOW, side="right")) - 1)
        end = min(last, int(np.searchsorted(self._read, self._read[behind] + _WINDOW)))
        return -math.log(min(1.0, self._cosine(self._window(first, place), self._window(behind, end)) + _LEAST_COSINE))

    def _window(self, first: int, end: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the pairs of some lines, and how often each occurs there."""
        return np.unique(self._pairs[self._starts[first] : self._starts[max(first, end)]], return_counts=True)

    def _cosine(
        self, one: tuple[npt.NDArray[Any], npt.NDArray[Any]], other: tuple[npt.NDArray[Any], npt.NDArray[Any]]
    ) -> float:
        norms = self._norm(*one) * self._norm(*other)
        if norms == 0:
            return 0.0
        both, here, there = np.intersect1d(one[0], other[0], assume_unique=True, return_indices=True)
        shared = np.sqrt(one[1][here] * other[1][there]) * self._weights[both]
        return math.fsum(shared.tolist()) / norms

    def _norm(self, pairs: npt.NDArray[Any], counts: npt.NDArray[Any]) -> float:
        return math.sqrt(math.fsum((counts * self._weights[pairs]).tolist()))


def _pairs(texts: Sequence[str]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return every pair of neighbouring characters as one number, and the text it stands in."""
    texts = [text[:_LONGEST] for text in texts]
    joined = "\n".join(texts).encode("utf-32-le", "surrogatepass")
    signs = np.frombuffer(joined, np.uint32).astype(np.int64)
    paired = np.zeros(len(signs), bool)
    for first, last in _PAIRED:
        paired |= (signs >= first) & (signs <= last)
    at = np.flatnonzero(paired[:-1] & paired[1:])
    line_of = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
    return line_of[at], signs[at] << 21 | signs[at + 1]
