"""The estimators among scikit-learn's own: cloned, searched, validated, in a pipeline, on texts, frames and reports."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks, get_tags

from diaoyan import Codebook, LdaThemes, Report, Tagger, TfidfThemes, Tokenizer
from diaoyan.corpus.labels import Label, labels_of
from diaoyan.errors import CorpusError, ModelError
from diaoyan.estimators import as_reports

ESTIMATORS = (Tagger(folds=2), TfidfThemes(themes=6, resamples=1), LdaThemes(themes=6, resamples=1))


@pytest.fixture(scope="module")
def given(sample: tuple[list[Report], dict[str, Label]]) -> tuple[list[Report], list[str]]:
    reports, labels = sample
    chosen = [report for report in reports if report.report_id in labels][:60]
    return chosen, [labels[report.report_id].primary for report in chosen]


@pytest.mark.parametrize("estimator", [*ESTIMATORS, Tokenizer(terms=("抱团发展",))], ids=lambda one: type(one).__name__)
def test_a_clone_has_the_same_settings_and_no_memory(estimator: Any) -> None:
    again = clone(estimator)
    assert again is not estimator
    assert repr(again.get_params()) == repr(estimator.get_params())
    name, value = next(iter(estimator.get_params().items()))
    assert again.set_params(**{name: value}) is again
    with pytest.raises(ValueError, match=r"expected a setting of .*; got 'colour'"):
        again.set_params(colour="red")


#: The checks that need no matrix of numbers. `check_parameters_default_constructible` would pass but for the codebook,
#: of which an estimator shows the one it uses, not the None that stands for it.
CHECKS = [
    "check_no_attributes_set_in_init", "check_get_params_invariance", "check_set_params", "check_estimator_cloneable",
    "check_valid_tag_types", "check_estimator_repr",
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda one: type(one).__name__)
def test_the_checks_of_scikit_learn_that_texts_allow_pass(estimator: Any, check: str) -> None:
    getattr(estimator_checks, check)(type(estimator).__name__, clone(estimator))


def test_what_they_are_is_known_to_scikit_learn() -> None:
    assert is_classifier(Tagger())
    assert [get_tags(one).estimator_type for one in ESTIMATORS] == ["classifier", "clusterer", "clusterer"]
    assert all(get_tags(one).input_tags.string for one in ESTIMATORS)


@pytest.mark.slow
def test_a_tagger_is_validated_and_searched_like_any_classifier(given: tuple[list[Report], list[str]]) -> None:
    reports, themes = given
    search = GridSearchCV(Tagger(folds=2), {"C": [1.0, 10.0]}, cv=2).fit(reports, themes)
    assert search.best_params_["C"] in (1.0, 10.0)
    assert search.predict(reports[:3]).shape == (3,)
    assert min(search.cv_results_[f"split{number}_test_score"].min() for number in (0, 1)) > 0.5


def test_reports_texts_series_and_frames_give_the_same(given: tuple[list[Report], list[str]]) -> None:
    reports, themes = given
    plain = [Report(f"text-{n:06d}", r.title, text=r.text.strip()) for n, r in enumerate(reports)]
    texts = [f"{r.title}\n{r.text}" for r in reports]
    frame = pd.DataFrame({"title": [r.title for r in plain], "text": [r.text for r in plain], "shelf": 7})
    tagger = Pipeline([("as it is", FunctionTransformer()), ("tags", Tagger(folds=2))]).fit(plain, themes)
    expected = tagger.predict_proba(plain)
    for form in (texts, pd.Series(texts), frame):
        np.testing.assert_array_equal(tagger.predict_proba(form), expected)
    assert tagger.score(frame, themes) > 0.9
    assert [*tagger.classes_] == [*Codebook.default().ids, "other"]


def test_labels_are_taken_in_every_form(given: tuple[list[Report], list[str]]) -> None:
    reports, themes = given
    forms = [
        themes, np.array(themes), [Label(theme) for theme in themes], [(theme,) for theme in themes],
        [Codebook.default().name(theme) for theme in themes],
        {report.report_id: Label(theme) for report, theme in zip(reports, themes, strict=True)},
    ]  # fmt: skip
    first, *others = (labels_of(form, reports, Codebook.default()) for form in forms)
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (None, "Expected labels, a mapping by report_id or one a report, got NoneType"),
        ([["rural"]], "Expected a label for each of 2 reports, got 1"),
        (["rural", "fishery"], "Label 2: unknown theme 'fishery'"),
    ],
)
def test_labels_that_do_not_fit_are_refused_in_words(labels: Any, said: str) -> None:
    with pytest.raises(CorpusError, match=said):
        Tagger().fit([Report("a", "甲"), Report("b", "乙")], labels)


@pytest.mark.parametrize(
    ("given", "said"),
    [("一篇文章", "got one str"), ([1, 2], "got int at place 0"), (pd.DataFrame({"a": [1]}), "at least, found a")],
)  # fmt: skip
def test_what_is_no_text_is_refused_in_words(given: Any, said: str) -> None:
    with pytest.raises(CorpusError, match=said):
        as_reports(given)


@pytest.mark.parametrize("kind", [TfidfThemes, LdaThemes])
def test_found_themes_place_reports_they_have_not_seen(kind: Any, given: tuple[list[Report], list[str]]) -> None:
    reports, themes = given
    model = kind(themes=6, resamples=1)
    shares = model.fit_transform(reports[:30])
    np.testing.assert_allclose(shares.sum(1), 1)
    placed = model.transform(reports[30:])
    np.testing.assert_allclose(placed.sum(1), 1)
    found = [model.clusters_[cluster].theme for cluster in model.predict(reports[30:])]
    assert np.mean([one == other for one, other in zip(found, themes[30:], strict=True)]) >= 0.5
    assert model.transform(["没有字", "zz"]).sum() == 0
    likely, shuffled = model.score(reports[30:]), model.score([r.text[::-1] for r in reports[30:]])
    assert -12 < likely < 0
    assert np.isfinite(shuffled)


def test_what_is_not_fitted_says_so() -> None:
    for estimator in ESTIMATORS:
        with pytest.raises(ModelError, match=r"Expected a fitted \w+, got one"):
            clone(estimator).predict([Report("a", "甲")])
