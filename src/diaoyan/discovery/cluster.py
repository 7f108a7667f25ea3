"""`Cluster`, one found theme with everything there is to say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diaoyan.display import Bar, Cell, table
from diaoyan.language import Lang, gettext
from diaoyan.themes import OTHER, Codebook

#: What makes a theme unstable, by `Cluster.doubt`.
DOUBTS: dict[str, dict[Lang, str]] = {
    "no reports": {"zh": "没有报告归入", "en": "no report falls under it"},
    "no text": {"zh": "无正文", "en": "no text"},
    "one section": {"zh": "仅一节正文", "en": "one section of text"},
    "resamples": {"zh": "少几篇报告即变", "en": "changes when reports are left out"},
    "seeds": {"zh": "换随机种子即变", "en": "changes with the random seed"},
}
#: What a theme is called that the codebook does not have.
NEW = "新主题"
#: A theme whose words come back in less than this share of the refits is called unstable.
STABLE = 0.4
#: Sections of text that must speak for a theme before it can be called stable.
LEAST_SUPPORT = 2


@dataclass(frozen=True, slots=True)
class Cluster:
    """One found theme.

    Parameters
    ----------
    cluster : int
        Number, from 0; the themes of the codebook first when seeded.
    theme : str
        Id of the theme of the codebook, or ``other``.
    name : str
        Name to print, in Chinese; 新主题 with its first words where the codebook has none.
    match : float
        How well the words match the codebook, 0 to 1; 1 for a seeded theme.
    words : list of (str, float)
        Most distinctive words with their z-scores, highest first.
    exemplars : list of dict
        The most central reports, ``report_id`` and ``title``.
    size : int
        Reports whose strongest cluster this is; over all clusters it adds up to all reports.
    sections : int
        Sections of text whose strongest cluster this is; without any, only titles are filed here.
    share : float
        Its share of all text, 0 to 1.
    coherence : float
        Mean NPMI of its ten first words over the sections of the corpus, -1 to 1.
    stability : float
        Mean Jaccard index of its ten first words over refits on 80 % of the reports, 0 to 1.
    stability_seeds : float
        The same over refits on all reports with other seeds, 0 to 1.
    stable : bool
        Whether both are at least 0.4, and at least two sections speak for it; the rest, 其他, is no theme and is not
        called unstable.
    """

    cluster: int
    theme: str
    name: str
    match: float
    words: list[tuple[str, float]]
    exemplars: list[dict[str, str]]
    size: int
    sections: int
    share: float
    coherence: float
    stability: float
    stability_seeds: float
    stable: bool

    @property
    def doubt(self) -> str:
        """Why the theme cannot be relied on: a key of `DOUBTS`, or nothing."""
        if self.stable:
            return ""
        if not self.size:
            return "no reports"
        if self.sections < LEAST_SUPPORT:
            return "one section" if self.sections else "no text"
        return "resamples" if self.stability < STABLE else "seeds"

    @property
    def label(self) -> str:
        """The name, and where the theme cannot be relied on, why."""
        return self.name if self.stable else f"{self.name}（不稳定：{DOUBTS[self.doubt]['zh']}）"

    def title(self, codebook: Codebook, lang: Lang) -> str:
        """Return the name in a language; the words after the name of a theme are those of the reports.

        Examples
        --------
        >>> numbers = dict(match=0.0, words=[], exemplars=[], size=1, sections=1, share=1.0, coherence=0.0,
        ...                stability=1.0, stability_seeds=1.0, stable=True)
        >>> Cluster(0, "rural", "乡村振兴：村、地块", **numbers).title(Codebook.default(), "en")
        'Rural revitalization: 村、地块'
        """
        if lang == "zh":
            return self.name
        name, _, words = self.name.partition("：")
        called = {codebook.name(theme): codebook.name(theme, lang) for theme in (*codebook.ids, OTHER)}
        called[NEW] = "New theme"
        return ": ".join(filter(None, (called.get(name, name), words)))

    def said(self, codebook: Codebook, lang: Lang) -> str:
        """Return the name in a language, and where the theme cannot be relied on, why; in Chinese that is `label`."""
        if lang == "zh" or self.stable:
            return self.label if lang == "zh" else self.title(codebook, lang)
        return f"{self.title(codebook, lang)} (unstable: {DOUBTS[self.doubt][lang]})"

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the most distinctive words, and what the theme rests on."""
        longest = max((score for _, score in self.words), default=1.0)
        rows: list[list[Cell]] = [[word, Bar(score / longest, f"{score:.1f}")] for word, score in self.words]
        notes = [
            gettext("{size} reports, {sections} sections, {share:.0%} of the text").format(
                size=self.size, sections=self.sections, share=self.share
            ),
            gettext(
                "stability {stability:.2f} over resamples, {stability_seeds:.2f} over seeds; coherence {coherence:.2f}"
            ).format(stability=self.stability, stability_seeds=self.stability_seeds, coherence=self.coherence),
            *(gettext("central: {title}").format(title=exemplar["title"]) for exemplar in self.exemplars),
        ]
        return table(["word", "distinctive (z)"], rows, caption=self.label, notes=notes, most=8)


def keys_of(clusters: Sequence[Cluster], codebook: Codebook) -> list[str]:
    """Return what each found theme is known by where it is drawn: the codebook's id, or ``new<cluster>``.

    A theme that the codebook does not have, or that was found before, has no id of its own.
    """
    keys: list[str] = []
    for cluster in clusters:
        unnamed = cluster.theme == OTHER and cluster.name != codebook.name(OTHER)
        keys.append(f"new{cluster.cluster}" if unnamed or cluster.theme in keys else cluster.theme)
    return keys


def clusters_table(clusters: Sequence[Cluster], *, caption: str, notes: Sequence[str] = ()) -> str:
    """Return found themes as an HTML table for notebooks, one row a theme; see `diaoyan.display.table`."""
    rows: list[list[Cell]] = []
    for cluster in clusters:
        trust = min(cluster.stability, cluster.stability_seeds)
        words = "、".join(word for word, _ in cluster.words[:8])
        share, stability = Bar(cluster.share, f"{cluster.share:.0%}"), Bar(trust, f"{trust:.2f}")
        rows.append([cluster.cluster, cluster.label, cluster.size, share, stability, words])
    header = ["", "theme", "reports", "share of the text", "stability", "most distinctive words"]
    return table(header, rows, caption=caption, notes=notes)
