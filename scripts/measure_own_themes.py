"""Print how a codebook of one's own does with 0, 5, 20 and 100 labels, on three sets of real texts: ``--data DIR``.

Nothing of these sets went into ``untaught.json``. Labels are drawn at random from one half of the texts, whatever they
say; the other half is tested. ``keywords`` files a text under the theme most of whose seed words stand in it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from own_themes import OwnThemes, own_themes

from diaoyan import settings
from diaoyan.models import load_tagger
from diaoyan.tagging import Tagger
from diaoyan.tagging.evaluation import summarise
from diaoyan.tagging.untaught import untaught
from diaoyan.themes import OTHER

SETS = ("papers", "portal", "newspapers")
DRAWS = {0: 1, 5: 5, 20: 5, 100: 3}


def main() -> None:
    """Print a line a set and number of labels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the real texts")
    parser.add_argument("--quick", action="store_true", help="without labels only")
    options = parser.parse_args()
    folder = options.data
    base = load_tagger(settings.model("base"))
    print("| set | labels | macro-F1 | kept | right of the kept |\n|---|---|---|---|---|")
    for name in SETS:
        one = own_themes(name, folder, most=1500)
        order = np.random.default_rng(0).permutation(len(one.reports))
        learn, test = order[: len(order) // 2], order[len(order) // 2 :]
        print(f"| {name}, {len(one.codebook.themes)} themes | keywords | {keywords(one, test):.3f} | | |")
        start = untaught(one.codebook, base)
        for count, draws in list(DRAWS.items())[: 1 if options.quick else None]:
            found = np.array([measured(one, start, learn, test, count=count, seed=seed) for seed in range(draws)])
            # Where a draw keeps nothing from review, nothing of it was right or wrong.
            f1, kept = found[:, :2].mean(0)
            right = np.average(found[:, 2], weights=found[:, 1]) if found[:, 1].any() else np.nan
            print(f"| {name}, {len(one.codebook.themes)} themes | {count} | {f1:.3f} | {kept:.2f} | {right:.3f} |")


def measured(
    one: OwnThemes, start: Tagger, learn: npt.NDArray[np.int64], test: npt.NDArray[np.int64], *, count: int, seed: int
) -> tuple[float, float, float]:
    """Return macro-F1, share not sent to review, and how many of those are right."""
    tagger = start
    if count:
        drawn = [one.reports[row] for row in np.random.default_rng(seed).choice(learn, count, replace=False)]
        labels = {report.report_id: one.labels[report.report_id] for report in drawn}
        tagger = Tagger(one.codebook).fit(drawn, labels, base=start)
    tags = tagger.tag([one.reports[row] for row in test])
    truth = [one.labels[tag.report_id].primary for tag in tags]
    right = np.array([tag.primary == label for tag, label in zip(tags, truth, strict=True)])
    kept = np.array([not tag.needs_review for tag in tags])
    return score(one, truth, [tag.primary for tag in tags]), kept.mean(), right[kept].mean() if kept.any() else 0.0


def score(one: OwnThemes, truth: list[str], given: list[str]) -> float:
    """Return macro-F1 over the themes and `other`."""
    classes = [*one.codebook.ids, OTHER]
    places = [np.array([classes.index(name) for name in names]) for names in (truth, given)]
    return summarise(tuple(classes), places[0], predicted=places[1]).macro_f1


def keywords(one: OwnThemes, test: npt.NDArray[np.int64]) -> float:
    """Return macro-F1 of counting seed words."""
    given = []
    for row in test:
        text = one.reports[row].title + (one.reports[row].text or "")
        counts = {theme.id: sum(text.count(seed) for seed in theme.seeds) for theme in one.codebook.themes}
        best = max(counts, key=lambda theme: counts[theme])
        given.append(best if counts[best] else OTHER)
    return score(one, [one.labels[one.reports[row].report_id].primary for row in test], given)


if __name__ == "__main__":
    main()
