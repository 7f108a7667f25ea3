"""Which figures a theme report has, in reading order: the facts of each, its caption, how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.language import Lang
from diaoyan.theme_report.facts import Facts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_CAPTIONS: dict[Lang, dict[str, str]] = {
    "zh": {
        "titles": "最近一个月各主题的篇数和题目", "shares": "各主题报告的份额", "words": "各主题的特征词",
        "changes": "最近一个月上升和下降的词", "map": "报告分布图", "provinces": "各省报告的主题",
        "together": "同篇出现的主题",
        "strips": "主题在各篇中的位置", "agreement": "LDA主题、归类的主题与TF-IDF类",
        "choice": "LDA主题数的选择",
        "risk": "放行比例与错误率",
        "reliability": "分类器自报的把握与实际正确率", "confusion": "留出报告上的分类混淆",
    },
    "en": {
        "titles": "Themes of the last month, with titles", "shares": "Share of reports by theme",
        "words": "Words that mark each theme", "changes": "Words that rose and fell in the last month",
        "map": "Map of reports", "provinces": "Themes by province", "together": "Themes in one report",
        "strips": "Where in a report its themes stand", "agreement": "LDA topics, themes as tagged, TF-IDF clusters",
        "choice": "Choice of the number of LDA topics", "risk": "Error rate by share of tags kept",
        "reliability": "Stated probability and share right",
        "confusion": "Confusion on held-out reports",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure that is still to be drawn.

    Parameters
    ----------
    name : str
        Stem of its files.
    caption : str
        What it shows; its finding is its title.
    facts : DataFrame
        What it is drawn from.
    draw : callable
        Returns the figure.
    """

    name: str
    caption: str
    facts: pd.DataFrame
    draw: Callable[[], Figure]


#: The figures in reading order, and those whose facts may still be in the making when the others can be drawn.
ORDER = tuple(_CAPTIONS["zh"])
APART = ("map", "agreement", "choice")


def turn_to_drawing() -> None:
    """Load what drawing needs before the first figure is asked for, and let go of what finding themes needed."""
    from diaoyan import figures
    from diaoyan.figures import choice_of_k  # noqa: F401  which is not among the names of the package
    from diaoyan.preprocess.tokenizer import let_go

    let_go()
    for name in figures.__all__:
        getattr(figures, name)


def drawings(facts: Facts, lang: Lang = "zh", *, names_of: Collection[str] = ORDER) -> list[Drawing]:
    """Return the figures of a theme report, or those that are named; on the classifier only with an evaluation."""
    from diaoyan import figures

    names, source = facts.names(lang), facts.source(lang)
    unit = {"zh": "对数几率比（z值）", "en": "log-odds (z-score)"}[lang]
    compared = facts.compared
    mix = {"text": facts.with_text, "title": facts.total - facts.with_text}
    steps: list[tuple[str, Callable[[], pd.DataFrame | None], Callable[[pd.DataFrame], Figure]]] = [
        (
            "titles", lambda: facts.titles,
            lambda frame: figures.draw_titles(frame, names=names, source=source, month=facts.month, lang=lang),
        ),
        (
            "shares", lambda: facts.shares,
            lambda frame: figures.draw_shares(frame, names=names, source=source, lang=lang),
        ),
        (
            "words", lambda: facts.words,
            lambda frame: figures.draw_words(frame, names=names, source=source, unit=unit, lang=lang),
        ),
        (
            "changes", lambda: facts.changes,
            lambda frame: figures.draw_changes(
                frame, month=compared.month, months=compared.months, reports=(compared.now, compared.before),
                source=source, lang=lang,
            ),
        ),
        ("map", lambda: facts.places, lambda frame: figures.draw_map(frame, names=names, source=source, lang=lang)),
        (
            "provinces", lambda: facts.provinces,
            lambda frame: figures.draw_provinces(frame, names=names, source=source, total=facts.total, lang=lang),
        ),
        (
            "together", lambda: facts.together,
            lambda frame: figures.draw_together(frame, names=names, source=source, several=facts.several, lang=lang),
        ),
        (
            "strips", lambda: facts.strips,
            lambda frame: figures.draw_strips(
                frame, names=names, source=source, total=facts.with_text, of_month=_of_month(facts), lang=lang,
            ),
        ),
        ("agreement", lambda: _agreement(facts), lambda frame: _draw_agreement(facts, frame, lang)),
        ("choice", lambda: _choice(facts), lambda frame: _draw_choice(facts, frame, lang)),
        (
            "risk", lambda: facts.risk,
            lambda frame: figures.draw_risk(
                frame, source=_of_risk(frame, lang), mix=mix, passed=_passed(facts), lang=lang
            ),
        ),
        (
            "reliability", lambda: facts.reliability,
            lambda frame: figures.draw_reliability(frame, source=source, lang=lang),
        ),
        (
            "confusion", lambda: facts.confusion,
            lambda frame: figures.draw_confusion(frame, names=names, source=source, scores=facts.scores, lang=lang),
        ),
    ]  # fmt: skip
    return [
        Drawing(name, _CAPTIONS[lang][name], frame, lambda frame=frame, draw=draw: draw(frame))  # type: ignore[misc]
        for name, made, draw in steps
        if name in names_of and (frame := made()) is not None
    ]


def _of_risk(frame: pd.DataFrame, lang: Lang) -> str:
    """Return the source line of the curve of risk: it was measured when the classifier was made, on other reports."""
    count = int(frame["reports"].max()) if len(frame) else 0
    if lang == "en":
        return f"Source: {count} reports held out when the classifier was calibrated, not the reports of this page"
    return f"来源：校准分类器时留出的{count}篇报告，不是本页的报告"


def _of_month(facts: Facts) -> int:
    """Return how many reports with text are of the month whose sections are drawn."""
    months = facts.reports.loc[facts.reports["status"] != "missing", "month"].fillna("")
    return int((months == months.max()).sum()) if len(months) else 0


def _passed(facts: Facts) -> dict[str, float]:
    """Return which share of the reports with text, and of titles alone, needs no review by the model's own word."""
    by_model = facts.reports[~facts.given]
    parts = {"text": by_model[by_model["status"] != "missing"], "title": by_model[by_model["status"] == "missing"]}
    return {kind: float(1 - part["needs_review"].mean()) for kind, part in parts.items() if len(part)}


def _agreement(facts: Facts) -> pd.DataFrame:
    import pandas as pd

    if facts.divisions is None:
        return pd.DataFrame(columns=["lda", "theme", "tfidf", "reports"])
    return facts.divisions.agreement


def _choice(facts: Facts) -> pd.DataFrame | None:
    return facts.divisions.choice if facts.divisions and len(facts.divisions.choice) else None


def _draw_choice(facts: Facts, frame: pd.DataFrame, lang: Lang) -> Figure:
    from diaoyan.figures.choice_of_k import draw_choice_of_k

    of_rest = facts.divisions is not None and facts.divisions.of_rest
    return draw_choice_of_k(frame, source=facts.source(lang), of_rest=of_rest, lang=lang)


def _draw_agreement(facts: Facts, frame: pd.DataFrame, lang: Lang) -> Figure:
    from diaoyan import figures

    if facts.divisions is None:
        note = (
            f"{facts.total}篇报告中{facts.with_text}篇有正文，正文太少，LDA和TF-IDF都分不出主题，不作图。"
            if lang == "zh"
            else f"{facts.with_text} of {facts.total} reports have text: too little for LDA and TF-IDF to find themes."
        )
        return figures.draw_note(_CAPTIONS[lang]["agreement"], note, source=facts.source(lang))
    names = {"theme": facts.names(lang), **facts.divided_names(lang)}
    return figures.draw_agreement(
        frame,
        names=names,
        source=facts.source(lang),
        scores=facts.divisions.scores,
        with_text=facts.with_text,
        lang=lang,
    )
