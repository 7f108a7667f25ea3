"""Retraining: a classifier on everything labelled so far, compared with the one in use, refused if it seems worse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.display import Bar, Cell, table
from diaoyan.language import gettext, in_each
from diaoyan.models import (
    DECISIONS,
    FEWEST,
    HistoryLine,
    Learned,
    Start,
    fingerprint,
    in_use,
    load_tagger,
    read_history,
    read_learned,
    read_manifest,
    record,
    save_tagger,
)
from diaoyan.models.history import BASE, SCORES
from diaoyan.monthly.compare import Comparison, compare
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.classifier import WEAK_WEIGHT
from diaoyan.tagging.evaluation import summarise
from diaoyan.tagging.training_set import training_examples
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import sweep


@dataclass(frozen=True)
class Retraining:
    """What came of a retraining.

    Attributes
    ----------
    line : HistoryLine
        Its line of the history.
    decision : str
        What was decided, and why, in words.
    comparison : str
        How the new model compares with the one that was in use, in words.
    choice : str
        How the other one of the two is put into use, where the numbers leave it open; else empty.
    in_use : str
        Model in use now.
    repeated : bool
        Whether all this was found done.
    """

    line: HistoryLine
    decision: str
    comparison: str
    choice: str
    in_use: str
    repeated: bool

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the scores of the new model and the one before, and what was decided."""
        scores = {self.line.compared_with: self.line.old, self.line.model: self.line.new}
        if self.line.tested < FEWEST:
            scores = dict.fromkeys(scores)
        rows: list[list[Cell]] = [
            [name, "" if score is None else Bar(score, f"{score:.3f}"), "in use" if name == self.in_use else ""]
            for name, score in scores.items()
        ]
        notes = [self.comparison]
        if self.repeated:
            notes.append(gettext("nothing new to learn: all this was done before"))
        return table(["model", "macro-F1", ""], rows, caption=self.decision, notes=notes)


def retrain(
    month: str,
    reports: Sequence[Report],
    *,
    labels: Mapping[str, Label],
    codebook: Codebook,
    models: Path,
    start: str = BASE,
    random_state: int = 0,
    say: Callable[[str], None] = lambda text: None,
) -> Retraining:
    """Train on everything so far, compare with the model in use, put it into use if it does not seem worse, and say so.

    Can be repeated: what was fitted on exactly the same labels, codebook and start is not fitted again.

    Parameters
    ----------
    month : str
        After which the model is named.
    reports : sequence of Report
        The whole corpus.
    labels : mapping of report_id to Label
        At least one.
    codebook : Codebook
    models : Path
        Folder of the models.
    start : str
        Model whose weights are started from, or ``none``.
    random_state : int
    say : callable
        Told what is being done.

    Raises
    ------
    ModelError
        If too little is labelled to learn from.
    """
    sweep(models / "history.csv")
    begun = Start.load(start, reports, codebook=codebook, models=models)
    # Not of the reports without a label: where nothing was labelled since, there is nothing to learn.
    own = [report for report in reports if report.report_id in labels]
    mark = fingerprint(own, labels, codebook=codebook, start=begun.mark, random_state=random_state)
    for line in read_history(models):
        if line.fingerprint == mark and line.month:
            return _outcome(line, models, repeated=True)
    name, found = _named(month, mark, models)
    if not found:
        say(gettext("training on {count} labelled reports").format(count=len(labels)))
        _train(
            name,
            reports,
            learned=Learned(labels, start, mark),
            codebook=codebook,
            begun=begun,
            models=models,
            random_state=random_state,
            say=say,
        )
    line = _line(month, name, models)
    record(line, models)
    return _outcome(line, models, repeated=False)


def _outcome(line: HistoryLine, models: Path, *, repeated: bool) -> Retraining:
    compared = Comparison.from_dict(read_manifest(models / line.model)["comparison"])
    choice = ""
    if compared.verdict == "undecided":
        other = line.model if line.in_use == line.compared_with else line.compared_with
        choice = gettext("which of the two to use is yours to say: diaoyan models --use {other}").format(other=other)
    return Retraining(line, line.sentence(), compared.sentence(), choice, in_use(models), repeated)


def _train(
    name: str,
    reports: Sequence[Report],
    *,
    learned: Learned,
    codebook: Codebook,
    begun: Start,
    models: Path,
    random_state: int,
    say: Callable[[str], None],
) -> None:
    """Fit, compare and save the new classifier, with the comparison in its manifest and card."""
    base, labels, in_use_before = begun.tagger, learned.labels, in_use(models)
    tagger = Tagger(codebook, random_state=random_state)
    known = (*base.labelled_themes, OTHER) if base else None
    examples = training_examples(
        reports, labels, tagger.new_features(), known=known, rehearsal=begun.rehearsal, weak_weight=WEAK_WEIGHT
    )
    tagger.fit_examples(examples, base=base)
    say(gettext("comparing with {in_use_before}, the model in use").format(in_use_before=in_use_before))
    own = [report for report in reports if report.report_id in labels]
    before = settings.model(in_use_before, models)
    earlier = read_learned(before)
    old = base if base is not None and in_use_before == begun.name else load_tagger(before)
    of_starts = {*_learned_by(begun.name, models), *_learned_by(earlier.start, models)}
    found = compare(
        old,
        tagger,
        examples,
        reports=own,
        learned=earlier,
        base=base,
        of_starts=of_starts,
        old_can_be_refitted=earlier.start == begun.name,
        random_state=random_state,
    )
    evaluation = None
    if found.tested:
        evaluation = summarise(tagger.classes, found.truth, predicted=found.predicted, random_state=random_state)
    latest = max(report.month or "" for report in own)
    save_tagger(
        models / name,
        tagger,
        evaluation=evaluation,
        sources=in_each(
            lambda: gettext("{count} reports labelled by hand, up to {month}.").format(count=len(own), month=latest)
        ),
        learned=learned,
        comparison=found.to_dict() | {"with": in_use_before, "refused": found.refused},
    )


def _learned_by(start: str | None, models: Path) -> set[str]:
    """Return what a start, and the one it started from, have learned from; nothing of one that is gone."""
    found: set[str] = set()
    past: set[str] = set()
    while start and start not in past and (settings.model(start, models) / "manifest.json").is_file():
        past.add(start)
        learned = read_learned(settings.model(start, models))
        found |= learned.labels.keys()
        start = learned.start
    return found


def _named(month: str, mark: str, models: Path) -> tuple[str, bool]:
    """Return the name for a month's model, and whether it is there already because an earlier run came this far."""
    number, name = 1, month
    while True:
        sweep(models / name)
        if not (models / name).exists():
            return name, False
        if read_manifest(models / name).get("fingerprint") == mark:
            return name, True
        number += 1
        name = f"{month}-{number}"


def _line(month: str, name: str, models: Path) -> HistoryLine:
    """Return the line of the history for a model that was just saved, from its manifest."""
    manifest = read_manifest(models / name)
    found = manifest["comparison"]
    before, refused = found["with"], found["refused"]
    decision = DECISIONS["refused" if refused else Comparison.from_dict(found).verdict]
    return HistoryLine(
        month=month,
        model=name,
        in_use=name if found["tested"] and not refused else before,
        labels=sum(manifest["labelled"].values()),
        compared_with=before,
        tested=found["tested"],
        tested_on=";".join(found["months"]),
        decision=decision.format(before=before, name=name, share=f"{found['worse'] or 0:.0%}"),
        fingerprint=manifest["fingerprint"],
        **{score: found[score] for score in SCORES},
    )
