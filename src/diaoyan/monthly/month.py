"""A month arrives: taken in, labels learned from, tagged, set beside what is known, and put up for review.

Every step can be repeated: what is there already is left as it is, what a stopped run left open is finished.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.corpus import Corpus, Label, said_of_left_out
from diaoyan.errors import CorpusError, ModelError
from diaoyan.language import gettext, spoken
from diaoyan.models import in_use, load_tagger, read_history, read_learned
from diaoyan.models.history import BASE
from diaoyan.monthly.retraining import Retraining, retrain
from diaoyan.report import Report
from diaoyan.tagging import Tagger, standing
from diaoyan.tagging.classifier import ERROR_RATE
from diaoyan.tagging.table import tags_table
from diaoyan.tagging.untaught import for_codebook, said_of_unlabelled
from diaoyan.themes import Codebook
from diaoyan.writing import sweep, write_csv, write_text

if TYPE_CHECKING:
    from diaoyan.discovery.identity import Change

Say = Callable[[str], None]
#: Reports that are put up for review, which take a person about five minutes.
REVIEWED = 20


@dataclass(frozen=True)
class Places:
    """Where the job reads and writes.

    Parameters
    ----------
    corpus, models : Path
        Folders of the corpus and of the models.
    output : Path
        Folder of the month's results, which are made anew each time; a review sheet with answers is kept.
    """

    corpus: Path
    models: Path
    output: Path


def take_in(
    month: str,
    reports: Sequence[Report] = (),
    *,
    places: Places,
    codebook: Codebook,
    start: str = BASE,
    error_rate: float = ERROR_RATE,
    count: int = REVIEWED,
    random_state: int = 0,
    say: Say = lambda text: None,
    step: Say = lambda text: None,
) -> Retraining | None:
    """Do all that a new month asks for, and return what came of the retraining; None without any label.

    In order: the reports are added to the corpus; a classifier is trained on everything labelled so far and takes over
    unless it seems worse; the reports are tagged by the model in use and compared with the months before (drift); the
    themes of the whole corpus are found anew and matched to the known ones; a review sheet is written.

    Parameters
    ----------
    month : str
        ``YYYY-MM``.
    reports : sequence of Report
        To be added first; none if the month is in the corpus already.
    places : Places
    codebook : Codebook
    start : str
        Model whose weights are started from, or ``none``.
    error_rate : float
        Share of wrong tags accepted among those not sent to review, between 0 and 1.
    count : int
        Reports on the review sheet.
    random_state : int
        The only source of chance.
    say : callable
        Told what was done, a sentence at a time.
    step : callable
        Told what is being done from there on, in a few words.

    Raises
    ------
    CorpusError
        If the reports are of another month, the month is not in the corpus, or another run is under way.
    ModelError
        If the model in use cannot be loaded; or, after all else is done, if too little is labelled to learn from.
    """
    strange = sorted({report.month or "none" for report in reports} - {month})
    if strange:
        raise CorpusError(
            gettext("Expected reports of {month}, found some of {value}; add those with: diaoyan add FILE").format(
                month=month, value=strange[0]
            )
        )
    corpus = Corpus(places.corpus)
    with corpus.locked():
        if reports:
            say(
                gettext("{month}: {value} in {corpus}").format(
                    month=month, value=corpus.add(reports), corpus=places.corpus
                )
            )
        now, everything = corpus.reports(month), corpus.reports()
        before = [report for report in everything if report.month and report.month < month]
        folder = places.output / month
        for name in ("tags.csv", "drift.json", "drift.png", "drift.svg", "review.xlsx"):
            sweep(folder / name)
        sweep(places.models / "themes.json")
        left_out: Counter[str] = Counter()
        labels = corpus.labels(codebook, left_out=left_out)
        if sentence := said_of_left_out(left_out):
            say(sentence)
        # Retraining comes first: the other steps use the model that is in use in the end, so that the same command,
        # given again after an interruption, gives the same files.
        done, failed = None, None
        if labels:
            step(gettext("training on {count} labelled reports").format(count=len(labels)))
            try:
                done = retrain(
                    month,
                    everything,
                    labels=labels,
                    codebook=codebook,
                    models=places.models,
                    start=start,
                    random_state=random_state,
                    say=say,
                )
            except ModelError as error:  # of too little to learn from; a review sheet is what helps then
                failed = error
        tagger = for_codebook(load_tagger(models=places.models), codebook)
        if sentence := said_of_unlabelled(tagger):
            say(sentence)
        step(gettext("tagging {count} reports").format(count=len(now)))
        _tag(now, tagger, folder / "tags.csv", labels=labels, error_rate=error_rate, say=say)
        step(gettext("comparing {month} with the months before").format(month=month))
        _drift(now, before, _unlearned(now, tagger, places.models, codebook), folder=folder, say=say)
        step(gettext("finding the themes of {count} reports").format(count=len(before) + len(now)))
        _themes([*before, *now], month, codebook, places=places, random_state=random_state, say=say)
        step(gettext("choosing the reports that are worth a look"))
        _review(
            now,
            tagger,
            folder / "review.xlsx",
            labels=labels,
            codebook=codebook,
            count=count,
            random_state=random_state,
            say=say,
        )
        if failed is not None:
            raise failed
        if done is None:
            say(
                gettext(
                    "nothing is labelled yet, so nothing was learned: fill in the review sheet, take it in, "
                    "retrain again"
                )
            )
        return done


def _tag(
    reports: Sequence[Report],
    tagger: Tagger,
    path: Path,
    *,
    labels: Mapping[str, Label],
    error_rate: float,
    say: Say,
) -> None:
    """Write the tags of a month; where people gave themes, theirs stand instead of the classifier's."""
    tags = standing(tagger.tag(reports, error_rate=error_rate), labels, tagger.codebook)
    write_csv(path, *tags_table(tags, tagger.codebook))
    say(
        gettext("{count} reports tagged, {value} need review: {path}").format(
            count=len(tags), value=sum(tag.needs_review for tag in tags), path=path
        )
    )


def _unlearned(reports: Sequence[Report], tagger: Tagger, models: Path, codebook: Codebook) -> Tagger:
    """Return the latest model that has learned from none of the reports; to one that has, they are no news.

    It is the one in use unless the month is labelled.
    """
    ids = {report.report_id for report in reports}
    used = in_use(models)
    for name in dict.fromkeys([used, *(line.compared_with for line in reversed(read_history(models)))]):
        folder = settings.model(name, models)
        if folder.is_dir() and ids.isdisjoint(read_learned(folder).labels):
            return tagger if name == used else for_codebook(load_tagger(folder), codebook)
    return tagger


def _drift(now: Sequence[Report], before: Sequence[Report], tagger: Tagger, *, folder: Path, say: Say) -> None:
    """Say how the month differs from those before it, and draw it; the first month differs from nothing."""
    from diaoyan.drift import measure_drift
    from diaoyan.figures import save
    from diaoyan.figures.drift import draw_drift

    if not before:
        return
    drift = measure_drift(tagger, before, now)
    write_text(folder / "drift.json", json.dumps(drift.to_dict(), ensure_ascii=False, indent=1) + "\n")
    figure = draw_drift(
        drift.frame(),
        month=drift.month,
        reports=drift.reports["now"],
        titles=drift.reports["titles"],
        trusted=drift.trusted,
        names=drift.names["zh"],
        source=f"来源：语料库，{len(before)}篇此前的报告",
    )
    save(figure, folder / "drift")
    say(drift.sentence(spoken()))


def _themes(
    reports: Sequence[Report], month: str, codebook: Codebook, *, places: Places, random_state: int, say: Say
) -> None:
    """Find the themes of all months anew and match them to the known ones, whose identities are kept for good."""
    from diaoyan.discovery.identity import ThemeRegister, refit

    path = places.models / "themes.json"
    register = ThemeRegister.read(path) if path.is_file() else ThemeRegister()
    if register.months_ and month < register.months_[-1]:
        say(
            gettext("themes are followed up to {value} already; {month} does not change them").format(
                value=register.months_[-1], month=month
            )
        )
        return
    # Months that came into the corpus without this job are followed first, so that no way in gives other identities.
    missed = sorted({report.month for report in reports if report.month and report.month < month})
    missed = [name for name in missed if not register.months_ or name > register.months_[-1]]
    changes: list[Change] = []
    for name in [*missed, month]:
        so_far = [report for report in reports if (report.month or "") <= name]
        try:
            changes = register.update(refit(so_far, codebook, month=name, random_state=random_state), name)
        except CorpusError as error:  # a first month of a few titles alone
            say(gettext("no themes were found up to {name}: {error}").format(name=name, error=error))
    if not register.months_:
        return
    register.write(path)
    if missed:
        say(gettext("themes were followed through {names} first").format(names=", ".join(missed)))
    for change in changes:
        if change.event.what != "same":
            say(change.sentence)
    say(
        gettext("{value} themes are known and present: {path}").format(
            value=sum(theme.present for theme in register.themes_), path=path
        )
    )


def _review(
    now: Sequence[Report],
    tagger: Tagger,
    path: Path,
    *,
    labels: Mapping[str, Label],
    codebook: Codebook,
    count: int,
    random_state: int,
    say: Say,
) -> None:
    """Write the review sheet, unless nothing is left to ask or one has answers that are not among the labels yet."""
    from diaoyan.review import choose, counted, has_answers, read_sheet, write_sheet

    if has_answers(path):
        answers = read_sheet(path, codebook, now)
        if not answers.taken_in(labels):
            say(
                gettext(
                    "{path} is left as it is, since it holds answers that are not taken in yet; take them in "
                    "with: diaoyan label {path}"
                ).format(path=path)
            )
            return
    picks = choose(tagger, now, labels=labels, count=count, random_state=random_state)
    if not picks:
        say(counted(picks))
        return
    write_sheet(path, picks, codebook, labels=labels, unlabelled=tagger.unlabelled_themes)
    say(gettext("{value}: fill in {path}, then: diaoyan label {path}").format(value=counted(picks), path=path))
