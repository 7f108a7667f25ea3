"""The parts of the page that answer to a finger: a map of the reports with its key, and the topics with their words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from diaoyan.documents.brief import Brief, Topic, phrases
from diaoyan.figures.placement import spread
from diaoyan.figures.style import Look, looks
from diaoyan.writing import printable

_WIDTH, _HEIGHT, _EDGE, _SIZE = 720.0, 460.0, 16.0, 5.0  # of the map and its markers, in units of its own
_BAR, _LINE = 240.0, 20.0  # of the bars of words


def keys(brief: Brief, rows: Sequence[dict[str, str]]) -> dict[str, int]:
    """Return a number for the look of each theme: those of the codebook, then others that a report is filed under."""
    themes = [*brief.names, *sorted({row["theme"] for row in rows} - set(brief.names))]
    return {theme: number for number, theme in enumerate(themes)}


def mark(number: int) -> str:
    """Return the mark of a theme, as `legend` has drawn it."""
    return f'<svg class="mark" width="14" height="14" aria-hidden="true"><use href="#look-{number}"/></svg>'


def legend(brief: Brief, looks_of: dict[str, int]) -> str:
    """Return the marks of the themes with their names; map and list take their marks from here."""
    style = looks(list(looks_of))
    drawn = "".join(
        f'<symbol id="look-{number}" viewBox="0 0 14 14"><path d="{_shape(style[theme], 7, 7)}" '
        f'fill="{style[theme].colour}" stroke="{style[theme].line}"/></symbol>'
        for theme, number in looks_of.items()
    )
    named = "".join(
        f'<span class="key">{mark(looks_of[theme])}{escaped(name)}</span>' for theme, name in brief.names.items()
    )
    return f'<svg class="symbols" width="0" height="0" aria-hidden="true">{drawn}</svg><p class="legend">{named}</p>'


def map_view(brief: Brief, rows: Sequence[dict[str, str]]) -> str:
    """Return the map as inline SVG, a marker for each of `rows` with a place; the page's script brings it to life."""
    words = phrases("views", brief.lang)
    spots = brief.places.set_index("report_id")[["x", "y"]].astype(float)
    found = spots.loc[[row["report_id"] for row in rows]].to_numpy()
    placed = np.flatnonzero(np.isfinite(found).all(axis=1)).tolist()
    style = looks(list(keys(brief, rows)))
    markers = "".join(
        _marker(number, rows[number], (x, y), style[rows[number]["theme"]])
        for number, (x, y) in zip(placed, _scaled(found[placed]), strict=True)
    )
    return f"""<section id="map">
<h3>{words["map"]}</h3>
<p class="source" id="map-hint">{words["hint"]}<span class="live">{words["tap"]}</span></p>
<svg id="plane" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{words["map"]}"
 aria-describedby="map-hint">{markers}</svg>
<p id="chosen" aria-live="polite" data-open="{words["open"]}"></p>
</section>"""


def topics_view(brief: Brief) -> str:
    """Return the LDA topics, each to be opened, with its words as bars; empty if there are none."""
    if not brief.topics:
        return ""
    words = phrases("views", brief.lang)
    reach = max((score for topic in brief.topics for _, score in topic.words), default=1.0)
    shown = "\n".join(_topic(number, topic, reach, words) for number, topic in enumerate(brief.topics))
    return f"""<section id="topics">
<h3>{words["topics"]}</h3>
<p class="source">{words["topic_hint"]}<span class="live">{words["topic_tap"]}</span></p>
{shown}
</section>"""


def _topic(number: int, topic: Topic, reach: float, words: dict[str, str]) -> str:
    bars = "".join(
        f'<g class="word" data-word="{escaped(word)}" role="button" aria-pressed="false" tabindex="0">'
        f'<rect x="90" y="{line * _LINE + 4:.0f}" '
        f'width="{max(1.0, _BAR * score / reach):.1f}" height="12"/>'
        f'<text x="84" y="{line * _LINE + 14:.0f}" text-anchor="end">{escaped(word)}</text>'
        f'<text class="score" x="{96 + _BAR * score / reach:.1f}" y="{line * _LINE + 14:.0f}">{score:.1f}</text></g>'
        for line, (word, score) in enumerate(topic.words)
    )
    drawn = f'<p class="source">{words["vague"]}</p>'
    if topic.words:
        drawn = f'<svg class="bars" viewBox="0 0 380 {len(topic.words) * _LINE:.0f}">{bars}</svg>'
    mark = f" <em>{words['unstable'].format(why=escaped(topic.doubt))}</em>" if topic.doubt else ""
    return (
        f"<details{' open' if number == 0 else ''}><summary>{escaped(topic.name)} "
        f'<span class="count">{words["count"].format(n=len(topic.reports))}</span>{mark}</summary>'
        f"{drawn}"
        f'<button type="button" class="only" data-topic="{number}" aria-pressed="false">{words["only"]}</button>'
        "</details>"
    )


def topic_of(brief: Brief) -> dict[str, int]:
    """Return the number of the topic each report belongs to; reports the topics do not know are left out."""
    return {report_id: number for number, topic in enumerate(brief.topics) for report_id in topic.reports}


def _marker(number: int, row: dict[str, str], place: tuple[float, float], look: Look) -> str:
    fill = "#ffffff" if row["needs_review"] else look.colour
    return (
        f'<path data-row="{number}" d="{_shape(look, *place)}" stroke="{look.line}" fill="{fill}">'
        f"<title>{escaped(row['title'])}</title></path>"
    )


def _scaled(spots: np.ndarray) -> np.ndarray:
    """Return places scaled to the map and pushed apart."""
    if not len(spots):
        return spots
    low, high = spots.min(axis=0), spots.max(axis=0)
    share = np.where(high > low, (spots - low) / np.where(high > low, high - low, 1.0), 0.5)
    share[:, 1] = 1 - share[:, 1]
    room = np.array([_WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE])
    return np.clip(spread(share * room, 2.2 * _SIZE), 0, room) + _EDGE


def _shape(look: Look, x: float, y: float) -> str:
    """Return the outline of a theme's marker at a place, the same that the figures use."""
    from matplotlib.markers import MarkerStyle

    marker = MarkerStyle(look.marker)
    outline = np.asarray(marker.get_path().transformed(marker.get_transform()).to_polygons()[0])
    size = _SIZE / max(float(np.abs(outline).max()), 1e-9)
    if len(outline) > 16:  # a circle, which SVG says in fewer words
        half = f"a{_SIZE:g} {_SIZE:g} 0 1 0 "
        return f"M{x - _SIZE:.1f} {y:.1f}{half}{2 * _SIZE:g} 0{half}{-2 * _SIZE:g} 0z"
    points = [f"{x + size * px:.1f} {y - size * py:.1f}" for px, py in outline[:-1]]
    return f"M{'L'.join(points)}z"


def escaped(text: str) -> str:
    """Return a text of a report as HTML may hold it."""
    return escape(printable(text), quote=True)
