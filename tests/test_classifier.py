"""What the classifier promises of every tag, and that it has learned its four themes and `other`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diaoyan.corpus import Label
from diaoyan.errors import DiaoyanError
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.themes import OTHER, Codebook, Theme

Sample = tuple[list[Report], dict[str, Label]]


@pytest.fixture(scope="module")
def before_june(sample: Sample) -> Tagger:
    """A classifier that knows the months before June only."""
    reports, labels = sample
    return Tagger(folds=2).fit([report for report in reports if report.month != "2025-06"], labels)


def unseen(sample: Sample) -> list[tuple[Report, Label]]:
    """Return the reports of June but the one that returns from March, with their labels."""
    reports, labels = sample
    return [(r, labels[r.report_id]) for r in reports if r.month == "2025-06" and r.no != 4]


def test_a_month_it_never_saw_is_filed_as_a_reader_would(before_june: Tagger, sample: Sample) -> None:
    pairs = unseen(sample)
    tags = before_june.tag([report for report, _ in pairs])
    right = sum(tag.primary == label.primary for tag, (_, label) in zip(tags, pairs, strict=True))
    assert right / len(pairs) >= 0.8


def test_further_themes_are_found_without_seeing_them_everywhere(before_june: Tagger, sample: Sample) -> None:
    pairs = unseen(sample)
    tags = before_june.tag([report for report, _ in pairs])
    carried = {(r.report_id, t) for r, label in pairs for t in (label.primary, *label.further) if t != OTHER}
    given_ = {(tag.report_id, theme) for tag in tags for theme in tag.themes}
    assert 2 * len(carried & given_) / (len(carried) + len(given_)) >= 0.7


@pytest.mark.parametrize(
    ("title", "theme"),
    [
        ("金桥村土地流转与村集体经济调查", "rural"),
        ("澜州市工业互联网平台与数据要素市场调研", "digital"),
        ("基层纪检监察机关日常监督情况的调研报告", "discipline"),
        ("农商行不良贷款与小微企业融资情况调查", "finance"),
        ("城市社区居家养老服务供需错位问题研究", OTHER),
    ],
)
def test_a_title_alone_is_filed_where_it_belongs(title: str, theme: str, tagger: Tagger) -> None:
    assert tagger.tag([Report("a", title)])[0].primary == theme


TEXTS = st.text(st.sampled_from("农村银行数据纪委养老，。\n 调查A5😀\u3000\x00\x1b") | st.characters(), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXTS, text=TEXTS, authors=TEXTS)
def test_every_tag_is_complete_whatever_the_report_says(title: str, text: str, authors: str, tagger: Tagger) -> None:
    tag = tagger.tag([Report("a", title, text=text, authors=authors)])[0]
    assert tag.primary in (*tagger.codebook.ids, OTHER)
    assert tag.themes == () if tag.primary == OTHER and not tag.themes else set(tag.themes) <= set(tagger.codebook.ids)
    if tag.primary != OTHER:
        assert tag.themes[0] == tag.primary
    assert len(set(tag.themes)) == len(tag.themes)
    assert set(tag.probabilities) == {*tagger.codebook.ids, OTHER}
    assert all(0 <= p <= 1 for p in tag.probabilities.values())
    assert tag.evidence


def test_tags_come_in_order_and_do_not_depend_on_their_company(tagger: Tagger, sample: Sample) -> None:
    reports = sample[0][:12]
    together = tagger.tag(reports)
    assert [tag.report_id for tag in together] == [report.report_id for report in reports]
    for report, tag in zip(reports, together, strict=True):
        alone = tagger.tag([report])[0]
        assert alone.probabilities == pytest.approx(tag.probabilities, abs=1e-9)
        assert replace(alone, probabilities={}) == replace(tag, probabilities={})
    assert tagger.tag([]) == []


def test_two_fits_give_the_same_tags_whatever_the_order_of_the_labels(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    shuffled: Mapping[str, Label] = dict(sorted(labels.items(), key=lambda item: item[0][::-1]))
    assert Tagger(folds=2).fit(reports, shuffled).tag(reports) == tagger.tag(reports)


def test_missing_and_partial_texts_are_said_to_be_so(tagger: Tagger, sample: Sample) -> None:
    whole = sample[0][0]
    cut = replace(whole, text=whole.text[:300], status="partial")
    listed = replace(whole, text="", status="missing")
    evidence = [tag.evidence for tag in tagger.tag([whole, cut, listed])]
    assert "正文" not in evidence[0]
    assert "正文不全" in evidence[1]
    assert "无正文" in evidence[2]


def test_evidence_stands_in_the_report(tagger: Tagger, sample: Sample) -> None:
    for report, tag in zip(sample[0], tagger.tag(sample[0]), strict=True):
        words = tag.evidence.split("：")[-1].split("、")
        found = [word for word in words if word.strip("“”") in report.title + report.text + (report.authors or "")]
        assert found or tag.primary == OTHER, (report.title, tag.evidence)


def test_a_very_long_text_is_tagged_as_its_parts_are(tagger: Tagger, sample: Sample) -> None:
    rural = [report for report in sample[0] if sample[1][report.report_id] == Label("rural")]
    text = "\n".join(report.text for report in rural)
    long = Report("a", rural[0].title, text=(text * 20)[:50_000])
    assert tagger.tag([long])[0].primary == "rural"


def test_a_stricter_error_rate_sends_more_to_review(tagger: Tagger, sample: Sample) -> None:
    counts = [
        sum(tag.needs_review for tag in tagger.tag(sample[0], error_rate=rate)) for rate in (0.0001, 0.05, 0.2, 0.9)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == len(sample[0])
    assert counts[-1] < len(sample[0]) / 4


# --- what cannot be learned ----------------------------------------------------------------------------------------


def test_a_theme_with_too_few_examples_is_named(sample: Sample) -> None:
    reports, labels = sample
    few = {key: label for key, label in labels.items() if label.primary != "finance"}
    with pytest.raises(DiaoyanError, match="finance"):
        Tagger(folds=2).fit(reports, few)


def test_a_label_of_a_theme_the_codebook_lacks_is_named(sample: Sample) -> None:
    reports, labels = sample
    codebook = Codebook(Codebook.default().themes[:3])
    with pytest.raises(DiaoyanError, match="finance"):
        Tagger(codebook, folds=2).fit(reports, labels)


def test_a_theme_of_ones_own_is_learned_from_its_examples(sample: Sample) -> None:
    reports, labels = sample
    own = Theme("health", "医疗卫生", "Health", ("医院", "医生", "医保", "门诊", "诊疗", "就医"))
    codebook = Codebook((*Codebook.default().themes, own))
    about = {r.report_id for r in reports if "医" in r.title and labels[r.report_id].primary == OTHER}
    assert len(about) == 3
    tagger = Tagger(codebook, folds=2).fit(reports, labels | dict.fromkeys(about, Label("health")))
    assert tagger.tag([Report("a", "山区县医院与乡村医生诊疗服务调查")])[0].primary == "health"


# --- starting from an earlier classifier ---------------------------------------------------------------------------


def test_five_corrections_change_those_reports_and_hardly_others(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    corrected = {r.report_id: Label("digital") for r in reports if labels[r.report_id].primary == OTHER}
    corrected = dict(list(corrected.items())[:5])
    digital = tagger.classes.index("digital")
    # Raw scores: what is learned, before calibration spreads the doubt that contradictions sow.
    readings = tagger.features_.read(reports)
    before = tagger.scores(readings)[:, digital] > 0
    after = Tagger(folds=2).fit(reports, labels | corrected, base=tagger).scores(readings)[:, digital] > 0
    changed = {report.report_id for report, b, a in zip(reports, before, after, strict=True) if a != b}
    assert changed >= set(corrected)
    assert len(changed - set(corrected)) <= 0.05 * len(reports)


@pytest.fixture(scope="module")
def canals() -> list[Report]:
    """Reports on something the sample knows nothing of."""
    places = ["金桥", "银溪", "铜山", "铁岭", "锡林", "白水", "黑河", "青川", "红原", "黄梅"]
    return [Report(f"c{n}", f"{place}渡槽维修纪事", text=f"{place}的渡槽漏水。" * 9) for n, place in enumerate(places)]


@pytest.mark.parametrize("theme", ["digital", OTHER])
def test_three_labels_of_one_theme_are_enough_on_top_of_a_base_and_spoil_nothing(
    theme: str, tagger: Tagger, canals: list[Report], sample: Sample
) -> None:
    after = Tagger().fit(canals[:3], {report.report_id: Label(theme) for report in canals[:3]}, base=tagger)
    assert {tag.primary for tag in after.tag(canals)} == {theme}
    pairs = list(zip(tagger.tag(sample[0]), after.tag(sample[0]), strict=True))
    assert sum(before.primary == now.primary for before, now in pairs) >= 0.95 * len(pairs)
    assert after.counts_ == {name: 3 if name == theme else 0 for name in tagger.classes}


def test_without_a_label_the_base_comes_out(tagger: Tagger, canals: list[Report]) -> None:
    same = Tagger().fit(canals, {}, base=tagger)
    assert same.predict_proba(canals[:2]) == pytest.approx(tagger.predict_proba(canals[:2]), abs=1e-6)


def test_what_is_kept_is_neither_counted_nor_tested_but_holds_its_ground(
    tagger: Tagger, canals: list[Report], sample: Sample
) -> None:
    labels = {report.report_id: Label("finance") for report in canals}
    digital = tagger.classes.index("digital")
    among = [report for report in sample[0] if sample[1][report.report_id].primary == "digital"]
    free = Tagger().fit(canals, labels, base=tagger)
    held = Tagger().fit(canals, labels, base=tagger, rehearsal=sample)
    assert held.counts_["finance"] == 10
    assert held.counts_["digital"] == 0
    assert held.predict_proba(among)[:, digital].mean() > free.predict_proba(among)[:, digital].mean()
    assert {tag.primary for tag in held.tag(canals)} == {"finance"}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_theme_the_base_lacks_is_learned_from_however_few_labels(count: int, tagger: Tagger, sample: Sample) -> None:
    own = Theme("canals", "渡槽", "Canals", ("渡槽", "倒虹吸"))
    codebook = Codebook((own, *Codebook.default().themes))
    said = [Report(f"s{n}", f"{place}渡槽与倒虹吸", text=f"{place}渡槽漏水。" * 9) for n, place in enumerate("甲乙丙")]
    asked = Report("q", "丁村渡槽纪事", text="渡槽、倒虹吸与渡槽。" * 9)
    labels = {report.report_id: Label("canals") for report in said[:count]}
    after = Tagger(codebook).fit([*said, asked], labels, base=tagger, rehearsal=sample, weak_weight=0)
    tag = after.tag([asked])[0]
    assert tag.probabilities["canals"] > after.tag([sample[0][0]])[0].probabilities["canals"]
    assert {*tag.probabilities} == {*codebook.ids, OTHER}
    if count == 3:
        assert tag.primary == "canals"
    pairs = zip(tagger.tag(sample[0]), after.tag(sample[0]), strict=True)
    assert sum(before.primary == now.primary for before, now in pairs) >= 0.95 * len(sample[0])


def test_a_codebook_that_lacks_a_theme_of_the_base_is_refused(tagger: Tagger, canals: list[Report]) -> None:
    with pytest.raises(DiaoyanError, match="lacks 'finance', a theme of the model to start from"):
        Tagger(Codebook(Codebook.default().themes[:3])).fit(canals, {"c0": Label("rural")}, base=tagger)


def test_from_thirty_labels_on_probabilities_are_measured_on_ones_own(tagger: Tagger, sample: Sample) -> None:
    of_two = {key: label for key, label in sample[1].items() if label.primary in {"rural", "finance"}}
    for labels in (dict(list(sample[1].items())[:29]), of_two):
        found = Tagger(folds=2).fit(sample[0], labels, base=tagger)
        assert found.calibrations_["text"] is tagger.calibrations_["text"]
        assert found.thresholds_.tolist() == tagger.thresholds_.tolist()
        # Where nobody labelled the other themes, they are still known.
        others = [report for report in sample[0] if sample[1][report.report_id].primary == "digital"]
        assert sum(tag.primary == "digital" for tag in found.tag(others)) >= 0.8 * len(others)
    many = Tagger(folds=2).fit(sample[0], sample[1], base=tagger)
    assert len(many.calibrations_["text"].margin) == len(sample[1]) + len(tagger.calibrations_["text"].margin)


def test_labels_of_titles_alone_leave_probabilities_of_texts_as_they_were(tagger: Tagger, sample: Sample) -> None:
    titles = [replace(report, text="", status="missing") for report in sample[0]]
    found = Tagger(folds=2).fit(titles, sample[1], base=tagger)
    assert found.calibrations_["text"] is tagger.calibrations_["text"]
    assert found.calibrations_["title"] is not tagger.calibrations_["title"]


def test_an_empty_report_with_a_label_changes_nothing_but_the_bias(tagger: Tagger) -> None:
    empty = Report("e", "")
    found = Tagger().fit([empty], {"e": Label("rural")}, base=tagger)
    assert found.weights_ == pytest.approx(tagger.weights_)
    assert found.bias_ == pytest.approx(tagger.bias_, abs=0.1)


# --- labels of what interests one, and no `other` ------------------------------------------------------------------


def test_other_is_learned_from_the_seed_words_of_reports_nobody_labelled(sample: Sample) -> None:
    reports, labels = sample
    themes = {key: label for key, label in labels.items() if label.primary != OTHER}
    tagger = Tagger(folds=2).fit(reports, themes)
    others = [report for report in reports if labels[report.report_id].primary == OTHER]
    assert sum(tag.primary == OTHER for tag in tagger.tag(others)) >= 0.7 * len(others)
    with pytest.raises(DiaoyanError, match="at least 3 labelled reports whose primary theme is 'other', found 0"):
        Tagger(folds=2).fit([report for report in reports if report.report_id in themes], themes)


@pytest.mark.parametrize("length", [0, 1, 40, 300, 50_000])
def test_any_length_of_text_is_tagged_with_probabilities(length: int, tagger: Tagger, sample: Sample) -> None:
    text = "\n".join(report.text for report in sample[0])
    report = Report("a", "村级集体经济调查", text=(text * 2)[:length], status="partial" if length else "missing")
    tag = tagger.tag([report])[0]
    assert all(0 <= p <= 1 for p in tag.probabilities.values())
    assert tagger.tag([replace(report, title="")])[0].primary in tagger.classes


def test_labels_of_no_report_teach_nothing_and_say_what_is_missing() -> None:
    with pytest.raises(DiaoyanError, match="at least 3 labelled reports"):
        Tagger(folds=2).fit([Report("a", "甲")], {"b": Label("rural")})
    with pytest.raises(DiaoyanError, match="at least 3 labelled reports"):
        Tagger(folds=2).fit([], {})


def test_how_many_are_tagged_at_a_time_changes_nothing(
    tagger: Tagger, sample: tuple[list[Report], dict[str, Label]], monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = sample[0][:23]
    together = tagger.tag(reports)
    monkeypatch.setattr("diaoyan.tagging.classifier.BATCH", 5)
    assert tagger.tag(reports) == together
    assert tagger.tag([]) == []
