"""Figure: words that rose and fell in the last month against the months before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from diaoyan.figures.months import month_words
from diaoyan.figures.page import INNER, Page, draw_note, new_page, put, wrap
from diaoyan.figures.style import GREY, PALE, require, styled
from diaoyan.figures.wording import SURE
from diaoyan.figures.words import round_values
from diaoyan.language import Lang

if TYPE_CHECKING:
    import pandas as pd

_ROW, _LABEL, _TAIL, _GAP, _HEAD = 0.215, 0.95, 0.55, 0.3, 0.34
_RISE, _FALL = "#b3262e", "#1f6fa8"


@styled
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
        Unsaved; a note if there is no month before, or fewer than three reports on either side.

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
    require(facts, "word", "score", "now", "before")
    name = "本月升降的词" if lang == "zh" else "Rising and falling words"
    if months < 1:
        return draw_note(
            name, "只有一个月的报告，无从比较。" if lang == "zh" else "There is only one month.", source=source
        )
    if min(reports) < 3 or facts.empty:
        note = (
            f"资料太少，不作图：本月{reports[0]}篇，此前{reports[1]}篇，各至少要3篇。"
            if lang == "zh"
            else f"Too little to draw: {reports[0]} reports this month, {reports[1]} before; three each are needed."
        )
        return draw_note(name, note, source=source)
    if lang == "zh":
        subtitle = (
            f"与此前{months}个月相比，横条为对数几率比（z值），右侧为本月/此前有该词的篇数；"
            f"空心条未过{SURE}（千词之一），可能是偶然"
        )
    else:
        subtitle = (
            f"Against {months} months before; log-odds (z), reports with the word now/before; hollow: below {SURE}"
        )
    sides = [
        facts[facts["score"] > 0].sort_values(["score", "word"], ascending=[False, True])[:most],
        facts[facts["score"] < 0].sort_values(["score", "word"])[:most],
    ]
    rows = max(map(len, sides))
    page = new_page(
        _HEAD + rows * _ROW + 0.3, headline(facts, month=month, lang=lang), subtitle=subtitle, source=source
    )
    reach = max(float(facts["score"].abs().max()), SURE * 1.05)
    heads = ("上升", "下降") if lang == "zh" else ("Rising", "Falling")
    for place, (side, head, colour) in enumerate(zip(sides, heads, (_RISE, _FALL), strict=True)):
        _side(page, place, side, head=head, colour=colour, reach=reach, rows=rows)
    return page.figure


def headline(facts: pd.DataFrame, *, month: str, lang: Lang = "zh") -> str:
    """Return the finding: the word that rose most and the one that fell most, if more than chance.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"word": ["数据"], "score": [1.2]}), month="2025-06")
    '2025年6月没有明显升降的词'
    """
    sure = facts[facts["score"].abs() >= SURE].sort_values(["score", "word"], ascending=[False, True])
    rising = sure[sure["score"] > 0]["word"].tolist()[:1]
    falling = sure[sure["score"] < 0]["word"].tolist()[-1:]
    when = month_words(month, lang)
    if lang == "zh":
        parts = [f"“{word}”升得最多" for word in rising] + [f"“{word}”降得最多" for word in falling]
        return when + ("，".join(parts) or "没有明显升降的词")
    parts = [f"{word} rose most" for word in rising] + [f"{word} fell most" for word in falling]
    return f"{when}: " + (", ".join(parts) or "no word clearly rose or fell")


def _side(page: Page, place: int, facts: pd.DataFrame, *, head: str, colour: str, reach: float, rows: int) -> None:
    width = (INNER - _GAP) / 2
    left, depth = place * (width + _GAP), rows * _ROW
    axes = page.axes(left + _LABEL, 0.3, width - _LABEL, depth)
    inch = reach / (width - _LABEL - _TAIL)
    axes.set_xlim(0, inch * (width - _LABEL))
    axes.set_ylim(rows - 0.5, -0.5)
    page.write(left, 0.3 + depth + 0.14, head, size=10.5, colour=colour)
    for value in round_values(reach):
        axes.axvline(value, color=PALE if value else GREY, linewidth=0.7, zorder=0)
        put(axes, value, rows - 0.5, f"{value:g}", size=7, colour=GREY, ha="center", va="top")
    axes.axvline(SURE, color=GREY, linewidth=0.7, linestyle=(0, (3, 2)), zorder=0)
    for line, row in enumerate(facts.itertuples()):
        score = abs(float(row.score))
        axes.barh(line, score, height=0.66, color=colour if score >= SURE else "white", edgecolor=colour, linewidth=0.8)
        put(axes, -0.06 * inch, line, wrap(row.word, 8.5, _LABEL - 0.08), size=8.5, ha="right", va="center")
        put(
            axes, score + 0.05 * inch, line, f"{row.now}/{row.before}", size=7.5, colour=GREY, va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip
