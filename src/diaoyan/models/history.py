"""`models/history.csv`: every model that was trained or chosen, what it was compared with, and which is in use.

The last line says which model is in use: one file, written in one piece, so that the two can never disagree.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan import settings
from diaoyan.corpus.lock import held
from diaoyan.errors import DiaoyanError, ModelError
from diaoyan.language import gettext, message, reason, said_again
from diaoyan.models.card import FEWEST
from diaoyan.models.folder import load_tagger, read_manifest
from diaoyan.writing import restore, sweep, write_csv

if TYPE_CHECKING:
    import pandas as pd

BASE = "base"
#: What can be decided of a model. The file keeps it in English, whoever writes it; `Entry.sentence` says it to people.
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
class Entry:
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
        >>> line = Entry("2025-06", "2025-06", "2025-06", 40, "base", 20, "2025-05", **nothing,
        ...              decision="promoted: better than base", fingerprint="")
        >>> with speaking("zh"):
        ...     line.sentence()
        '已启用：比base好'
        """
        return said_again(self.decision, DECISIONS.values())


_SCORES = ("old", "new", "difference", "low", "high")
_COLUMNS = tuple(field.name for field in fields(Entry))


def read_history(models: Path = settings.MODELS) -> list[Entry]:
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
        return [_entry(row) for row in reader]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise ModelError(
            gettext(
                "{path}: expected the history of the models as CSV, but it cannot be read ({error}); put "
                "back the file as it was, or delete it to begin anew with the model that ships."
            ).format(path=path, error=reason(error))
        ) from None


def _entry(row: Mapping[str, str]) -> Entry:
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    whole = {name: int(row[name]) for name in ("labels", "tested")}
    return Entry(**values | whole | {name: float(row[name]) if row[name] else None for name in _SCORES})


def record(entry: Entry, models: Path = settings.MODELS) -> None:
    """Append a line to the history, unless it is the last one already; two runs at once append two lines."""
    with held(models):
        before = read_history(models)
        if before and before[-1] == entry:
            return
        write_csv(models / "history.csv", _COLUMNS, [astuple(line) for line in [*before, entry]])


def in_use(models: Path = settings.MODELS) -> str:
    """Return the name of the model in use: the one last promoted or chosen, else the one trained last, else base."""
    history = read_history(models)
    if history:
        return history[-1].in_use
    restore(models / settings.LATEST.name)
    return settings.LATEST.name if (models / settings.LATEST.name).is_dir() else BASE


def choose(name: str, models: Path = settings.MODELS) -> str:
    """Put a model into use, a later one or an earlier one again, say so in the history, and return the one before.

    Raises
    ------
    ModelError
        If there is no such model, or it cannot be loaded.
    """
    if name != BASE and (not re.fullmatch(r"\w[\w.-]*", name) or not (models / name).is_dir()):
        raise ModelError(
            gettext("Expected the name of a model in {models}, got {name!r}; see: diaoyan models").format(
                models=models, name=name
            )
        )
    folder = settings.model(name, models)
    load_tagger(folder)
    manifest = read_manifest(folder)
    with held(models):
        sweep(models / "history.csv")
        before = in_use(models)
        if before != name:
            record(
                Entry(
                    month="", model=name, in_use=name, labels=sum(manifest["labelled"].values()), compared_with=before,
                    tested=0, tested_on="", old=None, new=None, difference=None, low=None, high=None,
                    decision=DECISIONS["chosen"], fingerprint=str(manifest.get("fingerprint", "")),
                ),
                models,
            )  # fmt: skip
    return before


def listing(models: Path = settings.MODELS) -> pd.DataFrame:
    """Return the models that are there, one a row: name, in use or not, labels, held-out score, start, last decision.

    A folder that cannot be used stands there with its reason; a score on a handful of reports is left out.
    """
    import pandas as pd

    chosen = in_use(models)
    found = {path.parent.name: path.parent for path in sorted(models.glob("[!.]*/manifest.json"))}
    decided = {entry.model: entry.sentence() for entry in read_history(models)}
    rows = []
    for name, path in ({BASE: settings.shipped(BASE)} | found).items():
        row: dict[str, Any] = {"model": name, "in_use": name == chosen, "decision": decided.get(name, "")}
        try:
            manifest = read_manifest(path)
            scores = manifest["scores"]
            few = 0 < scores.get("reports", 0) < FEWEST
            row |= {
                "labels": sum(manifest["labelled"].values()),
                "macro_f1": None if few else scores.get("macro_f1"),
                "start": manifest.get("start"),
                "note": gettext("{value} held-out reports are too few for a score").format(value=scores["reports"])
                if few
                else "",
            }
        except (DiaoyanError, KeyError, TypeError, AttributeError) as error:
            row["note"] = gettext("cannot be used: {error}").format(error=reason(error))
        rows.append(row)
    columns = ["model", "in_use", "labels", "macro_f1", "start", "decision", "note"]
    frame = pd.DataFrame(rows, columns=columns).astype(object)
    return frame.where(frame.notna(), "")
