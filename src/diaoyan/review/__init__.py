"""Review by hand: which reports are worth a look, the sheet or widget that asks, and the answers taken back."""

from diaoyan.review.answers import Answers, has_answers, read_sheet
from diaoyan.review.choosing import Pick, choose, counted
from diaoyan.review.sheet import write_sheet
from diaoyan.review.widget import ReviewWidget

__all__ = ["Answers", "Pick", "ReviewWidget", "choose", "counted", "has_answers", "read_sheet", "write_sheet"]
