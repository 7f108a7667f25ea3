"""What `diaoyan discover` leaves in a folder: assignments, themes, their words, the choice of their number, a view."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from diaoyan.discovery.cluster import keys_of
from diaoyan.discovery.model import ThemeModel
from diaoyan.discovery.number import choice_table
from diaoyan.discovery.view import topic_view
from diaoyan.language import Lang
from diaoyan.writing import write_csv, write_text

if TYPE_CHECKING:
    import pandas as pd


def write_discovery(themes: ThemeModel, folder: Path, *, source: str, lang: Lang = "zh") -> list[Path]:
    """Write what was found.

    ``assignments.csv`` and ``themes.json`` as the contract says; ``clusters.csv``, one row a theme with size, trust and
    words, for a spreadsheet; ``words.csv`` with the figure ``words``; ``choice_of_k.csv`` with the figure
    ``choice_of_k`` where the number of themes was chosen; ``topics.html``, the interactive view.

    Parameters
    ----------
    themes : TfidfThemes or LdaThemes
        Fitted.
    folder : Path
    source : str
        Source line of the figures.
    lang : {'zh', 'en'}
        Language of figures and view; the tables are the same in any.

    Returns
    -------
    list of Path
        The figures' files.
    """
    from diaoyan import figures

    assignments = themes.assignments()
    write_csv(folder / "assignments.csv", list(assignments.columns), assignments.values.tolist())
    write_text(folder / "themes.json", themes.to_json() + "\n")
    _write_clusters(themes, folder / "clusters.csv")
    write_text(folder / "topics.html", topic_view(themes, source=source, lang=lang))
    frame, names = word_facts(themes, lang)
    write_csv(folder / "words.csv", list(frame.columns), frame.values.tolist())
    figure = figures.draw_words(frame, names=names, source=source, lang=lang)
    written = figures.save(figure, folder / "words")
    if themes.choice_ is not None:
        facts = choice_table(themes.choice_)
        write_csv(folder / "choice_of_k.csv", list(facts.columns), facts.values.tolist())
        drawn = figures.draw_choice(facts, source=source, of_rest=not themes.free, lang=lang)
        written += figures.save(drawn, folder / "choice_of_k")
    return written


def source_line(reports: int, with_text: int, lang: Lang = "zh") -> str:
    """Return the source line of figures on reports that are not said to be of one place.

    Examples
    --------
    >>> source_line(88, 74), source_line(88, 74, "en")
    ('来源：共88篇，74篇有正文', 'Source: 88 reports, 74 with text')
    """
    if lang == "en":
        return f"Source: {reports} reports, {with_text} with text"
    return f"来源：共{reports}篇，{with_text}篇有正文"


def word_facts(themes: ThemeModel, lang: Lang = "zh") -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the facts of the figure of words, and the names to print.

    Returns
    -------
    DataFrame
        ``theme, word, score, reports``: z-scores of log-odds, and how many of the theme's reports hold the word.
    dict of str to str
        Names by the key in ``theme``: the codebook's id, ``other`` for the rest, or ``new<cluster>`` where neither is
        given or the id is taken.
    """
    import pandas as pd

    keys, names = keys_of(themes.clusters_, themes.codebook), dict[str, str]()
    rows = []
    for key, cluster in zip(keys, themes.clusters_, strict=True):
        names[key] = cluster.said(themes.codebook, lang)
        rows += [[key, word, score, _reports_with(themes, cluster.cluster, word)] for word, score in cluster.words]
    return pd.DataFrame(rows, columns=["theme", "word", "score", "reports"]), names


def _reports_with(themes: ThemeModel, cluster: int, word: str) -> int:
    """Return how many of the reports whose strongest cluster this is hold the word."""
    material = themes.material_
    sections = material.counts[:, material.words.index(word)].nonzero()[0]
    return int((themes.strongest_[np.unique(material.owner[sections])] == cluster).sum())


def _write_clusters(themes: ThemeModel, path: Path) -> None:
    rows = [
        {
            "cluster": cluster.cluster,
            "theme": cluster.theme,
            "name": cluster.label,
            "match": cluster.match,
            "reports": cluster.size,
            "sections": cluster.sections,
            "share": cluster.share,
            "coherence": cluster.coherence,
            "stability": cluster.stability,
            "stability_seeds": cluster.stability_seeds,
            "stable": "yes" if cluster.stable else "no",
            "doubt": cluster.doubt,
            "words": "、".join(word for word, _ in cluster.words[:10]),
            "exemplars": "；".join(exemplar["title"] for exemplar in cluster.exemplars),
        }
        for cluster in themes.clusters_
    ]
    write_csv(path, list(rows[0]), [list(row.values()) for row in rows])
