"""Numbers at the beginning of a line and page numbers at its end: told by what counts up from entry to entry."""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

_CHINESE = "〇零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
#: One character that is a number with its point or brackets (⒈ ⑴ ㈠), or a Roman number (Ⅳ); NFKC writes it out.
_ONE_CHARACTER = re.compile(
    r"[\s\u3000]*[\u2160-\u217f\u2474-\u249b\u24f5-\u24fe\u2776-\u2793\u3220-\u3229\u3280-\u3289]+"
)
#: A mark that stands before every entry of a list and counts nothing; a dash is a subtitle's too.
BULLETS = "■□▪▫●○◎◆◇◈★☆▲△▶▷►▸➢➤✦✧※•·‣◦❖✱✳⊙¤"
_DASHES = "-—–―－─"
_BULLET = re.compile(rf"[\s\u3000]*([{BULLETS}*]|[{_DASHES}]{{1,2}})[\s\u3000]*(?=[^\W_]|[“‘《〈「『])")
_NUMBER = re.compile(
    rf"[\s\u3000]*+(?P<open>[(（【\[〔第之]?)[\s\u3000]*+(?P<value>\d{{1,4}}|[〇零一二三四五六七八九十百]{{1,5}}|[{_CIRCLED}]|[IVX]{{1,6}}(?![A-Za-z]))"
    r"(?P<close>[\s\u3000]*+(?:[)）】\]〕]|篇|章|节|部分|编|辑|期)?)(?P<point>[\s\u3000]*+[.．、,，:：·])?[\s\u3000]*+"
)
_DASH = r"[-—–―－─~～·]"
_LEADER = re.compile(
    r"(?:[.．·・‧∙•…⋯―—_＿-][\s\u3000]*+){3,}+|…++|。{3,}+"  # the gap it becomes takes up the spaces around it
)
#: A page in dashes, whose first must not be taken for the end of a leader.
_DASHED_PAGE = re.compile(
    rf"(?<=[\s\u3000.…·⋯]){_DASH}[\s\u3000]*\d{{1,4}}[\s\u3000]*{_DASH}$|(?<=[^\d\s]){_DASH}[\s\u3000]+\d{{1,4}}[\s\u3000]+{_DASH}$"
)
#: What stands for a leader, a tab or a wide gap between the fields of a line.
GAP = "\t"
#: 1, (1), —1—, - 1 -, ·1·, 1-3, 1～3, 第1页, P1, iv; a range counts from its first page.
_PAGE = re.compile(
    rf"(?<![\s\u3000])(?P<before>[\s\u3000]*+)(?P<open>[(（\[〔【第Pp]?)[\s\u3000.]{{0,60}}+(?P<dash>{_DASH}{{0,2}})[\s\u3000]*+"
    rf"(?P<value>\d{{1,4}}|(?<![A-Za-z])(?:[ivxl]{{1,7}}|[IVXL]{{1,7}}|[\u2160-\u217b]{{1,3}}))"
    rf"(?:[\s\u3000]*(?:{_DASH}{{1,2}}|至)[\s\u3000]*(?:\d{{1,4}}|[ivxlIVXL]{{1,7}}))?"
    rf"[\s\u3000]*+(?P<closing>{_DASH}{{0,2}})[\s\u3000]*+(?P<close>[)）\]〕】]?[\s\u3000]*+页?)$"
)


def number_value(text: str) -> int | None:
    """Return the value of an Arabic, Chinese or circled number up to 9999, or None.

    Examples
    --------
    >>> [number_value(text) for text in ("12", "十二", "二十", "一百零三", "③", "IV", "甲")]
    [12, 12, 20, 103, 3, 4, None]
    """
    if text.isdecimal():
        return int(text)
    if text and text[0] in "IVXL":
        return _roman(text)
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


def _roman(text: str) -> int | None:
    """Return the value of a Roman number up to 89, or None."""
    if not re.fullmatch(r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})", text):
        return None
    values = [{"I": 1, "V": 5, "X": 10, "L": 50}[letter] for letter in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


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
    >>> [leading_number(text).rest for text in ("⒈云坪县", "⑴云坪县", "㈠云坪县", "Ⅰ.云坪县", "❶云坪县")]
    ['云坪县', '云坪县', '云坪县', '云坪县', '云坪县']
    """
    if one := _ONE_CHARACTER.match(text):
        written = unicodedata.normalize("NFKC", one[0].strip()).upper()
        if written.isnumeric() and not written.isdecimal() and len(written) == 1 and number_value(written) is None:
            written = str(int(unicodedata.numeric(written)))
        rest = text[one.end() :]
        # ❶ and ㊀ are written out without a point or brackets.
        text = written + ("" if written[-1] in ".)" or rest[:1] in ".．、" else " ") + rest
    match = _NUMBER.match(text)
    if match is None:
        return None
    opened, closed, point = match["open"], match["close"].strip(), (match["point"] or "").strip()
    spaced = bool(re.search(r"[\s\u3000]$", match[0]))
    rest = text[match.end() :].strip()
    set_apart = closed or point or spaced or match["value"] in _CIRCLED
    if not rest or not set_apart or (opened == "第" and not closed):
        return None
    if opened in ("(", "（", "【", "[", "〔") and not re.match(r"[)）】\]〕]", closed):
        return None
    value = number_value(match["value"])
    if value is None:
        return None
    kind = next(
        (kind for kind, signs in (("1", "0123456789"), ("①", _CIRCLED), ("I", "IVX")) if match["value"][0] in signs),
        "一",
    )
    mark = point or (" " if spaced and not closed else "")
    return Numbered(unicodedata.normalize("NFKC", f"{opened}{kind}{closed}{mark}"), value, rest)


def bullet(text: str) -> tuple[str, str] | None:
    """Return the mark before an entry that counts nothing, and the entry behind it.

    Examples
    --------
    >>> bullet("◆ 云坪县调查"), bullet("——云坪县调查"), bullet("云坪县调查")
    (('◆', '云坪县调查'), ('—', '云坪县调查'), None)
    """
    match = _BULLET.match(text)
    return None if match is None else ("—" if match[1][0] in _DASHES else match[1], text[match.end() :])


def split_fields(text: str) -> str:
    """Return a line with every leader, tab and wide gap as one tab.

    Examples
    --------
    >>> split_fields("关于大庆的思考…………张阿伟（42）")
    '关于大庆的思考\\t张阿伟（42）'
    """
    tail = _DASHED_PAGE.search(text)
    text, page = (text[: tail.start()], GAP + tail[0]) if tail else (text, "")
    text = re.sub(r"(?<!—)——(?!—)", "\x02", text)  # a dash is a subtitle, a row of dashes is a leader
    text = _LEADER.sub(GAP, text) + page
    text = re.sub(r"(?<!\s)[^\S\t]*+\t\s*+| {3,}|\u3000{2,}", GAP, text)
    return re.sub(rf"{GAP}+", GAP, text).replace("\x02", "——").strip(" \u3000")


#: Where one entry ends on a line and the next begins: a page behind a leader or a gap, then a gap.
_PAGE_INSIDE = re.compile(
    rf"(?:[.…·⋯—）)][\s\u3000]*+|(?<![\s\u3000])[\s\u3000]{{2,}}+){_DASH}?\d{{1,4}}{_DASH}?页?[)）]?[\s\u3000]+(?=\D)"
)
_NUMBER_INSIDE = re.compile(
    r"(?<=[^\s\u3000;；])[\s\u3000;；]++(?=(?:\d{1,3}[.．、]|[(（](?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）])[^\d\s])"
)


def columns(text: str) -> list[str]:
    """Return the entries that stand on one line of a 目录; the line itself where there is one.

    A line holds several where numbers count up in it, or where a page stands before a wide gap and another at the end.

    Examples
    --------
    >>> columns("1.甲县调查……1    4.乙县调查……10")
    ['1.甲县调查……1', '4.乙县调查……10']
    >>> columns("1.甲县调查 2.乙县调查 3.丙县调查")
    ['1.甲县调查', '2.乙县调查', '3.丙县调查']
    >>> columns("1. 关于 2021 年的调查……3")
    ['1. 关于 2021 年的调查……3']
    """
    cuts = [match.end() for match in _NUMBER_INSIDE.finditer(text)]
    pieces = _cut_at(text, cuts)
    numbers = [leading_number(piece) for piece in pieces]
    if len(pieces) > 1 and all(number is not None for number in numbers):
        values = [number.value for number in numbers if number is not None]
        if all(a < b for a, b in itertools.pairwise(values)) and len({n.style for n in numbers if n}) == 1:
            return pieces
    cuts = [match.end() for match in _PAGE_INSIDE.finditer(text)]
    pieces = _cut_at(text, cuts)
    if len(pieces) > 1 and all(
        len(re.sub(r"\W", "", piece)) >= 5 and (page := trailing_page(split_fields(piece))) and page.apart
        for piece in pieces
    ):
        return pieces
    return [text]


def _cut_at(text: str, cuts: Sequence[int]) -> list[str]:
    return [text[a:b].strip().rstrip(";；，,、") for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


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
    >>> [trailing_page(split_fields(f"调研报告……{page}")).value for page in ("—1—", "- 1 -", "1～3", "iv", "(1)")]
    [1, 1, 1, 4, 1]
    """
    match = _PAGE.search(text)
    if match is None:
        return None
    rest = text[: match.start()].rstrip()
    bracketed = bool(match["open"] and match["close"].strip())
    dashed = bool(match["dash"] and match["closing"])
    value = number_value(unicodedata.normalize("NFKC", match["value"]).upper())
    roman = not match["value"].isdecimal()
    if value is None or (roman and not (bracketed or dashed or match["before"] or not rest)):
        return None
    if (match["dash"] or match["closing"]) and not dashed and (match["closing"] or not match["before"]):
        return None  # the end of a range of years, of a decimal, of a word
    apart = bracketed or dashed or bool(match["before"]) or not rest or "页" in match["close"]
    if match["open"] and not bracketed and match["open"] not in "Pp" and "页" not in match["close"]:
        return None
    return Paged(value, rest.rstrip(GAP).rstrip(), apart)


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
            by_style[re.sub(r"(?<![.．、,，:：·\s])[.．、,，:：·\s]++$", "", number.style)].append((index, number))
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
