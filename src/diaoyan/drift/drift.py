"""`measure_drift`: how a month differs from those before it, and whether the model can still be trusted on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diaoyan.drift.gap import Gap
from diaoyan.drift.pairs import Pairs
from diaoyan.drift.verdict import FEW, Drift
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.tagging import Tagger

#: Most earlier reports that are read; of more, these are taken evenly.
MOST = 600
#: Standard errors from which a change is an alarm: 1 in 2,000 by chance, for each of two.
ALARM = 3.3
#: Changes below these are no alarm however sure: rise of unknown words, share of likeness lost.
WORTH_UNKNOWN, WORTH_LIKENESS = 0.03, 0.4
#: Share of unknown words from which a model does not know the language, whatever came before.
FOREIGN = 0.9


def measure_drift(tagger: Tagger, before: Sequence[Report], month: Sequence[Report]) -> Drift:
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
    read = _evenly(before, MOST)
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
