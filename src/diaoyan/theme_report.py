"""The theme report: facts are gathered into plain tables first, then drawn, and saved as CSV beside each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import Label
from diaoyan.errors import CorpusError
from diaoyan.report import Report
from diaoyan.tagging import Evaluation, Tag, Tagger
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import write_csv

if TYPE_CHECKING:
    import pandas as pd

Lang = Literal["zh", "en"]
#: Reports up to which the map is laid out by t-SNE; beyond, its cost grows too fast and a projection has to do.
LAID_OUT = 1500


@dataclass(frozen=True)
class Facts:
    """What a theme report says, as plain tables.

    Attributes
    ----------
    codebook : Codebook
    reports : DataFrame
        One row a report: the contract's columns without text, then ``primary, themes, needs_review, evidence``.
    shares : DataFrame
        ``month, theme, reports, share, low, high``: 95 % bootstrap interval, shares from 0 to 1.
    words : DataFrame
        ``theme, word, score, reports``: z-scores of log-odds, and how many reports hold the word.
    places : DataFrame
        ``report_id, month, no, title, theme, x, y, status, needs_review``: positions on the map, without unit.
    confusion : DataFrame or None
        ``truth, predicted, reports`` of the classifier in use on held-out reports.
    scores : dict of str to float
        ``accuracy`` and ``macro_f1`` with ``low`` and ``high``, from 0 to 1; empty without an evaluation.
    total, with_text : int
        Reports, and those with text, in whole or in part.
    """

    codebook: Codebook
    reports: pd.DataFrame
    shares: pd.DataFrame
    words: pd.DataFrame
    places: pd.DataFrame
    confusion: pd.DataFrame | None
    scores: dict[str, float]
    total: int
    with_text: int

    def names(self, lang: Lang = "zh") -> dict[str, str]:
        """Return the names to print by theme id, `other` last."""
        return {theme: self.codebook.name(theme, lang) for theme in (*self.codebook.ids, OTHER)}

    def source(self, lang: Lang = "zh") -> str:
        """Return the source line of the figures."""
        compilations = [name for name in dict.fromkeys(self.reports["compilation"].dropna()) if name]
        count = len(compilations)
        if lang == "en":
            origin = compilations[0] if count == 1 else f"{count} compilations" if count else "reports as given"
            return f"Source: {origin}; {self.total} reports, {self.with_text} with text"
        origin = compilations[0] if count == 1 else f"{count}部汇编" if count else "所给报告"
        return f"来源：{origin}；共{self.total}篇，{self.with_text}篇有正文"


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


def write_theme_report(facts: Facts, folder: Path, *, lang: Lang = "zh") -> list[Path]:
    """Draw every figure into `folder` as PNG and SVG, its facts as CSV beside it, and the reports as ``reports.csv``.

    Returns
    -------
    list of Path
        The PNG files, in reading order.

    Raises
    ------
    FigureError
        If a figure cannot be drawn as it must be.
    """
    from diaoyan import figures

    names, source = facts.names(lang), facts.source(lang)
    unit = {"zh": "对数几率比（z 值）", "en": "log-odds (z-score)"}[lang]
    drawings: list[tuple[str, pd.DataFrame, Callable[[], Any]]] = [
        ("shares", facts.shares, lambda: figures.draw_shares(facts.shares, names=names, source=source, lang=lang)),
        ("words", facts.words, lambda: figures.draw_words(facts.words, names=names, source=source, unit=unit, lang=lang)),
        ("map", facts.places, lambda: figures.draw_map(facts.places, names=names, source=source, lang=lang)),
    ]
    if facts.confusion is not None:
        confusion = facts.confusion
        drawings.append(
            (
                "confusion", confusion,
                lambda: figures.draw_confusion(confusion, names=names, source=source, scores=facts.scores, lang=lang),
            )
        )  # fmt: skip
    _write_frame(folder / "reports.csv", facts.reports)
    written = []
    for name, frame, draw in drawings:
        _write_frame(folder / f"{name}.csv", frame)
        written += [path for path in figures.save(draw(), folder / name) if path.suffix == ".png"]
    return written


def _write_frame(path: Path, frame: pd.DataFrame) -> None:
    import pandas as pd

    rows = [
        ["" if pd.isna(cell) else round(cell, 6) if isinstance(cell, float) else cell for cell in row]
        for row in frame.itertuples(index=False, name=None)
    ]
    write_csv(path, list(frame.columns), rows)


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
    from diaoyan.tagging.features import Document

    count = len(reports)
    if count < 5:
        return np.array([[float(row % 2), float(row // 2)] for row in range(count)])
    from sklearn.decomposition import TruncatedSVD
    from sklearn.manifold import TSNE

    documents = [Document(report.title, report.text, report.authors or "") for report in reports]
    rows = tagger.features_.matrix(documents)
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
