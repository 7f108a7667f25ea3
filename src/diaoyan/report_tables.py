"""Reports in a table, one a row: CSV or XLSX as an office keeps them, with Chinese or English heads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from diaoyan.compilation.dates import parse_date, parse_month
from diaoyan.errors import CorpusError
from diaoyan.language import gettext, message
from diaoyan.report import Report, iso_date
from diaoyan.spreadsheets import Sheet, read_spreadsheet, shown

#: What a column of a report may be called, lower case and without spaces.
HEADS = {
    "title": "标题 题目 题名 篇名 报告标题 文章标题 报告名称 名称 title subject",
    "text": "正文 内容 全文 文本 报告正文 文章内容 摘要 text content body abstract",
    "authors": "作者 单位 作者单位 执笔人 报送单位 authors author byline",
    "date": "日期 时间 发布日期 发布时间 成文日期 报送日期 date published",
    "month": "月份 年月 month",
    "report_id": "编号 id report_id reportid",
    "no": "序号 号 no no. number",
    "compilation": "汇编 刊名 刊期 compilation",
}
#: Days are counted from here where a sheet has lost that a number is a date.
_DAY_ZERO = datetime(1899, 12, 30)


def read_report_table(path: Path) -> list[Report]:
    """Read the reports of a CSV or XLSX file.

    The first row names the columns: a title is needed, or a text; any other may be left out, and columns of other names
    are passed over. Rows without title and text are passed over too. Without a column of ids, an id is made of month,
    row and title.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 or GB18030, with commas, semicolons or tabs; or XLSX, of which the first sheet that has a title is
        read.

    Raises
    ------
    CorpusError
        If the file cannot be read, or has no column of titles or texts; names the columns that were found.
    """
    seen: list[str] = []
    for header, rows in map(_below_header, read_spreadsheet(path, expected=message("reports")).sheets):
        columns = _columns(header)
        if "title" in columns or "text" in columns:
            return _reports(path, columns, rows)
        seen += [cell for cell in header if cell]
    found = ", ".join(repr(cell[:20]) for cell in seen[:12]) or "none"
    raise CorpusError(
        gettext(
            "{path}: expected a column of titles (标题, title) and one of texts (正文, text), found "
            "the columns {found}; name them in the first row."
        ).format(path=path.name, found=found)
    )


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return where each part of a report stands; of several columns the one whose name comes first in `HEADS`."""
    names = [re.sub(r"[\s_（(].*|[\s*:：]", "", cell.strip().lower()) or cell.strip().lower() for cell in header]
    plain = [cell.strip().lower() for cell in header]
    found: dict[str, int] = {}
    for part, heads in HEADS.items():
        for head in heads.split():
            place = next((i for i, pair in enumerate(zip(plain, names, strict=True)) if head in pair), None)
            if place is not None and place not in found.values():
                found[part] = place
                break
    return found


def _reports(path: Path, columns: dict[str, int], rows: Sequence[tuple[int, list[Any]]]) -> list[Report]:
    reports: list[Report] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        cell = {part: row[place] if place < len(row) else "" for part, place in columns.items()}
        title, text = shown(cell.get("title")), shown(cell.get("text"))
        if not (title.strip() or text.strip()):
            continue
        day = _day(cell.get("date"))
        month = parse_month(shown(cell.get("month"))) or (day or "")[:7] or None
        no = shown(cell.get("no"))
        key = shown(cell.get("report_id")).strip()
        if not key:
            mark = hashlib.sha256(f"{title}\x1f{text[:200]}".encode()).hexdigest()[:6]
            key = f"{month or 'undated'}-{number - 1:03d}-{mark}"
        if key in seen:
            raise CorpusError(
                gettext("{path}: rows {value} and {number} have the same id {key!r}; give each report its own.").format(
                    path=path.name, value=seen[key], number=number, key=key
                )
            )
        seen[key] = number
        reports.append(
            Report(
                report_id=key,
                title=" ".join(title.split()) or key,
                text=text.strip(),
                month=month,
                compilation=shown(cell.get("compilation")).strip() or None,
                no=int(no) if no.isdecimal() and len(no) < 7 else number - 1,
                authors=" ".join(shown(cell.get("authors")).split()) or None,
                date=day,
                status="full" if text.strip() else "missing",
                source=path.name,
            )
        )
    return reports


def _day(value: Any) -> str | None:
    """Return a date as ISO: one of a sheet, as an office writes it, or the number of days that is left of one."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 < value < 80_000:
        return (_DAY_ZERO + timedelta(days=int(value))).date().isoformat()
    return parse_date(iso_date(shown(value)) or "")


def _below_header(sheet: Sheet) -> tuple[list[str], Sequence[tuple[int, list[Any]]]]:
    """Return header and rows; a title over the whole sheet may stand above the header."""
    headers = [[shown(cell) for cell in cells] for _, cells in sheet.rows[:10]]
    if not headers:
        return [], []
    at = next((place for place, header in enumerate(headers) if len(_columns(header)) >= 2), 0)
    return headers[at], sheet.rows[at + 1 :]
