"""Features of a report for the classifier: words, character n-grams and seed words, of title and of text.

Only NumPy is needed to compute them, so that tagging starts fast; scikit-learn comes in where a classifier is fitted.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from diaoyan.preprocess import Tokenizer
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Keys = npt.NDArray[np.uint64]
_FIRST, _LAST = 0x3400, 0x9FFF  # Han characters; the few beyond the basic plane carry no theme


@dataclass(frozen=True, slots=True)
class Document:
    """Title, text and authors of a report, the classifier's view of it; any may be empty."""

    title: str
    text: str
    authors: str = ""


class Features:
    """Turn documents into sparse vectors of unit length.

    Title, text and authors are vectors of their own, each made of three blocks (TF-IDF of words, TF-IDF of character
    2- and 3-grams, square root of the density of each theme's seed words). Their weighted sum, scaled to unit length,
    is the document, so that a title alone speaks with the same voice as a long text.

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
    >>> features = Features(tokenizer, codebook).fit([Document("宅基地调查", "农户与宅基地。"), Document("银行", "贷款。")])
    >>> columns, values = features.vector(Document("宅基地", ""))
    >>> [features.name(c) for c in columns], round(float(values @ values), 6)
    (['宅基地', 'seeds:rural'], 1.0)
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        codebook: Codebook,
        *,
        title_weight: float = 1.0,
        authors_weight: float = 0.6,
        gram_weight: float = 0.6,
        seed_weight: float = 1.0,
        max_grams: int = 30_000,
    ) -> None:
        self.tokenizer = tokenizer
        self.codebook = codebook
        self.title_weight = title_weight
        self.authors_weight = authors_weight
        self.gram_weight = gram_weight
        self.seed_weight = seed_weight
        self.max_grams = max_grams
        self.themes_of_seed = _themes_of_seed(tokenizer, codebook)

    def fit(self, documents: Sequence[Document]) -> Features:
        """Learn the vocabulary: words of two documents or more, n-grams of three or more.

        In a corpus of fewer than 20 documents every word and n-gram of two is kept.
        """
        least_words, least_grams = (2, 3) if len(documents) >= 20 else (1, 2)
        words: Counter[str] = Counter()
        grams: list[Keys] = []
        for document in documents:
            both = f"{document.title}\n{document.authors}\n{document.text}"
            words.update(set(self.tokenizer(both)))
            grams.append(np.unique(_grams(both)))
        kept = sorted(word for word, count in words.items() if count >= least_words)
        self.words_ = {word: column for column, word in enumerate(kept)}
        keys, counts = np.unique(np.concatenate([*grams, np.empty(0, np.uint64)]), return_counts=True)
        common = counts >= least_grams
        keys, counts = keys[common], counts[common]
        if len(keys) > self.max_grams:
            order = np.lexsort((keys, -counts))[: self.max_grams]
            order.sort()
            keys, counts = keys[order], counts[order]
        self.grams_ = keys
        frequencies = np.concatenate([np.array([words[word] for word in kept], dtype=float), counts.astype(float)])
        # Rounded as a model folder keeps them, so that a loaded model gives the very same numbers.
        self.idf_ = (np.log((1 + len(documents)) / (1 + frequencies)) + 1).astype(np.float32).astype(float)
        return self

    @property
    def n_columns(self) -> int:
        """Number of columns: words, n-grams, and one per theme."""
        return len(self.idf_) + len(self.codebook.ids)

    def name(self, column: int) -> str:
        """Return what a column stands for: a word, an n-gram in 〔〕, or ``seeds:<theme>``."""
        if column < len(self.words_):
            return self._word_list()[column]
        if column < len(self.idf_):
            return f"〔{_gram_text(int(self.grams_[column - len(self.words_)]))}〕"
        return f"seeds:{self.codebook.ids[column - len(self.idf_)]}"

    def vector(self, document: Document) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Return columns (ascending) and values of one document; both empty if nothing in it is known."""
        columns: list[npt.NDArray[np.int64]] = []
        values: list[npt.NDArray[np.float64]] = []
        parts = ((document.title, self.title_weight), (document.authors, self.authors_weight), (document.text, 1.0))
        for part, weight in parts:
            if part and weight:
                for cols, vals in self._blocks(part):
                    columns.append(cols)
                    values.append(vals * weight)
        if not columns:
            return np.empty(0, np.int64), np.empty(0)
        merged, inverse = np.unique(np.concatenate(columns), return_inverse=True)
        summed = np.bincount(inverse, weights=np.concatenate(values), minlength=len(merged))
        length = math.sqrt(float(summed @ summed))
        return merged, summed / length if length else summed

    def matrix(self, documents: Iterable[Document]) -> csr_matrix:
        """Return the vectors of documents as the rows of a sparse matrix."""
        from scipy.sparse import csr_matrix

        rows = [self.vector(document) for document in documents]
        pointers = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([np.empty(0, np.int64), *(c for c, _ in rows)])
        values = np.concatenate([np.empty(0), *(v for _, v in rows)])
        return csr_matrix((values, columns, pointers), shape=(len(rows), self.n_columns))

    def seeds_in(self, document: Document) -> dict[str, Counter[str]]:
        """Return, per theme, how often each of its seed words stands in the document."""
        found: dict[str, Counter[str]] = {theme: Counter() for theme in self.codebook.ids}
        for token in self.tokenizer.cut(f"{document.title}\n{document.authors}\n{document.text}"):
            for theme in self.themes_of_seed.get(token, ()):
                found[self.codebook.ids[theme]][token] += 1
        return found

    def to_state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return settings with vocabulary as plain data, and arrays, for a model folder."""
        settings = {
            "title_weight": self.title_weight, "authors_weight": self.authors_weight, "gram_weight": self.gram_weight, "seed_weight": self.seed_weight, "max_grams": self.max_grams,
            "words": self._word_list(),
        }  # fmt: skip
        return settings, {"grams": self.grams_, "idf": self.idf_.astype(np.float32)}

    @classmethod
    def from_state(
        cls, tokenizer: Tokenizer, codebook: Codebook, settings: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]
    ) -> Features:
        """Rebuild features from what `to_state` returned; shapes are checked by the caller."""
        words = settings["words"]
        features = cls(tokenizer, codebook, **{key: value for key, value in settings.items() if key != "words"})
        features.words_ = {word: column for column, word in enumerate(words)}
        features.grams_ = arrays["grams"]
        features.idf_ = arrays["idf"].astype(float)
        return features

    def _blocks(self, part: str) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]:
        tokens = self.tokenizer.cut(part)
        counts = Counter(column for token in tokens if (column := self.words_.get(token)) is not None)
        columns = np.fromiter(counts.keys(), np.int64, len(counts))
        values = np.fromiter(counts.values(), float, len(counts))
        blocks = [_scaled(columns, (1 + np.log(values)) * self.idf_[columns], 1.0)]

        keys, repeats = np.unique(_grams(part), return_counts=True)
        places = np.searchsorted(self.grams_, keys)
        known = places < len(self.grams_)
        known[known] = self.grams_[places[known]] == keys[known]
        columns = places[known] + len(self.words_)
        blocks.append(_scaled(columns, (1 + np.log(repeats[known])) * self.idf_[columns], self.gram_weight))

        density = np.zeros(len(self.codebook.ids))
        for token in tokens:
            for theme in self.themes_of_seed.get(token, ()):
                density[theme] += 1
        content = max(1, sum(self.tokenizer.keeps(token) for token in tokens))
        # Not scaled to unit length: how dense the seed words stand is what this block has to say.
        present = np.flatnonzero(density)
        weighted = self.seed_weight * np.sqrt(np.minimum(density[present] / content, 1.0))
        blocks.append((present + len(self.idf_), weighted))
        return blocks

    def _word_list(self) -> list[str]:
        if getattr(self, "_words_in_order", None) is None:
            self._words_in_order = list(self.words_)
        return self._words_in_order


def _scaled(
    columns: npt.NDArray[np.int64], values: npt.NDArray[np.float64], weight: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    length = math.sqrt(float(values @ values))
    return columns, values * (weight / length) if length else values


def _grams(text: str) -> Keys:
    """Return the keys of all Chinese character 2- and 3-grams of `text`, repeats included."""
    normal = unicodedata.normalize("NFKC", text)
    codes = np.frombuffer(normal.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    han = (codes >= _FIRST) & (codes <= _LAST)
    two = han[:-1] & han[1:]
    pairs = (codes[:-1] << np.uint64(21)) | codes[1:]
    three = two[:-1] & han[2:]
    triples = (pairs[:-1] << np.uint64(21)) | codes[2:]
    return np.concatenate([pairs[two], triples[three]])


def _gram_text(key: int) -> str:
    characters = []
    while key:
        characters.append(chr(key & 0x1FFFFF))
        key >>= 21
    return "".join(reversed(characters))


def _themes_of_seed(tokenizer: Tokenizer, codebook: Codebook) -> dict[str, tuple[int, ...]]:
    """Map every token that announces themes to their positions in the codebook.

    A seed word announces its theme. A longer policy term that is not a seed itself announces the themes of the seeds
    it holds (农村产权交易 holds 农村), because the segmentation keeps it whole.
    """
    seeds: dict[str, list[int]] = {}
    for position, theme in enumerate(codebook.themes):
        for seed in theme.seeds:
            # A seed the segmentation does not know as one token can only be met in its normal form.
            seeds.setdefault("".join(tokenizer.cut(seed)) or seed, []).append(position)
    found = {seed: tuple(dict.fromkeys(positions)) for seed, positions in seeds.items()}
    for term in tokenizer.terms:
        if term not in found:
            held = dict.fromkeys(p for seed, positions in seeds.items() if seed in term for p in positions)
            if held:
                found[term] = tuple(held)
    return found
