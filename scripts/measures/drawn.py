"""What models lose that are fitted on a sample of an archive: classifiers, and themes, by the size of the sample.

Classifiers learn from headlines that their portal filed, and from news with the tags of the model that ships; a fifth
is held out, and texts that are equal share their fate. Themes are found in news by LDA, as `diaoyan discover` does, and
told by news with weak labels, which are not among the sample: adjusted mutual information of the strongest theme with
the label, NPMI of the ten first words of the themes over 2,000 other news, and how like two samples file these.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.discovery import LdaThemes
from diaoyan.discovery.quality import coherence, pairwise_agreement
from diaoyan.models import load_tagger
from diaoyan.report import Report, bare
from diaoyan.tagging import Tagger
from diaoyan.themes import Codebook
from measures.own_themes import own_themes
from measures.shared import head, items, row, scored, themed_news

#: Reports held out to compare how samples file them.
OTHERS = 2000


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 2000, 5000, 10_000], metavar="N")
    parser.add_argument("--only", choices=("headlines", "news", "themes"), action="append", help="one part")
    parser.add_argument("--draws", type=int, default=3, help="samples in which themes are found (default: 3)")


def run(options: argparse.Namespace) -> None:
    """Print a table for each part; the last rows are of all there is."""
    parts = options.only or ("headlines", "news", "themes")
    if "headlines" in parts:
        found = own_themes("headlines", options.data, most=20_000)
        classifiers("headlines", found.reports, found.labels, codebook=found.codebook, sizes=options.sizes)
    if "news" in parts:
        news = [Report(item["id"], item["title"], text=item["text"]) for item in items(options.data, "news")]
        tags = load_tagger(settings.shipped("base")).tag(news)
        labels = {tag.report_id: Label(tag.primary, tuple(t for t in tag.themes if t != tag.primary)) for tag in tags}
        classifiers("news", news, labels, codebook=Codebook.default(), sizes=options.sizes)
    if "themes" in parts:
        themes(options.data, sizes=options.sizes, draws=options.draws)


def classifiers(
    name: str, reports: Sequence[Report], labels: Mapping[str, Label], *, codebook: Codebook, sizes: Sequence[int]
) -> None:
    """Print how good classifiers of samples are."""
    shuffled = sorted(reports, key=lambda report: number(report.report_id))
    held_out = [number(bare(report.text) or bare(report.title)) % 5 == 0 for report in shuffled]
    test = [report for report, held in zip(shuffled, held_out, strict=True) if held]
    pool = [report for report, held in zip(shuffled, held_out, strict=True) if not held]
    truth = [labels[report.report_id].primary for report in test]
    head(name, "reports", "macro-F1", "low", "high", "accuracy", "seconds")
    for size in [*(size for size in sizes if size < len(pool)), len(pool)]:
        began = time.perf_counter()
        tagger = Tagger(codebook).fit(pool[:size], {r.report_id: labels[r.report_id] for r in pool[:size]})
        seconds = f"{time.perf_counter() - began:.0f}"
        found = scored(tagger.classes, truth, tagger.predict(test).tolist())
        row("all" if size == len(pool) else "sample", size, found.macro_f1, *found.interval, found.accuracy, seconds)


def themes(data: Path, *, sizes: Sequence[int], draws: int) -> None:
    """Print how good themes of samples are; of all there is but one."""
    labelled, weak = themed_news(data)
    news = [Report(i["id"], "", text=i["text"]) for i in items(data, "news") if i["text"] and i["id"] not in weak]
    news.sort(key=lambda report: number(report.report_id))
    others, pool = news[:OTHERS], news[OTHERS:]
    truth = [weak[report.report_id].primary for report in labelled]
    head("themes", "reports", "AMI", "accuracy", "NPMI", "seconds")
    for size in [*(size for size in sizes if size < len(pool)), len(pool)]:
        filed = []
        for draw in range(min(draws, len(pool) // size)):
            began = time.perf_counter()
            model = LdaThemes(themes=10, resamples=0, random_state=draw).fit(pool[draw * size : (draw + 1) * size])
            seconds = f"{time.perf_counter() - began:.0f}"
            said = model.predict(labelled)
            right = np.mean([model.clusters_[c].theme == label for c, label in zip(said, truth, strict=True)])
            reference = model.material_.of_others(others)
            npmi = np.mean([coherence([w for w, _ in c.words[:10]], reference) for c in model.clusters_ if c.words])
            filed.append(model.predict(others))
            ami = adjusted_mutual_info_score(truth, said)
            row("all" if size == len(pool) else f"sample {draw + 1}", size, ami, float(right), float(npmi), seconds)
        if len(filed) > 1:
            print(f"agreement of the samples of {size}: {pairwise_agreement(filed):.3f}", flush=True)


def number(text: str) -> int:
    """Return a number that stands for a text, as if by chance."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
