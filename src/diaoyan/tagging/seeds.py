"""`SeedIndex`: which themes a word announces, by the seed words of the codebook."""

from __future__ import annotations

from functools import lru_cache

from diaoyan.preprocess import Tokenizer
from diaoyan.preprocess.tokenizer import REMEMBERED, WORD_FILES, Engine
from diaoyan.themes import Codebook


class SeedIndex(dict[str, tuple[int, ...]]):
    """Which themes a token announces, by their positions in the codebook; filled as tokens are looked up.

    A seed word announces its theme. A policy term or a seed announces the themes of the seeds it holds, because the
    segmentation keeps it whole (农村金融 holds 农村 and 金融). Any other token of four characters or more announces the
    theme of the seed it ends in, as Chinese compounds have their head at the end (农业银行 is a bank, no farming).

    Examples
    --------
    >>> codebook = Codebook.default()
    >>> index = SeedIndex(Tokenizer(terms=[seed for theme in codebook.themes for seed in theme.seeds]), codebook)
    >>> [[codebook.ids[theme] for theme in index[token]] for token in ("农村金融", "农业银行", "道路")]
    [['rural', 'finance'], ['finance'], []]
    """

    def __init__(self, tokenizer: Tokenizer, codebook: Codebook) -> None:
        super().__init__()
        self._seeds: dict[str, set[int]] = {}
        for position, theme in enumerate(codebook.themes):
            for seed in theme.seeds:
                # A seed the segmentation does not know as one token can only be met in its normal form.
                self._seeds.setdefault("".join(tokenizer.cut(seed)) or seed, set()).add(position)
        self._whole = {*self._seeds, *tokenizer.kept_whole}

    def __missing__(self, token: str) -> tuple[int, ...]:
        if token in self._whole:
            found = set().union(*(themes for seed, themes in self._seeds.items() if seed in token))
        elif len(token) >= 4:
            ends = [token[start:] for start in range(1, len(token) - 1) if token[start:] in self._seeds]
            found = self._seeds[ends[0]] if ends else set()
        else:
            found = set()
        if len(self) >= REMEMBERED:
            self.clear()
        self[token] = tuple(sorted(found))
        return self[token]


@lru_cache(maxsize=4)
def seed_index(engine: Engine, kept_whole: tuple[str, ...], codebook: Codebook) -> SeedIndex:
    """Return the index of a codebook, which all that cut alike share: a training asks for a dozen of them."""
    return SeedIndex(Tokenizer(engine=engine, words=dict.fromkeys(WORD_FILES, ()), terms=kept_whole), codebook)
