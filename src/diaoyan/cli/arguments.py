"""From the arguments of a verb to what the library works on: reports and codebooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.errors import CompilationError

if TYPE_CHECKING:
    from diaoyan.compilation import SplitCompilation
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


def compilations_of(files: Sequence[Path], month: str | None, *, done: str) -> list[SplitCompilation]:
    """Return the files split; where one of several cannot be, the error says that none was `done`."""
    from diaoyan.compilation import split

    try:
        return [split(file, month=month) for file in files]
    except CompilationError as error:
        if len(files) == 1:
            raise
        raise CompilationError(f"{str(error).rstrip('.')}; none of the {len(files)} files was {done}.") from None


def codebook_of(path: Path | None) -> Codebook:
    """Return the codebook named, else the one kept beside the corpus, else the four themes that ship."""
    from diaoyan.themes import Codebook

    if path is None and settings.CODEBOOK.is_file():
        path = settings.CODEBOOK
    return Codebook.read(path) if path else Codebook.default()


def labelled(
    path: Path | None, codebook: Codebook, reports: Callable[[], list[Report]]
) -> tuple[list[Report], dict[str, Label]]:
    """Return reports and the labels in a file, or of the corpus; the labels are read first, and speak of no others."""
    from diaoyan.corpus import read_labels

    path = path or settings.CORPUS / "labels.csv"
    read_labels(path, codebook)
    found = reports()
    return found, read_labels(path, codebook, known={report.report_id for report in found})
