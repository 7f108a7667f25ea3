"""All there is to learn from: hand labels, the seed words of other reports, and what a start has learned from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from diaoyan.corpus.labels import Label, naming_only
from diaoyan.report import Report
from diaoyan.tagging.examples import LEAST_EXAMPLES, Examples
from diaoyan.tagging.features import Features
from diaoyan.tagging.weak import BARE, accuracies, densities, votes, weak_examples
from diaoyan.themes import OTHER

Labelled = tuple[Sequence[Report], Mapping[str, Label]]


def training_examples(
    reports: Sequence[Report],
    labels: Mapping[str, Label],
    features: Features,
    *,
    known: Sequence[str] | None,
    rehearsal: Labelled | None,
    weak_weight: float,
) -> Examples:
    """Return the examples for `Tagger.fit`, whose parameters these are.

    On top of a start, a hand label leaves open a theme that no label names yet, and `other`, where seed words of the
    theme stand: it may be older than the theme.

    Parameters
    ----------
    reports : sequence of Report
    labels : mapping of report_id to Label
    features : Features
        For tokenizer and seed words; need not be fitted.
    known : sequence of str or None
        Classes that a start knows; None without a start.
    rehearsal : pair of reports and labels, or None
    weak_weight : float

    Raises
    ------
    ModelError
        If a report is labelled with a theme that the codebook lacks.
    """
    classes = (*features.codebook.ids, OTHER)
    examples = Examples.labelled(reports, labels, features)
    if known is not None:
        # A theme that no label names yet was not there to be named when they were given.
        named = {theme for label in labels.values() for theme in label.themes}
        examples = _left_open(examples, features, themes={*features.codebook.ids} - {*known} - named)
    unlabelled = [report for report in reports if report.report_id not in labels]
    if unlabelled and weak_weight > 0 and {*classes} - {*(known or ())}:
        table = votes(densities(examples.readings, features))
        measured = accuracies(table, examples.primary) if len(examples) else None
        weak = weak_examples(features.read(unlabelled), features, weight=weak_weight, accuracy=measured)
        if known is not None:
            examples = examples.join(of_new_themes(weak, classes, known=known))
        elif len(examples):
            # Who labels what interests him labels no `other`.
            lacking = examples.counts(classes)[OTHER] < LEAST_EXAMPLES
            examples = examples.join(weak.trusting(len(classes) - 1) if lacking else weak)
        else:
            examples = weak.trusting()
    if rehearsal is None:
        return examples
    return examples.join(rehearsal_examples(*rehearsal, features, known=classes if known is None else known))


def rehearsal_examples(
    reports: Sequence[Report], labels: Mapping[str, Label], features: Features, *, known: Sequence[str]
) -> Examples:
    """Return labelled reports that a start has learned from as examples that keep it from forgetting; not trusted.

    Parameters
    ----------
    reports : sequence of Report
    labels : mapping of report_id to Label
        Those that name a theme the codebook lacks are left out.
    features : Features
        For tokenizer and seed words; need not be fitted.
    known : sequence of str
        Classes the labels could name. Where seed words of another theme stand, whoever labelled the report may not
        have known it: the theme, and `other`, are left open.
    """
    classes = (*features.codebook.ids, OTHER)
    usable = naming_only(labels, classes)
    found = Examples.labelled(reports, usable, features)
    found = _left_open(found, features, themes={*features.codebook.ids} - {*known})
    return replace(found, trusted=np.zeros(len(found), dtype=bool))


def _left_open(examples: Examples, features: Features, *, themes: Collection[str]) -> Examples:
    """Return examples that leave open some themes, and `other`, where seed words of these stand."""
    if not themes:
        return examples
    hinted = densities(examples.readings, features).max(1, initial=0.0) > BARE
    hinted[:, [theme not in themes for theme in features.codebook.ids]] = False
    return replace(examples, known=examples.known & ~np.column_stack([hinted, hinted.any(1)]))


def of_new_themes(weak: Examples, classes: Sequence[str], *, known: Sequence[str]) -> Examples:
    """Return weak examples that say nothing of the classes a start knows, which it knows better than they."""
    return replace(weak, known=weak.known & np.array([name not in known for name in classes]))
