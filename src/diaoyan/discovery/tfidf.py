"""Themes by TF-IDF: profiles grown from seed words, and non-negative matrix factorisation for what they leave."""

from __future__ import annotations

import numpy as np

from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.model import ThemeModel


class TfidfThemes(ThemeModel):
    """Find themes in TF-IDF vectors of sections.

    Seeded, each theme of the codebook is a direction in word space: the seed words themselves and, with less weight,
    the words that stand in sections dense with them. The sections no theme explains are factorised into residual
    clusters. Free, all sections are factorised (NMF with the deterministic start of Boutsidis and Gallopoulos 2008).
    Nothing here depends on chance; `random_state` only chooses the resamples that measure stability.

    See `ThemeModel` for parameters and attributes.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, _ = settings.sample()
    >>> themes = TfidfThemes(resamples=1).fit(reports)
    >>> [cluster.name for cluster in themes.clusters_][:4]
    ['乡村振兴', '数字经济', '纪检监察', '金融']
    """

    method = "tfidf"

    def _section_weights(self, material: Material, clusters: int, random_state: int) -> Floats:
        rows = material.tfidf()
        if self.free:
            return _factorise(rows, material.shaping, clusters)
        pull = seed_pull(rows, material.seed_columns(self.codebook))
        # A section without a theme pulls towards the rest: the weaker its strongest theme, the more.
        rest = np.clip(NEUTRAL - pull.max(1), 0.0, None)
        residual = clusters - pull.shape[1]
        if residual == 1:
            return np.column_stack([pull, rest])
        unexplained = material.shaping & (rest > 0)
        if unexplained.sum() <= residual:
            unexplained = material.shaping
        parts = _factorise(rows, unexplained, residual)
        parts /= np.maximum(parts.sum(1, keepdims=True), 1e-12)
        return np.column_stack([pull, rest[:, None] * parts])


#: Seed density (TF-IDF weight of a theme's seeds in a section of unit length) at which theme and rest are even.
NEUTRAL = 0.3


def seed_pull(rows: Floats, seed_columns: list[list[int]]) -> Floats:
    """Return how strongly each theme's seed words stand in each section.

    Parameters
    ----------
    rows : csr_matrix of shape (n_sections, n_words)
        TF-IDF, rows of unit length.
    seed_columns : list of list of int
        Columns of the seed words, per theme.

    Returns
    -------
    ndarray of shape (n_sections, n_themes)
        Sum of the seeds' weights, 0 where none occurs.
    """
    pull = np.zeros((rows.shape[0], len(seed_columns)))
    for theme, columns in enumerate(seed_columns):
        if columns:
            pull[:, theme] = np.asarray(rows[:, columns].sum(1)).ravel()
    return pull


def _factorise(rows: Floats, shaping: np.ndarray, clusters: int) -> Floats:
    """Factorise the `shaping` sections and return the share of the factors in all of them."""
    from sklearn.decomposition import NMF

    model = NMF(clusters, init="nndsvda", random_state=0, max_iter=400, tol=1e-3)
    model.fit(rows[shaping])
    return np.asarray(model.transform(rows))
