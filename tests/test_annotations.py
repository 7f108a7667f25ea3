"""The annotations that the shipped model was fitted on: labels of texts that are not here."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from sklearn.metrics import cohen_kappa_score

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


def test_the_readers_agree_as_often_as_is_said_and_what_they_agree_on_is_the_label() -> None:
    with open(LABELS.parent / "readings.csv", encoding="utf-8-sig", newline="") as lines:
        read = [(row["report_id"], row["first"], row["second"]) for row in csv.DictReader(lines)]
    agreed = {key: first for key, first, second in read if first == second}
    assert agreed == {key: label.primary for key, label in read_labels(LABELS, None).items()}
    kappa = cohen_kappa_score([first for _, first, _ in read], [second for _, _, second in read])
    with open(LABELS.parent / "readings.csv", encoding="utf-8-sig", newline="") as lines:
        alone = [(row["first"], row["second"]) for row in csv.DictReader(lines) if row["readers"] == "one"]
    again = cohen_kappa_score(*zip(*alone, strict=True))
    said = (LABELS.parent / "README.md").read_text(encoding="utf-8")
    assert f"Of {len(alone):,} texts of the fifth round both readings are the same reader's" in said
    assert f"where one reader read twice with kappa {again:.2f}" in said
    share = round(100 * len(agreed) / len(read))
    assert f"On {len(read):,} texts they agreed on the primary theme in {share} % (Cohen's kappa {kappa:.2f})" in said
    assert f"the {len(read) - len(agreed)} on which they did not" in said
