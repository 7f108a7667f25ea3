"""Figure: the themes of one month, with the number and the titles of their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from diaoyan.figures.months import month_words
from diaoyan.figures.page import INNER, draw_note, fit, new_page, put, too_few
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, PALE, looks
from diaoyan.figures.wording import listed, reports_words, worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

_LINE, _LEFT, _GAP, _NUMBER, _BAR = 0.2, 1.95, 0.2, 0.36, 1.05  # inches; the last is the longest bar


@figure(
    "theme",
    "no",
    "title",
    "status",
    "weight",
    caption=message("Themes with the titles of their reports"),
    facts=lambda of: of.titles,
    options=lambda of, lang: {"names": of.names(lang), "month": of.month},
)
def draw_titles(
    facts: pd.DataFrame, *, names: dict[str, str], source: str, month: str, lang: Lang = "zh", most: int = 4
) -> Figure:
    """Draw each theme with its number of reports and the titles that stand for it best.

    Parameters
    ----------
    facts : DataFrame
        Columns theme, no, title, status, weight (how sure the theme is, 0 to 1); one row a report.
    names : dict of str
        Names to print by theme id, in the order of the codebook; a theme without reports is named too.
    source : str
        The source line.
    month : str
        YYYY-MM, or empty where the reports carry no month.
    lang : {'zh', 'en'}
        Language of what the figure says.
    most : int
        Titles a theme.

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
    >>> facts = pd.DataFrame({"theme": "rural", "no": [1, 2, 3], "title": "调查", "status": "full", "weight": 0.9})
    >>> figure = draw_titles(facts, names={"rural": "乡村振兴"}, source="来源：样例", month="2025-06")
    >>> figure.texts[0].get_text()
    '2025年6月3篇报告，乡村振兴3篇居首'
    """
    if len(facts) < 3:
        return draw_note(worded(lang, "Themes of the month"), too_few(len(facts), lang), source=source)
    counts = facts["theme"].value_counts()
    themes = sorted(
        {*names, *counts.index},
        key=lambda t: (t == OTHER, -int(counts.get(t, 0)), list(names).index(t) if t in names else 99, t),
    )
    best = facts.sort_values(["weight", "no", "title"], ascending=[False, True, True], kind="stable")
    lines = {theme: max(2, min(most, int(counts.get(theme, 0))) + (counts.get(theme, 0) > most)) for theme in themes}
    height = sum(lines.values()) * _LINE + _GAP * len(themes)
    subtitle = worded(lang, "Reports by theme and the titles that stand for it best, with their numbers")
    if (facts["status"] == "missing").any():
        subtitle += worded(lang, "; in brackets: no text")
    page = new_page(height, headline(facts, names, month=month, lang=lang), subtitle=subtitle, source=source)
    axes = page.axes(0, 0, INNER, height)
    axes.set_xlim(0, INNER)
    axes.set_ylim(0, height)
    style, top = looks([*names, *themes]), height
    for theme in themes:
        count = int(counts.get(theme, 0))
        put(axes, 0, top - 0.02, fit(names.get(theme, theme), 10.5, _LEFT - 0.15), size=10.5, va="top")
        bar = _BAR * count / int(counts.max())
        axes.add_patch(Rectangle((0, top - 0.36), bar, 0.1, facecolor=style[theme].colour, hatch=style[theme].hatch))
        put(axes, bar + 0.06, top - 0.31, reports_words(count, lang), size=8.5, colour=GREY, va="center")
        _write_titles(axes, top, best[best["theme"] == theme], most=most, lang=lang)
        top -= lines[theme] * _LINE + _GAP
        axes.axhline(top + 0.6 * _GAP, color=PALE, linewidth=0.7)
    return page.figure


def _write_titles(axes: Axes, top: float, facts: pd.DataFrame, *, most: int, lang: Lang) -> None:
    if facts.empty:
        put(axes, _LEFT, top - 0.02, worded(lang, "no report"), size=8.5, colour=GREY, va="top")
    for row, unnumbered in zip(facts[:most].itertuples(), facts["no"][:most].isna(), strict=True):
        number = "–" if unnumbered else f"{row.no:.0f}"
        shown = f"({number})" if row.status == "missing" else number
        put(axes, _LEFT + _NUMBER - 0.08, top - 0.03, shown, size=7.5, colour=GREY, ha="right", va="top")
        put(axes, _LEFT + _NUMBER, top - 0.02, fit(row.title, 8.5, INNER - _LEFT - _NUMBER), size=8.5, va="top")
        top -= _LINE
    if len(facts) > most:
        more = worded(lang, "and {more} more", more=len(facts) - most)
        put(axes, _LEFT + _NUMBER, top - 0.02, more, size=7.5, colour=GREY, va="top")


def headline(facts: pd.DataFrame, names: dict[str, str], *, month: str, lang: Lang = "zh") -> str:
    """Return the finding: how many reports, and the listed theme with most of them; what is larger than it is said.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"theme": ["other", "a", "b"]}), {"a": "金融", "b": "党建"}, month="")
    '3篇报告，1篇不属所列主题，其余金融、党建最多，各1篇'
    """
    counts = facts["theme"].value_counts()
    other = int(counts.get(OTHER, 0))
    counts = counts.drop(OTHER, errors="ignore")
    when = month_words(month, lang) + (": " if month and lang == "en" else "")
    said = {"when": when, "total": reports_words(len(facts), lang)}
    if counts.empty:
        return worded(lang, "{when}none of {total} is on a listed theme", **said)
    most = int(counts.max())
    first = sorted(
        (theme for theme in counts.index if counts[theme] == most),
        key=lambda t: (list(names).index(t) if t in names else 99, t),
    )
    said |= {"other": str(other), "who": listed([names.get(theme, theme) for theme in first], lang), "most": str(most)}
    if other >= most and len(first) > 1:
        return worded(
            lang, "{when}{total}, {other} under no listed theme; of the others {who} have most, {most} each", **said
        )
    if other >= most:
        return worded(
            lang, "{when}{total}, {other} under no listed theme; of the others {who} has most, {most}", **said
        )
    if len(first) > 1:
        return worded(lang, "{when}{total}, {who} first with {most} each", **said)
    return worded(lang, "{when}{total}, {who} first with {most}", **said)
