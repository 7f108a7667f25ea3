"""Names of persons, by what stands beside them: the bylines of reports, and 书记, 主任, 村民, 说 in the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_BEFORE = frozenset((
    "书记", "副书记", "支书", "村支书", "主任", "副主任", "局长", "副局长", "县长", "市长", "区长", "镇长", "乡长",
    "村长", "院长", "校长", "所长", "站长", "经理", "总经理", "董事长", "主席", "总理", "组长", "队长", "会长",
    "社长", "理事长", "教授", "老师", "医生", "农户", "村民", "居民", "社员", "户主", "店主", "厂长", "党员", "大户",
    "创始人", "负责人", "同志", "代表", "委员", "常委",
))  # fmt: skip
_AFTER = frozenset((
    "同志", "书记", "支书", "主任", "局长", "县长", "市长", "院长", "校长", "所长", "经理", "老师", "医生", "师傅",
    "说", "说道", "告诉", "介绍", "坦言", "表示", "主持", "出席", "会见", "强调", "指出",
))  # fmt: skip
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
    beside: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for clauses in texts:
        for tokens in clauses:
            for place, token in enumerate(tokens):
                if not _looks_like_name(token):
                    continue
                alone[token] += 1
                before = tokens[place - 1] if place else ""
                after = tokens[place + 1] if place + 1 < len(tokens) else ""
                beside[token] += before in _BEFORE or after in _AFTER
    found = {token for token, count in beside.items() if count and count >= LEAST_SHARE[len(token)] * alone[token]}
    named = {part for byline in bylines for part in re.split(r"[\W\d]+", byline) if _looks_like_name(part)}
    return frozenset(found | named)


def _looks_like_name(token: str) -> bool:
    return (
        len(token) in LEAST_SHARE
        and token[0] in _SURNAMES
        and token[-1] not in "局厅书电"
        and token not in _BEFORE
        and token not in _AFTER
    )
