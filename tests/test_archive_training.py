"""Training over an archive: by part as in one process, with any number of workers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archives import halved, write_archive, write_labels
from diaoyan.archive import train_archive
from diaoyan.archive.training import is_held_out
from diaoyan.corpus import Label
from diaoyan.errors import CorpusError, DiaoyanError, ModelError
from diaoyan.models import load_tagger
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.frequencies import Frequencies

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture(scope="module")
def halves(sample: Sample) -> Sample:
    return halved(*sample)


@pytest.fixture(scope="module")
def archive(halves: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("archive") / "archive.parquet", halves[0], row_group=50)


@pytest.fixture(scope="module")
def labels(halves: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_labels(tmp_path_factory.mktemp("labels") / "labels.csv", halves[1])


@pytest.fixture(scope="module")
def by_one(archive: Path, labels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "model"
    train_archive(archive, folder, labels=labels, batch=40)
    return folder


@pytest.mark.parametrize("size", [7, 30, 1000])
def test_frequencies_by_part_are_those_of_all_reports(sample: Sample, size: int) -> None:
    features = Tagger().new_features()
    features.max_grams = 2000
    readings = features.read(sample[0][:40])
    parts = [readings[first : first + size] for first in range(0, len(readings), size)]
    merged = Frequencies.merged(Frequencies.of(part, features.tokenizer) for part in reversed(parts))
    found = features.fit_counts(merged)
    words, grams, idf = found.words_, found.grams_, found.idf_
    expected = features.fit(readings)
    assert list(words.items()) == list(expected.words_.items())
    assert np.array_equal(grams, expected.grams_)
    assert np.array_equal(idf, expected.idf_)


def test_the_model_is_one_like_any_other(by_one: Path, halves: Sample) -> None:
    tagger = load_tagger(by_one)
    reports, labels = halves
    held_out = [report for report in reports if is_held_out(report)]
    right = [tag.primary == labels[tag.report_id].primary for tag in tagger.tag(held_out)]
    assert len(right) >= 10
    assert np.mean(right) > 0.7
    assert sum(tagger.counts_.values()) == len(reports) - len(held_out)
    assert tagger.tag([Report("x", "金桥村土地流转与集体经济调查")])[0].primary == "rural"
    assert "stochastic gradient descent" in (by_one / "card.md").read_text("utf-8")


def test_unlabelled_reports_teach_nothing(archive: Path, by_one: Path, halves: Sample, tmp_path: Path) -> None:
    half = dict(list(halves[1].items())[:150])
    made = train_archive(archive, tmp_path / "m", labels=write_labels(tmp_path / "labels.csv", half), batch=1000)
    assert (made.reports, made.learned + made.held_out) == (176, len(half))


@pytest.mark.parametrize(
    ("keep", "error", "message"),
    [
        (lambda report, label: label.primary != "finance", ModelError, "labelled reports of 'finance' to learn"),
        (
            lambda report, label: label.primary != "rural" or not is_held_out(report),
            ModelError,
            "among the held-out tenth",
        ),
        (lambda report, label: False, ModelError, "found 0"),
    ],
    ids=["too few", "none held out", "no labels"],
)
def test_too_few_labels_are_refused(
    archive: Path, halves: Sample, tmp_path: Path, keep: Any, error: type[DiaoyanError], message: str
) -> None:
    reports, labels = halves
    kept = {r.report_id: labels[r.report_id] for r in reports if keep(r, labels[r.report_id])}
    with pytest.raises(error, match=message):
        train_archive(archive, tmp_path / "m", labels=write_labels(tmp_path / "labels.csv", kept), batch=1000)
    assert not (tmp_path / "m").exists()


def test_labels_that_are_not_there_are_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="labels"):
        train_archive(archive, tmp_path / "m", labels=tmp_path / "labels.csv")
