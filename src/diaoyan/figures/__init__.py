"""Figures of a theme report: plain facts in, a matplotlib figure out, `save` to write it.

Facts are gathered elsewhere, as data frames; the functions here only draw. Every title says the finding, every
figure names its source, and what cannot be printed without fault is refused (`check`, `save`). Nothing here shows
a window or leaves a setting of matplotlib changed.

Each figure is a file, with a function ``draw_NAME``; its wording is in the message catalogue (`registry`). The names
below are loaded when they are first used, so that what only words a number does not wait for Matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diaoyan.figures.order import FIGURES
from diaoyan.lazy import loading

if TYPE_CHECKING:
    from diaoyan.figures.page import draw_note, note_of
    from diaoyan.figures.registry import Kind, caption_of, kinds
    from diaoyan.figures.style import check, drawable, save

__all__ = ["FIGURES", "Kind", "caption_of", "check", "draw_note", "drawable", "kinds", "note_of", "save"]

_HOMES = {
    **dict.fromkeys(("check", "drawable", "save"), ".style"),
    **dict.fromkeys(("draw_note", "note_of"), ".page"),
    **dict.fromkeys(("Kind", "caption_of", "kinds"), ".registry"),
    **{f"draw_{name}": f".{name}" for name in (*FIGURES, "drift")},
}
_load = loading(__name__, _HOMES)


def __getattr__(name: str) -> Any:
    return _load(name)
