"""Themes of an archive by LDA: statistics gathered part by part, merged the way gensim merges those of a cluster."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from diaoyan.archive.bags import (
    Search,
    SectionCounts,
    Vocabulary,
    count_sections,
    lean,
    leave_bags,
    load_bags,
    vocabulary_at_hand,
)  # fmt: skip
from diaoyan.archive.plan import part_path
from diaoyan.archive.source import Archive, Part
from diaoyan.archive.tagging import write_part
from diaoyan.archive.workers import Run, alone, hired, in_order
from diaoyan.discovery import naming
from diaoyan.discovery.lda import ALPHA, ETA, FOREIGN_SEED_ETA, SEED_ETA
from diaoyan.discovery.material import SHORT, Floats
from diaoyan.discovery.model import LEAST_WEIGHT
from diaoyan.discovery.partition import partitions
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import refuse_existing, replacing, replacing_folder, scratch, write_text

#: Reports in a part: the larger, the fewer topics are sent.
BATCH = 5000
#: Rounds over the archive; every further one drifts away from the seeds.
PASSES = 2
#: Sections without seed words, from all over the archive, that part the rest into topics to start from.
SAMPLE = 3000
#: Sections gensim is given at a time, and words said of a theme.
CHUNK, SAID = 1000, 30


@dataclass(frozen=True, slots=True)
class Discovered:
    """What `discover_archive` found.

    Attributes
    ----------
    reports, sections, words : int
        Of the archive.
    themes : tuple of str
        Theme of the codebook, or `other`, of each topic.
    sizes : tuple of int
        Reports in which each topic is the strongest.
    """

    reports: int
    sections: int
    words: int
    themes: tuple[str, ...]
    sizes: tuple[int, ...]


def discover_archive(
    archive: Path,
    output: Path,
    *,
    codebook: Codebook | None = None,
    themes: int = 10,
    workers: int | None = None,
    scheduler: str | None = None,
    batch: int = BATCH,
    random_state: int = 0,
    say: Callable[[str], None] = lambda text: None,
    force: bool = False,
) -> Discovered:
    """Find the themes of an archive by LDA, seeded by the codebook, and place every report among them.

    The method is that of `LdaThemes` as far as it can go part by part: the same sections, prior, start from seed words
    and number of rounds. The rest starts from a sample of sections without seed words. Left out are learned phrases,
    names of persons, near-duplicates and stability. What the parts add up to is merged by gensim's `LdaState.merge` in
    the order of the archive, so that the result does not depend on the number of workers.

    Writes ``themes.json`` (words by topic) and ``assignments/part-*.parquet`` (``report_id, cluster, theme, weight``).

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
    codebook = codebook or Codebook.default()
    if themes <= len(codebook.ids):
        raise CorpusError(
            gettext("Expected more themes than the {count} of the codebook, got {themes}.").format(
                count=len(codebook.ids), themes=themes
            )
        )
    refuse_existing(output, force=force)
    source = Archive.open(archive)
    parts = source.parts(batch)
    with (
        scratch(output) as folder,
        hired(workers, scheduler) as run,
        replacing_folder(output) as made,
    ):
        search = Search(source.folder, source.identity, codebook, folder, random_state)
        counts = SectionCounts()
        for one in run(partial(count_sections, search=search), parts):
            counts.add(one)
        vocabulary = Vocabulary.of(counts, codebook)
        vocabulary.save(search.scratch)
        say(
            gettext("{sections} sections of {reports} reports, {count} words").format(
                sections=counts.sections, reports=source.reports, count=len(vocabulary.words)
            )
        )
        names = _fit(search, vocabulary, parts, run=run, topics=themes, say=say)
        (made / "assignments").mkdir()
        place = partial(place_part, search=search, names=names, output=(made / "assignments").resolve())
        spread, sizes = np.zeros((len(names), len(vocabulary.words))), np.zeros(len(names), dtype=np.int64)
        for more, members in in_order(run, place, parts):
            spread += more
            sizes += members
        found = Discovered(source.reports, counts.sections, len(vocabulary.words), names, tuple(sizes.tolist()))
        content = _content(found, naming.distinctive(spread), vocabulary, codebook, random_state=random_state)
        write_text(made / "themes.json", content)
    return found


def _fit(
    search: Search, vocabulary: Vocabulary, parts: list[Part], *, run: Run[Part, Any], topics: int,
    say: Callable[[str], None],
) -> tuple[str, ...]:  # fmt: skip
    """Leave the fitted topics for `place_part`; return the theme of each."""
    names, start = _start(search, vocabulary, parts, run=run, topics=topics)
    model = _model(vocabulary, search.codebook, names)
    # Without their number, gensim would scale what comes in down to nothing.
    model.state.sstats, model.state.numdocs = start, vocabulary.sections
    model.sync_state()
    for number in range(PASSES):
        _share(search, model)
        merged = _state(model)
        for sums, sections in in_order(run, partial(expect_part, search=search, names=names, number=number), parts):
            one = _state(model)
            one.sstats, one.numdocs = sums, sections
            merged.merge(one)
        model.do_mstep(1.0, merged)
        say(gettext("round {value} of {PASSES} is done").format(value=number + 1, PASSES=PASSES))
    _share(search, model)
    return names


def _start(
    search: Search, vocabulary: Vocabulary, parts: list[Part], *, run: Run[Part, Any], topics: int
) -> tuple[tuple[str, ...], Floats]:
    """Return themes and first counts of the topics: those of the codebook, then the groups the rest falls into."""
    from scipy.sparse import vstack

    ids = search.codebook.ids
    share = -(-SAMPLE // len(parts))
    sums = np.zeros((len(ids) + 1, len(vocabulary.words)))
    samples = []
    for more, rest in in_order(run, partial(leave_bags, search=search, sample=share), parts):
        sums += more
        samples.append(rest)
    sample = vstack(samples, format="csr")
    groups = min(topics - len(ids), sample.shape[0])
    # A theme that does not occur would be a flat topic, which draws whatever fits no other.
    alive = [number for number, name in enumerate(ids) if sums[number].any()]
    names = (*(ids[number] for number in alive), *[OTHER] * groups)
    if not names:
        raise CorpusError(
            gettext("Too little text to find themes in: no section of the archive has a word that is known.")
        )
    rows = [sums[alive]]
    if groups:
        with alone():
            shares = partitions(
                vocabulary.tfidf(sample), np.ones(sample.shape[0], dtype=bool), [groups],
                random_state=search.random_state,
            )[groups]  # fmt: skip
        inside = np.asarray((sample.T @ shares).T)
        # Words that the sample lacks go to the groups by their size.
        inside += inside.sum(1, keepdims=True) / max(1.0, inside.sum())
        rows.append(sums[-1] * inside / inside.sum(0))
    return names, np.vstack(rows)


def expect_part(part: Part, *, search: Search, names: tuple[str, ...], number: int) -> tuple[Floats, int]:
    """Return what one part adds to the topics in a round, and its sections. Runs in a worker."""
    with alone():
        found = load_bags(part, search)
        model = _fitted(search, names)
        sums = np.zeros_like(model.expElogbeta)
        for _, more in _inferred(model, found.counts[found.shaping], (search.random_state, number, part.number)):
            sums += more
        return sums, int(found.shaping.sum())


def place_part(
    part: Part, *, search: Search, names: tuple[str, ...], output: Path
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Write the assignments of one part. Runs in a worker.

    Returns
    -------
    spread : ndarray of shape (n_topics, n_words)
        See `Material.spread`.
    sizes : ndarray of shape (n_topics,)
        Reports in which each topic is the strongest.
    """
    import pyarrow as pa

    with alone():
        found = load_bags(part, search)
        model = _fitted(search, names)
        chunks = _inferred(model, found.counts, (search.random_state, PASSES, part.number))
        gamma = np.vstack([rows for rows, _ in chunks])
        weights = np.clip(gamma - ALPHA, 0.0, None) / np.maximum(found.length, 1)[:, None]
        short = found.length < SHORT
        leaning = lean(found, vocabulary_at_hand(search.scratch), search.codebook)
        weights[short] = _by_seeds(leaning, gamma, search, names)[short]
        shares = found.by_report(weights)
        best = shares.argmax(1)
        weight = shares[np.arange(len(best)), best]
        # Where nothing is known there is no strongest topic: the last one is the rest.
        best[weight == 0] = len(names) - 1
        table = {
            "report_id": [report.report_id for report in found.reports],
            "cluster": best,
            "theme": [names[b] if w >= LEAST_WEIGHT else OTHER for b, w in zip(best, weight, strict=True)],
            "weight": weight.round(4),
        }
        write_part(part_path(output, part.number), pa.table(table))
        return found.spread(weights), np.bincount(best, minlength=len(names))


def _by_seeds(leaning: Floats, gamma: Floats, search: Search, names: tuple[str, ...]) -> Floats:
    """Return weights for sections too short for a mixture: seed words decide, the rest is shared as LDA would."""
    weights = np.zeros_like(gamma)
    ids = search.codebook.ids
    rest = [topic for topic, name in enumerate(names) if name == OTHER]
    for topic, name in enumerate(names):
        if name != OTHER:
            weights[:, topic] = leaning[:, ids.index(name)]
    if rest:
        weights[:, rest] = leaning[:, -1:] * gamma[:, rest] / gamma[:, rest].sum(1, keepdims=True)
    return weights


def _inferred(model: Any, counts: Any, chance: tuple[int, ...]) -> Iterator[tuple[Floats, Floats]]:
    """Yield topics of sections and what they add to the words, some sections at a time."""
    from gensim.matutils import Sparse2Corpus

    # gensim starts each section from chance, which must not depend on what the worker did before.
    model.random_state = np.random.RandomState(list(chance))
    for first in range(0, counts.shape[0], CHUNK):
        bags = list(Sparse2Corpus(counts[first : first + CHUNK], documents_columns=False))
        yield model.inference(bags, collect_sstats=True)


def _model(vocabulary: Vocabulary, codebook: Codebook, names: tuple[str, ...]) -> Any:
    """Return gensim's model with the prior of `LdaThemes`, and no topics yet."""
    from gensim.models import LdaModel

    column = {word: number for number, word in enumerate(vocabulary.words)}
    prior = np.full((len(names), len(column)), ETA)
    seeds = {theme.id: [column[seed] for seed in theme.seeds] for theme in codebook.themes}
    prior[:, sorted({place for places in seeds.values() for place in places})] = FOREIGN_SEED_ETA
    for topic, name in enumerate(names):
        if name != OTHER:
            prior[topic, seeds[name]] = max(1.0, SEED_ETA * vocabulary.sections)
    return LdaModel(
        id2word=dict(enumerate(vocabulary.words)), num_topics=len(names), alpha=np.full(len(names), ALPHA), eta=prior,
        iterations=100, eval_every=None, dtype=np.float64, random_state=0,
    )  # fmt: skip


def _state(model: Any) -> Any:
    from gensim.models.ldamodel import LdaState

    return LdaState(model.state.eta, model.state.sstats.shape, np.float64)


def _share(search: Search, model: Any) -> None:
    """Leave the topics where the workers find them."""
    with replacing(search.scratch / "topics.npy") as temporary:
        np.save(temporary, model.state.sstats, allow_pickle=False)


def _fitted(search: Search, names: tuple[str, ...]) -> Any:
    """Return a model with the topics as they are now."""
    model = _prepared(search, names)
    model.state.sstats = np.load(search.scratch / "topics.npy", allow_pickle=False)
    model.sync_state()
    return model


@lru_cache(maxsize=1)
def _prepared(search: Search, names: tuple[str, ...]) -> Any:
    return _model(vocabulary_at_hand(search.scratch), search.codebook, names)


def _content(
    found: Discovered, scores: Floats, vocabulary: Vocabulary, codebook: Codebook, *, random_state: int
) -> str:
    """Return the content of ``themes.json``."""
    themes = []
    for topic, (name, size) in enumerate(zip(found.themes, found.sizes, strict=True)):
        words = naming.top_words(scores[topic], vocabulary.words, SAID)
        label = codebook.name(name) if name != OTHER else naming.propose_name([word for word, _ in words])
        themes.append({"cluster": topic, "theme": name, "label": label, "size": size, "words": words})
    content = {
        "method": "lda", "seeded": True, "random_state": random_state, "passes": PASSES, "reports": found.reports,
        "sections": found.sections, "words": found.words, "themes": themes,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
