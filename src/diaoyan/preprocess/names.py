"""Names that tell no theme: persons, by what stands beside them, and what is foreign, by its signs and by a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby, pairwise

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_OFFICES = frozenset("局厅委办院会部所社行处科室心组校厂站司团")
_PARTED = re.compile(r"[\s、，,；;：:（）()]+")
_BEFORE = frozenset(
    """
    书记 副书记 支书 村支书 主任 副主任 局长 副局长 县长 市长 区长 镇长 乡长 村长 院长 校长 所长 站长 经理 总经理
    董事长 主席 总理 组长 队长 会长 社长 理事长 教授 老师 医生 农户 村民 居民 社员 户主 店主 厂长 党员 大户 创始人
    负责人 同志 代表 委员 常委
    """.split()
)
_AFTER = frozenset(
    """
    同志 书记 支书 主任 局长 县长 市长 院长 校长 所长 经理 老师 医生 师傅 说 说道 告诉 介绍 坦言 表示 主持 出席 会见
    强调 指出
    """.split()
)
#: Signs that write sounds, from how many of them in a row a word is a name, and what programs are made of.
_SOUNDS = frozenset(
    "阿埃艾安奥巴贝本比伯布查茨达德迪蒂顿多尔恩法菲费弗福夫盖戈格古哈汉赫基吉加杰金卡凯康科克库夸拉莱兰朗劳勒雷里利列林"
    "留鲁伦罗洛玛马迈曼梅蒙米密姆穆纳娜内尼涅诺帕佩皮珀普齐奇恰乔切萨塞瑟森沙什史斯苏索塔泰坦特提廷图托瓦万韦维温沃乌武"
    "西希肖谢辛休亚扬耶伊因英尤约泽扎詹佐亨豪威爱丝莎黛波博"
)
LEAST_SOUNDS = 4
_CODE = re.compile(
    r"[A-Za-z0-9]{2}[._][A-Za-z]|^[A-Za-z]{13,}$|^(?:SCRIPT|APPENDCHILD|FUNCTION|HTML|HTTP|WWW|NBSP|DIV)$", re.I
)
#: Share of its occurrences that must stand beside such a word, by its length: 金融主任 makes no person of 金融.
LEAST_SHARE = {2: 0.25, 3: 0.1}


def persons(texts: Iterable[Sequence[Sequence[str]]], bylines: Iterable[str] = ()) -> frozenset[str]:
    """Return the words of a corpus that are names of persons.

    A dictionary's tags are no help here: the one that jieba carries calls 玉米, 养老 and 智慧 persons. Instead a word
    of two or three characters that begins with a common surname is taken for a person where the text says so: at
    least a quarter of its occurrences (a tenth for three characters) stand right beside an office, 村民, 同志 or 说.
    Whoever is named in a byline is a person in any case.

    Parameters
    ----------
    texts : iterable of texts
        What `Tokenizer.clauses` returns for each.
    bylines : iterable of str
        Authors and institutions as printed.

    Returns
    -------
    frozenset of str

    Examples
    --------
    >>> text = [["村支书", "张泽桥", "帮带"], ["张泽桥", "说"], ["高标准农田", "验收"]]
    >>> sorted(persons([text], ["县委党校 方启明、罗雁"]))
    ['张泽桥', '方启明', '罗雁']
    """
    texts = list(texts)
    tokens_of_all = {token for clauses in texts for tokens in clauses for token in tokens}
    like_names = set(filter(_looks_like_name, tokens_of_all))
    with_office: Counter[str] = Counter()
    occurrences: Counter[str] = Counter()
    for clauses in texts:
        for tokens in clauses:
            for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
                if token in like_names:
                    occurrences[token] += 1
                    with_office[token] += before in _BEFORE or after in _AFTER
    found = {
        token for token, count in with_office.items() if count and count >= LEAST_SHARE[len(token)] * occurrences[token]
    }
    named = {part for byline in bylines for part in re.split(r"[\W\d]+", byline) if _looks_like_name(part)}
    return frozenset(found | named)


def foreign(tokens: Iterable[str]) -> frozenset[str]:
    """Return the words that name places or persons abroad, and those that are no words: bits of programs and markup.

    Listed is what ``words/foreign_places.txt`` has. Other names are told by their signs: four characters or more, all
    of them such as Chinese writes the sounds of other languages with (爱因斯坦).

    Examples
    --------
    >>> sorted(foreign(["爱因斯坦", "塔吉克斯坦", "DOCUMENT.GETELEMENTBYID", "马克思主义", "5G", "GDP", "农户"]))
    ['DOCUMENT.GETELEMENTBYID', '塔吉克斯坦', '爱因斯坦']
    """
    listed = _listed("foreign_places.txt")
    return frozenset(
        token
        for token in tokens
        if token in listed or _CODE.search(token) or (len(token) >= LEAST_SOUNDS and _SOUNDS.issuperset(token))
    )


def within_names(words: Iterable[str], text: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return those of `words` that are names in a text, or bits of names that were cut apart there.

    Besides what `persons` and `foreign` tell, that is what follows a surname that stands by itself (丁 薛祥), and what
    stands in a row of signs that write sounds (尔德 穆哈 梅 多夫).

    Parameters
    ----------
    words : iterable of str
    text : sequence of sequence of str
        The tokens of its parts.

    Examples
    --------
    >>> text = [["丁", "薛祥", "在", "湖北", "调研"], ["总统", "尔德", "穆哈", "梅", "多夫", "访华"], ["李强", "说"]]
    >>> sorted(within_names(["湖北", "薛祥", "多夫", "李强", "调研"], text))
    ['多夫', '李强', '薛祥']
    """
    words = list(words)
    persons_like = set(filter(_looks_like_name, words))
    sounding = {word for word in words if _SOUNDS.issuperset(word)}
    found = set(foreign(words))
    if persons_like or sounding:
        found |= persons([text]) & persons_like
        for tokens in text:
            found |= {token for before, token in pairwise(tokens) if before in _SURNAMES and token in persons_like}
            for sounds, row in groupby(tokens, _SOUNDS.issuperset):
                run = list(row) if sounds else []
                if sum(map(len, run)) >= LEAST_SOUNDS:
                    found |= sounding.intersection(run)
    return frozenset(found)


def within_bylines(words: Iterable[str], authors: str) -> frozenset[str]:
    """Return those of `words` that say who wrote a report, where they stand in its authors: 执笔, 学院, bits of names.

    Examples
    --------
    >>> authors = "岚江省财政厅课题组，执笔人：何所思、欧阳朔；人社局"
    >>> sorted(within_bylines(["财政厅", "执笔人", "所思", "阳朔", "课题组", "人社局"], authors))
    ['所思', '执笔人', '课题组', '阳朔']
    """
    # What stands by itself there and is as short as a name is one, whatever its surname (米粒, 商周), or an office.
    named = [part for part in _PARTED.split(authors) if 1 < len(part) <= 4 and part[-1] not in _OFFICES]
    offices = _listed("byline_words.txt")
    return frozenset(word for word in words if word in offices or any(word in person for person in named))


@cache
def _listed(name: str) -> frozenset[str]:
    text = files("diaoyan.preprocess").joinpath("words", name).read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _looks_like_name(token: str) -> bool:
    return (
        len(token) in LEAST_SHARE
        and token[0] in _SURNAMES
        and token[-1] not in "局厅书电"
        and token not in _BEFORE
        and token not in _AFTER
    )
