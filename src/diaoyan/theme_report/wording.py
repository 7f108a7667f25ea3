"""Facts on words: those that mark each theme, and those that rose or fell in the last month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from diaoyan.discovery.naming import distinctive, top_words
from diaoyan.figures.wording import CLEAR, LEAST
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.tagging import Tag
from diaoyan.theme_report.course import CHANCE, Course, by_accident
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: The fourth occurrence of a word in the same report says little more than the third.
_AT_MOST = 3
#: Reports that must hold a word for it to be compared.
_LEAST = 3
#: Words that are kept to each side of the comparison of months.
_KEPT = 40


def counted(reports: Sequence[Report], tokenizer: Tokenizer) -> list[Counter[str]]:
    """Return how often each word stands in title and text of each report, three times at most."""
    counts = (Counter(tokenizer(f"{report.title}\n{report.text}")) for report in reports)
    return [Counter({word: min(number, _AT_MOST) for word, number in count.items()}) for count in counts]


def marking(
    counts: Sequence[Counter[str]], tags: Sequence[Tag], *, classes: Sequence[str], most: int = 12
) -> pd.DataFrame:
    """Return ``theme, word, score, reports``: the words that mark each theme, and how many of its reports hold them.

    Words whose z-score could be chance are left out, and those of one report alone; titles seldom have any others.
    """
    import pandas as pd

    words = _vocabulary(counts)
    filed = [tag.primary for tag in tags]
    table = _table(counts, words, filed, classes)
    holding = _table([Counter(count.keys()) for count in counts], words, filed, classes)
    scores = distinctive(table) if words else table
    rows: list[list[object]] = []
    for theme, row, held in zip(classes, scores, holding.astype(int), strict=True):
        number = dict(zip(words, held.tolist(), strict=True))
        marks = top_words(np.where(held >= LEAST, row, 0.0), words, most)
        rows += [[theme, word, score, number[word]] for word, score in marks if score >= CLEAR and theme != OTHER]
    return pd.DataFrame(rows, columns=["theme", "word", "score", "reports"])


def changes(counts: Sequence[Counter[str]], reports: Sequence[Report], *, course: Course) -> pd.DataFrame:
    """Return ``word, score, now, before, clear``: how words of the last month differ from those of the months before.

    A report counts once for a word, however often it uses it: what one report says ten times is no news of a month.
    `score` is the z-score of the log-odds, highest first; `now` and `before` are reports with the word; `clear` are
    changes of which chance would bring one among all words in one month of twenty (Fisher 1934, Dunn 1961).
    """
    import pandas as pd

    side = [
        "now" if r.month and r.month == course.month else "before" if r.month in course.before else "" for r in reports
    ]
    once = [Counter(count.keys()) for count in counts]
    held = Counter(word for count, where in zip(once, side, strict=True) if where for word in count)
    words = sorted(word for word, number in held.items() if number >= _LEAST)
    rows: list[list[object]] = []
    if words and course.before:
        now, before = _table(once, words, side, ("now", "before")).astype(int)
        scores = distinctive(np.array([now, before], dtype=np.float64))[0]
        order = np.lexsort((np.arange(len(words)), -scores))
        for i in [*order[:_KEPT], *order[max(_KEPT, len(order) - _KEPT) :]]:
            chance = by_accident(int(now[i]), course.now, int(before[i]), course.then)
            rows.append([words[i], round(float(scores[i]), 4), now[i], before[i], chance < CHANCE / len(words)])
    return pd.DataFrame(rows, columns=["word", "score", "now", "before", "clear"])


def _vocabulary(counts: Sequence[Counter[str]]) -> list[str]:
    """Return the words that two reports hold; one, where there are few reports."""
    held = Counter(word for count in counts for word in count)
    least = 2 if len(counts) >= 10 else 1
    return sorted(word for word, number in held.items() if number >= least)


def _table(
    counts: Sequence[Counter[str]], words: Sequence[str], groups: Sequence[str], order: Sequence[str]
) -> np.ndarray:
    """Return summed counts of shape (n_groups, n_words); groups that are not in `order` are left out."""
    column, row = {word: i for i, word in enumerate(words)}, {group: i for i, group in enumerate(order)}
    table = np.zeros((len(order), len(words)))
    for count, group in zip(counts, groups, strict=True):
        if group in row:
            for word, number in count.items():
                if word in column:
                    table[row[group], column[word]] += number
    return table
