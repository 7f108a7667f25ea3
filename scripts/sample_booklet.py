"""Typesets the sample's PDF: Chinese text broken into rows, and pages with a running head and a page number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from fpdf import FPDF
from pylopdf_fonts_zh_cn import sans_path

SIZE, LINE, MARGIN = 11, 19, 72  # points


def break_rows(text: str, width: float, measure: Callable[[str], float], *, indent: float = 0.0) -> list[str]:
    """Break `text` into rows, keeping numbers whole and punctuation where Chinese typesetting allows it."""
    units = re.findall(r"[（“《【]*(?:[A-Za-z0-9.%]+|—+|.)[，。、；：？！）”》】 ]*", text)
    out, row, room = [], "", width - indent
    for unit in units:
        if row and measure(row + unit) > room:
            out.append(row)
            row, room = "", width
        row += unit
    return [*out, row]


class Booklet(FPDF):
    """A4 pages in points; rows are placed one by one, so that reports run on from page to page."""

    def __init__(self, running_head: str, built: datetime) -> None:
        super().__init__(unit="pt", format="A4")
        self.running_head = running_head
        self.set_margin(MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.add_font("sans", fname=sans_path())
        self.set_font("sans", size=SIZE)
        self.set_creation_date(built)
        self.set_title(running_head)
        self.set_lang("zh-CN")

    def header(self) -> None:
        """Print the running head."""
        self.set_font_size(9)
        self.set_y(40)
        self.cell(0, 12, self.running_head, align="R")
        self.set_y(MARGIN)

    def footer(self) -> None:
        """Print the page number."""
        self.set_font_size(9)
        self.set_y(-46)
        self.cell(0, 12, f"— {self.page_no()} —", align="C")

    def need(self, height: float) -> None:
        """Go to a new page if less than `height` is left on this one."""
        if self.get_y() + height > self.h - MARGIN:
            self.add_page()

    def line_of(self, text: str, *, size: float = SIZE) -> None:
        """Print one centred line."""
        self.need(size * 1.8)
        self.set_font_size(size)
        self.cell(0, size * 1.8, text, align="C", new_x="LMARGIN", new_y="NEXT")

    def entry(self, title: str, authors: str, page: int) -> None:
        """Print one entry of the 目录: number and title, dots and page, with the authors below."""
        self.need(2 * LINE)
        self.set_font_size(SIZE)
        figures = self.get_string_width("0000")
        dots = int((self.epw - figures - self.get_string_width(title + " ")) / self.get_string_width("…"))
        self.cell(self.epw - figures, LINE, f"{title} {'…' * dots}")
        self.cell(0, LINE, str(page), align="R", new_x="LMARGIN", new_y="NEXT")
        self.set_x(self.l_margin + 2 * SIZE)
        self.cell(0, LINE, authors, new_x="LMARGIN", new_y="NEXT")

    def begin_report(self, title: str) -> int:
        """Print a title, on a new page if the first rows of its text would not follow; return the page."""
        self.need(8 * LINE)
        self.set_y(self.get_y() + LINE)
        self.line_of(title, size=15)
        return self.page_no()

    def paragraph(self, text: str) -> None:
        """Print a paragraph in justified rows, the first one indented by two characters."""
        self.set_font_size(SIZE)
        indent = 2.0 * SIZE
        rows = break_rows(text, self.epw, self.get_string_width, indent=indent)
        for number, row in enumerate(rows):
            self.need(LINE)
            self.set_font_size(SIZE)  # a new page leaves the size of its running head
            start = indent if number == 0 else 0.0
            slack = self.epw - start - self.get_string_width(row)
            self.set_x(self.l_margin + start)
            self.set_char_spacing(slack / (len(row) - 1) if number < len(rows) - 1 else 0)
            self.cell(0, LINE, row, new_x="LMARGIN", new_y="NEXT")
            self.set_char_spacing(0)
