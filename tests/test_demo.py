"""The demo: the whole job on the built-in sample, from four files to figures."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from diaoyan import demo
from diaoyan.corpus import Corpus, Label
from diaoyan.models import load_tagger
from diaoyan.report import Report

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    demo.run(folder, say=said.append)
    return folder, said


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_corpus_holds_the_reports_of_the_sample(
    done: tuple[Path, list[str]], sample: tuple[list[Report], dict[str, Label]]
) -> None:
    found = Corpus(done[0] / "corpus").reports()
    assert [report.report_id for report in found] == [report.report_id for report in sample[0]]
    # The fourth file is cut off in its eighth report: the rest is only in its 目录.
    statuses = Counter((report.month, report.status) for report in found)
    assert statuses[("2025-06", "full")] == 7
    assert statuses[("2025-06", "partial")] == 1
    assert statuses[("2025-06", "missing")] == 14
    assert all(status == "full" for month, status in statuses if month != "2025-06")


def test_every_report_is_tagged_and_what_has_no_text_is_said(done: tuple[Path, list[str]]) -> None:
    tags = rows(done[0] / "tags.csv")
    assert len(tags) == 88
    assert all(tag["primary"] and tag["evidence"] for tag in tags)
    assert sum("无正文" in tag["evidence"] for tag in tags) == 14


def test_the_figures_are_there_with_their_facts(done: tuple[Path, list[str]]) -> None:
    folder = done[0]
    for name in ("shares", "words", "map", "confusion", "tfidf/words", "lda/words"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG"), name
        assert "<svg" in (folder / f"{name}.svg").read_text("utf-8"), name
        assert rows(folder / f"{name}.csv"), name


def test_shares_count_every_report_once_as_it_is_labelled(
    done: tuple[Path, list[str]], sample: tuple[list[Report], dict[str, Label]]
) -> None:
    counts = Counter({(row["month"], row["theme"]): int(row["reports"]) for row in rows(done[0] / "shares.csv")})
    reports, labels = sample
    assert +counts == Counter((report.month, labels[report.report_id].primary) for report in reports)


@pytest.mark.parametrize("method", ["tfidf", "lda"])
def test_both_ways_find_the_themes(method: str, done: tuple[Path, list[str]]) -> None:
    found = json.loads((done[0] / method / "themes.json").read_text("utf-8"))
    assert {"rural", "digital", "discipline", "finance"} <= {theme["theme"] for theme in found["themes"]}
    assert len(rows(done[0] / method / "assignments.csv")) == 88


def test_the_classifier_is_kept_and_its_score_is_told(done: tuple[Path, list[str]]) -> None:
    assert load_tagger(done[0] / "model").tag([Report("a", "村集体经济调查")])[0].primary == "rural"
    score = json.loads((done[0] / "model" / "manifest.json").read_text("utf-8"))["scores"]["macro_f1"]
    assert score >= 0.8
    assert any(f"macro-F1 {score:.2f}" in line for line in done[1])


def test_every_step_says_what_it_found(done: tuple[Path, list[str]]) -> None:
    said = "\n".join(done[1])
    for name in ("2025-03.txt", "2025-04.docx", "2025-05.pdf", "2025-06.txt", "tfidf", "lda", "classifier"):
        assert name in said
