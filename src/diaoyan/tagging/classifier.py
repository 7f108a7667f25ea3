"""`Tagger`: files reports under the themes of the codebook, says how sure it is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import Label, near_duplicates
from diaoyan.errors import ModelError
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.tagging.calibration import Bools, Floats, Sigmoid, best_thresholds, margins, review_margin
from diaoyan.tagging.features import Document, Features
from diaoyan.themes import OTHER, Codebook

#: Fewest labelled reports of a theme, and of `other`, from which a classifier is fitted.
LEAST_EXAMPLES = 3
#: Share of wrong primary themes that is accepted among the tags that are not sent to review.
ERROR_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Tag:
    """What the classifier says of one report.

    Parameters
    ----------
    report_id, month, no, title : str or None, int or None
        From the report.
    primary : str
        Id of the theme it is filed under, or ``other``; never empty.
    themes : tuple of str
        Every theme it carries, the primary first; empty if it is `other` alone.
    probabilities : dict of str to float
        Calibrated probability that the report carries each theme of the codebook, and that it is `other`.
    needs_review : bool
        Whether a person should look at it.
    evidence : str
        The words that speak most for the primary theme; says so where there was no text, or only a part.
    """

    report_id: str
    month: str | None
    no: int | None
    title: str
    primary: str
    themes: tuple[str, ...]
    probabilities: dict[str, float]
    needs_review: bool
    evidence: str


class Tagger:
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

    Attributes
    ----------
    features_ : Features
    weights_ : ndarray of shape (n_columns, n_classes), float32
        Classes are the themes in the order of the codebook, then `other`.
    bias_ : ndarray of shape (n_classes,)
    sigmoids_ : dict of str to Sigmoid
        For ``"text"`` and for ``"title"``.
    thresholds_ : ndarray of shape (n_themes,)
    held_out_ : dict of str to ndarray
        Margins and correctness of held-out reports, ``text_margin``, ``text_correct``, ``title_margin``, ...
    counts_ : dict of str to int
        Labelled reports per class, near-duplicates counted once.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, labels = settings.sample()
    >>> tagger = Tagger(folds=3).fit(reports, labels)
    >>> tag = tagger.tag([Report("x", "金桥村土地流转与集体经济调查")])[0]
    >>> tag.primary, tag.evidence
    ('rural', '无正文，仅据标题：集体经济、土地流转')
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        engine: Any = "rjieba",
        C: float = 10.0,
        folds: int = 5,
        random_state: int = 0,
    ) -> None:
        self.codebook = codebook or Codebook.default()
        self.engine = engine
        self.C = C
        self.folds = folds
        self.random_state = random_state

    @property
    def classes(self) -> tuple[str, ...]:
        """The themes of the codebook, then `other`."""
        return (*self.codebook.ids, OTHER)

    def new_features(self) -> Features:
        """Return features that have learned nothing yet, with this tagger's settings."""
        seeds = [seed for theme in self.codebook.themes for seed in theme.seeds]
        return Features(Tokenizer(engine=self.engine, terms=seeds), self.codebook)

    def fit(self, reports: Sequence[Report], labels: Mapping[str, Label]) -> Tagger:
        """Learn from the labelled ones among `reports`.

        Raises
        ------
        ModelError
            If a theme, or `other`, has fewer than three labelled reports.
        """
        known, truth, groups = self.training_set(reports, labels)
        self.counts_ = {name: int(n) for name, n in zip(self.classes, truth[:, :, 0].sum(0), strict=True)}
        folds = self._folds(truth[:, :, 0].argmax(1), groups)
        shape = (len(known), len(self.classes))
        scores = {"text": np.zeros(shape), "title": np.zeros(shape)}
        for train, test in folds:
            features, weights, bias = self._fit_linear([known[i] for i in train], truth[train])
            for kind in scores:
                documents = [_document(known[i], title_only=kind == "title") for i in test]
                scores[kind][test] = features.matrix(documents) @ weights + bias
        self.features_, weights, self.bias_ = self._fit_linear(known, truth)
        self.weights_ = weights.astype(np.float32)

        carried, primary = truth[:, :, 1].astype(bool), truth[:, :, 0].argmax(1)
        with_text = np.array([report.has_text for report in known])
        self.sigmoids_: dict[str, Sigmoid] = {}
        self.held_out_: dict[str, npt.NDArray[Any]] = {}
        for kind, rows in (("text", with_text), ("title", np.ones(len(known), bool))):
            if not rows.any():
                rows = ~rows
            self.sigmoids_[kind] = Sigmoid.fit(scores[kind][rows], carried[rows])
            probabilities = self.sigmoids_[kind](scores[kind][rows])
            self.held_out_[f"{kind}_margin"] = margins(probabilities)
            self.held_out_[f"{kind}_correct"] = probabilities.argmax(1) == primary[rows]
            if kind == "text":
                self.thresholds_ = best_thresholds(probabilities[:, :-1], carried[rows, :-1])
        return self

    def training_set(
        self, reports: Sequence[Report], labels: Mapping[str, Label]
    ) -> tuple[list[Report], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the labelled reports, what they carry, and which of them belong together.

        Returns
        -------
        known : list of Report
        truth : ndarray of shape (n_reports, n_classes, 2)
            Whether the class is the primary one, and whether it is carried at all.
        groups : ndarray of shape (n_reports,)
            Near-duplicates share a number.

        Raises
        ------
        ModelError
            If a theme, or `other`, has fewer than three labelled reports.
        """
        known = [report for report in reports if report.report_id in labels]
        truth = np.zeros((len(known), len(self.classes), 2), dtype=np.int64)
        for row, report in enumerate(known):
            label = labels[report.report_id]
            truth[row, self.classes.index(label.primary)] = 1
            for theme in label.further:
                truth[row, self.classes.index(theme), 1] = 1
        groups = near_duplicates(known)
        for column, name in enumerate(self.classes):
            examples = len(set(groups[truth[:, column, 0] == 1]))
            if examples < LEAST_EXAMPLES:
                raise ModelError(
                    f"Expected at least {LEAST_EXAMPLES} labelled reports whose primary theme is {name!r}, "
                    f"found {examples}; label more of them, or take the theme out of the codebook."
                )
        return known, truth, groups

    def _folds(
        self, primary: npt.NDArray[np.int64], groups: npt.NDArray[np.int64]
    ) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        from sklearn.model_selection import StratifiedGroupKFold

        count = min(self.folds, int(np.bincount(primary).min()))
        folds = StratifiedGroupKFold(max(2, count), shuffle=True, random_state=self.random_state)
        return list(folds.split(primary, primary, groups))

    def _fit_linear(
        self, reports: Sequence[Report], truth: npt.NDArray[np.int64]
    ) -> tuple[Features, Floats, Floats]:
        """Fit features and one linear classifier per class on reports, each seen whole and by its title alone."""
        from sklearn.linear_model import LogisticRegression

        whole = [_document(report) for report in reports]
        features = self.new_features().fit(whole)
        titles = [_document(report, title_only=True) for report in reports]
        rows = features.matrix([*whole, *titles])
        weights, bias = [], []
        for column in range(len(self.classes)):
            target = np.tile(truth[:, column, 1], 2)
            if len(set(target)) < 2:
                raise ModelError(f"No fold can hold out {self.classes[column]!r}: label more reports of it.")
            model = LogisticRegression(C=self.C, class_weight="balanced", max_iter=2000)
            model.fit(rows, target)
            weights.append(model.coef_[0])
            bias.append(float(model.intercept_[0]))
        return features, np.array(weights).T, np.array(bias)

    def scores(self, documents: Sequence[Document]) -> Floats:
        """Return raw scores of shape (n_documents, n_classes); above 0 speaks for the class."""
        out = np.tile(self.bias_, (len(documents), 1))
        for row, document in enumerate(documents):
            columns, values = self.features_.vector(document)
            out[row] += values @ self.weights_[columns]
        return out

    def predict_proba(self, reports: Sequence[Report]) -> Floats:
        """Return calibrated probabilities of shape (n_reports, n_classes), each between 0 and 1."""
        scores = self.scores([_document(report) for report in reports])
        with_text = np.array([report.has_text for report in reports], dtype=bool)
        return np.where(with_text[:, None], self.sigmoids_["text"](scores), self.sigmoids_["title"](scores))

    def tag(self, reports: Sequence[Report], *, error_rate: float = ERROR_RATE) -> list[Tag]:
        """Tag reports, in order.

        Parameters
        ----------
        reports : sequence of Report
            With or without text.
        error_rate : float
            Share of wrong primary themes accepted among the tags that are not sent to review, between 0 and 1.
        """
        if not reports:
            return []
        probabilities = self.predict_proba(reports)
        least = {
            kind: review_margin(self.held_out_[f"{kind}_margin"], self.held_out_[f"{kind}_correct"], error_rate)
            for kind in ("text", "title")
        }
        tags = []
        for report, row, margin in zip(reports, probabilities, margins(probabilities), strict=True):
            best = int(row.argmax())
            carried = [
                (float(p), theme)
                for p, theme, bar in zip(row[:-1], self.codebook.ids, self.thresholds_, strict=True)
                if p >= bar and theme != self.classes[best]
            ]
            first = [self.classes[best]] if self.classes[best] != OTHER else []
            tags.append(
                Tag(
                    report_id=report.report_id, month=report.month, no=report.no, title=report.title,
                    primary=self.classes[best],
                    themes=(*first, *(theme for _, theme in sorted(carried, reverse=True))),
                    probabilities={name: float(p) for name, p in zip(self.classes, row, strict=True)},
                    needs_review=bool(margin < least["text" if report.has_text else "title"]),
                    evidence=self.evidence(report, self.classes[best]),
                )
            )  # fmt: skip
        return tags

    def contributions(self, report: Report, theme: str) -> list[tuple[str, float]]:
        """Return what each word and n-gram adds to the raw score of `theme`: coefficient times value, largest first.

        The share of a theme's seed words is divided among those that stand there, by how often they do.
        """
        document = _document(report)
        columns, values = self.features_.vector(document)
        share = values * self.weights_[columns, self.classes.index(theme)]
        added: dict[str, float] = {}
        for column, amount in zip(columns, share, strict=True):
            name = self.features_.name(int(column))
            if name.startswith("seeds:"):
                seeds = self.features_.seeds_in(document)[name.removeprefix("seeds:")]
                for word, count in seeds.items():
                    added[word] = added.get(word, 0.0) + float(amount) * count / seeds.total()
            else:
                added[name] = added.get(name, 0.0) + float(amount)
        return sorted(added.items(), key=lambda item: (-item[1], item[0]))

    def evidence(self, report: Report, theme: str, *, most: int = 5) -> str:
        """Return the `most` words that speak for a theme, with a remark where there was no text or only a part."""
        words = [name for name, amount in self.contributions(report, theme) if amount > 0 and name[0] != "〔"]
        remark = {"missing": "无正文，仅据标题：", "partial": "正文不全："}.get(_status(report), "")
        return remark + ("、".join(words[:most]) or "没有主题词")


def _document(report: Report, *, title_only: bool = False) -> Document:
    return Document(report.title, "" if title_only else report.text, report.authors or "")


def _status(report: Report) -> str:
    return report.status if report.has_text else "missing"
