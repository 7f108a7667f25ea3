"""Figure: how many tags can go without review, and how many of those are wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from diaoyan.figures.page import new_page, put
from diaoyan.figures.rates import FOOT, HEIGHT, LEAST, rate_axes, too_few_held_out
from diaoyan.figures.registry import figure
from diaoyan.figures.style import RULE
from diaoyan.figures.wording import about_wrong, percent, worded
from diaoyan.language import Lang, message

if TYPE_CHECKING:
    import pandas as pd

_LINE = 0.065  # from one label at the ends to the next, in heights of the axes
_KINDS = {"text": ("#1f6fa8", "-"), "title": ("#d9662b", (0, (4, 2)))}


def _name(kind: str, lang: Lang) -> str:
    return worded(lang, "with text") if kind == "text" else worded(lang, "without text")


def _options(of: Any, lang: Lang) -> dict[str, Any]:
    """Say of whom the curve is, and what the same rule lets through by the model's own word among the reports."""
    counts = of.risk.groupby("kind")["reports"].max() if len(of.risk) else {}
    held_out = worded(
        lang,
        "Source: reports held out when the classifier was calibrated, {text} with text and {title} by titles alone; "
        "not the reports of this page",
        text=int(counts.get("text", 0)),
        title=int(counts.get("title", 0)),
    )
    return {
        "source": held_out,
        "mix": {"text": of.with_text, "title": of.total - of.with_text},
        "bars": of.bars,
        "wrong": of.wrong and (of.wrong.kept, of.wrong.likely, of.wrong.high),
    }


@figure(
    "kind",
    "certainty",
    "coverage",
    "error",
    "low",
    "high",
    "reports",
    caption=message("How many tags need no review, and how many of those are wrong"),
    facts=lambda of: of.risk,
    options=_options,
)
def draw_risk(
    facts: pd.DataFrame,
    *,
    source: str,
    accepted: float = 0.04,
    mix: Mapping[str, int] | None = None,
    bars: Mapping[str, float] | None = None,
    wrong: tuple[int, int, int] | None = None,
    lang: Lang = "zh",
) -> Figure:
    """Draw the error rate among the tags of which the model is at least so sure, the surest first.

    Parameters
    ----------
    facts : DataFrame
        Columns kind (``text`` or ``title``), certainty (of the least sure tag that is kept), coverage (share that is
        kept), error, low, high (all 0 to 1), reports; by rising coverage.
    source : str
        The source line.
    accepted : float
        Error rate that is accepted without review, 0 to 1; drawn as a line.
    mix : mapping of str to int, optional
        How many reports of each kind the reader has: the title speaks of the curve that most of them follow.
    bars : mapping of str to float, optional
        How sure the model must be of a tag of each kind for it to need no review, 0 to 1.
    wrong : tuple of (int, int, int), optional
        How many of the reader's own reports need no review, how many of these are likely wrong, and how many at most.
        The title speaks of them, or of the trial where they are not known.
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
    >>> facts = pd.DataFrame({"kind": "text", "certainty": [0.9, 0.4], "coverage": [0.5, 1.0], "error": [0.0, 0.2],
    ...                       "low": 0.0, "high": [0.1, 0.4], "reports": [20, 40]})
    >>> draw_risk(facts, source="来源：样例").texts[0].get_text()
    '试验中，有正文的报告50%可免复核：错0%，可能高到10%'
    """
    if facts.empty or int(facts["reports"].max()) < LEAST:
        name = worded(lang, "How many tags need no review, and how many of those are wrong")
        return too_few_held_out(name, facts["reports"], lang, source)
    subtitle = worded(
        lang,
        "Tried on reports that the model had not learned from: how many tags are wrong of those it is at least so sure "
        "of; bands: margins of error (95 % interval)",
    )
    note = worded(
        lang,
        "Dots: the rule. A person looks at whatever it is less sure of; the title goes by how sure it is of each "
        "report of this page, at most with more than 95 % confidence.",
    )
    labels = worded(lang, "how sure the model is at least"), worded(lang, "share of these that is wrong")
    limit = worded(lang, "accepted {share}", share=percent(accepted))
    page = new_page(
        HEIGHT + FOOT,
        headline(facts, accepted=accepted, mix=mix, wrong=wrong, lang=lang),
        subtitle=subtitle,
        source=source,
        notes=[note] if bars else [],
    )
    at = bars or {}
    top = min(1.0, max(0.12, 1.15 * float(facts.loc[facts["coverage"] > 0.2, "high"].max())))
    low = math.floor(4 * float(facts["certainty"].min())) / 4
    axes = rate_axes(page, labels=labels, top=top, span=(1.0, min(low, 0.75)))
    axes.axhline(accepted, color=RULE, linewidth=0.8, linestyle=(0, (3, 2)))
    ends = [(accepted, limit, RULE)]
    for kind, rows in facts.groupby("kind", sort=True):
        colour, dashes = _KINDS[kind]
        axes.fill_between(
            rows["certainty"],
            rows["low"].clip(upper=top),
            rows["high"].clip(upper=top),
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
        axes.plot(rows["certainty"], rows["error"].clip(upper=top), color=colour, linestyle=dashes, linewidth=1.4)
        if kind in at:
            kept = rows[rows["certainty"] >= at[kind]].tail(1)
            axes.plot(kept["certainty"], kept["error"].clip(upper=top), "o", color=colour, markersize=5, clip_on=False)
        last = float(rows["error"].iloc[-1])
        ends.append((min(last, top), f"{_name(kind, lang)} {percent(last)}", colour))
    below, end = -top, axes.get_xlim()[1] - 0.02 * (axes.get_xlim()[0] - axes.get_xlim()[1])
    for place, (height, text, colour) in enumerate(sorted(ends)):
        # Each beside its end, but a line above the one below it, and low enough for those above it.
        below = max(below + _LINE * top, min(height, (1 - _LINE * (len(ends) - 1 - place)) * top))
        put(axes, end, below, text, size=8, colour=colour, va="center")
    return page.figure


def headline(
    facts: pd.DataFrame,
    *,
    accepted: float = 0.04,
    mix: Mapping[str, int] | None = None,
    wrong: tuple[int, int, int] | None = None,
    lang: Lang = "zh",
) -> str:
    """Return the finding: how many of the reader's tags that need no review are likely wrong, and how many at most.

    Where that is not known, it is how much of the trial can be kept within the accepted error rate, and how high the
    rate may be in truth; that of the kind, with text or titles alone, that most reports of `mix` are.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"kind": ["text"], "coverage": [1.0], "error": [0.3], "high": [0.4]})
    >>> headline(facts, wrong=(35, 1, 4)), headline(facts, wrong=(60, 2, 9), lang="en")
    ('不必复核的35篇中，估计约1篇、至多4篇归错', 'No review needed: 60; of these about 2, at most 9, may be wrong')
    >>> headline(facts)
    '试验中，有正文的报告免复核多少都错4%以上，全部要复核'
    """
    if wrong is not None:
        return worded(
            lang,
            "No review needed: {kept}; of these {wrong} may be wrong",
            kept=wrong[0],
            wrong=about_wrong(*wrong[1:], lang),
        )
    kinds = sorted(set(facts["kind"]), key=lambda kind: (-(mix or {}).get(kind, 0), kind != "text"))
    kind = _name(kinds[0], lang)
    rows = facts[(facts["kind"] == kinds[0]) & (facts["error"] <= accepted)]
    if rows.empty:
        return worded(
            lang,
            "In the trial all reports {kind} need review, none can go at {accepted} errors",
            kind=kind,
            accepted=percent(accepted),
        )
    best = rows.loc[rows["coverage"].idxmax()]
    said = {column: percent(float(best[column])) for column in ("coverage", "error", "high")}
    return worded(
        lang,
        "In the trial {coverage} of reports {kind} need no review; {error} of these are wrong, perhaps up to {high}",
        kind=kind,
        **said,
    )
