"""The figures of a theme report, drawn from facts written out here: what they say, show and refuse."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from diaoyan.errors import FigureError
from diaoyan.figures import check, draw_confusion, draw_map, draw_shares, draw_words, note_of, numbering, save, shares
from diaoyan.figures import map as report_map
from diaoyan.figures import style as report_style
from diaoyan.figures.months import trend
from diaoyan.figures.placement import place, spread
from diaoyan.language import Lang
from drawn import outside

NAMES = {"rural": "乡村振兴", "digital": "数字经济", "discipline": "纪检监察", "finance": "金融", "other": "其他"}
ENGLISH = {
    "rural": "Rural revitalisation",
    "digital": "Digital economy",
    "discipline": "Discipline inspection",
    "finance": "Finance",
    "other": "Other",
}
HOSTILE = {
    "rural": "<b>乡村</b>&amp;“振兴”😀" * 12,
    "digital": "$x_1$ 数字 $\\frac{",
    "discipline": "\x00\u202e纪检\n监察",
    "finance": "W" * 200,
    "other": "",
}
MANY = {"rural": "乡村振兴", **{f"t{i}": f"第{i}个很长很长的自定主题名称" for i in range(14)}, "other": "其他"}
SOURCE = "来源：调研报告汇编2026年5月至8月，共88篇，74篇有正文"


def texts(figure: Figure) -> list[str]:
    in_axes = [text for axes in figure.axes for text in axes.findobj(Text)]
    return [text.get_text() for text in (*figure.texts, *in_axes) if text.get_text()]


def months(number: int, first: int = 2022 * 12 + 8) -> list[str]:
    return [f"{(first + i) // 12}-{(first + i) % 12 + 1:02d}" for i in range(number)]


def share_facts(counts: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Return facts from counts by month and theme, with an interval of a tenth to each side."""
    rows = []
    for month, by_theme in counts.items():
        total = sum(by_theme.values()) or 1
        for theme, reports in by_theme.items():
            share = reports / total
            rows.append((month, theme, reports, share, max(0.0, share - 0.1), min(1.0, share + 0.1)))
    return pd.DataFrame(rows, columns=["month", "theme", "reports", "share", "low", "high"])


def one_month(*reports: int, month: str | None = "2026-08") -> pd.DataFrame:
    facts = share_facts({"2026-08": dict(zip(NAMES, reports, strict=True))})
    return facts.assign(month=month)


def waves(number: int, names: dict[str, str]) -> pd.DataFrame:
    return share_facts(
        {
            month: {theme: 3 + round(3 * math.sin(i / 5 + j)) for j, theme in enumerate(names)}
            for i, month in enumerate(months(number))
        }
    )


def map_facts(number: int, names: dict[str, str] = NAMES, *, seed: int = 1) -> pd.DataFrame:
    random, ids = np.random.default_rng(seed), list(names)
    theme = random.integers(len(ids), size=number)
    centres = random.normal(size=(len(ids), 2)) * 3
    places = centres[theme] + random.normal(size=(number, 2))
    return pd.DataFrame(
        {
            "report_id": [f"r{i:04d}" for i in range(number)],
            "no": range(1, number + 1),
            "month": "2026-08",
            "title": [f"标题{i:04d}" for i in range(number)],
            "theme": [ids[i] for i in theme],
            "x": places[:, 0],
            "y": places[:, 1],
            "status": ["missing" if i % 5 == 0 else "full" for i in range(number)],
            "needs_review": [i % 7 == 0 for i in range(number)],
        }
    )


def word_facts(names: dict[str, str]) -> pd.DataFrame:
    rows = [
        (t, f"{w}{t}", 4 - i, 3 + i) for t in names for i, w in enumerate(["农户合作社", "😀$x$", "<i>", "很长" * 30])
    ]
    return pd.DataFrame(rows, columns=["theme", "word", "score", "reports"])


def confusion_facts(names: dict[str, str]) -> pd.DataFrame:
    rows = [(a, b, 20 if a == b else 1) for a in names for b in names if a == b or len(a) < len(b)]
    return pd.DataFrame(rows, columns=["truth", "predicted", "reports"])


def draw_all(names: dict[str, str], lang: str, number: int) -> dict[str, Figure]:
    options = {"names": names, "source": SOURCE, "lang": lang}
    return {
        "shares": draw_shares(waves(number, names), **options),
        "words": draw_words(word_facts(names), **options),
        "map": draw_map(map_facts(15 * number if number < 48 else 700, names), **options),
        "confusion": draw_confusion(confusion_facts(names), scores={"macro_f1": 0.82}, **options),
    }


@pytest.mark.parametrize(
    ("names", "lang", "number"),
    [
        (NAMES, "zh", 1),
        (NAMES, "zh", 4),
        (ENGLISH, "en", 48),
        (MANY, "zh", 4),
        (HOSTILE, "zh", 1),
        (HOSTILE, "en", 4),
    ],
)
def test_every_figure_is_clean_and_small_and_names_its_source(
    names: dict[str, str], lang: str, number: int, tmp_path: Path
) -> None:
    before = dict(matplotlib.rcParams)
    for name, figure in draw_all(names, lang, number).items():
        assert check(figure) == [], name
        assert SOURCE in texts(figure), name
        assert all(path.stat().st_size <= 1_000_000 for path in save(figure, tmp_path / name)), name
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("number", [2, 12, 13, 25, 30])
@pytest.mark.parametrize(("names", "lang"), [(ENGLISH, "en"), (MANY, "zh")])
def test_shares_are_clean_for_any_number_of_months(number: int, names: dict[str, str], lang: str) -> None:
    assert check(draw_shares(waves(number, names), names=names, source=SOURCE, lang=lang)) == []


def test_english_figures_say_nothing_in_chinese_but_the_words(tmp_path: Path) -> None:
    figures = {name: texts(figure) for name, figure in draw_all(ENGLISH, "en", 4).items() if name != "words"}
    for name, said in figures.items():
        assert [
            t for t in said if t != SOURCE and not t.startswith("标题") and any("一" <= c <= "鿿" for c in t)
        ] == [], name


@pytest.mark.parametrize("reports", [(0, 0, 0, 0, 0), (1, 0, 0, 0, 1)])
def test_too_few_reports_are_said_in_words(reports: tuple[int, ...]) -> None:
    figures = [
        draw_shares(one_month(*reports), names=NAMES, source=SOURCE),
        draw_map(map_facts(sum(reports)), names=NAMES, source=SOURCE),
        draw_words(word_facts({}), names=NAMES, source=SOURCE),
        draw_confusion(confusion_facts({}), names=NAMES, source=SOURCE, scores={}),
    ]
    for figure in figures:
        assert check(figure) == []
        assert "不作图" in str(note_of(figure))
        assert str(note_of(figure)) in texts(figure)


@pytest.mark.parametrize("draw", [draw_shares, draw_map, draw_words, draw_confusion])
def test_a_missing_column_is_named(draw: object) -> None:
    options = {"scores": {}} if draw == draw_confusion else {}
    with pytest.raises(FigureError, match="is not among month, nothing"):
        draw(pd.DataFrame({"month": [], "nothing": []}), names=NAMES, source=SOURCE, **options)


# shares


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ((20, 9, 4, 8, 15), "乡村振兴最多：20篇，占36%"),
        ((6, 6, 2, 1, 3), "乡村振兴、数字经济并列最多：各6篇，各占33%"),
        ((5, 1, 0, 2, 25), "其他占76%；所列主题中乡村振兴最多：5篇，占15%"),
        ((0, 0, 0, 0, 9), "没有一篇报告属于所列主题"),
    ],
)
def test_the_title_of_a_month_says_the_finding(reports: tuple[int, ...], expected: str) -> None:
    facts = one_month(*reports)
    assert shares.headline(facts, NAMES) == expected
    assert texts(draw_shares(facts, names=NAMES, source=SOURCE))[0] == expected


@pytest.mark.parametrize(
    ("rural", "expected"),
    [
        ([2, 3, 4, 5], "乡村振兴占一半，连续三月上升"),
        ([2, 4, 3, 5], "2026年8月其他占50%；所列主题中乡村振兴最多：5篇，占50%"),
        ([2, 6, 6, 6], "2026年8月乡村振兴最多：6篇，占60%"),
        ([9, 9, 7, 6], "乡村振兴占六成，连续两月下降"),
    ],
)
def test_a_share_rises_in_the_title_only_if_it_rose_each_month(rural: list[int], expected: str) -> None:
    month = ["2026-05", "2026-06", "2026-07", "2026-08"]
    facts = share_facts({m: {"rural": r, "other": 10 - r} for m, r in zip(month, rural, strict=True)})
    assert shares.headline(facts, NAMES) == expected


def test_a_month_missing_in_between_ends_a_run() -> None:
    assert trend([("2026-03", 0.1), ("2026-04", 0.2), ("2026-06", 0.3), ("2026-07", 0.4)]) == 1
    assert trend([("2026-07", 0.4)]) == 0
    assert trend([("2025-11", 0.4), ("2025-12", 0.3), ("2026-01", 0.2)]) == -2


def test_bars_and_labels_of_a_month_are_the_facts_with_other_last() -> None:
    figure = draw_shares(one_month(6, 9, 0, 1, 24), names=NAMES, source=SOURCE)
    widths = [patch.get_width() for patch in figure.axes[0].patches]
    assert widths == pytest.approx([9 / 40, 6 / 40, 1 / 40, 0, 24 / 40])
    said = texts(figure)
    assert [text for text in said if text in NAMES.values()] == ["数字经济", "乡村振兴", "金融", "纪检监察", "其他"]
    assert {"9篇（22%）", "0篇（0%）", "24篇（60%）"} <= set(said)
    intervals = [line.get_xdata() for line in figure.axes[0].lines if len(set(line.get_ydata())) == 1]
    assert intervals[0] == pytest.approx([0.125, 0.325])


def test_bars_of_several_months_are_the_facts_and_a_missing_month_stays_empty() -> None:
    facts = share_facts({"2025-12": {"rural": 2, "other": 2}, "2026-02": {"rural": 3, "other": 1}})
    figure = draw_shares(facts, names=NAMES, source=SOURCE)
    rural = [patch for patch in figure.axes[0].patches if patch.get_width() == pytest.approx(0.62)]
    assert [patch.get_height() for patch in rural] == pytest.approx([0.5, 0.75])
    assert rural[1].get_x() - rural[0].get_x() == pytest.approx(2)
    assert texts(figure).count("共5篇") == 1


def test_the_line_of_many_months_breaks_where_a_month_is_missing() -> None:
    facts = waves(20, NAMES)
    figure = draw_shares(facts[facts["month"] != "2023-05"], names=NAMES, source=SOURCE)
    runs = [list(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert runs == [list(range(8)), list(range(9, 20))]
    assert "灰底：2023年5月没有报告。" in texts(figure)
    assert check(figure) == []


def test_a_gap_of_years_is_named_and_no_step() -> None:
    facts = share_facts({m: {"rural": 2, "other": 2} for m in ("2021-12", "2025-03", "2025-04")})
    figure = draw_shares(facts, names=NAMES, source=SOURCE)
    bars = [patch.get_x() for patch in figure.axes[0].patches if patch.get_width() == pytest.approx(0.62)]
    assert np.diff(bars).tolist() == pytest.approx([4, 1])
    assert "灰底：2022年1月至2025年2月没有报告，长的空缺缩短画出。" in texts(figure)
    english = texts(draw_shares(facts, names=ENGLISH, source=SOURCE, lang="en"))
    assert "Grey: no reports of 2022-01 to 2025-02; long gaps are cut short." in english
    assert check(figure) == []


def test_a_month_alone_among_many_has_its_interval_too() -> None:
    facts = waves(20, NAMES)
    alone = share_facts({"2021-12": {"rural": 2, "other": 2}})
    axes = draw_shares(pd.concat([alone, facts]), names=NAMES, source=SOURCE).axes[0]
    whiskers = [line.get_ydata() for line in axes.lines if line.get_path_effects()]
    assert [list(ends) for ends in whiskers] == [[0.4, 0.6]]


@pytest.mark.parametrize("number", [1, 4, 20])
def test_no_interval_leaves_its_axis(number: int) -> None:
    facts = waves(number, NAMES).assign(high=1.2, low=-0.1)
    figure = draw_shares(facts, names=NAMES, source=SOURCE)
    assert check(figure) == []
    assert outside(figure) == []


@pytest.mark.parametrize("month", [None, math.nan])
def test_reports_without_a_month_are_drawn_alone_and_counted_beside_others(month: object) -> None:
    alone = one_month(5, 1, 1, 1, 1, month=month)
    assert shares.headline(alone, NAMES) == "乡村振兴最多：5篇，占56%"
    both = pd.concat([alone, waves(3, NAMES)])
    figure = draw_shares(both, names=NAMES, source=SOURCE)
    assert "另有9篇未注明月份，未画出。" in texts(figure)
    assert check(figure) == []


def test_null_intervals_are_left_out() -> None:
    facts = one_month(5, 1, 1, 1, 1).assign(low=math.nan, high=math.nan)
    figure = draw_shares(facts, names=NAMES, source=SOURCE)
    assert check(figure) == []
    assert [line for line in figure.axes[0].lines if line.get_path_effects()] == []


def test_a_month_that_is_none_is_refused() -> None:
    with pytest.raises(FigureError, match="YYYY-MM, found '2026-13'"):
        draw_shares(one_month(5, 1, 1, 1, 1, month="2026-13"), names=NAMES, source=SOURCE)


# words


def test_words_stand_in_the_order_of_their_scores_with_bars_and_counts() -> None:
    facts = pd.DataFrame(
        [("finance", "信贷", 2.0, 7), ("rural", "耕地", 1.5, 4), ("rural", "农户", 3.0, 9), ("rural", "的", -1.0, 20)],
        columns=["theme", "word", "score", "reports"],
    )
    figure = draw_words(facts, names=NAMES, source=SOURCE)
    assert texts(figure)[0] == "比别处多用的词：乡村振兴“农户”，金融“信贷”"
    rural, finance = figure.axes
    assert [bar.get_width() for bar in rural.patches] == [3.0, 1.5]
    assert [text.get_text() for text in rural.texts][:4] == ["农户", "9", "耕地", "4"]
    assert rural.get_xlim() == finance.get_xlim()
    assert texts(figure).count("多用的明显程度") == 2


def test_no_more_words_are_drawn_than_asked_for() -> None:
    figure = draw_words(word_facts(NAMES), names=NAMES, source=SOURCE, most=2)
    assert [len(axes.patches) for axes in figure.axes] == [2] * 5


# map


@pytest.mark.parametrize("number", [3, 33, 120])
def test_reports_carry_their_titles_or_their_numbers_and_the_map_says_how_many_carry_neither(number: int) -> None:
    facts = map_facts(number)
    figure = draw_map(facts, names=NAMES, source=SOURCE)
    labels = [text.get_text() for text in figure.axes[0].texts if not text.get_text().endswith("篇")]
    titles = [label for label in labels if label.startswith("标题")]
    numbers = {label for label in labels if label.isdigit()}
    assert sorted([*titles, *numbers]) == sorted(labels)
    assert numbers <= {str(no) for no in facts["no"]}
    assert len(set(titles)) >= min(5, facts["theme"].nunique())
    bare = number - len(labels)
    assert any(f"{bare}篇旁边没有空处" in text for text in texts(figure)) == (bare > 0)


def test_a_title_stands_at_the_middle_of_each_theme_at_what_is_in_review_and_where_themes_meet() -> None:
    facts = map_facts(33)
    points = {text.get_text() for text in draw_map(facts, names=NAMES, source=SOURCE).axes[0].texts}
    inches = facts.assign(**dict(zip("xy", report_map._in_inches(facts, 0.05).T, strict=True)))
    beside = report_map.next_to(inches)
    matter = {
        *{
            facts["theme"][row]: row for row in report_map.most_central(inches, inches[["x", "y"]].to_numpy())[::-1]
        }.values(),
        *facts.index[facts["needs_review"]],
        *beside,
    }
    titled = {row for row in facts.index if facts["title"][row] in points}
    assert titled <= matter
    assert len(titled) > 0.8 * len(matter)


def test_it_is_clear_whose_a_label_is() -> None:
    """A label is nearer to its own point than to any other, or a line leads there."""
    facts = map_facts(100, seed=3)
    axes = draw_map(facts, names=NAMES, source=SOURCE).axes[0]
    points = np.concatenate([c.get_offsets() for c in axes.collections if c.get_gid()])
    ends = [tuple(np.round(line.get_xydata()[-1], 6)) for line in axes.lines]
    seen = 0
    for text in axes.texts:
        if text.get_text().isdigit():
            size = np.array([report_map.measure(text.get_text(), 7) + 0.06, 0.115]) / 2
            gaps = np.sort(np.linalg.norm(np.maximum(np.abs(points - text.get_position()) - size, 0), axis=1))
            assert gaps[0] <= 0.12
            assert gaps[1] >= gaps[0] + 0.03
            seen += 1
    assert seen > 20
    assert len(ends) == len(set(ends))


def test_reports_at_one_place_are_moved_apart() -> None:
    figure = draw_map(map_facts(33).assign(x=0.0, y=0.0), names=NAMES, source=SOURCE)
    assert check(figure) == []
    points = np.concatenate([c.get_offsets() for c in figure.axes[0].collections if c.get_gid()])
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(33)
    assert gaps.min() > 0.09


@pytest.mark.parametrize("seed", range(6))
def test_the_names_of_themes_cover_no_marker_of_any_shape(seed: int) -> None:
    figure = draw_map(map_facts(40, seed=seed), names=NAMES, source=SOURCE)
    axes = figure.axes[0]
    plates = [p.get_path().get_extents(p.get_patch_transform()) for p in axes.patches if isinstance(p, FancyBboxPatch)]
    assert len(plates) == 5
    for points in (c for c in axes.collections if c.get_gid()):
        size = points.get_sizes()[0] ** 0.5 / 72  # inches, which are the data of this figure
        outline = points.get_paths()[0].vertices * size
        for x, y in points.get_offsets():
            low, high = outline.min(axis=0) + np.array([x, y]), outline.max(axis=0) + np.array([x, y])
            for plate in plates:
                clear = high[0] < plate.x0 or low[0] > plate.x1 or high[1] < plate.y0 or low[1] > plate.y1
                assert clear, points.get_gid()


def test_points_show_what_is_doubtful_and_what_is_a_title_only() -> None:
    facts = map_facts(40)
    axes = draw_map(facts, names=NAMES, source=SOURCE).axes[0]
    sizes = {c.get_gid(): len(c.get_offsets()) for c in axes.collections if c.get_gid()}
    assert sum(sizes.values()) == 40
    assert sum(n for gid, n in sizes.items() if "doubtful" in gid) == facts["needs_review"].sum()
    assert sum(n for gid, n in sizes.items() if "title-only" in gid) == (facts["status"] == "missing").sum()
    hollow = [c for c in axes.collections if c.get_gid() and "doubtful" in c.get_gid()]
    assert {tuple(c.get_facecolor()[0][:3]) for c in hollow} == {(1.0, 1.0, 1.0)}


def test_beyond_120_reports_there_are_no_numbers_and_the_figure_says_how_many_titles() -> None:
    facts = map_facts(200)
    said = texts(draw_map(facts, names=NAMES, source=SOURCE))
    assert [text for text in said if text.isdigit()] == report_map.map_key(facts) == []
    titles = [text for text in said if text.startswith("标题")]
    assert len(titles) >= 5
    assert any(f"只写出其中{len(titles)}篇的题目" in text.replace("\n", "") for text in said)


def test_the_key_has_every_number_with_its_title_in_order() -> None:
    facts = map_facts(33)
    assert report_map.map_key(facts.sample(frac=1, random_state=1)) == [
        (str(no), title) for no, title in zip(facts["no"], facts["title"], strict=True)
    ]
    facts.loc[[0, 1], "x"] = math.nan
    assert len(report_map.map_key(facts)) == 31


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("关于石渡县村级集体经济的调查：以三村为例", "石渡县村级集体经济的调查"),
        ("江苏东海：大力扶持低收入村", "江苏东海：大力扶持低收入村"),
        ("【央视快评】 大力推动网信事业", "大力推动网信事业"),
        ("安康 数字经济", "安康 数字经济"),
        ("关于", "关于"),
        ("", ""),
    ],
)
def test_a_short_title_still_tells_the_report_from_others(title: str, short: str) -> None:
    assert report_map.short_title(title) == short


@pytest.mark.parametrize("number", [60, 700])
def test_every_theme_on_the_map_is_named_with_its_number_of_reports(number: int) -> None:
    names = {theme: f"自定主题{place}" for place, theme in enumerate(MANY)}
    facts = map_facts(number, names)
    said = texts(draw_map(facts, names=names, source=SOURCE))
    counts = facts["theme"].value_counts()
    assert {f"{names[theme]} {count}篇" for theme, count in counts.items()} <= set(said)


def test_reports_without_a_place_are_counted() -> None:
    facts = map_facts(9)
    facts.loc[[0, 1], "x"] = [math.nan, math.inf]
    figure = draw_map(facts, names=NAMES, source=SOURCE)
    assert any("另有2篇未排位置" in text.replace("\n", "") for text in texts(figure))
    assert check(figure) == []


def test_the_map_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    facts = map_facts(50)
    for name, rows in (("a", facts), ("b", facts.sample(frac=1, random_state=3))):
        save(draw_map(rows, names=NAMES, source=SOURCE), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(3, "2026-08"), (4, "2026-08")], ["3", "4"]),
        ([(3, "2026-07"), (4, "2026-08")], ["7#3", "8#4"]),
        ([(3, "2025-08"), (3, "2026-08")], ["2025-08#3", "2026-08#3"]),
        ([(3.0, None), (3.0, "2026-08"), (None, "2026-08")], ["3", "8#3", "8#–"]),
    ],
)
def test_numbers_are_as_short_as_the_months_allow(rows: list[tuple[object, object]], expected: list[str]) -> None:
    assert numbering.numbers(pd.DataFrame(rows, columns=["no", "month"], dtype=object)) == expected


@pytest.mark.parametrize(
    ("lang", "month", "said"),
    [
        ("zh", ["2026-07", "2026-08"], "（7#3为2026年7月第3篇）"),
        ("en", ["2026-07", "2026-08"], "(7#3: no. 3 of 2026-07)"),
        ("zh", ["2026-08", "2026-08"], "（2026年8月第几篇）"),
        ("en", ["2026-08", "2026-08"], "(no. in 2026-08)"),
        ("zh", ["2025-08", "2026-08"], "（2025-08#3为2025年8月第3篇）"),
    ],
)
def test_the_map_says_of_which_year_and_month_a_number_is(lang: Lang, month: list[str], said: str) -> None:
    facts = map_facts(40).assign(no=3, month=month * 20)
    shown = [
        text.get_text().replace("\n", " " if lang == "en" else "")
        for text in draw_map(facts, names=NAMES, source=SOURCE, lang=lang).texts
    ]
    assert any(said in text for text in shown)


@pytest.mark.parametrize(
    ("themes", "places", "zh", "en"),
    [
        ("aabb", (0, 1, 9, 8), "4篇都挨着本主题的报告，没有一篇夹在别的主题里",
         "All 4 reports lie next to one of their own theme"),
        ("aabba", (0, 1, 9, 8, 8.4), "5篇中3篇挨着别的主题，都在甲与乙之间",
         "3 of 5 reports lie next to another theme, all between A and B"),
        ("aabbaacc", (0, 1, 9, 8, 8.4, 30, 30.5, 31.1), "8篇中5篇挨着别的主题，甲与乙之间最多，3篇",
         "5 of 8 reports lie next to another theme, most between A and B: 3"),
        ("abbcac", (0, 0.4, 20, 20.5, 40, 40.6), "6篇中6篇挨着别的主题，如《调查5》、《调查4》",
         "6 of 6 reports lie next to another theme, such as 《调查5》 and 《调查4》"),
        ("aabb", (0, 1, 3, 1.5), "4篇中2篇挨着别的主题，都在甲与乙之间",
         "2 of 4 reports lie next to another theme, all between A and B"),
        ("aac", (0, 1, 3), "3篇中没有一篇挨着别的主题", "Of 3 reports none lies next to another theme than its own"),
        ("aabc", (0, 1, 9, 1.5), "4篇中，《调查1》挨着别的主题",
         "Of 4 reports 《调查1》 lies next to another theme"),
    ],
)  # fmt: skip
def test_the_map_says_where_themes_meet(themes: str, places: tuple[float, ...], zh: str, en: str) -> None:
    facts = pd.DataFrame(
        {"theme": list(themes), "x": places, "y": 0.0, "title": [f"调查{i}" for i in range(len(themes))]}
    )
    assert report_map.headline(facts, {"a": "甲", "b": "乙", "c": "丙"}) == zh
    assert report_map.headline(facts, {"a": "A", "b": "B", "c": "C"}, lang="en") == en


def test_labels_keep_clear_of_each_other_of_points_and_of_the_edge() -> None:
    points = spread(np.random.default_rng(0).uniform(0, 3, size=(60, 2)), 0.1)
    spots = place(points, [(0.3, 0.12)] * 60, points=points, radius=0.04, bounds=(3.2, 3.2), reach=2)
    centres = np.array([spot for spot in spots if spot is not None])
    assert len(centres) >= 55
    apart = np.abs(centres[:, None] - centres[None]) > [0.3, 0.12]
    assert (apart.any(axis=2) | np.eye(len(centres), dtype=bool)).all()
    assert (np.abs(centres[:, None] - points[None]) >= [0.15, 0.06]).any(axis=2).all()
    assert (centres > [0.15, 0.06]).all()
    assert (centres < [3.2 - 0.15, 3.2 - 0.06]).all()


def test_a_label_without_room_is_none() -> None:
    here = np.array([[0.1, 0.1]])
    assert place(here, [(0.5, 0.5)], points=here, radius=0.05, bounds=(0.2, 0.2)) == [None]


# confusion


def test_the_confusion_shows_counts_shares_of_rows_and_the_finding() -> None:
    facts = pd.DataFrame(
        [
            ("rural", "rural", 8),
            ("rural", "other", 2),
            ("other", "other", 5),
            ("other", "rural", 5),
            ("finance", "finance", 1),
        ],
        columns=["truth", "predicted", "reports"],
    )
    figure = draw_confusion(facts, names=NAMES, source=SOURCE, scores={"macro_f1": 0.7512})
    said = texts(figure)
    assert said[0] == "没学过的报告判对67%，最常判错：其他→乡村振兴，5篇"
    assert any("宏平均F1，满分1）：0.75" in text for text in said)
    cells = [text.get_text() for text in figure.axes[0].texts]
    assert cells[:10] == ["8", "80%", "2", "20%", "1", "100%", "5", "50%", "5", "50%"]
    assert [text for text in cells if text.endswith("篇")] == ["10篇", "1篇", "10篇"]


def test_darker_cells_hold_more_also_in_grey() -> None:
    from diaoyan.figures.grid import SHADES
    from diaoyan.figures.style import lightness

    shades = [matplotlib.colors.to_hex(SHADES(share)) for share in np.linspace(0, 1, 11)]
    values = [lightness(shade) for shade in shades]
    assert values == sorted(values, reverse=True)
    assert values[0] - values[-1] > 30


def test_small_type_can_be_read_in_every_cell() -> None:
    """WCAG asks for a contrast of 4.5 to 1; a print in grey keeps the luminance, and so the contrast."""

    def luminance(colour: object) -> float:
        return ((report_style.lightness(matplotlib.colors.to_hex(colour)) + 16) / 116) ** 3

    facts = pd.DataFrame(
        [
            (f"t{share}", where, count)
            for share in range(0, 101, 5)
            for where, count in (("a", share), ("b", 100 - share))
        ],
        columns=["truth", "predicted", "reports"],
    )
    axes = draw_confusion(facts, names={}, source=SOURCE, scores={}).axes[0]
    cells = {(patch.get_x(), patch.get_y()): patch.get_facecolor() for patch in axes.patches}
    seen = 0
    for text in axes.texts:
        x, y = text.get_position()
        if (ground := cells.get((math.floor(x), math.floor(y)))) is not None:
            light, dark = sorted((luminance(ground), luminance(text.get_color())), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, text.get_text()
            seen += 1
    assert seen == 80


@pytest.mark.parametrize(("lang", "expected"), [("zh", "无一判错"), ("en", "none wrong")])
def test_a_perfect_classifier_is_said_to_confuse_nothing(lang: str, expected: str) -> None:
    facts = pd.DataFrame({"truth": ["rural"], "predicted": ["rural"], "reports": [4]})
    figure = draw_confusion(facts, names=NAMES, source=SOURCE, scores={}, lang=lang)
    assert expected in texts(figure)[0]


# bytes


def test_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    facts = {"shares": waves(4, NAMES), "map": map_facts(40)}
    for name, frame in facts.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(frame.to_dict("list")), "utf-8")
    program = (
        "import json, sys, pandas as pd\nfrom pathlib import Path\n"
        "from diaoyan.figures import draw_map, draw_shares, save\n"
        "here, out = Path(sys.argv[1]), Path(sys.argv[2])\nnames = json.loads(sys.argv[3])\n"
        "for name, draw in (('shares', draw_shares), ('map', draw_map)):\n"
        "    facts = pd.DataFrame(json.loads((here / f'{name}.json').read_text('utf-8')))\n"
        "    save(draw(facts, names=names, source='来源'), out / name)\n"
    )
    written = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        command = [sys.executable, "-c", program, str(tmp_path), str(out), json.dumps(NAMES)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert sorted(written[0]) == ["map.png", "map.svg", "shares.png", "shares.svg"]
    assert written[0] == written[1]
