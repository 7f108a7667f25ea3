"""Figure: which themes stand together in one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from diaoyan.figures.grid import draw_grid, grid_height
from diaoyan.figures.page import draw_note, new_page
from diaoyan.figures.registry import figure
from diaoyan.figures.wording import reports_words, tied, worded
from diaoyan.language import Lang, message

if TYPE_CHECKING:
    import pandas as pd

#: Fewest reports with two themes or more for the figure to be drawn.
LEAST = 3


@figure(
    "theme",
    "further",
    "reports",
    caption=message("Themes in one report"),
    facts=lambda of: of.together,
    options=lambda of, lang: {"names": of.names(lang), "several": of.several},
)
def draw_together(
    facts: pd.DataFrame, *, names: dict[str, str], source: str, several: int, lang: Lang = "zh"
) -> Figure:
    """Draw how many reports carry each pair of themes.

    Parameters
    ----------
    facts : DataFrame
        Columns theme, further, reports; each unordered pair once, a theme with itself for all that carry it.
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line.
    several : int
        Reports with two themes or more.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; a note if fewer than three reports carry several themes.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"theme": ["rural", "finance", "rural"], "further": ["rural", "finance", "finance"],
    ...                       "reports": [9, 6, 3]})
    >>> names = {"rural": "乡村振兴", "finance": "金融"}
    >>> draw_together(facts, names=names, source="来源：样例", several=3).texts[0].get_text()
    '乡村振兴与金融最常同篇出现：3篇'
    """
    if several < LEAST:
        note = worded(
            lang,
            "Too little to draw: {reports} with several themes, at least {least} are needed.",
            reports=reports_words(several, lang),
            least=LEAST,
        )
        return draw_note(worded(lang, "Themes in one report"), note, source=source)
    themes = [theme for theme in names if theme in set(facts["theme"]) | set(facts["further"])]
    counts = np.zeros((len(themes), len(themes)), dtype=np.int64)
    for one, other, reports in zip(facts["theme"], facts["further"], facts["reports"], strict=True):
        i, j = sorted((themes.index(one), themes.index(other)))
        counts[j, i] = reports
    own = np.diag(counts)
    smaller = np.maximum(np.minimum(own[:, None], own[None, :]), 1)
    shares = np.where(np.eye(len(themes), dtype=bool), np.nan, counts / smaller)
    subtitle = worded(
        lang,
        "{several} reports carry several themes; diagonal: reports with the theme, as first or further one; below: "
        "reports with both, and % of the rarer theme",
        several=several,
    )
    page = new_page(grid_height(len(themes)), headline(facts, names, lang=lang), subtitle=subtitle, source=source)
    printed = [names[theme] for theme in themes]
    totals = [reports_words(int(count), lang) for count in own]
    drawn = np.tri(len(themes), dtype=bool)  # the other half would say the same again
    shades = np.nan_to_num(shares)
    draw_grid(page, counts, shares=shares, shades=shades, rows=printed, columns=printed, totals=totals, drawn=drawn)
    return page.figure


def headline(facts: pd.DataFrame, names: dict[str, str], *, lang: Lang = "zh") -> str:
    """Return the finding: the pair that stands together most often, or the pairs that do so equally often.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"theme": ["a"], "further": ["b"], "reports": [4]}), {"a": "A", "b": "B"}, lang="en")
    'Most often together, 4 reports: A with B'
    >>> facts = pd.DataFrame({"theme": ["a", "a"], "further": ["b", "c"], "reports": 4})
    >>> headline(facts, {"a": "乡村", "b": "金融", "c": "数字"})
    '乡村与金融、乡村与数字最常同篇出现：各4篇'
    """
    pairs = facts[facts["theme"] != facts["further"]]
    most = int(pairs["reports"].max())
    best = pairs[pairs["reports"] == most]
    both = [
        worded(lang, "{one} with {other}", one=names.get(one, one), other=names.get(other, other))
        for one, other in zip(best["theme"], best["further"], strict=True)
    ]
    said = {"pairs": tied(both, lang, unit="对", most=3 if lang == "zh" else 2), "reports": reports_words(most, lang)}
    if len(both) > 1:
        return worded(lang, "Most often together, {reports} each: {pairs}", **said)
    return worded(lang, "Most often together, {reports}: {pairs}", **said)
