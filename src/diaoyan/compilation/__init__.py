"""From a compilation as it comes (TXT, DOCX, PDF, scan, HTML) to its reports."""

from __future__ import annotations

from diaoyan.compilation.files import Source, read_source
from diaoyan.compilation.result import Evidence, SplitCompilation
from diaoyan.compilation.split import split, split_source

__all__ = ["Evidence", "Source", "SplitCompilation", "read_source", "split", "split_source"]
