"""What a classifier is fitted on: reports as read, the themes they carry, and how much each example counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from diaoyan.arrays import Bools, Floats, Ints
from diaoyan.corpus import Label, near_duplicates
from diaoyan.corpus.labels import carried
from diaoyan.errors import ModelError
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.tagging.features import Features, Reading
from diaoyan.themes import OTHER

#: Fewest labelled reports of a theme, and of `other`, from which a classifier is fitted.
LEAST_EXAMPLES = 3
#: Labelled reports from which three folds do.
MANY = 2000


@dataclass(frozen=True)
class Examples:
    """Labelled readings."""

    readings: list[Reading]
    #: Whether the report carries a class, as primary or further theme; of shape (n_examples, n_classes).
    carried: Bools
    #: Whether that is known; a weak label can leave a theme open; of shape (n_examples, n_classes).
    known: Bools
    #: Class the report is filed under; of shape (n_examples,).
    primary: Ints
    #: How much the example counts; a hand label counts 1 or more; of shape (n_examples,).
    weight: Floats
    #: Near-duplicates share a number, and are never parted between training and test; of shape (n_examples,).
    group: Ints
    #: Whether calibration and scores may rely on the label; of shape (n_examples,).
    trusted: Bools
    #: Number of the source a report comes from, where there are several; all 0 by default; of shape (n_examples,).
    origin: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        """Fill in where the examples come from."""
        if len(self.origin) != len(self.readings):
            object.__setattr__(self, "origin", np.zeros(len(self.readings), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.readings)

    @classmethod
    def labelled(cls, reports: Sequence[Report], labels: Mapping[str, Label], features: Features) -> Examples:
        """Return the labelled ones among `reports` as examples that count fully.

        Near-duplicates share the weight of one report.

        Raises
        ------
        ModelError
            If a report is labelled with a theme that the codebook lacks.
        """
        classes = (*features.codebook.ids, OTHER)
        chosen = [report for report in reports if report.report_id in labels]
        given = [labels[report.report_id] for report in chosen]
        for report, label in zip(chosen, given, strict=True):
            for theme in label.themes:
                if theme not in classes:
                    raise ModelError(
                        gettext(
                            "{report_id} is labelled {theme!r}, a theme the codebook lacks (it has {names}); add the "
                            "theme, or correct the label."
                        ).format(report_id=report.report_id, theme=theme, names=", ".join(classes))
                    )
        primary = np.array([classes.index(label.primary) for label in given], dtype=np.int64)
        named = carried(given, classes)
        group = near_duplicates(chosen)
        counts = np.bincount(group, minlength=1)
        return cls(
            readings=features.read(chosen),
            carried=named,
            known=np.ones_like(named),
            primary=primary,
            weight=1.0 / counts[group] if chosen else np.empty(0),
            group=group,
            trusted=np.ones(len(chosen), dtype=bool),
        )

    def take(self, rows: Ints) -> Examples:
        """Return some of the examples."""
        _, *columns = vars(self).values()
        return Examples([self.readings[row] for row in rows], *(column[rows] for column in columns))

    def join(self, other: Examples) -> Examples:
        """Return these examples and others, whose groups are different ones."""
        apart = replace(other, group=other.group + self.group.max(initial=-1) + 1)
        (_, *ours), (_, *theirs) = vars(self).values(), vars(apart).values()
        return Examples([*self.readings, *other.readings], *map(np.concatenate, zip(ours, theirs, strict=True)))

    def onto(self, known: Sequence[str], classes: Sequence[str]) -> Examples:
        """Return the examples of classes `known` as ones of `classes`, which name other themes.

        What is filed under a theme that `classes` lack is left out; a theme they name besides is left open.
        """
        kept = self.take(np.flatnonzero([known[number] in classes for number in self.primary]))
        primary = np.array([classes.index(known[number]) for number in kept.primary], dtype=np.int64)
        both = [name for name in classes if name in known]
        there, here = [known.index(name) for name in both], [classes.index(name) for name in both]
        carried, decided = (np.zeros((len(kept), len(classes)), dtype=bool) for _ in range(2))
        carried[:, here], decided[:, here] = kept.carried[:, there], kept.known[:, there]
        return replace(kept, carried=carried, known=decided, primary=primary)

    def counts(self, classes: Sequence[str]) -> dict[str, int]:
        """Return how many trusted reports are filed under each class, near-duplicates counted once."""
        rows = np.flatnonzero(self.trusted)
        return {
            name: len(np.unique(self.group[rows][self.primary[rows] == number])) for number, name in enumerate(classes)
        }

    def require(self, classes: Sequence[str]) -> None:
        """Raise `ModelError` naming the first class with too few labelled reports."""
        for name, count in self.counts(classes).items():
            if count < LEAST_EXAMPLES:
                raise ModelError(
                    gettext(
                        "Expected at least {LEAST_EXAMPLES} labelled reports whose primary theme is {name!r}, "
                        "found {count}; label more of them, or take the theme out of the codebook."
                    ).format(LEAST_EXAMPLES=LEAST_EXAMPLES, name=name, count=count)
                )

    def folds(self, count: int, random_state: int) -> list[tuple[Ints, Ints]]:
        """Return training and test rows of stratified folds that keep groups together.

        Only trusted examples are held out; the others are in every training set. From `MANY` on there are three folds
        at most.

        Raises
        ------
        ModelError
            If there are fewer than two groups of trusted examples.
        """
        from sklearn.model_selection import StratifiedGroupKFold

        trusted, rest = np.flatnonzero(self.trusted), np.flatnonzero(~self.trusted)
        primary, group = self.primary[trusted], self.group[trusted]
        sizes = {number: len(np.unique(group[primary == number])) for number in np.unique(primary)}
        if sum(sizes.values()) < 2:
            raise ModelError(
                gettext(
                    "Expected labelled reports that are not all alike, to hold some out, found {count}; label more."
                ).format(count=len(trusted))
            )
        # Classes too small to be in every fold are dealt as if they belonged to the largest.
        small = [number for number, size in sizes.items() if size < LEAST_EXAMPLES]
        primary = np.where(np.isin(primary, small), max(sizes, key=lambda number: sizes[number]), primary)
        smallest = min(len(np.unique(group[primary == number])) for number in np.unique(primary))
        count = min(count, 3) if len(trusted) >= MANY else count
        folds = StratifiedGroupKFold(max(2, min(count, smallest)), shuffle=True, random_state=random_state)
        return [
            (np.concatenate([trusted[train], rest]), trusted[test])
            for train, test in folds.split(primary, primary, group)
        ]

    def coming_from(self, origin: int) -> Examples:
        """Return the examples as ones of a numbered source."""
        return replace(self, origin=np.full(len(self), origin, dtype=np.int64))

    def trusting(self, primary: int | None = None) -> Examples:
        """Return the examples, or those of one class besides, as ones that are relied on, for want of better."""
        trusted = self.trusted | (self.primary == primary) if primary is not None else np.ones(len(self), dtype=bool)
        return replace(self, trusted=trusted)
