"""How far found themes can be trusted: coherence and diversity of their words, stability under other data and seeds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence, Set

import numpy as np
import numpy.typing as npt

from diaoyan.discovery.assignment import assigned
from diaoyan.discovery.material import Floats, Material

#: Words by which a theme is compared and judged.
JUDGED_WORDS = 10
#: Share of the reports that a resample draws.
DRAWN = 0.8
_TINY = float(np.finfo(np.float64).eps)


def coherence(words: Sequence[str], material: Material) -> float:
    """Return the mean NPMI of all pairs of `words` over the sections of the material.

    Normalised pointwise mutual information (Bouma 2009) of standing in the same section; the sections of the fitted
    corpus are the reference. Between -1 and 1; 0 for fewer than two known words.
    """
    column = {word: number for number, word in enumerate(material.words)}
    known = [column[word] for word in words if word in column]
    if len(known) < 2:
        return 0.0
    present = (material.counts[material.shaping][:, known] > 0).astype(float)
    together = np.asarray((present.T @ present).todense()) / present.shape[0]
    alone = np.diag(together)
    values = []
    for i in range(len(known)):
        for j in range(i):
            both = together[i, j]
            if both == 0:
                values.append(-1.0)
            elif both >= 1:
                values.append(1.0)
            else:
                values.append(float(np.log(both / (alone[i] * alone[j])) / -np.log(both)))
    return float(np.mean(values))


def diversity(words_of: Sequence[Sequence[str]]) -> float:
    """Return the share of different words among the top words of all themes, between 0 and 1.

    Examples
    --------
    >>> diversity([["贷款", "银行"], ["银行", "农户"]])
    0.75
    """
    everything = [word for words in words_of for word in words]
    return len(set(everything)) / len(everything) if everything else 0.0


def draws(reports: int, runs: int, *, random_state: int) -> list[npt.NDArray[np.int64]]:
    """Return the rows of `runs` resamples, each of 80 % of the reports, drawn without replacement and sorted.

    Examples
    --------
    >>> [len(rows) for rows in draws(10, 2, random_state=0)]
    [8, 8]
    """
    generator = np.random.default_rng(random_state)
    size = max(1, round(DRAWN * reports))
    return [np.sort(generator.permutation(reports)[:size]).astype(np.int64) for _ in range(runs)]


def agreement(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> float:
    """Return the adjusted Rand index of two partitions of the same things: 1 if equal, 0 as by chance.

    Hubert and Arabie (1985), "Comparing partitions". Groups are numbered from 0; scikit-learn's function, which takes
    labels of any kind, spends nearly all of its time on finding out of which kind they are.

    Examples
    --------
    >>> agreement(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    if not len(one):
        return 1.0
    table = np.bincount(one * (other.max() + 1) + other)
    both, of_one, of_other = (_pairs(counts) for counts in (table, np.bincount(one), np.bincount(other)))
    by_chance = of_one * of_other / max(_pairs(np.array([len(one)])), 1)
    most = (of_one + of_other) / 2
    return 1.0 if most == by_chance else float((both - by_chance) / (most - by_chance))


def _pairs(counts: npt.NDArray[np.int64]) -> int:
    return int((counts * (counts - 1) // 2).sum())


def mutual_information(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Return the adjusted mutual information of two partitions of the same things: 1 if equal, 0 as by chance.

    Vinh, Epps and Bailey (2010), with the arithmetic mean of both entropies, as scikit-learn has it.

    Examples
    --------
    >>> round(mutual_information("aabb", "xxyy"), 4), round(mutual_information("aabb", "xyxy"), 4)
    (1.0, -0.5)
    """
    total = len(one)
    of_one, of_other = (list(Counter(labels).values()) for labels in (one, other))
    if len(of_one) == len(of_other) and len(of_one) in {1, total}:
        return 1.0
    first, second = Counter(one), Counter(other)
    shared = sum(
        n / total * math.log(total * n / (first[a] * second[b]))
        for (a, b), n in sorted(Counter(zip(one, other, strict=True)).items(), key=lambda pair: pair[1])
    )
    by_chance = sum(_shared_by_chance(a, b, total) for a in of_one for b in of_other)
    most = sum(-n / total * math.log(n / total) for n in (*of_one, *of_other)) / 2
    apart = most - by_chance
    # As far from nothing as a number can tell, with its sign.
    return (shared - by_chance) / (min(apart, -_TINY) if apart < 0 else max(apart, _TINY))


def _shared_by_chance(a: int, b: int, total: int) -> float:
    """Return what two groups of these sizes add to the mutual information of partitions drawn by chance."""
    fixed = sum(map(_log_factorial, (a, b, total - a, total - b))) - _log_factorial(total)

    def added(n: int) -> float:
        chance = math.exp(fixed - sum(map(_log_factorial, (n, a - n, b - n, total - a - b + n))))
        return n / total * math.log(total * n / (a * b)) * chance

    return sum(map(added, range(max(1, a + b - total), min(a, b) + 1)))


def _log_factorial(number: int) -> float:
    return math.lgamma(number + 1)


def pairwise_agreement(partitions: Sequence[npt.NDArray[np.int64]]) -> float:
    """Return the mean adjusted Rand index over all pairs of partitions; -1 in a partition marks what it lacks.

    Examples
    --------
    >>> pairwise_agreement([np.array([0, 0, 1, -1]), np.array([1, 1, 0, 2])])
    1.0
    """
    values = []
    for number, one in enumerate(partitions):
        for other in partitions[:number]:
            both = (one >= 0) & (other >= 0)
            values.append(agreement(one[both], other[both]))
    return float(np.mean(values)) if values else 1.0


def error_of_mean(values: Sequence[float], *, fewest: int) -> float:
    """Return the standard error of the mean of `values`; infinite for fewer than `fewest`.

    Examples
    --------
    >>> round(error_of_mean([0.9, 1.0, 0.8], fewest=3), 3), error_of_mean([0.9, 1.0], fewest=3)
    (0.058, inf)
    """
    if len(values) < max(2, fewest):
        return float("inf")
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))


def matched_words(fitted: Sequence[Sequence[str]], again: Sequence[Sequence[str]]) -> Floats:
    """Return how well the top words of each theme come back in a refit.

    The themes of both are matched so that the sum of the Jaccard indices of their top words is greatest (Greene,
    O'Callaghan and Cunningham 2014).

    Returns
    -------
    ndarray of shape (n_themes,)
        Jaccard index with the match, 0 for a theme without one.

    Examples
    --------
    >>> matched_words([["贷款", "银行"], ["农户", "耕地"]], [["耕地", "农户"], ["贷款", "保险"]]).round(2).tolist()
    [0.33, 1.0]
    """
    table = np.array([[jaccard(set(one), set(other)) for other in again] for one in fitted])
    result = np.zeros(len(fitted))
    for ours, theirs in assigned(table):
        result[ours] = table[ours, theirs]
    return result


def jaccard(one: Set[str], other: Set[str]) -> float:
    """Return the Jaccard index of two sets, 0 to 1.

    Examples
    --------
    >>> jaccard({"a", "b"}, {"b"})
    0.5
    """
    return len(one & other) / len(one | other) if one or other else 0.0
