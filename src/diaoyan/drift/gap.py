"""`Gap`: a mean of this month against the months before, like with like, and what months differ by anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Earlier reports that make a group (read alike, of one theme) one to compare with.
LEAST = 5
#: Earlier months from which the spread between months is measured; with fewer, the usual one stands in.
MONTHS = 3


@dataclass(frozen=True)
class Gap:
    """A mean before and now.

    Attributes
    ----------
    before, now : float
        Means; before, of reports mixed as those of this month are.
    low, high : float
        Interval of now minus before.
    sure : float
        now minus before, in standard errors.
    """

    before: float
    now: float
    low: float
    high: float
    sure: float

    @property
    def difference(self) -> float:
        """Now minus before."""
        return self.now - self.before

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Values:
    """One number a report, with what makes reports alike.

    Attributes
    ----------
    value : ndarray of shape (n_reports,)
    kind : ndarray of shape (n_reports,)
        0 read with text, 1 by title alone; only the same kind is compared.
    theme : ndarray of shape (n_reports,)
        Themes are compared each with itself where there are five earlier reports; all the same number to leave it.
    """

    value: Floats
    kind: Ints
    theme: Ints

    def take(self, rows: npt.NDArray[np.bool_]) -> Values:
        """Return some of the values."""
        return Values(self.value[rows], self.kind[rows], self.theme[rows])

    def holds(self, others: Values) -> npt.NDArray[np.bool_]:
        """Return for each of `others` whether there are five values of its kind and theme here."""
        pairs = zip(others.kind, others.theme, strict=True)
        return np.array([((self.kind == k) & (self.theme == t)).sum() >= LEAST for k, t in pairs], dtype=bool)


def compare(before: Values, now: Values, *, months: Ints, usual: float, tests: int, least: float = 0.0) -> Gap:
    """Compare this month's mean with that of earlier reports of the same kind and theme.

    The standard error holds the chance of which reports came, and the spread between months beyond it: of earlier
    months, each compared with the others in the same way, but never less than the usual one.

    Parameters
    ----------
    before, now : Values
    months : ndarray of shape (n_before,)
        Number of the month of each earlier report.
    usual : float
        Standard deviation between months that is taken for granted.
    tests : int
        Comparisons made at once; the interval holds for all of them in 95 of 100 months (Bonferroni).
    least : float
        Least standard deviation between reports, where few reports happen to be equal.
    """
    difference, error = _difference(before, now, least)
    numbers = np.unique(months)
    spread = usual
    if len(numbers) >= MONTHS:
        beyond = []
        for number in numbers:
            own, others = before.take(months == number), before.take(months != number)
            apart, chance = _difference(others, own, least)
            beyond.append((apart**2 - chance**2) / (1 + 1 / (len(numbers) - 1)))
        spread = max(usual, sqrt(max(0.0, float(np.mean(beyond)))))
    error = sqrt(error**2 + spread**2 * (1 + 1 / len(numbers)))
    reach = NormalDist().inv_cdf(1 - 0.025 / tests) * error
    mean = float(now.value.mean())
    return Gap(mean - difference, mean, difference - reach, difference + reach, difference / error)


def _difference(before: Values, now: Values, least: float) -> tuple[float, float]:
    """Return the mean of `now` less that of like reports before, and the standard error by chance of reports."""
    expected, known = 0.0, 0.0
    away: list[Floats] = []
    for old, new in _groups(before, now):
        # Without drift the month's reports spread as the earlier ones do; if they spread more, that counts.
        spread = max(float(old.std(ddof=1)) if len(old) > 1 else 0.0, least)
        expected += len(new) * spread**2
        known += len(new) ** 2 * spread**2 / len(old)
        away.append(new - float(old.mean()))
    values = np.concatenate(away)
    found = len(values) * float(values.var(ddof=1)) if len(values) > 1 else 0.0
    return float(values.mean()), sqrt(max(expected, found) + known) / len(values)


def _groups(before: Values, now: Values) -> Sequence[tuple[Floats, Floats]]:
    """Return the earlier values and the new ones of each kind and theme; a theme with few before joins its kind."""
    groups = []
    for kind in np.unique(now.kind):
        old, new = before.take(before.kind == kind), now.take(now.kind == kind)
        known = [theme for theme in np.unique(new.theme) if (old.theme == theme).sum() >= LEAST]
        groups += [(old.value[old.theme == theme], new.value[new.theme == theme]) for theme in known]
        rest = new.value[~np.isin(new.theme, known)]
        if len(rest):
            everything = old.value if len(old.value) else before.value
            groups.append((everything, rest))
    return groups
