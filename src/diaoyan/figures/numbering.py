"""Which report a number on a figure means: as short as what the figure says of month and year allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diaoyan.figures.months import month_words
from diaoyan.figures.style import drawable
from diaoyan.figures.wording import worded
from diaoyan.language import Lang
from diaoyan.report import number_shown

if TYPE_CHECKING:
    import pandas as pd


def numbers(facts: pd.DataFrame) -> list[str]:
    """Return the number of each report as printed; `reading` says what is left out of it.

    ``8`` where all are of one month, ``3#8`` where all are of one year, ``2025-03#8`` otherwise.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers(pd.DataFrame({"no": [8, 1], "month": ["2025-03", "2025-04"]}))
    ['3#8', '4#1']
    >>> numbers(pd.DataFrame({"no": [8, 1], "month": ["2025-03", "2026-04"]}))
    ['2025-03#8', '2026-04#1']
    """
    months = _months(facts)
    several = len(set(months)) > 1
    if several and len({month[:4] for month in months if month}) == 1:
        months = [month[5:].lstrip("0") for month in months]
    return [drawable(number_shown(month if several else "", no)) for month, no in zip(months, facts["no"], strict=True)]


def reading(facts: pd.DataFrame, lang: Lang) -> str:
    """Return how the numbers are to be read, with the year; nothing where no report has a month.

    Examples
    --------
    >>> import pandas as pd
    >>> reading(pd.DataFrame({"no": [8, 1], "month": ["2025-03", "2025-04"]}), "zh")
    '3#8为2025年3月第8篇'
    >>> reading(pd.DataFrame({"no": [8, 1], "month": "2025-03"}), "en")
    'no. in 2025-03'
    """
    months = _months(facts)
    if len(set(months)) == 1:
        return worded(lang, "no. in {month}", month=month_words(months[0], lang)) if months[0] else ""
    for text, month, no in zip(numbers(facts), months, facts["no"], strict=True):
        number = number_shown("", no)
        if month and number != "–":
            return worded(
                lang, "{text}: no. {number} of {month}", text=text, number=number, month=month_words(month, lang)
            )
    return ""


def _months(facts: pd.DataFrame) -> list[str]:
    return [month if isinstance(month, str) else "" for month in facts["month"]]
