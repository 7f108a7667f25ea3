"""`ThemeModel`, what both ways of finding themes have in common: material in, named and judged clusters out."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from diaoyan.discovery import naming, quality
from diaoyan.discovery.material import Floats, Material
from diaoyan.errors import CorpusError
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.themes import OTHER, Codebook

if TYPE_CHECKING:
    import pandas as pd

#: Top words that are kept, and those of them that are compared and judged.
KEPT_WORDS, JUDGED_WORDS = 30, 10
#: Weight a report needs in its strongest cluster to be said to belong to a theme of the codebook.
LEAST_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Cluster:
    """One found theme.

    Parameters
    ----------
    cluster : int
        Number, from 0; the themes of the codebook first when seeded.
    theme : str
        Id of the theme of the codebook, or ``other``.
    name : str
        Name to print, in Chinese; 新主题 with its first words where the codebook has none.
    match : float
        How well the words match the codebook, 0 to 1; 1 for a seeded theme.
    words : list of (str, float)
        Most distinctive words with their z-scores, highest first.
    exemplars : list of dict
        The most central reports, ``report_id`` and ``title``.
    size : int
        Reports whose strongest cluster this is.
    share : float
        Its share of all text, 0 to 1.
    coherence : float
        Mean NPMI of its ten first words over the sections of the corpus, -1 to 1.
    stability : float
        Mean Jaccard index of its ten first words over refits on 80 % of the reports, 0 to 1.
    stable : bool
        Whether that is enough to rely on.
    """

    cluster: int
    theme: str
    name: str
    match: float
    words: list[tuple[str, float]]
    exemplars: list[dict[str, str]]
    size: int
    share: float
    coherence: float
    stability: float
    stable: bool


class ThemeModel(ABC):
    """Base of `TfidfThemes` and `LdaThemes`.

    Parameters
    ----------
    codebook : Codebook, optional
        The themes to seed with, or to match free clusters to; the four that ship by default.
    themes : int or 'auto'
        Number of clusters, residual ones included.
    free : bool
        Find clusters without seed words, then match them to the codebook.
    engine : {'rjieba', 'jieba'}
        Segmentation engine.
    resamples : int
        Refits on 80 % of the reports from which stability is measured.
    random_state : int
        The only source of chance.

    Attributes
    ----------
    material_ : Material
    weights_ : ndarray of shape (n_reports, n_clusters)
        Share of each cluster in each report; rows add up to 1, or to 0 where nothing in a report is known.
    clusters_ : list of Cluster
    diversity_ : float
        Share of different words among the ten first words of all clusters, 0 to 1.
    unused_seeds_ : dict of str to list of str
        Seed words that do not occur in the corpus, per theme.
    """

    method: str = ""

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        themes: int | Literal["auto"] = "auto",
        free: bool = False,
        engine: Any = "rjieba",
        resamples: int = 5,
        random_state: int = 0,
    ) -> None:
        self.codebook = codebook or Codebook.default()
        self.themes = themes
        self.free = free
        self.engine = engine
        self.resamples = resamples
        self.random_state = random_state

    @abstractmethod
    def _section_weights(self, material: Material, clusters: int, random_state: int) -> Floats:
        """Return the share of clusters in sections, shape (n_sections, n_clusters), not negative."""

    def fit(self, reports: Sequence[Report]) -> ThemeModel:
        """Find themes in reports; those without text are placed by their titles and shape nothing.

        Raises
        ------
        CorpusError
            If there is too little text, or fewer sections than clusters.
        """
        seeds = [seed for theme in self.codebook.themes for seed in theme.seeds]
        material = Material.gather(reports, Tokenizer(engine=self.engine, terms=seeds))
        known = set(material.words)
        self.unused_seeds_ = {
            theme.id: [seed for seed in theme.seeds if seed not in known] for theme in self.codebook.themes
        }
        clusters = self._number(material)
        self.material_ = material
        weights = self._section_weights(material, clusters, self.random_state)
        self.weights_ = material.by_report(weights)
        scores = self._scores(material, weights)
        top = [[word for word, _ in naming.top_words(row, material.words, JUDGED_WORDS)] for row in scores]

        def refit(part: Material, random_state: int) -> list[list[str]]:
            again = self._scores(part, self._section_weights(part, clusters, random_state))
            return [[word for word, _ in naming.top_words(row, part.words, JUDGED_WORDS)] for row in again]

        stable = quality.stability(
            top, refit, material=material, runs=self.resamples, random_state=self.random_state
        )
        self.diversity_ = quality.diversity(top)
        self.clusters_ = self._describe(scores, top, stable)
        return self

    def assignments(self) -> pd.DataFrame:
        """Return ``report_id, cluster, theme, weight``: the strongest cluster of each report.

        A report in which nothing is known, or none of whose clusters is strong, gets the theme ``other``.
        """
        import pandas as pd

        best = self.weights_.argmax(1)
        weight = self.weights_[np.arange(len(best)), best]
        themes = [
            self.clusters_[cluster].theme if strength >= LEAST_WEIGHT else OTHER
            for cluster, strength in zip(best, weight, strict=True)
        ]
        return pd.DataFrame(
            {
                "report_id": [report.report_id for report in self.material_.reports],
                "cluster": best,
                "theme": themes,
                "weight": weight.round(4),
            }
        )

    def to_json(self) -> str:
        """Return the found themes as JSON, the content of ``themes.json``."""
        return json.dumps(
            {
                "method": self.method,
                "seeded": not self.free,
                "random_state": self.random_state,
                "reports": len(self.material_.reports),
                "with_text": sum(report.has_text for report in self.material_.reports),
                "sections": int(self.material_.shaping.sum()),
                "diversity": round(self.diversity_, 4),
                "unused_seeds": self.unused_seeds_,
                "themes": [asdict(cluster) for cluster in self.clusters_],
            },
            ensure_ascii=False,
            indent=1,
        )

    def _number(self, material: Material) -> int:
        seeded = 0 if self.free else len(self.codebook.ids)
        sections = int(material.shaping.sum())
        if self.themes == "auto":
            return min(sections, max(2, seeded + (2 if seeded else 8)))
        least = max(2, seeded + 1)
        if not least <= self.themes <= sections:
            raise CorpusError(
                f"Expected a number of themes between {least} and {sections} (the sections of text there are), "
                f"got {self.themes}."
            )
        return self.themes

    def _scores(self, material: Material, weights: Floats) -> Floats:
        share = weights / np.maximum(weights.sum(1, keepdims=True), 1e-12)
        return naming.distinctive(np.asarray((material.counts.T @ (share * material.shaping[:, None])).T))

    def _describe(self, scores: Floats, top: list[list[str]], stable: Floats) -> list[Cluster]:
        material = self.material_
        if self.free:
            matches = naming.match_themes(scores, material, self.codebook)
        else:
            matches = [(theme, 1.0) for theme in self.codebook.ids]
            matches += [(None, 0.0)] * (len(scores) - len(matches))
        best = self.weights_.argmax(1)
        seen = self.weights_.sum(1) > 0
        with_text = np.array([report.has_text for report in material.reports])
        clusters = []
        for number, (theme, score) in enumerate(matches):
            central = np.lexsort((np.arange(len(best)), -self.weights_[:, number] - with_text))[:3]
            members = [material.reports[row] for row in central if self.weights_[row, number] > LEAST_WEIGHT]
            new = "新主题：" + "、".join(top[number][:3])
            clusters.append(
                Cluster(
                    cluster=number,
                    theme=theme or OTHER,
                    name=self.codebook.name(theme) if theme else new,
                    match=score,
                    words=naming.top_words(scores[number], material.words, KEPT_WORDS),
                    exemplars=[{"report_id": r.report_id, "title": r.title} for r in members],
                    size=int(((best == number) & seen).sum()),
                    share=round(float(self.weights_[:, number].mean()), 4),
                    coherence=round(quality.coherence(top[number], material), 4),
                    stability=round(float(stable[number]), 4),
                    stable=bool(stable[number] >= quality.STABLE),
                )
            )
        return clusters
