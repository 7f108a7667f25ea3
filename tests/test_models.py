"""Model folders: the same answers after loading, and every damaged, foreign or newer folder refused with its reason."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.errors import ModelError
from diaoyan.language import Lang
from diaoyan.models import load_tagger, read_manifest, save_tagger
from diaoyan.models.card import NAMES, card
from diaoyan.report import Report
from diaoyan.tagging import Tagger

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of a model folder that a test may damage."""
    shutil.copytree(model_folder, tmp_path / "copy")
    return tmp_path / "copy"


def change_manifest(folder: Path, **values: Any) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | values), encoding="utf-8")


def seal(folder: Path) -> None:
    """State the hashes of the files as they are now: what someone would do who forges a folder."""
    stated = json.loads((folder / "manifest.json").read_text("utf-8"))["sha256"]
    change_manifest(folder, sha256={n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in stated})


def change_arrays(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with np.load(folder / "arrays.npz") as stored:
        arrays = dict(stored)
    change(arrays)
    written = io.BytesIO()
    np.savez(written, **arrays)
    (folder / "arrays.npz").write_bytes(written.getvalue())
    seal(folder)


def test_a_loaded_model_gives_the_same_tags(tagger: Tagger, model_folder: Path, sample: Sample) -> None:
    reports = [*sample[0], Report("title", "宅基地“三权分置”改革调查")]
    assert load_tagger(model_folder).tag(reports) == tagger.tag(reports)


def test_the_folder_holds_data_only_and_a_card_for_people(model_folder: Path) -> None:
    assert {path.name for path in model_folder.iterdir()} == {
        "arrays.npz",
        "card.md",
        "card.zh-CN.md",
        "learned.csv",
        "manifest.json",
        "vocabulary.json",
    }
    said = (model_folder / "card.md").read_text("utf-8")
    assert said.startswith("# Model small\n")
    assert "the sample." in said
    assert "Rural revitalization `rural`" in said
    assert "乡村振兴 `rural`" in (model_folder / "card.zh-CN.md").read_text("utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_cards_of_the_model_that_ships_say_what_its_manifest_holds(lang: Lang) -> None:
    folder = settings.shipped("base")
    assert (folder / NAMES[lang]).read_text("utf-8") == card("base", read_manifest(folder), lang)


def test_both_cards_hold_the_same_numbers_and_the_chinese_one_no_english_sentence() -> None:
    english, chinese = ((settings.shipped("base") / NAMES[lang]).read_text("utf-8") for lang in ("en", "zh"))
    numbers = re.compile(r"\d+(?:\.\d+)*")
    assert len(numbers.findall(english)) > 20
    assert numbers.findall(chinese) == numbers.findall(english)
    assert re.findall("[a-z]{2,} [a-z]{2,} [a-z]{2,}", chinese) == []


def test_a_card_says_how_the_model_compares_in_the_language_of_its_reader(model_folder: Path) -> None:
    manifest = read_manifest(model_folder) | {"comparison": {"sentence": {"en": "better.", "zh": "更好。"}}}
    assert "Compared with the model in use before: better.\n" in card("m", manifest)
    assert "与此前使用的模型相比：更好。\n" in card("m", manifest, "zh")


def test_the_card_of_an_older_model_says_in_english_what_is_kept_in_english_alone(model_folder: Path) -> None:
    scores = {"reports": 40, "accuracy": 0.9, "macro_f1": 0.8, "interval": [0.7, 0.9], "f1": {}}
    older = {"sources": "40 reports.", "held_out": "month by month", "scores": scores}
    chinese = card("m", read_manifest(model_folder) | older, "zh")
    assert "训练数据：40 reports.\n" in chinese
    assert (
        "留出检验（month by month）：准确率0.900，宏平均F1 0.800（95 %自助法区间0.700到0.900），40篇报告。\n" in chinese
    )


def test_saving_twice_gives_the_same_bytes(tagger: Tagger, model_folder: Path, tmp_path: Path) -> None:
    save_tagger(tmp_path / "small", tagger, evaluation=None, sources="the sample.")
    for path in model_folder.iterdir():
        assert (tmp_path / "small" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_model_replaces_a_model_and_nothing_of_it_stays(tagger: Tagger, folder: Path) -> None:
    (folder / "leftover.txt").write_text("of the model before")
    save_tagger(folder, tagger, evaluation=None, sources="the sample.")
    assert not (folder / "leftover.txt").exists()
    assert load_tagger(folder).codebook == tagger.codebook
    assert [path.name for path in folder.parent.iterdir()] == ["copy"]


def test_a_folder_that_is_no_model_is_never_replaced(tagger: Tagger, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("letters", "file"):
        with pytest.raises(ModelError, match=f"{name}: expected a model folder or a new name"):
            save_tagger(tmp_path / name, tagger, evaluation=None, sources="")
    assert (tmp_path / "letters" / "dear.txt").read_text() == (tmp_path / "file").read_text() == "mine"


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["arrays.npz", "vocabulary.json", "learned.csv"])
@pytest.mark.parametrize("place", [0.0, 0.5, 0.999])
def test_one_flipped_byte_is_noticed(name: str, place: float, folder: Path) -> None:
    data = bytearray((folder / name).read_bytes())
    data[int(place * len(data))] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=f"{name} is missing or damaged"):
        load_tagger(folder)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("manifest.json", r"expected a model folder with a manifest\.json, found none; train one"),
        ("arrays.npz", r"arrays\.npz is missing or damaged"),
        ("vocabulary.json", r"vocabulary\.json is missing or damaged"),
    ],
)
def test_a_missing_file_is_named(name: str, said: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=said):
        load_tagger(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "\x00", "[" * 100_000, "9" * 5000])
def test_a_manifest_that_is_no_json_object_is_refused(text: str, folder: Path) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match="expected"):
        load_tagger(folder)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"format": "someone-elses"}, "expected a model of the format 'diaoyan-tagger', found 'someone-elses'"),
        ({"schema": 99}, "the model has layout 99, this program reads up to"),
        ({"schema": "1"}, "the model has layout '1'"),
        ({"sha256": None}, "is missing or damaged"),
        ({"sha256": {}}, "is missing or damaged"),
        ({"codebook": []}, "its description is damaged"),
        ({"codebook": {"theme": []}}, "its description is damaged"),
        ({"settings": None}, "its description is damaged"),
        ({"settings": {"engine": "mecab"}}, "its description is damaged"),
        ({"settings": {"colour": "red"}}, "its description is damaged"),
        ({"labelled": 7}, "its description is damaged"),
        ({"probes": "none"}, "its description is damaged"),
        ({"probes": []}, "no longer gives the answers it was saved with"),
    ],
)
def test_a_foreign_newer_or_damaged_manifest_is_refused_with_its_reason(
    values: dict[str, Any], said: str, folder: Path
) -> None:
    change_manifest(folder, **values)
    with pytest.raises(ModelError, match=said):
        load_tagger(folder)


def test_a_model_that_answers_otherwise_than_it_did_is_refused(folder: Path) -> None:
    change_arrays(folder, lambda arrays: arrays.update(weights=arrays["weights"] * np.float32(1.5)))
    with pytest.raises(ModelError, match="no longer gives the answers it was saved with"):
        load_tagger(folder)


def test_weights_that_do_not_fit_the_vocabulary_are_refused(folder: Path) -> None:
    change_arrays(folder, lambda arrays: arrays.update(weights=arrays["weights"][:-1]))
    with pytest.raises(ModelError, match="do not fit together"):
        load_tagger(folder)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_none_are_refused(value: float, folder: Path) -> None:
    change_arrays(folder, lambda arrays: arrays["bias"].fill(value))
    with pytest.raises(ModelError, match="bias is not what a model holds"):
        load_tagger(folder)


class Touch:
    """Unpickling this leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, (str(self.path), "w"))


def test_an_array_of_pickled_objects_is_refused_and_never_run(folder: Path, tmp_path: Path) -> None:
    trap = np.array([Touch(tmp_path / "touched")], dtype=object)
    change_arrays(folder, lambda arrays: arrays.update(bias=trap))
    with pytest.raises(ModelError, match=r"cannot be read.*Object arrays"):
        load_tagger(folder)
    assert not (tmp_path / "touched").exists()


def npy() -> bytes:
    written = io.BytesIO()
    np.save(written, np.zeros(3))
    return written.getvalue()


@pytest.mark.parametrize("data", [b"", npy(), b"PK\x03\x04", b"\x80\x04K\x01.", b"\x93NUMPY\x01\x00"])
def test_arrays_that_are_no_archive_are_refused(data: bytes, folder: Path) -> None:
    (folder / "arrays.npz").write_bytes(data)
    seal(folder)
    with pytest.raises(ModelError, match="expected the arrays of a model"):
        load_tagger(folder)


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_a_place_without_a_model_says_how_to_get_one(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="train one with: diaoyan train"):
        load_tagger(tmp_path / name)


def test_arrays_that_claim_more_than_the_file_holds_are_refused_before_memory_is_asked_for(
    model_folder: Path, tmp_path: Path
) -> None:
    packed = io.BytesIO()
    np.savez_compressed(packed, weights=np.zeros((4000, 4000), np.float32))
    claims = io.BytesIO()
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }"
    with zipfile.ZipFile(claims, "w") as archive:
        archive.writestr("weights.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    for number, (content, said) in enumerate(
        [(packed.getvalue(), "weights.npy is packed"), (claims.getvalue(), "claims 1,000,000,000,000 numbers")]
    ):
        folder = tmp_path / str(number)
        shutil.copytree(model_folder, folder)
        (folder / "arrays.npz").write_bytes(content)
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        manifest["sha256"]["arrays.npz"] = hashlib.sha256(content).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        with pytest.raises(ModelError, match=said):
            load_tagger(folder)
