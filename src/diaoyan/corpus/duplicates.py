"""Which reports are nearly the same: sketches of their texts, candidates among them, and the exact comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from diaoyan.report import Report, bare

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

#: Share of character 5-grams (Jaccard) from which two reports count as the same one.
SAME = 0.7
#: Numbers of a sketch; with 16 bands of 4, one in a hundred of the pairs that share 70 % of their 5-grams is missed.
_NUMBERS, _BANDS = 64, 16
_BAND = 4 * _NUMBERS // _BANDS
#: Texts are compared if their sketches agree in so many numbers: 3.5 standard deviations below what `SAME` expects.
_EQUAL = 32
#: An odd number with bits all over (2 to the 64th by the golden ratio: Knuth, vol. 3, 6.4).
_MIXING = 0x9E3779B97F4A7C15
#: Below these lengths, in bare characters, texts and titles are too alike by chance.
_LEAST_TEXT, _LEAST_TITLE = 50, 8


def near_duplicates(reports: Sequence[Report]) -> npt.NDArray[np.int64]:
    """Return a group number for every report; reports that are nearly the same share one.

    Two reports are nearly the same if their bare titles are equal and at least one has no text, or if they share most
    of their character 5-grams (MinHash, Broder 1997, with locality-sensitive hashing; the candidates are then
    compared exactly).

    Returns
    -------
    ndarray of shape (n_reports,)
        Group numbers from 0, in order of first appearance.

    Examples
    --------
    >>> text = "全县共有行政村一百二十个，其中集体经济年收入十万元以上的四十五个。" * 3
    >>> a, b, c = Report("a", "甲", text=text), Report("b", "乙", text=text + "完。"), Report("c", "丙", text="无关。")
    >>> near_duplicates([a, b, c]).tolist()
    [0, 0, 1]
    """
    import numpy as np

    first = first_alike(
        [report.title for report in reports], [sketch(report.text) for report in reports], lambda row: reports[row].text
    )
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(row, len(numbers)) for row in first], dtype=np.int64)


@lru_cache(maxsize=512)
def sketch(text: str) -> bytes | None:
    """Return the MinHash of a text's character 5-grams; nothing if there is no text, no bytes if it is too short.

    The numbers are those of datasketch 2, which takes half a second to load for these few lines.
    """
    import numpy as np

    characters = np.frombuffer(bare(text).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    if len(characters) < _LEAST_TEXT:
        return b"" if text.strip() else None
    # All 5-grams are hashed at once: a polynomial over their characters, its upper half, which is the well-mixed one.
    numbers = np.zeros(len(characters) - 4, dtype=np.uint64)
    for place in range(5):
        numbers = numbers * _MIXING + characters[place : len(characters) - 4 + place]
    hashes = _stirred(np.unique(numbers * _MIXING >> np.uint64(32)).astype(np.uint32))
    times, plus = _permutations()
    return bytes((hashes[:, None] * times + plus).min(0).astype("<u4").tobytes())


@cache
def _permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return what hashes are multiplied by, an odd number, and what is added: each a permutation of 32 bits."""
    import numpy as np

    chance = np.random.RandomState(1)
    times = chance.randint(0, 1 << 31, _NUMBERS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return times, chance.randint(0, 1 << 32, _NUMBERS, dtype=np.uint32)


def _stirred(hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Return hashes that differ in all bits where they differed in one: the last step of MurmurHash3."""
    import numpy as np

    half, less = np.uint32(16), np.uint32(13)
    hashes = (hashes ^ (hashes >> half)) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> less)) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> half)


def sketched_by() -> str:
    """Return what sketches depend on; those made otherwise cannot be compared."""
    return f"{_NUMBERS} affine permutations of seed 1 over polynomial hashes"


def bands(sketched: bytes | None) -> Iterator[bytes]:
    """Yield the keys of a sketch; texts that share none are not nearly the same."""
    for start in range(0, len(sketched or b""), _BAND):
        yield start.to_bytes(2) + (sketched or b"")[start : start + _BAND]


def first_alike(
    titles: Sequence[str],
    sketches: Sequence[bytes | None],
    text: Callable[[int], str],
    *,
    unsettled: Collection[int] | None = None,
    joined: Iterable[tuple[int, int]] = (),
) -> list[int]:
    """Return for every row the first row of its group of near-duplicates, itself if there is none before it.

    Parameters
    ----------
    titles, sketches : sequences of shape (n_rows,)
    text : callable
        Gives the text of a row; asked for candidates alone.
    unsettled : collection of int, optional
        Rows to compare with all others; those not in it are only joined as `joined` says. All if not given.
    joined : iterable of pairs of int
        Rows known to be in one group.
    """
    parent = list(range(len(titles)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def join(one: int, two: int) -> None:
        first, second = sorted((root(one), root(two)))
        parent[second] = first

    grams = lru_cache(maxsize=256)(lambda row: _grams(text(row)))
    compared = range(len(titles)) if unsettled is None else unsettled
    for one, two in joined:
        join(one, two)
    for one, two in _pairs(([title] if len(title) >= _LEAST_TITLE else [] for title in map(bare, titles)), compared):
        if sketches[one] is None or sketches[two] is None:
            join(one, two)
    for one, two in _pairs(map(bands, sketches), compared):
        if root(one) != root(two) and _alike(sketches[one], sketches[two]):
            shared = len(grams(one) & grams(two))
            if shared >= SAME * (len(grams(one)) + len(grams(two)) - shared):
                join(one, two)
    return [root(row) for row in range(len(titles))]


def _grams(text: str) -> set[str]:
    text = bare(text)
    return {text[i : i + 5] for i in range(len(text) - 4)} if len(text) >= _LEAST_TEXT else set()


def _pairs(keys: Iterable[Iterable[str | bytes]], compared: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of rows that have a key in common, and of which one is to be compared."""
    buckets: defaultdict[str | bytes, list[int]] = defaultdict(list)
    for row, own in enumerate(keys):
        for key in own:
            buckets[key].append(row)
    for bucket in buckets.values():
        if len(bucket) > 1:
            for one in bucket:
                if one in compared:
                    yield from ((one, two) for two in bucket if two < one or (two > one and two not in compared))


def _alike(one: bytes | None, two: bytes | None) -> bool:
    numbers = zip(memoryview(one or b"").cast("I"), memoryview(two or b"").cast("I"), strict=True)
    return sum(a == b for a, b in numbers) >= _EQUAL
