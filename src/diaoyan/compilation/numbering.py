"""Numbers at the beginning of a line and page numbers at its end: told by what counts up from entry to entry."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

_CHINESE = "〇零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMBER = re.compile(
    rf"[\s\u3000]*(?P<open>[(（【\[〔第之]?)[\s\u3000]*(?P<value>\d{{1,4}}|[〇零一二三四五六七八九十百]{{1,5}}|[{_CIRCLED}])"
    r"(?P<close>[\s\u3000]*(?:[)）】\]〕]|篇|章|节|部分|编|辑|期)?)(?P<point>[\s\u3000]*[.．、,，:：·])?[\s\u3000]*"
)
_LEADER = re.compile(
    r"[\s\u3000]*(?:[.．·・‧∙•…⋯―—_＿-][\s\u3000]*){3,}|[\s\u3000]*…+[\s\u3000]*|[\s\u3000]*。{3,}[\s\u3000]*"
)
#: What stands for a leader, a tab or a wide gap between the fields of a line.
GAP = "\t"
_PAGE = re.compile(
    r"(?P<before>[\s\u3000]*)(?P<open>[(（\[〔【第Pp]?)[\s\u3000.]*(?P<value>\d{1,4})[\s\u3000]*(?P<close>[)）\]〕】]?[\s\u3000]*页?)$"
)


def number_value(text: str) -> int | None:
    """Return the value of an Arabic, Chinese or circled number up to 9999, or None.

    Examples
    --------
    >>> [number_value(text) for text in ("12", "十二", "二十", "一百零三", "③", "甲")]
    [12, 12, 20, 103, 3, None]
    """
    if text.isdecimal():
        return int(text)
    if text in _CIRCLED and len(text) == 1:
        return _CIRCLED.index(text) + 1
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        elif char in _CHINESE:
            digit = max(0, _CHINESE.index(char) - 1)
        else:
            return None
    return total + digit if text else None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line that begins with a number: the style of the number, its value, and what follows it."""

    style: str
    value: int
    rest: str


def leading_number(text: str) -> Numbered | None:
    """Read the number at the beginning of a line.

    A number that runs on into a year (``16.2021年…``) ends at its point; one without point, bracket or space is no
    number (``2021年…``).

    Examples
    --------
    >>> leading_number("16.2021年青年英才班")
    Numbered(style='1.', value=16, rest='2021年青年英才班')
    >>> leading_number("（二）做法").value, leading_number("2021年青年英才班")
    (2, None)
    """
    match = _NUMBER.match(text)
    if match is None:
        return None
    opened, closed, point = match["open"], match["close"].strip(), (match["point"] or "").strip()
    spaced = bool(re.search(r"[\s\u3000]$", match[0]))
    if (
        not (closed or point or spaced)
        or not text[match.end() :].strip()
        or (opened in "第之" and opened and not closed and opened != "之")
    ):
        return None
    if opened in ("(", "（", "【", "[", "〔") and not re.match(r"[)）】\]〕]", closed):
        return None
    value = number_value(match["value"])
    if value is None:
        return None
    kind = "1" if match["value"].isdecimal() else "①" if match["value"] in _CIRCLED else "一"
    mark = point or (" " if spaced and not closed else "")
    return Numbered(unicodedata.normalize("NFKC", f"{opened}{kind}{closed}{mark}"), value, text[match.end() :].strip())


def split_fields(text: str) -> str:
    """Return a line with every leader, tab and wide gap as one tab.

    Examples
    --------
    >>> split_fields("关于大庆的思考…………张阿伟（42）")
    '关于大庆的思考\\t张阿伟（42）'
    """
    text = re.sub(r"(?<!—)——(?!—)", "\x02", text)  # a dash is a subtitle, a row of dashes is a leader
    text = _LEADER.sub(GAP, text)
    text = re.sub(r"[\s\u3000]*\t[\s\u3000]*| {3,}|\u3000{2,}", GAP, text)
    return re.sub(rf"{GAP}+", GAP, text).replace("\x02", "——").strip(" \u3000")


@dataclass(frozen=True, slots=True)
class Paged:
    """A line that ends in a number: its value, what stands before it, and whether it is set apart like a page."""

    value: int
    rest: str
    apart: bool


def trailing_page(text: str) -> Paged | None:
    """Read the page number at the end of a line whose gaps are tabs.

    Examples
    --------
    >>> trailing_page("关于大庆的思考\\t42"), trailing_page("调研报告 16").value, trailing_page("样本2021").apart
    (Paged(value=42, rest='关于大庆的思考', apart=True), 16, False)
    """
    match = _PAGE.search(text)
    if match is None:
        return None
    rest = text[: match.start()].rstrip()
    bracketed = bool(match["open"] and match["close"].strip())
    apart = bracketed or bool(match["before"]) or not rest or "页" in match["close"]
    if match["open"] and not bracketed and match["open"] not in "Pp":
        return None
    return Paged(int(match["value"]), rest.rstrip(GAP).rstrip(), apart)


def counting(numbers: Sequence[Numbered | None]) -> dict[int, Numbered]:
    """Return the lines whose numbers are those of the entries: the style that counts up the longest.

    A number may be skipped (an entry whose number was not recognised), and the count may begin again where a 目录
    has parts.

    Examples
    --------
    >>> lines = ["1. 甲", "三、乙", "2. 丙", "2021 年丁", "3. 戊"]
    >>> list(counting([leading_number(line) for line in lines]))
    [0, 2, 4]
    """
    by_style: dict[str, list[tuple[int, Numbered]]] = defaultdict(list)
    for index, number in enumerate(numbers):
        if number is not None:
            # 1. and 1、 and 01 are one hand's carelessness, not two styles.
            by_style[re.sub(r"[.．、,，:：·\s]+$", "", number.style)].append((index, number))
    best: dict[int, Numbered] = {}
    for lines in by_style.values():
        chain: dict[int, Numbered] = {}
        last = 0
        for index, number in lines:
            follows = last <= number.value <= last + 3  # a number can be printed twice by mistake
            restarts = number.value == 1 and last >= 2
            if follows or restarts or (not chain and number.value <= 3):
                chain[index] = number
                last = number.value
        if len(chain) > len(best):
            best = chain
    return best if len(best) >= 2 else {}


def rising(pages: Sequence[Paged | None]) -> dict[int, int]:
    """Return the lines whose last numbers are pages: the longest sequence that never falls.

    A number that is not set apart from the text counts only where many are not, as after OCR.

    Examples
    --------
    >>> rising([trailing_page(text) for text in ("甲\\t1", "对2021", "乙\\t6", "丙 2021", "丁\\t9")])
    {0: 1, 2: 6, 4: 9}
    """
    candidates = [(i, page) for i, page in enumerate(pages) if page is not None]
    glued = sum(not page.apart for _, page in candidates)
    if glued < 0.3 * len(candidates):
        candidates = [(i, page) for i, page in candidates if page.apart]
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for position, (_, page) in enumerate(candidates):
        place = bisect_right(tails, page.value)
        before.append(tops[place - 1] if place else -1)
        tails[place : place + 1] = [page.value]
        tops[place : place + 1] = [position]
    chain: dict[int, int] = {}
    position = tops[-1] if tops else -1
    while position >= 0:
        chain[candidates[position][0]] = candidates[position][1].value
        position = before[position]
    return dict(sorted(chain.items())) if len(chain) >= 2 else {}
