"""The command `diaoyan`: verbs that read their arguments, call the library and print. No logic lives here."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from diaoyan.cli import compilations, months, results, tags, themes
from diaoyan.cli.progress import working
from diaoyan.cli.speaking import say
from diaoyan.errors import DiaoyanError
from diaoyan.options import new_parser

_VERBS: dict[str, Callable[[argparse.Namespace], None]] = {
    "demo": results.demo,
    "split": compilations.split,
    "add": compilations.add,
    "discover": themes.discover,
    "train": tags.train,
    "evaluate": tags.evaluate,
    "tag": tags.tag,
    "explain": tags.explain,
    "review": months.review,
    "label": months.label,
    "retrain": months.retrain,
    "months": months.months,
    "remove": months.remove,
    "undo": months.undo,
    "models": months.models,
    "themes": months.themes,
    "adopt": months.adopt,
    "report": results.report,
    "notebooks": results.notebooks,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for input that cannot be used, 2 for wrong usage."""
    parser = new_parser()
    options = parser.parse_args(arguments)
    if options.verb is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        with working(options.verb):
            _VERBS[options.verb](options)
    except DiaoyanError as error:
        say(f"diaoyan: {' '.join(str(error).split())}")
        return 1
    except BrokenPipeError:
        # Whoever reads our output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        say("diaoyan: interrupted; nothing was left half-written.")
        return 130
    return 0
