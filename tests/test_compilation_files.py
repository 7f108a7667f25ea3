"""Bytes to text: kinds and encodings, what pages and sites add, and every kind of bad input."""

from __future__ import annotations

import io
import os
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.compilation import read_source, split
from diaoyan.errors import CompilationError
from diaoyan.readers import ocr, source
from diaoyan.readers.encodings import decode_text
from diaoyan.readers.source import source_of
from layouts import SAMPLE
from systems import FIFO, device

TEXT = "专题系列31(2篇)2025年3月调研报告汇编\n目录\n1．石渡县村级集体经济“抱团发展”调查……1\n全县有村一百二十个。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_no_character_is_lost_in_any_encoding(encoding: str) -> None:
    text = TEXT * 20
    assert decode_text(text.encode(encoding), name="a.txt") == (text, [])


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\x00"), min_size=1))
def test_utf8_and_marked_utf16_are_read_exactly(text: str) -> None:
    assert decode_text(b"\xef\xbb\xbf" + text.encode(), name="a.txt")[0] == text
    assert decode_text(text.encode("utf-16"), name="a.txt")[0] == text


def test_gb18030_is_told_from_others_by_a_short_text() -> None:
    assert decode_text(TEXT.encode("gb18030"), name="a.txt")[0] == TEXT


def test_a_character_cut_off_by_the_end_is_left_out_and_said() -> None:
    text, notes = decode_text(TEXT.encode()[:-3], name="a.txt")
    assert text == TEXT[:-2]
    assert notes == ["The file ends inside a character, which was left out."]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_single_damaged_bytes_are_shown_and_counted(mark: bytes) -> None:
    once = TEXT.encode()
    text, notes = decode_text(mark + once * 20 + b"\xff" + once * 20, name="a.txt")
    assert text == TEXT * 20 + "\ufffd" + TEXT * 20
    assert notes == ["1 damaged characters are shown as �."]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u2028", "\x85"])
def test_every_line_end_becomes_one(end: str) -> None:
    assert source_of(f"甲{end}乙".encode(), name="a.txt").text == "甲\n乙"


def test_control_and_zero_width_characters_are_dropped_and_pages_kept() -> None:
    assert source_of("甲\u200b\x01乙\f丙\n\f丁".encode(), name="a.txt").text == "甲乙\n\f丙\n\f丁"


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    for name in ("2025-03.txt", "2025-04.docx", "2025-05.pdf"):
        file = tmp_path / "compilation.html"
        shutil.copy(SAMPLE.with_name(name), file)
        assert read_source(file).kind == name.rsplit(".", 1)[1]


# ---------------------------------------------------------------------------------------------------------------- DOCX


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_docx_gives_paragraphs_tables_and_breaks_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("甲").add_run("乙\t丙")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), "一二三四", strict=True):
        cell.text = text
    document.add_paragraph("丁\n戊").add_run().add_break(docx.enum.text.WD_BREAK.PAGE)
    document.add_paragraph("己")
    assert source_of(saved(document), name="a.docx").text.split("\n") == [
        "甲乙\t丙",
        "一\t二",
        "三\t四",
        "丁",
        "戊",
        "\f",
        "己",
    ]


COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def test_a_text_box_is_read_once_though_the_file_has_it_twice() -> None:
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent>"
    run = document.add_paragraph("前").add_run()._r
    run.append(
        parse_xml(
            f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}" {nsdecls("w")}>'
            f'<mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>'
        )
    )
    assert source_of(saved(document), name="a.docx").text.split("\n") == ["框里的话", "前"]


def test_a_contents_field_and_tracked_deletions_are_read_as_word_shows_them() -> None:
    document = docx.Document()
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:hyperlink><w:r><w:t>甲</w:t><w:tab/><w:t>3</w:t></w:r>"
            "</w:hyperlink></w:p>"
            "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>加上</w:t></w:r></w:ins></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    assert source_of(saved(document), name="a.docx").text.split("\n")[:2] == ["甲\t3", "加上"]


# ---------------------------------------------------------------------------------------------------------------- HTML

PAGE = """<!DOCTYPE html><html><head><title>网站标题</title><style>p{}</style></head><body>
<header>文库首页</header><div class="top-nav"><a href="/">首页</a> &gt; <a href="/c">报告</a></div>
<div id="sidebar"><p>热门文档</p></div><div style="display: none">看不见</div>
<div class="content"><h1>调研报告&nbsp;汇编</h1><p>目录</p><p><a href="#r1">1. 甲的调查</a> <a href="#r1">3</a></p>
<p>甲的<b>调</b>查<br>方启明<p>全县有村&#19968;百个。</p><table><tr><td>一</td><td>二</td></tr></table></div>
<p><a href="/next">下一篇：乙的调查</a></p><script>var a = "<p>脚本</p>";</script>
<footer>版权所有</footer></body></html>"""


def test_html_keeps_the_article_and_drops_the_site() -> None:
    source = source_of(PAGE.encode("gb18030"), name="a.html")
    assert source.kind == "html"
    assert source.text.replace("\u00a0", " ").split("\n") == [
        "调研报告 汇编", "目录", "1. 甲的调查 3", "甲的调查", "方启明", "全县有村一百个。", "一\t二",
    ]  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- Bad input


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in parts.items():
            written.writestr(name, data)
    return buffer.getvalue()


def word(body: bytes, before: bytes = b"") -> bytes:
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return archive(
        {
            "word/document.xml": b"<?xml version='1.0'?>"
            + before
            + b"<w:document "
            + space
            + b">"
            + body
            + b"</w:document>"
        }
    )


def encrypted_pdf() -> bytes:
    pytest.importorskip("fpdf")
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_encryption(owner_password="owner", user_password="user")
    return bytes(pdf.output())


ENTITIES = b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (c, b"&%c;" % (c - 1) * 10) for c in range(ord("b"), ord("k"))
) + b"]>"  # fmt: skip

BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty file"),
    "white space": (lambda: b" \n\f\n ", "without any text"),
    "no words": (lambda: "……\n——\n".encode(), "no words"),
    "NUL bytes": (lambda: "目录\n".encode() + b"\x00" * 64, "NUL bytes"),
    "random bytes": (lambda: bytes(i * 197 % 251 + 4 for i in range(5000)), "found"),
    "a megabyte on one line": (lambda: "田".encode() * 350_000, "on one line"),
    "100,000 entries": (
        lambda: "目录\n".encode() + "".join(f"{i}. 第{i}个村的调查 {i}\n" for i in range(1, 100_001)).encode(),
        "at most",
    ),
    "100,000 entries without the word": (
        lambda: "".join(f"{i}. 第{i}个村的调查 {i}\n" for i in range(1, 100_001)).encode(),
        "",
    ),
    "PDF, cut off": (lambda: SAMPLE.with_name("2025-05.pdf").read_bytes()[:3000], "damaged or truncated"),
    "PDF, nothing behind the mark": (lambda: b"%PDF-1.7\n%%EOF", "damaged or truncated"),
    "PDF, encrypted": (encrypted_pdf, "encrypted"),
    "DOCX, unpacks to gigabytes": (
        lambda: word(b"<w:body>" + b"<w:p/>" * 30_000_000 + b"</w:body>"),
        "at most 100 MB unpacked",
    ),
    "DOCX, deep nesting": (lambda: word(b"<w:p>" * 100_000 + b"</w:p>" * 100_000), "damaged XML"),
    "DOCX, entities": (lambda: word(b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", ENTITIES), "document type"),
    "DOCX, cut off": (lambda: SAMPLE.with_name("2025-04.docx").read_bytes()[:9000], "damaged"),
    "DOCX, no text": (lambda: word(b"<w:body><w:p/></w:body>"), "without any text"),
    "a spreadsheet": (lambda: archive({"xl/workbook.xml": b"<a/>"}), "another Office file"),
    "HTML, deep nesting": (lambda: b"<html><body>" + b"<div>" * 100_000 + "目录".encode(), "nested over"),
    "HTML, only navigation": (lambda: "<html><body><nav>首页</nav></body></html>".encode(), "without any text"),
    "image, cut off": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "page image"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_sentence_or_one_document(kind: str, tmp_path: Path) -> None:
    build, expected = BAD[kind]
    file = tmp_path / "compilation.txt"
    file.write_bytes(build())
    if not expected:  # a long list that nothing calls a 目录 is a document
        assert len(split(file).reports) == 1
        return
    with pytest.raises(CompilationError) as caught:
        split(file)
    sentence = str(caught.value)
    assert expected in sentence
    assert "\n" not in sentence
    assert sentence.count("compilation.txt") == 1
    assert len(sentence) < 300


def test_the_unpacked_size_is_counted_and_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    from diaoyan.readers import docx_file

    monkeypatch.setattr(docx_file, "_LARGEST_PART", 1000)
    with pytest.raises(CompilationError, match="unpacked"):
        source_of(word(b"<w:p/>" * 1000), name="a.docx")


@pytest.mark.parametrize(
    "make", [Path.mkdir, pytest.param(getattr(os, "mkfifo", None), marks=FIFO)], ids=["folder", "FIFO"]
)
def test_folders_and_pipes_are_refused_without_waiting(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "a.txt")
    with pytest.raises(CompilationError, match=r"expected a file"):
        read_source(tmp_path / "a.txt")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CompilationError, match="no such file"):
        read_source(tmp_path / "missing.txt")


@device("/dev/zero")
def test_a_device_is_refused() -> None:
    with pytest.raises(CompilationError, match="folder or a device"):
        read_source("/dev/zero")


def test_a_file_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 1 << 20)
    with open(tmp_path / "a.txt", "wb") as file:
        file.truncate((1 << 20) + 1)
    with pytest.raises(CompilationError, match="at most 1 MB"):
        read_source(tmp_path / "a.txt")


def test_only_the_name_of_a_path_is_kept(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.txt").write_text("关于田的调查报告\n全县有村一百二十个。", "utf-8")
    assert read_source(tmp_path / "in" / ".." / "a.txt").name == "a.txt"


def test_old_word_files_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(CompilationError, match="needs LibreOffice"):
        source_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, name="a.doc")


def ended(process: int) -> bool:
    try:
        os.kill(process, 0)
        stat = Path(f"/proc/{process}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


@pytest.mark.skipif(os.name == "nt", reason="process groups are a thing of Unix")
def test_a_converter_that_hangs_is_ended_with_all_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "soffice").write_text(
        f"#!/bin/sh\n/bin/sleep 600 &\n/bin/sleep 600 &\necho $! > '{tmp_path}/child'\nwait\n"
    )
    (tmp_path / "bin" / "soffice").chmod(0o755)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr("diaoyan.readers.doc_file._SECONDS", 2)
    with pytest.raises(CompilationError, match="did not convert the file in 2 seconds"):
        source_of(b"{\\rtf1 hello}", name="a.rtf")
    child = int((tmp_path / "child").read_text())
    for _ in range(100):  # until whoever inherits orphans has taken note
        if ended(child):
            break
        time.sleep(0.05)
    assert ended(child), "what the converter started still runs"
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_old_word_files_are_converted() -> None:
    text = "{\\rtf1\\ansi\\uc0 " + "".join(f"\\u{ord(char)} " for char in "关于田的调查报告") + "\\par}"
    assert "关于田的调查报告" in source_of(text.encode(), name="a.rtf").text


# ----------------------------------------------------------------------------------------------------------------- OCR


def scan(pages: int) -> bytes:
    """The first pages of the sample's PDF as images."""
    printed = pypdfium2.PdfDocument(SAMPLE.with_name("2025-05.pdf"))
    images = [printed[i].render(scale=1.6).to_pil().convert("L") for i in range(pages)]
    printed.close()
    buffer = io.BytesIO()
    images[0].save(buffer, "PDF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def test_a_scan_without_ocr_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError

    monkeypatch.setattr(ocr, "_engine", missing)
    with pytest.raises(CompilationError, match=r"pip install 'diaoyan\[ocr\]'"):
        source_of(scan(1), name="a.pdf")


def test_a_scan_is_read_by_ocr() -> None:
    pytest.importorskip("rapidocr")
    pytest.importorskip("onnxruntime")
    source = source_of(scan(1), name="a.pdf")
    printed = source_of(SAMPLE.with_name("2025-05.pdf").read_bytes(), name="a.pdf").text.split("\f")[0]
    wanted = [char for char in printed if char.isalpha()]
    assert sum(char in source.text for char in wanted) > 0.97 * len(wanted)
    assert source.notes == ("1 of 1 pages are images; their text was read by OCR.",)
