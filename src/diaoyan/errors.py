"""The exceptions of the package: each carries one sentence, saying what was expected, what came and what to do."""

from __future__ import annotations

import re


class DiaoyanError(Exception):
    """Base of every error a user can cause; the command prints its sentence and exits 1.

    Lines are joined: what other libraries say of a damaged file, which sentences quote, may run over several.
    """

    def __init__(self, sentence: str) -> None:
        lines = re.split(r"[\r\n]", sentence)
        super().__init__(" ".join(filter(None, map(str.strip, lines))) if len(lines) > 1 else sentence)


class CompilationError(DiaoyanError):
    """A file cannot be read, or is not a compilation of reports."""


class CorpusError(DiaoyanError):
    """Reports, labels or tags are missing, contradictory or damaged."""


class CodebookError(DiaoyanError):
    """`themes.toml` cannot be used as it is."""


class ModelError(DiaoyanError):
    """A model folder is damaged, foreign, newer than this program, or cannot be fitted from what is there."""


class FigureError(DiaoyanError):
    """A figure cannot be drawn as it must be, for example because its font lacks a glyph."""
