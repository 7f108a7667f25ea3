"""Steps of every day: what is in the corpus, what is taken out, and that the last step can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from diaoyan.corpus import Corpus, Label
from diaoyan.errors import CorpusError
from diaoyan.themes import Codebook
from months import state, text, volume

CODEBOOK = Codebook.default()
MARCH = volume("2025-03", "文选31", [("石渡县村级集体经济调查", text(1)), ("澜州市平台调查", text(2))])
APRIL = volume("2025-04", "文选32", [("养老服务调查", text(4)), ("巡察", text(5))])


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    found = Corpus(tmp_path / "corpus")
    found.add(MARCH)
    found.add(APRIL)
    return found


STEPS: dict[str, tuple[Callable[[Corpus], object], str]] = {
    "add": (lambda corpus: corpus.add(volume("2025-05", "文选33", [("就业", text(6))])), "add "),
    "label": (lambda corpus: corpus.label({MARCH[0].report_id: Label("rural")}, CODEBOOK), "label 1 reports"),
    "remove": (lambda corpus: corpus.remove(corpus.found("2025-03"), what="2025-03"), "remove 2025-03"),
}


@pytest.mark.parametrize("step", STEPS)
def test_the_last_step_is_taken_back_and_done_again(step: str, corpus: Corpus) -> None:
    do, what = STEPS[step]
    before = state(corpus.folder)
    do(corpus)
    after = state(corpus.folder)
    assert before != after
    assert corpus.undo().startswith(what)
    assert state(corpus.folder) == before
    assert corpus.undo().startswith(f"undo: {what}")
    assert state(corpus.folder) == after
    corpus.reports()


def test_labels_outlive_the_removal_of_their_reports(corpus: Corpus) -> None:
    corpus.label({MARCH[0].report_id: Label("rural")}, CODEBOOK)
    assert corpus.remove(corpus.found("2025-03")) == 2
    assert corpus.months() == ["2025-04"]
    corpus.add(MARCH)
    assert corpus.labels(CODEBOOK)[MARCH[0].report_id] == Label("rural")
    overview = corpus.overview(corpus.labels(CODEBOOK))
    assert overview.values.tolist() == [["2025-03", 1, 2, 2, 1], ["2025-04", 1, 2, 2, 0]]


def test_what_is_not_there_is_named_and_nothing_changes(corpus: Corpus, tmp_path: Path) -> None:
    before = state(corpus.folder)
    with pytest.raises(CorpusError, match="2025-03, 2025-04"):
        corpus.found("2025-09")
    assert state(corpus.folder) == before
    with pytest.raises(CorpusError, match="Expected a step to take back"):
        Corpus(tmp_path / "other").undo()
