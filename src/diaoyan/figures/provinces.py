"""Figure: themes by the province a report is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from diaoyan.figures.grid import draw_grid, grid_height
from diaoyan.figures.page import draw_note, new_page
from diaoyan.figures.registry import figure
from diaoyan.figures.wording import reports_words, tied, worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: Fewest reports that must name a province, and fewest provinces, for the figure to be drawn.
LEAST_REPORTS, LEAST_PROVINCES = 5, 2
_MOST = 14


@figure(
    "province",
    "theme",
    "reports",
    caption=message("Themes by province"),
    facts=lambda of: of.provinces,
    options=lambda of, lang: {"names": of.names(lang), "total": of.total},
)
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
    '认得出省份的6篇中，四川最多，4篇'
    """
    named, places = int(facts["reports"].sum()), facts.groupby("province")["reports"].sum()
    if named < LEAST_REPORTS or len(places) < LEAST_PROVINCES:
        note = worded(
            lang,
            "Of none of {total} reports do title, authors or opening lines tell which of the 34 provinces it is about.",
            total=total,
        )
        if named:
            note = worded(
                lang,
                "{named} of {total} reports name a province in title, authors or opening lines, {places} in all; "
                "{least} reports and {least_places} provinces are needed to draw.",
                named=named,
                total=total,
                places=len(places),
                least=LEAST_REPORTS,
                least_places=LEAST_PROVINCES,
            )
        return draw_note(worded(lang, "Themes by province"), note, source=source)
    order = sorted(places.index, key=lambda province: (-places[province], province))
    shown = order[:_MOST]
    themes = sorted(set(facts["theme"]), key=lambda t: (t == OTHER, list(names).index(t) if t in names else 99, t))
    table = facts.pivot_table(index="province", columns="theme", values="reports", aggfunc="sum", fill_value=0)
    counts = table.reindex(index=shown, columns=themes).to_numpy(dtype=int)
    whole = counts.sum(axis=1, keepdims=True)
    shares = np.where(whole >= LEAST_REPORTS, counts / whole, np.nan)  # a share of two reports says nothing
    subtitle = worded(
        lang,
        "{named} of {total} reports name a province in title, authors or opening lines; darker is more; % is of the "
        "province, from {least} on",
        named=named,
        total=total,
        least=LEAST_REPORTS,
    )
    cut = worded(lang, "The {most} provinces with most reports, of {all}.", most=_MOST, all=len(order))
    notes = [cut] if len(order) > _MOST else []
    page = new_page(grid_height(len(shown)), headline(facts, lang=lang), subtitle=subtitle, source=source, notes=notes)
    draw_grid(
        page,
        counts,
        shares=shares,
        shades=counts / counts.max(),
        rows=shown,
        columns=[names.get(theme, theme) for theme in themes],
        totals=[reports_words(int(places[province]), lang) for province in shown],
    )
    return page.figure


def headline(facts: pd.DataFrame, *, lang: Lang = "zh") -> str:
    """Return the finding: of how many reports the province is known, and which has most.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"province": ["四川", "湖北"], "theme": "rural", "reports": 3})
    >>> headline(facts)
    '认得出省份的6篇中，四川、湖北最多，各3篇'
    """
    places = facts.groupby("province")["reports"].sum()
    most = int(places.max())
    first = [province for province in dict.fromkeys(facts["province"]) if places[province] == most]
    said = {"known": int(places.sum()), "who": tied(first, lang), "most": most}
    if len(first) > 1:
        return worded(lang, "Of {known} with a known province most are of {who}: {most} each", **said)
    return worded(lang, "Of {known} with a known province most are of {who}: {most}", **said)
