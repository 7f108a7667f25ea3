"""Fit the model that ships, ``models/base``, on the sample and, with ``--data``, on real corpora.

Only weights go into the repository, never the texts. Usage: ``python scripts/train_base.py [--data DIR] [-o OUT]``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from functools import reduce
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from diaoyan import settings
from diaoyan.models import save_tagger
from diaoyan.preprocess import cut_sections
from diaoyan.report import Report
from diaoyan.tagging import Tagger, evaluate
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features, Reading
from diaoyan.themes import OTHER

#: Share of a text's words that are seeds of a theme from which a weak label leaves that theme open.
OPEN = 0.05
#: Share of seed words below which, for every theme, a news item with none in its title counts as `other`.
BARE = 0.03
#: How much an example counts; a hand label of the sample counts HAND.
HAND, NEWS, BARE_NEWS, POLICY, STATUTE, GENERAL = 3.0, 1.0, 0.5, 0.5, 0.2, 0.3

Item = tuple[Report, str, float]


def corpus(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the items of one corpus."""
    with gzip.open(folder / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def themed_news(folder: Path) -> Iterator[Item]:
    """News with a theme given by keywords of the title, which is therefore left out."""
    for item in corpus(folder, "news_weak_themes"):
        yield Report(item["id"], "", text=item["text"]), item["label"], NEWS


def bare_news(folder: Path, features: Features, *, most: int = 1500) -> Iterator[Item]:
    """News without a seed word in the title and with next to none in the text: `other` of every kind."""
    themed = {item["id"] for item in corpus(folder, "news_weak_themes")}
    items = [i for i in corpus(folder, "news") if i["id"] not in themed and len(i["text"]) > 150]
    order = np.random.default_rng(0).permutation(len(items))
    found = 0
    for row in order:
        report = Report(items[row]["id"], items[row]["title"], text=items[row]["text"])
        reading = features.read([report])[0]
        if density(reading, features).max() < BARE and not any(features.seeds_in(reading.without_text()).values()):
            yield report, OTHER, BARE_NEWS
            found += 1
            if found == most:
                return


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
    themes = {"财经": "finance", "股票": "finance", "体育": OTHER, "娱乐": OTHER, "教育": OTHER, "社会": OTHER, "游戏": OTHER}
    left = dict.fromkeys(themes, 150)
    for item in corpus(folder, "thucnews_titles"):
        if "-dev-" in item["id"] and left.get(item["label"], 0):
            left[item["label"]] -= 1
            yield Report(item["id"], item["title"]), themes[item["label"]], GENERAL


def density(reading: Reading, features: Features) -> np.ndarray:
    """Return the share of each theme's seed words among the words of a reading."""
    words = max(1, sum(features.tokenizer.keeps(token) for part in reading.tokens for token in part))
    return np.array([seeds.total() / words for seeds in features.seeds_in(reading).values()])


def weak_examples(items: Iterable[Item], features: Features) -> Examples:
    """Return items with one weak theme each; what else their seed words hint at is left open."""
    reports, labels, weights = zip(*items, strict=True)
    classes = (*features.codebook.ids, OTHER)
    readings = features.read(reports)
    primary = np.array([classes.index(label) for label in labels])
    carried = np.zeros((len(readings), len(classes)), dtype=bool)
    carried[np.arange(len(readings)), primary] = True
    hinted = np.array([[*(density(reading, features) > OPEN), False] for reading in readings])
    return Examples(
        readings, carried, carried | ~hinted, primary, np.array(weights), np.arange(len(readings)),
        np.array([weight == NEWS for weight in weights]),
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
        gathered: list[tuple[str, Callable[[], Iterator[Item]]]] = [
            ("broadcast news with a theme by keywords of the title, MIT, text only", lambda: themed_news(options.data)),
            ("broadcast news without seed words as other, MIT", lambda: bare_news(options.data, features)),
            ("policy documents and statutes with the theme of their source, no licence stated", lambda: policy(options.data)),
            ("newspaper texts and titles of general classes, no licence stated", lambda: general(options.data)),
        ]
        for what, items in gathered:
            extra.append(weak_examples(items(), features))
            sources.append(f"{len(extra[-1])} {what}")
            print(sources[-1], flush=True)
    also = reduce(Examples.join, extra) if extra else None
    hand = hand.counting(HAND)
    tagger.fit_examples(hand.join(also) if also else hand)
    evaluation = evaluate(tagger, reports, labels=labels, also=also, hand_weight=HAND)
    save_tagger(options.output, tagger, evaluation=evaluation, sources="; ".join(sources) + ".")
    print(f"macro-F1 {evaluation.macro_f1:.3f} on the sample held out; wrote {options.output}")


if __name__ == "__main__":
    main()
