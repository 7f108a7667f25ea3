"""Learn what seed words and meaning say for a theme that nobody has labelled: ``--data DIR`` writes untaught.json.

The four themes on the texts of the annotations, and two sets of `own_themes`, are treated as if nobody had labelled
them. A conditional logit over their signs (density of seed words, nearness of title, first section and text) gives one
weight a sign, the same for every theme; how often such themes are right is counted on each set with weights of the
others. The sets that ``measure.py own_themes`` reports on are not among these.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from base_sources import sources
from measures.own_themes import own_themes
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from diaoyan import settings
from diaoyan.models import load_tagger
from diaoyan.tagging import Tagger
from diaoyan.tagging.calibration import margins
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features, Reading
from diaoyan.tagging.untaught import signs
from diaoyan.themes import Codebook
from diaoyan.writing import write_text

OUT = Path(__file__).parents[1] / "src" / "diaoyan" / "untaught.json"
SETS = ("papers, others", "headlines")
#: Strength of the penalty on the weights; there are five of them for thousands of texts.
PENALTY = 1e-3
#: How often such themes are right is kept as counts of so many margins, of so many reports in all.
BINS, REPORTS = 40, 1000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """Texts of one set and kind: the signs of each theme, what they are filed under, and what they carry."""

    name: str
    kind: str
    signs: Floats
    primary: npt.NDArray[np.int64]
    carried: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]

    @property
    def family(self) -> str:
        """What sets of one origin share."""
        return self.name.split(",")[0]


def told(name: str, codebook: Codebook, features: Features, examples: Examples) -> list[Told]:
    """Return a set as texts, and those of them that have a title by title alone."""
    columns = np.stack([signs(features, n, theme) for n, theme in enumerate(codebook.themes)], axis=1)

    def of(kind: str, rows: npt.NDArray[np.int64], readings: list[Reading]) -> Told:
        taken = examples.take(rows)
        flat = columns.reshape(features.n_columns, -1)
        values = features.rows(readings).times(flat).reshape(len(readings), len(codebook.themes), -1)
        return Told(name, kind, values, taken.primary, taken.carried, taken.known)

    whole = [row for row, reading in enumerate(examples.readings) if "text" in reading.kinds]
    titled = [row for row, reading in enumerate(examples.readings) if "title" in reading.kinds]
    found = []
    if len(whole) > 50:
        found.append(of("text", np.array(whole), [examples.readings[row] for row in whole]))
    if len(titled) > 50:
        found.append(of("title", np.array(titled), [examples.readings[row].without_text() for row in titled]))
    return found


def gathered(folder: Path) -> list[Told]:
    """Return all sets, read with the vocabulary of the base."""
    base = load_tagger(settings.model("base"))

    def features_for(codebook: Codebook) -> Features:
        return Tagger(codebook, vectors=base.features_.vectors).new_features().take_over(base.features_)

    found: list[Told] = []
    four = Codebook.default()
    features = features_for(four)
    for source in sources(folder, features):
        found += told(f"four themes, {source.name}", four, features, source.examples)
    for name in SETS:
        one = own_themes(name, folder, most=1500)
        features = features_for(one.codebook)
        found += told(name, one.codebook, features, Examples.labelled(one.reports, one.labels, features))
    return found


def logit(told: list[tuple[Floats, npt.NDArray[np.int64], float]], size: int) -> Floats:
    """Fit weights of signs by maximum likelihood, each family of sets counting the same; `other` has the score 0."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for values, primary, worth in told:
            scores = np.column_stack([values @ weights, np.zeros(len(values))])
            odds = np.exp(scores - scores.max(1, keepdims=True))
            shares = odds / odds.sum(1, keepdims=True)
            total -= worth * float(np.log(shares[np.arange(len(primary)), primary] + 1e-12).mean())
            off = shares[:, :-1].copy()
            themed = np.flatnonzero(primary < values.shape[1])
            off[themed, primary[themed]] -= 1
            gradient = gradient + worth * np.einsum("ij,ijk->k", off, values) / len(primary)
        return total, gradient

    return np.asarray(minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x)


def with_bias(values: Floats) -> Floats:
    return np.concatenate([values, np.ones((*values.shape[:2], 1))], axis=2)


def fitted(sets: list[Told]) -> tuple[Floats, Floats, Floats]:
    """Return weights with the bias, those of seed words alone, and slope and offset for titles alone."""
    family = Counter((one.family, one.kind) for one in sets)
    worth = [1.0 / family[one.family, one.kind] for one in sets]
    texts = [(with_bias(one.signs), one.primary, w) for one, w in zip(sets, worth, strict=True) if one.kind == "text"]
    weights = logit(texts, 5)
    alone = logit([(values[:, :, [0, 4]], primary, w) for values, primary, w in texts], 2)
    titles = [
        (with_bias((with_bias(one.signs) @ weights)[:, :, None]), one.primary, w)
        for one, w in zip(sets, worth, strict=True)
        if one.kind == "title"
    ]
    return weights, alone, logit(titles, 2)


def held_back(sets: list[Told], kind: str) -> list[list[float]]:
    """Return margins, and how many tags at these were right and wrong: each family of sets by weights of the others."""
    margin, correct, worth = [], [], []
    for family in sorted({one.family for one in sets}):
        weights, _, (slope, offset) = fitted([one for one in sets if one.family != family])
        for one in sets:
            if one.family == family and one.kind == kind:
                scores = with_bias(one.signs) @ weights
                scores = slope * scores + offset if kind == "title" else scores
                scores = np.column_stack([scores, np.zeros(len(scores))])
                odds = np.exp(scores - scores.max(1, keepdims=True))
                margin.append(margins(odds / odds.sum(1, keepdims=True)))
                correct.append(scores.argmax(1) == one.primary)
                worth.append(np.full(len(scores), 1.0 / len(scores)))
    found, right, weight = map(np.concatenate, (margin, correct, worth))
    rows: list[list[float]] = []
    # Texts of one margin (of no known word, say) stand in one bin: in an order among them there is nothing.
    edges = found[np.argsort(-found, kind="stable")[:: -(-len(found) // BINS)]]
    bins = np.searchsorted(-np.unique(edges)[::-1], -found, side="right")
    for number in np.unique(bins):
        part = np.flatnonzero(bins == number)
        count = REPORTS * weight[part].sum() / weight.sum()
        wrong = count * (weight[part] * ~right[part]).sum() / weight[part].sum()
        rows.append([round(float(found[part].mean()), 4), round(count - wrong), round(wrong)])
    return rows


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the real texts")
    sets = gathered(parser.parse_args().data)
    weights, alone, (slope, offset) = fitted(sets)
    scores, carried = [], []
    for one in sets:
        if one.kind == "text" and one.family.startswith("four"):
            known = one.known[:, :-1].copy()
            known[np.arange(len(known))[one.primary < known.shape[1]], one.primary[one.primary < known.shape[1]]] = (
                False
            )
            scores.append((with_bias(one.signs) @ weights)[known])
            carried.append(one.carried[:, :-1][known])
    model = LogisticRegression(C=100.0).fit(np.concatenate(scores)[:, None], np.concatenate(carried))
    further = [float(model.coef_[0, 0]), float(model.intercept_[0])]
    said: dict[str, Any] = {
        "weights": weights.round(3).tolist(),
        "weights of seed words alone": alone.round(3).tolist(),
    }
    for kind, line in (("text", [1.0, 0.0]), ("title", [float(slope), float(offset)])):
        said[kind] = {
            "slope": round(line[0], 3),
            "offset": round(line[1], 3),
            "further": [round(value, 3) for value in further],
            "held back": held_back(sets, kind),
        }
    write_text(OUT, json.dumps(said) + "\n")
    print(f"wrote {OUT.name}: weights {said['weights']}, seed words alone {said['weights of seed words alone']}")
    for kind in ("text", "title"):
        table = said[kind]["held back"]
        right = sum(count for _, count, _ in table) / sum(count + wrong for _, count, wrong in table)
        print(kind, f"slope {said[kind]['slope']}, right {right:.3f}")


if __name__ == "__main__":
    main()
