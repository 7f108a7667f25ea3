"""`python -m diaoyan.cli` is the command too."""

import sys

from diaoyan.cli import main

sys.exit(main())
