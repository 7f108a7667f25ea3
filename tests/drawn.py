"""What is wrong with a drawn figure beyond its texts: lines, bars and bands that leave their axes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from diaoyan.figures.page import MARGIN
from diaoyan.figures.style import DPI, house_style

_SLACK = 1e-6
_SLIGHT = 0.08  # inches that nobody sees


def outside(figure: Figure) -> list[str]:
    """Return a sentence for each artist in data coordinates that reaches beyond the limits of its axes."""
    return [
        f"{type(artist).__name__} at {spot.round(3).tolist()} leaves {limits.round(3).tolist()}"
        for axes in figure.axes
        for artist, spots, limits in _drawn(axes)
        for spot in spots[~np.isnan(spots).any(axis=1)]
        if ((spot < limits.min(axis=1) - _SLACK) | (spot > limits.max(axis=1) + _SLACK)).any()
    ]


def _drawn(axes: Axes) -> Iterator[tuple[object, np.ndarray, np.ndarray]]:
    limits = np.array([axes.get_xlim(), axes.get_ylim()])
    for artist in axes.get_children():
        if artist is axes.patch or artist.get_transform() is None:
            continue
        if isinstance(artist, Line2D) and artist.get_transform() == axes.transData:
            yield artist, np.asarray(artist.get_xydata(), dtype=float), limits
        elif isinstance(artist, Patch) and artist.get_data_transform() == axes.transData:
            yield artist, artist.get_path().transformed(artist.get_patch_transform()).vertices, limits
        elif isinstance(artist, PathCollection):
            yield artist, np.asarray(artist.get_offsets(), dtype=float), limits
        elif isinstance(artist, PolyCollection):
            yield artist, np.concatenate([path.vertices for path in artist.get_paths()]), limits


def over_margin(figure: Figure) -> list[str]:
    """Return a sentence for each text that reaches over the margins of the page, where `check` looks at its edge."""
    with house_style():  # as `save` draws it
        figure.set_dpi(DPI)
        FigureCanvasAgg(figure).draw()
        boxes = [(t.get_text(), t.get_window_extent()) for t in figure.findobj(Text) if t.get_text().strip()]
    left, right = (MARGIN - _SLIGHT) * DPI, figure.bbox.width - (MARGIN - _SLIGHT) * DPI
    return [f"{text!r} reaches over the margin" for text, box in boxes if box.x0 < left or box.x1 > right]
