"""Sections of an archive as counts of words, left on the disk part by part, for finding themes in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from diaoyan.archive.source import Part, mouthfuls, reader_at_hand
from diaoyan.archive.workers import alone
from diaoyan.discovery.material import LEAST_WORDS, MOST_FREQUENT, Floats, Material
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.preprocess import Tokenizer, cut_sections
from diaoyan.report import Report
from diaoyan.themes import Codebook
from diaoyan.writing import replacing, write_text

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

#: Seed density (TF-IDF weight of a theme's seeds in a section of unit length) at which theme and rest are even.
NEUTRAL = 0.3
#: Most words, the most frequent ones: what bounds the topics that travel between client and workers.
MOST_WORDS = 50_000
#: Fewest sections a word must stand in.
LEAST_SECTIONS = 5


@dataclass(frozen=True, slots=True)
class Search:
    """What every worker must know, besides its part."""

    archive: Path
    identity: str
    codebook: Codebook
    scratch: Path
    random_state: int

    def bags(self, part: Part) -> Path:
        """Return where the bags of a part are."""
        return self.scratch / f"{part.number}.npz"


@dataclass
class SectionCounts:
    """In how many sections of text each word stands."""

    sections: int = 0
    words: Counter[str] = field(default_factory=Counter)

    def add(self, other: SectionCounts) -> None:
        """Add the counts of another part; their order makes no difference."""
        self.sections += other.sections
        self.words.update(other.words)


@dataclass(frozen=True)
class Vocabulary:
    """The words themes are made of.

    Attributes
    ----------
    words : list of str
        Sorted; those of five sections or more that do not stand in more than 30 % of them, and all seed words.
    frequencies : list of int
        Sections each stands in.
    sections : int
    """

    words: list[str]
    frequencies: list[int]
    sections: int

    @classmethod
    def of(cls, counts: SectionCounts, codebook: Codebook) -> Vocabulary:
        """Choose the words.

        Raises
        ------
        CorpusError
            If too few are shared by sections.
        """
        shared = [w for w, n in counts.words.items() if LEAST_SECTIONS <= n <= MOST_FREQUENT * counts.sections]
        if len(shared) < LEAST_WORDS:
            raise CorpusError(
                gettext(
                    "Too few words to find themes in: expected at least {LEAST_WORDS} Chinese words that "
                    "{LEAST_SECTIONS} sections share, found {count}; find them without the archive: diaoyan "
                    "discover"
                ).format(LEAST_WORDS=LEAST_WORDS, LEAST_SECTIONS=LEAST_SECTIONS, count=len(shared))
            )
        frequent = sorted(shared, key=lambda word: (-counts.words[word], word))[:MOST_WORDS]
        words = sorted({*frequent, *(seed for theme in codebook.themes for seed in theme.seeds)})
        return cls(words, [counts.words[word] for word in words], counts.sections)

    @property
    def idf(self) -> Floats:
        """Smoothed inverse document frequencies."""
        return np.asarray(np.log((1 + self.sections) / (1 + np.array(self.frequencies))) + 1)

    def tfidf(self, counts: csr_matrix) -> csr_matrix:
        """Return sublinear TF-IDF of counts, rows of unit length."""
        from sklearn.preprocessing import normalize

        rows = counts.copy()
        rows.data = (1 + np.log(rows.data)) * self.idf[rows.indices]
        return normalize(rows)

    def save(self, scratch: Path) -> None:
        """Leave the vocabulary where the workers find it."""
        write_text(scratch / "vocabulary.json", json.dumps(vars(self), ensure_ascii=False))

    @classmethod
    def load(cls, scratch: Path) -> Vocabulary:
        """Read back what `save` wrote."""
        return cls(**json.loads((scratch / "vocabulary.json").read_text("utf-8")))


def material(
    counts: csr_matrix, owner: Sequence[int], titles: Sequence[bool], reports: Sequence[str], *, words: list[str],
    codebook: Codebook,
) -> Material:  # fmt: skip
    """Return the bags of a part in the form that discovery works on; the texts themselves are left out."""
    length = np.asarray(counts.sum(1)).ravel()
    shaping = ~np.array(titles, dtype=bool)
    owners = np.array(owner, dtype=np.int64)
    return Material(counts, words, owners, length, shaping, [Report(r, "") for r in reports], tokenizer_for(codebook))


@lru_cache(maxsize=1)
def tokenizer_for(codebook: Codebook) -> Tokenizer:
    """Return the tokenizer that `ThemeModel` takes, made once in each worker."""
    return Tokenizer(terms=[seed for theme in codebook.themes for seed in theme.seeds])


@lru_cache(maxsize=1)
def vocabulary_at_hand(scratch: Path) -> Vocabulary:
    """Return the vocabulary of a search, read once in each worker."""
    return Vocabulary.load(scratch)


def count_sections(part: Part, *, search: Search) -> SectionCounts:
    """Return the counts of one part. Runs in a worker."""
    counts = SectionCounts()
    with alone():
        tokenizer = tokenizer_for(search.codebook)
        for few in mouthfuls(reader_at_hand(search.archive, search.identity).reports(part)):
            for report in few:
                for section in cut_sections(report.text):
                    counts.sections += 1
                    counts.words.update(set(tokenizer(section)))
    return counts


def leave_bags(part: Part, *, search: Search, sample: int) -> tuple[Floats, csr_matrix]:
    """Leave the bags of one part in the scratch folder. Runs in a worker.

    Returns
    -------
    start : ndarray of shape (n_themes + 1, n_words)
        Counts of the words of all sections, shared out by their seed words; the last row is that of the rest.
    rest : csr_matrix of shape (at most sample, n_words)
        Counts of the first sections that no theme's seed words explain.
    """
    from scipy.sparse import csr_matrix

    with alone():
        tokenizer, vocabulary = tokenizer_for(search.codebook), vocabulary_at_hand(search.scratch)
        column = {word: number for number, word in enumerate(vocabulary.words)}
        ids: list[str] = []
        owner, titles, columns, values, starts = [], [], [], [], [0]
        for few in mouthfuls(reader_at_hand(search.archive, search.identity).reports(part)):
            for report in few:
                for number, text in enumerate([report.title, *cut_sections(report.text)]):
                    known = Counter(column[word] for word in tokenizer(text) if word in column)
                    columns += sorted(known)
                    values += [float(known[place]) for place in sorted(known)]
                    starts.append(len(columns))
                    owner.append(len(ids))
                    titles.append(number == 0)
                ids.append(report.report_id)
        counts = csr_matrix((values, columns, starts), shape=(len(owner), len(column)))
        with replacing(search.bags(part)) as temporary:
            np.savez(
                temporary, allow_pickle=False, data=counts.data, indices=counts.indices, indptr=counts.indptr,
                owner=np.array(owner), titles=np.array(titles), ids=np.array(ids),
            )  # fmt: skip
        found = material(counts, owner, titles, ids, words=vocabulary.words, codebook=search.codebook)
        leaning = lean(found, vocabulary, search.codebook)
        rest = np.flatnonzero(found.shaping & (found.length > 0) & (leaning[:, :-1].max(1) < leaning[:, -1]))
        return np.asarray((counts[found.shaping].T @ leaning[found.shaping]).T), counts[rest[:sample]]


def load_bags(part: Part, search: Search) -> Material:
    """Read back what `leave_bags` left."""
    from scipy.sparse import csr_matrix

    vocabulary = vocabulary_at_hand(search.scratch)
    with np.load(search.bags(part), allow_pickle=False) as stored:
        arrays = (stored["data"], stored["indices"], stored["indptr"])
        counts = csr_matrix(arrays, shape=(len(stored["owner"]), len(vocabulary.words)))
        ids = [str(name) for name in stored["ids"]]
        return material(
            counts, stored["owner"], stored["titles"], ids, words=vocabulary.words, codebook=search.codebook
        )


def seed_pull(rows: csr_matrix, seed_columns: list[list[int]]) -> Floats:
    """Return how strongly each theme's seed words stand in each section.

    Parameters
    ----------
    rows : csr_matrix of shape (n_sections, n_words)
        TF-IDF, rows of unit length.
    seed_columns : list of list of int
        Columns of the seed words, per theme.

    Returns
    -------
    ndarray of shape (n_sections, n_themes)
        Sum of the seeds' weights, 0 where none occurs.
    """
    pull = np.zeros((rows.shape[0], len(seed_columns)))
    for theme, columns in enumerate(seed_columns):
        if columns:
            pull[:, theme] = np.asarray(rows[:, columns].sum(1)).ravel()
    return pull


def lean(found: Material, vocabulary: Vocabulary, codebook: Codebook) -> Floats:
    """Return the share of themes and rest in sections by their seed words; by words alone.

    Returns
    -------
    ndarray of shape (n_sections, n_themes + 1)
        Rows add up to 1, or to 0 where nothing is known.
    """
    pull = seed_pull(vocabulary.tfidf(found.counts), found.seed_columns(codebook))
    rest = np.clip(NEUTRAL - pull.max(1), 0.0, None) * (found.length > 0)
    both = np.column_stack([pull, rest])
    return np.asarray(both / np.maximum(both.sum(1, keepdims=True), 1e-12))
