"""Themes nobody has labelled: a codebook is enough, labels make it better, and what a start knows is not lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.models import load_tagger, save_tagger
from diaoyan.report import Report
from diaoyan.review import choose, write_sheet
from diaoyan.tagging import Tagger
from diaoyan.tagging.table import sheet_table
from diaoyan.tagging.untaught import for_codebook, said_of_unlabelled, untaught
from diaoyan.theme_report import gather
from diaoyan.themes import OTHER, Codebook, Theme

SCHOOL = Theme("school", "教育", "Education", ("学校", "学生", "教师", "课程", "高校"))
HEALTH = Theme("health", "医疗卫生", "Health", ("医院", "患者", "医生", "疾病", "卫生院"))
OWN = Codebook((SCHOOL, HEALTH))
TEXTS = {
    "school": (
        "县里十二所中学缺音乐老师，走教的老师一周跑三个校区。学生作业少了，课后服务从四点半到六点，家长接送方便，"
        "教室不够用。"
    ),
    "health": (
        "夜间门诊从一月起开设，儿科病人占一半，护士排班靠各科抽调。村里的卫生室缺药，老人看病要走十里路，"
        "大夫每周来坐诊一次。"
    ),
    "other": (
        "水库除险加固工程已经完工，大坝渗漏得到处理，汛期蓄水位恢复到设计值，库区移民搬到了新村，道路和供水同时建好。"
    ),
}
TITLES = ("情况调查", "调研报告")
REPORTS = [Report(f"{key}-{n}", title, text=TEXTS[key] * 4) for key in TEXTS for n, title in enumerate(TITLES)]


@pytest.fixture(scope="module")
def base() -> Tagger:
    return load_tagger(settings.model("base"))


@pytest.fixture(scope="module")
def own(base: Tagger) -> Tagger:
    return untaught(OWN, base)


def test_themes_without_a_label_are_told_by_meaning_too(own: Tagger) -> None:
    """大夫, 坐诊 and 老师 are no seed words."""
    assert [tag.primary for tag in own.tag(REPORTS)] == ["school", "school", "health", "health", OTHER, OTHER]
    assert said_of_unlabelled(own).startswith("not labelled yet (未经标注): 教育 (school), 医疗卫生 (health);")
    assert own.labelled_themes == ()


def test_what_a_start_knows_stays_where_a_theme_is_added(base: Tagger) -> None:
    more = for_codebook(base, base.codebook.adding(HEALTH))
    reports, labels = settings.sample()
    before = {tag.report_id: tag.primary for tag in base.tag(reports)}
    after = {tag.report_id: tag.primary for tag in more.tag(reports)}
    changed = {key for key in before if before[key] != after[key]}
    assert {after[key] for key in changed} == {"health"}
    right = [after[key] == label.primary for key, label in labels.items() if label.primary != OTHER]
    assert np.mean(right) > 0.9
    assert more.tag([REPORTS[2]])[0].primary == "health"
    assert more.labelled_themes == base.codebook.ids


def test_a_theme_of_the_start_stands_beside_own_ones(base: Tagger) -> None:
    rural = next(theme for theme in base.codebook.themes if theme.id == "rural")
    mixed = for_codebook(base, Codebook((rural, SCHOOL)))
    farm = Report(
        "farm", "宅基地与集体经济调查", text="农户把承包地交给合作社，村集体分红，土地流转三千亩，乡村产业兴旺。" * 5
    )
    assert [tag.primary for tag in mixed.tag([farm, REPORTS[0], REPORTS[4]])] == ["rural", "school", OTHER]


def test_names_hold_at_once_and_nothing_else_changes(base: Tagger) -> None:
    themes = tuple(replace(theme, zh=f"新{theme.zh}") for theme in base.codebook.themes)
    renamed = for_codebook(base, Codebook(themes))
    assert renamed.codebook.name("rural").startswith("新")
    assert np.array_equal(renamed.predict_proba(REPORTS), base.predict_proba(REPORTS))
    assert base.codebook.name("rural") == "乡村振兴"
    assert for_codebook(base, base.codebook) is base


def test_new_seed_words_of_an_unlabelled_theme_hold_at_once(own: Tagger) -> None:
    dams = Codebook((SCHOOL, replace(HEALTH, seeds=("水库", "大坝", "汛期"))))
    assert for_codebook(own, dams).tag([REPORTS[4]])[0].primary == "health"


def test_labels_are_learned_on_top(own: Tagger, base: Tagger) -> None:
    water = [replace(report, report_id=f"w{n}", title=f"水库调查{n}") for n, report in enumerate([REPORTS[4]] * 3)]
    labels = {report.report_id: Label("health") for report in water}  # whoever labels decides
    taught = Tagger(OWN).fit(water, labels, base=own)
    assert taught.tag([REPORTS[5]])[0].probabilities["health"] > own.tag([REPORTS[5]])[0].probabilities["health"]
    assert taught.labelled_themes == ("health",)
    assert taught.tag([REPORTS[0]])[0].primary == "school"


def test_it_is_saved_and_loaded_like_any_other(own: Tagger, tmp_path: Path) -> None:
    save_tagger(tmp_path / "own", own, evaluation=None, sources="no label.")
    again = load_tagger(tmp_path / "own")
    assert np.array_equal(again.predict_proba(REPORTS), own.predict_proba(REPORTS))
    assert "未经标注" in (tmp_path / "own" / "card.md").read_text("utf-8")


def test_without_vectors_seed_words_speak_alone(base: Tagger) -> None:
    plain = Tagger(folds=2).fit(*settings.sample())
    assert plain.features_.vectors is None
    reports = [Report("a", "学校和高校的教师调查"), Report("b", "医院和卫生院的医生调查"), Report("c", "水库大坝调查")]
    assert [tag.primary for tag in untaught(OWN, plain).tag(reports)] == ["school", "health", OTHER]


def test_sheets_and_figures_say_that_nobody_has_labelled(own: Tagger, tmp_path: Path) -> None:
    assert own.unlabelled_themes == ("school", "health")
    _, _, heads = sheet_table(own.tag(REPORTS), OWN, unlabelled=own.unlabelled_themes)
    assert heads["p_school"] == "概率：教育（未经标注）"
    picks = choose(own, REPORTS, labels={}, count=2)
    write_sheet(tmp_path / "review.xlsx", picks, OWN, labels={}, unlabelled=own.unlabelled_themes)
    listed = load_workbook(tmp_path / "review.xlsx")["主题"]
    assert [str(listed.cell(row, 2).value)[:6] for row in (3, 4)] == ["（未经标注）", "（未经标注）"]
    facts = gather(REPORTS, own, found=[])
    assert facts.source().endswith("；未经标注：全部主题")
    assert facts.source("en").endswith("; not labelled yet: all themes")
