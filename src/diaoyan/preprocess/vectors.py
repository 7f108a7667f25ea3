"""`WordVectors`: what words mean, as a small table; the mean of a text's words is the text's own vector.

Words alone do not carry over from one source of texts to the next: a newspaper says 网店 where a report says 电子商务.
The table is made once, by ``scripts/build_vectors.py``, from a sentence encoder that is not needed afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from diaoyan.arrays import Array, Floats, read_arrays
from diaoyan.errors import ModelError
from diaoyan.language import gettext
from diaoyan.themes import Theme

#: Arrays of a stored table and their types.
ARRAYS = {"words": np.uint8, "table": np.int8, "scale": np.float32, "weight": np.float32}
#: Characters of the shortest known word that may stand as a part of an unknown one: single signs mean too much.
_PART = 2


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Vectors of words, eight bits a number, with the weight of each word in the mean of a text.

    A text's vector is the mean of its words' vectors, each weighted by ``a / (a + p)``, where `p` is the word's share
    of all words (smooth inverse frequency: Arora, Liang and Ma 2017, A simple but tough-to-beat baseline for sentence
    embeddings), scaled to unit length.

    Parameters
    ----------
    words : tuple of str
        In normal form.
    table : ndarray of shape (n_words, n_dims), int8
    scale : ndarray of shape (n_dims,), float32
        What one step of `table` is worth in each dimension.
    weight : ndarray of shape (n_words,), float32
        Between 0 and 1.

    Examples
    --------
    >>> table = np.array([[100, 0], [0, 100]], dtype=np.int8)
    >>> two = WordVectors(("电商", "宅基地"), table, np.full(2, 0.01, np.float32), np.ones(2, np.float32))
    >>> two.of_texts([["电商", "电商", "电商", "直播"], ["直播"]]).round(2).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    >>> two.of_texts([["电商宅基地"]]).round(2).tolist()
    [[0.71, 0.71]]
    """

    words: tuple[str, ...]
    table: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    weight: npt.NDArray[np.float32]

    @property
    def n_dims(self) -> int:
        """Numbers a vector has."""
        return int(self.table.shape[1])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def parts(self, word: str) -> tuple[int, ...]:
        """Return where a word stands in the table; of an unknown one, where its longest known parts stand.

        Examples
        --------
        >>> one = np.ones(2, np.float32)
        >>> table = WordVectors(("数字", "乡村"), np.eye(2, dtype=np.int8), one, one)
        >>> table.parts("乡村"), table.parts("数字乡村馆"), table.parts("乡数")
        ((1,), (0, 1), ())
        """
        known = self._places.get(word)
        if known is not None:
            return (known,)
        found, start = [], 0
        while start <= len(word) - _PART:
            ends = range(len(word) - (start == 0), start + _PART - 1, -1)
            part = next((self._places[word[start:end]] for end in ends if word[start:end] in self._places), None)
            if part is None:
                start += 1
            else:
                found.append(part)
                start += len(self.words[part])
        return tuple(found)

    def of_words(self, words: Sequence[str]) -> Floats:
        """Return the weighted vector of each word, of shape (n_words, n_dims); zeros for what is wholly unknown."""
        parts = [self.parts(word) for word in words]
        owner = np.repeat(np.arange(len(words)), [len(found) for found in parts])
        places = np.fromiter(chain.from_iterable(parts), np.int64, len(owner))
        vectors = np.zeros((len(words), self.n_dims))
        counts = np.bincount(owner, minlength=len(words))
        rows = self.table[places] * (self.scale * (self.weight[places] / counts[owner])[:, None])
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        if len(first):
            vectors[owner[first]] = np.add.reduceat(rows, first, axis=0)
        return vectors

    @cached_property
    def _seeds(self) -> dict[tuple[str, ...], Floats]:
        return {}

    def of_seeds(self, theme: Theme) -> Floats:
        """Return the vectors of a theme's seed words, of length 1 or 0; kept, since every resample asks for them."""
        if theme.seeds not in self._seeds:
            self._seeds[theme.seeds] = in_unit_length(self.of_words(theme.seeds))
        return self._seeds[theme.seeds]

    def of_texts(self, texts: Iterable[Sequence[str]]) -> Floats:
        """Return the vector of each text, of shape (n_texts, n_dims), of length 1, or 0 where no word is known.

        Parameters
        ----------
        texts : iterable of sequence of str
            Words that can tell a theme. No text's vector depends on the others'.
        """
        counted = [Counter(text) for text in texts]
        numbers: dict[str, int] = {}
        for word in chain.from_iterable(counted):
            numbers.setdefault(word, len(numbers))
        vectors = self.of_words(list(numbers))
        out = np.zeros((len(counted), self.n_dims))
        for row, counts in enumerate(counted):
            if counts:
                places = np.fromiter(map(numbers.__getitem__, counts), np.int64, len(counts))
                often = np.fromiter(counts.values(), np.float64, len(counts))
                # Sums of NumPy's own, not of a BLAS library whose threads may change the last digits.
                out[row] = np.einsum("i,ij->j", often, vectors[places])
        return in_unit_length(out)

    def to_arrays(self) -> dict[str, Array]:
        """Return the table as plain arrays, for a file."""
        words = np.frombuffer("\n".join(self.words).encode(), dtype=np.uint8)
        return {"words": words, "table": self.table, "scale": self.scale, "weight": self.weight}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array], *, where: str) -> WordVectors:
        """Rebuild a table from what `to_arrays` returned.

        Parameters
        ----------
        arrays : dict of str to ndarray
        where : str
            What to call the file in an error.

        Raises
        ------
        ModelError
            If arrays are missing, of another type or shape, or not finite.
        """
        if {name: array.dtype for name, array in arrays.items()} != {n: np.dtype(kind) for n, kind in ARRAYS.items()}:
            raise ModelError(
                gettext("{where}: expected the arrays {names} of word vectors; the file is damaged.").format(
                    where=where, names=", ".join(ARRAYS)
                )
            )
        try:
            words = tuple(arrays["words"].tobytes().decode().split("\n")) if len(arrays["words"]) else ()
        except UnicodeDecodeError:
            raise ModelError(
                gettext("{where}: the words of the vectors are not UTF-8; the file is damaged.").format(where=where)
            ) from None
        table, scale, weight = arrays["table"], arrays["scale"], arrays["weight"]
        one_row_a_word = table.ndim == 2 and len(table) == len(words) and weight.shape == (len(words),)
        if not one_row_a_word or scale.shape != table.shape[1:]:
            raise ModelError(
                gettext("{where}: words and vectors do not fit together; the file is damaged.").format(where=where)
            )
        if not (np.isfinite(scale).all() and np.isfinite(weight).all()):
            raise ModelError(
                gettext("{where}: the vectors hold what is no number; the file is damaged.").format(where=where)
            )
        return cls(words, table, scale, weight)

    @classmethod
    def load(cls, path: Path) -> WordVectors:
        """Read what `save` wrote.

        Raises
        ------
        ModelError
            If the file is missing or damaged.
        """
        return cls.from_arrays(read_arrays(path, what=gettext("the word vectors of a model")), where=str(path))

    def save(self, path: Path) -> None:
        """Write the table into one ``.npz`` file."""
        np.savez(path, allow_pickle=False, **self.to_arrays())


def meaning_of(theme: Theme, vectors: WordVectors) -> Floats:
    """Return the mean of what a theme's seed words mean, of shape (n_dims,) and length 1; zeros if none is known."""
    words = vectors.of_seeds(theme)
    mean: Floats = np.einsum("ij->j", words[words.any(1)])
    return np.asarray(in_unit_length(mean[None])[0])


def in_unit_length(rows: Floats) -> Floats:
    """Return rows scaled to length 1; rows of zeros stay."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    scaled: Floats = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled
