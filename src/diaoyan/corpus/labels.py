"""Labels: the themes people gave reports, as the CSV that lies beside the reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.errors import CorpusError
from diaoyan.language import gettext, message
from diaoyan.report import Report
from diaoyan.spreadsheets import read_spreadsheet, shown
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import csv_text, unguarded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_HEADER = ("report_id", "primary", "further", "who", "when", "why")
#: How the row begins that Excel users put below a table.
_SUM = re.compile(r"(合\s*计|总\s*计|小\s*计|共\s*计|(grand )?total\b|sum\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """Themes a person gave a report: the primary one (or `other`) and further ones.

    Two labels are equal if their themes are; who gave them, when (an ISO date) and why is noted for people.

    See Also
    --------
    diaoyan.read_labels : many of them, from a table.

    Examples
    --------
    >>> Label("rural", ("finance",), who="王") == Label("rural", ("finance",))
    True
    """

    primary: str
    further: tuple[str, ...] = ()
    who: str = field(default="", compare=False)
    when: str = field(default="", compare=False)
    why: str = field(default="", compare=False)
    #: Columns that people have put beside these, with what stands in them.
    others: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)

    @property
    def themes(self) -> tuple[str, ...]:
        """All that it names: the primary theme, which may be `other`, then the further ones."""
        return (self.primary, *self.further)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What `Corpus.label` did, in numbers of reports."""

    new: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return gettext("{new} new, {changed} changed, {unchanged} unchanged").format(
            new=self.new, changed=self.changed, unchanged=self.unchanged
        )


def read_labels(
    path: Path,
    codebook: Codebook | None,
    *,
    known: Collection[str] | None = None,
    left_out: Counter[str] | None = None,
) -> dict[str, Label]:
    """Read labels from a table, CSV or XLSX, with ``report_id``, ``primary`` and, joined by ``;``, ``further``.

    Instead of these two a column ``themes`` may name all of them, the primary one first. The columns ``who``,
    ``when`` and ``why`` may be left out, and others may stand beside them. Themes can be given by their id, Chinese or
    English name.

    Parameters
    ----------
    path : Path
        XLSX, or CSV in UTF-8, UTF-16 or GB18030, with commas, semicolons or tabs, as any Excel saves it.
    codebook : Codebook or None
        Themes that labels may name; None if any may stand there.
    known : collection of str, optional
        Ids of the reports that may be labelled; any if not given.
    left_out : Counter, optional
        Where themes may be gone from the codebook: counts the labels that name one, which are then left out (as a
        further theme, it alone is). If not given, such a label is refused.

    Raises
    ------
    CorpusError
        Naming the row, as Excel counts them, that cannot be used: an unknown theme or report, a contradiction, a
        missing column; or if these are tags of the program and not labels.

    Examples
    --------
    >>> from diaoyan import settings
    >>> from diaoyan.themes import Codebook
    >>> labels = read_labels(settings.shipped("sample") / "labels.csv", Codebook.default())
    >>> len(labels), labels["2025-03-001-b061e1"].primary
    (88, 'rural')
    """
    sheets = read_spreadsheet(path, expected=message("labels")).sheets
    rows = iter([(number, [shown(cell) for cell in cells]) for number, cells in sheets[0].rows])
    _, header = next(rows, (1, []))
    columns = {name.strip(): header.index(name) for name in header}
    themes = "primary" if "primary" in columns else "themes"
    if "report_id" not in columns or themes not in columns:
        missing = "report_id" if themes in columns else "primary"
        raise CorpusError(
            gettext("{path}: expected the columns report_id and primary, {missing} is missing.").format(
                path=path.name, missing=missing
            )
        )
    refuse_tags(header, path)
    labels: dict[str, Label] = {}
    for number, row in rows:
        if _SUM.match(next((cell for cell in row if cell.strip()), "").strip()):
            continue
        where = gettext("{name}, row {number}").format(name=path.name, number=number)
        cells = {name: unguarded(row[place]) if place < len(row) else "" for name, place in columns.items()}
        report_id = cells["report_id"].strip()
        if not report_id:
            raise CorpusError(gettext("{where}: expected a report_id, found none.").format(where=where))
        label = _label(cells, themes, codebook)
        if codebook is not None and left_out is not None:
            gone = {*label.themes} - {*codebook.ids, OTHER, ""}
            left_out.update(gone)
            if label.primary in gone:
                continue
            label = replace(label, further=tuple(theme for theme in label.further if theme not in gone))
        check_label(label, codebook, where)
        if known is not None and report_id not in known:
            raise CorpusError(
                gettext("{where}: {report_id!r} is labelled but not among the reports; add them first.").format(
                    where=where, report_id=report_id
                )
            )
        if labels.get(report_id, label) != label:
            raise CorpusError(
                gettext("{where}: {report_id!r} is labelled {primary!r} here and otherwise further up.").format(
                    where=where, report_id=report_id, primary=label.primary
                )
            )
        labels[report_id] = label
    return labels


def labels_of(given: Any, reports: Sequence[Report], codebook: Codebook) -> dict[str, Label]:
    """Return the labels of reports in any form an estimator may be given them in.

    Parameters
    ----------
    given : mapping of report_id to Label, or sequence of Label, str, or several str
        As long as `reports` if it is a sequence: labels, themes by id or name, or the primary theme and further ones.
        None, or an empty text, stands for a report that nobody has labelled.
    reports : sequence of Report
    codebook : Codebook

    Raises
    ------
    CorpusError
        If none are given, there are more or fewer than reports, or one names a theme that the codebook lacks.

    Examples
    --------
    >>> reports = [Report("a", "甲"), Report("b", "乙"), Report("c", "丙")]
    >>> labels_of(["乡村振兴", ("digital", "金融"), None], reports, Codebook.default())["b"].further
    ('finance',)
    """
    if isinstance(given, Mapping):
        return dict(given)
    if given is None or isinstance(given, str) or not isinstance(given, Iterable):
        raise CorpusError(
            gettext("Expected labels, a mapping by report_id or one a report, got {name}.").format(
                name=type(given).__name__
            )
        )
    one_each = list(given)
    if len(one_each) != len(reports):
        raise CorpusError(
            gettext("Expected a label for each of {count} reports, got {count2}.").format(
                count=len(reports), count2=len(one_each)
            )
        )
    labels: dict[str, Label] = {}
    for number, (report, one) in enumerate(zip(reports, one_each, strict=True), 1):
        if one is None or (isinstance(one, float) and one != one) or (isinstance(one, str) and not one.strip()):
            continue
        if not isinstance(one, Label):
            primary, *further = [codebook.id_of(str(theme)) for theme in ([one] if isinstance(one, str) else one)]
            one = Label(primary, tuple(further))
        check_label(one, codebook, f"Label {number}")
        labels[report.report_id] = one
    return labels


def naming_only(labels: Mapping[str, Label], classes: Iterable[str]) -> dict[str, Label]:
    """Return the labels that name none but these classes: those a classifier of them can make use of.

    Examples
    --------
    >>> list(naming_only({"a": Label("rural", ("silver",)), "b": Label("other")}, ["rural", "other"]))
    ['b']
    """
    known = {*classes}
    return {report_id: label for report_id, label in labels.items() if known.issuperset(label.themes)}


def carried(labels: Sequence[Label], classes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which classes each label names, of shape (n_labels, n_classes); what is no class is left out.

    Examples
    --------
    >>> carried([Label("rural", ("finance",)), Label("other")], ["rural", "finance", "other"]).tolist()
    [[True, True, False], [False, False, True]]
    """
    import numpy as np

    named = [[name in label.themes for name in classes] for label in labels]
    return np.array(named, dtype=bool).reshape(len(labels), len(classes))


def said_of_left_out(left_out: Mapping[str, int]) -> str:
    """Return a sentence on labels of themes that are gone from the codebook; or nothing.

    Examples
    --------
    >>> said_of_left_out({"silver": 3})
    'labels of themes that the codebook lacks are kept and not used: silver (3)'
    >>> said_of_left_out({})
    ''
    """
    if not left_out:
        return ""
    named = ", ".join(f"{theme} ({count})" for theme, count in sorted(left_out.items()))
    return gettext("labels of themes that the codebook lacks are kept and not used: {named}").format(named=named)


def refuse_tags(heads: Iterable[str], path: Path) -> None:
    """Raise `CorpusError` if the heads of a table are those of tags that the program wrote itself.

    A classifier that learned from them would learn what it says already, and be right by its own word.
    """
    found = {re.sub("^p_.*", "p_…", head.strip().casefold()) for head in heads}
    marks = [mark for mark in ("p_…", "needs_review", "evidence") if mark in found]
    if len(marks) >= 2:
        raise CorpusError(
            gettext(
                "{path}: expected labels that people gave, found tags that diaoyan wrote (columns "
                "{names}); give a review sheet that is filled in, or a table with report_id and primary."
            ).format(path=path.name, names=", ".join(marks))
        )


def _label(cells: Mapping[str, str], themes: str, codebook: Codebook | None) -> Label:
    if themes == "themes":
        primary, *further = _named(cells["themes"], codebook) or [""]
    else:
        primary, further = cells["primary"].strip(), _named(cells.get("further", ""), codebook)
        primary = codebook.id_of(primary) if codebook else primary
    others = tuple((name, cell) for name, cell in cells.items() if name and name not in (*_HEADER, themes))
    return Label(primary, tuple(further), cells.get("who", ""), cells.get("when", ""), cells.get("why", ""), others)


def _named(cell: str, codebook: Codebook | None) -> list[str]:
    if codebook is not None:
        return codebook.ids_of(cell)
    return [name.strip() for name in cell.split(";") if name.strip()]


def check_label(label: Label, codebook: Codebook | None, where: str) -> None:
    """Raise `CorpusError` if a label names a theme that the codebook lacks, or one twice."""
    allowed = None if codebook is None else (*codebook.ids, OTHER)
    for theme in label.themes:
        if not theme or (allowed is not None and theme not in allowed):
            raise CorpusError(
                gettext("{where}: unknown theme {value!r}; expected {names}.").format(
                    where=where, value=theme[:40], names=", ".join(allowed or ["the id of one"])
                )
            )
    if OTHER in label.further or label.primary in label.further or len(set(label.further)) < len(label.further):
        raise CorpusError(
            gettext("{where}: 'further' names each theme once, never the primary one and never 'other'.").format(
                where=where
            )
        )


def labels_text(labels: Mapping[str, Label]) -> str:
    """Return labels as CSV, one row each in order of their ids, with the mark that Excel needs to show Chinese."""
    others = list(dict.fromkeys(name for label in labels.values() for name, _ in label.others))
    rows = [
        [
            *(report_id, label.primary, ";".join(label.further), label.who, label.when, label.why),
            *(dict(label.others).get(name, "") for name in others),
        ]
        for report_id, label in sorted(labels.items())
    ]
    return "\ufeff" + csv_text((*_HEADER, *others), rows)
