"""Titles of figures against made-up facts, in both languages: each number is read back, equals are named together."""

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
from diaoyan.figures.wording import listed, percent, reports_words, tied
from diaoyan.language import Lang
from drawn import outside, over_margin

NAMES: dict[Lang, dict[str, str]] = {
    "zh": {"rural": "乡村", "digital": "数字", "discipline": "纪检", "finance": "金融", "other": "其他"},
    "en": {"rural": "Rural", "digital": "Digital", "discipline": "Discipline", "finance": "Finance", "other": "Other"},
}
IDS = list(NAMES["en"])
THEMES = [theme for theme in IDS if theme != "other"]
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many_themes = st.lists(st.sampled_from(IDS), min_size=3, max_size=40)
in_each = pytest.mark.parametrize("lang", ["zh", "en"])


def options(lang: Lang) -> dict[str, Any]:
    return {"source": "来源：样例", "lang": lang}


def title_of(figure: Figure) -> str:
    """Return the title of a figure that is drawn without fault, and whole."""
    assert check(figure) == []
    assert outside(figure) == []
    assert over_margin(figure) == []
    title = str(figure.get_label())
    assert figure.texts[0].get_text().replace("\n", "").replace(" ", "") == title.replace(" ", "")
    return title


def numbers(title: str) -> list[int]:
    """Return the whole numbers of a title but those of months, shares and titles of reports."""
    return [int(number) for number in re.findall(r"\d+(?![\d.]*[.%年月])", re.sub(r"《.*?》|\d{4}-\d\d", "", title))]


def first_of(counts: dict[str, int], lang: Lang) -> tuple[list[str], int]:
    """Return the listed themes with most reports, in the order of the codebook, and how many that is."""
    most = max((counts.get(theme, 0) for theme in THEMES), default=0)
    return [NAMES[lang][theme] for theme in THEMES if counts.get(theme, 0) == most], most


@in_each
@few
@given(many_themes)
def test_the_month_names_all_themes_that_come_first_with_their_number(lang: Lang, themes: list[str]) -> None:
    facts = pd.DataFrame(
        {"theme": themes, "no": range(1, len(themes) + 1), "title": "调查", "status": "full", "weight": 0.9}
    )
    title = title_of(figures.draw_titles(facts, month="2025-06", names=NAMES[lang], **options(lang)))
    counts = Counter(themes)
    first, most = first_of(counts, lang)
    apart = bool(most) and counts["other"] >= most
    assert numbers(title) == [len(themes), *([counts["other"]] if apart else []), *([most] if most else [])]
    if most:
        assert listed(first, lang) in title
        assert (("各" if lang == "zh" else " each") in title) == (len(first) > 1)
        assert ({"zh": "不属所列主题", "en": "under no listed theme"}[lang] in title) == apart


@in_each
@few
@given(many_themes)
def test_shares_name_all_themes_that_come_first_with_number_and_share(lang: Lang, themes: list[str]) -> None:
    counts, total = Counter(themes), len(themes)
    rows = [
        ("2025-06", t, counts[t], counts[t] / total, max(0, counts[t] / total - 0.2), counts[t] / total + 0.2)
        for t in IDS
    ]
    facts = pd.DataFrame(rows, columns=["month", "theme", "reports", "share", "low", "high"])
    title = title_of(figures.draw_shares(facts, names=NAMES[lang], **options(lang)))
    first, most = first_of(counts, lang)
    if not most:
        assert not numbers(title)
        return
    assert numbers(title) == [most]
    assert listed(first, lang) in title
    said = {percent(most / total)} | ({percent(counts["other"] / total)} if counts["other"] >= most else set())
    assert set(re.findall(r"\d+%", title)) == said


@in_each
@few
@given(st.integers(3, 60), st.integers(2, 5), st.integers(0, 10**6))
def test_the_map_counts_what_is_drawn_next_to_another_theme(lang: Lang, number: int, themes: int, seed: int) -> None:
    random, names = np.random.default_rng(seed), NAMES[lang]
    facts = pd.DataFrame(
        {
            "report_id": [f"r{i:03d}" for i in range(number)],
            "no": range(1, number + 1),
            "month": "2025-06",
            "title": [f"第{i}个调查" for i in range(number)],
            "theme": random.choice(IDS[:themes], number),
            "x": random.normal(size=number),
            "y": random.normal(size=number),
            "status": "full",
            "needs_review": random.random(number) < 0.2,
        }
    )
    figure = figures.draw_map(facts, names=names, **options(lang))
    title = title_of(figure)
    drawn = [
        (gid.split("-")[0], *spot)
        for c in figure.axes[0].collections
        if (gid := c.get_gid())
        for spot in c.get_offsets()
    ]
    places, theme = np.array([row[1:] for row in drawn]), [row[0] for row in drawn]
    away = np.linalg.norm(places[:, None] - places[None], axis=2) + np.diag([np.inf] * number)
    pairs = Counter(
        frozenset((theme[i], theme[j]))
        for i, j in enumerate(away.argmin(axis=1))
        if theme[i] != theme[j] and theme.count(theme[i]) > 1  # the only report of a theme has none of its own
    )
    beside, most = pairs.total(), max(pairs.values(), default=0)
    first = [pair for pair, count in pairs.items() if count == most]
    between = {"zh": "与", "en": " and "}[lang]
    named = [
        pair
        for pair in pairs
        if any(f"{names[one]}{between}{names[other]}" in title for one, other in (tuple(pair), tuple(pair)[::-1]))
    ]
    assert set(named) == (set(first) if most > 1 and len(first) <= 2 else set())
    titles = [name for name in re.findall("《(.*?)》", title) if name in set(facts["title"])]
    assert len(titles) == (0 if named else min(2, beside))
    counted = [number] if not beside or (titles and beside <= 2) else sorted([number, beside])
    assert sorted(numbers(title)[: len(counted)]) == counted
    assert numbers(title)[len(counted) :] == ([most] if named and most < beside else [])


@in_each
@few
@given(st.lists(st.tuples(*[st.sampled_from(IDS)] * 2), min_size=3, max_size=40))
def test_the_confusion_names_all_pairs_that_come_first(lang: Lang, pairs: list[tuple[str, str]]) -> None:
    names = NAMES[lang]
    facts = pd.DataFrame(pairs, columns=["truth", "predicted"]).assign(reports=1)
    title = title_of(figures.draw_confusion(facts, names=names, scores={}, **options(lang)))
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    assert percent(1 - wrong.total() / len(pairs)) in title
    if not wrong:
        assert {"zh": "无一判错", "en": "none wrong"}[lang] in title
        return
    most, shown = max(wrong.values()), {"zh": 3, "en": 2}[lang]
    first = {f"{names[one]}→{names[other]}" for (one, other), count in wrong.items() if count == most}
    one = "|".join(names.values())
    named = set(re.findall(f"(?:{one})→(?:{one})", title))
    assert named <= first
    assert len(named) == min(shown, len(first))
    more = ([len(first)] if lang == "zh" else [len(first) - shown]) if len(first) > shown else []
    assert sorted(numbers(title)) == sorted([*more, most])


@in_each
@few
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(any))
def test_the_pairs_of_themes_that_come_first_are_all_named(lang: Lang, counts: list[int]) -> None:
    names = NAMES[lang]
    both = [(one, other) for place, one in enumerate(THEMES) for other in THEMES[place + 1 :]]
    rows = [*((*pair, count) for pair, count in zip(both, counts, strict=True)), *((t, t, 20) for t in THEMES)]
    facts = pd.DataFrame(rows, columns=["theme", "further", "reports"])
    title = title_of(figures.draw_together(facts, names=names, several=max(3, sum(counts)), **options(lang)))
    most, joined = max(counts), {"zh": "{}与{}", "en": "{} with {}"}[lang]
    first = [joined.format(names[a], names[b]) for (a, b), count in zip(both, counts, strict=True) if count == most]
    each = len(first) > 1
    said = reports_words(most, lang)
    assert title == (
        f"{tied(first, lang, unit='对')}最常同篇出现：{'各' * each}{said}"
        if lang == "zh"
        else f"Most often together, {said}{' each' * each}: {tied(first, lang, most=2)}"
    )


@in_each
@few
@given(st.lists(st.sampled_from([-5.0, -4.0, -1.0, 1.0, 4.0, 5.0]), min_size=1, max_size=9))
def test_the_words_that_rose_and_fell_most_are_all_named_and_none_drawn_is_chance(
    lang: Lang, scores: list[float]
) -> None:
    facts = pd.DataFrame(
        {"word": [f"词{chr(0x7532 + i)}" for i in range(len(scores))], "score": scores, "now": 3, "before": 4}
    ).assign(clear=lambda frame: frame["score"].abs() > 3.29)
    figure = figures.draw_changes(facts, month="2025-06", before="2025-05", reports=(20, 60), **options(lang))
    named = set(re.findall("词.", title_of(figure)))
    rising, falling = [s for s in scores if s > 3.29], [s for s in scores if s < -3.29]
    expected = {
        word
        for side in (rising, falling)
        if side
        for word in sorted(facts["word"][facts["score"] == max(side, key=abs)])[:3]
    }
    assert named == expected
    drawn = [text for axes in figure.axes for text in axes.texts if text.get_text() == "7% → 15%"]
    assert len(drawn) == len(rising) + len(falling)
    assert (figures.note_of(figure) is None) == bool(drawn)


@in_each
@few
@given(
    st.lists(
        st.tuples(st.sampled_from(THEMES[:2]), st.sampled_from([0.7, 2.0, 3.0]), st.integers(1, 3)),
        min_size=1,
        max_size=12,
    )
)
def test_words_are_solid_where_they_are_evidence_and_of_two_reports(
    lang: Lang, rows: list[tuple[str, float, int]]
) -> None:
    facts = pd.DataFrame(rows, columns=["theme", "score", "reports"])
    facts["word"] = [f"词{chr(0x4E00 + i)}" for i in range(len(rows))]
    figure = figures.draw_words(facts, names=NAMES[lang], most=20, **options(lang))
    title = title_of(figure)
    bars = [bar for axes in figure.axes for bar in axes.patches]
    held = facts[facts["reports"] >= 2]
    assert len(bars) == len(held)
    hollow = sum(bar.get_facecolor()[:3] == (1.0, 1.0, 1.0) for bar in bars)
    assert hollow == (held["score"] < 1.96).sum()
    said = {"zh": "空心的可能是偶然", "en": "hollow: perhaps chance"}[lang]
    assert any(said in text.get_text().replace("\n", " " * (lang == "en")) for text in figure.texts) == bool(hollow)
    if bars:
        best = held[held["score"] >= 1.96].groupby("theme")["score"].max()
        marked = {
            theme: set(held["word"][(held["theme"] == theme) & (held["score"] == best[theme])]) for theme in best.index
        }
        assert {theme for theme in THEMES if NAMES[lang][theme] in title} == set(marked)
        assert set(re.findall("词[一-丐]", title)) <= set().union(*marked.values())


@in_each
@few
@given(st.lists(st.lists(st.sampled_from(IDS), min_size=1, max_size=6), min_size=1, max_size=20))
def test_strips_count_what_is_mostly_on_one_theme(lang: Lang, reports: list[list[str]]) -> None:
    rows = [
        (f"r{i:02d}", i + 1, part / len(themes), (part + 1) / len(themes), theme, Counter(themes).most_common(1)[0][0])
        for i, themes in enumerate(reports)
        for part, theme in enumerate(themes)
    ]
    facts = pd.DataFrame(rows, columns=["report_id", "no", "start", "end", "theme", "tag"])
    facts = facts.assign(month="2025-06", title="调查", probability=0.9)
    title = title_of(figures.draw_strips(facts, names=NAMES[lang], total=len(reports), **options(lang)))
    most = [Counter(themes).most_common(1)[0] for themes in reports]
    mostly = [theme for themes, (theme, count) in zip(reports, most, strict=True) if 5 * count >= 3 * len(themes)]
    one, none, several = len(mostly) - mostly.count("other"), mostly.count("other"), len(reports) - len(mostly)
    counted = numbers(title.replace("一个", "").replace(" one is", " 1 is"))
    every = one == len(reports) > 1
    assert counted == ([one] if every else [len(reports), *(number for number in (one, several, none) if number)])


@pytest.mark.parametrize(
    ("tags", "zh", "en"),
    [
        (["rural", "rural", "other"], "归入所列主题、画出的2篇中1篇以一个主题为主，1篇分写几个主题",
         "Of 2 reports drawn, filed under a theme, one is mostly on one theme, 1 on several"),
        (["other", "other", "other"], "画出的3篇没有一篇归入所列主题",
         "None of 3 that are drawn is filed under a listed theme"),
    ],
)  # fmt: skip
def test_of_strips_that_are_chosen_by_their_theme_only_those_are_counted(tags: list[str], zh: str, en: str) -> None:
    rows = [(f"r{i}", i + 1, k / 2, (k + 1) / 2, tag if i == 0 else IDS[k], tag)
            for i, tag in enumerate(tags) for k in range(2)]  # fmt: skip
    facts = pd.DataFrame(rows, columns=["report_id", "no", "start", "end", "theme", "tag"])
    facts = facts.assign(month="2025-06", title="调查", probability=0.9)
    for lang, said in (("zh", zh), ("en", en)):
        figure = figures.draw_strips(facts, names=NAMES[lang], total=40, of_month=40, **options(lang))  # type: ignore
        assert title_of(figure) == said


@in_each
@few
@given(
    st.lists(st.sampled_from(["四川省", "湖北省", "广东省", "海南省"]), min_size=5, max_size=30).filter(
        lambda p: len(set(p)) > 1
    )
)
def test_the_provinces_that_come_first_are_all_named(lang: Lang, places: list[str]) -> None:
    facts = pd.DataFrame({"province": places, "theme": "rural", "reports": 1})
    facts = facts.groupby(["province", "theme"], sort=False)["reports"].sum().reset_index()
    title = title_of(figures.draw_provinces(facts, names=NAMES[lang], total=40, **options(lang)))
    counts = Counter(places)
    first = [place for place in counts if counts[place] == max(counts.values())]
    more = [{"zh": 4, "en": 1}[lang]] if len(first) > 3 else []
    assert numbers(title) == [len(places), *more, max(counts.values())]
    assert sum(place in title for place in first) == min(3, len(first))
    assert not any(place in title for place in counts if place not in first)


@in_each
@few
@given(many_themes, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_divisions_say_how_often_they_come_to_the_tag_unless_most_are_titles(
    lang: Lang, themes: list[str], lda: int, tfidf: int, with_text: int
) -> None:
    counts, reports = Counter(themes), len(themes)
    with_text = min(reports, with_text)
    facts = pd.DataFrame({"lda": "0", "theme": list(counts), "tfidf": "0", "reports": list(counts.values())})
    names = {"lda": {"0": "甲"}, "theme": NAMES[lang], "tfidf": {"0": "乙"}}
    found = {"scores": {"lda": 0.4, "tfidf": 0.3, "both": 0.5}, "same": {"lda": lda, "tfidf": tfidf}}
    title = title_of(
        figures.draw_agreement(facts, names=names, total=reports, with_text=with_text, **found, **options(lang))
    )
    titles = reports - with_text
    if titles > reports / 2:
        assert sorted(numbers(title)) == sorted([reports, titles])
    else:
        assert numbers(title) == [reports, lda, tfidf, max(counts.values())]
        assert any(NAMES[lang][theme] in title for theme in counts if counts[theme] == max(counts.values()))


@in_each
@few
@given(st.lists(st.integers(2, 12), min_size=2, max_size=6, unique=True), st.data())
def test_the_choice_names_what_is_taken_and_what_is_as_stable(lang: Lang, ks: list[int], data: st.DataObject) -> None:
    level = data.draw(st.lists(st.sampled_from(ks), min_size=1, unique=True))
    firm = data.draw(st.booleans())
    facts = pd.DataFrame(
        {"k": sorted(ks), "stability": 0.8 if firm else 0.4, "error": 0.02, "coherence": 0.2, "largest": 0.4}
    ).assign(plateau=lambda frame: frame["k"].isin(level), chosen=lambda frame: frame["k"] == max(level))
    title = title_of(figures.draw_choice(facts, of_rest=data.draw(st.booleans()), **options(lang)))
    level.sort()
    gapless = len(level) > 2 and level[-1] - level[0] + 1 == len(level)
    named = [] if not firm or len(level) < 2 else [level[0], level[-1]] if gapless else level
    assert numbers(title) == [*named, max(level)]


@in_each
@few
@given(st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 0.2)), min_size=1, max_size=8), st.booleans())
def test_the_curve_says_how_many_need_no_review_and_how_wrong_they_may_be(
    lang: Lang, rows: list[tuple[float, float]], titles: bool
) -> None:
    facts = pd.DataFrame(rows, columns=["error", "more"])
    facts = facts.assign(
        kind="title" if titles else "text",
        certainty=[1 - (i + 1) / (len(rows) + 1) for i in range(len(rows))],
        coverage=[(i + 1) / len(rows) for i in range(len(rows))],
        reports=40,
        low=facts["error"],
        high=facts["error"] + facts["more"],
    )
    title = title_of(figures.draw_risk(facts, **options(lang)))
    kept = facts[facts["error"] <= 0.04]
    said = [percent(kept[column].iloc[-1]) for column in ("coverage", "error", "high")] if len(kept) else ["4%"]
    assert re.findall(r"[<>]?\d+%", title) == said


@in_each
@few
@given(st.integers(1, 90), st.integers(0, 40), st.integers(1, 60))
def test_the_curve_says_how_many_of_the_readers_own_tags_may_be_wrong_and_where_the_rule_is(
    lang: Lang, kept: int, low: int, more: int
) -> None:
    facts = pd.DataFrame(
        {"kind": "text", "coverage": [0.5, 1.0], "error": [0.0, 0.2], "low": 0.0, "high": [0.1, 0.3], "reports": 40}
    )
    wrong = (kept, low, low + more)
    facts = facts.assign(certainty=[0.92, 0.3])
    figure = figures.draw_risk(facts, wrong=wrong, bars={"text": 0.9}, **options(lang))
    title = title_of(figure)
    assert numbers(title.replace("不到1篇", "")) == [number for number in wrong if number]
    assert ({"zh": "不到1篇", "en": "less than one"}[lang] in title) == (not low)
    dots = [line.get_xydata().tolist() for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert dots == [[[0.92, 0.0]]]


@in_each
@few
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.3)), min_size=1, max_size=5))
def test_reliability_says_by_how_many_points_it_errs(lang: Lang, rows: list[tuple[float, float, float]]) -> None:
    facts = pd.DataFrame(sorted(rows), columns=["stated", "right", "wide"])
    facts = facts.assign(
        low=(facts["right"] - facts["wide"]).clip(0), high=(facts["right"] + facts["wide"]).clip(upper=1), reports=20
    )
    title = title_of(figures.draw_reliability(facts, **options(lang)))
    away = round(100 * float((facts["stated"] - facts["right"]).abs().mean()))
    assert numbers(title) == [max(1, away)]
    within = ((facts["low"] <= facts["stated"]) & (facts["stated"] <= facts["high"])).all()
    assert ({"zh": "误差范围之内", "en": "within chance"}[lang] in title) == bool(within and away)


@in_each
@few
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.booleans()), min_size=1, max_size=4))
def test_drift_names_the_themes_that_clearly_changed(lang: Lang, rows: list[tuple[float, float, bool]]) -> None:
    facts = pd.DataFrame(rows, columns=["before", "now", "clear"]).assign(low=-0.1, high=0.1)
    facts.insert(0, "what", THEMES[: len(rows)])
    title = title_of(
        figures.draw_drift(facts, month="2025-06", reports=20, trusted=True, names=NAMES[lang], **options(lang))
    )
    clear = facts[facts["clear"]].head(3)
    assert re.findall(r"[<>]?\d+%", title) == [percent(share) for share in clear["now"]]
    assert [theme for theme in THEMES if NAMES[lang][theme] in title] == clear["what"].tolist()


@pytest.mark.parametrize(("lang", "said"), [("zh", "甲、乙、丙等4对"), ("en", "甲, 乙, 丙 and 1 more")])
def test_of_many_equals_three_are_named_and_the_others_counted(lang: Any, said: str) -> None:
    assert tied(["甲", "乙", "丙", "丁"], lang, unit="对") == said
    assert tied(["甲"], lang) == "甲"
