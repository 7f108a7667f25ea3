"""Figure: how the number of themes was chosen, stability above and coherence below."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diaoyan.figures.page import INNER, Page, draw_note, new_page, put
from diaoyan.figures.style import GREY, PALE, RULE, require, styled
from diaoyan.language import Lang

if TYPE_CHECKING:
    import pandas as pd

_LEFT, _STABILITY, _COHERENCE, _GAP, _FOOT, _HEAD = 0.5, 1.75, 0.8, 0.42, 0.5, 0.2
_BLUE = "#1f6fa8"
_FIRM = 0.7  # adjusted Rand index from which a number of themes counts as stable


@styled
def draw_choice_of_k(facts: pd.DataFrame, *, source: str, of_rest: bool = False, lang: Lang = "zh") -> Figure:
    """Draw stability and coherence over the number of themes, with the plateau and the number that was taken.

    Parameters
    ----------
    facts : DataFrame
        Columns k, stability (adjusted Rand index, -1 to 1), error (its standard error), coherence (NPMI, -1 to 1),
        largest (share of the reports in the largest theme, 0 to 1), plateau, chosen (both bool). One row a number.
    source : str
        The source line, with the number of reports and how many had text.
    of_rest : bool
        Whether what was parted is only the rest that no theme of the codebook explains.
    lang : {'zh', 'en'}
        Language of what the figure says.

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
    >>> facts = pd.DataFrame(
    ...     {"k": [2, 3, 4], "stability": [0.4, 0.8, 0.6], "error": 0.03, "coherence": 0.2, "largest": 0.4,
    ...      "plateau": [False, True, False], "chosen": [False, True, False]}
    ... )
    >>> draw_choice_of_k(facts, source="来源：样例").texts[0].get_text()
    '取3个主题：最稳定，兰德指数0.80'
    """
    require(facts, "k", "stability", "error", "coherence", "largest", "plateau", "chosen")
    title = "主题数的选择" if lang == "zh" else "Choice of the number of themes"
    if len(facts) < 2:
        note = "只有一种主题数可选，不作图。" if lang == "zh" else "There was only one number to choose from."
        return draw_note(title, note, source=source)
    facts = facts.sort_values("k")
    if lang == "zh":
        subtitle = "稳定性：抽取80%报告重做后的调整兰德指数（竖线为标准误）；一致性：主题词的NPMI"
        notes = ["空心点：最大的主题超过半数报告，不予考虑；浅色带：与最稳定者相差无几（0.1以内）。"]
        labels = ("稳定性", "一致性", "其余部分的组数" if of_rest else "主题数")
    else:
        subtitle = "Stability: adjusted Rand index of refits on 80 % of reports (bars: standard error); coherence: NPMI"
        notes = ["Hollow: one theme holds over half of the reports; shaded: as stable as the best (within 0.1)."]
        labels = ("Stability", "Coherence", "Number of groups in the rest" if of_rest else "Number of themes")
    height = _FOOT + _COHERENCE + _GAP + _STABILITY + _HEAD
    page = new_page(height, headline(facts, of_rest=of_rest, lang=lang), subtitle=subtitle, source=source, notes=notes)
    lower = _panel(page, facts, "coherence", bottom=_FOOT, height=_COHERENCE, label=labels[1])
    upper = _panel(page, facts, "stability", bottom=_FOOT + _COHERENCE + _GAP, height=_STABILITY, label=labels[0])
    for k, value, error in zip(facts["k"], facts["stability"], facts["error"], strict=True):
        upper.plot([k, k], [value - error, value + error], color=_BLUE, linewidth=1.2, solid_capstyle="butt")
    for k in facts["k"]:
        page.write(_LEFT + (INNER - _LEFT) * _place(lower, k), 0.3, str(k), size=8.5, ha="center")
    page.write(_LEFT + (INNER - _LEFT) / 2, 0.02, labels[2], size=8, colour=GREY, ha="center")
    return page.figure


def headline(facts: pd.DataFrame, *, of_rest: bool = False, lang: Lang = "zh") -> str:
    """Return the finding: the number taken, and whether others are as stable.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"k": [4, 5, 7], "stability": [0.8, 0.6, 0.82], "largest": 0.4,
    ...                       "plateau": [True, False, True], "chosen": [False, False, True]})
    >>> headline(facts)
    '4、7个主题同样稳定，资料分不出高下；取7个'
    >>> headline(facts.assign(plateau=facts["chosen"]), of_rest=True)
    '主题之外的报告分7组：最稳定，兰德指数0.82'
    >>> headline(facts.assign(stability=facts["stability"] / 2))
    '主题取几个都不够稳定（兰德指数0.41），按7个来分也不可靠'
    """
    taken = facts[facts["chosen"]].iloc[0]
    k, stability = int(taken["k"]), float(taken["stability"])
    level = [int(number) for number in facts.loc[facts["plateau"], "k"]]
    firm = float(facts.loc[facts["plateau"], "stability"].max()) >= _FIRM
    gapless = level[-1] - level[0] + 1 == len(level) > 2
    if lang == "en":
        what = "groups of the rest" if of_rest else "themes"
        if not firm:
            return f"No number of {what} is stable ({stability:.2f}): the {k} that are taken are not reliable"
        if len(level) < 2:
            among = " without an overlarge theme" if (facts["stability"] > stability).any() else ""
            return f"{k} {what}: the most stable number{among} ({stability:.2f})"
        numbers = f"{level[0]} to {level[-1]}" if gapless else ", ".join(map(str, level))
        return f"{numbers} {what} are equally stable, the material does not decide; {k} are taken"
    if not firm:
        what = "主题之外的报告怎样分组都" if of_rest else "主题取几个都"
        return f"{what}不够稳定（兰德指数{stability:.2f}），按{k}{'组' if of_rest else '个'}来分也不可靠"
    if len(level) < 2:
        among = "没有过半主题的数目中" if (facts["stability"] > stability).any() else ""
        what = f"主题之外的报告分{k}组" if of_rest else f"取{k}个主题"
        return f"{what}：{among}最稳定，兰德指数{stability:.2f}"
    numbers = f"{level[0]}至{level[-1]}" if gapless else "、".join(map(str, level))
    if of_rest:
        return f"主题之外的报告分{numbers}组同样稳定，资料分不出高下；取{k}组"
    return f"{numbers}个主题同样稳定，资料分不出高下；取{k}个"


def _panel(page: Page, facts: pd.DataFrame, column: str, *, bottom: float, height: float, label: str) -> Axes:
    """Draw one measure as a line of points, the number that was taken in red and labelled."""
    axes = page.axes(_LEFT, bottom, INNER - _LEFT, height)
    ks = [int(k) for k in facts["k"]]
    values = [float(value) for value in facts[column]]
    spread = [float(error) for error in facts["error"]] if column == "stability" else [0.0] * len(ks)
    low = min(0.0, *(value - error for value, error in zip(values, spread, strict=True)))
    high = max(0.1, *(value + error for value, error in zip(values, spread, strict=True)))
    axes.set_ylim(low - 0.08 * (high - low), high + 0.18 * (high - low))
    axes.set_xlim(ks[0] - 0.5, ks[-1] + 0.5)
    for k, level in zip(ks, facts["plateau"], strict=True):
        if level:
            axes.axvspan(k - 0.5, k + 0.5, color=PALE, alpha=0.6, linewidth=0, zorder=0)
    for tick in _ticks(low, high):
        axes.axhline(tick, color=GREY if tick == 0 else PALE, linewidth=0.7, zorder=0.5)
        put(axes, ks[0] - 0.58, tick, f"{tick:g}", size=7, colour=GREY, ha="right", va="center")
    axes.plot(ks, values, color=_BLUE, linewidth=1.0, zorder=2)
    for k, value, largest, chosen in zip(ks, values, facts["largest"], facts["chosen"], strict=True):
        colour = RULE if chosen else _BLUE
        face, size = "white" if largest > 0.5 else colour, 6 if chosen else 4.5
        axes.plot([k], [value], marker="o", markersize=size, color=colour, markerfacecolor=face, zorder=3)
    page.write(0, bottom + height + 0.06, label, size=8.5, colour=GREY)
    return axes


def _place(axes: Axes, k: int) -> float:
    """Return how far right a number stands, as a share of the panel's width."""
    low, high = axes.get_xlim()
    return (k - low) / (high - low)


def _ticks(low: float, high: float) -> list[float]:
    """Return round values from `low` to `high`, zero among them, at most five."""
    step = next(step for step in (0.1, 0.2, 0.5, 1.0) if (high - low) / step <= 4)
    return [round(step * i, 1) for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
