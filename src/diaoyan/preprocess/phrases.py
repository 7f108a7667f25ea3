"""Learned phrases: neighbouring words that stand together far more often than chance would have it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from diaoyan.preprocess.tokenizer import Tokenizer

#: Longest phrase in characters: what is longer is a formula that is repeated, not a term.
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two neighbouring words that make one term.

    Parameters
    ----------
    text : str
        The term, its words joined.
    words : tuple of str
        The two words.
    count : int
        How often they stand side by side.
    texts : int
        In how many texts they do.
    npmi : float
        Normalised pointwise mutual information of standing side by side, from -1 to 1.
    """

    text: str
    words: tuple[str, str]
    count: int
    texts: int
    npmi: float


def learn_phrases(
    texts: Sequence[Sequence[Sequence[str]]],
    tokenizer: Tokenizer,
    *,
    least_count: int = 5,
    least_texts: int = 3,
    least_npmi: float = 0.6,
) -> list[Phrase]:
    """Find pairs of neighbouring words that are terms of their own in this corpus.

    Collocations by normalised pointwise mutual information (Bouma 2009). Both words must be Chinese and able to tell
    a theme (`Tokenizer.keeps`), so that no phrase is made of a verb of the genre and its object. Nothing is known but
    the corpus itself, and nothing is left to chance.

    Parameters
    ----------
    texts : sequence of texts
        What `Tokenizer.clauses` returns for each section: no phrase reaches over a punctuation mark.
    tokenizer : Tokenizer
        The one that cut them.
    least_count, least_texts : int
        How often, and in how many texts, a pair must stand.
    least_npmi : float
        What it must reach, up to 1.

    Returns
    -------
    list of Phrase
        Highest NPMI first; equal ones by text. Their texts are ready to be `terms` of a `Tokenizer`.

    Examples
    --------
    >>> tokenizer = Tokenizer()
    >>> places = ("东村", "西村", "南村")
    >>> texts = [tokenizer.clauses(f"{place}的烘干设备坏了，{place}的烘干设备要修") for place in places]
    >>> [(phrase.text, phrase.count) for phrase in learn_phrases(texts, tokenizer)]
    [('烘干设备', 6)]
    """
    word_counts: Counter[str] = Counter()
    pair_counts: Counter[tuple[str, str]] = Counter()
    document_frequency: Counter[tuple[str, str]] = Counter()
    for clauses in texts:
        found = list(chain.from_iterable(map(pairwise, clauses)))
        word_counts.update(chain.from_iterable(clauses))
        pair_counts.update(found)
        document_frequency.update(set(found))
    total = max(word_counts.total(), 1)
    phrases = []
    for pair, count in pair_counts.items():
        if count < least_count or document_frequency[pair] < least_texts or not _can_join(pair, tokenizer):
            continue
        together = count / total
        npmi = math.log(together / (word_counts[pair[0]] * word_counts[pair[1]] / total**2)) / -math.log(together)
        if npmi >= least_npmi:
            phrases.append(Phrase("".join(pair), pair, count, document_frequency[pair], round(npmi, 4)))
    return sorted(phrases, key=lambda phrase: (-phrase.npmi, phrase.text))


def _can_join(pair: tuple[str, str], tokenizer: Tokenizer) -> bool:
    one, other = pair
    return (
        one != other
        and len(one) + len(other) <= LONGEST
        and all("\u4e00" <= word[0] <= "\u9fff" and tokenizer.keeps(word) for word in pair)
        and one + other not in tokenizer.kept_whole
    )
