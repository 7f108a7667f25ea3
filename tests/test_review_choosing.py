"""What is picked for review: doubtful and varied new reports, wrong labels, nothing twice, and always for a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.review import choose
from diaoyan.review.choosing import CHECK, SEEDS, SUSPECT, UNCERTAIN, UNLIKE, confirmed, counted
from diaoyan.tagging import Tagger
from months import text

Sample = tuple[list[Report], dict[str, Label]]

RIGHT = Label("rural")
RURAL = "村集体把撂荒耕地流转给合作社，农户按股分红，宅基地也一并登记，乡村振兴有了着落。"
FINANCE = "银行收紧信贷，小微企业贷款要抵押，融资担保费率上升，金融机构的不良贷款也在上升。"


def new(report_id: str, title: str, text: str = "") -> Report:
    return Report(report_id, title, text=text, status="full" if text else "missing")


def ids(picks: Sequence[Any]) -> list[str]:
    return [pick.report.report_id for pick in picks]


def test_a_report_between_two_themes_comes_before_clear_ones(tagger: Tagger) -> None:
    reports = [
        new("clear", "撂荒耕地流转与合作社调查", RURAL * 8),
        new("torn", "调查", (RURAL + FINANCE) * 4),
        new("sure", "小微企业贷款调查", FINANCE * 8),
    ]
    picks = choose(tagger, reports, labels={}, count=3)
    assert ids(picks)[0] == "torn"
    assert picks[0].worth > 2 * picks[1].worth
    assert [pick.worth for pick in picks] == sorted((pick.worth for pick in picks), reverse=True)


def test_twenty_of_the_same_kind_are_asked_about_once(tagger: Tagger) -> None:
    """Alike, but no near-duplicates: the second one is worth little, and something else is asked."""
    kind = [f"{RURAL}{FINANCE}{place}的情形大致相同。" for place in ("甲县", "乙市", "丙镇", "丁乡")]
    reports = [new(f"k{number}", "调查", text) for number, text in enumerate(kind)]
    reports.append(new("unlike", "春节与灯会的由来", "除夕家家贴春联，元宵看灯会，老人讲起从前的庙会。" * 4))
    picks = choose(tagger, reports, labels={}, count=2)
    assert "unlike" in ids(picks)


def test_near_duplicates_appear_once_and_never_those_of_labelled_reports(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    again = replace(reports[0], report_id="again", text=reports[0].text + "（有删节）")
    one, two = new("one", "调查", RURAL + FINANCE * 3), new("two", "调查", RURAL + FINANCE * 3 + "完。")
    picks = choose(tagger, [*reports, again, one, two], labels=labels, count=50)
    assert "again" not in ids(picks)
    assert len({"one", "two"} & set(ids(picks))) == 1


def test_planted_label_errors_are_questioned_first(tagger: Tagger, sample: Sample) -> None:
    """By a classifier that has learned the wrong labels: it must not talk the reviewer out of them."""
    reports, labels = sample
    rows = np.random.default_rng(1).permutation(len(reports))[:5].tolist()
    order = ["rural", "digital", "discipline", "finance", "other"]
    wrong = dict(labels)
    for row in rows:
        label = labels[reports[row].report_id]
        wrong[reports[row].report_id] = Label(
            next(theme for theme in order if theme not in (label.primary, *label.further))
        )
    misled = Tagger(folds=2).fit(reports, wrong)
    picks = choose(misled, reports, labels=wrong, count=5)
    planted = {reports[row].report_id for row in rows}
    assert len(planted & set(ids(picks))) >= 4
    for pick in picks:
        assert SUSPECT in pick.reasons
        assert pick.suggested != wrong[pick.report.report_id].primary
        assert 0 < pick.sure <= 1
    right = [pick for pick in picks if pick.report.report_id in planted]
    named = sum(pick.suggested == labels[pick.report.report_id].primary for pick in right)
    assert named >= len(right) - 1


def test_a_further_theme_of_the_label_is_no_error(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    report_id = reports[0].report_id
    swapped = labels | {report_id: Label("finance", ("rural",))}
    assert report_id in ids(choose(tagger, reports, labels=labels | {report_id: Label("finance")}, count=2))
    assert report_id not in ids(choose(tagger, reports, labels=swapped, count=2))


def test_what_a_person_has_confirmed_is_not_questioned_again_and_others_are(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    wrong = labels | {report.report_id: Label("finance") for report in reports if labels[report.report_id] == RIGHT}
    given, asked = dict(wrong), set[str]()
    for _ in range(3):
        picks = choose(tagger, reports, labels=given, count=4)
        assert not asked & set(ids(picks))
        assert all(SUSPECT in pick.reasons for pick in picks)
        asked |= set(ids(picks))
        given |= {report_id: confirmed(given[report_id]) for report_id in ids(picks)}
    assert len(asked) == 12
    everything = {report_id: confirmed(label) for report_id, label in wrong.items()}
    assert choose(tagger, reports, labels=everything, count=88) == []


def test_a_confirmed_label_that_was_changed_since_is_questioned(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    report_id = reports[0].report_id
    kept = confirmed(Label("finance"))
    assert report_id not in ids(choose(tagger, reports, labels=labels | {report_id: kept}, count=2))
    for changed in (replace(kept, primary="digital"), replace(kept, further=("digital",))):
        assert report_id in ids(choose(tagger, reports, labels=labels | {report_id: changed}, count=2))
    again = confirmed(replace(kept, primary="digital"))
    assert report_id not in ids(choose(tagger, reports, labels=labels | {report_id: again}, count=2))


@pytest.mark.parametrize(("theme", "asked"), [("finance", False), ("digital", True)])
def test_a_near_duplicate_is_settled_by_the_same_label_only(
    theme: str, asked: bool, tagger: Tagger, sample: Sample
) -> None:
    reports, labels = sample
    again = replace(reports[0], report_id="again", text=reports[0].text + "（有删节）")
    given = labels | {reports[0].report_id: confirmed(Label("finance")), "again": Label(theme)}
    assert ("again" in ids(choose(tagger, [*reports, again], labels=given, count=4))) == asked


def test_labels_are_questioned_in_a_quarter_of_the_rows_while_there_is_something_new(
    tagger: Tagger, sample: Sample
) -> None:
    reports, _ = sample
    given = {report.report_id: Label("finance" if row % 4 else "rural") for row, report in enumerate(reports[:60])}
    picks = choose(tagger, reports, labels=given, count=12)
    assert sum(SUSPECT in pick.reasons for pick in picks) == 3
    assert sum(pick.report.report_id in given for pick in picks) == 3


def test_labels_of_themes_the_classifier_does_not_know_are_left_alone(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    theirs = labels | {report.report_id: Label("old_age", ("rural",)) for report in reports[:5]}
    theirs |= {reports[5].report_id: Label("rural", ("old_age",))}
    picks = choose(tagger, reports, labels=theirs, count=88)
    assert not {report.report_id for report in reports[:5]} & set(ids(picks))


def test_few_labels_are_not_questioned(tagger: Tagger, sample: Sample) -> None:
    reports, _ = sample
    given = {reports[0].report_id: Label("finance"), reports[1].report_id: Label("digital")}
    assert not set(given) & set(ids(choose(tagger, reports, labels=given, count=88)))


def test_every_pick_has_a_reason(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    picks = choose(tagger, reports, labels={r.report_id: labels[r.report_id] for r in reports[:40]}, count=48)
    reasons = [reason for pick in picks for reason in pick.reasons]
    assert set(reasons) <= {UNCERTAIN, SEEDS, SUSPECT, UNLIKE, CHECK}
    assert all(pick.reasons for pick in picks)
    assert reasons.count(UNLIKE) == 4
    for pick in picks:
        assert (UNCERTAIN in pick.reasons) == (pick.tag.needs_review and SUSPECT not in pick.reasons)
        assert pick.suggested == pick.tag.primary or SUSPECT in pick.reasons


def test_spot_checks_are_a_few_and_all_that_need_a_look_come_first(tagger: Tagger) -> None:
    """Of thirty clear reports and three torn ones, a fifth is checked; of twelve, five are."""
    torn = [new(f"t{n}", "调查", text(n, length=150) + (RURAL + FINANCE) * 4) for n in range(3)]
    clear = [new(f"c{n}", "小微企业贷款调查", text(9 + n, length=60) + FINANCE * 8) for n in range(30)]
    for reports, checks in (([*torn, *clear], 6), ([*torn, *clear[:9]], 5)):
        picks = choose(tagger, reports, labels={}, count=30)
        cause = {tag.report_id for tag in tagger.tag(reports) if tag.needs_review}
        assert {"t0", "t1", "t2"} <= cause <= set(ids(picks))
        assert sum(pick.reasons == (CHECK,) for pick in picks) == checks


def test_what_was_picked_is_counted_by_its_reason(tagger: Tagger, sample: Sample) -> None:
    reports, _ = sample
    given = {r.report_id: Label("finance" if row % 4 else "rural") for row, r in enumerate(reports[:60])}
    picks = choose(tagger, reports, labels=given, count=20)
    said = counted(picks)
    assert said.startswith(f"{len(picks)} reports are worth a look (")
    assert sum(map(int, re.findall(r"[0-9]+", said))) == 2 * len(picks)
    assert f"{sum(SUSPECT in pick.reasons for pick in picks)} with a label that looks wrong" in said
    assert f"{sum(pick.reasons == (CHECK,) for pick in picks)} as a spot check" in said
    assert counted([]) == "nothing is left to look at"


def test_seed_words_that_disagree_are_a_reason(tagger: Tagger) -> None:
    # The title persuades the classifier of one theme; the seed words of the long text speak for another.
    digital = "平台算法调度骑手，数据中心耗电，软件企业上云，代码开源。"
    reports = [new("plain", "小微企业贷款调查", FINANCE * 6)]
    reports.append(new("mixed", "乡村振兴、宅基地与撂荒耕地", digital * 12))
    mixed, plain = choose(tagger, reports, labels={}, count=2)
    assert (mixed.report.report_id, mixed.tag.primary) == ("mixed", "rural")
    assert SEEDS in mixed.reasons
    assert SEEDS not in plain.reasons


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (2, 2), (9, 2)])
def test_at_most_so_many_are_picked(tagger: Tagger, count: int, expected: int) -> None:
    reports = [new("a", "宅基地调查"), new("b", "春节")]
    assert len(choose(tagger, reports, labels={}, count=count)) == expected


def test_nothing_is_picked_from_nothing(tagger: Tagger) -> None:
    assert choose(tagger, [], labels={}) == []


def test_unreadable_reports_do_not_stop_it(tagger: Tagger) -> None:
    picks = choose(tagger, [new("a", "???"), new("b", "x", "\U0001f600" * 50)], labels={})
    assert sorted(ids(picks)) == ["a", "b"]


def test_two_runs_pick_the_same(tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    known = {report.report_id: labels[report.report_id] for report in reports[:60]}
    assert choose(tagger, reports, labels=known) == choose(tagger, reports, labels=dict(reversed(known.items())))
