"""Figure: the reports on one map, near where they are alike, each to be found by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.patheffects import Normal, Stroke

from diaoyan.figures.page import INNER, draw_note, measure, new_page, put, too_few, wrap
from diaoyan.figures.placement import place, spread
from diaoyan.figures.style import GREY, Look, drawable, looks, require, styled
from diaoyan.figures.wording import reports_words
from diaoyan.language import Lang
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_HEIGHT = 5.2
_LABELS = 120
# How far names and numbers keep from a point, in radii of a circle: a diamond with its edge reaches 1.6. Numbers are
# only kept off its corner, since where points crowd they would otherwise go far away.
_NAMES_KEEP, _NUMBERS_KEEP = 1.75, 1.25
_BESIDE = 0.12  # a number further than this many inches from its point gets a line to it
_WORDS = {
    "zh": {
        "subtitle": "每点一篇，数字为报告编号{example}；空心为待复核，小点加括号为只有标题",
        "example": "（{text}：{year}年{month}月第{no}篇）",
        "note": "注：位置无单位，两点越近用词越相似，重叠的点略微移开；相邻指最近的一篇属同一主题。",
        "thin": "报告较多，只标出各主题中最居中的共{n}篇的编号。",
        "bare": "{n}篇没有编号，不标。",
        "lost": "另有{n}篇未排位置，未画出。",
    },
    "en": {
        "subtitle": "One point a report, with its number{example}; hollow: to be reviewed; small, in brackets: "
        "title only",
        "example": " ({text}: no. {no} of {year}-{month:02d})",
        "note": "No unit: the nearer two points, the more alike their words; overlapping ones are moved apart. "
        "Next to: the nearest report is of the same theme. ",
        "thin": "Only the {n} most central reports of the themes are numbered. ",
        "bare": "{n} have no number. ",
        "lost": "{n} without a place not shown.",
    },
}


class Label(NamedTuple):
    """A text, the centre it was given and its size, in inches."""

    text: str
    spot: tuple[float, float]
    size: tuple[float, float]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, lower, right and upper edge."""
        (x, y), (width, height) = self.spot, self.size
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2


@styled
def draw_map(facts: pd.DataFrame, *, names: dict[str, str], source: str, lang: Lang = "zh") -> Figure:
    """Draw every report at its place, with its number; theme names stand at their clusters.

    Beyond 120 reports only the most central of each theme keep their numbers, and the figure says so.

    Parameters
    ----------
    facts : DataFrame
        Columns report_id, no (the number to show, once a month), month, theme, x, y (any scale, null where a
        report has no place), status (``full``, ``partial``, ``missing``), needs_review (bool).
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line, with the number of reports and how many had text.
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
    >>> facts = pd.DataFrame({"report_id": ["a", "b", "c"], "no": [1, 2, 3], "month": "2026-08", "theme": "rural",
    ...                       "x": [0.0, 1.0, 0.0], "y": [0.0, 0.0, 1.0], "status": "full", "needs_review": False})
    >>> figure = draw_map(facts, names={"rural": "乡村振兴"}, source="来源：样例")
    >>> [text.get_text() for text in figure.axes[0].texts][:3]
    ['乡村振兴 3篇', '1', '3']
    """
    require(facts, "report_id", "no", "month", "theme", "x", "y", "status", "needs_review")
    every = len(facts)
    facts = facts[np.isfinite(facts[["x", "y"]].to_numpy(dtype=float)).all(axis=1)]
    if len(facts) < 3:
        return draw_note("报告分布" if lang == "zh" else "Map of reports", too_few(len(facts), lang), source=source)
    facts = facts.sort_values("report_id", kind="stable").reset_index(drop=True)
    radius = 0.05 if len(facts) <= _LABELS else 0.035 if len(facts) <= 500 else 0.022
    points = _in_inches(facts, radius)
    titles = _place_names(facts, points, names=names, radius=radius, lang=lang)
    labels = _place_numbers(facts, points, radius=radius, taken=[label.box for label in titles.values()])
    words = _WORDS[lang]
    numbered = int(facts["no"].notna().sum())
    note = words["note"] + (words["thin"].format(n=len(labels)) if len(labels) < numbered else "")
    note += words["bare"].format(n=len(facts) - numbered) if numbered < len(facts) else ""
    note += words["lost"].format(n=every - len(facts)) if len(facts) < every else ""
    subtitle = words["subtitle"].format(example=_example(facts, lang))
    page = new_page(_HEIGHT, headline(facts, lang=lang), subtitle=subtitle, source=source, notes=[note])
    axes = page.axes(0, 0, INNER, _HEIGHT)
    axes.set_xlim(0, INNER)
    axes.set_ylim(0, _HEIGHT)
    axes.set_facecolor("#fafafa")
    style = looks([*names, *sorted(set(facts["theme"]))])
    _draw_points(axes, facts, points, style=style, radius=radius)
    _draw_names(axes, titles, style)
    _draw_numbers(axes, points, labels)
    return page.figure


def headline(facts: pd.DataFrame, *, lang: Lang = "zh") -> str:
    """Return the finding: how many reports have one of the same theme next to them, and how many are in doubt.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"theme": ["a", "a", "b", "b"], "x": [0, 1, 9, 8], "y": 0.0, "needs_review": False})
    >>> headline(facts)
    '4篇中4篇与同主题的报告相邻，无一待复核'
    """
    places = facts[["x", "y"]].to_numpy(dtype=float)
    themes = facts["theme"].to_numpy()
    near = 0
    for index, spot in enumerate(places):
        away = ((places - spot) ** 2).sum(axis=1)
        away[index] = np.inf
        near += bool((themes[away <= away.min() + 1e-12] == themes[index]).all())
    doubtful = int(facts["needs_review"].astype(bool).sum())
    if lang == "zh":
        return f"{len(facts)}篇中{near}篇与同主题的报告相邻，" + (f"{doubtful}篇待复核" if doubtful else "无一待复核")
    return f"{near} of {len(facts)} reports lie next to one of their theme; {doubtful or 'none'} to be reviewed"


def numbers(facts: pd.DataFrame) -> list[str]:
    """Return the number of each report as printed: with its month in front where numbers come twice.

    The sign between them keeps ``12#31``, the 31st report of December, from being read as a date.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers(pd.DataFrame({"no": [1, 1], "month": ["2026-07", "2026-08"]}))
    ['7#1', '8#1']
    """
    missing = facts["no"].isna()
    plain = ["–" if gap else _whole(no) for no, gap in zip(facts["no"], missing, strict=True)]
    if len(set(plain)) == len(plain):
        return plain
    months = [month if isinstance(month, str) else "" for month in facts["month"]]
    one_year = len({month[5:] for month in months}) == len(set(months))
    shown = [month[5:].lstrip("0") if one_year else month[2:].replace("-", "") for month in months]
    return [f"{month}#{no}" if month else no for month, no in zip(shown, plain, strict=True)]


def _example(facts: pd.DataFrame, lang: Lang) -> str:
    """Return how a number with its month is to be read, by the first one; nothing where numbers stand alone."""
    for text, month, no in zip(numbers(facts), facts["month"], facts["no"], strict=True):
        if "#" in text and isinstance(month, str):
            said = _WORDS[lang]["example"]
            return said.format(text=text, year=month[:4], month=int(month[5:]), no=_whole(no))
    return ""


def _whole(no: Any) -> str:
    return f"{no:.0f}" if isinstance(no, float) else drawable(no)


def _in_inches(facts: pd.DataFrame, radius: float) -> NDArray[np.float64]:
    """Return places scaled to the free part of the page, each axis for itself, and pushed apart."""
    places = facts[["x", "y"]].to_numpy(dtype=float)
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.array([INNER - 0.9, _HEIGHT - 0.8])
    span = np.where(high > low, high - low, 1.0)
    scaled = np.where(high > low, (places - low) / span, 0.5) * room + [0.45, 0.4]
    edge = [radius + 0.02] * 2
    return np.clip(spread(scaled, 2.1 * radius), edge, np.array([INNER, _HEIGHT]) - edge)


def _place_names(
    facts: pd.DataFrame, points: NDArray[np.float64], *, names: dict[str, str], radius: float, lang: Lang
) -> dict[str, Label]:
    """Find for each theme's name the place nearest to the middle of its reports that covers none of them."""
    counts = facts["theme"].value_counts()
    themes = sorted(counts.index, key=lambda theme: (-counts[theme], theme))
    texts = [f"{wrap(names.get(t, t), 10.5, 1.8)} {reports_words(int(counts[t]), lang)}" for t in themes]
    sizes = [(measure(text, 10.5) + 0.34, 0.24) for text in texts]
    middles = np.array([np.median(points[(facts["theme"] == theme).to_numpy()], axis=0) for theme in themes])
    spots = place(middles, sizes, points=points, radius=_NAMES_KEEP * radius, bounds=(INNER, _HEIGHT), reach=9.0)
    found = zip(themes, texts, spots, sizes, strict=True)
    return {theme: Label(text, spot, size) for theme, text, spot, size in found if spot is not None}


def _place_numbers(
    facts: pd.DataFrame, points: NDArray[np.float64], *, radius: float, taken: list[tuple[float, float, float, float]]
) -> dict[int, Label]:
    """Find a place for the number of each report, or of the most central ones; keys are rows of `facts`."""
    texts = [f"({no})" if s == "missing" else no for no, s in zip(numbers(facts), facts["status"], strict=True)]
    numbered = facts["no"].notna().to_numpy()
    central = [row for row in most_central(facts, points) if numbered[row]]
    chosen = central[: _LABELS if len(facts) <= 500 else _LABELS // 2]
    sizes = [(measure(texts[row], 7) + 0.02, 0.115) for row in chosen]
    thin = len(facts) > _LABELS  # then a number may cover points that have none themselves
    spots = place(
        points[chosen],
        sizes,
        points=points[chosen] if thin else points,
        radius=_NUMBERS_KEEP * radius,
        bounds=(INNER, _HEIGHT),
        taken=taken,
        reach=0.3 if thin else 2.5,
    )
    found = zip(chosen, spots, sizes, strict=True)
    return {row: Label(texts[row], spot, size) for row, spot, size in found if spot is not None}


def _draw_points(
    axes: Axes, facts: pd.DataFrame, points: NDArray[np.float64], *, style: dict[str, Look], radius: float
) -> None:
    groups = facts.groupby(["theme", facts["needs_review"].astype(bool), facts["status"] == "missing"], sort=True)
    for (theme, doubtful, title_only), rows in groups.groups.items():
        look = style[theme]
        axes.scatter(
            points[rows, 0],
            points[rows, 1],
            s=(2 * radius * 72 * (0.72 if title_only else 1.0)) ** 2,
            marker=look.marker,
            facecolor="white" if doubtful else look.colour,
            edgecolor=look.line,
            linewidth=1.2 if doubtful else 0.5,
            zorder=3,
            gid=f"{theme}{'-doubtful' if doubtful else ''}{'-title-only' if title_only else ''}",
        )


def _draw_names(axes: Axes, titles: dict[str, Label], style: dict[str, Look]) -> None:
    for theme, label in titles.items():
        (x0, y0, x1, y1), look = label.box, style[theme]
        plate = FancyBboxPatch((x0 + 0.03, y0 + 0.03), x1 - x0 - 0.06, y1 - y0 - 0.06, boxstyle="round,pad=0.03")
        plate.set(facecolor="#e9ebee", edgecolor="none", zorder=4)
        axes.add_patch(plate)
        y = (y0 + y1) / 2
        axes.scatter(
            [x0 + 0.13], [y], s=44, marker=look.marker, color=look.colour, zorder=5, edgecolor=look.line, linewidth=0.5
        )
        put(axes, x0 + 0.25, y, label.text, size=10.5, va="center_baseline", zorder=6)


def _draw_numbers(axes: Axes, points: NDArray[np.float64], labels: dict[int, Label]) -> None:
    halo = [Stroke(linewidth=1.6, foreground="#fafafa"), Normal()] if len(labels) < len(points) else None
    for row, label in labels.items():
        point = points[row]
        end = np.clip(point, label.box[:2], label.box[2:])
        if np.hypot(*(end - point)) > _BESIDE:
            axes.plot([point[0], end[0]], [point[1], end[1]], color=GREY, linewidth=0.4, zorder=2)
        put(axes, *label.spot, label.text, size=7, ha="center", va="center_baseline", zorder=5, path_effects=halo)


def most_central(facts: pd.DataFrame, points: NDArray[np.float64]) -> list[int]:
    """Return the rows of `facts`, those nearest the middle of their theme first, one theme after the other in turn."""
    order = []
    for theme in sorted(set(facts["theme"]), key=lambda theme: (theme == OTHER, theme)):
        rows = np.flatnonzero((facts["theme"] == theme).to_numpy())
        away = np.linalg.norm(points[rows] - np.median(points[rows], axis=0), axis=1)
        order += [(rank / len(rows), int(row)) for rank, row in enumerate(rows[np.argsort(away, kind="stable")])]
    return [row for _, row in sorted(order)]
