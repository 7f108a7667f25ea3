"""`Tagger`: files reports under the themes of the codebook, says how sure it is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from diaoyan.arrays import Bools, Floats
from diaoyan.corpus.labels import Label, labels_of
from diaoyan.display import table
from diaoyan.errors import ModelError
from diaoyan.estimators import Estimator, Kind, as_reports
from diaoyan.language import gettext
from diaoyan.preprocess import Tokenizer
from diaoyan.preprocess.vectors import WordVectors
from diaoyan.report import Report
from diaoyan.tagging.calibration import Calibration, best_thresholds, review_margin, thresholds_onto
from diaoyan.tagging.doubt import doubt, readable
from diaoyan.tagging.evidence import evidence, remark
from diaoyan.tagging.examples import LEAST_EXAMPLES, Examples
from diaoyan.tagging.features import Features, Reading
from diaoyan.tagging.linear import Linear, fit_linear
from diaoyan.tagging.tag import Tag
from diaoyan.tagging.training_set import training_examples
from diaoyan.tagging.weak import ENOUGH
from diaoyan.themes import OTHER, Codebook

#: Share of wrong primary themes that is accepted among the tags that are not sent to review.
ERROR_RATE = 0.04
#: Reports tagged at a time: memory is bounded by these, not by all of them.
BATCH = 500
#: How much the seed words of a report without a label count against a hand label.
WEAK_WEIGHT = 0.2


class Tagger(Estimator):
    """One linear classifier per theme, and one for `other`, over words, character n-grams and seed words.

    Probabilities, thresholds and the rule for review come from reports the scores did not learn from (grouped,
    stratified folds; near-duplicates stay together), separately for reports with text and for titles alone.

    Parameters
    ----------
    codebook : Codebook, optional
        The themes; the four that ship by default.
    engine : {'rjieba', 'jieba'}
        Segmentation engine.
    C : float
        Inverse strength of the L2 penalty.
    folds : int
        Folds for the held-out scores.
    random_state : int
        Decides the folds.
    vectors : WordVectors, optional
        What words mean, beside the words themselves; on top of another classifier its own are used.

    Attributes
    ----------
    features_ : Features
    weights_ : ndarray of shape (n_columns, n_classes), float32
        Classes are the themes in the order of the codebook, then `other`.
    bias_ : ndarray of shape (n_classes,)
    calibrations_ : dict of str to Calibration
        For reports with ``"text"`` and by ``"title"`` alone.
    thresholds_ : ndarray of shape (n_themes,)
    counts_ : dict of str to int
        Labelled reports per class, near-duplicates counted once.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, labels = settings.sample()
    >>> tagger = Tagger(folds=3).fit(reports, labels)
    >>> tag = tagger.tag([Report("x", "金桥村土地流转与集体经济调查")])[0]
    >>> tag.primary, tag.evidence
    ('rural', '无正文，仅据题目：土地流转、集体经济')
    """

    features_: Features
    weights_: npt.NDArray[np.float32]
    bias_: Floats
    calibrations_: dict[str, Calibration]
    thresholds_: Floats
    counts_: dict[str, int]
    base_: Tagger | None = None
    _kind: Kind | None = "classifier"

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        engine: Any = "rjieba",
        C: float = 10.0,
        folds: int = 5,
        random_state: int = 0,
        vectors: WordVectors | None = None,
    ) -> None:
        self.codebook = codebook or Codebook.default()
        self.engine = engine
        self.C = C
        self.folds = folds
        self.random_state = random_state
        self.vectors = vectors

    @property
    def classes(self) -> tuple[str, ...]:
        """The themes of the codebook, then `other`."""
        return (*self.codebook.ids, OTHER)

    @property
    def classes_(self) -> npt.NDArray[np.str_]:
        """The same as an array, as scikit-learn wants it; there once it is fitted."""
        if not hasattr(self, "weights_"):
            raise AttributeError("classes_ is there once the Tagger is fitted")
        return np.array(self.classes)

    @property
    def linear(self) -> Linear:
        """Features and weights, once they are fitted."""
        return Linear(self.features_, self.classes, self.weights_, self.bias_)

    @property
    def labelled_themes(self) -> tuple[str, ...]:
        """The themes it has learned from labels, in the order of the codebook; see `untaught` for the others."""
        return tuple(theme for theme in self.codebook.ids if self.counts_.get(theme, 0) > 0)

    @property
    def unlabelled_themes(self) -> tuple[str, ...]:
        """The themes it knows from seed words and what they mean alone."""
        return tuple(theme for theme in self.codebook.ids if theme not in self.labelled_themes)

    def _repr_html_(self) -> str:
        """Return a table for notebooks: what each class was learned from, and when a report is given a theme."""
        if not hasattr(self, "weights_"):
            return table(["setting", "value"], [["fitted", gettext("no: call fit(reports, labels)")]], caption="Tagger")
        bars = [*(float(bar) for bar in self.thresholds_), None]
        rows = [[name, self.counts_.get(name), bar] for name, bar in zip(self.classes, bars, strict=True)]
        said = gettext("{count} words, n-grams and densities of seed words; penalty C = {penalty:g}")
        notes = [said.format(count=self.features_.n_columns, penalty=self.C)]
        return table(["class", "labelled reports", "given from probability"], rows, caption="Tagger", notes=notes)

    def new_features(self) -> Features:
        """Return features that have learned nothing yet, with this tagger's settings."""
        seeds = [seed for theme in self.codebook.themes for seed in theme.seeds]
        return Features(Tokenizer(engine=self.engine, terms=seeds), self.codebook, vectors=self.vectors)

    def fit(
        self,
        reports: Any,
        labels: Any = None,
        *,
        base: Tagger | None = None,
        rehearsal: tuple[Sequence[Report], Mapping[str, Label]] | None = None,
        weak_weight: float = WEAK_WEIGHT,
    ) -> Tagger:
        """Learn from labelled reports, from the seed words of the others, and from an earlier classifier.

        Parameters
        ----------
        reports : sequence of Report or of str, Series of str, or DataFrame
            See `diaoyan.estimators.as_reports`.
        labels : mapping of report_id to Label, or sequence
            One a report, if it is a sequence, see `diaoyan.corpus.labels.labels_of`. An empty mapping says that nobody
            has labelled: the base, or the seed words of the codebook, then have to do.
        base : Tagger, optional
            Fitted; its weights are where this one starts from. The seed words of reports without a label then speak
            only of themes it lacks.
        rehearsal : pair of reports and labels, optional
            What the base has learned from, such as the sample: learned again, so that it is not forgotten, but no
            measure of what was learned.
        weak_weight : float
            How much the seed words of a report without a label count against a hand label; 0 leaves such reports out.

        Raises
        ------
        CorpusError
            If no labels are given, or they do not fit the reports.
        ModelError
            If a theme has too few examples, or the codebook lacks a theme of the base.
        """
        reports = as_reports(reports)
        labels = labels_of(labels, reports, self.codebook)
        known = (*base.labelled_themes, OTHER) if base else None
        examples = training_examples(
            reports, labels, self.new_features(), known=known, rehearsal=rehearsal, weak_weight=weak_weight
        )
        return self.fit_examples(examples, base=base)

    def fit_examples(self, examples: Examples, *, base: Tagger | None = None) -> Tagger:
        """Learn from examples, weak ones among them; see `fit`.

        With a base, and fewer than `ENOUGH` trusted examples or too few of a class, probabilities and thresholds stay
        those of the base.

        Raises
        ------
        ModelError
            If there is no base, and a class has fewer than three trusted examples; if the codebook lacks a theme of
            the base.
        """
        self.learn(examples, base=base)
        rows = np.flatnonzero(examples.trusted)
        if base is not None and len(np.unique(examples.group[rows])) < ENOUGH:
            self.calibrations_, self.thresholds_ = self._of_base(base)
            return self
        return self.calibrate(self.held_out_scores(examples), examples)

    def learn(self, examples: Examples, *, base: Tagger | None = None) -> Tagger:
        """Fit features and weights, the first half of `fit_examples`; `calibrate` is the second."""
        self.base_ = base
        self.counts_ = examples.counts(self.classes)
        if base is None:
            examples.require(self.classes)
        linear = self._linear(examples)
        self.features_, self.bias_ = linear.features, linear.bias
        self.weights_ = linear.weights.astype(np.float32)
        return self

    def held_out_scores(self, examples: Examples) -> dict[str, Floats]:
        """Return raw scores of trusted examples from classifiers that have not seen them, whole and by title alone.

        Returns
        -------
        dict of str to ndarray of shape (n_examples, n_classes)
            ``text`` and ``title``, and ``text meaning`` and ``title meaning``, what of these comes from the vectors of
            words; zeros for examples that are not trusted, which every classifier learns from.
        """
        shape = (len(examples), len(self.classes))
        scores = {kind: np.zeros(shape) for kind in ("text", "title", "text meaning", "title meaning")}
        for train, test in examples.folds(self.folds, self.random_state):
            part = self._linear(examples.take(train))
            for kind, values in part.scores([examples.readings[row] for row in test]).items():
                scores[kind][test] = values
        return scores

    def calibrate(
        self,
        scores: Mapping[str, Floats],
        examples: Examples,
        *,
        hand: Bools | None = None,
        worth: Floats | None = None,
        caution: float = 1.0,
    ) -> Tagger:
        """Set probabilities, thresholds and the rule for review from held-out scores of trusted examples.

        Parameters
        ----------
        scores : mapping of str to ndarray of shape (n_examples, n_classes)
            As `held_out_scores` returns them; without meaning, only margins tell what is sure.
        examples : Examples
        hand : ndarray of shape (n_examples,), bool, optional
            The examples labelled by hand, which alone know all themes a report carries: thresholds rest on these. All
            by default.
        worth : ndarray of shape (n_examples,), optional
            How much each example counts in the rule for review; all the same by default.
        caution : float
            See `Calibration.fit`.
        """
        meant = self.features_.vectors is not None
        worth = np.ones(len(examples)) if worth is None else worth
        hand = np.ones(len(examples), dtype=bool) if hand is None else hand
        calibrations, thresholds = self._of_base(self.base_) if self.base_ else ({}, None)
        for kind in ("text", "title"):
            rows = examples.trusted & np.array([kind in reading.kinds for reading in examples.readings], dtype=bool)
            start, labelled = calibrations.get(kind), examples.take(np.flatnonzero(rows))
            if start and (len(labelled) < ENOUGH or min(labelled.counts(self.classes).values()) < LEAST_EXAMPLES):
                continue  # where nobody labels `other`, say, the labels do not tell how often it is right
            if not start and len(np.unique(examples.primary[rows & hand])) < len(self.classes):
                rows = examples.trusted
            primary, familiar = examples.primary[rows], self._familiar(examples, kind) if start else None
            calibrations[kind] = Calibration.fit(
                scores[kind][rows],
                examples.carried[rows],
                primary=primary,
                worth=worth[rows],
                known=examples.known[rows],
                start=start,
                familiar=familiar,
                meaning=scores[f"{kind} meaning"][rows] if meant else None,
                caution=caution,
            )
            if kind == "text":
                kept = rows & hand
                probabilities = calibrations[kind].carried(scores[kind][kept])
                thresholds = best_thresholds(
                    probabilities[:, :-1],
                    examples.carried[kept, :-1],
                    known=examples.known[kept, :-1],
                    start=thresholds,
                )
        assert thresholds is not None
        self.calibrations_, self.thresholds_ = calibrations, thresholds
        return self

    def _familiar(self, examples: Examples, kind: str) -> Floats:
        """Return scores of what a base was reminded of, whole or by title alone."""
        readings = [examples.readings[row] for row in np.flatnonzero(~examples.trusted)]
        readings = [r if kind == "text" else r.without_text() for r in readings if kind in r.kinds]
        return self.scores(readings) if readings else np.zeros((0, len(self.classes)))

    def _of_base(self, base: Tagger) -> tuple[dict[str, Calibration], Floats]:
        """Return calibrations and thresholds of a base, for all classes of this classifier."""
        return (
            {kind: c.onto(base.classes, self.classes) for kind, c in base.calibrations_.items()},
            thresholds_onto(base.thresholds_, base.classes, self.classes),
        )

    def _linear(self, examples: Examples) -> Linear:
        start = self.base_.linear if self.base_ else None
        return fit_linear(
            examples, self.new_features(), classes=self.classes, C=self.C, random_state=self.random_state, start=start
        )

    def scores(self, readings: Sequence[Reading]) -> Floats:
        """Return raw scores of shape (n_readings, n_classes); above 0 speaks for the class."""
        return np.asarray(self.features_.rows(readings).times(self.weights_) + self.bias_)

    def predict_proba(self, reports: Any) -> Floats:
        """Return the probability that each report carries each class, of shape (n_reports, n_classes), 0 to 1.

        A report can carry several themes, so that the rows do not add up to 1.
        """
        readings = self._read(reports)
        return self.judge(readings, self.scores(readings))[0]

    def predict(self, reports: Any) -> npt.NDArray[np.str_]:
        """Return the theme each report is filed under, of shape (n_reports,): an id of the codebook or ``other``."""
        readings = self._read(reports)
        if not readings:
            return np.empty(0, dtype=str)
        best = self.judge(readings, self.scores(readings))[1].argmax(1)
        return np.array([self.classes[place] for place in best])

    def score(self, reports: Any, labels: Any) -> float:
        """Return the share of labelled reports that are filed under their primary theme, 0 to 1."""
        reports = as_reports(reports)
        given = labels_of(labels, reports, self.codebook)
        asked = [report for report in reports if report.report_id in given]
        right = self.predict(asked) == np.array([given[report.report_id].primary for report in asked])
        return float(np.mean(right)) if asked else float("nan")

    def _read(self, reports: Any) -> list[Reading]:
        if not hasattr(self, "weights_"):
            raise ModelError(
                gettext("Expected a fitted Tagger, got one that has learned nothing; call fit(reports, labels) first.")
            )
        return self.features_.read(as_reports(reports))

    def judge(self, readings: Sequence[Reading], scores: Floats) -> tuple[Floats, Floats]:
        """Return what raw scores mean: the probabilities to carry each class, and to be filed under it.

        Returns
        -------
        carried, primary : ndarray of shape (n_readings, n_classes)
        """
        with_text = np.array([reading.has_text for reading in readings], dtype=bool)[:, None]
        text, title = self.calibrations_["text"], self.calibrations_["title"]
        return (
            np.where(with_text, text.carried(scores), title.carried(scores)),
            np.where(with_text, text.primary(scores), title.primary(scores)),
        )

    def certainty(self, readings: Sequence[Reading], scores: Floats, meaning: Floats) -> Floats:
        """Return how sure it is that each report is filed right, 0 to 1, to be held against `review_bars`."""
        with_text = np.array([reading.has_text for reading in readings], dtype=bool)
        text, title = self.calibrations_["text"], self.calibrations_["title"]
        return np.where(with_text, text.certainty(scores, meaning), title.certainty(scores, meaning))

    def review_bars(self, error_rate: float = ERROR_RATE) -> dict[str, float]:
        """Return the certainties below which tags go to review, of reports with ``text`` and of those by ``title``."""
        calibrations = self.calibrations_.items()
        return {kind: review_margin(c.margin, c.correct, error_rate, worth=c.worth) for kind, c in calibrations}

    def tag(self, reports: Sequence[Report], *, error_rate: float = ERROR_RATE) -> list[Tag]:
        """Tag reports, in order.

        Parameters
        ----------
        reports : sequence of Report
            With or without text.
        error_rate : float
            Share of wrong primary themes accepted among the tags that are not sent to review, between 0 and 1.
        """
        batches = range(0, len(reports), BATCH)
        return [tag for start in batches for tag in self._tag(reports[start : start + BATCH], error_rate)]

    def _tag(self, reports: Sequence[Report], error_rate: float) -> list[Tag]:
        readings = self.features_.read(reports)
        rows = self.features_.rows(readings)
        scores = rows.times(self.weights_) + self.bias_
        carried, primary = self.judge(readings, scores)
        best, sure = primary.argmax(1), self.certainty(readings, scores, rows.meaning(self.weights_))
        words = evidence(self.linear, readings, rows, themes=best.tolist(), reports=reports)
        least = self.review_bars(error_rate)
        tags = []
        for number, (report, reading, said) in enumerate(zip(reports, readings, words, strict=True)):
            filed = dict(zip(self.classes, primary[number].tolist(), strict=True))
            likely = dict(zip(self.classes, [*carried[number, :-1].tolist(), filed[OTHER]], strict=True))
            themes = self._themes(carried[number], int(best[number]))
            reason = doubt(
                likely,
                filed,
                themes=themes,
                codebook=self.codebook,
                is_readable=readable(self.features_, reading),
                sure=float(sure[number]),
                least=least["text" if report.has_text else "title"],
            )
            tags.append(
                Tag(
                    report_id=report.report_id,
                    month=report.month,
                    no=report.no,
                    title=report.title,
                    primary=self.classes[best[number]],
                    themes=themes,
                    probabilities=likely,
                    needs_review=bool(reason),
                    evidence=remark(report, said) + ("、".join(said) or "没有主题词"),
                    reason=reason,
                    certainty=round(float(sure[number]), 6),
                )
            )
        return tags

    def _themes(self, probabilities: Floats, first: int) -> tuple[str, ...]:
        """Return the themes a report carries: the primary one, then those above their threshold, likeliest first."""
        above = [
            (-float(p), theme)
            for number, (p, theme, bar) in enumerate(
                zip(probabilities[:-1], self.codebook.ids, self.thresholds_, strict=True)
            )
            if p >= bar and number != first
        ]
        head = [self.classes[first]] if self.classes[first] != OTHER else []
        return (*head, *(theme for _, theme in sorted(above)))
