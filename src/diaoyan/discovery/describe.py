"""From weights of sections and reports to `Cluster` records: named, sized and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diaoyan.discovery import naming, quality
from diaoyan.discovery.cluster import LEAST_SUPPORT, NEW, STABLE, Cluster
from diaoyan.discovery.material import Floats, Material, strongest
from diaoyan.themes import OTHER, Codebook

#: Words a theme is described by.
MOST_WORDS = 30


@dataclass(frozen=True)
class Found:
    """What a fit leaves to be described.

    Attributes
    ----------
    section_weights : ndarray of shape (n_sections, n_clusters)
    weights : ndarray of shape (n_reports, n_clusters)
    scores : ndarray of shape (n_clusters, n_words)
        How distinctive each word is.
    top : list of list of str
        The first words of each cluster.
    stability, stability_seeds : ndarray of shape (n_clusters,)
    rest : int or None
        The cluster that holds what is no theme.
    """

    section_weights: Floats
    weights: Floats
    scores: Floats
    top: Sequence[Sequence[str]]
    stability: Floats
    stability_seeds: Floats
    rest: int | None


def describe(found: Found, material: Material, codebook: Codebook, *, seeded: bool) -> list[Cluster]:
    """Return one record per cluster, in their order."""
    given = len(codebook.ids) if seeded else 0
    best = strongest(found.weights, given)
    # A report in which nothing is known is filed with the last cluster, as in `ThemeModel.assignments`.
    filed = np.where(best < 0, len(found.scores) - 1, best)
    speaking = material.shaping & (found.section_weights.sum(1) > 0)
    support = np.bincount(strongest(found.section_weights[speaking], given), minlength=len(found.scores))
    clusters = []
    for number, (theme, match, name) in enumerate(_names(found, material, codebook, seeded=seeded)):
        members = np.flatnonzero(best == number)
        central = [material.reports[row] for row in naming.central_reports(material, found.weights, members, number)]
        trust = round(float(found.stability[number]), 4), round(float(found.stability_seeds[number]), 4)
        firm = min(trust) >= STABLE and bool(support[number] >= LEAST_SUPPORT)
        clusters.append(
            Cluster(
                cluster=number,
                theme=theme,
                name=name,
                match=match,
                words=naming.top_words(found.scores[number], material.words, MOST_WORDS),
                exemplars=[{"report_id": r.report_id, "title": r.title} for r in central],
                size=int((filed == number).sum()),
                sections=int(support[number]),
                share=round(float(found.weights[:, number].mean()), 4),
                coherence=round(quality.coherence(found.top[number], material), 4),
                stability=trust[0],
                stability_seeds=trust[1],
                stable=number == found.rest or firm,
            )
        )
    return clusters


def _names(found: Found, material: Material, codebook: Codebook, *, seeded: bool) -> list[tuple[str, float, str]]:
    """Return theme, match and name of every cluster."""
    given = [(theme, 1.0) for theme in codebook.ids] if seeded else []
    names = [(theme, match, codebook.name(theme)) for theme, match in given]
    matches = naming.match_themes(found.scores[len(given) :], material, codebook)
    themes = [theme for theme, _ in matches]
    for number, (theme, match) in enumerate(matches, len(given)):
        words = naming.propose_name(found.top[number])
        if number == found.rest:
            names.append((OTHER, match, codebook.name(OTHER)))
        elif seeded or theme is None:
            names.append((OTHER, match, f"{NEW}：{words}" if words else NEW))
        elif themes.count(theme) > 1:
            names.append((theme, match, f"{codebook.name(theme)}：{words}"))
        else:
            names.append((theme, match, codebook.name(theme)))
    return names
