"""Facts are gathered here: reports are tagged, counted and laid out, and nothing is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import Label
from diaoyan.errors import CorpusError
from diaoyan.report import Report
from diaoyan.tagging import Evaluation, Tag, Tagger
from diaoyan.theme_report.facts import Facts
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: Reports up to which the map is laid out by t-SNE; beyond, its cost grows too fast and a projection has to do.
LAID_OUT = 1500


def gather(
    reports: Sequence[Report],
    tagger: Tagger,
    *,
    labels: Mapping[str, Label] | None = None,
    evaluation: Evaluation | None = None,
    random_state: int = 0,
) -> Facts:
    """Tag reports and gather what the theme report says of them.

    Parameters
    ----------
    reports : sequence of Report
        At least one.
    tagger : Tagger
        Fitted.
    labels : mapping of report_id to Label, optional
        Themes that people gave: they stand instead of the classifier's.
    evaluation : Evaluation, optional
        Held-out results of the same classifier.
    random_state : int
        Decides the bootstrap and the layout of the map.

    Raises
    ------
    CorpusError
        If there are no reports.
    """
    import pandas as pd

    if not reports:
        raise CorpusError("Expected at least one report to draw a theme report of, found none.")
    tags = [_labelled(tag, (labels or {}).get(tag.report_id)) for tag in tagger.tag(reports)]
    rows = [
        [r.report_id, r.compilation, r.month, r.no, r.title, r.authors, r.date, r.page, r.status if r.has_text else "missing",
         t.primary, ";".join(t.themes), t.needs_review, t.evidence]
        for r, t in zip(reports, tags, strict=True)
    ]  # fmt: skip
    columns = ["report_id", "compilation", "month", "no", "title", "authors", "date", "page", "status",
               "primary", "themes", "needs_review", "evidence"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).astype({"no": "Int64", "page": "Int64"})
    confusion = scores = None
    if evaluation is not None:
        confusion = pd.DataFrame(evaluation.confusion(), columns=["truth", "predicted", "reports"])
        scores = {"accuracy": evaluation.accuracy, "macro_f1": evaluation.macro_f1,
                  "low": evaluation.interval[0], "high": evaluation.interval[1]}  # fmt: skip
    return Facts(
        codebook=tagger.codebook,
        reports=table,
        shares=_shares(tags, tagger.classes, random_state),
        words=_words(reports, tags, tagger),
        places=_places(table, _positions(reports, tagger, random_state)),
        confusion=confusion,
        scores=scores or {},
        total=len(reports),
        with_text=sum(report.has_text for report in reports),
    )


def _labelled(tag: Tag, label: Label | None) -> Tag:
    if label is None:
        return tag
    themes = tuple(theme for theme in (label.primary, *label.further) if theme != OTHER)
    return replace(tag, primary=label.primary, themes=themes, needs_review=False, evidence=f"人工标注；{tag.evidence}")


def _shares(tags: Sequence[Tag], classes: Sequence[str], random_state: int) -> pd.DataFrame:
    import pandas as pd

    generator = np.random.default_rng(random_state)
    rows = []
    for month in sorted({tag.month for tag in tags}, key=lambda m: (m is None, m)):
        counts = Counter(tag.primary for tag in tags if tag.month == month)
        total = counts.total()
        shares = np.array([counts[theme] / total for theme in classes])
        draws = generator.multinomial(total, shares, size=2000) / total
        low, high = np.percentile(draws, [2.5, 97.5], axis=0)
        for column, theme in enumerate(classes):
            rows.append([month, theme, counts[theme], shares[column], low[column], high[column]])
    return pd.DataFrame(rows, columns=["month", "theme", "reports", "share", "low", "high"])


def _words(reports: Sequence[Report], tags: Sequence[Tag], tagger: Tagger, *, most: int = 12) -> pd.DataFrame:
    """Return the words that mark each theme, counted in the reports filed under it; titles stand in for texts."""
    import pandas as pd

    from diaoyan.discovery.naming import distinctive, top_words

    tokenizer = tagger.features_.tokenizer
    counts: dict[str, Counter[str]] = {theme: Counter() for theme in tagger.classes}
    held: Counter[str] = Counter()
    for report, tag in zip(reports, tags, strict=True):
        tokens = Counter(tokenizer(f"{report.title}\n{report.text}"))
        # The fourth occurrence in the same report says little more than the third.
        counts[tag.primary].update({word: min(number, 3) for word, number in tokens.items()})
        held.update(tokens.keys())
    least = 2 if len(reports) >= 10 else 1
    words = sorted(word for word, number in held.items() if number >= least)
    table = np.array([[counts[theme][word] for word in words] for theme in tagger.classes], dtype=float)
    scores = distinctive(table) if words else table
    rows = [
        [theme, word, score, held[word]]
        for theme, row in zip(tagger.classes, scores, strict=True)
        if theme != OTHER
        for word, score in top_words(row, words, most)
    ]
    return pd.DataFrame(rows, columns=["theme", "word", "score", "reports"])


def _places(table: pd.DataFrame, positions: npt.NDArray[np.float64]) -> pd.DataFrame:
    places = table[["report_id", "month", "no", "title", "status", "needs_review"]].copy()
    places.insert(4, "theme", table["primary"])
    places.insert(5, "x", positions[:, 0])
    places.insert(6, "y", positions[:, 1])
    return places


def _positions(reports: Sequence[Report], tagger: Tagger, random_state: int) -> npt.NDArray[np.float64]:
    """Return a place in the plane for every report, near to those whose words and scores are alike."""
    count = len(reports)
    if count < 5:
        return np.array([[float(row % 2), float(row // 2)] for row in range(count)])
    from sklearn.decomposition import TruncatedSVD
    from sklearn.manifold import TSNE

    features = tagger.features_
    rows = features.rows(features.read(reports)).matrix(features.n_columns)
    size = min(20, count - 1, rows.shape[1] - 1)
    alike = TruncatedSVD(size, algorithm="arpack", random_state=random_state).fit_transform(rows)
    # The scores give the map its continents, the words its landscape.
    probabilities = tagger.predict_proba(reports)
    alike = np.column_stack([alike / max(float(np.abs(alike).max()), 1e-9), probabilities])
    if count > LAID_OUT:
        from sklearn.decomposition import PCA

        return np.asarray(PCA(2, svd_solver="full").fit_transform(alike)).round(4)
    perplexity = min(15.0, (count - 1) / 3)
    layout = TSNE(2, perplexity=perplexity, init="pca", method="exact", random_state=random_state, max_iter=500)
    return np.asarray(layout.fit_transform(alike)).round(2)
