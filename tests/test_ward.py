"""Ward's tree of our own is cut as SciPy's is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import cut_tree, linkage

from diaoyan.discovery.ward import cut


@pytest.mark.parametrize("count", [3, 5, 40, 200])
@pytest.mark.parametrize("kinds", [4, 1000])  # with few kinds, many things are equally far apart
def test_groups_are_those_of_scipy(count: int, kinds: int) -> None:
    votes = np.random.default_rng(count).integers(0, kinds, (count, 20))
    apart = np.sqrt((votes[:, None] != votes).mean(2))
    tree = linkage(apart[np.triu_indices(count, 1)], "ward")
    numbers = [number for number in (1, 2, 3, 6, 10) if number < count]
    expected = cut_tree(tree, numbers).T
    assert [labels.tolist() for labels in cut(apart, numbers)] == expected.tolist()


def test_there_may_be_as_many_groups_as_things() -> None:
    assert [labels.tolist() for labels in cut(1 - np.eye(3), [1, 3])] == [[0, 0, 0], [0, 1, 2]]
    assert [labels.tolist() for labels in cut(np.zeros((1, 1)), [1])] == [[0]]
