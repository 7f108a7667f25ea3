"""The Word file: fonts for both scripts, headings, captions, tables, an office's own template."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm

from briefs import NAMES, TITLES, brief
from diaoyan.documents import write_word
from diaoyan.documents.word import LISTED
from diaoyan.errors import DiaoyanError


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("word")
    write_word(folder / "report.docx", brief(folder))
    return folder / "report.docx"


def test_headings_captions_and_tables_are_what_word_calls_them(written: Path) -> None:
    document = Document(str(written))
    by_style: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_style["Heading 1"] == ["主题分析<2025>"]
    assert by_style["Heading 2"] == ["主题图", "各主题报告"]
    assert by_style["Heading 3"] == ["乡村振兴（2篇）", "数字经济（2篇）", f"{NAMES['finance']}（0篇）", "其他（2篇）"]
    assert by_style["Caption"] == ["图1　说明<u>"]
    assert "没有报告。" in by_style["Normal"]
    assert "共6篇：无正文3篇" in by_style["Normal"]
    assert "变化<u>　只有一个月的报告<b>，无从比较。" in by_style["Normal"]
    assert len(document.inline_shapes) == 1
    assert document.inline_shapes[0].width <= Cm(16)


def test_every_report_stands_in_a_table_whose_header_returns_on_the_next_page(written: Path) -> None:
    tables = Document(str(written)).tables
    cells = [[cell.text for cell in row.cells] for table in tables for row in table.rows[1:]]
    assert [row[1] for row in cells] == [
        TITLES[i].replace("\x1b", "·").replace("\u202e", "·") for i in (0, 2, 3, 1, 4, 5)
    ]
    assert [row[2] for row in cells] == ["全文", "无正文", "无正文", "正文不全", "全文", "无正文"]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in tables)


def test_numbers_stand_in_one_line_and_name_the_month_only_where_there_are_several(tmp_path: Path) -> None:
    several = brief(tmp_path)
    june = replace(several, reports=several.reports.assign(month="2025-06"))
    with_month = ["2025-05\u00a01", "", "2025-05\u00a010", "2025-06\u00a02", "2025-06\u00a011", "12"]
    for one, expected in ((several, with_month), (june, ["1", "", "2", "10", "11", "12"])):
        write_word(tmp_path / "report.docx", one)
        tables = Document(str(tmp_path / "report.docx")).tables
        numbers = [row.cells[0].text for table in tables for row in table.rows[1:]]
        assert sorted(numbers) == sorted(expected)


def test_a_figure_that_nearly_fits_the_page_is_made_smaller_and_a_larger_one_is_not(tmp_path: Path) -> None:
    from PIL import Image

    heights = []
    for high in (500, 700, 1300):
        Image.new("L", (1000, high)).save(tmp_path / f"{high}.png")
        one = brief(tmp_path)
        first, second = (replace(one.pictures[0], png=tmp_path / name) for name in ("500.png", f"{high}.png"))
        write_word(tmp_path / "report.docx", replace(one, pictures=[first, second]))
        shapes = Document(str(tmp_path / "report.docx")).inline_shapes
        heights.append([round(shape.height / Cm(1), 1) for shape in shapes])
    # An A4 page has 25.3 cm between its margins, of which title, first figure and captions take 15.4 here.
    assert heights == [[8.0, 8.0], [8.0, 9.9], [8.0, 20.8]]


@pytest.mark.parametrize("style", ["Normal", "Heading 1", "Heading 2", "Heading 3", "Caption"])
def test_both_scripts_have_a_font(style: str, written: Path) -> None:
    fonts = Document(str(written)).styles[style].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) in {"宋体", "黑体"}
    assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:hAnsi")) == "Times New Roman"
    assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_the_same_report_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_word(tmp_path / "again.docx", brief(tmp_path))
    assert (tmp_path / "again.docx").read_bytes() == written.read_bytes()


def test_a_template_keeps_its_letterhead_and_its_fonts(tmp_path: Path) -> None:
    office = Document()
    office.sections[0].header.paragraphs[0].text = "石渡县委政策研究室"
    office.add_paragraph("内部资料")
    office.styles["Heading 1"].font.name = "Arial"
    office.styles["Caption"].delete()
    office.save(str(tmp_path / "office.docx"))
    write_word(tmp_path / "report.docx", brief(tmp_path), template=tmp_path / "office.docx")
    document = Document(str(tmp_path / "report.docx"))
    assert document.sections[0].header.paragraphs[0].text == "石渡县委政策研究室"
    assert [paragraph.text for paragraph in document.paragraphs[:2]] == ["内部资料", "主题分析<2025>"]
    assert document.styles["Heading 1"].font.name == "Arial"
    assert "图1　说明<u>" in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", "一份文本".encode(), None])
def test_a_template_that_is_no_word_file_is_refused_in_one_line(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "office.docx").write_bytes(content)
    with pytest.raises(DiaoyanError, match=r"office\.docx: expected a Word file \(\.docx\) as template"):
        write_word(tmp_path / "report.docx", brief(tmp_path), template=tmp_path / "office.docx")
    assert not (tmp_path / "report.docx").exists()


def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    write_word(tmp_path / "report.docx", brief(tmp_path, repeat=60))
    document = Document(str(tmp_path / "report.docx"))
    assert sum(len(table.rows) - 1 for table in document.tables) == LISTED
    assert any(f"只列前{LISTED}篇" in paragraph.text for paragraph in document.paragraphs)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice is installed")
def test_libreoffice_turns_it_into_pages(written: Path, tmp_path: Path) -> None:
    import pypdfium2

    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(written)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as pages:
        text = "".join(pages[number].get_textpage().get_text_range() for number in range(len(pages)))
    assert "主题分析<2025>" in text
    assert text.count("无正文") == 5  # three rows, one piece of evidence, and the line on top
