"""Figure: where in each report its themes stand, a strip a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from diaoyan.figures.map import numbers
from diaoyan.figures.page import INNER, draw_note, fit, measure, new_page, put
from diaoyan.figures.style import GREY, Look, looks, require, styled
from diaoyan.figures.wording import percent
from diaoyan.language import Lang
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: Share of its length that one theme must hold for a report to be mostly on it.
WHOLE = 0.6
#: Probability from which a section is drawn full.
SURE = 0.5
_ROW, _LEFT, _HEAD = 0.19, 2.9, 0.34


@styled
def draw_strips(facts: pd.DataFrame, *, names: dict[str, str], source: str, total: int, lang: Lang = "zh") -> Figure:
    """Draw each report as a strip from its beginning to its end, each section in the colour of its theme.

    Parameters
    ----------
    facts : DataFrame
        Columns report_id, month, no, title, start, end (where a section stands, 0 to 1), theme, probability (0 to
        1); the sections of a report in order.
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line.
    total : int
        Reports with text, drawn or not.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; a note if no report has text.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"report_id": "a", "month": "2025-06", "no": 1, "title": "石渡县调查", "start": [0.0, 0.7],
    ...                       "end": [0.7, 1.0], "theme": ["rural", "finance"], "probability": 0.9})
    >>> names = {"rural": "乡村振兴", "finance": "金融"}
    >>> draw_strips(facts, names=names, source="来源：样例", total=1).texts[0].get_text()
    '1篇中1篇以一个主题为主'
    """
    require(facts, "report_id", "month", "no", "title", "start", "end", "theme", "probability")
    reports = facts.drop_duplicates("report_id").reset_index(drop=True)
    if reports.empty:
        if lang == "zh":
            return draw_note("主题在篇中的位置", "没有一篇报告有正文，不作图。", source=source)
        return draw_note("Where the themes stand", "No report has text: nothing to draw.", source=source)
    if lang == "zh":
        subtitle = "每条一篇，从左到右为从头到尾，颜色为各节的主题；空心的节把握不足一半"
        notes = [f"注：一个主题的各节合计占篇幅{percent(WHOLE)}以上，即以它为主，空心的节也计入；否则为分写几个主题。"]
        notes += [f"有正文的共{total}篇，只画其中{len(reports)}篇。"] if total > len(reports) else []
    else:
        subtitle = (
            "One strip a report, from its beginning to its end; colours are the themes of sections; hollow: unsure"
        )
        notes = [f"Mostly on one theme: its sections, hollow ones too, take {percent(WHOLE)} of the length or more."]
        notes += [f"{len(reports)} of {total} reports with text are drawn."] if total > len(reports) else []
    depth = len(reports) * _ROW
    page = new_page(depth + _HEAD, headline(facts, lang=lang), subtitle=subtitle, source=source, notes=notes)
    themes = sorted(
        set(facts["theme"]), key=lambda t: (t == OTHER, list(names).index(t) if t in names else len(names), t)
    )
    style = looks([*names, *themes])
    _legend(page.axes(0, depth, INNER, _HEAD), themes, names=names, style=style)
    axes = page.axes(0, 0, INNER, depth)
    axes.set_xlim(0, INNER)
    axes.set_ylim(depth, 0)
    sections = dict(list(facts.groupby("report_id", sort=False)))
    for line, (number, row) in enumerate(zip(numbers(reports), reports.itertuples(), strict=True)):
        middle = (line + 0.5) * _ROW
        put(axes, 0.5, middle, number, size=7.5, colour=GREY, ha="right", va="center")
        put(axes, 0.58, middle, fit(row.title, 8, _LEFT - 0.68), size=8, va="center")
        for part in sections[row.report_id].itertuples():
            _section(axes, part, style[part.theme], top=line * _ROW)
    return page.figure


def headline(facts: pd.DataFrame, *, lang: Lang = "zh") -> str:
    """Return the finding: how many reports are on one theme for six tenths of their length or more.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"report_id": "a", "theme": ["x", "y"], "start": [0, 0.5], "end": [0.5, 1.0]}))
    '1篇中0篇以一个主题为主，1篇分写几个主题'
    """
    length = (facts["end"] - facts["start"]).groupby([facts["report_id"], facts["theme"]]).sum()
    shares = length / length.groupby(level=0).transform("sum")
    keeps = int((shares.groupby(level=0).max() >= WHOLE).sum())
    total = facts["report_id"].nunique()
    if lang == "zh":
        return f"{total}篇中{keeps}篇以一个主题为主" + (f"，{total - keeps}篇分写几个主题" if keeps < total else "")
    return f"{keeps} of {total} reports are mostly on one theme" + (
        f", {total - keeps} on several" if keeps < total else ""
    )


def _section(axes: Axes, part: Any, look: Look, *, top: float) -> None:
    width = INNER - _LEFT
    sure = part.probability >= SURE
    axes.add_patch(
        Rectangle(
            (_LEFT + part.start * width, top + 0.15 * _ROW), (part.end - part.start) * width, 0.7 * _ROW,
            facecolor=look.colour if sure else "white", hatch=look.hatch, edgecolor="white" if sure else look.line,
            linewidth=0.6, zorder=1 if sure else 1.1,  # the white edge of a neighbour would cover a hollow one
        )
    )  # fmt: skip


def _legend(axes: Axes, themes: list[str], *, names: dict[str, str], style: dict[str, Look]) -> None:
    """Draw a swatch and a name for each theme, as many as fit in one line."""
    axes.set_xlim(0, INNER)
    axes.set_ylim(0, _HEAD)
    left = 0.0
    for theme in themes:
        name = fit(names.get(theme, theme), 8.5, 1.6)
        width = measure(name, 8.5) + 0.36
        if left + width > INNER:
            break
        axes.add_patch(
            Rectangle(
                (left, 0.13), 0.16, 0.12, facecolor=style[theme].colour, hatch=style[theme].hatch, edgecolor="white"
            )
        )
        put(axes, left + 0.21, 0.19, name, size=8.5, va="center_baseline")
        left += width
