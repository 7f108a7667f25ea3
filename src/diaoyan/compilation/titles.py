"""Titles: their lines joined as they were meant, and their places among the lines of the body."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from diaoyan.compilation.lines import FULL_WIDTH, Line, key_of
from diaoyan.compilation.numbering import leading_number

#: A title is printed on at most so many lines.
MOST_LINES = 6
#: How a line begins that is a subtitle.
SUBTITLE = re.compile(r"[-—–―－]{1,2}\s*\S")
_SUBTITLE_MARK = re.compile(r"^[\s\u3000]*[-—–―－─]+[\s\u3000]*(?=\S)")
_INNER_MARK = re.compile(r"(?<![\s\u3000])[\s\u3000]++[—―─]{1,2}[\s\u3000]*+(?=\S)")
_SPREAD = re.compile(r"(?<!\S)(?:[\u3400-\u9fff“”][ \u3000]){2,}[\u3400-\u9fff“”](?!\S)")


def join_title(lines: Sequence[str], *, width: int = 0) -> str:
    """Join the lines of a title: a subtitle after a space, a line broken by the page's width without one.

    Parameters
    ----------
    lines : sequence of str
        The title as printed.
    width : int, optional
        Characters of a full line; a line much shorter was ended on purpose, as one shorter than the next was.

    Examples
    --------
    >>> join_title(["紧盯“微权力” 守好“小账本”", "——古坪县调查"])
    '紧盯“微权力” 守好“小账本” 古坪县调查'
    >>> join_title(["从“指尖”到“心间” 关于石家庄市", "农村产权交易中心工作的调研报告"], width=20)
    '从“指尖”到“心间” 关于石家庄市农村产权交易中心工作的调研报告'
    """
    title, length = "", 0
    for line in lines:
        line = line.strip()
        before, length = length, len(line)
        if not title:
            title = line
        elif mark := _SUBTITLE_MARK.match(line):
            title = f"{title} {line[mark.end() :]}"
        else:
            ended = (width and before < 0.6 * width) or length > before + 4
            latin = title[-1:].isascii() and title[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
            title += (" " if ended or latin else "") + line
    return tidy_title(title)


def tidy_title(title: str) -> str:
    """Return a title with single spaces, none inside a word that was spread out, and no dash before its subtitle.

    Examples
    --------
    >>> tidy_title("调 研 报 告  选编"), tidy_title("云上岚江 ——冷思考")
    ('调研报告 选编', '云上岚江 冷思考')
    """
    title = _SPREAD.sub(lambda match: re.sub(r"\s", "", match[0]), title.strip())
    title = _INNER_MARK.sub(" ", title)
    return re.sub(r"[\s\u3000]+", " ", title).strip()


def spaced_form(printed: str, also: str) -> str:
    """Of two printings of one title, return the one that keeps title and subtitle apart, in ordinary digits.

    Examples
    --------
    >>> spaced_form("张青社区的实践张泽桥是如何帮带的", "张青社区的实践 张泽桥是如何帮带的")
    '张青社区的实践 张泽桥是如何帮带的'
    >>> spaced_form("甲乙的思考", "甲 丙的思考")
    '甲乙的思考'
    """
    if FULL_WIDTH.search(printed) and not FULL_WIDTH.search(also) and key_of(printed) == key_of(also):
        return also
    same = re.sub(r"\s", "", printed) == re.sub(r"\s", "", also)
    return also if same and also.count(" ") > printed.count(" ") else printed


class Places:
    """Where titles stand as whole lines, exactly up to white space and punctuation.

    Parameters
    ----------
    lines : sequence of Line
        All lines of a source.
    skipped : iterable of int
        Lines that never begin a title, e.g. page numbers.
    furniture : iterable of int
        Lines that can stand between two lines of a title, where a page ends.
    """

    def __init__(self, lines: Sequence[Line], skipped: Iterable[int] = (), furniture: Iterable[int] = ()) -> None:
        self.lines = lines
        self.skipped = frozenset(skipped)
        self.furniture = self.skipped | frozenset(furniture)
        self._at: dict[str, list[int]] = defaultdict(list)
        for i, line in enumerate(lines):
            if not line.key or i in self.skipped:
                continue
            self._at[line.key].append(i)
            if line.key[0] in "0123456789〇零一二三四五六七八九十第之" or line.text[0] in "(（【[〔①②③④⑤⑥⑦⑧⑨":
                number = leading_number(line.text)
                if number is not None and (rest := key_of(number.rest)) != line.key:
                    self._at[rest].append(i)
        self._sorted = sorted(self._at)
        self._found: dict[str, list[tuple[int, int]]] = {}

    def of(self, title: str) -> list[tuple[int, int]]:
        """Return the first line and the number of lines of every printing of `title`, in order."""
        key = key_of(title)
        if key not in self._found:
            found: dict[int, int] = {}
            for size in range(len(key), 1, -1):
                for i in self._at.get(key[:size], ()):
                    if count := self._completed(i, size, key):
                        found.setdefault(i, count)
            self._found[key] = sorted(found.items())
        return self._found[key]

    def begins(self, title: str, *, longest: int) -> list[int]:
        """Return the lines that begin with `title` and go on for at most `longest` characters, e.g. with authors."""
        key = key_of(title)
        place = bisect_left(self._sorted, key)
        found: list[int] = []
        while place < len(self._sorted) and self._sorted[place].startswith(key):
            if 0 < len(self._sorted[place]) - len(key) <= longest:
                found += self._at[self._sorted[place]]
            place += 1
        return sorted(set(found))

    def _completed(self, i: int, size: int, key: str) -> int:
        """Return on how many lines the title stands that begins with `size` characters on line `i`, or 0."""
        first, count, i = i, 1, i + 1
        while size < len(key):
            if count == MOST_LINES or i >= len(self.lines):
                return 0
            line = self.lines[i].key
            if line and key.startswith(line, size):
                size, count = size + len(line), count + 1
            elif i not in self.furniture:
                return 0
            i += 1
        while i < len(self.lines) and not self.lines[i].key and self.lines[i].text[0] in "》”）)】」』？！":
            i += 1  # the bracket that closes the title did not fit on its line
        return i - first
