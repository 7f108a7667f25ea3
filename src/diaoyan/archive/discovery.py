"""Themes of an archive: found by LDA in a sample of it, and every report placed among them, part by part."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from diaoyan.archive.plan import part_path
from diaoyan.archive.sample import draw, read_rows
from diaoyan.archive.source import Archive, Part, cached_reader, chunks
from diaoyan.archive.tagging import write_part
from diaoyan.archive.workers import runner, single_threaded
from diaoyan.discovery import LdaThemes
from diaoyan.discovery.folding import fold_in
from diaoyan.discovery.material import Material, strongest
from diaoyan.discovery.model import LEAST_WEIGHT
from diaoyan.language import gettext
from diaoyan.preprocess import Tokenizer
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import refuse_existing, replacing_folder, scratch, write_text

#: Reports in a part: some seconds of work, which is what a lost worker costs.
BATCH = 2000
#: Reports that themes are found in; what more of them are worth is measured in docs/scale.md.
DRAWN = 5000
#: Refits on resamples, and with other seeds, that stability is measured from: of so many reports one says enough.
REFITS = 1


@dataclass(frozen=True, slots=True)
class Discovered:
    """What `discover_archive` found.

    Attributes
    ----------
    reports : int
        In the archive.
    drawn : int
        Of these, drawn to find themes in.
    themes : tuple of str
        Theme of the codebook, or `other`, of each topic.
    sizes : tuple of int
        Reports in which each topic is the strongest.
    """

    reports: int
    drawn: int
    themes: tuple[str, ...]
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Topics:
    """What was found in the sample, as far as other reports need it.

    Attributes
    ----------
    material : Material
        Of no reports; it knows the words.
    chances : ndarray of shape (n_topics, n_words)
        Chances of the words in each topic.
    common : ndarray of shape (n_topics,)
        How common the topics are.
    names : list of str
        Theme of each topic; the first `given` are those of the codebook.
    given : int
    """

    material: Material
    chances: npt.NDArray[np.float64]
    common: npt.NDArray[np.float64]
    names: list[str]
    given: int

    @staticmethod
    def save(themes: LdaThemes, path: Path) -> None:
        """Leave fitted themes where the workers find them."""
        found = themes.material_
        np.savez(
            path,
            allow_pickle=False,
            words=np.array(found.words),
            whole=np.array(found.tokenizer.kept_whole),
            chances=themes.topic_words(),
            common=themes.weights_.mean(0),
            names=np.array([cluster.theme for cluster in themes.clusters_]),
            given=len(themes.codebook.ids),
        )

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls, path: Path) -> Topics:
        """Read back what `save` wrote, once in each worker."""
        from scipy.sparse import csr_matrix

        with np.load(path, allow_pickle=False) as stored:
            words, tokenizer = stored["words"].tolist(), Tokenizer(terms=stored["whole"].tolist())
            none = np.empty(0, dtype=np.int64)
            counts, length, shaping = csr_matrix((0, len(words))), none.astype(float), none.astype(bool)
            material = Material(counts, words, none, length, shaping, [], tokenizer)
            return cls(material, stored["chances"], stored["common"], stored["names"].tolist(), int(stored["given"]))


def discover_archive(
    archive: Path,
    output: Path,
    *,
    codebook: Codebook | None = None,
    themes: int = 10,
    drawn: int = DRAWN,
    workers: int | None = None,
    scheduler: str | None = None,
    batch: int = BATCH,
    random_state: int = 0,
    say: Callable[[str], None] = lambda text: None,
    force: bool = False,
) -> Discovered:
    """Find the themes of an archive by LDA in a sample of it, seeded by the codebook, and place every report in them.

    The themes are those of `LdaThemes`, fitted in this process; the workers place the reports as its `transform` does.
    The result does not depend on their number.

    Writes ``themes.json`` (that of `diaoyan discover`, with sizes of the archive) and ``assignments/part-*.parquet``
    (``report_id, cluster, theme, weight``).

    Parameters
    ----------
    archive, workers, scheduler
        See `tag_archive`.
    output : Path
        Folder.
    codebook : Codebook, optional
        The four themes that ship by default.
    themes : int
        Topics, those of the codebook included.
    drawn : int
        Reports that are drawn by chance to find themes in.
    batch : int
        Reports in a part.
    random_state : int
        The only source of chance.
    say : callable
        Gets sentences for the person who waits.
    force : bool
        Replace what is there.

    Raises
    ------
    CorpusError
        If the archive cannot be read or holds too little text, or the topics are too few.
    """
    refuse_existing(output, force=force)
    source = Archive.open(archive)
    rows = draw([""] * source.reports, drawn, least=0, random_state=random_state)
    with scratch(output) as folder, runner(workers, scheduler) as run, replacing_folder(output) as made:
        reports = read_rows(source, rows, run=run, batch=batch)
        say(
            gettext("finding themes in {drawn} of {reports} reports").format(drawn=len(reports), reports=source.reports)
        )
        model = LdaThemes(codebook, themes=themes, resamples=REFITS, random_state=random_state)
        model.fit(reports)
        Topics.save(model, folder / "topics.npz")
        (made / "assignments").mkdir()
        names = tuple(cluster.theme for cluster in model.clusters_)
        place = partial(
            place_part,
            archive=source.folder,
            identity=source.identity,
            topics=(folder / "topics.npz").resolve(),
            output=(made / "assignments").resolve(),
        )
        sizes = sum(run(place, source.parts(batch)), np.zeros(len(names), dtype=np.int64))
        content = json.loads(model.to_json()) | {"reports": source.reports, "drawn": len(reports)}
        for theme, size in zip(content["themes"], sizes.tolist(), strict=True):
            theme["size"] = size
        write_text(made / "themes.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return Discovered(source.reports, len(reports), names, tuple(sizes.tolist()))


def place_part(part: Part, *, archive: Path, identity: str, topics: Path, output: Path) -> npt.NDArray[np.int64]:
    """Write the assignments of one part; return in how many reports each topic is the strongest. Runs in a worker."""
    import pyarrow as pa

    ids: list[str] = []
    shares = []
    with single_threaded():
        known = Topics.load(topics)
        for chunk in chunks(cached_reader(archive, identity).reports(part)):
            found = known.material.of_others(chunk)
            shares.append(found.by_report(fold_in(found.counts, known.chances, start=known.common)[0]))
            ids += [report.report_id for report in chunk]
    names, weights = known.names, np.vstack(shares)
    best = strongest(weights, known.given)
    # Where nothing is known there is no strongest topic: the last one is the rest.
    best = np.where(best < 0, len(names) - 1, best)
    weight = weights[np.arange(len(best)), best]
    table = {
        "report_id": ids,
        "cluster": best,
        "theme": [names[b] if w >= LEAST_WEIGHT else OTHER for b, w in zip(best, weight, strict=True)],
        "weight": weight.round(4),
    }
    write_part(part_path(output, part.number), pa.table(table))
    return np.bincount(best, minlength=len(names))
