"""Tests of themes by TF-IDF, and of what both ways of finding themes have in common."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from diaoyan.discovery import LdaThemes, TfidfThemes, ThemeModel
from diaoyan.discovery.cluster import STABLE
from diaoyan.discovery.subthemes import shipped
from diaoyan.errors import CodebookError, CorpusError
from diaoyan.inputs import read_reports
from diaoyan.report import Report
from diaoyan.themes import Codebook
from small_corpus import small_corpus

SUBJECTS = ["rural"] * 4 + ["finance"] * 4 + ["other"] * 4
BOTH = pytest.mark.parametrize("kind", [TfidfThemes, LdaThemes])


@pytest.fixture(scope="module")
def seeded() -> ThemeModel:
    return TfidfThemes(resamples=2).fit(small_corpus())


@pytest.fixture(scope="module")
def free() -> ThemeModel:
    return TfidfThemes(free=True, resamples=3).fit(small_corpus())


@BOTH
def test_seeded_reports_get_the_theme_of_their_seed_words(kind: type[ThemeModel]) -> None:
    found = kind(resamples=1).fit(small_corpus()).assignments()
    assert found["theme"].tolist() == SUBJECTS
    assert list(found.columns) == ["report_id", "cluster", "theme", "weight"]


@BOTH
@pytest.mark.parametrize("algorithm", ["votes", "nmf"])
def test_free_clusters_are_the_subjects_and_match_the_codebook(kind: type[ThemeModel], algorithm: str) -> None:
    themes = kind(free=True, themes=3, algorithm=algorithm, resamples=1).fit(small_corpus())  # type: ignore[arg-type]
    found = themes.assignments()
    assert found["theme"].tolist() == SUBJECTS
    assert found.groupby("cluster").size().tolist() == [4, 4, 4]
    new = next(cluster for cluster in themes.clusters_ if cluster.theme == "other")
    assert new.name.startswith("新主题：")
    assert any(subject in word for word, _ in new.words[:6] for subject in ("学生", "教师", "孩子", "家长"))


def test_the_number_of_free_themes_is_chosen_and_the_curve_kept(free: ThemeModel) -> None:
    assert free.choice_ is not None
    assert free.choice_.number == 3 == len(free.clusters_)
    kept = json.loads(free.to_json())["choice"]
    assert [candidate["number"] for candidate in kept["curve"]] == [c.number for c in free.choice_.curve]


def test_weights_are_shares(seeded: ThemeModel) -> None:
    assert seeded.weights_.shape == (12, len(seeded.clusters_))
    assert np.allclose(seeded.weights_.sum(1), 1.0)
    assert (seeded.weights_ >= 0).all()


def test_the_rest_is_no_theme_and_not_called_unstable(seeded: ThemeModel) -> None:
    assert [cluster.theme for cluster in seeded.clusters_[:4]] == ["rural", "digital", "discipline", "finance"]
    last = seeded.clusters_[-1]
    assert (last.name, last.theme, last.stable) == ("其他", "other", True)


def test_a_theme_no_section_speaks_for_is_not_stable(seeded: ThemeModel) -> None:
    digital = seeded.clusters_[1]
    assert (digital.theme, digital.sections, digital.size, digital.stable) == ("digital", 0, 0, False)
    assert digital.label == "数字经济（不稳定：没有报告归入）"


def test_exemplars_are_reports_of_the_theme(seeded: ThemeModel) -> None:
    assert {exemplar["report_id"] for exemplar in seeded.clusters_[0].exemplars} <= {"田0", "田1", "田2", "田3"}


def test_stability_is_measured_over_resamples_and_seeds(free: ThemeModel) -> None:
    assert set(free.agreement_) == {"resamples", "seeds"}
    assert free.agreement_["seeds"] == 1.0
    for cluster in free.clusters_:
        assert 0.1 < cluster.stability <= 1.0
        assert 0.1 < cluster.stability_seeds <= 1.0
        assert cluster.stable == (min(cluster.stability, cluster.stability_seeds) >= STABLE)


def test_seed_words_that_do_not_occur_are_named(seeded: ThemeModel) -> None:
    assert "区块链" in seeded.unused_seeds_["digital"]
    assert "银行" not in seeded.unused_seeds_["finance"]


@BOTH
def test_a_title_alone_is_placed_by_its_seed_words(kind: type[ThemeModel]) -> None:
    titles = [
        Report("t1", "将“三不”一体理念融入监督全过程", status="missing"),
        Report("t2", "数字经济调查", status="missing"),
        Report("t3", "煤炭问题调查", status="missing"),
    ]
    found = kind(resamples=1).fit([*small_corpus(), *titles]).assignments()
    assert found["theme"].tolist()[12:] == ["discipline", "digital", "other"]
    assert found["weight"].tolist()[14] == 0.0


@BOTH
def test_the_same_seed_gives_the_same_bytes(kind: type[ThemeModel]) -> None:
    one, other = (kind(free=True, resamples=1, random_state=3).fit(small_corpus()).to_json() for _ in range(2))
    assert one == other


@BOTH
@pytest.mark.parametrize(("number", "free"), [(4000, False), (4, False), (1, True), (4000, True)])
def test_impossible_numbers_are_refused(kind: type[ThemeModel], number: int, free: bool) -> None:
    with pytest.raises(CorpusError, match=f"got {number}"):
        kind(themes=number, free=free, resamples=1).fit(small_corpus())


def test_a_codebook_whose_seeds_never_occur_warns_and_does_not_crash() -> None:
    codebook = Codebook.parse('[[theme]]\nid="sea"\nzh="海洋"\nen="Sea"\nseeds=["渔船","海港"]\n')
    for kind in (TfidfThemes, LdaThemes):
        themes = kind(codebook, resamples=1).fit(small_corpus())
        assert themes.unused_seeds_ == {"sea": ["渔船", "海港"]}
        assert set(themes.assignments()["theme"]) == {"other"}


def test_sub_themes_are_found_within_a_theme(sample: tuple[list[Report], object]) -> None:
    codebook = shipped("rural")
    assert codebook is not None
    themes = TfidfThemes(resamples=1, themes=5).fit(sample[0])
    within = themes.within("rural", codebook)
    rural = set(themes.assignments().query("theme == 'rural'")["report_id"])
    assert {report.report_id for report in within.material_.reports} == rural
    assert [cluster.name for cluster in within.clusters_][:4] == ["集体经济", "宅基地改革", "特色产业", "基层党建"]
    homestead = within.assignments().query("theme == 'homestead'")["report_id"].tolist()
    titles = {report.report_id: report.title for report in sample[0]}
    assert any("宅基地" in titles[key] for key in homestead)


def test_sub_themes_of_an_unknown_theme_are_refused(seeded: ThemeModel) -> None:
    with pytest.raises(CodebookError, match="sea"):
        seeded.within("sea")


def test_no_sub_themes_ship_for_finance() -> None:
    assert shipped("finance") is None


def test_seeded_themes_agree_with_the_labels_of_the_sample(sample: tuple[list[Report], dict]) -> None:
    reports, labels = sample
    found = TfidfThemes(resamples=1).fit(reports).assignments()
    right = [labels[key].primary == theme for key, theme in zip(found["report_id"], found["theme"], strict=True)]
    assert sum(right) >= 0.8 * len(right)


@pytest.mark.real
def test_the_real_compilation_of_two_texts_and_thirty_one_titles_works(real_data: Path) -> None:
    reports = read_reports(real_data / "compilations" / "2021-12.txt")
    assert sum(report.has_text for report in reports) == 2
    found = TfidfThemes(resamples=1).fit(reports).assignments()
    theme = dict(zip((report.no for report in reports), found["theme"], strict=True))
    expected = {1: "rural", 2: "digital", 17: "rural", 19: "discipline", 22: "discipline", 27: "rural", 30: "finance"}
    assert {no: theme[no] for no in expected} == expected
