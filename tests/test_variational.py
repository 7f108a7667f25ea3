"""Topics of our own are gensim's, to the last digits."""

from __future__ import annotations

import numpy as np
import pytest
from gensim.models import LdaModel
from scipy.sparse import csr_matrix
from scipy.special import psi

from diaoyan.discovery.variational import digamma, topics_of


@pytest.mark.parametrize("topics", [2, 7])  # gensim draws once more where it logs only some of the topics
def test_topics_are_those_of_gensim(topics: int) -> None:
    chance = np.random.default_rng(topics)
    words = 60
    likely = chance.dirichlet(np.full(words, 0.1), topics)
    counts = chance.poisson(40 * chance.dirichlet(np.full(topics, 0.2), 50) @ likely).astype(float)
    counts[3] = 0
    shaping = np.arange(50) % 5 > 0
    start, eta = 5 * likely, np.full((topics, words), 0.01)
    bags = [[(int(word), int(row[word])) for word in np.flatnonzero(row)] for row in counts]
    model = LdaModel(
        id2word={word: str(word) for word in range(words)}, num_topics=topics, alpha=np.full(topics, 0.1), eta=eta,
        passes=2, iterations=100, chunksize=len(bags), eval_every=None, dtype=np.float64, random_state=3,
    )  # fmt: skip
    model.state.sstats = start.copy()
    model.sync_state()
    model.update([bag for bag, shapes in zip(bags, shaping, strict=True) if shapes])
    expected, _ = model.inference(bags)
    found = topics_of(csr_matrix(counts), shaping, start, alpha=0.1, eta=eta, passes=2, random_state=3)
    assert np.abs(found - expected).max() < 1e-7
    assert found[3].tolist() == [0.1] * topics


def test_the_digamma_function_is_that_of_scipy() -> None:
    numbers = np.array([[1e-3, 0.1, 1.0, 8.4], [8.5, 8.6, 100.0, 1e6]])
    assert np.abs(digamma(numbers) / psi(numbers) - 1).max() < 1e-10
