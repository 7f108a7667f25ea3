"""Shares by theme and month: what the facts of a figure say of each, which months follow each other, and trends."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from diaoyan.errors import FigureError
from diaoyan.language import Lang, gettext

if TYPE_CHECKING:
    import pandas as pd


class Cell(NamedTuple):
    """One theme in one month: reports, and their share with its interval (0 to 1)."""

    reports: int
    share: float
    low: float
    high: float

    @property
    def top(self) -> float:
        """Where a label may stand above the bar and its interval."""
        return self.share if math.isnan(self.high) else max(self.share, self.high)


NONE = Cell(0, 0.0, 0.0, 0.0)
GAP = Cell(0, math.nan, math.nan, math.nan)  # breaks a line where a month is missing


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
        table.setdefault(str(theme), {})[key] = Cell(int(reports), *(float(number) for number in numbers))
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


def number(month: str) -> int:
    """Return months counted from the year 0, so that the next month is one more.

    Examples
    --------
    >>> number("2027-01") - number("2026-12")
    1
    """
    return int(month[:4]) * 12 + int(month[5:7])


def month_words(month: str, lang: Lang) -> str:
    """Return a month as titles name it: ``2026年8月``, or as it is in English.

    Examples
    --------
    >>> month_words("2026-08", "zh"), month_words("", "zh")
    ('2026年8月', '')
    """
    return f"{month[:4]}年{int(month[5:7])}月" if month and lang == "zh" else month
