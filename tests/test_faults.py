"""A spread of verbs, killed and hindered at a spread of their writes; `scripts/fault_run.py` is the long run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults import VERBS, Harness, can_be_read_only

if os.name == "nt":
    pytest.skip("a process is forked for every trial", allow_module_level=True)

#: What takes seconds each; the others are left to the long run.
QUICK = [name for name, verb in VERBS.items() if verb.cost < 5]


@pytest.fixture(scope="module")
def harness(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    one = Harness(tmp_path_factory.mktemp("faults") / "work", small_model=model_folder)
    yield one
    one.close()
    shutil.rmtree(one.place)


@pytest.mark.slow
def test_verbs_end_old_or_new_and_the_same_words_finish_them(harness: Harness) -> None:
    harness.spread(QUICK, kills=20, seconds=float("inf"), seed=20250601)
    assert harness.counts.wrong == []
    assert harness.counts.trials["kill"] == 20
    assert len(QUICK) < 20  # each of them is among them


@pytest.mark.slow
def test_a_month_that_ends_when_its_model_is_in_use_already_is_finished_by_the_same_words(harness: Harness) -> None:
    writes = harness.undisturbed("retrain")[1]
    harness.kill("retrain", writes, after=True, clock_back=False)
    assert harness.counts.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("way", ["full disk", "read-only", "two at once"])
def test_full_disks_read_only_folders_and_others_of_its_kind_do_no_harm(way: str, harness: Harness) -> None:
    if way == "read-only" and not can_be_read_only():
        pytest.skip("root may write everywhere")
    for name in ("label", "tag-archive", "notebooks"):
        if way == "full disk":
            harness.full_disk(name, 700)
        elif way == "read-only":
            harness.read_only(name, 3)
        else:
            harness.two_at_once(name)
    assert harness.counts.wrong == []
    assert harness.counts.trials[way] >= 3


@pytest.mark.slow
def test_the_harness_sees_what_is_between_old_and_new_and_what_is_left_over(harness: Harness) -> None:
    with harness._copy("notebooks") as folder:
        (folder / "mine" / "01_a_compilation.ipynb").write_text("half of it")
        assert harness._between("notebooks", folder)
        (folder / ".mine.diaoyan-gone").mkdir()
        (folder / ".mine.diaoyan-gone" / "left").write_text("x")
        harness._finish("notebooks", folder, "on purpose")
    assert harness.counts.wrong.pop().startswith(
        "notebooks on purpose: ends differently: .mine.diaoyan-gone/left strange"
    )
