"""Tests of the tokenizer: what stays whole, what is left out, and that both engines say the same."""

from __future__ import annotations

import gzip
import json
import pickle
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaoyan.errors import CorpusError
from diaoyan.preprocess import Tokenizer
from diaoyan.preprocess.tokenizer import read_words
from diaoyan.themes import Codebook

SEEDS = [seed for theme in Codebook.default().themes for seed in theme.seeds]
FAST, SLOW = Tokenizer(terms=SEEDS), Tokenizer(engine="jieba", terms=SEEDS)
SIGNED = ["互联网+", "5G", "A股", "B超“5G”", "“放管服”改革", "“三不”一体"]
WITH_SIGNS = Tokenizer(terms=[*SEEDS, *SIGNED])
CHINESE = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法"
    "所民得经三之进着等部度家电力里如水化高自二理起小物现实量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "南京市长江大桥研究生命起源三不一体放管服两个维护高标准农田宅基地数字经济纪检监察金融机构村集体银行里面县城"
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("将“三不”一体理念融入", ["将", "“三不”一体", "理念", "融入"]),
        ("三不一体", ["“三不”一体"]),
        ("农村承包地“三权分置”", ["农村", "承包地", "三权分置"]),
        ("做到“两个维护”", ["做到", "两个维护"]),
        ("深化“放管服”改革", ["深化", "放管服", "改革"]),
        ("盯住“一把手”", ["盯住", "一把手"]),
        ("高标准农田验收", ["高标准农田", "验收"]),
        ("南京。市长", ["南京", "市长"]),  # punctuation is a boundary before it is removed
        ("购S-300导弹", ["购", "S-300", "导弹"]),
        ("5G基站与15G", ["5G", "基站", "与", "15G"]),
        ("5g基站", ["5G", "基站"]),
        ("互联网+政务", ["互联网+", "政务"]),
        ("上云用数赋智，2.5万户", ["上云用数赋智", "2.5", "万户"]),
        ("", []),
        ("……——！", []),
    ],
)
@pytest.mark.parametrize("tokenizer", [FAST, SLOW], ids=["rjieba", "jieba"])
def test_terms_stay_whole_and_signs_are_boundaries(tokenizer: Tokenizer, text: str, tokens: list[str]) -> None:
    assert tokenizer.cut(text) == tokens


@pytest.mark.parametrize(
    ("token", "kept"),
    [
        ("农户", True),
        ("村集体", True),
        ("5G", True),
        ("线上", True),  # a seed word, though it looks like 户里
        ("调研", False),  # genre
        ("面积", False),
        ("每亩", False),
        ("我们", False),
        ("玉林市", False),
        ("内蒙古自治区", False),
        ("河北", False),
        ("乌兰察布", False),
        ("城市", True),
        ("乡镇", False),  # genre
        ("小镇", True),
        ("签了", False),
        ("户里", False),
        ("由县", False),
        ("三十个", False),
        ("2021", False),
        ("村", False),
    ],
)
def test_words_that_tell_no_theme_are_left_out(token: str, kept: bool) -> None:
    assert FAST.keeps(token) is kept


def test_places_can_be_kept() -> None:
    with_places = Tokenizer(places=True)
    assert with_places("玉林市、广西的合作社") == ["玉林市", "广西", "合作社"]
    assert Tokenizer()("玉林市、广西的合作社") == ["合作社"]


def test_clauses_end_at_punctuation() -> None:
    assert FAST.clauses("不敢腐、不能腐、不想腐。\n监督") == [["不敢腐"], ["不能腐"], ["不想腐"], ["监督"]]
    assert FAST.clauses("！？") == []


def test_a_folder_of_words_replaces_the_lists_it_has(tmp_path: Path) -> None:
    (tmp_path / "genre_words.txt").write_text("农户  # mine\n\n", encoding="utf-8")
    own = Tokenizer(words=tmp_path)
    assert own("农户种粮调研") == ["种粮", "调研"]
    assert Tokenizer()("农户种粮调研") == ["农户", "种粮"]
    assert own.keeps("我们") is False  # the stop words are still those that ship


def test_a_folder_without_word_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"at least one of policy_terms\.txt"):
        Tokenizer(words=tmp_path)


def test_a_list_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stop_words.txt").write_bytes("我们".encode("gb18030"))
    with pytest.raises(CorpusError, match="UTF-8"):
        Tokenizer(words=tmp_path)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="hanlp"):
        Tokenizer(engine="hanlp")  # type: ignore[arg-type]


def test_a_tokenizer_can_be_pickled_after_use() -> None:
    FAST.cut("先用一次")
    again = pickle.loads(pickle.dumps(FAST))
    assert again.cut("农村承包地三权分置") == FAST.cut("农村承包地三权分置")


def test_the_global_dictionary_of_jieba_is_left_alone() -> None:
    import jieba

    before = dict(jieba.dt.FREQ)
    Tokenizer(engine="jieba", terms=["县域高标准农田管护"]).cut("县域高标准农田管护")
    assert before == jieba.dt.FREQ


def test_terms_do_not_break_good_words_around_them() -> None:
    plain = Tokenizer()
    assert plain.cut("他在银行里工作") == Tokenizer(terms=["行里"]).cut("他在银行里工作")


@cache
def plainly() -> tuple[Callable[[str, bool], list[str]], re.Pattern[str], dict[str, str]]:
    """Return the engine with the terms of `WITH_SIGNS`, a pattern of those that hold signs, and how each is written."""
    import rjieba

    engine = rjieba.Jieba()
    signed = [term for term in WITH_SIGNS.kept_whole if not re.fullmatch(r"[\u3400-\u9fff]+", term)]
    for term in [term for term in WITH_SIGNS.kept_whole if term not in signed]:
        engine.add_word(term, engine.suggest_freq(term), "nz")
    bare = {re.sub(QUOTE, "", term): term for term in reversed(signed)}
    alternatives = []
    for key in sorted(bare, key=lambda key: (-len(key), key)):
        head = "(?<![A-Z0-9])" if key[0].isascii() and key[0].isalnum() else ""
        tail = "(?![A-Z0-9])" if key[-1].isascii() and key[-1].isalnum() else ""
        opening = "" if "A" <= key[0] <= "Z" else f"{QUOTE}?"
        alternatives.append(head + opening + f"{QUOTE}?".join(map(re.escape, key)) + tail)
    return engine.cut, re.compile(f"({'|'.join(alternatives)})"), bare


def one_run_at_a_time(text: str) -> list[str]:
    """Cut as `WITH_SIGNS` does, plainly: normal form, terms with signs, runs, and a call of the engine for each."""
    cut, signed, bare = plainly()
    tokens: list[str] = []
    for number, piece in enumerate(signed.split(unicodedata.normalize("NFKC", text).upper())):
        if number % 2:
            tokens.append(bare[re.sub(QUOTE, "", piece)])
            continue
        for run in re.findall(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇]+|[A-Z0-9]+(?:[-.+/&][A-Z0-9]+)*", piece):
            tokens += [run] if run.isascii() else cut(run, True)
    return tokens


QUOTE = "[“”‘’\"'「」『』《》〈〉]"
MARKS = [*"+-.%_#&@/“”「'，：…—－＋．％　 。》①Ⅱ℃〇㐀Ａ5gß가ﬁ\n\r\t\x00", "\u0301", "i\u0307", "\ud800", "\ue000"]
WORDS = ["农户", "银行", "放管服改革", "三不", "B超5G", "二〇二六年", "𠀀", "金融", "的", "股", "2.5", "S-300"]
PIECES = st.sampled_from([*SIGNED, *WORDS, *MARKS])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_a_text_is_cut_as_its_runs_are_one_by_one(text: str) -> None:
    assert WITH_SIGNS.cut(text) == one_run_at_a_time(text)
    assert WITH_SIGNS(text) == [token for token in one_run_at_a_time(text) if FAST.keeps(token) or token in SIGNED]


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_clauses_are_what_stands_between_signs_cut_one_by_one(text: str) -> None:
    stretches = re.split(r"[，。！？；：、,;:!?()（）\[\]【】…—\n]+", text)
    assert WITH_SIGNS.clauses(text) == [tokens for part in stretches if (tokens := one_run_at_a_time(part))]


def test_what_is_remembered_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from diaoyan.preprocess import tokenizer

    monkeypatch.setattr(tokenizer, "REMEMBERED", 3)
    small = Tokenizer()
    verdicts = [small.keeps(word) for word in ["农户", "我们", "银行", "调研", "农户", "宅基地"]]
    assert verdicts == [True, False, True, False, True, True]
    assert len(small.verdicts) <= 3


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=CHINESE, max_size=40))
def test_both_engines_cut_chinese_alike(text: str) -> None:
    assert FAST.cut(text) == SLOW.cut(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_cut_and_nothing_is_invented(text: str) -> None:
    tokens = FAST.cut(text)
    assert tokens == SLOW.cut(text)
    assert all(tokens)
    assert [token for clause in FAST.clauses(text) for token in clause] == tokens or "”" in text or "“" in text


@pytest.mark.real
def test_both_engines_cut_real_text_alike_and_run_by_run(real_data: Path) -> None:
    with gzip.open(real_data / "corpora" / "news_weak_themes.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines][::6]
    texts.append((real_data / "compilations" / "2021-12.txt").read_text("utf-8"))
    for text in texts:
        assert FAST.cut(text) == SLOW.cut(text)
        assert WITH_SIGNS.cut(text) == one_run_at_a_time(text)


def test_lists_in_the_format_of_jieba_are_read_for_their_words(tmp_path: Path) -> None:
    path = tmp_path / "policy_terms.txt"
    path.write_text("托管茶园 1000 n\n夜间门诊 5\n加装电梯 nz\n# 说明\n无还本续贷\n", "utf-8")
    assert read_words(path) == ["托管茶园", "夜间门诊", "加装电梯", "无还本续贷"]


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
@pytest.mark.parametrize("term", ["", " ", "“”", "\u3000"])
def test_a_term_of_nothing_but_signs_is_none(engine: Literal["rjieba", "jieba"], term: str) -> None:
    assert Tokenizer(engine=engine, terms=[term])("宅基地“三权分置”") == Tokenizer(engine=engine)("宅基地“三权分置”")
