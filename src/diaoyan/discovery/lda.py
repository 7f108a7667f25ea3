"""Themes by latent Dirichlet allocation, with the codebook's seed words as an asymmetric prior."""

from __future__ import annotations

import numpy as np

from diaoyan.discovery.material import SHORT, Floats, Material
from diaoyan.discovery.model import ThemeModel
from diaoyan.discovery.variational import topics_of

#: Prior of a topic in a section, of a word in a topic, and of a seed word in the topic of another theme.
ALPHA, ETA, FOREIGN_SEED_ETA = 0.1, 0.01, 0.001
#: Prior of a seed word in the topic of its own theme, per section: it must grow with the text to be heard at all.
SEED_ETA = 0.03


class LdaThemes(ThemeModel):
    """Find themes with LDA by variational Bayes (Hoffman, Blei and Bach 2010) over counts of words in sections.

    Seeded, the topics of the codebook's themes have a prior that favours their seed words (Jagarlamudi, Daumé and
    Udupa 2012), and residual topics stand beside them. LDA as a rule starts from random topics, which drowns such a
    prior and makes every seed another answer; here the topics start from the sections that already lean to them, so
    that chance has next to nothing to decide.

    See `ThemeModel` for parameters and attributes.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, _ = settings.sample()
    >>> themes = LdaThemes(themes=6, resamples=1).fit(reports)
    >>> [cluster.theme for cluster in themes.clusters_]
    ['rural', 'digital', 'discipline', 'finance', 'other', 'other']
    """

    method = "lda"
    passes = 2  # every further one drifts away from the seeds

    def _section_weights(self, material: Material, lean: Floats, random_state: int) -> Floats:
        start = lean / np.maximum(lean.sum(1, keepdims=True), 1e-12)
        counted = np.asarray((material.counts[material.shaping].T @ start[material.shaping]).T)
        # A theme that does not occur would be a flat topic, which attracts all that fits no other.
        alive = np.flatnonzero(counted.sum(1) > 0)
        gamma = topics_of(
            material.counts,
            material.shaping,
            counted[alive],
            alpha=ALPHA,
            eta=self._prior(material, len(counted))[alive],
            passes=self.passes,
            random_state=random_state,
        )
        weights = np.zeros_like(lean)
        # What the prior alone puts into every topic says nothing of the section.
        weights[:, alive] = np.clip(gamma - ALPHA, 0.0, None) / np.maximum(material.length, 1)[:, None]
        short = material.length < SHORT
        weights[short] = start[short]
        return weights

    def _prior(self, material: Material, clusters: int) -> Floats:
        prior = np.full((clusters, len(material.words)), ETA)
        if not self.free:
            seeds = material.seed_columns(self.codebook)
            prior[:, sorted({column for columns in seeds for column in columns})] = FOREIGN_SEED_ETA
            for topic, columns in enumerate(seeds):
                prior[topic, columns] = max(1.0, SEED_ETA * int(material.shaping.sum()))
        return prior
