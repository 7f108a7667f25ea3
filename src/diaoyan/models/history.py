"""`models/history.csv`: every model that was trained or chosen, what it was compared with, and which is in use.

The last line says which model is in use: one file, written in one piece, so that the two can never disagree.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from diaoyan import settings
from diaoyan.corpus.lock import held
from diaoyan.errors import ModelError
from diaoyan.language import gettext, message, reason, said_again
from diaoyan.writing import restore, write_csv

BASE = "base"
#: What can be decided of a model. The file keeps it in English, whoever writes it; `HistoryLine.sentence` says it to
#: people.
DECISIONS = {
    "refused": message("refused: worse than {before} in {share} of the resamples"),
    "untested": message(
        "refused: nothing to compare with {before} on; to use it all the same: diaoyan models --use {name}"
    ),
    "better": message("promoted: better than {before}"),
    "worse": message("promoted: a little worse than {before}"),
    "undecided": message(
        "promoted: learned from more labels than {before}, from which it cannot be told apart (无法分辨)"
    ),
    "chosen": message("chosen by hand"),
}


@dataclass(frozen=True)
class HistoryLine:
    """One line of the history.

    Parameters
    ----------
    month : str
        Month of the corpus that was retrained; empty where a person chose a model.
    model : str
        Model that was trained or chosen.
    in_use : str
        Model in use from here on.
    labels : int
        Labelled reports the model has learned from.
    compared_with : str
        Model in use before.
    tested : int
        Reports both were tested on, held out from both.
    tested_on : str
        Months these are from.
    old, new : float or None
        Macro-F1 of the two, 0 to 1; None if nothing could be tested.
    difference, low, high : float or None
        ``new - old``, and the bounds of its 95 % bootstrap interval.
    decision : str
        What was decided, and why: one of `DECISIONS`; `sentence` says it in the reader's language.
    fingerprint : str
        Of what the model was fitted on.
    """

    month: str
    model: str
    in_use: str
    labels: int
    compared_with: str
    tested: int
    tested_on: str
    old: float | None
    new: float | None
    difference: float | None
    low: float | None
    high: float | None
    decision: str
    fingerprint: str

    def sentence(self) -> str:
        """Return the decision in the language that is spoken; one that is none of `DECISIONS` as it is.

        Examples
        --------
        >>> from diaoyan.language import speaking
        >>> nothing = dict.fromkeys(["old", "new", "difference", "low", "high"])
        >>> line = HistoryLine("2025-06", "2025-06", "2025-06", 40, "base", 20, "2025-05", **nothing,
        ...              decision="promoted: better than base", fingerprint="")
        >>> with speaking("zh"):
        ...     line.sentence()
        '已启用：比base好'
        """
        return said_again(self.decision, DECISIONS.values())


#: Fields that hold what was measured.
SCORES = ("old", "new", "difference", "low", "high")
_COLUMNS = tuple(field.name for field in fields(HistoryLine))


def read_history(models: Path = settings.MODELS) -> list[HistoryLine]:
    """Return the lines of the history, oldest first; none if nothing was retrained yet.

    Raises
    ------
    ModelError
        If the file is damaged.
    """
    path = models / "history.csv"
    if not path.is_file():
        return []
    try:
        reader = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            raise ValueError(
                gettext("its columns are {names}").format(names=", ".join(reader.fieldnames or [gettext("none")]))
            )
        return [_line(row) for row in reader]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise ModelError(
            gettext(
                "{path}: expected the history of the models as CSV, but it cannot be read ({error}); put "
                "back the file as it was, or delete it to begin anew with the model that ships."
            ).format(path=path, error=reason(error))
        ) from None


def _line(row: Mapping[str, str]) -> HistoryLine:
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    whole = {name: int(row[name]) for name in ("labels", "tested")}
    return HistoryLine(**values | whole | {name: float(row[name]) if row[name] else None for name in SCORES})


def record(line: HistoryLine, models: Path = settings.MODELS) -> None:
    """Append a line to the history, unless it is the last one already; two runs at once append two lines."""
    with held(models):
        before = read_history(models)
        if before[-1:] != [line]:
            write_csv(models / "history.csv", _COLUMNS, [astuple(one) for one in [*before, line]])


def in_use(models: Path = settings.MODELS) -> str:
    """Return the name of the model in use: the one last promoted or chosen, else the one trained last, else base."""
    history = read_history(models)
    if history:
        return history[-1].in_use
    restore(models / settings.LATEST.name)
    return settings.LATEST.name if (models / settings.LATEST.name).is_dir() else BASE
