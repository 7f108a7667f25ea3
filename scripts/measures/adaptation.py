"""What a few labels of one's own add to a classifier that has never seen their genre.

The start is fitted on the months of the sample before June, with ``--base`` on every source of ``train_base.py`` but
the news. The labels are of news, text alone, whose theme is weak; the table compares the start as it is, a classifier
of these labels alone, one of the sample and these labels, and one that learns them on top of the start. ``June`` is
the last month of the sample, which nobody has seen: what must not be forgotten. Then a theme of one's own, of
newspaper articles, with its labels alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from base_sources import sources
from train_base import Recipe

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.errors import ModelError
from diaoyan.models import read_vectors
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.calibration import review_margin
from diaoyan.tagging.classifier import ERROR_RATE
from diaoyan.tagging.evaluation import calibration_error
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.training_set import rehearsal_examples
from diaoyan.themes import OTHER, Codebook, Theme
from measures.shared import head, items, row, scored, themed_news

TEST = 500
#: How many labels, and how often they are drawn.
DRAWS = {5: 5, 20: 5, 100: 3, 500: 1}
OWN_THEMES = {
    "健康": ("医院", "患者", "医生", "疾病", "治疗", "健康"),
    "体育": ("比赛", "球队", "球员", "冠军", "联赛"),
    "教育": ("学生", "考生", "高考", "学校", "招生"),
}
Sample = tuple[list[Report], dict[str, Label]]


def measured(tagger: Tagger, examples: Examples) -> tuple[float, float, float, float]:
    """Return macro-F1, ECE of the themes, share not sent to review, and accuracy of those."""
    rows = tagger.features_.rows(examples.readings)
    scores = rows.times(tagger.weights_) + tagger.bias_
    carried, primary = tagger.judge(examples.readings, scores)
    calibration = tagger.calibrations_["text"]
    least = review_margin(calibration.margin, calibration.correct, ERROR_RATE, worth=calibration.worth)
    sure = calibration.certainty(scores, rows.meaning(tagger.weights_))
    kept, right = sure >= least, primary.argmax(1) == examples.primary
    said, truth = ([tagger.classes[place] for place in places] for places in (primary.argmax(1), examples.primary))
    return (
        scored(tagger.classes, truth, said).macro_f1,
        calibration_error(carried[:, :-1].ravel(), examples.carried[:, :-1].ravel()),
        float(kept.mean()),
        float(right[kept].mean()) if kept.any() else float("nan"),
    )


def without_news(data: Path, before: Sequence[Report], home: Examples) -> Tagger:
    """Return a classifier of all that the base is fitted on but the news and June."""
    sample, *others = sources(data, Tagger().new_features())
    sample = replace(sample, reports=list(before), examples=home, random=np.ones(len(home), dtype=bool))
    return Recipe([sample, *others], vectors=read_vectors(settings.shipped("base"))).fitted(without="news")[0]


def curve(news: Examples, home: Examples, june: Examples, *, start: Tagger, kept: Examples) -> None:
    """Print the learning curve: the mean over draws."""
    order = np.random.default_rng(1).permutation(len(news))
    test, pool = news.take(order[:TEST]), order[TEST:]
    head("labels", "learned", "macro-F1", "ECE", "kept", "right", "June")

    def mean(count: int, name: str, taggers: list[Tagger]) -> None:
        if taggers:
            row(count, name, *np.mean([(*measured(t, test), measured(t, june)[0]) for t in taggers], axis=0).tolist())

    mean(0, "start", [start])
    for count, often in DRAWS.items():
        ways: dict[str, Callable[[Examples], Tagger]] = {
            "own": lambda own: Tagger().fit_examples(own),
            "sample+own": lambda own: Tagger().fit_examples(home.join(own)),
            "on top": lambda own: Tagger().fit_examples(own, base=start),
            "on top, kept": lambda own: Tagger().fit_examples(own.join(kept), base=start),
        }
        draws = [news.take(np.random.default_rng(draw).permutation(pool)[:count]) for draw in range(often)]
        for name, way in ways.items():
            mean(count, name, [tagger for own in draws if (tagger := attempt(way, own))])
        themes = [own.take(np.flatnonzero(own.primary < len(start.codebook.ids))) for own in draws]
        mean(count, "no other", [tagger for own in themes if (tagger := attempt(ways["on top, kept"], own))])


def attempt(way: Callable[[Examples], Tagger], own: Examples) -> Tagger | None:
    """Return the classifier; None if there are too few labels for it."""
    try:
        return way(own)
    except ModelError:
        return None


def own_theme(data: Path, name: str, *, start: Tagger, home: Sample) -> None:
    """Print how a theme that the start lacks is found from a few labels of it alone."""
    codebook = Codebook((*Codebook.default().themes, Theme("mine", name, "Mine", OWN_THEMES[name])))
    features = Tagger(codebook).new_features()
    texts = [item for item in items(data, "sogouc3000") if item["label"] not in {"IT", "财经"}]
    drawn = [texts[place] for place in np.random.default_rng(0).permutation(len(texts))[:900]]
    labels = {item["id"]: Label("mine" if item["label"] == name else OTHER) for item in drawn}
    examples = Examples.labelled([Report(item["id"], "", text=item["text"]) for item in drawn], labels, features)
    mine = len(codebook.ids) - 1
    ours, test = np.flatnonzero(examples.primary[:400] == mine), examples.take(np.arange(400, len(examples)))
    kept = rehearsal_examples(*home, features, known=start.classes)
    for count in (0, 1, 3, 10, 20):
        tagger = Tagger(codebook).fit_examples(examples.take(ours[:count]).join(kept), base=start)
        found = tagger.judge(test.readings, tagger.scores(test.readings))[1].argmax(1) == mine
        truth = test.primary == mine
        both = float((found & truth).sum())
        row(name, count, both / max(1, found.sum()), both / truth.sum())


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--base", action="store_true", help="start from all the base is fitted on but the news")


def run(options: argparse.Namespace) -> None:
    """Print the curve and the themes."""
    reports, labels = settings.sample()
    features = Tagger().new_features()
    before = [report for report in reports if report.month != "2025-06"]
    # One report of June returns from March.
    last = [report for report in reports if report.month == "2025-06" and report.no != 4]
    home = Examples.labelled(before, labels, features)
    june = Examples.labelled(last, labels, features)
    news = Examples.labelled(*themed_news(options.data), features)
    start = without_news(options.data, before, home) if options.base else Tagger().fit_examples(home)
    kept = rehearsal_examples(before, labels, features, known=start.classes)
    curve(news, home, june, start=start, kept=kept)
    if not options.base:  # the base has read these newspapers
        head("theme of one's own", "labels", "precision", "recall")
        for name in OWN_THEMES:
            own_theme(options.data, name, start=start, home=(before, labels))
