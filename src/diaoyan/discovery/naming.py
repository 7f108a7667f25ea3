"""What a cluster is called: its distinctive words, its most central titles, and the theme of the codebook it matches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diaoyan.discovery.material import Floats, Material
from diaoyan.themes import Codebook

#: Share of a free cluster's distinctiveness that a theme's seed words must hold for the two to match.
MATCH = 0.12


def distinctive(counts: Floats, *, prior: float = 200.0) -> Floats:
    """Return how much more each word belongs to a cluster than to all others, as z-scores.

    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words").

    Parameters
    ----------
    counts : ndarray of shape (n_clusters, n_words)
        Occurrences of words in clusters, not negative.
    prior : float
        Weight of the prior, in words; it is spread like the words of all clusters together.

    Returns
    -------
    ndarray of shape (n_clusters, n_words)

    Examples
    --------
    >>> distinctive(np.array([[8.0, 1.0, 5.0], [1.0, 8.0, 5.0]]), prior=10).round(1).tolist()
    [[1.7, -1.7, 0.0], [-1.7, 1.7, 0.0]]
    """
    everything = counts.sum(0)
    spread = prior * (everything + 0.01) / (everything + 0.01).sum()
    scores = np.zeros_like(counts)
    for row, inside in enumerate(counts):
        outside = everything - inside
        a, b = inside + spread, outside + spread
        odds = np.log(a / (a.sum() - a)) - np.log(b / (b.sum() - b))
        scores[row] = odds / np.sqrt(1 / a + 1 / b)
    return scores


def top_words(scores: Floats, words: Sequence[str], most: int) -> list[tuple[str, float]]:
    """Return the words of the highest scores above 0, highest first; equal ones in the order of the vocabulary."""
    order = np.lexsort((np.arange(len(scores)), -scores))[:most]
    return [(words[column], round(float(scores[column]), 4)) for column in order if scores[column] > 0]


def match_themes(scores: Floats, material: Material, codebook: Codebook) -> list[tuple[str | None, float]]:
    """Match free clusters to the themes of the codebook, each theme to one cluster at most.

    The score is the share of a cluster's 50 most distinctive words' z-scores that belongs to seeds of the theme.
    The pairs are chosen together (optimal assignment), then those below `MATCH` are dropped.

    Returns
    -------
    list of (theme id or None, score)
        One per cluster; the score is that of the best theme, between 0 and 1.
    """
    from scipy.optimize import linear_sum_assignment

    seeds = material.seed_columns(codebook)
    table = np.zeros((len(scores), len(seeds)))
    for row, score in enumerate(scores):
        top = np.lexsort((np.arange(len(score)), -score))[:50]
        top = top[score[top] > 0]
        for column, members in enumerate(seeds):
            held = score[np.intersect1d(top, np.array(members, dtype=np.int64))].sum()
            table[row, column] = held / max(score[top].sum(), 1e-9)
    rows, columns = linear_sum_assignment(-table)
    matched = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    result: list[tuple[str | None, float]] = []
    for row in range(len(scores)):
        column = matched.get(row)
        if column is not None and table[row, column] >= MATCH:
            result.append((codebook.ids[column], round(float(table[row, column]), 4)))
        else:
            result.append((None, round(float(table[row].max(initial=0.0)), 4)))
    return result
