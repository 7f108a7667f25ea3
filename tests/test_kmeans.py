"""k-means from many starts at once: the same middles as scikit-learn's from each of them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from diaoyan.discovery import kmeans as module
from diaoyan.discovery.kmeans import kmeans


@pytest.mark.parametrize("portion", [8_000_000, 1_000], ids=["all at once", "one by one"])
def test_each_start_ends_where_scikit_learn_ends(portion: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_NUMBERS", portion)
    chance = np.random.default_rng(0)
    points = chance.normal(size=(200, 6)) + 4 * chance.integers(0, 3, size=(200, 1))
    starts = [points[chance.choice(200, groups, replace=False)] for groups in (2, 3, 5, 8, 8, 12)]
    for start, middles in zip(starts, kmeans(points, starts), strict=True):
        expected = KMeans(len(start), init=start, n_init=1, max_iter=50, tol=0).fit(points).cluster_centers_
        np.testing.assert_allclose(middles, expected, atol=1e-9)


def test_a_group_without_points_is_given_the_farthest_one() -> None:
    points = np.array([[0.0], [0.1], [0.2], [10.0], [20.0]])
    (middles,) = kmeans(points, [np.array([[0.0], [0.1], [500.0]])])
    assert sorted(middles.ravel().round(6).tolist()) == [0.1, 10.0, 20.0]


def test_no_start_gives_nothing() -> None:
    assert kmeans(np.zeros((3, 2)), []) == []
