"""The command `diaoyan`: verbs that read their arguments, call the library and print. No logic lives here."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.errors import CorpusError, DiaoyanError
from diaoyan.options import new_parser

if TYPE_CHECKING:
    from diaoyan.corpus import Label
    from diaoyan.report import Report
    from diaoyan.tagging.protocols import By
    from diaoyan.themes import Codebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for input that cannot be used, 2 for wrong usage."""
    parser = new_parser()
    options = parser.parse_args(arguments)
    if options.verb is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        _VERBS[options.verb](options)
    except DiaoyanError as error:
        say(f"diaoyan: {' '.join(str(error).split())}")
        return 1
    except BrokenPipeError:
        # Whoever reads our output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        say("diaoyan: interrupted; nothing was left half-written.")
        return 130
    return 0


def say(text: str) -> None:
    """Print a line for the person on stderr; control characters from reports cannot move their cursor."""
    from diaoyan.writing import printable

    print(printable(text), file=sys.stderr, flush=True)


def _emit(text: str, output: Path | None, *, force: bool) -> None:
    from diaoyan.writing import refuse_existing, write_text

    if output is None:
        # Results are UTF-8 with plain line ends wherever they go, whatever the locale says.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    refuse_existing(output, force=force)
    write_text(output, text)
    say(f"wrote {output}")


def _demo(options: argparse.Namespace) -> None:
    from diaoyan import demo
    from diaoyan.writing import filling, refuse_existing

    refuse_existing(options.output, force=options.force)
    with filling(options.output) as folder:
        demo.run(folder, say=say, random_state=options.seed)
    say(f"wrote {options.output}: shares.png, words.png, map.png, confusion.png, tags.csv and what lies beside them")


def _split(options: argparse.Namespace) -> None:
    from diaoyan.compilation import split
    from diaoyan.report import to_jsonl
    from diaoyan.writing import refuse_existing

    several = len(options.files) > 1
    if options.output is not None and not options.output.name:
        raise CorpusError(f"Expected a name for the result, got {str(options.output)!r}; add one, such as out.jsonl.")
    targets = [
        None if options.output is None
        else options.output / f"{file.stem}.jsonl" if several
        else options.output if options.output.suffix == ".jsonl"
        else options.output.with_name(options.output.name + ".jsonl")
        for file in options.files
    ]  # fmt: skip
    if several and len({target for target in targets if target}) < len(options.files) and options.output:
        raise CorpusError("Two of the files have the same name without its ending; split them one by one.")
    for target in targets:
        if target is not None:
            refuse_existing(target, force=options.force)
    results = [split(file, month=options.month) for file in options.files]
    for result, target in zip(results, targets, strict=True):
        say(result.summary())
        if options.explain:
            say(result.explain().to_string(index=False))
        _emit(to_jsonl(result.reports), target, force=options.force)


def _add(options: argparse.Namespace) -> None:
    from diaoyan.compilation import split
    from diaoyan.corpus import Corpus

    corpus = Corpus(settings.CORPUS)
    results = [split(file, month=options.month) for file in options.files]
    for file, result in zip(options.files, results, strict=True):
        say(result.summary())
        say(f"{file.name}: {corpus.add(result.reports)} in {settings.CORPUS}")


def _discover(options: argparse.Namespace) -> None:
    from diaoyan.discovery import LdaThemes, TfidfThemes
    from diaoyan.discovery.output import write_discovery
    from diaoyan.discovery.subthemes import shipped
    from diaoyan.writing import filling, refuse_existing

    refuse_existing(options.output, force=options.force)
    reports = _reports([options.input] if options.input else [])
    kind = {"tfidf": TfidfThemes, "lda": LdaThemes}[options.method]
    given = isinstance(options.themes, Path)  # --themes takes a codebook in every verb, and here a number too
    themes = kind(
        _codebook(options.themes if given else options.codebook),
        themes="auto" if given else options.themes,
        free=options.free,
        algorithm=options.algorithm,
        words=options.words,
        random_state=options.seed,
    ).fit(reports)
    within = themes.within(options.sub, shipped(options.sub)) if options.sub else None
    with_text = sum(report.has_text for report in reports)
    with filling(options.output) as folder:
        write_discovery(themes, folder, source=f"来源：共{len(reports)}篇，{with_text}篇有正文")
        if within is not None:
            part = within.material_.reports
            read = sum(report.has_text for report in part)
            write_discovery(within, folder / options.sub, source=f"来源：共{len(part)}篇，{read}篇有正文")
    if with_text < len(reports):
        say(f"{len(reports) - with_text} of {len(reports)} reports have no text: placed by their titles alone.")
    for theme, words in themes.unused_seeds_.items():
        if words and not options.free:
            say(f"{theme}: {len(words)} seed words do not occur in the corpus, e.g. {'、'.join(words[:3])}")
    if themes.choice_ is not None:
        say(themes.choice_.sentence())
    for cluster in [*themes.clusters_, *(within.clusters_ if within is not None else [])]:
        shown = "、".join(word for word, _ in cluster.words[:6])
        trust = f"stability {min(cluster.stability, cluster.stability_seeds):.2f}"
        say(f"{cluster.label}: {cluster.size} reports, {trust}: {shown}")
    say(f"wrote {options.output}")


def _train(options: argparse.Namespace) -> None:
    from diaoyan.corpus import Corpus, read_labels
    from diaoyan.models import load_tagger, save_tagger
    from diaoyan.tagging import Tagger, evaluate
    from diaoyan.writing import refuse_existing

    refuse_existing(options.output, force=options.force)
    tagger = Tagger(_codebook(options.codebook), random_state=options.seed)
    corpus = Corpus(settings.CORPUS)
    labels = {}
    reports: list[Report] = []
    path = options.labels or settings.CORPUS / "labels.csv"
    if options.labels or path.is_file():
        labels = read_labels(path, tagger.codebook)
        reports = corpus.reports()
        _require_reports(labels, reports, path)
    own = len(labels)
    if options.start:
        if not own:
            raise CorpusError(f"Expected labels to learn from in {path}, found none; see: diaoyan train --help")
        tagger.fit(reports, labels, base=load_tagger(options.start))
        sources = f"{own} reports labelled in {path.name}, starting from the weights of the model {options.start!r}."
        save_tagger(options.output, tagger, evaluation=None, sources=sources)
        say(f"wrote {options.output}, learned from {own} labels on top of {options.start}")
        return
    if not options.no_sample:
        sample, sample_labels = settings.sample()
        known = {report.report_id for report in reports}
        reports += [report for report in sample if report.report_id not in known]
        labels = sample_labels | labels
    evaluation = evaluate(tagger, reports, labels=labels, random_state=options.seed)
    tagger.fit(reports, labels)
    sources = f"{len(evaluation.truth)} labelled reports, {own} of them labelled in {path.name}"
    sources += "." if options.no_sample else ", the others those of the sample that ships with diaoyan."
    save_tagger(options.output, tagger, evaluation=evaluation, sources=sources)
    low, high = evaluation.interval
    say(
        f"macro-F1 {evaluation.macro_f1:.3f} ({low:.3f} to {high:.3f}), accuracy {evaluation.accuracy:.3f} on "
        f"{len(evaluation.truth)} held-out reports"
    )
    say(f"wrote {options.output}")


def _evaluate(options: argparse.Namespace) -> None:
    from diaoyan.corpus import read_labels
    from diaoyan.models import load_tagger
    from diaoyan.tagging import Tagger, evaluate, evaluate_fitted
    from diaoyan.theme_report.evaluated import write_evaluation
    from diaoyan.writing import filling, refuse_existing

    refuse_existing(options.output, force=options.force)
    if options.model and (options.by or options.codebook or options.repeats):
        raise CorpusError("Expected --model alone, which is tested as it is; leave --by, --repeats and --themes out.")
    if options.sample and (options.inputs or options.labels):
        raise CorpusError("Expected either --sample or inputs with labels, got both; leave one of them out.")
    by: By = options.by or ("source" if len(options.inputs) > 1 else "folds")
    tagger = load_tagger(options.model) if options.model else Tagger(_codebook(options.codebook))
    sources: dict[str, str] = {}
    if options.sample:
        reports, labels = settings.sample()
    else:
        path = options.labels or settings.CORPUS / "labels.csv"
        labels = read_labels(path, tagger.codebook)
        given = [(name, report) for name in options.inputs or [""] for report in _reports([name] if name else [])]
        reports, sources = [report for _, report in given], {report.report_id: name for name, report in given}
        if len(sources) < len(reports):
            raise CorpusError("Expected inputs that share no report, found a report_id in two of them.")
        _require_reports(labels, reports, path)
    common = {"error_rate": options.error_rate, "random_state": options.seed}
    if options.model:
        found = evaluate_fitted(tagger, reports, labels=labels, **common)
    else:
        repeats = options.repeats or 2
        found = evaluate(tagger, reports, labels=labels, by=by, sources=sources, repeats=repeats, **common)
    how = "model as it is" if options.model else f"by {by}"
    with filling(options.output) as folder:
        write_evaluation(found, folder, codebook=tagger.codebook, how=how, lang=options.lang, **common)
    low, high = found.interval
    accuracy = "none" if found.kept_accuracy is None else f"{found.kept_accuracy:.3f}"
    say(
        f"{how}: macro-F1 {found.macro_f1:.3f} ({low:.3f} to {high:.3f}), multi-label {found.multilabel_f1:.3f}, "
        f"Brier {found.brier:.3f}, ECE {found.ece:.3f}; {len(found.tested)} held-out tags"
    )
    caught = sum(one.right or one.tag.needs_review for one in found.tested) / len(found.tested)
    say(f"not sent to review: {found.kept:.2f}, accuracy of those {accuracy}; right or in review: {caught:.2f}")
    say(f"wrote {options.output}: evaluation.json, predictions.csv, confusion.png, reliability.png, risk.png")


def _require_reports(labels: Mapping[str, Label], reports: Sequence[Report], path: Path) -> None:
    unknown = sorted(set(labels) - {report.report_id for report in reports})
    if unknown:
        raise CorpusError(f"{path}: {unknown[0]!r} is labelled but not in the corpus; add its compilation first.")


def _tag(options: argparse.Namespace) -> None:
    from diaoyan.models import load_tagger
    from diaoyan.tagging.table import tags_table
    from diaoyan.writing import csv_text, refuse_existing

    if options.output is not None:
        refuse_existing(options.output, force=options.force)
    tagger = load_tagger(options.model)
    reports = _reports(options.inputs)
    tags = tagger.tag(reports, error_rate=options.error_rate)
    mark = "\ufeff" if options.output is not None else ""  # Excel needs it to show Chinese; a pipe does not
    _emit(mark + csv_text(*tags_table(tags, tagger.codebook)), options.output, force=options.force)
    without = sum(not report.has_text for report in reports)
    doubtful = sum(tag.needs_review for tag in tags)
    say(f"{len(tags)} reports tagged, {without} of them by title and authors alone; {doubtful} need review")


def _explain(options: argparse.Namespace) -> None:
    from diaoyan.models import load_tagger
    from diaoyan.tagging.explanation import explain
    from diaoyan.writing import printable

    tagger = load_tagger(options.model)
    reports = {report.report_id: report for report in _reports([options.input])}
    if options.report_id not in reports:
        raise CorpusError(
            f"{options.input} has no report {options.report_id!r}; it has {len(reports)}, the first is "
            f"{next(iter(reports), 'none')!r}."
        )
    found = explain(tagger, reports[options.report_id], theme=options.theme)
    lines = [
        f"{found.title}",
        f"{found.theme}: probability {found.probability:.2f}, score {found.score:+.2f} "
        f"= {found.bias:+.2f} for any report {found.score - found.bias:+.2f} for its words",
    ]
    rows = found.frame().head(options.words).itertuples()
    lines += [f"  {row.added:+.3f}  {row.share:4.0%}  {row.word}" for row in rows]
    lines += [f"  {worth:+.2f}  {sentence}" for sentence, worth in found.sentences]
    lines += [f"  not {theme}: probability {p:.2f}, needed {bar:.2f}" for theme, p, bar in found.missing]
    sys.stdout.write("".join(printable(line) + "\n" for line in lines))


def _report(options: argparse.Namespace) -> None:
    from diaoyan.corpus import Corpus
    from diaoyan.models import load_tagger
    from diaoyan.theme_report import gather, months_of, write_theme_report
    from diaoyan.writing import filling, refuse_existing

    refuse_existing(options.output, force=options.force)
    if options.month and options.inputs:
        raise CorpusError("Expected either --month or files, got both; leave one of them out.")
    before: list[Report] = []
    if options.month:
        reports, before = months_of(Corpus(settings.CORPUS), *options.month)
    else:
        reports = _reports(options.inputs)
    tagger = load_tagger(options.model)
    facts = gather(reports, tagger, before=before, theme=options.theme, random_state=options.seed)
    with filling(options.output) as folder:
        figures = write_theme_report(facts, folder, lang=options.lang, template=options.template)
    say(f"{facts.total} reports, {facts.with_text} with text")
    say(
        f"wrote {options.output}: index.html, report.docx, report.xlsx and, with their facts as CSV, "
        f"{', '.join(path.name for path in figures)}"
    )


def _reports(inputs: Sequence[str]) -> list[Report]:
    from diaoyan.corpus import Corpus
    from diaoyan.inputs import read_reports

    if not inputs:
        return Corpus(settings.CORPUS).reports()
    return [report for source in inputs for report in read_reports(source)]


def _codebook(path: Path | None) -> Codebook:
    from diaoyan.themes import Codebook

    return Codebook.read(path) if path else Codebook.default()


_VERBS: dict[str, Callable[[argparse.Namespace], None]] = {
    "demo": _demo,
    "split": _split,
    "add": _add,
    "discover": _discover,
    "train": _train,
    "evaluate": _evaluate,
    "tag": _tag,
    "explain": _explain,
    "report": _report,
}


if __name__ == "__main__":
    sys.exit(main())
