"""Fit the model that ships, ``models/base``, on the sample and, with ``--data``, on real corpora.

Only weights go into the repository, never the texts. Usage: ``python scripts/train_base.py [--data DIR] [-o OUT]``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from diaoyan import settings
from diaoyan.models import Learned, save_tagger
from diaoyan.preprocess import cut_sections
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.evaluation import summarise
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features
from diaoyan.tagging.weak import densities, weak_examples
from diaoyan.themes import OTHER

#: Share of a text's words that are seeds of a theme from which a weak label leaves that theme open.
OPEN = 0.05
#: Probability from which seed words are sure of a class.
SURE = 0.9
#: How much an example counts; a hand label of the sample counts HAND.
HAND, NEWS, OTHER_NEWS, SEEDS, POLICY, STATUTE, GENERAL = 3.0, 1.0, 0.5, 0.3, 0.5, 0.2, 0.3

Item = tuple[Report, str, float]


def corpus(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the items of one corpus."""
    with gzip.open(folder / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def themed_news(folder: Path) -> Iterator[Item]:
    """News with a theme given by keywords of the title, which is therefore left out."""
    for item in corpus(folder, "news_weak_themes"):
        yield Report(item["id"], "", text=item["text"]), item["label"], NEWS


def other_news(folder: Path, features: Features, *, most: int = 4000) -> Iterator[Item]:
    """Further news by chance, with the theme its title announces, or `other` where it announces none.

    The title is left out then. What has no theme in its title has its share of seed words in the text all the same:
    such examples teach what a passing mention is.
    """
    themed = {item["id"] for item in corpus(folder, "news_weak_themes")}
    items = [item for item in corpus(folder, "news") if item["id"] not in themed and len(item["text"]) > 150]
    classes = (*features.codebook.ids, OTHER)
    for row in np.random.default_rng(0).permutation(len(items))[:most]:
        title = features.read([Report(items[row]["id"], items[row]["title"])])
        named = [number for number, density in enumerate(densities(title, features)[0, 0]) if density > 0]
        if len(named) <= 1:
            yield Report(items[row]["id"], "", text=items[row]["text"]), classes[named[0] if named else -1], OTHER_NEWS


def work_report_sections(folder: Path, *, most: int = 3000) -> Iterator[Report]:
    """Sections of government work reports since 2000, by chance: the genre's own words on every subject."""
    sections = [
        (f"{item['id']}-{number}", section)
        for item in corpus(folder, "work_reports")
        if (item["date"] or item["title"] or "")[:4] >= "2000"
        for number, section in enumerate(cut_sections(item["text"]))
    ]
    for row in np.random.default_rng(0).permutation(len(sections))[:most]:
        yield Report(sections[row][0], "", text=sections[row][1])


def policy(folder: Path) -> Iterator[Item]:
    """Chinese policy documents with the theme of their source; statutes teach genre more than theme and count less."""
    for item in corpus(folder, "policy_themes"):
        chinese = len(re.findall("[\u4e00-\u9fff]", item["text"]))
        sections = cut_sections(item["text"])
        if chinese > 0.5 * len(item["text"]) and sections:
            weight = STATUTE if item["id"].startswith("laws_") else POLICY
            yield Report(item["id"], item["title"] or "", text="\n".join(sections[:2])), item["label"], weight


def general(folder: Path) -> Iterator[Item]:
    """Newspaper texts and titles of classes whose theme is plain: sport and travel are `other`, shares are finance."""
    for item in corpus(folder, "sogouc3000"):
        if item["label"] not in {"IT", "财经"}:
            yield Report(item["id"], "", text=item["text"]), OTHER, GENERAL
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


def by_seeds(reports: Iterable[Report], features: Features) -> Examples:
    """Return the reports whose seed words are sure of one class, `other` included."""
    return weak_examples(features.read(list(reports)), features, weight=SEEDS, sure=SURE)


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


def main() -> None:
    """Fit, evaluate and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the real corpora; without it, the sample alone is used")
    parser.add_argument("-o", "--output", type=Path, default=settings.shipped("base"))
    options = parser.parse_args()
    tagger = Tagger()
    reports, labels = settings.sample()
    features = tagger.new_features()
    hand = Examples.labelled(reports, labels, features)
    sources = [f"the {len(hand)} invented and labelled reports of the sample"]
    extra: list[Examples] = []
    if options.data:
        data = options.data
        mit, unstated = "MIT", "no licence stated"
        for what, gathered in (
            (f"news by keywords of the title, text only ({mit})", by_source(themed_news(data), features)),
            (f"news by seed words of the title, text only ({mit})", by_source(other_news(data, features), features)),
            (f"sections of work reports by seed words ({unstated})", by_seeds(work_report_sections(data), features)),
            (f"policy documents and statutes by source ({unstated})", by_source(policy(data), features)),
            (f"newspaper texts and titles by class ({unstated})", by_source(general(data), features)),
        ):
            extra.append(gathered)
            sources.append(f"{len(gathered)} {what}")
            print(sources[-1], flush=True)
    hand = hand.counting(HAND)
    everything = reduce(Examples.join, extra, hand)
    tagger.learn(everything)
    # Probabilities come from reports that are as new to the scores as a user's are: the sample held out by folds, and
    # the news by a classifier that learned from every other source.
    scores, trusted = tagger.held_out_scores(everything), hand
    if extra:
        news, others = extra[0], extra[1:]
        strange = Tagger().learn(reduce(Examples.join, others, hand)).scores(news.readings)
        scores = {kind: np.vstack([values[: len(hand)], strange]) for kind, values in scores.items()}
        trusted = hand.join(news.trusting())
    # The sample and the news count the same in the rule for review, few as the reports of the sample are.
    worth = np.where(np.arange(len(trusted)) < len(hand), 1.0, len(hand) / max(1, len(trusted) - len(hand)))
    tagger.calibrate(scores, trusted, worth=worth, hand=np.arange(len(trusted)) < len(hand))
    probabilities = tagger.calibrations_["text"].primary(scores["text"][: len(hand)])
    evaluation = summarise(tagger.classes, hand.primary, predicted=probabilities.argmax(1))
    said = "; ".join(sources) + "."
    save_tagger(options.output, tagger, evaluation=evaluation, sources=said, learned=Learned(labels))
    print(f"macro-F1 {evaluation.macro_f1:.3f} on the sample held out; wrote {options.output}")


if __name__ == "__main__":
    main()
