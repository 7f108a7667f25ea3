"""Features of reports for the classifier: words, n-grams, seed words and what words mean, of title and sections.

Only NumPy is needed to compute them, so that tagging starts fast; scikit-learn comes in where a classifier is fitted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from functools import cached_property
from itertools import chain, compress, repeat
from typing import Any

import numpy as np

from diaoyan.arrays import Array, Floats, Ints
from diaoyan.preprocess import Tokenizer, cut_sections
from diaoyan.preprocess.tokenizer import normal_form
from diaoyan.preprocess.vectors import WordVectors
from diaoyan.report import Report
from diaoyan.tagging.grams import GramIndex, Keys, gram_keys, gram_text
from diaoyan.tagging.reading import Frequencies, Reading
from diaoyan.tagging.rows import Rows
from diaoyan.tagging.seeds import seed_index
from diaoyan.themes import Codebook

__all__ = ["Features", "Reading", "Rows"]

#: Reports read, and parts turned into rows, at a time: arrays long enough to pay, short enough for the cache.
_REPORTS, _PARTS = 10, 250
#: What has a vector of its own; authors have none, since their names mean nothing.
BLOCKS = ("title", "first section", "text")


@dataclass(eq=False, repr=False)
class Features:
    """Turn reports into sparse vectors of unit length.

    Title, authors and every section of the text are vectors of their own, each made of three blocks (TF-IDF of words,
    TF-IDF of character 2- and 3-grams, square root of the density of each theme's seed words). A report is the
    weighted sum of its title, its authors and the mean of its sections, scaled to unit length: sections vote, a title
    alone speaks with the same voice as a long text, and 50,000 characters no louder than 500.

    Where there are word vectors, three dense blocks stand beside that: the vectors of the title, of the first section,
    and of the whole text, each of length `vector_weight`; and whether there is no text, so that titles alone may have a
    bias of their own.

    Parameters
    ----------
    tokenizer : Tokenizer
        Must know the codebook's seed words as terms.
    codebook : Codebook
        Gives the seed words.
    title_weight, authors_weight : float
        Weight of title and authors against the text.
    gram_weight, seed_weight : float
        Weight of n-grams and seed words against words.
    max_grams : int
        The most frequent character n-grams that are kept.
    vectors : WordVectors, optional
        What words mean; without them, words are but themselves.
    vector_weight : float
        Length of each dense block; the sparse ones together have 1.

    Attributes
    ----------
    words_ : dict of str to int
        Column of each word; n-grams and themes follow after them.
    grams_ : ndarray of shape (n_grams,), uint64
        Sorted keys of the n-grams, 21 bits a character.
    idf_ : ndarray of shape (n_words + n_grams,)
        Smoothed inverse document frequencies.

    Examples
    --------
    >>> codebook = Codebook.default()
    >>> tokenizer = Tokenizer(terms=[seed for theme in codebook.themes for seed in theme.seeds])
    >>> features = Features(tokenizer, codebook)
    >>> readings = features.read([Report("a", "宅基地调查", text="农户与宅基地。"), Report("b", "银行", text="贷款。")])
    >>> rows = features.fit(readings).rows(features.read([Report("c", "宅基地")]))
    >>> [features.name(column) for column in rows.columns], round(float(rows.values @ rows.values), 6)
    (['宅基地', 'seeds:rural'], 1.0)
    """

    tokenizer: Tokenizer
    codebook: Codebook
    _: KW_ONLY
    title_weight: float = 1.0
    authors_weight: float = 0.6
    gram_weight: float = 0.6
    seed_weight: float = 1.0
    max_grams: int = 30_000
    vectors: WordVectors | None = None
    vector_weight: float = 0.5

    grams_: Keys = field(init=False)
    idf_: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.themes_of = seed_index(self.tokenizer.engine, self.tokenizer.kept_whole, self.codebook)
        self.words_: dict[str, int] = {}
        self._index: GramIndex | None = None

    def read(self, reports: Sequence[Report]) -> list[Reading]:
        """Segment reports and cut out their n-grams: all that takes time and needs no vocabulary."""
        readings: list[Reading] = []
        same: dict[str, str] = {}  # every word is kept once, not once for each time it is met
        for start in range(0, len(reports), _REPORTS):
            few = [_parts(report) for report in reports[start : start + _REPORTS]]
            normal = [[normal_form(text) for _, text in parts] for parts in few]
            grams = iter(gram_keys(list(chain.from_iterable(normal))))
            for parts, texts in zip(few, normal, strict=True):
                cut = map(self.tokenizer.cut_normal, texts)
                tokens = [list(map(same.setdefault, words, words)) for words in cut]
                readings.append(Reading([kind for kind, _ in parts], tokens, [next(grams) for _ in parts]))
        return readings

    def fit(self, readings: Sequence[Reading], origins: Ints | None = None) -> Features:
        """Learn the vocabulary: words of two reports or more, n-grams of three or more.

        In a corpus of fewer than 20 reports every word, and every n-gram of two reports, is kept. Of several origins,
        what stands in one alone says where a report comes from, and whose county it is about, sooner than what it is
        about, and is left out.

        Parameters
        ----------
        readings : sequence of Reading
        origins : ndarray of shape (n_readings,), optional
            Where each comes from; all from one place by default.
        """
        counted = Frequencies.of(readings, self.tokenizer)
        least_words, least_grams = (2, 3) if counted.reports >= 20 else (1, 2)
        words = sorted(word for word, count in counted.words.items() if count >= least_words)
        common = counted.counts >= least_grams
        keys, counts = counted.keys[common], counted.counts[common]
        if len(keys) > self.max_grams:
            order = np.sort(np.lexsort((keys, -counts))[: self.max_grams])
            keys, counts = keys[order], counts[order]
        frequencies = np.concatenate([np.array([counted.words[word] for word in words], dtype=float), counts])
        # Rounded as a model folder keeps them, so that a loaded model gives the very same numbers.
        idf = (np.log((1 + counted.reports) / (1 + frequencies)) + 1).astype(np.float32).astype(float)
        if origins is not None and len(np.unique(origins)) > 1:
            several = [list(compress(readings, origins == origin)) for origin in np.unique(origins)]
            parts = [Frequencies.of(own, self.tokenizer) for own in several]
            shared = np.array([sum(word in part.words for part in parts) > 1 for word in words], dtype=bool)
            grams = np.sum([np.isin(keys, part.keys) for part in parts], axis=0) > 1
            idf, keys = idf[np.concatenate([shared, grams])], keys[grams]
            words = list(compress(words, shared))
        self.words_ = {word: column for column, word in enumerate(words)}
        self.grams_, self.idf_ = keys, idf
        return self

    def extend(self, start: Features, readings: Sequence[Reading]) -> Features:
        """Take over the vocabulary of fitted features and add the words of new reports; n-grams stay as they are."""
        self.fit(readings)
        added = [word for word in self.words_ if word not in start.words_]
        idf = [self.idf_[self.words_[word]] for word in added]
        known = len(start.words_)
        self.words_ = {word: column for column, word in enumerate([*start.words_, *added])}
        self.grams_ = start.grams_
        self.idf_ = np.concatenate([start.idf_[:known], np.array(idf), start.idf_[known:]])
        self.vectors, self.vector_weight = start.vectors, start.vector_weight
        return self

    def take_over(self, start: Features) -> Features:
        """Take over the vocabulary and the vectors of fitted features, for other themes."""
        self.words_, self.grams_, self.idf_ = dict(start.words_), start.grams_, start.idf_
        self.vectors, self.vector_weight = start.vectors, start.vector_weight
        return self

    def adopt(self, start: Features, weights: Array) -> Floats:
        """Return weights for the columns of `start` as weights for these columns, 0 where `start` has none.

        Parameters
        ----------
        start : Features
            What these features were extended from.
        weights : ndarray of shape (start.n_columns,)
        """
        out = np.zeros(self.n_columns)
        known, grams = len(start.words_), len(self.grams_)
        out[:known] = weights[:known]
        out[len(self.words_) : len(self.words_) + grams] = weights[known : known + grams]
        for theme, value in zip(start.codebook.ids, weights[start.seed_columns], strict=True):
            if theme in self.codebook.ids:
                out[len(self.idf_) + self.codebook.ids.index(theme)] = value
        out[self.seed_columns.stop :] = weights[start.seed_columns.stop :]
        return out

    @property
    def seed_columns(self) -> slice:
        """The columns of seed words, one per theme; after them come those of vectors."""
        return slice(len(self.idf_), len(self.idf_) + len(self.codebook.ids))

    @property
    def n_columns(self) -> int:
        """Number of columns: words, n-grams, one per theme, and the numbers of the dense blocks."""
        dense = len(BLOCKS) * self.vectors.n_dims + 1 if self.vectors else 0
        return len(self.idf_) + len(self.codebook.ids) + dense

    def name(self, column: int) -> str:
        """Return what a sparse column stands for: a word, an n-gram in 〔〕, or ``seeds:<theme>``."""
        if column < len(self.words_):
            return self._words_by_column[column]
        if column < len(self.idf_):
            return f"〔{gram_text(int(self.grams_[column - len(self.words_)]))}〕"
        return f"seeds:{self.codebook.ids[column - len(self.idf_)]}"

    @cached_property
    def _words_by_column(self) -> list[str]:
        return list(self.words_)

    def rows(self, readings: Sequence[Reading]) -> Rows:
        """Return the vectors of readings; a row is empty if nothing in the reading is known."""
        parts = np.cumsum([len(reading.kinds) for reading in readings], dtype=np.int64)
        starts = np.flatnonzero(np.diff(parts // _PARTS, prepend=-1)).tolist() or [0]
        ends = [*starts[1:], len(readings)]
        return Rows.joined([self._rows(readings[start:end]) for start, end in zip(starts, ends, strict=True)])

    def _rows(self, readings: Sequence[Reading]) -> Rows:
        kinds = [kind for reading in readings for kind in reading.kinds]
        owner = np.repeat(np.arange(len(readings)), [len(reading.kinds) for reading in readings])
        weight = self._worth(kinds, owner)
        tokens = [part for reading in readings for part in reading.tokens]
        grams = [part for reading in readings for part in reading.grams]
        blocks = [*self._words_and_seeds(tokens), self._grams(grams)]
        parts = np.concatenate([block[0] for block in blocks])
        columns = np.concatenate([block[1] for block in blocks])
        values = np.concatenate([block[2] for block in blocks]) * weight[parts]
        keys = owner[parts] * self.n_columns + columns
        # Each block is in order already, which a stable sort makes use of; it keeps the order of the sums, too.
        order = np.argsort(keys, kind="stable")
        keys, values = keys[order], values[order]
        first = np.diff(keys, prepend=-1) > 0
        summed = np.bincount(np.cumsum(first) - 1, weights=values)
        row, column = self._split(keys[first])
        lengths = np.sqrt(np.bincount(row, weights=summed**2, minlength=len(readings)))
        starts = np.searchsorted(row, np.arange(len(readings) + 1))
        return Rows(starts, column, summed / lengths[row], self._dense(readings))

    def _worth(self, kinds: Sequence[str], owner: Ints) -> Floats:
        """Return how much each part weighs in the report it belongs to: the sections of a text share one voice."""
        sections = np.bincount(owner, weights=[kind == "text" for kind in kinds])
        worth = {"title": self.title_weight, "authors": self.authors_weight, "text": 1.0}
        of_text = np.array([kind == "text" for kind in kinds], dtype=bool)
        return np.array([worth[kind] for kind in kinds]) / np.where(of_text, sections[owner], 1.0)

    def parts(self, reading: Reading) -> Rows:
        """Return what each part adds to the vector of a report: together these rows are that of `rows`.

        A row for each part of the reading, and a last one for what belongs to none of them alone: the dense blocks of
        the title and of the first section, and whether there is no text.
        """
        number = len(reading.kinds)
        weight = self._worth(reading.kinds, np.zeros(number, dtype=np.int64))
        blocks = [*self._words_and_seeds(reading.tokens), self._grams(reading.grams)]
        part, column, value = (np.concatenate([block[place] for block in blocks]) for place in range(3))
        order = np.lexsort((column, part))
        part, column, value = part[order], column[order], (value * weight[part])[order]
        length = np.sqrt((np.bincount(column, weights=value, minlength=1) ** 2).sum()) or 1.0
        starts = np.searchsorted(part, np.arange(number + 2))
        return Rows(starts, column, value / length, self._dense_parts(reading))

    def _dense_parts(self, reading: Reading) -> Floats:
        whole = self._dense([reading])[0]
        if self.vectors is None:
            return np.zeros((len(reading.kinds) + 1, 0))
        text = slice(len(whole) - 1 - self.vectors.n_dims, len(whole) - 1)  # the last of `BLOCKS`
        kept = [[word for word in part if self.tokenizer.keeps(word)] for part in reading.tokens]
        sums = np.zeros((len(reading.kinds) + 1, self.vectors.n_dims))
        for row, (kind, words) in enumerate(zip(reading.kinds, kept, strict=True)):
            if kind == "text" and words:
                sums[row] = self.vectors.of_words(words).sum(axis=0)
        length = float(np.sqrt((sums.sum(axis=0) ** 2).sum())) or 1.0
        out = np.zeros((len(sums), len(whole)))
        out[:, text] = self.vector_weight / length * sums
        out[-1] = whole
        out[-1, text] = 0.0
        return out

    def _dense(self, readings: Sequence[Reading]) -> Floats:
        if self.vectors is None:
            return np.zeros((len(readings), 0))
        blocks = self.vector_weight * self._meant(readings, self.vectors)
        return np.column_stack([blocks, [not reading.has_text for reading in readings]])

    def _meant(self, readings: Sequence[Reading], vectors: WordVectors) -> Floats:
        """Return the vectors of the blocks, of shape (n_readings, n_numbers); a training asks for them fifty times."""
        size, made_from = len(BLOCKS) * vectors.n_dims, [vectors, self.tokenizer.verdicts]
        new = [reading for reading in readings if reading.meant[:-1] != made_from]
        texts = [block for reading in new for block in self.blocks(reading)]
        for reading, row in zip(new, vectors.of_texts(texts).reshape(len(new), size), strict=True):
            reading.meant[:] = [*made_from, row]
        return np.array([reading.meant[-1] for reading in readings]).reshape(len(readings), size)

    def blocks(self, reading: Reading) -> list[list[str]]:
        """Return the words that each dense block is made of: those that can tell a theme, in the order of `BLOCKS`."""
        title, text = reading.words("title"), reading.words("text")
        return [self.tokenizer.kept(chain.from_iterable(parts)) for parts in (title, text[:1], text)]

    def knows(self, word: str) -> bool:
        """Return whether a word can tell a theme and has been met before, or has a vector."""
        if not self.tokenizer.keeps(word):
            return False
        return word in self.words_ or (self.vectors is not None and bool(self.vectors.parts(word)))

    def seeds_in(self, reading: Reading) -> dict[str, Counter[str]]:
        """Return, per theme, how often each of its seed words stands in the report."""
        found: dict[str, Counter[str]] = {theme: Counter() for theme in self.codebook.ids}
        announcing = filter(self.themes_of.__getitem__, chain.from_iterable(reading.tokens))
        for token, count in Counter(announcing).items():
            for theme in self.themes_of[token]:
                found[self.codebook.ids[theme]][token] += count
        return found

    def _words_and_seeds(self, tokens: list[list[str]]) -> list[tuple[Ints, Ints, Floats]]:
        """Return the blocks that are made of words; each distinct word is looked up once."""
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__  # the next number
        sizes = [len(part) for part in tokens]
        parts = np.repeat(np.arange(len(tokens)), sizes)
        words = np.fromiter(map(numbers.__getitem__, chain.from_iterable(tokens)), np.int64, sum(sizes))
        columns = np.fromiter(map(self.words_.get, numbers, repeat(-1)), np.int64, len(numbers))[words]
        known = columns >= 0
        told = np.fromiter(map(self.tokenizer.verdicts.__getitem__, numbers), np.bool_, len(numbers))[words]
        totals = np.bincount(parts[told], minlength=len(tokens))
        announced = np.zeros((len(numbers), len(self.codebook.ids)))
        for token in filter(self.themes_of.__getitem__, numbers):
            announced[numbers[token], list(self.themes_of[token])] = 1
        seeds = (announced.sum(axis=1) > 0)[words]
        counts = [np.bincount(parts[seeds], theme[words[seeds]], minlength=len(tokens)) for theme in announced.T]
        return [self._tfidf(parts[known], columns[known], 1.0), self._seeds(np.stack(counts, axis=1), totals)]

    def _grams(self, grams: list[Keys]) -> tuple[Ints, Ints, Floats]:
        keys = np.concatenate([np.empty(0, np.uint64), *grams])
        parts = np.repeat(np.arange(len(grams)), [len(part) for part in grams])
        places = self._gram_index.find(keys)
        known = places >= 0
        return self._tfidf(parts[known], places[known] + len(self.words_), self.gram_weight)

    @property
    def _gram_index(self) -> GramIndex:
        if self._index is None or self._index.vocabulary is not self.grams_:
            self._index = GramIndex(self.grams_)
        return self._index

    def _tfidf(self, parts: Ints, columns: Ints, weight: float) -> tuple[Ints, Ints, Floats]:
        """Return part, column and value of a block: sublinear TF-IDF, of length `weight` in each part."""
        keys, counts = np.unique(parts * self.n_columns + columns, return_counts=True)
        part, column = self._split(keys)
        values = (1 + np.log(counts)) * self.idf_[column]
        lengths = np.sqrt(np.bincount(part, weights=values**2, minlength=1))
        return part, column, weight * values / lengths[part]

    def _split(self, keys: Ints) -> tuple[Ints, Ints]:
        row = keys // self.n_columns  # divmod takes three times as long
        return row, keys - row * self.n_columns

    def seed_counts(self, tokens: Sequence[str]) -> tuple[Floats, int]:
        """Return how often each theme is announced among tokens, and how many of them can tell a theme at all.

        Returns
        -------
        announced : ndarray of shape (n_themes,)
        words : int
            At least 1, so that a share can be taken.
        """
        announced = np.zeros(len(self.codebook.ids))
        for token in filter(self.themes_of.__getitem__, tokens):
            for theme in self.themes_of[token]:
                announced[theme] += 1
        return announced, max(1, len(self.tokenizer.kept(tokens)))

    def _seeds(self, counts: Floats, words: Array) -> tuple[Ints, Ints, Floats]:
        # Not scaled to unit length: how dense the seed words stand is what this block has to say.
        density = counts / np.maximum(words, 1)[:, None]
        parts, themes = np.nonzero(density)
        values = self.seed_weight * np.sqrt(np.minimum(density[parts, themes], 1.0))
        return parts, themes + len(self.idf_), values

    def to_state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Return settings with vocabulary as plain data, and arrays, for a model folder."""
        names = (one.name for one in fields(self) if one.kw_only and one.init and one.name != "vectors")
        settings = {name: getattr(self, name) for name in names}  # vectors have a file of their own
        return settings | {"words": list(self.words_)}, {"grams": self.grams_, "idf": self.idf_.astype(np.float32)}

    @classmethod
    def from_state(
        cls,
        tokenizer: Tokenizer,
        codebook: Codebook,
        settings: dict[str, Any],
        arrays: dict[str, Array],
        *,
        vectors: WordVectors | None = None,
    ) -> Features:
        """Rebuild features from what `to_state` returned and their vectors; shapes are checked by the caller."""
        chosen = {key: value for key, value in settings.items() if key != "words"}
        features = cls(tokenizer, codebook, vectors=vectors, **chosen)
        features.words_ = {word: column for column, word in enumerate(settings["words"])}
        features.grams_ = arrays["grams"]
        features.idf_ = arrays["idf"].astype(float)
        return features


def _parts(report: Report) -> list[tuple[str, str]]:
    """Return the kind and the text of all that a report has to read."""
    parts = [("title", report.title), ("authors", report.authors or "")]
    parts += [("text", section) for section in cut_sections(report.text)]
    return [(kind, text) for kind, text in parts if text.strip()]
