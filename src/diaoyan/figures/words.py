"""Figure: the words that mark each theme, one panel a theme."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from diaoyan.figures.page import INNER, Page, draw_note, new_page, put, wrap
from diaoyan.figures.style import GREY, PALE, Look, looks, require, styled
from diaoyan.figures.wording import CLEAR, LEAST, tied
from diaoyan.language import Lang
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

_ROW, _HEAD, _LABEL, _TAIL, _GAP, _FOOT = 0.215, 0.34, 0.86, 0.3, 0.12, 0.3


@styled
def draw_words(
    facts: pd.DataFrame, *, names: dict[str, str], source: str, unit: str, lang: Lang = "zh", most: int = 8
) -> Figure:
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
    unit : str
        What the score is, for the axis: ``对数几率比（z值）``.
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
    >>> figure = draw_words(facts, names={"rural": "乡村振兴"}, source="来源：样例", unit="对数几率比（z值）")
    >>> figure.texts[0].get_text()
    '“农户”最能标出乡村振兴'
    """
    require(facts, "theme", "word", "score", "reports")
    rows = marking_words(facts, names, most=most)
    if not rows:
        title = "各主题的特征词" if lang == "zh" else "Words of the themes"
        note = (
            f"文字太少，没有词明显偏向某个主题并见于其中{LEAST}篇以上，不作图。"
            if lang == "zh"
            else f"Too little text: no word marks a theme clearly and stands in {LEAST} of its reports or more."
        )
        return draw_note(title, note, source=source)
    columns = columns_for(len(rows))
    lines = -(-len(rows) // columns)
    lists = list(rows.values())
    heights = [
        _HEAD + _ROW * max(map(len, lists[line * columns : (line + 1) * columns])) + _FOOT for line in range(lines)
    ]
    hollow = any(score < CLEAR for words in lists for _, score, _ in words)
    if lang == "zh":
        subtitle = f"各主题的特征词，只见于一篇的不算；横条为{unit}，右侧数字为该主题中有该词的篇数"
        subtitle += f"；空心的z值不到{CLEAR}，可能是偶然" * hollow
    else:
        subtitle = (
            f"Words that mark each theme, none of one report alone; bars: {unit}; numbers: its reports with the word"
        )
        subtitle += f"; hollow: below {CLEAR}, perhaps chance" * hollow
    page = new_page(sum(heights) + lines * _GAP, headline(rows, names, lang=lang), subtitle=subtitle, source=source)
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
            unit=unit,
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
    """Return the finding: the first word of up to four themes, or the first ones where they are equal.

    Words that can be chance are no finding.

    Examples
    --------
    >>> rows = {"rural": [("农户", 3.0, 9)], "finance": [("信贷", 2.8, 7)], "other": [("养老", 2.0, 3)]}
    >>> headline(rows, {"rural": "乡村振兴", "finance": "金融", "other": "其他"})
    '乡村振兴看“农户”，金融看“信贷”'
    >>> headline({"rural": [("农户", 3.0, 9), ("耕地", 3.0, 8)]}, {"rural": "乡村振兴"})
    '“农户”、“耕地”最能标出乡村振兴'
    >>> headline({"rural": [("农户", 0.7, 2)]}, {"rural": "乡村振兴"})
    '没有一个词明显偏向某个主题'
    """
    first: dict[str, list[str]] = {}
    for theme, words in rows.items():
        if words[0][1] >= CLEAR and (theme != OTHER or len(rows) == 1):
            first[names.get(theme, theme)] = [word for word, score, _ in words if score == words[0][1]]
    if not first:
        return "没有一个词明显偏向某个主题" if lang == "zh" else "No word marks a theme clearly"
    if lang == "zh":
        said = {name: tied([f"“{word}”" for word in words], lang, most=2) for name, words in first.items()}
        if len(said) == 1:
            return "".join(f"{words}最能标出{name}" for name, words in said.items())
        return "，".join(f"{name}看{words}" for name, words in list(said.items())[:4])
    return "Marked by " + ", ".join(f"{tied(words, lang, most=2)} ({name})" for name, words in list(first.items())[:3])


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
    large = next((size for size in (10.5, 9.0) if not wrap(name, size, width).endswith("…")), 7.5)
    page.write(left, bottom + height - 0.2, wrap(name, large, width), size=large)
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
