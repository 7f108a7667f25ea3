"""What a model has learned from: kept beside its weights, so that it is never tested on a report it has seen."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.themes import Codebook
from diaoyan.writing import csv_text

_HEADER = ("report_id", "primary", "further")


@dataclass(frozen=True)
class Learned:
    """The labels a model was fitted on, and what else went into it.

    Attributes
    ----------
    labels : dict of str to Label
        Of every labelled report it has learned from, those of its start excepted.
    start : str or None
        Model whose weights it starts from.
    fingerprint : str
        Hash of everything that went in (see `fingerprint`); empty if unknown.
    """

    labels: Mapping[str, Label] = field(default_factory=dict)
    start: str | None = None
    fingerprint: str = ""

    def to_csv(self) -> str:
        """Return the labels as CSV, ordered by report."""
        rows = [(name, label.primary, ";".join(label.further)) for name, label in sorted(self.labels.items())]
        return csv_text(_HEADER, rows)


def labels_from_csv(text: str) -> dict[str, Label]:
    """Read labels back that `Learned.to_csv` wrote.

    Raises
    ------
    KeyError, ValueError
        If a column is missing.
    """
    rows = list(csv.DictReader(io.StringIO(text)))
    return {row["report_id"]: Label(row["primary"], tuple(filter(None, row["further"].split(";")))) for row in rows}


def fingerprint(
    reports: Sequence[Report], labels: Mapping[str, Label], *, codebook: Codebook, start: str, random_state: int
) -> str:
    """Return a hash of all that a model is taught: the same hash, and there is nothing new to learn.

    Parameters
    ----------
    reports : sequence of Report
        The labelled ones.
    labels : mapping of report_id to Label
    codebook : Codebook
    start : str
        Something that identifies the model whose weights it starts from, such as the hash of its weights.
    random_state : int

    Examples
    --------
    >>> one = Report("a", "甲", text="全县有村一百二十个。")
    >>> settings = {"codebook": Codebook.default(), "start": "base", "random_state": 0}
    >>> fingerprint([one], {}, **settings) == fingerprint([one], {"a": Label("rural")}, **settings)
    False
    """
    digest = hashlib.sha256()
    for report in sorted(reports, key=lambda report: report.report_id):
        digest.update("\x1f".join((report.report_id, report.title, report.authors or "", report.text, "")).encode())
    for name, label in sorted(labels.items()):
        digest.update("\x1f".join((name, *label.themes, "\x1e")).encode())
    digest.update(f"{codebook.to_dict()}\x1f{start}\x1f{random_state}".encode())
    return digest.hexdigest()[:16]
