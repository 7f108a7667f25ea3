"""`Tag`, what the classifier says of one report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from diaoyan.corpus.labels import Label, naming_only
from diaoyan.display import Bar, Cell, table
from diaoyan.language import gettext
from diaoyan.themes import OTHER, Codebook

#: What the evidence of a tag begins with where a person gave it.
BY_HAND = "人工标注"
#: Characters of a word; what is longer is a sentence.
_LONGEST = 20


def evidence_words(evidence: str) -> list[str]:
    """Return the words that the evidence of a tag names, without what stands before them.

    Examples
    --------
    >>> evidence_words("无正文，仅据题目：土地流转、集体经济"), evidence_words("人工标注；农户")
    (['土地流转', '集体经济'], ['农户'])
    """
    return [word for word in re.split("[：；]", evidence)[-1].split("、") if 1 < len(word) <= _LONGEST]


def standing(tags: Iterable[Tag], labels: Mapping[str, Label], codebook: Codebook) -> list[Tag]:
    """Return tags in which what a person said stands: the label of a report instead of the classifier's answer.

    A label that names a theme the codebook lacks is left out.

    Examples
    --------
    >>> tag = Tag("r1", "2025-03", 1, "甲", "rural", ("rural",), {"rural": 0.6, "other": 0.4}, True, "农户")
    >>> [one.primary for one in standing([tag], {"r1": Label("finance")}, Codebook.default())]
    ['finance']
    """
    known = naming_only(labels, (*codebook.ids, OTHER))
    return [tag.by_hand(known.get(tag.report_id)) for tag in tags]


@dataclass(frozen=True, slots=True)
class Tag:
    """What the classifier says of one report.

    Parameters
    ----------
    report_id, month, no, title : str or None, int or None
        From the report.
    primary : str
        Id of the theme it is filed under, or ``other``; never empty.
    themes : tuple of str
        Every theme it carries, the primary first; empty if it is `other` alone.
    probabilities : dict of str to float
        Calibrated probability that the report carries each theme of the codebook, and that it is `other`.
    needs_review : bool
        Whether a person should look at it.
    evidence : str
        The words that speak most for the primary theme; says so where there was no text, or only a part.
    reason : str
        In words, why a person should look at it; empty where nothing is doubtful.
    certainty : float
        How sure the classifier is that the primary theme is right, 0 to 1.
    """

    report_id: str
    month: str | None
    no: int | None
    title: str
    primary: str
    themes: tuple[str, ...]
    probabilities: dict[str, float]
    needs_review: bool
    evidence: str
    reason: str = ""
    certainty: float = 0.0

    def by_hand(self, label: Label | None) -> Tag:
        """Return the tag with the themes a person gave, which nobody needs to look at again; itself without a label.

        The probabilities stay those of the classifier.

        Examples
        --------
        >>> tag = Tag("r1", "2025-03", 1, "甲", "rural", ("rural",), {"rural": 0.6, "other": 0.4}, True, "农户")
        >>> tag.by_hand(Label("rural", ("finance",))).evidence, tag.by_hand(Label("other")).evidence
        ('人工标注；农户', '人工标注，与机器判断不同')
        """
        if label is None:
            return self
        themes = tuple(theme for theme in label.themes if theme != OTHER)
        said = f"{BY_HAND}；{self.evidence}" if label.primary == self.primary else f"{BY_HAND}，与机器判断不同"
        return replace(self, primary=label.primary, themes=themes, needs_review=False, evidence=said, reason="")

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the probability of each theme as a bar."""
        rows: list[list[Cell]] = [
            [
                "primary" if theme == self.primary else "further" if theme in self.themes else "",
                theme,
                Bar(p, f"{p:.3f}"),
            ]
            for theme, p in self.probabilities.items()
        ]
        notes = [gettext("evidence: {evidence}").format(evidence=self.evidence)]
        if self.needs_review and self.reason:
            notes.append(gettext("needs review: {reason}").format(reason=self.reason))
        elif self.needs_review:
            notes.append(gettext("needs review"))
        return table(["", "theme", "probability"], rows, caption=self.title, notes=notes)
