"""Facts on found themes: LDA topics and TF-IDF clusters beside the themes of the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.discovery import Cluster, LdaThemes, TfidfThemes, ThemeModel
from diaoyan.discovery.number import Choice, choice_table
from diaoyan.discovery.quality import mutual_information
from diaoyan.errors import CorpusError
from diaoyan.report import Report
from diaoyan.tagging import Tag
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    import pandas as pd

#: Reports with text below which what two methods find are the words of single reports.
LEAST = 5
#: Reports beyond which only every n-th is divided, so that the theme report of years does not take an hour.
MOST = 600


@dataclass(frozen=True)
class Divisions:
    """What two methods, which know nothing of the classifier, make of the same reports.

    Attributes
    ----------
    agreement : DataFrame
        ``lda, theme, tfidf, reports``: numbers of topic and cluster, theme of the tag, and reports that share them.
    topics : DataFrame
        ``topic, name, doubt, size, word, score``: the words of each LDA topic.
    assigned : DataFrame
        ``report_id, topic``: the LDA topic of each report.
    scores : dict of str to float
        Adjusted mutual information ``lda`` and ``tfidf`` with the tags, ``both`` with each other.
    same : dict of str to int
        ``lda`` and ``tfidf``: reports that fall under the theme of their tag there too.
    names : dict of str to dict of str
        ``lda`` and ``tfidf``: what each topic and cluster is called.
    choice : DataFrame
        ``k, stability, error, coherence, smallest, largest, plateau, chosen``: how LDA's number of topics was chosen.
    of_rest : bool
        Whether only what the codebook's themes leave over was divided freely.
    """

    agreement: pd.DataFrame
    topics: pd.DataFrame
    assigned: pd.DataFrame
    scores: dict[str, float]
    same: dict[str, int]
    names: dict[str, dict[str, str]]
    choice: pd.DataFrame
    of_rest: bool


@dataclass(frozen=True)
class Divided:
    """What two fitted models leave to be compared: little enough to be handed from one process to another.

    Attributes
    ----------
    report_ids : list of str
    found : dict of str to list of int
        ``lda`` and ``tfidf``: the topic or cluster of each report.
    clusters : dict of str to list of Cluster
    choice : Choice or None
        How LDA's number of topics was chosen.
    of_rest : bool
        See `Divisions`.
    """

    report_ids: list[str]
    found: dict[str, list[int]]
    clusters: dict[str, list[Cluster]]
    choice: Choice | None
    of_rest: bool


def evenly(reports: Sequence[Report]) -> Sequence[Report]:
    """Return the reports that are divided: all, or every n-th of very many."""
    return reports[:: max(1, -(-len(reports) // MOST))]


def divide(reports: Sequence[Report], codebook: Codebook, *, random_state: int = 0) -> list[ThemeModel]:
    """Fit LDA and TF-IDF to the reports, or to every n-th of very many; an empty list if there is too little text."""
    part = evenly(reports)
    if sum(report.has_text for report in part) < LEAST:
        return []
    lda = LdaThemes(codebook, random_state=random_state)
    tfidf = TfidfThemes(codebook, random_state=random_state)
    try:
        return [lda.fit(part), tfidf.fit(lda.material_)]
    except CorpusError:
        return []


def divided(reports: Sequence[Report], codebook: Codebook, *, random_state: int = 0) -> Divided | None:
    """Return what is kept of the models that `divide` fits."""
    return kept(divide(reports, codebook, random_state=random_state))


def kept(models: Sequence[ThemeModel]) -> Divided | None:
    """Return what is kept of a fitted LDA and a fitted TF-IDF model; None without models."""
    if not models:
        return None
    by_method = {model.method: model for model in models}
    lda = by_method["lda"]
    return Divided(
        report_ids=[report.report_id for report in lda.material_.reports],
        found={method: by_method[method].filed_.tolist() for method in ("lda", "tfidf")},
        clusters={method: by_method[method].clusters_ for method in ("lda", "tfidf")},
        choice=lda.choice_,
        of_rest=not lda.free,
    )


def divisions(found: Divided | None, tags: Sequence[Tag]) -> Divisions | None:
    """Compare what both methods found with the tags of the same reports."""
    import pandas as pd

    if found is None:
        return None
    theme = {tag.report_id: tag.primary for tag in tags}
    tagged = [theme[report_id] for report_id in found.report_ids]
    table = pd.DataFrame(
        {
            "report_id": found.report_ids,
            "lda": list(map(str, found.found["lda"])),
            "tfidf": list(map(str, found.found["tfidf"])),
            "theme": tagged,
        }
    )
    agreement = table.groupby(["lda", "theme", "tfidf"]).size().rename("reports").reset_index()
    pairs = {"lda": ("theme", "lda"), "tfidf": ("theme", "tfidf"), "both": ("lda", "tfidf")}
    return Divisions(
        agreement=agreement,
        topics=_topics(found.clusters["lda"]),
        assigned=table[["report_id", "lda"]].rename(columns={"lda": "topic"}),
        scores={
            name: round(mutual_information(table[one].tolist(), table[other].tolist()), 4)
            for name, (one, other) in pairs.items()
        },
        same={
            method: sum(clusters[number].theme == tag for number, tag in zip(found.found[method], tagged, strict=True))
            for method, clusters in found.clusters.items()
        },
        names={method: {str(c.cluster): c.name for c in clusters} for method, clusters in found.clusters.items()},
        choice=choice_table(found.choice),
        of_rest=found.of_rest,
    )


def _topics(clusters: Sequence[Cluster], *, most: int = 15) -> pd.DataFrame:
    import pandas as pd

    rows = [
        [str(cluster.cluster), cluster.name, cluster.doubt, cluster.size, word, score]
        for cluster in clusters
        for word, score in cluster.words[:most]
    ]
    return pd.DataFrame(rows, columns=["topic", "name", "doubt", "size", "word", "score"])
