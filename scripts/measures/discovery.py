"""Themes found in labelled news, beside plain alternatives.

Titles are never read, because the labels were made from them. Settings were tuned on the sample and on every second
item, the first, third and so on (`tuned`); the others were held out (`held out`). tomotopy is measured if installed.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from diaoyan.discovery import LdaThemes, TfidfThemes
from diaoyan.discovery.material import Material
from diaoyan.discovery.quality import coherence, diversity, draws, pairwise_agreement
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.themes import Codebook
from measures.shared import Floats, Ints, head, row, themed_news

PEER_THEMES = 5


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--runs", type=int, default=10, help="seeds and resamples for stability (default: 10)")


def run(options: argparse.Namespace) -> None:
    """Print the measures as tables."""
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    reports, themes = themed_news(options.data)
    labels = [theme.primary for theme in themes.values()]
    head("what", "part", "themes", "AMI", "accuracy", "NPMI", "diversity", "seconds")
    for part, rows in (("tuned", slice(0, None, 2)), ("held out", slice(1, None, 2)), ("all", slice(None))):
        for kind in (TfidfThemes, LdaThemes):
            for free in (False, True):
                measure(kind, free=free, part=part, reports=reports[rows], labels=labels[rows])
    peers(reports, labels, runs=options.runs)
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


def peers(reports: Sequence[Report], labels: Sequence[str], *, runs: int) -> None:
    """Print the measures of plain alternatives on the same tokens: range over seeds, coherence on the same sections."""
    codebook = Codebook.default()
    seeds = [seed for theme in codebook.themes for seed in theme.seeds]
    material = Material.gather(reports, Tokenizer(terms=seeds), codebook=codebook)
    whole = {"k-means on TF-IDF": kmeans, "gensim LDA, defaults": gensim_lda, "tomotopy LDA": tomotopy_lda}
    for name, fit in whole.items():
        found = []
        start = time.perf_counter()
        for seed in range(runs):
            try:
                clusters, top = fit(material, seed)
            except ImportError:
                print(f"{name} is not installed")
                break
            npmi = float(np.mean([coherence(words, material) for words in top]))
            found.append((adjusted_mutual_info_score(labels, clusters), npmi, diversity(top)))
        if found:
            took = f"{(time.perf_counter() - start) / len(found):.1f}"
            ami, coherent, varied = (f"{min(some):.3f} to {max(some):.3f}" for some in zip(*found, strict=True))
            row(name, "all", PEER_THEMES, ami, None, coherent, varied, took)


Fit = Callable[[Material, int], tuple[Ints, list[list[str]]]]


def kmeans(material: Material, seed: int) -> tuple[Ints, list[list[str]]]:
    """One run of k-means on TF-IDF; top words are those of the heaviest weights in the centres."""
    from sklearn.cluster import KMeans

    rows = material.tfidf
    model = KMeans(PEER_THEMES, n_init=1, random_state=seed).fit(rows[material.shaping])
    share = np.eye(PEER_THEMES)[model.predict(rows)]
    return strongest(material, share), top_words(material, model.cluster_centers_)


def gensim_lda(material: Material, seed: int) -> tuple[Ints, list[list[str]]]:
    """Latent Dirichlet allocation as gensim does it unasked, but for the number of topics and the seed."""
    from gensim.models import LdaModel

    bags = [
        [(int(w), int(n)) for w, n in zip(row.indices, row.data, strict=True)]
        for row in (material.counts[number] for number in range(material.counts.shape[0]))
    ]
    chosen = [bag for bag, shapes in zip(bags, material.shaping, strict=True) if shapes]
    names = dict(enumerate(material.words))
    model = LdaModel(chosen, id2word=names, num_topics=PEER_THEMES, random_state=seed)
    gamma, _ = model.inference(bags)
    return strongest(material, gamma / gamma.sum(1, keepdims=True)), top_words(material, model.get_topics())


def tomotopy_lda(material: Material, seed: int) -> tuple[Ints, list[list[str]]]:
    """Latent Dirichlet allocation by Gibbs sampling, 1,000 sweeps."""
    import tomotopy

    model = tomotopy.LDAModel(k=PEER_THEMES, seed=seed)
    rows = [material.counts[int(number)] for number in np.flatnonzero(material.shaping)]
    filled = []
    for number, counted in enumerate(rows):
        words = list(
            Counter({material.words[w]: int(n) for w, n in zip(counted.indices, counted.data, strict=True)}).elements()
        )
        if words:
            model.add_doc(words)
            filled.append(number)
    model.train(1000, workers=1)
    share = np.zeros((material.counts.shape[0], PEER_THEMES))
    bodies = np.flatnonzero(material.shaping)
    for number, document in zip(filled, model.docs, strict=True):
        share[bodies[number]] = document.get_topic_dist()
    words_of = [[word for word, _ in model.get_topic_words(topic, top_n=10)] for topic in range(PEER_THEMES)]
    return strongest(material, share), words_of


def strongest(material: Material, share: Floats) -> Ints:
    """Return the strongest cluster of each report."""
    return np.asarray(material.by_report(share).argmax(1))


def top_words(material: Material, weights: Floats) -> list[list[str]]:
    """Return the ten words of the largest weights of each cluster."""
    return [[material.words[column] for column in np.argsort(-row, kind="stable")[:10]] for row in weights]
