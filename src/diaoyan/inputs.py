"""INPUT, what the commands take reports from: a compilation, JSON Lines, Parquet, or a month of the corpus."""

from __future__ import annotations

import re
from pathlib import Path

from diaoyan import settings
from diaoyan.corpus import Corpus, read_parquet
from diaoyan.errors import CompilationError
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
    if isinstance(source, str) and re.fullmatch(r"\d{4}-\d{2}", source) and not path.exists():
        return Corpus(corpus).reports(source)
    if not path.exists():
        raise CompilationError(f"{path}: no such file; expected a compilation, JSON Lines, Parquet, or a month like 2025-03.")
    name = path.name.lower()
    if name.endswith((".jsonl", ".jsonl.gz")):
        return read_jsonl(path)
    if name.endswith(".parquet"):
        return read_parquet(path)
    from diaoyan.compilation import split

    return list(split(path).reports)
