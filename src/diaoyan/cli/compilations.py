"""The verbs that read compilations: split, add."""

from __future__ import annotations

import argparse
from pathlib import Path

from diaoyan import settings
from diaoyan.cli.arguments import compilations_of
from diaoyan.cli.progress import step
from diaoyan.cli.speaking import emit, say
from diaoyan.errors import CorpusError
from diaoyan.language import gettext


def split(options: argparse.Namespace) -> None:
    """Split compilations into reports."""
    from diaoyan.report import to_jsonl
    from diaoyan.writing import printable, refuse_existing

    several = len(options.files) > 1
    to_stdout = options.output is not None and str(options.output) == "-"
    if to_stdout:
        options.output = None
    if options.output is not None and not options.output.name:
        raise CorpusError(
            gettext("Expected a name for the result, got {value!r}; add one, such as out.jsonl.").format(
                value=str(options.output)
            )
        )
    targets: list[Path] = []
    if options.output is not None:
        named = options.output if options.output.suffix == ".jsonl" else Path(f"{options.output}.jsonl")
        targets = [options.output / f"{file.stem}.jsonl" for file in options.files] if several else [named]
        if len(set(targets)) < len(targets):
            raise CorpusError(gettext("Two of the files have the same name without its ending; split them one by one."))
        for path in targets:
            refuse_existing(path, force=options.force)
    results = compilations_of(options.files, options.month, done=gettext("written"))
    for number, result in enumerate(results):
        say(result.summary())
        if options.explain:
            say(result.overview())
        if targets or to_stdout:
            emit(to_jsonl(result.reports), targets[number] if targets else None, force=options.force)
        elif not options.explain:
            emit(printable(result.overview()) + "\n", None, force=options.force)


def add(options: argparse.Namespace) -> None:
    """Split compilations and store their reports in the corpus."""
    from diaoyan.corpus import Corpus
    from diaoyan.inputs import TABLES, read_reports

    corpus = Corpus(settings.CORPUS)
    tables = {file: read_reports(file) for file in options.files if file.suffix.lower() in TABLES}
    files = [file for file in options.files if file not in tables]
    results = dict(zip(files, compilations_of(files, options.month, done=gettext("added")), strict=True))
    step(gettext("storing the reports"))
    for file in options.files:
        if file in results:
            say(results[file].summary())
        reports = tables.get(file) or results[file].reports
        say(
            gettext("{file}: {value} in {CORPUS}").format(
                file=file.name, value=corpus.add(reports), CORPUS=settings.CORPUS
            )
        )
