"""How many tags that need no review may be wrong: held against as many of the surest reports of a trial."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from diaoyan.tagging import Tag
from diaoyan.theme_report.trust import Wrong, by_model, wrong


def tag(review: bool, evidence: str = "农户", certainty: float = 0.97) -> Tag:
    return Tag("r", "2025-03", 1, "调查", "rural", ("rural",), {}, review, evidence, "", certainty)


def trial(**bars: float) -> Any:
    """Return a classifier tried on 1,000 reports of each kind; of the 300 it was surest of, 97 %, 3 % are wrong."""
    margin = np.array([0.97] * 300 + [0.5] * 700)
    correct = np.array([place % 33 != 5 for place in range(1000)])
    held = SimpleNamespace(margin=margin, correct=correct, worth=np.ones(1000))
    least = {"text": 0.7, "title": 0.7, **bars}
    return SimpleNamespace(calibrations_={"text": held, "title": held}, review_bars=lambda: least, unlabelled_themes=())


def sure(number: int, certainty: float = 0.97) -> list[Tag]:
    return [tag(False, certainty=certainty)] * number + [tag(True)] * 10


def test_tags_that_people_gave_are_not_counted() -> None:
    tags = [tag(False), tag(True), tag(False, "人工标注；农户"), tag(False)]
    found = by_model(tags, with_text=[True, True, True, False])
    assert {kind: [one.needs_review for one in part] for kind, part in found.items()} == {
        "text": [False, True], "title": [False],
    }  # fmt: skip


def test_as_many_may_be_wrong_as_the_trial_had_wrong_of_those_it_was_as_sure_of() -> None:
    # 3 % of 50 are 1.5; in 95 of 100 months like this one there are 0 to 5, as sources differ.
    assert wrong(trial(), {"text": sure(50)}) == Wrong(50, 1, 5)
    assert wrong(trial(), {"text": sure(25), "title": sure(25)}) == Wrong(50, 1, 5)


def test_the_less_sure_the_tags_the_more_may_be_wrong() -> None:
    found = wrong(trial(), {"text": sure(50, certainty=0.75)})  # 25 % of 50 are 12
    assert found is not None
    assert 10 <= found.likely <= 14
    assert found.high >= 16


def test_a_model_that_is_too_sure_of_itself_is_not_taken_at_its_word() -> None:
    often_wrong = trial()
    often_wrong.calibrations_["text"].correct[:90] = False  # 30 %, where it says 3 %
    found = wrong(often_wrong, {"text": sure(50)})
    assert found is not None
    assert found.likely >= 14


def test_none_is_never_promised() -> None:
    right = trial()
    right.calibrations_["text"].correct[:] = True
    assert wrong(right, {"text": sure(1)}) == Wrong(1, 0, 1)


def test_a_model_that_says_it_cannot_err_may_err_all_the_same() -> None:
    found = wrong(trial(), {"text": sure(50, certainty=1.0)})
    assert found is not None
    assert found.likely == 0 < found.high


@pytest.mark.parametrize(
    ("tagger", "tags"),
    [
        (trial(), {}),
        (trial(), {"text": sure(0)}),
        (trial(text=0.98), {"text": sure(9)}),  # nothing was let through in the trial
        (SimpleNamespace(**(vars(trial()) | {"unlabelled_themes": ("finance",)})), {"text": sure(50)}),
    ],
)
def test_where_it_is_not_known_nothing_is_said(tagger: Any, tags: dict[str, list[Tag]]) -> None:
    assert wrong(tagger, tags) is None


def test_titles_that_all_go_to_review_do_not_count() -> None:
    assert wrong(trial(title=2.0), {"text": sure(1), "title": sure(0)}) == Wrong(1, 0, 1)
