"""Fit the model that ships, ``models/base``, on the sample and, with ``--data``, on real corpora.

Only weights go into the repository, never the texts. Usage: ``python scripts/train_base.py [--data DIR] [-o OUT]``.
"""

from __future__ import annotations

import argparse
from functools import reduce
from pathlib import Path

import numpy as np
from base_sources import (
    HAND,
    annotated,
    by_source,
    news,
    newspapers,
    policy,
    weak_general,
    weak_news,
    weak_policy,
    work_report_sections,
)

from diaoyan import settings
from diaoyan.models import Learned, save_tagger
from diaoyan.tagging import Tagger
from diaoyan.tagging.calibration import Bools, Floats
from diaoyan.tagging.evaluation import summarise
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features

#: Inverse strength of the penalty: with thousands of examples, folds of the annotated ones want less of it than few do.
C = 30.0


def gather(data: Path, features: Features) -> tuple[Examples, Bools, Examples, list[str]]:
    """Return the annotated texts, which of them were drawn at random, weak examples, and what all of them are."""
    broadcast, papers, documents = list(news(data)), list(newspapers(data)), list(policy(data))
    texts = [*broadcast, *(text for text, _ in papers), *(text for text, _ in documents), *work_report_sections(data)]
    read, random = annotated(texts, features)
    weak = [
        by_source(weak_news(broadcast, features), features),
        by_source(weak_policy(documents), features),
        by_source(weak_general(data, papers), features),
    ]
    said = [
        f"{len(read)} real texts read twice by language models (news: MIT; the others: no licence stated)",
        f"{len(weak[0])} news by seed words of the title, text only (MIT)",
        f"{len(weak[1])} policy documents and statutes by source (no licence stated)",
        f"{len(weak[2])} newspaper texts and titles by class (no licence stated)",
    ]
    return read, random, reduce(Examples.join, weak), said


def fitted(hand: Examples, weak: Examples | None, *, judged: Bools) -> tuple[Tagger, Floats]:
    """Return a calibrated classifier, and the held-out scores of the hand labels.

    Probabilities come from all hand labels; thresholds and the rule for review from those that stand for what a user
    brings (`judged`): what was drawn for being doubtful teaches most, and is more often wrong.
    """
    tagger = Tagger(C=C) if weak else Tagger()
    everything = hand.counting(HAND).join(weak) if weak else hand
    scores = tagger.learn(everything).held_out_scores(everything)
    scores = {kind: values[: len(hand)] for kind, values in scores.items()}
    return tagger.calibrate(scores, hand, worth=judged.astype(float), hand=judged), scores["text"]


def main() -> None:
    """Fit, evaluate and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the real corpora; without it, the sample alone is used")
    parser.add_argument("-o", "--output", type=Path, default=settings.shipped("base"))
    options = parser.parse_args()
    reports, labels = settings.sample()
    features = Tagger().new_features()
    hand, weak = Examples.labelled(reports, labels, features), None
    judged = np.ones(len(hand), dtype=bool)
    sources = [f"the {len(hand)} invented and labelled reports of the sample"]
    if options.data:
        read, random, weak, said = gather(options.data, features)
        hand, judged, sources = hand.join(read), np.concatenate([judged, random]), sources + said
    tagger, scores = fitted(hand, weak, judged=judged)
    rows = np.flatnonzero(judged)
    primary = tagger.calibrations_["text"].primary(scores[rows])
    evaluation = summarise(tagger.classes, hand.primary[rows], predicted=primary.argmax(1))
    save_tagger(
        options.output, tagger, evaluation=evaluation, sources="; ".join(sources) + ".", learned=Learned(labels)
    )
    print(f"macro-F1 {evaluation.macro_f1:.3f} on {len(rows)} held out; wrote {options.output}")


if __name__ == "__main__":
    main()
