"""Vectors of words: means of texts, words the table lacks, files, and what they add to scores."""

from __future__ import annotations

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.errors import ModelError
from diaoyan.models import load_tagger, save_tagger
from diaoyan.preprocess.vectors import WordVectors
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.explanation import contributions


def table(**words: tuple[int, int]) -> WordVectors:
    """Return a small table; every word weighs the same."""
    numbers = np.array(list(words.values()), dtype=np.int8).reshape(-1, 2)
    return WordVectors(tuple(words), numbers, np.full(2, 0.01, np.float32), np.ones(len(words), np.float32))


NEAR = table(电商=(100, 0), 网店=(96, 28), 直播=(100, 5), 合作社=(0, 100), 稻田=(10, 99), 耕地=(-5, 100))


@pytest.mark.parametrize(
    ("word", "parts"),
    [("电商", (0,)), ("网店电商", (1, 0)), ("大合作社", (3,)), ("电", ()), ("商电", ()), ("", ())],
)
def test_a_word_is_known_or_made_of_known_parts_or_neither(word: str, parts: tuple[int, ...]) -> None:
    assert NEAR.parts(word) == parts


def test_a_text_has_the_weighted_mean_of_its_words_and_length_one() -> None:
    weighted = WordVectors(NEAR.words, NEAR.table, NEAR.scale, np.array([1, 1, 1, 0.5, 1, 1], np.float32))
    found = weighted.of_texts([["电商", "合作社", "无此词"], [], ["无此词"]])
    assert np.allclose(found, [[2 / 5**0.5, 1 / 5**0.5], [0, 0], [0, 0]])


def test_a_text_has_the_same_vector_whatever_stands_beside_it() -> None:
    alone = NEAR.of_texts([["电商", "稻田", "稻田"]])
    among = NEAR.of_texts([["直播"], ["电商", "稻田", "稻田"], ["合作社", "电商"]])
    assert (alone[0] == among[1]).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"table": np.zeros((5, 2), np.int8)}, "do not fit together"),
        ({"scale": np.full(2, np.nan, np.float32)}, "no number"),
        ({"table": np.zeros((6, 2), np.float32)}, "expected the arrays"),
        ({"words": np.array([255, 254], np.uint8)}, "not UTF-8"),
    ],
)
def test_damaged_arrays_are_refused(change: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        WordVectors.from_arrays(NEAR.to_arrays() | change, where="model")


REPORTS = [
    *(Report(f"d{i}", f"电商调查{i}", text="电商直播。" * (i + 1)) for i in range(4)),
    *(Report(f"r{i}", f"合作社调查{i}", text="合作社耕地。" * (i + 1)) for i in range(4)),
    *(Report(f"f{i}", f"银行贷款调查{i}", text="银行贷款。" * (i + 1)) for i in range(4)),
    *(Report(f"c{i}", f"监督立案调查{i}", text="监督立案。" * (i + 1)) for i in range(4)),
    *(Report(f"o{i}", f"养老调查{i}", text="养老食堂。" * (i + 1)) for i in range(4)),
]
NAMES = {"d": "digital", "r": "rural", "f": "finance", "c": "discipline", "o": "other"}
LABELS = {report.report_id: Label(NAMES[report.report_id[0]]) for report in REPORTS}


def test_a_word_that_no_label_taught_is_understood_by_its_neighbours() -> None:
    tagger = Tagger(folds=2, vectors=NEAR).fit(REPORTS, LABELS)
    plain = Tagger(folds=2).fit(REPORTS, LABELS)
    for text, theme in (("网店网店", "digital"), ("稻田稻田", "rural")):
        report = Report("x", "", text=text)
        number = tagger.classes.index(theme)
        scores = tagger.scores(tagger.features_.read([report]))[0]
        assert scores.argmax() == number
        blind = plain.scores(plain.features_.read([report]))[0]
        assert scores[number] - scores.mean() > blind[number] - blind.mean() + 0.3


def test_what_words_add_by_their_meaning_makes_up_the_score() -> None:
    tagger = Tagger(folds=2, vectors=NEAR).fit(REPORTS, LABELS)
    reading = tagger.features_.read([Report("x", "网店调查", text="网店与合作社。\n电商。")])[0]
    for number, theme in enumerate(tagger.classes):
        added = contributions(tagger, reading, theme)
        assert sum(amount for _, amount in added) + tagger.bias_[number] == pytest.approx(
            tagger.scores([reading])[0][number], abs=1e-6
        )
    assert dict(contributions(tagger, reading, "digital"))["网店"] > 0


def test_texts_without_titles_can_be_learned_on_top(tmp_path) -> None:
    base = Tagger(folds=2, vectors=NEAR).fit(REPORTS, LABELS)
    assert base.features_.rows([]).dense.shape == (0, 7)
    own = [Report(f"u{i}", "", text=text) for i, text in enumerate(["网店电商。", "稻田耕地。", "养老食堂。"])]
    labels = {"u0": Label("digital"), "u1": Label("rural"), "u2": Label("other")}
    assert [tag.primary for tag in Tagger(folds=2).fit(own, labels, base=base).tag(own)] == [
        "digital",
        "rural",
        "other",
    ]


def test_a_model_keeps_its_vectors_and_what_learns_on_top_of_it_has_them(tmp_path) -> None:
    tagger = Tagger(folds=2, vectors=NEAR).fit(REPORTS, LABELS)
    save_tagger(tmp_path / "m", tagger, evaluation=None, sources="")
    loaded = load_tagger(tmp_path / "m")
    assert loaded.features_.vectors is not None
    assert loaded.features_.vectors.words == NEAR.words
    assert (loaded.predict_proba(REPORTS) == tagger.predict_proba(REPORTS)).all()
    above = Tagger(folds=2).fit(REPORTS[:1], LABELS, base=loaded)
    assert above.features_.vectors is loaded.features_.vectors
    (tmp_path / "m" / "vectors.npz").write_bytes(b"")
    with pytest.raises(ModelError, match=r"vectors\.npz is missing or damaged"):
        load_tagger(tmp_path / "m")
