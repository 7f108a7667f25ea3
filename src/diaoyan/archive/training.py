"""Training a classifier on an archive: on a sample of its labelled reports, as on any others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diaoyan.archive.sample import draw, read_rows
from diaoyan.archive.source import Archive
from diaoyan.archive.workers import runner
from diaoyan.corpus import read_labels
from diaoyan.language import gettext, in_each
from diaoyan.models import Learned, save_tagger
from diaoyan.tagging.classifier import Tagger
from diaoyan.themes import Codebook
from diaoyan.writing import refuse_existing

#: Reports in a part: what a worker reads at a time.
BATCH = 5000
#: Labelled reports that are learned from; what more of them are worth is measured in docs/scale.md.
DRAWN = 20_000
#: Labelled reports of a class that are drawn however rare it is.
LEAST = 50


@dataclass(frozen=True, slots=True)
class Trained:
    """What `train_archive` did, in numbers of reports.

    Attributes
    ----------
    reports : int
        In the archive.
    labelled : int
        With a label.
    learned : int
        Of these, drawn and learned from.
    """

    reports: int
    labelled: int
    learned: int


def train_archive(
    archive: Path,
    output: Path,
    *,
    labels: Path,
    codebook: Codebook | None = None,
    drawn: int = DRAWN,
    workers: int | None = None,
    scheduler: str | None = None,
    batch: int = BATCH,
    random_state: int = 0,
    say: Callable[[str], None] = lambda text: None,
    force: bool = False,
) -> Trained:
    """Train a classifier on labelled reports of an archive and save it as a model folder.

    The workers read the reports that were drawn; this process learns from them as `Tagger.fit` does. The model does
    not depend on the number of workers.

    Parameters
    ----------
    archive : Path
        See `tag_archive`.
    output : Path
        Model folder.
    labels : Path
        CSV, see `read_labels`.
    codebook : Codebook, optional
        The four themes that ship by default.
    drawn : int
        Labelled reports that are drawn by chance to be learned from; of a rarer class, up to 50 whatever this says.
    workers, scheduler
        See `tag_archive`.
    batch : int
        Reports in a part.
    random_state : int
        The only source of chance.
    say : callable
        Gets sentences for the person who waits.
    force : bool
        Replace a model that is there.

    Raises
    ------
    CorpusError
        If archive or labels cannot be read.
    ModelError
        If a class has fewer than three labelled reports.
    """
    refuse_existing(output, force=force)
    codebook = codebook or Codebook.default()
    source = Archive.open(archive)
    known = read_labels(labels, codebook)
    labelled = [(row, known[name].primary) for row, name in enumerate(source.ids()) if name in known]
    places = draw([name for _, name in labelled], drawn, least=LEAST, random_state=random_state)
    with runner(workers, scheduler) as run:
        reports = read_rows(source, [labelled[place][0] for place in places], run=run, batch=batch)
    say(
        gettext("learning from {learned} of {labelled} labelled reports").format(
            learned=len(reports), labelled=len(labelled)
        )
    )
    given = {report.report_id: known[report.report_id] for report in reports}
    tagger = Tagger(codebook, random_state=random_state).fit(reports, given)
    sources = in_each(
        lambda: gettext("{learned} of {labelled} labelled reports of {archive}, drawn by chance.").format(
            learned=len(reports), labelled=len(labelled), archive=archive.name
        )
    )
    save_tagger(output, tagger, evaluation=None, sources=sources, learned=Learned(given))
    return Trained(source.reports, len(labelled), len(reports))
