"""How tags hold for sources nobody has seen.

Each source of the annotated texts is left out in turn: the base is fitted and calibrated on the others, by the recipe
of ``train_base.py``, and tags the texts that were left out. The same from news to policy documents and back. Every
choice in the recipe follows the mean of the sources; the gold takes no part.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from base_sources import Source, sources
from train_base import Recipe

from diaoyan import settings
from diaoyan.models import read_vectors
from diaoyan.preprocess.vectors import WordVectors
from diaoyan.tagging import Tagger
from diaoyan.tagging.evaluation import calibration_error
from measures.shared import Floats, Ints, head, row

#: The five sources there were before `portal` and `papers` were read: their mean is comparable with what was before.
FIRST = ("news", "newspapers", "policy", "work reports", "sample")
DRAWS = 1000


@dataclass(frozen=True)
class HeldOut:
    """What a classifier says of a source it has not seen.

    Attributes
    ----------
    truth, said : ndarray of shape (n_texts,)
        Class it is filed under, by the readers and by the classifier.
    kept : ndarray of shape (n_texts,), bool
        Whether it is not sent to review.
    stated : ndarray of shape (n_texts, n_themes)
        Probability to carry each theme.
    carried, known : ndarray of shape (n_texts, n_themes), bool
    """

    truth: Ints
    said: Ints
    kept: npt.NDArray[np.bool_]
    stated: Floats
    carried: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]

    @classmethod
    def by(cls, tagger: Tagger, part: Source) -> HeldOut:
        """Tag the texts of a source."""
        tags = tagger.tag(part.reports)
        classes = list(tagger.classes)
        return cls(
            part.examples.primary,
            np.array([classes.index(tag.primary) for tag in tags]),
            np.array([not tag.needs_review for tag in tags]),
            np.array([[tag.probabilities[theme] for theme in classes[:-1]] for tag in tags]),
            part.examples.carried[:, :-1],
            part.examples.known[:, :-1],
        )

    def measures(self, rows: Any = slice(None)) -> dict[str, float]:
        """Return macro-F1 and what else is printed, of some of the texts."""
        truth, said, kept = self.truth[rows], self.said[rows], self.kept[rows]
        known = self.known[rows]
        f1 = per_class(truth, said, classes=self.stated.shape[1] + 1)
        right = (truth == said)[kept]
        return {
            "macro-F1": float(np.nanmean(f1)),
            "kept": float(kept.mean()),
            "right": float(right.mean()) if len(right) else float("nan"),
            "ECE": calibration_error(self.stated[rows][known], self.carried[rows][known]),
        }

    def interval(self) -> dict[str, tuple[float, float]]:
        """Return 95 % bootstrap intervals of the measures, over texts."""
        generator = np.random.default_rng(0)
        drawn = [self.measures(generator.integers(0, len(self.truth), len(self.truth))) for _ in range(DRAWS)]
        return {name: tuple(np.nanpercentile([one[name] for one in drawn], [2.5, 97.5])) for name in drawn[0]}


def per_class(truth: Ints, said: Ints, *, classes: int) -> Floats:
    """Return the F1 of each class; no number for one that does not occur."""
    hits = np.bincount(truth[truth == said], minlength=classes)
    total = np.bincount(truth, minlength=classes) + np.bincount(said, minlength=classes)
    occurs = np.bincount(truth, minlength=classes) > 0
    return np.where(occurs, 2 * hits / np.maximum(total, 1), np.nan)


def row_of(name: str, left: HeldOut) -> None:
    """Print a row of the table."""
    found, between = left.measures(), left.interval()
    f1 = per_class(left.truth, left.said, classes=left.stated.shape[1] + 1)
    cells = [f"{found[key]:.3f} ({between[key][0]:.3f} to {between[key][1]:.3f})" for key in found]
    row(name, len(left.truth), *cells, *f1.tolist())


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--without-vectors", action="store_true", help="words alone")


def run(options: argparse.Namespace) -> None:
    """Print the table."""
    parts = sources(options.data, Tagger().new_features())
    vectors = None if options.without_vectors else read_vectors(settings.shipped("base"))
    print_table(parts, vectors)


def print_table(parts: Sequence[Source], vectors: WordVectors | None) -> None:
    """Print a row for each source left out, and one for each way between news and policy documents."""
    recipe = Recipe(parts, vectors=vectors)
    classes = Tagger().classes
    head("left out", "texts", "macro-F1", "kept", "right of the kept", "ECE", *classes)
    macro = {}
    for part in parts:
        left = HeldOut.by(recipe.fitted(without=part.name)[0], part)
        macro[part.name] = left.measures()["macro-F1"]
        row_of(part.name, left)
    pair = {part.name: part for part in parts if part.name in ("news", "policy")}
    for learned, tested in (("news", "policy"), ("policy", "news")):
        tagger = Recipe([pair[learned]], vectors=vectors).fitted()[0]
        row_of(f"{learned} → {tested}", HeldOut.by(tagger, pair[tested]))
    print(f"\nmean macro-F1 of all: {np.mean(list(macro.values())):.3f}; ", end="")
    print(f"of {', '.join(FIRST)}: {np.mean([macro[name] for name in FIRST]):.3f}")
