"""INPUT, what the commands take reports from: a compilation, a table, a folder, pasted text, a month of the corpus."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace
from pathlib import Path

from diaoyan import settings
from diaoyan.corpus import Corpus, read_parquet
from diaoyan.errors import CompilationError, CorpusError, DiaoyanError
from diaoyan.language import gettext
from diaoyan.readers.kinds import ENDINGS
from diaoyan.report import Report, read_jsonl

#: Endings of the files that are taken for tables of reports.
TABLES = frozenset([".csv", ".tsv", ".xlsx", ".xlsm", ".jsonl", ".gz", ".parquet"])
#: Pasted text longer than this is no report.
_LONGEST_PASTED = 50_000_000


def read_reports(source: str | Path, *, corpus: Path = settings.CORPUS) -> list[Report]:
    """Return the reports of one input.

    Parameters
    ----------
    source : str or Path
        A month already in the corpus (``2025-03``); a ``.jsonl``, ``.jsonl.gz``, ``.parquet``, ``.csv`` or ``.xlsx``
        file of reports; a compilation in any format that `diaoyan.split` reads; a folder of such files, each a
        compilation or one report; or ``-`` for text on the standard input.
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
    if source == "-":
        return _pasted()
    path = Path(source)
    there = os.path.exists(path)  # Path.exists raises for a name that is too long
    if isinstance(source, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}", source) and not there:
        return Corpus(corpus).reports(source)
    if not there:
        raise CompilationError(
            gettext(
                "{path}: no such file; expected a compilation, a table or folder of reports, or a month like 2025-03."
            ).format(path=path)
        )
    reports = _of_folder(path) if path.is_dir() else _of_file(path)
    if not reports:
        raise CorpusError(gettext("{path}: expected at least one report, found none.").format(path=path))
    return reports


def _of_file(path: Path) -> list[Report]:
    name = path.name.lower()
    if name.endswith((".jsonl", ".jsonl.gz")):
        return read_jsonl(path)
    if name.endswith(".parquet"):
        return read_parquet(path)
    if name.endswith((".csv", ".tsv", ".xlsx", ".xlsm")):
        from diaoyan.report_tables import read_report_table

        return read_report_table(path)
    from diaoyan.compilation import split

    return list(split(path).reports)


def _of_folder(folder: Path) -> list[Report]:
    """Return the reports of all files of a folder in the order of their names; hidden and foreign files are not read.

    Ids stay apart, so that two files that state no month do not share one.
    """
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$")) and path.suffix.lower() in ENDINGS | TABLES
    )
    reports: list[Report] = []
    refused: list[str] = []
    for path in files:
        try:
            reports += _of_file(path)
        except DiaoyanError as error:
            refused.append(str(error))
    if refused:
        more = (
            gettext(" ({count} of {count2} files; the first is named)").format(count=len(refused), count2=len(files))
            if len(refused) > 1
            else ""
        )
        raise CorpusError(
            gettext("{value}; take it out of {folder} or mend it{more}.").format(
                value=refused[0].rstrip("."), folder=folder, more=more
            )
        )
    if not files:
        raise CorpusError(
            gettext(
                "{folder}: expected a folder of compilations or reports (TXT, DOCX, PDF, CSV, XLSX …), "
                "found no such file."
            ).format(folder=folder)
        )
    return _apart(reports)


def _apart(reports: list[Report]) -> list[Report]:
    seen: dict[str, int] = {}
    found = []
    for report in reports:
        seen[report.report_id] = count = seen.get(report.report_id, 0) + 1
        found.append(report if count == 1 else replace(report, report_id=f"{report.report_id}-{count}"))
    return found


def _pasted() -> list[Report]:
    """Return the reports of the text on the standard input."""
    from diaoyan.compilation import split_source
    from diaoyan.readers.source import source_of

    data = sys.stdin.buffer.read(_LONGEST_PASTED)
    if not data.strip():
        raise CorpusError(gettext("Expected text on the standard input for '-', found none; paste or pipe a report."))
    return list(split_source(source_of(data, name="pasted.txt")).reports)
