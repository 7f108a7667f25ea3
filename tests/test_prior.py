"""The prior of seeded themes: what speaks for a theme, company among sections, and the background it rests on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from diaoyan.discovery.material import Material, strongest
from diaoyan.discovery.prior import background, prior, read_background, signs, word_vectors
from diaoyan.errors import ModelError
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.themes import Codebook
from small_corpus import small_corpus

BOOK = Codebook.parse(
    '[[theme]]\nid="rural"\nzh="乡村"\nen="Rural"\nseeds=["农户","耕地"]\n'
    '[[theme]]\nid="school"\nzh="教育"\nen="School"\nseeds=["学生","教师"]\n'
    '[[theme]]\nid="sea"\nzh="海洋"\nen="Sea"\nseeds=["渔船","海港"]\n'
)


def gathered(*more: Report, meaning: bool = True) -> Material:
    tokenizer = Tokenizer(terms=[seed for theme in BOOK.themes for seed in theme.seeds])
    vectors = word_vectors() if meaning else None
    return Material.gather([*small_corpus(), *more], tokenizer, codebook=BOOK, vectors=vectors)


@pytest.fixture(scope="module")
def material() -> Material:
    return gathered()


@pytest.mark.parametrize("meaning", [True, False])
def test_themes_and_rest_are_chances(meaning: bool) -> None:
    found = prior(gathered(Report("空", "……"), meaning=meaning), BOOK, random_state=0)
    assert (found >= 0).all()
    known = found.sum(1) > 0
    assert np.allclose(found[known].sum(1), 1.0)
    assert not known[-1]  # a title of signs alone: nothing is known, not even that it is of the rest


def test_reports_go_to_the_theme_that_speaks_in_them_and_others_to_the_rest(material: Material) -> None:
    found = strongest(material.by_report(prior(material, BOOK, random_state=0)), 3)
    assert found.tolist() == [0] * 4 + [3] * 4 + [1] * 4


def test_a_theme_none_of_whose_seed_words_occurs_is_not_found(material: Material) -> None:
    assert prior(material, BOOK, random_state=0)[:, 2].max() == 0.0


def test_a_neighbour_of_a_seed_word_speaks_for_the_theme_and_an_unrelated_word_does_not() -> None:
    near, far = Report("近", "家长等校车"), Report("远", "银行的贷款")
    by_words, by_meaning = (gathered(near, far, meaning=meaning) for meaning in (False, True))
    rows = np.flatnonzero(by_meaning.owner >= 12)
    assert prior(by_words, BOOK, random_state=0)[rows, 1].max() < 0.1
    school, other = signs(by_meaning, BOOK, background())[rows, 1, 3]
    assert school > 1.0 > other


def test_titles_keep_no_company() -> None:
    apart = prior(gathered(Report("题", "农户的耕地")), BOOK, random_state=0)
    again = prior(gathered(Report("题", "农户的耕地")), BOOK, random_state=9)
    assert np.array_equal(apart[-1], again[-1])
    assert apart[-1, 0] > 0.5


@pytest.mark.parametrize(("shares", "themes", "expected"), [
    ([0.4, 0.3, 0.3], 1, 1), ([0.5, 0.3, 0.2], 1, 0), ([0.4, 0.3, 0.3], 0, 0), ([0.2, 0.3, 0.5], 3, 2),
    ([0, 0, 0], 1, -1),
])  # fmt: skip
def test_a_theme_must_outweigh_the_whole_rest(shares: list[float], themes: int, expected: int) -> None:
    assert strongest(np.array([shares]), themes).tolist() == [expected]


def test_the_background_that_ships_has_the_shape_of_the_word_vectors() -> None:
    size = word_vectors().n_dims
    found = background()
    assert (found.mean.shape, found.covariance.shape) == ((size,), (size, size))
    assert (found.weights.shape, found.weights_of_words.shape) == ((7,), (4,))
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-6


def test_a_background_that_is_missing_or_damaged_is_refused(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[1] / "src" / "diaoyan"
    with pytest.raises(ModelError, match="background of general texts"):
        read_background(tmp_path)
    data = (shipped / "background.npz").read_bytes()
    (tmp_path / "background.json").write_bytes((shipped / "background.json").read_bytes())
    (tmp_path / "background.npz").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ModelError, match="its checksum differs"):
        read_background(tmp_path)
    said = {"sha256": {"background.npz": hashlib.sha256(b"PK").hexdigest()}}
    (tmp_path / "background.json").write_text(json.dumps(said), "utf-8")
    (tmp_path / "background.npz").write_bytes(b"PK")
    with pytest.raises(ModelError, match="cannot be read"):
        read_background(tmp_path)
