"""Free themes beside the field.

Five sets of texts with classes, with ``--halves`` the two halves of each too: weak news, web newspapers, abstracts of
papers in 67 disciplines, news of a portal, and news labelled by readers. Everybody gets the same sections and words
(the vector methods the same word vectors), the number of classes as the number of themes, and one thread. Printed are
adjusted mutual information of the strongest theme with the class, mean NPMI of the ten first words over the sections,
diversity, adjusted Rand index over seeds and over resamples of 80 %, seconds and the growth of the process in MB.
tomotopy and BERTopic are measured if they are installed; the latter gets the vectors as embeddings.
"""

from __future__ import annotations

import argparse
import logging
import resource
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from base_sources import sources
from scipy.sparse import csr_matrix
from sklearn.metrics import adjusted_mutual_info_score
from threadpoolctl import threadpool_limits

from diaoyan import settings
from diaoyan.discovery import LdaThemes, TfidfThemes, naming
from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.prior import word_vectors
from diaoyan.discovery.quality import coherence, diversity, draws, pairwise_agreement
from diaoyan.models import load_tagger
from diaoyan.preprocess import Tokenizer
from diaoyan.preprocess.vectors import in_unit_length
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.themes import Codebook
from measures.shared import Ints, every, head, items, row

#: What a method returns: the theme of each report, and the ten first words of each theme.
Answer = tuple[Ints, list[list[str]]]
CORPORA = ("news_weak_themes", "sogouc3000", "csldcp", "sina2018")


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--runs", type=int, default=3, help="seeds and resamples (default: 3)")
    parser.add_argument("--halves", action="store_true", help="the two halves of each as well")
    parser.add_argument("--most", type=int, default=3000, help="texts of a set, every n-th if it holds more")


def run(options: argparse.Namespace) -> None:
    """Print the table."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    head("texts", "method", "AMI", "NPMI", "diversity", "seeds", "resamples", "seconds", "MB")
    for name, reports, labels in texts(options.data, options.most):
        halves = {", 1st half": slice(0, None, 2), ", 2nd half": slice(1, None, 2)} if options.halves else {}
        for part, rows in {"": slice(None), **halves}.items():
            measure(name + part, reports[rows], np.array(labels[rows]), runs=options.runs)


def texts(folder: Path, most: int) -> Iterator[tuple[str, list[Report], list[str]]]:
    """Yield the sets: name, texts without their titles, classes."""
    for name in CORPORA:
        texts = every(list(items(folder, name)), most)
        yield name, [Report(i["id"], "", text=i["text"]) for i in texts], [i["label"] for i in texts]
    base = load_tagger(settings.model("base"))
    features = Tagger(base.codebook, vectors=base.features_.vectors).new_features().take_over(base.features_)
    news = next(source for source in sources(folder, features) if source.name == "news")
    rows = every(np.flatnonzero(news.random).tolist(), most)
    reports = [Report(news.reports[r].report_id, "", text=news.reports[r].text) for r in rows]
    yield "news, read", reports, [str(news.examples.primary[r]) for r in rows]


def measure(name: str, reports: Sequence[Report], labels: npt.NDArray[np.str_], *, runs: int) -> None:
    """Print a row for each method."""
    codebook = Codebook.default()
    tokenizer = Tokenizer(terms=[seed for theme in codebook.themes for seed in theme.seeds])
    material = Material.gather(reports, tokenizer, codebook=codebook, vectors=word_vectors())
    material.places  # noqa: B018  the latent space is shared by several methods: nobody pays for it alone
    number = len(set(labels))
    parts = [(rows, material.sample(rows)) for rows in draws(len(reports), runs, random_state=99)]
    for method, fit in METHODS.items():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        try:
            with threadpool_limits(1):
                answers = [fit(material, number, seed) for seed in range(runs)]
        except ImportError:
            continue
        seconds = (time.perf_counter() - start) / runs
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        resampled = []
        for seed, (rows, part) in enumerate(parts):
            clusters = np.full(len(reports), -1)
            with threadpool_limits(1):
                clusters[rows] = fit(part, number, seed)[0]
            resampled.append(clusters)
        ami = [adjusted_mutual_info_score(labels, clusters) for clusters, _ in answers]
        npmi = [np.mean([coherence(words, material) for words in top if words]) for _, top in answers]
        varied = [diversity(top) for _, top in answers]
        means = [float(np.mean(values)) for values in (ami, npmi, varied)]
        agreed = [pairwise_agreement(found) for found in ([clusters for clusters, _ in answers], resampled)]
        row(name, method, *means, *agreed, f"{seconds:.1f}", f"{grown:.0f}")


def ours(kind: type[TfidfThemes | LdaThemes], *, meaning: bool) -> Callable[[Material, int, int], Answer]:
    """Return free themes of the package."""

    def fit(material: Material, number: int, seed: int) -> Answer:
        known = material if meaning else material.words_alone()
        model = kind(free=True, themes=number, resamples=0, random_state=seed).fit(known)
        return np.array(model.assignments()["cluster"]), [[w for w, _ in c.words[:10]] for c in model.clusters_]

    return fit


def counts_and_tfidf(material: Material) -> tuple[csr_matrix, csr_matrix]:
    """Return counts and TF-IDF of whole reports."""
    from sklearn.feature_extraction.text import TfidfTransformer

    shape = (len(material.reports), len(material.owner))
    counts = csr_matrix((np.ones(len(material.owner)), (material.owner, np.arange(len(material.owner)))), shape)
    counts = counts @ material.counts
    return counts, TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def told_apart(material: Material, clusters: Ints, number: int) -> Answer:
    """Return clusters of reports with words by the same log-odds as ours: plain clusters have no words of their own."""
    member = np.eye(number)[clusters]
    scores = naming.distinctive(material.spread(member[material.owner]))
    return clusters, [naming.first_words(row, material.words, 10) for row in scores]


def kmeans(rows: Callable[[Material], Floats | csr_matrix]) -> Callable[[Material, int, int], Answer]:
    """Return k-means of scikit-learn on rows made of reports."""

    def fit(material: Material, number: int, seed: int) -> Answer:
        from sklearn.cluster import KMeans

        found = KMeans(number, n_init=1, random_state=seed).fit_predict(rows(material))
        return told_apart(material, found, number)

    return fit


def latent(material: Material) -> Floats:
    """Return reports in 100 latent dimensions."""
    from sklearn.decomposition import TruncatedSVD

    rows = counts_and_tfidf(material)[1]
    return in_unit_length(TruncatedSVD(min(100, min(rows.shape) - 1), random_state=0).fit_transform(rows))


def report_vectors(material: Material) -> Floats:
    """Return the vectors of reports."""
    return in_unit_length(np.asarray(counts_and_tfidf(material)[0] @ material.word_meanings))


def nmf(material: Material, number: int, seed: int) -> Answer:
    """Return factors of scikit-learn's non-negative matrix factorisation."""
    from sklearn.decomposition import NMF

    model = NMF(number, init="nndsvda", random_state=seed, max_iter=300)
    found = model.fit_transform(counts_and_tfidf(material)[1]).argmax(1)
    return found, top_words(material, model.components_)


def gensim_lda(material: Material, number: int, seed: int) -> Answer:
    """Return topics of gensim's LDA on whole reports: ten passes, otherwise its defaults."""
    from gensim.models import LdaModel

    counts = counts_and_tfidf(material)[0]
    bags = [[(int(w), int(n)) for w, n in zip(r.indices, r.data, strict=True)] for r in counts]
    model = LdaModel(bags, id2word=dict(enumerate(material.words)), num_topics=number, passes=10, random_state=seed)
    return model.inference(bags)[0].argmax(1), top_words(material, model.get_topics())


def tomotopy_lda(material: Material, number: int, seed: int) -> Answer:
    """Return topics of LDA by Gibbs sampling on sections, 1,000 sweeps."""
    import tomotopy

    model = tomotopy.LDAModel(k=number, seed=seed)
    filled = []
    for place in np.flatnonzero(material.shaping):
        counts = material.counts[int(place)]
        words = [material.words[w] for w, n in zip(counts.indices, counts.data, strict=True) for _ in range(int(n))]
        if words:
            model.add_doc(words)
            filled.append(place)
    model.train(1000, workers=1)
    share = np.zeros((len(material.owner), number))
    for place, document in zip(filled, model.docs, strict=True):
        share[place] = document.get_topic_dist()
    return strongest(material, share), [[w for w, _ in model.get_topic_words(k, top_n=10)] for k in range(number)]


def bertopic(material: Material, number: int, seed: int) -> Answer:
    """Return BERTopic's topics: UMAP and HDBSCAN on the vectors, outliers put to the nearest topic."""
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    counts, vectors = counts_and_tfidf(material)[0], report_vectors(material)
    documents = [
        " ".join(material.words[w] for w, n in zip(r.indices, r.data, strict=True) for _ in range(int(n)))
        for r in counts
    ]
    model = BERTopic(
        nr_topics=number,
        umap_model=UMAP(n_neighbors=15, n_components=5, metric="cosine", random_state=seed),
        vectorizer_model=CountVectorizer(analyzer=str.split),
        embedding_model=None,
    )
    found, _ = model.fit_transform(documents, embeddings=vectors)
    if min(found) < 0 and max(found) >= 0:
        found = model.reduce_outliers(documents, found, strategy="embeddings", embeddings=vectors)
    words = [[w for w, _ in model.get_topic(topic)[:10]] for topic in sorted(model.get_topics()) if topic >= 0]
    return np.array(found), [[w for w in some if w in set(material.words)] for some in words]


def strongest(material: Material, share: Floats) -> Ints:
    """Return the strongest cluster of each report."""
    return np.asarray(material.by_report(share).argmax(1))


def top_words(material: Material, weights: Floats) -> list[list[str]]:
    """Return the ten words of the largest weights of each cluster."""
    return [[material.words[column] for column in np.argsort(-row, kind="stable")[:10]] for row in weights]


METHODS: dict[str, Callable[[Material, int, int], Answer]] = {
    "ours, TF-IDF": ours(TfidfThemes, meaning=True),
    "  words alone": ours(TfidfThemes, meaning=False),
    "ours, LDA": ours(LdaThemes, meaning=True),
    "k-means, TF-IDF": kmeans(lambda material: counts_and_tfidf(material)[1]),
    "k-means, LSA": kmeans(latent),
    "k-means, vectors": kmeans(report_vectors),
    "NMF": nmf,
    "gensim LDA": gensim_lda,
    "tomotopy LDA": tomotopy_lda,
    "BERTopic": bertopic,
}
