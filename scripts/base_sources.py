"""The texts that ``models/base`` is fitted on besides the sample, with their themes: annotated ones and weak ones."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from diaoyan.corpus import Label, read_labels
from diaoyan.preprocess import cut_sections
from diaoyan.report import Report
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features
from diaoyan.tagging.weak import densities
from diaoyan.themes import OTHER

ANNOTATIONS = Path(__file__).resolve().parents[1] / "data" / "annotations" / "labels.csv"
#: Share of a text's words that are seeds of a theme from which a weak label leaves that theme open.
OPEN = 0.05
#: How much a weak example counts; an annotated one, and one of the sample, counts HAND. Heavier weak ones find no more
#: in folds of the annotated texts, and less in a source that was left out.
HAND, NEWS, POLICY, STATUTE, GENERAL = 5.0, 0.1, 0.1, 0.04, 0.06
#: Share of a gold report's runs of RUN characters from which a text resembles it.
ALIKE, RUN = 0.2, 8

Item = tuple[Report, str, float]


def corpus(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the items of one corpus, but for those that resemble a report of the gold."""
    runs, lengths = gold_runs(folder)
    with gzip.open(folder / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for item in map(json.loads, lines):
            shared = Counter(number for run in runs.keys() & _runs(item["text"] or "") for number in runs[run])
            if all(count <= max(5, ALIKE * lengths[number]) for number, count in shared.items()):
                yield item


@cache
def gold_runs(folder: Path) -> tuple[dict[str, list[int]], list[int]]:
    """Return in which gold reports each run of characters stands, and how many runs each report has."""
    where: dict[str, list[int]] = defaultdict(list)
    with open(folder / "gold" / "dev.jsonl", encoding="utf-8") as lines:
        runs = [_runs(json.loads(line)["text"] or "") for line in lines]
    for number, found in enumerate(runs):
        for run in found:
            where[run].append(number)
    return where, [len(found) for found in runs]


def _runs(text: str) -> set[str]:
    signs = re.sub("[^\u4e00-\u9fff]", "", text)
    return {signs[start : start + RUN] for start in range(len(signs) - RUN)}


def news(folder: Path) -> Iterator[Report]:
    """Yield broadcast news."""
    for item in corpus(folder, "news"):
        yield Report(item["id"], item["title"], text=item["text"])


def newspapers(folder: Path) -> Iterator[tuple[Report, str]]:
    """Yield web newspapers with their class."""
    for item in corpus(folder, "sogouc3000"):
        yield Report(item["id"], "", text=item["text"]), item["label"]


def policy(folder: Path) -> Iterator[tuple[Report, str]]:
    """Yield the beginnings of Chinese policy documents with the theme of their source."""
    for item in corpus(folder, "policy_themes"):
        chinese = len(re.findall("[\u4e00-\u9fff]", item["text"]))
        sections = cut_sections(item["text"])
        if chinese > 0.5 * len(item["text"]) and sections:
            yield Report(item["id"], item["title"] or "", text="\n".join(sections[:2])), item["label"]


def work_report_sections(folder: Path) -> Iterator[Report]:
    """Yield sections of government work reports since 2000: the genre's own words on every subject."""
    for item in corpus(folder, "work_reports"):
        if (item["date"] or item["title"] or "")[:4] >= "2000":
            for number, section in enumerate(cut_sections(item["text"])):
                yield Report(f"{item['id']}-{number}", "", text=section)


def digest(report: Report) -> str:
    """Return what stands for a report in the annotations."""
    return hashlib.sha256(f"{report.title}\n{report.text}".encode()).hexdigest()[:12]


@cache
def labels_by_digest() -> dict[str, Label]:
    """Return the labels of texts that were read, by digest."""
    return read_labels(ANNOTATIONS, None)


def annotated(reports: Iterable[Report], features: Features) -> tuple[Examples, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return the annotated ones among the reports, and which of them were drawn at random."""
    labels, chosen = labels_by_digest(), {}
    for report in reports:
        if digest(report) in labels:
            chosen[digest(report)] = report
    given = {report.report_id: labels[key] for key, report in chosen.items()}
    examples = Examples.labelled(list(chosen.values()), given, features)
    others = [dict(labels[key].others) for key in chosen]
    for row, other in enumerate(others):
        for theme in filter(None, other["open"].split(";")):
            examples.known[row, features.codebook.ids.index(theme)] = False
    return examples, np.array([other["drawn"] == "random" for other in others])


def weak_news(reports: Iterable[Report], features: Features, *, most: int = 4000) -> Iterator[Item]:
    """Yield news by chance, with the theme its title announces, or `other` where it announces none.

    The title is left out then. What has no theme in its title has its share of seed words in the text all the same:
    such examples teach what a passing mention is.
    """
    long = [report for report in reports if unread(report) and len(report.text) > 150]
    classes = (*features.codebook.ids, OTHER)
    for row in np.random.default_rng(0).permutation(len(long))[:most]:
        title = features.read([Report(long[row].report_id, long[row].title)])
        named = [number for number, density in enumerate(densities(title, features)[0, 0]) if density > 0]
        if len(named) <= 1:
            bare = Report(long[row].report_id, "", text=long[row].text)
            yield bare, classes[named[0] if named else -1], NEWS


def weak_policy(items: Iterable[tuple[Report, str]]) -> Iterator[Item]:
    """Yield policy documents by source; statutes teach genre more than theme and count less."""
    for report, theme in items:
        if unread(report):
            yield report, theme, STATUTE if report.report_id.startswith("laws_") else POLICY


def weak_general(folder: Path, papers: Iterable[tuple[Report, str]]) -> Iterator[Item]:
    """Yield newspaper texts and titles of classes whose theme is plain: sport is `other`, shares are finance."""
    for report, label in papers:
        if label not in {"IT", "财经"} and unread(report):
            yield report, OTHER, GENERAL
    themes = {
        "财经": "finance",
        "股票": "finance",
        "体育": OTHER,
        "娱乐": OTHER,
        "教育": OTHER,
        "社会": OTHER,
        "游戏": OTHER,
    }
    left = dict.fromkeys(themes, 150)
    for item in corpus(folder, "thucnews_titles"):
        if "-dev-" in item["id"] and left.get(item["label"], 0):
            left[item["label"]] -= 1
            yield Report(item["id"], item["title"]), themes[item["label"]], GENERAL


def unread(report: Report) -> bool:
    """Return whether nobody has annotated the report."""
    return digest(report) not in labels_by_digest()


def by_source(items: Iterable[Item], features: Features) -> Examples:
    """Return items with one weak theme each; what else their seed words hint at is left open."""
    reports, labels, weights = zip(*items, strict=True)
    classes = (*features.codebook.ids, OTHER)
    readings = features.read(reports)
    primary = np.array([classes.index(label) for label in labels])
    carried = np.zeros((len(readings), len(classes)), dtype=bool)
    carried[np.arange(len(readings)), primary] = True
    hinted = np.column_stack([densities(readings, features).max(1) > OPEN, np.zeros(len(readings), dtype=bool)])
    return Examples(
        readings, carried, carried | ~hinted, primary, np.array(weights), np.arange(len(readings)),
        np.zeros(len(readings), dtype=bool),
    )  # fmt: skip
