"""Themes nobody has labelled yet: a classifier from seed words, what they mean, and what an earlier one knows.

How much a seed word and the nearness of meaning say for a theme was learned once, on themes that are labelled and were
treated as if they were not (``scripts/fit_untaught.py``); it holds for any theme. Such a classifier is an ordinary one,
so that labels are learned on top of it as on top of any other.
"""

from __future__ import annotations

import json
from copy import copy
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from diaoyan.arrays import Floats
from diaoyan.language import gettext
from diaoyan.preprocess.vectors import meaning_of
from diaoyan.tagging.calibration import Calibration
from diaoyan.tagging.classifier import Tagger
from diaoyan.tagging.features import BLOCKS, Features
from diaoyan.themes import OTHER, Codebook, Theme

#: Probability from which a report is given a theme that nobody has labelled.
_THRESHOLD = 0.5


def untaught(codebook: Codebook, base: Tagger) -> Tagger:
    """Return a classifier for all themes of a codebook, labelled or not.

    A theme that `base` knows by the same id is judged as there. Any other is judged by the density of its seed words,
    and by how near title, first section and text are to the mean meaning of its seed words. `other` is what no theme
    explains; where the codebook holds all themes of `base`, its judgement of `other` counts too.

    Parameters
    ----------
    codebook : Codebook
        Themes with seed words.
    base : Tagger
        Fitted; gives vocabulary and vectors of words.

    Returns
    -------
    Tagger
        Fitted; `counts_` is 0 for a theme nobody has labelled. Its rule for review rests on how often such themes were
        right where their labels were held back.

    Notes
    -----
    After keyword-assisted classification without labels: Meng and others (2018), Weakly-supervised neural text
    classification; here linear, with vectors of words for the generated texts.

    Examples
    --------
    >>> from diaoyan.models import load_tagger
    >>> from diaoyan.report import Report
    >>> from diaoyan import settings
    >>> school = Theme("school", "教育", "Education", ("学校", "学生", "教师", "课程"))
    >>> health = Theme("health", "医疗卫生", "Health", ("医院", "患者", "医生", "疾病"))
    >>> tagger = untaught(Codebook((school, health)), load_tagger(settings.model("base")))
    >>> reports = [Report("a", "农村学校教师轮岗情况调查"), Report("b", "县级医院夜间门诊情况调查")]
    >>> [tag.primary for tag in tagger.tag(reports)], tagger.counts_["school"]
    (['school', 'health'], 0)
    """
    learned = _learned()
    tagger = Tagger(**(base.get_params() | {"codebook": codebook, "vectors": base.features_.vectors}))
    features = tagger.new_features().take_over(base.features_)
    known = [theme for theme in base.labelled_themes if theme in codebook.ids]
    # Only then is what `base` calls `other` none of these themes.
    whole = bool(known) and tuple(known) == base.labelled_themes
    weights = np.zeros((features.n_columns, len(tagger.classes)))
    bias = np.zeros(len(tagger.classes))
    for number, name in enumerate(tagger.classes):
        if name in known or (name == OTHER and whole):
            column = base.classes.index(name)
            weights[:, number] = features.adopt(base.features_, base.weights_[:, column])
            bias[number] = base.bias_[column]
        elif name != OTHER:
            weights[:, number], bias[number] = _column(features, number, codebook[name], learned)
    tagger.features_, tagger.bias_ = features, bias
    tagger.weights_ = weights.astype(np.float32)
    tagger.counts_ = {name: base.counts_.get(name, 0) if name in known else 0 for name in tagger.classes}
    tagger.calibrations_ = {
        kind: _calibration(tagger, base, base.calibrations_[kind], learned[kind], whole=whole)
        for kind in ("text", "title")
    }
    bars = dict(zip(base.codebook.ids, base.thresholds_.tolist(), strict=True))
    tagger.thresholds_ = np.array([bars[name] if name in known else _THRESHOLD for name in codebook.ids])
    return tagger


def for_codebook(tagger: Tagger, codebook: Codebook) -> Tagger:
    """Return a classifier for the themes of a codebook: the same one where it has these, else one from `untaught`.

    Names are the codebook's at once. Seed words of a theme with labels stay those it was learned with until it is
    trained again.

    Parameters
    ----------
    tagger : Tagger
        Fitted.
    codebook : Codebook
    """
    now = {theme.id: theme for theme in codebook.themes}
    taught = tagger.labelled_themes
    changed = [
        t.id for t in tagger.codebook.themes if t.id in now and t.id not in taught and t.seeds != now[t.id].seeds
    ]
    if set(tagger.codebook.ids) != set(codebook.ids) or changed:
        return untaught(codebook, tagger)
    renamed = Codebook(tuple(replace(now[theme.id], seeds=theme.seeds) for theme in tagger.codebook.themes))
    if renamed == tagger.codebook:
        return tagger
    found = copy(tagger)
    found.codebook, found.features_ = renamed, copy(tagger.features_)
    found.features_.codebook = renamed
    return found


def said_of_unlabelled(tagger: Tagger) -> str:
    """Return a sentence naming the themes nobody has labelled; or nothing.

    Examples
    --------
    >>> from diaoyan.models import load_tagger
    >>> from diaoyan import settings
    >>> base = load_tagger(settings.model("base"))
    >>> said_of_unlabelled(base)
    ''
    >>> silver = Theme("silver", "银发经济", "Silver economy", ("养老", "老人"))
    >>> said_of_unlabelled(untaught(base.codebook.adding(silver), base))
    'not labelled yet (未经标注): 银发经济 (silver); until labels are learned, seed words and what they mean decide'
    """
    them = ", ".join(f"{tagger.codebook.name(theme)} ({theme})" for theme in tagger.unlabelled_themes)
    if not them:
        return ""
    return gettext(
        "not labelled yet (未经标注): {them}; until labels are learned, seed words and what they mean decide"
    ).format(them=them)


@cache
def _learned() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("diaoyan").joinpath("untaught.json").read_text("utf-8"))
    return found


def signs(features: Features, number: int, theme: Theme) -> Floats:
    """Return the columns of weights that stand for the signs of a theme.

    Parameters
    ----------
    features : Features
        Of a codebook that holds the theme.
    number : int
        Position of the theme in it.
    theme : Theme

    Returns
    -------
    ndarray of shape (n_columns, 4)
        Density of seed words; nearness of title, first section and whole text to the mean of the seed words.
    """
    columns = np.zeros((features.n_columns, 1 + len(BLOCKS)))
    columns[features.seed_columns.start + number, 0] = 1.0
    if features.vectors is not None:
        direction = meaning_of(theme, features.vectors)
        first = features.seed_columns.stop
        for block in range(len(BLOCKS)):
            start = first + block * features.vectors.n_dims
            columns[start : start + features.vectors.n_dims, 1 + block] = direction / features.vector_weight
    return columns


def _column(features: Features, number: int, theme: Theme, learned: dict[str, Any]) -> tuple[Floats, float]:
    """Return weights and bias of a theme nobody has labelled; without vectors the seed words alone speak."""
    part = learned["weights"] if features.vectors is not None else learned["weights of seed words alone"]
    *weights, bias = part
    return signs(features, number, theme)[:, : len(weights)] @ np.array(weights), float(bias)


def _calibration(
    tagger: Tagger, base: Tagger, calibration: Calibration, learned: dict[str, Any], *, whole: bool
) -> Calibration:
    """Return a calibration for themes with and without labels, from that of `base` and what holds for any theme."""
    classes, rest = tagger.classes, len(tagger.classes) - 1
    slope, offset = learned["slope"], learned["offset"]
    mix, shift = np.zeros((len(classes), len(classes))), np.zeros(len(classes))
    sigmoid, intercept = np.full(len(classes), learned["further"][0]), np.full(len(classes), learned["further"][1])
    taught = base.labelled_themes
    old = [base.classes.index(name) for name in (*taught, OTHER) if name in classes]
    new = [classes.index(base.classes[place]) for place in old]
    sigmoid[new], intercept[new] = calibration.slope[old], calibration.intercept[old]
    if whole:
        mix[np.ix_(new, new)], shift[new] = calibration.mix[np.ix_(old, old)], calibration.offset[old]
    for number, name in enumerate(classes[:-1]):
        if name not in taught:
            # How much likelier than `other` it is, whatever speaks for the labelled themes.
            mix[:, number], shift[number] = mix[:, rest], shift[rest]
            mix[number, number] += slope
            shift[number] += offset
        elif not whole:
            # Its score alone: the others of `base` that it was weighed against are not all there.
            place = base.classes.index(name)
            mix[number, number] = calibration.mix[place, place] - calibration.mix[place, -1]
    counts = learned["held back"]
    totals = [(right + wrong, right) for _, right, wrong in counts]
    margin = np.repeat([at for at, *_ in counts], [n for n, _ in totals])
    # What is right at one margin is spread evenly over it: nothing is known of an order there.
    correct = np.concatenate([np.diff(np.arange(n + 1) * right // max(n, 1)) > 0 for n, right in totals])
    return Calibration(sigmoid, intercept, mix, shift, margin, correct, np.ones(len(margin)))
