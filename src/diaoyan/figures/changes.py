"""Figure: words that rose and fell in the last month against the months before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from diaoyan.figures.months import month_words
from diaoyan.figures.page import INNER, Page, draw_note, new_page, put, wrap
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, PALE
from diaoyan.figures.wording import SURE, reports_words, tied, worded
from diaoyan.figures.words import quoted, round_values
from diaoyan.language import Lang, message

if TYPE_CHECKING:
    import pandas as pd

_ROW, _LABEL, _TAIL, _GAP, _HEAD, _FOOT = 0.215, 0.95, 0.55, 0.3, 0.34, 0.42
_RISE, _FALL = "#b3262e", "#1f6fa8"


@figure(
    "word",
    "score",
    "now",
    "before",
    caption=message("Words that rose and fell in the last month"),
    facts=lambda of: of.changes,
    options=lambda of, lang: {
        "month": of.compared.month,
        "months": of.compared.months,
        "reports": (of.compared.now, of.compared.before),
    },
)
def draw_changes(
    facts: pd.DataFrame,
    *,
    month: str,
    months: int,
    source: str,
    reports: tuple[int, int],
    lang: Lang = "zh",
    most: int = 10,
) -> Figure:
    """Draw the words that rose most in a month, and those that fell most, against the months before.

    Words that chance may have moved are not drawn: where there are no others, a sentence says so.

    Parameters
    ----------
    facts : DataFrame
        Columns word, score (z of the log-odds, positive for rising), now, before (reports with the word).
    month : str
        The month, YYYY-MM.
    months : int
        Months it is compared with.
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
    >>> facts = pd.DataFrame({"word": ["数据", "春耕"], "score": [4.0, -3.4], "now": [9, 0], "before": [4, 8]})
    >>> figure = draw_changes(facts, month="2025-06", months=3, source="来源：样例", reports=(20, 60))
    >>> figure.texts[0].get_text()
    '2025年6月“数据”升得最多，“春耕”降得最多'
    """
    name = worded(lang, "Words that rose and fell in the last month")
    counts = {"now": reports_words(reports[0], lang), "before": reports_words(reports[1], lang)}
    if months < 1:
        return draw_note(name, worded(lang, "There is only one month: nothing to compare it with."), source=source)
    if min(reports) < 3 or facts.empty:
        note = worded(lang, "Too little to draw: {now} this month, {before} before; three each are needed.", **counts)
        return draw_note(name, note, source=source)
    sides = [part.sort_values(["score", "word"], key=_falling_scores)[:most] for part in _sure(facts)]
    title = headline(facts, month=month, lang=lang)
    if not any(map(len, sides)):
        when = month_words(month, lang)
        note = worded(
            lang,
            "Between {now} of {when} and {before} of the {months} months with reports before, no word rose or fell by "
            "more than chance: that {words} changed most may be chance too.",
            when=when,
            months=months,
            words=tied(quoted(_most(facts), lang), lang),
            **counts,
        )
        return draw_note(title, note, source=source)
    subtitle = worded(
        lang,
        "Words that rose or fell by more than chance against the {months} months with reports before; numbers: "
        "reports with the word now/before",
        months=months,
    )
    note = worded(
        lang,
        "How clear the change is: z-score of log-odds; only words from {sure} (dashed) are drawn, which chance passes "
        "with one word in a thousand.",
        sure=SURE,
    )
    rows = max(map(len, sides))
    page = new_page(_HEAD + rows * _ROW + _FOOT, title, subtitle=subtitle, source=source, notes=[note])
    reach = max(float(facts["score"].abs().max()), SURE * 1.05)
    heads = (worded(lang, "Rising"), worded(lang, "Falling"))
    none = (worded(lang, "No word clearly rose"), worded(lang, "No word clearly fell"))
    for place, (side, head, empty, colour) in enumerate(zip(sides, heads, none, (_RISE, _FALL), strict=True)):
        if len(side):
            unit = worded(lang, "how clear the change is")
            _side(page, place, side, head=head, unit=unit, colour=colour, reach=reach, rows=rows)
        else:
            page.write(place * (INNER + _GAP) / 2, _FOOT + rows * _ROW + 0.14, empty, size=10.5, colour=GREY)
    return page.figure


def _sure(facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the words that rose and those that fell, each by more than chance."""
    return facts[facts["score"] >= SURE], facts[facts["score"] <= -SURE]


def _falling_scores(column: pd.Series[Any]) -> pd.Series[Any]:
    return -column.abs() if column.name == "score" else column


def _most(facts: pd.DataFrame) -> list[str]:
    """Return the words that changed most, all of them where several did equally."""
    return sorted(map(str, facts["word"][facts["score"].abs() == facts["score"].abs().max()]))


def headline(facts: pd.DataFrame, *, month: str, lang: Lang = "zh") -> str:
    """Return the finding: the words that rose most and those that fell most, if more than chance.

    Words that rose or fell as much as each other are named together.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"word": ["数据"], "score": [1.2]}), month="2025-06")
    '2025年6月没有明显升降的词'
    >>> headline(pd.DataFrame({"word": ["数据", "算力"], "score": 4.0}), month="2025-06")
    '2025年6月“数据”、“算力”升得最多'
    """
    when = month_words(month, lang)
    up, down = (tied(quoted(_most(side), lang), lang) for side in _sure(facts))
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
    for value in round_values(reach):
        axes.axvline(value, color=PALE if value else GREY, linewidth=0.7, zorder=0)
        put(axes, value, rows - 0.5, f"{value:g}", size=7, colour=GREY, ha="center", va="top")
    axes.axvline(SURE, color=GREY, linewidth=0.7, linestyle=(0, (3, 2)), zorder=0)
    for line, row in enumerate(facts.itertuples()):
        score = abs(float(row.score))
        axes.barh(line, score, height=0.66, color=colour)
        put(axes, -0.06 * inch, line, wrap(row.word, 8.5, _LABEL - 0.08), size=8.5, ha="right", va="center")
        put(
            axes,
            score + 0.05 * inch,
            line,
            f"{row.now}/{row.before}",
            size=7.5,
            colour=GREY,
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )
