"""Figure: words that rose and fell in the last month against the months before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from diaoyan.figures.months import before_words, month_words
from diaoyan.figures.page import INNER, Page, draw_note, new_page, put, wrap
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, PALE
from diaoyan.figures.wording import clear_words, percent, reports_words, tied, turned, worded
from diaoyan.figures.words import quoted, round_values
from diaoyan.language import Lang, message

if TYPE_CHECKING:
    import pandas as pd

_ROW, _LABEL, _TAIL, _GAP, _HEAD, _FOOT = 0.215, 0.95, 0.9, 0.3, 0.34, 0.42
_RISE, _FALL = "#b3262e", "#1f6fa8"


def _options(of: Any, lang: Lang) -> dict[str, Any]:
    course = of.course
    return {"month": course.month, "before": before_words(course, lang), "reports": (course.now, course.then)}


@figure(
    "word",
    "score",
    "now",
    "before",
    "clear",
    caption=message("Words that rose and fell in the last month"),
    facts=lambda of: of.changes,
    options=_options,
)
def draw_changes(
    facts: pd.DataFrame,
    *,
    month: str,
    before: str,
    source: str,
    reports: tuple[int, int],
    lang: Lang = "zh",
    most: int = 10,
) -> Figure:
    """Draw the words that rose most in a month, and those that fell most: from what share of the reports to what.

    Words that chance may have moved are not drawn: where there are no others, a sentence says so.

    Parameters
    ----------
    facts : DataFrame
        Columns word, score (how clearly it rose, or fell below 0), now, before (reports with the word), clear (whether
        chance hardly explains it).
    month : str
        The month, YYYY-MM.
    before : str
        With what it is compared, see `before_words`; empty if with nothing.
    source : str
        The source line.
    reports : tuple of int
        Reports of the month, and of the months before.
    lang : {'zh', 'en'}
        Language of what the figure says.
    most : int
        Words to each side.

    Returns
    -------
    Figure
        Unsaved; a note if there is no month before, fewer than three reports on either side, or no clear change.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"word": ["数据", "春耕"], "score": [4.0, -3.4], "now": [15, 0], "before": [4, 30],
    ...                       "clear": True})
    >>> figure = draw_changes(facts, month="2025-06", before="2025年5月的60篇", source="来源：样例", reports=(20, 60))
    >>> figure.texts[0].get_text()
    '2025年6月“数据”升得最多，“春耕”降得最多'
    """
    name = worded(lang, "Words that rose and fell in the last month")
    now, when = reports_words(reports[0], lang), month_words(month, lang)
    if not before:
        return draw_note(name, worded(lang, "There is only one month: nothing to compare it with."), source=source)
    if min(reports) < 3 or facts.empty:
        note = worded(
            lang,
            "Too little to draw: {now} this month, {before} before; three each are needed.",
            now=now,
            before=reports_words(reports[1], lang),
        )
        return draw_note(name, note, source=source)
    sides = [part.sort_values(["score", "word"], key=_falling_scores)[:most] for part in clear_words(facts)]
    title = headline(facts, month=month, lang=lang)
    if not any(map(len, sides)):
        note = worded(
            lang,
            "Between {now} of {when} and {before} no word rose or fell by more than chance.",
            now=now,
            when=when,
            before=before,
        )
        return draw_note(title, note, source=source)
    subtitle = worded(
        lang,
        "Share of the reports that hold the word; hollow: {before}; solid: {now} of {when}",
        before=before,
        now=now,
        when=when,
    )
    note = worded(
        lang,
        "Only changes that chance hardly explains: it would bring a single word into this figure in one month of "
        "twenty. Clearest changes first.",
    )
    rows = max(map(len, sides))
    page = new_page(_HEAD + rows * _ROW + _FOOT, title, subtitle=subtitle, source=source, notes=[note])
    drawn = [side.assign(now=side["now"] / reports[0], before=side["before"] / reports[1]) for side in sides]
    reach = max(0.01, *(float(side[["now", "before"]].max().max()) for side in drawn if len(side)))
    heads = (worded(lang, "Rising"), worded(lang, "Falling"))
    none = (worded(lang, "No word clearly rose"), worded(lang, "No word clearly fell"))
    for place, (side, head, empty, colour) in enumerate(zip(drawn, heads, none, (_RISE, _FALL), strict=True)):
        if len(side):
            unit = worded(lang, "share of reports with the word")
            _side(page, place, side, head=head, unit=unit, colour=colour, reach=reach, rows=rows)
        else:
            page.write(place * (INNER + _GAP) / 2, _FOOT + rows * _ROW + 0.14, empty, size=10.5, colour=GREY)
    return page.figure


def _falling_scores(column: pd.Series[Any]) -> pd.Series[Any]:
    return -column.abs() if column.name == "score" else column


def headline(facts: pd.DataFrame, *, month: str, lang: Lang = "zh") -> str:
    """Return the finding: the words that rose most and those that fell most, if more than chance.

    Words that rose or fell as much as each other are named together.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"word": ["数据"], "score": [1.2], "clear": False}), month="2025-06")
    '2025年6月没有明显升降的词'
    >>> headline(pd.DataFrame({"word": ["数据", "算力"], "score": 4.0, "clear": True}), month="2025-06")
    '2025年6月“数据”、“算力”升得最多'
    """
    when = month_words(month, lang)
    up, down = (tied(quoted(words, lang), lang) for words in turned(facts))
    if up and down:
        return worded(lang, "{when}: {up} rose most; {down} fell most", when=when, up=up, down=down)
    if up:
        return worded(lang, "{when}: {up} rose most", when=when, up=up)
    if down:
        return worded(lang, "{when}: {down} fell most", when=when, down=down)
    return worded(lang, "{when}: no word clearly rose or fell", when=when)


def _side(
    page: Page, place: int, facts: pd.DataFrame, *, head: str, unit: str, colour: str, reach: float, rows: int
) -> None:
    width = (INNER - _GAP) / 2
    left, depth = place * (width + _GAP), rows * _ROW
    axes = page.axes(left + _LABEL, _FOOT, width - _LABEL, depth)
    page.write(left + _LABEL, 0.1, wrap(unit, 7, width - _LABEL), size=7, colour=GREY)
    inch = reach / (width - _LABEL - _TAIL)
    axes.set_xlim(0, inch * (width - _LABEL))
    axes.set_ylim(rows - 0.5, -0.5)
    page.write(left, _FOOT + depth + 0.14, head, size=10.5, colour=colour)
    for value in round_values(100 * reach):
        share = value / 100
        axes.axvline(share, color=PALE if value else GREY, linewidth=0.7, zorder=0)
        put(axes, share, rows - 0.5, f"{value:g}%", size=7, colour=GREY, ha="center", va="top")
    for line, row in enumerate(facts.itertuples()):
        put(axes, -0.06 * inch, line, wrap(row.word, 8.5, _LABEL - 0.08), size=8.5, ha="right", va="center")
        axes.plot([row.before, row.now], [line, line], color=colour, linewidth=1.6, zorder=1)
        axes.plot([row.before], [line], "o", color=colour, markerfacecolor="white", markersize=4.5, clip_on=False)
        axes.plot([row.now], [line], "o", color=colour, markersize=4.5, clip_on=False)
        put(
            axes,
            max(row.before, row.now) + 0.08 * inch,
            line,
            f"{percent(row.before)} → {percent(row.now)}",
            size=7.5,
            colour=GREY,
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )
