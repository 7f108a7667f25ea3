"""Tags on real texts.

The classes of sogouc3000 and thucnews_titles are no themes, and there is no
`other` among them, which `Tagger` requires; they are measured by its features and the same linear classifier, with the
name of each class as its only seed word.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from diaoyan.corpus import Label, near_duplicates
from diaoyan.errors import ModelError
from diaoyan.models import load_tagger
from diaoyan.preprocess import Tokenizer, cut_sections
from diaoyan.report import Report, read_jsonl
from diaoyan.tagging import Evaluation, Tagger, evaluate
from diaoyan.tagging.features import Features
from diaoyan.tagging.table import tags_table
from diaoyan.themes import Codebook, Theme
from diaoyan.writing import write_csv
from measures.shared import head, items, row, themed_news


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be given again")


def run(options: argparse.Namespace) -> None:
    """Take each part of the measure in turn."""
    for name in options.only or PARTS:
        PARTS[name](options.data)


def show(what: str, found: Evaluation) -> None:
    """Print the scores of an evaluation."""
    low, high = found.interval
    head("", "macro-F1", "accuracy", "ECE", "kept", "right of the kept", "reports", *found.f1)
    f1 = f"{found.macro_f1:.3f} ({low:.3f} to {high:.3f})"
    row(what, f1, found.accuracy, found.ece, found.kept, found.kept_accuracy, len(found.truth), *found.f1.values())


def by_source(reports: Sequence[Report], labels: dict[str, Label], sources: dict[str, str]) -> dict[str, Evaluation]:
    """Return an evaluation per source, each by what was learned from the others."""
    tagger = Tagger()
    found = evaluate(tagger, reports, labels=labels, by="source", sources=sources)
    return {
        name: Evaluation.of([one for one in found.tested if one.test == name], tagger.classes)
        for name in dict.fromkeys(sources.values())
    }


def by_time(folder: Path) -> None:
    """News before 2025 learned, news from 2025 tested."""
    reports, labels = themed_news(folder)
    sources = {report.report_id: "later" if (report.date or "") >= "2025" else "earlier" for report in reports}
    show("news before 2025 -> from 2025", by_source(reports, labels, sources)["later"])


def genres(folder: Path) -> None:
    """Policy documents and news, each tested by the other."""
    reports, labels = themed_news(folder)
    sources = {report.report_id: "news" for report in reports}
    for item in items(folder, "policy_themes"):
        sections = cut_sections(item["text"])
        if sections and len(re.findall("[\u4e00-\u9fff]", item["text"])) > 0.5 * len(item["text"]):
            reports.append(Report(item["id"], "", text="\n".join(sections[:2])))
            labels[item["id"]], sources[item["id"]] = Label(item["label"]), "policy"
    for name, found in by_source(reports, labels, sources).items():
        show("policy -> news" if name == "news" else "news -> policy", found)


def linear(reports: Sequence[Report], labels: Sequence[str], splits: Sequence[tuple[Any, Any]]) -> tuple[float, float]:
    """Return macro-F1 and accuracy per split of the tagger's features and linear classifier."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, f1_score

    names = sorted(set(labels))
    codebook = Codebook(tuple(Theme(f"c{i}", name, name, (name,)) for i, name in enumerate(names)))
    readings = Features(Tokenizer(terms=names), codebook).read(reports)
    truth = np.array([names.index(label) for label in labels])
    scores = []
    for train, test in splits:
        features = Features(Tokenizer(terms=names), codebook).fit([readings[row] for row in train])
        known = features.rows([readings[row] for row in train]).matrix(features.n_columns)
        asked = features.rows([readings[row] for row in test]).matrix(features.n_columns)
        margins = []
        for number in range(len(names)):
            model = LogisticRegression(
                C=Tagger().C, class_weight="balanced", solver="liblinear", intercept_scaling=10.0, random_state=0
            )
            margins.append(model.fit(known, truth[train] == number).decision_function(asked))
        predicted = np.argmax(margins, axis=0)
        scores.append((f1_score(truth[test], predicted, average="macro"), accuracy_score(truth[test], predicted)))
    macro, accuracy = np.mean(scores, axis=0).tolist()
    return macro, accuracy


def sogou(folder: Path) -> None:
    """Ten classes of web texts, five stratified folds, near-duplicates together."""
    from sklearn.model_selection import StratifiedGroupKFold

    texts = list(items(folder, "sogouc3000"))
    reports = [Report(item["id"], "", text=item["text"]) for item in texts]
    labels = [item["label"] for item in texts]
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    splits = list(folds.split(labels, labels, near_duplicates(reports)))
    macro, accuracy = linear(reports, labels, splits)
    head("", "macro-F1", "accuracy", "reports")
    row("sogouc3000, 5 folds", macro, accuracy, len(texts))


def titles(folder: Path) -> None:
    """Ten classes of titles, learned from dev, tested on test."""
    texts = list(items(folder, "thucnews_titles"))
    reports = [Report(item["id"], item["title"]) for item in texts]
    dev = np.array(["-dev-" in item["id"] for item in texts])
    splits = [(np.flatnonzero(dev), np.flatnonzero(~dev))]
    macro, accuracy = linear(reports, [item["label"] for item in texts], splits)
    head("", "macro-F1", "accuracy", "reports")
    row("thucnews_titles, dev -> test", macro, accuracy, int((~dev).sum()))


def gold(folder: Path) -> None:
    """Tag the gold with the model that ships, and have it scored by the script beside the data."""
    script = folder.resolve().parent / "score" / "score_tags.py"
    if not script.is_file():
        print(f"gold: not scored, no {script.name} beside the data")
        return
    try:
        tagger = load_tagger("base")
    except ModelError as error:
        print(f"gold: {error}")
        return
    with tempfile.TemporaryDirectory() as temporary:
        tags = Path(temporary) / "tags.csv"
        write_csv(tags, *tags_table(tagger.tag(read_jsonl(folder / "gold" / "dev.jsonl")), tagger.codebook))
        print("gold, model that ships:", flush=True)
        subprocess.run([sys.executable, script, folder / "gold" / "dev.tsv", tags], check=True)


PARTS = {"time": by_time, "genres": genres, "sogou": sogou, "titles": titles, "gold": gold}
