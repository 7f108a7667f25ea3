"""What `diaoyan discover` leaves in a folder: assignments, themes, and the words of each cluster as a figure."""

from __future__ import annotations

from pathlib import Path

from diaoyan.discovery.model import ThemeModel
from diaoyan.themes import OTHER
from diaoyan.writing import write_csv, write_text


def write_discovery(themes: ThemeModel, folder: Path, *, source: str) -> list[Path]:
    """Write ``assignments.csv``, ``themes.json``, ``words.csv`` and the figure ``words`` of a fitted model.

    Parameters
    ----------
    themes : TfidfThemes or LdaThemes
        Fitted.
    folder : Path
    source : str
        Source line of the figure.

    Returns
    -------
    list of Path
        The figure's files.
    """
    import pandas as pd

    from diaoyan import figures

    assignments = themes.assignments()
    write_csv(folder / "assignments.csv", list(assignments.columns), assignments.values.tolist())
    write_text(folder / "themes.json", themes.to_json() + "\n")
    held = (themes.material_.counts > 0).astype(int)
    reports_with = {
        word: len({int(row) for row in themes.material_.owner[held[:, column].nonzero()[0]]})
        for column, word in enumerate(themes.material_.words)
    }
    names, rows = {}, []
    for cluster in themes.clusters_:
        key = cluster.theme if cluster.theme != OTHER else f"new{cluster.cluster}"
        names[key] = cluster.name if cluster.stable else f"{cluster.name}（不稳定）"
        rows += [[key, word, score, reports_with[word]] for word, score in cluster.words]
    frame = pd.DataFrame(rows, columns=["theme", "word", "score", "reports"])
    write_csv(folder / "words.csv", list(frame.columns), frame.values.tolist())
    figure = figures.draw_words(frame, names=names, source=source, unit="对数几率比（z 值）")
    return figures.save(figure, folder / "words")
