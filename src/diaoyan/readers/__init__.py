"""From the bytes of a file to its text: a file for each format, and in `kinds.py` one table of what tells them."""
