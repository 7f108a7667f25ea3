"""Training a classifier on an archive: its vocabulary from document frequencies, its weights by `partial_fit`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from diaoyan.archive.source import Archive, Part, mouthfuls, reader_at_hand
from diaoyan.archive.vectors import Vectors
from diaoyan.archive.workers import alone, hired, in_order
from diaoyan.corpus import Label, read_labels
from diaoyan.errors import CorpusError, ModelError
from diaoyan.language import gettext, in_each, reason
from diaoyan.models import Learned, save_tagger
from diaoyan.report import Report, bare
from diaoyan.tagging.calibration import Floats
from diaoyan.tagging.classifier import Tagger
from diaoyan.tagging.examples import LEAST_EXAMPLES, Examples
from diaoyan.tagging.features import Features, Reading
from diaoyan.tagging.frequencies import Frequencies
from diaoyan.themes import Codebook
from diaoyan.writing import refuse_existing, scratch

#: Reports in a part: the larger, the fewer words are sent twice.
BATCH = 5000
#: Every tenth report is kept for probabilities and thresholds.
HELD_OUT = 10
#: How often the weights see every report.
EPOCHS = 5


@dataclass(frozen=True, slots=True)
class Trained:
    """What `train_archive` did, in numbers of reports.

    Attributes
    ----------
    reports : int
        In the archive.
    learned : int
        With a label, and learned from.
    held_out : int
        With a label, and kept for probabilities and thresholds.
    """

    reports: int
    learned: int
    held_out: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What every worker must know, besides its part."""

    archive: Path
    identity: str
    labels: Path
    labels_hash: str
    codebook: Codebook
    scratch: Path


def train_archive(
    archive: Path,
    output: Path,
    *,
    labels: Path,
    codebook: Codebook | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    batch: int = BATCH,
    random_state: int = 0,
    say: Callable[[str], None] = lambda text: None,
    force: bool = False,
) -> Trained:
    """Train a classifier on the labelled reports of an archive and save it as a model folder.

    Three rounds: the workers count words and n-grams, then turn reports into vectors, which they leave beside
    `output`; this process learns from those in the order of the archive, one linear classifier a class by stochastic
    gradient descent (`SGDClassifier.partial_fit`). No more than one part's vectors are in memory. Reports of the same
    text are all learned from or all held out. The model does not depend on the number of workers.

    Unlike `Tagger.fit` it leaves reports without a label out, knows exact duplicates only, and calibrates on one
    held-out tenth instead of on folds: for thousands of labels and more.

    Parameters
    ----------
    archive : Path
        See `tag_archive`.
    output : Path
        Model folder.
    labels : Path
        CSV, see `read_labels`; every worker reads it.
    codebook : Codebook, optional
        The four themes that ship by default.
    workers, scheduler
        See `tag_archive`.
    batch : int
        Reports in a part.
    random_state : int
        The only source of chance.
    say : callable
        Gets sentences for the person who waits.
    force : bool
        Replace a model that is there.

    Raises
    ------
    CorpusError
        If archive or labels cannot be read.
    ModelError
        If a class has fewer than three labelled reports to learn from, or none held out.
    """
    refuse_existing(output, force=force)
    codebook = codebook or Codebook.default()
    source = Archive.open(archive)
    known = read_labels(labels, codebook)
    parts = source.parts(batch)
    with scratch(output) as folder, hired(workers, scheduler) as run:
        lesson = Lesson(source.folder, source.identity, labels.resolve(), _hash(labels), codebook, folder)
        tagger = Tagger(codebook, random_state=random_state)
        counted = Frequencies.merged(run(partial(count_part, lesson=lesson), parts))
        say(
            gettext("{reports} labelled reports to learn from, {count} words").format(
                reports=counted.reports, count=len(counted.words)
            )
        )
        tagger.features_ = _share(tagger.new_features().fit_counts(counted), folder)
        ids = [name for part in in_order(run, partial(vectors_of_part, lesson=lesson), parts) for name in part]

        def vectors() -> Iterator[Vectors]:
            return (Vectors.load(_vectors_path(folder, part)) for part in parts)

        _learn(tagger, vectors)
        held_out = _calibrate(tagger, vectors)
        learned = Learned({name: known[name] for name in ids})
        sources = in_each(
            lambda: gettext(
                "{count} labelled reports of {archive}, by stochastic gradient descent in {EPOCHS} rounds; {held_out} "
                "more of them for probabilities and thresholds."
            ).format(count=counted.reports, archive=archive.name, EPOCHS=EPOCHS, held_out=held_out)
        )
        save_tagger(output, tagger, evaluation=None, sources=sources, learned=learned)
    return Trained(source.reports, counted.reports, held_out)


def count_part(part: Part, *, lesson: Lesson) -> Frequencies:
    """Return the frequencies of one part's reports that are learned from. Runs in a worker."""
    with alone():
        features = _unfitted(lesson.codebook)
        known = _labels(lesson.labels, lesson.labels_hash, lesson.codebook)
        reader = reader_at_hand(lesson.archive, lesson.identity)
        return Frequencies.merged(
            Frequencies.of(
                features.read([r for r in few if r.report_id in known and not is_held_out(r)]), features.tokenizer
            )
            for few in mouthfuls(reader.reports(part))
        )


def vectors_of_part(part: Part, *, lesson: Lesson) -> list[str]:
    """Leave the vectors of one part's labelled reports in the scratch folder; return their ids. Runs in a worker."""
    with alone():
        features = _fitted(lesson.codebook, lesson.scratch)
        known = _labels(lesson.labels, lesson.labels_hash, lesson.codebook)
        reader = reader_at_hand(lesson.archive, lesson.identity)
        several, ids = [], []
        for few in mouthfuls(reader.reports(part)):
            chosen = [report for report in few if report.report_id in known]
            held_out = [is_held_out(report) for report in chosen]
            several.append(Vectors.of(chosen, known, features, held_out=held_out))
            ids += [report.report_id for report in chosen]
        Vectors.joined(several).save(_vectors_path(lesson.scratch, part))
    return ids


def is_held_out(report: Report) -> bool:
    """Whether a report is kept from learning; reports of the same text share their fate, whatever their ids.

    Examples
    --------
    >>> is_held_out(Report("a", "甲", text="全县。")) == is_held_out(Report("b", "乙", text="全县"))
    True
    """
    printed = bare(report.text) or bare(report.title)
    return int.from_bytes(hashlib.sha256(printed.encode()).digest()[:8], "big") % HELD_OUT == 0


def _vectors_path(scratch: Path, part: Part) -> Path:
    return scratch / f"{part.number}.npz"


def _share(features: Features, scratch: Path) -> Features:
    """Leave fitted features where the workers find them, and return them."""
    settings, arrays = features.to_state()
    (scratch / "features.json").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8", newline="\n")
    np.savez(scratch / "features.npz", allow_pickle=False, **arrays)
    return features


@lru_cache(maxsize=1)
def _unfitted(codebook: Codebook) -> Features:
    return Tagger(codebook).new_features()


@lru_cache(maxsize=1)
def _fitted(codebook: Codebook, scratch: Path) -> Features:
    settings = json.loads((scratch / "features.json").read_text("utf-8"))
    with np.load(scratch / "features.npz", allow_pickle=False) as arrays:
        return Features.from_state(_unfitted(codebook).tokenizer, codebook, settings, dict(arrays))


@lru_cache(maxsize=1)
def _labels(path: Path, expected: str, codebook: Codebook) -> dict[str, Label]:
    """Return the labels; a file that changed meanwhile has another hash, and is not taken for this one."""
    if _hash(path) != expected:
        raise CorpusError(
            gettext("{path}: other labels than the job began with; leave them as they are until it ends.").format(
                path=path
            )
        )
    return read_labels(path, codebook)


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CorpusError(
            gettext("{path}: expected labels as CSV, but they cannot be read ({strerror}).").format(
                path=path, strerror=reason(error)
            )
        ) from None


def _learn(tagger: Tagger, vectors: Callable[[], Iterator[Vectors]]) -> None:
    """Fit the weights, part after part, and count the reports of each class.

    Raises
    ------
    ModelError
        If a class has fewer than three reports.
    """
    from sklearn.linear_model import SGDClassifier

    positive, rows, primary = np.zeros(len(tagger.classes)), 0, np.zeros(len(tagger.classes), dtype=np.int64)
    for one in vectors():
        carried = one.to_learn()[1]
        positive += carried.sum(0)
        rows += len(carried)
        primary += np.bincount(one.primary[~one.held_out], minlength=len(primary))
    tagger.counts_ = dict(zip(tagger.classes, map(int, primary), strict=True))
    for name, count in tagger.counts_.items():
        if count < LEAST_EXAMPLES:
            raise ModelError(
                gettext(
                    "Expected at least {LEAST_EXAMPLES} labelled reports of {name!r} to learn from, found "
                    "{count}; label more of them."
                ).format(LEAST_EXAMPLES=LEAST_EXAMPLES, name=name, count=count)
            )
    models = [
        SGDClassifier(loss="log_loss", alpha=1 / (tagger.C * rows), average=True, random_state=tagger.random_state)
        for _ in tagger.classes
    ]
    # What `class_weight="balanced"` does where the sizes of classes are known beforehand.
    weight = np.array([rows / (2 * (rows - positive)), rows / (2 * positive)])
    for _ in range(EPOCHS):
        for one in vectors():
            matrix, carried = one.to_learn()
            for number, model in enumerate(models if len(carried) else []):
                target = carried[:, number].astype(np.int64)
                model.partial_fit(matrix, target, classes=[0, 1], sample_weight=weight[target, number])
    tagger.weights_ = np.column_stack([model.coef_[0] for model in models]).astype(np.float32)
    tagger.bias_ = np.array([float(model.intercept_[0]) for model in models])


def _calibrate(tagger: Tagger, vectors: Callable[[], Iterator[Vectors]]) -> int:
    """Set probabilities and thresholds from the reports that are held out; return their number.

    Raises
    ------
    ModelError
        If a class is not among them.
    """
    scores: dict[str, list[Floats]] = {"text": [], "title": []}
    kinds, carried, primary = [], [], []
    for one in vectors():
        found = one.matrix @ tagger.weights_.astype(float) + tagger.bias_
        for kind, rows in zip(scores, np.vsplit(found, 2), strict=True):
            scores[kind].append(rows[one.held_out])
        # What the words were does not matter any more, only whether there was text.
        there = zip(one.has_title[one.held_out], one.has_text[one.held_out], strict=True)
        kinds += [["title"] * bool(title) + ["text"] * bool(text) for title, text in there]
        carried.append(one.carried[one.held_out])
        primary.append(one.primary[one.held_out])
    known, filed = np.vstack(carried), np.concatenate(primary)
    for number, name in enumerate(tagger.classes):
        if number not in filed:
            raise ModelError(
                gettext(
                    "Expected labelled reports of {name!r} among the held-out tenth, found none; label more "
                    "of them, or train without the archive: diaoyan train"
                ).format(name=name)
            )
    examples = Examples(
        [Reading(kind, [], []) for kind in kinds], known, np.ones_like(known), filed, np.ones(len(filed)),
        np.arange(len(filed)), np.ones(len(filed), dtype=bool),
    )  # fmt: skip
    tagger.calibrate({kind: np.vstack(rows) for kind, rows in scores.items()}, examples)
    return len(filed)
