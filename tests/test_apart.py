"""The map and the found themes are the same, whether they are worked out in this process or beside it."""

from __future__ import annotations

import math
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from diaoyan import settings
from diaoyan.models import load_tagger
from diaoyan.theme_report import gather, write_theme_report
from diaoyan.theme_report.apart import Beside, Later
from diaoyan.theme_report.divisions import divided
from diaoyan.theme_report.facts import Facts
from diaoyan.themes import Codebook


@pytest.fixture(scope="module")
def one_process() -> Facts:
    reports, _ = settings.sample()
    return gather(reports[:30], load_tagger("base"))


def beside() -> Facts:
    reports, _ = settings.sample()
    return gather(reports[:30], load_tagger("base"), beside=Beside())


def test_two_processes_write_the_same_bytes_as_one(one_process: Facts, tmp_path: Path) -> None:
    write_theme_report(one_process, tmp_path / "one")
    write_theme_report(beside(), tmp_path / "two")
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert len(one) > 20
    assert one == two


def test_a_process_that_was_ended_from_outside_is_done_without(one_process: Facts) -> None:
    reports, _ = settings.sample()
    ended = Beside()
    assert ended.running is not None
    facts = gather(reports[:30], load_tagger("base"), beside=ended)
    ended.running[0].kill()
    assert facts.places.equals(one_process.places)
    assert facts.divisions is not None
    assert one_process.divisions is not None
    assert facts.divisions.agreement.equals(one_process.divisions.agreement)


def test_what_goes_wrong_beside_is_said_where_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    other = Beside()
    wrong, right = Later(partial(math.sqrt, -1), other), Later(partial(math.sqrt, 4), other)
    assert right.made == 2  # whichever is asked for first, and whatever went wrong before it
    with pytest.raises(ValueError, match="math domain error"):
        _ = wrong.made
    assert capfd.readouterr().err == ""


def test_a_second_process_answers_in_plain_numbers() -> None:
    loaded = Later(partial(modules_of, ("pandas", "matplotlib", "sklearn", "gensim", "scipy.stats")), Beside())
    assert loaded.made == []


def modules_of(names: tuple[str, ...]) -> list[str]:
    reports, _ = settings.sample()
    assert divided(reports[:12], Codebook.default()) is not None
    return [name for name in names if name in sys.modules]


def test_themes_of_one_theme_wait_for_the_tags() -> None:
    reports, _ = settings.sample()
    one, two = (gather(reports, load_tagger("base"), theme="rural", beside=other) for other in (None, Beside()))
    assert one.divisions is not None
    assert two.divisions is not None
    assert set(two.divisions.assigned["report_id"]) == set(two.reports["report_id"])
    assert two.divisions.agreement.equals(one.divisions.agreement)


def test_handing_over_much_does_not_wait_for_what_is_being_done() -> None:
    other = Beside()
    slow = Later(partial(time.sleep, 3), other)
    length = Later(partial(len, bytes(10_000_000)), other)
    assert other.waiting == 2
    assert length.made == 10_000_000
    assert slow.made is None
    assert other.waiting == 0
