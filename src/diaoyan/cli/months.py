"""The verbs of months: retrain, review, label, what is kept of them (months, remove, undo), models, themes, adopt."""

from __future__ import annotations

import argparse
import contextlib
import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.cli.arguments import codebook_of, compilations_of, labels_of_corpus, tagger_of
from diaoyan.cli.progress import step
from diaoyan.cli.speaking import emit, say, say_what_is_unlabelled, show, text_of
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, message
from diaoyan.report import number_shown

if TYPE_CHECKING:
    from diaoyan.corpus import Corpus, Label
    from diaoyan.review import Pick
    from diaoyan.themes import Codebook


#: What the tables that are printed call their columns.
_HEADS = (
    message("month"),
    message("compilations"),
    message("reports"),
    message("with_text"),
    message("labelled"),
    message("in_review"),
    message("model"),
    message("in_use"),
    message("labels"),
    message("macro_f1"),
    message("start"),
    message("decision"),
    message("note"),
)


def retrain(options: argparse.Namespace) -> None:
    """Take a month in, tag it, put it up for review, and learn from everything labelled so far."""
    from diaoyan.monthly import Places, take_in

    results = compilations_of(options.files, options.month, done=gettext("added"))
    for result in results:
        say(result.summary())
    step(gettext("taking in {month}").format(month=options.month))
    done = take_in(
        options.month,
        [report for result in results for report in result.reports],
        places=Places(settings.CORPUS, settings.MODELS, settings.MONTHS),
        codebook=codebook_of(options.codebook),
        start=options.start,
        error_rate=options.error_rate,
        count=options.count,
        random_state=options.seed,
        say=say,
        step=step,
    )
    if done is None:
        return
    model = done.line.model
    if done.repeated:
        taken = ""
        if done.in_use != model:
            taken = gettext(" ({model} was {decision})").format(model=model, decision=done.decision)
        say(
            gettext(
                "nothing was labelled since {model} was trained, so there is nothing to learn; in use: {in_use}{taken}"
            ).format(model=model, in_use=done.in_use, taken=taken)
        )
        return
    say(f"{model}: {done.comparison}")
    say(gettext("{decision}; in use: {in_use}").format(decision=done.decision, in_use=done.in_use))
    if done.choice:
        say(done.choice)


def review(options: argparse.Namespace) -> None:
    """Put the reports that are most worth a person's look on a sheet, or on a page that keeps each answer."""
    from diaoyan.corpus import Corpus
    from diaoyan.review import choose, counted, write_sheet
    from diaoyan.writing import refuse_existing

    if options.serve == (options.output is not None):
        raise CorpusError(
            gettext("Expected either -o with a sheet to write or --serve, got both or neither; choose one.")
        )
    if options.output is not None:
        refuse_existing(options.output, force=options.force)
    codebook = codebook_of(options.codebook)
    corpus = Corpus(settings.CORPUS)
    reports, labels = corpus.reports(options.month), labels_of_corpus(codebook)
    tagger = tagger_of(options.model, options.codebook)
    say_what_is_unlabelled(tagger)
    step(gettext("choosing the reports that are worth a look"))
    picks = choose(tagger, reports, labels=labels, count=options.count, random_state=options.seed)
    if not picks:
        say(gettext("{value}, so there is nothing to review").format(value=counted(picks)))
        return
    if options.serve:
        _serve(options, corpus, picks, codebook, labels)
        return
    write_sheet(options.output, picks, codebook, labels=labels, unlabelled=tagger.unlabelled_themes, lang=options.lang)
    say(
        gettext("wrote {output}: {value}; fill it in, then: diaoyan label {output}").format(
            output=options.output, value=counted(picks)
        )
    )


def _serve(
    options: argparse.Namespace, corpus: Corpus, picks: Sequence[Pick], codebook: Codebook, labels: Mapping[str, Label]
) -> None:
    from datetime import date

    from diaoyan.review import counted
    from diaoyan.review.server import Session, serve

    session = Session(
        corpus, picks, codebook, labels=labels, who=options.who, when=date.today().isoformat(), lang=options.lang
    )

    def ready(address: str) -> None:
        say(
            gettext("{value}: answer on {address}; each answer is kept at once; to end: Ctrl-C").format(
                value=counted(picks), address=address
            )
        )
        show(address, wanted=options.open)

    with contextlib.suppress(KeyboardInterrupt):  # which is how a review ends
        serve(session, port=options.port, ready=ready)
    say(
        gettext("{count} answered, in {value}; to learn from them: diaoyan retrain").format(
            count=len(session.answers), value=settings.CORPUS / "labels.csv"
        )
    )


def label(options: argparse.Namespace) -> None:
    """Take filled-in review sheets back into the labels, and name every row that cannot be used."""
    from diaoyan.corpus import Corpus
    from diaoyan.review import read_sheet
    from diaoyan.review.checks import spans

    codebook = codebook_of(options.codebook)
    corpus = Corpus(settings.CORPUS)
    refused = 0
    if not corpus.months():
        corpus.reports()  # refuses an empty corpus, before a lock makes its folder
    with corpus.locked():
        reports = corpus.reports()
        for file in options.files:
            answers = read_sheet(file, codebook, reports, who=options.who, when=options.when)
            for sentence in answers.refused:
                say(sentence)
            if answers.missing:
                say(
                    gettext("{file}: rows that were written and are not in it: {rows}").format(
                        file=file, rows=spans(answers.missing)
                    )
                )
            refused += len(answers.refused)
            say(
                gettext("{file}: {value} in {value2}; {answers}").format(
                    file=file,
                    value=corpus.label(answers.labels, codebook),
                    value2=settings.CORPUS / "labels.csv",
                    answers=answers,
                )
            )
    if refused:
        raise CorpusError(
            gettext("Rows that could not be used: {refused}; correct them and take the file in again.").format(
                refused=refused
            )
        )


def months(options: argparse.Namespace) -> None:
    """List the months of the corpus."""
    from diaoyan.corpus import Corpus

    corpus = Corpus(settings.CORPUS)
    labels = corpus.labels(codebook_of(None))
    table = corpus.overview(labels)
    table["in_review"] = [_in_review(settings.MONTHS / month / "tags.csv", labels) for month in table["month"]]
    emit(text_of(table, _HEADS), None, force=False)


def _in_review(tags: Path, labels: Mapping[str, Label]) -> int:
    """Return how many of a month's tags a person should look at and nobody has labelled."""
    if not tags.is_file():
        return 0
    with tags.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("needs_review") == "true"]
    return sum(row["report_id"] not in labels for row in rows)


def remove(options: argparse.Namespace) -> None:
    """Take a month or a compilation out of the corpus."""
    from diaoyan.corpus import Corpus

    corpus = Corpus(settings.CORPUS)
    if not corpus.months() and not corpus.last_step():
        corpus.found(options.what)  # refuses an empty corpus, before a lock makes its folder
    with corpus.locked():
        if options.yes and corpus.last_step() == f"remove {options.what}":  # the same command, given again
            say(gettext("{what} was taken out already; to take it back: diaoyan undo").format(what=options.what))
            return
        reports = corpus.found(options.what)
        labels = corpus.labels(codebook_of(None))
        labelled = sum(report.report_id in labels for report in reports)
        sources = ", ".join(sorted({report.source or report.compilation or "" for report in reports}))
        say(
            gettext("{what}: {count} reports, {labelled} of them labelled, from {sources}").format(
                what=options.what, count=len(reports), labelled=labelled, sources=sources
            )
        )
        for report in reports[:5]:
            say(f"  {number_shown(report.month, report.no)} {report.title}")
        if len(reports) > 5:
            say(gettext("  and {value} more").format(value=len(reports) - 5))
        if not options.yes:
            say(gettext("nothing was changed; to take them out, say --yes as well"))
            return
        count = corpus.remove(reports, what=options.what)
    say(gettext("{count} reports taken out; their labels are kept; to take it back: diaoyan undo").format(count=count))


def undo(options: argparse.Namespace) -> None:
    """Take back the last adding, removing or labelling."""
    from diaoyan.corpus import Corpus

    say(gettext("taken back: {value}; once more does it again").format(value=Corpus(settings.CORPUS).undo()))


def models(options: argparse.Namespace) -> None:
    """List the models, or put one of them into use."""
    from diaoyan.models import listing, use

    if options.use:
        before = use(options.use)
        say(
            gettext("in use: {use}").format(use=options.use)
            + (gettext(", before: {before}").format(before=before) if before != options.use else "")
        )
        return
    table = listing()
    table["in_use"] = table["in_use"].map({True: "*", False: ""})
    emit(text_of(table, _HEADS), None, force=False)


def themes(options: argparse.Namespace) -> None:
    """List the themes known so far with their identities."""
    from diaoyan.discovery.identity import ThemeRegister

    lines = ThemeRegister.read(settings.MODELS / "themes.json").lines()
    emit("".join(f"{line}\n" for line in lines), None, force=False)


def adopt(options: argparse.Namespace) -> None:
    """Take a theme that was found into the codebook."""
    from diaoyan.corpus import Corpus
    from diaoyan.discovery.identity import adopt as adopted

    # Read, changed and written under one lock, which a retraining holds too.
    with Corpus(settings.CORPUS).locked():
        register, theme = adopted(
            options.theme,
            codebook_of(options.codebook),
            id=options.id,
            zh=options.zh,
            en=options.en,
            file=settings.CODEBOOK,
            register=settings.MODELS / "themes.json",
        )
    say(
        gettext("wrote {CODEBOOK}: {zh} ({id}) with the seed words {names}").format(
            CODEBOOK=settings.CODEBOOK, zh=theme.zh, id=theme.id, names="、".join(theme.seeds)
        )
    )
    say(
        gettext("seed words that are not this theme's alone can be taken out there by hand: {CODEBOOK}").format(
            CODEBOOK=settings.CODEBOOK
        )
    )
    say(
        gettext("it is tagged by these words and what they mean; to learn its labels: diaoyan retrain {value}").format(
            value=register.months_[-1]
        )
    )
