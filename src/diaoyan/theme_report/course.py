"""Facts on months: the last one against those before it, and which themes changed by more than chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.tagging import Tag

if TYPE_CHECKING:
    import pandas as pd

#: Months before the last that it is compared with, at most.
BEFORE = 12
#: Chance that one of all the themes, or of all the words, is said to have changed where none has.
CHANCE = 0.05
#: Fewest reports on either side for a change to be looked for.
LEAST = 10


@dataclass(frozen=True, slots=True)
class Course:
    """The last month, and what it is compared with.

    Attributes
    ----------
    month : str
        The last month, YYYY-MM; empty if no report has one.
    before : tuple of str
        Up to twelve months with reports before it, in order.
    now, then : int
        Reports of the month, and of the months before.
    themes : DataFrame
        ``theme, now, before, clear``: reports of each class, and whether its share changed by more than chance.
    """

    month: str
    before: tuple[str, ...]
    now: int
    then: int
    themes: pd.DataFrame

    @property
    def enough(self) -> bool:
        """Whether there are reports enough on both sides for a change to be seen."""
        return min(self.now, self.then) >= LEAST


def course(tags: Sequence[Tag], classes: Sequence[str]) -> Course:
    """Compare the last month's themes with those of up to twelve months before it.

    Of all classes together one is called changed by chance in one month of twenty (Dunn 1961).

    Examples
    --------
    >>> course([], ["rural"]).enough
    False
    """
    import pandas as pd

    *earlier, last = sorted({tag.month for tag in tags if tag.month}) or [""]
    before = tuple(earlier[-BEFORE:])
    now = Counter(tag.primary for tag in tags if last and tag.month == last)
    then = Counter(tag.primary for tag in tags if tag.month in before)
    here, there = now.total(), then.total()
    rows = [[c, now[c], then[c], by_accident(now[c], here, then[c], there) < CHANCE / len(classes)] for c in classes]
    return Course(last, before, here, there, pd.DataFrame(rows, columns=["theme", "now", "before", "clear"]))


def by_accident(one: int, here: int, other: int, there: int) -> float:
    """Return how likely chance makes two shares differ as much as `one` of `here` and `other` of `there` (Fisher 1934).

    Exact, so that it holds where a theme has only a few reports.

    Examples
    --------
    >>> round(by_accident(2, 10, 0, 75), 3)  # not as clear as it looks
    0.013
    """
    both, all_of = one + other, here + there

    def ways(of: int, among: int) -> float:
        return math.lgamma(among + 1) - math.lgamma(of + 1) - math.lgamma(among - of + 1)

    possible = range(max(0, both - there), min(both, here) + 1)
    chances = {k: math.exp(ways(k, here) + ways(both - k, there) - ways(both, all_of)) for k in possible}
    return sum(chance for chance in chances.values() if chance <= chances[one] * (1 + 1e-7))
