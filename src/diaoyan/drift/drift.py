"""`measure_drift`: how a month differs from those before it, and whether the model can still be trusted on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from diaoyan.display import Bar, Cell, table
from diaoyan.drift.gap import Gap
from diaoyan.drift.pairs import Pairs
from diaoyan.drift.verdict import FEW, sentence
from diaoyan.errors import CorpusError
from diaoyan.language import Lang, gettext, spoken
from diaoyan.report import Report
from diaoyan.tagging import Tagger

if TYPE_CHECKING:
    import pandas as pd

#: Most earlier reports that are read; of more, these are taken evenly.
MOST = 600
#: Standard errors from which a change is an alarm: 1 in 2,000 by chance, for each of two.
ALARM = 3.3
#: Changes below these are no alarm however sure: rise of unknown words, share of likeness lost.
WORTH_UNKNOWN, WORTH_LIKENESS = 0.03, 0.4
#: Share of unknown words from which a model does not know the language, whatever came before.
FOREIGN = 0.9


@dataclass(frozen=True)
class Drift:
    """How a month differs from the months before it.

    Means of before are those of earlier reports mixed as this month's are: with text or by title alone, and (except
    for `shares`) of the same themes. So neither more titles alone nor more reports of a theme is drift.

    Attributes
    ----------
    month : str or None
        The month, YYYY-MM; null if its reports name none, or several.
    reports : dict of str to int
        Reports of the month (``now``), those of them compared by title alone (``titles``), earlier ones (``before``),
        and of these the ones that were read (``read``).
    months : int
        Earlier months.
    shares : DataFrame
        ``theme, before, now, low, high, clear``: share filed under each theme, 0 to 1, interval of the difference,
        and whether that leaves out 0.
    new_words : DataFrame
        ``word, now, before``: words far more frequent than before, by reports that hold them; most frequent first.
    unknown_words : float
        Share of a report's words that the model does not know, mean of the month, 0 to 1.
    unknown : Gap or None
        The same, before and now. Words that only an earlier month taught the model do not count as known in that
        month, so that a model that learned from it has no advantage there. None without earlier reports.
    likeness : Gap or None
        Cosine of a report with the centre of the earlier reports it is most like, 0 to 1, of reports whose theme
        occurred before; None if there are fewer than five.
    alarms : tuple of str
        What speaks against the model: ``foreign`` (hardly a word is known), ``unknown``, ``likeness``.
    names : dict of str to dict
        Names of the themes by language.

    Examples
    --------
    >>> from diaoyan import settings
    >>> from diaoyan.models import load_tagger
    >>> reports, labels = settings.sample()
    >>> june = [report for report in reports if report.month == "2025-06"]
    >>> earlier = [report for report in reports if report.month != "2025-06"]
    >>> drift = measure_drift(load_tagger(settings.shipped("base")), earlier, june)
    >>> drift.trusted, drift.alarms
    (True, ())
    """

    month: str | None
    reports: dict[str, int]
    months: int
    shares: pd.DataFrame
    new_words: pd.DataFrame
    unknown_words: float
    unknown: Gap | None
    likeness: Gap | None
    alarms: tuple[str, ...]
    names: dict[str, dict[str, str]] = field(repr=False)

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against the model."""
        return not self.alarms

    def sentence(self, lang: Lang = "zh") -> str:
        """Return what is to be said of the month in one or two sentences: the verdict, what it rests on, what to do."""
        changed = [
            (self.names[lang][row.theme], float(row.before), float(row.now))
            for row in self.shares[self.shares["clear"].astype(bool)].itertuples()
        ]
        gaps = {"unknown": self.unknown, "likeness": self.likeness}
        return sentence(
            month=self.month,
            reports=self.reports,
            months=self.months,
            gaps=gaps,
            alarms=self.alarms,
            unknown=self.unknown_words,
            changed=changed,
            lang=lang,
        )

    def frame(self) -> pd.DataFrame:
        """Return ``what, before, now, low, high, clear``: one row a measure, then one a theme; null where unknown."""
        import pandas as pd

        gaps = {name: getattr(self, name) for name in ("unknown", "likeness")}
        rows = [
            [name, gap.before, gap.now, gap.low, gap.high, gap.clear] for name, gap in gaps.items() if gap is not None
        ]
        columns = ["what", "before", "now", "low", "high", "clear"]
        shares = self.shares.rename(columns={"theme": "what"})[columns]
        return pd.concat([pd.DataFrame(rows, columns=columns), shares], ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON, numbers to four decimals."""
        gaps = {name: getattr(self, name) for name in ("unknown", "likeness")}
        return {
            "month": self.month,
            "reports": dict(self.reports),
            "months": self.months,
            "trusted": self.trusted,
            "alarms": list(self.alarms),
            "sentence": {"zh": self.sentence("zh"), "en": self.sentence("en")},
            **{
                name: None if gap is None else {key: round(value, 4) for key, value in asdict(gap).items()}
                for name, gap in gaps.items()
            },
            "shares": self.shares.round(4).to_dict("records"),
            "new_words": self.new_words.to_dict("records"),
        }

    def _repr_html_(self) -> str:
        """Return a table for notebooks: each measure and theme before and now, with the verdict above."""
        rows: list[list[Cell]] = [
            [
                self.names[spoken()].get(row.what, row.what),
                Bar(row.before, f"{row.before:.0%}"),
                Bar(row.now, f"{row.now:.0%}"),
                f"{100 * row.low:+.0f} … {100 * row.high:+.0f}",
                "clear" if row.clear else "",
            ]
            for row in self.frame().itertuples()
        ]
        words = ", ".join(f"{row.word} {row.now}/{row.before}" for row in self.new_words.head(10).itertuples())
        notes = [gettext("new words (reports now/before): {words}").format(words=words)] if words else []
        header = ["", "before", "now", "difference, points", ""]
        return table(header, rows, caption=self.sentence(spoken()), notes=notes, most=20)


def measure_drift(tagger: Tagger, before: Sequence[Report], month: Sequence[Report], *, most: int = MOST) -> Drift:
    """Measure how the reports of a month differ from earlier ones, in the eyes of a model.

    Every measure is a difference of means with a standard error that holds both the chance of which reports came and
    the spread between months: of the earlier months, where there are three, each compared with the others as this one
    is; else a usual spread. Nothing is drawn at random.

    Parameters
    ----------
    tagger : Tagger
        A model that has not learned from this month. It may have learned from the earlier ones.
    before : sequence of Report
        Earlier reports; their months tell them apart.
    month : sequence of Report
        Reports of the month, with or without text.
    most : int
        Most earlier reports that are read.

    Returns
    -------
    Drift

    Raises
    ------
    CorpusError
        If the month has no report, or an earlier report stands in the month too.
    """
    if not month:
        raise CorpusError(gettext("Expected at least one report of the month, found none; add its compilation first."))
    both = {report.report_id for report in before} & {report.report_id for report in month}
    if both:
        raise CorpusError(
            gettext("{value} is among the month's reports and among the earlier ones; leave it out of these.").format(
                value=min(both)
            )
        )
    read = _evenly(before, most)
    pairs = Pairs.read(tagger, read, month)
    gaps = pairs.gaps()
    found = {report.month for report in month}
    return Drift(
        month=found.pop() if len(found) == 1 else None,
        reports={
            "now": len(month),
            "titles": pairs.titles,
            "before": len(before),
            "read": len(read) if pairs.before else 0,
        },
        months=len({report.month for report in before}) if pairs.before else 0,
        shares=pairs.shares(),
        new_words=pairs.new_words(),
        unknown_words=pairs.unknown,
        unknown=gaps["unknown"],
        likeness=gaps["likeness"],
        alarms=_alarms(gaps, pairs.unknown, len(month)),
        names={lang: {name: tagger.codebook.name(name, lang) for name in tagger.classes} for lang in ("zh", "en")},
    )


def _evenly(reports: Sequence[Report], most: int) -> list[Report]:
    """Return at most `most` of the reports, evenly taken in the order of their months."""
    ordered = sorted(reports, key=lambda report: (report.month or "", report.report_id))
    if len(ordered) <= most:
        return ordered
    return [ordered[place] for place in np.linspace(0, len(ordered) - 1, most).round().astype(int)]


def _alarms(gaps: dict[str, Gap | None], unknown: float, reports: int) -> tuple[str, ...]:
    """Return what speaks against the model, the gravest first; of few reports only that hardly a word is known."""
    found = ["foreign"] if unknown >= FOREIGN else []
    if reports < FEW:
        return tuple(found)
    words, like = gaps["unknown"], gaps["likeness"]
    if words and words.sure >= ALARM and words.difference >= WORTH_UNKNOWN:
        found.append("unknown")
    if like and like.sure <= -ALARM and like.difference <= -WORTH_LIKENESS * like.before:
        found.append("likeness")
    return tuple(found)
