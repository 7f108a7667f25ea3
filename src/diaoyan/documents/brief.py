"""`Brief`, what every document of a theme report is made from, and the words they share."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.language import Lang
from diaoyan.writing import printable

if TYPE_CHECKING:
    import pandas as pd


@cache
def _phrases() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def phrases(part: str, lang: Lang) -> dict[str, Any]:
    """Return what a part of the documents says: ``page``, ``views``, ``word``, ``sheet``, ``status`` or ``headings``.

    The headings are those of the table of reports, in the order in which every document prints its columns.

    Examples
    --------
    >>> phrases("status", "en")
    {'full': 'full text', 'partial': 'cut off', 'missing': 'no text'}
    """
    return _phrases()[part][lang]


@dataclass(frozen=True)
class Picture:
    """One figure, as written to disk.

    Parameters
    ----------
    name : str
        Stem of its files.
    title : str
        Its finding, in one line.
    caption : str
        What it shows.
    png, svg : Path
    key : sequence of (str, str)
        What stands on the figure as a number, and what it means; empty where there are no numbers.
    """

    name: str
    title: str
    caption: str
    png: Path
    svg: Path
    key: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Topic:
    """One LDA topic.

    Parameters
    ----------
    name : str
    doubt : str
        Why the topic cannot be relied on, in the language of the report; nothing where it can.
    words : sequence of (str, float)
        Its most distinctive words with their scores, highest first; none where chance may have brought all of them.
    reports : frozenset of str
        Ids of the reports whose strongest topic it is.
    """

    name: str
    doubt: str
    words: Sequence[tuple[str, float]]
    reports: frozenset[str]


@dataclass(frozen=True)
class Brief:
    """A theme report before it becomes a document.

    Parameters
    ----------
    title : str
        What the report is on, with its months.
    source : str
        Where the reports come from.
    coverage : str
        How many reports there are, and of how many there is text.
    names : dict of str to str
        Names to print by theme id, in the order of the codebook, `other` last.
    pictures : sequence of Picture
        In reading order.
    reports : DataFrame
        ``report_id, month, no, title, authors, date, page, status, primary, themes, needs_review, reason,
        evidence``;
        ``themes`` joined by ``;``, with or without the primary one.
    words : DataFrame
        ``theme, word, score, reports``.
    shares : DataFrame
        ``month, theme, reports, share, low, high``, shares from 0 to 1.
    places : DataFrame
        ``report_id, x, y`` on the map, without unit.
    topics : sequence of Topic
        Empty where there was too little text to find any.
    findings : sequence of (str, str)
        Sentences to read first, each with the name of the figure it rests on.
    undrawn : sequence of (str, str)
        Caption of each figure for which there was too little, and the sentence that says so.
    texts : mapping of str to str
        Text by report id, for documents that are to show them; empty where texts are not to be passed on.
    lang : {'zh', 'en'}
    """

    title: str
    source: str
    coverage: str
    names: dict[str, str]
    pictures: Sequence[Picture]
    reports: pd.DataFrame
    words: pd.DataFrame
    shares: pd.DataFrame
    places: pd.DataFrame
    topics: Sequence[Topic] = ()
    findings: Sequence[tuple[str, str]] = ()
    undrawn: Sequence[tuple[str, str]] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    lang: Lang = "zh"

    @property
    def dated(self) -> datetime:
        """The date the files carry: the first day of the last month, so that two runs give the same bytes."""
        months = [month for month in self.reports["month"] if isinstance(month, str)]
        return datetime.strptime(max(months, default="2000-01"), "%Y-%m")

    def rows(self) -> list[dict[str, str]]:
        """Return the reports as text to print, ordered by theme, month and number.

        One dict a report: the keys of the headings, ``report_id``; ``theme``, the id of the primary theme; and
        ``carried``, the ids of all themes, joined by spaces.
        """
        order = list(self.names)
        table = self.reports.assign(
            place=[order.index(theme) if theme in order else len(order) for theme in self.reports["primary"]]
        ).sort_values(["place", "month", "no", "report_id"], kind="stable", na_position="last")
        rows = []
        for record in table.to_dict("records"):
            row = {
                key: "" if _is_null(record[key]) else printable(str(record[key]))
                for key in ("report_id", *phrases("headings", self.lang))
            }
            further = [theme for theme in row["themes"].split(";") if theme and theme != row["primary"]]
            row["themes"] = "、".join(self.names.get(theme, theme) for theme in further)
            row["theme"] = row["primary"]
            row["carried"] = " ".join([row["primary"], *further])
            row["primary"] = self.names.get(row["primary"], row["primary"])
            row["status"] = phrases("status", self.lang).get(row["status"], row["status"])
            row["needs_review"] = {"zh": "待复核", "en": "to review"}[self.lang] if record["needs_review"] else ""
            rows.append(row)
        return rows


def _is_null(value: object) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))
