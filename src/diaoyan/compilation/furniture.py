"""What a page or a site adds to the text: page numbers, running heads, remarks. Told by form and by repetition."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from diaoyan.compilation.lines import Line
from diaoyan.compilation.numbering import leading_number

_DASHES = r"[-—–―－─~～·•.．\s|]"
_MARKED_NUMBER = re.compile(
    rf"(?:{_DASHES}*第\s*(\d{{1,4}}|[一二三四五六七八九十百零〇]{{1,6}})\s*页(?:\s*[,;/(]?\s*共\s*\d{{1,4}}\s*页\s*\)?)?{_DASHES}*"
    rf"|(\d{{1,4}})\s*/\s*\d{{1,4}}|{_DASHES}*[Pp](?:age|\.)?\s*(\d{{1,4}})(?:\s*of\s*\d{{1,4}})?{_DASHES}*"
    rf"|[-—–―－─~～·•|]{_DASHES}*(\d{{1,4}}){_DASHES}*[-—–―－─~～·•|])"
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
#: The page number on the line of a running head.
OUTER_DIGITS = re.compile(r"^\d{1,4}|\d{1,4}$")

#: The whole line is a site's, or the end of a line is.
_REMARK = re.compile(
    r"(?:资源描述|文档描述|资源简介|文档简介|内容简介|展开阅读全文|点击(?:展开|查看|阅读|下载)\S{0,12}|展开(?:全文|更多|剩余\S{0,10})|"
    r"阅读全文|查看全文|收起(?:全文)?|下载(?:文档|全文|本文|原文|此文档|本资源|地址)\S{0,12}|立即(?:下载|阅读)\S{0,8}|免费(?:下载|阅读)\S{0,10}|"
    r"还剩\s*\d+\s*页未读\S{0,14}|剩余\s*\d+\s*页(?:未读)?\S{0,14}|(?:继续|免费)阅读\S{0,10}|"
    r"(?:上传|发布|更新)(?:人|者|时间)[::]\S{0,30}|(?:文档|资源)(?:格式|大小|页数|编号|ID)[::]?\S{0,30}|关\s*键\s*词[::]\s*资源|"
    r"VIP\S{0,14}|文库VIP\S{0,10}|版权申诉|(?:举报|收藏|分享|点赞|打印|复制链接|返回顶部|加入收藏|下载积分)(?:\s+\S{2,6})*|"
    r"预览(?:已结束|结束|完毕)?\S{0,20}|本文(?:档)?(?:由|来自)\S{0,30}(?:上传|分享|提供)\S{0,6})",
    re.I,
)
# Without backtracking (`*+`, `(?>`): a remark may contain what separates two remarks, and trying every way to cut a
# line would take time that doubles with each remark.
_REMARK_LINE = re.compile(rf"[\W_]*+(?>{_REMARK.pattern})(?:[\W_]++(?>{_REMARK.pattern}))*+[\W_]*+", re.I)
_NOTICE = re.compile(
    r"内部(?:资料|文件|刊物|参考|交流|材料|使用)|注意(?:保存|保管|保密)|妥善保[管存]|严禁|不得|禁止|请勿|仅供|版权|著作权|保密|翻印|复制|转载|外传|传阅|阅后|"
    r"未经\S{0,10}(?:许可|同意|授权|批准)|公众号|扫[码描]|二维码|关注我们|微信|微博|客户端|https?:|www\.|热线|投稿|欢迎\S{0,4}(?:订阅|投稿|关注|访问)|"
    r"更多\S{0,12}(?:请|详见|尽在)|水印|下载(?:于|自|时间)|打印(?:于|时间|日期)|征求意见稿|讨论稿|送审稿|准印证|广告"
)
_CUT_OFF = re.compile(
    r"展开阅读全文|展开全文|展开剩余|展开更多|页未读|剩余\s*\d+\s*页|阅读全文|查看全文|继续阅读|预览(?:已)?结束|预览完毕"
)
_CUT_OFF_AT_END = re.compile(r"(?:展开阅读全文|还剩\s*\d+\s*页未读\S{0,14})[\W_]*$")
_SENTENCE_END = tuple("。！？!?；;:：”’…」』.")


@dataclass(frozen=True, slots=True)
class Furniture:
    """Lines that belong to the page or the site, by their index among the lines."""

    #: All of them.
    lines: frozenset[int]
    #: Those that say that the text goes on elsewhere.
    cut_off: frozenset[int]
    #: Printed page numbers that stand on a line of their own.
    pages: dict[int, int]


def find_furniture(lines: Sequence[Line]) -> Furniture:
    """Find page numbers, running heads and site remarks.

    A number on its own line is a page number if such numbers count up, or if it stands where a page ends. A short
    line that comes again and again is a running head if it mostly stands beside a page number or a page break, or
    in the middle of a sentence; a heading that many reports share (结语) is not.

    Examples
    --------
    >>> from diaoyan.compilation.lines import cut_lines
    >>> pages = "甲乙，\\n— 1 —\\n精选汇编\\n丙，\\n— 2 —\\n精选汇编\\n丁，\\n— 3 —\\n精选汇编\\n戊。"
    >>> found = find_furniture(cut_lines(pages))
    >>> sorted(found.lines)
    [1, 2, 4, 5, 7, 8]
    """
    remarks = {i for i, line in enumerate(lines) if len(line.text) <= 60 and _REMARK_LINE.fullmatch(line.text)}
    cut_off = {i for i in remarks if _CUT_OFF.search(lines[i].text)}
    cut_off |= {i for i, line in enumerate(lines) if _CUT_OFF_AT_END.search(line.text[-40:])}
    pages = _page_numbers(lines)
    heads = _running_heads(lines, pages) | _notices(lines)
    return Furniture(frozenset(remarks | set(pages) | heads), frozenset(cut_off), pages)


def _notices(lines: Sequence[Line]) -> set[int]:
    """Return the lines that come again and again and are worded like a notice: 内部资料 注意保存."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if len(line.text) <= 60 and len(line.key) >= 4 and "。" not in line.text[:-1] and _NOTICE.search(line.text):
            groups[line.key].append(i)
    return {i for group in groups.values() if len(group) >= 3 for i in group}


def strip_remark(text: str) -> str:
    """Return a line without the site's remark at its end.

    Examples
    --------
    >>> strip_remark("建设智慧农业是破解“ 展开阅读全文 ︾")
    '建设智慧农业是破解“'
    """
    return _CUT_OFF_AT_END.sub("", text).rstrip() if "全文" in text or "未读" in text else text


def _page_numbers(lines: Sequence[Line]) -> dict[int, int]:
    marked: dict[int, int] = {}
    bare: dict[int, int] = {}
    for i, line in enumerate(lines):
        if len(line.text) > 24:
            continue
        text = unicodedata.normalize("NFKC", line.text)
        if _BARE_NUMBER.fullmatch(text):
            bare[i] = int(text)
        elif match := _MARKED_NUMBER.fullmatch(text):
            digits = next(filter(None, match.groups()))
            marked[i] = int(digits) if digits.isdigit() else 0
    values = list(bare.values())
    steps = sum(after - before in (1, 2) for before, after in itertools.pairwise(values))
    counting = len(values) >= 2 and steps >= 0.5 * (len(values) - 1)
    for i, value in bare.items():
        at_page_end = lines[i].new_page or (i + 1 < len(lines) and lines[i + 1].new_page)
        in_sentence = 0 < i < len(lines) - 1 and _goes_on(lines[i - 1].text)
        if counting or at_page_end or (in_sentence and i - 1 not in bare):
            marked[i] = value
    return marked


def _goes_on(text: str) -> bool:
    """Whether a line stops in the middle of a sentence."""
    return len(text) >= 20 and not text.endswith(_SENTENCE_END)


def _in_sentence(before: str, after: str) -> bool:
    """Whether a line stands between two halves of a sentence; a title is no half, for it has no comma."""
    return _goes_on(before) and bool(re.search(r"[，。、；,;]", before)) and len(after) >= 10


def _running_heads(lines: Sequence[Line], pages: dict[int, int]) -> set[int]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if len(line.text) > 60 or i in pages:
            continue
        # A page number can stand on the line of the running head; the number of a list entry is none.
        key = line.key
        if key and (key[0].isdigit() or key[-1].isdigit()) and not leading_number(line.text):
            key = OUTER_DIGITS.sub("", key)
        if len(key) >= 2:
            groups[key].append(i)
    page_of = _page_ordinals(lines, pages)
    heads: set[int] = set()
    for group in groups.values():
        if len(group) < 3:
            continue
        spread = page_of[group[-1]] - page_of[group[0]] + 1
        beside = sum(at_page_edge(i, lines, pages) for i in group)
        inside = sum(0 < i < len(lines) - 1 and _in_sentence(lines[i - 1].text, lines[i + 1].text) for i in group)
        on_most_pages = beside >= 0.6 * len(group) and len(group) >= 0.4 * spread
        between_halves = len(group) >= 4 and (inside >= 0.5 * len(group) or _counts_up(group, lines))
        if on_most_pages or between_halves:
            heads.update(group)
    return heads


def _counts_up(group: Sequence[int], lines: Sequence[Line]) -> bool:
    """Whether a line comes again with a number that counts up, in the middle of paragraphs: a head with its page."""
    numbers = [OUTER_DIGITS.search(lines[i].key) for i in group]
    values = [int(number[0]) for number in numbers if number]
    steps = sum(after - before in (1, 2) for before, after in itertools.pairwise(values))
    inside = sum(i > 0 and _goes_on(lines[i - 1].text) for i in group)
    return len(values) == len(group) and steps >= 0.7 * (len(values) - 1) and inside >= 0.3 * len(group)


def _page_ordinals(lines: Sequence[Line], pages: dict[int, int]) -> list[int]:
    """Count the pages up to every line, by page breaks or else by page numbers."""
    by_breaks = sum(line.new_page for line in lines) > len(pages)
    ordinals, count = [], 0
    for i, line in enumerate(lines):
        count += line.new_page if by_breaks else i in pages
        ordinals.append(count)
    return ordinals


def at_page_edge(i: int, lines: Sequence[Line], pages: dict[int, int]) -> bool:
    """Whether a page begins at this line or beside it: two lines of running head are common, three are not."""
    if any(j in pages for j in (i - 2, i - 1, i + 1, i + 2)):
        return True
    return any(0 <= j < len(lines) and lines[j].new_page for j in (i - 1, i, i + 1, i + 2))
