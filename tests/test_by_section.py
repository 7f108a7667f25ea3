"""What each section says of a theme adds up to what the classifier says of the whole report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.by_section import by_section

Sample = tuple[list[Report], dict[str, Label]]


def whole(tagger: Tagger, report: Report) -> np.ndarray:
    """Return the probabilities of a report to be filed under each class."""
    readings = tagger.features_.read([report])
    return tagger.judge(readings, tagger.scores(readings))[1][0]


def test_parts_add_up_to_the_vector_of_the_report(tagger: Tagger, sample: Sample) -> None:
    for report in sample[0][:12]:
        reading = tagger.features_.read([report])[0]
        one = tagger.features_.rows([reading]).matrix(tagger.features_.n_columns).toarray()[0]
        parts = tagger.features_.parts(reading)
        assert len(parts) == len(reading.kinds) + 1
        assert parts.matrix(tagger.features_.n_columns).toarray().sum(axis=0) == pytest.approx(one, abs=1e-9)


def test_the_mean_of_the_sections_is_the_report(tagger: Tagger, sample: Sample) -> None:
    for report in sample[0][:20]:
        shares = by_section(tagger, tagger.features_.read([report])[0])
        assert shares.sum(axis=1) == pytest.approx(1)
        odds = np.exp(np.log(shares).mean(axis=0))
        assert odds / odds.sum() == pytest.approx(whole(tagger, report), abs=1e-6)


def test_the_model_that_ships_keeps_that_with_its_vectors(sample: Sample) -> None:
    from diaoyan import load_tagger

    base = load_tagger("base")
    assert base.features_.vectors is not None
    for report in (*sample[0][:6], replace(sample[0][0], authors="", title="调查")):
        odds = np.exp(np.log(by_section(base, base.features_.read([report])[0])).mean(axis=0))
        assert odds / odds.sum() == pytest.approx(whole(base, report), abs=1e-6)


def test_a_report_of_one_section_says_what_its_section_says(tagger: Tagger) -> None:
    report = Report("a", "金桥村调查", text="合作社给农户分红。")
    shares = by_section(tagger, tagger.features_.read([report])[0])
    assert shares.shape == (1, len(tagger.classes))
    assert shares[0] == pytest.approx(whole(tagger, report))


def test_sections_that_speak_of_different_themes_are_told_apart(tagger: Tagger) -> None:
    rural, finance = "合作社与农户种植水稻，村集体分红。" * 25, "银行向企业发放贷款，利率下降，融资余额上升。" * 20
    report = Report("a", "调查", text=f"一、田里\n{rural}\n二、行里\n{finance}")
    shares = by_section(tagger, tagger.features_.read([report])[0])
    leads = [tagger.classes[place] for place in shares.argmax(axis=1)]
    assert leads[0] == "rural"
    assert leads[-1] == "finance"
