"""Picks small enough to read, for the tests of the review sheet and widget."""

from __future__ import annotations

from diaoyan.report import Report
from diaoyan.review import Pick
from diaoyan.review.choosing import CHECK, SEEDS, SUSPECT, UNCERTAIN
from diaoyan.tagging import Tag

REPORTS = [
    Report("2025-03-001-aaaaaa", "石渡县宅基地调查", text="全县有村一百二十个。" * 40, month="2025-03", no=1),
    Report("2025-03-002-bbbbbb", "=1+1 金融支持数字乡村", month="2025-03", no=2, status="missing"),
    Report("00123", "<b>春节</b>的由来", text="除夕那天，\n家家贴春联。"),
]
_THEMES = [("rural", ("rural",)), ("finance", ("finance", "digital", "rural")), ("other", ())]
_REASONS = [(UNCERTAIN,), (SUSPECT, SEEDS), (CHECK,)]


def small_picks() -> list[Pick]:
    """Return three picks: one plain, one with several themes and a risky title, one that is `other`."""
    picks = []
    for report, (primary, themes), reasons in zip(REPORTS, _THEMES, _REASONS, strict=True):
        tag = Tag(
            report.report_id,
            report.month,
            report.no,
            report.title,
            primary,
            themes,
            {primary: 0.87},
            True,
            "+农户、<i>",
        )
        picks.append(Pick(report, tag, reasons, 0.5, primary, 0.874))
    return picks
