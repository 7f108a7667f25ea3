"""The theme report: facts are gathered into plain tables, then drawn, saved beside each figure and put on paper."""

from diaoyan.theme_report.apart import Beside
from diaoyan.theme_report.facts import Facts
from diaoyan.theme_report.findings import Finding, findings
from diaoyan.theme_report.gathering import gather
from diaoyan.theme_report.output import write_theme_report
from diaoyan.theme_report.selection import months_of

__all__ = ["Beside", "Facts", "Finding", "findings", "gather", "months_of", "write_theme_report"]
