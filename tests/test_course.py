"""The last month against those before it: which are compared, and what is called a change."""

from __future__ import annotations

from collections import Counter

import numpy as np

from diaoyan.report import Report
from diaoyan.tagging import Tag
from diaoyan.theme_report.course import by_accident, course
from diaoyan.theme_report.wording import changes

CLASSES = ["rural", "digital", "other"]


def tag(month: str | None, theme: str) -> Tag:
    return Tag("r", month, 1, "调查", theme, (theme,), {}, False, "")


def test_the_last_month_is_compared_with_the_twelve_before_it_that_have_reports() -> None:
    months = [f"2024-{number:02d}" for number in range(1, 13)] + ["2025-03", "2025-04", None]
    found = course([tag(month, "rural") for month in months], CLASSES)
    assert (found.month, found.now, found.then) == ("2025-04", 1, 12)
    assert found.before == (*(f"2024-{number:02d}" for number in range(2, 13)), "2025-03")
    assert not found.enough


def test_without_months_nothing_is_compared() -> None:
    found = course([tag(None, "rural")] * 20, CLASSES)
    assert (found.month, found.before, found.now, found.then, found.enough) == ("", (), 0, 0, False)
    assert found.themes["clear"].tolist() == [False] * 3


def test_the_more_themes_are_looked_at_the_clearer_one_must_be() -> None:
    tags = [tag("2025-04", "rural")] * 6 + [tag("2025-04", "other")] * 14
    tags += [tag("2025-03", "rural")] * 4 + [tag("2025-03", "other")] * 56
    assert 0.005 < by_accident(6, 20, 4, 60) < 0.05 / 2
    clear = [course(tags, [*themes, "other"]).themes["clear"].tolist()[0] for themes in (["rural"], ["rural"] * 40)]
    assert clear == [True, False]


def test_by_chance_alone_hardly_a_month_in_twenty_has_a_change() -> None:
    random, months = np.random.default_rng(0), 300
    seen = 0
    for _ in range(months):
        drawn = random.choice(CLASSES, size=80, p=[0.2, 0.3, 0.5])
        tags = [tag("2025-04" if place < 20 else "2025-03", theme) for place, theme in enumerate(drawn)]
        seen += bool(course(tags, CLASSES).themes["clear"].any())
    assert 0 < seen <= 0.05 * months


def test_words_change_clearly_only_beyond_what_chance_does_to_one_of_all_words() -> None:
    reports = [Report(f"r{i}", "调查", month="2025-04" if i < 20 else "2025-03") for i in range(80)]
    tags = [tag(report.month, "rural") for report in reports]
    counts = [
        Counter(["调研", *["算力"] * (i < 12), *["春耕"] * (i >= 40), *["会议"] * (i % 9 == 0)]) for i in range(80)
    ]
    facts = changes(counts, reports, course=course(tags, CLASSES)).set_index("word")
    assert facts.loc["算力", ["now", "before", "clear"]].tolist() == [12, 0, True]
    assert facts.loc["春耕", ["now", "before", "clear"]].tolist() == [0, 40, True]
    assert not facts.loc[["调研", "会议"], "clear"].any()
    assert facts["score"].is_monotonic_decreasing
    many = [count + Counter(f"词{place}" for place in range(4000)) for count in counts]
    thin = [count + Counter(["甲"] * (i < 5)) for i, count in enumerate(many)]
    assert not changes(thin, reports, course=course(tags, CLASSES)).set_index("word").loc["甲", "clear"]  # 1 in 600
