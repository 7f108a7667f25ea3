"""What the command says: results to a file or stdout, everything else to the person on stderr."""

from __future__ import annotations

import contextlib
import gettext as standard_gettext
import io
import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan.cli.progress import aside
from diaoyan.errors import DiaoyanError
from diaoyan.language import LANGUAGES, MESSAGES, VARIABLE, gettext, speak, spoken

if TYPE_CHECKING:
    import pandas as pd

    from diaoyan.tagging import Tagger


@contextmanager
def settled(arguments: Sequence[str]) -> Iterator[None]:
    """Speak as `settle` decides until the block ends: what is set for argparse and other processes is put back."""
    before = {name: os.environ.get(name) for name in (VARIABLE, "LANGUAGE")}
    try:
        settle(arguments)
        yield
    finally:
        speak(None)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def settle(arguments: Sequence[str]) -> None:
    """Decide the language of all that follows, messages of argparse among it, before the first word is said.

    A console that cannot show Chinese is spoken to in English and told so; what it cannot show of a report's text is
    written as numbers of characters, never an error.

    Raises
    ------
    DiaoyanError
        If ``DIAOYAN_LANG`` is none of the languages.
    """
    stated = os.environ.get(VARIABLE, "")
    if stated and stated not in LANGUAGES:
        raise DiaoyanError(
            gettext("{variable}: expected {languages}, got {stated!r}; set it to one of these, or to nothing.").format(
                variable=VARIABLE, languages=" / ".join(LANGUAGES), stated=stated
            )
        )
    asked = [two for one, two in itertools.pairwise(arguments) if one == "--lang"]
    asked += [one.removeprefix("--lang=") for one in arguments if one.startswith("--lang=")]
    for lang in LANGUAGES:
        if asked and asked[-1] == lang:
            speak(lang)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not _shows_chinese(stream):
            stream.reconfigure(errors="backslashreplace")
    if spoken() == "zh" and isinstance(sys.stderr, io.TextIOWrapper) and not _shows_chinese(sys.stderr):
        speak("en")
        say(f"This console cannot show Chinese ({sys.stderr.encoding}), so messages are in English.")
    os.environ["LANGUAGE"] = "zh_CN" if spoken() == "zh" else "en"
    standard_gettext.bindtextdomain("diaoyan", str(MESSAGES))
    standard_gettext.textdomain("diaoyan")


def _shows_chinese(stream: io.TextIOWrapper) -> bool:
    try:
        "中".encode(stream.encoding)
    except UnicodeEncodeError:
        return False
    return True


def say(text: str) -> None:
    """Print a line for the person on stderr; control characters from reports cannot move their cursor."""
    from diaoyan.writing import printable

    aside()
    with contextlib.suppress(OSError):  # nobody can hear it, on a full device or a closed one; the work goes on
        print(printable(text), file=sys.stderr, flush=True)


def say_what_is_unlabelled(tagger: Tagger) -> None:
    """Name the themes that a model judges by seed words and meaning alone, since nobody has labelled them."""
    from diaoyan.tagging.untaught import said_of_unlabelled

    if sentence := said_of_unlabelled(tagger):
        say(sentence)


def show(page: Path | str, *, wanted: bool) -> None:
    """Show a page in the browser where that is wanted; say where it is if there is no browser."""
    if not wanted:
        return
    import webbrowser

    address = page.resolve().as_uri() if isinstance(page, Path) else page
    try:
        shown = webbrowser.open(address)
    except (webbrowser.Error, OSError):
        shown = False
    if not shown:
        say(gettext("no browser could be opened; open this yourself: {address}").format(address=address))


def text_of(table: pd.DataFrame, heads: Sequence[str]) -> str:
    """Return a table as text to print, its columns by what they are called in the language that is spoken."""
    import pandas as pd

    called = table.rename(columns={head: gettext(head) for head in heads})
    with pd.option_context("display.unicode.east_asian_width", True, "display.unicode.ambiguous_as_wide", False):
        return f"{called.to_string(index=False)}\n"


def emit(text: str, output: Path | None, *, force: bool) -> None:
    """Write a result to a file, or to stdout where no file is named."""
    from diaoyan.writing import refuse_existing, write_text

    if output is None:
        # Results are UTF-8 with plain line ends wherever they go, whatever the locale says.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    refuse_existing(output, force=force)
    write_text(output, text)
    say(gettext("wrote {output}").format(output=output))
