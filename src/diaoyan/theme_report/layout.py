"""Facts for the map: a place in the plane for every report, or for every n-th of very many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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
    """Return ``report_id, month, no, title, theme, x, y, status, needs_review, alike``.

    Positions have no unit, and are null for reports beyond every n-th of more than 600. `alike` is the cosine, 0 to 1,
    between the words of a report and of the one most like it; null for those, and where there is no text.

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
    frame["alike"] = np.nan
    written = [i for i in chosen if table["status"].iloc[i] != "missing"]
    if len(written) > 1:
        frame.loc[frame.index[written], "alike"] = _alike([counts[i] for i in written])
    return frame


def _alike(counts: Sequence[Counter[str]]) -> npt.NDArray[np.float64]:
    """Return how much each report has in common with the one most like it."""
    rows = _weighted(counts)
    common = (rows @ rows.T).toarray()
    np.fill_diagonal(common, 0.0)
    return np.asarray(common.max(axis=1)).round(4)


def _weighted(counts: Sequence[Counter[str]]) -> Any:
    """Return the words of each report as a row of TF-IDF weights, of length 1 or 0."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer

    # The empty word keeps a table of reports without a single known word from having no column.
    return TfidfTransformer(sublinear_tf=True).fit_transform(DictVectorizer().fit_transform([*counts, {"": 1}]))[:-1]


def _positions(counts: Sequence[Counter[str]], tags: Sequence[Tag], random_state: int) -> npt.NDArray[np.float64]:
    """Return a place in the plane for every report, near to those whose words and scores are alike."""
    number = len(counts)
    if number < 5:
        return np.array([[float(row % 2), float(row // 2)] for row in range(number)])
    from sklearn.decomposition import TruncatedSVD
    from sklearn.manifold import TSNE

    rows = _weighted(counts)
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
