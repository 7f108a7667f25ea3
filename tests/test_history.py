"""Which model is in use, and how that came about."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from diaoyan.errors import ModelError
from diaoyan.language import speaking
from diaoyan.models import DECISIONS, HistoryLine, in_use, listing, read_history, record, use

ENTRY = HistoryLine(
    month="2025-06", model="2025-06", in_use="2025-06", labels=40, compared_with="base", tested=20,
    tested_on="2025-05;2025-06", old=0.800, new=0.750, difference=-0.050, low=-0.120, high=0.010,
    decision="promoted: better than base", fingerprint="0123456789abcdef",
)  # fmt: skip


CHINESE = dict(
    zip(
        DECISIONS.values(),
        [
            "未启用：在93%的重抽样中比base差",
            "未启用：没有可与base比较的报告；仍要使用请运行：diaoyan models --use 2025-06",
            "已启用：比base好",
            "已启用：比base略差",
            "已启用：比base多学了标注，但两者无法分辨",
            "手动选用",
        ],
        strict=True,
    )
)


@pytest.fixture
def models(tmp_path: Path, model_folder: Path) -> Path:
    """A folder with two models that can be loaded."""
    for name in ("2025-05", "2025-06"):
        shutil.copytree(model_folder, tmp_path / "models" / name)
    return tmp_path / "models"


def test_without_a_history_base_is_in_use_until_something_was_trained(models: Path) -> None:
    assert in_use(models) == "base"
    (models / "2025-05").rename(models / "latest")
    assert in_use(models) == "latest"


def test_what_was_recorded_is_read_back_and_its_last_line_says_what_is_in_use(models: Path) -> None:
    record(ENTRY, models)
    later = replace(ENTRY, month="2025-07", model="2025-07", in_use="2025-06", decision="refused: worse")
    record(later, models)
    record(later, models)  # a run that was stopped and repeated
    assert read_history(models) == [ENTRY, later]
    assert in_use(models) == "2025-06"


def test_numbers_below_zero_stay_numbers_in_a_sheet(models: Path) -> None:
    record(ENTRY, models)
    assert ",-0.05,-0.12,0.01," in (models / "history.csv").read_text("utf-8-sig")


def test_going_back_to_a_model_is_a_line_of_the_history(models: Path) -> None:
    record(ENTRY, models)
    assert use("2025-05", models) == "2025-06"
    assert in_use(models) == "2025-05"
    assert read_history(models)[-1].decision == "chosen by hand"
    assert use("2025-05", models) == "2025-05"
    assert len(read_history(models)) == 2
    use("base", models)
    assert in_use(models) == "base"


@pytest.mark.parametrize("decision", DECISIONS.values())
def test_a_decision_is_kept_in_english_and_said_in_the_language_of_its_reader(decision: str, models: Path) -> None:
    entry = replace(ENTRY, decision=decision.format(before="base", share="93%", name="2025-06"))
    record(entry, models)
    with speaking("zh"):
        assert read_history(models) == [entry]
        said = entry.sentence()
        assert said in listing(models)["decision"].tolist()
    assert said == CHINESE[decision]
    assert entry.sentence() == entry.decision


def test_a_decision_that_is_not_known_is_said_as_it_stands() -> None:
    with speaking("zh"):
        assert replace(ENTRY, decision="promoted by the chief").sentence() == "promoted by the chief"


@pytest.mark.parametrize("name", ["none", "../models/2025-05", "", ".hidden", "2025-05/"])
def test_only_a_model_in_the_folder_can_be_chosen(name: str, models: Path) -> None:
    with pytest.raises(ModelError, match="Expected the name of a model in"):
        use(name, models)
    assert read_history(models) == []


def test_a_damaged_model_cannot_be_chosen(models: Path) -> None:
    (models / "2025-05" / "arrays.npz").write_bytes(b"")
    with pytest.raises(ModelError, match=r"arrays\.npz is missing or damaged"):
        use("2025-05", models)
    assert in_use(models) == "base"


def test_the_list_names_every_model_with_what_is_wrong_with_it(models: Path) -> None:
    (models / "2025-05" / "arrays.npz").write_bytes(b"")
    record(ENTRY, models)
    table = listing(models).set_index("model")
    assert list(table.index) == ["base", "2025-05", "2025-06"]
    assert table["in_use"].tolist() == [False, False, True]
    assert "cannot be used" in table.loc["2025-05", "note"]
    assert table.loc["2025-06", "note"] == ""


@pytest.mark.parametrize(
    "damage",
    ["", "month,model\n2025-06,x\n", "\x00\xff", "month,model,in_use,labels,tested\na,b,c,many,1\n"],
)
def test_a_damaged_history_is_an_error_and_not_another_model(damage: str, models: Path) -> None:
    record(ENTRY, models)
    (models / "history.csv").write_text(damage, encoding="latin-1")
    with pytest.raises(ModelError, match="expected the history of the models as CSV"):
        in_use(models)


def test_two_choices_at_once_are_two_lines(models: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom diaoyan.models import HistoryLine, record\n"
        "name = sys.argv[1]\n"
        "line = HistoryLine('', name, name, 1, 'base', 0, '', None, None, None, None, None, 'by hand', '')\n"
        f"record(line, Path({str(models)!r}))"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, f"m{number}"]) for number in range(6)]
    assert [run.wait(60) for run in runs] == [0] * 6
    assert {line.model for line in read_history(models)} >= {f"m{number}" for number in range(6)}
