"""What figures on rates of held-out reports share: axes of shares, and the note where too few were held out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diaoyan.figures.page import Page, draw_note, put
from diaoyan.figures.style import GREY, PALE
from diaoyan.figures.wording import worded
from diaoyan.language import Lang

if TYPE_CHECKING:
    import pandas as pd

#: Fewest held-out reports for a figure on them to be drawn.
LEAST = 20
_WIDTH, HEIGHT, _LEFT, FOOT = 4.6, 3.0, 0.55, 0.45  # inches


def rate_axes(page: Page, *, labels: tuple[str, str], top: float, span: tuple[float, float] = (0.0, 1.0)) -> Axes:
    """Add axes over `span` across and from 0 to `top` upwards, with pale lines at round shares."""
    axes = page.axes(_LEFT, FOOT, _WIDTH, HEIGHT - 0.26)
    axes.set_xlim(*span)
    wide = span[1] - span[0]
    axes.set_ylim(0, top)
    step = next(step for step in (0.02, 0.05, 0.1, 0.25) if top / step <= 6.5)
    for i in range(int(top / step + 1e-9) + 1):
        axes.axhline(i * step, color=PALE if i else GREY, linewidth=0.7, zorder=0)
        put(axes, span[0] - 0.012 * wide, i * step, f"{i * step:.0%}", size=7.5, colour=GREY, ha="right", va="center")
    for share in (span[0] + part * wide for part in (0, 0.25, 0.5, 0.75, 1)):
        put(axes, share, -0.03 * top, f"{share:.0%}", size=7.5, colour=GREY, ha="center", va="top")
    page.write(_LEFT + _WIDTH / 2, 0.1, labels[0], size=8, colour=GREY, ha="center")
    page.write(0, FOOT + HEIGHT - 0.1, labels[1], size=8, colour=GREY)
    return axes


def too_few_held_out(name: str, reports: pd.Series[int], lang: Lang, source: str) -> Figure:
    """Return the note for a figure on reports of which too few were held out."""
    count = 0 if reports.empty else int(reports.max())
    note = worded(
        lang, "Too little to draw: {count} held-out reports, at least {least} are needed.", count=count, least=LEAST
    )
    return draw_note(name, note, source=source)
