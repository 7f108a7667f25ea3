"""Figure: how a month differs from those before: shares of themes, words the model does not know, likeness."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from diaoyan.figures.months import month_words
from diaoyan.figures.page import INNER, Page, draw_note, new_page, put, shrink, too_few
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, INK, PALE, RULE, looks
from diaoyan.figures.wording import listed, percent, reports_words, worded
from diaoyan.language import Lang

if TYPE_CHECKING:
    import pandas as pd

#: Measures of the model, in the order drawn; all other rows of the facts are themes.
MEASURES = ("unknown", "likeness")
_LABEL, _ROW, _TAIL, _HEAD, _GAP = 1.05, 0.27, 1.75, 0.3, 0.34


def _measured(lang: Lang) -> dict[str, str]:
    """Return what the measures are called."""
    return {
        "unknown": worded(lang, "Unknown words"),
        "likeness": worded(lang, "Likeness"),
    }


@figure("what", "before", "now", "low", "high", "clear")
def draw_drift(
    facts: pd.DataFrame,
    *,
    month: str | None,
    reports: int,
    trusted: bool,
    names: Mapping[str, str],
    source: str,
    titles: int = 0,
    lang: Lang = "zh",
) -> Figure:
    """Draw a month beside the months before: hollow before, filled now, with the interval of what is new.

    Parameters
    ----------
    facts : DataFrame
        Columns what (a measure or the id of a theme), before, now, low, high (interval of now minus before), clear;
        as `Drift.frame` returns them.
    month : str or None
        YYYY-MM.
    reports : int
        Reports of the month.
    trusted : bool
        Whether nothing speaks against the model.
    names : mapping of str to str
        Names of the themes.
    source : str
        The source line.
    titles : int
        Reports of the month that are compared by title alone.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; a note if there are fewer than three reports or no earlier ones.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"what": ["unknown", "rural"], "before": [0.1, 0.2], "now": [0.1, 0.5],
    ...                       "low": [-0.1, 0.1], "high": [0.1, 0.5], "clear": [False, True]})
    >>> figure = draw_drift(facts, month="2025-06", reports=22, trusted=True, names={"rural": "乡村振兴"},
    ...                     source="样例")
    >>> figure.texts[0].get_text()
    '2025年6月乡村振兴升至50%，模型仍可使用'
    """
    name = worded(lang, "The month and those before")
    if reports < 3:
        return draw_note(name, too_few(reports, lang), source=source)
    if facts.empty or bool(facts["before"].isna().any()):
        return draw_note(name, worded(lang, "There are too few earlier reports to compare with."), source=source)
    measured = facts["what"].isin(MEASURES)
    parts = [part for part in (facts[~measured], facts[measured]) if len(part)]
    subtitle = worded(
        lang,
        "{reports}: hollow is before, filled is now, lines are margins of error (95 %); bold: clear change",
        reports=reports_words(reports, lang),
    )
    notes = [worded(lang, "{titles} of them compared by title alone, with titles.", titles=titles)] if titles else []
    heads = worded(lang, "Share of reports by theme, %"), worded(lang, "As the model reads them, %")
    height = sum(len(part) * _ROW + _HEAD for part in parts) + 0.2 + _GAP * (len(parts) - 1)
    title = headline(facts, month=month, trusted=trusted, names=names, lang=lang)
    page = new_page(height, title, subtitle=subtitle, source=source, notes=notes)
    top = height
    for part in parts:
        bottom = top - _HEAD - len(part) * _ROW
        page.write(0, top - 0.14, heads[bool(part["what"].isin(MEASURES).all())], size=9.5, colour=INK)
        _panel(page, part, bottom=bottom, names={**names, **_measured(lang)})
        top = bottom - _GAP
    return page.figure


def headline(
    facts: pd.DataFrame, *, month: str | None, trusted: bool, names: Mapping[str, str], lang: Lang = "zh"
) -> str:
    """Return the finding: whether the model can be trusted, and the themes that have clearly changed.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"what": ["unknown"], "before": 0.1, "now": 0.4, "clear": True})
    >>> headline(facts, month="2025-06", trusted=False, names={})
    '2025年6月的标签不可直接采用：不认识的词由10%变为40%'
    """
    when = month_words(month or "", lang) or worded(lang, "This month")
    clear = facts[facts["clear"].astype(bool)]
    if not trusted:
        worse = (clear["now"] > clear["before"]) == (clear["what"] == "unknown")
        rows = clear[worse & clear["what"].isin(MEASURES)].head(1)
        for row in rows.itertuples():
            what, before, now = _measured(lang)[row.what].lower(), percent(row.before), percent(row.now)
            return worded(
                lang,
                "{when}: tags not to be trusted, {what} {before} to {now}",
                when=when,
                what=what,
                before=before,
                now=now,
            )
        return worded(lang, "{when}: tags not to be trusted", when=when)
    themes = clear[~clear["what"].isin(MEASURES)]
    if themes.empty:
        return worded(lang, "{when}: no theme has clearly changed", when=when)
    moved = []
    for row in themes.head(3).itertuples():
        theme, share = names.get(row.what, row.what), percent(row.now)
        if row.now > row.before:
            moved.append(worded(lang, "{theme} up to {share}", theme=theme, share=share))
        else:
            moved.append(worded(lang, "{theme} down to {share}", theme=theme, share=share))
    return worded(lang, "{when}: {moved}; the model still holds", when=when, moved=listed(moved, lang))


def _panel(page: Page, facts: pd.DataFrame, *, bottom: float, names: Mapping[str, str]) -> None:
    """Draw one row a theme or measure."""
    rows, depth = len(facts), len(facts) * _ROW
    axes = page.axes(_LABEL, bottom, INNER - _LABEL, depth)
    ends = [(max(0.0, row.before + row.low), min(1.0, row.before + row.high)) for row in facts.itertuples()]
    reach = min(1.0, 1.05 * max(0.05, *(high for _, high in ends), float(facts[["before", "now"]].max().max())))
    inch = reach / (INNER - _LABEL - _TAIL)
    axes.set_xlim(-0.04 * inch, inch * (INNER - _LABEL))
    axes.set_ylim(rows - 0.5, -0.5)
    step = next((step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if reach / step <= 6), 0.25)
    for value in (step * i for i in range(math.floor(reach / step + 1e-9) + 1)):
        axes.vlines(value, -0.5, rows - 0.5, color=PALE if value else GREY, linewidth=0.7, zorder=0)
        put(axes, value, rows - 0.42, f"{value:.0%}", size=7, colour=GREY, ha="center", va="top")
    style = looks([*names, *facts["what"]])
    for place, (row, (low, high)) in enumerate(zip(facts.itertuples(), ends, strict=True)):
        look = style[row.what]
        measured = row.what in MEASURES
        colour, marker = ("#1f6fa8", "o") if measured else (look.line, look.marker)
        axes.plot([low, high], [place, place], color=INK if row.clear else GREY, linewidth=2.2 if row.clear else 0.9)
        axes.plot(row.before, place, marker="o", markersize=6.5, markerfacecolor="white", markeredgecolor=INK)
        axes.plot(
            row.now,
            place,
            marker=marker,
            markersize=5.5,
            markerfacecolor=colour,
            markeredgecolor=INK,
            markeredgewidth=0.5,
        )
        name, size = shrink(names.get(row.what, row.what), _LABEL - 0.12, 8.5, 7, lines=2)
        put(axes, -0.12 * inch, place, name, size=size, ha="right", va="center", colour=RULE if row.clear else INK)
        numbers = f"{percent(row.before)} → {percent(row.now)}"
        put(axes, reach + 0.12 * inch, place, numbers, size=8.5, va="center", colour=RULE if row.clear else GREY)
