"""Where a text takes up something new: how little of the words before a line come again behind it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from diaoyan.compilation.lines import Line

_HAN = re.compile(r"[\u3400-\u9fffA-Za-z\d]+")
#: Characters on either side that are compared: about a paragraph. Longer windows reach over the next heading.
_WINDOW = 250
#: So much is in common by chance.
_LEAST_COSINE = 0.005


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
        self._pairs = [_pairs(lines[i].text) for i in order]
        self._sizes = [len(lines[i].text) for i in order]
        paragraphs = Counter(pair for pairs in self._pairs for pair in pairs)
        total = len(order) + 1
        self._weight = {pair: math.log(total / count) for pair, count in paragraphs.items()}

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
        before = self._window(range(place - 1, -1, -1))
        behind = self._window(range(place + count, len(self._pairs)))
        return -math.log(min(1.0, self._cosine(before, behind) + _LEAST_COSINE))

    def _window(self, places: range) -> Counter[str]:
        counted: Counter[str] = Counter()
        size = 0
        for place in places:
            counted.update(self._pairs[place])
            size += self._sizes[place]
            if size >= _WINDOW:
                break
        return counted

    def _cosine(self, one: Counter[str], other: Counter[str]) -> float:
        norms = self._norm(one) * self._norm(other)
        if norms == 0:
            return 0.0
        small, large = sorted((one, other), key=len)
        product = math.fsum(
            math.sqrt(count * large[pair]) * self._weight[pair] ** 4 for pair, count in small.items() if pair in large
        )
        return product / norms

    def _norm(self, counted: Counter[str]) -> float:
        return math.sqrt(math.fsum(count * self._weight[pair] ** 4 for pair, count in counted.items()))


def _pairs(text: str) -> Counter[str]:
    return Counter(run[i : i + 2] for run in _HAN.findall(text[:800]) for i in range(len(run) - 1))
