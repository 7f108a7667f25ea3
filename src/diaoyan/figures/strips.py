"""Figure: where in each report its themes stand, a strip a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from diaoyan.figures.months import month_words
from diaoyan.figures.numbering import numbers
from diaoyan.figures.page import INNER, draw_note, fit, measure, new_page, put
from diaoyan.figures.registry import figure
from diaoyan.figures.style import GREY, Look, looks
from diaoyan.figures.wording import percent, reports_words, worded
from diaoyan.language import Lang, message
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: Share of its length that one theme must hold for a report to be mostly on it.
WHOLE = 0.6
#: Probability from which a section is drawn full.
SURE = 0.5
_ROW, _LEFT, _HEAD, _TAG = 0.19, 2.9, 0.34, 0.24  # the last is for the square before a strip


def _of_month(of: Any) -> int:
    """Return how many reports with text are of the month whose sections are drawn."""
    months = of.reports.loc[of.reports["status"] != "missing", "month"].fillna("")
    return int((months == months.max()).sum()) if len(months) else 0


@figure(
    "report_id",
    "month",
    "no",
    "title",
    "tag",
    "start",
    "end",
    "theme",
    "probability",
    caption=message("Where in a report its themes stand"),
    facts=lambda of: of.strips,
    options=lambda of, lang: {"names": of.names(lang), "total": of.with_text, "of_month": _of_month(of)},
)
def draw_strips(
    facts: pd.DataFrame,
    *,
    names: dict[str, str],
    source: str,
    total: int,
    of_month: int | None = None,
    lang: Lang = "zh",
) -> Figure:
    """Draw each report as a strip from its beginning to its end, each section in the colour of its theme.

    A square before the strip has the colour of the theme the report is filed under.

    Parameters
    ----------
    facts : DataFrame
        Columns report_id, month, no, title, tag (theme the report is filed under), start, end (where a section stands,
        0 to 1), theme, probability (0 to 1); the sections of a report in order.
    names : dict of str
        Names to print by theme id, in the order of the codebook.
    source : str
        The source line.
    total : int
        Reports with text, drawn or not.
    of_month : int, optional
        Those of them that are of the month that is drawn; all, if it is not given.
    lang : {'zh', 'en'}
        Language of what the figure says.

    Returns
    -------
    Figure
        Unsaved; a note if no report has text.

    Raises
    ------
    FigureError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"report_id": "a", "month": "2025-06", "no": 1, "title": "石渡县调查", "tag": "rural",
    ...                       "start": [0.0, 0.7], "end": [0.7, 1.0], "theme": ["rural", "finance"],
    ...                       "probability": 0.9})
    >>> names = {"rural": "乡村振兴", "finance": "金融"}
    >>> draw_strips(facts, names=names, source="来源：样例", total=1).texts[0].get_text()
    '1篇中1篇以一个主题为主'
    """
    reports = facts.drop_duplicates("report_id").reset_index(drop=True)
    if reports.empty:
        note = worded(lang, "No report has text: nothing to draw.")
        return draw_note(worded(lang, "Where in a report its themes stand"), note, source=source)
    of_month = total if of_month is None else of_month
    unsure = bool((facts["probability"] < SURE).any())
    subtitle = _which(reports, total=total, of_month=of_month, lang=lang)
    subtitle += worded(lang, "; a strip each, in the colours of its sections' themes; squares: the report's tag")
    if unsure:
        subtitle += worded(lang, "; hollow: unsure")
    depth = len(reports) * _ROW
    title, notes = headline(facts, of_month=of_month, lang=lang), _notes(facts, lang)
    page = new_page(depth + _HEAD, title, subtitle=subtitle, source=source, notes=notes)
    themes = sorted(
        {*facts["theme"], *reports["tag"]},
        key=lambda t: (t == OTHER, list(names).index(t) if t in names else len(names), t),
    )
    style = looks([*names, *themes])
    _legend(page.axes(0, depth, INNER, _HEAD), themes, names=names, style=style)
    axes = page.axes(0, 0, INNER, depth)
    axes.set_xlim(0, INNER)
    axes.set_ylim(depth, 0)
    sections = dict(list(facts.groupby("report_id", sort=False)))
    for line, (number, row) in enumerate(zip(numbers(reports), reports.itertuples(), strict=True)):
        middle = (line + 0.5) * _ROW
        put(axes, 0.5, middle, number, size=7.5, colour=GREY, ha="right", va="center")
        put(axes, 0.58, middle, fit(row.title, 8, _LEFT - 0.58 - _TAG), size=8, va="center")
        look = style[row.tag]
        square = (_LEFT - _TAG + 0.06, middle - 0.05), 0.1, 0.1
        axes.add_patch(Rectangle(*square, facecolor=look.colour, hatch=look.hatch, edgecolor=look.line, linewidth=0.5))
        for part in sections[row.report_id].itertuples():
            _section(axes, part, style[part.theme], top=line * _ROW)
    return page.figure


def _which(reports: pd.DataFrame, *, total: int, of_month: int, lang: Lang) -> str:
    """Return which reports are drawn, and why those."""
    drawn, month = len(reports), reports["month"].iloc[0]
    said = {"of": "", "drawn": drawn, "reports": reports_words(of_month, lang)}
    if isinstance(month, str) and total > of_month:
        said["of"] = worded(lang, " of {when}, the last month with text", when=month_words(month, lang))
    elif isinstance(month, str):
        said["of"] = worded(lang, " of {when}", when=month_words(month, lang))
    if drawn == of_month:
        return worded(lang, "All {reports} with text{of}", **said)
    if reports["no"].isna().all():
        return worded(lang, "{drawn} of {reports} with text{of}, those under a listed theme first", **said)
    return worded(lang, "{drawn} of {reports} with text{of}, those under a listed theme first, then by number", **said)


def _notes(facts: pd.DataFrame, lang: Lang) -> list[str]:
    """Return by what rule a report is on one theme, how sections are judged, and which tags they do not bear out."""
    shares = _shares(facts)
    tags = facts.drop_duplicates("report_id").set_index("report_id")["tag"]
    most = shares.groupby(level=0).max()
    off = sum(float(shares.get((report, tag), 0.0)) < most[report] - 1e-9 for report, tag in tags.items())
    note = worded(
        lang,
        "Mostly on one theme: {whole} of the length or more. Sections are judged with title and authors; their mean is "
        "what the model says of the report. ",
        whole=percent(WHOLE),
    )
    if off:
        note += worded(
            lang,
            "Filed elsewhere than most of the text: {off}, since sections differ in weight, or people decided.",
            off=reports_words(off, lang),
        )
    return [note]


def _shares(facts: pd.DataFrame) -> pd.Series[float]:
    """Return the share of its length that each report gives to each theme, by report and theme."""
    length = (facts["end"] - facts["start"]).groupby([facts["report_id"], facts["theme"]]).sum()
    return length / length.groupby(level=0).transform("sum")


def headline(facts: pd.DataFrame, *, of_month: int | None = None, lang: Lang = "zh") -> str:
    """Return the finding: how many reports give six tenths of their length or more to one theme, or to none.

    Where only some of those `of_month` are drawn, it speaks of those among them that are filed under a theme: these are
    drawn first, so that their share of what is drawn means nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> headline(pd.DataFrame({"report_id": "a", "theme": ["x", "y"], "start": [0, 0.5], "end": [0.5, 1.0]}))
    '1篇中没有一篇以一个主题为主，1篇分写几个主题'
    """
    drawn = facts["report_id"].nunique()
    chosen = drawn < (of_month or 0)
    if chosen:
        facts = facts[facts["tag"] != OTHER]
        if facts.empty:
            return worded(lang, "None of {drawn} that are drawn is filed under a listed theme", drawn=drawn)
    shares = _shares(facts)
    mostly = shares[shares.round(3) >= WHOLE].index.get_level_values(1)
    total, none = facts["report_id"].nunique(), int((mostly == OTHER).sum())
    keeps, several = len(mostly) - none, total - len(mostly)
    counts = {"keeps": keeps, "total": reports_words(total, lang), "several": several, "none": none}
    if chosen:
        counts["total"] = worded(lang, "{total} drawn, filed under a theme,", total=counts["total"])
    if not keeps:
        said = worded(lang, "Of {total} none is mostly on one theme", **counts)
    elif keeps == total > 1:
        return worded(lang, "All {total} are mostly on one theme", **counts)
    elif keeps == 1:
        said = worded(lang, "Of {total} one is mostly on one theme", **counts)
    else:
        said = worded(lang, "Of {total} {keeps} are mostly on one theme", **counts)
    if several:
        said += worded(lang, ", {several} on several", **counts)
    if none:
        said += worded(lang, ", {none} mostly on none of those listed", **counts)
    return said


def _section(axes: Axes, part: Any, look: Look, *, top: float) -> None:
    width = INNER - _LEFT
    sure = part.probability >= SURE
    axes.add_patch(
        Rectangle(
            (_LEFT + part.start * width, top + 0.15 * _ROW),
            (part.end - part.start) * width,
            0.7 * _ROW,
            facecolor=look.colour if sure else "white",
            hatch=look.hatch,
            edgecolor="white" if sure else look.line,
            linewidth=0.6,
            zorder=1 if sure else 1.1,  # the white edge of a neighbour would cover a hollow one
        )
    )


def _legend(axes: Axes, themes: list[str], *, names: dict[str, str], style: dict[str, Look]) -> None:
    """Draw a swatch and a name for each theme, as many as fit in one line."""
    axes.set_xlim(0, INNER)
    axes.set_ylim(0, _HEAD)
    left = 0.0
    for theme in themes:
        name = fit(names.get(theme, theme), 8.5, 1.6)
        width = measure(name, 8.5) + 0.36
        if left + width > INNER:
            break
        axes.add_patch(
            Rectangle(
                (left, 0.13), 0.16, 0.12, facecolor=style[theme].colour, hatch=style[theme].hatch, edgecolor="white"
            )
        )
        put(axes, left + 0.21, 0.19, name, size=8.5, va="center_baseline")
        left += width
