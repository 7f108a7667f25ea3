"""Facts on the classifier: what it got wrong on held-out reports, how sure it was, and what could be let through."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from diaoyan.tagging import Evaluation, Tag, Tagger
from diaoyan.tagging.tag import BY_HAND

if TYPE_CHECKING:
    import pandas as pd

_POINTS = 60  # of a curve
_FIRST = 20  # reports from which an error rate is worth a point
_SOURCES = 100  # most that held-out reports are worth: rates of sources left out differ by 0.02 (docs/tagging.md)
_TRIED = 30  # held-out reports let through from which it is told how many tags may be wrong


def risk(tagger: Tagger) -> pd.DataFrame:
    """Return `risk_of` the reports that the classifier was calibrated on, each held out from it.

    They count as they do in the rule for review, so that the curve shows what that rule promises.
    """
    held_out = tagger.calibrations_.items()
    return risk_of(
        {kind: (held.margin, held.correct) for kind, held in held_out},
        worth={kind: held.worth for kind, held in held_out},
    )


@dataclass(frozen=True, slots=True)
class Wrong:
    """How many of the `kept` tags that need no review are `likely` wrong, and how many at most in 97 months of 100."""

    kept: int
    likely: int
    high: int


def by_model(tags: Sequence[Tag], *, with_text: Sequence[bool]) -> dict[str, list[Tag]]:
    """Return the model's tags of reports with ``text`` and of those by ``title``, as far as there are any."""
    kinds = {"text": True, "title": False}
    given = [(tag, has) for tag, has in zip(tags, with_text, strict=True) if not tag.evidence.startswith(BY_HAND)]
    parts = {kind: [tag for tag, has in given if has == text] for kind, text in kinds.items()}
    return {kind: part for kind, part in parts.items() if part}


def wrong(tagger: Tagger, tags: Mapping[str, Sequence[Tag]]) -> Wrong | None:
    """Estimate how many of the tags that need no review are wrong.

    The classifier says of each how sure it is. Of held-out reports that the rule for review lets through, so many are
    wrong for each that it expects to be; here it is taken to be as many. How many these are is known from so many equal
    reports only (Kish 1965), and differs from source to source, hence a beta-binomial.

    Parameters
    ----------
    tagger : Tagger
        Fitted.
    tags : mapping of str to sequence of Tag
        The model's tags of either kind, see `by_model`.

    Returns
    -------
    Wrong or None
        None where none passes, too few held-out reports were let through, or a theme was never labelled.
    """
    if tagger.unlabelled_themes:
        return None
    bars, chances, number = tagger.review_bars(), np.ones(1), 0
    for kind, part in tags.items():
        doubts = [1 - tag.certainty for tag in part if not tag.needs_review]
        if not doubts:
            continue
        held = tagger.calibrations_[kind]
        kept = held.margin >= bars[kind]
        worth, doubted, correct = held.worth[kept], 1 - held.margin[kept], held.correct[kept].astype(bool)
        if (equal := _equal(worth)) < _TRIED:
            return None
        by_doubt = float(worth[~correct].sum() + 0.5) / float((worth * doubted).sum() + 0.5)
        # However sure it is: no rate is 0 or 1.
        error, equal = min(max(by_doubt * float(np.mean(doubts)), 0.001), 0.99), min(equal, _SOURCES)
        chances = np.convolve(chances, _beta_binomial(len(doubts), error * equal, (1 - error) * equal))
        number += len(doubts)
    if not number:
        return None
    high = int(np.searchsorted(np.cumsum(chances), 0.975))
    return Wrong(number, round(float(chances @ np.arange(number + 1))), max(high, 1))  # nobody can promise none


def _equal(worth: npt.NDArray[np.float64]) -> float:
    """Return how many equal reports say as much as these (Kish 1965)."""
    return float(worth.sum() ** 2 / (worth**2).sum()) if worth.any() else 0.0


def _beta_binomial(number: int, alpha: float, beta: float) -> npt.NDArray[np.float64]:
    """Return the chances of 0, 1, … of `number` where the rate itself is known as a beta distribution."""

    def log_beta(one: float, other: float) -> float:
        return math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other)

    logs = [
        log_beta(k + alpha, number - k + beta) - log_beta(k + 1, number - k + 1) - log_beta(alpha, beta)
        for k in range(number + 1)
    ]
    return np.asarray(np.exp(np.array(logs)) / (number + 1))


def bars(tagger: Tagger) -> dict[str, float]:
    """Return how sure it must be of a tag for it to need no review, as far as any does, by ``text`` and ``title``."""
    return {kind: bar for kind, bar in tagger.review_bars().items() if (tagger.calibrations_[kind].margin >= bar).any()}


def tested_risk(evaluation: Evaluation) -> pd.DataFrame:
    """Return `risk_of` the held-out reports of an evaluation."""
    parts = {
        kind: [one for one in evaluation.tested if one.with_text == with_text]
        for kind, with_text in (("text", True), ("title", False))
    }
    return risk_of(
        {k: (np.array([o.margin for o in part]), np.array([o.right for o in part])) for k, part in parts.items()}
    )


def risk_of(
    held_out: Mapping[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]],
    *,
    worth: Mapping[str, npt.NDArray[np.float64]] | None = None,
) -> pd.DataFrame:
    """Return ``kind, certainty, coverage, error, low, high, reports``: errors among held-out reports that are kept.

    The surest are kept first, `certainty` is that of the least sure; the interval is Wilson's, 95 %.

    Parameters
    ----------
    held_out : mapping of str to (ndarray, ndarray)
        Margins, and whether the tag was right, of the kinds ``text`` and ``title``.
    worth : mapping of str to ndarray, optional
        How much each report counts; all the same by default. The interval then rests on the number of equal reports
        that would say as much (Kish 1965).
    """
    import pandas as pd

    rows = []
    for kind, (margin, correct) in held_out.items():
        order = np.lexsort((correct, -margin))  # of equals the wrong ones first: no luck in the order
        weight = np.ones(len(order)) if worth is None else worth[kind][order]
        kept, wrong = np.cumsum(weight), np.cumsum(weight * ~correct[order].astype(bool))
        equal = kept**2 / np.cumsum(weight**2)
        total = len(order)
        if total < _FIRST:
            continue
        for number in np.unique(np.linspace(_FIRST, total, _POINTS).round().astype(int)):
            here = number - 1
            error = float(wrong[here] / kept[here])
            low, high = wilson(error * equal[here], equal[here])
            sure, share = float(margin[order[here]]), float(kept[here] / kept[-1])
            rows.append([kind, sure, share, error, low, high, int(number)])
    return pd.DataFrame(rows, columns=["kind", "certainty", "coverage", "error", "low", "high", "reports"])


def reliability(evaluation: Evaluation, *, bins: int = 5) -> pd.DataFrame | None:
    """Return ``stated, right, low, high, reports`` by bins of as many reports each; None if none was stated."""
    import pandas as pd

    if not evaluation.confidence:
        return None
    stated = np.array(evaluation.confidence)
    right = np.array([t == p for t, p in zip(evaluation.truth, evaluation.predicted, strict=True)])
    order = np.argsort(stated, kind="stable")
    rows = []
    for part in np.array_split(order, min(bins, max(1, len(order) // 8))):
        low, high = wilson(int(right[part].sum()), len(part))
        rows.append([float(stated[part].mean()), float(right[part].mean()), low, high, len(part)])
    return pd.DataFrame(rows, columns=["stated", "right", "low", "high", "reports"])


def confusion(evaluation: Evaluation) -> pd.DataFrame:
    """Return ``truth, predicted, reports`` for every pair of classes."""
    import pandas as pd

    return pd.DataFrame(evaluation.confusion(), columns=["truth", "predicted", "reports"])


def wilson(hits: float, total: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (Wilson 1927), which holds for few cases too.

    Examples
    --------
    >>> [round(bound, 2) for bound in wilson(0, 10)]
    [0.0, 0.28]
    """
    z = 1.96
    share = hits / total
    middle = share + z * z / (2 * total)
    half = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    low, high = float((middle - half) / scale), float((middle + half) / scale)
    return (low if hits else 0.0), (high if hits < total else 1.0)  # rounding must not part the interval from the share
