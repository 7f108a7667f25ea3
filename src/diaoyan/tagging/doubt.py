"""Why a person should look at a tag: nothing to read, too little to go by, or answers that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain

from diaoyan.tagging.features import Features, Reading
from diaoyan.themes import OTHER, Codebook

#: A theme is said to be likelier than the one a report is filed under where its probability is higher by this much.
_LIKELIER = 0.05
#: Two classes are said to be hard to tell apart where their probabilities to be the primary one are nearer than this.
_APART = 0.5
#: The least share of known words in a readable text; in one that a wrong encoding broke, almost no word is known.
_KNOWN = 0.03


def readable(features: Features, reading: Reading) -> bool:
    """Return whether a report holds a word that could tell a theme: 见附件, a table of digits or 锟斤拷 do not.

    Examples
    --------
    >>> from diaoyan import settings
    >>> from diaoyan.report import Report
    >>> from diaoyan.tagging import Tagger
    >>> tagger = Tagger(folds=2).fit(*settings.sample())
    >>> reports = [Report("a", "附件3", text="见附件。"), Report("b", "农户调查"), Report("c", "表", text="35.6 41.2")]
    >>> [readable(tagger.features_, reading) for reading in tagger.features_.read(reports)]
    [False, True, False]
    """
    words = list(chain(*reading.words("title"), *reading.words("text")))
    # Of a text that is one, the first words are enough.
    known = 0
    for word in words:
        known += features.knows(word)
        if known > _KNOWN * len(words):
            return True
    return False


def doubt(
    carried: Mapping[str, float],
    filed: Mapping[str, float],
    *,
    themes: Sequence[str],
    codebook: Codebook,
    is_readable: bool,
    sure: float,
    least: float,
) -> str:
    """Return in words why a tag needs review; nothing where it does not.

    Parameters
    ----------
    carried, filed : mapping of str to float
        Probability of each class to be carried, and to be what the report is filed under.
    themes : sequence of str
        The themes it is given.
    codebook : Codebook
    is_readable : bool
        See `readable`.
    sure, least : float
        How sure it is that the tag is right, and how sure it must be, 0 to 1.

    Examples
    --------
    >>> book = Codebook.default()
    >>> none = dict.fromkeys(book.ids, 0.0)
    >>> carried, filed = none | {"finance": 0.81, "other": 0.6}, none | {"finance": 0.3, "other": 0.6}
    >>> doubt(carried, filed, themes=["finance"], codebook=book, is_readable=True, sure=0.3, least=0.2)
    '归入“其他”，却可能属于“金融”（0.81）'
    >>> doubt(carried, filed, themes=[], codebook=book, is_readable=True, sure=0.3, least=0.4)
    '在“其他”与“金融”之间难分'
    >>> doubt(carried, filed, themes=[], codebook=book, is_readable=True, sure=0.3, least=0.2)
    ''
    """
    if not is_readable:
        return "没有可读的内容"
    first, second = sorted(filed, key=lambda name: -filed[name])[:2]
    name = codebook.name
    if sure < least and filed[first] - filed[second] < _APART:
        return f"在“{name(first)}”与“{name(second)}”之间难分"
    if sure < least:
        return f"把握只有{math.floor(100 * sure)}%，应有{math.ceil(100 * least)}%"
    likeliest = max(codebook.ids, key=lambda theme: carried[theme])
    if first == OTHER and themes:
        return f"归入“其他”，却可能属于“{name(likeliest)}”（{carried[likeliest]:.2f}）"
    if first != OTHER and carried[likeliest] > carried[first] + _LIKELIER:
        return f"“{name(likeliest)}”（{carried[likeliest]:.2f}）比“{name(first)}”（{carried[first]:.2f}）更可能"
    return ""
