"""`Facts`, what a theme report says, as plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.figures.wording import worded
from diaoyan.language import Lang
from diaoyan.tagging.tag import BY_HAND
from diaoyan.theme_report.apart import Apart
from diaoyan.theme_report.course import Course
from diaoyan.theme_report.divisions import Divisions
from diaoyan.theme_report.trust import Wrong
from diaoyan.themes import OTHER, Codebook

if TYPE_CHECKING:
    import pandas as pd

#: Themes that a source line has room to name.
_FEW = 2


@dataclass(frozen=True)
class Facts:
    """What a theme report says, as plain tables.

    Attributes
    ----------
    codebook : Codebook
    reports : DataFrame
        One row a report: the contract's columns without text, then ``primary, themes, needs_review, evidence, reason``.
    month : str
        The last month, YYYY-MM; empty if no report has one.
    titles : DataFrame
        ``theme, no, title, status, weight`` of its reports; `weight` is the probability of the theme.
    shares : DataFrame
        ``month, theme, reports, share, low, high``: 95 % interval (Wilson 1927), shares from 0 to 1.
    words : DataFrame
        ``theme, word, score, reports``: z-scores of log-odds, and how many of the theme's reports hold the word.
    changes : DataFrame
        ``word, score, now, before, clear``: how words of the last month differ from those before, see `changes` of
        `diaoyan.theme_report.wording`.
    course : Course
        The last month beside those before it.
    apart : Apart
        `places` and `divisions`, which may still be in the making.
    provinces : DataFrame
        ``province, theme, reports`` of the reports that name a province.
    together : DataFrame
        ``theme, further, reports``: each pair of themes once, a theme with itself for all reports that carry it.
    several : int
        Reports that carry two themes or more.
    strips : DataFrame
        ``report_id, month, no, title, tag, start, end, theme, probability`` of sections of the last month's reports.
    risk : DataFrame
        ``kind, certainty, coverage, error, low, high, reports`` of the classifier in use, from 0 to 1.
    bars : mapping of str to float
        How sure the model must be of a tag for it to need no review, with ``text`` and by ``title``, 0 to 1.
    wrong : Wrong or None
        How many of those that need no review may be wrong; None where it is not known.
    reliability : DataFrame or None
        ``stated, right, low, high, reports`` of it on held-out reports.
    confusion : DataFrame or None
        ``truth, predicted, reports`` of it on held-out reports.
    scores : dict of str to float
        ``accuracy`` and ``macro_f1`` with ``low`` and ``high``, from 0 to 1; empty without an evaluation.
    total, with_text : int
        Reports, and those with text, in whole or in part.
    unlabelled : tuple of str
        Themes of the codebook that the classifier knows from seed words and meaning alone.
    """

    codebook: Codebook
    reports: pd.DataFrame
    month: str
    titles: pd.DataFrame
    shares: pd.DataFrame
    words: pd.DataFrame
    changes: pd.DataFrame
    course: Course
    apart: Apart
    provinces: pd.DataFrame
    together: pd.DataFrame
    several: int
    strips: pd.DataFrame
    risk: pd.DataFrame
    bars: Mapping[str, float]
    wrong: Wrong | None
    reliability: pd.DataFrame | None
    confusion: pd.DataFrame | None
    scores: dict[str, float]
    total: int
    with_text: int
    unlabelled: tuple[str, ...] = ()

    @property
    def places(self) -> pd.DataFrame:
        """``report_id, month, no, title, theme, x, y, status, needs_review, alike``: see `layout.places`."""
        return self.apart.places

    @property
    def divisions(self) -> Divisions | None:
        """LDA topics and TF-IDF clusters beside the tags; None if there was too little text, or none were given."""
        return self.apart.divisions

    def names(self, lang: Lang = "zh") -> dict[str, str]:
        """Return the names to print by theme id, `other` last."""
        return {theme: self.codebook.name(theme, lang) for theme in (*self.codebook.ids, OTHER)}

    def divided_names(self, lang: Lang = "zh") -> dict[str, dict[str, str]]:
        """Return what topics (``lda``) and clusters (``tfidf``) are called; those of a listed theme are near it.

        Empty without divisions.
        """
        if self.divisions is None:
            return {}
        known = {
            name: self.names(lang)[theme]
            if theme == OTHER
            else worded(lang, "near {theme}", theme=self.names(lang)[theme])
            for theme, name in self.names("zh").items()
        }
        return {
            method: {key: known.get(name, name) for key, name in names.items()}
            for method, names in self.divisions.names.items()
        }

    def source(self, lang: Lang = "zh") -> str:
        """Return the source line of the figures."""
        compilations = [name for name in dict.fromkeys(self.reports["compilation"].dropna()) if name]
        count = len(compilations)
        if lang == "en":
            origin = compilations[0] if count == 1 else f"{count} compilations" if count else "reports as given"
            return f"Source: {origin}; {self.total} reports, {self.with_text} with text{self._whose(lang)}"
        origin = compilations[0] if count == 1 else f"{count}部汇编" if count else "所给报告"
        return f"来源：{origin}；共{self.total}篇，{self.with_text}篇有正文{self._whose(lang)}"

    @property
    def by_hand(self) -> int:
        """Reports whose theme a person gave; the others' is the model's."""
        return int(self.given.sum())

    @property
    def given(self) -> pd.Series[bool]:
        """Whether a person gave the theme, a value for each of `reports`."""
        return self.reports["evidence"].astype(str).str.startswith(BY_HAND)

    def _whose(self, lang: Lang) -> str:
        """Return what the source line says of whose answers the themes are: people's, or a model's without labels."""
        count = self.by_hand
        given = ""
        if lang == "en" and count:
            given = f"; themes of {'all' if count == self.total else count} given by people"
        elif count:
            given = f"；{'主题均' if count == self.total else f'其中{count}篇的主题'}为人工标注"
        return given + self._unlabelled(lang)

    def _unlabelled(self, lang: Lang) -> str:
        """Return what is said of themes nobody has labelled: that it is all, which few, or how many."""
        count = len(self.unlabelled)
        if not count:
            return ""
        names = [self.names(lang)[theme] for theme in self.unlabelled]
        if lang == "en":
            some = ", ".join(names) if count <= _FEW else f"{count} of {len(self.codebook.ids)} themes"
            return f"; not labelled yet: {'all themes' if count == len(self.codebook.ids) else some}"
        some = "、".join(names) if count <= _FEW else f"{len(self.codebook.ids)}个主题中的{count}个"
        return f"；未经标注：{'全部主题' if count == len(self.codebook.ids) else some}"

    def months(self) -> list[str]:
        """Return the months the reports are of, in order; a report without a month has none."""
        return sorted({month for month in self.reports["month"] if isinstance(month, str)})

    def title(self, lang: Lang = "zh") -> str:
        """Return what the theme report is called, with the first and the last of its months."""
        months = self.months()
        if lang == "en":
            span = f", {months[0]}" + (f" to {months[-1]}" if len(months) > 1 else "") if months else ""
            return f"Theme report{span}"
        spelt = [f"{month[:4]}年{int(month[5:])}月" for month in months]
        return "调研报告主题分析" + (f"（{spelt[0]}{'至' + spelt[-1] if len(spelt) > 1 else ''}）" if spelt else "")

    def coverage(self, lang: Lang = "zh") -> str:
        """Return how much there was to read, which no document may pass over."""
        counts = self.reports["status"].value_counts()
        full, partial, missing = (int(counts.get(status, 0)) for status in ("full", "partial", "missing"))
        doubtful = int(self.reports["needs_review"].sum())
        if lang == "en":
            text = f"{self.total} reports: {full} with full text, {partial} cut off, {missing} without text"
            text += " (tagged by title and authors alone)." if missing else "."
            return text + f" {doubtful} tags are to be reviewed."
        text = f"共{self.total}篇：全文{full}篇，正文不全{partial}篇，无正文{missing}篇"
        text += "（无正文的只凭题目和作者归类）。" if missing else "。"
        return text + (f"{doubtful}篇的归类待复核。" if doubtful else "没有待复核的归类。")
