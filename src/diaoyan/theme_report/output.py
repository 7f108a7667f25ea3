"""What a theme report leaves in a folder: figures, the facts behind them as CSV, and three documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan.discovery.cluster import DOUBTS
from diaoyan.figures.wording import CLEAR
from diaoyan.language import Lang
from diaoyan.theme_report.apart import Later
from diaoyan.theme_report.drawings import drawings
from diaoyan.theme_report.facts import Facts
from diaoyan.theme_report.findings import findings
from diaoyan.writing import write_csv

#: Figures that are asked of the second process before it has drawn them, so that it is never without one.
_AHEAD = 2

if TYPE_CHECKING:
    import pandas as pd

    from diaoyan.documents import Picture, Topic


def write_theme_report(
    facts: Facts,
    folder: Path,
    *,
    lang: Lang = "zh",
    template: Path | None = None,
    texts: Mapping[str, str] | None = None,
) -> list[Path]:
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
    texts : mapping of str to str, optional
        Text by report id, to be opened and searched on the page; left out where texts may not be passed on.

    A figure for which there is too little is no picture: the documents say so in a line, its facts are written.

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

    Examples
    --------
    >>> import tempfile
    >>> from diaoyan import Report, gather, load_tagger
    >>> facts = gather([Report("a", "宅基地制度改革调研", month="2025-03")], load_tagger("base"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pictures = write_theme_report(facts, Path(folder))
    ...     (Path(folder) / "index.html").is_file()
    True
    """
    from diaoyan import documents, figures

    write_frame(folder / "reports.csv", facts.reports)
    kinds = figures.kinds()
    drawn = {
        name: picture
        for apart in (False, True)  # first those whose facts are there
        for name, picture in _drawn(
            facts, folder, lang, names=[kind.name for kind in kinds if kind.apart == apart], apart=apart
        ).items()
    }
    found = [drawn[kind.name] for kind in kinds]
    pictures = [picture for picture in found if isinstance(picture, documents.Picture)]
    brief = documents.Brief(
        title=facts.title(lang),
        source=facts.source(lang),
        coverage=facts.coverage(lang),
        names=facts.names(lang),
        pictures=pictures,
        reports=facts.reports,
        words=facts.words,
        shares=facts.shares,
        places=facts.places,
        topics=_topics(facts, lang),
        findings=[(finding.text, finding.figure) for finding in findings(facts, lang)],
        undrawn=[said for said in found if isinstance(said, tuple)],
        texts=texts or {},
        lang=lang,
    )
    word = Later(partial(documents.write_word, folder / "report.docx", brief, template=template), facts.apart.beside)
    documents.write_page(folder / "index.html", brief)
    documents.write_sheet(folder / "report.xlsx", brief)
    _ = word.made
    return [picture.png for picture in pictures]


def _drawn(
    facts: Facts, folder: Path, lang: Lang, *, names: Sequence[str], apart: bool
) -> dict[str, Picture | tuple[str, str] | None]:
    """Draw figures, the last ones beside if there is a second process, and return what `_draw` does of each."""
    if apart:
        _ = facts.places, facts.divisions  # which the second process is to have, if it draws them
    left, beside = list(names), facts.apart.beside
    later: dict[str, Later[Picture | tuple[str, str] | None]] = {}
    drawn: dict[str, Picture | tuple[str, str] | None] = {}
    while left:
        while len(left) > 1 and beside is not None and beside.running and beside.waiting < _AHEAD:
            name = left.pop()
            later[name] = Later(partial(_draw, facts, folder, lang, name=name), beside)
        name = left.pop(0)
        drawn[name] = _draw(facts, folder, lang, name=name)
    return drawn | {name: picture.made for name, picture in later.items()}


def _draw(facts: Facts, folder: Path, lang: Lang, *, name: str) -> Picture | tuple[str, str] | None:
    """Draw a figure and write it and its facts; return the picture, or its caption and why it is none.

    None is returned for a figure that this report does not have.
    """
    from diaoyan import documents, figures

    for drawing in drawings(facts, lang, names_of=(name,)):
        write_frame(folder / f"{name}.csv", drawing.facts)
        figure = drawing.draw()
        note = figures.note_of(figure)
        if note is not None:
            return drawing.caption, note
        title = str(figure.get_label())
        png, svg = figures.save(figure, folder / name)
        return documents.Picture(name, title, drawing.caption, png, svg, drawing.key)
    return None


def _topics(facts: Facts, lang: Lang) -> list[Topic]:
    from diaoyan.documents import Topic

    if facts.divisions is None:
        return []
    assigned, names = facts.divisions.assigned, facts.divided_names(lang)["lda"]
    return [
        Topic(
            name=names[topic],
            doubt=DOUBTS[doubt][lang] if (doubt := rows["doubt"].iloc[0]) else "",
            words=[(word, score) for word, score in zip(rows["word"], rows["score"], strict=True) if score >= CLEAR],
            reports=frozenset(assigned.loc[assigned["topic"] == topic, "report_id"]),
        )
        for topic, rows in facts.divisions.topics.groupby("topic", sort=False)
    ]


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table of facts as CSV; numbers to six places, null as an empty cell."""
    import pandas as pd

    rows = [
        ["" if pd.isna(cell) else round(cell, 6) if isinstance(cell, float) else cell for cell in row]
        for row in frame.itertuples(index=False, name=None)
    ]
    write_csv(path, list(frame.columns), rows)
