"""A grid of counts in shaded cells: what several figures are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from diaoyan.figures.page import INNER, Page, balance, put, shrink
from diaoyan.figures.style import GREY
from diaoyan.figures.wording import percent

#: Light enough, to its end, for small dark type: midway to a darker blue neither black nor white can be read well.
SHADES = LinearSegmentedColormap.from_list("shades", ["#f3f4f6", "#b7d0e4", "#5f9dcb"])
_LABEL, _ROW, _HEAD = 1.5, 0.42, 0.52


def grid_height(rows: int) -> float:
    """Return how high a grid of `rows` is, its column heads included, in inches."""
    return _HEAD + rows * _ROW


def draw_grid(
    page: Page,
    counts: NDArray[np.int64],
    *,
    shares: NDArray[np.float64],
    shades: NDArray[np.float64],
    rows: Sequence[str],
    columns: Sequence[str],
    totals: Sequence[str],
    drawn: NDArray[np.bool_] | None = None,
) -> Axes:
    """Draw counts in shaded cells with their share below; a zero stays empty.

    Parameters
    ----------
    page : Page
        Its free part must be `grid_height` high.
    counts : ndarray of shape (n_rows, n_columns)
    shares : ndarray of shape (n_rows, n_columns)
        From 0 to 1, to print below the counts; nan where a cell has none.
    shades : ndarray of shape (n_rows, n_columns)
        From 0 (pale) to 1.
    rows, columns : sequence of str
        Their names.
    totals : sequence of str
        What stands in grey below each row's name.
    drawn : ndarray of shape (n_rows, n_columns), optional
        False for cells to leave out.
    """
    height, width = len(rows) * _ROW, INNER - _LABEL
    cell = min(1.05, width / len(columns))
    axes = page.axes(_LABEL, 0, cell * len(columns), height)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    for (i, j), count in np.ndenumerate(counts):
        if drawn is not None and not drawn[i, j]:
            continue
        share = float(shares[i, j])
        shade = to_hex(SHADES(0.12 + 0.88 * float(shades[i, j]) if count else 0.0)[:3])
        axes.add_patch(Rectangle((j, i), 1, 1, facecolor=shade, edgecolor="white", linewidth=1.5))
        if not count:
            continue
        put(axes, j + 0.5, i + 0.52, str(count), size=9.5, ha="center", va="bottom")
        if not np.isnan(share):
            put(axes, j + 0.5, i + 0.56, percent(share), size=7, ha="center", va="top")
    for j, name in enumerate(columns):
        put(axes, j + 0.5, -0.06 / _ROW, balance(name, 8, cell - 0.06, lines=3), size=8, ha="center", va="bottom")
    for i, (name, total) in enumerate(zip(rows, totals, strict=True)):
        label, size = shrink(name, _LABEL - 0.1, 9, 8.25, 7.5)
        put(axes, -0.1 / cell, i + 0.5, label, size=size, ha="right", va="bottom")
        put(axes, -0.1 / cell, i + 0.56, total, size=7.5, colour=GREY, ha="right", va="top")
    return axes
