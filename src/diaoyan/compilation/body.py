"""The body of a report: its heading taken off, lines broken by a page joined, spaces inside Chinese removed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from diaoyan.compilation.bylines import author_likeness, names_authors, strip_label
from diaoyan.compilation.dates import is_date_line, parse_date
from diaoyan.compilation.edges import is_credit, is_reference
from diaoyan.compilation.fields import Field, byline_of, is_foreign, read_fields
from diaoyan.compilation.furniture import Furniture, strip_remark
from diaoyan.compilation.lines import SENTENCE_END, Line, key_of
from diaoyan.compilation.titles import SUBTITLE

_SENTENCE_END = (*SENTENCE_END, "》")
_HAN = r"\u3400-\u9fff\u3001-\u3003\u3008-\u3011\uff01-\uff0f\uff1a-\uff1f“”‘’…—"
_INNER_SPACE = re.compile(
    rf"(?<=[{_HAN}])[ \u3000\t]+(?=[{_HAN}\d])|(?<=[\d,;:])[ \u3000]+(?=[{_HAN}])|(?<=[{_HAN}],)[ ]+"
)
_SECTION = re.compile(
    r"^(?:第?[一二三四五六七八九十百]{1,4}(?:[、.．]|[章节]|部分)|[(（〔][一二三四五六七八九十\d]{1,3}[)）〕]|\d{1,2}[.．、](?!\d)|[①-⑳]|"
    r"[一二三四五六七八九十]是|——|[●■◆★▲])"
)
#: An address or a number to call, which ends like no sentence.
_CONTACT = re.compile(r"https?://|www\.\S|\w@\w|^(?:注|附|地址|邮编|电话|传真|网址|邮箱|联系(?:人|电话|方式))\s*[:：]")
_BYLINE_FOLLOWS = re.compile(r"^[(（\[]?(?:作者|执笔|文/|撰稿|供稿|来源)")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands between a report's title and its text."""

    #: Lines of the title that the 目录 does not have.
    subtitle: tuple[str, ...]
    #: The byline as printed.
    authors: str | None
    #: ISO date.
    date: str | None
    #: First line of the text.
    text: int


def read_head(
    after_title: int, stop: int, lines: Sequence[Line], furniture: Furniture, *, authors: str | None, width: int = 0
) -> Head:
    """Read the lines below a title up to the text.

    Parameters
    ----------
    after_title, stop : int
        The lines of the report behind its title.
    authors : str or None
        What the 目录 names; lines that repeat it are the byline, whatever they look like.
    width : int, optional
        Characters of a full line where the source breaks its lines at one width; a full line is no byline by looks.
    """
    known = key_of(authors or "")
    subtitle: list[str] = []
    bylines: list[str] = []
    fields: list[Field] = []
    date = None
    i = after_title
    while i < stop:
        line = lines[i]
        if i in furniture.lines:
            i += 1
            continue
        if date is None and is_date_line(line.text):
            date = parse_date(line.text)
        elif found := read_fields(line.text):
            fields += found
            date = date or next((parse_date(field.value) for field in found if field.kind == "date"), None)
        elif is_foreign(line.text) and not (bylines or fields or date):
            pass
        elif SUBTITLE.match(line.text) and len(line.text) <= 60 and not (subtitle or bylines or date):
            subtitle.append(line.text)
        elif _is_byline(line, known, begun=bool(bylines), dated=date is not None, width=width) or (
            _stands_over_date(i, stop, lines) and not (known or bylines or date)
        ):
            bylines.append(strip_label(line.text.strip("()（）")))
        else:
            break
        i += 1
    return Head(tuple(subtitle), " ".join(filter(None, [*bylines, byline_of(fields)])) or None, date, i)


def _stands_over_date(i: int, stop: int, lines: Sequence[Line]) -> bool:
    """Whether a short line stands between title and date, where nothing but a byline does."""
    short = len(lines[i].text) <= 60 and not re.search(r"[。；，]", lines[i].text) and not _SECTION.match(lines[i].text)
    return short and i + 1 < stop and is_date_line(lines[i + 1].text)


def _is_byline(line: Line, known: str, *, begun: bool, dated: bool, width: int) -> bool:
    if len(line.text) > 100 or "。" in line.text or not line.key or _SECTION.match(line.text):
        return False
    if known:
        return names_authors(line.key, known)
    if _BYLINE_FOLLOWS.match(line.text):
        return True
    if width and _width(line.text) >= 0.94 * width:
        return False
    return not dated and author_likeness(line.text) >= (0.3 if begun else 0.5) and len(line.text) <= 80


def wrap_width(lines: Sequence[Line], furniture: Furniture) -> int:
    """Return the characters of a full line where the source breaks its lines at one width, else 0.

    Examples
    --------
    >>> from diaoyan.compilation.lines import cut_lines
    >>> from diaoyan.compilation.furniture import find_furniture
    >>> lines = cut_lines(("一" * 30 + "\\n") * 20)
    >>> wrap_width(lines, find_furniture(lines))
    30
    """
    widths = Counter(round(_width(line.text)) for i, line in enumerate(lines) if i not in furniture.lines)
    full = max(range(12, 91), key=lambda width: (sum(widths[width - step] for step in range(4)), -width), default=0)
    near = sum(widths[full - step] for step in range(4))
    if near < 5 or near < 0.35 * sum(widths.values()):
        return 0
    # Where most of the text stands in longer lines, the short ones are headings and signatures of one length.
    longer = sum(width * count for width, count in widths.items() if width > full + 4)
    return full if longer <= 0.5 * sum(width * count for width, count in widths.items()) else 0


def _width(text: str) -> float:
    """Width in Chinese characters: a Latin letter takes half of one."""
    if len(text) > 100:
        return len(text)
    # In UTF-8 a Latin letter has one byte and a Chinese character three, which tells how many of either there are.
    return len(text) / 4 + len(text.encode("utf-8", "replace")) / 4


def join_lines(lines: Sequence[Line], *, width: int) -> str:
    """Return running text: lines that a page or its width broke are joined, every paragraph is one line.

    Parameters
    ----------
    lines : sequence of Line
        The lines of a report's text, furniture left out.
    width : int
        Characters of a full line, 0 where every paragraph is one line.

    Examples
    --------
    >>> from diaoyan.compilation.lines import cut_lines
    >>> broken = "一、做法\\n张泽桥帮带三名村支书健康成长，使三个村党支部成为先\\n进党组织。\\n二、启示"
    >>> print(join_lines(cut_lines(broken), width=0))
    一、做法
    张泽桥帮带三名村支书健康成长，使三个村党支部成为先进党组织。
    二、启示
    """
    paragraphs: list[list[str]] = []
    goes_on = False
    indented = sum(line.indented for line in lines)
    by_indent = 0 < indented < 0.8 * len(lines)
    for line in lines:
        text = strip_remark(line.text)
        if not text:
            continue
        if goes_on and not _SECTION.match(text) and not (by_indent and line.indented):
            paragraphs[-1].append(_gap(paragraphs[-1][-1], text) + text)
        else:
            paragraphs.append([text])
        goes_on = _goes_on(paragraphs[-1], width)
    return "\n".join(tidy_text("".join(pieces)) for pieces in paragraphs)


def _gap(before: str, after: str) -> str:
    """Latin words that a line break held apart need a space."""
    return " " if before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalpha() else ""


def _goes_on(pieces: Sequence[str], width: int) -> bool:
    """Whether a paragraph is not finished with its last line."""
    line = pieces[-1]
    if width and _width(line) >= 0.94 * width:
        return True  # a full line, even if a sentence happens to end with it
    if line.endswith(_SENTENCE_END):
        return False
    if line.endswith(("，", ",", "、", "《", "“", "（", "(")):
        return True
    if width:
        return _width(line) >= 0.85 * width
    if "。" in line:
        return True
    heading = len(pieces) == 1 and _SECTION.match(line) and not re.search(r"[。；，,]", line)
    return len(line) >= 25 and not heading and bool(re.search(r"[，,；;、]", line))


def tidy_text(paragraph: str) -> str:
    """Remove the spaces inside Chinese from running text; a short heading keeps the ones between its halves.

    Examples
    --------
    >>> tidy_text("张青社区3 个村的各项工作, 在周边 村庄产生影响。"), tidy_text("党建引领 乡村振兴")
    ('张青社区3个村的各项工作,在周边村庄产生影响。', '党建引领 乡村振兴')
    """
    if len(paragraph) > 40 or "。" in paragraph:
        return _INNER_SPACE.sub("", paragraph)
    return paragraph


def ends_unfinished(text: str) -> bool:
    """Whether the last line of a text stops in the middle of a sentence, or says that more was left out.

    Examples
    --------
    >>> ends_unfinished("打破部门界限，变单兵突击为集团协同作战，对与治理密切的部门"), ends_unfinished("此致敬礼")
    (True, False)
    >>> ends_unfinished("[2] 罗雁. 基层调查方法[M]. 山川出版社, 2019")
    False
    """
    last = text.rstrip().rsplit("\n", 1)[-1].strip()
    if _CONTACT.search(last) or is_credit(last) or is_reference(last):
        return False
    if re.fullmatch(r"[.…·。\s]{2,}", last) or last.endswith(("，", "、", ",", "“", "《", "（")):
        return True
    return len(last) >= 20 and not last.endswith(_SENTENCE_END)
