"""Numbers as words of titles, at their edges."""

import pytest

from diaoyan.figures.wording import count_words, listed, percent, share_words
from diaoyan.figures.words import round_values


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "0%"), (0.0049, "<1%"), (0.005, "<1%"), (0.006, "1%"), (0.994, "99%"), (0.996, ">99%"), (1, "100%")],
)
def test_a_percentage_never_hides_something_or_claims_all(share: float, expected: str) -> None:
    assert percent(share) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.4, "四成"),
        (0.395, "四成"),
        (0.39, "近四成"),
        (0.41, "四成多"),
        (0.43, "43%"),
        (0.5, "一半"),
        (0.02, "2%"),
        (0.99, "99%"),
    ],
)
def test_shares_are_told_in_tenths_where_they_are_close_to_one(share: float, expected: str) -> None:
    assert share_words(share) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "一"), (2, "两"), (10, "十"), (11, "十一"), (19, "十九"), (20, "20")]
)
def test_small_numbers_are_counted_in_characters(number: int, expected: str) -> None:
    assert count_words(number) == expected


@pytest.mark.parametrize(
    ("names", "lang", "expected"),
    [(["A"], "en", "A"), (["A", "B"], "en", "A and B"), (["甲", "乙", "丙"], "zh", "甲、乙、丙")],
)
def test_names_are_listed_as_in_running_text(names: list[str], lang: str, expected: str) -> None:
    assert listed(names, lang) == expected


@pytest.mark.parametrize("reach", [0.0013, 0.02, 0.5, 1.0, 1.7, 9.99, 35.0, 7e6])
def test_an_axis_has_one_to_three_values_above_zero_within_reach(reach: float) -> None:
    values = round_values(reach)
    assert values[0] == 0
    assert 2 <= len(values) <= 4
    assert values[-1] <= reach * (1 + 1e-9)
