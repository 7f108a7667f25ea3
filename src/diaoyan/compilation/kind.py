"""Compilation or one document? And what is printed over it: heading, series, number of reports, a document's title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from diaoyan.compilation.align import Match
from diaoyan.compilation.bylines import author_likeness, is_byline, title_likeness
from diaoyan.compilation.contents import Block
from diaoyan.compilation.dates import is_date_line, parse_month
from diaoyan.compilation.entries import Entry
from diaoyan.compilation.furniture import Furniture
from diaoyan.compilation.lines import Line, key_of
from diaoyan.compilation.numbering import leading_number
from diaoyan.compilation.titles import SUBTITLE

_COLLECTION = re.compile(
    r"汇编|选编|选辑|选集|文集|文选|集锦|荟萃|合集|专辑|摘编|辑要|内参|参阅|专报|简报|精选|文库|专题系列|[(（]\s*\d+\s*篇\s*[)）]"
)
_ISSUE = re.compile(r"第\s*\d{1,4}\s*[期辑号]")
_CHAPTER = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]+(?:[章节]|部分)|前言|引言|序言?|导言|绪论|概述|概况|背景|摘要|总则|附则|总体(?:要求|思路|目标)|指导思想|基本(?:原则|情况)|"
    r"(?:发展|主要|工作|重点)(?:目标|任务|回顾|形势|措施)|保障措施|组织(?:实施|领导|保障)|调[查研](?:背景|方法|目的|对象)|研究(?:方法|背景|意义)|"
    r"结论|结语|总结|建议|讨论|后记|致谢|参考(?:文献|资料)|附[录件表]|(?:存在的)?(?:主要)?问题|对策(?:建议)?|现状)"
)
_SERIES = re.compile(r"(?:系列|总第|第)\s*(\d{1,5})\s*(?:期|辑|号|[(（]|$)|专题系列\s*(\d{1,5})")
_ANNOUNCED = re.compile(r"(\d{1,4})\s*篇")


def is_compilation(
    block: Block, entries: Sequence[Entry], matches: Sequence[Match], lines: Sequence[Line], furniture: Furniture
) -> bool:
    """Tell the 目录 of a compilation from that of one document's chapters, by the sum of what speaks for either.

    Authors in the entries or below the titles in the body, and a heading that announces a collection, speak for a
    compilation; short titles, names of chapters and entries of a second level speak against it.
    """
    if not entries:
        return False
    named = sum(entry.authors is not None and author_likeness(entry.authors) >= 0.3 for entry in entries) / len(entries)
    signed = sum(any(words.endswith(("below it", "above it")) for words in match.evidence) for match in matches)
    first = min([block.first, *(match.line for match in matches)])
    heading = printed_heading(lines, furniture, end=first)
    titles = [key_of(entry.title) for entry in entries]
    length = sum(map(len, titles)) / len(titles)
    score = 3.0 * (heading is not None and _COLLECTION.search(heading) is not None)
    score += 3.0 * (named >= 0.5) + 2.0 * (signed >= max(1, 0.5 * len(matches)) and signed > 0)
    score += 1.0 * (heading is not None and parse_month(heading) is not None)
    score += 1.5 if length >= 14 else -1.0 if length < 10 else 0.0
    score += 1.0 if sum(title_likeness(entry.title) >= 0.6 for entry in entries) >= 0.5 * len(entries) else -0.5
    score -= 3.0 * (block.nested >= 2 and block.nested >= 0.3 * len(entries))
    chapters = sum(_CHAPTER.match(entry.title) is not None for entry in entries)
    score -= 3.0 * (chapters >= 2 and chapters >= 0.25 * len(entries))
    score -= 2.0 * (_numbered_in_body(matches, lines) >= 0.5)
    return score > 0.5


def _numbered_in_body(matches: Sequence[Match], lines: Sequence[Line]) -> float:
    """Share of the titles that the body prints with a number like a section's."""
    numbered = sum(
        (number := leading_number(lines[match.line].text)) is not None and number.style.strip("、.")[:1] in "一第(1"
        for match in matches
    )
    return numbered / len(matches) if matches else 0.0


def printed_heading(lines: Sequence[Line], furniture: Furniture, *, end: int) -> str | None:
    """Return the compilation's heading as printed: the best of the lines before 目录 and first report.

    Examples
    --------
    >>> from diaoyan.compilation.lines import cut_lines
    >>> from diaoyan.compilation.furniture import find_furniture
    >>> lines = cut_lines("资源描述\\n专题系列626(33篇)2021年12月精选调研报告汇编\\n目录\\n")
    >>> printed_heading(lines, find_furniture(lines), end=2)
    '专题系列626(33篇)2021年12月精选调研报告汇编'
    """
    best: tuple[float, str] = (0.0, "")
    for i in range(min(end, 40)):
        text = lines[i].text
        if i in furniture.pages or not 4 <= len(text) <= 80 or "。" in text or is_date_line(text):
            continue
        if i in furniture.lines and not _COLLECTION.search(text):
            continue
        score = 2.0 * bool(_COLLECTION.search(text)) + 1.0 * bool(parse_month(text)) + 0.5 * ("报告" in text)
        score += 0.3 - 0.01 * i - max(0.0, author_likeness(text))
        if score > best[0]:
            best = (score, text)
    return re.sub(r"\s+", " ", best[1]) or None


def heading_line(lines: Sequence[Line], furniture: Furniture) -> int | None:
    """Return the last line at the top that announces a collection or an issue and is no title, or None."""
    found = None
    for i, line in enumerate(lines[:10]):
        if len(line.text) > 60 or "。" in line.text or i in furniture.pages:
            break
        below = lines[i + 1].text if i + 1 < len(lines) else ""
        titled = is_date_line(below) or is_byline(below)
        announces = _COLLECTION.search(line.text) and (parse_month(line.text) or line.key.endswith("编"))
        dated = not titled and not is_date_line(line.text) and (parse_month(line.text) or _ISSUE.search(line.text))
        if announces or dated:
            found = i
    return found


def series_and_count(heading: str | None, before: Sequence[Line]) -> tuple[int | None, int | None]:
    """Return the number of the series and the number of reports announced.

    Examples
    --------
    >>> series_and_count("专题系列626(33篇)2021年12月精选调研报告汇编", [])
    (626, 33)
    """
    texts = [
        unicodedata.normalize("NFKC", text)
        for text in [heading or "", *(line.text for line in before[:40] if len(line.text) <= 80)]
    ]
    series = next((int(match[1] or match[2]) for text in texts if (match := _SERIES.search(text))), None)
    announced = next((int(match[1]) for text in texts if (match := _ANNOUNCED.search(text))), None)
    return series, announced


def document_title(lines: Sequence[Line], furniture: Furniture) -> tuple[int, int]:
    """Return the line of a single document's title and on how many lines it stands; no lines if it has none."""
    shown = [i for i in range(min(30, len(lines))) if i not in furniture.lines]
    best = (0.3, shown[0] if shown else 0, 0)
    for place, i in enumerate(shown[:12]):
        text = lines[i].text
        if len(text) > 80 or "。" in text or text.endswith(("，", "；", "：", ":", ",", "、")):
            break
        if re.fullmatch(r"(?:contents)?目录(?:contents)?", lines[i].key) or leading_number(text):
            break
        if len(lines[i].key) < 4 or author_likeness(text) >= 0.5 or is_date_line(text):
            continue
        count = 1 + _title_goes_on(i, shown[place + 1 : place + 2], lines)
        words = "".join(line.text for line in lines[i : i + count])
        score = title_likeness(words) + 0.4 * (count > 1) - 0.01 * place
        if score > best[0] + 1e-9:
            best = (score, i, count)
    return best[1], best[2]


def _title_goes_on(i: int, following: Sequence[int], lines: Sequence[Line]) -> bool:
    """Whether the line below is a subtitle, or the end of a title that does not end here."""
    if not following or following[0] != i + 1 or len(lines[i + 1].text) > 60 or "。" in lines[i + 1].text:
        return False
    below = lines[i + 1].text
    if SUBTITLE.match(below) or lines[i].text.endswith(("的", "与", "和", "及", "、", "“", "《")):
        return True
    return (
        len(below) <= 12
        and title_likeness(lines[i].text) < 0.6 <= title_likeness(lines[i].text + below)
        and author_likeness(below) < 0.3
    )
