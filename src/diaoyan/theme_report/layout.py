"""Facts for the map: a place in the plane for every report, or for every n-th of very many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.tagging import Tag

if TYPE_CHECKING:
    import pandas as pd

#: Most reports that get a place: more points hide each other, and t-SNE's cost grows with their square.
PLACED = 600


def places(
    table: pd.DataFrame, counts: Sequence[Counter[str]], *, tags: Sequence[Tag], random_state: int
) -> pd.DataFrame:
    """Return ``report_id, month, no, title, theme, x, y, status, needs_review``.

    Positions have no unit, and are null for reports beyond every n-th of more than 600.

    Parameters
    ----------
    table : DataFrame
        The reports.
    counts : sequence of Counter
        Words of each report.
    tags : sequence of Tag
    random_state : int
        Decides the layout.
    """
    chosen = list(range(0, len(counts), -(-len(counts) // PLACED)))
    positions = np.full((len(counts), 2), np.nan)
    positions[chosen] = _positions([counts[i] for i in chosen], [tags[i] for i in chosen], random_state)
    frame = table[["report_id", "month", "no", "title", "status", "needs_review"]].copy()
    frame.insert(4, "theme", table["primary"])
    frame.insert(5, "x", positions[:, 0])
    frame.insert(6, "y", positions[:, 1])
    return frame


def _positions(counts: Sequence[Counter[str]], tags: Sequence[Tag], random_state: int) -> npt.NDArray[np.float64]:
    """Return a place in the plane for every report, near to those whose words and scores are alike."""
    number = len(counts)
    if number < 5:
        return np.array([[float(row % 2), float(row // 2)] for row in range(number)])
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.manifold import TSNE

    # A report without a single known word still has its scores; the empty word keeps the table from having no column.
    rows = TfidfTransformer(sublinear_tf=True).fit_transform(DictVectorizer().fit_transform([*counts, {"": 1}]))[:-1]
    # The scores give the map its continents, the words its landscape.
    alike = np.array([list(tag.probabilities.values()) for tag in tags])
    size = min(20, number - 1, rows.shape[1] - 1)
    if size:
        # Reports that are all the same differ in nothing: the share of variance, which no one reads, divides by zero.
        with np.errstate(divide="ignore", invalid="ignore"):
            words = TruncatedSVD(size, algorithm="arpack", random_state=random_state).fit_transform(rows)
        alike = np.column_stack([words / max(float(np.abs(words).max()), 1e-9), alike])
    if np.ptp(alike, axis=0).max() < 1e-9:
        return np.zeros((number, 2))  # the map itself moves points apart that lie in one place
    perplexity = min(15.0, (number - 1) / 3)
    layout = TSNE(2, perplexity=perplexity, init="pca", method="exact", random_state=random_state, max_iter=500)
    return np.asarray(layout.fit_transform(alike)).round(2)
