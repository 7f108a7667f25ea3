"""The page a figure stands on: finding on top, what is shown below it, notes and source at the foot, in inches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.text import Text
from pylopdf_fonts_zh_cn import sans_path, serif_path

from diaoyan.figures.style import GREY, INK, RULE, drawable, font, house_style, styled
from diaoyan.figures.wording import reports_words, worded
from diaoyan.language import Lang

WIDTH = 7.2
MARGIN = 0.34
INNER = WIDTH - 2 * MARGIN
_LINE = 1.34  # from one line to the next, in font sizes
_EXACT = 256  # points at which glyphs are measured
_NOTE = "note"
_OPENING = "（《「『“‘(["
_CLOSING = "，。、；：！？）》」』”’％%…,.;:!?)"


@dataclass(frozen=True, slots=True)
class Page:
    """A figure, and the free part of it between header and footer.

    Parameters
    ----------
    figure : Figure
        With title, subtitle, notes and source drawn.
    bottom, top : float
        Where the free part begins and ends, in inches from the lower edge; its sides are `MARGIN`.
    """

    figure: Figure
    bottom: float
    top: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Add axes without ticks and frame; `left` and `bottom` in inches from the corner of the free part."""
        total_width, total_height = self.figure.get_size_inches()
        axes = self.figure.add_axes(
            (
                (MARGIN + left) / total_width,
                (self.bottom + bottom) / total_height,
                width / total_width,
                height / total_height,
            )
        )
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def write(self, left: float, bottom: float, text: str, **look: Any) -> Text:
        """Write a text that has been fitted, at inches from the corner of the free part; see `put`."""
        width, height = self.figure.get_size_inches()
        return put(self.figure, (MARGIN + left) / width, (self.bottom + bottom) / height, text, **look)


def put(
    where: Axes | Figure,
    x: float,
    y: float,
    text: str,
    *,
    size: float = 8.5,
    colour: str = INK,
    ha: str = "left",
    va: str = "baseline",
    serif: bool = False,
    **more: Any,
) -> Text:
    """Write `text`, line by line drawable, in the house font; `x` and `y` are data (axes) or figure coordinates."""
    lines = "\n".join(drawable(line) for line in text.split("\n"))
    return where.text(
        x,
        y,
        lines,
        fontproperties=font(size, serif=serif),
        color=colour,
        ha=ha,
        va=va,
        linespacing=_LINE,
        parse_math=False,
        **more,
    )


def new_page(
    height: float, title: str, *, subtitle: str, source: str, notes: Sequence[str] = (), width: float = WIDTH
) -> Page:
    """Return a page whose free part is `height` inches high.

    Title and subtitle take at most two lines each, every note and the source two; what is longer ends in ….
    """
    inner = width - 2 * MARGIN
    heading, subheading = wrap(title, 15, inner, lines=2, serif=True), wrap(subtitle, 9, inner, lines=2)
    feet = [wrap(text, 7.5, inner, lines=2) for text in (*notes, source) if text]
    header = 0.3 + _height(heading, 15) + _height(subheading, 9) + 0.16
    footer = 0.16 + sum(_height(foot, 7.5) for foot in feet) + 0.14
    total = header + height + footer
    with house_style():
        figure = Figure(figsize=(width, total), facecolor="white")
        figure.set_label(" ".join(title.split()))
    left = MARGIN / width
    figure.add_artist(
        Line2D([left, left + 0.42 / width], [1 - 0.17 / total] * 2, color=RULE, linewidth=3, solid_capstyle="butt")
    )
    put(figure, left, 1 - 0.26 / total, heading, size=15, va="top", serif=True)
    put(figure, left, 1 - (0.3 + _height(heading, 15)) / total, subheading, colour=GREY, size=9, va="top")
    y = footer - 0.16
    for foot in feet:
        put(figure, left, y / total, foot, size=7.5, colour=GREY, va="top")
        y -= _height(foot, 7.5)
    return Page(figure, footer, footer + height)


@styled
def draw_note(title: str, note: str, *, source: str) -> Figure:
    """Return a figure that says in words why there is nothing to draw; `note_of` tells it from others.

    Examples
    --------
    >>> figure = draw_note("各月主题", "只有 2 篇报告，至少要 3 篇才作图。", source="来源：样例")
    >>> [text.get_text() for text in figure.texts][0]
    '各月主题'
    """
    page = new_page(0.9, title, subtitle="", source=source)
    axes = page.axes(0, 0, INNER, 0.9)  # a notebook shows no figure that has no axes
    axes.set_gid(_NOTE)
    axes.set_label(drawable(note))
    axes.patch.set_visible(False)
    put(axes, 0, 0.55, wrap(note, 10.5, INNER, lines=3), size=10.5, va="center")
    return page.figure


def note_of(figure: Figure) -> str | None:
    """Return what a figure of `draw_note` says instead of drawing; None for a figure that shows something.

    Examples
    --------
    >>> note_of(draw_note("各月主题", "只有 2 篇报告，至少要 3 篇才作图。", source="来源：样例"))
    '只有 2 篇报告，至少要 3 篇才作图。'
    >>> note_of(Figure()) is None
    True
    """
    return next((str(axes.get_label()) for axes in figure.axes if axes.get_gid() == _NOTE), None)


def too_few(reports: int, lang: Lang) -> str:
    """Return the sentence for a figure that has fewer than three reports."""
    if not reports:
        return worded(lang, "There are no reports to draw.")
    return worded(lang, "Too little to draw: {reports}, at least 3 are needed.", reports=reports_words(reports, lang))


def measure(text: str, size: float, *, serif: bool = False) -> float:
    """Return the width of a drawable text in inches.

    Examples
    --------
    >>> round(measure("调研报告", 18), 1)
    1.0
    """
    return size / 72 * max(_reach(text, serif=serif), default=0.0)


def _reach(text: str, *, serif: bool) -> Iterator[float]:
    """Yield how far each beginning of `text` reaches, in font sizes."""
    pen, before = 0.0, ""
    for character in text:
        pen += _advance(character, serif) + _kerning(before, character, serif)
        before = character
        yield pen


@cache
def _advance(text: str, serif: bool) -> float:
    face = get_font(str(serif_path() if serif else sans_path()))
    face.set_size(_EXACT, 72)
    if len(text) == 1:  # laying out a text, be it of one character, takes twice as long as looking it up
        return face.load_char(ord(text), flags=LoadFlags.NO_HINTING).horiAdvance / 64 / _EXACT
    face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return face.get_width_height()[0] / 64 / _EXACT


@cache
def _kerning(before: str, character: str, serif: bool) -> float:
    if not before or max(before, character) > "\u02ff":  # only Latin letters are kerned
        return 0.0
    return _advance(before + character, serif) - _advance(before, serif) - _advance(character, serif)


def wrap(text: str, size: float, width: float, *, lines: int = 1, serif: bool = False) -> str:
    """Return `text` drawable and broken into at most `lines` of `width` inches; what is left out becomes ….

    Lines break between Chinese characters and at spaces, never before closing punctuation.

    Examples
    --------
    >>> wrap("关于石渡县村级集体经济的调查", 9, 1.0, lines=2)
    '关于石渡县村级集\\n体经济的调查'
    """
    rest, result = drawable(text), list[str]()
    while rest and len(result) < lines:
        end = _fitting(rest, size, width, serif=serif)
        if end == len(rest):
            return "\n".join([*result, rest])
        if len(result) == lines - 1:
            end = _fitting(rest, size, width - measure("…", size, serif=serif), serif=serif)
            return "\n".join([*result, rest[:end].rstrip() + "…"])
        end = _break(rest, end)
        result.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return "\n".join(result)


def balance(text: str, size: float, width: float, *, lines: int) -> str:
    """Wrap `text` like `wrap`, into lines of nearly the same length.

    Examples
    --------
    >>> wrap("乡村振兴", 9, 0.4, lines=2), balance("乡村振兴", 9, 0.4, lines=2)
    ('乡村振\\n兴', '乡村\\n振兴')
    """
    full = wrap(text, size, width, lines=lines)
    for part in (0.5, 0.6, 0.7, 0.8, 0.9):
        narrow = wrap(text, size, part * width, lines=lines)
        if narrow.replace("\n", "") == full.replace("\n", "") and narrow.count("\n") == full.count("\n"):
            return narrow
    return full


def fit(text: str, size: float, width: float) -> str:
    """Return `text` drawable in one line of at most `width` inches."""
    return wrap(text, size, width)


def fits_title(title: str) -> bool:
    """Return whether a title is printed whole: what is longer than two lines ends in …."""
    return "".join(wrap(title, 15, INNER, lines=2, serif=True).split()) == "".join(drawable(title).split())


def shrink(text: str, width: float, *sizes: float, lines: int = 1) -> tuple[str, float]:
    """Return `text` in one line and the first of the sizes, in points, in which it fits; else in lines of the last.

    Examples
    --------
    >>> shrink("乡村振兴", 1.0, 9.5, 7.5), shrink("乡村振兴与城乡融合", 1.0, 9.5, 7.5)
    (('乡村振兴', 9.5), ('乡村振兴与城乡融合', 7.5))
    """
    whole = drawable(text)
    size = next((size for size in sizes if wrap(text, size, width) == whole), sizes[-1])
    return wrap(text, size, width, lines=lines), size


def _fitting(text: str, size: float, width: float, *, serif: bool) -> int:
    """Return how many characters of `text` fit; at least one, so that wrapping ends."""
    fitting = 1
    for place, reach in enumerate(_reach(text, serif=serif), 1):
        if size / 72 * reach > width:
            break
        fitting = place
    return fitting


def _break(text: str, end: int) -> int:
    """Return the last good place to break at or before `end`: after punctuation if it stands near the end."""
    for place in range(end, end * 3 // 5, -1):
        if text[place - 1] in "，。；：" and text[place] not in _CLOSING:
            return place
    for place in range(end, 0, -1):
        before, after = text[place - 1], text[place]
        if after in _CLOSING or before in _OPENING:
            continue
        if before == " " or after == " " or ord(after) > 0x2E7F or ord(before) > 0x2E7F:
            return place
    return end


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * _LINE / 72 if text else 0.0
