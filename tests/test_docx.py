"""DOCX as Word shows it: revisions, hidden text, ruby, tables that hold text, parts, and the XML forms of Word."""

from __future__ import annotations

import io
import zipfile

import pytest

from diaoyan.errors import CompilationError
from diaoyan.readers.source import source_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LONG = "全县有茶园四万亩，散户经营占七成，今年又多了两个合作社，茶农算过账。"


def document(body: str, *, namespace: str = W) -> str:
    return f'<w:document xmlns:w="{namespace}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'


def relations(*found: tuple[str, str, str]) -> str:
    rows = "".join(f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{target}"/>' for key, kind, target in found)
    return f'<Relationships xmlns="x">{rows}</Relationships>'


def package(body: str, *, main: str = "word/document.xml", namespace: str = W, **parts: str | bytes) -> bytes:
    """Return a DOCX; other parts are named with __ for /, and _rels for the relations of the document."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("_rels/.rels", relations(("r1", "officeDocument", main)))
        archive.writestr(main, document(body, namespace=namespace))
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("RELS", "_rels/document.xml.rels"), part)
    return file.getvalue()


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}<w:t>{text}</w:t></w:r>"


def cell(*blocks: str) -> str:
    return f"<w:tc>{''.join(blocks)}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


SHOWN: dict[str, tuple[str, list[str]]] = {
    "a deletion": (p(r("甲"), f"<w:del>{r('乙').replace('w:t>', 'w:delText>')}</w:del>", r("丙")), ["甲丙"]),
    "an insertion": (p(r("甲"), f"<w:ins>{r('乙')}</w:ins>"), ["甲乙"]),
    "a paragraph that was moved": (
        p(f"<w:moveFrom>{r('甲')}</w:moveFrom>") + p(r("乙")) + p(f"<w:moveTo>{r('甲')}</w:moveTo>"),
        ["乙", "甲"],
    ),
    "a move inside a paragraph": (
        p(f"<w:moveFrom>{r('甲')}</w:moveFrom>", r("乙"), f"<w:moveTo>{r('甲')}</w:moveTo>"),
        ["乙甲"],
    ),
    "hidden text": (p(r("甲"), r("乙", "<w:vanish/>"), r("丙", '<w:vanish w:val="0"/>')), ["甲丙"]),
    "ruby": (
        p("<w:r><w:ruby><w:rt>" + r("pinyin") + "</w:rt><w:rubyBase>" + r("拼音") + "</w:rubyBase></w:ruby></w:r>"),
        ["拼音"],
    ),
    "a field": (
        p('<w:r><w:instrText>PAGE</w:instrText></w:r><w:fldSimple w:instr="DATE">' + r("六月") + "</w:fldSimple>"),
        ["六月"],
    ),
    "content controls": (f"<w:sdt><w:sdtContent>{p(r('甲'))}</w:sdtContent></w:sdt>", ["甲"]),
    "a link": (p(f"<w:hyperlink>{r('甲')}</w:hyperlink>"), ["甲"]),
    "signs": (
        p("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>丙</w:t><w:br/></w:r>"),
        ["甲\t乙-丙", ""],
    ),
    "a page": (p(r("甲"), properties="<w:pageBreakBefore/>"), ["\f甲"]),
    "a table of data": (
        table(cell(p(r("户"))) + cell(p(r("亩"))), cell(p(r("3"))) + cell(p(r("5")))),
        ["户\t亩", "3\t5"],
    ),
    "a table that is a frame": (table(cell(p(r("题目")), p(r(LONG)), p(r("一、做法")))), ["题目", LONG, "一、做法"]),
    "a table of two columns of text": (
        table(cell(p(r("左题")), p(r(LONG))) + cell(p(r("右题")), p(r(LONG)))),
        ["左题", LONG, "右题", LONG],
    ),
    "a table in a frame": (
        table(cell(p(r("题目")), table(cell(p(r("户"))) + cell(p(r("亩")))), p(r(LONG)))),
        ["题目", "户\t亩", LONG],
    ),
    "a row that was deleted": (
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell(p(r('旧')))}</w:tr><w:tr>{cell(p(r('新')))}</w:tr></w:tbl>",
        ["新"],
    ),
}


@pytest.mark.parametrize("namespace", [W, STRICT])
@pytest.mark.parametrize("kind", SHOWN)
def test_what_word_shows(kind: str, namespace: str) -> None:
    body, lines = SHOWN[kind]
    whole = f"{body}{p(r('末'))}"
    text = source_of(package(whole, namespace=namespace), name="a.docx").text
    assert [line for line in text.split("\n") if line] == [line for line in (*lines, "末") if line]


def test_styles_can_hide_text() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = p(r("显"), r("隐", '<w:rStyle w:val="b"/>')) + p(r("隐"), properties='<w:pStyle w:val="a"/>')
    file = package(body, word__RELS=relations(("s", "styles", "styles.xml")), **{"word__styles.xml": styles})
    assert source_of(file, name="a.docx").text.split() == ["显"]


def test_the_document_is_found_by_its_relation() -> None:
    assert source_of(package(p(r("甲")), main="word/document2.xml"), name="a.docx").text == "甲"


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("c.html", "<html><body><p>嵌入的话</p></body></html>".encode()),
        ("c.html", "<!DOCTYPE html><html><body><p>嵌入的话</p></body></html>".encode()),
        ("c.txt", "嵌入的话".encode()),
        ("c.docx", package(p(r("嵌入的话")))),
        ("c.mht", b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + "<p>嵌入的话</p>".encode()),
    ],
)
def test_embedded_documents_are_read_in_place(part: str, content: bytes) -> None:
    body = p(r("前")) + '<w:altChunk r:id="c1"/>' + p(r("后"))
    file = package(body, word__RELS=relations(("c1", "aFChunk", part)), **{f"word__{part}": content})
    assert source_of(file, name="a.docx").text.split() == ["前", "嵌入的话", "后"]


def test_relations_are_read_once_however_many_documents_are_embedded() -> None:
    chunks = "".join(f'<w:altChunk r:id="c{n}"/>' for n in range(60))
    found = relations(*((f"c{n}", "aFChunk", "c.txt") for n in range(60))) + " " * 3_000_000
    file = package(p(r("前")) + chunks, word__RELS=found, **{"word__c.txt": "嵌入的话".encode()})
    source = source_of(file, name="a.docx")
    assert source.text.split() == ["前", *["嵌入的话"] * 60]
    assert source.notes == ()


def test_embedded_documents_that_are_not_read_are_said() -> None:
    body = p(r("前")) + '<w:altChunk r:id="c1"/>'
    source = source_of(
        package(body, word__RELS=relations(("c1", "aFChunk", "c.bin")), **{"word__c.bin": b"\x00\x01"}), name="a.docx"
    )
    assert source.text == "前"
    assert source.notes == ("An embedded document (c.bin) could not be read; open the file in Word and save it anew.",)


@pytest.mark.parametrize(
    "text",
    [
        f'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n<pkg:package '
        f'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/document.xml">'
        f"<pkg:xmlData>{document(p(r('甲')))}</pkg:xmlData></pkg:part></pkg:package>",
        '<?xml version="1.0"?>\n<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
        f"<w:body><wx:sect xmlns:wx='x'>{p(r('甲'))}</wx:sect></w:body></w:wordDocument>",
    ],
)
def test_documents_that_word_saved_as_xml(text: str) -> None:
    source = source_of(text.encode(), name="a.xml")
    assert (source.kind, source.text) == ("docx", "甲")


def test_a_document_that_holds_itself_ends() -> None:
    inner = package(p(r("甲")))
    for _ in range(5):
        inner = package(
            '<w:altChunk r:id="c1"/>' + p(r("外")),
            word__RELS=relations(("c1", "aFChunk", "c.docx")),
            **{"word__c.docx": inner},
        )
    source = source_of(inner, name="a.docx")
    assert source.text.split() == ["外", "外", "外"]
    assert len(source.notes) == 1


def test_a_package_without_a_document_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("_rels/.rels", relations(("r1", "officeDocument", "xl/workbook.xml")))
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(CompilationError, match="another Office file"):
        source_of(file.getvalue(), name="a.docx")
