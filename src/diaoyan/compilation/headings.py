"""Reports without a 目录: their headings, found by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from diaoyan.compilation.bylines import author_likeness, title_likeness
from diaoyan.compilation.dates import is_date_line
from diaoyan.compilation.furniture import OUTER_DIGITS, Furniture
from diaoyan.compilation.labels import is_foreign, read_labels
from diaoyan.compilation.lines import Line, key_of
from diaoyan.compilation.numbering import leading_number, number_value

_TOP_SECTION = re.compile(r"^(?:第?([一二三四五六七八九十]{1,3})[、.．]|第([一二三四五六七八九十]{1,3})部分)")
_ANY_SECTION = re.compile(
    r"^(?:第?[一二三四五六七八九十百]{1,4}(?:[、.．,，:：]|[章节]|部分)|[(（〔][一二三四五六七八九十\d]{1,3}[)）〕]|\d{1,2}(?:\.\d{1,2})*(?:[.．、)）]|\s)|"
    r"[①-⑳]|[一二三四五六七八九十]是|其[一二三四五]|[-—–●■◆★▲]|图\s*\d|表\s*\d|附[件录表]|注[:：]|摘\s*要|关键词|参考(?:文献|资料)|"
    r"前言|引言|导言|结语|结论|后记|编者按|[问答][:：]|来源|责任编辑|各位|同志们)"
)
_SUBTITLE = re.compile(r"[-—–―－]{1,2}\s*\S")
_NO_HEADING_END = tuple("。；;，,、：:.…”’")
_SENTENCE_END = tuple("。！？!?；;：:”’）)…」』.")


@dataclass(frozen=True, slots=True)
class Heading:
    """The place of a report's title.

    Parameters
    ----------
    line, count : int
        First line of the title, and on how many lines it stands.
    authors, dated : bool
        Whether a byline and a date follow.
    score : float
        Weight of the evidence.
    lead : int
        Lines of a byline above the title.
    evidence : tuple of str
        The evidence in words.
    """

    line: int
    count: int
    authors: bool
    dated: bool
    score: float
    lead: int
    evidence: tuple[str, ...]


#: Headings with less evidence than this are the report's own.
_ENOUGH = 3.0


def find_headings(lines: Sequence[Line], furniture: Furniture, *, first: int = 0, width: int = 0) -> list[Heading]:
    """Return the headings of the reports of a source that has no 目录.

    A heading is a short line that is no numbered section, after a finished sentence, followed by a byline, a date or
    both and then by running text, or by sections that count from 一 again. What most of the headings have, all must
    have: where reports are signed, a line without a byline below it is no report's title.

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
    """
    repeated = _titles_as_heads(lines, furniture, first)
    order = [i for i in range(first, len(lines)) if i not in furniture.lines or i in repeated]
    restarts = _restarts(order, lines)
    full = {i for i in order if width and len(lines[i].text) >= 0.85 * width}
    found: list[Heading] = []
    taken = -1
    for place, i in enumerate(order):
        if i <= taken or not _can_begin(place, order, lines):
            continue
        heading = _heading_at(place, order, lines, restarts, full)
        if heading is not None and heading.score >= _ENOUGH and (heading.authors or heading.dated or i not in full):
            found.append(heading)
            taken = order[min(place + heading.count, len(order) - 1)]
    return _consistent(found)


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
        if is_date_line(below) or (len(below) <= 60 and author_likeness(below) >= 0.5):
            found.add(i)
    return found


def _can_begin(place: int, order: Sequence[int], lines: Sequence[Line]) -> bool:
    line = lines[order[place]]
    if not (5 <= len(line.key) <= 60) or len(line.text) > 80 or not re.search(r"[\u3400-\u9fff]{3}", line.text):
        return False
    if line.text.endswith(_NO_HEADING_END) and not line.text.endswith(("”", "’")):
        return False
    if _ANY_SECTION.match(line.text) and not _numbered_title(line.text):
        return False
    if "。" in line.text or is_date_line(line.text) or read_labels(line.text) or author_likeness(line.text) >= 0.5:
        return False
    before = lines[order[place - 1]].text if place else ""
    return len(before) < 25 or before.endswith(_SENTENCE_END) or line.new_page or author_likeness(before) >= 0.5


def _numbered_title(text: str) -> bool:
    """Whether a line can be a numbered title; only a byline or a date below it shows that it is."""
    number = leading_number(text)
    return number is not None and len(key_of(number.rest)) >= 6 and not re.match(r"[(（〔①]", number.style)


def _restarts(order: Sequence[int], lines: Sequence[Line]) -> list[bool]:
    """Tell for every line whether the next top-level section after it is the first, and one before it was a later."""
    values = []
    for i in order:
        match = _TOP_SECTION.match(lines[i].text)
        values.append(number_value(match[1] or match[2]) if match else None)
    upcoming: list[int | None] = [None] * len(order)
    ahead: int | None = None
    for place in range(len(order) - 1, -1, -1):
        upcoming[place] = ahead
        ahead = values[place] if values[place] is not None else ahead
    result, last = [], 0
    for place in range(len(order)):
        result.append(upcoming[place] == 1 and last != 1)
        if values[place] is not None:
            last = values[place] or 0
    return result


@dataclass(frozen=True, slots=True)
class _Below:
    """What stands below the first line of a title: more lines of it, how much a line looks like a byline, a date."""

    count: int
    byline: float
    dated: bool


def _read_below(place: int, order: Sequence[int], lines: Sequence[Line], full: set[int]) -> _Below | None:
    """Read on until the text begins; None if it does not begin soon."""
    short: list[int] = []
    dated = labelled = text_follows = False
    for i in order[place + 1 : place + 9]:
        line = lines[i]
        if is_date_line(line.text):
            dated = True
        elif read_labels(line.text):
            labelled = True
        elif not (dated or labelled) and is_foreign(line.text):
            continue
        elif not short and _SUBTITLE.match(line.text) and len(line.text) <= 60 and "。" not in line.text:
            short.append(i)
        elif len(line.text) > 80 or "。" in line.text or _ANY_SECTION.match(line.text) or dated or labelled:
            text_follows = True
            break
        elif short and _is_byline(short[-1], lines, full) and (i in full or line.text.endswith(_NO_HEADING_END)):
            text_follows = True  # behind a byline, a full line is text
            break
        elif line.text.endswith(_NO_HEADING_END) and not line.text.endswith("”"):
            break
        else:
            short.append(i)
    if not text_follows:
        return None
    # The byline stands last; a line above it is one too only if it surely looks like one, else it ends the title.
    byline = 1.0 if labelled else 0.0
    while short and _is_byline(short[-1], lines, full, least=0.7 if byline else 0.4):
        if byline and len(lines[short[-1]].text) < 4:
            break
        byline = max(byline, author_likeness(lines[short.pop()].text))
    if not (byline or dated):
        subtitle = bool(short) and _SUBTITLE.match(lines[short[0]].text) is not None
        return _Below(1 + subtitle, 0.0, False)
    return _Below(1 + len(short), byline, dated) if len(short) < 5 else None


def _is_byline(i: int, lines: Sequence[Line], full: set[int], *, least: float = 0.4) -> bool:
    return i not in full and author_likeness(lines[i].text) >= least


def _heading_at(
    place: int, order: Sequence[int], lines: Sequence[Line], restarts: Sequence[bool], full: set[int]
) -> Heading | None:
    """Weigh what stands around a line that can be a title."""
    i = order[place]
    below = _read_below(place, order, lines, full)
    if below is None:
        return None
    authors = below.byline > 0
    if _ANY_SECTION.match(lines[i].text) and not (authors or below.dated):
        return None
    above = lines[order[place - 1]].text if place else ""
    lead = int(not authors and len(above) <= 60 and author_likeness(above) >= 0.5)
    finished = place <= lead or lines[order[place - lead - 1]].text.endswith(_SENTENCE_END)
    title = "".join(lines[j].text for j in order[place : place + below.count])
    evidence, score = [], 0.0
    for holds, weight, words in (
        (authors, 2.0, "byline below it"),
        (below.byline >= 0.7, 0.5, "names in it"),
        (finished, 0.5, "after a finished sentence"),
        (below.dated, 2.0, "date below it"),
        (lead > 0, 2.0, "byline above it"),
        (restarts[place], 1.5, "sections count from 一 again"),
        (lines[i].new_page, 1.0, "begins a page"),
        (lines[i].after_blank, 0.5, "set apart"),
        (title_likeness(title) > 0.5, 1.0, "worded like a title"),
        (len(key_of(title)) >= 10, 0.5, "long for a section"),
    ):
        if holds:
            score += weight
            evidence.append(words)
    return Heading(i, below.count, authors, below.dated, score, lead, tuple(evidence))


def _consistent(found: list[Heading]) -> list[Heading]:
    """Where most headings are signed or dated, drop those that are neither; a lone byline above belongs to the text."""
    led = sum(heading.lead for heading in found) >= 0.6 * len(found)
    if led:
        return [heading for heading in found if heading.lead]
    found = [replace(heading, lead=0) for heading in found]
    signed = [heading for heading in found if heading.authors or heading.dated]
    return signed if len(signed) >= 2 and len(signed) >= 0.6 * len(found) else found
