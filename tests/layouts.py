"""Compilations in layouts that nobody would expect, laid out from the reports of the sample."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from diaoyan.report import Report, read_jsonl

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "reports.jsonl"
_DIGITS = "零一二三四五六七八九十"


@cache
def sample(month: str, count: int) -> tuple[Report, ...]:
    """Return the first reports of a month of the sample, paged anew."""
    reports = [report for report in read_jsonl(SAMPLE) if report.month == month][:count]
    return tuple(reports)


def chinese(number: int) -> str:
    """Return a number below 100 in Chinese figures."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "") or "零"


def full_width(text: str) -> str:
    """Return the text with full-width digits."""
    return text.translate({ord("0") + i: 0xFF10 + i for i in range(10)})


def wrap(text: str, width: int) -> list[str]:
    """Cut a text into lines of one width, as print does: never inside a number, nor before a closing bracket."""
    lines = []
    while len(text) > width:
        cut = width
        while cut > width // 2 and (
            text[cut - 1 : cut + 1].isdecimal() or text[cut] in ")）：:，。、页" or text[cut - 1] in "(（第"
        ):
            cut -= 1
        lines.append(text[:cut])
        text = text[cut:]
    return [*lines, text] if text or not lines else lines


@dataclass(frozen=True)
class Item:
    """What an entry of a 目录 is laid out from."""

    n: int
    title: str
    authors: str
    page: int


def items(reports: Sequence[Report]) -> list[Item]:
    return [Item(n, r.title, r.authors or "", r.page or n) for n, r in enumerate(reports, 1)]


def _wrapped_entry(i: Item) -> str:
    lines = wrap(f"{i.n}．{i.title}", 16)
    return "\n".join([*lines[:-1], f"{lines[-1]}\t{i.page}"])


#: 目录, one entry each. The second value says whether authors, the third whether pages are printed.
CONTENTS: dict[str, tuple[Callable[[Item], str], bool, bool]] = {
    "number authors, title page": (lambda i: f"{i.n}. {i.authors}:\n{i.title} {i.page}", True, True),
    "authors: title on one line": (lambda i: f"{i.n}、{i.authors}：{i.title} {i.page}", True, True),
    "leader, authors, page in brackets": (
        lambda i: f"{chinese(i.n)}、{i.title}…………{i.authors}（{i.page}）",
        True,
        True,
    ),
    "dots and page": (lambda i: f"{i.title}{'.' * 30}{i.page}", False, True),
    "spaced dots and page": (lambda i: f"{i.n} {i.title} . . . . . . . . . {i.page}", False, True),
    "tabs": (lambda i: f"{i.n}\t{i.title}\t{i.authors}\t{i.page}", True, True),
    "tabs, authors first": (lambda i: f"{i.authors}\t{i.title}\t{i.page}", True, True),
    "brackets": (lambda i: f"{i.n}．{i.title}（{i.authors}）\t{i.page}", True, True),
    "brackets on the next line": (lambda i: f"({i.n}) {i.title}\n  （{i.authors}）……{i.page}", True, True),
    "slash": (lambda i: f"{i.n:02d} {i.title} / {i.authors} {i.page}", True, True),
    "next line with page": (lambda i: f"（{chinese(i.n)}）{i.title}\n　　{i.authors}……{i.page}", True, True),
    "next line after page": (lambda i: f"{i.title}………{i.page}\n　　{i.authors}", True, True),
    "numbered, next line after page": (lambda i: f"{i.n}. {i.title} {i.page}\n{i.authors}", True, True),
    "wide gap, no page": (lambda i: f"[{i.n}] {i.title}　　　{i.authors}", True, False),
    "title only": (lambda i: i.title, False, False),
    "title, line of authors": (lambda i: f"{i.title}\n{i.authors}", True, False),
    "authors, line of title": (lambda i: f"{i.authors}\n{i.title}", True, False),
    "第几篇": (lambda i: f"第{chinese(i.n)}篇 {i.title} {i.page}", False, True),
    "wrapped": (_wrapped_entry, False, True),
    "full-width digits": (lambda i: full_width(f"{i.n}．{i.title}………{i.page}"), False, True),
    "number glued": (lambda i: f"{i.n}.{i.title}", False, False),
    "page in words": (lambda i: f"{i.n}. {i.title}（{i.authors}） 第{i.page}页", True, True),
    "page on its own line": (lambda i: f"{i.n}. {i.title}\n{i.page}", False, True),
    "circled": (lambda i: f"{'①②③④⑤⑥⑦⑧⑨⑩'[i.n - 1]} {i.title} —— {i.authors}", True, False),
}


#: Forms of the page behind an entry, by the page.
PAGES: dict[str, Callable[[int], str]] = {
    "dashes": lambda page: f"……—{page}—",
    "spaced dashes": lambda page: f"……- {page} -",
    "spaced dashes behind a gap": lambda page: f"     - {page} -",
    "range": lambda page: f"……{page}-{page + 2}",
    "range with a tilde": lambda page: f"……{page}～{page + 2}",
    "small Roman": lambda page: f"……{roman(page).lower()}",
    "Roman behind a gap": lambda page: f"\t{roman(page)}",
    "points": lambda page: f"……·{page}·",
    "P": lambda page: f"……P{page}",
    "brackets": lambda page: f"……（{page}）",
}

#: Marks before an entry, by its number from 1 to 10.
MARKS: dict[str, Callable[[int], str]] = {
    "digit with point": lambda n: chr(0x2487 + n),
    "digit in brackets": lambda n: chr(0x2473 + n),
    "Chinese number in brackets": lambda n: chr(0x321F + n),
    "Roman number": lambda n: f"{chr(0x215F + n)}、",
    "white on black": lambda n: chr(0x2775 + n),
    "circled": lambda n: chr(0x245F + n),
    "diamond": lambda n: "◆",
    "square": lambda n: "■ ",
    "dash": lambda n: "——",
    "hyphen": lambda n: "- ",
}


def roman(number: int) -> str:
    """Return a number below 50 as a Roman one."""
    signs = ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, sign in signs:
        text += sign * (number // value)
        number %= value
    return text


def _date(report: Report) -> str:
    year, month, day = (report.date or "2025-01-01").split("-")
    return f"{year}年{int(month)}月{int(day)}日"


#: Heading of a report in the body. The value says whether a byline is printed.
BODIES: dict[str, tuple[Callable[[Report, int], str], bool]] = {
    "title, authors, date": (lambda r, n: f"{r.title}\n{r.authors}\n（{_date(r)}）", True),
    "title only": (lambda r, n: r.title, False),
    "numbered": (lambda r, n: f"{n}. {r.title}\n{r.authors}", True),
    "authors in brackets": (lambda r, n: f"{r.title}\n（{r.authors}）", True),
    "wrapped title": (lambda r, n: "\n".join([*wrap(r.title, 14), r.authors or ""]), True),
    "subtitle with a dash": (lambda r, n: f"{_dashed(r.title)}\n{r.authors}", True),
    "labelled": (lambda r, n: f"{r.title}\n作者：{r.authors}\n日期：{_date(r)}", True),
    "authors above": (lambda r, n: f"{r.authors}\n{r.title}", True),
    "indented and spread": (lambda r, n: f"　　　　{r.title}\n　　　　　　{r.authors}", True),
}


def _dashed(title: str) -> str:
    head, space, tail = title.rpartition(" ")
    return f"{head}\n——{tail}" if space else title


def lay_out(
    reports: Sequence[Report],
    contents: str | None,
    body: str,
    *,
    heading: str = "四省调研文选31(10篇)2025年3月调研报告汇编",
) -> str:
    """Return a compilation as text: heading, 目录, reports."""
    parts = [heading]
    if contents is not None:
        entry = CONTENTS[contents][0]
        parts += ["目　录", *(entry(item) for item in items(reports))]
    head = BODIES[body][0]
    parts += [f"{head(report, n)}\n{report.text}" for n, report in enumerate(reports, 1)]
    return "\n".join(parts) + "\n"


def furnish(text: str, style: str, *, lines_a_page: int = 18, width: int = 40, head: str = "四省调研文选") -> str:
    """Break the text into pages of wrapped lines, with running heads and page numbers."""
    lines = [piece for line in text.split("\n") for piece in (wrap(line, width) or [""])]
    pages = [lines[i : i + lines_a_page] for i in range(0, len(lines), lines_a_page)]
    numbered = {
        "dashes": lambda page, n: [head, *page, f"— {n} —"],
        "bare": lambda page, n: [*page, str(n)],
        "第几页": lambda page, n: [*page, f"第{n}页 共{len(pages)}页"],
        "head with number": lambda page, n: [f"{head} {n}", *page],
        "form feed": lambda page, n: [("\f" if n > 1 else "") + head, *page, f"·{n}·"],
    }[style]
    return "\n".join(line for n, page in enumerate(pages, 1) for line in numbered(page, n))


def bare(text: str | None) -> str:
    """Return the text without white space."""
    return re.sub(r"\s+", "", text or "")
