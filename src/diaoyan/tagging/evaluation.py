"""How good a classifier is: held-out reports beside the tags they got, and the measures that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from diaoyan.arrays import Bools, Floats, Ints
from diaoyan.corpus.labels import Label, carried
from diaoyan.display import Bar, Cell, table
from diaoyan.language import gettext
from diaoyan.tagging.tag import Tag
from diaoyan.themes import OTHER


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A held-out report: how it is labelled, and the tag it got."""

    #: Which classifier it was held out from, such as ``fold 2`` or ``2025-04``.
    test: str
    label: Label
    tag: Tag
    #: Whether there was more to read than title and authors.
    with_text: bool
    #: Probability of the primary theme to be the right one, and how far it stood before the next one, 0 to 1.
    confidence: float
    margin: float

    @property
    def right(self) -> bool:
        """Whether it is filed where its label files it."""
        return self.tag.primary == self.label.primary


@dataclass(frozen=True)
class Evaluation:
    """Held-out results of a classifier.

    Attributes
    ----------
    classes : tuple of str
        The themes of the codebook, then `other`.
    truth, predicted : list of str
        Primary theme as labelled and as predicted, one entry per held-out report, and per repeat.
    accuracy, macro_f1 : float
        Between 0 and 1; macro-F1 over the classes that occur.
    interval : tuple of float
        95 % bootstrap interval of `macro_f1`, over reports.
    f1 : dict of str to float
        Per class that occurs.
    confidence : list of float
        Probability stated for each prediction, between 0 and 1; empty where it was not kept.
    tested : list of HeldOut
        The held-out reports themselves; empty where they were not kept, and then the following are None.
    multilabel_f1 : float or None
        Macro-F1 over the themes, primary and further ones alike; themes that never occur are left out.
    brier, ece : float or None
        Brier score and expected calibration error of the probabilities of the themes.
    kept, kept_accuracy : float or None
        Share of reports not sent to review, and the share of those that is filed right (None if there are none).
    """

    classes: tuple[str, ...]
    truth: list[str]
    predicted: list[str]
    accuracy: float
    macro_f1: float
    interval: tuple[float, float]
    f1: dict[str, float]
    confidence: list[float] = field(default_factory=list)
    tested: list[HeldOut] = field(default_factory=list)
    multilabel_f1: float | None = None
    brier: float | None = None
    ece: float | None = None
    kept: float | None = None
    kept_accuracy: float | None = None

    @classmethod
    def of(cls, tested: Sequence[HeldOut], classes: tuple[str, ...], *, random_state: int = 0) -> Evaluation:
        """Measure held-out tags.

        Parameters
        ----------
        tested : sequence of HeldOut
            At least one; a report tested several times is drawn as a whole for the interval.
        classes : tuple of str
            The themes of the codebook, then `other`.
        random_state : int
            Decides the bootstrap.
        """
        themes = [name for name in classes if name != OTHER]
        numbers = {one: number for number, one in enumerate(dict.fromkeys(one.tag.report_id for one in tested))}
        measured = summarise(
            classes,
            np.array([classes.index(one.label.primary) for one in tested]),
            predicted=np.array([classes.index(one.tag.primary) for one in tested]),
            report=np.array([numbers[one.tag.report_id] for one in tested]),
            random_state=random_state,
        )
        labelled = carried([one.label for one in tested], themes)
        given = np.array([[theme in one.tag.themes for theme in themes] for one in tested])
        stated = np.array([[one.tag.probabilities.get(theme, np.nan) for theme in themes] for one in tested])
        known = ~np.isnan(stated)  # a theme that was left out of the codebook has no probability
        kept = [one for one in tested if not one.tag.needs_review]
        return replace(
            measured,
            confidence=[one.confidence for one in tested],
            tested=list(tested),
            multilabel_f1=multilabel_f1(labelled, given),
            brier=float(((stated - labelled)[known] ** 2).mean()),
            ece=calibration_error(stated[known], labelled[known]),
            kept=len(kept) / len(tested),
            kept_accuracy=sum(one.right for one in kept) / len(kept) if kept else None,
        )

    def once(self) -> Evaluation:
        """Return the same with the first tag of each report alone, for whoever counts reports."""
        first = {one.tag.report_id: one for one in reversed(self.tested)}
        return Evaluation.of([one for one in self.tested if first[one.tag.report_id] is one], self.classes)

    def _repr_html_(self) -> str:
        """Return a table for notebooks: F1 of each class, and what holds for all of them."""
        rows: list[list[Cell]] = [
            [name, self.truth.count(name), self.predicted.count(name), Bar(f1, f"{f1:.2f}")]
            for name, f1 in self.f1.items()
        ]
        low, high = self.interval
        notes = [
            gettext("macro-F1 {macro_f1:.2f} (95 % interval {low:.2f} to {high:.2f}), accuracy {accuracy:.2f}").format(
                macro_f1=self.macro_f1, low=low, high=high, accuracy=self.accuracy
            )
        ]
        if self.brier is not None and self.ece is not None:
            said = gettext("probabilities of the themes: Brier {brier:.3f}, calibration error {ece:.3f}")
            notes.append(said.format(brier=self.brier, ece=self.ece))
        if self.kept is not None:
            if self.kept_accuracy is None:
                notes.append(gettext("not sent to review: {kept:.0%}").format(kept=self.kept))
            else:
                said = gettext("not sent to review: {kept:.0%}, {right:.0%} of them right")
                notes.append(said.format(kept=self.kept, right=self.kept_accuracy))
        caption = gettext("{count} held-out tags").format(count=len(self.truth))
        return table(["class", "labelled", "predicted", "F1"], rows, caption=caption, notes=notes)

    def confusion(self) -> list[tuple[str, str, int]]:
        """Return truth, prediction and number of reports for every pair of classes."""
        pairs = list(zip(self.truth, self.predicted, strict=True))
        return [(t, p, pairs.count((t, p))) for t in self.classes for p in self.classes]


def multilabel_f1(carried: Bools, given: Bools) -> float:
    """Return the macro-F1 over themes; one that is neither carried nor given anywhere is left out.

    Parameters
    ----------
    carried, given : ndarray of shape (n_reports, n_themes), bool
        Themes as labelled and as tagged.

    Examples
    --------
    >>> yes, no = True, False
    >>> multilabel_f1(np.array([[yes, yes, no], [yes, no, no]]), np.array([[yes, no, no], [yes, no, no]]))
    0.5
    """
    total = carried.sum(0) + given.sum(0)
    f1 = 2 * (carried & given).sum(0)[total > 0] / total[total > 0]
    return float(f1.mean()) if len(f1) else 1.0


def calibration_error(stated: Floats, carried: Bools, *, bins: int = 5) -> float:
    """Return the expected calibration error over bins of equal mass (Nguyen and O'Connor 2015).

    Parameters
    ----------
    stated : ndarray of shape (n,)
        Probabilities, 0 to 1.
    carried : ndarray of shape (n,), bool
        Whether what they speak of was true.
    bins : int

    Examples
    --------
    >>> calibration_error(np.array([0.25, 0.25, 0.25, 0.25]), np.array([True, False, False, False]), bins=1)
    0.0
    """
    order = np.lexsort((carried, stated))
    size = len(order)
    parts = [order[k * size // bins : (k + 1) * size // bins] for k in range(bins)]
    return float(sum(len(p) / size * abs(stated[p].mean() - carried[p].mean()) for p in parts if len(p)))


def summarise(
    classes: tuple[str, ...],
    truth: Ints,
    *,
    predicted: Ints,
    report: Ints | None = None,
    random_state: int = 0,
) -> Evaluation:
    """Return the scores of predictions, with a bootstrap interval over reports.

    Parameters
    ----------
    classes : tuple of str
    truth, predicted : ndarray of shape (n_predictions,)
        Numbers of classes.
    report : ndarray of shape (n_predictions,), optional
        Number of the report each is of, where reports were tested several times.
    random_state : int
        Decides the bootstrap.
    """
    report = np.arange(len(truth)) if report is None else report
    total = int(report.max()) + 1
    generator = np.random.default_rng(random_state)
    drawn = [np.bincount(generator.integers(0, total, total), minlength=total) for _ in range(1000)]
    draws = np.sort([np.nanmean(class_f1(truth, predicted, len(classes), weight=often[report])) for often in drawn])
    f1 = class_f1(truth, predicted, len(classes), weight=np.ones(len(truth)))
    return Evaluation(
        classes=classes,
        truth=[classes[number] for number in truth],
        predicted=[classes[number] for number in predicted],
        accuracy=float((truth == predicted).mean()),
        macro_f1=float(np.nanmean(f1)),
        interval=(float(draws[24]), float(draws[974])),
        f1={name: float(value) for name, value in zip(classes, f1, strict=True) if not np.isnan(value)},
    )


def class_f1(truth: Ints, predicted: Ints, classes: int, *, weight: npt.NDArray[np.number]) -> Floats:
    """Return F1 per class; nan for a class that is neither there nor predicted."""
    counts = np.bincount(truth * classes + predicted, weights=weight, minlength=classes**2)
    table = counts.reshape(classes, classes)
    total = table.sum(0) + table.sum(1)
    return np.where(total > 0, 2 * np.diag(table) / np.maximum(total, 1), np.nan)
