"""The annotations that the shipped model was fitted on: labels of texts that are not here."""

from __future__ import annotations

import re
from pathlib import Path

from diaoyan.corpus import read_labels
from diaoyan.themes import OTHER, Codebook

LABELS = Path(__file__).parents[1] / "data" / "annotations" / "labels.csv"


def test_every_label_names_themes_of_the_codebook_and_no_text_or_name() -> None:
    codebook = Codebook.default()
    labels = read_labels(LABELS, codebook)
    assert all(re.fullmatch("[0-9a-f]{12}", key) for key in labels)
    for label in labels.values():
        others = dict(label.others)
        assert others.keys() == {"open", "drawn"}
        assert others["drawn"] in {"random", "doubtful"}
        arguable = [theme for theme in others["open"].split(";") if theme]
        assert set(arguable) <= set(codebook.ids) - {label.primary, *label.further}


def test_every_class_has_been_read_hundreds_of_times() -> None:
    primary = [label.primary for label in read_labels(LABELS, None).values()]
    assert all(primary.count(name) > 200 for name in (*Codebook.default().ids, OTHER))


def test_the_counts_that_the_readme_beside_them_gives_are_theirs() -> None:
    said = (LABELS.parent / "README.md").read_text(encoding="utf-8")
    assert f"{len(read_labels(LABELS, None)):,} real texts" in said
