"""The 目录: where it stands among the lines, and where the body begins behind it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from diaoyan.compilation.bylines import author_likeness
from diaoyan.compilation.drafts import Draft, ListedLine, cut_drafts
from diaoyan.compilation.furniture import Furniture
from diaoyan.compilation.lines import Line
from diaoyan.compilation.numbering import Numbered, bullet, columns, leading_number, split_fields, trailing_page
from diaoyan.compilation.titles import Places
from diaoyan.errors import CompilationError
from diaoyan.language import gettext

#: A longer list is no 目录 of a monthly compilation.
MOST_ENTRIES = 2_000
_MOST_LINES = 8_000
_HEADING = re.compile(
    r"(?:contents)?(?:本[期刊册集书辑卷]|总|简|详细?|文章|报告|汇编|全书|论文)?(?:目录|目次|篇目|要目|简目|详目)(?:contents|索引|续|页|\d{1,2})?|(?:tableof)?contents|catalogue"
)
_OPEN_BRACKET = re.compile(r"[(（][^()（）]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A 目录 among the lines of a source."""

    #: Its lines: the heading is the first (where there is one), the body goes on at `end`.
    first: int
    end: int
    #: Whether it stands under the word 目录.
    headed: bool
    #: Its entries, in order.
    drafts: tuple[Draft, ...] = ()
    #: Entries of a lower level, as a document of many chapters has them.
    nested: int = 0

    @property
    def lines(self) -> range:
        """Its lines."""
        return range(self.first, self.end)


def find_blocks(lines: Sequence[Line], furniture: Furniture, places: Places) -> list[Block]:
    """Return every block that can be a 目录, those under such a heading first.

    Raises
    ------
    CompilationError
        If a 目录 has more entries than a compilation can have.
    """
    headings = [i for i, line in enumerate(lines) if len(line.key) <= 16 and _HEADING.fullmatch(line.key)]
    blocks: list[Block] = []
    covered = -1
    for heading in headings[:50]:
        if heading < covered:
            continue
        block = _block_at(heading + 1, lines, furniture, places, headed=True)
        if block is not None:
            blocks.append(replace(block, first=heading))
            covered = block.end
    if blocks:
        return blocks
    for i, line in enumerate(lines[:60]):
        if leading_number(line.text) or trailing_page(split_fields(line.text)):
            block = _block_at(i, lines, furniture, places, headed=False)
            listed = block.drafts if block else ()
            return [block] if block and len(listed) >= 3 and any(draft.number or draft.page for draft in listed) else []
    return []


def adjacent_lists(block: Block, blocks: Sequence[Block]) -> list[Block]:
    """Return the other lists that are printed before a 目录 or right behind it: a short one, one in English.

    A title found there is no heading of a report.
    """
    near: list[Block] = []
    end = block.end
    for other in blocks:
        if other is not block and (other.end <= block.first or block.end <= other.first <= end + 3):
            near.append(other)
            end = max(end, other.end)
    return near


def _block_at(first: int, lines: Sequence[Line], furniture: Furniture, places: Places, *, headed: bool) -> Block | None:
    listed = _read_list(first, lines, furniture, headed=headed)
    if not listed:
        return None
    drafts, nested = cut_drafts(listed[: _body_begins(listed)], places)
    if len(drafts) > MOST_ENTRIES and not headed:
        return None
    if len(drafts) > MOST_ENTRIES:
        raise CompilationError(
            gettext(
                "expected a 目录 of at most {MOST_ENTRIES:,} entries, found {count:,}; it is no monthly compilation."
            ).format(MOST_ENTRIES=MOST_ENTRIES, count=len(drafts))
        )
    if len(drafts) < 2 and not (headed and drafts and (drafts[0].page is not None or drafts[0].number is not None)):
        return None
    return Block(first, 1 + max(draft.last for draft in drafts) if drafts else first, headed, tuple(drafts), nested)


def _read_list(first: int, lines: Sequence[Line], furniture: Furniture, *, headed: bool) -> list[ListedLine]:
    """Return the lines of a list until running text or the next 目录 begins, each entry of one with several by itself.

    Page numbers in it may be the entries' own pages.
    """
    index: list[int] = []
    pieces: dict[int, list[str]] = {}
    for i in range(first, len(lines)):
        fields = columns(lines[i].text) if "。" not in lines[i].text else [lines[i].text]
        text = fields[0] if len(fields) > 1 else split_fields(lines[i].text)
        if (len(fields) == 1 and _is_prose(text)) or (i in furniture.lines and i in furniture.cut_off and index):
            break
        if headed and index and _HEADING.fullmatch(lines[i].key) and _begins_again(i, index, lines):
            break
        nothing = not lines[i].key and len(fields) == 1 and not text.startswith((")", "）"))
        if nothing or _HEADING.fullmatch(lines[i].key) or (i in furniture.lines and i not in furniture.pages):
            continue
        index.append(i)
        pieces[i] = [split_fields(field) for field in fields]
        if len(index) > _MOST_LINES and not headed:
            break
        if len(index) > _MOST_LINES:
            raise CompilationError(
                gettext(
                    "expected a 目录 of at most {MOST_ENTRIES:,} entries, found a list of over "
                    "{MOST_LINES:,} lines; this is no monthly compilation."
                ).format(MOST_ENTRIES=MOST_ENTRIES, MOST_LINES=_MOST_LINES)
            )
    # A bare number may be an entry's page that was wrapped; whether it fits is seen when the pages are counted.
    index = [i for i in index if i not in furniture.pages or lines[i].text.isdecimal()]
    listed: list[ListedLine] = []
    for i, text in _in_reading_order(index, pieces):
        if listed and _OPEN_BRACKET.search(listed[-1].text) and re.match(r"[^(（]*[)）]", text):
            # The line was broken inside a bracket: its two halves are one.
            before = listed.pop()
            i, text = before.index, split_fields(before.text + text)
        listed.append(ListedLine(i, text, leading_number(text), trailing_page(text)))
    _count_bullets(listed)
    return listed


def _begins_again(i: int, index: Sequence[int], lines: Sequence[Line]) -> bool:
    """Whether a heading in a list begins another 目录; as a running head it stands where the list goes on."""
    above = [number.value for j in index[-40:] if (number := leading_number(lines[j].text))]
    below = [number for j in range(i + 1, min(i + 8, len(lines))) if (number := leading_number(lines[j].text))]
    if above and below:
        return below[0].value == 1 and max(above) >= 2
    keys = {lines[j].key for j in index}
    return any(len(lines[j].key) >= 6 and lines[j].key in keys for j in range(i + 1, min(i + 4, len(lines))))


def _in_reading_order(index: Sequence[int], pieces: dict[int, list[str]]) -> list[tuple[int, str]]:
    """Return the entries of lines that hold several: down the columns if their numbers or pages rise that way."""
    ordered: list[tuple[int, str]] = []
    place = 0
    while place < len(index):
        stop = place
        while stop < len(index) and len(pieces[index[stop]]) > 1:
            stop += 1
        if stop == place:
            ordered.append((index[place], pieces[index[place]][0]))
            place += 1
            continue
        # The first column can be longer than the others.
        longest = min(len(index), 2 * stop - place)
        while stop < longest and _is_entry(pieces[index[stop]][0]):
            stop += 1
        rows = index[place:stop]
        across = [(i, text) for i in rows for text in pieces[i]]
        widest = max(len(pieces[i]) for i in rows)
        down = [(i, pieces[i][column]) for column in range(widest) for i in rows if column < len(pieces[i])]
        ordered += down if _rises(down) > _rises(across) else across
        place += len(rows)
    return ordered


def _is_entry(text: str) -> bool:
    return leading_number(text) is not None or trailing_page(text) is not None


def _rises(entries: Sequence[tuple[int, str]]) -> int:
    """Count the steps at which numbers or pages go up by reading order."""
    numbers = [number.value for _, text in entries if (number := leading_number(text))]
    pages = [page.value for _, text in entries if (page := trailing_page(text))]
    values = numbers if len(numbers) >= 0.5 * len(entries) else pages
    return sum(a < b for a, b in pairwise(values))


def _count_bullets(listed: Sequence[ListedLine]) -> None:
    """Give numbers to the entries of a list that has the same mark before each of them."""
    bullets = [bullet(line.text) if line.number is None else None for line in listed]
    signs = Counter(found[0] for found in bullets if found)
    if not signs or sum(line.number is not None for line in listed) >= 2:
        return
    sign, times = signs.most_common(1)[0]
    first = next((position for position, found in enumerate(bullets) if found and found[0] == sign), 0)
    last = max((position for position, found in enumerate(bullets) if found and found[0] == sign), default=0)
    if times < 3 or (sign == "—" and (first > 0 or times < 0.5 * (last + 1))):
        return  # a dash before a few lines makes them subtitles
    count = 0
    for position, found in enumerate(bullets):
        if found and found[0] == sign:
            count += 1
            listed[position].number = Numbered(sign, count, found[1])


def _is_prose(text: str) -> bool:
    if "。" in text and "。。。" not in text:
        return True
    return len(text) > 130 or (len(text) > 40 and text.endswith(("，", ",", "；", ";", "、")))


def _body_begins(listed: Sequence[ListedLine]) -> int:
    """Return the position where a title comes again, as the heading of its report: the first entry's if it does."""
    cores = [line.core() for line in listed]
    offsets = list(accumulate(map(len, cores), initial=0))
    joined = "".join(cores)
    numbers = sum(line.number is not None for line in listed)
    pages = sum(line.page is not None and line.page.apart for line in listed)
    found: list[tuple[int, int]] = []
    for position in range(1, len(cores)):
        core, number, page = cores[position], listed[position].number, listed[position].page
        likeness = author_likeness(listed[position].text)
        before = joined.find(core, 0, offsets[position]) if len(core) >= 4 else -1
        if before < 0 or likeness >= 0.5 or (len(core) < 6 and likeness > 0.3):
            continue
        if (page is not None and page.apart and pages >= 2) or (
            number is None and numbers >= 2 and _is_twin(listed, position)
        ):
            continue
        earlier = bisect_right(offsets, before) - 1
        other = listed[earlier].number
        if number is None or other is None or other.value == number.value:
            found.append((position, earlier))
    if not found:
        return len(cores)
    position, earlier = min(found, key=lambda pair: (min(pair[1], 2), pair[0]))
    above = len(cores[position - 1]) > 3 and cores[position - 1] in (cores[earlier - 1], cores[earlier + 1], cores[0])
    return position - (above and earlier + 1 < position - 1 and author_likeness(listed[position - 1].text) >= 0.5)


def _is_twin(listed: Sequence[ListedLine], position: int) -> bool:
    """Whether a title that was there before belongs to another entry: the number before it is a new one."""
    above = listed[position - 1]
    page = listed[position + 1].page if position + 1 < len(listed) else None
    return above.number is not None and page is not None and page.apart and author_likeness(above.text) > 0.3
