"""How far found themes can be trusted: coherence and diversity of their words, stability under resampling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from diaoyan.discovery.material import Floats, Material

#: A theme whose words come back in less than this share of the resamples is called unstable.
STABLE = 0.4


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


def stability(
    fitted: Sequence[Sequence[str]],
    refit: Callable[[Material, int], list[list[str]]],
    *,
    material: Material,
    runs: int,
    random_state: int,
) -> Floats:
    """Return how well the top words of each theme come back when a fifth of the reports is left out.

    Each run refits on 80 % of the reports with another seed; its themes are matched to the fitted ones so that the sum
    of Jaccard indices of their top words is greatest (Greene, O'Callaghan and Cunningham 2014).

    Returns
    -------
    ndarray of shape (n_themes,)
        Mean Jaccard index over the runs, between 0 and 1.
    """
    from scipy.optimize import linear_sum_assignment

    generator = np.random.default_rng(random_state)
    size = len(material.reports)
    total = np.zeros(len(fitted))
    for run in range(runs):
        rows = np.sort(generator.permutation(size)[: max(1, round(0.8 * size))])
        again = refit(material.sample(rows), random_state + run + 1)
        table = np.array([[_jaccard(one, other) for other in again] for one in fitted])
        ours, theirs = linear_sum_assignment(-table)
        total[ours] += table[ours, theirs]
    return total / runs


def _jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0.0
