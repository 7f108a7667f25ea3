"""A Word file of an office as a template: its styles, margins, headers and footers, and nothing else that it holds."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, reason

if TYPE_CHECKING:
    from docx.document import Document

_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#: What else Word saves with the same content: templates, and both with macros.
_ALIKE = (
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
#: Parts that say how a document looks; what else there is (pictures, comments, macros, a thumbnail) is its content.
_LOOK = {
    "styles",
    "settings",
    "webSettings",
    "fontTable",
    "theme",
    "numbering",
    "header",
    "footer",
    "footnotes",
    "endnotes",
}
_PACKAGE = {"officeDocument", "core-properties", "extended-properties"}
_TOLD = ("subject", "keywords", "category", "content_status", "identifier", "version")


def empty_document(template: Path | None) -> Document:
    """Return an empty document that looks like a Word file of an office; like none, if there is none.

    Styles, numbering, margins, headers and footers are those of its last section. Its body goes, with notes, comments,
    pictures, macros and what its properties tell of it, since a report may go to others than the template did.

    Parameters
    ----------
    template : Path or None
        DOCX or DOTX, also with macros.

    Raises
    ------
    DiaoyanError
        If it is no Word file.
    """
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(_as_document(template) if template else None)
        _empty(document)
    except (
        PackageNotFoundError,
        ValueError,
        KeyError,
        AttributeError,
        OSError,
        SyntaxError,
        zipfile.BadZipFile,
    ) as error:
        raise DiaoyanError(
            gettext("{template}: expected a Word file (.docx) as template, but it cannot be read ({error}).").format(
                template=template, error=reason(error)
            )
        ) from None
    return document


def _as_document(template: Path) -> io.BytesIO:
    """Return the file with the type of a document, which is all that a Word template lacks."""
    made = io.BytesIO()
    with zipfile.ZipFile(template) as given, zipfile.ZipFile(made, "w") as taken:
        for name in given.namelist():
            data = given.read(name)
            if name == "[Content_Types].xml":
                for kind in _ALIKE:
                    data = data.replace(kind, _MAIN)
            taken.writestr(name, data)
    made.seek(0)
    return made


def _empty(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm

    body = document.element.body
    last = body.get_or_add_sectPr()
    for section in reversed(body.findall(f".//{qn('w:sectPr')}")):
        _inherit(last, section)
    for element in [child for child in body if child is not last]:
        body.remove(element)
    section = document.sections[-1]
    if section.page_width is None or section.page_height is None:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
    for margin in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        if getattr(section, margin) is None:
            setattr(section, margin, Cm(2.5))
    part = document.part
    used = {reference.get(qn("r:id")) for reference in last if reference.get(qn("r:id"))}
    for key, relation in list(part.rels.items()):
        kind = relation.reltype.rpartition("/")[2]
        if kind not in _LOOK or (kind in {"header", "footer"} and key not in used):
            del part.rels[key]
        elif kind in {"footnotes", "endnotes"}:
            _without_notes(relation.target_part)
    for key, relation in list(part.package.rels.items()):
        if relation.reltype.rpartition("/")[2] not in _PACKAGE:
            del part.package.rels[key]
    for name in _TOLD:
        setattr(document.core_properties, name, "")


def _inherit(last: Any, section: Any) -> None:
    """Give the last section the headers and footers of an earlier one that it goes on with, as Word does."""
    from copy import deepcopy

    from docx.oxml.ns import qn

    kinds = {qn("w:headerReference"), qn("w:footerReference")}
    has = {(one.tag, one.get(qn("w:type"))) for one in last if one.tag in kinds}
    for one in reversed([one for one in section if one.tag in kinds]):
        if (one.tag, one.get(qn("w:type"))) not in has:
            last.insert(0, deepcopy(one))


def _without_notes(part: Any) -> None:
    """Take the notes out of a part, and leave the lines that Word draws above notes."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import parse_xml
    from lxml import etree

    notes = parse_xml(part.blob)
    for note in list(notes):
        if note.get(qn("w:type"), "normal") == "normal":
            notes.remove(note)
    part._blob = etree.tostring(notes, xml_declaration=True, encoding="UTF-8", standalone=True)
