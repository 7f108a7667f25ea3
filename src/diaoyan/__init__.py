"""diaoyan (调研): from monthly compilations of Chinese policy research to themes, tags and theme reports.

The names below are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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
    "Codebook": "diaoyan.themes",
    "Corpus": "diaoyan.corpus",
    "Label": "diaoyan.corpus",
    "LdaThemes": "diaoyan.discovery",
    "Report": "diaoyan.report",
    "Tagger": "diaoyan.tagging",
    "TfidfThemes": "diaoyan.discovery",
    "Tokenizer": "diaoyan.preprocess",
    "evaluate": "diaoyan.tagging",
    "gather": "diaoyan.theme_report",
    "load_tagger": "diaoyan.models",
    "read_labels": "diaoyan.corpus",
    "read_reports": "diaoyan.inputs",
    "split": "diaoyan.compilation",
    "write_theme_report": "diaoyan.theme_report",
}

__all__ = [
    "Codebook", "Corpus", "Label", "LdaThemes", "Report", "Tagger", "TfidfThemes", "Tokenizer",
    "evaluate", "gather", "load_tagger", "read_labels", "read_reports", "split", "write_theme_report",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'diaoyan' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
