"""What the command says: results to a file or stdout, everything else to the person on stderr."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from diaoyan.cli.progress import aside

if TYPE_CHECKING:
    from diaoyan.tagging import Tagger


def say(text: str) -> None:
    """Print a line for the person on stderr; control characters from reports cannot move their cursor."""
    from diaoyan.writing import printable

    aside()
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
        say(f"no browser could be opened; open this yourself: {address}")


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
    say(f"wrote {output}")
