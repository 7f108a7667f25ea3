"""Figures of a theme report: plain facts in, a matplotlib figure out, `save` to write it.

Facts are gathered elsewhere, as data frames; the functions here only draw. Every title says the finding, every
figure names its source, and what cannot be printed without fault is refused (`check`, `save`). Nothing here shows
a window or leaves a setting of matplotlib changed.

The names below are loaded when they are first used, so that what only words a number does not wait for Matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diaoyan.lazy import loading

if TYPE_CHECKING:
    from diaoyan.figures.agreement import draw_agreement
    from diaoyan.figures.changes import draw_changes
    from diaoyan.figures.confusion import draw_confusion
    from diaoyan.figures.map import draw_map, map_key
    from diaoyan.figures.page import draw_note, note_of
    from diaoyan.figures.provinces import draw_provinces
    from diaoyan.figures.shares import draw_shares
    from diaoyan.figures.strips import draw_strips
    from diaoyan.figures.style import check, drawable, save
    from diaoyan.figures.titles import draw_titles
    from diaoyan.figures.together import draw_together
    from diaoyan.figures.trust import draw_reliability, draw_risk
    from diaoyan.figures.words import draw_words

__all__ = [
    "check", "draw_agreement", "draw_changes", "draw_confusion", "draw_map", "draw_note", "draw_provinces",
    "draw_reliability", "draw_risk", "draw_shares", "draw_strips", "draw_titles", "draw_together", "draw_words",
    "drawable", "map_key", "note_of", "save",
]  # fmt: skip

_HOMES = {
    "check": ".style",
    "draw_agreement": ".agreement",
    "draw_changes": ".changes",
    "draw_confusion": ".confusion",
    "draw_map": ".map",
    "draw_note": ".page",
    "draw_provinces": ".provinces",
    "draw_reliability": ".trust",
    "draw_risk": ".trust",
    "draw_shares": ".shares",
    "draw_strips": ".strips",
    "draw_titles": ".titles",
    "draw_together": ".together",
    "draw_words": ".words",
    "drawable": ".style",
    "map_key": ".map",
    "note_of": ".page",
    "save": ".style",
}

__getattr__ = loading(__name__, _HOMES)
