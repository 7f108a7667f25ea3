"""The whole job on the built-in sample: four compilations in, themes, tags and figures out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from diaoyan import settings
from diaoyan.compilation import split
from diaoyan.corpus import Corpus, read_labels
from diaoyan.discovery import LdaThemes, TfidfThemes
from diaoyan.discovery.output import write_discovery
from diaoyan.language import gettext, in_each, message
from diaoyan.models import save_tagger
from diaoyan.tagging import Tagger, evaluate
from diaoyan.tagging.table import tags_table
from diaoyan.theme_report import gather, write_theme_report
from diaoyan.writing import write_csv

Say = Callable[[str], None]
SOURCES = message("the sample of four compilations that ships with diaoyan, invented and labelled for it.")


def run(folder: Path, *, say: Say, step: Say = lambda text: None, random_state: int = 0) -> None:
    """Do the whole job in `folder`, telling `say` what was done and `step` what is being done.

    The tags in ``tags.csv`` are the classifier's own; the figures show the sample's labels where there are any, and
    the confusion is that of held-out reports.
    """
    sample = settings.shipped("sample")
    corpus = Corpus(folder / "corpus")
    for name in ("2025-03.txt", "2025-04.docx", "2025-05.pdf", "2025-06.txt"):
        step(gettext("splitting {file}").format(file=name))
        compilation = split(sample / name)
        corpus.add(compilation.reports)
        say(compilation.summary().splitlines()[0])
    reports = corpus.reports()
    step(gettext("finding the themes of {count} reports").format(count=len(reports)))
    tfidf = TfidfThemes(random_state=random_state).fit(reports)
    found = (tfidf, LdaThemes(random_state=random_state).fit(tfidf.material_))
    for themes in found:
        write_discovery(themes, folder / themes.method, source=_source(len(reports), sum(r.has_text for r in reports)))
        stable = sum(cluster.stable for cluster in themes.clusters_)
        say(
            gettext("{method}: {count} themes, {stable} of them stable").format(
                method=themes.method, count=len(themes.clusters_), stable=stable
            )
        )
    tagger = Tagger(random_state=random_state)
    labels = read_labels(sample / "labels.csv", tagger.codebook)
    step(gettext("measuring on held-out reports"))
    evaluation = evaluate(tagger, reports, labels=labels, random_state=random_state)
    step(gettext("training on {count} labelled reports").format(count=len(labels)))
    tagger.fit(reports, labels)
    save_tagger(folder / "model", tagger, evaluation=evaluation, sources=in_each(lambda: gettext(SOURCES)))
    low, high = evaluation.interval
    say(
        gettext(
            "classifier: macro-F1 {macro_f1:.2f} ({low:.2f} to {high:.2f}) on {count} reports it had not seen"
        ).format(macro_f1=evaluation.macro_f1, low=low, high=high, count=len(evaluation.truth))
    )
    header, rows = tags_table(tagger.tag(reports), tagger.codebook)
    write_csv(folder / "tags.csv", header, rows)
    step(gettext("gathering the facts of {count} reports").format(count=len(reports)))
    facts = gather(reports, tagger, labels=labels, evaluation=evaluation, found=found, random_state=random_state)
    step(gettext("drawing the figures and writing the documents"))
    write_theme_report(facts, folder)


def _source(total: int, with_text: int) -> str:
    return f"来源：4部汇编；共{total}篇，{with_text}篇有正文"
