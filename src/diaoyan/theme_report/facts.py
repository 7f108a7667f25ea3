"""`Facts`, what a theme report says, as plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.figures.months import span_words
from diaoyan.figures.wording import listed, worded
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
        origin = worded(lang, "{count} compilations", count=count) if count > 1 else worded(lang, "reports as given")
        said = worded(
            lang,
            "Source: {origin}; {total} reports, {with_text} with text",
            origin=compilations[0] if count == 1 else origin,
            total=self.total,
            with_text=self.with_text,
        )
        if self.by_hand == self.total:
            said += worded(lang, "; all themes given by people")
        elif self.by_hand:
            said += worded(lang, "; themes of {count} given by people", count=self.by_hand)
        return said + self._unlabelled(lang)

    @property
    def by_hand(self) -> int:
        """Reports whose theme a person gave; the others' is the model's."""
        return int(self.given.sum())

    @property
    def given(self) -> pd.Series[bool]:
        """Whether a person gave the theme, a value for each of `reports`."""
        return self.reports["evidence"].astype(str).str.startswith(BY_HAND)

    def _unlabelled(self, lang: Lang) -> str:
        """Return what is said of themes nobody has labelled: that it is all, which few, or how many."""
        count = len(self.unlabelled)
        if not count:
            return ""
        every = len(self.codebook.ids)
        if count == every:
            return worded(lang, "; not labelled yet: all themes")
        if count > _FEW:
            return worded(lang, "; not labelled yet: {count} of {every} themes", count=count, every=every)
        names = listed([self.names(lang)[theme] for theme in self.unlabelled], lang)
        return worded(lang, "; not labelled yet: {names}", names=names)

    def months(self) -> list[str]:
        """Return the months the reports are of, in order; a report without a month has none."""
        return sorted({month for month in self.reports["month"] if isinstance(month, str)})

    def title(self, lang: Lang = "zh") -> str:
        """Return what the theme report is called, with the first and the last of its months."""
        if not (months := self.months()):
            return worded(lang, "Theme report")
        return worded(lang, "Theme report, {months}", months=span_words(months, lang, gaps=False))

    def coverage(self, lang: Lang = "zh") -> str:
        """Return how much there was to read, which no document may pass over."""
        counts = self.reports["status"].value_counts()
        full, partial, missing = (int(counts.get(status, 0)) for status in ("full", "partial", "missing"))
        said = {"total": self.total, "full": full, "partial": partial, "missing": missing}
        text = worded(lang, "{total} reports: {full} with full text, {partial} cut off, {missing} without text", **said)
        if missing:
            text += worded(lang, " (tagged by title and authors alone)")
        doubtful = int(self.reports["needs_review"].sum())
        if not doubtful:
            return worded(lang, "{text}. No tag is to be reviewed.", text=text)
        return worded(lang, "{text}. {doubtful} tags are to be reviewed.", text=text, doubtful=doubtful)
