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


def test_two_fits_give_the_same_tags_whatever_the_order_of_the_labels(sample: Sample) -> None:
    reports, labels = sample
    shuffled: Mapping[str, Label] = dict(sorted(labels.items(), key=lambda item: item[0][::-1]))
    first, second = (Tagger(folds=2).fit(reports, given_) for given_ in (labels, shuffled))
    assert first.tag(reports) == second.tag(reports)


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
