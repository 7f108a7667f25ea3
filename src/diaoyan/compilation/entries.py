"""Authors and title of every entry: the one way of setting them apart that explains most entries of a 目录."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from diaoyan.compilation.bylines import author_likeness, strip_label, title_likeness
from diaoyan.compilation.contents import Block, Draft
from diaoyan.compilation.lines import key_of
from diaoyan.compilation.numbering import GAP
from diaoyan.compilation.titles import Places, join_title

#: (authors, lines of the title)
_Parts = tuple[str, tuple[str, ...]]
_IN_BODY = 3.0
#: What an entry gains by being set like the others.
_LIKE_OTHERS = 0.7


@dataclass(frozen=True, slots=True)
class Entry:
    """One report as the 目录 lists it.

    Parameters
    ----------
    no : int
        Its number, from 1.
    title : str
        Title and subtitle.
    authors : str or None
        As printed, without the colon.
    page : int or None
        As printed.
    number : int or None
        As printed; `no` is by order.
    setting : str
        How authors and title were told apart, e.g. ``authors: title``; ``title only`` where no authors are named.
    """

    no: int
    title: str
    authors: str | None
    page: int | None
    number: int | None
    setting: str


def _colon(text: str) -> Iterator[_Parts]:
    for match in re.finditer(r"[:：]\s*", text):
        if 1 < match.start() <= 120:
            yield text[: match.start()], (text[match.end() :],)


def _field(text: str, *, last: bool) -> Iterator[_Parts]:
    fields = [piece for piece in text.split(GAP) if key_of(piece)]
    for cut in range(1, len(fields)):
        head, tail = " ".join(fields[:cut]), " ".join(fields[cut:])
        yield (tail, (head,)) if last else (head, (tail,))


def _line(text: str, *, last: bool) -> Iterator[_Parts]:
    lines = text.split("\n")
    for cut in range(1, len(lines)):
        head, tail = lines[:cut], lines[cut:]
        yield ("".join(tail), tuple(head)) if last else ("".join(head), tuple(tail))


def _mark(text: str, pattern: str) -> Iterator[_Parts]:
    for match in re.finditer(pattern, text):
        yield text[match.end() :], (text[: match.start()],)


def _bracket(text: str) -> Iterator[_Parts]:
    match = re.search(r"\s*[(（\[【〔]([^()（）\[\]【】〔〕]+)[)）\]】〕]\s*$", text)
    if match and match.start() > 0:
        yield match[1], (text[: match.start()],)
    match = re.match(r"\s*[(（\[【〔]([^()（）\[\]【】〔〕]+)[)）\]】〕]\s*(?=\S)", text)
    if match:
        yield match[1], (text[match.end() :],)


def _space(text: str, *, last: bool) -> Iterator[_Parts]:
    for match in re.finditer(r"[ \u3000\n]+", text):
        head, tail = text[: match.start()], text[match.end() :]
        yield (tail, (head,)) if last else (head, (tail,))


_SETTINGS: dict[str, Callable[[str], Iterator[_Parts]]] = {
    "authors: title": _colon,
    "title, gap, authors": lambda text: _field(text, last=True),
    "authors, gap, title": lambda text: _field(text, last=False),
    "authors on the next line": lambda text: _line(text, last=True),
    "authors on the line before": lambda text: _line(text, last=False),
    "title / authors": lambda text: _mark(text, r"\s*[/／|｜]\s*"),
    "title (authors)": _bracket,
    "title —— authors": lambda text: _mark(text, r"\s*(?:——|--|—)\s*"),
    "title, space, authors": lambda text: _space(text, last=True),
    "authors, space, title": lambda text: _space(text, last=False),
}
TITLE_ONLY = "title only"


def read_entries(block: Block, places: Places) -> list[Entry]:
    """Tell authors and title of every entry apart.

    Every setting (authors before a colon, in brackets, on the next line ...) is tried on all entries. It is judged by
    what it makes of them: authors that look like a byline, titles that look like one, and above all titles that are
    found again as lines of the body. The best setting is then kept for every entry that it suits.

    Parameters
    ----------
    block : Block
        The 目录, cut into entries.
    places : Places
        The lines of the whole source.
    """
    judge = _Judge(block, places)
    width = max((len(line) for draft in block.drafts for line in draft.lines), default=0)
    options = [_options(draft, judge, width) for draft in block.drafts]
    sums = {
        setting: sum(max(o.get(setting, o[TITLE_ONLY])[0], o[TITLE_ONLY][0] - 0.2) for o in options) for setting in [TITLE_ONLY, *_SETTINGS]
    }
    best = max(sums, key=lambda setting: (sums[setting], setting == TITLE_ONLY))
    entries = []
    for no, (draft, option) in enumerate(zip(block.drafts, options, strict=True), 1):
        setting = max(
            (name for name in option if name in (best, TITLE_ONLY)),
            key=lambda name: option[name][0] + (_LIKE_OTHERS if name == best else 0.0),  # noqa: B023
        )
        other = max(option, key=lambda name: option[name][0])  # noqa: B023
        if option[other][0] > option[setting][0] + 2.0:  # found in the body only so
            setting = other
        _, authors, title = option[setting]
        entries.append(Entry(no, title, authors or None, draft.page, draft.number, setting))
    return entries


class _Judge:
    """Scores of authors and titles; a title that stands in the body as a line of its own is nearly certain."""

    def __init__(self, block: Block, places: Places) -> None:
        self._block = range(block.first, block.end)
        self._places = places

    def title(self, title: str) -> float:
        found = any(i not in self._block for i, _ in self._places.of(title)) if len(key_of(title)) > 3 else False
        return title_likeness(title) + (_IN_BODY if found else 0.0)


def _options(draft: Draft, judge: _Judge, width: int) -> dict[str, tuple[float, str, str]]:
    """Return for every setting that the entry allows its score, authors and title."""
    text = "\n".join(draft.lines)
    whole = _title((text,), width)
    options: dict[str, tuple[float, str, str]] = {TITLE_ONLY: (judge.title(whole), "", whole)}
    for setting, split in _SETTINGS.items():
        for authors, lines in split(text):
            authors = strip_label(re.sub(r"[\n\t]+", "", authors))
            title = _title(lines, width)
            if not key_of(authors) or len(key_of(title)) < 2:
                continue
            score = author_likeness(authors) + judge.title(title)
            if setting not in options or score > options[setting][0]:
                options[setting] = (score, authors, title)
    return options


def _title(lines: Sequence[str], width: int) -> str:
    pieces = [piece.replace(GAP, " ") for line in lines for piece in line.split("\n")]
    title = join_title([piece for piece in pieces if piece.strip()], width=width)
    return re.sub(r"[:：;；,，/／|｜、]+$", "", title).strip()
