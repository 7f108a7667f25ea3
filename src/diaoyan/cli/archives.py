"""What tag, train and discover do with an archive: Parquet, read part by part, by several processes if wanted."""

from __future__ import annotations

import argparse
from pathlib import Path

from diaoyan.cli.arguments import codebook_of
from diaoyan.cli.progress import advance
from diaoyan.cli.speaking import say
from diaoyan.errors import CorpusError


def tag(options: argparse.Namespace) -> None:
    """Tag an archive into a folder of Parquet parts."""
    from diaoyan.archive import tag_archive

    if len(options.inputs) != 1 or options.output is None or options.output.suffix != ".parquet":
        raise CorpusError(
            "Expected one archive and an output that ends in .parquet with --workers or --scheduler, as in: "
            "diaoyan tag ARCHIVE.parquet -o OUT.parquet --workers 2"
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
    found = f", {done.skipped} of them found done" if done.skipped else ""
    say(f"wrote {options.output}: {done.reports} reports tagged in {done.partitions} parts{found}")


def train(options: argparse.Namespace) -> None:
    """Train a classifier on the labelled reports of an archive."""
    from diaoyan.archive import train_archive

    if options.labels is None:
        raise CorpusError("Expected --labels with --archive, got none; name the CSV of labels.")
    done = train_archive(
        options.archive,
        options.output,
        labels=options.labels,
        codebook=codebook_of(options.codebook),
        workers=options.workers,
        scheduler=options.scheduler,
        random_state=options.seed,
        say=say,
        force=options.force,
    )
    say(f"wrote {options.output}: learned from {done.learned} of {done.reports} reports, {done.held_out} held out")


def discover(options: argparse.Namespace) -> None:
    """Find the themes of an archive by LDA."""
    from diaoyan.archive import discover_archive

    if options.method != "lda" or options.free or not isinstance(options.themes, int) or options.input is None:
        raise CorpusError(
            "Expected an archive, --method lda and a number of --themes with --workers or --scheduler, as in: "
            "diaoyan discover ARCHIVE.parquet --method lda --themes 10 --workers 2 -o DIR"
        )
    done = discover_archive(
        Path(options.input),
        options.output,
        codebook=codebook_of(options.codebook),
        themes=options.themes,
        workers=options.workers,
        scheduler=options.scheduler,
        random_state=options.seed,
        say=say,
        force=options.force,
    )
    for theme, size in zip(done.themes, done.sizes, strict=True):
        say(f"{theme}: {size} reports")
    say(f"wrote {options.output}: {done.reports} reports, {done.sections} sections")
