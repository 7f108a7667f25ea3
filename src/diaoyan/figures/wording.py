"""How numbers become words in titles and labels, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from diaoyan.language import Lang, gettext, speaking

if TYPE_CHECKING:
    import pandas as pd

#: z-score from which a word marks a theme; what stays below is drawn hollow.
CLEAR = 1.96
#: Reports of a theme that must hold a word for it to be the theme's, rather than one report's.
LEAST = 2
_DIGITS = "零一二三四五六七八九十"


def worded(lang: Lang, text: str, /, **values: object) -> str:
    """Return what figures say, in their language: ``scripts/update_messages.py`` takes `text` into the catalogue.

    Examples
    --------
    >>> worded("zh", "Map of reports"), worded("en", "and {more} more", more=3)
    ('报告分布图', 'and 3 more')
    """
    with speaking(lang):
        return gettext(text).format(**values)


def percent(share: float) -> str:
    """Return a share of 0 to 1 in whole per cent, without making something of nothing or nothing of something.

    Examples
    --------
    >>> percent(0.238), percent(0.002), percent(0.0), percent(0.998)
    ('24%', '<1%', '0%', '>99%')
    """
    text = f"{share:.0%}"
    if text == "0%" and share > 0:
        return "<1%"
    return ">99%" if text == "100%" and share < 1 else text


def share_words(share: float) -> str:
    """Return a share the way Chinese titles put it: tenths (成) where it is close to one, per cent otherwise.

    Examples
    --------
    >>> share_words(0.4), share_words(0.385), share_words(0.5), share_words(0.24)
    ('四成', '近四成', '一半', '24%')
    """
    tenths = round(share * 10)
    away = round(share - tenths / 10, 4)
    if not 1 <= tenths <= 9 or abs(away) > 0.02:
        return percent(share)
    words = "一半" if tenths == 5 else f"{_DIGITS[tenths]}成"
    if abs(away) <= 0.005:
        return words
    return f"近{words}" if away < 0 else f"{words}多"


def count_words(number: int) -> str:
    """Return a small number as Chinese titles count (两月, 十二月), a large one in figures.

    Examples
    --------
    >>> count_words(2), count_words(12), count_words(30)
    ('两', '十二', '30')
    """
    if number == 2:
        return "两"
    if number <= 10:
        return _DIGITS[number]
    return f"十{_DIGITS[number - 10]}" if number < 20 else str(number)


def reports_words(number: int, lang: Lang) -> str:
    """Return ``20篇`` or ``20 reports``.

    Examples
    --------
    >>> reports_words(1, "en"), reports_words(20, "zh")
    ('1 report', '20篇')
    """
    if number == 1:
        return worded(lang, "{number} report", number=number)
    return worded(lang, "{number} reports", number=number)


def listed(names: Sequence[str], lang: Lang) -> str:
    """Return names as a list in running text.

    Examples
    --------
    >>> listed(["金融", "其他"], "zh"), listed(["A", "B", "C"], "en")
    ('金融、其他', 'A, B and C')
    """
    if lang == "zh":
        return "、".join(names)
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def tied(names: Sequence[str], lang: Lang, *, unit: str = "个", most: int = 3) -> str:
    """Return the names of those that come first together, as a list; of more than `most` the first few, and how many.

    `unit` is the Chinese measure word.

    Examples
    --------
    >>> tied(["甲", "乙"], "zh"), tied(["甲", "乙", "丙", "丁"], "zh"), tied(["A", "B", "C", "D"], "en")
    ('甲、乙', '甲、乙、丙等4个', 'A, B, C and 1 more')
    """
    if len(names) <= most:
        return listed(names, lang)
    if lang == "zh":
        return f"{listed(names[:most], lang)}等{len(names)}{unit}"
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def about_wrong(likely: int, high: int, lang: Lang) -> str:
    """Return how many are likely wrong and how many at most, in words.

    Examples
    --------
    >>> about_wrong(2, 9, "zh"), about_wrong(0, 2, "en")
    ('约2篇、至多9篇', 'less than one, at most 2,')
    """
    if not likely:
        return worded(lang, "less than one, at most {high},", high=high)
    return worded(lang, "about {likely}, at most {high},", likely=likely, high=high)


def clear_words(facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the words that rose and those that fell, each by more than chance."""
    clear = facts[facts["clear"].astype(bool)]
    return clear[clear["score"] > 0], clear[clear["score"] < 0]


def turned(facts: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the words that rose most and those that fell most by more than chance; equals stand together.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"word": ["数据", "春耕", "考核"], "score": [4.0, -3.4, 2.0]})
    >>> turned(facts.assign(clear=[True, True, False]))
    (['数据'], ['春耕'])
    """
    up, down = (
        sorted(map(str, side["word"][side["score"].abs() == side["score"].abs().max()])) for side in clear_words(facts)
    )
    return up, down
