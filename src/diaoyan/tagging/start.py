"""What a classifier takes over from the one it starts from: themes, probabilities and thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from diaoyan.arrays import Floats
from diaoyan.errors import ModelError
from diaoyan.language import gettext
from diaoyan.tagging.calibration import Calibration


def require_known(known: Sequence[str], classes: Sequence[str]) -> None:
    """Raise `ModelError` naming the first theme of a start that the codebook lacks."""
    for name in known:
        if name not in classes:
            raise ModelError(
                gettext(
                    "The codebook lacks {name!r}, a theme of the model to start from; add the theme to the "
                    "codebook, or train without a start."
                ).format(name=name)
            )


def calibration_onto(calibration: Calibration, known: Sequence[str], classes: Sequence[str]) -> Calibration:
    """Return a calibration for more themes; a new one is treated as the known ones are on average.

    Parameters
    ----------
    calibration : Calibration
    known : sequence of str
        The classes it was fitted for, `other` last.
    classes : sequence of str
        All of these and more, `other` last.

    Examples
    --------
    >>> two = Calibration(
    ...     np.array([1.0, 3.0]), np.zeros(2), np.array([[2.0, -1.0], [-2.0, 1.0]]), np.zeros(2),
    ...     np.ones(1), np.ones(1, dtype=bool), np.ones(1),
    ... )
    >>> more = calibration_onto(two, ["rural", "other"], ["rural", "health", "other"])
    >>> more.slope.tolist(), more.mix.tolist()
    ([1.0, 1.0, 3.0], [[2.0, 0.0, -1.0], [0.0, 2.0, -1.0], [-2.0, -2.0, 1.0]])
    """
    if tuple(known) == tuple(classes):
        return calibration
    among, same = calibration.mix[:-1, :-1], np.eye(len(known) - 1, dtype=bool)
    mix = np.full((len(classes), len(classes)), among[~same].mean() if len(same) > 1 else 0.0)
    mix[-1], mix[:, -1] = calibration.mix[-1, :-1].mean(), calibration.mix[:-1, -1].mean()
    np.fill_diagonal(mix, among[same].mean())
    places = [classes.index(name) for name in known]
    mix[np.ix_(places, places)] = calibration.mix
    slope, intercept, offset = (
        _by_class(values, known, classes) for values in (calibration.slope, calibration.intercept, calibration.offset)
    )
    return replace(calibration, slope=slope, intercept=intercept, mix=mix, offset=offset)


def thresholds_onto(thresholds: Floats, known: Sequence[str], classes: Sequence[str]) -> Floats:
    """Return thresholds for more themes, the mean for a new one; the classes are as in `calibration_onto`."""
    return _by_class(np.append(thresholds, 0.0), known, classes)[:-1]


def _by_class(values: Floats, known: Sequence[str], classes: Sequence[str]) -> Floats:
    there = dict(zip(known, values.tolist(), strict=True))
    usual = float(values[:-1].mean())
    return np.array([there.get(name, usual) for name in classes])
