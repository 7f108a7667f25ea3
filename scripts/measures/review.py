"""What review by hand is worth: labels chosen against labels at random, and planted label errors that are found.

On the sample, and with ``--data`` on news with themes too. Each line is a mean over
repeats, in which everything is dealt anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from diaoyan import settings
from diaoyan.corpus import Label, near_duplicates
from diaoyan.report import Report
from diaoyan.review import choose
from diaoyan.review.choosing import SUSPECT, confirmed
from diaoyan.tagging import Tagger
from measures.shared import Ints, scored, themed_news

#: Labels of each class that the first classifier has at least.
LEAST = 4
#: Share of the labels that are made wrong.
WRONG = 0.05
#: Sheets that are answered one after the other, and rows of each.
SHEETS, ROWS = 5, 20


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--repeats", type=int, default=12, metavar="N")


def run(options: argparse.Namespace) -> None:
    """Print three lines for each collection."""
    sample, labels = settings.sample()
    worth("sample", sample, labels, known=20, count=10, repeats=options.repeats)
    errors("sample", sample, labels, repeats=options.repeats)
    answered("sample", sample, labels, repeats=options.repeats)
    if options.data:
        news, themes = themed_news(options.data)
        worth("news", news, themes, known=40, count=20, repeats=options.repeats)
        errors("news", news, themes, repeats=max(1, options.repeats // 4))
        answered("news", news, themes, repeats=max(1, options.repeats // 4))


def worth(
    name: str, reports: Sequence[Report], labels: Mapping[str, Label], *, known: int, count: int, repeats: int
) -> None:
    """Learn from `known` labels and then from `count` more, chosen or at random; test on the other half."""
    primary = np.array([labels[report.report_id].primary for report in reports])
    group = near_duplicates(reports)
    first: list[float] = []
    asked: list[int] = []
    scores: dict[str, list[float]] = {"chosen": [], "random": []}
    wrong: dict[str, list[int]] = {"chosen": [], "random": []}
    for repeat in range(repeats):
        chance = np.random.default_rng(repeat)
        folds = StratifiedGroupKFold(2, shuffle=True, random_state=repeat)
        train, test = next(iter(folds.split(primary, primary, group)))
        train = chance.permutation(train)
        start = [row for theme in np.unique(primary) for row in train[primary[train] == theme][:LEAST]]
        start += [row for row in train if row not in start][: max(0, known - len(start))]
        pool = [row for row in train if row not in start]
        tagger = learned(reports, labels, start)
        first.append(score(tagger, reports, primary, test))
        given = {reports[row].report_id: labels[reports[row].report_id] for row in start}
        place = {report.report_id: row for row, report in enumerate(reports)}
        picks = choose(tagger, [reports[row] for row in train], labels=given, count=count)
        rows = {
            "chosen": [place[pick.report.report_id] for pick in picks if SUSPECT not in pick.reasons],
            "random": pool[:count],
        }
        asked.append(count - len(rows["chosen"]))
        for how, added in rows.items():
            tags = tagger.tag([reports[row] for row in added])
            wrong[how].append(sum(tag.primary != primary[row] for tag, row in zip(tags, added, strict=True)))
            scores[how].append(score(learned(reports, labels, [*start, *added]), reports, primary, test))
    gain = np.array(scores["chosen"]) - np.array(scores["random"])
    print(
        f"{name}, {known} labels and {count} more: macro-F1 {np.mean(first):.3f}, then {np.mean(scores['random']):.3f} "
        f"at random, {np.mean(scores['chosen']):.3f} chosen (difference {gain.mean():+.3f} ± "
        f"{gain.std(ddof=1) / np.sqrt(repeats):.3f}); wrong tags among the {count}: {np.mean(wrong['random']):.1f} at "
        f"random, {np.mean(wrong['chosen']):.1f} chosen; {np.mean(asked):.1f} of them spent on labels",
        flush=True,
    )


def learned(reports: Sequence[Report], labels: Mapping[str, Label], rows: Sequence[int]) -> Tagger:
    """Return a classifier that has learned from some reports."""
    chosen = [reports[row] for row in rows]
    return Tagger(folds=3).fit(chosen, {report.report_id: labels[report.report_id] for report in chosen})


def score(tagger: Tagger, reports: Sequence[Report], primary: npt.NDArray[np.str_], rows: Ints) -> float:
    """Return macro-F1 of the primary themes."""
    tags = tagger.tag([reports[row] for row in rows])
    return scored(tagger.classes, primary[rows].tolist(), [tag.primary for tag in tags]).macro_f1


def spoilt(labels: Mapping[str, Label], reports: Sequence[Report], seed: int) -> tuple[dict[str, Label], set[str]]:
    """Return labels of which some were made wrong, and the reports these are of."""
    count = max(5, round(WRONG * len(reports)))
    themes = sorted({label.primary for label in labels.values()})
    chance = np.random.default_rng(seed)
    given = dict(labels)
    planted = {reports[row].report_id for row in chance.permutation(len(reports))[:count]}
    for report_id in sorted(planted):
        label = labels[report_id]
        given[report_id] = Label(str(chance.choice([t for t in themes if t not in (label.primary, *label.further)])))
    return given, planted


def answered(name: str, reports: Sequence[Report], labels: Mapping[str, Label], *, repeats: int) -> None:
    """Answer one sheet after the other rightly, and count the errors found and the rows asked for a second time."""
    for noted in (False, True):
        found, rows, again = [], [], []
        for repeat in range(repeats):
            given, planted = spoilt(labels, reports, repeat)
            tagger, asked = Tagger(folds=3).fit(reports, given), list[str]()
            for _ in range(SHEETS):
                picks = choose(tagger, reports, labels=given, count=ROWS)
                ids = [pick.report.report_id for pick in picks]
                given |= {key: confirmed(labels[key]) if noted else labels[key] for key in ids}
                asked += ids
            found.append(len(planted & set(asked)) / len(planted))
            rows.append(len(asked))
            again.append(len(asked) - len(set(asked)))
        print(
            f"{name}, {SHEETS} sheets of {ROWS}, answers {'noted' if noted else 'forgotten'}: {np.mean(found):.0%} of "
            f"the wrong labels found, {np.mean(again):.1f} of {np.mean(rows):.1f} rows asked again",
            flush=True,
        )


def errors(name: str, reports: Sequence[Report], labels: Mapping[str, Label], *, repeats: int) -> None:
    """Make labels wrong, have a classifier learn them all, and count which of those that are questioned are wrong."""
    count = max(5, round(WRONG * len(reports)))
    found = []
    for repeat in range(repeats):
        given, planted = spoilt(labels, reports, repeat)
        tagger = Tagger(folds=3).fit(reports, given)
        hits = [pick.report.report_id in planted for pick in choose(tagger, reports, labels=given, count=count)]
        found.append((np.mean(hits[:5]), np.mean(hits)))
    five, whole = np.mean(found, axis=0)
    print(
        f"{name}, {count} of {len(reports)} labels wrong: of the first 5 questioned {five:.0%} are wrong, of the first "
        f"{count} {whole:.0%}; at random {count / len(reports):.0%}",
        flush=True,
    )
