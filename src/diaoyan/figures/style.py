"""The look of all figures: font, colours and markers, and the one way a figure is checked and saved."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import numpy as np
from matplotlib import style as mpl_style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from pylopdf_fonts_zh_cn import sans_path, serif_path

from diaoyan.errors import FigureError
from diaoyan.figures.png import png
from diaoyan.language import gettext
from diaoyan.writing import replacing

if TYPE_CHECKING:
    import pandas as pd

DPI = 200
INK, GREY, PALE, RULE = "#1f2328", "#5f6670", "#e3e5e8", "#b3262e"
MISSING = "〓"  # the geta mark, with which Chinese and Japanese printers stand in for a type they lack

_SETTINGS = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.6,
    "figure.dpi": DPI,
    "hatch.color": "#ffffff",
    "hatch.linewidth": 0.8,
    "savefig.dpi": DPI,
    "svg.fonttype": "path",
    "svg.hashsalt": "diaoyan",
    "text.hinting": "none",
    "text.parse_math": False,
    "text.usetex": False,
}
_Arguments = ParamSpec("_Arguments")


@dataclass(frozen=True, slots=True)
class Look:
    """How one theme is drawn everywhere: its colour, its marker on maps, its hatch once the colours are used up."""

    colour: str
    marker: str
    hatch: str = ""

    @property
    def line(self) -> str:
        """The colour for thin lines and the edges of markers: darker where the colour is too light for them."""
        if lightness(self.colour) <= 60:
            return self.colour
        red, green, blue = to_rgb(self.colour)
        return to_hex((0.68 * red, 0.68 * green, 0.68 * blue))


THEME_COLOURS = {
    "rural": Look("#4f9a4a", "o"),
    "digital": Look("#1f6fa8", "s"),
    "discipline": Look("#7f1d1d", "^"),
    "finance": Look("#dba53a", "D"),
    "other": Look("#d3d3d3", "X"),
}
_ADDED = (
    Look("#0e8c8c", "v"),
    Look("#4b2e83", "P"),
    Look("#d9662b", "p"),
    Look("#8cc5e3", "<"),
    Look("#6b4a2b", ">"),
    Look("#d98bb3", "h"),
    Look("#14213d", "*"),
    Look("#a9c23f", "d"),
)


def lightness(colour: str) -> float:
    """Return CIE L* of a colour, 0 (black) to 100 (white): how light it is in a grey print.

    Examples
    --------
    >>> lightness("#ffffff"), round(lightness("#777777"))
    (100.0, 50)
    """
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return round(116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance, 6)


def looks(themes: Sequence[str]) -> dict[str, Look]:
    """Return how each theme is drawn; themes that users added take the free looks in the order given.

    After twelve themes the colours come again with a hatch (lines, then crossed lines).

    Examples
    --------
    >>> looks(["rural", "water", "other"])["water"]
    Look(colour='#0e8c8c', marker='v', hatch='')
    """
    unused = [look for theme, look in THEME_COLOURS.items() if theme not in themes and theme != "other"]
    free = (*_ADDED, *unused)
    every = (*_ADDED, *(look for theme, look in THEME_COLOURS.items() if theme != "other"))
    hatches = ("////", "\\\\\\\\", "xxxx", "----", "||||")
    result: dict[str, Look] = {}
    position = 0
    for theme in dict.fromkeys(themes):
        if theme in THEME_COLOURS:
            result[theme] = THEME_COLOURS[theme]
            continue
        if position < len(free):
            result[theme] = free[position]
        else:
            turn, place = divmod(position - len(free), len(every))
            result[theme] = Look(every[place].colour, every[place].marker, hatches[turn % len(hatches)])
        position += 1
    return result


def font(size: float = 9, *, serif: bool = False) -> FontProperties:
    """Return Noto Sans SC (or Noto Serif SC) from the installed font package, in points.

    The font is named by its file, so that neither the fonts of the machine nor rcParams have a say.

    Examples
    --------
    >>> font(9).get_size_in_points()
    9.0
    """
    return FontProperties(fname=str(serif_path() if serif else sans_path()), size=size)


@cache
def _glyphs() -> frozenset[int]:
    """Return the characters both fonts can draw."""
    return frozenset(get_font(str(sans_path())).get_charmap()) & frozenset(get_font(str(serif_path())).get_charmap())


def drawable(text: object) -> str:
    """Return `text` in one line, with 〓 for each character the fonts lack and without control characters.

    Examples
    --------
    >>> drawable("数字乡村😀\\x07调研\\n报告")
    '数字乡村〓调研 报告'
    """
    kept = []
    for character in " ".join(unicodedata.normalize("NFC", str(text)).split()):
        category = unicodedata.category(character)
        if category in {"Cc", "Cf"} or 0xFE00 <= ord(character) <= 0xFE0F:
            continue
        kept.append(character if ord(character) in _glyphs() else MISSING)
    return " ".join("".join(kept).split())


_in_style: ContextVar[bool] = ContextVar("_in_style", default=False)


@contextmanager
def house_style() -> Iterator[None]:
    """Set matplotlib's defaults and the settings of this room, and restore what the caller had afterwards."""
    if _in_style.get():  # setting three hundred settings again costs as much as a small figure
        yield
        return
    entered = _in_style.set(True)
    try:
        with mpl_style.context(["default", _SETTINGS]):
            yield
    finally:
        _in_style.reset(entered)


def styled(draw: Callable[_Arguments, Figure]) -> Callable[_Arguments, Figure]:
    """Run a drawing function under `house_style`."""

    @wraps(draw)
    def drawn(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> Figure:
        with house_style():
            return draw(*args, **kwargs)

    return drawn


def require(facts: pd.DataFrame, *columns: str) -> None:
    """Raise `FigureError` if `facts` lacks one of `columns`."""
    lacking = [column for column in columns if column not in facts.columns]
    if lacking:
        found = ", ".join(map(str, facts.columns)) or "none"
        raise FigureError(
            gettext("Expected facts with the columns {names}; {value!r} is not among {found}.").format(
                names=", ".join(columns), value=lacking[0], found=found
            )
        )


def check(figure: Figure) -> list[str]:
    """Return what is wrong with the texts of a figure, in sentences; an empty list if nothing is.

    The figure is drawn as `save` would, and its text boxes are measured from the renderer: glyphs that are
    missing, fonts from elsewhere, text that reaches over the canvas, and boxes that overlap.

    Examples
    --------
    >>> figure = Figure()
    >>> check(figure)
    []
    >>> label = figure.text(0.5, 0.5, "调研")
    >>> check(figure)[0]
    "'调研' is not set in the fonts of the package."
    """
    with house_style():
        boxes = _boxes(figure, FigureCanvasAgg(figure))
        return _faults(figure, boxes) + [
            f"{first.get_text()!r} overlaps {second.get_text()!r}."
            for (first, a), (second, b) in combinations(boxes, 2)
            if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
        ]


def _boxes(figure: Figure, canvas: FigureCanvasAgg) -> list[tuple[Text, Bbox]]:
    """Draw a figure on a canvas and return the boxes of its texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing glyph warns here; `_faults` finds and names it
        canvas.draw()  # type: ignore[no-untyped-call]
        texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
        return [(text, text.get_window_extent()) for text in texts]


def _faults(figure: Figure, boxes: list[tuple[Text, Bbox]]) -> list[str]:
    """Return what makes a figure wrong, rather than merely crowded."""
    faults = []
    for text, box in boxes:
        words = text.get_text()
        if text.get_fontproperties().get_file() not in {str(sans_path()), str(serif_path())}:
            faults.append(f"{words!r} is not set in the fonts of the package.")
        lacking = sorted({c for c in words if c != "\n" and ord(c) not in _glyphs()})
        if lacking:
            faults.append(f"{words!r} needs a glyph for {lacking[0]!r}, which the font lacks.")
        if text.get_parse_math() and words.count("$") > 1:
            faults.append(f"{words!r} would be read as mathematics.")
        if box.x0 < -1 or box.y0 < -1 or box.x1 > figure.bbox.width + 1 or box.y1 > figure.bbox.height + 1:
            faults.append(f"{words!r} reaches over the edge of the canvas.")
    return faults


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure as ``<stem>.png`` (200 dpi) and ``<stem>.svg`` (text as paths), both or neither; clear it.

    The same figure gives the same bytes: no date, and identifiers in the SVG come from a fixed salt.

    Returns
    -------
    list of Path
        The PNG and the SVG.

    Raises
    ------
    FigureError
        If a glyph is missing or a text reaches over the canvas; nothing is written.
    """
    drawn, vector = (stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg"))
    with house_style():
        figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(figure)
        faults = _faults(figure, _boxes(figure, canvas))
        if faults:
            raise FigureError(
                gettext("{stem} cannot be drawn: {value} Pass texts through drawable() and fit().").format(
                    stem=stem.name, value=faults[0]
                )
            )
        with replacing(drawn) as bitmap_file, replacing(vector) as vector_file:
            _write_png(canvas, bitmap_file)
            _write_svg(figure, vector_file)
    for axes in figure.axes:  # which would otherwise be laid out anew, empty
        figure.delaxes(axes)
    figure.clear()
    return [drawn, vector]


def _write_png(canvas: FigureCanvasAgg, path: Path) -> None:
    # What the boxes were measured on is the picture: it is not drawn once more. It is opaque, on white paper.
    path.write_bytes(png(np.asarray(canvas.buffer_rgba()), dpi=DPI))  # type: ignore[no-untyped-call]


def _write_svg(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
