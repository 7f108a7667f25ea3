"""The theme report: facts are gathered into plain tables, then drawn, saved beside each figure and put on paper."""

from diaoyan.theme_report.divisions import divide
from diaoyan.theme_report.facts import Facts
from diaoyan.theme_report.gathering import gather
from diaoyan.theme_report.output import write_theme_report

__all__ = ["Facts", "divide", "gather", "write_theme_report"]
