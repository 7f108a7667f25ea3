"""Tests of phrases learned from the corpus."""

from __future__ import annotations

import math

from diaoyan.preprocess import Tokenizer, learn_phrases

TOKENIZER = Tokenizer()


def clauses(*texts: str) -> list[list[list[str]]]:
    return [[clause.split() for clause in text.split("|")] for text in texts]


def test_a_pair_that_always_stands_together_is_a_phrase() -> None:
    texts = clauses(*["烘干 设备 坏了 | 农户 种粮"] * 5)
    found = {phrase.text: phrase for phrase in learn_phrases(texts, TOKENIZER)}
    assert found["烘干设备"].count == 5
    assert found["烘干设备"].texts == 5
    assert math.isclose(found["烘干设备"].npmi, 1.0)


def test_npmi_is_that_of_the_formula() -> None:
    texts = clauses(*["烘干 设备 | 烘干 粮食"] * 5)
    found = {phrase.text: phrase.npmi for phrase in learn_phrases(texts, TOKENIZER, least_npmi=0.0)}
    together, alone, other = 5 / 20, 10 / 20, 5 / 20
    assert found["烘干设备"] == round(math.log(together / (alone * other)) / -math.log(together), 4)


def test_no_phrase_reaches_over_punctuation() -> None:
    assert learn_phrases(clauses(*["烘干 | 设备"] * 9), TOKENIZER) == []


def test_no_phrase_is_made_of_stop_or_genre_words_or_of_what_is_a_term() -> None:
    texts = clauses(*["推进 烘干 | 我们 种粮 | 三 权分 | 农村 产权"] * 9)
    with_term = Tokenizer(terms=["农村产权"])
    assert [phrase.text for phrase in learn_phrases(texts, with_term)] == []


def test_rare_pairs_and_pairs_of_one_text_are_no_phrases() -> None:
    once = clauses(*["烘干 设备"] * 2)
    one_text = [[["烘干", "设备"]] * 9]
    assert learn_phrases(once, TOKENIZER) == learn_phrases(one_text, TOKENIZER) == []


def test_the_order_is_by_npmi_then_text() -> None:
    texts = clauses(*["烘干 设备 | 收割 机手 | 粮食 设备"] * 6)
    found = learn_phrases(texts, TOKENIZER, least_npmi=0.1)
    assert [(-p.npmi, p.text) for p in found] == sorted((-p.npmi, p.text) for p in found)


def test_learned_phrases_serve_as_terms() -> None:
    text = "村里的烘干设备坏了"
    assert "烘干设备" not in TOKENIZER.cut(text)
    assert "烘干设备" in Tokenizer(terms=["烘干设备"]).cut(text)


def test_no_texts_give_no_phrases() -> None:
    assert learn_phrases([], TOKENIZER) == []
