"""Dates and months as they are printed, in Arabic and Chinese figures."""

from __future__ import annotations

import datetime
import re
import unicodedata

_DIGITS = "〇零一二三四五六七八九"
_YEAR = r"(?P<year>(?:19|20)\d\d|[一二][〇零○OO一二三四五六七八九]{3})"
_DATE = re.compile(
    rf"{_YEAR}\s*[年./-]\s*(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*[月./-]\s*(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日?"
)
_MONTH = re.compile(rf"{_YEAR}\s*年\s*(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*月")
_MONTH_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[-_.年]?)(?P<month>0[1-9]|1[0-2]|(?<=年)[1-9](?=月))(?!\d)"
)
_DATE_LINE = re.compile(
    r"(?:[(（\[【]?\s*(?:日期|时间|发布时间|完成时间|报告日期|成文日期)?\s*[:：]?\s*)(?P<date>[^()（）]{6,20}?)\s*[)）\]】]?"
)


def _figure(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_digit(tens) if tens else 1) + (_digit(ones) if ones else 0)
    value = 0
    for char in text:
        value = 10 * value + _digit(char)
    return value


def _digit(char: str) -> int:
    return 0 if char in "〇零○OO" else max(0, _DIGITS.index(char) - 1)


def parse_date(text: str) -> str | None:
    """Return the first full date in `text` in ISO form, or None.

    Examples
    --------
    >>> parse_date("（２０２１年12月14日）"), parse_date("二〇二五年三月二十一日"), parse_date("2021年13月1日")
    ('2021-12-14', '2025-03-21', None)
    """
    match = _DATE.search(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    try:
        return datetime.date(_figure(match["year"]), _figure(match["month"]), _figure(match["day"])).isoformat()
    except ValueError:
        return None


def is_date_line(text: str) -> bool:
    """Whether a line is a date and nothing else, brackets and a label apart.

    Examples
    --------
    >>> is_date_line("(2021年12月14日)"), is_date_line("2021年12月14日，课题组到村里调查。")
    (True, False)
    """
    if len(text) > 32:
        return False
    match = _DATE_LINE.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    return match is not None and _DATE.fullmatch(match["date"].strip()) is not None


def parse_month(text: str) -> str | None:
    """Return the first month named in `text` as ``YYYY-MM``, or None.

    Examples
    --------
    >>> parse_month("专题系列626(33篇)2021年12月精选调研报告汇编"), parse_month("二〇二五年三月")
    ('2021-12', '2025-03')
    """
    match = _MONTH.search(unicodedata.normalize("NFKC", text))
    if match is None or not 1 <= _figure(match["month"]) <= 12:
        return None
    return f"{_figure(match['year']):04d}-{_figure(match['month']):02d}"


def month_of_name(name: str) -> str | None:
    """Return the month in a file's name, e.g. ``2021-12.txt`` or ``汇编202112.docx``, or None.

    Examples
    --------
    >>> month_of_name("2021-12.txt"), month_of_name("汇编2021年3月.docx"), month_of_name("20211231.pdf")
    ('2021-12', '2021-03', None)
    """
    if month := parse_month(name):
        return month
    match = _MONTH_IN_NAME.search(name)
    return f"{match['year']}-{int(match['month']):02d}" if match else None
