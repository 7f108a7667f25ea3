"""Print how often each labelling function of the weak labels speaks and is right on the labelled sample."""

from __future__ import annotations

import numpy as np

from diaoyan import settings
from diaoyan.tagging import Tagger
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.weak import LABELLING_FUNCTIONS, combine, densities, votes


def main() -> None:
    """Measure whole reports and titles alone."""
    tagger = Tagger()
    features = tagger.new_features()
    examples = Examples.labelled(*settings.sample(), features)
    for what, readings in (("whole", examples.readings), ("title", [r.without_text() for r in examples.readings])):
        table = votes(densities(readings, features))
        for column, function in enumerate(LABELLING_FUNCTIONS):
            spoke = table[:, column] >= 0
            right = float((table[spoke, column] == examples.primary[spoke]).mean()) if spoke.any() else float("nan")
            print(f"{what:6s} {function.name:14s} spoke on {spoke.mean():.2f}, right {right:.2f}")
        accuracy = np.array([function.accuracy for function in LABELLING_FUNCTIONS])
        probability = combine(table, accuracy, len(tagger.classes))
        right = probability.argmax(1) == examples.primary
        sure = probability.max(1) >= 0.8
        print(
            f"{what:6s} combined: right {right.mean():.2f}; sure of {sure.mean():.2f}, right {right[sure].mean():.2f}"
        )


if __name__ == "__main__":
    main()
