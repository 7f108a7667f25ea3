"""How often each labelling function of the weak labels speaks and is right on the labelled sample."""

from __future__ import annotations

import argparse

import numpy as np

from diaoyan import settings
from diaoyan.tagging import Tagger
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.weak import LABELLING_FUNCTIONS, combine, densities, votes
from measures.shared import head, row


def run(options: argparse.Namespace) -> None:
    """Measure whole reports and titles alone."""
    tagger = Tagger()
    features = tagger.new_features()
    examples = Examples.labelled(*settings.sample(), features)
    head("read", "function", "spoke", "right")
    for what, readings in (("whole", examples.readings), ("title", [r.without_text() for r in examples.readings])):
        table = votes(densities(readings, features))
        for column, function in enumerate(LABELLING_FUNCTIONS):
            spoke = table[:, column] >= 0
            right = float((table[spoke, column] == examples.primary[spoke]).mean()) if spoke.any() else float("nan")
            row(what, function.name, float(spoke.mean()), right)
        accuracy = np.array([function.accuracy for function in LABELLING_FUNCTIONS])
        probability = combine(table, accuracy, len(tagger.classes))
        right, sure = probability.argmax(1) == examples.primary, probability.max(1) >= 0.8
        row(what, "combined", 1.0, float(right.mean()))
        row(what, "combined, sure of", float(sure.mean()), float(right[sure].mean()))
