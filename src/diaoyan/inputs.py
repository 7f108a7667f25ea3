"""INPUT, what the commands take reports from: a compilation, JSON Lines, Parquet, or a month of the corpus."""

from __future__ import annotations

import os
import re
from pathlib import Path

from diaoyan import settings
from diaoyan.corpus import Corpus, read_parquet
from diaoyan.errors import CompilationError, CorpusError
from diaoyan.report import Report, read_jsonl


def read_reports(source: str | Path, *, corpus: Path = settings.CORPUS) -> list[Report]:
    """Return the reports of one input.

    Parameters
    ----------
    source : str or Path
        A month already in the corpus (``2025-03``), a ``.jsonl``, ``.jsonl.gz`` or ``.parquet`` file of reports, or a
        compilation in any format that `diaoyan.split` reads.
    corpus : Path
        Folder of the corpus.

    Raises
    ------
    DiaoyanError
        If the input is not there or is none of these.

    Examples
    --------
    >>> reports = read_reports(settings.shipped("sample") / "reports.jsonl")
    >>> len(reports)
    88
    """
    path = Path(source)
    there = os.path.exists(path)  # Path.exists raises for a name that is too long
    if isinstance(source, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}", source) and not there:
        return Corpus(corpus).reports(source)
    if not there:
        raise CompilationError(
            f"{path}: no such file; expected a compilation, JSON Lines, Parquet, or a month like 2025-03."
        )
    name = path.name.lower()
    if name.endswith((".jsonl", ".jsonl.gz")):
        reports = read_jsonl(path)
    elif name.endswith(".parquet"):
        reports = read_parquet(path)
    else:
        from diaoyan.compilation import split

        reports = list(split(path).reports)
    if not reports:
        raise CorpusError(f"{path}: expected at least one report, found none.")
    return reports
