"""The verbs of a new month: retrain, review, label, models, themes, adopt."""

from __future__ import annotations

import argparse
import contextlib
import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.cli.arguments import codebook_of, compilations_of, labels_of_corpus, tagger_of
from diaoyan.cli.speaking import say, say_what_is_unlabelled, show
from diaoyan.errors import CorpusError

if TYPE_CHECKING:
    from diaoyan.corpus import Corpus, Label
    from diaoyan.review import Pick
    from diaoyan.themes import Codebook


def retrain(options: argparse.Namespace) -> None:
    """Take a month in, tag it, put it up for review, and learn from everything labelled so far."""
    from diaoyan.monthly import Places, take_in

    results = compilations_of(options.files, options.month, done="added")
    for result in results:
        say(result.summary())
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
    )
    if done is not None:
        if done.repeated:
            taken = "" if done.in_use == done.entry.model else f" ({done.entry.model} was {done.entry.decision})"
            say(
                f"nothing was labelled since {done.entry.model} was trained, so there is nothing to learn; "
                f"in use: {done.in_use}{taken}"
            )
            return
        say(f"{done.entry.model}: {done.comparison}")
        say(f"{done.entry.decision}; in use: {done.in_use}")
        if done.choice:
            say(done.choice)


def review(options: argparse.Namespace) -> None:
    """Put the reports that are most worth a person's look on a sheet, or on a page that keeps each answer."""
    from diaoyan.corpus import Corpus
    from diaoyan.review import choose, counted, write_sheet
    from diaoyan.writing import refuse_existing

    if options.serve == (options.output is not None):
        raise CorpusError("Expected either -o with a sheet to write or --serve, got both or neither; choose one.")
    if options.output is not None:
        refuse_existing(options.output, force=options.force)
    codebook = codebook_of(options.codebook)
    corpus = Corpus(settings.CORPUS)
    reports, labels = corpus.reports(options.month), labels_of_corpus(codebook)
    tagger = tagger_of(options.model, options.codebook)
    say_what_is_unlabelled(tagger)
    picks = choose(tagger, reports, labels=labels, count=options.count, random_state=options.seed)
    if not picks:
        say(f"{counted(picks)}, so there is nothing to review")
        return
    if options.serve:
        _serve(options, corpus, picks, codebook, labels)
        return
    write_sheet(options.output, picks, codebook, labels=labels, unlabelled=tagger.unlabelled_themes, lang=options.lang)
    say(f"wrote {options.output}: {counted(picks)}; fill it in, then: diaoyan label {options.output}")


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
        say(f"{counted(picks)}: answer on {address}; each answer is kept at once; to end: Ctrl-C")
        show(address, wanted=options.open)

    with contextlib.suppress(KeyboardInterrupt):  # which is how a review ends
        serve(session, port=options.port, ready=ready)
    say(f"{len(session.answers)} answered, in {settings.CORPUS / 'labels.csv'}; to learn from them: diaoyan retrain")


def label(options: argparse.Namespace) -> None:
    """Take filled-in review sheets back into the labels, and name every row that cannot be used."""
    from diaoyan.corpus import Corpus
    from diaoyan.review import read_sheet

    codebook = codebook_of(options.codebook)
    corpus = Corpus(settings.CORPUS)
    reports = corpus.reports()
    refused = 0
    for file in options.files:
        answers = read_sheet(file, codebook, reports, who=options.who, when=options.when)
        for sentence in answers.refused:
            say(sentence)
        refused += len(answers.refused)
        say(f"{file}: {corpus.label(answers.labels, codebook)} in {settings.CORPUS / 'labels.csv'}; {answers}")
    if refused:
        raise CorpusError(f"Rows that could not be used: {refused}; correct them and take the file in again.")


def months(options: argparse.Namespace) -> None:
    """List the months of the corpus."""
    from diaoyan.corpus import Corpus

    corpus = Corpus(settings.CORPUS)
    labels = corpus.labels(codebook_of(None))
    table = corpus.overview(labels)
    table["in_review"] = [_in_review(settings.MONTHS / month / "tags.csv", labels) for month in table["month"]]
    sys.stdout.write(table.to_string(index=False) + "\n")


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
    reports = corpus.found(options.what)
    labels = corpus.labels(codebook_of(None))
    labelled = sum(report.report_id in labels for report in reports)
    sources = ", ".join(sorted({report.source or report.compilation or "" for report in reports}))
    say(f"{options.what}: {len(reports)} reports, {labelled} of them labelled, from {sources}")
    for report in reports[:5]:
        say(f"  {report.no or ''} {report.title}")
    if len(reports) > 5:
        say(f"  and {len(reports) - 5} more")
    if not options.yes:
        say("nothing was changed; to take them out, say --yes as well")
        return
    count = corpus.remove(reports, what=options.what)
    say(f"{count} reports taken out; their labels are kept; to take it back: diaoyan undo")


def undo(options: argparse.Namespace) -> None:
    """Take back the last adding, removing or labelling."""
    from diaoyan.corpus import Corpus

    say(f"taken back: {Corpus(settings.CORPUS).undo()}; once more does it again")


def models(options: argparse.Namespace) -> None:
    """List the models, or put one of them into use."""
    from diaoyan.models import choose, listing

    if options.use:
        before = choose(options.use)
        say(f"in use: {options.use}" + (f", before: {before}" if before != options.use else ""))
        return
    table = listing()
    table["in_use"] = table["in_use"].map({True: "*", False: ""})
    sys.stdout.write(table.to_string(index=False) + "\n")


def themes(options: argparse.Namespace) -> None:
    """List the themes known so far with their identities."""
    from diaoyan.discovery.identity import ThemeRegister

    for line in ThemeRegister.read(settings.MODELS / "themes.json").lines():
        sys.stdout.write(f"{line}\n")


def adopt(options: argparse.Namespace) -> None:
    """Take a theme that was found into the codebook."""
    from diaoyan.discovery.identity import ThemeRegister
    from diaoyan.writing import write_text

    register = ThemeRegister.read(settings.MODELS / "themes.json")
    codebook = codebook_of(options.codebook)
    theme = register.adopt(options.theme, codebook, id=options.id, zh=options.zh, en=options.en)
    write_text(settings.CODEBOOK, codebook.adding(theme).to_toml())
    register.write(settings.MODELS / "themes.json")
    say(f"wrote {settings.CODEBOOK}: {theme.zh} ({theme.id}) with the seed words {'、'.join(theme.seeds)}")
    say(f"seed words that are not this theme's alone can be taken out there by hand: {settings.CODEBOOK}")
    say(f"it is tagged by these words and what they mean; to learn its labels: diaoyan retrain {register.months_[-1]}")
