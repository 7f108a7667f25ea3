"""The codebook: what ships, what a user may write, and what is refused by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.errors import CodebookError
from diaoyan.themes import OTHER, Codebook, Theme

HEALTH = '[[theme]]\nid = "health"\nzh = "医疗卫生"\nen = "Health"\nseeds = ["医院", "医保"]\n'


def entry(**values: str) -> str:
    keys = {"id": '"health"', "zh": '"医疗卫生"', "en": '"Health"', "seeds": '["医院"]'} | values
    return "[[theme]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value)


def test_four_themes_ship_and_other_needs_no_entry() -> None:
    codebook = Codebook.default()
    assert codebook.ids == ("rural", "digital", "discipline", "finance")
    assert [codebook.name(theme) for theme in (*codebook.ids, OTHER)] == [
        "乡村振兴", "数字经济", "纪检监察", "金融", "其他",
    ]  # fmt: skip
    assert codebook.name(OTHER, "en") == "Other"
    assert all(theme.seeds and theme.description for theme in codebook.themes)


def test_no_seed_word_stands_twice_in_the_themes_that_ship() -> None:
    seeds = [seed for theme in Codebook.default().themes for seed in theme.seeds]
    assert sorted(seeds) == sorted(set(seeds))


def test_a_theme_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        "\ufeff" + HEALTH + entry(id='"law"', zh='" 法治 "', en='"Law"', seeds='["法院", " 法院 ", "立法"]'), "utf-8"
    )
    codebook = Codebook.read(tmp_path / "mine.toml")
    assert codebook.ids == ("health", "law")
    assert codebook["law"] == Theme("law", "法治", "Law", ("法院", "立法"), "")


def test_a_codebook_comes_back_from_plain_data() -> None:
    codebook = Codebook.default()
    assert Codebook.from_dict(codebook.to_dict()) == codebook


def test_a_theme_is_found_by_each_of_its_names_and_never_by_that_of_another() -> None:
    codebook = Codebook((Theme("a", "乙", "B", ("词",)), Theme("b", "甲、丙", "A", ("字",))))
    assert [codebook.id_of(name) for name in ("a", "B", "乙", "甲、 丙", "其它", "丁")] == [
        "a", "a", "a", "b", "other", "丁",
    ]  # fmt: skip
    assert codebook.ids_of("乙；甲、丙") == ["a", "甲", "丙"]
    assert codebook.ids_of(" 甲、丙 ") == ["b"]
    assert codebook.ids_of("") == []


def test_asking_for_a_theme_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(CodebookError, match="no theme 'sports'; it has rural, digital, discipline, finance"):
        Codebook.default()["sports"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected at least one [[theme]] entry, found none"),
        ("theme = []", "expected at least one [[theme]] entry, found none"),
        ("theme = 7", "expected at least one [[theme]] entry, found none"),
        ("theme = [7]", "theme 1: expected a table, found int"),
        ("[[theme]", "expected TOML with [[theme]] entries"),
        ("theme = " + "[" * 100_000, "expected TOML with [[theme]] entries"),
        ("theme = " + "9" * 5000, "expected TOML with [[theme]] entries"),
        ("colour = 1\n" + HEALTH, "unknown key 'colour'"),
        (HEALTH + entry(colour='"red"', id='"law"'), "theme 2: unknown key 'colour'; expected description, en, id"),
        (entry(id=""), "theme 1: expected text in 'id', found None"),
        (entry(zh='" "'), "theme 1: expected text in 'zh', found ' '"),
        (entry(en="7"), "theme 1: expected text in 'en', found 7"),
        (entry(id='"Health"'), "expected an id of small Latin letters, digits and _, found 'Health'"),
        (entry(id='"con"'), "expected an id that can name a folder, found 'con', a device of Windows"),
        (entry(id='"../etc"'), "expected an id of small Latin letters, digits and _, found '../etc'"),
        (entry(id='"other"'), "'other' is what no theme covers and needs no entry"),
        (entry(seeds=""), "theme 1 (health): expected a list of seed words in 'seeds', found None"),
        (entry(seeds="[]"), "theme 1 (health): expected a list of seed words in 'seeds', found []"),
        (entry(seeds='"医院"'), "theme 1 (health): expected a list of seed words in 'seeds', found '医院'"),
        (entry(seeds='["医院", " "]'), "theme 1 (health): expected a list of seed words"),
        (entry(description="[]"), "theme 1 (health): expected text in 'description', found []"),
        (HEALTH + HEALTH, "the id 'health' is given to two themes"),
        (HEALTH + entry(id='"law"', en='"Law"'), "the zh '医疗卫生' is given to two themes"),
        (HEALTH + entry(id='"law"', zh='"法治"'), "the en 'Health' is given to two themes"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(CodebookError, match="^" + re.escape("mine.toml")) as error:
        Codebook.parse(text, where="mine.toml")
    assert said in str(error.value)


@pytest.mark.parametrize("table", [None, [], "theme", {}, {"theme": {}}, {"theme": [None]}, {"themes": []}])
def test_plain_data_that_is_no_codebook_is_refused(table: object) -> None:
    with pytest.raises(CodebookError, match=r"^manifest\.json"):
        Codebook.from_dict(table, where="manifest.json")


@pytest.mark.parametrize("data", [None, "[[theme]]\nzh = '金融'".encode("gb18030")])
def test_a_file_that_cannot_be_read_is_refused_by_name(data: bytes | None, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / "mine.toml").write_bytes(data)
    with pytest.raises(CodebookError, match=r"mine\.toml: expected a codebook in UTF-8"):
        Codebook.read(tmp_path / "mine.toml")


#: Any text that UTF-8 can hold: quotes, backslashes, line ends and control characters among it.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SAID = ANY_TEXT.filter(str.strip)


@given(
    names=st.lists(SAID, min_size=2, max_size=6, unique_by=str.strip),
    seeds=st.lists(SAID, min_size=1, max_size=25),
    description=ANY_TEXT,
)
def test_a_codebook_comes_back_from_its_own_file_whatever_it_says(
    names: list[str], seeds: list[str], description: str
) -> None:
    entries = [
        {"id": f"theme{number}", "zh": name, "en": f"{name}{number}", "seeds": seeds, "description": description}
        for number, name in enumerate(names)
    ]
    codebook = Codebook.from_dict({"theme": entries})
    assert Codebook.parse(codebook.to_toml()) == codebook


@pytest.mark.parametrize(
    "text", ['"', "\\", '"""', "\\u0041", "\x00", "\x1b[31m", "\x7f", "\x85", "\r\n", "\t甲", "#]", "😀"]
)
def test_no_sign_breaks_a_codebook_file(text: str, tmp_path: Path) -> None:
    codebook = Codebook((Theme("health", f"甲{text}乙", "Health", (f"甲{text}乙",), text),))
    (tmp_path / "mine.toml").write_bytes(codebook.to_toml().encode())
    assert Codebook.read(tmp_path / "mine.toml") == codebook


def test_the_file_of_a_codebook_reads_like_the_one_that_ships() -> None:
    codebook = Codebook.default()
    assert Codebook.parse(codebook.to_toml()) == codebook
    assert max(map(len, codebook.to_toml().splitlines())) < 250


def test_a_theme_is_added_at_the_end() -> None:
    health = Theme("health", "医疗卫生", "Health", ("医院", "医保"))
    added = Codebook.default().adding(health)
    assert added.ids[-1] == "health"
    assert added["health"] == health
    assert "health" not in Codebook.default().ids


@pytest.mark.parametrize(
    ("theme", "said"),
    [
        (Theme("rural", "农", "Land", ("田",)), "the id 'rural' is given to two themes"),
        (Theme("land", "乡村振兴", "Land", ("田",)), "the zh '乡村振兴' is given to two themes"),
        (Theme("land", "农", "Digital economy", ("田",)), "the en 'Digital economy' is given to two themes"),
        (Theme("Land", "农", "Land", ("田",)), "expected an id of small Latin letters"),
        (Theme("land", " ", "Land", ("田",)), "expected text in 'zh'"),
        (Theme("land", "\udcff", "Land", ("田",)), "expected text in 'zh'"),
        (Theme("land", "农", "Land", ()), "expected a list of seed words"),
    ],
)
def test_a_theme_that_clashes_is_not_added(theme: Theme, said: str) -> None:
    with pytest.raises(CodebookError, match=re.escape(said)):
        Codebook.default().adding(theme)
