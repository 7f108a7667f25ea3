"""Facts on the classifier: what it got wrong on held-out reports, how sure it was, and what could be let through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from diaoyan.tagging import Evaluation, Tagger

if TYPE_CHECKING:
    import pandas as pd

_POINTS = 60  # of a curve
_FIRST = 10  # reports from which an error rate is worth a point


def risk(tagger: Tagger) -> pd.DataFrame:
    """Return `risk_of` the reports that the classifier was calibrated on, each held out from it.

    They count as they do in the rule for review, so that the curve shows what that rule promises.
    """
    held_out = tagger.calibrations_.items()
    return risk_of(
        {kind: (held.margin, held.correct) for kind, held in held_out},
        worth={kind: held.worth for kind, held in held_out},
    )


def passed(tagger: Tagger) -> pd.DataFrame:
    """Return ``kind, error, low, high, reports``: errors among the held-out reports that the rule for review lets pass.

    They count as they do in that rule; `reports` is the number of equal reports that would say as much (Kish 1965).
    """
    import pandas as pd

    bars, rows = tagger.review_bars(), []
    for kind, held in tagger.calibrations_.items():
        kept = held.margin >= bars[kind]
        worth = held.worth[kept]
        if worth.sum() > 0:
            error = float(worth[~held.correct[kept].astype(bool)].sum() / worth.sum())
            equal = float(worth.sum() ** 2 / (worth**2).sum())
            rows.append([kind, error, *wilson(error * equal, equal), equal])
    return pd.DataFrame(rows, columns=["kind", "error", "low", "high", "reports"])


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
