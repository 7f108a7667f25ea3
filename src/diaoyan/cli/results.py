"""The verbs that make things to look at: demo, discover, report, notebooks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.cli import archives
from diaoyan.cli.arguments import codebook_of, labels_of_corpus, reports_of, tagger_of
from diaoyan.cli.progress import step
from diaoyan.cli.speaking import say, say_what_is_unlabelled, show
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, spoken

if TYPE_CHECKING:
    from diaoyan.report import Report


def demo(options: argparse.Namespace) -> None:
    """Do the whole job on the built-in sample."""
    from diaoyan import demo
    from diaoyan.writing import filling, refuse_existing

    refuse_existing(options.output, force=options.force)
    with filling(options.output) as folder:
        demo.run(folder, say=say, step=step, random_state=options.seed)
    say(
        gettext(
            "wrote {output}: shares.png, words.png, map.png, confusion.png, tags.csv and what lies beside them"
        ).format(output=options.output)
    )


def discover(options: argparse.Namespace) -> None:
    """Find the themes of reports, and say what was found."""
    from diaoyan.discovery import LdaThemes, TfidfThemes
    from diaoyan.discovery.output import source_line, write_discovery
    from diaoyan.discovery.subthemes import shipped
    from diaoyan.writing import filling, refuse_existing

    if options.workers or options.scheduler:
        archives.discover(options)
        return
    refuse_existing(options.output, force=options.force)
    reports = reports_of([options.input] if options.input else [])
    kind = {"tfidf": TfidfThemes, "lda": LdaThemes}[options.method]
    step(gettext("finding the themes of {count} reports").format(count=len(reports)))
    given = isinstance(options.themes, Path)  # --themes takes a codebook in every verb, and here a number too
    themes = kind(
        codebook_of(options.themes if given else options.codebook),
        themes="auto" if given else options.themes,
        free=options.free,
        algorithm=options.algorithm,
        words=options.words,
        random_state=options.seed,
    ).fit(reports)
    sub = themes.codebook.id_of(options.sub) if options.sub else None
    within = themes.within(sub, shipped(sub)) if sub else None
    with_text = sum(report.has_text for report in reports)
    step(gettext("drawing the figures and writing the documents"))
    with filling(options.output) as folder:
        write_discovery(themes, folder, source=source_line(len(reports), with_text, options.lang), lang=options.lang)
        if sub and within is not None:
            part = within.material_.reports
            read = sum(report.has_text for report in part)
            write_discovery(within, folder / sub, source=source_line(len(part), read, options.lang), lang=options.lang)
    if with_text < len(reports):
        say(
            gettext("{value} of {count} reports have no text: placed by their titles alone.").format(
                value=len(reports) - with_text, count=len(reports)
            )
        )
    for theme, words in themes.unused_seeds_.items():
        if words and not options.free:
            say(
                gettext("{theme}: {count} seed words do not occur in the corpus, e.g. {names}").format(
                    theme=theme, count=len(words), names="、".join(words[:3])
                )
            )
    if themes.choice_ is not None:
        say(themes.choice_.sentence())
    for cluster in [*themes.clusters_, *(within.clusters_ if within is not None else [])]:
        shown = "、".join(word for word, _ in cluster.words[:6])
        trust = gettext("stability {value:.2f}").format(value=min(cluster.stability, cluster.stability_seeds))
        say(
            gettext("{label}: {size} reports, {trust}: {shown}").format(
                label=cluster.label, size=cluster.size, trust=trust, shown=shown
            )
        )
    say(gettext("wrote {output}").format(output=options.output))
    show(options.output / "topics.html", wanted=options.open)


def report(options: argparse.Namespace) -> None:
    """Draw the theme report."""
    from diaoyan.corpus import Corpus
    from diaoyan.documents.template import empty_document
    from diaoyan.theme_report import Beside, findings, gather, months_of, turn_to_drawing, write_theme_report
    from diaoyan.writing import filling, refuse_existing

    refuse_existing(options.output, force=options.force)
    if options.month and options.inputs:
        raise CorpusError(gettext("Expected either --month or files, got both; leave one of them out."))
    if options.template:
        empty_document(options.template)  # refused before the work rather than after it
    with Beside() as beside:
        before: list[Report] = []
        if options.month:
            reports, before = months_of(Corpus(settings.CORPUS), *options.month)
        else:
            reports = reports_of(options.inputs)
        tagger = tagger_of(options.model, options.codebook)
        say_what_is_unlabelled(tagger)
        labels = labels_of_corpus(tagger.codebook)
        step(gettext("gathering the facts of {count} reports").format(count=len(reports)))
        facts = gather(
            reports, tagger, labels=labels, before=before, theme=options.theme, beside=beside, random_state=options.seed
        )
        step(gettext("drawing the figures and writing the documents"))
        del tagger
        turn_to_drawing()
        texts = {report.report_id: report.text for report in reports} if options.with_texts else None
        with filling(options.output) as folder:
            figures = write_theme_report(facts, folder, lang=options.lang, template=options.template, texts=texts)
    say(gettext("{total} reports, {with_text} with text").format(total=facts.total, with_text=facts.with_text))
    for finding in findings(facts, spoken()):
        say(f"· {finding.text}")
    say(
        gettext("wrote {output}: index.html, report.docx, report.xlsx and, with their facts as CSV, {names}").format(
            output=options.output, names=", ".join(path.name for path in figures)
        )
    )
    show(options.output / "index.html", wanted=options.open)


def notebooks(options: argparse.Namespace) -> None:
    """Copy the notebooks into a folder of the user's."""
    from diaoyan.notebooks import copy_notebooks

    copies = copy_notebooks(options.output, force=options.force)
    say(
        gettext("wrote {output}: {count} notebooks; open them with: jupyter lab {output}").format(
            output=options.output, count=len(copies)
        )
    )
