"""Bring the message files up to date: what the code says into the .po, and the .po into the .mo that is read.

    python scripts/update_messages.py            # extract, keep translations, compile
    python scripts/update_messages.py --check    # say what is missing or out of date, and exit 1 if anything is

Chinese sentences are written by hand into ``diaoyan.po`` and ``notebooks.po`` in
``src/diaoyan/locale/zh_CN/LC_MESSAGES``. A sentence that is no longer said goes out of them.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from diaoyan.notebooks import parts_to_read, shipped_notebooks

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "diaoyan"
FOLDER = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES"
HEAD = "# Chinese for what diaoyan says. Terms: docs/terms.md. Made up to date by scripts/update_messages.py."
#: What Python's own argparse says, by the ids it asks gettext for, from 3.11 to 3.13.
OF_ARGPARSE = (
    "usage: ",
    "positional arguments",
    "options",
    "show this help message and exit",
    "show program's version number and exit",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "argument %(argument_name)s: %(message)s",
    "%(prog)s: error: %(message)s\n",
    "expected one argument",
    "expected at least one argument",
    "expected at most one argument",
    "not allowed with argument %s",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r",
    "ambiguous option: %(option)s could match %(matches)s",
    "ignored explicit argument %r",
)


class Compiled(Catalog):
    """A catalogue whose head says what gettext needs and nothing else: no date, no version of Babel."""

    mime_headers = property(lambda self: [("Content-Type", "text/plain; charset=utf-8")])


def extracted() -> Catalog:
    """Return the messages of the code, sorted, each with the files it stands in."""
    found = Catalog(locale="zh_CN", header_comment=HEAD, fuzzy=False)
    for name, _, message, comments, context in extract_from_dir(
        str(PACKAGE),
        [("**.py", "python")],
        keywords={"gettext": None, "message": None, "worded": (2,)},
        comment_tags=("Translators:",),
    ):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for message in OF_ARGPARSE:
        found.add(message, locations=[("argparse", 0)], flags=["python-format"] if "%" in message else [])
    return found


def extracted_from_notebooks() -> Catalog:
    """Return what a person reads in the notebooks, in order."""
    found = Catalog(locale="zh_CN", header_comment=HEAD, fuzzy=False)
    for path in shipped_notebooks():
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            for start, end in parts_to_read(cell["cell_type"], source):
                found.add(source[start:end], locations=[(path.name, 0)])
    return found


#: The catalogues, and what they are made from.
CATALOGUES = {"diaoyan": extracted, "notebooks": extracted_from_notebooks}


def current(name: str = "diaoyan") -> Catalog | None:
    """Return a catalogue as it is kept, if it is."""
    path = FOLDER / f"{name}.po"
    return read_po(io.BytesIO(path.read_bytes()), locale="zh_CN") if path.exists() else None


def updated(kept: Catalog | None, name: str = "diaoyan") -> Catalog:
    """Return the messages of a catalogue with the translations that are kept of them."""
    made = CATALOGUES[name]()
    if kept is not None:
        for entry in made:
            if entry.id and entry.id in kept:
                entry.string = kept[entry.id].string
    return made


def po_bytes(catalogue: Catalog, *, sort: bool = True) -> bytes:
    """Return the .po, without dates and line numbers, which change though nothing is said otherwise."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, sort_output=sort, omit_header=True, include_lineno=False)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: zh_CN\\n"\n'
    return f"{HEAD}\n{head}\n".encode() + out.getvalue()


def mo_bytes(po: bytes) -> bytes:
    """Return the .mo of a .po."""
    out, compiled = io.BytesIO(), Compiled(locale="zh_CN")
    for entry in read_po(io.BytesIO(po), locale="zh_CN"):
        if entry.id:
            compiled.add(entry.id, entry.string)
    write_mo(out, compiled)
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    failed = False
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in CATALOGUES:
        made = updated(current(name), name)
        po = po_bytes(made, sort=name == "diaoyan")
        missing = [entry.id for entry in made if entry.id and not entry.string]
        for message in missing:
            print(f"no Chinese: {message!r}")
        files = {FOLDER / f"{name}.po": po, FOLDER / f"{name}.mo": mo_bytes(po)}
        same = all(path.exists() and path.read_bytes() == data for path, data in files.items())
        failed = failed or bool(missing) or not same
        if check:
            print(f"{name}: up to date" if same else f"{name}: out of date; run python scripts/update_messages.py")
            continue
        for path, data in files.items():
            path.write_bytes(data)
        print(f"{name}: {sum(1 for entry in made if entry.id)} messages, {len(missing)} without Chinese")
    sys.exit(check and failed)


if __name__ == "__main__":
    main()
