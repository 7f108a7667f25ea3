"""The lines of a source's text: where each stands, and the key by which two printings of it are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT_WORD = re.compile(r"[\W_]+")
FULL_WIDTH = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_TO_HALF_WIDTH = {ord(wide): ord(wide) - 0xFEE0 for wide in map(chr, range(0xFF10, 0xFF5B)) if FULL_WIDTH.match(wide)}

#: Signs that end a sentence, or what is set like one.
SENTENCE_END = tuple("。！？!?；;：:”’）)…」』.")
#: Lines longer than this are running text and need no key; a line of the 目录 with its dots can come near it.
LONGEST_HEADING = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank."""

    #: Where it stands in the source's text, white space around it left out.
    start: int
    end: int
    #: The line as printed.
    text: str
    #: The line for comparison (see `key_of`); empty for running text.
    key: str
    #: Whether a page begins with it.
    new_page: bool = False
    #: Whether a blank line stands before it.
    after_blank: bool = False
    #: Whether white space of two characters or more stands before it.
    indented: bool = False


def key_of(text: str) -> str:
    """Return what two printings of a heading have in common: no white space, no punctuation, half width, lower case.

    Examples
    --------
    >>> key_of("“放管服” 改革：２０２１年的 Ａ 样本") == key_of("放管服改革:2021年的a样本")
    True
    """
    key = _NOT_WORD.sub("", text)
    if FULL_WIDTH.search(key):
        key = key.translate(_TO_HALF_WIDTH)
    return key.lower()


def cut_lines(text: str) -> list[Line]:
    r"""Cut a source's text into its lines; blank ones are left out, a form feed marks a new page.

    Examples
    --------
    >>> [(line.text, line.start, line.new_page) for line in cut_lines("目 录\n\n\f 甲  \n")]
    [('目 录', 0, False), ('甲', 7, True)]
    """
    lines, start, new_page, blank = [], 0, False, False
    for raw in text.split("\n"):
        if "\f" in raw:
            new_page = True
        stripped = raw.strip()
        if stripped:
            first = start + raw.index(stripped[0])
            key = key_of(stripped) if len(stripped) <= LONGEST_HEADING else ""
            indented = len(raw.lstrip("\f")) - len(raw.lstrip()) >= 2
            lines.append(Line(first, first + len(stripped), stripped, key, new_page, blank, indented))
            new_page = blank = False
        else:
            blank = True
        start += len(raw) + 1
    return lines
