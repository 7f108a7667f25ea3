"""What the command says: results to a file or stdout, everything else to the person on stderr."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from diaoyan.cli.progress import aside


def say(text: str) -> None:
    """Print a line for the person on stderr; control characters from reports cannot move their cursor."""
    from diaoyan.writing import printable

    aside()
    print(printable(text), file=sys.stderr, flush=True)


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
