"""The 目录: where it stands, and its lines cut into entries by what repeats and what counts up."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from diaoyan.compilation.bylines import author_likeness, title_likeness
from diaoyan.compilation.furniture import Furniture
from diaoyan.compilation.lines import Line, key_of
from diaoyan.compilation.numbering import (
    GAP,
    Numbered,
    Paged,
    counting,
    leading_number,
    rising,
    split_fields,
    trailing_page,
)  # fmt: skip
from diaoyan.compilation.titles import Places
from diaoyan.errors import CompilationError

#: A longer list is no 目录 of a monthly compilation.
MOST_ENTRIES = 2_000
_MOST_LINES = 8_000
_HEADING = re.compile(
    r"(?:contents)?(?:本[期刊册集书辑卷]|总|文章|报告|汇编|全书|论文)?(?:目录|目次|篇目|要目)(?:contents|索引|续|页|\d{1,2})?|contents"
)
_OPEN_BRACKET = re.compile(r"[(（][^()（）]*$")


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of one entry, its number and page taken off, before authors and title are told apart."""

    lines: tuple[str, ...]
    first: int
    last: int
    number: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A 目录 among the lines of a source.

    Parameters
    ----------
    first, end : int
        Its lines: the heading is the first (where there is one), the body goes on at `end`.
    headed : bool
        Whether it stands under the word 目录.
    drafts : tuple of Draft
        Its entries, in order.
    nested : int
        Entries of a lower level, as a document of many chapters has them.
    """

    first: int
    end: int
    headed: bool
    drafts: tuple[Draft, ...] = ()
    nested: int = 0


@dataclass(slots=True)
class _Marks:
    """What the lines of a block carry: their fields, the numbers before and the pages behind."""

    index: list[int]
    text: list[str] = field(default_factory=list)
    number: list[Numbered | None] = field(default_factory=list)
    page: list[Paged | None] = field(default_factory=list)

    def only(self, positions: Iterable[int]) -> _Marks:
        """Return the marks of some of the lines."""
        kept = list(positions)
        return _Marks(*([column[i] for i in kept] for column in (self.index, self.text, self.number, self.page)))  # type: ignore[arg-type]

    def core(self, position: int) -> str:
        """The key of a line without its number and page."""
        page = self.page[position]
        text = page.rest if page and page.apart and page.rest else self.text[position]
        number = leading_number(text)
        return key_of(number.rest if number else text)


def find_blocks(lines: Sequence[Line], furniture: Furniture, places: Places) -> list[Block]:
    """Return every block that can be a 目录, those under such a heading first.

    Raises
    ------
    CompilationError
        If a 目录 has more entries than a compilation can have.
    """
    headings = [i for i, line in enumerate(lines) if len(line.key) <= 14 and _HEADING.fullmatch(line.key)]
    blocks: list[Block] = []
    covered = -1
    for heading in headings[:50]:
        if heading < covered:
            continue
        block = _block_at(heading + 1, lines, furniture, places, headed=True)
        if block is not None:
            blocks.append(replace(block, first=heading))
            covered = block.end
    if not blocks:
        first = next(
            (
                i
                for i, line in enumerate(lines[:60])
                if leading_number(line.text) or trailing_page(split_fields(line.text))
            ),
            None,
        )
        block = None if first is None else _block_at(first, lines, furniture, places, headed=False)
        counted = block is not None and any(draft.number or draft.page for draft in block.drafts)
        if block is not None and counted and len(block.drafts) >= 3:
            blocks.append(block)
    return blocks


def _block_at(first: int, lines: Sequence[Line], furniture: Furniture, places: Places, *, headed: bool) -> Block | None:
    marks = _gather(first, lines, furniture, headed=headed)
    if not marks.index:
        return None
    end = _body_begins(marks)
    marks = marks.only(range(end))
    drafts, used = _drafts(marks, places)
    if len(drafts) > MOST_ENTRIES and not headed:
        return None
    if len(drafts) > MOST_ENTRIES:
        raise CompilationError(
            f"expected a 目录 of at most {MOST_ENTRIES:,} entries, found {len(drafts):,}; this is no monthly compilation."
        )
    if len(drafts) < 2 and not (headed and drafts and (drafts[0].page is not None or drafts[0].number is not None)):
        return None
    return Block(first, drafts[-1].last + 1 if drafts else first, headed, tuple(drafts), _nested(marks, used))


def _gather(first: int, lines: Sequence[Line], furniture: Furniture, *, headed: bool) -> _Marks:
    """Gather the lines of a list: until running text begins. Page numbers in it may be the entries' own pages."""
    index: list[int] = []
    for i in range(first, len(lines)):
        text = split_fields(lines[i].text)
        if _is_prose(text) or (i in furniture.lines and i in furniture.cut_off and index):
            break
        nothing = not lines[i].key and not text.startswith((")", "）"))
        if nothing or _HEADING.fullmatch(lines[i].key) or (i in furniture.lines and i not in furniture.pages):
            continue
        index.append(i)
        if len(index) > _MOST_LINES and not headed:
            break
        if len(index) > _MOST_LINES:
            raise CompilationError(
                f"expected a 目录 of at most {MOST_ENTRIES:,} entries, found a list of over {_MOST_LINES:,} lines; "
                "this is no monthly compilation."
            )
    # A bare number may be an entry's page that was wrapped; whether it fits is seen when the pages are counted.
    index = [i for i in index if i not in furniture.pages or lines[i].text.isdecimal()]
    marks = _Marks([])
    for i in index:
        text = split_fields(lines[i].text)
        if marks.text and _OPEN_BRACKET.search(marks.text[-1]) and re.match(r"[^(（]*[)）]", text):
            # The line was broken inside a bracket: its two halves are one.
            text = split_fields(marks.text.pop() + text)
            i = marks.index.pop()
            marks.number.pop()
            marks.page.pop()
        marks.index.append(i)
        marks.text.append(text)
        marks.number.append(leading_number(text))
        marks.page.append(trailing_page(text))
    return marks


def _is_prose(text: str) -> bool:
    if "。" in text and "。。。" not in text:
        return True
    return len(text) > 130 or (len(text) > 40 and text.endswith(("，", ",", "；", ";", "、")))


def _body_begins(marks: _Marks) -> int:
    """Return the position where a title comes again, as the heading of its report: the first entry's if it does."""
    cores = [marks.core(position) for position in range(len(marks.index))]
    offsets = list(accumulate(map(len, cores), initial=0))
    joined = "".join(cores)
    numbers = sum(number is not None for number in marks.number)
    pages = sum(page is not None and page.apart for page in marks.page)
    found: list[tuple[int, int]] = []
    for position in range(1, len(cores)):
        core, number, page = cores[position], marks.number[position], marks.page[position]
        likeness = author_likeness(marks.text[position])
        before = joined.find(core, 0, offsets[position]) if len(core) >= 4 else -1
        if before < 0 or likeness >= 0.5 or (len(core) < 6 and likeness > 0.3):
            continue
        if (page is not None and page.apart and pages >= 2) or (
            number is None and numbers >= 2 and _is_twin(marks, position)
        ):
            continue
        earlier = bisect_right(offsets, before) - 1
        other = marks.number[earlier]
        if number is None or other is None or other.value == number.value:
            found.append((position, earlier))
    if not found:
        return len(cores)
    position, earlier = min(found, key=lambda pair: (min(pair[1], 2), pair[0]))
    above = len(cores[position - 1]) > 3 and cores[position - 1] in (cores[earlier - 1], cores[earlier + 1], cores[0])
    return position - (above and earlier + 1 < position - 1 and author_likeness(marks.text[position - 1]) >= 0.5)


def _is_twin(marks: _Marks, position: int) -> bool:
    """Whether a title that was there before belongs to another entry: the number before it is a new one."""
    number = marks.number[position - 1]
    page = marks.page[position + 1] if position + 1 < len(marks.page) else None
    return number is not None and page is not None and page.apart and author_likeness(marks.text[position - 1]) > 0.3


def _drafts(marks: _Marks, places: Places) -> tuple[list[Draft], set[int]]:
    pages = rising([page if page is None or page.value > 0 else None for page in marks.page])
    # A number alone that is no entry's page is the page of the 目录 itself.
    stray = {i for i, page in enumerate(marks.page) if page is not None and not page.rest and i not in pages}
    if stray:
        kept = [i for i in range(len(marks.index)) if i not in stray]
        return _drafts(marks.only(kept), places)
    numbers = counting(marks.number)
    if (
        numbers
        and all(not page.apart for i, page in enumerate(marks.page) if i in pages and page)
        and len(pages) < 0.6 * len(numbers)
    ):
        pages = {}  # digits that end a few titles
    if numbers and len(numbers) >= 0.5 * len(pages):
        if len(pages) < 0.5 * len(numbers):
            pages = {}
        return _numbered(marks, numbers, pages), {marks.index[i] for i in numbers}
    if len(pages) >= 2:
        return _paged(marks, pages, set(numbers)), {marks.index[i] for i in pages}
    return _plain(marks, places), set()


def _numbered(marks: _Marks, numbers: dict[int, Numbered], pages: dict[int, int]) -> list[Draft]:
    """An entry goes from its number to the next; what stands behind its page is its authors, or a part's heading."""
    starts = [*_repaired(numbers, pages), len(marks.index)]
    signed_behind = sum(
        i + 1 < len(marks.index) and i + 1 not in numbers and author_likeness(marks.text[i + 1]) >= 0.4 for i in pages
    )
    least = 0.4 if signed_behind >= 0.5 * len(numbers) else 2.0
    most = max((after - before for before, after in pairwise(starts)), default=5)
    drafts = []
    for start, stop in pairwise(starts):
        if stop == len(marks.index):
            # Nothing says where the last entry ends but its page, or the length of the others.
            stop = min(stop, start + most)
        paged = next((i for i in range(stop - 1, start - 1, -1) if i in pages), None)
        texts = []
        last = start
        for i in range(start, stop):
            text = numbers[i].rest if i in numbers else marks.text[i]
            if i == paged:
                found = trailing_page(text)
                text = found.rest if found else ""
            elif (paged is not None and i > paged and author_likeness(text) < least) or (pages and paged is None and i > start and author_likeness(text) < 0.4 and title_likeness(text) < 0.3):
                break
            texts.append(text)
            last = i
        page = pages[paged] if paged is not None else None
        lines = tuple(text for text in texts if key_of(text))
        if lines:
            drafts.append(
                Draft(
                    lines,
                    marks.index[start],
                    marks.index[last],
                    numbers[start].value if start in numbers else None,
                    page,
                )
            )
    return drafts


def _repaired(numbers: dict[int, Numbered], pages: dict[int, int]) -> list[int]:
    """Return where entries begin, with those whose number cannot be read: a number is skipped, and a page is too many."""
    starts = list(numbers)
    paged = list(pages)
    for start, stop in zip(list(starts), starts[1:], strict=False):
        skipped = numbers[stop].value - numbers[start].value - 1
        inner = paged[bisect_left(paged, start) : bisect_left(paged, stop)]
        if 0 < skipped < len(inner):
            starts += [i + 1 for i in inner[:skipped]]
    return sorted(starts)


def _paged(marks: _Marks, pages: dict[int, int], numbered: set[int]) -> list[Draft]:
    """An entry ends with its page; a line of authors may stand behind it, which the first entry shows."""
    groups: list[tuple[list[int], int]] = []
    start = 0
    for i in pages:
        groups.append(([j for j in range(start, i + 1) if j == i or j not in numbered], i))
        start = i + 1
    leading = [group[0] for group, i in groups[1:] if len(group) > 1]
    authors_lead = sum(author_likeness(marks.text[j]) >= 0.4 for j in leading) > 0.5 * max(1, len(groups) - 1)
    first_too = len(groups[0][0]) > 1 and author_likeness(marks.text[groups[0][0][0]]) >= 0.4
    trailing = start if start < len(marks.index) and author_likeness(marks.text[start]) >= 0.4 else None
    drafts = []
    for place, (group, i) in enumerate(groups):
        lines, last = [*group], i
        if authors_lead and not first_too:
            if place:
                lines = lines[1:] if len(lines) > 1 and author_likeness(marks.text[lines[0]]) >= 0.4 else lines
            follower = (
                groups[place + 1][0][0] if place + 1 < len(groups) and len(groups[place + 1][0]) > 1 else trailing
            )
            if place + 1 == len(groups):
                follower = trailing
            if follower is not None and author_likeness(marks.text[follower]) >= 0.4:
                lines, last = [*lines, follower], follower
        page = trailing_page(marks.text[i])
        texts = tuple(page.rest if j == i and page else marks.text[j] for j in lines)
        texts = tuple(text for text in texts if key_of(text))
        if texts:
            drafts.append(Draft(texts, marks.index[lines[0]], marks.index[last], None, pages[i]))
    return drafts


def _plain(marks: _Marks, places: Places) -> list[Draft]:
    """Without numbers and pages, a line of authors belongs to the title beside it, and each other line is an entry."""
    block = range(marks.index[0], marks.index[-1] + 1)

    def in_body(text: str) -> bool:
        return any(i not in block for i, _ in places.of(text))

    bylines = [author_likeness(text) >= 0.5 or text.endswith((":", "：")) for text in marks.text]
    if sum(bylines) < 0.3 * len(bylines):
        # Behind a list of mere titles, a byline is the first report's.
        while bylines and bylines[-1]:
            bylines.pop()
    before = bool(bylines) and bylines[0]
    drafts: list[Draft] = []
    pending: list[int] = []
    for i, text in enumerate(marks.text[: len(bylines)]):
        joined = (
            drafts and not pending and not bylines[i] and not bylines[i - 1] and _continues(drafts[-1], text, in_body)
        )
        if bylines[i] and before:
            pending.append(i)
        elif drafts and (bylines[i] or joined):
            drafts[-1] = replace(drafts[-1], lines=(*drafts[-1].lines, text), last=marks.index[i])
        else:
            texts = (*(marks.text[j] for j in pending), text)
            drafts.append(Draft(texts, marks.index[min([*pending, i])], marks.index[i]))
            pending = []
    return drafts


def _continues(draft: Draft, text: str, in_body: object) -> bool:
    """Whether a line is the second one of the title before it."""
    if re.match(r"[-—–―－]{1,2}\S", text):
        return True
    return (
        callable(in_body)
        and not in_body(text)
        and not in_body(draft.lines[-1])
        and in_body("".join((*draft.lines, text)))
    )


def _nested(marks: _Marks, used: set[int]) -> int:
    """Count the lines with a number of another style and a page of their own: chapters of a document have sections."""
    return sum(
        number is not None and page is not None and page.apart and page.rest != "" and i not in used
        for i, number, page in zip(marks.index, marks.number, marks.page, strict=True)
    )


__all__ = ["GAP", "MOST_ENTRIES", "Block", "Draft", "find_blocks"]
