"""Figures: how far the classifier's word can be trusted, by what it says (reliability) and what it keeps (risk)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diaoyan.figures.page import Page, draw_note, new_page, put
from diaoyan.figures.style import GREY, INK, PALE, RULE, require, styled
from diaoyan.figures.wording import percent
from diaoyan.language import Lang

if TYPE_CHECKING:
    import pandas as pd

#: Fewest held-out reports for either figure to be drawn.
LEAST = 20
_WIDTH, _HEIGHT, _LEFT, _FOOT = 4.6, 3.0, 0.55, 0.45
_KINDS = {"text": ("#1f6fa8", "-"), "title": ("#d9662b", (0, (4, 2)))}
_NAMES = {"zh": {"text": "有正文", "title": "只凭题目"}, "en": {"text": "with text", "title": "titles alone"}}


@styled
def draw_risk(
    facts: pd.DataFrame,
    *,
    source: str,
    accepted: float = 0.04,
    mix: Mapping[str, int] | None = None,
    passed: Mapping[str, float] | None = None,
    lang: Lang = "zh",
) -> Figure:
    """Draw the error rate among the tags that are kept, against the share that is kept, surest first.

    Parameters
    ----------
    facts : DataFrame
        Columns kind (``text`` or ``title``), coverage, error, low, high (0 to 1), reports; by rising coverage.
    source : str
        The source line.
    accepted : float
        Error rate that is accepted without review, 0 to 1; drawn as a line.
    mix : mapping of str to int, optional
        How many reports of each kind the reader has: the title speaks of the curve that most of them follow.
    passed : mapping of str to float, optional
        Share of the reader's own reports of each kind that the same rule lets through, 0 to 1. It is another one where
        reports are easier or harder; how many of them are wrong was not measured.
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
    >>> facts = pd.DataFrame({"kind": "text", "coverage": [0.5, 1.0], "error": [0.0, 0.2], "low": 0.0,
    ...                       "high": [0.1, 0.4], "reports": [20, 40]})
    >>> draw_risk(facts, source="来源：样例").texts[0].get_text()
    '留出报告中有正文的放行50%，错误率0%，95%区间上限10%'
    """
    require(facts, "kind", "coverage", "error", "low", "high", "reports")
    if facts.empty or int(facts["reports"].max()) < LEAST:
        return _too_few("错误率与放行比例" if lang == "zh" else "Risk and coverage", facts["reports"], lang, source)
    if lang == "zh":
        subtitle = "答案已知的留出报告，按模型的把握从大到小放行（免复核）；纵轴为放行部分的错误率，色带为95%区间"
        notes = _passed(
            passed, "注：同样的标准在本页放行{said}；报告难易不同，比例就不同，本页的错误率没有测过。", lang
        )
        labels, limit = ("放行的比例", "错误率"), f"可接受 {percent(accepted)}"
    else:
        subtitle = "Held-out reports with known answers, surest first: error rate among those kept; 95% intervals"
        notes = _passed(passed, "The same rule keeps {said} on this page, whose error rate was not measured.", lang)
        labels, limit = ("share kept", "error rate"), f"accepted {percent(accepted)}"
    page = new_page(
        _HEIGHT + _FOOT,
        headline(facts, accepted=accepted, mix=mix, lang=lang),
        subtitle=subtitle,
        source=source,
        notes=notes,
    )
    top = min(1.0, max(0.12, 1.15 * float(facts.loc[facts["coverage"] > 0.2, "high"].max())))
    axes = _axes(page, labels=labels, top=top)
    axes.axhline(accepted, color=RULE, linewidth=0.8, linestyle=(0, (3, 2)))
    put(axes, 1.02, accepted, limit, size=8, colour=RULE, va="center")
    for kind, rows in facts.groupby("kind", sort=True):
        colour, dashes = _KINDS[kind]
        axes.fill_between(
            rows["coverage"], rows["low"], rows["high"].clip(upper=top), color=colour, alpha=0.15, linewidth=0
        )
        axes.plot(rows["coverage"], rows["error"].clip(upper=top), color=colour, linestyle=dashes, linewidth=1.4)
        last = rows.iloc[-1]
        end = (
            max(float(last["error"]), accepted + 0.07 * top)
            if last["error"] >= accepted
            else float(last["error"]) - 0.03 * top
        )
        text = f"{_NAMES[lang][kind]} {percent(float(last['error']))} ({int(last['reports'])})"
        put(axes, 1.02, end + (0.05 * top if kind == "title" else -0.0), text, size=8, colour=colour, va="center")
    return page.figure


@styled
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
    '所说的把握与实际相差3个百分点，偏低'
    """
    require(facts, "stated", "right", "low", "high", "reports")
    if facts.empty or int(facts["reports"].sum()) < LEAST:
        return _too_few("把握与实际" if lang == "zh" else "Reliability", facts["reports"], lang, source)
    total = int(facts["reports"].sum())
    if lang == "zh":
        subtitle = (
            f"留出报告{total}篇：自报的把握与实际正确率，每点约{total // len(facts)}篇；斜线为完全一致，竖线为95%区间"
        )
        labels = ("自报的把握", "实际正确率")
    else:
        subtitle = (
            f"{total} held-out reports: stated probability and share right; the diagonal is perfect; 95% intervals"
        )
        labels = ("stated probability", "share right")
    page = new_page(_HEIGHT + _FOOT, reliability_headline(facts, lang=lang), subtitle=subtitle, source=source)
    axes = _axes(page, labels=labels, top=1.06)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.vlines(facts["stated"], facts["low"], facts["high"], color=INK, linewidth=0.9)
    axes.plot(facts["stated"], facts["right"], color="#1f6fa8", marker="o", markersize=4.5, linewidth=1.2)
    return page.figure


def headline(
    facts: pd.DataFrame, *, accepted: float = 0.04, mix: Mapping[str, int] | None = None, lang: Lang = "zh"
) -> str:
    """Return the finding: how much can be kept within the accepted error rate, and how high the rate may be in truth.

    It is that of the kind, with text or titles alone, that most reports of `mix` are; with text, if nothing is said.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"kind": ["text"], "coverage": [1.0], "error": [0.3], "high": [0.4]})
    >>> headline(facts)
    '留出报告中有正文的怎样放行错误率都超过4%，全部要复核'
    >>> headline(facts.assign(error=0.02, high=0.06), lang="en")
    'Held out, with text: 100% can be kept at 2% errors, at most 6% (95% interval)'
    """
    kinds = sorted(set(facts["kind"]), key=lambda kind: (-(mix or {}).get(kind, 0), kind != "text"))
    kind = kinds[0]
    rows = facts[(facts["kind"] == kind) & (facts["error"] <= accepted)]
    name = _NAMES[lang][kind]
    if rows.empty:
        if lang == "zh":
            return f"留出报告中{name}的怎样放行错误率都超过{percent(accepted)}，全部要复核"
        return f"Held out, {name}: no share keeps errors within {percent(accepted)}: all to be reviewed"
    best = rows.loc[rows["coverage"].idxmax()]
    kept, error, high = (percent(float(best[column])) for column in ("coverage", "error", "high"))
    if lang == "zh":
        return f"留出报告中{name}的放行{kept}，错误率{error}，95%区间上限{high}"
    return f"Held out, {name}: {kept} can be kept at {error} errors, at most {high} (95% interval)"


def _passed(passed: Mapping[str, float] | None, note: str, lang: Lang) -> list[str]:
    """Return the note that says what the rule lets through on the reader's own page, if that is known."""
    if not passed:
        return []
    said = [
        f"{_NAMES[lang][kind]}的{percent(share)}" if lang == "zh" else f"{percent(share)} {_NAMES[lang][kind]}"
        for kind, share in sorted(passed.items())
    ]
    return [note.format(said=("、" if lang == "zh" else ", ").join(said))]


def reliability_headline(facts: pd.DataFrame, *, lang: Lang = "zh") -> str:
    """Return the finding: how far stated probabilities are from what came true, over all reports.

    Examples
    --------
    >>> import pandas as pd
    >>> reliability_headline(pd.DataFrame({"stated": [0.8], "right": [0.8], "reports": [30]}))
    '所说的把握与实际相符，相差不到1个百分点'
    """
    weight = facts["reports"] / facts["reports"].sum()
    away = float((weight * (facts["stated"] - facts["right"]).abs()).sum())
    lean = float((weight * (facts["stated"] - facts["right"])).sum())
    points = round(100 * away)
    if lang == "zh":
        if points < 1:
            return "所说的把握与实际相符，相差不到1个百分点"
        way = "" if abs(lean) < 0.5 * away else "，偏高" if lean > 0 else "，偏低"
        return f"所说的把握与实际相差{points}个百分点{way}"
    way = "" if abs(lean) < 0.5 * away else ", too sure" if lean > 0 else ", too modest"
    return f"Stated and actual rates differ by {points} points{way}"


def _axes(page: Page, *, labels: tuple[str, str], top: float) -> Axes:
    """Add axes from 0 to 1 across and 0 to `top` upwards, with pale lines at round shares."""
    axes = page.axes(_LEFT, _FOOT, _WIDTH, _HEIGHT - 0.26)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, top)
    step = next(step for step in (0.02, 0.05, 0.1, 0.25) if top / step <= 6.5)
    for i in range(int(top / step + 1e-9) + 1):
        axes.axhline(i * step, color=PALE if i else GREY, linewidth=0.7, zorder=0)
        put(axes, -0.012, i * step, f"{i * step:.0%}", size=7.5, colour=GREY, ha="right", va="center")
    for share in (0, 0.25, 0.5, 0.75, 1):
        put(axes, share, -0.03 * top, f"{share:.0%}", size=7.5, colour=GREY, ha="center", va="top")
    page.write(_LEFT + _WIDTH / 2, 0.1, labels[0], size=8, colour=GREY, ha="center")
    page.write(0, _FOOT + _HEIGHT - 0.1, labels[1], size=8, colour=GREY)
    return axes


def _too_few(name: str, reports: pd.Series[int], lang: Lang, source: str) -> Figure:
    count = 0 if reports.empty else int(reports.max())
    note = (
        f"资料太少，不作图：留出的报告只有{count}篇，至少要{LEAST}篇。"
        if lang == "zh"
        else f"Too little to draw: {count} held-out reports, at least {LEAST} are needed."
    )
    return draw_note(name, note, source=source)
