"""Figure: which themes the reports of a month, or of several months, are about."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke

from diaoyan.figures.months import (
    NONE,
    WIDEST,
    Cell,
    Gap,
    along_axis,
    before_words,
    by_month,
    month_of,
    month_words,
    number,
    trend,
)
from diaoyan.figures.page import INNER, draw_note, new_page, put, shrink, too_few, wrap
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, INK, PALE, Look, looks
from diaoyan.figures.wording import count_words, listed, percent, reports_words, share_words, worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

_APART = 2.5  # times as far as the listed themes reach, from which `other` has an axis of its own
_BARS_UP_TO = 12  # months, with what gaps take
_NAMED = 3  # gaps that are named
_EMPTY = "#f1f2f4"  # behind months without reports
_LEFT, _TAIL, _LONG, _BAR = 1.6, 1.1, 2.1, 0.36  # inches: left of the bars, right of them without and with `before`


def _options(of: Any, lang: Lang) -> dict[str, Any]:
    rows, then = of.course.themes, of.course.then
    before = {row.theme: row.before / then for row in rows.itertuples()} if then else {}
    return {"names": of.names(lang), "before": before, "compared": before_words(of.course, lang)}


@figure(
    "month",
    "theme",
    "reports",
    "share",
    "low",
    "high",
    caption=message("Share of reports by theme"),
    facts=lambda of: of.shares,
    options=_options,
)
def draw_shares(
    facts: pd.DataFrame,
    *,
    names: dict[str, str],
    source: str,
    before: Mapping[str, float] | None = None,
    compared: str = "",
    lang: Lang = "zh",
) -> Figure:
    """Draw the share of each theme, by month where there are several.

    One month gives a bar for each theme, most reports first and `other` last; several give a small panel for
    each theme on one scale, with bars up to twelve months and a line beyond. Only `other`, where it is so large that
    nothing could be seen of the rest, has a scale of its own, which the figure says.

    Parameters
    ----------
    facts : DataFrame
        Columns month (YYYY-MM or null), theme, reports, share, low, high; one row a month and theme. Shares are
        0 to 1, `low` and `high` the ends of their 95 % interval (null where there is none).
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line, with the number of reports and how many had text.
    before : mapping of str to float, optional
        Share of each theme in the months before, 0 to 1; drawn beside the bars of a single month.
    compared : str
        Which months those are, and how many reports they have.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; see `diaoyan.figures.save`.

    Raises
    ------
    FigureError
        If a column is missing or a month is not YYYY-MM.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"month": "2026-08", "theme": ["rural", "other"], "reports": [6, 4],
    ...                       "share": [0.6, 0.4], "low": [0.3, 0.1], "high": [0.9, 0.7]})
    >>> figure = draw_shares(facts, names={"rural": "乡村振兴", "other": "其他"}, source="来源：样例")
    >>> figure.texts[0].get_text()
    '乡村振兴最多：6篇，占60%'
    """
    total = int(facts["reports"].sum())
    if total < 3:
        return draw_note(worded(lang, "Share of reports by theme"), too_few(total, lang), source=source)
    months, table = by_month(facts)
    title = headline(facts, names, lang=lang)
    order = _ordered(table, names)
    order.sort(key=lambda theme: (theme == OTHER, -sum(cell.reports for cell in table[theme].values())))
    table = {theme: table[theme] for theme in order}
    if len(months) > 1:
        return _draw_months(table, months, names=names, title=title, source=source, lang=lang)
    earlier = (before or {}, compared)
    return _draw_month(table, months[0], names=names, title=title, source=source, before=earlier, lang=lang)


def headline(facts: pd.DataFrame, names: dict[str, str], *, lang: Lang = "zh") -> str:
    """Return the finding: the theme with most reports in the last month, and whether its share kept rising.

    It rises only if every one of the last months, without a month missing in between, is above the one before, and the
    first and the last of them lie outside each other's intervals.
    `other` never leads, but is named where it is as large as the leading theme.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"month": ["2026-06", "2026-07", "2026-08"], "theme": "rural", "reports": [5, 6, 8],
    ...                       "share": [0.25, 0.3, 0.4], "low": [0.15, 0.2, 0.3],
    ...                       "high": [0.35, 0.4, 0.5]})
    >>> headline(facts, {"rural": "乡村振兴"})
    '乡村振兴占四成，连续两月上升'
    """
    months, table = by_month(facts)
    months = [month for month in months if month] or months
    last = {theme: cells.get(months[-1], NONE) for theme, cells in table.items()}
    other = last.pop(OTHER, NONE)
    most = max((cell.reports for cell in last.values()), default=0)
    leaders = [theme for theme in _ordered(last, names) if last[theme].reports == most]
    when = month_words(months[-1], lang) if len(months) > 1 else ""
    if most == 0 and when:
        return worded(lang, "No report of {when} belongs to a listed theme", when=when)
    if most == 0:
        return worded(lang, "No report belongs to a listed theme")
    who, share = listed([names.get(theme, theme) for theme in leaders], lang), last[leaders[0]].share
    run = [table[leaders[0]].get(month, NONE) for month in months]
    steps = trend([(month, cell.share) for month, cell in zip(months, run, strict=True)])
    if len(leaders) == 1 and abs(steps) >= 2 and _apart(run[-1 - abs(steps)], run[-1]):
        told = (share_words(share), count_words(abs(steps))) if lang == "zh" else (percent(share), abs(steps))
        if steps > 0:
            return worded(lang, "{who} at {share}, up {steps} months running", who=who, share=told[0], steps=told[1])
        return worded(lang, "{who} at {share}, down {steps} months running", who=who, share=told[0], steps=told[1])
    said = {
        "when": f" in {when}" if when and lang == "en" else when,
        "who": who,
        "reports": reports_words(most, lang),
        "share": percent(share),
        "rest": names.get(OTHER, OTHER),
        "others": percent(other.share),
    }
    if other.reports >= most and len(leaders) > 1:
        return worded(
            lang, "{rest} {others}{when}; of the listed themes {who} lead: {reports} each, {share} each", **said
        )
    if other.reports >= most:
        return worded(lang, "{rest} {others}{when}; of the listed themes {who} leads: {reports}, {share}", **said)
    if len(leaders) > 1:
        return worded(lang, "{who} lead{when}: {reports} each, {share} each", **said)
    return worded(lang, "{who} leads{when}: {reports}, {share}", **said)


def _apart(one: Cell, other: Cell) -> bool:
    """Return whether two shares lie outside each other's intervals, as far as there are any."""
    return not (one.low <= other.share <= one.high or other.low <= one.share <= other.high)


def _ordered(themes: Iterable[str], names: dict[str, str]) -> list[str]:
    """Return themes in the order of the codebook, those it does not know after them, `other` last."""
    known = list(names)
    return sorted(themes, key=lambda t: (t == OTHER, known.index(t) if t in names else len(known), t))


def _draw_month(
    table: dict[str, dict[str, Cell]],
    month: str,
    *,
    names: dict[str, str],
    title: str,
    source: str,
    before: tuple[Mapping[str, float], str],
    lang: Lang,
) -> Figure:
    when, (earlier, compared) = month_words(month, lang), before
    subtitle = worded(lang, "Share of reports by theme, % of all; thin lines are margins of error")
    if when:
        subtitle = worded(lang, "{when}: {said}", when=when, said=subtitle)
    if earlier:
        subtitle += worded(lang, "; diamonds: {before}", before=compared)
    depth = _BAR * len(table)
    page = new_page(depth + 0.24, title, subtitle=subtitle, source=source, notes=_margin(table, lang))
    axes = page.axes(_LEFT, 0.24, INNER - _LEFT, depth)
    values = _round_shares(max(_reach(table), *earlier.values(), 0.0), most=5)
    inch = values[-1] / (INNER - _LEFT - (_LONG if earlier else _TAIL))  # in shares
    axes.set_xlim(0, inch * (INNER - _LEFT))
    axes.set_ylim(len(table) - 0.5, -0.5)
    _rule(axes, values, axis="x")
    for value in values:
        put(axes, value, len(table) - 0.5, f"{value:.0%}", size=7.5, colour=GREY, ha="center", va="top")
    style = looks([*names, *table])
    for place, (theme, cells) in enumerate(table.items()):
        cell, look = cells[month], style[theme]
        axes.barh(place, cell.share, height=0.62, color=look.colour, hatch=look.hatch)
        _interval(axes, [cell.low, cell.high], [place, place])
        name, size = shrink(names.get(theme, theme), _LEFT - 0.12, 9.5, 8.25, 7.5, lines=2)
        put(axes, -0.1 * inch, place, name, size=size, ha="right", va="center")
        said = {"reports": reports_words(cell.reports, lang), "share": percent(cell.share)}
        text = worded(lang, "{reports} ({share})", **said)
        if theme in earlier:
            text = worded(lang, "{reports} ({share}; before {before})", before=percent(earlier[theme]), **said)
        put(axes, max(cell.top, earlier.get(theme, 0.0)) + 0.1 * inch, place, text, size=9, va="center")
        if theme in earlier:
            axes.plot(
                [earlier[theme]],
                [place],
                "D",
                color=INK,
                markerfacecolor="white",
                markersize=5,
                clip_on=False,
                zorder=4,
            )
    return page.figure


def _draw_months(
    table: dict[str, dict[str, Cell]], months: list[str], *, names: dict[str, str], title: str, source: str, lang: Lang
) -> Figure:
    dated = [number(month) for month in months if month]
    undated = sum(cells[""].reports for cells in table.values() if "" in cells)
    where, gaps = along_axis(dated)
    end = where[dated[-1]]
    bars = end < _BARS_UP_TO
    subtitle = worded(lang, "Share of reports by theme, % of all in the month; ")
    if bars:
        subtitle += worded(lang, "numbers: reports; thin lines: margins of error")
    else:
        subtitle += worded(lang, "numbers: reports at peak and end; bands: margins of error")
    row = 0.95 if len(table) <= 6 else 0.72
    style, most = looks([*names, *table]), 4 if row > 0.9 else 3
    listed_only = {theme: cells for theme, cells in table.items() if theme != OTHER}
    apart = len(listed_only) < len(table) and bool(listed_only) and _reach(table) > _APART * _reach(listed_only)
    notes = _margin(table, lang)
    if apart:
        rest = names.get(OTHER, OTHER)
        notes.append(worded(lang, "The axis of {rest} is another one than that of the listed themes.", rest=rest))
    if gaps:
        notes.append(_missing(gaps, lang))
    if undated:
        notes.append(worded(lang, "{reports} without a month not shown.", reports=reports_words(undated, lang)))
    page = new_page(row * len(table) + 0.1, title, subtitle=subtitle, source=source, notes=notes)
    for place, (theme, cells) in enumerate(table.items()):
        values = _round_shares(_reach(listed_only if apart and theme != OTHER else table), most=most)
        bottom = 0.28 + row * (len(table) - 1 - place)
        total = sum(cell.reports for cell in cells.values())
        axes = page.axes(_LEFT, bottom, INNER - _LEFT, row - 0.24)
        axes.set_xlim(-0.6, end + (0.6 if bars else 0.08 * end))
        axes.set_ylim(0, values[-1])
        _rule(axes, values, axis="y")
        for gap in gaps:
            axes.axvspan(gap.left, gap.right, facecolor=_EMPTY, linewidth=0, zorder=0.1)
        for value in values:
            put(axes, axes.get_xlim()[0], value, f"{value:.0%} ", size=7, colour=GREY, ha="right", va="center")
        by_place = {where[number(month)]: cell for month, cell in sorted(cells.items()) if month}
        (_draw_bars if bars else _draw_line)(axes, by_place, style[theme])
        whole = worded(lang, "{reports} in all", reports=reports_words(total, lang))
        name = wrap(names.get(theme, theme), 9.5, _LEFT - 0.45, lines=2)
        page.write(0, bottom + row * 0.5 - 0.12, name, size=9.5, va="bottom")
        page.write(0, bottom + row * 0.5 - 0.16, whole, size=7.5, colour=GREY, va="top")
    _write_months(page.figure.axes[-1], row - 0.24, where)
    return page.figure


def _margin(table: dict[str, dict[str, Cell]], lang: Lang) -> list[str]:
    """Return the note that says what the thin lines are, where there are any."""
    if all(math.isnan(cell.high) for cells in table.values() for cell in cells.values()):
        return []
    return [worded(lang, "Margin of error: how far chance alone moves a share of so few reports (95 % interval).")]


def _missing(gaps: Sequence[Gap], lang: Lang) -> str:
    """Return what the grey of the axis means: which months have no report, and that long gaps are drawn shorter."""
    spans = []
    for gap in gaps[:_NAMED]:
        first, last = (month_words(month_of(month), lang) for month in (gap.first, gap.last))
        spans.append(first if first == last else worded(lang, "{first} to {last}", first=first, last=last))
    said = listed(spans, lang)
    if len(gaps) > _NAMED:
        said = worded(lang, "{spans} and other months", spans=said)
    if any(gap.last - gap.first >= WIDEST for gap in gaps):
        return worded(lang, "Grey: no reports of {spans}; long gaps are cut short.", spans=said)
    return worded(lang, "Grey: no reports of {spans}.", spans=said)


def _draw_bars(axes: Axes, cells: dict[int, Cell], look: Look) -> None:
    axes.axhline(0, color=GREY, linewidth=0.8)
    above = axes.get_ylim()[1] * 0.03
    for place, cell in cells.items():
        axes.bar(place, cell.share, width=0.62, color=look.colour, hatch=look.hatch)
        _interval(axes, [place, place], [cell.low, cell.high])
        # Beside the thin line: on its end the number would seem to be of the end.
        put(axes, place + 0.06, cell.share + above, str(cell.reports), size=7.5, va="bottom")


def _draw_line(axes: Axes, cells: dict[int, Cell], look: Look) -> None:
    axes.axhline(0, color=GREY, linewidth=0.8)
    end, span = max(cells), axes.get_xlim()[1] - axes.get_xlim()[0]
    for run in _runs(cells):
        drawn = [cells[place] for place in run]
        low, share, high = ([getattr(cell, name) for cell in drawn] for name in ("low", "share", "high"))
        if len(run) == 1:  # a band has no width there
            _interval(axes, [run[0]] * 2, [*low, *high])
        axes.fill_between(run, low, high, color=look.line, alpha=0.35, linewidth=0)
        axes.plot(run, share, color=INK, linewidth=1.0, marker="o", markersize=1.8, clip_on=False)
    put(axes, end + 0.012 * span, cells[end].share, str(cells[end].reports), size=7.5, va="center")
    peak = max(cells, key=lambda place: (cells[place].share, place))
    if end - peak > 0.06 * span:
        above = axes.get_ylim()[1] * 0.02
        put(axes, peak, cells[peak].top + above, str(cells[peak].reports), size=7.5, ha="center", va="bottom")


def _runs(cells: Iterable[int]) -> list[list[int]]:
    """Return places in a row together.

    Examples
    --------
    >>> _runs([1, 2, 5])
    [[1, 2], [5]]
    """
    runs: list[list[int]] = []
    for place in sorted(cells):
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _interval(axes: Axes, x: list[float], y: list[float]) -> None:
    """Draw an interval as a thin line, cased in white so that it shows on a dark bar; nothing if an end is null."""
    casing = [Stroke(linewidth=2.2, foreground="white", alpha=0.8), Normal()]
    if not any(map(math.isnan, (*x, *y))):
        axes.plot(x, y, color=INK, linewidth=0.9, solid_capstyle="butt", path_effects=casing)


def _round_shares(reach: float, *, most: int) -> list[float]:
    """Return zero and about `most` round shares, the last of them at or above `reach`, so that nothing leaves the axis.

    Examples
    --------
    >>> _round_shares(0.59, most=4), _round_shares(1.0, most=5)
    ([0.0, 0.2, 0.4, 0.6], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    step = next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5) if reach / step <= most), 1.0)
    return [round(step * i, 4) for i in range(math.ceil(reach / step - 1e-9) + 1)]


def _rule(axes: Axes, values: Sequence[float], *, axis: Literal["x", "y"]) -> None:
    """Draw pale lines at shares."""
    for value in values:
        (axes.axvline if axis == "x" else axes.axhline)(value, color=PALE, linewidth=0.7, zorder=0.2)


def _write_months(axes: Axes, depth: float, where: dict[int, int]) -> None:
    """Write months below the lowest panel, `depth` inches high: the last, others back from it as fit, the first."""
    low, high = axes.get_xlim()
    below = -0.09 / depth * axes.get_ylim()[1]
    room = 0.62 / (INNER - _LEFT) * (high - low)
    first, last = min(where), max(where)
    yearly = room > 1 and where[last] - where[first] >= 24
    shown = [last]
    for month in sorted(where, reverse=True):
        if where[shown[-1]] - where[month] >= room and not (yearly and (last - month) % 12):
            shown.append(month)
    if where[shown[-1]] - where[first] >= room:
        shown.append(first)
    for month in shown:
        put(axes, where[month], below, month_of(month), size=7.5, colour=GREY, ha="center", va="top")


def _reach(table: dict[str, dict[str, Cell]]) -> float:
    """Return the highest share or end of an interval that will be drawn."""
    return max((cell.top for cells in table.values() for cell in cells.values()), default=0.0) or 1.0
