"""From a compilation as it comes (TXT, DOCX, PDF, scan, HTML) to its reports."""

from __future__ import annotations

from diaoyan.compilation.result import Evidence, SplitCompilation
from diaoyan.compilation.split import split, split_source
from diaoyan.readers.source import Source, read_source

__all__ = ["Evidence", "Source", "SplitCompilation", "read_source", "split", "split_source"]
