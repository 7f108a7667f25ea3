"""diaoyan (调研): from monthly compilations of Chinese policy research to themes, tags and theme reports.

The names below are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diaoyan.lazy import loading

if TYPE_CHECKING:
    from diaoyan.compilation import split
    from diaoyan.corpus import Corpus, Label, read_labels
    from diaoyan.discovery import LdaThemes, TfidfThemes
    from diaoyan.inputs import read_reports
    from diaoyan.models import load_tagger
    from diaoyan.preprocess import Tokenizer
    from diaoyan.report import Report
    from diaoyan.tagging import Tagger, evaluate
    from diaoyan.theme_report import gather, write_theme_report
    from diaoyan.themes import Codebook

__version__ = "0.1.0"

_HOMES = {
    "Codebook": ".themes",
    "Corpus": ".corpus",
    "Label": ".corpus",
    "LdaThemes": ".discovery",
    "Report": ".report",
    "Tagger": ".tagging",
    "TfidfThemes": ".discovery",
    "Tokenizer": ".preprocess",
    "evaluate": ".tagging",
    "gather": ".theme_report",
    "load_tagger": ".models",
    "read_labels": ".corpus",
    "read_reports": ".inputs",
    "split": ".compilation",
    "write_theme_report": ".theme_report",
}

__all__ = [
    "Codebook", "Corpus", "Label", "LdaThemes", "Report", "Tagger", "TfidfThemes", "Tokenizer",
    "evaluate", "gather", "load_tagger", "read_labels", "read_reports", "split", "write_theme_report",
]  # fmt: skip

__getattr__ = loading(__name__, _HOMES)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
