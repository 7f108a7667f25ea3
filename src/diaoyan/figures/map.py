"""Figure: the reports on one map, near where they are alike, with titles for what matters and numbers for the rest."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from diaoyan.figures.numbering import numbers, reading
from diaoyan.figures.page import INNER, draw_note, fit, measure, new_page, put, too_few, wrap
from diaoyan.figures.placement import BESIDE, along, leader, place, spread
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, Look, looks
from diaoyan.figures.wording import listed, reports_words, worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_HEIGHT = 5.2
_NUMBERED = 120  # reports up to which numbers stand on the map, and have a key
_TITLED = 40  # reports whose titles are tried, those that matter most first
_TITLE = 1.45  # inches that a title may take
_SIZE = 7.0  # of labels, in points
_GAP = 0.06  # inches between labels in a line
_FAR = 0.3  # a name further than this many inches from its nearest report gets a line to it
_TELLING = 5  # characters from which the part of a title before its subtitle tells it from others
# How far names and labels keep from a point, in radii of a circle: a diamond with its edge reaches 1.6. Labels are only
# kept off its corner, since where points crowd they would otherwise find no room.
_NAMES_KEEP, _LABELS_KEEP = 1.75, 1.25
_QUOTED = 2.9  # inches of a title in the title of the figure
_REACH = 0.75  # inches that a title may stand away from its point


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

    def far_from(self, points: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the nearest of the points it names, if that is too far to be seen as named; None otherwise."""
        gaps = np.linalg.norm(np.clip(points, self.box[:2], self.box[2:]) - points, axis=1)
        return np.asarray(points[gaps.argmin()]) if gaps.min() > _FAR else None

    def line(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Small boxes along the line to its point, which other labels keep clear of; none if it stands beside it."""
        return along(point, np.array(self.spot), np.array(self.size) / 2)


@figure(
    "report_id",
    "no",
    "month",
    "title",
    "theme",
    "x",
    "y",
    "status",
    "needs_review",
    caption=message("Map of reports"),
    facts=lambda of: of.places,
    apart=True,
    key=lambda facts: map_key(facts),
)
def draw_map(facts: pd.DataFrame, *, names: dict[str, str], source: str, lang: Lang = "zh") -> Figure:
    """Draw every report at its place; theme names stand at their clusters.

    Titles stand at the reports nearest to the middle of each theme, at those in review and at those whose nearest
    report is of another theme, as far as there is room; the others have their numbers where it is clear whose they are.
    Beyond 120 reports there are no numbers. `map_key` says what the numbers mean.

    Parameters
    ----------
    facts : DataFrame
        Columns report_id, no (the number to show, once a month), month, title, theme, x, y (any scale, null where a
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
    >>> facts = pd.DataFrame({"report_id": ["a", "b", "c"], "no": [1, 2, 3], "month": "2026-08", "title": "调查",
    ...                       "theme": "rural", "x": [0.0, 1.0, 0.0], "y": [0.0, 0.0, 1.0], "status": "full",
    ...                       "needs_review": False})
    >>> figure = draw_map(facts, names={"rural": "乡村振兴"}, source="来源：样例")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['乡村振兴 3篇', '调查', '3', '2']
    """
    every, facts = len(facts), _placed(facts)
    if len(facts) < 3:
        return draw_note(worded(lang, "Map of reports"), too_few(len(facts), lang), source=source)
    radius = 0.05 if len(facts) <= _NUMBERED else 0.035 if len(facts) <= 500 else 0.022
    points = _in_inches(facts, radius)
    facts = facts.assign(x=points[:, 0], y=points[:, 1])
    plates = _place_names(facts, points, names=names, radius=radius, lang=lang)
    of_theme = {theme: points[(facts["theme"] == theme).to_numpy()] for theme in plates}
    far = {theme: label.far_from(of_theme[theme]) for theme, label in plates.items()}
    taken = [label.box for label in plates.values()]
    taken += [box for theme, near in far.items() if near is not None for box in plates[theme].line(near)]
    titles = _place_titles(facts, points, radius=radius, taken=taken)
    taken += [label.box for label in titles.values()]
    numbered = _place_numbers(facts, points, radius=radius, taken=taken, titled=titles)
    subtitle, notes = _explained(facts, titles, numbered, lost=every - len(facts), lang=lang)
    page = new_page(_HEIGHT, headline(facts, names, lang=lang), subtitle=subtitle, source=source, notes=notes)
    axes = page.axes(0, 0, INNER, _HEIGHT)
    axes.set_xlim(0, INNER)
    axes.set_ylim(0, _HEIGHT)
    axes.set_facecolor("#fafafa")
    style = looks([*names, *sorted(set(facts["theme"]))])
    _draw_points(axes, facts, points, style=style, radius=radius)
    _draw_names(axes, plates, style, of_theme)
    _draw_labels(axes, points, titles | numbered)
    return page.figure


def _explained(
    facts: pd.DataFrame, titles: dict[int, Label], numbered: dict[int, Label], *, lost: int, lang: Lang
) -> tuple[str, list[str]]:
    """Return what subtitle and notes say of the map; nothing of what there is none of."""
    unlabelled, beside, how = len(facts) - len(titles) - len(numbered), bool(next_to(facts)), reading(facts, lang)
    doubtful, bare = int(facts["needs_review"].astype(bool).sum()), int((facts["status"] == "missing").sum())
    said = [worded(lang, "One point a report; titles where there is room: the most central of each theme")]
    if doubtful:
        said.append(worded(lang, ", those to be reviewed"))
    if beside:
        said.append(worded(lang, ", those next to another theme"))
    if numbered and how:
        said.append(worded(lang, "; numbers: the others ({reading})", reading=how))
    if doubtful:
        said.append(worded(lang, "; hollow: to be reviewed, {n}", n=doubtful))
    if bare:
        said.append(worded(lang, "; small: title only, {n}", n=bare))
    placed = worded(
        lang,
        "Places, without unit, come from words and the model's scores: the nearer, the more alike; overlapping ones "
        "are moved apart. ",
    )
    if beside:
        placed += worded(lang, "Next to another theme: the nearest report on the map is of that theme. ")
    if facts["theme"].value_counts().min() == 1:
        placed += worded(lang, "Themes of one report are not counted there. ")
    lacking = ""
    if len(facts) > _NUMBERED:
        lacking += worded(lang, "Titles of {n} reports only. ", n=len(titles))
    elif unlabelled:
        lacking += worded(lang, "{n} have no room for a label. ", n=unlabelled)
    if lost:
        lacking += worded(lang, "{n} without a place not shown. ", n=lost)
    return "".join(said), [placed.strip(), lacking.strip()]


def map_key(facts: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the number of each report on the map, as printed there, with its title; empty beyond 120 reports.

    Examples
    --------
    >>> import pandas as pd
    >>> map_key(pd.DataFrame({"report_id": ["b", "a"], "no": [2, 1], "month": "2026-08", "title": ["乙", "甲"],
    ...                       "x": 0.0, "y": 0.0}))
    [('1', '甲'), ('2', '乙')]
    """
    facts = _placed(facts)
    if len(facts) > _NUMBERED:
        return []
    order = facts.assign(shown=numbers(facts)).sort_values(["month", "no", "report_id"], kind="stable")
    return [(row.shown, str(row.title)) for row in order[order["no"].notna()].itertuples()]


def _placed(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the reports that have a place, in the order of their ids."""
    facts = facts[np.isfinite(facts[["x", "y"]].to_numpy(dtype=float)).all(axis=1)]
    return facts.sort_values("report_id", kind="stable").reset_index(drop=True)


def headline(facts: pd.DataFrame, names: dict[str, str], *, lang: Lang = "zh") -> str:
    """Return the finding: how many reports lie next to another theme, and between which two themes most of them do.

    Pairs that come equally often are all named, if they are no more than two; if there are more, or none comes twice,
    the two reports are named that lie furthest from the middle of their own themes.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"theme": ["a", "a", "b", "b", "a"], "x": [0, 1, 9, 8, 8.4], "y": 0.0, "title": "调查"})
    >>> headline(facts, {"a": "金融", "b": "乡村"})
    '5篇中3篇挨着别的主题，都在金融与乡村之间'
    """
    beside = next_to(facts)
    total, count = len(facts), len(beside)
    order = {theme: place for place, theme in enumerate(names)}
    pairs = Counter(
        tuple(sorted((facts["theme"][row], theme), key=lambda t: (order.get(t, len(order)), t)))
        for row, theme in beside.items()
    )
    most = max(pairs.values(), default=0)
    first = sorted(pair for pair, number in pairs.items() if number == most)
    both = [
        worded(lang, "{one} and {other}", one=names.get(one, one), other=names.get(other, other))
        for one, other in first
    ]
    said = {"total": total, "count": count, "pairs": ("、" if lang == "zh" else ", ").join(both), "most": most}
    if not count and facts["theme"].value_counts().min() > 1:
        return worded(lang, "All {total} reports lie next to one of their own theme", **said)
    if not count:
        return worded(lang, "Of {total} reports none lies next to another theme than its own", **said)
    if len(both) <= 2 and 1 < most == count:
        return worded(lang, "{count} of {total} reports lie next to another theme, all between {pairs}", **said)
    if len(both) == 1 and most > 1:
        return worded(
            lang, "{count} of {total} reports lie next to another theme, most between {pairs}: {most}", **said
        )
    if len(both) == 2 and most > 1:
        return worded(
            lang, "{count} of {total} reports lie next to another theme, most between {pairs}: {most} each", **said
        )
    outer = [row for row in reversed(most_central(facts, facts[["x", "y"]].to_numpy(dtype=float))) if row in beside]
    said["titles"] = listed([_quoted(str(facts["title"][row])) for row in outer[:2]], lang)
    if count == 1:
        return worded(lang, "Of {total} reports {titles} lies next to another theme", **said)
    if count == 2:
        return worded(lang, "Of {total} reports {titles} lie next to another theme", **said)
    return worded(lang, "{count} of {total} reports lie next to another theme, such as {titles}", **said)


def _quoted(title: str) -> str:
    """Return a title as the title of the figure names it."""
    return f"《{fit(short_title(title), 15, _QUOTED)}》"


def next_to(facts: pd.DataFrame) -> dict[int, str]:
    """Return the rows of the reports whose nearest report is of another theme, and that theme.

    The only report of a theme, which cannot lie next to its own, is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> next_to(pd.DataFrame({"theme": ["a", "a", "b", "b", "c"], "x": [0, 1, 5, 9, 10], "y": 0.0}))
    {2: 'a', 3: 'c'}
    """
    places, themes = facts[["x", "y"]].to_numpy(dtype=float), facts["theme"].tolist()
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(away, np.inf)
    found, count = {}, Counter(themes)
    for row, near in enumerate(away <= away.min(axis=1, keepdims=True) + 1e-9):
        others = [themes[other] for other in np.flatnonzero(near) if themes[other] != themes[row]]
        if others and count[themes[row]] > 1:
            found[row] = min(others)
    return found


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


def _place_titles(
    facts: pd.DataFrame, points: NDArray[np.float64], *, radius: float, taken: list[tuple[float, float, float, float]]
) -> dict[int, Label]:
    """Find places for the titles of the reports that matter; keys are rows of `facts`."""
    order = most_central(facts, points)
    middles = list({facts["theme"][row]: row for row in reversed(order)}.values())[::-1]
    beside, doubtful = next_to(facts), facts["needs_review"].astype(bool)
    outer = order[::-1]  # where themes meet, or a tag is in doubt, those far from the middle say most
    chosen = dict.fromkeys([*middles, *(r for r in outer if r in beside), *(r for r in outer if doubtful[r])])
    rows = list(chosen)[:_TITLED]
    short = [short_title(facts["title"][row]) for row in rows]
    shown, often = numbers(facts), Counter(short)
    told = [f"{shown[row]} {title}" if often[title] > 1 else title for row, title in zip(rows, short, strict=True)]
    texts = [fit(title, _SIZE, _TITLE) for title in told]
    return _labels(rows, texts, points, radius=radius, taken=taken, reach=_REACH)


def _place_numbers(
    facts: pd.DataFrame,
    points: NDArray[np.float64],
    *,
    radius: float,
    taken: list[tuple[float, float, float, float]],
    titled: dict[int, Label],
) -> dict[int, Label]:
    """Find places for the numbers of the other reports, beside their points; none if there are too many reports."""
    if len(facts) > _NUMBERED:
        return {}
    shown, known = numbers(facts), facts["no"].notna()
    rows = [row for row in most_central(facts, points) if row not in titled and known[row]]
    lines = [label.line(points[row]) for row, label in titled.items()]
    taken = [*taken, *(box for line in lines for box in line)]
    return _labels(rows, [shown[row] for row in rows], points, radius=radius, taken=taken, reach=BESIDE)


def _labels(
    rows: list[int],
    texts: list[str],
    points: NDArray[np.float64],
    *,
    radius: float,
    taken: list[tuple[float, float, float, float]],
    reach: float,
) -> dict[int, Label]:
    sizes = [(measure(text, _SIZE) + _GAP, 0.115) for text in texts]
    spots = place(
        points[rows],
        sizes,
        points=points,
        radius=_LABELS_KEEP * radius,
        bounds=(INNER, _HEIGHT),
        taken=taken,
        reach=reach,
        owned=True,
    )
    found = zip(rows, texts, spots, sizes, strict=True)
    return {row: Label(text, spot, size) for row, text, spot, size in found if spot is not None}


def short_title(title: str) -> str:
    """Return the part of a title that tells it from others: without its subtitle, column head, and 关于 in front.

    Examples
    --------
    >>> short_title("关于石渡县村级集体经济的调查：以三村为例"), short_title("“导师帮带制”在张青社区的实践 张泽桥")
    ('石渡县村级集体经济的调查', '“导师帮带制”在张青社区的实践')
    """
    whole = re.sub(r"^【[^】]*】\s*|^关于", "", " ".join(title.split())) or title
    first = re.split(r"[：:—｜|\s]", whole, maxsplit=1)[0]
    return first if len(first) >= _TELLING else whole


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


def _draw_names(
    axes: Axes, titles: dict[str, Label], style: dict[str, Look], points: dict[str, NDArray[np.float64]]
) -> None:
    for theme, label in titles.items():
        (x0, y0, x1, y1), look = label.box, style[theme]
        near = label.far_from(points[theme])
        if near is not None:
            end = np.clip(near, (x0, y0), (x1, y1))
            axes.plot(*zip(near, end, strict=True), color=look.line, linewidth=0.6, zorder=2)
        plate = FancyBboxPatch((x0 + 0.03, y0 + 0.03), x1 - x0 - 0.06, y1 - y0 - 0.06, boxstyle="round,pad=0.03")
        plate.set(facecolor="#e9ebee", edgecolor="none", zorder=4)
        axes.add_patch(plate)
        y = (y0 + y1) / 2
        axes.scatter(
            [x0 + 0.13], [y], s=44, marker=look.marker, color=look.colour, zorder=5, edgecolor=look.line, linewidth=0.5
        )
        put(axes, x0 + 0.25, y, label.text, size=10.5, va="center_baseline", zorder=6)


def _draw_labels(axes: Axes, points: NDArray[np.float64], labels: dict[int, Label]) -> None:
    for row, label in labels.items():
        end = leader(points[row], np.array(label.spot), np.array(label.size) / 2)
        if end is not None:
            axes.plot(*zip(points[row], end, strict=True), color=GREY, linewidth=0.4, zorder=2)
        put(axes, *label.spot, label.text, size=_SIZE, ha="center", va="center_baseline", zorder=5)


def most_central(facts: pd.DataFrame, points: NDArray[np.float64]) -> list[int]:
    """Return the rows of `facts`, those nearest the middle of their theme first, one theme after the other in turn."""
    order = []
    for theme in sorted(set(facts["theme"]), key=lambda theme: (theme == OTHER, theme)):
        rows = np.flatnonzero((facts["theme"] == theme).to_numpy())
        away = np.linalg.norm(points[rows] - np.median(points[rows], axis=0), axis=1)
        order += [(rank / len(rows), int(row)) for rank, row in enumerate(rows[np.argsort(away, kind="stable")])]
    return [row for _, row in sorted(order)]
