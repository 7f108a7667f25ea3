"""Tests of finding names of persons."""

from __future__ import annotations

import pytest

from diaoyan.preprocess import foreign, persons, within_names


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        (["村支书", "张泽桥", "帮带"], {"张泽桥"}),
        (["张泽桥", "同志"], {"张泽桥"}),
        (["周全", "告诉", "我们"], {"周全"}),
        (["车间", "主任"], set()),  # no surname
        (["林草局", "局长"], set()),  # an office
        (["高标准农田", "主任"], set()),  # too long
        (["张泽桥", "帮带"], set()),  # nothing says so
        (["同志", "书记"], set()),
    ],
)
def test_a_surname_beside_an_office_makes_a_person(clause: list[str], found: set[str]) -> None:
    assert persons([[clause]]) == found


def test_a_word_that_stands_beside_an_office_by_accident_is_no_person() -> None:
    text = [["金融", "主任"], *[["金融", "风险"]] * 9]
    assert persons([text]) == frozenset()


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        ("岚江省石渡县委党校课题组 方启明、罗雁", {"方启明", "罗雁"}),
        ("市委党校 王一 3", {"王一"}),
        ("", set()),
    ],
)
def test_authors_are_persons(byline: str, found: set[str]) -> None:
    assert persons([], [byline]) == found


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("俄罗斯", True),  # listed
        ("顿涅茨克", True),
        ("波克罗夫斯克", True),  # by its signs alone
        ("爱因斯坦", True),
        ("马拉松", False),  # three signs of sound are no name yet
        ("马克思主义", False),
        ("奥林匹克", False),
        ("合作社", False),
        ("5G", False),
        ("GDP", False),
        ("sina.com", True),
        ("getElementsByTagName", True),
    ],
)
def test_names_from_abroad_and_bits_of_programs_are_told(token: str, told: bool) -> None:
    assert foreign([token]) == ({token} if told else set())


@pytest.mark.parametrize(
    ("word", "text", "told"),
    [
        ("薛祥", [["丁", "薛祥", "访问", "荷兰"]], True),  # the rest of a name that was cut
        ("薛祥", [["薛祥", "访问", "荷兰"]], False),  # nothing says so
        ("多夫", [["总统", "尔德", "穆哈", "梅", "多夫", "访华"]], True),
        ("多夫", [["多夫", "访华"], ["尔德"]], False),  # a row ends with its part
        ("李强", [["李强", "主持", "会议"]], True),
        ("金融", [["金融", "风险"], ["高", "效"]], False),
        ("企业", [["高", "企业", "说"]], False),  # no surname
    ],
)
def test_bits_of_names_are_told_by_what_stands_around_them(word: str, text: list[list[str]], told: bool) -> None:
    assert within_names([word, "访问"], text) == ({word} if told else set())
