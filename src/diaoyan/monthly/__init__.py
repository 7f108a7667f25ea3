"""The new-month workflow: taken in, learned from, tagged, set beside the months before, put up for review."""

from diaoyan.monthly.month import Places, take_in

__all__ = ["Places", "take_in"]
