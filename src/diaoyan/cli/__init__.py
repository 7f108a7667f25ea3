"""The command `diaoyan`: verbs that read their arguments, call the library and print. No logic lives here."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from diaoyan.cli.options import new_parser
from diaoyan.cli.progress import working
from diaoyan.cli.speaking import say, settled
from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, reason


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for input that cannot be used, 2 for wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the program that started this one
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    with contextlib.ExitStack() as stack:
        return _run(given, stack)


def _run(given: Sequence[str], stack: contextlib.ExitStack) -> int:
    try:
        stack.enter_context(settled(given))
        parser = new_parser()
        options = parser.parse_args(given)
        if options.verb is None:
            parser.print_help(sys.stderr)
            return 2
        with working(options.verb):
            getattr(import_module(options.home), options.verb)(options)
        sys.stdout.flush()
    except DiaoyanError as error:
        say(f"diaoyan: {' '.join(str(error).split())}")
        return 1
    except BrokenPipeError:
        # Whoever reads our output has seen enough; Python must not complain about it at exit.
        _forget_output()
        return 1
    except OSError as error:
        _forget_output()
        what = f"{error.filename}: {reason(error)}" if error.filename else reason(error)
        say(gettext("diaoyan: a file or device cannot be read or written: {error}").format(error=what))
        return 1
    except KeyboardInterrupt:
        say(gettext("diaoyan: interrupted; nothing was left half-written."))
        return 130
    return 0


def _forget_output() -> None:
    """Throw away what could not be printed, so that Python does not try again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
