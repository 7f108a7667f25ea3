"""A month's refit of the whole corpus, and what is sighted in it: the found themes, as far as their identity goes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diaoyan.discovery.model import ThemeModel
from diaoyan.discovery.naming import propose_name
from diaoyan.discovery.tfidf import TfidfThemes
from diaoyan.report import Report
from diaoyan.themes import OTHER, Codebook

#: Reports with text per group of the rest, and fewest and most such groups. With 6, 8 and 12 reports as many themes
#: planted into resamples of the sample are found (26, 26 and 27 of 32); with 12 fewer others begin (21 and 31 in 64
#: months), but they are found later and known themes are lost more often.
REPORTS_PER_GROUP, FEWEST_GROUPS, MOST_GROUPS = 8, 2, 24
#: Reports a refit takes, beyond which older months are sampled; and refits by which stability is judged.
MOST_REPORTS, RESAMPLES = 1500, 3
#: Share of the reports with a word that must be of the theme the word could announce.
OWN = 1 / 3


@dataclass(frozen=True, slots=True)
class Sighting:
    """One found theme, as far as it matters for who it is.

    Parameters
    ----------
    cluster : int
        Number of the cluster.
    codebook : str or None
        Id of the theme of the codebook that seeded it.
    name : str
        The name of the codebook, or the first words.
    words : dict of str to float
        Most distinctive words with their z-scores.
    seeds : tuple of str
        Those of the words that could announce the theme: at least two of its reports hold them, and a third of all
        reports that do are its own.
    titles : tuple of str
        Titles of the most central reports.
    members : frozenset of str
        Ids of the reports whose strongest cluster this is.
    sections : int
        Sections of text that speak for it.
    stable : bool
        See `Cluster`.
    """

    cluster: int
    codebook: str | None
    name: str
    words: Mapping[str, float]
    seeds: tuple[str, ...]
    titles: tuple[str, ...]
    members: frozenset[str]
    sections: int
    stable: bool


def refit(
    reports: Sequence[Report], codebook: Codebook | None = None, *, month: str, random_state: int = 0
) -> TfidfThemes:
    """Find themes in all months so far, so that `ThemeRegister.update` can tell which are known.

    The rest that no theme of the codebook explains is parted into one group per eight reports with text, 2 to 24:
    choosing their number by stability, as `TfidfThemes` does unasked, keeps a young theme hidden in 其他 until it
    has a dozen reports. Above 1,500 reports all of `month` are taken and the others sampled, by a hash of their id, so
    that the same ones are taken every month.

    Parameters
    ----------
    reports : sequence of Report
        Of all months.
    codebook : Codebook, optional
    month : str
        The month that has arrived, ``YYYY-MM``.
    random_state : int

    Raises
    ------
    CorpusError
        If there is too little text.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, _ = settings.sample()
    >>> model = refit([r for r in reports if r.month == "2025-03"], month="2025-03")
    >>> [cluster.theme for cluster in model.clusters_]
    ['rural', 'digital', 'discipline', 'finance', 'other', 'other']
    """
    codebook = codebook or Codebook.default()
    new = [report for report in reports if report.month == month]
    old = [report for report in reports if report.month != month]
    old.sort(key=lambda report: (hashlib.sha256(report.report_id.encode()).digest(), report.report_id))
    chosen = {report.report_id for report in [*new, *old[: max(0, MOST_REPORTS - len(new))]]}
    taken = [report for report in reports if report.report_id in chosen]
    groups = sum(report.has_text for report in taken) // REPORTS_PER_GROUP
    themes = len(codebook.ids) + min(max(groups, FEWEST_GROUPS), MOST_GROUPS)
    model = TfidfThemes(codebook, themes=themes, resamples=RESAMPLES, random_state=random_state)
    model.fit(taken)
    return model


def sightings(model: ThemeModel) -> list[Sighting]:
    """Return the found themes that have reports; 其他, which is no theme, is left out."""
    material = model.material_
    strongest = model.strongest_
    held = _holders(model)
    found = []
    for cluster in model.clusters_:
        rows = np.flatnonzero(strongest == cluster.cluster)
        codebook = None if cluster.theme == OTHER else cluster.theme
        if not len(rows) or (codebook is None and cluster.name == model.codebook.name(OTHER)):
            continue
        inside = set(map(int, rows))
        words = dict(cluster.words)
        seeds = [
            word
            for word in words
            if len(held[word] & inside) >= max(2, OWN * len(held[word])) and not any(c.isdigit() for c in word)
        ]
        found.append(
            Sighting(
                cluster=cluster.cluster,
                codebook=codebook,
                name=cluster.name if codebook else propose_name(list(words)),
                words=words,
                seeds=tuple(seeds),
                titles=tuple(exemplar["title"] for exemplar in cluster.exemplars),
                members=frozenset(material.reports[row].report_id for row in inside),
                sections=cluster.sections,
                stable=cluster.stable,
            )
        )
    return found


def _holders(model: ThemeModel) -> dict[str, set[int]]:
    """Return the rows of the reports that hold each of the themes' words."""
    material = model.material_
    column = {word: number for number, word in enumerate(material.words)}
    counts = material.counts.tocsc()
    wanted = {word for cluster in model.clusters_ for word, _ in cluster.words}
    return {word: set(map(int, material.owner[counts[:, column[word]].nonzero()[0]])) for word in wanted}
