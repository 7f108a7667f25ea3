"""DOCX to the text that Word shows: tracked changes accepted, hidden text left out, layout tables as paragraphs.

What is asked of the file format stands in ECMA-376 (Office Open XML), part 1: 17.13.5 revisions, 17.3.3.25 ruby,
17.3.2.41 vanish, 17.17.2.1 altChunk. Names of elements are told without their namespace; that of Strict files differs.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from diaoyan.errors import CompilationError
from diaoyan.language import gettext, reason
from diaoyan.readers.source import source_of

#: The document part of a long compilation has some ten megabytes.
_LARGEST_PART = 100 * 1024 * 1024
_MOST_PARTS = 10_000
#: Documents inside documents that are still read.
_DEEPEST = 3
#: Elements whose text Word does not show, or shows at another place.
_NOT_SHOWN = frozenset(
    """
    binData commentReference del delInstrText delText endnoteReference Fallback fldData footnoteReference instrText
    moveFrom oMath oMathPara pPr rPr rt sdtPr tblPr tcPr trPr
    """.split()
)
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
#: Roots of a document: a part of its own, a flat package, and the XML of Word 2003.
_ROOTS = frozenset(["document", "package", "wordDocument"])
#: From so many characters on, a paragraph in a cell is running text.
_RUNNING_TEXT = 30


def read_docx(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of a DOCX and the notes.

    Raises
    ------
    CompilationError
        If the bytes are no DOCX, or one that is damaged or unpacks to more than a document can be.
    """
    return _read(data, name, depth=1)


def _read(data: bytes, name: str, *, depth: int) -> tuple[str, list[str]]:
    package = _Package(data, name)
    main = package.main_part()
    reader = _Reader(package, main, name, depth, package.hidden_styles(main))
    return reader.text_of(package.xml(main)), reader.notes


def read_word_xml(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of a document that Word saved as one XML file, of 2003 or as a flat package, and the notes.

    Raises
    ------
    CompilationError
        If the XML is damaged, or no document.
    """
    _refuse_document_type(data, name)
    reader = _Reader(None, "", name, 1, {})
    return reader.text_of(data), reader.notes


def _refuse_document_type(data: bytes, name: str) -> None:
    if b"<!DOCTYPE" in data[:4096]:
        raise CompilationError(
            gettext(
                "{name}: expected a Word document, found XML with a document type, which Word never writes."
            ).format(name=name)
        )


class _Package:
    """The parts of the archive and what they say of each other."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._left = _LARGEST_PART
        self._relations: dict[str, list[tuple[str, str, str]]] = {}
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise self._damaged(error) from None
        if len(self._archive.infolist()) > _MOST_PARTS:
            raise CompilationError(
                gettext("{name}: expected a Word document, found an archive of too many files.").format(name=name)
            )
        self._names = {info.filename.lower(): info for info in self._archive.infolist()}

    def main_part(self) -> str:
        """Return the name of the part that is the document, whatever it is called."""
        for kind, target, _ in self.relations(""):
            if kind == "officeDocument" and target.lower() in self._names:
                return target
        if "word/document.xml" in self._names:
            return "word/document.xml"
        raise _no_document(self._name)

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Return the last word of each relation's type, its target inside the package, and its id."""
        if part not in self._relations:
            self._relations[part] = list(self._read_relations(part))
        return self._relations[part]

    def _read_relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        folder, file = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{file}.rels")
        if path.lower() not in self._names:
            return
        from lxml import etree

        try:
            root = etree.fromstring(self.xml(path), _parser())
        except SyntaxError:
            return
        for element in root.iter():
            target = element.get("Target") if isinstance(element.tag, str) else None
            if target and element.get("TargetMode") != "External":
                # A target that begins with a slash is joined to nothing.
                inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                yield (element.get("Type") or "").rsplit("/", 1)[-1], inside, element.get("Id") or ""

    def part(self, path: str) -> bytes:
        """Return the bytes of a part; all parts together are not larger than one document can be."""
        info = self._names.get(path.lower())
        if info is None:
            raise _no_document(self._name)
        if info.flag_bits & 1:
            raise CompilationError(
                gettext("{name}: the file is encrypted; save it without a password first.").format(name=self._name)
            )
        try:
            with self._archive.open(info) as file:
                # The size in the archive's index can lie, so what comes out is counted.
                part = file.read(self._left + 1)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
            raise self._damaged(error) from None
        except Exception as error:
            if type(error).__module__ in ("zlib", "_lzma", "lzma"):
                raise self._damaged(error) from None
            raise
        self._left -= len(part)
        if self._left < 0:
            raise CompilationError(
                gettext("{name}: expected a Word document of at most {value} MB unpacked, found more.").format(
                    name=self._name, value=_LARGEST_PART >> 20
                )
            )
        return part

    def xml(self, path: str) -> bytes:
        """Return a part that is XML of Word's, which has no document type; an embedded page may have one."""
        part = self.part(path)
        _refuse_document_type(part, self._name)
        return part

    def hidden_styles(self, main: str) -> dict[str, bool]:
        """Return which styles hide their text, by their ids."""
        path = next((target for kind, target, _ in self.relations(main) if kind == "styles"), None)
        if path is None or path.lower() not in self._names:
            return {}
        from lxml import etree

        try:
            root = etree.fromstring(self.xml(path), _parser())
        except SyntaxError:
            return {}
        own: dict[str, bool | None] = {}
        above: dict[str, str] = {}
        for style in root:
            if _name(style) != "style":
                continue
            key = _attribute(style, "styleId") or ""
            properties = _child(style, "rPr")
            own[key] = None if properties is None else _is_hidden(properties)
            above[key] = _value_of(style, "basedOn")
        hidden = {}
        for key in own:
            at, steps = key, 0
            while own.get(at) is None and at in above and steps < 20:
                at, steps = above[at], steps + 1
            hidden[key] = bool(own.get(at))
        return hidden

    def _damaged(self, error: Exception) -> CompilationError:
        return CompilationError(
            gettext("{name}: expected a Word document, found a damaged one ({error}).").format(
                name=self._name, error=reason(error)
            )
        )


def _no_document(name: str) -> CompilationError:
    return CompilationError(
        gettext(
            "{name}: expected a Word document (DOCX), found an archive or another Office file; export it first."
        ).format(name=name)
    )


@dataclass
class _Reader:
    """Turns the elements of a document into lines; `notes` say what was left out."""

    package: _Package | None
    main: str
    file: str
    depth: int
    hidden: dict[str, bool]
    notes: list[str] = field(default_factory=list)

    def text_of(self, part: bytes) -> str:
        """Return the text of the document whose XML this is."""
        try:
            return "\n".join(self._lines(part))
        except SyntaxError as error:  # lxml's XMLSyntaxError is one
            reason = str(error).split(", line")[0]
            raise CompilationError(
                gettext("{file}: expected a Word document, found damaged XML ({value}).").format(
                    file=self.file, value=reason[:100]
                )
            ) from None
        except RecursionError:
            raise CompilationError(
                gettext("{file}: expected a Word document, found one nested too deeply.").format(file=self.file)
            ) from None

    def _lines(self, part: bytes) -> Iterator[str]:
        """Yield the lines of the document; what has been read is freed, so that a long one takes little memory."""
        from lxml import etree

        events = etree.iterparse(
            io.BytesIO(part), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
        )
        body: Any = None
        for event, element in events:
            if event == "start":
                if body is None and element.getparent() is None and _name(element) not in _ROOTS:
                    raise _no_document(self.file)
                if body is None and _name(element) == "body":
                    body = element
            elif body is not None and element.getparent() is body:
                yield from self._block(element)
                element.clear()
        if body is None:
            raise _no_document(self.file)

    def _block(self, element: Any) -> Iterator[str]:
        """Yield the lines of a paragraph, a table, or what holds such."""
        name = _name(element)
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            yield from self._table(element)
        elif name == "altChunk":
            yield from self._embedded(element)
        elif name == "AlternateContent":
            for choice in _shown_of(element):
                yield from self._blocks(choice)
        elif name not in _NOT_SHOWN:
            yield from self._blocks(element)

    def _blocks(self, element: Any) -> Iterator[str]:
        for child in element:
            yield from self._block(child)

    def _paragraph(self, element: Any) -> Iterator[str]:
        """Yield a paragraph behind the text boxes that stand in it; nothing where all of it was moved or deleted."""
        properties = _child(element, "pPr")
        if properties is None:
            properties = ()
        pieces: list[str] = []
        boxes: list[str] = []
        self._runs(element, pieces, boxes, hidden=self.hidden.get(_value_of(properties, "pStyle"), False))
        yield from boxes
        text = "".join(pieces)
        if not text and any(_name(child) in ("del", "moveFrom") for child in element):
            return
        breaks = any(_name(child) == "pageBreakBefore" and _is_on(child) for child in properties)
        yield f"\f{text}" if breaks else text

    def _runs(self, element: Any, pieces: list[str], boxes: list[str], *, hidden: bool) -> None:
        """Add the text of runs, and of what holds runs, to `pieces`."""
        for child in element:
            name = _name(child)
            if name in _NOT_SHOWN:
                continue
            if name == "r":
                if not self._hides(child, hidden):
                    self._runs(child, pieces, boxes, hidden=hidden)
            elif name == "t":
                pieces.append(child.text or "")
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name == "br":
                pieces.append("\n\f" if _attribute(child, "type") == "page" else "\n")
            elif name == "txbxContent":
                boxes.extend(self._blocks(child))
            elif name == "AlternateContent":
                for choice in _shown_of(child):
                    self._runs(choice, pieces, boxes, hidden=hidden)
            elif name:
                self._runs(child, pieces, boxes, hidden=hidden)

    def _hides(self, run: Any, inherited: bool) -> bool:
        properties = _child(run, "rPr")
        if properties is None:
            return inherited
        own = _is_hidden(properties)
        return self.hidden.get(_value_of(properties, "rStyle"), inherited) if own is None else own

    def _table(self, element: Any) -> Iterator[str]:
        """Yield a table row by row: cells of data apart by tabs, cells that hold running text as paragraphs."""
        for row in _inside(element, "tr"):
            if _is_deleted(row):
                continue
            cells = [[line for line in self._blocks(cell) if line.strip()] for cell in _inside(row, "tc")]
            cells = [lines for lines in cells if lines]
            running = any(
                len(lines) > 1 and any(len(line) >= _RUNNING_TEXT and "。" in line for line in lines) for lines in cells
            )
            if len(cells) == 1 or running:
                for lines in cells:
                    yield from lines
            else:
                yield "\t".join(" ".join(" ".join(line.split()) for line in lines) for lines in cells)

    def _embedded(self, element: Any) -> Iterator[str]:
        """Yield the lines of a document that stands inside this one, or note that it was not read."""
        key = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
        relations = self.package.relations(self.main) if self.package else []
        path = next((target for _, target, number in relations if number == key), None)
        try:
            if self.package is None or path is None or self.depth >= _DEEPEST:
                raise CompilationError(gettext("it is nowhere"))
            text, notes = _read_embedded(self.package.part(path), posixpath.basename(path), depth=self.depth + 1)
        except CompilationError:
            part = posixpath.basename(path) if path else key
            self.notes.append(
                gettext(
                    "An embedded document ({part}) could not be read; open the file in Word and save it anew."
                ).format(part=part)
            )
            return
        self.notes += notes
        yield from text.split("\n")


def _read_embedded(data: bytes, name: str, *, depth: int) -> tuple[str, list[str]]:
    """Read a part that Word would show in place: a DOCX, HTML or plain text."""
    if data[:2] == b"PK":
        return _read(data, name, depth=depth)
    source = source_of(data, name=name)
    return source.text, list(source.notes)


def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _name(element: Any) -> str:
    """Return the name of an element without its namespace; empty for comments."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if _name(child) == name), None)


def _value_of(element: Any, name: str) -> str:
    """Return the value that a child of this name states, or nothing."""
    child = _child(element, name)
    return "" if child is None else _attribute(child, "val") or ""


def _attribute(element: Any, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rsplit("}", 1)[-1] == name), None)


def _is_on(element: Any) -> bool:
    return _attribute(element, "val") not in ("0", "false", "off")


def _is_hidden(properties: Any) -> bool | None:
    """Whether properties of a run hide it; None where they do not say."""
    return next((_is_on(child) for child in properties if _name(child) in ("vanish", "specVanish")), None)


def _shown_of(alternate: Any) -> list[Any]:
    """Return the version of alternate content that Word takes: the first choice, else the fallback."""
    choices = [child for child in alternate if _name(child) == "Choice"]
    return choices[:1] or [child for child in alternate if _name(child) == "Fallback"]


def _inside(element: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those that stand in a control or a tracked change."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _inside(child, name)


def _is_deleted(row: Any) -> bool:
    return any(_name(child) == "del" for part in row if _name(part) == "trPr" for child in part)
