"""The verbs that file reports under themes: train, evaluate, tag, explain."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.cli import archives
from diaoyan.cli.arguments import codebook_of, has_own_themes, labelled, labels_of_corpus, reports_of, tagger_of
from diaoyan.cli.progress import step
from diaoyan.cli.speaking import emit, say, say_what_is_unlabelled
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, in_each, message
from diaoyan.report import number_shown

if TYPE_CHECKING:
    from diaoyan.corpus import Label
    from diaoyan.report import Report
    from diaoyan.tagging.protocols import By

#: What reports are parted by to be held out.
_BY = {"folds": message("folds"), "time": message("time"), "theme": message("theme"), "source": message("source")}


def train(options: argparse.Namespace) -> None:
    """Train a classifier on the labelled reports, on top of a model or from scratch."""
    if options.archive:
        archives.train(options)
        return
    from diaoyan.corpus import Corpus
    from diaoyan.corpus.labels import naming_only
    from diaoyan.models import BASE, SCRATCH, Learned, Start, in_use, save_tagger
    from diaoyan.tagging import Tagger, evaluate
    from diaoyan.tagging.weak import ENOUGH
    from diaoyan.themes import OTHER
    from diaoyan.writing import refuse_existing

    refuse_existing(options.output, force=options.force)
    codebook = codebook_of(options.codebook)
    tagger = Tagger(codebook, random_state=options.seed)
    path = options.labels or settings.CORPUS / "labels.csv"
    labels: dict[str, Label] = {}
    reports: list[Report] = []
    if options.labels or path.is_file():
        reports, labels = labelled(options.labels, codebook, Corpus(settings.CORPUS).reports)
    own = len(labels)
    own_themes = has_own_themes(codebook)
    start = Start.load(options.start or (BASE if own or own_themes else SCRATCH), reports, codebook=codebook)
    if start.tagger is not None and not own:
        if not own_themes:
            raise CorpusError(
                gettext(
                    "Expected labels to learn from in {path}, found none; label reports, or use --start none."
                ).format(path=path)
            )
        say_what_is_unlabelled(start.tagger)
        sources = in_each(lambda: gettext("no label of its own; {start} and seed words.").format(start=start.name))
        save_tagger(options.output, start.tagger, evaluation=None, sources=sources, learned=Learned({}, start.name))
        say(
            gettext("wrote {output}, from seed words and what {start} knows, without a label (未经标注)").format(
                output=options.output, start=start.name
            )
        )
        return
    if start.tagger is None and not options.no_sample:
        sample, sample_labels = settings.sample()
        sample_labels = naming_only(sample_labels, (*codebook.ids, OTHER))
        known = {report.report_id for report in reports}
        reports += [report for report in sample if report.report_id not in known and report.report_id in sample_labels]
        labels = sample_labels | labels
    rehearsal = None if options.no_sample else start.rehearsal
    evaluation = None
    if start.tagger is None or own >= ENOUGH:
        step(gettext("measuring on held-out reports"))
        evaluation = evaluate(
            tagger, reports, labels=labels, base=start.tagger, rehearsal=rehearsal, random_state=options.seed
        )
    step(gettext("training on {count} labelled reports").format(count=len(labels)))
    tagger.fit(reports, labels, base=start.tagger, rehearsal=rehearsal)
    sources = in_each(
        lambda: (
            gettext("{own} reports labelled in {file}.")
            if len(labels) == own
            else gettext(
                "{count} labelled reports, {own} of them labelled in {file}, the others those of the sample that ships "
                "with diaoyan."
            )
        ).format(count=len(labels), own=own, file=path.name)
    )
    learned = Learned(labels, start.name)
    save_tagger(options.output, tagger, evaluation=evaluation, sources=sources, learned=learned)
    if evaluation is None:
        say(
            gettext(
                "{own} labels are too few to measure on ({ENOUGH} are enough); probabilities are those of {start}"
            ).format(own=own, ENOUGH=ENOUGH, start=start.name)
        )
    else:
        low, high = evaluation.interval
        say(
            gettext(
                "macro-F1 {macro_f1:.3f} ({low:.3f} to {high:.3f}), accuracy {accuracy:.3f} on {count} held-out reports"
            ).format(
                macro_f1=evaluation.macro_f1,
                low=low,
                high=high,
                accuracy=evaluation.accuracy,
                count=len(evaluation.truth),
            )
        )
    how = gettext("from scratch") if start.tagger is None else gettext("on top of {start}").format(start=start.name)
    say(
        gettext("wrote {output}, learned from {own} labels of your own {how}").format(
            output=options.output, own=own, how=how
        )
    )
    if settings.model(in_use()).resolve() != options.output.resolve():
        say(gettext("in use is still {value}; to change that, see: diaoyan models --help").format(value=in_use()))


def evaluate(options: argparse.Namespace) -> None:
    """Measure a classifier on reports it has not seen."""
    from diaoyan.models import BASE, load_tagger
    from diaoyan.tagging import Tagger, evaluate, evaluate_fitted
    from diaoyan.tagging.untaught import for_codebook
    from diaoyan.theme_report.evaluated import write_evaluation
    from diaoyan.writing import filling, refuse_existing

    refuse_existing(options.output, force=options.force)
    if options.model and (options.by or options.codebook or options.repeats):
        raise CorpusError(
            gettext("Expected --model alone, which is tested as it is; leave --by, --repeats and --themes out.")
        )
    if options.sample and (options.inputs or options.labels):
        raise CorpusError(gettext("Expected either --sample or inputs with labels, got both; leave one of them out."))
    by: By = options.by or ("source" if len(options.inputs) > 1 else "folds")
    tagger = load_tagger(options.model) if options.model else Tagger(codebook_of(options.codebook))
    base = None
    if not options.model and has_own_themes(tagger.codebook):
        base = for_codebook(load_tagger(BASE), tagger.codebook)
    sources: dict[str, str] = {}
    if options.sample:
        reports, labels = settings.sample()
    else:
        given: list[tuple[str, Report]] = []

        def reading() -> list[Report]:
            given.extend((name, r) for name in options.inputs or [""] for r in reports_of([name] if name else []))
            return [report for _, report in given]

        reports, labels = labelled(options.labels, tagger.codebook, reading)
        sources = {report.report_id: name for name, report in given}
        if len(sources) < len(reports):
            raise CorpusError(gettext("Expected inputs that share no report, found a report_id in two of them."))
    step(gettext("measuring on held-out reports"))
    common = {"error_rate": options.error_rate, "random_state": options.seed}
    if options.model:
        found = evaluate_fitted(tagger, reports, labels=labels, **common)
    else:
        repeats = options.repeats or 2
        found = evaluate(tagger, reports, labels=labels, by=by, sources=sources, repeats=repeats, base=base, **common)
    how = "model as it is" if options.model else f"by {by}"  # in a file, which reads the same in any language
    with filling(options.output) as folder:
        write_evaluation(found, folder, codebook=tagger.codebook, how=how, lang=options.lang, **common)
    low, high = found.interval
    accuracy = "none" if found.kept_accuracy is None else f"{found.kept_accuracy:.3f}"
    say(
        gettext(
            "{how}: macro-F1 {macro_f1:.3f} ({low:.3f} to {high:.3f}), multi-label "
            "{multilabel_f1:.3f}, Brier {brier:.3f}, ECE {ece:.3f}; {count} held-out tags"
        ).format(
            how=gettext("model as it is") if options.model else gettext("by {by}").format(by=gettext(_BY[by])),
            macro_f1=found.macro_f1,
            low=low,
            high=high,
            multilabel_f1=found.multilabel_f1,
            brier=found.brier,
            ece=found.ece,
            count=len(found.tested),
        )
    )
    caught = sum(one.right or one.tag.needs_review for one in found.tested) / len(found.tested)
    say(
        gettext(
            "not sent to review: {kept:.2f}, accuracy of those {accuracy}; right or in review: {caught:.2f}"
        ).format(kept=found.kept, accuracy=accuracy, caught=caught)
    )
    say(
        gettext("wrote {output}: evaluation.json, predictions.csv, confusion.png, reliability.png, risk.png").format(
            output=options.output
        )
    )


def tag(options: argparse.Namespace) -> None:
    """Tag reports with their themes, an archive part by part."""
    from diaoyan.tables import require_ending, write_table
    from diaoyan.tagging.table import sheet_table, tags_table
    from diaoyan.tagging.tag import standing
    from diaoyan.writing import csv_text, refuse_existing

    parquet = options.output is not None and options.output.suffix == ".parquet"
    if options.workers or options.scheduler or (parquet and options.inputs[0].endswith(".parquet")):
        archives.tag(options)
        return
    if options.output is not None:
        require_ending(options.output)
        refuse_existing(options.output, force=options.force)
    tagger = tagger_of(options.model, options.codebook)
    say_what_is_unlabelled(tagger)
    reports = reports_of(options.inputs)
    step(gettext("tagging {count} reports").format(count=len(reports)))
    tags = tagger.tag(reports, error_rate=options.error_rate)
    labels = labels_of_corpus(tagger.codebook)
    by_hand = sum(report.report_id in labels for report in reports)
    tags = standing(tags, labels, tagger.codebook)
    if options.output is None:
        emit(csv_text(*tags_table(tags, tagger.codebook)), None, force=options.force)
    else:
        heads: dict[str, str] = {}
        if options.output.suffix.lower() == ".xlsx":
            header, rows, heads = sheet_table(tags, tagger.codebook, unlabelled=tagger.unlabelled_themes)
        else:
            header, rows = tags_table(tags, tagger.codebook)
        write_table(options.output, header, rows=rows, heads=heads, title="标签")
        say(gettext("wrote {output}").format(output=options.output))
    without = sum(not report.has_text for report in reports)
    doubtful = sum(tag.needs_review for tag in tags)
    if by_hand:
        say(gettext("{by_hand} reports were labelled by hand, which stands (人工标注)").format(by_hand=by_hand))
    say(
        gettext("{count} reports tagged, {without} of them by title and authors alone; {doubtful} need review").format(
            count=len(tags), without=without, doubtful=doubtful
        )
    )


def explain(options: argparse.Namespace) -> None:
    """Show the words and sentences behind a tag."""
    from diaoyan.tagging.explanation import explain
    from diaoyan.writing import printable

    tagger = tagger_of(options.model, options.codebook)
    reports = reports_of([options.input])
    by_number = [r for r in reports if options.report_id in (str(r.no), number_shown(r.month, r.no))]
    chosen = [report for report in reports if report.report_id == options.report_id] or by_number
    if len(chosen) != 1:
        first = reports[0].report_id if reports else "none"
        what = gettext("{count} reports of number").format(count=len(chosen)) if chosen else gettext("no report")
        raise CorpusError(
            gettext(
                "{input} has {what} {report_id!r}; expected a number or an id of its {count} reports, "
                "such as {first!r}."
            ).format(input=options.input, what=what, report_id=options.report_id, count=len(reports), first=first)
        )
    step(gettext("looking for what decided"))
    found = explain(tagger, chosen[0], theme=options.theme)
    lines = [
        f"{found.title}",
        gettext(
            "{theme}: probability {probability:.2f}, score {score:+.2f} = {bias:+.2f} for any report "
            "{value:+.2f} for its words"
        ).format(
            theme=found.theme,
            probability=found.probability,
            score=found.score,
            bias=found.bias,
            value=found.score - found.bias,
        ),
    ]
    rows = found.frame().head(options.words).itertuples()
    lines += [f"  {row.added:+.3f}  {row.share:4.0%}  {row.word}" for row in rows]
    lines += [f"  {worth:+.2f}  {sentence}" for sentence, worth in found.sentences]
    lines += [
        gettext("  not {theme}: probability {p:.2f}, needed {bar:.2f}").format(theme=theme, p=p, bar=bar)
        for theme, p, bar in found.missing
    ]
    sys.stdout.write("".join(printable(line) + "\n" for line in lines))
