"""Figure: which theme the classifier gave to held-out reports, against the true one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from diaoyan.figures.grid import SHADES
from diaoyan.figures.page import INNER, WIDTH, Page, balance, draw_note, new_page, put, shrink, too_few
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY
from diaoyan.figures.wording import percent, reports_words, tied, worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_LABEL = 1.5


@figure(
    "truth",
    "predicted",
    "reports",
    caption=message("Which themes the model mistakes for which"),
    facts=lambda of: of.confusion,
    options=lambda of, lang: {"names": of.names(lang), "scores": of.scores},
)
def draw_confusion(
    facts: pd.DataFrame, *, names: dict[str, str], source: str, scores: Mapping[str, float], lang: Lang = "zh"
) -> Figure:
    """Draw true themes in rows against predicted ones in columns, with counts and the share of the row.

    Parameters
    ----------
    facts : DataFrame
        Columns truth, predicted, reports; pairs that do not occur may be left out.
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line, with the number of reports and how many had text.
    scores : mapping of str to float
        ``macro_f1`` (0 to 1) is printed below the title; the accuracy is counted from `facts`.
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
    >>> facts = pd.DataFrame({"truth": ["rural", "other"], "predicted": "rural", "reports": [9, 1]})
    >>> names = {"rural": "乡村振兴", "other": "其他"}
    >>> figure = draw_confusion(facts, names=names, source="来源：样例", scores={"macro_f1": 0.47})
    >>> figure.texts[0].get_text()
    '没学过的报告判对90%，最常判错：其他→乡村振兴，1篇'
    """
    total = int(facts["reports"].sum())
    if total < 3:
        return draw_note(worded(lang, "Which themes the model mistakes for which"), too_few(total, lang), source=source)
    themes, counts = matrix(facts, names)
    subtitle = worded(
        lang,
        "{total} reports that the model had not learned from; cells: reports and % of the true theme, darker is more",
        total=total,
    )
    notes = []
    if "macro_f1" in scores:
        notes = [
            worded(
                lang,
                "Mean over the themes of what is found and what is right (macro-F1, 1 is perfect): {f1:.2f}.",
                f1=scores["macro_f1"],
            )
        ]
    size = len(themes)
    cell = (min(1.05, max(0.46 if lang == "zh" else 0.66, (INNER - _LABEL) / size)), 0.52 if size <= 8 else 0.44)
    type_size = 8.5 if size <= 8 else 7.5
    heads = [balance(names.get(theme, theme), type_size, cell[0] - 0.06, lines=3) for theme in themes]
    head = 0.34 + 0.15 * max(text.count("\n") + 1 for text in heads)
    page = new_page(
        head + size * cell[1],
        headline(themes, counts, names, lang=lang),
        subtitle=subtitle,
        source=source,
        notes=notes,
        width=max(WIDTH, WIDTH - INNER + _LABEL + size * cell[0]),
    )
    axes = page.axes(_LABEL, 0, size * cell[0], size * cell[1])
    axes.set_xlim(0, size)
    axes.set_ylim(size, 0)
    _draw_cells(axes, counts)
    for j, name in enumerate(heads):
        put(axes, j + 0.5, -0.08 / cell[1], name, size=type_size, ha="center", va="bottom")
    side = -0.1 / cell[0]
    for i, (theme, row) in enumerate(zip(themes, counts.sum(axis=1), strict=True)):
        name, large = shrink(names.get(theme, theme), _LABEL - 0.1, 9, 8.25, 7.5)
        put(axes, side, i + 0.48, name, size=large, ha="right", va="bottom")
        put(axes, side, i + 0.54, reports_words(int(row), lang), size=7.5, colour=GREY, ha="right", va="top")
    _name_axes(page, size * cell[1], head, lang)
    return page.figure


def _draw_cells(axes: Axes, counts: NDArray[np.int64]) -> None:
    """Draw a shaded cell for each pair of themes; one without reports stays empty."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for (i, j), share in np.ndenumerate(shares):
        red, green, blue, _ = SHADES(float(share))
        shade = to_hex((red, green, blue))
        axes.add_patch(Rectangle((j, i), 1, 1, facecolor=shade, edgecolor="white", linewidth=1.5))
        if counts[i, j]:
            put(axes, j + 0.5, i + 0.5, str(counts[i, j]), size=10, ha="center", va="bottom")
            put(axes, j + 0.5, i + 0.56, percent(share), size=7, ha="center", va="top")


def _name_axes(page: Page, grid: float, head: float, lang: Lang) -> None:
    across, down = worded(lang, "Theme by the model →"), worded(lang, "True theme ↓")
    page.write(_LABEL, grid + head - 0.13, across, size=8, colour=GREY)
    page.write(_LABEL - 0.1, grid + 0.08, down, size=8, colour=GREY, ha="right")


def matrix(facts: pd.DataFrame, names: dict[str, str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the themes that occur, in the order of `names` and `other` last, and counts of shape (true, predicted)."""
    found = {*facts["truth"], *facts["predicted"]}
    order = [theme for theme in names if theme in found] + sorted(found - set(names))
    order.sort(key=lambda theme: theme == OTHER)
    counts = np.zeros((len(order), len(order)), dtype=np.int64)
    for truth, predicted, reports in zip(facts["truth"], facts["predicted"], facts["reports"], strict=True):
        counts[order.index(truth), order.index(predicted)] += int(reports)
    return order, counts


def headline(themes: list[str], counts: NDArray[np.int64], names: dict[str, str], *, lang: Lang = "zh") -> str:
    """Return the finding: the accuracy, and the confusions that happen most often, those of equals together.

    Examples
    --------
    >>> headline(["rural"], np.array([[5]]), {"rural": "Rural"}, lang="en")
    '100% of unseen reports are right, none wrong'
    >>> headline(["a", "b"], np.array([[5, 1], [1, 3]]), {"a": "金融", "b": "乡村"})
    '没学过的报告判对80%，最常判错：金融→乡村、乡村→金融，各1篇'
    """
    right, total = int(np.trace(counts)), int(counts.sum())
    wrong = counts - np.diag(np.diag(counts))
    most = int(wrong.max())
    pairs = [
        f"{names.get(themes[i], themes[i])}→{names.get(themes[j], themes[j])}" for i, j in np.argwhere(wrong == most)
    ]
    said = {"right": percent(right / total), "most": reports_words(most, lang)}
    if not most:
        return worded(lang, "{right} of unseen reports are right, none wrong", **said)
    said["pairs"] = tied(pairs, lang, unit="对", most=3 if lang == "zh" else 2)
    if len(pairs) > 1:
        return worded(lang, "{right} of unseen reports are right; most often wrong, {most} each: {pairs}", **said)
    return worded(lang, "{right} of unseen reports are right; most often wrong, {most}: {pairs}", **said)
