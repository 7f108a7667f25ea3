"""The map and the found themes are the same, whether they are worked out in this process or beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from diaoyan import settings
from diaoyan.models import load_tagger
from diaoyan.theme_report import gather, write_theme_report
from diaoyan.theme_report.apart import Apart, Asked, Beside
from diaoyan.theme_report.facts import Facts


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
    facts = beside()
    assert facts.apart._beside is not None
    facts.apart._beside[0].kill()
    assert facts.places.equals(one_process.places)
    assert facts.divisions is not None
    assert one_process.divisions is not None
    assert facts.divisions.agreement.equals(one_process.divisions.agreement)


def test_what_goes_wrong_beside_is_said_where_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    wrong = Apart(Asked((), None, [], [], None, None, 0), Beside())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="zero"):
        _ = wrong.made
    assert capfd.readouterr().err == ""


def test_themes_that_are_given_are_not_handed_over(one_process: Facts) -> None:
    asked = one_process.apart._asked
    given = Asked(asked.reports, asked.table, asked.counts, asked.tags, asked.codebook, (), 0)
    assert Apart(given, Beside())._beside is None
