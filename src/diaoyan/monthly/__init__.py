"""The new-month workflow: taken in, tagged, set beside the months before, put up for review, learned from."""

from diaoyan.monthly.month import Places, take_in

__all__ = ["Places", "take_in"]
