"""Facts on found themes: LDA topics and TF-IDF clusters beside the themes of the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.discovery import LdaThemes, TfidfThemes, ThemeModel
from diaoyan.discovery.output import choice_facts
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
    names: dict[str, dict[str, str]]
    choice: pd.DataFrame
    of_rest: bool


def divide(reports: Sequence[Report], codebook: Codebook, *, random_state: int = 0) -> list[ThemeModel]:
    """Fit LDA and TF-IDF to the reports, or to every n-th of very many; an empty list if there is too little text."""
    part = reports[:: -(-len(reports) // MOST)]
    if sum(report.has_text for report in part) < LEAST:
        return []
    lda = LdaThemes(codebook, random_state=random_state)
    tfidf = TfidfThemes(codebook, random_state=random_state)
    try:
        return [lda.fit(part), tfidf.fit(lda.material_)]
    except CorpusError:
        return []


def divisions(models: Sequence[ThemeModel], tags: Sequence[Tag]) -> Divisions | None:
    """Compare a fitted LDA and a fitted TF-IDF model with the tags of the same reports; None without models."""
    from sklearn.metrics import adjusted_mutual_info_score

    if not models:
        return None
    by_method = {model.method: model for model in models}
    lda, tfidf = by_method["lda"], by_method["tfidf"]
    theme = {tag.report_id: tag.primary for tag in tags}
    table = lda.assignments()[["report_id", "cluster"]].rename(columns={"cluster": "lda"})
    table["tfidf"] = tfidf.assignments()["cluster"]
    table["theme"] = [theme[report_id] for report_id in table["report_id"]]
    table = table.astype({"lda": str, "tfidf": str})
    agreement = table.groupby(["lda", "theme", "tfidf"]).size().rename("reports").reset_index()
    pairs = {"lda": ("theme", "lda"), "tfidf": ("theme", "tfidf"), "both": ("lda", "tfidf")}
    return Divisions(
        agreement=agreement,
        topics=_topics(lda),
        assigned=table[["report_id", "lda"]].rename(columns={"lda": "topic"}),
        scores={
            name: round(float(adjusted_mutual_info_score(table[one], table[other])), 4)
            for name, (one, other) in pairs.items()
        },
        names={model.method: {str(c.cluster): c.name for c in model.clusters_} for model in (lda, tfidf)},
        choice=choice_facts(lda),
        of_rest=not lda.free,
    )


def _topics(model: ThemeModel, *, most: int = 15) -> pd.DataFrame:
    import pandas as pd

    rows = [
        [str(cluster.cluster), cluster.name, cluster.doubt, cluster.size, word, score]
        for cluster in model.clusters_
        for word, score in cluster.words[:most]
    ]
    return pd.DataFrame(rows, columns=["topic", "name", "doubt", "size", "word", "score"])
