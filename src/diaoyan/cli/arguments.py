"""From the arguments of a verb to what the library works on: reports and codebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.cli.progress import step
from diaoyan.cli.speaking import say
from diaoyan.errors import CompilationError
from diaoyan.language import gettext

if TYPE_CHECKING:
    from diaoyan.compilation import SplitCompilation
    from diaoyan.corpus import Label
    from diaoyan.report import Report
    from diaoyan.tagging import Tagger
    from diaoyan.themes import Codebook


def reports_of(inputs: Sequence[str]) -> list[Report]:
    """Return the reports of the inputs in order; of the whole corpus where none is named."""
    from diaoyan.corpus import Corpus
    from diaoyan.inputs import read_reports

    step(gettext("reading the reports"))
    if not inputs:
        return Corpus(settings.CORPUS).reports()
    return [report for source in inputs for report in read_reports(source)]


def compilations_of(files: Sequence[Path], month: str | None, *, done: str) -> list[SplitCompilation]:
    """Return the files split; where one of several cannot be, the error says that none was `done`."""
    from diaoyan.compilation import split

    found = []
    try:
        for file in files:
            step(gettext("splitting {file}").format(file=file.name))
            found.append(split(file, month=month))
        return found
    except CompilationError as error:
        if len(files) == 1:
            raise
        raise CompilationError(
            gettext("{value}; none of the {count} files was {done}.").format(
                value=str(error).rstrip("."), count=len(files), done=done
            )
        ) from None


def codebook_of(path: Path | None) -> Codebook:
    """Return the codebook named, else the one kept beside the corpus, else the four themes that ship."""
    from diaoyan.themes import Codebook

    if path is None and settings.CODEBOOK.is_file():
        path = settings.CODEBOOK
    return Codebook.read(path) if path else Codebook.default()


def tagger_of(model: str | None, codebook: Path | None) -> Tagger:
    """Return a model, or the one in use, for the themes of the codebook named, or of the one beside the corpus."""
    from diaoyan.models import load_tagger
    from diaoyan.tagging.untaught import for_codebook

    step(gettext("loading the model"))
    tagger = load_tagger(model)
    if codebook is None and not settings.CODEBOOK.is_file():
        return tagger
    return for_codebook(tagger, codebook_of(codebook))


def labels_of_corpus(codebook: Codebook) -> dict[str, Label]:
    """Return the labels of the corpus, and say which of them name themes that the codebook lacks."""
    from diaoyan.corpus import Corpus

    left_out: Counter[str] = Counter()
    labels = Corpus(settings.CORPUS).labels(codebook, left_out=left_out)
    _say_left_out(left_out)
    return labels


def _say_left_out(left_out: Counter[str]) -> None:
    from diaoyan.corpus import said_of_left_out

    if sentence := said_of_left_out(left_out):
        say(sentence)


def has_own_themes(codebook: Codebook) -> bool:
    """Whether a codebook has other themes than the four that ship."""
    from diaoyan.themes import Codebook

    return set(codebook.ids) != set(Codebook.default().ids)


def labelled(
    path: Path | None, codebook: Codebook, reports: Callable[[], list[Report]]
) -> tuple[list[Report], dict[str, Label]]:
    """Return reports and the labels in a file, or of the corpus; the labels are read first, and speak of no others."""
    from diaoyan.corpus import read_labels

    # In a file of one's own a theme that the codebook lacks is a slip; in the corpus it is one that was taken out.
    left_out: Counter[str] = Counter()
    read = partial(
        read_labels, path or settings.CORPUS / "labels.csv", codebook, left_out=left_out if path is None else None
    )
    read()
    found = reports()
    left_out.clear()
    labels = read(known={report.report_id for report in found})
    _say_left_out(left_out)
    return found, labels
