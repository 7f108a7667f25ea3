"""Places in the plane keep neighbours together at least as well as scikit-learn's t-SNE does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.manifold import TSNE

from diaoyan.theme_report.tsne import _gradient, _nearness, _widest, in_the_plane

Floats = npt.NDArray[np.float64]


def points(count: int) -> Floats:
    chance = np.random.default_rng(count)
    return np.vstack([chance.normal(row % 5, 0.7, 12) for row in range(count)])


def divergence(place: Floats, near: Floats) -> float:
    kernel = 1 / (1 + ((place[:, None] - place) ** 2).sum(2))
    np.fill_diagonal(kernel, 0)
    here, there = np.maximum(kernel / kernel.sum(), 1e-12), np.maximum(near, 1e-12)
    return float((near * np.log(there / here)).sum())


@pytest.mark.parametrize("count", [22, 33, 88, 150])
def test_neighbours_are_kept_as_well_as_by_scikit_learn(count: int) -> None:
    given = points(count)
    perplexity = min(15.0, (count - 1) / 3)
    near = _nearness(given, perplexity)
    model = TSNE(2, perplexity=perplexity, init="pca", method="exact", random_state=0, max_iter=500)
    theirs = divergence(model.fit_transform(given).astype(float), near)
    ours = divergence(in_the_plane(given, perplexity), near)
    assert theirs == pytest.approx(model.kl_divergence_, rel=0.01)  # the same measure
    assert ours <= theirs


def test_the_gradient_is_that_of_the_divergence() -> None:
    near, place = _nearness(points(12), 3.0), np.random.default_rng(0).normal(size=(12, 2))
    gradient = _gradient(place, near, np.empty_like(near), np.empty_like(near))
    for row, axis in [(0, 0), (5, 1), (11, 0)]:
        step = np.zeros_like(place)
        step[row, axis] = 1e-5
        slope = (divergence(place + step, near) - divergence(place - step, near)) / 2e-5
        assert gradient[row, axis] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_each_point_has_as_many_neighbours_as_are_asked_for() -> None:
    near = _nearness(points(60), 10.0)
    assert near.sum() == pytest.approx(1)
    assert np.allclose(near, near.T)
    assert _widest(points(60))[:, 0].std() == pytest.approx(1e-4)


def test_the_same_points_get_the_same_places() -> None:
    assert in_the_plane(points(20), 6.0).tobytes() == in_the_plane(points(20), 6.0).tobytes()
