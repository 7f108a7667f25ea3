"""What speaks for a theme before themes are found: its seed words, what they mean, and how unusual that is.

A theme must explain a section better than the rest does. How much a seed word, a word that means nearly the same, and
the nearness of a whole section to what the seed words mean say for a theme was learned once, on themes that are
labelled (``scripts/fit_background.py``), and holds for any theme. What is near by the general run of texts is told by a
background: mean and covariance of the vectors of sections of general texts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from diaoyan import settings
from diaoyan.arrays import read_arrays
from diaoyan.discovery.kmeans import kmeans, nearest
from diaoyan.discovery.material import SHORT, Floats, Material, Rows
from diaoyan.errors import ModelError
from diaoyan.language import gettext, reason
from diaoyan.preprocess.vectors import WordVectors, in_unit_length, meaning_of
from diaoyan.themes import Codebook

#: Cosine with a seed word from which another word begins to speak for the theme; at 1 it speaks like the seed itself.
NEIGHBOUR = 0.6
#: Share of a section's prior that comes from the sections it is grouped with.
COMPANY = 0.6
#: Groupings of all sections, and groups in one: three times the root of the number of sections, within bounds.
GROUPINGS, GROUPS_PER_ROOT, MOST_GROUPS = 20, 3, 100

#: Seed words that are compared with all words at once, which bounds the memory.
SEEDS_AT_ONCE = 1000


@dataclass(frozen=True, eq=False)
class Background:
    """What is shipped for the prior.

    Attributes
    ----------
    mean : ndarray of shape (n_dims,)
        Of the vectors of sections of general texts.
    covariance : ndarray of shape (n_dims, n_dims)
    weights : ndarray of shape (2 * 3 + 1,)
        Of seed words and of nearness, each in section, first section and title; and the bias.
    weights_of_words : ndarray of shape (3 + 1,)
        The same for seed words alone, where meaning is not to be looked at.
    """

    mean: Floats
    covariance: Floats
    weights: Floats
    weights_of_words: Floats


def prior(material: Material, codebook: Codebook, *, random_state: int) -> Floats:
    """Return how likely each theme of a codebook is in each section, the rest in the last column.

    Parameters
    ----------
    material : Material
        With or without word vectors; without, seed words alone speak.
    codebook : Codebook
    random_state : int
        Chance in the groupings.

    Returns
    -------
    ndarray of shape (n_sections, n_themes + 1)
        Rows add up to 1, or to 0 for a section in which nothing is known.

    Notes
    -----
    A conditional logit over `signs`, the rest having the score 0. Then each section takes up part of what speaks for
    the sections it is grouped with in many runs of k-means (label propagation over evidence accumulation: Zhu and
    Ghahramani 2002; Fred and Jain 2005), so that a report that speaks of a theme in other words is reached through
    those that use the seed words too.
    """
    learned = background()
    weights = learned.weights_of_words if material.vectors is None else learned.weights
    scores = signs(material, codebook, learned) @ weights
    # What no word of a corpus names is not found there, however near it is to something else.
    scores[:, [not columns for columns in material.seed_columns(codebook)]] = -np.inf
    scores = np.column_stack([scores, np.zeros(len(scores))])
    odds = np.exp(scores - scores.max(1, keepdims=True))
    own: Floats = odds / odds.sum(1, keepdims=True) * (material.length > 0)[:, None]
    company = np.where(material.length >= SHORT, COMPANY, 0.0)[:, None]
    return own + company * (_of_company(material, own, random_state) - own)


def signs(material: Material, codebook: Codebook, general: Background) -> Floats:
    """Return what speaks for each theme in each section.

    Returns
    -------
    ndarray of shape (n_sections, n_themes, n_signs)
        Density of the seed words and their neighbours (TF-IDF weight in a section of unit length), then, where the
        material has word vectors, nearness to what the seed words mean (standard deviations of general texts); each in
        the section, in the first section of its report and in its title; and a 1.
    """
    titles, first = _title_and_first(material)
    density = np.asarray(material.tfidf @ _announcing(material, codebook))
    found = [density]
    if material.vectors is not None:
        meaning = np.stack([meaning_of(theme, material.vectors) for theme in codebook.themes])
        usual = np.sqrt(np.einsum("ti,ij,tj->t", meaning, general.covariance, meaning))
        near = (material.meaning @ meaning.T - meaning @ general.mean) / np.maximum(usual, 1e-9)
        # A theme none of whose words is known is near to nothing.
        found.append(near * meaning.any(1) * (material.length > 0)[:, None])
    places = [sign[rows] for sign in found for rows in (slice(None), first[material.owner], titles[material.owner])]
    return np.stack([*places, np.ones_like(density)], axis=2)


@cache
def background() -> Background:
    """Return what ships with the package.

    Raises
    ------
    ModelError
        If it is missing or damaged.
    """
    with as_file(files("diaoyan")) as folder:
        return read_background(folder)


def read_background(folder: Path) -> Background:
    """Return the background that lies in a folder as ``background.npz`` and ``background.json``; see `background`."""
    path = folder / "background.npz"
    try:
        said = json.loads((folder / "background.json").read_text("utf-8"))
        expected = said["sha256"]["background.npz"]
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            gettext("{path}: expected the background of general texts, but it cannot be read ({error}).").format(
                path=path, error=reason(error)
            )
        ) from None
    if found != expected:
        raise ModelError(
            gettext(
                "{path}: expected the background of general texts that ships with diaoyan, found another file "
                "(its checksum differs); install diaoyan again."
            ).format(path=path)
        )
    arrays = read_arrays(path, what=gettext("the background of general texts"))
    return Background(*(arrays[name].astype(np.float64) for name in Background.__dataclass_fields__))


@cache
def word_vectors() -> WordVectors:
    """Return the word vectors that ship with the base model."""
    return WordVectors.load(settings.shipped("base") / "vectors.npz")


def _announcing(material: Material, codebook: Codebook) -> Floats:
    """Return how much each word announces each theme, 0 to 1; a seed word announces its own themes alone."""
    return material.once(("announcing", codebook), lambda: _announced(material, codebook), of_words=True)


def _announced(material: Material, codebook: Codebook) -> Floats:
    columns = material.seed_columns(codebook)
    announcing = np.zeros((len(material.words), len(columns)))
    if material.vectors is not None:
        words = in_unit_length(material.word_meanings)
        for number, theme in enumerate(codebook.themes):
            seeds = material.vectors.of_seeds(theme)
            if seeds.any():
                starts = range(0, len(seeds), SEEDS_AT_ONCE)
                nearest_seed = np.max([(words @ seeds[at : at + SEEDS_AT_ONCE].T).max(1) for at in starts], axis=0)
                announcing[:, number] = np.clip((nearest_seed - NEIGHBOUR) / (1 - NEIGHBOUR), 0.0, 1.0)
    announcing[sorted({column for some in columns for column in some})] = 0.0
    for number, some in enumerate(columns):
        announcing[some, number] = 1.0
    return announcing


def _title_and_first(material: Material) -> tuple[Rows, Rows]:
    """Return, per report, the row of its title and of its first section, the title again where there is none."""
    # Rows of a report follow one another, the title first.
    reports, titles = np.unique(material.owner, return_index=True)
    after = np.minimum(titles + 1, len(material.owner) - 1)
    return titles, np.where(material.owner[after] == reports, after, titles)


def _of_company(material: Material, own: Floats, random_state: int) -> Floats:
    """Return the mean of `own` over the sections each is grouped with, by length; those that do not shape follow."""
    places, shaping = material.places, material.shaping & (material.length > 0)
    points = places[shaping]
    groups = int(np.clip(GROUPS_PER_ROOT * np.sqrt(len(points)), 1, max(1, min(MOST_GROUPS, len(points) // 2))))
    chance = np.random.RandomState(random_state)
    starts = [points[chance.permutation(len(points))[:groups]] for _ in range(GROUPINGS)]
    worth = (shaping * material.length)[:, None]
    total = np.zeros_like(own)
    for middles in kmeans(points, starts):
        label = nearest(places, middles)
        sums, sizes = np.zeros((groups, own.shape[1])), np.zeros((groups, 1))
        np.add.at(sums, label, own * worth)
        np.add.at(sizes, label, worth)
        total += (sums / np.maximum(sizes, 1e-12))[label]
    mean: Floats = total / GROUPINGS
    return mean
