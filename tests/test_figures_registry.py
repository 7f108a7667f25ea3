"""The figures are what is registered: one more is drawn, and stands on the page, in the Word file and as a table."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from docx import Document
from matplotlib.figure import Figure

from diaoyan import Report, gather, load_tagger, write_theme_report
from diaoyan.errors import FigureError
from diaoyan.figures import FIGURES, caption_of, kinds, registry
from diaoyan.figures.page import new_page
from diaoyan.language import Lang


def test_every_name_is_a_figure_with_a_caption_in_both_languages() -> None:
    assert [kind.name for kind in kinds()] == list(FIGURES)
    for kind in kinds():
        english, chinese = caption_of(kind.name, "en"), caption_of(kind.name, "zh")
        assert english == kind.caption
        assert any("一" <= character <= "鿿" for character in chinese), kind.name


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register a figure as a file of the room would."""

    @registry.figure(
        "theme",
        "reports",
        caption="Tally",
        facts=lambda of: of.shares[["theme", "reports"]],
        options=lambda of, lang: {"total": of.total},
        key=lambda facts: [("1", "一号报告")],
    )
    def draw_tally(facts: pd.DataFrame, *, source: str, total: int, lang: Lang = "zh") -> Figure:
        return new_page(0.5, f"共{total}篇，{len(facts)}类", subtitle="", source=source).figure

    monkeypatch.setattr(registry, "FIGURES", (*FIGURES, "tally"))
    module = ModuleType("diaoyan.figures.tally")
    module.draw_tally = draw_tally  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(registry._kinds, "tally", registry._kinds["tally"])  # taken out again afterwards


@pytest.mark.usefixtures("one_more")
def test_a_figure_that_is_registered_is_on_the_page_in_the_word_file_and_a_table(tmp_path: Path) -> None:
    reports = [
        Report(f"r{n}", "村集体经济调查", text="村集体有地，农户入社。", month="2025-03", no=n) for n in (1, 2, 3)
    ]
    facts = gather(reports, load_tagger("base"), found=[])
    assert write_theme_report(facts, tmp_path)[-1] == tmp_path / "tally.png"
    assert (tmp_path / "tally.csv").read_text("utf-8-sig").startswith("theme,reports")
    page = (tmp_path / "index.html").read_text("utf-8")
    assert 'id="figure-tally"' in page
    assert "<dt>1</dt><dd>一号报告</dd>" in page
    assert "共3篇，5类" in page
    said = [line.text for line in Document(str(tmp_path / "report.docx")).paragraphs if line.style.name == "Caption"]
    assert said[-1].endswith("Tally")


@pytest.mark.usefixtures("one_more")
def test_a_registered_figure_refuses_facts_without_its_columns() -> None:
    with pytest.raises(FigureError, match="columns theme, reports; 'reports' is not among theme"):
        kinds()[-1].draw(pd.DataFrame({"theme": []}), source="", total=0)
