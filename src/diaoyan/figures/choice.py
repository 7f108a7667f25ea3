"""Figure: how the number of themes was chosen, stability above and coherence below."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diaoyan.figures.page import INNER, Page, draw_note, new_page, put
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, PALE, RULE
from diaoyan.figures.wording import listed, worded
from diaoyan.language import Lang, message

if TYPE_CHECKING:
    import pandas as pd

_LEFT, _STABILITY, _COHERENCE, _GAP, _FOOT, _HEAD = 0.5, 1.75, 0.8, 0.42, 0.5, 0.2
_BLUE = "#1f6fa8"
_FIRM = 0.7  # adjusted Rand index from which a number of themes counts as stable


def _facts(of: Any) -> pd.DataFrame | None:
    return of.divisions.choice if of.divisions and len(of.divisions.choice) else None


@figure(
    "k",
    "stability",
    "error",
    "coherence",
    "largest",
    "plateau",
    "chosen",
    caption=message("Into how many themes reports are divided automatically"),
    facts=_facts,
    options=lambda of, lang: {"of_rest": of.divisions.of_rest},
    apart=True,
)
def draw_choice(facts: pd.DataFrame, *, source: str, of_rest: bool = False, lang: Lang = "zh") -> Figure:
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
    >>> draw_choice(facts, source="来源：样例").texts[0].get_text()
    '分3个主题最稳定'
    """
    if len(facts) < 2:
        note = worded(lang, "There was only one number to choose from.")
        title = worded(lang, "Into how many themes reports are divided automatically")
        return draw_note(title, note, source=source)
    facts = facts.sort_values("k")
    subtitle = worded(
        lang,
        "Stable: how alike the division stays when a fifth of the reports is left out; coherent: how often the words "
        "of a theme stand together; 1 is most",
    )
    notes = [
        worded(
            lang,
            "Hollow: one theme holds over half of the reports; shaded: within 0.1 of the most stable; red: taken. "
            "Measures: adjusted Rand index (bars: standard error) and NPMI. Groups that make no clear theme are put "
            "together again.",
        )
    ]
    labels = (
        worded(lang, "Stable"),
        worded(lang, "Coherent"),
        worded(lang, "Number of groups in the rest") if of_rest else worded(lang, "Number of themes"),
    )
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
    '分4、7个主题差不多一样稳定，资料分不出高下；取7个'
    >>> headline(facts.assign(plateau=facts["chosen"]), of_rest=True)
    '主题之外的报告，分7组最稳定'
    >>> headline(facts.assign(stability=facts["stability"] / 2))
    '分几个主题都不够稳定，分成7个也不可靠'
    """
    taken = facts[facts["chosen"]].iloc[0]
    k, stability = int(taken["k"]), float(taken["stability"])
    level = [int(number) for number in facts.loc[facts["plateau"], "k"]]
    firm = float(facts.loc[facts["plateau"], "stability"].max()) >= _FIRM
    gapless = level[-1] - level[0] + 1 == len(level) > 2
    numbers = worded(lang, "{first} to {last}", first=level[0], last=level[-1])
    if not gapless:
        numbers = listed([str(number) for number in level], lang)
    said = {"k": k, "numbers": numbers}
    if not firm and of_rest:
        return worded(
            lang, "No number of groups of the rest is stable: the {k} that are taken are not reliable", **said
        )
    if not firm:
        return worded(lang, "No number of themes is stable: the {k} that are taken are not reliable", **said)
    if len(level) > 1 and of_rest:
        return worded(
            lang,
            "{numbers} groups of the rest are about as stable, the material does not decide; {k} are taken",
            **said,
        )
    if len(level) > 1:
        return worded(lang, "{numbers} themes are about as stable, the material does not decide; {k} are taken", **said)
    title = worded(lang, "{k} themes: the most stable number", **said)
    if of_rest:
        title = worded(lang, "{k} groups of the rest: the most stable number", **said)
    if (facts["stability"] > stability).any():
        title += worded(lang, " without a theme of over half")
    return title


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
