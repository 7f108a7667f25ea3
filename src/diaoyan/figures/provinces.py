"""Figure: themes by the province a report is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from diaoyan.figures.grid import draw_grid, grid_height
from diaoyan.figures.page import draw_note, new_page
from diaoyan.figures.style import require, styled
from diaoyan.figures.wording import listed, reports_words
from diaoyan.language import Lang
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: Fewest reports that must name a province, and fewest provinces, for the figure to be drawn.
LEAST_REPORTS, LEAST_PROVINCES = 5, 2
_MOST = 14


@styled
def draw_provinces(facts: pd.DataFrame, *, names: dict[str, str], source: str, total: int, lang: Lang = "zh") -> Figure:
    """Draw how many reports of each province belong to each theme.

    Parameters
    ----------
    facts : DataFrame
        Columns province, theme, reports.
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line.
    total : int
        Reports there are, with and without a province.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; a note if fewer than five reports or two provinces are named.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"province": ["四川", "湖北"], "theme": "rural", "reports": [4, 2]})
    >>> figure = draw_provinces(facts, names={"rural": "乡村振兴"}, source="来源：样例", total=8)
    >>> figure.texts[0].get_text()
    '四川的报告最多：4篇，多属乡村振兴'
    """
    require(facts, "province", "theme", "reports")
    named, places = int(facts["reports"].sum()), facts.groupby("province")["reports"].sum()
    if named < LEAST_REPORTS or len(places) < LEAST_PROVINCES:
        if lang == "zh":
            said = (
                f"只从{named}篇的题目和作者单位认出省份（{len(places)}个）"
                if named
                else "没有一篇的题目或作者单位认得出省份"
            )
            note = f"{total}篇中{said}，不作图：至少要{LEAST_REPORTS}篇、{LEAST_PROVINCES}个省份。"
            return draw_note("各省的主题", note, source=source)
        note = (
            f"Only {named} of {total} reports name a province in title or authors ({len(places)} provinces): "
            "too few to draw."
        )
        return draw_note("Themes by province", note, source=source)
    order = sorted(places.index, key=lambda province: (-places[province], province))
    shown = order[:_MOST]
    themes = sorted(set(facts["theme"]), key=lambda t: (t == OTHER, list(names).index(t) if t in names else 99, t))
    table = facts.pivot_table(index="province", columns="theme", values="reports", aggfunc="sum", fill_value=0)
    counts = table.reindex(index=shown, columns=themes).to_numpy(dtype=int)
    whole = counts.sum(axis=1, keepdims=True)
    shares = np.where(whole >= LEAST_REPORTS, counts / whole, np.nan)  # a share of two reports says nothing
    if lang == "zh":
        subtitle = (
            f"{total}篇中{named}篇的题目或作者单位认得出省份；格内为篇数，颜色越深篇数越多；"
            f"满{LEAST_REPORTS}篇的省另标占该省的%"
        )
        notes = [f"只画报告最多的{_MOST}个省份，共涉及{len(order)}个。"] if len(order) > _MOST else []
    else:
        subtitle = (
            f"{named} of {total} reports name a province in title or authors; % where there are {LEAST_REPORTS} or more"
        )
        notes = [f"The {_MOST} provinces with most reports, of {len(order)}."] if len(order) > _MOST else []
    page = new_page(
        grid_height(len(shown)), headline(facts, names, lang=lang), subtitle=subtitle, source=source, notes=notes
    )
    draw_grid(
        page, counts, shares=shares, shades=counts / counts.max(), rows=shown,
        columns=[names.get(theme, theme) for theme in themes],
        totals=[reports_words(int(places[province]), lang) for province in shown],
    )  # fmt: skip
    return page.figure


def headline(facts: pd.DataFrame, names: dict[str, str], *, lang: Lang = "zh") -> str:
    """Return the finding: the province with most reports, and the theme most of them belong to.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"province": ["四川", "湖北"], "theme": "rural", "reports": 3})
    >>> headline(facts, {"rural": "乡村振兴"})
    '四川、湖北的报告最多：各3篇'
    """
    places = facts.groupby("province")["reports"].sum()
    most = int(places.max())
    first = [province for province in dict.fromkeys(facts["province"]) if places[province] == most]
    if len(first) > 1:
        who = listed(first[:3], lang)
        if lang == "zh":
            return f"{who}{'等' if len(first) > 3 else ''}的报告最多：各{most}篇"
        return f"{who}{' and others' if len(first) > 3 else ''} lead with {reports_words(most, lang)} each"
    inside = facts[facts["province"] == first[0]].groupby("theme")["reports"].sum()
    theme = max(inside.index, key=lambda t: (inside[t], t))
    clear = 2 * inside[theme] > most
    name = names.get(theme, theme)
    if lang == "zh":
        return f"{first[0]}的报告最多：{most}篇" + (f"，多属{name}" if clear else "")
    return f"{first[0]} leads with {reports_words(most, lang)}" + (f", mostly {name}" if clear else "")
