"""The kinds of files that are read: what tells each, by its content and never by its name, and what reads it.

A format is a file beside this one, and a row here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from diaoyan.readers.encodings import decode_text

_HTML = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body|div|meta|p|span|table|h[1-6]|br|font|section|article)\b",
    re.I | re.S,
)
_MAIL = re.compile(
    r"(?:(?:mime-version|from|to|cc|subject|date|received|return-path|message-id|content-[\w-]+|snapshot-[\w-]+|x-[\w-]+)"
    r":[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\s*\n",
    re.I,
)
_WORD_XML = re.compile(
    r"<(?:\w+:)?(?:package|wordDocument|document)\b[^>]*(?:xmlPackage|/word/\d{4}/wordml|wordprocessingml)", re.S
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table.

    A reader takes the bytes of a file, or its text, and ``name`` for the errors, and returns text and notes: lines end
    with ``\\n``, a page begins with a form feed. It is imported when such a file comes.
    """

    #: What `Source.kind` says.
    name: str
    #: Whether a file is one: from its bytes, or, in a row of `TEXTS`, from how its text begins.
    told_by: Callable[[Any], object]
    #: The function that reads one, behind the name of its file.
    reader: str
    #: By which files of a folder are taken for one.
    endings: tuple[str, ...] = ()
    #: Whether the reader takes the decoded text instead of the bytes.
    of_text: bool = False

    def function(self) -> Callable[..., tuple[str, list[str]]]:
        """Return the reader, which is imported now."""
        file, name = self.reader.split(".")
        found: Callable[..., tuple[str, list[str]]] = getattr(import_module(f"diaoyan.readers.{file}"), name)
        return found


def _begins(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(signs)


def _is_mail(head: str) -> bool:
    return _MAIL.match(head) is not None and "content-type" in head.lower()


#: Told by their first bytes, in this order.
BINARY = (
    Kind("docx", _begins(b"PK\x03\x04", b"PK\x05\x06"), "docx_file.read_docx", (".docx",)),
    Kind("pdf", lambda data: b"%PDF-" in data[:1024], "pdf_file.read_pdf", (".pdf",)),
    Kind("doc", _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"), "doc_file.read_doc", (".doc", ".rtf", ".wps")),
    Kind("image", _begins(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM"), "ocr.read_image"),
)
#: What is none of these is decoded, and told by how its text begins; the last is whatever is left.
TEXTS = (
    Kind("html", _HTML.match, "html_file.read_html", (".html", ".htm"), of_text=True),
    Kind("html", _is_mail, "mail_file.read_mail", (".mht", ".mhtml")),
    Kind("docx", lambda head: head.startswith("<") and _WORD_XML.search(head), "docx_file.read_word_xml", (".xml",)),
    Kind("txt", lambda head: True, "text_file.read_text", (".txt", ".md", ".markdown"), of_text=True),
)
#: Files of a folder with these are taken for compilations or reports.
ENDINGS = frozenset(ending for kind in (*BINARY, *TEXTS) for ending in kind.endings)


def decode(data: bytes, *, name: str) -> tuple[str, str, list[str]]:
    """Return the kind of a file, its text, and the notes of its reader.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        For the errors.

    Raises
    ------
    CompilationError
        If it is of no kind that is read, or damaged.

    Examples
    --------
    >>> decode("<p>目录</p>".encode("utf-16"), name="a.txt")
    ('html', '目录', [])
    """
    for kind in BINARY:
        if kind.told_by(data):
            return kind.name, *kind.function()(data, name=name)
    text, notes = decode_text(data, name=name)
    head = text[:4096].lstrip("\ufeff \t\n")
    kind = next(kind for kind in TEXTS if kind.told_by(head))
    text, more = kind.function()(text if kind.of_text else data, name=name)
    return kind.name, text, [*notes, *more]
