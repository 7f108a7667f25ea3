"""Reports without a 目录: their headings, found by what stands around them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from diaoyan.compilation.bylines import author_likeness, is_byline, title_likeness
from diaoyan.compilation.dates import is_date_line
from diaoyan.compilation.edges import is_column_head, is_credit, is_reference
from diaoyan.compilation.fields import is_foreign, read_fields
from diaoyan.compilation.furniture import OUTER_DIGITS, Furniture
from diaoyan.compilation.lines import SENTENCE_END, Line, key_of
from diaoyan.compilation.novelty import Novelty
from diaoyan.compilation.numbering import leading_number, number_value
from diaoyan.compilation.titles import SUBTITLE
from diaoyan.language import message

_TOP_SECTION = re.compile(r"^(?:第?([一二三四五六七八九十]{1,3})[、.．]|第([一二三四五六七八九十]{1,3})部分)")
_ANY_SECTION = re.compile(
    r"^(?:第?[一二三四五六七八九十百]{1,4}(?:[、.．,，:：]|[章节]|部分)|[(（〔][一二三四五六七八九十\d]{1,3}[)）〕]|\d{1,2}(?:\.\d{1,2})*(?:[.．、)）]|\s)|"
    r"[①-⑳]|[一二三四五六七八九十]是|其[一二三四五]|[-—–●■◆★▲]|图\s*\d|表\s*\d|附[件录表]|注[:：]|摘\s*要|关键词|参考(?:文献|资料)|"
    r"前言|引言|导言|结语|结论|后记|编者按|[问答][:：]|来源|责任编辑|各位|同志们)"
)
_REPORTER = re.compile(
    r"\W{0,3}[\u3400-\u9fff]{0,10}(?:记者|通讯员|实习生|撰稿|撰文|作者|编译|采写|文字)[\s/／|｜：:]*[\u3400-\u9fff]{2,4}"
    r"(?:[\s、，,/]+[^\s、，,/]{0,11}[\u3400-\u9fff]){0,6}(?:\s*\S{2,6}报道)?"
    r"[^\u3400-\u9fff。，]{0,6}$"
)
_CAPTION = re.compile(
    r"图片?来源|资料图|[图文][|/／丨]|[\u3400-\u9fff]{2,4}\s*[摄绘][)）]?$|^(?:出品|撰文|导语|编辑)\s*[|丨]"
)
_IN_BRACKETS = re.compile(r"[(（][^()（）]{2,80}[)）]")
_ORIGINAL_TITLE = re.compile(r"原(?:标题|题|名)\s*[:：\s《]")
_NO_HEADING_END = tuple("。；;，,、：:.…”’")


@dataclass(frozen=True, slots=True)
class Heading:
    """The place of a report's title."""

    #: First line of the title, and on how many lines it stands.
    line: int
    count: int
    #: Whether a byline and a date follow.
    authors: bool
    dated: bool
    #: Weight of the evidence, in log odds of a report's title against a heading inside one.
    score: float
    #: Lines of a byline above the title.
    byline_lines: int
    #: The evidence in words.
    evidence: tuple[str, ...]
    #: How new the text behind it is, 0 to 5.3; see `Novelty`.
    novelty: float


#: The weight of each sign: log odds of a report's title against a heading inside a report, close to what logistic
#: regression gives (`scripts/measure.py splitting --fit`). Signs that come together (byline, names, label) share their
#: weight; those that do not occur in the compilations of the script (page, blank line) are set by hand.
WEIGHTS: dict[str, float] = {
    message("byline below it"): 1.0,
    message("names in it"): 0.5,
    message("a label below it"): 1.5,
    message("date below it"): 3.0,
    message("byline above it"): 0.5,
    message("begins a page"): 1.0,
    message("set apart"): 0.5,
    message("sections count from 一 again"): 0.6,
    message("between sections that count on"): -1.9,
    message("credits above it"): 2.7,
    message("head of a column above it"): 2.9,
    message("after a signature"): 1.2,
    message("opens like an article"): 0.4,
    message("after a finished sentence"): 0.4,
    message("worded like a title"): 0.5,
    message("ten characters or more"): 0.8,
    message("fourteen characters or more"): 0.6,
    message("seven characters or fewer"): -1.3,
    message("first of all"): 2.8,
}
_BIAS = -5.2
#: The weights of how new the text below is, and of the log distance (in characters) to the short lines above and below:
#: headings inside a report stand close together.
_NOVELTY, _APART = 2.8, 0.6
#: The least that novelty counts: two similar reports, say of one county, must not outweigh a byline and a date.
_SAME = -1.2
#: If the first title has a byline or date, others gain this if they have one too, and lose it if not. If nearly all
#: have one, those without lose twice as much again.
_LIKE_FIRST = 1.1
#: The first section follows a title within so many lines.
_SOON = 12
#: If more headings score above this than were announced, the announced number is ignored. Below `_LEAST` nothing is a
#: heading.
_CERTAIN, _LEAST = 4.0, -6.0
#: How an article of a newspaper opens, and how one ends.
_OPENING = re.compile(
    r"(?:[（(【\[][^（）()】\]]{0,20}[）)】\]]\s*)?(?:本[报刊网台]讯?|原标题|新华[社网]|中新[社网]|人民[网日]|央[视广]|光明|经济日报|"
    r"中国\S{1,6}[网报社]|新浪\S{0,3}[讯网]?|\S{1,5}[报网社刊]\S{0,12}[讯电]|\S{1,12}(?:讯|电)\s|编者按|核心提示|阅读提示|导读|"
    r"摘要|引言|内容提要|日前|近日|连日来|\d{1,2}月\d{1,2}日|(?:北京时间|当地时间|据\S{1,14}(?:报道|消息|网站)))"
)
_SIGNATURE = re.compile(
    r"[（(【\[][^（）()【】\[\]。]{0,30}(?:记者|通讯员|报道|作者|编辑|责编|执笔|供稿|摄影|完|来源|\S报|\S网)"
    r"[^（）()【】\[\]。]{0,24}[）)】\]]\s*$|(?:记者|通讯员|编辑|作者)[:： /／]?\s*[\u3400-\u9fff]{2,4}\s*$"
)


def find_headings(
    lines: Sequence[Line], furniture: Furniture, *, first: int = 0, width: int = 0, announced: int | None = None
) -> list[Heading]:
    """Return the headings of the reports of a source that has no 目录.

    Every short line that text follows can be a title. What stands above and below it is weighed (a byline, a date,
    credits, numbers of sections), and how new what follows is. A heading inside a report has little of this.

    Parameters
    ----------
    lines : sequence of Line
        All lines of the source.
    furniture : Furniture
        Lines of the page and the site, which are looked through.
    first : int, optional
        First line of the body.
    width : int, optional
        Characters of a full line where the source breaks its lines at one width. A full line is mostly running text,
        and begins a heading only where a byline or a date shows it.
    announced : int, optional
        How many reports the heading of the compilation names. It decides how many of the doubtful lines are titles.

    Returns
    -------
    list of Heading
        In the order of the text.
    """
    found = short_lines(lines, furniture, first=first, width=width)
    if not found:
        return []
    signed = [heading.authors or heading.dated for heading in found]
    scores = [
        heading.score + _APART * apart + (_LIKE_FIRST * (1 if own else -1) if signed[0] else 0.0)
        for heading, apart, own in zip(found, distances(found, lines), signed, strict=True)
    ]
    found = [replace(heading, score=score) for heading, score in zip(found, scores, strict=True)]
    return _chosen(_consistent(found), announced)


def distances(found: Sequence[Heading], lines: Sequence[Line]) -> list[float]:
    """Return for each short line the logarithms of the characters to the one before and to the next, less 12."""
    starts = [0, *(lines[heading.line].start for heading in found), lines[-1].end]
    gaps = [math.log(max(1, after - before)) - 6.0 for before, after in pairwise(starts)]
    return [before + after for before, after in pairwise(gaps)]


def short_lines(lines: Sequence[Line], furniture: Furniture, *, first: int = 0, width: int = 0) -> list[Heading]:
    """Return every line that can be a title, weighed by what stands around it; see `find_headings`."""
    titles = _titles_as_heads(lines, furniture, first)
    order = [i for i in range(first, len(lines)) if i not in furniture.lines or i in titles]
    around = _Surroundings(lines, order, width)
    # A line that comes again and again is the head of a column or of a section, which several reports have.
    repeated = Counter(lines[i].key for i in order if len(lines[i].text) <= 20)
    found: list[Heading] = []
    taken = -1
    for place, i in enumerate(order):
        if i <= taken or repeated[lines[i].key] >= 3 or not _can_begin(place, order, lines, wrapped=width > 0):
            continue
        heading = around.heading_at(place)
        if heading is not None:
            found.append(heading)
            if heading.authors or heading.dated:
                taken = order[min(place + heading.count, len(order) - 1)]
    return found


def are_signed(headings: Sequence[Heading]) -> bool:
    """Whether at least half of the headings are signed, dated, or behind credits, as a document's chapters are not."""
    signed = sum(h.authors or h.dated or "credits above it" in h.evidence for h in headings)
    return signed >= max(2, 0.5 * len(headings))


def _chosen(found: list[Heading], announced: int | None) -> list[Heading]:
    """Take the announced number of headings, or without one those that are more likely titles than not."""
    likely = [heading for heading in found if heading.score > 0]
    certain = sum(heading.score > _CERTAIN for heading in found)
    if announced is None or len(likely) == announced or not certain <= announced <= len(found):
        return likely
    ranked = sorted(found, key=lambda heading: -heading.score)[:announced]
    return sorted((heading for heading in ranked if heading.score > _LEAST), key=lambda heading: heading.line)


def _titles_as_heads(lines: Sequence[Line], furniture: Furniture, first: int) -> set[int]:
    """Return the running heads that are a report's title where they stand first: over a byline or a date."""
    seen: set[str] = set()
    found = set()
    for i in range(first, len(lines) - 1):
        key = OUTER_DIGITS.sub("", lines[i].key)
        if i not in furniture.lines or i in furniture.pages or key in seen:
            continue
        if lines[i + 1].key == lines[i].key:
            continue  # the running head of the first page stands right above the title
        seen.add(key)
        below = lines[i + 1].text
        if is_date_line(below) or is_byline(below):
            found.add(i)
    return found


def _can_begin(place: int, order: Sequence[int], lines: Sequence[Line], *, wrapped: bool) -> bool:
    """Whether a line has the form of a title, and where lines are broken at one width, does not go on with the last."""
    line = lines[order[place]]
    text = line.text
    has_its_size = 4 <= len(line.key) <= 60 and len(text) <= 80 and re.search(r"[\u3400-\u9fff]{2}", text)
    if not has_its_size or "。" in text or (text.endswith(_NO_HEADING_END) and not text.endswith(("”", "’"))):
        return False
    if _ORIGINAL_TITLE.match(text) or _CAPTION.search(text) or _IN_BRACKETS.fullmatch(text) or is_column_head(text):
        return False
    if is_credit(text) or is_reference(text) or (_ANY_SECTION.match(text) and not _numbered_title(text)):
        return False
    if is_date_line(text) or read_fields(text) or author_likeness(text) >= 0.5:
        return False
    if not wrapped:
        return True
    before = lines[order[place - 1]].text if place else ""
    finished = len(before) < 25 or before.endswith(SENTENCE_END) or is_credit(before) or is_reference(before)
    return finished or line.new_page or author_likeness(before) >= 0.5


def _numbered_title(text: str) -> bool:
    """Whether a line can be a numbered title; only a byline or a date below it shows that it is."""
    number = leading_number(text)
    return number is not None and len(key_of(number.rest)) >= 6 and not re.match(r"[(（〔①]", number.style)


def _sections(order: Sequence[int], lines: Sequence[Line]) -> tuple[list[bool], list[bool]]:
    """Tell for every line whether top-level sections count from 一 again soon behind it, and whether they count on."""
    values = []
    for i in order:
        match = _TOP_SECTION.match(lines[i].text)
        values.append(number_value(match[1] or match[2]) if match else None)
    upcoming: list[tuple[int | None, int]] = [(None, 0)] * len(order)
    ahead: tuple[int | None, int] = (None, 0)
    for place in range(len(order) - 1, -1, -1):
        upcoming[place] = ahead
        ahead = (values[place], place) if values[place] is not None else ahead
    restarts, continues, last = [], [], 0
    for place in range(len(order)):
        value, where = upcoming[place]
        restarts.append(value == 1 and last != 1 and where - place <= _SOON)
        continues.append(last >= 1 and value == last + 1)
        if values[place] is not None:
            last = values[place] or 0
    return restarts, continues


@dataclass(frozen=True, slots=True)
class _Below:
    """What stands below the first line of a title: more lines of it, how much a line looks like a byline, a date."""

    count: int
    byline: float
    labelled: bool
    dated: bool


class _Surroundings:
    """What speaks for a line as a title, in the lines around it; `order` are those that are text."""

    def __init__(self, lines: Sequence[Line], order: Sequence[int], width: int) -> None:
        self._lines = lines
        self._order = order
        self._full = {i for i in order if width and len(lines[i].text) >= 0.85 * width}
        self._restarts, self._continues = _sections(order, lines)
        self._spaced = sum(lines[i].after_blank for i in order) > 0.5 * len(order)
        self._novelty = Novelty(lines, order)

    def heading_at(self, place: int) -> Heading | None:
        """Weigh what stands around a line that can be a title; None if no text follows it."""
        lines, order = self._lines, self._order
        i = order[place]
        below = self._read_below(place)
        if below is None:
            return None
        authors = below.byline > 0
        if not (authors or below.dated) and (_ANY_SECTION.match(lines[i].text) or i in self._full):
            return None
        above = self._text(place - 1)
        byline_lines = int(not authors and is_byline(above) and not is_credit(above))
        highest = before = place - 1 - byline_lines
        while before >= 0 and (is_column_head(self._text(before)) or not lines[order[before]].key):
            before -= 1
        ended = self._text(before)
        title = "".join(lines[j].text for j in order[place : place + below.count])
        size = len(key_of(title))
        novelty = self._novelty.at(place, below.count)
        signs = (
            (authors, "byline below it"),
            (below.byline >= 0.7, "names in it"),
            (below.labelled, "a label below it"),
            (below.dated, "date below it"),
            (byline_lines > 0, "byline above it"),
            (lines[i].new_page, "begins a page"),
            (lines[i].after_blank and not self._spaced, "set apart"),
            (self._restarts[place], "sections count from 一 again"),
            (self._continues[place], "between sections that count on"),
            (is_credit(ended) or _IN_BRACKETS.fullmatch(ended) is not None or is_reference(ended), "credits above it"),
            (before < highest, "head of a column above it"),
            (_SIGNATURE.search(ended) is not None, "after a signature"),
            (_OPENING.match(self._text(place + below.count)) is not None, "opens like an article"),
            (before < 0 or is_credit(ended) or ended.endswith(SENTENCE_END), "after a finished sentence"),
            (title_likeness(title) > 0.5, "worded like a title"),
            (size >= 10, "ten characters or more"),
            (size >= 14, "fourteen characters or more"),
            (size <= 7, "seven characters or fewer"),
            (before < 0, "first of all"),
        )
        evidence = tuple(words for holds, words in signs if holds)
        score = _BIAS + math.fsum(WEIGHTS[words] for words in evidence) + _NOVELTY * max(_SAME, novelty - 3.0)
        return Heading(i, below.count, authors, below.dated, score, byline_lines, evidence, novelty)

    def _text(self, place: int) -> str:
        return self._lines[self._order[place]].text if 0 <= place < len(self._order) else ""

    def _read_below(self, place: int) -> _Below | None:
        """Read on until the text begins; None if it does not begin soon."""
        lines = self._lines
        title = lines[self._order[place]].key
        short: list[int] = []
        dated = labelled = credited = text_follows = False
        for i in self._order[place + 1 : place + 9]:
            text = lines[i].text
            if is_date_line(text):
                dated = True
            elif read_fields(text):
                labelled = True
            elif is_credit(text) or _IN_BRACKETS.fullmatch(text):
                credited = True
            elif not (dated or labelled) and (
                is_foreign(text) or _ORIGINAL_TITLE.match(text) or _repeats(lines[i].key, title)
            ):
                continue
            elif is_column_head(text):
                break
            elif len(text) <= 60 and _REPORTER.match(text):
                credited = True
            elif not short and SUBTITLE.match(text) and len(text) <= 60 and "。" not in text:
                short.append(i)
            elif dated or labelled or credited or len(text) > 80 or "。" in text or _ANY_SECTION.match(text):
                text_follows = True
                break
            elif short and self._is_byline(short[-1]) and (i in self._full or text.endswith(_NO_HEADING_END)):
                text_follows = True  # behind a byline, a full line is text
                break
            elif text.endswith(_NO_HEADING_END) and not text.endswith("”"):
                text_follows = not short and len(text) >= 30  # a paragraph without a full stop at its end
                break
            else:
                short.append(i)
        if not text_follows:
            return None
        # The byline stands last; a line above it is one too only if it surely looks like one, else it ends the title.
        byline = 1.0 if labelled else 0.5 if credited else 0.0
        while short and self._is_byline(short[-1], least=0.7 if byline else 0.4):
            if byline and len(lines[short[-1]].text) < 2:
                break
            byline = max(byline, author_likeness(lines[short.pop()].text))
        if not (byline or dated):
            subtitle = bool(short) and SUBTITLE.match(lines[short[0]].text) is not None
            return _Below(1 + subtitle, 0.0, False, False)
        if short and not self._is_one_title(place, short):
            return None
        return _Below(1 + len(short), byline, labelled, dated) if len(short) < 5 else None

    def _is_one_title(self, place: int, short: Sequence[int]) -> bool:
        """Whether short lines over a byline or a date are one title, or the end of a text and the title behind it."""
        first = self._text(place)
        if SUBTITLE.match(self._lines[short[0]].text):
            return True
        if first.endswith(("！", "!", "…")) or (len(first) > 20 and "，" in first):
            return False
        return max(len(first), *(len(self._lines[i].text) for i in short)) <= 40

    def _is_byline(self, i: int, *, least: float = 0.4) -> bool:
        return i not in self._full and author_likeness(self._lines[i].text) >= least


def _repeats(key: str, title: str) -> bool:
    """Whether a line below a title says it again, in nearly the same words, as web pages do."""
    if not 0.6 * len(title) <= len(key) <= 2.0 * len(title) + 4 or len(title) < 6:
        return False
    from rapidfuzz import fuzz

    return fuzz.partial_ratio(title, key) >= 75


def _consistent(found: list[Heading]) -> list[Heading]:
    """Weigh down headings without what nearly all have; a lone byline above belongs to the text."""
    likely = [heading for heading in found if heading.score > 0]
    mostly_above = sum(heading.byline_lines for heading in likely) >= 0.6 * max(1, len(likely))
    if mostly_above:
        return [heading for heading in found if heading.byline_lines]
    found = [
        replace(
            heading,
            byline_lines=0,
            score=heading.score - WEIGHTS["byline above it"] * heading.byline_lines,
            evidence=tuple(words for words in heading.evidence if words != "byline above it"),
        )
        for heading in found
    ]
    signed = sum(heading.authors or heading.dated for heading in found if heading.score > 0)
    if signed < max(3, 0.8 * len(likely)):
        return found
    return [
        heading if heading.authors or heading.dated else replace(heading, score=heading.score - 2 * _LIKE_FIRST)
        for heading in found
    ]
