"""The theme report: facts are gathered into plain tables, then drawn, saved beside each figure and put on paper.

Most names below are loaded when they are first used: the process that finds themes beside has no need of the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diaoyan.lazy import loading
from diaoyan.theme_report.findings import Finding, findings  # a module of the same name would stand in its way later

if TYPE_CHECKING:
    from diaoyan.theme_report.apart import Beside
    from diaoyan.theme_report.drawings import turn_to_drawing
    from diaoyan.theme_report.facts import Facts
    from diaoyan.theme_report.gathering import gather
    from diaoyan.theme_report.output import write_theme_report
    from diaoyan.theme_report.selection import months_of

__all__ = ["Beside", "Facts", "Finding", "findings", "gather", "months_of", "turn_to_drawing", "write_theme_report"]

_HOMES = {
    "Beside": ".apart",
    "Facts": ".facts",
    "gather": ".gathering",
    "months_of": ".selection",
    "turn_to_drawing": ".drawings",
    "write_theme_report": ".output",
}

__getattr__ = loading(__name__, _HOMES)
