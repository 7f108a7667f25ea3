"""Figure: LDA topics and TF-IDF clusters beside the themes of the codebook, and how far the three agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from diaoyan.figures.page import INNER, draw_note, fit, new_page, put, too_few
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, looks
from diaoyan.figures.wording import worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

_HEIGHT, _HEAD, _BOX, _SIDE = 3.9, 0.32, 0.12, 1.9
_COLUMNS = ("lda", "theme", "tfidf")


def _facts(of: Any) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=[*_COLUMNS, "reports"]) if of.divisions is None else of.divisions.agreement


def _options(of: Any, lang: Lang) -> dict[str, Any]:
    found = of.divisions
    scores, same = ({}, {}) if found is None else (found.scores, found.same)
    names = {"theme": of.names(lang), **of.divided_names(lang)}
    return {"names": names, "scores": scores, "same": same, "total": of.total, "with_text": of.with_text}


@figure(
    *_COLUMNS,
    "reports",
    caption=message("Themes as tagged beside two automatic divisions"),
    facts=_facts,
    options=_options,
    apart=True,
)
def draw_agreement(
    facts: pd.DataFrame,
    *,
    names: dict[str, dict[str, str]],
    source: str,
    scores: dict[str, float],
    same: dict[str, int],
    total: int | None = None,
    with_text: int | None = None,
    lang: Lang = "zh",
) -> Figure:
    """Draw reports as bands from their LDA topic through their theme to their TF-IDF cluster.

    Parameters
    ----------
    facts : DataFrame
        Columns lda, theme, tfidf (ids), reports; one row a combination.
    names : dict of str to dict of str
        For each of the three columns its names to print by id, in the order they are drawn from the top.
    source : str
        The source line.
    scores : dict of str to float
        Adjusted mutual information ``lda`` and ``tfidf`` with the themes, and ``both`` with each other; at most 1.
    same : dict of str to int
        Reports that ``lda`` and ``tfidf`` put under the theme of their tag.
    total : int, optional
        Reports there are, of which only every n-th may have been divided; those divided, if it is not given.
    with_text : int, optional
        Reports that have text; all, if it is not given.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; a note if there are fewer than three reports.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"lda": ["a"], "theme": ["rural"], "tfidf": ["a"], "reports": [8]})
    >>> names = {"lda": {"a": "乡村"}, "theme": {"rural": "乡村振兴"}, "tfidf": {"a": "乡村"}}
    >>> scores = {"lda": 1.0, "tfidf": 0.8, "both": 0.8}
    >>> same = {"lda": 8, "tfidf": 6}
    >>> draw_agreement(facts, names=names, source="来源：样例", scores=scores, same=same).texts[0].get_text()
    '8篇中，LDA与归类相同的8篇，TF-IDF 6篇；\\n不加区分、全归“乡村振兴”，也有8篇相同'
    """
    divided = int(facts["reports"].sum())
    total = total or divided
    if divided < 3:
        note = too_few(divided, lang)
        if total >= 3 and with_text is not None:
            note = worded(
                lang,
                "{with_text} of {total} reports have text: too little for LDA and TF-IDF to find themes.",
                with_text=with_text,
                total=total,
            )
        return draw_note(worded(lang, "Themes as tagged beside two automatic divisions"), note, source=source)
    subtitle = worded(
        lang, "Where the same {divided} reports go: LDA and TF-IDF are two ways to group them by words", divided=divided
    )
    if divided < total:
        subtitle += worded(lang, ", an even part of {total}", total=total)
    subtitle += worded(lang, "; colours: themes as tagged")
    note = worded(
        lang,
        "All share the seed words, and LDA starts from TF-IDF's division: that they agree proves little. Adjusted "
        "mutual information (1: the same, 0: chance): LDA {lda:.2f} and TF-IDF {tfidf:.2f} with the tags, {both:.2f} "
        "with each other.",
        **scores,
    )
    heads = worded(lang, "LDA topics"), worded(lang, "Themes as tagged"), worded(lang, "TF-IDF clusters")
    counts = facts.groupby("theme")["reports"].sum()
    first = next(theme for theme in names["theme"] if counts.get(theme, 0) == counts.max())
    title = headline(
        same,
        divided=divided,
        largest=(names["theme"][first], int(counts.max())),
        total=total,
        titles=total - with_text if with_text is not None else 0,
        lang=lang,
    )
    page = new_page(_HEIGHT + _HEAD, title, subtitle=subtitle, source=source, notes=[note])
    axes = page.axes(0, 0, INNER, _HEIGHT + _HEAD)
    axes.set_xlim(0, INNER)
    axes.set_ylim(0, _HEIGHT + _HEAD)
    stacks = {column: _stack(facts, column, list(names[column])) for column in _COLUMNS}
    lefts = {"lda": _SIDE, "theme": (INNER - _BOX) / 2, "tfidf": INNER - _SIDE - _BOX}
    style = looks([*(t for t in names["theme"] if t != OTHER), OTHER])
    for one, other in (("lda", "theme"), ("theme", "tfidf")):
        _bands(axes, facts, (one, other), stacks=stacks, lefts=lefts, colours={t: style[t].colour for t in style})
    for column, head in zip(_COLUMNS, heads, strict=True):
        anchor = {"lda": ("right", _SIDE - 0.08), "tfidf": ("left", INNER - _SIDE + 0.08)}.get(
            column, ("center", INNER / 2)
        )
        put(axes, anchor[1], _HEIGHT + 0.12, head, size=9, colour=GREY, ha=anchor[0])
        for key, (low, high) in stacks[column].items():
            axes.add_patch(Rectangle((lefts[column], low), _BOX, high - low, facecolor="#1f2328"))
            count = int(facts.loc[facts[column] == key, "reports"].sum())
            name = fit(names[column].get(key, key), 8.5, _SIDE - 0.4)
            if column == "theme":
                put(
                    axes,
                    INNER / 2,
                    (low + high) / 2,
                    f"{name} {count}",
                    size=8.5,
                    ha="center",
                    va="center",
                    bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.2},
                )
            else:
                put(axes, anchor[1], (low + high) / 2, f"{name} {count}", size=8.5, ha=anchor[0], va="center")
    return page.figure


def headline(
    same: dict[str, int],
    *,
    divided: int,
    largest: tuple[str, int],
    total: int = 0,
    titles: int = 0,
    lang: Lang = "zh",
) -> str:
    """Return for how many reports the two divisions come to the tag, and for how many one theme for all would.

    Neither is called nearer: without an interval a difference is none. Where most reports are titles, all that can
    agree is the seed words in them.

    Examples
    --------
    >>> headline({"lda": 30, "tfidf": 41}, divided=45, largest=("其他", 41))
    '45篇中，LDA与归类相同的30篇，TF-IDF 41篇；不加区分、全归“其他”，也有41篇相同'
    >>> headline({"lda": 33, "tfidf": 33}, divided=33, largest=("其他", 12), total=33, titles=31)
    '33篇中31篇只有题目，三种分法看的是同样的主题词，一致不能互相印证'
    """
    if titles > total / 2:
        return worded(
            lang,
            "{titles} of {total} are titles: all three see the same seed words, so agreement is no evidence",
            titles=titles,
            total=total,
        )
    return worded(
        lang,
        "Of {divided}, LDA has the theme of the tag in {lda}, TF-IDF in {tfidf}; calling all {name} would in {count}",
        divided=divided,
        lda=same["lda"],
        tfidf=same["tfidf"],
        name=largest[0],
        count=largest[1],
    )


def _stack(facts: pd.DataFrame, column: str, order: list[str]) -> dict[str, tuple[float, float]]:
    """Return where each box of a column stands, from the top, with room for a label between thin ones."""
    counts = facts.groupby(column)["reports"].sum()
    keys = [key for key in order if key in counts.index]
    least = 0.17  # a label's height
    gap = min(0.1, 0.5 / max(1, len(keys)))
    room = _HEIGHT - gap * (len(keys) - 1)
    heights = np.maximum(np.array([counts[key] for key in keys]) / counts.sum() * room, least)
    heights *= room / heights.sum()
    top, places = _HEIGHT, {}
    for key, height in zip(keys, heights, strict=True):
        places[key] = (top - height, top)
        top -= height + gap
    return places


def _bands(
    axes: Axes,
    facts: pd.DataFrame,
    columns: tuple[str, str],
    *,
    stacks: dict[str, dict[str, tuple[float, float]]],
    lefts: dict[str, float],
    colours: dict[str, str],
) -> None:
    """Draw a band for every pair of boxes, as thick at either end as its share of the box there."""
    pairs = facts.groupby(list(columns))["reports"].sum()
    tops = {(column, key): high for column in columns for key, (_, high) in stacks[column].items()}
    totals = {(column, key): int(n) for column in columns for key, n in facts.groupby(column)["reports"].sum().items()}
    x0, x1 = lefts[columns[0]] + _BOX, lefts[columns[1]]
    middle = (x0 + x1) / 2
    for one in stacks[columns[0]]:
        for other in stacks[columns[1]]:
            count = int(pairs.get((one, other), 0))
            if not count:
                continue
            ends = []
            for column, key in zip(columns, (one, other), strict=True):
                low, high = stacks[column][key]
                thick = (high - low) * count / totals[column, key]
                ends.append((tops[column, key] - thick, tops[column, key]))
                tops[column, key] -= thick
            (l0, h0), (l1, h1) = ends
            outline = Path(
                [
                    (x0, h0),
                    (middle, h0),
                    (middle, h1),
                    (x1, h1),
                    (x1, l1),
                    (middle, l1),
                    (middle, l0),
                    (x0, l0),
                    (x0, h0),
                ],
                [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY],
            )
            theme = one if columns[0] == "theme" else other
            axes.add_patch(PathPatch(outline, facecolor=colours.get(theme, GREY), alpha=0.65, linewidth=0))
