"""The verb that completes the others: a script for the user's shell, made from the parser's verbs, options and help."""

from __future__ import annotations

import argparse
import io
import sys

from diaoyan.cli.options import new_parser

#: What the shell offers for an argument, by what help calls it.
FILES = ("CSV", "DOCX", "FILE", "INPUT", "K|auto|FILE", "MONTH|FILE", "OUT", "PARQUET")
FOLDERS = ("DIR",)


def completion(options: argparse.Namespace) -> None:
    """Print the script that lets a shell complete verbs, options, their values and file names."""
    import shtab

    parser = new_parser()
    for one in parsers_of(parser):
        for action in one._actions:
            offered = shtab.FILE if action.metavar in FILES else shtab.DIRECTORY if action.metavar in FOLDERS else None
            if offered and not action.choices:
                action.complete = offered  # type: ignore[attr-defined]  # where shtab looks for it
    # In the encoding of this console, which is what a shell expects of a program, not in UTF-8 as results are.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="\n")
    sys.stdout.write(f"{shtab.complete(parser, options.shell)}\n")


def parsers_of(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Return a parser and those of its verbs."""
    verbs = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [parser, *(one for action in verbs for one in action.choices.values())]
