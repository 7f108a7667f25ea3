"""`Pairs`: a month's reports beside the earlier ones they can be compared with, with text or by title alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np

from diaoyan.drift.aspects import Aspects, Floats, Ints, likeness, met_in, own_words
from diaoyan.drift.gap import LEAST, Gap, Values, compare
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.features import Reading

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("text", "title")
# What months of news (30 of each, 24 months) and of the sample differ by beyond chance, rounded up.
_USUAL = {"unknown": 0.015, "likeness": 0.1, "shares": 0.03}
# Likeness is compared by its logarithm, which is spread evenly; this is added first.
_NEXT_TO_NOTHING = 0.01
#: Share of a month's repeated words known, from which an earlier month is taken to have been learned from. A few
#: may be missing, because some of its reports were left out; taking one wrongly so only makes alarms rarer.
_LEARNED = 0.95
#: Repeated words, all of them known, from which this month is taken to have been learned from, against the rule.
_REPEATED = 100
#: Reports of the month that must hold a new word, and by how much chance may bring any at all.
_HELD, _CHANCE = 3, 0.01


@dataclass(frozen=True)
class Pairs:
    """Reports of a month and earlier ones, each kind by itself.

    Attributes
    ----------
    tagger : Tagger
    before, now : dict of str to Aspects
        By kind, ``text`` or ``title``; the kinds of this month's reports. Before is empty where there are fewer than
        five earlier reports. Earlier reports with text are read by title alone too where the month has such reports.
    months : dict of str to ndarray of shape (n_before,)
        Number of the month of each earlier report, by kind.
    """

    tagger: Tagger
    before: dict[str, Aspects]
    now: dict[str, Aspects]
    months: dict[str, Ints]

    @classmethod
    def read(cls, tagger: Tagger, before: Sequence[Report], now: Sequence[Report]) -> Pairs:
        """Read reports; texts are left unread where there are not five earlier texts to compare them with."""
        old, new = tagger.features_.read(before), tagger.features_.read(now)
        number = {name: place for place, name in enumerate(sorted({report.month or "" for report in before}))}
        months = np.array([number[report.month or ""] for report in before], dtype=np.int64)
        if len(number) == 1:  # halves of the only month stand in for two
            months = np.arange(len(before)) % 2
        if len(old) < LEAST:
            old, months = [], months[:0]
        features, one_month = tagger.features_, np.zeros(len(new), dtype=np.int64)
        own = own_words(old, features, months=months, learned=_LEARNED, enough=1)
        mine = own_words(new, features, months=one_month, learned=1.0, enough=_REPEATED)
        met = met_in(features)
        texts = np.array(["text" in reading.kinds for reading in old], dtype=bool)
        read_texts = texts.sum() >= LEAST or not old
        kind_of = np.array(["text" if "text" in reading.kinds and read_texts else "title" for reading in new])
        found = cls(tagger, {}, {}, {})
        for kind in np.unique(kind_of).tolist():
            rows = np.flatnonzero(kind_of == kind)
            found.now[kind] = Aspects.of(_as(kind, new, rows), tagger, met=met, own=[mine[row] for row in rows])
            rows = np.flatnonzero(texts) if kind == "text" else np.arange(len(old))
            if len(rows):
                found.months[kind] = months[rows]
                found.before[kind] = Aspects.of(_as(kind, old, rows), tagger, met=met, own=[own[row] for row in rows])
        return found

    @property
    def titles(self) -> int:
        """How many of the month's reports are compared by title alone."""
        return len(self.now["title"].primary) if "title" in self.now else 0

    @property
    def unknown(self) -> float:
        """Share of the month's words that the model does not know, mean of reports, 0 to 1."""
        return float(np.concatenate([aspects.unknown for aspects in self.now.values()]).mean())

    def gaps(self) -> dict[str, Gap | None]:
        """Return what is measured of every report, before and now: unknown and likeness."""
        if not self.before:
            return {"unknown": None, "likeness": None}
        like = {
            kind: likeness(
                self.before[kind], self.now[kind], months=self.months[kind], columns=self.tagger.features_.n_columns
            )
            for kind in self.now
        }
        logs = [[np.log(like[kind][side] + _NEXT_TO_NOTHING) for kind in self.now] for side in (0, 1)]
        old, new = ([side[kind].unknown for kind in self.now] for side in (self.before, self.now))
        return {"unknown": self._compared("unknown", old, new), "likeness": _back(self._compared("likeness", *logs))}

    def shares(self) -> pd.DataFrame:
        """Return ``theme, before, now, low, high, clear``; before and the interval are null without earlier reports."""
        import pandas as pd

        rows: list[list[object]] = []
        total = sum(len(aspects.primary) for aspects in self.now.values())
        for number, theme in enumerate(self.tagger.classes):
            new = [(self.now[kind].primary == number).astype(float) for kind in self.now]
            if not self.before:
                rows.append([theme, np.nan, float(np.concatenate(new).sum()) / total, np.nan, np.nan, False])
                continue
            old = [(self.before[kind].primary == number).astype(float) for kind in self.now]
            gap = self._compared("shares", old, new)
            assert gap is not None  # only likeness may have nothing to be compared with
            rows.append([theme, gap.before, gap.now, gap.low, gap.high, gap.clear])
        return pd.DataFrame(rows, columns=["theme", "before", "now", "low", "high", "clear"])

    def new_words(self) -> pd.DataFrame:
        """Return ``word, now, before``: words that three reports hold, far more than the earlier ones lead to expect.

        Of all words looked at, chance brings one in a hundred months (Poisson, Bonferroni).
        """
        import pandas as pd

        now: Counter[str] = Counter(word for found in self.now.values() for held in found.words for word in held)
        then = {kind: Counter(word for held in found.words for word in held) for kind, found in self.before.items()}
        looked = sorted(word for word, count in now.items() if count >= _HELD) if then else []
        every = now + sum(then.values(), Counter[str]())
        tried = sum(count >= _HELD for count in every.values())
        rows: list[tuple[str, int, int]] = []
        for word in looked:
            expected = sum(
                len(self.now[kind].words) * (counts[word] + 1) / (len(self.before[kind].words) + 2)
                for kind, counts in then.items()
            )
            if _at_least(now[word], expected) < _CHANCE / tried:
                rows.append((word, now[word], max(counts[word] for counts in then.values())))
        rows.sort(key=lambda row: (-row[1], row[2], row[0]))
        return pd.DataFrame(rows, columns=["word", "now", "before"])

    def _compared(self, name: str, old: list[Floats], new: list[Floats]) -> Gap | None:
        """Compare values given by kind, each theme with itself but for the shares of themes."""
        split = name != "shares"
        before, now = (
            Values(
                np.concatenate(values),
                np.concatenate([np.full(len(v), KINDS.index(k)) for k, v in zip(self.now, values, strict=True)]),
                np.concatenate([side[k].primary * split for k in self.now]),
            )
            for side, values in ((self.before, old), (self.now, new))
        )
        if name == "likeness":
            # Reports of a theme that hardly occurred before have nothing to be like: that is news of the themes.
            now = now.take(before.holds(now))
            if len(now.value) < LEAST:
                return None
        least, tests = 0.0, len(_USUAL) - 1
        if name == "shares":
            # A share of 0 among few reports is no sure 0: half a report more on either side.
            share = (before.value.sum() + now.value.sum() + 0.5) / (len(before.value) + len(now.value) + 1)
            least, tests = sqrt(share * (1 - share)), len(self.tagger.classes)
        months = np.concatenate([self.months[kind] for kind in self.now])
        return compare(before, now, months=months, usual=_USUAL[name], tests=tests, least=least)


def _as(kind: str, readings: Sequence[Reading], rows: Ints) -> list[Reading]:
    """Return some of the readings, with text or by title alone."""
    return [readings[row] if kind == "text" else readings[row].without_text() for row in rows]


def _back(logs: Gap | None) -> Gap | None:
    """Return a gap of logarithms as one of likeness itself, of geometric means."""
    if logs is None:
        return None
    ends = [logs.before, logs.now, logs.before + logs.low, logs.before + logs.high]
    before, now, low, high = (max(0.0, exp(value) - _NEXT_TO_NOTHING) for value in ends)
    return Gap(before, now, low - before, high - before, logs.sure)


def _at_least(count: int, expected: float) -> float:
    """Return the probability of a Poisson count of `count` or more."""
    term, below = exp(-expected), 0.0
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)
