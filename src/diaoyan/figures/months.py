"""Shares by theme and month: what the facts of a figure say of each, which months follow each other, and trends."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from diaoyan.errors import FigureError
from diaoyan.figures.wording import reports_words, worded
from diaoyan.language import Lang, gettext

if TYPE_CHECKING:
    import pandas as pd


#: Steps of the axis that a gap takes at most.
WIDEST = 3


class Cell(NamedTuple):
    """One theme in one month: reports, and their share with its interval (0 to 1, null where there is none)."""

    reports: int
    share: float
    low: float
    high: float

    @property
    def top(self) -> float:
        """Where a label may stand above the bar and its interval."""
        return self.share if math.isnan(self.high) else max(self.share, self.high)


NONE = Cell(0, 0.0, 0.0, 0.0)


def by_month(facts: pd.DataFrame) -> tuple[list[str], dict[str, dict[str, Cell]]]:
    """Return the months in order and, by theme and month, what the facts say; a null month is ``""``.

    Raises
    ------
    FigureError
        If a month is not YYYY-MM.
    """
    table: dict[str, dict[str, Cell]] = {}
    columns = (facts[name] for name in ("month", "theme", "reports", "share", "low", "high"))
    for month, theme, reports, *numbers in zip(*columns, strict=True):
        key = month if isinstance(month, str) else ""
        if key and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", key):
            raise FigureError(
                gettext("Expected months as YYYY-MM, found {key!r}; correct the month of these reports.").format(
                    key=key
                )
            )
        within = (float(np.clip(number, 0.0, 1.0)) for number in numbers)  # leaves null as it is
        table.setdefault(str(theme), {})[key] = Cell(int(reports), *within)
    return sorted({month for cells in table.values() for month in cells}), table


def trend(shares: list[tuple[str, float]]) -> int:
    """Return for how many months in a row, up to the last, a share rose (positive) or fell (negative).

    Examples
    --------
    >>> trend([("2026-05", 0.5), ("2026-06", 0.2), ("2026-07", 0.3), ("2026-08", 0.4)])
    2
    >>> trend([("2026-05", 0.2), ("2026-08", 0.4)])  # June and July are missing
    0
    """
    steps = 0
    for (before, old), (after, new) in reversed(list(pairwise(shares))):
        way = (new > old) - (new < old)
        if way == 0 or number(after) - number(before) != 1 or way * steps < 0:
            break
        steps += way
    return steps


class Gap(NamedTuple):
    """Months in a row of which there are no reports: the first and the last, and where they stand on the axis."""

    first: int
    last: int
    left: float
    right: float


def along_axis(months: Sequence[int]) -> tuple[dict[int, int], list[Gap]]:
    """Return where months stand on an axis, a step each, and the gaps between them.

    A gap is as wide as its months, but no wider than `WIDEST` steps, so that a gap of years leaves room for the rest.

    Parameters
    ----------
    months : sequence of int
        Ascending, as `number` counts them.

    Examples
    --------
    >>> along_axis([100, 102, 103, 143])
    ({100: 0, 102: 2, 103: 3, 143: 7}, [Gap(first=101, last=101, left=0.5, right=1.5), \
Gap(first=104, last=142, left=3.5, right=6.5)])
    """
    places, gaps = {months[0]: 0}, []
    for before, month in pairwise(months):
        missing = month - before - 1
        places[month] = places[before] + 1 + min(missing, WIDEST)
        if missing:
            gaps.append(Gap(before + 1, month - 1, places[before] + 0.5, places[month] - 0.5))
    return places, gaps


def number(month: str) -> int:
    """Return months counted from the year 0, so that the next month is one more.

    Examples
    --------
    >>> number("2027-01") - number("2026-12")
    1
    """
    return int(month[:4]) * 12 + int(month[5:7])


def month_of(number: int) -> str:
    """Return the month that `number` counts so.

    Examples
    --------
    >>> month_of(number("2026-12"))
    '2026-12'
    """
    return f"{(number - 1) // 12}-{(number - 1) % 12 + 1:02d}"


def month_words(month: str, lang: Lang) -> str:
    """Return a month as titles name it: ``2026年8月``, or as it is in English.

    Examples
    --------
    >>> month_words("2026-08", "zh"), month_words("", "zh")
    ('2026年8月', '')
    """
    return f"{month[:4]}年{int(month[5:7])}月" if month and lang == "zh" else month


def span_words(months: Sequence[str], lang: Lang, *, gaps: bool = True) -> str:
    """Return months in order as a span, and how many of it there are where some are missing, unless `gaps` is false.

    Examples
    --------
    >>> span_words(["2026-05", "2026-06", "2026-07"], "zh"), span_words(["2025-12", "2026-02"], "zh")
    ('2026年5月至7月', '2025年12月至2026年2月（其中2个月）')
    >>> span_words(["2026-05"], "zh"), span_words(["2025-12", "2026-02"], "en")
    ('2026年5月', '2025-12 to 2026-02 (2 months of it)')
    """
    first, last = month_words(months[0], lang), month_words(months[-1], lang)
    if first == last:
        return first
    same_year = lang == "zh" and months[0][:4] == months[-1][:4]
    said = worded(lang, "{first} to {last}", first=first, last=last[5:] if same_year else last)
    if gaps and number(months[-1]) - number(months[0]) + 1 > len(months):
        said += worded(lang, " ({count} months of it)", count=len(months))
    return said


def before_words(course: Any, lang: Lang) -> str:
    """Return with which months before the last one is compared, and how many reports they have; empty if with none.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> months = SimpleNamespace(before=("2025-03", "2025-04"), then=44)
    >>> before_words(months, "zh"), before_words(months, "en")
    ('2025年3月至4月的44篇', 'the 44 reports of 2025-03 to 2025-04')
    """
    if not course.before:
        return ""
    reports, months = reports_words(course.then, lang), span_words(course.before, lang)
    return worded(lang, "the {reports} of {months}", reports=reports, months=months)
