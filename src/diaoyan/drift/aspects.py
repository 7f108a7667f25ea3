"""What drift is measured by, one number a report: words unknown to the model, and likeness to before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diaoyan.tagging import Tagger
from diaoyan.tagging.features import Features, Reading, Rows

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Reports that must hold a word for a model to learn it; see `Features.fit`.
_LEAST = 2
#: Reports of a theme from which its centre is taken.
_CENTRE = 3


@dataclass(frozen=True)
class Aspects:
    """What is known of reports that are read alike, all with their text or all by title alone.

    Attributes
    ----------
    unknown : ndarray of shape (n_reports,)
        Share of the report's words that the model does not know, 0 to 1; 1 where there is no word that counts.
    primary : ndarray of shape (n_reports,)
        Number of the likeliest class.
    words : list of set of str
        The words of each report that can tell a theme.
    rows : Rows
        The vectors the model sees.
    """

    unknown: Floats
    primary: Ints
    words: list[set[str]]
    rows: Rows

    @classmethod
    def of(
        cls, readings: Sequence[Reading], tagger: Tagger, *, met: Mapping[str, int], own: Sequence[Mapping[str, int]]
    ) -> Aspects:
        """Measure reports.

        Parameters
        ----------
        readings : sequence of Reading
        tagger : Tagger
        met : mapping of str to int
            In how many reports the model has met each word, see `met_in`.
        own : sequence of mapping
            For each report, what `own_words` returns: a word that the model would not know without these counts
            counts as unknown.
        """
        features = tagger.features_
        words = telling_words(readings, features)
        unknown = [_unknown(held, met, taught) for held, taught in zip(words, own, strict=True)]
        rows = features.rows(readings)
        scores = rows.times(tagger.weights_) + tagger.bias_
        filed = tagger.judge(readings, scores)[1]
        return cls(np.array(unknown), filed.argmax(1), words, rows.without_dense())


def _unknown(words: set[str], met: Mapping[str, int], own: Mapping[str, int]) -> float:
    """Return the share of words the model would not know without a month of its own.

    A word it would still have met once counts half. Taking a month away leaves fewer months to learn from than this
    month is measured with, so counting such words fully would put the earlier months too high, and not at all too
    low; with half, the sample's months agree (63 to 66 per cent before, 63 to 66 per cent now).
    """
    if not words:
        return 1.0
    missing = 0.0
    for word in words:
        rest = met.get(word, 0) - own.get(word, 0)
        missing += 1.0 if rest < 1 else 0.5 if rest < _LEAST else 0.0
    return missing / len(words)


def telling_words(readings: Sequence[Reading], features: Features) -> list[set[str]]:
    """Return the words of title and text of each report that can tell a theme; names of authors are no language."""
    held = [
        {word for kind, part in zip(reading.kinds, reading.tokens, strict=True) if kind != "authors" for word in part}
        for reading in readings
    ]
    telling = set(filter(features.tokenizer.keeps, set().union(*held)))
    return [words & telling for words in held]


def own_words(
    readings: Sequence[Reading], features: Features, *, months: Ints, learned: float, enough: int
) -> list[Mapping[str, int]]:
    """Return, for each report, how many reports of its month taught the model each word; nothing if none did.

    A model that has learned from a month knows all words that two of its reports hold, which shows.

    Parameters
    ----------
    readings : sequence of Reading
        With their text.
    features : Features
    months : ndarray of shape (n_readings,)
        Number of the month of each report.
    learned : float
        Share of such words, 0 to 1, that the model must know to have learned from the month.
    enough : int
        Such words there must be at least.
    """
    words = telling_words(readings, features)
    taught: dict[int, Mapping[str, int]] = {}
    for month in np.unique(months).tolist():
        counts = Counter(word for row in np.flatnonzero(months == month) for word in words[row])
        repeated = [word for word, count in counts.items() if count >= _LEAST]
        known = sum(word in features.words_ for word in repeated)
        taught[month] = counts if len(repeated) >= enough and known >= learned * len(repeated) else {}
    return [taught[month] for month in months.tolist()]


def met_in(features: Features) -> dict[str, int]:
    """Return in how many reports the model has met each word of its vocabulary.

    Read back from the inverse document frequencies: the rarest words of a vocabulary stand in two reports. A model
    trained on top of another has the words of that one first, which the user's months have not taught it; these count
    without end.
    """
    words = list(features.words_)
    starts = [0, *(place for place in range(1, len(words)) if words[place] < words[place - 1])]
    own = starts[-1]
    idf = features.idf_[own : len(words)]
    counts = np.rint((1 + _LEAST) * np.exp(idf.max(initial=0.0) - idf) - 1).astype(int)
    return dict.fromkeys(words[:own], 1_000_000) | dict(zip(words[own:], counts.tolist(), strict=True))


def likeness(before: Aspects, now: Aspects, *, months: Ints, columns: int) -> tuple[Floats, Floats]:
    """Return how like each report is to the theme of earlier reports it is most like.

    The cosine between its vector and the centre of a theme's earlier reports, the highest of all themes, so that more
    reports of one theme are no less like. An earlier report is held against the centres of the other months.

    Parameters
    ----------
    before, now : Aspects
    months : ndarray of shape (n_before,)
        Number of the month of each earlier report; at least two months.
    columns : int
        Length of the vectors.

    Returns
    -------
    before, now : ndarray of shape (n_reports,), 0 to 1
    """
    owner = np.repeat(np.arange(len(before.rows)), np.diff(before.rows.starts))
    classes = np.unique(before.primary)
    own = np.zeros(len(before.rows))
    for month in np.unique(months):
        centres = _centres(before, months != month, owner=owner, classes=classes, columns=columns)
        here = np.flatnonzero(months == month)
        own[here] = _highest(_some(before.rows, here), centres)
    every = _centres(before, months >= 0, owner=owner, classes=classes, columns=columns)
    return own, _highest(now.rows, every)


def _centres(before: Aspects, chosen: npt.NDArray[np.bool_], *, owner: Ints, classes: Ints, columns: int) -> Floats:
    """Return the centres of classes with enough of the chosen reports, of shape (n_columns, n_centres)."""
    centres = []
    for number in classes:
        rows = chosen & (before.primary == number)
        if rows.sum() >= _CENTRE:
            entries = rows[owner]
            centre = np.bincount(before.rows.columns[entries], before.rows.values[entries], minlength=columns)
            centres.append(centre / max(float(np.linalg.norm(centre)), 1e-12))
    return np.array(centres).reshape(-1, columns).T


def _highest(rows: Rows, centres: Floats) -> Floats:
    return np.asarray(rows.times(centres).max(1, initial=0.0))


def _some(rows: Rows, chosen: Ints) -> Rows:
    """Return some of the rows."""
    entries = np.concatenate([np.arange(rows.starts[row], rows.starts[row + 1]) for row in chosen])
    starts = np.concatenate([[0], np.cumsum(np.diff(rows.starts)[chosen])])
    return Rows(starts, rows.columns[entries], rows.values[entries])
