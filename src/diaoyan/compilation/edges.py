"""The edges of a report: credits that end it, and column heads, rules and page numbers that belong to none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from diaoyan.compilation.bylines import author_likeness
from diaoyan.compilation.furniture import Furniture
from diaoyan.compilation.lines import Line
from diaoyan.compilation.numbering import BULLETS, leading_number

_CREDIT = re.compile(
    r"[\W_]{0,30}(?:(?:数据|资料|案例|图片|信息|素材|文字|稿件)?来源|(?:责任|执行|本[期版刊报]|文字|图片|新媒体|视觉|见习|值班|统筹|网络)?(?:编辑|责编)|责编|主编|编审|美编|编发|"
    r"版式(?:设计|编辑)?|设计|排版|制图|绘图|漫画|插图|图表|摄影|供图|配图|图片|图|文图|图文|资料图|校对|核稿|审核|审校|复审|终审|初审|监制|统筹|策划|出品|印刷|印发|"
    r"(?:本文)?(?:作者)?(?:摘自|转自|转载自|选自|原载|刊于|刊载于|摘编自|首发于)|供稿|撰稿|投稿(?:邮箱|热线)?|联系(?:电话|方式|邮箱)|电话|邮箱|附注)\s*[:：/／]\s*\S.{0,80}"
)
_BRACKETED_CREDIT = re.compile(
    r"[(（\[【]\s*(?:本?文?作者|笔者|执笔|撰稿|本[刊报网台社版][^()（）]{0,30}(?:电|讯|消息|稿)?$|[^()（）。]{1,30}(?:[电讯]|供稿|摄|整理|编辑|报道)\s*[)）\]】]|"
    r"(?:数据|资料|案例|图片)来源|来源|责任编辑|责编|编辑|摘自|转自|选自|原载|刊于|转载自|(?:本[期文刊]|全文|连载)?完|待续|参与(?:调研|采写)|课题组成员|调研组成员)[^。]{0,80}[)）\]】]?"
)
_REFERENCE = re.compile(
    r"[\[［〔(（]?\s{0,3}(?:\d{1,3}|[①-⑳])\s{0,3}[\]］〕)）.．、]?\s{0,3}\S.{4,200}?(?:\[\s*[A-Z]{1,2}(?:/OL)?\s*\]|(?:出版社|日报|学报|杂志|周刊|年鉴|公报|论文)\S{0,8}\s{0,3}[,，:：（(]?\s{0,3}(?:19|20)\d\d|"
    r"https?://|www\.|(?:19|20)\d\d\s*(?:年版?|[(（]\d+[)）]|[,，:：]\s*第?\d)).{0,200}"
    r"|\S.{4,200}?\[\s*[MJDCNRSPGZA](?:/OL)?\s*\].{0,200}"
    r"|(?:主要)?(?:参考(?:文献|资料|书目)|引用文献|注释|参考)\s*[:：]?"
    r"|(?:网址|原文(?:链接|地址)?|链接|来源|详见|见|参见)?\s{0,3}[:：]?\s{0,3}(?:https?://|www\.)\S{3,300}[。.;；]?"
)
_END = re.compile(r"[(（\[【—\-\s]{0,20}+(?:本[期文刊辑]|全文|全书|正文)?(?:完|终|结束)[)）\]】—\-\s]*")
_HEAD_IN_BRACKETS = re.compile(
    r"[【〖［\[〔「『]\s*+[^【】〖〗［］\[\]〔〕「」『』。，；\s][^【】〖〗［］\[\]〔〕「」『』。，；]{1,15}\s*[】〗］\]〕」』]"
)
_HEAD_IN_MARKS = re.compile(
    rf"[{BULLETS}·•|｜/／_=＝~～—–-]{{1,6}}\s*[\w“”·、 ]{{2,14}}?\s*[{BULLETS}·•|｜/／_=＝~～—–-]{{1,6}}"
)
_HEAD_LABEL = re.compile(r"(?:本期)?(?:栏目|专栏|专题|版块|板块)\s*[:：]\s*\S.{0,20}")
_HEAD_WORD = re.compile(
    r"[\w“”·、]{2,8}(?:视点|视角|视野|视窗|之窗|窗口|论坛|讲坛|园地|天地|纵横|观察|聚焦|关切|广角|看台|专栏|专题|专稿|特稿|专论|栏目|前沿|动态|传真|参考|瞭望|时空|阵地|"
    r"一线|在线|热线|连线|平台|驿站|驿路|讲堂|课堂|调研|调查|研究|实践|探索|探讨|交流|建设|发展|经验|之声|风采|大家谈|笔谈|札记|论丛|速递)"
)
_PAGE_NUMBER = re.compile(
    r"[-—–―－─~～·•.\s|(（第]*(?:\d{1,4}|[ivxl]{1,7}|[IVXL]{1,7})[-—–―－─~～·•.\s|)）页]*(?:[/共]\s*\d{1,4}\s*页?)?"
)


def is_credit(text: str) -> bool:
    """Whether a line names who or what a report comes from, at its end; never a title, nor part of one.

    Examples
    --------
    >>> [is_credit(text) for text in ("数据来源：统计局", "（作者为石渡县委党校教师）", "（全文完）")]
    [True, True, True]
    >>> is_credit("设计好一张网：石渡县调查"), is_credit("来源多样的账要算清。")
    (False, False)
    """
    if len(text) > 120 or "。" in text.rstrip("。)）"):
        return False
    return any(form.fullmatch(text.strip()) for form in (_CREDIT, _BRACKETED_CREDIT, _END))


def is_reference(text: str) -> bool:
    """Whether a line is an entry of the references at a report's end, their heading, or a web address.

    Examples
    --------
    >>> is_reference("[2] 罗雁. 基层调查方法[M]. 山川出版社, 2019"), is_reference("https://example.org/a.html")
    (True, True)
    >>> is_reference("（二）2021年以来，全县新增茶园3.2万亩。")
    False
    """
    return len(text) <= 400 and not text.endswith("。") and _REFERENCE.fullmatch(text.strip()) is not None


def is_column_head(text: str) -> bool:
    """Whether a line is set like the head of a column: in brackets, between marks, or with its label.

    Examples
    --------
    >>> is_column_head("【三农视点】"), is_column_head("◆ 三农视点 ◆"), is_column_head("【调研】石渡县的茶园")
    (True, True, False)
    """
    return any(form.fullmatch(text.strip()) for form in (_HEAD_IN_BRACKETS, _HEAD_IN_MARKS, _HEAD_LABEL))


def belongs_to_none(
    begins: Collection[int], lines: Sequence[Line], furniture: Furniture, listed: Collection[str] = ()
) -> set[int]:
    """Return the lines right above the reports that are part of neither the report before nor the one behind.

    Parameters
    ----------
    begins : collection of int
        First lines of the reports.
    lines : sequence of Line
        All lines of the source.
    furniture : Furniture
        Lines that are looked through.
    listed : collection of str
        Keys of lines of the 目录 that are no entries, as the heads of its parts are.

    Returns
    -------
    set of int
        Heads of columns, rules and page numbers.
    """
    above: dict[int, list[int]] = {}
    for begin in begins:
        above[begin] = []
        i = begin - 1
        while i >= 0 and len(above[begin]) < 5 and len(lines[i].text) <= 40:
            if i not in furniture.lines:
                above[begin].append(i)
            i -= 1
    nearest = Counter(lines[i].key for around in above.values() for i in around[:3] if len(lines[i].key) >= 2)
    found: set[int] = set()
    for around in above.values():
        for place, i in enumerate(around):
            line = lines[i]
            behind = lines[around[place + 1]].text if place + 1 < len(around) else _before(i, lines, furniture)
            plain = (
                2 <= len(line.key) <= 12
                and "。" not in line.text
                and leading_number(line.text) is None
                and author_likeness(line.text) < 0.5
                and _is_finished(behind)
                and (nearest[line.key] >= 2 or line.key in listed or _HEAD_WORD.fullmatch(line.text) is not None)
            )
            if not line.key or _PAGE_NUMBER.fullmatch(line.text) or is_column_head(line.text) or plain:
                found.add(i)
            else:
                break
    return found


def _before(i: int, lines: Sequence[Line], furniture: Furniture) -> str:
    return next((lines[j].text for j in range(i - 1, max(-1, i - 8), -1) if j not in furniture.lines), "")


def _is_finished(text: str) -> bool:
    """Whether what stands above a line is a report's end, so that the line is no heading in it."""
    return not text or is_credit(text) or text.rstrip("”’）)】 ").endswith(("。", "！", "？", "!", "?", "…"))
