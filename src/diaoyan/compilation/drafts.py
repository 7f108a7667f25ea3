"""The lines of a 目录 cut into entries: by their numbers, else by their pages, else line by line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
class ListedLine:
    """A line of a 目录, or one of the entries on it: its text, with the number before it and the page behind it."""

    #: The line among those of the source.
    index: int
    text: str
    number: Numbered | None
    page: Paged | None

    def is_byline(self) -> bool:
        """Return whether it is nothing but authors."""
        return GAP not in self.text and author_likeness(self.text) >= _BYLINE

    def core(self) -> str:
        """Return its key without number and page."""
        text = self.page.rest if self.page and self.page.apart and self.page.rest else self.text
        number = leading_number(text)
        return key_of(number.rest if number else text)


def cut_drafts(listed: Sequence[ListedLine], places: Places) -> tuple[list[Draft], int]:
    """Cut the lines of a 目录 into entries.

    Parameters
    ----------
    listed : sequence of ListedLine
        Its lines.
    places : Places
        The lines of the whole source, where titles are found again.

    Returns
    -------
    tuple of list of Draft and int
        The entries, and how many lines belong to a lower level.
    """
    pages = rising([line.page if line.page and line.page.value > 0 else None for line in listed])
    # A number alone that is no entry's page is the page of the 目录 itself.
    stray = {i for i, line in enumerate(listed) if line.page and not line.page.rest and i not in pages}
    if stray:
        return cut_drafts([line for i, line in enumerate(listed) if i not in stray], places)
    numbers = counting([line.number for line in listed])
    apart = any(line.page.apart for i, line in enumerate(listed) if i in pages and line.page)
    if numbers and not apart and len(pages) < 0.6 * len(numbers):
        pages = {}  # digits that end a few titles
    if numbers and len(numbers) >= 0.5 * len(pages):
        if len(pages) < 0.5 * len(numbers):
            pages = {}
        return _numbered(listed, numbers, pages), _nested(listed, numbers)
    if len(pages) >= 2:
        return _paged(listed, pages, set(numbers)), _nested(listed, pages)
    return _plain(listed, places), _nested(listed, ())


def _numbered(listed: Sequence[ListedLine], numbers: dict[int, Numbered], pages: dict[int, int]) -> list[Draft]:
    """Cut at the numbers; what stands behind an entry's page is its authors, or the heading of a part."""
    starts = [*_repaired(numbers, pages), len(listed)]
    behind = [listed[i + 1] for i in pages if i + 1 < len(listed) and i + 1 not in numbers]
    signed_behind = sum(line.is_byline() for line in behind) >= 0.5 * len(numbers)
    most = max((after - before for before, after in pairwise(starts[:-1])), default=5)
    drafts = []
    for start, stop in pairwise(starts):
        # Nothing says where the last entry ends but its page, or the length of the others.
        end = min(stop, start + most) if stop == len(listed) else stop
        paged = next((i for i in range(end - 1, start - 1, -1) if i in pages), None)
        if paged is None and len(pages) >= 0.6 * len(numbers):
            paged = next((i for i in range(end - 1, start - 1, -1) if (p := listed[i].page) and p.apart), None)
        texts, last, page = [], start, None
        for i in range(start, end):
            text = numbers[i].rest if i in numbers else listed[i].text
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
            drafts.append(Draft(lines, listed[start].index, listed[last].index, number, page))
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


def _paged(listed: Sequence[ListedLine], pages: dict[int, int], numbered: set[int]) -> list[Draft]:
    """Cut behind the pages; where a byline stands behind each page, it goes to the entry before it."""
    groups: list[list[int]] = []
    start = 0
    for i in pages:
        groups.append([j for j in range(start, i + 1) if j == i or j not in numbered])
        start = i + 1
    heads = [group[0] if len(group) > 1 and listed[group[0]].is_byline() else None for group in groups]
    if heads[0] is None and sum(head is not None for head in heads) > 0.5 * (len(groups) - 1):
        trailing = start if start < len(listed) and listed[start].is_byline() else None
        own = [group if head is None else group[1:] for group, head in zip(groups, heads, strict=True)]
        groups = [
            group if byline is None else [*group, byline]
            for group, byline in zip(own, [*heads[1:], trailing], strict=True)
        ]
    drafts = []
    for group, i in zip(groups, pages, strict=True):
        page = trailing_page(listed[i].text)
        texts = (page.rest if j == i and page else listed[j].text for j in group)
        lines = tuple(text for text in texts if key_of(text))
        if lines:
            drafts.append(Draft(lines, listed[group[0]].index, listed[group[-1]].index, None, pages[i]))
    return drafts


def _plain(listed: Sequence[ListedLine], places: Places) -> list[Draft]:
    """Take every line for an entry, but join a byline to the title beside it and the lines of one title."""
    if not listed:
        return []
    texts, block = [line.text for line in listed], range(listed[0].index, listed[-1].index + 1)
    bylines = [author_likeness(text) >= 0.5 or text.endswith((":", "：")) for text in texts]
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
            drafts[-1] = replace(drafts[-1], lines=(*drafts[-1].lines, texts[i]), last=listed[i].index)
            i += 1
        else:
            count = _title_lines(i, bylines, texts, block, places)
            group = [listed[j] for j in (*pending, *range(i, i + count))]
            drafts.append(Draft(tuple(line.text for line in group), group[0].index, group[-1].index))
            pending = []
            i += count
    return drafts


def _title_lines(first: int, bylines: Sequence[bool], texts: Sequence[str], block: range, places: Places) -> int:
    """Return on how many lines a title of the 目录 stands: as many as the body has as one title, or by their width."""
    stop = first + 1
    while stop < len(bylines) and stop < first + MOST_LINES and not bylines[stop]:
        stop += 1
    for end in range(stop, first, -1):
        if any(i not in block for i, _ in places.of("".join(texts[first:end]))):
            return end - first
    full = max(map(len, texts))
    count = 1
    while first + count < stop:
        subtitle = re.match(r"[-—–―－]{1,2}\S", texts[first + count])
        wrapped = len(texts[first + count - 1]) == full and sum(len(text) == full for text in texts) >= 3
        if not (subtitle or wrapped):
            break
        count += 1
    return count


def _nested(listed: Sequence[ListedLine], used: Iterable[int]) -> int:
    """Count the lines with a number and a page of their own that are no entry: the sections of chapters."""
    taken = set(used)
    return sum(
        line.number is not None and line.page is not None and line.page.apart and line.page.rest != ""
        for i, line in enumerate(listed)
        if i not in taken
    )
