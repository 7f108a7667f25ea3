"""What objects show of themselves in a notebook: escaped, short, well-formed, readable on white and on black."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.compilation import Evidence, SplitCompilation
from diaoyan.corpus import Label
from diaoyan.discovery import Cluster, TfidfThemes
from diaoyan.display import MOST_ROWS, Bar, frame_table, show_frames, table
from diaoyan.models import HistoryLine
from diaoyan.monthly.retraining import Retraining
from diaoyan.report import Report
from diaoyan.review import Pick, ReviewWidget
from diaoyan.tagging import Evaluation, Tag, Tagger, explain
from diaoyan.tagging.evaluation import HeldOut
from diaoyan.themes import Codebook, Theme

HOSTILE = "<script>alert('甲')</script><img src=x onerror=\"alert(1)\">&"


def shown(html: str) -> ElementTree.Element:
    """Return the table as elements, after checking what holds for every one of them."""
    root = ElementTree.fromstring(html)
    tags = {element.tag for element in root.iter()}
    assert tags <= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "span"}
    assert {name for element in root.iter() for name in element.attrib} <= {"style", "colspan"}
    styles = " ".join(element.get("style", "") for element in root.iter())
    assert not re.search(r"#[0-9a-f]{3}|url|rgb|white;|black", styles)
    assert len(root.findall("./tbody/tr")) <= MOST_ROWS
    return root


def words(html: str) -> str:
    return "".join(shown(html).itertext())


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=60))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    root = ElementTree.fromstring(table([text], [[text]], caption=text, notes=[text]))
    assert [element.text or "" for element in root.iter("td")] == [text, text]
    assert [element.text or "" for element in root.iter("th")] == [text]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (3, "3"),
        (0.256, "0.26"),
        ("三农", "三农"),
        (Bar(0.5, "一半"), "一半"),
        ("长" * 300, "长" * 199 + "…"),
    ],
    ids=["nothing", "whole number", "number", "text", "bar", "long text"],
)
def test_each_kind_of_cell(cell: Any, text: str) -> None:
    assert words(table(["x"], [[cell]])) == "x" + text


@pytest.mark.parametrize(("share", "width"), [(-1, "0%"), (0, "0%"), (0.337, "34%"), (1, "100%"), (7.0, "100%")])
def test_a_bar_is_as_long_as_its_share_and_never_longer_than_its_frame(share: float, width: str) -> None:
    assert f"width:{width}" in table(["x"], [[Bar(share, "")]])


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    root = shown(table(["n"], [[number] for number in range(40)], notes=["the note"]))
    assert [cell.text for cell in root.findall("./tfoot/tr/td")] == ["… 28 more", "the note"]


def test_the_name_of_a_column_stands_over_what_is_in_it() -> None:
    heads = shown(table(["title", "n", "none"], [["甲", 3, None], ["乙", 0.5, None]])).findall("./thead/tr/th")
    assert [head.get("style") for head in heads] == ["text-align:left", "text-align:right", "text-align:left"]


def test_a_month_is_never_broken_into_two_lines_but_a_title_is() -> None:
    month, title = shown(table(["month", "title"], [["2025-05", "绿色信贷怎样流向“高碳”企业转型"]])).iter("td")
    assert "nowrap" in str(month.get("style"))
    assert "nowrap" not in str(title.get("style"))


def test_a_data_frame_keeps_its_texts_whole_and_shows_nothing_where_nothing_is() -> None:
    frame = pd.DataFrame(
        {"title": [HOSTILE * 3, "乙"], "n": np.array([1, 2]), "f1": [0.256, None], "new": [True, False]}
    )
    root = shown(frame_table(frame))
    assert [head.text for head in root.iter("th")] == ["title", "n", "f1", "new"]
    rows = [[cell.text or "" for cell in row] for row in root.findall("./tbody/tr")]
    assert rows == [[HOSTILE * 3, "1", "0.26", "True"], ["乙", "2", "", "False"]]
    styles = [str(cell.get("style")) for cell in root.findall("./tbody/tr/td")[:3]]
    assert [style.split(";")[0] for style in styles] == ["text-align:left", "text-align:right", "text-align:right"]


@pytest.mark.parametrize(
    ("frame", "header"),
    [
        (pd.DataFrame({"n": [1, 2]}, index=[7, 3]), ["n"]),
        (pd.DataFrame({"n": [1, 2]}, index=["甲", "乙"]), ["", "n"]),
        (pd.DataFrame({"n": [1, 2]}, index=pd.Index([1, 2], name="no")), ["no", "n"]),
        (pd.crosstab(pd.Series(["a"], name="labelled"), pd.Series(["b"], name="found")), ["labelled / found", "b"]),
        (pd.DataFrame({"n": []}), ["n"]),
    ],
    ids=["counted", "named rows", "named index", "crosstab", "empty"],
)
def test_an_index_is_shown_if_it_says_something(frame: pd.DataFrame, header: list[str]) -> None:
    assert [head.text or "" for head in shown(frame_table(frame)).iter("th")] == header


def test_outside_a_notebook_data_frames_are_left_alone() -> None:
    show_frames()
    assert 'class="dataframe"' in pd.DataFrame({"n": [1]}).to_html()


def test_a_notebook_shows_its_data_frames_this_way() -> None:
    interactive = pytest.importorskip("IPython.core.interactiveshell", reason="IPython is not installed")
    shell = interactive.InteractiveShell.instance()
    try:
        show_frames()
        frame = pd.DataFrame({"title": ["甲"]})
        assert shell.display_formatter.format(frame)[0]["text/html"] == frame_table(frame)
    finally:
        interactive.InteractiveShell.clear_instance()


def compilation(reports: int) -> SplitCompilation:
    listed = [Report(f"r{no}", HOSTILE, no=no, authors=HOSTILE, text="正文") for no in range(1, reports + 1)]
    evidence = [Evidence((HOSTILE,), 0.5) for _ in listed]
    return SplitCompilation("a.txt", "", HOSTILE, "2025-03", None, None, listed, evidence, [HOSTILE])


def tag() -> Tag:
    return Tag("r", None, 1, HOSTILE, "rural", ("rural", "finance"), {"rural": 0.9, "finance": 0.6}, True, HOSTILE)


def evaluation() -> Evaluation:
    held = [HeldOut("fold 1", Label("rural"), tag(), True, 0.9, 0.3)] * 3
    return Evaluation.of(held, ("rural", "finance", "other"))


def cluster() -> Cluster:
    return Cluster(
        0, "other", HOSTILE, 0.0, [(HOSTILE, 4.2)] * 30, [{"report_id": "r", "title": HOSTILE}], 3, 9, 0.2, 0.1, 0.3,
        0.2, False,
    )  # fmt: skip


def found() -> TfidfThemes:
    """A model as fitting leaves it, with hostile names."""
    model = TfidfThemes(themes=5)
    model.clusters_, model.choice_ = [cluster()] * 20, None
    model.material_ = SimpleNamespace(reports=[])  # type: ignore[assignment]
    return model


def retraining(*, old: float | None = 0.5, repeated: bool = False) -> Retraining:
    entry = HistoryLine(
        "2025-06", "2025-06", "2025-06", 66, "base", 44, "2025-05", old, 0.75, None, None, None, HOSTILE, ""
    )
    return Retraining(entry, HOSTILE, HOSTILE, "", "2025-06", repeated)


def pick() -> Pick:
    return Pick(Report("r", HOSTILE, text=HOSTILE), tag(), ("uncertain", "spot check"), 0.4, "rural", 0.9)


CODEBOOK = Codebook((Theme("rural", HOSTILE, HOSTILE, (HOSTILE,) * 9, HOSTILE),))


@pytest.mark.parametrize(
    "make",
    [lambda: compilation(33), tag, evaluation, cluster, found, lambda: CODEBOOK, retraining, pick],
    ids=["split report", "tag", "evaluation", "cluster", "themes", "codebook", "retraining", "pick"],
)
def test_nothing_a_file_says_can_act_in_a_notebook(make: Callable[[], Any]) -> None:
    html = make()._repr_html_()
    assert "<script" not in html
    assert "<img" not in html
    shown(html)


def test_a_split_report_shows_what_was_recognised_by_what() -> None:
    text = words(compilation(33)._repr_html_())
    assert "recognised by" in text
    assert "50%" in text
    assert "… 21 more" in text
    assert "33 reports (33 full, 0 partial, 0 missing); month 2025-03." in text


def test_a_tag_shows_its_probabilities_its_evidence_and_its_doubt() -> None:
    rows = [[*row.itertext()] for row in shown(tag()._repr_html_()).findall("./tbody/tr")]
    assert rows == [["primary", "rural", "0.900"], ["further", "finance", "0.600"]]
    assert words(tag()._repr_html_()).endswith("needs review")


def test_a_retraining_shows_both_scores_and_which_model_is_in_use() -> None:
    rows = [[*row.itertext()] for row in shown(retraining()._repr_html_()).findall("./tbody/tr")]
    assert rows == [["base", "0.500"], ["2025-06", "0.750", "in use"]]
    untested = [[*row.itertext()] for row in shown(retraining(old=None)._repr_html_()).findall("./tbody/tr")]
    assert untested[0] == ["base"]
    assert "nothing new to learn" not in words(retraining()._repr_html_())
    assert "nothing new to learn" in words(retraining(repeated=True)._repr_html_())


def test_a_pick_shows_what_is_suggested_and_why() -> None:
    rows = [[*row.itertext()] for row in shown(pick()._repr_html_()).findall("./tbody/tr")]
    assert rows == [["rural", "0.90", "uncertain; spot check", HOSTILE]]


def test_a_review_form_is_a_list_where_nothing_can_be_clicked() -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed")
    bundle = ReviewWidget([pick()], Codebook.default(), lang="en")._repr_mimebundle_()
    assert bundle["text/plain"] == "ReviewWidget(1 reports, 0 answered)"
    rows = [[*row.itertext()] for row in shown(bundle["text/html"]).findall("./tbody/tr")]
    assert rows == [[HOSTILE, "Rural revitalization 90%; also: Finance", "uncertain, spot check"]]
    assert "没有要看的报告" in ReviewWidget([], Codebook.default(), lang="zh")._repr_mimebundle_()["text/html"]


def test_a_cluster_says_that_it_is_unstable() -> None:
    text = words(cluster()._repr_html_())
    assert "（不稳定：少几篇报告即变）" in text
    assert "stability 0.30 over resamples, 0.20 over seeds" in text


def test_a_codebook_shows_its_first_seed_words() -> None:
    assert "乡村振兴、乡村、农村、农业、农民、三农…" in words(Codebook.default()._repr_html_())


@pytest.mark.parametrize("model", [Tagger(), TfidfThemes()], ids=["tagger", "themes"])
def test_what_is_not_fitted_says_so(model: Any) -> None:
    assert "no: call fit" in words(model._repr_html_())


def test_a_fitted_classifier_shows_what_it_learned_from(tagger: Tagger) -> None:
    rows = [[*row.itertext()] for row in shown(tagger._repr_html_()).findall("./tbody/tr")]
    assert [row[:2] for row in rows] == [
        ["rural", "21"], ["digital", "11"], ["discipline", "12"], ["finance", "11"], ["other", "32"],
    ]  # fmt: skip


def test_an_explanation_shows_words_sentences_and_what_was_missing(tagger: Tagger) -> None:
    report = Report("x", "社区养老服务", text=f"居家养老服务供需错位，{HOSTILE}。\n一、老人不愿意去。")
    html = explain(tagger, report, theme="other")._repr_html_()
    assert "<script" not in html
    text = words(html)
    assert "养老" in text
    assert "not rural: probability" in text
    assert "for any report" in text


def test_a_sentence_that_is_cut_short_says_so(tagger: Tagger) -> None:
    report = Report("x", "社区养老服务", text="居家养老服务" + "供需错位" * 30 + "。\n老人不愿意去养老院。")
    explanation = explain(tagger, report, theme="other")
    long = next(sentence for sentence, _ in explanation.sentences if len(sentence) > 80)
    text = words(explanation._repr_html_())
    assert long[:79] + "…" in text
    assert "老人不愿意去养老院。" in text


def test_an_evaluation_without_held_out_reports_shows_its_scores() -> None:
    bare = Evaluation(("a", "other"), ["a", "other"], ["a", "a"], 0.5, 0.33, (0.1, 0.6), {"a": 0.67, "other": 0.0})
    assert "macro-F1 0.33 (95 % interval 0.10 to 0.60), accuracy 0.50" in words(bare._repr_html_())
