"""What can be said of a newly trained classifier beside the one in use, on labelled reports held out from both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from diaoyan.corpus.labels import carried, naming_only
from diaoyan.display import table
from diaoyan.errors import ModelError
from diaoyan.language import gettext, in_each
from diaoyan.models import FEWEST, Learned
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.evaluation import class_f1
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Reading
from diaoyan.tagging.untaught import for_codebook

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Verdict = Literal["untested", "undecided", "better", "worse"]

#: Labelled months before the latest that are left out one by one, and tested reports from which no further one is.
EARLIER, ENOUGH = 2, 200
#: Share of resamples in which the new one may be worse before it is refused: over all, and on earlier months alone.
DOUBT, DOUBT_EARLIER = 0.8, 0.95
_RESAMPLES = 1000
_PARTS = 3


@dataclass(frozen=True)
class Comparison:
    """Two classifiers on the same reports.

    Attributes
    ----------
    tested : int
        Reports; 0 if there is none that can be held out from both.
    known_to_base : int
        Those of them that the model both start from has learned from.
    months : tuple of str
        Where they come from.
    old, new : float
        Macro-F1, 0 to 1; nan if nothing was tested.
    low, high : float
        Bounds of the 95 % paired bootstrap interval of ``new - old``.
    worse, worse_earlier : float
        Share of the resamples in which the new one is worse, 0 to 1, on all reports and on those of months before the
        latest labelled one; 0 if there are none.
    truth, predicted : ndarray of shape (n_tested,)
        Class as labelled and as given by the new one.
    """

    tested: int
    known_to_base: int
    months: tuple[str, ...]
    old: float
    new: float
    low: float
    high: float
    worse: float
    worse_earlier: float
    truth: Ints
    predicted: Ints

    @property
    def difference(self) -> float:
        """``new - old``."""
        return self.new - self.old

    @property
    def refused(self) -> bool:
        """Whether the new one is worse, beyond what chance explains."""
        over_all = self.difference < 0 and self.worse >= DOUBT
        return bool(self.tested and (over_all or self.worse_earlier >= DOUBT_EARLIER))

    @property
    def verdict(self) -> Verdict:
        """What the numbers say for sure: if the interval holds zero, or few were tested, nothing."""
        if not self.tested:
            return "untested"
        if self.tested < FEWEST or self.low <= 0 <= self.high:
            return "undecided"
        return "better" if self.low > 0 else "worse"

    def sentence(self) -> str:
        """Return the result in words; of a handful of reports without a score, which would say more than it knows."""
        if not self.tested:
            return gettext("there is no labelled report that can be held out from both, so nothing could be compared.")
        if self.tested < FEWEST:
            return gettext("too little to tell the two apart (无法分辨): {value}.").format(value=self._held_out())
        what = "" if self.verdict != "undecided" else gettext(", which does not tell the two apart (无法分辨)")
        return gettext(
            "macro-F1 {new:.3f} against {old:.3f} on {value}; difference {difference:+.3f} (95 % "
            "interval {low:+.3f} to {high:+.3f}){what}."
        ).format(
            new=self.new,
            old=self.old,
            value=self._held_out(),
            difference=self.difference,
            low=self.low,
            high=self.high,
            what=what,
        )

    def _held_out(self) -> str:
        months = ", ".join(self.months)
        if not self.known_to_base:
            return gettext("{tested} reports neither has seen ({months})").format(tested=self.tested, months=months)
        them = (
            gettext("them")
            if self.known_to_base == self.tested
            else gettext("{known_to_base} of them").format(known_to_base=self.known_to_base)
        )
        return gettext(
            "{tested} reports held out from both ({months}; the model both start from has seen {them})"
        ).format(tested=self.tested, months=months, them=them)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers, rounded to three digits, and the sentence in each language."""
        names = ("old", "new", "difference", "low", "high", "worse", "worse_earlier")
        numbers = {name: round(getattr(self, name), 3) if self.tested else None for name in names}
        counts = {"tested": self.tested, "known_to_base": self.known_to_base, "months": list(self.months)}
        return {**counts, **numbers, "verdict": self.verdict, "sentence": in_each(self.sentence)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Comparison:
        """Return what `to_dict` returned, to be said again; without the tags of single reports."""
        nothing = np.empty(0, dtype=np.int64)
        numbers = {
            name: float("nan") if values[name] is None else float(values[name])
            for name in ("old", "new", "low", "high", "worse", "worse_earlier")
        }
        tested, known, months = int(values["tested"]), int(values["known_to_base"]), tuple(values["months"])
        return cls(tested, known, months, **numbers, truth=nothing, predicted=nothing)

    def _repr_html_(self) -> str:
        """Return a table for notebooks."""
        if self.tested < FEWEST:
            return table(["tested"], [[self.tested]], caption=gettext("Comparison"), notes=[self.sentence()])
        row = [f"{self.old:.3f}", f"{self.new:.3f}", f"{self.difference:+.3f}", f"{self.low:+.3f} … {self.high:+.3f}"]
        notes = [gettext("macro-F1 on {held_out}").format(held_out=self._held_out())]
        if self.verdict == "undecided":
            notes.append(gettext("the interval holds zero: which of the two is better cannot be told (无法分辨)"))
        return table(["old", "new", "difference", "95 % interval"], [row], caption=gettext("Comparison"), notes=notes)


def compare(
    old: Tagger,
    new: Tagger,
    examples: Examples,
    *,
    reports: Sequence[Report],
    learned: Learned,
    base: Tagger | None,
    of_starts: Collection[str] = (),
    old_can_be_refitted: bool,
    random_state: int = 0,
) -> Comparison:
    """Test two classifiers on labelled reports that neither has learned from.

    The latest labelled month is dealt into parts, the months before it are left out one by one. For each the new one
    is fitted on all other labels. The old one is used as it is where it has learned nothing of what is tested;
    otherwise it is fitted on its own labels without them. What is the same in both, whatever was labelled since, is
    so kept apart from what is different. Calibrations stay those of the whole; near-duplicates of what is tested are
    never learned from. What both know from the same start is no advantage of either; an old one that is itself the
    start is tested on it only if there is nothing else. A label that leaves its own theme open tests nothing.

    Testing month by month on what came before it alone (rolling origin) would compare a classifier with itself: until
    the latest month both have the same labels.

    Parameters
    ----------
    old, new : Tagger
        Fitted; the new one on `examples`.
    examples : Examples
        First those of `reports`, in order, then what is never tested.
    reports : sequence of Report
        The labelled ones.
    learned : Learned
        What the old one has learned from.
    base : Tagger or None
        Start of the new one; the old one itself, if it is that.
    of_starts : collection of str
        Ids of what the models the two start from have learned from.
    old_can_be_refitted : bool
        Whether the old one has the same start, and so can be fitted again; otherwise what it has learned from is not
        tested on.
    random_state : int
        Decides parts and bootstrap.
    """
    group = examples.group[: len(reports)]
    seen, of_start = (
        np.isin(group, group[[report.report_id in ids for report in reports]]) for ids in (learned.labels, of_starts)
    )
    can_be_tested = examples.known[np.arange(len(reports)), examples.primary[: len(reports)]]
    unknown = can_be_tested & ~seen & ~of_start
    if unknown.any() if old is base else not old_can_be_refitted:
        can_be_tested = unknown
    of_old, rows_of_old = _with_labels_of(old, examples.take(np.arange(len(reports))), reports, learned)
    rest = examples.take(np.arange(len(reports), len(examples)))
    rest_of_old = rest.onto(new.classes, old.classes)
    tested: list[Ints] = []
    said: dict[str, list[str]] = {"old": [], "new": []}
    for test in _tests([report.month or "" for report in reports], random_state):
        rows = test[can_be_tested[test]]
        train = np.flatnonzero(~np.isin(group, group[test]))
        if not len(rows):
            continue
        try:
            after = _refitted(new, examples.take(train).join(rest), base)
            known = np.flatnonzero(np.isin(rows_of_old, train))
            again = seen[rows].any() and old is not base
            start = for_codebook(base, old.codebook) if base is not None else None
            was = _refitted(old, of_old.take(known).join(rest_of_old), start) if again else old
        except ModelError:
            continue  # too little is left to learn from
        # The old one cuts words its own way, with the seed words it was fitted with.
        said["new"] += _primary(after, [examples.readings[row] for row in rows])
        said["old"] += _primary(was, was.features_.read([reports[row] for row in rows]))
        tested.append(rows)
        if sum(map(len, tested)) >= ENOUGH and len(tested) > _PARTS:
            break
    if not tested:
        nan, nothing = float("nan"), np.empty(0, dtype=np.int64)
        return Comparison(0, 0, (), nan, nan, nan, nan, 0.0, 0.0, nothing, nothing)
    return _measured(np.concatenate(tested), said, examples, reports, of_start, new.classes, random_state)


def _with_labels_of(
    old: Tagger, examples: Examples, reports: Sequence[Report], learned: Learned
) -> tuple[Examples, Ints]:
    """Return the labels the old classifier has learned from, as examples, and the rows of the reports they are of."""
    classes, usable = old.classes, naming_only(learned.labels, old.classes)
    rows = [row for row, report in enumerate(reports) if report.report_id in usable]
    given = [usable[reports[row].report_id] for row in rows]
    named, primary = carried(given, classes), np.array([classes.index(one.primary) for one in given], dtype=np.int64)
    chosen = np.array(rows, dtype=np.int64)
    return replace(examples.take(chosen), carried=named, known=np.ones_like(named), primary=primary), chosen


def _tests(months: Sequence[str], random_state: int) -> list[Ints]:
    """Return rows to test on: parts of the latest month, then earlier months, the latest first."""
    labelled = np.array(months)
    dated = sorted(set(months), reverse=True)
    latest = np.flatnonzero(labelled == dated[0]) if dated else np.empty(0, dtype=np.int64)
    order = np.random.default_rng(random_state).permutation(latest)
    parts = [np.sort(order[number::_PARTS]) for number in range(_PARTS)]
    return [*parts, *(np.flatnonzero(labelled == month) for month in dated[1 : 1 + EARLIER])]


def _refitted(like: Tagger, examples: Examples, base: Tagger | None) -> Tagger:
    """Return a classifier with the settings and calibrations of another, fitted on other examples."""
    again = Tagger(**like.get_params()).learn(examples, base=base)
    again.calibrations_, again.thresholds_ = like.calibrations_, like.thresholds_
    return again


def _primary(tagger: Tagger, readings: Sequence[Reading]) -> list[str]:
    return [tagger.classes[best] for best in tagger.judge(readings, tagger.scores(readings))[1].argmax(1)]


def _measured(
    rows: Ints,
    said: dict[str, list[str]],
    examples: Examples,
    reports: Sequence[Report],
    of_start: Bools,
    classes: tuple[str, ...],
    random_state: int,
) -> Comparison:
    truth = examples.primary[rows]
    # Themes that only the old one knows are one more class, which is always wrong.
    number = {name: place for place, name in enumerate(classes)}
    old, new = (np.array([number.get(name, len(classes)) for name in said[who]]) for who in ("old", "new"))
    months = np.array([reports[row].month or "" for row in rows])
    generator = np.random.default_rng(random_state)
    drawn = [np.bincount(generator.integers(0, len(rows), len(rows)), minlength=len(rows)) for _ in range(_RESAMPLES)]

    # Of a theme that no label names nothing is measured; who files a report there misses the right one.
    named = np.unique(truth)

    def f1(given: Ints, weight: Any) -> float:
        return float(np.nanmean(class_f1(truth, given, len(classes) + 1, weight=weight)[named]))

    gaps = np.sort([f1(new, weight) - f1(old, weight) for weight in drawn])
    earlier = months < max(months.tolist())
    worse_earlier = 0.0
    if earlier.any():
        share = [f1(new, w * earlier) < f1(old, w * earlier) for w in drawn if (w * earlier).any()]
        worse_earlier = float(np.mean(share))
    every = np.ones(len(rows))
    low, high = (float(gaps[int(share * _RESAMPLES)]) for share in (0.025, 0.975))
    return Comparison(
        tested=len(rows),
        known_to_base=int(of_start[rows].sum()),
        months=tuple(sorted(set(months.tolist()))),
        old=f1(old, every),
        new=f1(new, every),
        low=low,
        high=high,
        worse=float((gaps < 0).mean()),
        worse_earlier=worse_earlier,
        truth=truth,
        predicted=new,
    )
