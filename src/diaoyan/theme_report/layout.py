"""Facts for the map: for every report, or every n-th of very many, a place in the plane and how alike another is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.discovery.latent import tfidf
from diaoyan.theme_report.tsne import in_the_plane

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]

#: Most reports that get a place: more points hide each other, and t-SNE's cost grows with their square.
PLACED = 600


def chosen(reports: int) -> range:
    """Return the rows of the reports that get a place: all, or every n-th of very many.

    Examples
    --------
    >>> chosen(88), chosen(1000)
    (range(0, 88), range(0, 1000, 2))
    """
    return range(0, reports, max(1, -(-reports // PLACED)))


def places(table: pd.DataFrame, spots: Floats) -> pd.DataFrame:
    """Return ``report_id, month, no, title, theme, x, y, status, needs_review, alike``.

    Positions have no unit, and are null for reports that are not `chosen`. `alike` is the cosine, 0 to 1, between the
    words of a report and of the one most like it; null for those, and where there is no text.

    Parameters
    ----------
    table : DataFrame
        The reports.
    spots : ndarray of shape (n_chosen, 3)
        See `spots`.
    """
    every = np.full((len(table), 3), np.nan)
    every[chosen(len(table))] = spots
    frame = table[["report_id", "month", "no", "title", "status", "needs_review"]].copy()
    frame.insert(4, "theme", table["primary"])
    frame.insert(5, "x", every[:, 0])
    frame.insert(6, "y", every[:, 1])
    frame["alike"] = every[:, 2]
    return frame


def spots(counts: Sequence[Counter[str]], scores: Floats, *, written: Sequence[bool]) -> Floats:
    """Return where each report stands on the map, and what it has in common with the one most like it: x, y, cosine.

    Parameters
    ----------
    counts : sequence of Counter
        Words of each report.
    scores : ndarray of shape (n_reports, n_themes)
        Probabilities of the themes.
    written : sequence of bool
        Which reports have text; only these are compared with each other, the others have no cosine.
    """
    alike = np.full(len(counts), np.nan)
    texts = np.flatnonzero(written)
    if len(texts) > 1:
        rows = tfidf(_counted([counts[row] for row in texts.tolist()]))
        common = (rows @ rows.T).toarray()
        np.fill_diagonal(common, 0.0)
        alike[texts] = common.max(axis=1).round(4)
    return np.column_stack([positions(counts, scores), alike])


def positions(counts: Sequence[Counter[str]], scores: Floats) -> Floats:
    """Return a place in the plane for every report, near to those whose words and scores are alike.

    Parameters
    ----------
    counts : sequence of Counter
        Words of each report.
    scores : ndarray of shape (n_reports, n_themes)
        Probabilities of the themes.
    """
    number = len(counts)
    if number < 5:
        return np.array([[float(row % 2), float(row // 2)] for row in range(number)]).reshape(number, 2)
    rows = tfidf(_counted(counts))
    # The scores give the map its continents, the words its landscape.
    alike = scores
    size = min(20, number - 1, rows.shape[1] - 1)
    if size > 0:
        words = _by_words(rows, size)
        alike = np.column_stack([words / max(float(np.abs(words).max()), 1e-9), alike])
    if np.ptp(alike, axis=0).max() < 1e-9:
        return np.zeros((number, 2))  # the map itself moves points apart that lie in one place
    return in_the_plane(alike, min(15.0, (number - 1) / 3)).round(2)


def _counted(counts: Sequence[Counter[str]]) -> csr_matrix:
    """Return the words of each report as a row; words in order, so that the same reports give the same numbers."""
    from scipy.sparse import csr_matrix

    column = {word: number for number, word in enumerate(sorted({word for words in counts for word in words}))}
    held = [sorted((column[word], number) for word, number in words.items()) for words in counts]
    pointers = np.cumsum([0, *map(len, held)])
    flat = np.array([pair for pairs in held for pair in pairs], dtype=np.float64).reshape(-1, 2)
    # A report without a single known word still has its scores; one column more keeps the table from having none.
    return csr_matrix((flat[:, 1], flat[:, 0].astype(np.int64), pointers), shape=(len(counts), len(column) + 1))


def _by_words(rows: csr_matrix, size: int) -> Floats:
    """Return where reports stand along the directions in which their words differ most; shape (n_reports, size).

    The singular vectors, from the likeness of each two reports, of which there are few. The largest part of each
    direction is positive, so that it has a sign.
    """
    values, vectors = np.linalg.eigh((rows @ rows.T).toarray())
    values, vectors = values[::-1][:size], vectors[:, ::-1][:, :size]
    directions = np.asarray(rows.T @ vectors)
    signs = np.sign(directions[np.abs(directions).argmax(0), np.arange(size)])
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)) * signs)
