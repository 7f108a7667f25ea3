"""The material themes are found in: the sections of all reports as counts of words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import near_duplicates
from diaoyan.discovery.latent import in_shares, places, tfidf
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.preprocess import Phrase, Tokenizer, cut_sections, foreign, learn_phrases, persons
from diaoyan.preprocess.vectors import WordVectors, in_unit_length
from diaoyan.report import Report
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
_Made = TypeVar("_Made")
#: Fewest sections, and fewest different words, from which themes can be found.
LEAST_SECTIONS, LEAST_WORDS = 8, 20
#: Most learned phrases: beyond a few hundred they are names and formulas of single reports.
MOST_PHRASES = 300
#: A word that stands in a larger share of the sections tells no theme.
MOST_FREQUENT = 0.3
#: Known words below which a section, as a rule a title, is too short for a mixture of topics, or to be judged by the
#: sections it stands near: its seed words decide.
SHORT = 15


@dataclass(frozen=True, eq=False)
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
    tokenizer : Tokenizer
        The one that cut the sections; it has the learned phrases among its terms.
    phrases : list of Phrase
        What was learned from the corpus itself.
    vectors : WordVectors or None
        What words mean; None where words alone are to be looked at.
    of_words, of_sections : dict
        What was worked out already and holds for the words, or for these sections; see `once`.
    """

    counts: csr_matrix
    words: list[str]
    owner: Rows
    length: Floats
    shaping: npt.NDArray[np.bool_]
    reports: Sequence[Report]
    tokenizer: Tokenizer
    phrases: list[Phrase] = field(default_factory=list)
    vectors: WordVectors | None = None
    of_words: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    of_sections: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def gather(
        cls,
        reports: Sequence[Report],
        tokenizer: Tokenizer,
        *,
        codebook: Codebook | None = None,
        vectors: WordVectors | None = None,
    ) -> Material:
        """Cut reports into sections, learn their phrases and count their words.

        Left out are names of persons and of places abroad; words of fewer than two sections (three from 300 sections
        on, five from 600) or, from ten reports with text on, of a single report, which name its case rather than a
        theme; and words that stand in more than 30 % of the sections. Seed words of the codebook stay wherever they
        occur, in a title alone too, so that a report without text can be placed.

        Raises
        ------
        CorpusError
            If there is too little text: fewer than 8 sections or 20 different words.
        """
        owner, texts, shaping = _sections(reports)
        bodies = int(shaping.sum())
        if bodies < LEAST_SECTIONS:
            raise CorpusError(
                gettext(
                    "Too little text to find themes in: expected at least {LEAST_SECTIONS} sections of 300 "
                    "characters, found {bodies} in {count} different reports with text of {count2}; add more "
                    "months, or tag by title with: diaoyan tag."
                ).format(
                    LEAST_SECTIONS=LEAST_SECTIONS,
                    bodies=bodies,
                    count=len(np.unique(owner[shaping])),
                    count2=len(reports),
                )
            )
        clauses = [tokenizer.clauses(text) for text in texts]
        shapers = [clauses[row] for row in np.flatnonzero(shaping)]
        phrases = learn_phrases(shapers, tokenizer, least_texts=max(3, bodies // 250))[:MOST_PHRASES]
        if phrases:
            terms = [*tokenizer.kept_whole, *(phrase.text for phrase in phrases)]
            tokenizer = Tokenizer(engine=tokenizer.engine, words=tokenizer.words, places=tokenizer.places, terms=terms)
            clauses = [tokenizer.clauses(text) for text in texts]
        everything = {token for section in clauses for clause in section for token in clause}
        always = _seed_words(codebook, tokenizer) if codebook else frozenset()
        # What a codebook names is no mere name: a theme may be about trade with one country.
        names = (persons(clauses, [report.authors or "" for report in reports]) | foreign(everything)) - always
        telling = set(filter(tokenizer.keeps, everything)) - names
        sections = [Counter(filter(telling.__contains__, chain.from_iterable(section))) for section in clauses]
        words = _vocabulary(sections, owner, shaping, always=always)
        if len(words) < LEAST_WORDS:
            raise CorpusError(
                gettext(
                    "Too few words to find themes in: expected at least {LEAST_WORDS} Chinese words that "
                    "several sections share, found {count}; is the text Chinese, and not the same in all "
                    "reports?"
                ).format(LEAST_WORDS=LEAST_WORDS, count=len(words))
            )
        counts = _count(sections, words)
        length = np.asarray(counts.sum(1)).ravel()
        return cls(counts, words, owner, length, shaping, reports, tokenizer, phrases, vectors)

    def of_others(self, reports: Sequence[Report]) -> Material:
        """Return other reports over the same words; none of them was looked at when the words were chosen."""
        owner, texts, shaping = _sections(reports)
        clauses = [self.tokenizer.clauses(text) for text in texts]
        counts = _count([Counter(token for clause in section for token in clause) for section in clauses], self.words)
        length = np.asarray(counts.sum(1)).ravel()
        return replace(
            self, counts=counts, owner=owner, length=length, shaping=shaping, reports=reports, of_sections={}
        )

    def words_alone(self) -> Material:
        """Return the same sections without what their words mean; nothing that was worked out with it is kept."""
        return replace(self, vectors=None, of_words={}, of_sections={})

    def once(self, key: Hashable, make: Callable[[], _Made], *, of_words: bool = False) -> _Made:
        """Return what `make` makes of these sections, or of the words alone, made when it is first asked for.

        Both ways of finding themes ask the same of the same material, of its resamples too; these share the words.
        """
        made = self.of_words if of_words else self.of_sections
        if key not in made:
            made[key] = make()
        return cast(_Made, made[key])

    def spread(self, weights: Floats, *, repeated: bool = False) -> Floats:
        """Return in how many shaping sections each word stands, shared out among clusters by their weights.

        A section counts a word once: what a single report repeats does not name a theme.

        Parameters
        ----------
        weights : ndarray of shape (n_sections, n_clusters)
            Not negative; the share of clusters in sections, in any scale.
        repeated : bool
            Whether a section counts a word as often as it stands there.

        Returns
        -------
        ndarray of shape (n_clusters, n_words)
        """
        counts = self.counts if repeated else self.counts.sign()
        share = weights / np.maximum(weights.sum(1, keepdims=True), 1e-12)
        return np.asarray((counts.T @ (share * self.shaping[:, None])).T)

    @cached_property
    def tfidf(self) -> csr_matrix:
        """Sublinear TF-IDF of the sections, rows of unit length."""
        return tfidf(self.counts, among=self.counts[self.shaping])

    @cached_property
    def word_meanings(self) -> Floats:
        """Weighted vectors of `words`, of shape (n_words, n_dims); without word vectors n_dims is 0."""
        vectors = self.vectors
        if vectors is None:
            return np.zeros((len(self.words), 0))
        return self.once("meanings", lambda: vectors.of_words(self.words), of_words=True)

    @cached_property
    def meaning(self) -> Floats:
        """Vectors of the sections, of shape (n_sections, n_dims) and length 1, or 0 where no word is known."""
        return in_unit_length(np.asarray(self.counts @ self.word_meanings))

    @cached_property
    def places(self) -> Floats:
        """Where sections stand by their words and by what they mean, see `places`; all that shape made the space."""
        return places(self.tfidf, self.shaping, self.meaning)

    def seed_columns(self, codebook: Codebook) -> list[list[int]]:
        """Return, per theme, the columns of the words that announce it; an empty list if none occurs.

        A seed word announces its theme. A longer term that is not a seed itself announces the themes of the seeds it
        holds (农村产权交易 holds 农村), because the segmentation keeps it whole.
        """
        return self.once(("seeds", codebook), lambda: self._seed_columns(codebook), of_words=True)

    def _seed_columns(self, codebook: Codebook) -> list[list[int]]:
        column = {word: number for number, word in enumerate(self.words)}
        seeds = {seed for theme in codebook.themes for seed in theme.seeds}
        longer = [term for term in self.tokenizer.kept_whole if term in column and term not in seeds]
        columns = []
        for theme in codebook.themes:
            own, lengths = set(theme.seeds), {len(seed) for seed in theme.seeds}
            announcing = [*(own & column.keys()), *(term for term in longer if _holds_one(term, own, lengths))]
            columns.append(sorted({column[word] for word in announcing}))
        return columns

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
        average = float(self.length[self.shaping].mean()) if self.shaping.any() else 1.0
        worth = np.where(self.shaping, self.length, np.minimum(self.length, 1) * average / 5)
        np.add.at(total, self.owner, weights * worth[:, None])
        return in_shares(total)

    def sample(self, rows: Rows) -> Material:
        """Return the material of some of the reports, over the same words."""
        chosen = np.flatnonzero(np.isin(self.owner, rows))
        place = {int(row): number for number, row in enumerate(rows)}
        return replace(
            self,
            counts=self.counts[chosen],
            owner=np.array([place[int(row)] for row in self.owner[chosen]], dtype=np.int64),
            length=self.length[chosen],
            shaping=self.shaping[chosen],
            reports=[self.reports[int(row)] for row in rows],
            of_sections=self.once(("sample", rows.tobytes()), dict),
        )


def strongest(weights: Floats, themes: int) -> Rows:
    """Return the strongest cluster of each row, -1 where nothing is known.

    The first `themes` clusters are given, the others part the rest: a theme is strongest only where it outweighs the
    rest as a whole, into however many groups that falls.

    Examples
    --------
    >>> strongest(np.array([[0.4, 0.0, 0.3, 0.3], [0.6, 0.0, 0.2, 0.2], [0.0, 0.0, 0.0, 0.0]]), 2).tolist()
    [2, 0, -1]
    """
    best = weights.argmax(1)
    if 0 < themes < weights.shape[1]:
        of_rest = weights[:, themes:].sum(1) > weights[:, :themes].max(1)
        best = np.where(of_rest, themes + weights[:, themes:].argmax(1), weights[:, :themes].argmax(1))
    return np.where(weights.sum(1) > 0, best, -1)


def _sections(reports: Sequence[Report]) -> tuple[Rows, list[str], npt.NDArray[np.bool_]]:
    """Return owner, text and part of every section; the first of each report is its title."""
    group = near_duplicates(reports)
    _, first = np.unique(group, return_index=True)
    returning = ~np.isin(np.arange(len(reports)), first)
    owner: list[int] = []
    texts: list[str] = []
    shaping: list[bool] = []
    for row, report in enumerate(reports):
        body = cut_sections(report.text)
        texts += [report.title, *body]
        owner += [row] * (len(body) + 1)
        shaping += [False, *([not returning[row]] * len(body))]
    return np.array(owner, dtype=np.int64), texts, np.array(shaping, dtype=np.bool_)


def _seed_words(codebook: Codebook, tokenizer: Tokenizer) -> frozenset[str]:
    seeds = {seed for theme in codebook.themes for seed in theme.seeds}
    lengths = {len(seed) for seed in seeds}
    return frozenset(seeds | {term for term in tokenizer.kept_whole if _holds_one(term, seeds, lengths)})


def _holds_one(term: str, seeds: Collection[str], lengths: Iterable[int]) -> bool:
    """Whether one of the seeds, which have these lengths, stands in a term; there can be a hundred thousand of them."""
    return any(term[i : i + length] in seeds for length in lengths for i in range(len(term) - length + 1))


def _vocabulary(
    sections: Sequence[Counter[str]], owner: Rows, shaping: npt.NDArray[np.bool_], *, always: frozenset[str]
) -> list[str]:
    """Return the words that can tell a theme, sorted."""
    bodies = int(shaping.sum())
    presence: Counter[str] = Counter()
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for row in map(int, np.flatnonzero(shaping)):
        presence.update(sections[row].keys())
        for word in sections[row]:
            holders[word].add(int(owner[row]))
    with_text = len(np.unique(owner[shaping]))
    least = 2 if bodies < 300 else 3 if bodies < 600 else 5
    most = max(least, MOST_FREQUENT * bodies)
    of_reports = 2 if with_text >= 10 else 1
    shared = {word for word, number in presence.items() if least <= number <= most and len(holders[word]) >= of_reports}
    return sorted(shared | {word for section in sections for word in section if word in always})


def _count(sections: Sequence[Counter[str]], words: Sequence[str]) -> csr_matrix:
    from scipy.sparse import csr_matrix

    column = {word: number for number, word in enumerate(words)}
    found = [
        (row, column[word], number)
        for row, section in enumerate(sections)
        for word, number in sorted(section.items())
        if word in column
    ]
    rows, columns, values = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return csr_matrix((values.astype(float), (rows, columns)), shape=(len(sections), len(words)))
