"""Which reports are worth a person's five minutes: doubtful and varied new ones, and labels that look wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import Label, near_duplicates
from diaoyan.corpus.labels import carried
from diaoyan.display import Bar, Cell, table
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.tagging import Tag, Tagger
from diaoyan.tagging.calibration import margins
from diaoyan.tagging.examples import LEAST_EXAMPLES
from diaoyan.tagging.features import Reading
from diaoyan.tagging.weak import LABELLING_FUNCTIONS, combine, densities, votes

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Reasons to look at a report.
UNCERTAIN = "uncertain"
SEEDS = "seed words say otherwise"
SUSPECT = "suspected label error"
UNLIKE = "unlike the others"
CHECK = "spot check"
#: Share of the picks that may question labels while there are unlabelled reports to ask about.
QUESTIONED = 0.25
#: Share of the reports that may be picked for nothing but a spot check, and how many may be in any case.
CHECKED, CHECKED_AT_LEAST = 0.2, 5
#: Column beside the labels that holds the themes a person gave when asked whether the label is wrong.
CONFIRMED = "confirmed"
_SURE = 0.8  # the seed words' say counts as a disagreement from this probability, as for weak labels
_FAR = 0.1  # share of the new reports that count as unlike the others
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Pick:
    """A report worth a look.

    Parameters
    ----------
    report : Report
    tag : Tag
        What the classifier says of it.
    reasons : tuple of str
        Why it was picked, at least one of `UNCERTAIN`, `SEEDS`, `SUSPECT`, `UNLIKE` and `CHECK`.
    worth : float
        How much a look is worth, 0 to 1.
    suggested : str
        Id of the theme to agree or disagree with: the tag's primary theme, or for a suspected label error what the
        other labels, the classifier and the seed words together say instead.
    sure : float
        Probability of `suggested` to be the primary theme, 0 to 1.
    """

    report: Report
    tag: Tag
    reasons: tuple[str, ...]
    worth: float
    suggested: str
    sure: float

    def _repr_html_(self) -> str:
        """Return a table for notebooks: what the machine says, how surely, and why a person should look."""
        sure, reasons = Bar(self.sure, f"{self.sure:.2f}"), "; ".join(self.reasons)
        row: list[Cell] = [self.suggested, sure, reasons, self.tag.evidence]
        return table(["suggested", "sure", "why look", "evidence"], [row], caption=self.report.title)


@dataclass(frozen=True)
class _Opinions:
    """What the classifier and the seed words say of each report, of shape (n_reports, n_classes)."""

    rows: csr_matrix
    model: Floats
    sure: Floats  # of shape (n_reports,)
    seeds: Floats  # even where they are silent
    silent: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, tagger: Tagger, readings: Sequence[Reading]) -> _Opinions:
        rows = tagger.features_.rows(readings)
        scores = rows.times(tagger.weights_) + tagger.bias_
        model = tagger.judge(readings, scores)[1]
        sure = tagger.certainty(readings, scores, rows.meaning(tagger.weights_))
        accuracy = np.array([function.accuracy for function in LABELLING_FUNCTIONS])
        voted = votes(densities(readings, tagger.features_))
        seeds = combine(voted, accuracy, len(tagger.classes))
        alike = rows.without_dense().matrix(tagger.features_.seed_columns.stop)
        return cls(alike, model, sure, seeds, np.asarray((voted < 0).all(1)))

    def agreed(self, rows: Ints) -> Floats:
        """Return what both say together; the classifier alone where the seed words are silent."""
        return np.where(self.silent[rows, None], self.model[rows], (self.model[rows] + self.seeds[rows]) / 2)


def counted(picks: Sequence[Pick]) -> str:
    """Return in words how many reports were picked, and for what.

    Examples
    --------
    >>> counted([])
    'nothing is left to look at'
    """
    if not picks:
        return gettext("nothing is left to look at")
    questioned = sum(SUSPECT in pick.reasons for pick in picks)
    unsure = sum(UNCERTAIN in pick.reasons for pick in picks)
    checks = sum(pick.reasons == (CHECK,) for pick in picks)
    kinds = {
        gettext("{count} that need review"): unsure,
        gettext("{count} that seed words contradict or that are unlike the others"): (
            len(picks) - questioned - unsure - checks
        ),
        gettext("{count} with a label that looks wrong"): questioned,
        gettext("{count} as a spot check"): checks,
    }
    said = gettext(", ").join(kind.format(count=count) for kind, count in kinds.items() if count)
    return gettext("{count} reports are worth a look ({said})").format(count=len(picks), said=said)


def confirmed(label: Label) -> Label:
    """Return a label noted as what a person answered when it was questioned, kept or corrected.

    The note names the themes, and so holds only as long as the label names the same ones.

    Examples
    --------
    >>> confirmed(Label("finance", ("rural",))).others
    (('confirmed', 'finance;rural'),)
    """
    return replace(label, others=tuple({**dict(label.others), CONFIRMED: _named(label)}.items()))


def is_confirmed(label: Label) -> bool:
    """Return whether a person was asked of this label, and it still is what the person said."""
    return dict(label.others).get(CONFIRMED) == _named(label)


def _named(label: Label) -> str:
    return ";".join(label.themes)


def choose(
    tagger: Tagger, reports: Sequence[Report], *, labels: Mapping[str, Label], count: int = 20, random_state: int = 0
) -> list[Pick]:
    """Choose the reports that are most worth a look, the most worthwhile first.

    A report without a label is worth a look as far as the classifier and the seed words, taken together as a committee
    (Seung, Opper and Sompolinsky 1992), are torn between two themes, and as far as it is unlike those picked before. A
    label is questioned where the mean of three opinions prefers a theme the label does not name: a classifier
    cross-fitted on the other labels (confident learning, Northcutt, Jiang and Chuang 2021), `tagger`, and the seed
    words. It is questioned once: what a person has answered is not asked again, nor is the same label of a
    near-duplicate. Of near-duplicates one is picked, and none of a report that is labelled. Reports that give no cause
    to look are picked as spot checks, but only a few.

    Parameters
    ----------
    tagger : Tagger
        Fitted.
    reports : sequence of Report
        With and without labels; what the cross-fitted classifier learns from is among them.
    labels : mapping of report_id to Label
        May name themes that `tagger` does not know; such labels are not questioned, nor are those of themes with fewer
        than three labelled reports, nor what is `confirmed`.
    count : int
        Most reports that are picked.
    random_state : int
        Decides the folds of the cross-fit.

    Examples
    --------
    >>> from diaoyan import load_tagger, settings
    >>> reports, labels = settings.sample()
    >>> wrong = labels | {reports[0].report_id: Label("finance")}
    >>> pick = choose(load_tagger("base"), reports, labels=wrong, count=1)[0]
    >>> pick.report == reports[0], pick.reasons[0], pick.suggested
    (True, 'suspected label error', 'rural')
    """
    if not reports or count < 1:
        return []
    readings = tagger.features_.read(reports)
    opinions = _Opinions.of(tagger, readings)
    group = near_duplicates(reports)
    known = np.array([report.report_id in labels for report in reports], dtype=bool)
    settled = set(group[known].tolist())
    candidates: dict[int, int] = {}
    for row in sorted(np.flatnonzero(~known).tolist(), key=lambda row: -len(reports[row].text)):
        if int(group[row]) not in settled:
            candidates.setdefault(int(group[row]), row)
    new = np.array(sorted(candidates.values()), dtype=np.int64)
    far = _far(opinions.rows, new)
    with_cause = _with_cause(tagger, reports, opinions, new) | np.isin(new, list(far))
    checks = max(CHECKED_AT_LEAST, int(len(reports) * CHECKED))
    most = int(with_cause.sum()) + min(checks, int((~with_cause).sum()))
    questioned = _questioned(opinions, _Given.of(reports, labels, tagger.classes, group), random_state)
    questioned = questioned[: max(count - most, int(count * QUESTIONED))]
    varied = _varied(opinions, new, count - len(questioned), with_cause=with_cause, checks=checks)
    chosen = sorted([*questioned, *varied], key=lambda one: -one.worth)
    tags = tagger.tag([reports[one.row] for one in chosen])
    picks = []
    for one, tag in zip(chosen, tags, strict=True):
        report, spoken = reports[one.row], opinions.seeds[one.row]
        label = labels.get(report.report_id)
        reasons = [SUSPECT] if label else [UNCERTAIN] if tag.needs_review else []
        if spoken.max() >= _SURE and tagger.classes[spoken.argmax()] != (label.primary if label else tag.primary):
            reasons.append(SEEDS)
        if one.row in far:
            reasons.append(UNLIKE)
        picks.append(Pick(report, tag, tuple(reasons) or (CHECK,), one.worth, tagger.classes[one.best], one.sure))
    return picks


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: int
    worth: float
    best: int
    sure: float


@dataclass(frozen=True)
class _Given:
    """The labels of classes: their rows, near-duplicates, classes, and whether a person was asked of them already."""

    rows: Ints
    group: Ints
    primary: Ints
    carried: npt.NDArray[np.bool_]
    asked: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, reports: Sequence[Report], labels: Mapping[str, Label], classes: Sequence[str], group: Ints) -> _Given:
        number = {name: column for column, name in enumerate(classes)}
        rows = [
            row
            for row, report in enumerate(reports)
            if report.report_id in labels and labels[report.report_id].primary in number
        ]
        given = [labels[reports[row].report_id] for row in rows]
        primary = np.array([number[label.primary] for label in given], dtype=np.int64)
        alike = list(zip(group[rows].tolist(), given, strict=True))
        settled = {one for one in alike if is_confirmed(one[1])}
        asked = np.array([one in settled for one in alike], dtype=bool)
        return cls(np.array(rows, dtype=np.int64), group[rows], primary, carried(given, classes), asked)


def _questioned(opinions: _Opinions, given: _Given, random_state: int) -> list[_Candidate]:
    """Return the labels that look wrong, the worst first, near-duplicates once."""
    if not len(given.rows):
        return []
    crossed = _cross_fitted(opinions.rows[given.rows], given, random_state)
    others = (crossed + opinions.model[given.rows] + opinions.seeds[given.rows]) / 3
    worth = np.where(given.carried, -1.0, others).max(1) - np.where(given.carried, others, 0.0).sum(1)
    found: dict[int, _Candidate] = {}
    for place in np.argsort(-worth, kind="stable"):
        same = given.group[given.primary == given.primary[place]]
        if worth[place] > 0 and not given.asked[place] and len(np.unique(same)) >= LEAST_EXAMPLES:
            best = int(np.where(given.carried[place], -1.0, others[place]).argmax())
            choice = _Candidate(int(given.rows[place]), float(worth[place]), best, float(others[place, best]))
            found.setdefault(int(given.group[place]), choice)
    return list(found.values())


def _cross_fitted(rows: csr_matrix, given: _Given, random_state: int) -> Floats:
    """Return what the other labels say of each, by a linear classifier on the features the tagger has already.

    To fit vocabulary and calibration anew in each fold takes five times as long and finds no more planted errors.
    """
    from sklearn.linear_model import LogisticRegression

    fold = _folds(given.primary, given.group, random_state)
    said = np.zeros(given.carried.shape)
    for number in range(int(fold.max()) + 1):
        train, test = fold != number, fold == number
        for column in range(given.carried.shape[1]):
            target = given.primary[train] == column
            if target.any() and not target.all():
                model = LogisticRegression(
                    C=10.0, class_weight="balanced", solver="liblinear", intercept_scaling=10.0, random_state=0
                )
                said[test, column] = model.fit(rows[train], target).predict_proba(rows[test])[:, 1]
            else:
                said[test, column] = float(target.any())
    return np.asarray(said / np.maximum(said.sum(1, keepdims=True), 1e-9))


def _folds(primary: Ints, group: Ints, random_state: int) -> Ints:
    """Return a fold for each label: classes dealt evenly, near-duplicates together."""
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    chance = np.random.default_rng(random_state).permutation(len(first))
    fold = np.empty(len(first), dtype=np.int64)
    fold[np.lexsort((chance, primary[first]))] = np.arange(len(first)) % _FOLDS
    return np.asarray(fold[inverse])


def _with_cause(tagger: Tagger, reports: Sequence[Report], opinions: _Opinions, new: Ints) -> npt.NDArray[np.bool_]:
    """Return which of the new reports have a tag that needs review, or one that the seed words contradict."""
    bars = tagger.review_bars()
    bar = np.array([bars["text" if reports[row].has_text else "title"] for row in new])
    model, seeds = opinions.model[new], opinions.seeds[new]
    contradicted = (seeds.max(1) >= _SURE) & (seeds.argmax(1) != model.argmax(1))
    return np.asarray((opinions.sure[new] < bar) | contradicted)


def _varied(
    opinions: _Opinions, new: Ints, count: int, *, with_cause: npt.NDArray[np.bool_], checks: int
) -> list[_Candidate]:
    """Return doubtful reports, each as unlike those before it as can be: doubt times distance, greedily.

    At most `checks` of them are reports without a cause to look at them.
    """
    doubt = 1 - margins(opinions.agreed(new))
    rows = opinions.rows[new]
    distance = np.ones(len(new))
    chosen: list[_Candidate] = []
    left = np.ones(len(new), dtype=bool)
    while len(chosen) < count and left.any():
        worth = np.where(left, doubt * distance, -1.0)
        place = int(worth.argmax())
        left[place] = False
        checks -= not with_cause[place]
        if not checks:
            left &= with_cause
        model = opinions.model[new[place]]
        chosen.append(_Candidate(int(new[place]), float(worth[place]), int(model.argmax()), float(model.max())))
        likeness = (rows @ rows[place].T).toarray().ravel()
        distance = np.minimum(distance, np.clip(1 - likeness, 0.0, 1.0))
    return chosen


def _far(rows: csr_matrix, new: Ints) -> set[int]:
    """Return the tenth of the new reports that is least like the average of all reports."""
    likeness = rows[new] @ np.asarray(rows.mean(0)).ravel()
    return set(new[np.argsort(likeness, kind="stable")[: int(len(new) * _FAR)]].tolist())
