"""Tests of gathering sections and counting their words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diaoyan.discovery.material import Material
from diaoyan.discovery.prior import background, signs, word_vectors
from diaoyan.errors import CorpusError
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.themes import Codebook
from small_corpus import small_corpus

CODEBOOK = Codebook.default()


def gather(reports: list[Report], codebook: Codebook | None = CODEBOOK) -> Material:
    seeds = [seed for theme in CODEBOOK.themes for seed in theme.seeds]
    return Material.gather(reports, Tokenizer(terms=seeds), codebook=codebook)


def test_every_report_has_its_title_and_its_sections() -> None:
    material = gather(small_corpus())
    titles = np.flatnonzero(~material.shaping)
    assert material.owner[titles].tolist() == list(range(12))
    assert material.counts.shape == (len(material.owner), len(material.words))
    assert material.length.tolist() == np.asarray(material.counts.sum(1)).ravel().tolist()


def test_words_are_sorted_and_shared_by_reports() -> None:
    reports = small_corpus()
    reports[0] = replace(reports[0], text=reports[0].text.replace("农户", "渡槽渡槽，农户"))
    material = gather(reports)
    assert material.words == sorted(material.words)
    assert "渡槽" not in material.words  # one report only
    assert "农户" in material.words


def test_seed_words_of_titles_stay_and_other_words_of_titles_do_not() -> None:
    reports = [*small_corpus(), Report("t", "聚焦“两个维护”强化派驻监督的渡槽", status="missing")]
    material = gather(reports)
    assert {"两个维护", "派驻监督"} <= set(material.words)
    assert "渡槽" not in material.words
    assert "两个维护" not in gather(reports, codebook=None).words


def test_persons_and_places_are_left_out() -> None:
    reports = [
        replace(report, text=report.text.replace("地第", "地，村支书张泽桥在广西说，第"), authors="罗雁")
        for report in small_corpus()
    ]
    assert {"张泽桥", "罗雁", "广西"}.isdisjoint(gather(reports).words)


def test_words_alone_are_worked_out_anew_after_what_they_mean() -> None:
    material = replace(gather(small_corpus()), vectors=word_vectors())
    with_meaning = signs(material, CODEBOOK, background())
    alone = material.words_alone()
    assert np.array_equal(signs(alone, CODEBOOK, background()), signs(gather(small_corpus()), CODEBOOK, background()))
    assert with_meaning.shape[2] == 7
    assert (with_meaning[:, :, 0] > signs(alone, CODEBOOK, background())[:, :, 0]).any()  # neighbours of seed words


def test_phrases_of_the_corpus_become_terms_and_announce_the_themes_of_the_seeds_they_hold() -> None:
    material = gather(small_corpus())
    assert material.phrases
    assert {phrase.text for phrase in material.phrases} <= set(material.tokenizer.kept_whole)
    holding = [phrase.text for phrase in material.phrases if "企业融资" in phrase.text or "小微企业" in phrase.text]
    finance = {material.words[c] for c in material.seed_columns(CODEBOOK)[CODEBOOK.ids.index("finance")]}
    assert {"贷款", "银行", *(text for text in holding if text in material.words)} <= finance


def test_a_report_that_returns_shapes_nothing() -> None:
    reports = small_corpus()
    again = replace(reports[0], report_id="again")
    material = gather([*reports, again])
    assert not material.shaping[material.owner == 12].any()
    assert material.shaping[material.owner == 0].any()


def test_section_weights_add_up_by_length() -> None:
    material = gather(small_corpus())
    weights = np.zeros((len(material.owner), 2))
    weights[:, 0] = 1.0
    assert material.by_report(weights).tolist() == [[1.0, 0.0]] * 12
    assert material.by_report(np.zeros_like(weights)).tolist() == [[0.0, 0.0]] * 12


def test_a_sample_keeps_words_and_numbers_reports_anew() -> None:
    material = gather(small_corpus())
    part = material.sample(np.array([3, 7]))
    assert [report.report_id for report in part.reports] == ["田3", "贷3"]
    assert sorted(set(part.owner.tolist())) == [0, 1]
    assert part.words is material.words


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([], "found 0 in 0 different reports with text of 0"),
        ([Report("a", "甲", text="农户种粮。" * 60)], "found 1 in 1 different reports"),
        (
            [Report(f"a{n}", "甲", status="missing") for n in range(33)],
            "found 0 in 0 different reports with text of 33",
        ),
        ([Report(f"a{n}", f"甲{n}", text="农户把耕地交给合作社。" * 60) for n in range(9)], "in 1 different reports"),
        ([Report(f"a{n}", f"x{n}", text=f"lorem {n} ipsum dolor. " * 90) for n in range(9)], "is the text Chinese"),
    ],
    ids=["none", "one", "titles only", "all the same", "no Chinese"],
)
def test_too_little_text_is_said_in_one_sentence(reports: list[Report], said: str) -> None:
    with pytest.raises(CorpusError, match=said) as caught:
        gather(reports)
    assert "\n" not in str(caught.value)


def test_names_from_abroad_are_no_words_but_for_those_a_codebook_names() -> None:
    reports = [replace(report, text=report.text.replace("贷款", "爱因斯坦")) for report in small_corpus()]
    book = Codebook.parse('[[theme]]\nid="physics"\nzh="物理"\nen="Physics"\nseeds=["爱因斯坦","相对论"]\n')
    plain = Material.gather(reports, Tokenizer())
    named = Material.gather(reports, Tokenizer(terms=["爱因斯坦"]), codebook=book)
    assert "爱因斯坦" not in plain.words
    assert "爱因斯坦" in named.words
