"""The measures, each in a file of its own with a function `run`; `scripts/measure.py` lists and runs them."""
