"""Documents of a theme report: one HTML page, a Word file and a workbook, all made from one `Brief`."""

from diaoyan.documents.brief import Brief, Picture, Topic
from diaoyan.documents.page import write_page
from diaoyan.documents.sheet import write_sheet
from diaoyan.documents.word import write_word

__all__ = ["Brief", "Picture", "Topic", "write_page", "write_sheet", "write_word"]
