"""What tag, train and discover do with an archive: Parquet, read part by part, by several processes if wanted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from diaoyan.cli.arguments import codebook_of
from diaoyan.cli.progress import advance
from diaoyan.cli.speaking import say
from diaoyan.errors import CorpusError
from diaoyan.language import gettext


def tag(options: argparse.Namespace) -> None:
    """Tag an archive into a folder of Parquet parts."""
    from diaoyan.archive import tag_archive

    if len(options.inputs) != 1 or options.output is None or options.output.suffix != ".parquet":
        raise CorpusError(
            gettext(
                "Expected one archive and an output that ends in .parquet with --workers or --scheduler, "
                "as in: diaoyan tag ARCHIVE.parquet -o OUT.parquet --workers 2"
            )
        )
    done = tag_archive(
        Path(options.inputs[0]),
        options.output,
        model=options.model,
        workers=options.workers,
        scheduler=options.scheduler,
        error_rate=options.error_rate,
        say=say,
        progress=advance,
        force=options.force,
    )
    found = gettext(", {skipped} of them found done").format(skipped=done.skipped) if done.skipped else ""
    say(
        gettext("wrote {output}: {reports} reports tagged in {partitions} parts{found}").format(
            output=options.output, reports=done.reports, partitions=done.partitions, found=found
        )
    )


def _learning(options: argparse.Namespace) -> dict[str, Any]:
    """Return what training and discovery are both told."""
    drawn = {"drawn": options.draw} if options.draw else {}
    return drawn | {
        "codebook": codebook_of(options.codebook),
        "workers": options.workers,
        "scheduler": options.scheduler,
        "random_state": options.seed,
        "say": say,
        "force": options.force,
    }


def train(options: argparse.Namespace) -> None:
    """Train a classifier on the labelled reports of an archive."""
    from diaoyan.archive import train_archive

    if options.labels is None:
        raise CorpusError(gettext("Expected --labels with --archive, got none; name the CSV of labels."))
    done = train_archive(options.archive, options.output, labels=options.labels, **_learning(options))
    say(
        gettext("wrote {output}: learned from {learned} of {labelled} labelled reports among {reports}").format(
            output=options.output, learned=done.learned, labelled=done.labelled, reports=done.reports
        )
    )


def discover(options: argparse.Namespace) -> None:
    """Find the themes of an archive by LDA."""
    from diaoyan.archive import discover_archive

    if options.method != "lda" or options.free or not isinstance(options.themes, int) or options.input is None:
        raise CorpusError(
            gettext(
                "Expected an archive, --method lda and a number of --themes with --workers or "
                "--scheduler, as in: diaoyan discover ARCHIVE.parquet --method lda --themes 10 --workers "
                "2 -o DIR"
            )
        )
    done = discover_archive(Path(options.input), options.output, themes=options.themes, **_learning(options))
    for theme, size in zip(done.themes, done.sizes, strict=True):
        say(gettext("{theme}: {size} reports").format(theme=theme, size=size))
    say(
        gettext("wrote {output}: {reports} reports placed among the themes of {drawn}").format(
            output=options.output, reports=done.reports, drawn=done.drawn
        )
    )
