"""Training over an archive: on labelled reports that are drawn from it, as on any others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from archives import write_archive, write_labels
from diaoyan.archive import train_archive
from diaoyan.corpus import Label
from diaoyan.errors import CorpusError, ModelError
from diaoyan.models import load_tagger
from diaoyan.report import Report
from diaoyan.tagging import Tagger

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture(scope="module")
def reports(sample: Sample) -> list[Report]:
    return [replace(report, text=report.text[:600]) for report in sample[0]]


@pytest.fixture(scope="module")
def archive(reports: list[Report], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("archive") / "archive.parquet", reports, row_group=50)


@pytest.fixture(scope="module")
def labels(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_labels(tmp_path_factory.mktemp("labels") / "labels.csv", sample[1])


def test_of_all_labelled_reports_the_model_is_that_of_training_without_an_archive(
    archive: Path, labels: Path, reports: list[Report], sample: Sample, tmp_path: Path
) -> None:
    made = train_archive(archive, tmp_path / "model", labels=labels, batch=40)
    assert (made.reports, made.labelled, made.learned) == (len(reports),) * 3
    tagger, expected = load_tagger(tmp_path / "model"), Tagger().fit(reports, sample[1])
    assert np.array_equal(tagger.weights_, expected.weights_)
    assert tagger.tag(reports[:5]) == expected.tag(reports[:5])
    assert "88 of 88 labelled reports of archive.parquet" in (tmp_path / "model" / "card.md").read_text("utf-8")


def test_unlabelled_reports_teach_nothing(archive: Path, sample: Sample, tmp_path: Path) -> None:
    most = dict(list(sample[1].items())[:75])
    made = train_archive(archive, tmp_path / "m", labels=write_labels(tmp_path / "labels.csv", most))
    assert (made.reports, made.labelled, made.learned) == (88, 75, 75)
    assert sum(load_tagger(tmp_path / "m").counts_.values()) <= 75


@pytest.mark.parametrize("without", [("finance",), ("rural", "digital", "discipline", "finance", "other")])
def test_too_few_labels_are_refused(archive: Path, sample: Sample, tmp_path: Path, without: tuple[str, ...]) -> None:
    kept = {name: label for name, label in sample[1].items() if label.primary not in without}
    with pytest.raises(ModelError, match="Expected at least 3 labelled reports"):
        train_archive(archive, tmp_path / "m", labels=write_labels(tmp_path / "labels.csv", kept))
    assert not (tmp_path / "m").exists()


def test_labels_that_are_not_there_are_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="labels"):
        train_archive(archive, tmp_path / "m", labels=tmp_path / "labels.csv")
