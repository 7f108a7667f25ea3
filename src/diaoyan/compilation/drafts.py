"""The lines of a 目录 cut into entries: by their numbers, else by their pages, else line by line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from diaoyan.compilation.bylines import author_likeness, title_likeness
from diaoyan.compilation.lines import key_of
from diaoyan.compilation.numbering import GAP, Numbered, Paged, counting, leading_number, rising, trailing_page
from diaoyan.compilation.titles import MOST_LINES, Places

#: What looks less like a byline than this, behind a page, is the heading of a part.
_BYLINE = 0.4


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of one entry, its number and page taken off, before authors and title are told apart."""

    lines: tuple[str, ...]
    first: int
    last: int
    number: int | None = None
    page: int | None = None


@dataclass(slots=True)
class Marks:
    """What the lines of a block carry: their fields, the numbers before and the pages behind."""

    index: list[int]
    text: list[str] = field(default_factory=list)
    number: list[Numbered | None] = field(default_factory=list)
    page: list[Paged | None] = field(default_factory=list)

    def only(self, positions: Iterable[int]) -> Marks:
        """Return the marks of some of the lines."""
        kept = list(positions)
        return Marks(*([column[i] for i in kept] for column in (self.index, self.text, self.number, self.page)))  # type: ignore[arg-type]

    def is_byline(self, position: int) -> bool:
        """Return whether a line is nothing but authors."""
        return GAP not in self.text[position] and author_likeness(self.text[position]) >= _BYLINE

    def core(self, position: int) -> str:
        """Return the key of a line without its number and page."""
        page = self.page[position]
        text = page.rest if page and page.apart and page.rest else self.text[position]
        number = leading_number(text)
        return key_of(number.rest if number else text)


def cut_drafts(marks: Marks, places: Places) -> tuple[list[Draft], int]:
    """Cut the lines of a 目录 into entries.

    Parameters
    ----------
    marks : Marks
        Its lines.
    places : Places
        The lines of the whole source, where titles are found again.

    Returns
    -------
    tuple of list of Draft and int
        The entries, and how many lines belong to a lower level.
    """
    pages = rising([page if page is None or page.value > 0 else None for page in marks.page])
    # A number alone that is no entry's page is the page of the 目录 itself.
    stray = {i for i, page in enumerate(marks.page) if page is not None and not page.rest and i not in pages}
    if stray:
        return cut_drafts(marks.only(i for i in range(len(marks.index)) if i not in stray), places)
    numbers = counting(marks.number)
    apart = any(page.apart for i, page in enumerate(marks.page) if i in pages and page is not None)
    if numbers and not apart and len(pages) < 0.6 * len(numbers):
        pages = {}  # digits that end a few titles
    if numbers and len(numbers) >= 0.5 * len(pages):
        if len(pages) < 0.5 * len(numbers):
            pages = {}
        return _numbered(marks, numbers, pages), _nested(marks, numbers)
    if len(pages) >= 2:
        return _paged(marks, pages, set(numbers)), _nested(marks, pages)
    return _plain(marks, places), _nested(marks, ())


def _numbered(marks: Marks, numbers: dict[int, Numbered], pages: dict[int, int]) -> list[Draft]:
    """Cut at the numbers; what stands behind an entry's page is its authors, or the heading of a part."""
    starts = [*_repaired(numbers, pages), len(marks.index)]
    behind = [i + 1 for i in pages if i + 1 < len(marks.index) and i + 1 not in numbers]
    signed_behind = sum(marks.is_byline(i) for i in behind) >= 0.5 * len(numbers)
    most = max((after - before for before, after in pairwise(starts[:-1])), default=5)
    drafts = []
    for start, stop in pairwise(starts):
        # Nothing says where the last entry ends but its page, or the length of the others.
        end = min(stop, start + most) if stop == len(marks.index) else stop
        paged = next((i for i in range(end - 1, start - 1, -1) if i in pages), None)
        if paged is None and len(pages) >= 0.6 * len(numbers):
            paged = next((i for i in range(end - 1, start - 1, -1) if (p := marks.page[i]) and p.apart), None)
        texts, last, page = [], start, None
        for i in range(start, end):
            text = numbers[i].rest if i in numbers else marks.text[i]
            byline = author_likeness(text) >= _BYLINE
            if i == paged and (found := trailing_page(text)):
                page, text = found.value, found.rest
            elif paged is not None:
                if i > paged and not (byline and signed_behind):
                    break
            elif pages and i > start and not byline and title_likeness(text) < 0.3:
                break
            texts.append(text)
            last = i
        lines = tuple(text for text in texts if key_of(text))
        number = numbers[start].value if start in numbers else None
        if lines:
            drafts.append(Draft(lines, marks.index[start], marks.index[last], number, page))
    return drafts


def _repaired(numbers: dict[int, Numbered], pages: dict[int, int]) -> list[int]:
    """Return where entries begin, also those of unreadable number: one is skipped, and there is a page too many."""
    starts = list(numbers)
    paged = list(pages)
    for start, stop in pairwise(numbers):
        skipped = numbers[stop].value - numbers[start].value - 1
        inner = paged[bisect_left(paged, start) : bisect_left(paged, stop)]
        if 0 < skipped < len(inner):
            starts += [i + 1 for i in inner[:skipped]]
    return sorted(starts)


def _paged(marks: Marks, pages: dict[int, int], numbered: set[int]) -> list[Draft]:
    """Cut behind the pages; where a byline stands behind each page, it goes to the entry before it."""
    groups: list[list[int]] = []
    start = 0
    for i in pages:
        groups.append([j for j in range(start, i + 1) if j == i or j not in numbered])
        start = i + 1
    heads = [group[0] if len(group) > 1 and marks.is_byline(group[0]) else None for group in groups]
    if heads[0] is None and sum(head is not None for head in heads) > 0.5 * (len(groups) - 1):
        trailing = start if start < len(marks.index) and marks.is_byline(start) else None
        own = [group if head is None else group[1:] for group, head in zip(groups, heads, strict=True)]
        groups = [
            group if byline is None else [*group, byline]
            for group, byline in zip(own, [*heads[1:], trailing], strict=True)
        ]
    drafts = []
    for group, i in zip(groups, pages, strict=True):
        page = trailing_page(marks.text[i])
        texts = (page.rest if j == i and page else marks.text[j] for j in group)
        lines = tuple(text for text in texts if key_of(text))
        if lines:
            drafts.append(Draft(lines, marks.index[group[0]], marks.index[group[-1]], None, pages[i]))
    return drafts


def _plain(marks: Marks, places: Places) -> list[Draft]:
    """Take every line for an entry, but join a byline to the title beside it and the lines of one title."""
    if not marks.index:
        return []
    bylines = [author_likeness(text) >= 0.5 or text.endswith((":", "：")) for text in marks.text]
    if sum(bylines) < 0.3 * len(bylines):
        # Behind a list of mere titles, a byline is the first report's.
        while bylines and bylines[-1]:
            bylines.pop()
    before = bool(bylines) and bylines[0]
    drafts: list[Draft] = []
    pending: list[int] = []
    i = 0
    while i < len(bylines):
        if bylines[i] and before:
            pending.append(i)
            i += 1
        elif bylines[i] and drafts:
            drafts[-1] = replace(drafts[-1], lines=(*drafts[-1].lines, marks.text[i]), last=marks.index[i])
            i += 1
        else:
            count = _title_lines(i, bylines, marks, places)
            group = [*pending, *range(i, i + count)]
            lines = tuple(marks.text[j] for j in group)
            drafts.append(Draft(lines, marks.index[group[0]], marks.index[group[-1]]))
            pending = []
            i += count
    return drafts


def _title_lines(first: int, bylines: Sequence[bool], marks: Marks, places: Places) -> int:
    """Return on how many lines a title of the 目录 stands: as many as the body has as one title, or by their width."""
    block = range(marks.index[0], marks.index[-1] + 1)
    stop = first + 1
    while stop < len(bylines) and stop < first + MOST_LINES and not bylines[stop]:
        stop += 1
    for end in range(stop, first, -1):
        if any(i not in block for i, _ in places.of("".join(marks.text[first:end]))):
            return end - first
    full = max(map(len, marks.text))
    count = 1
    while first + count < stop:
        subtitle = re.match(r"[-—–―－]{1,2}\S", marks.text[first + count])
        wrapped = len(marks.text[first + count - 1]) == full and sum(len(text) == full for text in marks.text) >= 3
        if not (subtitle or wrapped):
            break
        count += 1
    return count


def _nested(marks: Marks, used: Iterable[int]) -> int:
    """Count the lines with a number and a page of their own that are no entry: the sections of chapters."""
    taken = set(used)
    return sum(
        number is not None and page is not None and page.apart and page.rest != "" and i not in taken
        for i, (number, page) in enumerate(zip(marks.number, marks.page, strict=True))
    )
