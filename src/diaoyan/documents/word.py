"""The Word file of a theme report: headings, figures with captions, and the reports by theme as tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from diaoyan.documents.brief import Brief, Picture, phrases
from diaoyan.documents.office import seal
from diaoyan.documents.template import empty_document
from diaoyan.report import number_shown
from diaoyan.writing import printable, replacing

#: Reports that are listed; a longer list belongs into the workbook.
LISTED = 300
#: Columns of the tables with their widths: in cm, or as parts of what those leave free.
_COLUMNS: dict[str, float] = {
    "no": 1.2,
    "title": 0.4,
    "authors": 0.27,
    "status": 1.7,
    "needs_review": 1.7,
    "evidence": 0.33,
}
_HELD = {"no", "status", "needs_review"}  # stand in one line
_WITH_MONTH = 2.3  # the number of a report with its month, in cm
_WIDE, _HIGH, _HALF = 16.0, 21.0, 11.2  # a figure at most, in cm; two that are wider than high share a page
_ABOVE, _BELOW = 4.8, 1.3  # what stands above the first figure, and a caption with its space, in cm
_SHRUNK = 0.8  # a figure may be this much smaller to end on the page on which the one before it ended
_BODY, _HEADING, _LATIN = "宋体", "黑体", "Times New Roman"


def write_word(path: Path, brief: Brief, *, template: Path | None = None) -> None:
    """Write the brief as DOCX.

    Parameters
    ----------
    path : Path
    brief : Brief
    template : Path, optional
        A DOCX of the office: its styles, margins, headers and footers are used, what else it holds is left out.

    Raises
    ------
    DiaoyanError
        If the template is no DOCX, or the file cannot be written.
    """
    from docx.shared import Pt

    document = empty_document(template)
    if template is None:
        _set_fonts(document)
    words = phrases("word", brief.lang)
    _heading(document, brief.title, 1)
    for text in (brief.coverage, brief.source):
        document.add_paragraph(printable(text))
    if brief.findings:
        _heading(document, words["findings"], 2)
        places = {picture.name: number for number, picture in enumerate(brief.pictures, 1)}
        for number, (text, figure) in enumerate(brief.findings, 1):
            see = words["see"].format(n=places[figure]) if figure in places else ""
            document.add_paragraph(f"{number}. {printable(text)}{see}")
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
    _set_plain(paragraph)
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(str(picture.png), width=width)
    shape._inline.docPr.set("descr", printable(picture.title))
    names = {style.name for style in document.styles}
    below = document.add_paragraph(printable(caption), style="Caption" if "Caption" in names else None)
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set_plain(below)
    below.paragraph_format.space_after = Pt(8)
    return shape


def _add_lists(document: Any, brief: Brief) -> None:
    words, rows = phrases("word", brief.lang), brief.rows()
    if len(rows) > LISTED:
        document.add_paragraph(words["short"].format(n=LISTED))
    several = len({row["month"] for row in rows}) > 1
    why = {"zh": "；复核原因：", "en": "; why to review: "}[brief.lang]
    rows = [row | {"evidence": f"{row['evidence']}{why}{row['reason']}"} if row["reason"] else row for row in rows]
    if several:
        rows = [row | {"no": _numbered(row)} for row in rows]
    widths = _widths(document.sections[-1], _COLUMNS | ({"no": _WITH_MONTH} if several else {}))
    counts = {theme: len(list(group)) for theme, group in groupby(rows, key=lambda row: row["theme"])}
    by_theme = {theme: list(group) for theme, group in groupby(rows[:LISTED], key=lambda row: row["theme"])}
    for theme in dict.fromkeys([*brief.names, *counts]):
        _heading(document, words["count"].format(name=brief.names.get(theme, theme), n=counts.get(theme, 0)), 3)
        if theme in by_theme:
            _add_table(document, by_theme[theme], phrases("headings", brief.lang), widths)
        elif not counts.get(theme):
            document.add_paragraph(words["none"])


def _widths(section: Any, columns: dict[str, float]) -> dict[str, int]:
    """Return the widths of the columns between the margins of the page: parts of 1 share what the others leave."""
    from docx.shared import Cm

    fixed = {key: Cm(width) for key, width in columns.items() if width >= 1}
    free = section.page_width - section.left_margin - section.right_margin - sum(fixed.values())
    return {key: fixed.get(key) or round(free * width) for key, width in columns.items()}


def _add_table(document: Any, rows: Sequence[dict[str, str]], heads: dict[str, str], widths: dict[str, int]) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    table = document.add_table(rows=0, cols=len(widths))
    if "Table Grid" in {style.name for style in document.styles}:
        table.style = "Table Grid"
    else:
        _draw_lines(table)
    table.autofit = False
    for number, row in enumerate([heads, *rows]):
        line = table.add_row()
        properties = line._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, (key, width) in zip(line.cells, widths.items(), strict=True):
            cell.width = width
            _set_plain(cell.paragraphs[0])
            run = cell.paragraphs[0].add_run()
            _write(run, row[key], broken=key not in _HELD)
            run.font.size, run.bold = Pt(9), number == 0
    for column, width in zip(table.columns, widths.values(), strict=True):
        column.width = width
    document.add_paragraph()


def _write(run: Any, text: str, *, broken: bool) -> None:
    """Write a text into a run; one that a line is not to break gets hyphens and spaces that hold together."""
    from docx.oxml import OxmlElement

    first, *others = [text] if broken else text.replace(" ", "\u00a0").split("-")
    run.add_text(first)
    for part in others:
        run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(part)


def _set_plain(paragraph: Any) -> None:
    """Let a paragraph take what room it needs: a fixed height of lines, as in official papers, would cut a figure."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    form = paragraph.paragraph_format
    form.line_spacing = 1.0
    form.space_before = form.space_after = Pt(0)
    form.left_indent = form.right_indent = form.first_line_indent = Pt(0)
    for side in ("firstLineChars", "leftChars", "rightChars"):  # an indent in characters would win over one in points
        paragraph._p.pPr.ind.set(qn(f"w:{side}"), "0")


def _draw_lines(table: Any) -> None:
    """Draw lines around the cells of a table in a document that has no style with them."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _numbered(row: dict[str, str]) -> str:
    """Return the number of a report with its month."""
    return number_shown(row["month"], row["no"] or None) if row["month"] or row["no"] else ""
