"""Themes found in labelled news, seeded and free.

Titles are never read, because the labels were made from them. Settings were tuned on the sample and on every second
item, the first, third and so on (`tuned`); the others were held out (`held out`). `measure.py field` has others
beside them.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from diaoyan.discovery import LdaThemes, TfidfThemes
from diaoyan.discovery.quality import draws, pairwise_agreement
from diaoyan.report import Report
from measures.shared import Ints, every, head, row, themed_news


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--runs", type=int, default=10, help="seeds and resamples for stability (default: 10)")
    parser.add_argument("--most", type=int, default=2000, help="texts, every n-th if there are more (default: 2000)")


def run(options: argparse.Namespace) -> None:
    """Print the measures as tables."""
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    reports, themes = themed_news(options.data)
    reports = every(reports, options.most)
    labels = [themes[report.report_id].primary for report in reports]
    head("what", "part", "themes", "AMI", "accuracy", "NPMI", "diversity", "seconds")
    for part, rows in (("tuned", slice(0, None, 2)), ("held out", slice(1, None, 2)), ("all", slice(None))):
        for kind in (TfidfThemes, LdaThemes):
            for free in (False, True):
                measure(kind, free=free, part=part, reports=reports[rows], labels=labels[rows])
    print()
    head("stability", "ARI over seeds", "lowest", "ARI over 80 % resamples", "lowest")
    for kind in (TfidfThemes, LdaThemes):
        for free in (False, True):
            stability(kind, free=free, reports=reports, runs=options.runs)


def measure(
    kind: type[TfidfThemes | LdaThemes], *, free: bool, part: str, reports: Sequence[Report], labels: Sequence[str]
) -> None:
    """Fit once and print one row."""
    start = time.perf_counter()
    themes = kind(free=free).fit(reports)
    seconds = time.perf_counter() - start
    found = themes.assignments()
    accuracy = float((found["theme"].to_numpy() == np.array(labels)).mean())
    judged = [cluster for cluster in themes.clusters_ if cluster.words]
    npmi = float(np.mean([cluster.coherence for cluster in judged]))
    name = f"{themes.method} {'free, K auto' if free else 'seeded'}"
    ami = adjusted_mutual_info_score(labels, found["cluster"])
    row(name, part, len(themes.clusters_), ami, accuracy, npmi, themes.diversity_, f"{seconds:.1f}")


def stability(kind: type[TfidfThemes | LdaThemes], *, free: bool, reports: Sequence[Report], runs: int) -> None:
    """Fit with other seeds, then on 80 % of the reports, each time from the raw text, and print how far both agree."""
    seeds = [np.array(kind(free=free, random_state=seed).fit(reports).assignments()["cluster"]) for seed in range(runs)]
    parts = []
    for seed, rows in enumerate(draws(len(reports), runs, random_state=99)):
        clusters = np.full(len(reports), -1)
        chosen = [reports[int(row)] for row in rows]
        clusters[rows] = kind(free=free, random_state=seed).fit(chosen).assignments()["cluster"]
        parts.append(clusters)
    values = [value for found in (seeds, parts) for value in (pairwise_agreement(found), lowest(found))]
    row(kind.method + (" free, K auto" if free else " seeded"), *values)


def lowest(partitions: Sequence[Ints]) -> float:
    """Return the lowest adjusted Rand index of all pairs."""
    values = []
    for number, one in enumerate(partitions):
        for other in partitions[:number]:
            both = (one >= 0) & (other >= 0)
            values.append(float(adjusted_rand_score(one[both], other[both])))
    return min(values)
