"""Figure: words that rose and fell in the last month against the months before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from diaoyan.figures.months import month_words
from diaoyan.figures.page import INNER, Page, draw_note, new_page, put, wrap
from diaoyan.figures.style import GREY, PALE, require, styled
from diaoyan.figures.wording import SURE, tied
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
    sides = [part.sort_values(["score", "word"], key=_falling_scores)[:most] for part in _sure(facts)]
    title = headline(facts, month=month, lang=lang)
    if not any(map(len, sides)):
        return draw_note(title, _nothing(facts, month=month, months=months, reports=reports, lang=lang), source=source)
    if lang == "zh":
        subtitle = (
            f"与此前有报告的{months}个月相比，横条为对数几率比（z值），右侧为本月/此前有该词的篇数；"
            f"只画z值达到{SURE}的词，偶然达到的千词才有一个"
        )
    else:
        subtitle = (
            f"Against {months} earlier months with reports; bars are log-odds (z), numbers reports with the word now "
            f"and before; only words beyond {SURE}, which chance passes once in a thousand"
        )
    rows = max(map(len, sides))
    page = new_page(_HEAD + rows * _ROW + 0.3, title, subtitle=subtitle, source=source)
    reach = max(float(facts["score"].abs().max()), SURE * 1.05)
    heads = ("上升", "下降") if lang == "zh" else ("Rising", "Falling")
    none = (
        ("没有明显上升的词", "没有明显下降的词") if lang == "zh" else ("No word clearly rose", "No word clearly fell")
    )
    for place, (side, head, empty, colour) in enumerate(zip(sides, heads, none, (_RISE, _FALL), strict=True)):
        if len(side):
            _side(page, place, side, head=head, colour=colour, reach=reach, rows=rows)
        else:
            page.write(place * (INNER + _GAP) / 2, 0.3 + rows * _ROW + 0.14, empty, size=10.5, colour=GREY)
    return page.figure


def _sure(facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the words that rose and those that fell, each by more than chance."""
    return facts[facts["score"] >= SURE], facts[facts["score"] <= -SURE]


def _falling_scores(column: pd.Series[Any]) -> pd.Series[Any]:
    return -column.abs() if column.name == "score" else column


def _nothing(facts: pd.DataFrame, *, month: str, months: int, reports: tuple[int, int], lang: Lang) -> str:
    """Return the sentence that stands instead of bars that could all be chance."""
    best = float(facts["score"].abs().max())
    first = sorted(map(str, facts["word"][facts["score"].abs() == best]))
    most = tied([f"“{word}”" if lang == "zh" else word for word in first], lang)
    if lang == "zh":
        return (
            f"{month_words(month, lang)}的{reports[0]}篇与此前{months}个月的{reports[1]}篇相比，"
            f"没有一个词的升降超出偶然：变化最大的{most}，z值也只有{best:.1f}，不到{SURE}。"
        )
    return (
        f"Between the {reports[0]} reports of {month} and the {reports[1]} of {months} earlier months, no word rose or "
        f"fell by more than chance: {most} changed most, with z {best:.1f}, below {SURE}."
    )


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
    verbs = ("升得最多", "降得最多") if lang == "zh" else ("rose most", "fell most")
    parts = []
    for side, verb in zip(_sure(facts), verbs, strict=True):
        first = sorted(side["word"][side["score"].abs() == side["score"].abs().max()])
        if first:
            named = tied([f"“{word}”" if lang == "zh" else str(word) for word in first], lang)
            parts.append(f"{named}{'' if lang == 'zh' else ' '}{verb}")
    if lang == "zh":
        return when + ("，".join(parts) or "没有明显升降的词")
    return f"{when}: " + ("; ".join(parts) or "no word clearly rose or fell")


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
        axes.barh(line, score, height=0.66, color=colour)
        put(axes, -0.06 * inch, line, wrap(row.word, 8.5, _LABEL - 0.08), size=8.5, ha="right", va="center")
        put(
            axes, score + 0.05 * inch, line, f"{row.now}/{row.before}", size=7.5, colour=GREY, va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip
