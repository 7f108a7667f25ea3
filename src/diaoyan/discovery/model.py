"""`ThemeModel`, what both ways of finding themes have in common: material in, named and judged clusters out."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from diaoyan.discovery import naming, quality
from diaoyan.discovery.cluster import clusters_table
from diaoyan.discovery.describe import Found, describe
from diaoyan.discovery.folding import fold_in
from diaoyan.discovery.latent import in_shares
from diaoyan.discovery.lean import lean, unexplained
from diaoyan.discovery.material import Floats, Material, Rows, strongest
from diaoyan.discovery.number import MOST_THEMES, Choice, judge_numbers
from diaoyan.discovery.partition import Algorithm
from diaoyan.discovery.prior import prior, word_vectors
from diaoyan.display import table
from diaoyan.errors import CorpusError, ModelError
from diaoyan.estimators import Estimator, Kind, as_reports
from diaoyan.language import gettext
from diaoyan.preprocess import Tokenizer
from diaoyan.preprocess.tokenizer import Engine
from diaoyan.report import Report
from diaoyan.themes import OTHER, Codebook

if TYPE_CHECKING:
    import pandas as pd

#: Weight a report needs in its strongest cluster to be said to belong to a theme of the codebook.
LEAST_WEIGHT = 0.25
#: Refits from which on no more may be drawn, and standard error of their mean agreement that is small enough for it.
FEWEST_REFITS, NARROW = 3, 0.01
#: Sections and reports a theme should have on average, so that a number of themes is worth considering.
SECTIONS_PER_THEME, REPORTS_PER_THEME = 6, 4


class ThemeModel(Estimator, ABC):
    """Base of `TfidfThemes` and `LdaThemes`.

    Parameters
    ----------
    codebook : Codebook, optional
        The themes to seed with, or to match free clusters to; the four that ship by default.
    themes : int or 'auto'
        Number of clusters, residual ones included; ``auto`` chooses it by stability (see `judge_numbers`).
    free : bool
        Find clusters without seed words, then match them to the codebook.
    engine : {'rjieba', 'jieba'}
        Segmentation engine.
    algorithm : {'votes', 'nmf'}
        How sections without seed words are parted: by many runs of k-means that vote, or by NMF.
    words : Path, optional
        Folder with the user's own word lists, see `Tokenizer`.
    meaning : bool
        Whether what words mean is looked at beside the words themselves, see `diaoyan.discovery.prior`.
    resamples : int
        Most refits on 80 % of the reports, and on all reports with other seeds, that stability is measured from. After
        `FEWEST_REFITS` no more are drawn once the mean agreement is known to within `NARROW`.
    random_state : int
        The only source of chance.

    Attributes
    ----------
    material_ : Material
    weights_ : ndarray of shape (n_reports, n_clusters)
        Share of each cluster in each report; rows add up to 1, or to 0 where nothing in a report is known.
    clusters_ : list of `Cluster`
    choice_ : Choice or None
        How the number of groups (seeded: of the rest) was chosen; None if it was given or there was nothing to choose.
    diversity_ : float
        Share of different words among the ten first words of all clusters, 0 to 1.
    agreement_ : dict of str to float
        Mean pairwise adjusted Rand index of the reports' clusters over ``resamples`` and over ``seeds``, -1 to 1.
    unused_seeds_ : dict of str to list of str
        Seed words that do not occur in the corpus, per theme.
    """

    method: str = ""
    _kind: Kind | None = "clusterer"

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        themes: int | Literal["auto"] = "auto",
        free: bool = False,
        engine: Engine = "rjieba",
        algorithm: Algorithm = "votes",
        words: Path | None = None,
        meaning: bool = True,
        resamples: int = 5,
        random_state: int = 0,
    ) -> None:
        self.codebook = codebook or Codebook.default()
        self.themes = themes
        self.free = free
        self.engine = engine
        self.algorithm = algorithm
        self.words = words
        self.meaning = meaning
        self.resamples = resamples
        self.random_state = random_state

    @abstractmethod
    def _section_weights(self, material: Material, lean: Floats, random_state: int) -> Floats:
        """Return the share of clusters in sections, shape (n_sections, n_clusters), not negative.

        `lean` has the same shape: what seed words and groups suggest, from which the method starts.
        """

    def fit(self, reports: Any, y: Any = None) -> ThemeModel:
        """Find themes in reports; those without text are placed by their titles and shape nothing.

        Parameters
        ----------
        reports : sequence of Report or of str, Series of str, DataFrame, or Material
            See `diaoyan.estimators.as_reports`; or the ``material_`` of another model with the same codebook, engine
            and words, so that texts are cut and counted once for both.
        y : object
            Not looked at.

        Raises
        ------
        CorpusError
            If there is too little text, or fewer sections than clusters.
        """
        from threadpoolctl import threadpool_limits

        if self.algorithm == "nmf":
            import sklearn.decomposition  # noqa: F401  only libraries that are loaded can be held to one thread
        # With several threads sums are added up in another order on each run, and the last bits differ.
        with threadpool_limits(1):
            self.material_ = reports if isinstance(reports, Material) else self._gather(as_reports(reports))
            known = set(self.material_.words)
            self.unused_seeds_ = {
                theme.id: [seed for seed in theme.seeds if seed not in known] for theme in self.codebook.themes
            }
            likely = self._likely(self.material_, self.random_state)
            groups = self._groups(self.material_, likely)
            weights = self._weights(self.material_, likely, groups, self.random_state)
            self.weights_ = self.material_.by_report(weights)
            scores = self._scores(self.material_, weights)
            top = self._top(self.material_, scores)
            stability, seeds_stability = self._judge(groups, top)
            self.diversity_ = quality.diversity(top)
            found = Found(weights, self.weights_, scores, top, stability, seeds_stability, rest=self._rest(len(scores)))
            self.clusters_ = describe(found, self.material_, self.codebook, seeded=not self.free)
            self._topic_words = in_shares(self.material_.spread(weights, repeated=True))
        return self

    def _gather(self, reports: Sequence[Report]) -> Material:
        seeds = [seed for theme in self.codebook.themes for seed in theme.seeds]
        tokenizer = Tokenizer(engine=self.engine, words=self.words, terms=seeds)
        vectors = word_vectors() if self.meaning else None
        return Material.gather(reports, tokenizer, codebook=self.codebook, vectors=vectors)

    def fit_transform(self, reports: Any, y: Any = None) -> Floats:
        """Find themes in reports and return `weights_`, the shares of the clusters in them."""
        return self.fit(reports).weights_

    def fit_predict(self, reports: Any, y: Any = None) -> Rows:
        """Find themes in reports and return the strongest cluster of each; 0 where nothing is known."""
        return np.maximum(self.fit(reports).strongest_, 0)

    def transform(self, reports: Any) -> Floats:
        """Return the shares of the clusters in other reports, which shape nothing.

        The words of the clusters stay as they were found; only shares are sought that make the words of each section
        most likely (folding in: Hofmann 1999, "Probabilistic latent semantic indexing").

        Returns
        -------
        ndarray of shape (n_reports, n_clusters)
            Rows add up to 1, or to 0 where nothing in a report is known.

        Raises
        ------
        ModelError
            If nothing was fitted yet.
        """
        material = self._known_words(reports)
        return material.by_report(fold_in(material.counts, self.topic_words(), start=self.weights_.mean(0))[0])

    def predict(self, reports: Any) -> Rows:
        """Return the strongest cluster of other reports, see `transform`; 0 where nothing is known."""
        return np.maximum(strongest(self.transform(reports), self._given), 0)

    def score(self, reports: Any, y: Any = None) -> float:
        """Return how likely the clusters make the words of other reports: mean logarithm a known word, at most 0."""
        material = self._known_words(reports)
        likely = fold_in(material.counts, self.topic_words(), start=self.weights_.mean(0))[1]
        return likely / max(1.0, float(material.counts.sum()))

    def _known_words(self, reports: Any) -> Material:
        if not hasattr(self, "material_"):
            raise ModelError(
                gettext("Expected a fitted {name}, got one without themes; call fit(reports) first.").format(
                    name=type(self).__name__
                )
            )
        return self.material_.of_others(as_reports(reports))

    def assignments(self) -> pd.DataFrame:
        """Return ``report_id, cluster, theme, weight``: the strongest cluster of each report.

        A report in which nothing is known, or none of whose clusters is strong, gets the theme ``other``.
        """
        import pandas as pd

        best = self.filed_
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

    def topic_words(self) -> Floats:
        """Return the probability of words in clusters, shape (n_clusters, n_words); a row adds up to 1, or to 0."""
        return self._topic_words

    def within(self, theme_id: str, codebook: Codebook | None = None) -> ThemeModel:
        """Return a model of the same kind, fitted on the reports of one theme only: its sub-themes.

        Parameters
        ----------
        theme_id : str
            A theme of the codebook, or ``other``.
        codebook : Codebook, optional
            The sub-themes to seed with; without one they are found freely.

        Raises
        ------
        CodebookError
            If the codebook has no such theme.
        CorpusError
            If its reports hold too little text.
        """
        if theme_id != OTHER:
            self.codebook[theme_id]
        chosen = [
            report
            for report, theme in zip(self.material_.reports, self.assignments()["theme"], strict=True)
            if theme == theme_id
        ]
        settings = self.get_params() | {"codebook": codebook, "themes": "auto", "free": codebook is None}
        return type(self)(**settings).fit(chosen)

    def to_json(self) -> str:
        """Return the found themes as JSON, the content of ``themes.json``."""
        material = self.material_
        content = {
            "method": self.method,
            "seeded": not self.free,
            "algorithm": self.algorithm,
            "random_state": self.random_state,
            "reports": len(material.reports),
            "with_text": sum(report.has_text for report in material.reports),
            "sections": int(material.shaping.sum()),
            "coherence_reference": f"NPMI over the {int(material.shaping.sum())} sections of the corpus itself",
            "diversity": round(self.diversity_, 4),
            "agreement": self.agreement_,
            "choice": asdict(self.choice_) if self.choice_ else None,
            "unused_seeds": self.unused_seeds_,
            "phrases": [asdict(phrase) for phrase in material.phrases],
            "themes": [asdict(cluster) | {"doubt": cluster.doubt} for cluster in self.clusters_],
        }
        return json.dumps(content, ensure_ascii=False, indent=1)

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the themes once they are found."""
        if not hasattr(self, "clusters_"):
            return table(
                ["setting", "value"], [["fitted", gettext("no: call fit(reports)")]], caption=type(self).__name__
            )
        notes = [] if self.choice_ is None else [self.choice_.sentence()]
        said = gettext("{name}, free: {count} reports") if self.free else gettext("{name}, seeded: {count} reports")
        caption = said.format(name=type(self).__name__, count=len(self.material_.reports))
        return clusters_table(self.clusters_, caption=caption, notes=notes)

    def _likely(self, material: Material, random_state: int) -> Floats | None:
        """Return how likely themes and rest are in sections; None where no themes are given."""
        if self.free:
            return None
        return material.once(
            ("prior", self.codebook, random_state), lambda: prior(material, self.codebook, random_state=random_state)
        )

    def _groups(self, material: Material, likely: Floats | None) -> int:
        """Return the number of groups besides the codebook's themes, and set `choice_`."""
        self.choice_: Choice | None = None
        seeded = 0 if self.free else len(self.codebook.ids)
        sections = int(material.shaping.sum())
        if self.themes != "auto":
            least = max(2, seeded + 1)
            if not least <= self.themes <= sections:
                raise CorpusError(
                    gettext(
                        "Expected a number of themes between {least} and {sections} (the sections of text there "
                        "are), got {themes}."
                    ).format(least=least, sections=sections, themes=self.themes)
                )
            return self.themes - seeded
        shaping = material.shaping if likely is None else unexplained(material, likely)
        room = min(int(shaping.sum()) // SECTIONS_PER_THEME, len(material.reports) // REPORTS_PER_THEME)
        most = min(MOST_THEMES - seeded, room)
        if most < 2:
            return 2 if self.free else 1
        resamples = max(2, self.resamples)
        self.choice_ = material.once(
            ("choice", *self._asked, resamples, self.random_state),
            lambda: judge_numbers(
                material,
                shaping,
                range(2, most + 1),
                algorithm=self.algorithm,
                resamples=resamples,
                random_state=self.random_state,
            ),
        )
        return self.choice_.number

    @property
    def strongest_(self) -> Rows:
        """The strongest cluster of each report, -1 where nothing is known; a theme must outweigh the whole rest."""
        return strongest(self.weights_, self._given)

    @property
    def filed_(self) -> Rows:
        """The cluster each report is filed with: its strongest, or the last, the rest, where nothing is known."""
        return np.where(self.strongest_ < 0, len(self.clusters_) - 1, self.strongest_)

    @property
    def _given(self) -> int:
        """Clusters that the codebook gives; they come first."""
        return 0 if self.free else len(self.codebook.ids)

    @property
    def _asked(self) -> tuple[Hashable, ...]:
        """What the lean of sections depends on; it is the same for both methods."""
        return (None if self.free else self.codebook, self.themes == "auto", self.algorithm)

    def _weights(self, material: Material, likely: Floats | None, groups: int, random_state: int) -> Floats:
        leaning = material.once(
            ("lean", *self._asked, groups, random_state),
            lambda: lean(
                material,
                likely,
                groups,
                only_clear=self.themes == "auto",
                algorithm=self.algorithm,
                random_state=random_state,
            ),
        )
        return self._section_weights(material, leaning, random_state)

    def _scores(self, material: Material, weights: Floats) -> Floats:
        spread = material.spread(weights)
        return np.where(spread.sum(1, keepdims=True) > 0, naming.distinctive(spread), 0.0)

    def _top(self, material: Material, scores: Floats) -> list[list[str]]:
        return [naming.first_words(row, material.words, quality.JUDGED_WORDS) for row in scores]

    def _judge(self, groups: int, top: list[list[str]]) -> tuple[Floats, Floats]:
        """Refit on resamples and with other seeds, set `agreement_`, and return the stability of each theme in both."""
        material, everything = self.material_, np.arange(len(self.material_.reports))
        resamples = quality.draws(len(everything), self.resamples, random_state=self.random_state)
        found: list[Floats] = []
        self.agreement_ = {}
        for name, samples in (("resamples", resamples), ("seeds", [everything] * self.resamples)):
            labels, values = [_labels(self.strongest_, everything, len(everything))], []
            agreed: list[float] = []
            for run, rows in enumerate(samples):
                if quality.error_of_mean(agreed, fewest=FEWEST_REFITS) <= NARROW:
                    break
                part = material if name == "seeds" else material.sample(rows)
                seed = self.random_state + run + 1
                weights = self._weights(part, self._likely(part, seed), groups, seed)
                values.append(quality.matched_words(top, self._top(part, self._scores(part, weights))))
                labels.append(_labels(strongest(part.by_report(weights), self._given), rows, len(everything)))
                agreed.append(quality.pairwise_agreement([labels[0], labels[-1]]))
            found.append(np.mean(values, axis=0) if values else np.ones(len(top)))
            self.agreement_[name] = round(quality.pairwise_agreement(labels), 4)
        return found[0], found[1]

    def _rest(self, clusters: int) -> int | None:
        """Return the cluster that holds what is no theme, if there is one."""
        residual = clusters - len(self.codebook.ids)
        return None if self.free or (self.themes != "auto" and residual > 1) else clusters - 1


def _labels(found: Rows, rows: Rows, reports: int) -> Rows:
    """Return the cluster of every report, -1 for those that are not among `rows`."""
    labels = np.full(reports, -1, dtype=np.int64)
    labels[rows] = found
    return labels
