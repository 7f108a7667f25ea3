"""Titles of figures against made-up facts: each number is read back from them, equals are named together."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from diaoyan import figures
from diaoyan.figures import check
from diaoyan.figures.wording import percent, tied
from drawn import outside

NAMES = {"rural": "乡村", "digital": "数字", "discipline": "纪检", "finance": "金融", "other": "其他"}
THEMES = [theme for theme in NAMES if theme != "other"]
OPTIONS: dict[str, Any] = {"names": NAMES, "source": "来源：样例"}
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many_themes = st.lists(st.sampled_from(list(NAMES)), min_size=3, max_size=40)


def title_of(figure: Figure) -> str:
    """Return the title of a figure that is drawn without fault."""
    assert check(figure) == []
    assert outside(figure) == []
    return str(figure.get_label())


def numbers(title: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+(?!\d*[.%年月])", title)]


def first_of(counts: dict[str, int]) -> tuple[list[str], int]:
    """Return the listed themes with most reports, in the order of the codebook, and how many that is."""
    most = max((counts.get(theme, 0) for theme in THEMES), default=0)
    return [NAMES[theme] for theme in THEMES if counts.get(theme, 0) == most], most


@few
@given(many_themes)
def test_the_month_names_all_themes_that_come_first_with_their_number(themes: list[str]) -> None:
    facts = pd.DataFrame(
        {"theme": themes, "no": range(1, len(themes) + 1), "title": "调查", "status": "full", "weight": 0.9}
    )
    title = title_of(figures.draw_titles(facts, month="2025-06", **OPTIONS))
    first, most = first_of(Counter(themes))
    if most:
        assert numbers(title) == [len(themes), most]
        assert "、".join(first) + ("各" if len(first) > 1 else "") + str(most) in title
    else:
        assert numbers(title) == [len(themes)]


@few
@given(many_themes)
def test_shares_name_all_themes_that_come_first_with_number_and_share(themes: list[str]) -> None:
    counts, total = Counter(themes), len(themes)
    rows = [
        ("2025-06", t, counts[t], counts[t] / total, max(0, counts[t] / total - 0.2), counts[t] / total + 0.2)
        for t in NAMES
    ]
    facts = pd.DataFrame(rows, columns=["month", "theme", "reports", "share", "low", "high"])
    title = title_of(figures.draw_shares(facts, **OPTIONS))
    first, most = first_of(counts)
    if most:
        assert numbers(title) == [most]
        assert "、".join(first) in title
        said = {percent(most / total)} | ({percent(counts["other"] / total)} if counts["other"] > most else set())
        assert set(re.findall(r"\d+%", title)) == said
    else:
        assert not numbers(title)


@few
@given(st.integers(3, 60), st.integers(2, 5), st.integers(0, 10**6))
def test_the_map_counts_what_is_drawn_next_to_another_theme(number: int, themes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    facts = pd.DataFrame(
        {"report_id": [f"r{i:03d}" for i in range(number)], "no": range(1, number + 1), "month": "2025-06",
         "title": [f"第{i}个调查" for i in range(number)], "theme": random.choice(list(NAMES)[:themes], number),
         "x": random.normal(size=number), "y": random.normal(size=number), "status": "full",
         "needs_review": random.random(number) < 0.2}
    )  # fmt: skip
    figure = figures.draw_map(facts, **OPTIONS)
    title = title_of(figure)
    drawn = [
        (gid.split("-")[0], *spot)
        for c in figure.axes[0].collections
        if (gid := c.get_gid())
        for spot in c.get_offsets()
    ]
    places, theme = np.array([row[1:] for row in drawn]), [row[0] for row in drawn]
    away = np.linalg.norm(places[:, None] - places[None], axis=2) + np.diag([np.inf] * number)
    pairs = Counter(frozenset((theme[i], theme[j])) for i, j in enumerate(away.argmin(axis=1)) if theme[i] != theme[j])
    beside = pairs.total()
    if not beside:
        assert numbers(title) == [number]
        return
    assert numbers(title)[:2] == [number, beside]
    most = max(pairs.values())
    first = [pair for pair, count in pairs.items() if count == most]
    named = [pair for pair in pairs if all(NAMES[t] in title for t in pair) and any(
        f"{NAMES[one]}与{NAMES[other]}" in title for one, other in (tuple(pair), tuple(pair)[::-1])
    )]  # fmt: skip
    assert set(named) == (set(first) if most > 1 and len(first) <= 2 else set())
    if named and most < beside:
        assert numbers(title)[2:] == [most]


@few
@given(st.lists(st.tuples(*[st.sampled_from(list(NAMES))] * 2), min_size=3, max_size=40))
def test_the_confusion_names_all_pairs_that_come_first(pairs: list[tuple[str, str]]) -> None:
    facts = pd.DataFrame(pairs, columns=["truth", "predicted"]).assign(reports=1)
    title = title_of(figures.draw_confusion(facts, scores={}, **OPTIONS))
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    assert percent(1 - wrong.total() / len(pairs)) in title
    if not wrong:
        assert "无一混淆" in title
        return
    most = max(wrong.values())
    first = {f"{NAMES[one]}→{NAMES[other]}" for (one, other), count in wrong.items() if count == most}
    named = set(re.findall(r"(\w\w→\w\w)", title))
    assert named <= first
    assert len(named) == min(3, len(first))
    assert numbers(title) == [*([len(first)] if len(first) > 3 else []), most]


@few
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(any))
def test_the_pairs_of_themes_that_come_first_are_all_named(counts: list[int]) -> None:
    both = [(one, other) for place, one in enumerate(THEMES) for other in THEMES[place + 1 :]]
    rows = [*((*pair, count) for pair, count in zip(both, counts, strict=True)), *((t, t, 20) for t in THEMES)]
    facts = pd.DataFrame(rows, columns=["theme", "further", "reports"])
    title = title_of(figures.draw_together(facts, several=max(3, sum(counts)), **OPTIONS))
    most = max(counts)
    first = [f"{NAMES[one]}与{NAMES[other]}" for (one, other), count in zip(both, counts, strict=True) if count == most]
    assert title == f"{tied(first, 'zh', unit='对')}最常同篇出现：{'各' if len(first) > 1 else ''}{most}篇"


@few
@given(st.lists(st.sampled_from([-5.0, -4.0, -1.0, 1.0, 4.0, 5.0]), min_size=1, max_size=9))
def test_the_words_that_rose_and_fell_most_are_all_named_and_no_bar_is_chance(scores: list[float]) -> None:
    facts = pd.DataFrame(
        {"word": [f"词{chr(0x7532 + i)}" for i in range(len(scores))], "score": scores, "now": 3, "before": 4}
    )
    figure = figures.draw_changes(facts, month="2025-06", months=3, reports=(20, 60), source="来源")
    title = title_of(figure)
    named = set(re.findall("“(词.)”", title))
    rising, falling = [s for s in scores if s > 3.29], [s for s in scores if s < -3.29]
    expected = {
        word for side in (rising, falling) if side
        for word in sorted(facts["word"][facts["score"] == max(side, key=abs)])[:3]
    }  # fmt: skip
    assert named == expected
    bars = [bar for axes in figure.axes for bar in axes.patches]
    assert len(bars) == len(rising) + len(falling)
    assert (figures.note_of(figure) is None) == bool(bars)


@few
@given(
    st.lists(
        st.tuples(st.sampled_from(THEMES[:2]), st.sampled_from([0.7, 2.0, 3.0]), st.integers(1, 3)),
        min_size=1,
        max_size=12,
    )
)
def test_words_are_solid_where_they_are_evidence_and_of_two_reports(rows: list[tuple[str, float, int]]) -> None:
    facts = pd.DataFrame(rows, columns=["theme", "score", "reports"])
    facts["word"] = [f"词{chr(0x4E00 + i)}" for i in range(len(rows))]
    figure = figures.draw_words(facts, most=20, **OPTIONS)
    title_of(figure)
    bars = [bar for axes in figure.axes for bar in axes.patches]
    held = facts[facts["reports"] >= 2]
    assert len(bars) == len(held)
    hollow = sum(bar.get_facecolor()[:3] == (1.0, 1.0, 1.0) for bar in bars)
    assert hollow == (held["score"] < 1.96).sum()
    assert any("空心的z值不到1.96" in text.get_text().replace("\n", "") for text in figure.texts) == bool(hollow)


@few
@given(st.lists(st.lists(st.sampled_from(list(NAMES)), min_size=1, max_size=6), min_size=1, max_size=20))
def test_strips_count_what_is_mostly_on_one_theme(reports: list[list[str]]) -> None:
    rows = [
        (f"r{i:02d}", i + 1, part / len(themes), (part + 1) / len(themes), theme, Counter(themes).most_common(1)[0][0])
        for i, themes in enumerate(reports)
        for part, theme in enumerate(themes)
    ]
    facts = pd.DataFrame(rows, columns=["report_id", "no", "start", "end", "theme", "tag"])
    facts = facts.assign(month="2025-06", title="调查", probability=0.9)
    title = title_of(figures.draw_strips(facts, total=len(reports), **OPTIONS))
    most = [Counter(themes).most_common(1)[0] for themes in reports]
    mostly = [theme for themes, (theme, count) in zip(reports, most, strict=True) if 5 * count >= 3 * len(themes)]
    one, none, several = len(mostly) - mostly.count("other"), mostly.count("other"), len(reports) - len(mostly)
    assert numbers(title.replace("一个", "")) == [len(reports), *(number for number in (one, several, none) if number)]


@few
@given(
    st.lists(st.sampled_from(["四川省", "湖北省", "广东省", "海南省"]), min_size=5, max_size=30).filter(
        lambda p: len(set(p)) > 1
    )
)
def test_the_provinces_that_come_first_are_all_named(places: list[str]) -> None:
    facts = pd.DataFrame({"province": places, "theme": "rural", "reports": 1})
    facts = facts.groupby(["province", "theme"], sort=False)["reports"].sum().reset_index()
    title = title_of(figures.draw_provinces(facts, total=40, **OPTIONS))
    counts = Counter(places)
    first = [place for place in counts if counts[place] == max(counts.values())]
    assert numbers(title) == [max(counts.values())]
    assert sum(place in title for place in first) == min(3, len(first))
    assert not any(place in title for place in counts if place not in first)


@pytest.mark.parametrize(("lang", "said"), [("zh", "甲、乙、丙等4对"), ("en", "甲, 乙, 丙 and 1 more")])
def test_of_many_equals_three_are_named_and_the_others_counted(lang: Any, said: str) -> None:
    assert tied(["甲", "乙", "丙", "丁"], lang) == said
    assert tied(["甲"], lang) == "甲"
