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
_FIRST = 10  # reports from which an error rate is worth a point
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
    """How many of the tags kept without review may be wrong: from `low` to `high` of `kept`, in 95 months of 100."""

    kept: int
    low: int
    high: int


def passing(tags: Sequence[Tag], *, with_text: Sequence[bool]) -> dict[str, tuple[int, int]]:
    """Return, for the kinds ``text`` and ``title``, how many of the model's tags need no review, and of how many."""
    kinds = {"text": True, "title": False}
    by_model = [(tag, has) for tag, has in zip(tags, with_text, strict=True) if not tag.evidence.startswith(BY_HAND)]
    parts = {kind: [tag for tag, has in by_model if has == text] for kind, text in kinds.items()}
    return {kind: (sum(not tag.needs_review for tag in part), len(part)) for kind, part in parts.items() if part}


def wrong(tagger: Tagger, passing: Mapping[str, tuple[int, int]]) -> Wrong | None:
    """Estimate how many of the tags that need no review are wrong.

    They are held against as many of the surest held-out reports: those that the rule for review lets through, or a
    larger share, if a larger one passes here, since it then reaches further down. The rate itself is known from so many
    equal reports only (Kish 1965), hence a beta-binomial.

    Parameters
    ----------
    tagger : Tagger
        Fitted.
    passing : mapping of str to (int, int)
        See `passing`.

    Returns
    -------
    Wrong or None
        None where none passes, too few held-out reports were let through, or a theme was never labelled.
    """
    kept = sum(number for number, _ in passing.values())
    if not kept or tagger.unlabelled_themes:
        return None
    bars, chances = tagger.review_bars(), np.ones(1)
    for kind, (number, among) in passing.items():
        held = tagger.calibrations_[kind]
        order = np.argsort(-held.margin, kind="stable")
        worth, correct = held.worth[order], held.correct[order].astype(bool)
        reached = np.cumsum(worth) / max(worth.sum(), 1e-9)
        surest = (held.margin[order] >= bars[kind]) | (reached <= number / among)
        equal = float(worth[surest].sum() ** 2 / (worth[surest] ** 2).sum()) if surest.any() else 0.0
        if number and equal < _TRIED:
            return None
        error = float(worth[surest & ~correct].sum() / worth[surest].sum()) if number else 0.0
        chances = np.convolve(chances, _beta_binomial(number, error * equal + 0.5, (1 - error) * equal + 0.5))
    low, high = (int(np.searchsorted(np.cumsum(chances), bound)) for bound in (0.025, 0.975))
    return Wrong(kept, low, max(high, 1))  # nobody can promise none


def _beta_binomial(number: int, alpha: float, beta: float) -> npt.NDArray[np.float64]:
    """Return the chances of 0, 1, … of `number` where the rate itself is known as a beta distribution."""

    def log_beta(one: float, other: float) -> float:
        return math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other)

    logs = [
        log_beta(k + alpha, number - k + beta) - log_beta(k + 1, number - k + 1) - log_beta(alpha, beta)
        for k in range(number + 1)
    ]
    return np.asarray(np.exp(np.array(logs)) / (number + 1))


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
    """Return ``kind, coverage, error, low, high, reports``: errors among held-out reports that are let through.

    The surest are let through first; the interval is Wilson's, 95 %.

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
            rows.append([kind, float(kept[here] / kept[-1]), error, low, high, int(number)])
    return pd.DataFrame(rows, columns=["kind", "coverage", "error", "low", "high", "reports"])


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
