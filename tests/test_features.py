"""What the classifier sees of a report: its row by the plain definition, and what of it changes the scores."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from diaoyan.corpus import Label
from diaoyan.preprocess import cut_sections
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.features import Features

Sample = tuple[list[Report], dict[str, Label]]


def difference(tagger: Tagger, one: Report, two: Report) -> float:
    first, second = tagger.predict_proba([one, two])
    return float(np.abs(first - second).max())


def test_scores_have_a_column_per_theme_and_one_for_other(tagger: Tagger, sample: Sample) -> None:
    assert tagger.predict_proba(sample[0][:3]).shape == (3, 5)


@pytest.mark.parametrize(
    ("title", "same"),
    [("5G 基站建设调查", "５Ｇ　基站建设调查"), ("宅基地“三权分置”改革", "宅基地“三权分置”改革\n")],
)
def test_width_and_space_make_no_difference(title: str, same: str, tagger: Tagger) -> None:
    assert difference(tagger, Report("a", title), Report("a", same)) < 1e-9


def test_title_text_and_authors_all_speak(tagger: Tagger) -> None:
    plain = Report("a", "一个样本的观察", text="情况如下。")
    for change in ({"title": "农村宅基地的观察"}, {"text": "农户与宅基地。"}, {"authors": "省农业农村厅"}):
        assert difference(tagger, plain, replace(plain, **change)) > 0.01


def test_number_month_and_source_say_nothing_of_the_theme(tagger: Tagger, sample: Sample) -> None:
    report = sample[0][0]
    moved = replace(report, report_id="x", no=99, month="1999-01", page=7, source="x", compilation="x", date=None)
    assert difference(tagger, report, moved) < 1e-9


def test_the_title_weighs_more_than_one_more_sentence(tagger: Tagger, sample: Sample) -> None:
    report = sample[0][0]
    phrase = "农商行不良贷款与小微企业融资情况"
    as_title = replace(report, title=phrase)
    as_sentence = replace(report, text=f"{report.text}\n{phrase}。")
    finance = tagger.classes.index("finance")
    before, title, sentence = tagger.predict_proba([report, as_title, as_sentence])[:, finance]
    assert title > sentence >= before


def plain_row(features: Features, report: Report) -> dict[int, float]:
    """Return a report's vector by the definition, with dictionaries and loops."""
    normal = unicodedata.normalize
    parts = [("title", report.title), ("authors", report.authors or "")]
    parts += [("text", section) for section in cut_sections(report.text)]
    parts = [(kind, text) for kind, text in parts if text.strip()]
    sections = sum(kind == "text" for kind, _ in parts)
    worth = {"title": features.title_weight, "authors": features.authors_weight, "text": 1 / max(1, sections)}
    grams = {features.name(len(features.words_) + place): place for place in range(len(features.grams_))}
    total: dict[int, float] = {}
    for kind, text in parts:
        tokens = features.tokenizer.cut(text)
        counts = Counter(features.words_[token] for token in tokens if token in features.words_)
        runs = re.findall("[\u3400-\u9fff]+", normal("NFKC", text))
        met = [run[at : at + size] for run in runs for size in (2, 3) for at in range(len(run) - size + 1)]
        pieces = Counter(len(features.words_) + grams[f"〔{gram}〕"] for gram in met if f"〔{gram}〕" in grams)
        told = max(1, sum(features.tokenizer.keeps(token) for token in tokens))
        for block, weight in ((counts, 1.0), (pieces, features.gram_weight)):
            values = {column: (1 + math.log(count)) * features.idf_[column] for column, count in block.items()}
            length = math.sqrt(sum(value**2 for value in values.values()))
            for column, value in values.items():
                total[column] = total.get(column, 0.0) + worth[kind] * weight * value / length
        for theme in range(len(features.codebook.ids)):
            share = sum(theme in features.themes_of[token] for token in tokens) / told
            if share:
                column = len(features.idf_) + theme
                total[column] = total.get(column, 0.0) + worth[kind] * features.seed_weight * math.sqrt(min(share, 1))
    length = math.sqrt(sum(value**2 for value in total.values()))
    return {column: value / length for column, value in total.items()}


def test_rows_are_what_their_definition_says(tagger: Tagger, sample: Sample) -> None:
    features = tagger.features_
    reports = [*sample[0], Report("x", "，"), Report("y", "宅基地\n５Ｇ", authors="省委党校", text="农户。" * 500)]
    rows = features.rows(features.read(reports))
    for number, report in enumerate(reports):
        part = slice(rows.starts[number], rows.starts[number + 1])
        expected = plain_row(features, report)
        assert rows.columns[part].tolist() == sorted(expected)
        assert rows.values[part] == pytest.approx([expected[column] for column in sorted(expected)], rel=1e-12)


def test_a_row_and_its_scores_do_not_depend_on_what_is_read_with_it(tagger: Tagger, sample: Sample) -> None:
    features, reports = tagger.features_, [*sample[0]] * 6  # more parts than are turned into rows at a time
    together = features.rows(features.read(reports))
    scores = together.times(tagger.weights_)
    for number in (0, 17, 80, len(reports) - 1):
        alone = features.rows(features.read([reports[number]]))
        part = slice(together.starts[number], together.starts[number + 1])
        assert np.array_equal(together.columns[part], alone.columns)
        assert np.array_equal(together.values[part], alone.values)
        assert np.array_equal(scores[number], alone.times(tagger.weights_)[0])


def test_no_reports_have_no_rows(tagger: Tagger) -> None:
    rows = tagger.features_.rows([])
    assert (len(rows), rows.times(tagger.weights_).shape) == (0, (0, len(tagger.classes)))


def test_a_vocabulary_that_changes_is_looked_up_anew(tagger: Tagger, sample: Sample) -> None:
    features = tagger.new_features()
    readings = features.read(sample[0][:30])
    first = features.fit(readings).rows(readings[:1])
    second = features.fit(readings[10:]).rows(readings[:1])
    fresh = tagger.new_features().fit(readings[10:]).rows(readings[:1])
    assert np.array_equal(second.columns, fresh.columns)
    assert np.array_equal(second.values, fresh.values)
    assert not np.array_equal(first.columns, second.columns)


def test_a_word_met_often_is_kept_once(tagger: Tagger) -> None:
    (reading,) = tagger.features_.read([Report("a", "农户调查", text="农户与农户。")])
    met = [token for part in reading.tokens for token in part if token == "农户"]
    assert len(met) == 3
    assert len({id(token) for token in met}) == 1
