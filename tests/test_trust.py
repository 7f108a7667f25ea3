"""How many tags that need no review may be wrong: held against as many of the surest reports of a trial."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from diaoyan.tagging import Tag
from diaoyan.theme_report.trust import Wrong, passing, wrong


def tag(review: bool, evidence: str = "农户") -> Tag:
    return Tag("r", "2025-03", 1, "调查", "rural", ("rural",), {}, review, evidence)


def trial(**bars: float) -> Any:
    """Return a classifier tried on 1,000 reports of each kind: of the surest 300 3 % are wrong, of the others half."""
    margin = np.linspace(1.0, 0.0, 1000)
    correct = np.array([place % 33 != 5 if place < 300 else place % 2 == 0 for place in range(1000)])
    held = SimpleNamespace(margin=margin, correct=correct, worth=np.ones(1000))
    least = {"text": 0.7, "title": 0.7, **bars}
    return SimpleNamespace(calibrations_={"text": held, "title": held}, review_bars=lambda: least, unlabelled_themes=())


def test_tags_that_people_gave_are_not_counted() -> None:
    tags = [tag(False), tag(True), tag(False, "人工标注；农户"), tag(False)]
    assert passing(tags, with_text=[True, True, True, False]) == {"text": (1, 2), "title": (1, 1)}


def test_as_many_may_be_wrong_as_of_the_reports_the_rule_let_through() -> None:
    # 3 % of 50 are 1.5; in 95 of 100 months like this one there are 0 to 5, as the rate is known from 300 only.
    assert wrong(trial(), {"text": (50, 200)}) == Wrong(50, 0, 5)
    assert wrong(trial(), {"text": (25, 100), "title": (25, 100)}) == Wrong(50, 0, 5)


def test_a_larger_share_let_through_reaches_into_what_is_less_sure() -> None:
    # 80 % pass here, and of the surest 800 of the trial 259 are wrong: 32 % of 50 are 16.
    found = wrong(trial(), {"text": (50, 62)})
    assert found is not None
    assert found.low >= 9
    assert found.high >= 23
    assert wrong(trial(), {"text": (50, 500)}) == Wrong(50, 0, 5)  # a smaller one is not called better than it was


def test_none_is_never_promised() -> None:
    right = trial()
    right.calibrations_["text"].correct[:] = True
    assert wrong(right, {"text": (1, 4)}) == Wrong(1, 0, 1)


@pytest.mark.parametrize(
    ("tagger", "counts"),
    [
        (trial(), {}),
        (trial(), {"text": (0, 9)}),
        (trial(text=0.98), {"text": (1, 900)}),  # 20 reports were let through in the trial
        (SimpleNamespace(**(vars(trial()) | {"unlabelled_themes": ("finance",)})), {"text": (50, 200)}),
    ],
)
def test_where_it_is_not_known_nothing_is_said(tagger: Any, counts: dict[str, tuple[int, int]]) -> None:
    assert wrong(tagger, counts) is None


def test_titles_that_all_go_to_review_do_not_count() -> None:
    counts = passing([tag(False), tag(True)], with_text=[True, False])
    assert counts == {"text": (1, 1), "title": (0, 1)}
    assert wrong(trial(title=2.0), counts) is not None
