"""The theme report: facts as plain tables, then figures with those facts beside them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from docx import Document

from diaoyan import settings
from diaoyan.corpus import Corpus, Label
from diaoyan.errors import CorpusError
from diaoyan.figures import check, note_of
from diaoyan.figures.order import FIGURES
from diaoyan.inputs import read_reports
from diaoyan.models import load_tagger
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.tagging import Tag, Tagger
from diaoyan.theme_report import Facts, gather, months_of, write_theme_report
from diaoyan.theme_report.drawings import drawings
from diaoyan.theme_report.inside import province_of
from diaoyan.theme_report.trust import wilson
from diaoyan.theme_report.wording import marking
from diaoyan.themes import OTHER

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture(scope="module")
def reports(sample: Sample) -> list[Report]:
    """Two months; the second has lost all its texts but two."""
    march = [report for report in sample[0] if report.month == "2025-03"][:12]
    june = [report for report in sample[0] if report.month == "2025-06"][:8]
    return [*march, *june[:2], *(replace(report, text="", status="missing") for report in june[2:])]


@pytest.fixture(scope="module")
def facts(reports: list[Report], tagger: Tagger) -> Facts:
    return gather(reports, tagger)


def test_reports_stand_in_a_table_with_their_tags(facts: Facts, reports: list[Report], tagger: Tagger) -> None:
    tags = tagger.tag(reports)
    assert facts.reports["report_id"].tolist() == [report.report_id for report in reports]
    assert facts.reports["primary"].tolist() == [tag.primary for tag in tags]
    assert facts.reports["themes"].tolist() == [";".join(tag.themes) for tag in tags]
    assert facts.reports["status"].tolist() == ["full"] * 14 + ["missing"] * 6


def test_reports_without_text_are_counted_and_named_in_the_source_line(facts: Facts) -> None:
    assert (facts.total, facts.with_text) == (20, 14)
    assert facts.source() == "来源：2部汇编；共20篇，14篇有正文"
    assert facts.source("en") == "Source: 2 compilations; 20 reports, 14 with text"


def test_shares_of_a_month_add_up_and_lie_in_their_intervals(facts: Facts) -> None:
    for month, rows in facts.shares.groupby("month"):
        assert rows["theme"].tolist() == ["rural", "digital", "discipline", "finance", OTHER]
        assert rows["reports"].sum() == {"2025-03": 12, "2025-06": 8}[str(month)]
        assert rows["share"].sum() == pytest.approx(1)
        assert ((rows["low"] <= rows["share"]) & (rows["share"] <= rows["high"])).all()
        assert rows["low"].min() >= 0
        assert rows["high"].max() <= 1


def test_words_mark_themes_and_never_other(facts: Facts, reports: list[Report]) -> None:
    assert set(facts.words["theme"]) <= {"rural", "digital", "discipline", "finance"}
    assert (facts.words["score"] > 0).all()
    for word, count in zip(facts.words["word"], facts.words["reports"], strict=True):
        assert 2 <= count <= sum(word in report.title + report.text for report in reports), word


def test_the_words_of_one_report_alone_are_no_themes_words() -> None:
    counts = [Counter({"合作社": 6, "农户": 6}) for _ in range(6)] + [Counter({"监督": 6, "立案": 6}) for _ in range(6)]
    counts[0]["魔芋"] = 25  # often, but of one report; and once in one of another theme
    counts[6]["魔芋"] = 1
    tags = [
        Tag(f"r{i}", None, None, "调查", theme, (theme,), {theme: 1.0}, False, "")
        for i, theme in enumerate(["rural"] * 6 + ["discipline"] * 6)
    ]
    words = marking(counts, tags, classes=("rural", "discipline", OTHER))
    assert {(row.theme, row.word): row.reports for row in words.itertuples()} == {
        ("rural", "合作社"): 6, ("rural", "农户"): 6, ("discipline", "监督"): 6, ("discipline", "立案"): 6,
    }  # fmt: skip


def test_every_report_has_a_place_on_the_map(facts: Facts) -> None:
    assert len(facts.places) == 20
    assert facts.places[["x", "y"]].notna().all().all()
    assert facts.places[["x", "y"]].drop_duplicates().shape[0] == 20
    assert list(facts.places.columns) == [
        "report_id", "month", "no", "title", "theme", "x", "y", "status", "needs_review", "alike",
    ]  # fmt: skip


def test_labels_of_people_stand_instead_of_the_classifiers(reports: list[Report], tagger: Tagger) -> None:
    label = {reports[0].report_id: Label("discipline", ("finance",)), reports[1].report_id: Label(OTHER)}
    table = gather(reports, tagger, labels=label).reports
    assert table.loc[0, ["primary", "themes"]].tolist() == ["discipline", "discipline;finance"]
    assert table.loc[1, ["primary", "themes"]].tolist() == [OTHER, ""]
    assert not table.loc[:1, "needs_review"].any()
    assert table.loc[0, "evidence"].startswith("人工标注")


def test_the_source_line_says_whose_answer_the_themes_are(reports: list[Report], tagger: Tagger) -> None:
    label = {report.report_id: Label(OTHER) for report in reports}
    all_of_them, some = gather(reports, tagger, labels=label, found=[]), dict(list(label.items())[:2])
    assert all_of_them.source().endswith("；主题均为人工标注")
    assert all_of_them.source("en").endswith("; all themes given by people")
    assert gather(reports, tagger, labels=some, found=[]).source().endswith("；其中2篇的主题为人工标注")
    assert "人工标注" not in gather(reports, tagger, found=[]).source()


def test_gathering_twice_gives_the_same_facts(facts: Facts, reports: list[Report], tagger: Tagger) -> None:
    again = gather(reports, tagger)
    for name in ("reports", "shares", "words", "places"):
        assert getattr(again, name).equals(getattr(facts, name)), name


def test_no_reports_are_refused(tagger: Tagger) -> None:
    with pytest.raises(CorpusError, match="at least one report"):
        gather([], tagger)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_and_facts_are_written(lang: str, facts: Facts, tmp_path: Path) -> None:
    written = write_theme_report(facts, tmp_path, lang=lang)  # type: ignore[arg-type]
    assert {"shares.png", "words.png", "map.png"} <= {path.name for path in written}
    assert all(path.is_file() and path.with_suffix(".svg").is_file() for path in written)
    with open(tmp_path / "reports.csv", encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["report_id"] for row in table] == facts.reports["report_id"].tolist()
    assert "page" in table[0]


def test_a_figure_with_too_little_is_a_line_in_the_documents_and_no_picture(tagger: Tagger, tmp_path: Path) -> None:
    few = [Report(str(i), f"第{i}份", text="没有什么可说。", month="2025-06", no=i) for i in range(1, 6)]
    facts = gather(few, tagger)
    notes = {drawing.name: note_of(drawing.draw()) for drawing in drawings(facts)}
    drawn = [name for name, note in notes.items() if note is None]
    assert "titles" in drawn
    assert {"changes", "provinces"} <= {*notes} - {*drawn}
    assert [path.stem for path in write_theme_report(facts, tmp_path)] == drawn
    for ending in ("png", "svg"):
        assert sorted(path.stem for path in tmp_path.glob(f"*.{ending}")) == sorted(drawn)
    assert all((tmp_path / f"{name}.csv").is_file() for name in notes)
    paragraphs = Document(str(tmp_path / "report.docx")).paragraphs
    captions = [line.text.split("　")[0] for line in paragraphs if line.style.name == "Caption"]
    assert captions == [f"图{number}" for number in range(1, len(drawn) + 1)]
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count("<figure") == len(drawn)
    for note in filter(None, notes.values()):
        assert any(line.text.endswith(f"　{note}") for line in paragraphs)
        assert escape(note) in page


@pytest.mark.parametrize(
    "few",
    [
        [Report("a", "村集体经济调查")],
        [Report("a", "一份材料", text="情况如下。"), Report("b", "另一份")],
        [Report(str(i), f"第{i}份", text="没有什么可说。", month=None, no=None) for i in range(5)],
        [Report("a", '<b onload="x">$x_1$</b> "引" 😀\x1b[31m', text="=1+1\n农户贷款", month="2025-03", no=1)],
    ],
    ids=["one title", "two without themes", "five without month", "hostile"],
)
def test_few_or_strange_reports_are_drawn_too(few: list[Report], tagger: Tagger, tmp_path: Path) -> None:
    facts = gather(few, tagger)
    assert write_theme_report(facts, tmp_path)
    assert facts.source().startswith("来源：所给报告；共")


@pytest.fixture(scope="module")
def whole(sample: Sample, tagger: Tagger) -> Facts:
    """The sample's four months, labelled by people, with the classifier's held-out results."""
    from diaoyan.tagging import evaluate

    return gather(sample[0], tagger, labels=sample[1], evaluation=evaluate(tagger, sample[0], labels=sample[1]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_of_the_sample_is_clean(lang: str, whole: Facts, tmp_path: Path) -> None:
    made = {drawing.name: drawing for drawing in drawings(whole, lang)}  # type: ignore[arg-type]
    assert tuple(made) == FIGURES
    for name, drawing in made.items():
        assert check(drawing.draw()) == [], name


@pytest.fixture(scope="module")
def written(whole: Facts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the theme report of the whole sample."""
    folder = tmp_path_factory.mktemp("written")
    write_theme_report(whole, folder)
    return folder


def test_the_page_says_below_the_map_which_titles_its_numbers_mean(whole: Facts, written: Path) -> None:
    page = (written / "index.html").read_text("utf-8")
    scores = [float(score) for score in re.findall(r'class="score"[^>]*>([\d.]+)<', page)]
    assert scores
    assert min(scores) >= 1.9  # 1.96 as printed: what chance may have brought is not listed
    map_ = page[page.index('id="figure-map"') :].split("</figure>")[0]
    for report in whole.reports.itertuples():
        number = f"{int(report.month[5:])}#{report.no}"
        assert f"<dt>{number}</dt><dd>{escape(report.title)}</dd>" in map_, number
    assert page.count("<dt>") == whole.total


def test_documents_stand_beside_the_figures_and_are_the_same_each_time(
    whole: Facts, written: Path, tmp_path: Path
) -> None:
    write_theme_report(whole, tmp_path)
    names = sorted(path.name for path in written.iterdir())
    assert {"index.html", "report.docx", "report.xlsx", "reports.csv"} <= set(names)
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    for name in names:
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes(), name
        assert (tmp_path / name).stat().st_size <= (8_000_000 if name == "index.html" else 4_000_000)
    pictures = list(written.glob("*.png"))
    assert len(pictures) > 9
    for path in pictures:
        assert path.with_suffix(".csv").is_file()
        assert path.stat().st_size <= 1_000_000
        assert path.with_suffix(".svg").stat().st_size <= 1_000_000


def test_numbers_on_a_figure_are_those_of_its_facts(whole: Facts) -> None:
    by_name = {drawing.name: drawing for drawing in drawings(whole)}
    titles = by_name["titles"]
    said = [text.get_text() for axes in titles.draw().axes for text in axes.texts]
    assert [text for text in said if text.endswith("篇") and text[:-1].isdecimal()] == [
        f"{count}篇" for count in sorted(titles.facts["theme"].value_counts().drop(OTHER), reverse=True)
    ] + [f"{(titles.facts['theme'] == OTHER).sum()}篇"]
    agreement = by_name["agreement"].facts
    assert agreement["reports"].sum() == whole.total
    assert agreement.groupby("theme")["reports"].sum().to_dict() == whole.reports["primary"].value_counts().to_dict()
    assert by_name["together"].facts.set_index(["theme", "further"])["reports"]["rural", "rural"] == sum(
        "rural" in themes.split(";") for themes in whole.reports["themes"]
    )


def test_sections_fill_their_reports_from_end_to_end(whole: Facts) -> None:
    assert whole.strips["report_id"].nunique() == 22  # the last of four months
    assert set(whole.strips["month"]) == {"2025-06"}
    tags = whole.reports.set_index("report_id")["primary"]
    assert (whole.strips["tag"] == whole.strips["report_id"].map(tags)).all()
    for _, rows in whole.strips.groupby("report_id"):
        assert rows["start"].iloc[0] == 0
        assert rows["end"].iloc[-1] == 1
        assert (rows["start"].iloc[1:].to_numpy() == rows["end"].iloc[:-1].to_numpy()).all()


def test_risk_ends_with_the_error_rate_of_all_held_out_reports(whole: Facts, tagger: Tagger) -> None:
    last = whole.risk[whole.risk["kind"] == "text"].iloc[-1]
    assert last["coverage"] == 1
    assert last["error"] == pytest.approx(1 - tagger.calibrations_["text"].correct.mean())
    assert (whole.risk["low"] <= whole.risk["error"]).all()
    assert (whole.risk["error"] <= whole.risk["high"]).all()


def test_reliability_counts_every_held_out_report_once(whole: Facts) -> None:
    assert whole.reliability is not None
    assert whole.confusion is not None
    assert whole.reliability["reports"].sum() == whole.confusion["reports"].sum() == 88
    assert whole.reliability["stated"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("hits", "total", "expected"), [(0, 20, (0.0, 0.161)), (10, 20, (0.299, 0.701)), (20, 20, (0.839, 1.0))]
)
def test_wilsons_interval(hits: int, total: int, expected: tuple[float, float]) -> None:
    assert wilson(hits, total) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (Report("a", "四川省农村集体经济调查", authors="湖北省社科院"), "四川省"),
        (Report("a", "农村集体经济调查", authors="安康市发展研究中心课题组"), "陕西省"),
        (Report("a", "调查", text="广东省有田。广东省有水。湖北省也有。"), "广东省"),
        (Report("a", "调查", text="广东省有田。湖北省也有。"), None),
        (Report("a", "会议公报", text="全会在北京举行。会议在北京闭幕。新华社北京8月3日电。"), None),
        (Report("a", "各地春耕", text="广东省有田。广东省有水。四川省有山。湖南省有山。云南省有山。"), None),
        (Report("a", "石渡县调查", authors="岚江省石渡县委"), None),
    ],
)
def test_the_province_is_the_one_the_report_names(report: Report, expected: str | None) -> None:
    assert province_of(report) == expected


def test_words_rise_against_the_months_before(tagger: Tagger) -> None:
    before = [Report(f"b{i}", f"春耕备耕调查{i}", text="春耕备耕。农机。", month="2025-05") for i in range(12)]
    now = [Report(f"n{i}", f"数据要素调查{i}", text="数据要素市场。农机。", month="2025-06") for i in range(12)]
    facts = gather(now, tagger, before=before)
    assert facts.total == 12
    course = facts.course
    assert (course.month, course.before, course.now, course.then) == ("2025-06", ("2025-05",), 12, 12)
    table = facts.changes.set_index("word")
    assert table.loc["数据要素", ["now", "before"]].tolist() == [12, 0]
    assert table["score"]["数据要素"] > 1 > abs(table["score"]["农机"])
    assert table["score"]["春耕"] < -1
    assert gather(now, tagger).changes.empty


def test_a_theme_of_ones_own_choice(reports: list[Report], facts: Facts, tagger: Tagger) -> None:
    carried = facts.reports["themes"].str.split(";").apply(lambda themes: "rural" in themes)
    for name in ("rural", "乡村振兴"):
        assert gather(reports, tagger, theme=name).reports["report_id"].tolist() == (
            facts.reports.loc[carried, "report_id"].tolist()
        )
    with pytest.raises(CorpusError, match=r"Expected a theme of the model \(rural, .*other\), got 'water'\."):
        gather(reports, tagger, theme="water")
    with pytest.raises(CorpusError, match="None of the 1 reports carries the theme 'finance'"):
        gather([Report("a", "社区养老服务调查")], tagger, theme="finance")


def test_themes_are_compared_with_the_months_before_by_what_people_said_first(tagger: Tagger) -> None:
    before = [Report(f"b{i}", f"春耕备耕调查{i}", text="春耕备耕。农户、农村。", month="2025-05") for i in range(4)]
    now = [Report("n", "数据要素调查", text="数据要素。平台、数字经济。", month="2025-06")]
    labels = {"b0": Label("finance")}
    themes = gather(now, tagger, before=before, labels=labels, found=[]).course.themes.set_index("theme")["before"]
    assert themes[themes > 0].to_dict() == {"rural": 3, "finance": 1}
    # A report on one theme is compared with such, not with everything.
    rural = gather([*now, before[1]], tagger, before=before[2:], labels={"n": Label("rural")}, theme="rural", found=[])
    assert rural.course.themes.set_index("theme")["before"]["rural"] == rural.course.then > 0
    digital = gather(now, tagger, before=before, labels={"n": Label("digital")}, theme="digital", found=[])
    assert (digital.course.before, digital.course.then) == ((), 0)


def test_of_the_tags_that_need_no_review_so_many_may_be_wrong(reports: list[Report]) -> None:
    base = load_tagger(settings.shipped("base"))
    facts = gather(reports, base, labels={reports[0].report_id: Label(OTHER)}, found=[])
    kept = ~facts.reports["needs_review"] & ~facts.given
    assert facts.bars == base.review_bars()
    assert facts.wrong is not None
    assert facts.wrong.kept == kept.sum() > 0  # what a person gave is not counted
    assert facts.wrong.likely <= facts.wrong.high <= facts.wrong.kept


def test_what_there_was_to_read_and_to_review_is_said(facts: Facts) -> None:
    assert replace(facts, reports=facts.reports.assign(needs_review=False)).coverage().endswith("没有待复核的归类。")
    some = replace(facts, reports=facts.reports.assign(needs_review=[True, True, *[False] * 18]))
    assert some.coverage().endswith("（无正文的只凭题目和作者归类）。2篇的归类待复核。")


def test_how_alike_reports_are_is_known_where_there_is_text(facts: Facts) -> None:
    assert facts.places["alike"].notna().tolist() == [True] * 14 + [False] * 6
    assert facts.places["alike"].dropna().between(0, 1).all()


def test_months_come_with_those_before_and_gaps_are_passed_over(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for month in ("2024-11", "2025-02", "2025-03", "2025-06"):
        corpus.add([Report(f"{month}-001-aaaaaa", "调查", text="有田。", month=month, compilation=month)])
    reports, before = months_of(corpus, "2025-03", "2025-06")
    assert [report.month for report in reports] == ["2025-03", "2025-06"]
    assert [report.month for report in before] == ["2024-11", "2025-02"]
    with pytest.raises(
        CorpusError, match=r"reports of 2025-04\.\.2025-05, but the corpus in .* holds 2024-11 to 2025-06"
    ):
        months_of(corpus, "2025-04", "2025-05")
    with pytest.raises(CorpusError, match="first month before the last"):
        months_of(corpus, "2025-06", "2025-03")
    with pytest.raises(CorpusError, match="is empty"):
        months_of(Corpus(tmp_path / "none"), "2025-06", "2025-06")


@pytest.mark.real
def test_the_real_compilation_is_drawn_and_says_what_is_missing(
    tagger: Tagger, real_data: Path, tmp_path: Path
) -> None:
    facts = gather(read_reports(real_data / "compilations" / "2021-12.txt"), tagger)
    assert (facts.total, facts.with_text) == (33, 2)
    for drawing in drawings(facts):
        figure = drawing.draw()
        assert check(figure) == [], drawing.name
        # The curve of risk was measured on other reports, and says so.
        source = "不是本页的报告" if drawing.name == "risk" else "33篇，2篇有正文"
        assert any(source in text.get_text().replace("\n", "") for text in figure.texts), drawing.name
    write_theme_report(facts, tmp_path)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count(">无正文</td>") == 31
    assert "无正文31篇" in page


@pytest.mark.real
@pytest.mark.slow
def test_forty_eight_months_take_forty_times_their_segmentation_and_stay_small(
    tagger: Tagger, real_data: Path, tmp_path: Path
) -> None:
    import time

    reports = read_reports(real_data / "corpora" / "news.jsonl.gz")[::2]
    tokenizer = Tokenizer()
    began = time.process_time()
    for report in reports:
        tokenizer(report.text)
    # One or two seconds, as the machine is; the figures alone take twenty times that, however many reports there are.
    plain = time.process_time() - began
    began = time.process_time()
    facts = gather(reports, tagger)
    write_theme_report(facts, tmp_path)
    assert time.process_time() - began <= 40 * plain
    assert facts.shares["month"].nunique() == 48
    assert (tmp_path / "index.html").stat().st_size <= 8_000_000
    assert max(path.stat().st_size for path in (*tmp_path.glob("*.png"), *tmp_path.glob("*.svg"))) <= 1_000_000
    for drawing in drawings(facts):
        assert check(drawing.draw()) == [], drawing.name


def test_a_label_of_a_theme_that_the_classifier_does_not_know_is_left_out(
    reports: list[Report], tagger: Tagger
) -> None:
    label = {reports[0].report_id: Label("rural", ("health",))}
    table, without = gather(reports[:5], tagger, labels=label, found=[]), gather(reports[:5], tagger, found=[])
    assert table.reports.equals(without.reports)
