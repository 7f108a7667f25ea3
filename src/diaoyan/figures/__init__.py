"""Figures of a theme report: plain facts in, a matplotlib figure out, `save` to write it.

Facts are gathered elsewhere, as data frames; the functions here only draw. Every title says the finding, every
figure names its source, and what cannot be printed without fault is refused (`check`, `save`). Nothing here shows
a window or leaves a setting of matplotlib changed.
"""

from diaoyan.figures.confusion import draw_confusion
from diaoyan.figures.map import draw_map
from diaoyan.figures.page import draw_note
from diaoyan.figures.shares import draw_shares
from diaoyan.figures.style import check, drawable, save
from diaoyan.figures.words import draw_words

__all__ = ["check", "draw_confusion", "draw_map", "draw_note", "draw_shares", "draw_words", "drawable", "save"]
