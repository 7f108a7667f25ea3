"""What a theme report leaves in a folder: figures, the facts behind them as CSV, and three documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.theme_report.facts import Facts, Lang
from diaoyan.writing import write_csv

if TYPE_CHECKING:
    import pandas as pd

    from diaoyan.documents import Picture


def write_theme_report(facts: Facts, folder: Path, *, lang: Lang = "zh", template: Path | None = None) -> list[Path]:
    """Draw every figure into `folder`, with its facts as CSV beside it, and write the documents.

    Parameters
    ----------
    facts : Facts
    folder : Path
        Gets ``<figure>.png``, ``.svg`` and ``.csv``, ``reports.csv``, ``index.html``, ``report.docx``, ``report.xlsx``.
    lang : {'zh', 'en'}
        Language of figures and documents.
    template : Path, optional
        A DOCX of the office, whose styles and letterhead the Word file takes over.

    Returns
    -------
    list of Path
        The PNG files, in reading order.

    Raises
    ------
    FigureError
        If a figure cannot be drawn as it must be.
    DiaoyanError
        If the template is no DOCX, or a file cannot be written.
    """
    from diaoyan import documents

    write_frame(folder / "reports.csv", facts.reports)
    pictures = [_draw(name, frame, draw, folder) for name, frame, draw in _drawings(facts, lang)]
    brief = documents.Brief(
        title=facts.title(lang),
        source=facts.source(lang),
        coverage=facts.coverage(lang),
        names=facts.names(lang),
        pictures=pictures,
        reports=facts.reports,
        words=facts.words,
        shares=facts.shares,
        lang=lang,
    )
    documents.write_page(folder / "index.html", brief)
    documents.write_word(folder / "report.docx", brief, template=template)
    documents.write_sheet(folder / "report.xlsx", brief)
    return [picture.png for picture in pictures]


def _drawings(facts: Facts, lang: Lang) -> list[tuple[str, pd.DataFrame, Callable[[], Any]]]:
    """Return name, facts and drawing function of every figure, in reading order."""
    from diaoyan import figures

    names, source = facts.names(lang), facts.source(lang)
    unit = {"zh": "对数几率比（z 值）", "en": "log-odds (z-score)"}[lang]
    drawings: list[tuple[str, pd.DataFrame, Callable[[], Any]]] = [
        ("shares", facts.shares, lambda: figures.draw_shares(facts.shares, names=names, source=source, lang=lang)),
        (
            "words",
            facts.words,
            lambda: figures.draw_words(facts.words, names=names, source=source, unit=unit, lang=lang),
        ),
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
    return drawings


def _draw(name: str, frame: pd.DataFrame, draw: Callable[[], Any], folder: Path) -> Picture:
    from diaoyan import figures
    from diaoyan.documents import Picture

    write_frame(folder / f"{name}.csv", frame)
    figure = draw()
    png, svg = figures.save(figure, folder / name)
    return Picture(name, figure.get_label(), png, svg)


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table of facts as CSV; numbers to six places, null as an empty cell."""
    import pandas as pd

    rows = [
        ["" if pd.isna(cell) else round(cell, 6) if isinstance(cell, float) else cell for cell in row]
        for row in frame.itertuples(index=False, name=None)
    ]
    write_csv(path, list(frame.columns), rows)
