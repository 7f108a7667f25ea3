"""Writing: all or nothing, nothing left over, nothing replaced that was not offered, no formulas in tables."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.errors import DiaoyanError
from diaoyan.writing import (
    csv_text,
    filling,
    printable,
    refuse_existing,
    replacing,
    replacing_folder,
    restore,
    sweep,
    unguarded,
    write_csv,
    write_text,
)
from killing import kill_at_every_write
from systems import POSIX_RIGHTS, SYMLINKS


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_text_is_utf8_with_plain_line_ends_in_folders_made_for_it(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "调查.txt", "甲\n乙\n")
    assert (tmp_path / "a" / "b" / "调查.txt").read_bytes() == "甲\n乙\n".encode()
    assert len(list((tmp_path / "a" / "b").iterdir())) == 1


@POSIX_RIGHTS
def test_new_files_have_the_rights_the_user_gives_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "甲")
        with replacing_folder(tmp_path / "folder") as folder:
            (folder / "b.txt").write_text("乙")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o750


def test_a_failure_inside_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(RuntimeError, match="what goes wrong"), replacing(tmp_path / "a.txt") as temporary:
        temporary.write_text("half of the n")
        raise RuntimeError("what goes wrong")
    assert tree(tmp_path) == {"a.txt": b"old"}


@pytest.mark.parametrize("place", [filling, replacing_folder])
def test_a_failure_inside_leaves_the_old_folder_and_nothing_else(place: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("old")
    with pytest.raises(RuntimeError, match="what goes wrong"), place(tmp_path / "out") as folder:
        (folder / "a.txt").write_text("half of the n")
        raise RuntimeError("what goes wrong")
    assert tree(tmp_path) == {"out/a.txt": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_filling_keeps_the_other_files_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out" / "deep").mkdir(parents=True)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    (tmp_path / "out" / "deep" / "a.txt").write_text("old")
    with filling(tmp_path / "out") as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "a.txt").write_text("new")
        (folder / "deep" / "b.txt").write_text("new")
    assert tree(tmp_path) == {"out/deep/a.txt": b"new", "out/deep/b.txt": b"new", "out/notes.txt": b"mine"}


def test_replacing_a_folder_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old.txt").write_text("old")
    with replacing_folder(tmp_path / "out") as folder:
        (folder / "new.txt").write_text("new")
    assert tree(tmp_path) == {"out/new.txt": b"new"}


@pytest.mark.parametrize("place", [replacing, filling, replacing_folder])
def test_a_place_that_cannot_be_written_is_refused_in_one_sentence(place: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiaoyanError, match=r"file/out cannot be written"), place(tmp_path / "file" / "out"):
        pass
    assert tree(tmp_path) == {"file": b"in the way"}


def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(DiaoyanError, match=r"out\.txt cannot be written: No space left"),
        replacing(tmp_path / "out.txt"),
    ):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["调" * 80 + ".jsonl", "调" * 84])
def test_names_as_long_as_the_file_system_allows_can_be_written(name: str, tmp_path: Path) -> None:
    write_text(tmp_path / name, "甲")
    assert tree(tmp_path) == {name: "甲".encode()}


def test_what_exists_is_refused_without_force(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name in ("file", "full"):
        with pytest.raises(DiaoyanError, match=f"{name} is there already.*--force"):
            refuse_existing(tmp_path / name, force=False)
        refuse_existing(tmp_path / name, force=True)
    refuse_existing(tmp_path / "empty", force=False)
    refuse_existing(tmp_path / "nothing", force=False)


def test_a_name_that_is_too_long_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DiaoyanError, match="cannot be written: File name too long"):
        refuse_existing(tmp_path / ("x" * 300), force=True)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("'=1", "''=1"),
        ("'好'", "'好'"),
        ("\ud83d", "·"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" \n=1", "' \n=1"),
        ("\u3000=1", "'\u3000=1"),
        ("——一个样本", "——一个样本"),
        ("5=5", "5=5"),
        ("", ""),
        (" ", " "),
        (-5, "-5"),
        (-0.25, "-0.25"),
        (0, "0"),
        ("甲\x1b[2J乙\r", "甲·[2J乙·"),
        ('他说“好”, "对"', '他说“好”, "对"'),
    ],
)
def test_cells_are_never_formulas_and_numbers_stay_numbers(cell: Any, written: str) -> None:
    header, row = csv.reader(io.StringIO(csv_text(["h", "i"], [[cell, "x"]]), newline=""))
    assert header == ["h", "i"]
    assert row == [written, "x"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_begins_a_cell_as_a_formula_or_breaks_the_table(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(["h", "i"], [[text, "x"]]), newline="")))
    assert len(rows) == 2
    assert rows[1][1] == "x"
    assert not rows[1][0].lstrip().startswith(("=", "+", "-", "@"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"])) | st.sampled_from(["'=", "''=", "''", "' -"]))
def test_the_guard_can_be_taken_off_again(text: str) -> None:
    [_, [guarded, _]] = list(csv.reader(io.StringIO(csv_text(["h", "i"], [[text, "x"]]), newline="")))
    assert unguarded(guarded) == text


@pytest.mark.parametrize(
    ("path", "leftovers", "others"),
    [
        (
            "a.csv",
            [".a.csv.diaoyan-abc_1234.csv"],
            [".a.csv.diaoyan-abc_1234.txt", ".a.csv.diaoyan-ABC_1234.csv", ".a.csv.abc_1234.csv", "a.csv"],
        ),
        (
            "folder",
            [".folder.diaoyan-abc_1234", ".folder.diaoyan-abc_1235.old"],
            ["folder", ".folder.abc_1234", ".folder.diaoyan-abc", ".folder2.diaoyan-abc_1234"],
        ),
        ("调" * 30, ["." + "调" * 20 + ".diaoyan-abc_1234"], ["调" * 30, "." + "调" * 30 + ".diaoyan-abc_1234"]),
    ],
)
def test_leftovers_of_killed_runs_are_swept_and_nothing_else(
    path: str, leftovers: list[str], others: list[str], tmp_path: Path
) -> None:
    for name in (*leftovers[1:], *others):
        (tmp_path / name).write_text("x")
    (tmp_path / leftovers[0]).mkdir()
    (tmp_path / leftovers[0] / "part").write_text("x")
    sweep(tmp_path / path)
    assert sorted(other.name for other in tmp_path.iterdir()) == sorted(others)
    sweep(tmp_path / "none" / path)


def test_what_a_living_run_writes_is_not_swept(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.csv") as mine, replacing_folder(tmp_path / "folder") as also_mine:
        mine.write_text("new")
        (also_mine / "a").write_text("new")
        program = (
            "import sys\nfrom pathlib import Path\nfrom diaoyan.writing import *\nhere = Path(sys.argv[1])\n"
            "write_text(here / 'a.csv', 'of another run')\n"
            "with replacing_folder(here / 'folder') as made:\n    (made / 'b').write_text('of another run')\n"
        )
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
        assert tree(tmp_path / "folder") == {"b": b"of another run"}
    assert tree(tmp_path) == {"a.csv": b"new", "folder/a": b"new"}
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "folder"]


def test_a_link_that_bears_the_name_of_a_leftover_is_a_strangers(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / ".a.diaoyan-abc_1234").symlink_to(tmp_path / "precious")
    write_text(tmp_path / "a", "new")
    assert sorted(os.listdir(tmp_path)) == [".a.diaoyan-abc_1234", "a", "precious"]


@pytest.mark.parametrize("place", [filling, replacing_folder])
def test_systems_that_cannot_exchange_folders_set_the_old_one_aside(
    place: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diaoyan.writing._exchanged", lambda one, other: False)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").write_text("old")
    with place(tmp_path / "out") as folder:
        (folder / "a").write_text("new")
    assert tree(tmp_path) == {"out/a": b"new"}
    assert os.listdir(tmp_path) == ["out"]


def test_a_table_begins_with_the_mark_that_excel_needs(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ["题"], [["甲"]])
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + "题\n甲\n".encode()


@given(st.text())
def test_printable_text_moves_no_cursor(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert not any((ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160 for c in shown)
    assert not set("\u202e\u2066") & set(shown)


def test_a_folder_set_aside_by_a_killed_run_is_put_back(tmp_path: Path) -> None:
    aside = tmp_path / ".latest.diaoyan-abcd1234.old"
    aside.mkdir()
    (aside / "kept.txt").write_text("kept")
    restore(tmp_path / "other")
    assert aside.is_dir()
    restore(tmp_path / "latest")
    assert (tmp_path / "latest" / "kept.txt").read_text() == "kept"
    assert not aside.exists()
    aside.mkdir()
    restore(tmp_path / "latest")  # nothing is missing
    assert aside.is_dir()


FILL = (
    "from pathlib import Path\nfrom diaoyan.writing import filling\n"
    "with filling(Path('out')) as folder:\n"
    "    for name in ('a', 'b', 'c'):\n        (folder / name).write_text('new')"
)


def test_a_run_killed_while_a_folder_is_filled_leaves_all_old_or_all_new(tmp_path: Path) -> None:
    start = tmp_path / "start"
    (start / "out").mkdir(parents=True)
    for name in ("a", "b", "mine"):
        (start / "out" / name).write_text("old")
    states = set()

    def check(after: Path) -> None:
        restore(after / "out")
        found = {path.name: path.read_text() for path in (after / "out").iterdir()}
        assert found in (
            {"a": "old", "b": "old", "mine": "old"},
            {"a": "new", "b": "new", "c": "new", "mine": "old"},
        )
        states.add(found["a"])
        with contextlib.chdir(after):
            exec(FILL, {})
        assert os.listdir(after) == ["out"]
        assert tree(after) == {"out/a": b"new", "out/b": b"new", "out/c": b"new", "out/mine": b"old"}

    assert kill_at_every_write(FILL, start, check) > 5
    assert states == {"old", "new"}


@SYMLINKS
def test_a_link_stays_a_link_and_what_it_names_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("old")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "file").symlink_to(tmp_path / "real" / "file")
    write_text(tmp_path / "file", "new")
    assert ((tmp_path / "file").is_symlink(), (tmp_path / "real" / "file").read_text()) == (True, "new")
    for place in (filling, replacing_folder):
        with place(tmp_path / "folder") as folder:
            (folder / "more").write_text("more")
        assert (tmp_path / "folder").is_symlink()
        assert (tmp_path / "real" / "more").read_text() == "more"


@POSIX_RIGHTS
@SYMLINKS
def test_filling_keeps_empty_folders_links_and_the_rights_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out" / "empty").mkdir(parents=True)
    (tmp_path / "out" / "link").symlink_to("nowhere")
    (tmp_path / "out").chmod(0o700)
    with filling(tmp_path / "out") as folder:
        (folder / "a").write_text("new")
    assert (tmp_path / "out" / "empty").is_dir()
    assert os.readlink(tmp_path / "out" / "link") == "nowhere"
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_errors_name_the_place_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    for place in (filling, replacing):
        with pytest.raises(DiaoyanError, match=r"^file"), place(Path("file/x" if place is replacing else "file")):
            pass


def test_the_folder_one_stands_in_is_filled_and_stays(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with contextlib.chdir(tmp_path / "here"):
        with filling(Path()) as folder:
            (folder / "a").write_text("new")
        assert Path("a").read_text() == "new"
        assert os.listdir() == ["a"]
