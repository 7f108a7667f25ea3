"""Themes by latent Dirichlet allocation, with the codebook's seed words as an asymmetric prior."""

from __future__ import annotations

import numpy as np

from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.model import ThemeModel
from diaoyan.discovery.tfidf import NEUTRAL, _factorise, seed_pull


class LdaThemes(ThemeModel):
    """Find themes with gensim's LDA (Hoffman, Blei and Bach 2010) over counts of words in sections.

    Seeded, the topics of the codebook's themes have a prior that favours their seed words (Jagarlamudi, Daumé and
    Udupa 2012), and free residual topics stand beside them. gensim starts from random topics, which drowns such a
    prior and makes every seed another answer; here the topics start from the sections that already lean to them, so
    that chance has next to nothing to decide.

    See `ThemeModel` for parameters and attributes.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, _ = settings.sample()
    >>> themes = LdaThemes(resamples=1).fit(reports)
    >>> [cluster.theme for cluster in themes.clusters_]
    ['rural', 'digital', 'discipline', 'finance', 'other', 'other']
    """

    method = "lda"
    passes = 3

    def _section_weights(self, material: Material, clusters: int, random_state: int) -> Floats:
        from gensim.models import LdaModel

        rows = material.tfidf()
        shaping = material.shaping
        prior = np.full((clusters, len(material.words)), 0.01)
        if self.free:
            lean = _factorise(rows, shaping, clusters)
        else:
            seeds = material.seed_columns(self.codebook)
            prior[:, [column for columns in seeds for column in columns]] = 0.001
            for topic, columns in enumerate(seeds):
                prior[topic, columns] = 1.0
            pull = seed_pull(rows, seeds)
            rest = np.clip(NEUTRAL - pull.max(1), 0.0, None)
            parts = _factorise(rows, shaping & (rest > 0), clusters - len(seeds))
            parts /= np.maximum(parts.sum(1, keepdims=True), 1e-12)
            lean = np.column_stack([np.where(pull == pull.max(1, keepdims=True), pull, 0.0), rest[:, None] * parts])
        lean = lean / np.maximum(lean.sum(1, keepdims=True), 1e-12)

        bags = _bags(material)
        model = LdaModel(
            id2word=dict(enumerate(material.words)), num_topics=clusters, alpha=np.full(clusters, 0.1), eta=prior,
            passes=self.passes, iterations=100, chunksize=len(bags), eval_every=None, dtype=np.float64,
            random_state=random_state,
        )  # fmt: skip
        model.state.sstats = np.asarray((material.counts[shaping].T @ lean[shaping]).T)
        model.sync_state()
        model.update([bag for bag, text in zip(bags, shaping, strict=True) if text])
        gamma, _ = model.inference(bags)
        # What the prior alone puts into every topic says nothing of the section.
        return np.clip(gamma - 0.1, 0.0, None) / np.maximum(material.length, 1)[:, None]


def _bags(material: Material) -> list[list[tuple[int, int]]]:
    counts = material.counts
    bags = []
    for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        bags.append([(int(w), int(n)) for w, n in zip(counts.indices[start:end], counts.data[start:end], strict=True)])
    return bags
