"""The figures beside shares, words, map and confusion: what they say, show and refuse, on facts written out here."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from diaoyan import figures
from diaoyan.errors import FigureError
from diaoyan.figures import check, save
from diaoyan.figures.changes import headline as changes_headline
from diaoyan.figures.reliability import headline as reliability_headline
from diaoyan.figures.risk import headline as risk_headline
from diaoyan.figures.strips import headline as strips_headline
from diaoyan.figures.style import THEME_COLOURS

NAMES = {"rural": "乡村振兴", "digital": "数字经济", "discipline": "纪检监察", "finance": "金融", "other": "其他"}
ENGLISH = {
    "rural": "Rural revitalization", "digital": "Digital economy", "discipline": "Discipline and supervision",
    "finance": "Finance", "other": "Other",
}  # fmt: skip
HOSTILE = {
    "rural": "<b>乡村</b>&amp;“振兴”😀" * 12,
    "digital": "$x_1$ 数字 $\\frac{",
    "discipline": "\x00\u202e纪检\n监察",
    "finance": "W" * 200,
    "other": "",
}
SOURCE = "来源：样例；共60篇，40篇有正文"
TITLES = ["石渡县村级集体经济调查", "😀$x$<script>", "很长的题目" * 40, "“引号”与'引号'\x07", "金融支持数字乡村"]


def texts(figure: Figure) -> list[str]:
    inside = [text.get_text() for axes in figure.axes for text in axes.findobj(Text)]
    return [text for text in (*[t.get_text() for t in figure.texts], *inside) if text]


def title_facts(counts: dict[str, int]) -> pd.DataFrame:
    rows = [
        (theme, i + 1, TITLES[i % 5], ["full", "missing"][i % 2], 0.9 - i / 100)
        for theme, count in counts.items()
        for i in range(count)
    ]
    return pd.DataFrame(rows, columns=["theme", "no", "title", "status", "weight"]).astype({"no": "Int64"})


BEFORE = "2025年3月至5月的60篇"
CHANGES = pd.DataFrame(
    [
        ("数据要素", 4.2, 12, 3, True),
        ("😀$x$", 3.5, 5, 1, True),
        ("很长" * 30, 1.1, 4, 2, False),
        ("春耕", -4.1, 0, 19, True),
        ("<i>", -0.4, 1, 4, False),
    ],
    columns=["word", "score", "now", "before", "clear"],
)
PROVINCES = pd.DataFrame(
    [("四川省", "rural", 6), ("四川省", "finance", 2), ("新疆维吾尔自治区", "digital", 3), ("湖北省", "other", 1)],
    columns=["province", "theme", "reports"],
)
TOGETHER = pd.DataFrame(
    [("rural", "rural", 20), ("rural", "digital", 5), ("rural", "finance", 2), ("digital", "digital", 12),
     ("digital", "finance", 0), ("finance", "finance", 9)],
    columns=["theme", "further", "reports"],
)  # fmt: skip
STRIPS = pd.DataFrame(
    [
        (
            f"r{i}",
            "2025-06",
            i + 1,
            TITLES[i % 5],
            list(NAMES)[i % 5],
            k / 4,
            (k + 1) / 4,
            list(NAMES)[(i + max(0, k - 1)) % 5],
            0.9 - k / 5,
        )
        for i in range(12)
        for k in range(4)
    ],
    columns=["report_id", "month", "no", "title", "tag", "start", "end", "theme", "probability"],
).astype({"no": "Int64"})
AGREEMENT = pd.DataFrame(
    [("0", "rural", "0", 12), ("1", "digital", "1", 8), ("2", "discipline", "2", 5), ("3", "finance", "0", 4),
     ("4", "other", "4", 9), ("4", "rural", "4", 1)],
    columns=["lda", "theme", "tfidf", "reports"],
)  # fmt: skip
SCORES = {"lda": 0.612, "tfidf": 0.8, "both": 0.7}
SAME = {"lda": 20, "tfidf": 18}
RISK = pd.DataFrame(
    [(kind, 1 - n / 50, n / 40, bad / n, max(0, bad / n - 0.1), min(1, bad / n + 0.2), n)
     for kind, wrong in (("text", (0, 0, 1, 4)), ("title", (1, 3, 6, 12)))
     for n, bad in zip((10, 20, 30, 40), wrong, strict=True)],
    columns=["kind", "certainty", "coverage", "error", "low", "high", "reports"],
)  # fmt: skip
RELIABILITY = pd.DataFrame(
    [(0.55, 0.6, 0.4, 0.8, 15), (0.8, 0.7, 0.5, 0.9, 15), (0.98, 1.0, 0.8, 1.0, 15)],
    columns=["stated", "right", "low", "high", "reports"],
)


def draw_all(names: dict[str, str], lang: str) -> dict[str, Figure]:
    options: dict[str, Any] = {"source": SOURCE, "lang": lang}
    clusters = {str(i): name for i, name in enumerate(names.values())}
    month = title_facts({"rural": 7, "digital": 3, "other": 2})
    before = BEFORE if lang == "zh" else "the 60 reports of 2025-05"
    return {
        "titles": figures.draw_titles(month, names=names, month="2025-06", **options),
        "changes": figures.draw_changes(CHANGES, month="2025-06", before=before, reports=(20, 60), **options),
        "provinces": figures.draw_provinces(PROVINCES, names=names, total=60, **options),
        "together": figures.draw_together(TOGETHER, names=names, several=7, **options),
        "strips": figures.draw_strips(STRIPS, names=names, total=40, **options),
        "agreement": figures.draw_agreement(
            AGREEMENT, names={"lda": clusters, "theme": names, "tfidf": clusters}, scores=SCORES, same=SAME, **options
        ),
        "risk": figures.draw_risk(RISK, bars={"text": 0.4, "title": 0.8}, wrong=(35, 1, 4), **options),
        "reliability": figures.draw_reliability(RELIABILITY, **options),
    }  # fmt: skip


@pytest.mark.parametrize(("names", "lang"), [(NAMES, "zh"), (ENGLISH, "en"), (HOSTILE, "zh"), (HOSTILE, "en")])
def test_every_figure_is_clean_and_small_and_names_its_source(names: dict[str, str], lang: str, tmp_path: Path) -> None:
    for name, figure in draw_all(names, lang).items():
        assert check(figure) == [], name
        assert SOURCE in texts(figure), name
        assert figure.get_label(), name
        assert all(path.stat().st_size <= 1_000_000 for path in save(figure, tmp_path / name)), name


def test_english_figures_say_nothing_in_chinese_but_titles_words_and_provinces() -> None:
    given = {*TITLES, *CHANGES["word"], *PROVINCES["province"]}
    for name, figure in draw_all(ENGLISH, "en").items():
        said = [text for text in texts(figure) if text != SOURCE and re.search("[一-鿿]", text)]
        foreign = [t for t in said if not any(g[:3] in t or t.rstrip("…")[:3] in g for g in given)]
        assert foreign == [], name


def test_the_month_shows_counts_titles_and_themes_without_reports() -> None:
    figure = figures.draw_titles(
        title_facts({"rural": 7, "digital": 3, "other": 2}), names=NAMES, source=SOURCE, month="2025-06"
    )
    said = texts(figure)
    assert figure.get_label() == "2025年6月12篇报告，乡村振兴7篇居首"
    assert {"7篇", "3篇", "2篇", "另有3篇"} <= set(said)
    assert said.count("0篇") == said.count("没有报告") == 2
    assert "(2)" in said  # a report without text
    assert "金融支持数字乡村" not in [text for text in said if "…" in text]


def test_words_that_chance_may_have_moved_are_not_drawn() -> None:
    figure = figures.draw_changes(CHANGES, month="2025-06", before=BEFORE, reports=(20, 60), source=SOURCE)
    said = set(texts(figure))
    assert {"5% → 60%", "2% → 25%", "32% → 0%"} <= said
    assert not {"3% → 20%", "7% → 5%"} & said
    spans = [[round(x, 2) for x in line.get_xdata()] for axes in figure.axes for line in axes.lines]
    assert [span for span in spans if len(span) == 2 and span[0] != span[1]] == [[0.05, 0.6], [0.02, 0.25], [0.32, 0.0]]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "2025年6月的20篇与2025年5月的60篇相比，没有一个词的增减超出偶然。"),
        ("en", "Between 20 reports of 2025-06 and the 60 reports of 2025-05 no word rose or fell by more than chance."),
    ],
)
def test_where_all_may_be_chance_one_sentence_says_so(lang: str, said: str) -> None:
    facts = pd.DataFrame({"word": ["c", "a", "b"], "score": [1.0, 2.1, -2.1], "now": 1, "before": 2, "clear": False})
    before = {"zh": "2025年5月的60篇", "en": "the 60 reports of 2025-05"}[lang]
    options: dict[str, Any] = {"source": SOURCE, "lang": lang}
    figure = figures.draw_changes(facts, month="2025-06", before=before, reports=(20, 60), **options)
    assert figures.note_of(figure) == said
    assert not [line for axes in figure.axes for line in axes.lines]


def test_a_side_without_clear_words_says_so_beside_the_other() -> None:
    figure = figures.draw_changes(CHANGES[:2], month="2025-06", before=BEFORE, reports=(20, 60), source=SOURCE)
    assert "没有明显下降的词" in texts(figure)
    assert "上升" in texts(figure)
    assert check(figure) == []


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([4.0, -4.0], "2025年6月“a”升得最多，“b”降得最多"),
        ([4.0, -3.0], "2025年6月“a”升得最多"),
        ([3.0, -4.0], "2025年6月“b”降得最多"),
        ([3.0, -3.0], "2025年6月没有明显升降的词"),
        ([4.0, 4.0], "2025年6月“a”、“b”升得最多"),
        ([-4.0, -4.0], "2025年6月“a”、“b”降得最多"),
    ],
)
def test_the_headline_claims_only_what_is_more_than_chance(scores: list[float], expected: str) -> None:
    facts = pd.DataFrame({"word": ["a", "b"], "score": scores, "clear": [abs(score) > 3 for score in scores]})
    assert changes_headline(facts, month="2025-06") == expected


def test_counts_of_provinces_are_printed_and_shares_only_where_there_are_five() -> None:
    said = texts(figures.draw_provinces(PROVINCES, names=NAMES, source=SOURCE, total=60))
    assert {"6", "2", "3", "1", "75%", "25%", "8篇"} <= set(said)
    assert "100%" not in said  # three reports, or one


def test_pairs_stand_once_with_the_share_of_the_rarer_theme() -> None:
    said = texts(figures.draw_together(TOGETHER, names=NAMES, source=SOURCE, several=7))
    assert said[0] == "乡村振兴与数字经济最常同篇出现：5篇"
    assert [text for text in said if re.fullmatch("[0-9]+%", text)] == ["42%", "22%"]  # 5 of 12, 2 of 9
    assert said.count("5") == 1


def test_a_strip_is_as_long_as_its_sections_and_hollow_where_unsure() -> None:
    figure = figures.draw_strips(STRIPS, names=NAMES, source=SOURCE, total=40)
    parts = [p for p in figure.axes[1].patches if p.get_width() > 0.5]
    assert len(parts) == len(STRIPS)
    assert len({round(part.get_width(), 6) for part in parts}) == 1
    assert sum(part.get_facecolor()[:3] == (1.0, 1.0, 1.0) for part in parts) == int(
        (STRIPS["probability"] < 0.5).sum()
    )
    assert figures.note_of(figure) is None


def test_a_strip_begins_with_the_colour_of_the_tag_and_what_it_does_not_bear_out_is_counted() -> None:
    facts = STRIPS[STRIPS["report_id"] == "r0"].assign(theme="rural", tag="rural")
    agreeing = figures.draw_strips(facts, names=NAMES, source=SOURCE, total=1)
    differing = figures.draw_strips(facts.assign(tag="finance"), names=NAMES, source=SOURCE, total=1)
    squares = [
        to_hex(patch.get_facecolor()) for f in (agreeing, differing) for patch in f.axes[1].patches
        if patch.get_width() == 0.1
    ]  # fmt: skip
    assert squares == [THEME_COLOURS["rural"].colour, THEME_COLOURS["finance"].colour]
    counted = [
        any("有1篇占篇幅最多的主题与归类不同" in t.replace("\n", "") for t in texts(f)) for f in (agreeing, differing)
    ]
    assert counted == [False, True]


def test_what_is_mostly_on_no_listed_theme_is_on_no_theme() -> None:
    facts = pd.DataFrame({"report_id": ["a", "b"], "theme": ["other", "rural"], "start": 0.0, "end": 1.0})
    assert strips_headline(facts) == "2篇中1篇以一个主题为主，1篇大半不属所列主题"
    assert (
        strips_headline(facts[:1], lang="en")
        == "Of 1 report none is mostly on one theme, 1 mostly on none of those listed"
    )


@pytest.mark.parametrize(
    ("total", "of_month", "zh", "en"),
    [
        (12, 12, "2025年6月有正文的12篇全部画出", "All 12 reports with text of 2025-06"),
        (40, 12, "2025年6月（最近有正文的一个月）有正文的12篇全部画出",
         "All 12 reports with text of 2025-06, the last month with text"),
        (40, 33, "2025年6月（最近有正文的一个月）有正文的33篇中的12篇，先取归入所列主题的，再按编号",
         "12 of 33 reports with text of 2025-06, the last month with text, those under a listed theme first, then by "
         "number"),
    ],
)  # fmt: skip
def test_strips_say_which_reports_are_drawn_and_why_those(total: int, of_month: int, zh: str, en: str) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        figure = figures.draw_strips(
            STRIPS,
            names=NAMES,
            source=SOURCE,
            total=total,
            of_month=of_month,
            lang=lang,  # type: ignore[arg-type]
        )
        assert any(said in text.replace("\n", "" if lang == "zh" else " ") for text in texts(figure))


@pytest.mark.parametrize(
    ("lang", "title", "rule"),
    [
        ("zh", "2篇中1篇以一个主题为主，1篇分写几个主题", "占篇幅60%以上"),
        ("en", "Of 2 reports one is mostly on one theme, 1 on several", "60% of the length or more"),
    ],
)
def test_strips_say_by_what_rule_a_report_is_on_one_theme(lang: str, title: str, rule: str) -> None:
    facts = pd.DataFrame(
        [["a", 1, 0.0, 0.6, "rural", 0.3], ["a", 1, 0.6, 1.0, "finance", 0.9],
         ["b", 2, 0.0, 0.5, "rural", 0.9], ["b", 2, 0.5, 1.0, "finance", 0.9]],
        columns=["report_id", "no", "start", "end", "theme", "probability"],
    ).assign(month="2025-06", title="调查", tag="finance")  # fmt: skip
    figure = figures.draw_strips(facts, names=ENGLISH, source=SOURCE, total=2, lang=lang)  # type: ignore[arg-type]
    assert texts(figure)[0] == title
    assert any(rule in text for text in texts(figure))
    assert check(figure) == []


def test_bands_join_every_pair_of_boxes_and_none_else() -> None:
    names = {
        "lda": NAMES | {str(i): f"题{i}" for i in range(5)},
        "theme": NAMES,
        "tfidf": {str(i): f"类{i}" for i in range(5)},
    }
    figure = figures.draw_agreement(AGREEMENT, names=names, source=SOURCE, scores=SCORES, same=SAME)
    bands = [patch for patch in figure.axes[0].patches if isinstance(patch, PathPatch)]
    pairs = len(AGREEMENT.groupby(["lda", "theme"])) + len(AGREEMENT.groupby(["theme", "tfidf"]))
    assert len(bands) == pairs
    assert {"题0 12", "乡村振兴 13", "类0 16"} <= set(texts(figure))


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([0.0, 0.04, 0.1], "试验中，有正文的报告75%可免复核：错4%，可能高到14%"),
        ([0.0, 0.04, 0.05], "试验中，有正文的报告100%可免复核：错5%，可能高到15%"),
        ([0.2, 0.2, 0.3], "试验中，有正文的报告免复核多少都错5%以上，全部要复核"),
    ],
)
def test_risk_says_how_much_can_be_let_through(errors: list[float], expected: str) -> None:
    facts = pd.DataFrame({"kind": "text", "coverage": [0.5, 0.75, 1.0], "error": errors})
    facts["high"] = facts["error"] + 0.1
    assert risk_headline(facts, accepted=0.05) == expected


def test_risk_speaks_of_the_kind_that_most_reports_are() -> None:
    facts = pd.DataFrame(
        {"kind": ["text", "title"], "coverage": [0.9, 0.6], "error": [0.01, 0.04], "high": [0.02, 0.09]}
    )
    assert risk_headline(facts, mix={"text": 2, "title": 31}) == "试验中，无正文的报告60%可免复核：错4%，可能高到9%"
    assert risk_headline(facts, mix={"text": 22, "title": 0}) == "试验中，有正文的报告90%可免复核：错1%，可能高到2%"


@pytest.mark.parametrize(
    ("right", "wide", "zh", "en"),
    [
        (0.7, 0.05, "模型说的把握比实际正确率平均高10个百分点",
         "The model is surer than it should be, by 10 points on average"),
        (0.9, 0.05, "模型说的把握比实际正确率平均低10个百分点",
         "The model is more often right than it says, by 10 points on average"),
        (0.7, 0.2, "模型说的把握与实际正确率相差10个百分点，在误差范围之内",
         "How sure the model says it is and how often it is right differ by 10 points, within chance"),
    ],
)  # fmt: skip
def test_reliability_says_which_way_it_errs_unless_it_may_be_chance(
    right: float, wide: float, zh: str, en: str
) -> None:
    facts = pd.DataFrame(
        {"stated": [0.8], "right": [right], "low": [right - wide], "high": [right + wide], "reports": [9]}
    )
    assert (reliability_headline(facts), reliability_headline(facts, lang="en")) == (zh, en)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "draw",
    [
        lambda o: figures.draw_titles(title_facts({"rural": 2}), names=NAMES, month="", **o),
        lambda o: figures.draw_changes(CHANGES, month="2025-06", before="", reports=(9, 0), **o),
        lambda o: figures.draw_changes(CHANGES, month="2025-06", before=BEFORE, reports=(9, 2), **o),
        lambda o: figures.draw_provinces(PROVINCES[3:], names=NAMES, total=60, **o),
        lambda o: figures.draw_provinces(PROVINCES[:2], names=NAMES, total=60, **o),
        lambda o: figures.draw_provinces(PROVINCES[:0], names=NAMES, total=60, **o),
        lambda o: figures.draw_together(TOGETHER, names=NAMES, several=2, **o),
        lambda o: figures.draw_strips(STRIPS[:0], names=NAMES, total=0, **o),
        lambda o: figures.draw_agreement(AGREEMENT[:0], names={}, scores=SCORES, same=SAME, **o),
        lambda o: figures.draw_risk(RISK[:1], **o),
        lambda o: figures.draw_risk(RISK[:0], **o),
        lambda o: figures.draw_reliability(RELIABILITY[:1], **o),
    ],
)
def test_too_little_is_said_instead_of_drawn(draw: Callable[[dict[str, Any]], Figure], lang: str) -> None:
    figure = draw({"source": SOURCE, "lang": lang})
    assert figures.note_of(figure)
    assert check(figure) == []
    assert SOURCE in texts(figure)


@pytest.mark.parametrize(
    "draw",
    [
        lambda f: figures.draw_titles(f, names=NAMES, source=SOURCE, month=""),
        lambda f: figures.draw_changes(f, month="", before=BEFORE, reports=(9, 9), source=SOURCE),
        lambda f: figures.draw_provinces(f, names=NAMES, source=SOURCE, total=1),
        lambda f: figures.draw_together(f, names=NAMES, source=SOURCE, several=9),
        lambda f: figures.draw_strips(f, names=NAMES, source=SOURCE, total=1),
        lambda f: figures.draw_agreement(f, names={}, source=SOURCE, scores=SCORES, same=SAME),
        lambda f: figures.draw_risk(f, source=SOURCE),
        lambda f: figures.draw_reliability(f, source=SOURCE),
    ],
)
def test_facts_without_a_column_are_refused(draw: Callable[[pd.DataFrame], Figure]) -> None:
    with pytest.raises(FigureError, match="is not among nothing_known"):
        draw(pd.DataFrame({"nothing_known": [1]}))
