"""What a cluster is called: its distinctive words, its most central titles, the theme of the codebook it matches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diaoyan.discovery.material import Floats, Material, Rows
from diaoyan.themes import Codebook

#: Share of a free cluster's distinctiveness that a theme's seed words must hold for the two to match.
MATCH = 0.12
#: Words whose distinctiveness is looked at for a match.
MATCHED_WORDS = 50


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
    [[2.5, -2.5, 0.0], [-2.5, 2.5, 0.0]]
    """
    if counts.shape[1] < 2:
        return np.zeros_like(counts)  # one word marks nothing off
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
    order = np.argsort(-scores, kind="stable")[:most]
    return [(words[column], round(float(scores[column]), 4)) for column in order if scores[column] > 0]


def first_words(scores: Floats, words: Sequence[str], most: int) -> list[str]:
    """Return the words of `top_words` without their scores."""
    return [word for word, _ in top_words(scores, words, most)]


def propose_name(words: Sequence[str]) -> str:
    """Return a name made of the first three words that do not repeat each other.

    Examples
    --------
    >>> propose_name(["乡村", "乡村振兴", "农产品", "振兴", "游客"])
    '乡村振兴、农产品、游客'
    """
    chosen: list[str] = []
    for word in words:
        # 乡村 has said nothing that 乡村振兴, a few words further on, does not say better.
        longer = next((other for other in words[:10] if word in other and other != word), word)
        if not any(longer in one or one in longer for one in chosen):
            chosen.append(longer)
    return "、".join(chosen[:3])


def match_themes(scores: Floats, material: Material, codebook: Codebook) -> list[tuple[str | None, float]]:
    """Match free clusters to the themes of the codebook; several clusters can match one theme.

    The score is the share of a cluster's 50 most distinctive words' z-scores that belongs to words announcing the
    theme.

    Returns
    -------
    list of (theme id or None, score)
        One per cluster; the score is that of the best theme, between 0 and 1, the theme None if it is below `MATCH`.
    """
    seeds = [np.array(columns, dtype=np.int64) for columns in material.seed_columns(codebook)]
    result: list[tuple[str | None, float]] = []
    for score in scores:
        top = np.argsort(-score, kind="stable")[:MATCHED_WORDS]
        top = top[score[top] > 0]
        weight = max(float(score[top].sum()), 1e-9)
        held = [float(score[np.intersect1d(top, columns)].sum()) / weight for columns in seeds]
        best = int(np.argmax(held))
        result.append((codebook.ids[best] if held[best] >= MATCH else None, round(held[best], 4)))
    return result


def central_reports(material: Material, weights: Floats, members: Rows, cluster: int) -> list[int]:
    """Return the rows of the three reports that stand nearest to the middle of a cluster, nearest first.

    Nearness is the cosine between the words of a report and those of the whole cluster, times the share of the
    cluster in the report. Reports without text come last.

    Parameters
    ----------
    material : Material
    weights : ndarray of shape (n_reports, n_clusters)
    members : ndarray of int
        Rows of the reports in the cluster.
    cluster : int
    """
    if not len(members):
        return []
    owned = np.isin(material.owner, members)
    rows = material.tfidf
    middle = np.asarray(rows[owned & material.shaping].sum(0)).ravel()
    length = float(np.linalg.norm(middle)) or 1.0
    near = np.asarray(rows @ (middle / length)).ravel()
    values = np.zeros(len(material.reports))
    for row in members:
        sections = (material.owner == row) & material.shaping
        values[row] = near[sections].mean() * weights[row, cluster] if sections.any() else 0.0
    order = np.argsort(-values[members], kind="stable")
    return [int(row) for row in members[order][:3]]
