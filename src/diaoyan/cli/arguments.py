"""From the arguments of a verb to what the library works on: reports and codebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.errors import CorpusError

if TYPE_CHECKING:
    from diaoyan.corpus import Label
    from diaoyan.report import Report
    from diaoyan.themes import Codebook


def reports_of(inputs: Sequence[str]) -> list[Report]:
    """Return the reports of the inputs in order; of the whole corpus where none is named."""
    from diaoyan.corpus import Corpus
    from diaoyan.inputs import read_reports

    if not inputs:
        return Corpus(settings.CORPUS).reports()
    return [report for source in inputs for report in read_reports(source)]


def codebook_of(path: Path | None) -> Codebook:
    """Return the codebook named, else the one kept beside the corpus, else the four themes that ship."""
    from diaoyan.themes import Codebook

    if path is None and settings.CODEBOOK.is_file():
        path = settings.CODEBOOK
    return Codebook.read(path) if path else Codebook.default()


def require_reports(labels: Mapping[str, Label], reports: Sequence[Report], path: Path) -> None:
    """Raise `CorpusError` if a label is of a report that is not there."""
    unknown = sorted(set(labels) - {report.report_id for report in reports})
    if unknown:
        raise CorpusError(f"{path}: {unknown[0]!r} is labelled but not in the corpus; add its compilation first.")
