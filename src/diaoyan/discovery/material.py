"""The material themes are found in: the sections of all reports as counts of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import near_duplicates
from diaoyan.errors import CorpusError
from diaoyan.preprocess import Tokenizer, cut_sections
from diaoyan.report import Report
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
#: Fewest sections, and fewest different words, from which themes can be found.
LEAST_SECTIONS, LEAST_WORDS = 8, 20


@dataclass(frozen=True)
class Material:
    """Sections of reports as counts of words.

    Attributes
    ----------
    counts : csr_matrix of shape (n_sections, n_words)
        How often a word stands in a section.
    words : list of str
        The columns of `counts`.
    owner : ndarray of shape (n_sections,)
        Row of the report a section belongs to. The title of a report is a section of its own.
    length : ndarray of shape (n_sections,)
        Known words in the section, repeats included: its weight within its report.
    shaping : ndarray of shape (n_sections,)
        False for titles, and for reports that return nearly unchanged: they are placed among the themes but do not
        shape them.
    reports : sequence of Report
    """

    counts: csr_matrix
    words: list[str]
    owner: npt.NDArray[np.int64]
    length: Floats
    shaping: npt.NDArray[np.bool_]
    reports: Sequence[Report]

    @classmethod
    def gather(cls, reports: Sequence[Report], tokenizer: Tokenizer, *, most_frequent: float = 0.3) -> Material:
        """Cut reports into sections and count their words.

        Words of fewer than two sections (three from 300 sections on, five from 600), and words that stand in more than
        `most_frequent` of the sections, tell no theme and are left out.

        Raises
        ------
        CorpusError
            If there is too little text: fewer than 8 sections or 20 different words.
        """
        from scipy.sparse import csr_matrix

        group = near_duplicates(reports)
        _, first = np.unique(group, return_index=True)
        returning = ~np.isin(np.arange(len(reports)), first)
        owner: list[int] = []
        shaping: list[bool] = []
        sections: list[Counter[str]] = []
        for row, report in enumerate(reports):
            body = not returning[row]
            for text, shapes in [(report.title, False), *((section, body) for section in cut_sections(report.text))]:
                sections.append(Counter(tokenizer(text)))
                owner.append(row)
                shaping.append(shapes)
        bodies = sum(shaping)
        if bodies < LEAST_SECTIONS:
            raise CorpusError(
                f"Too little text to find themes in: expected at least {LEAST_SECTIONS} sections, found {bodies} in "
                f"{sum(r.has_text for r in reports)} of {len(reports)} reports with text; add more months."
            )
        presence = Counter(word for section, shapes in zip(sections, shaping, strict=True) if shapes for word in section)
        least = 2 if bodies < 300 else 3 if bodies < 600 else 5
        most = max(least, most_frequent * bodies)
        words = sorted(word for word, number in presence.items() if least <= number <= most)
        if len(words) < LEAST_WORDS:
            raise CorpusError(
                f"Too few words to find themes in: expected at least {LEAST_WORDS} Chinese words that several sections "
                f"share, found {len(words)}; is the text Chinese, and not the same in all reports?"
            )
        column = {word: number for number, word in enumerate(words)}
        rows, columns, values = [], [], []
        for row, section in enumerate(sections):
            for word, number in sorted(section.items()):
                if word in column:
                    rows.append(row)
                    columns.append(column[word])
                    values.append(float(number))
        counts = csr_matrix((values, (rows, columns)), shape=(len(sections), len(words)))
        length = np.asarray(counts.sum(1)).ravel()
        return cls(counts, words, np.array(owner), length, np.array(shaping), reports)

    def tfidf(self) -> csr_matrix:
        """Return sublinear TF-IDF of the sections, rows of unit length."""
        from sklearn.feature_extraction.text import TfidfTransformer

        transformer = TfidfTransformer(sublinear_tf=True)
        return transformer.fit(self.counts[self.shaping]).transform(self.counts)

    def seed_columns(self, codebook: Codebook) -> list[list[int]]:
        """Return, per theme, the columns of its seed words; a theme none of whose seeds occurs gets an empty list."""
        column = {word: number for number, word in enumerate(self.words)}
        return [[column[seed] for seed in theme.seeds if seed in column] for theme in codebook.themes]

    def by_report(self, weights: Floats) -> Floats:
        """Sum section weights to reports, by length, so that each row adds up to 1.

        Parameters
        ----------
        weights : ndarray of shape (n_sections, n_clusters)
            Not negative.

        Returns
        -------
        ndarray of shape (n_reports, n_clusters)
            A row of zeros for a report in which nothing is known.
        """
        total = np.zeros((len(self.reports), weights.shape[1]))
        # A title says in ten words what the text is about: it counts as a fifth of an average section.
        average = float(self.length[self.shaping].mean())
        worth = np.where(self.shaping, self.length, np.minimum(self.length, 1) * average / 5)
        np.add.at(total, self.owner, weights * worth[:, None])
        sums = total.sum(1, keepdims=True)
        return np.divide(total, sums, out=np.zeros_like(total), where=sums > 0)

    def sample(self, rows: npt.NDArray[np.int64]) -> Material:
        """Return the material of some of the reports, over the same words."""
        chosen = np.flatnonzero(np.isin(self.owner, rows))
        place = {int(row): number for number, row in enumerate(rows)}
        return Material(
            self.counts[chosen],
            self.words,
            np.array([place[int(row)] for row in self.owner[chosen]]),
            self.length[chosen],
            self.shaping[chosen],
            [self.reports[int(row)] for row in rows],
        )
