"""The models that are there: all of them with what is known of each, and one of them put into use."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan import settings
from diaoyan.corpus.lock import held
from diaoyan.errors import DiaoyanError, ModelError
from diaoyan.language import gettext, reason
from diaoyan.models.card import FEWEST
from diaoyan.models.folder import load_tagger, read_manifest
from diaoyan.models.history import BASE, DECISIONS, SCORES, HistoryLine, in_use, read_history, record
from diaoyan.writing import sweep

if TYPE_CHECKING:
    import pandas as pd


def use(name: str, models: Path = settings.MODELS) -> str:
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
                HistoryLine(
                    month="",
                    model=name,
                    in_use=name,
                    labels=sum(manifest["labelled"].values()),
                    compared_with=before,
                    tested=0,
                    tested_on="",
                    decision=DECISIONS["chosen"],
                    fingerprint=str(manifest.get("fingerprint", "")),
                    **dict.fromkeys(SCORES),
                ),
                models,
            )
    return before


def listing(models: Path = settings.MODELS) -> pd.DataFrame:
    """Return the models that are there, one a row: name, in use or not, labels, held-out score, start, last decision.

    A folder that cannot be used stands there with its reason; a score on a handful of reports is left out.
    """
    import pandas as pd

    chosen = in_use(models)
    found = {path.parent.name: path.parent for path in sorted(models.glob("[!.]*/manifest.json"))}
    decided = {line.model: line.sentence() for line in read_history(models)}
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
