"""Print the measures of tagging on real texts, and its speed beside a plain script: ``--data DIR`` [``--only NAME``].

DIR holds ``corpora/`` and ``gold/``. The classes of sogouc3000 and thucnews_titles are no themes, and there is no
`other` among them, which `Tagger` requires; they are measured by its features and the same linear classifier, with the
name of each class as its only seed word.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from diaoyan import settings
from diaoyan.corpus import Label, near_duplicates
from diaoyan.errors import ModelError
from diaoyan.models import load_tagger
from diaoyan.preprocess import Tokenizer, cut_sections
from diaoyan.report import Report, read_jsonl, to_jsonl
from diaoyan.tagging import Evaluation, Tagger, evaluate
from diaoyan.tagging.features import Features
from diaoyan.tagging.table import tags_table
from diaoyan.themes import Codebook, Theme
from diaoyan.writing import write_csv

PLAIN = """
import json, sys, time
start = time.perf_counter()
import jieba, logging
jieba.setLogLevel(logging.WARNING)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
train, labels, test = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:4])
jieba.initialize()
fitting = time.perf_counter()
vectorizer = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, sublinear_tf=True)
model = LogisticRegression().fit(vectorizer.fit_transform(train), labels)
fitted = time.perf_counter()
tags = model.predict(vectorizer.transform(test))
print(json.dumps([time.perf_counter() - start, fitted - fitting]))
"""


def main() -> None:
    """Print one line a measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the real texts")
    measures = {"time": by_time, "genres": genres, "sogou": sogou, "titles": titles, "gold": gold, "speed": speed}
    parser.add_argument("--only", choices=measures, action="append", help="one measure; may be given again")
    options = parser.parse_args()
    for name in options.only or measures:
        measures[name](options.data)


def corpus(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the items of one corpus."""
    with gzip.open(folder / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def themed_news(folder: Path) -> tuple[list[Report], dict[str, Label]]:
    """Return the news with a theme; without their titles, which made the theme."""
    items = corpus(folder, "news_weak_themes")
    reports = [Report(item["id"], "", text=item["text"], date=item["date"]) for item in items]
    return reports, {item["id"]: Label(item["label"]) for item in items}


def line(what: str, found: Evaluation) -> str:
    """Return the scores of an evaluation in one line."""
    low, high = found.interval
    f1 = " ".join(f"{name} {value:.2f}" for name, value in found.f1.items())
    return (
        f"{what}: macro-F1 {found.macro_f1:.3f} ({low:.3f} to {high:.3f}), accuracy {found.accuracy:.3f}, ECE "
        f"{found.ece:.3f}, kept {found.kept:.2f} with accuracy {found.kept_accuracy or 0:.3f}, n {len(found.truth)}: "
        f"{f1}"
    )


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
    print(line("news before 2025 -> from 2025", by_source(reports, labels, sources)["later"]), flush=True)


def genres(folder: Path) -> None:
    """Policy documents and news, each tested by the other."""
    reports, labels = themed_news(folder)
    sources = {report.report_id: "news" for report in reports}
    for item in corpus(folder, "policy_themes"):
        sections = cut_sections(item["text"])
        if sections and len(re.findall("[\u4e00-\u9fff]", item["text"])) > 0.5 * len(item["text"]):
            reports.append(Report(item["id"], "", text="\n".join(sections[:2])))
            labels[item["id"]], sources[item["id"]] = Label(item["label"]), "policy"
    for name, found in by_source(reports, labels, sources).items():
        print(line(f"{'policy -> news' if name == 'news' else 'news -> policy'}", found), flush=True)


def linear(reports: Sequence[Report], labels: Sequence[str], splits: Sequence[tuple[Any, Any]]) -> list[float]:
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
    return np.mean(scores, axis=0).tolist()


def sogou(folder: Path) -> None:
    """Ten classes of web texts, five stratified folds, near-duplicates together."""
    from sklearn.model_selection import StratifiedGroupKFold

    items = corpus(folder, "sogouc3000")
    reports = [Report(item["id"], "", text=item["text"]) for item in items]
    labels = [item["label"] for item in items]
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    splits = list(folds.split(labels, labels, near_duplicates(reports)))
    macro, accuracy = linear(reports, labels, splits)
    print(f"sogouc3000, 5 folds: macro-F1 {macro:.3f}, accuracy {accuracy:.3f}, n {len(items)}", flush=True)


def titles(folder: Path) -> None:
    """Ten classes of titles, learned from dev, tested on test."""
    items = corpus(folder, "thucnews_titles")
    reports = [Report(item["id"], item["title"]) for item in items]
    dev = np.array(["-dev-" in item["id"] for item in items])
    splits = [(np.flatnonzero(dev), np.flatnonzero(~dev))]
    macro, accuracy = linear(reports, [item["label"] for item in items], splits)
    print(f"thucnews_titles, dev -> test: macro-F1 {macro:.3f}, accuracy {accuracy:.3f}, n {(~dev).sum()}", flush=True)


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


def speed(folder: Path, *, rounds: int = 3) -> None:
    """Tag 33 reports of 4,500 characters from a cold start, beside a plain script, in turns; then warm."""
    sample, labels = settings.sample()
    text = "\n".join(report.text for report in sample)
    reports = [
        Report(f"r{i}", sample[i].title, text=(text[i * 2000 :] + text)[:4500], month="2025-01") for i in range(33)
    ]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "in.jsonl").write_text(to_jsonl(reports), encoding="utf-8")
        (folder / "plain.py").write_text(PLAIN, encoding="utf-8")
        for name, values in (
            ("train", [f"{r.title}\n{r.text}" for r in sample]),
            ("labels", [labels[r.report_id].primary for r in sample]),
            ("test", [f"{r.title}\n{r.text}" for r in reports]),
        ):
            (folder / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
        ours = [sys.executable, "-m", "diaoyan.cli", "tag", "in.jsonl", "--model", str(settings.shipped("base"))]
        theirs = [sys.executable, "plain.py", "train.json", "labels.json", "test.json"]
        # In turns, so that whatever else the machine does meets both; the best of each counts.
        runs = [(run(ours, folder), run(theirs, folder)) for _ in range(rounds)]
    mine, memory, _ = min((pair[0] for pair in runs), key=lambda found: found[0])
    plain, plain_memory, printed = min((pair[1] for pair in runs), key=lambda found: found[0])
    fitting = json.loads(printed)[1]
    print(f"cold start, 33 reports of 4,500 characters: diaoyan tag {mine:.2f} s and {memory:.0f} MB")
    print(
        f"plain script: {plain:.2f} s and {plain_memory:.0f} MB, {fitting:.2f} s of it fitting; ratio "
        f"{plain / mine:.1f}, without its fitting {(plain - fitting) / mine:.1f}"
    )
    try:
        tagger = load_tagger("base")
    except ModelError as error:
        print(f"warm: {error}")
        return
    tagger.tag(reports[:3])
    start = time.process_time()
    tagger.tag(reports)
    spent = time.process_time() - start
    print(f"warm: {sum(len(r.text) for r in reports) / spent / 1000:.0f} characters a millisecond and core", flush=True)


def run(command: Sequence[str], folder: Path) -> tuple[float, float, str]:
    """Return seconds, peak memory in MB, and what a command printed; a command that fails ends the measure."""
    start = time.perf_counter()
    with open(folder / "out", "w+b") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command[1:4]))} failed with {process.returncode}; nothing was measured.")
    return time.perf_counter() - start, usage.ru_maxrss / 1024, printed


if __name__ == "__main__":
    main()
