"""The start of a training: the model whose weights it begins with, and what that one must not forget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.models.folder import load_tagger, read_manifest
from diaoyan.models.history import BASE
from diaoyan.report import Report
from diaoyan.tagging.untaught import for_codebook
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    from diaoyan.tagging import Tagger

#: Name of the start from nothing.
SCRATCH = "none"


@dataclass(frozen=True)
class Start:
    """Where a training begins.

    Attributes
    ----------
    name : str
        Of the model, or ``none``.
    tagger : Tagger or None
        The model; None where everything is learned from the labels alone.
    rehearsal : tuple of (list of Report, dict of str to Label), optional
        Reports the model has learned from, which are learned again so that a few labels make it forget nothing.
    mark : str
        Identifies the weights.
    """

    name: str
    tagger: Tagger | None
    rehearsal: tuple[list[Report], dict[str, Label]] | None
    mark: str

    @classmethod
    def load(
        cls, name: str, reports: Sequence[Report], *, codebook: Codebook | None = None, models: Path = settings.MODELS
    ) -> Start:
        """Load a start for a training on `reports`, for the themes of a codebook where one is given.

        Raises
        ------
        ModelError
            If there is no such model, or it cannot be loaded.
        """
        if name == SCRATCH:
            return cls(name, None, None, SCRATCH)
        folder = settings.model(name, models)
        manifest = read_manifest(folder)
        rehearsal = None
        if name == BASE:
            own = {report.report_id for report in reports}
            sample, labels = settings.sample()
            others = [report for report in sample if report.report_id not in own]
            rehearsal = (others, {report.report_id: labels[report.report_id] for report in others})
        tagger = load_tagger(folder)
        if codebook is not None and set(tagger.codebook.ids) != set(codebook.ids):
            if not set(tagger.codebook.ids) <= set(codebook.ids):
                rehearsal = None  # what is `other` among its themes may be one of these
            tagger = for_codebook(tagger, codebook)
        return cls(name, tagger, rehearsal, ";".join(sorted(manifest["sha256"].values())))
