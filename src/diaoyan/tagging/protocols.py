"""Who learns from what and is tested on what: by folds, by time, across sources, and with a theme left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from diaoyan.arrays import Ints
from diaoyan.corpus import Label
from diaoyan.errors import ModelError
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.tagging.classifier import ERROR_RATE, Tagger
from diaoyan.tagging.evaluation import Evaluation, HeldOut
from diaoyan.tagging.examples import LEAST_EXAMPLES, Examples
from diaoyan.tagging.training_set import rehearsal_examples
from diaoyan.themes import OTHER, Codebook

By = Literal["folds", "time", "theme", "source"]
#: Most spells of months that are tested one after the other.
_SPELLS = 5


@dataclass(frozen=True)
class Split:
    """One test: what is learned from and what is held out."""

    name: str
    #: Numbers of the examples.
    train: Ints
    test: Ints
    #: A theme that is taken out of the codebook for this test.
    without: str | None = None


def by_folds(examples: Examples, *, count: int, repeats: int = 1, random_state: int = 0) -> list[Split]:
    """Return stratified folds that keep near-duplicates together, dealt anew for each repeat."""
    splits = []
    for repeat in range(repeats):
        for number, (train, test) in enumerate(examples.folds(count, random_state + repeat), 1):
            name = f"fold {number}" if repeats == 1 else f"repeat {repeat + 1} fold {number}"
            splits.append(Split(name, train, test))
    return splits


def by_time(
    examples: Examples, months: Sequence[str | None], *, classes: Sequence[str], least: int = LEAST_EXAMPLES
) -> list[Split]:
    """Return spells of months, each tested by what was learned from all months before it.

    The first spell begins as soon as every class has `least` reports before it; examples without a month take no part.

    Raises
    ------
    ModelError
        If no month has enough reports of every class before it.
    """
    month = np.array([name or "" for name in months])
    later = [
        name
        for name in np.unique(month[month != ""])
        if min(examples.take(np.flatnonzero((month < name) & (month != ""))).counts(classes).values()) >= least
    ]
    if not later:
        raise ModelError(
            gettext(
                "Expected {least} labelled reports of every theme and of other before the last month, "
                "found fewer, or no months; evaluate by folds, or label more reports of earlier months."
            ).format(least=least)
        )
    splits = []
    for spell in np.array_split(later, min(_SPELLS, len(later))):
        name = str(spell[0]) if len(spell) == 1 else f"{spell[0]}..{spell[-1]}"
        train = np.flatnonzero((month < spell[0]) & (month != ""))
        splits.append(Split(name, train, np.flatnonzero(np.isin(month, spell))))
    return splits


def across(sources: Sequence[str]) -> list[Split]:
    """Return one test per source, of what was learned from all the others.

    Examples
    --------
    >>> [(split.name, split.train.tolist(), split.test.tolist()) for split in across(["news", "law", "news"])]
    [('news', [1], [0, 2]), ('law', [0, 2], [1])]

    Raises
    ------
    ModelError
        If there is but one source.
    """
    source = np.array(sources)
    names = list(dict.fromkeys(sources))
    if len(names) < 2:
        raise ModelError(
            gettext("Expected labelled reports from two sources or more, found {count}; give another INPUT.").format(
                count=len(names)
            )
        )
    return [Split(name, np.flatnonzero(source != name), np.flatnonzero(source == name)) for name in names]


def by_theme(examples: Examples, codebook: Codebook) -> list[Split]:
    """Return one test per theme: its reports, by a classifier that knows neither the theme nor any report of it.

    Raises
    ------
    ModelError
        If the codebook has but one theme.
    """
    if len(codebook.ids) < 2:
        raise ModelError(
            gettext("Expected two themes or more to leave one out, found 1; evaluate by folds or by time.")
        )
    return [
        Split(
            theme,
            np.flatnonzero(~examples.carried[:, number]),
            np.flatnonzero(examples.primary == number),
            without=theme,
        )
        for number, theme in enumerate(codebook.ids)
    ]


def evaluate(
    tagger: Tagger,
    reports: Sequence[Report],
    *,
    labels: Mapping[str, Label],
    base: Tagger | None = None,
    rehearsal: tuple[Sequence[Report], Mapping[str, Label]] | None = None,
    by: By = "folds",
    sources: Mapping[str, str] | None = None,
    repeats: int = 1,
    error_rate: float = ERROR_RATE,
    random_state: int = 0,
) -> Evaluation:
    """Tag labelled reports by classifiers that have seen neither them nor a near-duplicate of them.

    Vocabulary, weights, calibration, thresholds and the rule for review are all fitted inside each test, on labelled
    reports alone.

    Parameters
    ----------
    tagger : Tagger
        Its settings are used; it need not be fitted and is not changed.
    reports : sequence of Report
    labels : mapping of report_id to Label
        Of reports that the base has not learned from.
    base : Tagger, optional
        Fitted; each test learns on top of it, as `Tagger.fit` does.
    rehearsal : pair of reports and labels, optional
        What the base has learned from; see `Tagger.fit`. Learned from in every test, and never tested.
    by : {'folds', 'time', 'theme', 'source'}
        ``folds``: as many as the tagger's own, stratified. ``time``: each spell of months by the months before it.
        ``source``: each source by the others. ``theme``: the reports of each theme by a classifier that does not know
        it; right is then `other`, or a further theme of the report. Not with a base, which knows the theme.
    sources : mapping of report_id to str, optional
        For ``source``.
    repeats : int
        For ``folds``: how often they are dealt anew.
    error_rate : float
        Share of wrong tags accepted among those not sent to review, between 0 and 1.
    random_state : int
        Decides folds and bootstrap.

    Returns
    -------
    Evaluation

    Raises
    ------
    ModelError
        If a class has too few labelled reports, in all or in what is learned from; with a base, if there are none to
        hold out.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, labels = settings.sample()
    >>> found = evaluate(Tagger(folds=2), reports, labels=labels, by="theme")
    >>> sorted({one.test for one in found.tested}), set(found.truth) >= {"other"}
    (['digital', 'discipline', 'finance', 'rural'], True)
    """
    chosen = [report for report in reports if report.report_id in labels]
    examples = Examples.labelled(chosen, labels, tagger.new_features())
    if base is None:
        examples.require(tagger.classes)
    elif by == "theme":
        raise ModelError(
            gettext("A theme cannot be left out on top of a model that knows it; evaluate without a start.")
        )
    if by == "time":
        months = [r.month or (r.date or "")[:7] for r in chosen]
        splits = by_time(examples, months, classes=tagger.classes, least=0 if base else LEAST_EXAMPLES)
    elif by == "theme":
        splits = by_theme(examples, tagger.codebook)
    elif by == "source":
        splits = across([(sources or {}).get(report.report_id, "") for report in chosen])
    else:
        splits = by_folds(examples, count=tagger.folds, repeats=repeats, random_state=random_state)
    rehearsed = None
    if rehearsal is not None:
        rehearsed = rehearsal_examples(
            *rehearsal, tagger.new_features(), known=base.classes if base else tagger.classes
        )
    tested = []
    for split in splits:
        fold = Tagger(**(tagger.get_params() | {"random_state": random_state}))
        fitted = _fit(fold, chosen, labels, examples, split, base=base, rehearsed=rehearsed)
        tested += _test(fitted, [chosen[row] for row in split.test], labels, split, error_rate)
    return Evaluation.of(tested, tagger.classes, random_state=random_state)


def evaluate_fitted(
    tagger: Tagger,
    reports: Sequence[Report],
    *,
    labels: Mapping[str, Label],
    error_rate: float = ERROR_RATE,
    random_state: int = 0,
) -> Evaluation:
    """Measure a classifier as it is on labelled reports; honest only if it has not learned from them.

    Raises
    ------
    ModelError
        If no report is labelled, or a label names a theme that the classifier does not know.
    """
    chosen = [report for report in reports if report.report_id in labels]
    if not chosen:
        raise ModelError(
            gettext("Expected labels of the {count} reports given, found none; give their labels.").format(
                count=len(reports)
            )
        )
    for report in chosen:
        strange = sorted({*labels[report.report_id].themes} - {*tagger.classes})
        if strange:
            raise ModelError(
                gettext(
                    "{report_id} is labelled {value!r}, a theme the model does not know (it knows {names}); "
                    "choose another model, or train one."
                ).format(report_id=report.report_id, value=strange[0], names=", ".join(tagger.classes))
            )
    rows = np.arange(len(chosen))
    tested = _test(tagger, chosen, labels, Split("as it is", rows[:0], rows), error_rate)
    return Evaluation.of(tested, tagger.classes, random_state=random_state)


def _fit(
    fold: Tagger,
    reports: Sequence[Report],
    labels: Mapping[str, Label],
    examples: Examples,
    split: Split,
    *,
    base: Tagger | None,
    rehearsed: Examples | None,
) -> Tagger:
    """Fit on what the split learns from, less the near-duplicates of what it tests."""
    train = split.train[~np.isin(examples.group[split.train], examples.group[split.test])]
    try:
        if split.without is None:
            learned = examples.take(train)
            return fold.fit_examples(learned if rehearsed is None else learned.join(rehearsed), base=base)
        # Other seed words, so other tokens: these are read anew.
        codebook = Codebook(tuple(theme for theme in fold.codebook.themes if theme.id != split.without))
        fold = Tagger(**(fold.get_params() | {"codebook": codebook}))
        return fold.fit_examples(Examples.labelled([reports[row] for row in train], labels, fold.new_features()))
    except ModelError as error:
        raise ModelError(
            gettext("Nothing could be learned to test {split} with: {error}").format(split=split.name, error=error)
        ) from None


def _test(
    fitted: Tagger, reports: Sequence[Report], labels: Mapping[str, Label], split: Split, error_rate: float
) -> list[HeldOut]:
    readings = fitted.features_.read(reports)
    rows = fitted.features_.rows(readings)
    scores = rows.times(fitted.weights_) + fitted.bias_
    primary = fitted.judge(readings, scores)[1]
    sure = fitted.certainty(readings, scores, rows.meaning(fitted.weights_))
    return [
        HeldOut(
            test=split.name,
            label=_left(labels[report.report_id], split.without),
            tag=tag,
            with_text=report.has_text,
            confidence=float(filed.max()),
            margin=float(margin),
        )
        for report, tag, filed, margin in zip(
            reports, fitted.tag(reports, error_rate=error_rate), primary, sure, strict=True
        )
    ]


def _left(label: Label, without: str | None) -> Label:
    """Return what is left of a label without a theme: its further themes, or `other`."""
    if without is None:
        return label
    themes = [theme for theme in label.themes if theme not in (without, OTHER)]
    return Label(themes[0], tuple(themes[1:])) if themes else Label(OTHER)
