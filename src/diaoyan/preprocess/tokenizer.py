"""`Tokenizer`: Chinese text to words, with policy terms kept whole and the words of the genre left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from diaoyan.errors import CorpusError

Engine = Literal["rjieba", "jieba"]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇"
_RUN = re.compile(rf"[{_HAN}]+|[A-Za-z0-9]+(?:[-.+/&][A-Za-z0-9]+)*")
_CLAUSE_END = re.compile(r"[，。！？；：、,;:!?()（）\[\]【】…—\n]+")
_ONLY_HAN = re.compile(rf"[{_HAN}]+")
_QUOTES = "“”‘’\"'「」『』《》〈〉"
_NUMBER = re.compile(
    r"[\d.,/+-]+"
    r"|[〇零一二三四五六七八九十百千万亿两几多余数第]+"
    r"[年月日号个名家户人次项条亩元位种所座村只头间类批届期代成份张件台套组]?"
)
# What segmentation leaves of phrases: 每座, 由县, 签了, 户里. It names nothing; terms are kept all the same.
_FRAGMENT = re.compile(r"[每各这那该逐很已由个某另]\w|\w[了过着得的里]")
# Names of places by their ending; the words that only look like one are kept.
_PLACE = re.compile(
    r".{2,5}(?<!城)(?<!直辖)(?<!超)(?<!上)(?<!股)(?<!楼)(?<!夜)(?<!集)(?<!门)[省市县旗]"
    r"|.{2,4}(?<!小)(?<!城)(?<!村)(?<!乡)[镇乡]"
    r"|.{2,10}(?:自治区|自治州|特区)"
)
#: The lists that ship, in a folder ``words`` beside this module, and that a user's own folder can replace one by one.
WORD_FILES = ("policy_terms.txt", "stop_words.txt", "genre_words.txt", "places.txt")


def read_words(path: Any) -> list[str]:
    """Read a word list: one word a line, ``#`` begins a remark.

    Raises
    ------
    CorpusError
        If the file cannot be read as UTF-8.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: expected a word list in UTF-8, but it cannot be read ({error}).") from None
    words = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return list(dict.fromkeys(word for word in words if word))


def _word_lists(folder: Path | None) -> list[list[str]]:
    """Return the four lists in the order of `WORD_FILES`, the user's where `folder` has them."""
    own = [folder / name for name in WORD_FILES if (folder / name).is_file()] if folder else []
    if folder and not own:
        raise CorpusError(f"{folder}: expected a folder with at least one of {', '.join(WORD_FILES)}, found none.")
    shipped = files("diaoyan.preprocess").joinpath("words")
    found = {path.name: path for path in own}
    return [read_words(found.get(name, shipped.joinpath(name))) for name in WORD_FILES]


class Tokenizer:
    """Segment text into words.

    Punctuation is a boundary, Latin words and numbers are taken out before the dictionary sees the text (so that both
    engines give the same tokens), policy terms survive as one token, and neither engine's global dictionary is
    touched.

    Parameters
    ----------
    engine : {'rjieba', 'jieba'}
        Two implementations of the same dictionary and the same algorithm; ``rjieba`` is the faster.
    words : Path, optional
        Folder with the user's own ``policy_terms.txt``, ``stop_words.txt``, ``genre_words.txt`` or ``places.txt``; a
        file that is not there is taken from the package.
    terms : iterable of str
        Further terms to keep whole, for example the seed words of a codebook.
    places : bool
        Whether names of places (玉林市, 石渡县, 广西) count as words that can tell a theme.

    Raises
    ------
    CorpusError
        If `words` is no folder, holds none of the four files, or one that is not UTF-8.

    Examples
    --------
    >>> tokenizer = Tokenizer()
    >>> tokenizer.cut("将“三不”一体理念融入监督全过程。")
    ['将', '“三不”一体', '理念', '融入', '监督', '全过程']
    >>> tokenizer("关于玉林市宅基地“三权分置”改革的调研报告")
    ['宅基地', '三权分置']
    """

    def __init__(
        self, *, engine: Engine = "rjieba", words: Path | None = None, terms: Iterable[str] = (), places: bool = False
    ) -> None:
        if engine not in ("rjieba", "jieba"):
            raise ValueError(f"expected the engine 'rjieba' or 'jieba', got {engine!r}")
        self.engine = engine
        self.words = words
        self.places = places
        policy_terms, *left_out = _word_lists(words)
        self.terms = tuple(dict.fromkeys([*policy_terms, *terms]))
        self._terms = frozenset(self.terms)
        self.stop_words = frozenset().union(*(left_out[:2] if places else left_out))
        self._cut: Callable[[str], list[str]] | None = None
        self._signed, self._canonical = _signed_pattern(self.terms)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings, the way scikit-learn's estimators do."""
        return {"engine": self.engine, "words": self.words, "terms": self.terms, "places": self.places}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_cut": None}  # the engines hold locks and cannot be pickled

    def __repr__(self) -> str:
        return f"Tokenizer(engine={self.engine!r}, {len(self.terms)} terms, {len(self.stop_words)} stop words)"

    def cut(self, text: str) -> list[str]:
        """Return every word of `text` in order, without punctuation, stop words included.

        Parameters
        ----------
        text : str
            Text in any width forms; compared in normal form (NFKC), Latin letters in upper case.

        Returns
        -------
        list of str
        """
        if self._cut is None:
            self._cut = _load(self.engine, self.terms)
        text = unicodedata.normalize("NFKC", text).upper()
        if self._signed is None:
            return self._plain(text)
        tokens: list[str] = []
        last = 0
        for match in self._signed.finditer(text):
            tokens += self._plain(text[last : match.start()])
            tokens.append(self._canonical[_without_signs(match[0])])
            last = match.end()
        return tokens + self._plain(text[last:])

    def clauses(self, text: str) -> list[list[str]]:
        """Return the words of `text` as `cut` does, one list for each stretch between punctuation marks.

        Examples
        --------
        >>> Tokenizer().clauses("农户种粮，镇上收购。")
        [['农户', '种粮'], ['镇上', '收购']]
        """
        return [tokens for clause in _CLAUSE_END.split(text) if (tokens := self.cut(clause))]

    def __call__(self, text: str) -> list[str]:
        """Return the words of `text` that can tell a theme: no stop and genre words, places, numbers, single signs."""
        return [token for token in self.cut(text) if self.keeps(token)]

    def keeps(self, token: str) -> bool:
        """Whether a token can tell a theme."""
        if len(token) < 2 or token in self.stop_words:
            return False
        if token in self._terms:
            return True
        if _NUMBER.fullmatch(token) or _FRAGMENT.fullmatch(token):
            return False
        return self.places or not _PLACE.fullmatch(token)

    def _plain(self, text: str) -> list[str]:
        assert self._cut is not None
        tokens: list[str] = []
        for run in _RUN.findall(text):
            if _ONLY_HAN.match(run):
                tokens += self._cut(run)
            else:
                tokens.append(run)
        return tokens


def _without_signs(term: str) -> str:
    return re.sub(rf"[{_QUOTES}\s]", "", unicodedata.normalize("NFKC", term).upper())


def _signed_pattern(terms: Iterable[str]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """Return a pattern of the terms that hold signs or Latin letters, and the way each is written."""
    canonical: dict[str, str] = {}
    for term in terms:
        if not _ONLY_HAN.fullmatch(term):
            canonical.setdefault(_without_signs(term), term)
    if not canonical:
        return None, {}
    gap = f"[{_QUOTES}]?"
    # Longest first; Latin ends must not stand inside a longer Latin word (5G inside 15G).
    alternatives = []
    for key in sorted(canonical, key=lambda k: (-len(k), k)):
        body = gap.join(re.escape(char) for char in key)
        head = r"(?<![A-Z0-9])" if re.match(r"[A-Z0-9]", key) else ""
        tail = r"(?![A-Z0-9])" if re.match(r"[A-Z0-9]", key[-1]) else ""
        alternatives.append(head + (gap if not "A" <= key[0] <= "Z" else "") + body + tail)
    return re.compile("|".join(alternatives)), canonical


def _load(engine: Engine, terms: Iterable[str]) -> Callable[[str], list[str]]:
    """Return the engine's cut function over its own copy of the dictionary with `terms` added."""
    plain = [term for term in terms if _ONLY_HAN.fullmatch(term)]
    if engine == "rjieba":
        import rjieba

        fast = rjieba.Jieba()
        for term in plain:
            # The lowest frequency that keeps the term whole: a higher one would break good words around it.
            fast.add_word(term, fast.suggest_freq(term), "nz")
        return lambda run: list(fast.cut(run, True))

    import jieba

    slow = jieba.Tokenizer()
    # What jieba's `initialize` does, without the cache file that it leaves in the machine's temporary folder.
    slow.FREQ, slow.total = slow.gen_pfdict(slow.get_dict_file())
    slow.initialized = True
    for term in plain:
        slow.add_word(term)
    return lambda run: list(slow.cut(run))
