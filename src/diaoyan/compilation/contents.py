"""The 目录: where it stands among the lines, and where the body begins behind it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from diaoyan.compilation.bylines import author_likeness
from diaoyan.compilation.drafts import Draft, Marks, cut_drafts
from diaoyan.compilation.furniture import Furniture
from diaoyan.compilation.lines import Line
from diaoyan.compilation.numbering import leading_number, split_fields, trailing_page
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
    drafts, nested = cut_drafts(marks, places)
    if len(drafts) > MOST_ENTRIES and not headed:
        return None
    if len(drafts) > MOST_ENTRIES:
        raise CompilationError(
            f"expected a 目录 of at most {MOST_ENTRIES:,} entries, found {len(drafts):,}; it is no monthly compilation."
        )
    if len(drafts) < 2 and not (headed and drafts and (drafts[0].page is not None or drafts[0].number is not None)):
        return None
    return Block(first, drafts[-1].last + 1 if drafts else first, headed, tuple(drafts), nested)


def _gather(first: int, lines: Sequence[Line], furniture: Furniture, *, headed: bool) -> Marks:
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
    marks = Marks([])
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


def _body_begins(marks: Marks) -> int:
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


def _is_twin(marks: Marks, position: int) -> bool:
    """Whether a title that was there before belongs to another entry: the number before it is a new one."""
    number = marks.number[position - 1]
    page = marks.page[position + 1] if position + 1 < len(marks.page) else None
    return number is not None and page is not None and page.apart and author_likeness(marks.text[position - 1]) > 0.3
