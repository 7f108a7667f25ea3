"""Documents of a theme report: one HTML page, a Word file and a workbook, all made from one `Brief`.

The names below are loaded when they are first used: a table of tags is saved as a workbook without Matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diaoyan.lazy import loading

if TYPE_CHECKING:
    from diaoyan.documents.brief import Brief, Picture, Topic
    from diaoyan.documents.page import write_page
    from diaoyan.documents.sheet import write_sheet
    from diaoyan.documents.word import write_word

__all__ = ["Brief", "Picture", "Topic", "write_page", "write_sheet", "write_word"]

_HOMES = {
    "Brief": ".brief",
    "Picture": ".brief",
    "Topic": ".brief",
    "write_page": ".page",
    "write_sheet": ".sheet",
    "write_word": ".word",
}

__getattr__ = loading(__name__, _HOMES)
