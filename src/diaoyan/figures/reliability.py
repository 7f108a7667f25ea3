"""Figure: how sure the classifier says it is, against how often it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from diaoyan.figures.page import new_page
from diaoyan.figures.rates import FOOT, HEIGHT, LEAST, rate_axes, too_few_held_out
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, INK
from diaoyan.figures.wording import worded
from diaoyan.language import Lang, message

if TYPE_CHECKING:
    import pandas as pd


@figure(
    "stated",
    "right",
    "low",
    "high",
    "reports",
    caption=message("How sure the model says it is, and how often it is right"),
    facts=lambda of: of.reliability,
    options=lambda of, lang: {},
)
def draw_reliability(facts: pd.DataFrame, *, source: str, lang: Lang = "zh") -> Figure:
    """Draw how often the classifier is right where it says how sure it is.

    Parameters
    ----------
    facts : DataFrame
        Columns stated, right, low, high (0 to 1; mean stated probability of a bin and the share that was right, with
        its 95 % interval), reports.
    source : str
        The source line.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; a note if fewer than twenty held-out reports are known.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"stated": [0.6, 0.9], "right": [0.7, 0.9], "low": 0.5, "high": 1.0, "reports": [20, 40]})
    >>> draw_reliability(facts, source="来源：样例").texts[0].get_text()
    '模型说的把握与实际正确率相差3个百分点，在误差范围之内'
    """
    if facts.empty or int(facts["reports"].sum()) < LEAST:
        name = worded(lang, "How sure the model says it is, and how often it is right")
        return too_few_held_out(name, facts["reports"], lang, source)
    total = int(facts["reports"].sum())
    subtitle = worded(
        lang,
        "{total} reports that the model had not learned from, about {each} to a point; on the slanting line both are "
        "equal; upright lines: margins of error (95 % interval)",
        total=total,
        each=total // len(facts),
    )
    labels = worded(lang, "how sure the model says it is"), worded(lang, "share that is right")
    page = new_page(HEIGHT + FOOT, headline(facts, lang=lang), subtitle=subtitle, source=source)
    axes = rate_axes(page, labels=labels, top=1.06)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.vlines(facts["stated"], facts["low"], facts["high"], color=INK, linewidth=0.9)
    axes.plot(facts["stated"], facts["right"], color="#1f6fa8", marker="o", markersize=4.5, linewidth=1.2)
    return page.figure


def headline(facts: pd.DataFrame, *, lang: Lang = "zh") -> str:
    """Return the finding: how far stated probabilities are from what came true, over all reports.

    It is no finding where every stated probability lies within the interval of what came true.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"stated": [0.8], "right": [0.8], "low": [0.6], "high": [0.9], "reports": [30]}))
    '模型说的把握与实际正确率相符，相差不到1个百分点'
    """
    weight = facts["reports"] / facts["reports"].sum()
    away = float((weight * (facts["stated"] - facts["right"]).abs()).sum())
    lean = float((weight * (facts["stated"] - facts["right"])).sum())
    points = round(100 * away)
    within = bool(((facts["low"] <= facts["stated"]) & (facts["stated"] <= facts["high"])).all())
    if points < 1:
        return worded(lang, "How sure the model says it is agrees with how often it is right, within 1 point")
    if within:
        return worded(
            lang,
            "How sure the model says it is and how often it is right differ by {points} points, within chance",
            points=points,
        )
    if abs(lean) < 0.5 * away:
        return worded(
            lang, "How sure the model says it is and how often it is right differ by {points} points", points=points
        )
    if lean > 0:
        return worded(lang, "The model is surer than it should be, by {points} points on average", points=points)
    return worded(lang, "The model is more often right than it says, by {points} points on average", points=points)
