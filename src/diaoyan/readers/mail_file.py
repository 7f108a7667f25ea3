"""A page that a browser or Word saved with its pictures (MHTML), or a mail."""

from __future__ import annotations

import email
import email.policy

from diaoyan.errors import CompilationError
from diaoyan.language import gettext
from diaoyan.readers.encodings import decode_text
from diaoyan.readers.html_file import read_html


def read_mail(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """Return the text of a web archive or mail, of its HTML where it has any, and the notes.

    Raises
    ------
    CompilationError
        If there is no text in it.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    for kind in ("text/html", "text/plain"):
        for part in parts:
            if part.get_content_type() != kind:
                continue
            payload = part.get_payload(decode=True)
            if not isinstance(payload, bytes) or not payload.strip():
                continue
            text, notes = decode_text(payload, name=name)
            return (read_html(text, name=name)[0], notes) if kind == "text/html" else (text, notes)
    raise CompilationError(
        gettext("{name}: expected a text in this web archive or mail, found none; save it as DOCX or TXT.").format(
            name=name
        )
    )
