"""`Tokenizer`: Chinese text to words, with policy terms kept whole and the words of the genre left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, Self

from diaoyan.errors import CorpusError
from diaoyan.estimators import Estimator
from diaoyan.language import gettext, reason

Engine = Literal["rjieba", "jieba"]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇"
_RUN = re.compile(rf"[{_HAN}]+|[A-Za-z0-9]+(?:[-.+/&][A-Za-z0-9]+)*|\n")
_CLAUSE_END = re.compile(r"[，。！？；：、,;:!?()（）\[\]【】…—\n]+")
_ONLY_HAN = re.compile(rf"[{_HAN}]+")
# Stands for a Latin run where the engine reads; like the spaces around it, no part of a word in either dictionary.
_LATIN = "@"
_QUOTES = "“”‘’\"'「」『』《》〈〉"
# Any character that normalising could change. Wide punctuation is left out: it ends a word in either width, and nearly
# every text has some and would have to be normalised.
_UNSURE = re.compile(rf"[^\n -~\u4e00-\u9fff\u3000—…·、。，：；！？％（）〔〕【】《》{_QUOTES}]")
#: Distinct words whose verdict is remembered; with more, the memory of an archive would grow without end.
REMEMBERED = 500_000
#: For how many sets of word lists the engine, pattern and verdicts are cached: a model's, a codebook's, a month's.
_SHARED = 4
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
# Segmentation can leave the end of a place name (澜|州市, 由省) as a word of two signs; real words like that are few.
_PLACE_ENDINGS = frozenset("省市县州区镇乡旗")
_NO_PLACES = frozenset(
    """
    城市 都市 超市 上市 股市 楼市 债市 房市 车市 汇市 牛市 熊市 入市 退市 集市 夜市 菜市 早市 门市 开市 闭市 互市
    花市 鱼市 应市 城镇 乡镇 小镇 村镇 集镇 古镇 重镇 名镇 强镇 强县 城乡 家乡 下乡 返乡 回乡 还乡 入乡 水乡 侨乡
    同乡 老乡 故乡 异乡 社区 园区 景区 林区 牧区 灾区 库区 山区 矿区 校区 学区 片区 军区 战区 疫区 病区 禁区 误区
    城区 郊区 小区 街区 厂区 特区 赛区 农区 灌区 湖区 港区 辖区 选区 教区 棉区 麦区 渔区 藏区 老区 旱区 盐区 油区
    海区 坝区 展区 专区 考区 震区 雷区 雨区 陵区 节省 反省 国旗 红旗 党旗 军旗 升旗 锦旗 旗县
    """.split()
)
#: What stands behind a word in a list of jieba's: its frequency, its part of speech, or both.
_JIEBA = re.compile(r"(?<=\S)[ \t]+(?:\d+(?:[ \t]+[a-z]{1,4})?|[a-z]{1,4})$")
#: The lists that ship, in a folder ``words`` beside this module, and that a user's own folder can replace one by one.
WORD_FILES = ("policy_terms.txt", "stop_words.txt", "genre_words.txt", "places.txt")


def read_words(path: Any) -> list[str]:
    """Read a word list: one word a line, ``#`` begins a remark.

    A list in jieba's own format (word, frequency, part of speech) is read for its words.

    Raises
    ------
    CorpusError
        If the file cannot be read as UTF-8.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            gettext("{path}: expected a word list in UTF-8, but it cannot be read ({error}).").format(
                path=path, error=reason(error)
            )
        ) from None
    words = (_JIEBA.sub("", line.split("#", 1)[0].strip()) for line in text.splitlines())
    return list(dict.fromkeys(word for word in words if word))


def _word_lists(folder: Path | Mapping[str, Sequence[str]] | None) -> list[list[str]]:
    """Return the four lists in the order of `WORD_FILES`, the user's where they are given."""
    shipped = files("diaoyan.preprocess").joinpath("words")
    if isinstance(folder, Mapping):
        return [list(folder[name]) if name in folder else read_words(shipped.joinpath(name)) for name in WORD_FILES]
    own = [folder / name for name in WORD_FILES if (folder / name).is_file()] if folder else []
    if folder and not own:
        raise CorpusError(
            gettext("{folder}: expected a folder with at least one of {names}, found none.").format(
                folder=folder, names=", ".join(WORD_FILES)
            )
        )
    found = {path.name: path for path in own}
    return [read_words(found.get(name, shipped.joinpath(name))) for name in WORD_FILES]


def normal_form(text: str) -> str:
    """Return `text` as it is compared: in normal form (NFKC) but for punctuation, Latin letters in upper case.

    Examples
    --------
    >>> normal_form("５ｇ基站")
    '5G基站'
    """
    return (unicodedata.normalize("NFKC", text) if _UNSURE.search(text) else text).upper()


class Tokenizer(Estimator):
    """Segment text into words.

    Punctuation is a boundary, Latin words and numbers are taken out before the dictionary sees the text (so that both
    engines give the same tokens), policy terms survive as one token, and neither engine's global dictionary is
    touched.

    Parameters
    ----------
    engine : {'rjieba', 'jieba'}
        Two implementations of the same dictionary and the same algorithm; ``rjieba`` is the faster.
    words : Path or mapping, optional
        Folder with the user's own ``policy_terms.txt``, ``stop_words.txt``, ``genre_words.txt`` or ``places.txt``, or
        such lists under these names; what is not there is taken from the package.
    terms : sequence of str
        Further terms to keep whole, for example the seed words of a codebook.
    places : bool
        Whether names of places (玉林市, 石渡县, 广西) count as words that can tell a theme.

    Attributes
    ----------
    kept_whole : tuple of str
        The policy terms of the word lists, then `terms`.
    stop_words : frozenset of str
    verdicts : Verdicts
        Whether a token can tell a theme; one object for all tokenizers with the same lists.

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
        self,
        *,
        engine: Engine = "rjieba",
        words: Path | Mapping[str, Sequence[str]] | None = None,
        terms: Sequence[str] = (),
        places: bool = False,
    ) -> None:
        if engine not in ("rjieba", "jieba"):
            raise ValueError(f"expected the engine 'rjieba' or 'jieba', got {engine!r}")
        self.engine = engine
        self.words = words
        self.terms = terms
        self.places = places
        policy_terms, *left_out = _word_lists(words)
        self.kept_whole = tuple(dict.fromkeys([*policy_terms, *terms]))
        self.stop_words = frozenset().union(*(left_out[:2] if places else left_out))
        self._cut: Callable[[str], list[str]] | None = None
        self._signed, self._canonical = _signed_pattern(self.kept_whole)
        self.verdicts = _verdicts(frozenset(self.kept_whole), self.stop_words, self.places)

    def lists(self) -> dict[str, list[str]]:
        """Return the words it keeps whole and those it leaves out, as `words` takes them: the same lists, the same cut.

        Examples
        --------
        >>> tokenizer = Tokenizer(terms=["抱团发展"])
        >>> Tokenizer(words=tokenizer.lists()).stop_words == tokenizer.stop_words
        True
        """
        empty = dict.fromkeys(WORD_FILES, ())
        filled = empty | {"policy_terms.txt": self.kept_whole, "stop_words.txt": sorted(self.stop_words)}
        return {name: list(words) for name, words in filled.items()}

    def set_params(self, **params: Any) -> Self:
        """Change settings; what rests on them, such as the terms that are kept whole, is made anew."""
        super().set_params(**params)
        Tokenizer.__init__(self, **self.get_params())
        return self

    def __getstate__(self) -> dict[str, Any]:
        # The engines hold locks and cannot be pickled; what is remembered is found again.
        return {name: value for name, value in self.__dict__.items() if name != "verdicts"} | {"_cut": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.verdicts = _verdicts(frozenset(self.kept_whole), self.stop_words, self.places)

    def __repr__(self) -> str:
        return f"Tokenizer(engine={self.engine!r}, {len(self.kept_whole)} terms, {len(self.stop_words)} stop words)"

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
        return self.cut_normal(normal_form(text))

    def cut_normal(self, text: str) -> list[str]:
        """Return what `cut` does, of a text that `normal_form` returned."""
        return self._words(text.replace("\n", " "))

    def clauses(self, text: str) -> list[list[str]]:
        """Return the words of `text` as `cut` does, one list for each stretch between punctuation marks.

        Examples
        --------
        >>> Tokenizer().clauses("农户种粮，镇上收购。")
        [['农户', '种粮'], ['镇上', '收购']]
        """
        tokens = self._words(normal_form("\n".join(_CLAUSE_END.split(text))))
        return [list(clause) for words, clause in groupby(tokens, key="\n".__ne__) if words]

    def __call__(self, text: str) -> list[str]:
        """Return the words of `text` that can tell a theme: no stop and genre words, places, numbers, single signs."""
        return self.kept(self.cut(text))

    def keeps(self, token: str) -> bool:
        """Whether a token can tell a theme."""
        return self.verdicts[token]

    def kept(self, tokens: Iterable[str]) -> list[str]:
        """Return the tokens that can tell a theme."""
        return list(filter(self.verdicts.__getitem__, tokens))

    def _words(self, text: str) -> list[str]:
        """Return the words of a text in normal form, and a line break wherever it has one."""
        if self._cut is None:
            self._cut = _load(self.engine, self.kept_whole)
        if self._signed is None:
            return self._plain(text, self._cut)
        tokens: list[str] = []
        last = 0
        for match in self._signed.finditer(text):
            tokens += self._plain(text[last : match.start()], self._cut)
            tokens.append(self._canonical[_without_signs(match[0])])
            last = match.end()
        return tokens + self._plain(text[last:], self._cut)

    @staticmethod
    def _plain(text: str, cut: Callable[[str], list[str]]) -> list[str]:
        """Cut text without terms that hold signs: all its runs in one call, which costs a third less than one each."""
        runs = _RUN.findall(text)
        latin = [run for run in runs if "\n" < run < "{"]  # all Han characters come after
        if latin:
            runs = [_LATIN if "\n" < run < "{" else run for run in runs]
        tokens = [token for token in cut(" ".join(runs)) if token != " "]
        place = -1
        for run in latin:
            place = tokens.index(_LATIN, place + 1)
            tokens[place] = run
        return tokens


class Verdicts(dict[str, bool]):
    """Whether a token can tell a theme, asked once for each."""

    def __init__(self, terms: frozenset[str], stop_words: frozenset[str], *, places: bool) -> None:
        super().__init__()
        self._terms, self._stop_words, self._places = terms, stop_words, places

    # Equal only if it is the same object: which tokens were looked up so far must not count.
    __eq__ = object.__eq__
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __missing__(self, token: str) -> bool:
        if len(self) >= REMEMBERED:
            self.clear()
        self[token] = self._tells(token)
        return self[token]

    def _tells(self, token: str) -> bool:
        if len(token) < 2 or token in self._stop_words:
            return False
        if token in self._terms:
            return True
        if _NUMBER.fullmatch(token) or _FRAGMENT.fullmatch(token):
            return False
        if self._places:
            return True
        shard = len(token) == 2 and token[1] in _PLACE_ENDINGS and token not in _NO_PLACES
        return not shard and not _PLACE.fullmatch(token)


@lru_cache(maxsize=_SHARED)
def _verdicts(terms: frozenset[str], stop_words: frozenset[str], places: bool) -> Verdicts:
    """Return the verdicts of all tokenizers with the same lists, which share what was asked already."""
    return Verdicts(terms, stop_words, places=places)


def _without_signs(term: str) -> str:
    return re.sub(rf"[{_QUOTES}\s]", "", unicodedata.normalize("NFKC", term).upper())


@lru_cache(maxsize=_SHARED)
def _signed_pattern(terms: tuple[str, ...]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """Return a pattern of the terms that hold signs or Latin letters, and the way each is written."""
    canonical: dict[str, str] = {}
    for term in terms:
        if not _ONLY_HAN.fullmatch(term) and (key := _without_signs(term)):  # what is nothing but signs is no term
            canonical.setdefault(key, term)
    if not canonical:
        return None, {}
    gap = f"[{_QUOTES}]?"
    endings: dict[str, list[str]] = {}
    # Longest first; Latin ends must not stand inside a longer Latin word (5G inside 15G).
    for key in sorted(canonical, key=lambda k: (-len(k), k)):
        tail = r"(?![A-Z0-9])" if re.match(r"[A-Z0-9]", key[-1]) else ""
        endings.setdefault(key[0], []).append("".join(gap + re.escape(char) for char in key[1:]) + tail)
    # The pattern begins with one set of characters: `re` then runs over text without a term at full speed.
    bare, quoted = [], []
    for first, rests in endings.items():
        head, rest = re.escape(first), f"(?:{'|'.join(rests)})"
        latin = bool(re.match(r"[A-Z0-9]", first))
        bare.append(f"(?<={head})" + (f"(?<![A-Z0-9]{head})" if latin else "") + rest)
        if not "A" <= first <= "Z":
            quoted.append((r"(?<![A-Z0-9].)" if latin else "") + head + rest)
    begin = f"[{_QUOTES if quoted else ''}{''.join(map(re.escape, endings))}]"
    inside = f"|(?<=[{_QUOTES}])(?:{'|'.join(quoted)})" if quoted else ""
    return re.compile(f"{begin}(?:{'|'.join(bare)}{inside})"), canonical


@lru_cache(maxsize=_SHARED)
def _load(engine: Engine, terms: tuple[str, ...]) -> Callable[[str], list[str]]:
    """Return the engine's cut function over a copy of the dictionary with `terms` added; tokenizers alike share it."""
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


def let_go() -> None:
    """Let go of the dictionaries that are kept for the next tokenizer, 25 MB each."""
    _load.cache_clear()
