"""An explanation is exact: its parts add up, and what it names is what the score hangs on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diaoyan.corpus import Label
from diaoyan.errors import ModelError
from diaoyan.preprocess import within_bylines
from diaoyan.report import Report
from diaoyan.tagging import Tagger, explain
from diaoyan.tagging.explanation import contributions
from diaoyan.themes import OTHER

Sample = tuple[list[Report], dict[str, Label]]


def raw_score(tagger: Tagger, report: Report, theme: str) -> float:
    return float(tagger.scores(tagger.features_.read([report]))[0, tagger.classes.index(theme)])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_parts_add_up_to_the_score_whatever_words_are_removed(data: st.DataObject, tagger: Tagger) -> None:
    words = [
        "农户",
        "把",
        "宅基地",
        "，",
        "交给",
        "银行",
        "。",
        "\n",
        "纪委",
        "核查",
        "数据",
        "平台",
        "，",
        "贷款",
        "。",
    ]
    kept = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    theme = data.draw(st.sampled_from(tagger.classes))
    report = Report("a", "村级调查", text="".join(word for word, stays in zip(words, kept, strict=True) if stays))
    found = explain(tagger, report, theme=theme)
    assert found.score == pytest.approx(raw_score(tagger, report, theme), abs=1e-9)
    assert found.bias + sum(amount for _, amount in found.added) == pytest.approx(found.score, abs=1e-9)


def test_shares_of_what_speaks_for_and_against_add_up_to_one_each(tagger: Tagger, sample: Sample) -> None:
    share = explain(tagger, sample[0][0]).frame()["share"]
    assert share[share > 0].sum() == pytest.approx(1)
    assert share[share < 0].sum() == pytest.approx(-1)


@pytest.mark.parametrize("theme", ["rural", "digital", "discipline", "finance"])
def test_taking_the_evidence_away_lowers_the_score(theme: str, tagger: Tagger, sample: Sample) -> None:
    reports, labels = sample
    report = next(report for report in reports if labels[report.report_id].primary == theme and report.has_text)
    found = explain(tagger, report, theme=theme)
    without_words, without_sentences = report, report
    for word in [word for word, amount in found.added[:10] if amount > 0 and not word.startswith("〔")]:
        without_words = replace(
            without_words, title=without_words.title.replace(word, ""), text=without_words.text.replace(word, "")
        )
    for sentence, worth in found.sentences:
        assert worth > 0
        assert sentence in f"{report.title}\n{report.text}"
        without_sentences = replace(
            without_sentences,
            title=without_sentences.title.replace(sentence, ""),
            text=without_sentences.text.replace(sentence, ""),
        )
    assert raw_score(tagger, without_words, theme) < found.score
    assert raw_score(tagger, without_sentences, theme) < found.score


def test_other_says_which_themes_stayed_below_their_thresholds(tagger: Tagger) -> None:
    found = explain(tagger, Report("a", "城市社区居家养老服务供需错位问题研究"))
    assert found.theme == OTHER
    assert {theme for theme, _, _ in found.missing} == {*tagger.codebook.ids}
    assert all(probability < needed for _, probability, needed in found.missing)
    assert [p for _, p, _ in found.missing] == sorted((p for _, p, _ in found.missing), reverse=True)


def test_a_theme_the_model_does_not_know_is_refused(tagger: Tagger) -> None:
    with pytest.raises(ModelError, match=r"Expected a theme of the model .*, got 'sports'"):
        explain(tagger, Report("a", "调查"), theme="sports")


@pytest.mark.parametrize(
    ("title", "authors", "said"),
    [
        ("宅基地与农户调查", None, "无正文，仅据题目："),
        ("宅基地与农户调查", "县纪委监委", "无正文，仅据题目"),
        ("调查", "农村信用社 银行学会", "无正文，仅据题目和作者："),
    ],
)
def test_evidence_says_whose_words_it_has_where_there_is_no_text(
    title: str, authors: str | None, said: str, tagger: Tagger
) -> None:
    (tag,) = tagger.tag([Report("a", title, authors=authors, status="missing")])
    remark, _, words = tag.evidence.rpartition("：")
    assert f"{remark}：".startswith(said)
    assert ("和作者" in remark) == any(word not in title for word in words.split("、"))


def test_evidence_is_the_head_of_the_whole_explanation(tagger: Tagger, sample: Sample) -> None:
    # Tagging looks only at the words that could come first, and names none that say who wrote a report; an explanation
    # looks at all of them.
    for report, tag in zip(sample[0], tagger.tag(sample[0]), strict=True):
        (reading,) = tagger.features_.read([report])
        words = [w for w, amount in contributions(tagger, reading, tag.primary) if amount > 0 and w[0] not in "〔s"]
        of_authors = [word for word in words if word not in f"{report.title}{report.text}"]
        bylines = within_bylines(of_authors, report.authors or "")
        words = [word for word in words if word not in bylines]
        found = tag.evidence.rpartition("：")[2].replace("没有主题词", "").split("、")
        # A seed word that its theme's column speaks against takes a place among the five, and is not named.
        assert found == (words[: len(found)] or [""])
        assert len(found) >= min(3, len(words))
