"""The verb that finds themes: discover."""

from __future__ import annotations

import argparse
from pathlib import Path

from diaoyan.cli import archives
from diaoyan.cli.arguments import codebook_of, reports_of
from diaoyan.cli.progress import step
from diaoyan.cli.speaking import say, show
from diaoyan.language import gettext


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
