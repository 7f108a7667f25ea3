"""The Word file: fonts for both scripts, headings, captions, tables, an office's own template."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from lxml import etree
from PIL import Image

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
    assert [row[3] for row in cells] == ["全文", "无正文", "无正文", "正文不全", "全文", "无正文"]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in tables)


def test_numbers_stand_in_one_line_and_name_the_month_only_where_there_are_several(tmp_path: Path) -> None:
    several = brief(tmp_path)
    june = replace(several, reports=several.reports.assign(month="2025-06"))
    with_month = ["2025-05#1", "", "2025-05#10", "2025-06#2", "2025-06#11", "12"]
    for one, expected, held in ((several, with_month, 4), (june, ["1", "", "2", "10", "11", "12"], 0)):
        write_word(tmp_path / "report.docx", one)
        tables = Document(str(tmp_path / "report.docx")).tables
        numbers = [row.cells[0].text for table in tables for row in table.rows[1:]]
        assert sorted(numbers) == sorted(expected)
        assert sum(len(table._tbl.findall(f".//{qn('w:noBreakHyphen')}")) for table in tables) == held


def test_authors_stand_in_the_tables_and_findings_name_their_figure(tmp_path: Path) -> None:
    found = [("乡村最多<1>。", "note"), ("没有图。", "risk")]
    write_word(tmp_path / "report.docx", replace(brief(tmp_path), findings=found))
    document = Document(str(tmp_path / "report.docx"))
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["编号", "题目", "作者", "正文", "复核", "依据"]
    assert document.tables[0].rows[1].cells[2].text == "方启明"
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[3:6] == ["要点", "1. 乡村最多<1>。（图1）", "2. 没有图。"]


def test_a_figure_that_nearly_fits_the_page_is_made_smaller_and_a_larger_one_is_not(tmp_path: Path) -> None:
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


def office(path: Path) -> None:
    """Write a document of an office, in two sections: letterhead, indented text in lines of fixed height, a picture."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "石渡县委政策研究室"
    document.sections[0].left_margin = Cm(4)
    document.add_paragraph("内部资料：不得外传")
    Image.new("L", (40, 40)).save(path.with_suffix(".png"))
    document.add_picture(str(path.with_suffix(".png")))
    document.add_table(1, 1).cell(0, 0).text = "旧表"
    document.add_section()
    document.styles["Heading 1"].font.name = "Arial"
    document.styles["Caption"].delete()
    document.styles["Table Grid"].delete()
    normal = document.styles["Normal"]
    normal.paragraph_format.line_spacing = Pt(12)
    normal.paragraph_format.first_line_indent = Pt(32)
    normal.element.pPr.ind.set(qn("w:firstLineChars"), "200")
    document.core_properties.keywords = "绝密"
    document.save(str(path))


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    office(folder / "office.docx")
    write_word(folder / "report.docx", brief(folder, repeat=2), template=folder / "office.docx")
    return folder / "report.docx"


def test_a_template_gives_its_letterhead_margins_and_fonts(styled: Path) -> None:
    document = Document(str(styled))
    assert len(document.sections) == 1
    assert document.sections[0].header.paragraphs[0].text == "石渡县委政策研究室"
    assert abs(document.sections[0].left_margin - Cm(4)) < Cm(0.01)
    assert document.styles["Heading 1"].font.name == "Arial"
    assert document.paragraphs[0].text == "主题分析<2025>"
    assert "图1　说明<u>" in [paragraph.text for paragraph in document.paragraphs]


def test_nothing_that_a_template_says_goes_into_the_report(styled: Path) -> None:
    with zipfile.ZipFile(styled) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names).decode("utf-8", "ignore")
    assert "内部资料" not in everything
    assert "旧表" not in everything
    assert "绝密" not in everything
    assert len([name for name in names if name.startswith("word/media/")]) == 1  # the figure
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]


def test_fixed_line_heights_and_indents_of_a_template_do_not_reach_figures_and_tables(styled: Path) -> None:
    document = Document(str(styled))
    pictures = [line for line in document.paragraphs if line._p.findall(f".//{qn('w:drawing')}")]
    cells = [line for table in document.tables for line in table.rows[1].cells[1].paragraphs]
    for paragraph in [*pictures, *cells]:
        assert paragraph.paragraph_format.line_spacing == 1.0
        assert paragraph._p.pPr.ind.get(qn("w:firstLineChars")) == "0"
    assert len(pictures) == 1
    assert document.tables[0]._tbl.tblPr.find(qn("w:tblBorders")) is not None  # its own style has none
    room = document.sections[0].page_width - Cm(4) - document.sections[0].right_margin
    assert abs(sum(column.width for column in document.tables[0].columns) - room) < Cm(0.01)


@pytest.mark.parametrize("kind", ["template", "macro"])
def test_templates_of_word_are_taken_as_they_are(kind: str, tmp_path: Path) -> None:
    office(tmp_path / "office.docx")
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    other = {"template": main.replace("document.main", "template.main"),
             "macro": "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"}[kind]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "office.docx") as given, zipfile.ZipFile(tmp_path / "a.dotx", "w") as made:
        for name in given.namelist():
            made.writestr(name, given.read(name).replace(main.encode(), other.encode()))
    with pytest.raises(ValueError, match="not a Word file"):
        Document(str(tmp_path / "a.dotx"))
    write_word(tmp_path / "report.docx", brief(tmp_path), template=tmp_path / "a.dotx")
    assert Document(str(tmp_path / "report.docx")).styles["Heading 1"].font.name == "Arial"


def test_notes_of_a_template_go_and_the_line_above_notes_stays(tmp_path: Path) -> None:
    office(tmp_path / "office.docx")
    start = '<?xml version="1.0"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    notes = f'{start}<w:footnote w:type="separator" w:id="0"/><w:footnote w:id="2"><w:p/></w:footnote></w:footnotes>'
    document = Document(str(tmp_path / "office.docx"))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, RT.FOOTNOTES)
    document.save(str(tmp_path / "office.docx"))
    write_word(tmp_path / "report.docx", brief(tmp_path), template=tmp_path / "office.docx")
    with zipfile.ZipFile(tmp_path / "report.docx") as archive:
        kept = etree.fromstring(archive.read("word/footnotes.xml"))
    assert [note.get(qn("w:id")) for note in kept] == ["0"]


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
