"""Dates and months as they are printed, in Arabic and Chinese figures."""

from __future__ import annotations

import datetime
import re
import unicodedata

_DIGITS = "〇零一二三四五六七八九"
#: What is typed for 〇: the figure 0 and the letter O among them.
_ZERO = "〇零○◯⚪0OoΟО"
_YEAR = rf"(?P<year>(?:19|20)\d\d|[一二][{_ZERO}一二三四五六七八九]{{3}})"
_DATE = re.compile(
    rf"{_YEAR}\s*[年./-]\s*(?P<month>\d{{1,2}}|[元正一二三四五六七八九十]{{1,3}})\s*[月./-]\s*(?P<day>\d{{1,2}}|[一二三四五六七八九十廿卅]{{1,3}})\s*[日号]?"
)
_MONTH = re.compile(rf"{_YEAR}\s*年\s*(?P<month>\d{{1,2}}|[元正一二三四五六七八九十]{{1,3}})\s*月")
#: A date of which some figures are damaged or left open: 二�五年六月廿日, 2025年×月×日.
_HALF_A_DATE = re.compile(
    r"[\d一二三四五六七八九〇零○?□×xX*_\ufffd]{2,6}\s*年\s*[\d元正一二三四五六七八九十?□×xX*_\ufffd]{1,3}\s*月\s*[\d一二三四五六七八九十廿卅?□×xX*_\ufffd]{1,3}\s*[日号]"
)
#: Figures alone, as in a heading: (202507), 2025-07, 2025.7, 2025/07. A day behind them makes them a date.
_MONTH_IN_FIGURES = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?:\s*[-./]\s*(?P<month>1[0-2]|0?[1-9])|(?P<joined>0[1-9]|1[0-2]))(?![\d万亿]|\s*[-./]\s*\d)"
)
_MONTH_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[-_.年]?)(?P<month>0[1-9]|1[0-2]|(?<=年)[1-9](?=月))(?!\d)"
)
_DATE_LINE = re.compile(
    r"(?:[(（\[【]?\s*+(?:(?:发布|完成|报告|成文|报送|印发|撰写|撰稿|提交|写作|定稿|调研|编写|发表|上报)?(?:日期|时间))?\s*+[:：]?\s*+)(?P<date>[^()（）\s][^()（）]{5,19}?)\s*[)）\]】]?"
)


def _figure(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text in ("元", "正"):
        return 1
    text = text.replace("廿", "二十").replace("卅", "三十").replace("十十", "十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_digit(tens) if tens else 1) + (_digit(ones) if ones else 0)
    value = 0
    for char in text:
        value = 10 * value + _digit(char)
    return value


def _digit(char: str) -> int:
    return 0 if char in _ZERO else max(0, _DIGITS.find(char) - 1)


def parse_date(text: str) -> str | None:
    """Return the first full date in `text` in ISO form, or None.

    Examples
    --------
    >>> parse_date("（２０２１年12月14日）"), parse_date("二〇二五年三月廿一日"), parse_date("2021年13月1日")
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
    if match is None:
        return False
    date = match["date"].strip()
    return _DATE.fullmatch(date) is not None or _HALF_A_DATE.fullmatch(date) is not None


def parse_month(text: str) -> str | None:
    """Return the first month named in `text` as ``YYYY-MM``, or None.

    Examples
    --------
    >>> parse_month("专题系列626(33篇)2021年12月汇编"), parse_month("二0二五年三月"), parse_month("(202507)")
    ('2021-12', '2025-03', '2025-07')
    """
    text = unicodedata.normalize("NFKC", text)
    match = _MONTH.search(text)
    if match is None:
        match = _MONTH_IN_FIGURES.search(text)
        return f"{match['year']}-{int(match['month'] or match['joined']):02d}" if match else None
    if not 1 <= _figure(match["month"]) <= 12:
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
