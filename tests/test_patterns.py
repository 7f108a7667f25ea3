"""No pattern of the package takes time that grows faster than the text: a text made to break one is a text."""

from __future__ import annotations

import re
import time

import pytest

from patterns import compiled, recipes, text_of, uses

PATTERNS = compiled()
#: Lengths tried, the first ones a little longer each, so that what explodes is seen before it takes hours; seconds from
#: which growth is looked at; and how much more time a text four times as long may take.
LENGTHS, SEEN, MOST = (16, 22, 30, 40, 55, 75, 100, 250, 800, 2400), 0.004, 9.0


EVERY_USE = {"match", "fullmatch", "search"}


def seconds(pattern: re.Pattern[str], text: str, used: set[str]) -> float:
    start = time.process_time()
    if "match" in used:
        pattern.match(text)
    if "fullmatch" in used:
        pattern.fullmatch(text)
    if used - {"match", "fullmatch"}:
        for _ in pattern.finditer(text):
            pass
    return time.process_time() - start


def explodes(pattern: re.Pattern[str], used: set[str]) -> str:
    """Return a text for which the time grows faster than its length, or nothing."""
    for recipe in recipes(pattern):
        for length in LENGTHS:
            took = seconds(pattern, text_of(recipe, length), used)
            for tries in range(1, 6):  # a machine that was busy for a moment is no pattern at fault
                if took <= SEEN:
                    break
                short = min(seconds(pattern, text_of(recipe, length // 4), used) for _ in range(tries))
                took = min(took, seconds(pattern, text_of(recipe, length), used))
                if took <= MOST * short:
                    break
            else:
                return text_of(recipe, length)
    return ""


@pytest.mark.parametrize("name", PATTERNS)
def test_time_grows_no_faster_than_the_text(name: str) -> None:
    used = uses(name)
    found = explodes(PATTERNS[name], used)
    assert not found, (
        f"{PATTERNS[name].pattern!r} takes {seconds(PATTERNS[name], found, used):.3f} s for {found[:60]!r}…"
    )


def test_a_pattern_that_explodes_is_found() -> None:
    for pattern in (r"(?:[\w-]+[-.]?)*!", r"(甲+)+乙", r"(?:a|a)*b", r"(\s*记者\s*)*：", r"x*x*x*y"):
        assert explodes(re.compile(pattern), EVERY_USE), pattern


def test_the_patterns_of_modules_and_of_calls_are_collected() -> None:
    assert len(PATTERNS) > 150
    assert any(name.endswith("_REMARK_LINE") for name in PATTERNS)
    assert any(".py:" in name for name in PATTERNS)
