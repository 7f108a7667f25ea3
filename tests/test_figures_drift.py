"""The figure of drift: its finding, and that it can be printed for few and many themes, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from diaoyan.errors import FigureError
from diaoyan.figures.drift import draw_drift, headline
from diaoyan.figures.page import note_of
from diaoyan.figures.style import check
from diaoyan.language import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")


def facts(themes: int) -> pd.DataFrame:
    """Return two measures and some themes, the first of which has clearly risen."""
    rows = [["unknown", 0.1, 0.12, -0.05, 0.09, False], ["likeness", 0.9, 0.6, -0.4, -0.2, True]]
    rows += [[f"t{i}", 0.1, 0.5 if i == 0 else 0.04, 0.2 if i == 0 else -0.2, 0.6, i == 0] for i in range(themes)]
    return pd.DataFrame(rows, columns=["what", "before", "now", "low", "high", "clear"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("themes", [2, 12])
@pytest.mark.parametrize("trusted", [True, False])
def test_nothing_overlaps_or_lacks_a_glyph(themes: int, lang: Lang, trusted: bool) -> None:
    names = {f"t{i}": f"第{i}个名字很长的主题：城乡建设" for i in range(themes)}
    figure = draw_drift(
        facts(themes),
        month="2025-06",
        reports=22,
        titles=5,
        trusted=trusted,
        names=names,
        source="来源：样例",
        lang=lang,
    )
    assert check(figure) == []


@pytest.mark.parametrize(
    ("trusted", "lang", "said"),
    [
        (True, "zh", "2025年6月水利升至50%，模型仍可使用"),
        (True, "en", "2025-06: 水利 up to 50%; the model still holds"),
        (False, "zh", "2025年6月的标签不可直接采用：与以往相似度由90%变为60%"),
        (False, "en", "2025-06: tags not to be trusted, likeness 90% to 60%"),
    ],
)
def test_the_title_says_the_finding(trusted: bool, lang: Lang, said: str) -> None:
    assert headline(facts(2), month="2025-06", trusted=trusted, names={"t0": "水利"}, lang=lang) == said


def test_a_measure_that_got_better_is_no_reason_for_distrust() -> None:
    rows = facts(1)
    rows.loc[0] = ["unknown", 0.4, 0.1, -0.4, -0.2, True]
    assert "与以往相似度" in headline(rows, month=None, trusted=False, names={})


@pytest.mark.parametrize("lang", LANGS)
def test_without_earlier_reports_or_with_hardly_any_it_is_a_note(lang: Lang) -> None:
    alone = facts(2).assign(before=float("nan"))
    for rows, reports in ((alone, 22), (facts(2), 2), (facts(0).head(0), 22)):
        figure = draw_drift(rows, month=None, reports=reports, trusted=True, names={}, source="", lang=lang)
        assert note_of(figure)
        assert check(figure) == []


def test_a_missing_column_is_named() -> None:
    with pytest.raises(FigureError, match="'high'"):
        draw_drift(facts(1).drop(columns="high"), month=None, reports=9, trusted=True, names={}, source="")
