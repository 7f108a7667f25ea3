"""Facts for the map: a place in the plane for every report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.report import Report
from diaoyan.tagging import Tag, Tagger

if TYPE_CHECKING:
    import pandas as pd

#: Reports up to which the map is laid out by t-SNE; beyond, its cost grows too fast and a projection has to do.
LAID_OUT = 1500


def places(
    table: pd.DataFrame, reports: Sequence[Report], *, tags: Sequence[Tag], tagger: Tagger, random_state: int
) -> pd.DataFrame:
    """Return ``report_id, month, no, title, theme, x, y, status, needs_review``; positions have no unit."""
    positions = _positions(reports, tags, tagger, random_state)
    frame = table[["report_id", "month", "no", "title", "status", "needs_review"]].copy()
    frame.insert(4, "theme", table["primary"])
    frame.insert(5, "x", positions[:, 0])
    frame.insert(6, "y", positions[:, 1])
    return frame


def _positions(
    reports: Sequence[Report], tags: Sequence[Tag], tagger: Tagger, random_state: int
) -> npt.NDArray[np.float64]:
    """Return a place in the plane for every report, near to those whose words and scores are alike."""
    count = len(reports)
    if count < 5:
        return np.array([[float(row % 2), float(row // 2)] for row in range(count)])
    from sklearn.decomposition import TruncatedSVD
    from sklearn.manifold import TSNE

    features = tagger.features_
    rows = features.rows(features.read(reports)).matrix(features.n_columns)
    size = min(20, count - 1, rows.shape[1] - 1)
    # Reports that are all the same differ in nothing: the share of variance, which no one reads, divides by zero.
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = TruncatedSVD(size, algorithm="arpack", random_state=random_state).fit_transform(rows)
    # The scores give the map its continents, the words its landscape.
    probabilities = np.array([[tag.probabilities[name] for name in tagger.classes] for tag in tags])
    alike = np.column_stack([alike / max(float(np.abs(alike).max()), 1e-9), probabilities])
    if count > LAID_OUT:
        from sklearn.decomposition import PCA

        return np.asarray(PCA(2, svd_solver="full").fit_transform(alike)).round(4)
    perplexity = min(15.0, (count - 1) / 3)
    layout = TSNE(2, perplexity=perplexity, init="pca", method="exact", random_state=random_state, max_iter=500)
    return np.asarray(layout.fit_transform(alike)).round(2)
