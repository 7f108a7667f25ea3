"""Authors and title of every entry: the one way of setting them apart that explains most entries of a 目录."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from diaoyan.compilation.bylines import author_likeness, strip_label, title_likeness
from diaoyan.compilation.contents import Block
from diaoyan.compilation.drafts import Draft
from diaoyan.compilation.lines import key_of
from diaoyan.compilation.numbering import GAP
from diaoyan.compilation.titles import Places, join_title
from diaoyan.language import message

#: (authors, lines of the title)
_Parts = tuple[str, tuple[str, ...]]
_IN_BODY = 3.0
#: What an entry gains by being set like the others.
_LIKE_OTHERS = 0.7


@dataclass(frozen=True, slots=True)
class Entry:
    """One report as the 目录 lists it."""

    #: Its number, from 1.
    no: int
    #: Title and subtitle.
    title: str
    #: As printed, without the colon.
    authors: str | None
    #: As printed.
    page: int | None
    #: As printed; `no` is by order.
    number: int | None
    #: How authors and title were told apart, e.g. ``authors: title``; ``title only`` where no authors are named.
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
    match = re.search(r"[(（\[【〔]([^()（）\[\]【】〔〕]+)[)）\]】〕]$", text.rstrip())
    if match and (title := text[: match.start()].rstrip()):
        yield match[1], (title,)
    match = re.match(r"\s*[(（\[【〔]([^()（）\[\]【】〔〕]+)[)）\]】〕]\s*(?=\S)", text)
    if match:
        yield match[1], (text[match.end() :],)


def _space(text: str, *, last: bool) -> Iterator[_Parts]:
    for match in re.finditer(r"(?<![ \u3000\n/／|｜—:：])[ \u3000]+(?![\n/／|｜—(（])", text):
        head, tail = text[: match.start()], text[match.end() :]
        yield (tail, (head,)) if last else (head, (tail,))


_GAP_AT_LINE_END = {
    "title, gap, authors": "authors on the next line",
    "authors, gap, title": "authors on the line before",
}
_SETTINGS: dict[str, Callable[[str], Iterator[_Parts]]] = {
    message("authors: title"): _colon,
    message("title, gap, authors"): lambda text: _field(text, last=True),
    message("authors, gap, title"): lambda text: _field(text, last=False),
    message("authors on the next line"): lambda text: _line(text, last=True),
    message("authors on the line before"): lambda text: _line(text, last=False),
    message("title / authors"): lambda text: _mark(text, r"(?<!\s)\s*+[/／|｜]\s*"),
    message("title (authors)"): _bracket,
    message("title —— authors"): lambda text: _mark(text, r"(?<!\s)\s*+(?:——|--|—)\s*"),
    message("title, space, authors"): lambda text: _space(text, last=True),
    message("authors, space, title"): lambda text: _space(text, last=False),
}
TITLE_ONLY = message("title only")
#: Spaces, dashes and line ends stand inside titles too: what they set apart must look like a byline.
_LEAST_BYLINE = {
    "title, space, authors": 0.4,
    "authors, space, title": 0.4,
    "title —— authors": 0.4,
    "authors on the next line": 0.0,
    "authors on the line before": 0.0,
}


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
    options = [_options(draft, partial(_title_score, block=block, places=places)) for draft in block.drafts]
    sums = {
        setting: sum(max(o.get(setting, o[TITLE_ONLY]).score, o[TITLE_ONLY].score - 0.2) for o in options)
        for setting in [TITLE_ONLY, *_SETTINGS]
    }
    # A setting that few entries allow is not the setting of this 目录.
    sums = {name: total for name, total in sums.items() if sum(name in o for o in options) >= 0.5 * len(options)}
    best = max(sums, key=lambda setting: (sums[setting], setting == TITLE_ONLY))
    chosen = [_setting_like(option, best) for option in options]
    width = max((len(line) for option in chosen for line in option.title), default=0)
    return [
        Entry(no, _title(option.title, width), option.authors or None, draft.page, draft.number, option.setting)
        for no, (draft, option) in enumerate(zip(block.drafts, chosen, strict=True), 1)
    ]


@dataclass(frozen=True, slots=True)
class _Option:
    """One way of reading an entry, how well it reads, and how much its authors look like a byline."""

    score: float
    setting: str
    authors: str
    title: tuple[str, ...]
    byline: float = 0.0


def _setting_like(options: dict[str, _Option], best: str) -> _Option:
    """Take the setting of most entries if this one allows it, unless the body shows that it is set otherwise."""
    only = options[TITLE_ONLY]
    # A gap at the end of a line is lost: the authors then stand on the next.
    sibling = options.get(_GAP_AT_LINE_END.get(best, ""), only)
    like_others = options.get(best, sibling if sibling.byline >= 0.4 else only)
    choice = like_others if like_others.score + _LIKE_OTHERS >= only.score else only
    others = [option for option in options.values() if option.byline >= 0.3 or option is only]
    other = max(others, key=lambda option: option.score)
    return other if other.score > choice.score + 2.0 else choice


def _title_score(title: str, whole: str, *, signed: bool, block: Block, places: Places) -> float:
    """Weigh a title; one that stands in the body as lines of its own is nearly certain.

    Where no byline was taken off the entry (`whole`), half of it can be a line of the body by chance.
    """
    found = (
        len(key_of(title)) > 3
        and author_likeness(title) < 0.5  # a byline is a line of the body too
        and any(i not in block.lines for i, _ in places.of(title))
    )
    share = 1.0 if signed else len(key_of(title)) / max(1, len(key_of(whole)))
    return title_likeness(title) + (_IN_BODY * share if found else 0.0)


def _options(draft: Draft, title_score: Callable[..., float]) -> dict[str, _Option]:
    """Return for every setting that the entry allows its best reading."""
    text = "\n".join(draft.lines)
    lines = _title_lines((text,))
    whole = _title(lines)
    options = {TITLE_ONLY: _Option(title_score(whole, whole, signed=True), TITLE_ONLY, "", lines)}
    for setting, split in _SETTINGS.items():
        for printed, pieces in split(text):
            authors = strip_label(re.sub(r"[\n\t]+", "", printed))
            byline = author_likeness(authors)
            lines = _title_lines(pieces)
            title = _title(lines)
            if not key_of(authors) or len(key_of(title)) < 2 or byline < _LEAST_BYLINE.get(setting, -1.0):
                continue
            # Of two readings the one with the shorter byline leaves no part of a title in it, unless it leaves a part
            # of the byline (the institution) in the title.
            ends = title.split(" ")
            left_over = len(ends) > 1 and max(author_likeness(ends[0]), author_likeness(ends[-1])) >= 0.6
            score = byline - 0.02 * len(authors) - 0.6 * left_over
            score += title_score(title, whole, signed=byline >= 0.3)
            if setting not in options or score > options[setting].score:
                options[setting] = _Option(score, setting, authors, lines, byline)
    return options


def _title_lines(pieces: Sequence[str]) -> tuple[str, ...]:
    lines = (line.replace(GAP, " ").strip() for piece in pieces for line in piece.split("\n"))
    return tuple(line for line in lines if line)


def _title(lines: Sequence[str], width: int = 0) -> str:
    return join_title(lines, width=width).rstrip(":：;；,，/／|｜、").strip()
