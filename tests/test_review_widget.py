"""The review widget, driven by its buttons."""

from __future__ import annotations

import pytest

from diaoyan.corpus import Label
from diaoyan.review import ReviewWidget
from diaoyan.review.choosing import is_confirmed
from diaoyan.themes import Codebook
from small_review import REPORTS, small_picks

ipywidgets = pytest.importorskip("ipywidgets", reason="ipywidgets is not installed")
A, B, C = (report.report_id for report in REPORTS)


def form(**options: object) -> ReviewWidget:
    return ReviewWidget(small_picks(), Codebook.default(), **({"lang": "zh"} | options))  # type: ignore[arg-type]


def test_buttons_give_the_labels() -> None:
    widget = form(who="王静", when="2026-11-23")
    widget.themes["rural"].click()
    widget.on.click()
    widget.further["digital"].value = True
    widget.why.value = "两个主题"
    assert B not in widget.labels
    widget.themes["finance"].click()
    widget.on.click()
    widget.themes["other"].click()
    assert widget.labels == {A: Label("rural"), B: Label("finance", ("digital",)), C: Label("other")}
    label = widget.labels[B]
    assert (label.who, label.when, label.why) == ("王静", "2026-11-23", "两个主题")
    assert widget.labels[A].why == ""


def test_an_answer_can_be_changed_and_taken_back() -> None:
    heard: list[tuple[str, Label | None]] = []
    widget = form(on_answer=lambda report_id, label: heard.append((report_id, label)))
    widget.themes["rural"].click()
    widget.further["finance"].value = True
    assert widget.labels == {A: Label("rural", ("finance",))}
    widget.themes["finance"].click()
    assert widget.labels == {A: Label("finance")}
    widget.clear.click()
    assert widget.labels == {}
    assert heard == [(A, Label("rural")), (A, Label("rural", ("finance",))), (A, Label("finance")), (A, None)]


def test_an_answer_about_a_questioned_label_is_noted_as_confirmed_and_no_other() -> None:
    widget = form(labels={B: Label("finance")})
    for _ in widget.picks:
        widget.themes["finance"].click()
        widget.on.click()
    widget.further["rural"].value = True
    assert {report_id: is_confirmed(label) for report_id, label in widget.labels.items()} == {
        A: False, B: True, C: False,
    }  # fmt: skip


def test_what_was_answered_is_shown_on_coming_back() -> None:
    widget = form()
    widget.themes["rural"].click()
    widget.further["digital"].value = True
    widget.why.value = "看过"
    widget.on.click()
    assert [theme for theme, button in widget.themes.items() if button.button_style] == []
    assert (widget.further["digital"].value, widget.why.value) == (False, "")
    widget.back.click()
    assert [theme for theme, button in widget.themes.items() if button.button_style] == ["rural"]
    assert (widget.further["digital"].value, widget.why.value) == (True, "看过")
    assert widget.labels == {A: Label("rural", ("digital",))}


def test_it_stops_at_both_ends_and_says_where_it_is() -> None:
    widget = form()
    assert widget.progress.value == "第1篇，共3篇，已答0篇"
    assert (widget.back.disabled, widget.on.disabled) == (True, False)
    for _ in range(5):
        widget.on.click()
    assert widget.report.report_id == C
    assert widget.on.disabled


def test_texts_are_escaped() -> None:
    widget = form()
    for _ in range(2):
        widget.on.click()
    assert "&lt;b&gt;春节&lt;/b&gt;的由来" in widget.text.value
    assert "&lt;i&gt;" in widget.text.value
    assert "<b>春节" not in widget.text.value


def test_a_label_that_is_questioned_is_named() -> None:
    widget = form(labels={B: Label("digital")})
    widget.on.click()
    assert "可能标错（现标：数字经济）" in widget.text.value
    assert widget.labels == {}


def test_other_stands_beside_no_further_theme() -> None:
    widget = form()
    widget.further["rural"].value = True
    widget.themes["other"].click()
    assert widget.labels == {A: Label("other")}
    assert not widget.further["rural"].value


def test_without_picks_it_says_so() -> None:
    widget = ReviewWidget([], Codebook.default(), lang="zh")
    assert [child.value for child in widget.box.children] == ["没有要看的报告。"]
    assert widget.labels == {}


def test_a_notebook_displays_it() -> None:
    assert "application/vnd.jupyter.widget-view+json" in form()._repr_mimebundle_()


@pytest.mark.slow
def test_it_is_displayed_where_a_notebook_runs_without_a_browser() -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    code = (
        "from diaoyan.review import Pick, ReviewWidget\nfrom diaoyan import Codebook, Report\n"
        "from diaoyan.tagging import Tag\n"
        "tag = Tag('a', None, None, '甲', 'rural', ('rural',), {'rural': 0.5}, True, '农户')\n"
        "ReviewWidget([Pick(Report('a', '甲'), tag, ('uncertain',), 0.9, 'rural', 0.5)], Codebook.default())"
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3").execute()
    shown = [output for output in book.cells[0].outputs if output.output_type == "execute_result"]
    assert "application/vnd.jupyter.widget-view+json" in shown[0].data
