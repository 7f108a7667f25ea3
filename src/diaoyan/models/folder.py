"""A model folder: saved as plain arrays and JSON, verified when it is loaded, never unpickled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from diaoyan import __version__, settings
from diaoyan.arrays import read_arrays
from diaoyan.errors import CodebookError, ModelError
from diaoyan.language import Lang, gettext, reason
from diaoyan.models.card import NAMES, card
from diaoyan.models.history import in_use
from diaoyan.models.learned import Learned, labels_from_csv
from diaoyan.preprocess import Tokenizer
from diaoyan.preprocess.vectors import WordVectors
from diaoyan.report import Report
from diaoyan.tagging.calibration import Calibration
from diaoyan.themes import Codebook
from diaoyan.writing import replacing_folder

if TYPE_CHECKING:
    from diaoyan.tagging import Evaluation, Tagger

FORMAT = "diaoyan-tagger"
SCHEMA = 3
_VECTORS = "vectors.npz"
_CALIBRATION = [(f"{kind}_{field.name}", field.name) for kind in ("text", "title") for field in fields(Calibration)]
_ARRAYS = {
    "grams": np.uint64,
    "idf": np.float32,
    "weights": np.float32,
    "bias": np.float64,
    "thresholds": np.float64,
    **{array: np.bool_ if name in ("correct", "joint") else np.float64 for array, name in _CALIBRATION},
}
#: A model must give these texts the probabilities it gave them when it was saved.
_PROBES = (
    Report(
        "probe-text",
        "关于农村宅基地“三权分置”改革的调查",
        text="一、现状\n全县农户贷款余额上升，纪委监委加强监督，数据平台上线。",
    ),
    Report("probe-title", "城市社区养老服务供需错位问题研究"),
)


def save_tagger(
    folder: Path,
    tagger: Tagger,
    *,
    evaluation: Evaluation | None,
    sources: str | Mapping[Lang, str],
    learned: Learned | None = None,
    comparison: Mapping[str, Any] | None = None,
    held_out: Mapping[Lang, str] | None = None,
) -> None:
    """Write a fitted classifier into `folder`, replacing what stands there as a whole.

    Parameters
    ----------
    folder : Path
    tagger : Tagger
        Fitted.
    evaluation : Evaluation or None
        Held-out scores for manifest and card.
    sources : str, or mapping of language to str
        One sentence on the reports it was fitted on, for the cards: in each language (`diaoyan.language.in_each`), or
        one for both.
    learned : Learned, optional
        The labels it was fitted on, so that it is never tested on a report it has seen.
    comparison : mapping, optional
        How it compares with the model in use before, with a ``sentence`` for the cards, in each language.
    held_out : mapping of language to str, optional
        How the scores were held out, for the cards; in stratified folds if left out.
    """
    learned = learned or Learned()
    settings, arrays = tagger.features_.to_state()
    arrays = arrays | {"weights": tagger.weights_, "bias": tagger.bias_, "thresholds": tagger.thresholds_}
    for kind, calibration in tagger.calibrations_.items():
        arrays |= {f"{kind}_{name}": value for name, value in vars(calibration).items()}
    vocabulary = {"features": settings, "words": tagger.features_.tokenizer.lists()}
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "schema": SCHEMA,
        "diaoyan": __version__,
        "settings": {name: getattr(tagger, name) for name in ("engine", "C", "folds", "random_state")},
        "codebook": tagger.codebook.to_dict(),
        "labelled": tagger.counts_,
        "sources": sources if isinstance(sources, str) else dict(sources),
        "vectors": tagger.features_.vectors is not None,
        "start": learned.start,
        "fingerprint": learned.fingerprint,
        "scores": _scores(evaluation),
        "comparison": comparison,
        "held_out": None if held_out is None else dict(held_out),
        "probes": [[round(float(p), 5) for p in row] for row in tagger.predict_proba(_PROBES)],
    }
    other = folder.is_file() or (folder.is_dir() and any(folder.iterdir()))
    if other and not (folder / "manifest.json").is_file():
        raise ModelError(
            gettext("{folder}: expected a model folder or a new name, found other files; choose another name.").format(
                folder=folder
            )
        )
    with replacing_folder(folder) as temporary:
        np.savez(temporary / "arrays.npz", allow_pickle=False, **{name: arrays[name] for name in sorted(arrays)})
        (temporary / "vocabulary.json").write_text(_json(vocabulary), encoding="utf-8", newline="\n")
        (temporary / "learned.csv").write_text(learned.to_csv(), encoding="utf-8", newline="\n")
        if tagger.features_.vectors is not None:
            tagger.features_.vectors.save(temporary / _VECTORS)
        manifest["sha256"] = {name: _hash(temporary / name) for name in _files(manifest)}
        (temporary / "manifest.json").write_text(_json(manifest), encoding="utf-8", newline="\n")
        for lang, name in NAMES.items():
            (temporary / name).write_text(card(folder.name, manifest, lang), encoding="utf-8", newline="\n")


def load_tagger(name: str | Path | None = None, models: Path = settings.MODELS) -> Tagger:
    """Read a classifier back, after checking that it is whole, ours, not newer than this program, and still the same.

    Parameters
    ----------
    name : str or Path, optional
        Name in ``models/``, ``"base"`` for the one that ships, or a folder; the one in use if left out.
    models : Path
        Folder of the models.

    Raises
    ------
    ModelError
        With the reason why the folder is refused.

    Examples
    --------
    >>> tagger = load_tagger("base")
    >>> tagger.classes
    ('rural', 'digital', 'discipline', 'finance', 'other')
    """
    from diaoyan.tagging.classifier import Tagger
    from diaoyan.tagging.features import Features

    name = in_use(models) if name is None else name
    folder = name if isinstance(name, Path) else settings.model(name, models)
    manifest = read_manifest(folder)
    vocabulary = _read_json(folder / "vocabulary.json")
    arrays = _read_arrays(folder / "arrays.npz", manifest["schema"])
    try:
        codebook = Codebook.from_dict(manifest["codebook"], where=f"{folder.name}/manifest.json")
        tagger = Tagger(codebook, **manifest["settings"])
        tokenizer = _tokenizer(folder, tagger, vocabulary)
        vectors = read_vectors(folder) if manifest.get("vectors") else None
        tagger.vectors = vectors
        tagger.features_ = Features.from_state(tokenizer, codebook, vocabulary["features"], arrays, vectors=vectors)
        tagger.counts_ = dict(manifest["labelled"])
        probes = np.array(manifest["probes"], dtype=float)
    except (KeyError, TypeError, ValueError, CodebookError) as error:
        raise ModelError(
            gettext("{folder}: expected a model of this program, but its description is damaged ({error}).").format(
                folder=folder, error=reason(error)
            )
        ) from None
    classes, columns = len(tagger.classes), tagger.features_.n_columns
    if arrays["weights"].shape != (columns, classes) or len(arrays["idf"]) != len(tagger.features_.words_) + len(
        arrays["grams"]
    ):
        raise ModelError(
            gettext("{folder}: weights and vocabulary do not fit together; the folder is damaged.").format(
                folder=folder
            )
        )
    shapes: dict[str, tuple[int, ...]] = {"mix": (classes, classes), "thresholds": (classes - 1,), "joint": ()}
    shapes |= dict.fromkeys(("bias", "slope", "intercept", "offset"), (classes,))
    for name, array in arrays.items():
        expected = shapes.get(name.split("_")[-1], array.shape)
        if array.shape != expected:
            raise ModelError(
                gettext("{folder}: {name} has the shape {shape}, expected {expected}.").format(
                    folder=folder, name=name, shape=array.shape, expected=expected
                )
            )
    tagger.weights_, tagger.bias_, tagger.thresholds_ = arrays["weights"], arrays["bias"], arrays["thresholds"]
    tagger.calibrations_ = {
        kind: Calibration(**{field.name: arrays[f"{kind}_{field.name}"] for field in fields(Calibration)})
        for kind in ("text", "title")
    }
    if probes.shape != (len(_PROBES), classes) or np.abs(tagger.predict_proba(_PROBES) - probes).max() > 1e-3:
        raise ModelError(
            gettext(
                "{folder}: the model no longer gives the answers it was saved with; train it again with: diaoyan train"
            ).format(folder=folder)
        )
    return tagger


def _tokenizer(folder: Path, tagger: Tagger, vocabulary: Mapping[str, Any]) -> Tokenizer:
    """Return the tokenizer a model was fitted with; word lists that were edited since do not change it."""
    if "words" in vocabulary:
        return Tokenizer(engine=tagger.engine, words=dict(vocabulary["words"]))
    tokenizer = tagger.new_features().tokenizer
    words = "\n".join([*tokenizer.kept_whole, "", *sorted(tokenizer.stop_words)])
    if vocabulary["dictionary"] != hashlib.sha256(words.encode()).hexdigest():
        raise ModelError(
            gettext(
                "{folder}: fitted by an older diaoyan with other policy terms or stop words than this "
                "one's; train it again with: diaoyan train"
            ).format(folder=folder)
        )
    return tokenizer


def read_learned(folder: Path) -> Learned:
    """Return what a model has learned from.

    Raises
    ------
    ModelError
        With the reason why the folder is refused.
    """
    manifest = read_manifest(folder)
    if manifest["schema"] == 1:
        return Learned()
    try:
        labels = labels_from_csv((folder / "learned.csv").read_text("utf-8"))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            gettext("{folder}: expected the labels it was fitted on, but they cannot be read ({error}).").format(
                folder=folder, error=reason(error)
            )
        ) from None
    return Learned(labels, manifest.get("start"), str(manifest.get("fingerprint", "")))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the description of a model, after checking that its files are the ones it was saved with.

    Raises
    ------
    ModelError
        With the reason why the folder is refused.
    """
    if not (folder / "manifest.json").is_file():
        raise ModelError(
            gettext(
                "{folder}: expected a model folder with a manifest.json, found none; train one with: diaoyan train"
            ).format(folder=folder)
        )
    manifest = _read_json(folder / "manifest.json")
    if manifest.get("format") != FORMAT:
        raise ModelError(
            gettext("{folder}: expected a model of the format {FORMAT!r}, found {value!r}.").format(
                folder=folder, FORMAT=FORMAT, value=manifest.get("format")
            )
        )
    schema = manifest.get("schema")
    if not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise ModelError(
            gettext("{folder}: the model has layout {schema!r}, this program reads up to {SCHEMA}; update it.").format(
                folder=folder, schema=schema, SCHEMA=SCHEMA
            )
        )
    hashes = manifest.get("sha256")
    for name in _files(manifest):
        stated = hashes.get(name) if isinstance(hashes, dict) else None
        if not (folder / name).is_file() or _hash(folder / name) != stated:
            raise ModelError(
                gettext("{folder}: {name} is missing or damaged (its hash is not the one in manifest.json).").format(
                    folder=folder, name=name
                )
            )
    return manifest


def _files(manifest: Mapping[str, Any]) -> list[str]:
    """Return the files of a layout. The first had no list of labels, only the third can have vectors."""
    learned = ["learned.csv"] if manifest["schema"] > 1 else []
    return ["arrays.npz", "vocabulary.json", *learned, *([_VECTORS] if manifest.get("vectors") else [])]


def read_vectors(folder: Path) -> WordVectors:
    """Return the word vectors of a model folder, which need not be whole otherwise.

    Raises
    ------
    ModelError
        If they are missing or damaged.
    """
    return WordVectors.load(folder / _VECTORS)


def _read_arrays(path: Path, schema: int) -> dict[str, npt.NDArray[Any]]:
    wanted = [name for name in _ARRAYS if schema >= 3 or not name.endswith(("_joint", "_sure"))]
    arrays = read_arrays(path, wanted, what=gettext("the arrays of a model"))
    arrays |= {
        name: np.array(False) if name.endswith("joint") else np.zeros(0) for name in _ARRAYS if name not in arrays
    }
    for name, kind in _ARRAYS.items():
        if arrays[name].dtype != kind or (kind is not np.bool_ and not np.isfinite(arrays[name]).all()):
            raise ModelError(
                gettext("{path}: {name} is not what a model holds; the folder is damaged.").format(path=path, name=name)
            )
    return arrays


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            gettext("{path}: expected JSON, but it cannot be read ({error}).").format(path=path, error=reason(error))
        ) from None
    if not isinstance(value, dict):
        raise ModelError(
            gettext("{path}: expected a JSON object, found {name}.").format(path=path, name=type(value).__name__)
        )
    return value


def _scores(evaluation: Evaluation | None) -> dict[str, Any]:
    if evaluation is None:
        return {}
    return {
        "reports": len(evaluation.truth),
        "accuracy": round(evaluation.accuracy, 4),
        "macro_f1": round(evaluation.macro_f1, 4),
        "interval": [round(bound, 4) for bound in evaluation.interval],
        "f1": {name: round(value, 4) for name, value in evaluation.f1.items()},
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
