"""Figure: the words that mark each theme, one panel a theme."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from diaoyan.figures.page import INNER, Page, draw_note, fits_title, new_page, put, shrink, wrap
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, PALE, Look, looks
from diaoyan.figures.wording import CLEAR, LEAST, tied, worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

_ROW, _HEAD, _LABEL, _TAIL, _GAP, _FOOT = 0.215, 0.34, 0.86, 0.3, 0.12, 0.3


@figure("theme", "word", "score", "reports", caption=message("Words that mark each theme"), facts=lambda of: of.words)
def draw_words(facts: pd.DataFrame, *, names: dict[str, str], source: str, lang: Lang = "zh", most: int = 8) -> Figure:
    """Draw the words that mark each theme, longest bar first, on one scale.

    Words below `CLEAR` are hollow; words that fewer than `LEAST` reports of the theme hold are left out.

    Parameters
    ----------
    facts : DataFrame
        Columns theme, word, score (z-score), reports (of the theme, with the word). Only positive scores are drawn.
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line, with the number of reports and how many had text.
    lang : {'zh', 'en'}
        Language of what the figure says.
    most : int
        Words a theme.

    Returns
    -------
    Figure
        Unsaved; see `diaoyan.figures.save`.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"theme": "rural", "word": ["农户", "耕地"], "score": [2.0, 1.5], "reports": [9, 4]})
    >>> draw_words(facts, names={"rural": "乡村振兴"}, source="来源：样例").texts[0].get_text()
    '比别处多用的词：乡村振兴“农户”'
    """
    rows = marking_words(facts, names, most=most)
    if not rows:
        note = worded(
            lang, "Too little text: no word marks a theme clearly and stands in {least} of its reports.", least=LEAST
        )
        return draw_note(worded(lang, "Words that mark each theme"), note, source=source)
    columns = columns_for(len(rows))
    lines = -(-len(rows) // columns)
    lists = list(rows.values())
    heights = [
        _HEAD + _ROW * max(map(len, lists[line * columns : (line + 1) * columns])) + _FOOT for line in range(lines)
    ]
    subtitle = worded(
        lang, "Words that a theme uses more than the others do, none of one report alone; numbers: its reports with it"
    )
    if any(score < CLEAR for words in lists for _, score, _ in words):
        subtitle += worded(lang, "; hollow: perhaps chance")
    note = worded(
        lang,
        "How clearly it marks the theme: log-odds over their margin of error; below {clear} it may be chance.",
        clear=CLEAR,
    )
    page = new_page(
        sum(heights) + lines * _GAP, headline(rows, names, lang=lang), subtitle=subtitle, source=source, notes=[note]
    )
    reach = max(score for words in rows.values() for _, score, _ in words)
    width = (INNER - _GAP * (columns - 1)) / columns
    style = looks([*names, *rows])
    for place, (theme, words) in enumerate(rows.items()):
        line, column = divmod(place, columns)
        corner = (column * (width + _GAP), sum(heights[line + 1 :]) + (lines - line) * _GAP)
        _panel(
            page,
            corner,
            (width, heights[line]),
            words,
            name=names.get(theme, theme),
            unit=worded(lang, "how clearly it marks the theme"),
            look=style[theme],
            reach=reach,
        )
    return page.figure


def columns_for(panels: int) -> int:
    """Return in how many columns panels stand: three, or two where that leaves fewer places empty.

    Examples
    --------
    >>> [columns_for(panels) for panels in (1, 2, 3, 4, 5, 6)]
    [1, 2, 3, 2, 3, 3]
    """
    return min(panels, min((3, 2), key=lambda columns: -panels % columns))


def marking_words(
    facts: pd.DataFrame, names: dict[str, str], *, most: int = 8
) -> dict[str, list[tuple[str, float, int]]]:
    """Return by theme, in the order of `names` and `other` last, its words with score and reports, best first."""
    rows: dict[str, list[tuple[str, float, int]]] = {}
    for theme, word, score, reports in zip(
        facts["theme"], facts["word"], facts["score"], facts["reports"], strict=True
    ):
        if 0 < score < math.inf and reports >= LEAST:
            rows.setdefault(str(theme), []).append((str(word), float(score), int(reports)))
    order = sorted(rows, key=lambda theme: (theme == OTHER, list(names).index(theme) if theme in names else len(names)))
    return {theme: sorted(rows[theme], key=lambda row: (-row[1], row[0]))[:most] for theme in order}


def headline(rows: dict[str, list[tuple[str, float, int]]], names: dict[str, str], *, lang: Lang = "zh") -> str:
    """Return the finding: the word that marks each theme most, or those that do so equally, as far as they fit.

    Words that can be chance are no finding.

    Examples
    --------
    >>> rows = {"rural": [("农户", 3.0, 9)], "finance": [("信贷", 2.8, 7)], "other": [("养老", 2.0, 3)]}
    >>> headline(rows, {"rural": "乡村振兴", "finance": "金融", "other": "其他"})
    '比别处多用的词：乡村振兴“农户”，金融“信贷”'
    >>> headline({"rural": [("农户", 3.0, 9), ("耕地", 3.0, 8)]}, {"rural": "乡村振兴"})
    '比别处多用的词：乡村振兴“农户”、“耕地”'
    >>> headline({"rural": [("农户", 0.7, 2)]}, {"rural": "乡村振兴"})
    '没有一个词明显偏向某个主题'
    """
    first: dict[str, list[str]] = {}
    for theme, words in rows.items():
        if words[0][1] >= CLEAR and (theme != OTHER or len(rows) == 1):
            first[names.get(theme, theme)] = [word for word, score, _ in words if score == words[0][1]]
    if not first:
        return worded(lang, "No word marks a theme clearly")
    each = [
        worded(lang, "{words} ({name})", name=name, words=tied(quoted(words, lang), lang, most=2))
        for name, words in first.items()
    ]
    comma = "，" if lang == "zh" else ", "
    title = worded(lang, "Words used more than elsewhere: {words}", words=comma.join(each))
    while len(each) > 1 and not fits_title(title):
        each.pop()
        title = worded(lang, "Words used more than elsewhere: {words} and others", words=comma.join(each))
    return title


def quoted(words: Sequence[str], lang: Lang) -> list[str]:
    """Return words as titles name them: between quotation marks in Chinese, where they would not be seen as words."""
    return [f"“{word}”" if lang == "zh" else word for word in words]


def _panel(
    page: Page,
    corner: tuple[float, float],
    size: tuple[float, float],
    words: list[tuple[str, float, int]],
    *,
    name: str,
    unit: str,
    look: Look,
    reach: float,
) -> None:
    (left, bottom), (width, height) = corner, size
    depth = _ROW * len(words)
    axes = page.axes(left + _LABEL, bottom + height - _HEAD - depth, width - _LABEL, depth)
    limit = reach * (width - _LABEL) / (width - _LABEL - _TAIL)
    axes.set_xlim(0, limit)
    axes.set_ylim(len(words) - 0.5, -0.5)
    # A name with the reason why it is not to be relied on is longer than a line.
    name, large = shrink(name, width, 10.5, 9.0, 7.5)
    page.write(left, bottom + height - 0.2, name, size=large)
    inch = limit / (width - _LABEL)
    page.write(
        left + _LABEL, bottom + height - _HEAD - depth - 0.25, wrap(unit, 7, width - _LABEL), size=7, colour=GREY
    )
    for place, (word, score, reports) in enumerate(words):
        if score >= CLEAR:
            axes.barh(place, score, height=0.66, color=look.colour, hatch=look.hatch)
        else:
            axes.barh(place, score, height=0.66, color="white", edgecolor=look.line, linewidth=0.8)
        put(axes, -0.06 * inch, place, wrap(word, 8.5, _LABEL - 0.08), size=8.5, ha="right", va="center")
        put(axes, score + 0.05 * inch, place, str(reports), size=7.5, colour=GREY, va="center")
    for value in round_values(reach):
        axes.axvline(value, color=PALE if value else GREY, linewidth=0.7, zorder=0)
        put(axes, value, len(words) - 0.5, f"{value:g}", size=7, colour=GREY, ha="center", va="top")


def round_values(reach: float) -> list[float]:
    """Return zero and one to three round values up to `reach`, for the axis.

    Examples
    --------
    >>> round_values(3.9), round_values(0.042), round_values(120.0)
    ([0.0, 2.0], [0.0, 0.02, 0.04], [0.0, 50.0, 100.0])
    """
    power = 10.0 ** math.floor(math.log10(reach))
    step = next(power * part for part in (0.5, 1, 2, 5) if reach / (power * part) < 3.5)
    return [float(f"{step * i:.6g}") for i in range(int(reach / step + 1e-9) + 1)]
