"""Lays the sample's reports (`data/sample/reports.jsonl`) out as four compilations: two TXT, a DOCX and a PDF.

    python scripts/build_sample.py [--to FOLDER]

The text comes from `reports.jsonl` and is never changed; only its `page` is filled in, from the layout made here.
The same reports give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from sample_booklet import Booklet, break_rows

from diaoyan.report import Report, read_jsonl, to_jsonl
from diaoyan.writing import replacing, write_text

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
BUILT = datetime(2025, 7, 1, tzinfo=UTC)
TXT_PAGE = 1400  # characters
CONTENTS_WIDTH = 28  # characters: few enough that long titles take two lines
HAN = r"[\u4e00-\u9fff]"

Layout = Callable[[list[Report]], tuple[bytes, list[int]]]


def split_title(title: str) -> tuple[str, str]:
    """Return title and subtitle: what stands before and after the last space."""
    head, _, tail = title.rpartition(" ")
    return (head, tail) if head else (tail, "")


def printed_date(report: Report) -> str:
    """Return the date as 2025年2月18日."""
    day = date.fromisoformat(report.date or "")
    return f"{day.year}年{day.month}月{day.day}日"


def series_name(reports: list[Report]) -> str:
    """Return the running head, e.g. 四省调研文选33."""
    return (reports[0].compilation or "").split("(")[0]


# --- TXT ---------------------------------------------------------------------------------------------------------


def mid_sentence(text: str, limit: int) -> int:
    """Return the last place up to `limit` between two Chinese characters, 8 or more from either end; 0 if none."""
    places = (m.end() for m in re.finditer(rf"{HAN}(?={HAN})", text))
    return max((i for i in places if 8 <= i <= min(limit, len(text) - 8)), default=0)


def typeset(reports: list[Report], head: Callable[[Report], list[str]]) -> tuple[list[list[str]], list[int]]:
    """Return each report's lines and first page; a paragraph at the end of a page is broken, a heading never."""
    bodies, pages, page, used = [], [], 1, 0
    for report in reports:
        lines: list[str] = []
        for line in [*head(report), *report.text.split("\n")]:
            while used + len(line) > TXT_PAGE:
                place = mid_sentence(line, TXT_PAGE - used) if line.endswith(("。", "”", "？", "；")) else 0
                if place:
                    lines.append(line[:place])
                line, page, used = line[place:], page + 1, 0
            if not lines:
                pages.append(page)
            lines.append(line)
            used += len(line)
        bodies.append(lines)
    return bodies, pages


def layout_march(reports: list[Report]) -> tuple[bytes, list[int]]:
    """Lay out number and authors, then title and page on lines of their own; UTF-8."""
    bodies, pages = typeset(reports, lambda r: [r.title, r.authors or "", f"({printed_date(r)})"])
    lines = ["资源描述", reports[0].compilation or "", "目 录"]
    for report, page in zip(reports, pages, strict=True):
        title = report.title
        lines.append(f"{report.no}. {report.authors}:")
        while len(title) > CONTENTS_WIDTH:
            lines.append(title[:CONTENTS_WIDTH].rstrip())
            title = title[CONTENTS_WIDTH:].lstrip()
        lines.append(f"{title} {page}")
    lines += [line for body in bodies for line in body]
    return ("\n".join(lines) + "\n").encode("utf-8"), pages


def layout_june(reports: list[Report]) -> tuple[bytes, list[int]]:
    """One line an entry, with authors after a slash; cut off by the site in the eighth report; GB18030."""
    bodies, pages = typeset(reports, june_head)
    lines = ["资源描述", "在线预览部分内容，下载后可阅读全文", reports[0].compilation or "", "目录"]
    for report, page in zip(reports, pages, strict=True):
        lines.append(f"{report.no}．{report.title}／{report.authors}………… {page}")
    lines += [line for body in bodies[:7] for line in body]
    lines += bodies[7][: len(bodies[7]) // 2]
    lines[-1] = lines[-1][: mid_sentence(lines[-1], len(lines[-1]) * 2 // 3)]
    lines.append("展开阅读全文")
    return ("\n".join(lines) + "\n").encode("gb18030"), pages


def june_head(report: Report) -> list[str]:
    """Return the lines above the text: title, subtitle, authors, date."""
    title, subtitle = split_title(report.title)
    return [title, *([f"——{subtitle}"] if subtitle else []), report.authors or "", printed_date(report)]


# --- DOCX --------------------------------------------------------------------------------------------------------

DOCX_COLUMNS, DOCX_ROWS = 30, 28
DOCX_SIZE, DOCX_LINE = 14, 24  # points


def layout_april(reports: list[Report]) -> tuple[bytes, list[int]]:
    """目录 with tabs and dot leaders; every report on a new page, its title a bold paragraph of style Normal."""
    document = Document()
    set_page(document, series_name(reports))
    pages = docx_pages(reports)
    add(document, reports[0].compilation or "", size=18, bold=True, centred=True)
    add(document, "目录", size=16, bold=True, centred=True)
    for report, page in zip(reports, pages, strict=True):
        entry = add(document, f"{chinese_number(report.no or 0)}、{report.title}\t{page}", size=12)
        width = Pt(DOCX_COLUMNS * DOCX_SIZE)
        entry.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    number_pages(document.sections[0], "w:fmt", "lowerRoman")
    number_pages(document.add_section(WD_SECTION.NEW_PAGE), "w:start", "1")
    for report in reports:
        title, subtitle = split_title(report.title)
        heading = add(document, title, size=18, bold=True, centred=True)
        heading.paragraph_format.page_break_before = report is not reports[0]
        if subtitle:
            add(document, f"——{subtitle}", size=DOCX_SIZE, centred=True)
        add(document, f"（{report.authors}）", size=DOCX_SIZE, centred=True)
        add(document, printed_date(report), size=DOCX_SIZE, centred=True)
        for line in report.text.split("\n"):
            add(document, line).paragraph_format.first_line_indent = Pt(2 * DOCX_SIZE)
    buffer = io.BytesIO()
    document.save(buffer)
    return same_bytes(buffer.getvalue()), pages


def docx_pages(reports: list[Report]) -> list[int]:
    """Return the first page of each report, by counting the rows of `DOCX_COLUMNS` characters."""

    def ems(text: str) -> float:
        return sum(0.5 if char.isascii() else 1.0 for char in text)

    pages, page = [], 1
    for report in reports:
        pages.append(page)
        head = 3 + bool(split_title(report.title)[1])
        body = sum(len(break_rows(line, DOCX_COLUMNS, ems, indent=2)) for line in report.text.split("\n"))
        page += -(-(head + body) // DOCX_ROWS)
    return pages


def set_page(document: Any, running_head: str) -> None:
    """Set the page, the style Normal, the running head and the page number."""
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = running_head
    document.core_properties.created = document.core_properties.modified = BUILT
    section = document.sections[0]
    section.page_width, section.page_height = Pt(595.3), Pt(841.9)
    section.left_margin = section.right_margin = Pt((595.3 - DOCX_COLUMNS * DOCX_SIZE) / 2)
    section.top_margin = section.bottom_margin = Pt((841.9 - DOCX_ROWS * DOCX_LINE) / 2 - 0.1)
    style = document.styles["Normal"]
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):  # else Word widens the gap between Chinese and figures
        off = OxmlElement(name)
        off.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().append(off)
    style.font.size = Pt(DOCX_SIZE)
    style.paragraph_format.widow_control = False
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(DOCX_LINE)
    style.paragraph_format.space_after = Pt(0)
    set_fonts(style, "宋体")
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.text = running_head
    head.alignment = foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)


def number_pages(section: Any, attribute: str, value: str) -> None:
    """Set how the pages of a section are numbered; the element's place is fixed by the format: before the columns."""
    properties = section._sectPr
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn(attribute), value)
    properties.find(qn("w:cols")).addprevious(numbering)


def set_fonts(owner: Any, chinese: str) -> None:
    """Name the fonts of a style or run: Word takes Chinese characters from ``w:eastAsia`` alone."""
    owner.font.name = "Times New Roman"
    owner.element.rPr.rFonts.set(qn("w:eastAsia"), chinese)


def add(document: Any, text: str, *, size: float = DOCX_SIZE, bold: bool = False, centred: bool = False) -> Any:
    """Append a paragraph of style Normal."""
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    set_fonts(run, "黑体" if bold else "宋体")
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def chinese_number(number: int) -> str:
    """Return 1 to 99 as 一 to 九十九."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")


def same_bytes(docx: bytes) -> bytes:
    """Return the zip file with the time of `BUILT` on every member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, BUILT.timetuple()[:6])
            target.writestr(member, source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# --- PDF ---------------------------------------------------------------------------------------------------------


def layout_may(reports: list[Report]) -> tuple[bytes, list[int]]:
    """目录 over two pages, running head and page number on each page, reports that run on."""
    _, pages = print_booklet(reports, [0] * len(reports))
    booklet, again = print_booklet(reports, pages)
    assert pages == again, "the 目录 takes more pages once its page numbers are known"
    return bytes(booklet.output()), pages


def print_booklet(reports: list[Report], pages: list[int]) -> tuple[Booklet, list[int]]:
    """Print the booklet with `pages` in its 目录; also return the pages the reports come to stand on."""
    booklet, found = Booklet(series_name(reports), BUILT), []
    booklet.add_page()
    booklet.line_of(reports[0].compilation or "", size=16)
    booklet.line_of("目  录", size=14)
    for report, page in zip(reports, pages, strict=True):
        booklet.entry(f"{report.no:02d} {report.title}", report.authors or "", page)
    booklet.add_page()
    for report in reports:
        title, subtitle = split_title(report.title)
        found.append(booklet.begin_report(title))
        if subtitle:
            booklet.line_of(f"——{subtitle}", size=13)
        booklet.line_of(report.authors or "")
        booklet.line_of(f"（{printed_date(report)}）")
        for line in report.text.split("\n"):
            booklet.paragraph(line)
    return booklet, found


# --- all four ----------------------------------------------------------------------------------------------------

LAYOUTS: dict[str, Layout] = {
    "2025-03": layout_march,
    "2025-04": layout_april,
    "2025-05": layout_may,
    "2025-06": layout_june,
}


def build(reports: list[Report], folder: Path) -> None:
    """Write the four compilations, and `reports.jsonl` with the pages they give."""
    paged = []
    for month, layout in LAYOUTS.items():
        issue = [report for report in reports if report.month == month]
        content, pages = layout(issue)
        with replacing(folder / (issue[0].source or "")) as temporary:
            temporary.write_bytes(content)
        paged += [replace(report, page=page) for report, page in zip(issue, pages, strict=True)]
    write_text(folder / "reports.jsonl", to_jsonl(paged))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Lay the sample's reports out as four compilations.")
    parser.add_argument("--to", type=Path, default=SAMPLE, help="folder to write to (data/sample)")
    build(read_jsonl(SAMPLE / "reports.jsonl"), parser.parse_args().to)
