"""Text files that are no text: read where a reader would see one, else refused with what to do instead."""

from __future__ import annotations

import pytest

from diaoyan.errors import CompilationError
from diaoyan.readers.source import source_of

PAGE = "<html><body><p>目录</p><p>石渡县调查</p></body></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
def test_web_archives_and_mails_give_their_page(transfer: str, encoding: str) -> None:
    import base64
    import quopri

    page = PAGE.encode(encoding)
    coded = {"quoted-printable": quopri.encodestring(page), "base64": base64.encodebytes(page), "8bit": page}[transfer]
    head = f'Content-Type: text/html; charset="{encoding}"\nContent-Transfer-Encoding: {transfer}\n\n'.encode()
    file = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\n' + head + coded + b"\n--B--\n"
    source = source_of(file, name="a.doc")
    assert (source.kind, source.text.split()) == ("html", ["目录", "石渡县调查"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("编号,标题,正文\n1,石渡县调查,全县有茶园。\n", "a table (CSV)"),
        ("title\ttext\n石渡县调查\t全县有茶园。\n", "a table (CSV)"),
        ('{"title": "石渡县调查", "text": "全县有茶园。"}\n{"title": "乙"}\n', "JSON"),
        ('[{"title": "石渡县调查"}]', "JSON"),
        ('<?xml version="1.0"?><报告><题>石渡县调查</题></报告>', "XML"),
        ("<reports><title>石渡县调查</title></reports>", "XML"),
        ("\\documentclass{ctexart}\n\\begin{document}石渡县调查\\end{document}", "LaTeX"),
    ],
)
def test_data_is_refused_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(CompilationError) as caught:
        source_of(text.encode(), name="a.txt")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "目录\n1\t石渡县调查\t沈知行\t3\n",
        "[2025]12号文\n石渡县调查\n",
        "{注}石渡县调查\n",
        "《标题》，正文如下。\n",
        "From: 县里\n石渡县调查",
    ],
)
def test_text_that_looks_a_little_like_data_is_text(text: str) -> None:
    assert source_of(text.encode(), name="a.txt").kind == "txt"


def test_two_encodings_in_one_file_are_read_and_said() -> None:
    file = (
        "目录\n石渡县茶园托管调查\n".encode() + "全县有茶园四万亩。\n".encode("gb18030") + "今年多了两个。\n".encode()
    )
    source = source_of(file, name="a.txt")
    assert source.text == "目录\n石渡县茶园托管调查\n全县有茶园四万亩。\n今年多了两个。\n"
    assert source.notes == ("The file has two encodings: line 3 is in GB18030 and the rest in UTF-8.",)
