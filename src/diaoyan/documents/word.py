"""The Word file of a theme report: headings, figures with captions, and the reports by theme as tables."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from diaoyan.documents.brief import HEADINGS, Brief, Picture
from diaoyan.documents.office import seal
from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, reason
from diaoyan.writing import printable, replacing

#: Reports that are listed; a longer list belongs into the workbook.
LISTED = 300
_COLUMNS = {"no": 2.1, "title": 5.3, "status": 1.7, "needs_review": 1.7, "evidence": 5.2}  # widths in cm
_WIDE, _HIGH, _HALF = 16.0, 21.0, 11.2  # a figure at most, in cm; two that are wider than high share a page
_ABOVE, _BELOW = 4.8, 1.3  # what stands above the first figure, and a caption with its space, in cm
_SHRUNK = 0.8  # a figure may be this much smaller to end on the page on which the one before it ended
_BODY, _HEADING, _LATIN = "宋体", "黑体", "Times New Roman"
_TEXTS = {
    "zh": {
        "findings": "要点", "figures": "主题图", "list": "各主题报告", "caption": "图{n}　{text}", "none": "没有报告。",
        "short": "报告较多，这里只列前{n}篇；全部见同一文件夹中的report.xlsx。", "count": "{name}（{n}篇）",
    },
    "en": {
        "findings": "Findings", "figures": "Figures", "list": "Reports by theme",
        "caption": "Figure {n}. {text}", "none": "No reports.",
        "short": "Only the first {n} reports are listed here; report.xlsx in the same folder has all of them.",
        "count": "{name} ({n})",
    },
}  # fmt: skip


def write_word(path: Path, brief: Brief, *, template: Path | None = None) -> None:
    """Write the brief as DOCX.

    Parameters
    ----------
    path : Path
    brief : Brief
    template : Path, optional
        A DOCX of the office: what it holds stays, its styles, margins and letterhead are used, and the brief follows.

    Raises
    ------
    DiaoyanError
        If the template is no DOCX, or the file cannot be written.
    """
    from docx.shared import Pt

    document = _open(template)
    if template is None:
        _set_fonts(document)
    words = _TEXTS[brief.lang]
    _heading(document, brief.title, 1)
    for text in (brief.coverage, brief.source):
        document.add_paragraph(printable(text))
    if brief.findings:
        _heading(document, words["findings"], 2)
        for number, (text, _) in enumerate(brief.findings, 1):
            document.add_paragraph(f"{number}. {printable(text)}")
    _heading(document, words["figures"], 2)
    _add_pictures(document, brief.pictures, words["caption"])
    for name, note in brief.undrawn:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(3)
        line.add_run(printable(name)).bold = True
        line.add_run(f"　{printable(note)}")
    _heading(document, words["list"], 2)
    _add_lists(document, brief)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = printable(brief.title), "diaoyan", ""
    properties.created = properties.modified = brief.dated
    properties.last_modified_by, properties.revision = "diaoyan", 1
    with replacing(path) as temporary:
        document.save(str(temporary))
        seal(temporary)


def _open(template: Path | None) -> Any:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        return Document(str(template) if template else None)
    except (PackageNotFoundError, ValueError, KeyError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise DiaoyanError(
            gettext("{template}: expected a Word file (.docx) as template, but it cannot be read ({error}).").format(
                template=template, error=reason(error)
            )
        ) from None


def _set_fonts(document: Any) -> None:
    """Name a font for both scripts in every style used: Word takes Chinese from w:eastAsia alone."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    sizes = {"Normal": 10.5, "Heading 1": 18.0, "Heading 2": 14.0, "Heading 3": 12.0, "Caption": 9.0}
    for name, size in sizes.items():
        style = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()  # theme fonts would win over named ones
        chinese = _HEADING if name.startswith("Heading") else _BODY
        for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", chinese)):
            fonts.set(qn(f"w:{script}"), font)
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0x1F, 0x23, 0x28)
        style.font.bold = name == "Heading 1"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)


def _heading(document: Any, text: str, level: int) -> None:
    """Add a heading in the document's own style; a template without one gets a bold line."""
    if f"Heading {level}" in {style.name for style in document.styles}:
        document.add_paragraph(printable(text), style=f"Heading {level}")
    else:
        document.add_paragraph().add_run(printable(text)).bold = True


def _add_pictures(document: Any, pictures: Sequence[Picture], caption: str) -> None:
    """Add the figures, numbered, and reckon where pages end, so that few of them end half empty."""
    from docx.shared import Cm

    section = document.sections[-1]
    wide = min(Cm(_WIDE), section.page_width - section.left_margin - section.right_margin)
    room = section.page_height - section.top_margin - section.bottom_margin - Cm(_BELOW)
    left = room - Cm(_ABOVE)
    for number, picture in enumerate(pictures, 1):
        shape = _add_picture(document, picture, caption.format(n=number, text=picture.caption), width=wide)
        highest = min(room, Cm(_HALF if shape.height < shape.width else _HIGH))
        if _SHRUNK * min(shape.height, highest) <= left:
            highest = min(left, highest)
        else:
            left = room
        if shape.height > highest:
            shape.width, shape.height = round(shape.width * highest / shape.height), highest
        left -= shape.height + Cm(_BELOW)


def _add_picture(document: Any, picture: Picture, caption: str, *, width: int) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(0)
    shape = paragraph.add_run().add_picture(str(picture.png), width=width)
    shape._inline.docPr.set("descr", printable(picture.title))
    names = {style.name for style in document.styles}
    below = document.add_paragraph(printable(caption), style="Caption" if "Caption" in names else None)
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return shape


def _add_lists(document: Any, brief: Brief) -> None:
    words, rows = _TEXTS[brief.lang], brief.rows()
    if len(rows) > LISTED:
        document.add_paragraph(words["short"].format(n=LISTED))
    if len({row["month"] for row in rows}) > 1:
        rows = [row | {"no": _numbered(row)} for row in rows]
    counts = {theme: len(list(group)) for theme, group in groupby(rows, key=lambda row: row["theme"])}
    by_theme = {theme: list(group) for theme, group in groupby(rows[:LISTED], key=lambda row: row["theme"])}
    for theme in dict.fromkeys([*brief.names, *counts]):
        _heading(document, words["count"].format(name=brief.names.get(theme, theme), n=counts.get(theme, 0)), 3)
        if theme in by_theme:
            _add_table(document, by_theme[theme], HEADINGS[brief.lang])
        elif not counts.get(theme):
            document.add_paragraph(words["none"])


def _add_table(document: Any, rows: Sequence[dict[str, str]], heads: dict[str, str]) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    table = document.add_table(rows=0, cols=len(_COLUMNS))
    if "Table Grid" in {style.name for style in document.styles}:
        table.style = "Table Grid"
    table.autofit = False
    for number, row in enumerate([heads, *rows]):
        line = table.add_row()
        properties = line._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, (key, width) in zip(line.cells, _COLUMNS.items(), strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(row[key])
            run.font.size, run.bold = Pt(9), number == 0
    for column, width in zip(table.columns, _COLUMNS.values(), strict=True):
        column.width = Cm(width)
    document.add_paragraph()


def _numbered(row: dict[str, str]) -> str:
    """Return the number of a report with its month, which a line does not part."""
    return "\u00a0".join(part for part in (row["month"], row["no"]) if part)
