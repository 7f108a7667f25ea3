"""Lets `python -m diaoyan` do what the command `diaoyan` does."""

import sys

from diaoyan.cli import main

if __name__ == "__main__":
    sys.exit(main())
