"""The house style of figures: font, colours, and what `check` and `save` refuse."""

from itertools import combinations
from pathlib import Path

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from pylopdf_fonts_zh_cn import sans_path, serif_path

from diaoyan.errors import FigureError
from diaoyan.figures import check, draw_note, drawable, note_of, save
from diaoyan.figures.page import INNER, balance, measure, new_page, put, wrap
from diaoyan.figures.style import THEME_COLOURS, font, house_style, lightness, looks

SOURCE = "来源：调研报告汇编2026年8月，共22篇，20篇有正文"


def a_figure(text: str, **look: object) -> Figure:
    figure = Figure(figsize=(4, 2), dpi=200)
    put(figure, 0.1, 0.5, text, **look)
    return figure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("数字乡村", "数字乡村"),
        ("乡村😀振兴", "乡村〓振兴"),
        ("❤\ufe0f", "〓"),
        ("a\x00b\u200bc\u202ed", "abcd"),
        (" 第一行\r\n第二行\t ", "第一行 第二行"),
        ("$x_1$ <b>&amp;</b> \\frac", "$x_1$ <b>&amp;</b> \\frac"),
        ("e\u0301", "é"),
        ("\ud800", "〓"),
        (None, "None"),
    ],
)
def test_what_the_font_lacks_becomes_a_geta_mark_and_control_characters_go(text: object, expected: str) -> None:
    assert drawable(text) == expected


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_drawn_once_it_is_drawable(text: str) -> None:
    once = drawable(text)
    assert drawable(once) == once
    assert not any(character < " " for character in once)


@given(st.text(max_size=60), st.floats(0.3, 3), st.integers(1, 3))
def test_wrapped_text_keeps_within_width_and_lines_and_loses_nothing_silently(
    text: str, width: float, lines: int
) -> None:
    wrapped = wrap(text, 9, width, lines=lines)
    assert wrapped.count("\n") < lines
    assert all(measure(line, 9) <= width + 0.02 for line in wrapped.split("\n"))
    if not wrapped.endswith("…"):
        assert "".join(wrapped.split()) == "".join(drawable(text).split())


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Rural revitalisation", 1.0, "Rural\nrevitalisation"),
        ("乡村看“农户”，金融看“信贷”", 1.45, "乡村看“农户”，\n金融看“信贷”"),
        ("一二三四五六七八九十", 0.55, "一二三四\n五六七…"),
    ],
)
def test_lines_break_where_a_reader_expects(text: str, width: float, expected: str) -> None:
    assert wrap(text, 9, width, lines=2) == expected


def test_balanced_lines_leave_no_character_alone() -> None:
    assert balance("纪检监察", 9, 0.4, lines=3) == "纪检\n监察"


def test_the_font_comes_from_the_package_and_covers_what_the_figures_say() -> None:
    assert font().get_file() == str(sans_path())
    assert font(serif=True).get_file() == str(serif_path())
    assert drawable("〓…—→↓–％（）“”：；，、。") == "〓…—→↓–％（）“”：；，、。"


def test_a_glyph_that_is_missing_is_refused_and_nothing_written(tmp_path: Path) -> None:
    figure = Figure()
    figure.text(0.1, 0.5, "数字😀", fontproperties=font())
    with pytest.raises(FigureError, match="glyph for '😀'"):
        save(figure, tmp_path / "bad")
    assert list(tmp_path.iterdir()) == []


def test_text_in_a_font_of_the_machine_is_refused(tmp_path: Path) -> None:
    figure = Figure()
    figure.text(0.1, 0.5, "plain")
    with pytest.raises(FigureError, match="not set in the fonts of the package"):
        save(figure, tmp_path / "bad")


def test_text_over_the_edge_is_refused(tmp_path: Path) -> None:
    figure = a_figure("很长的标题" * 30)
    with pytest.raises(FigureError, match="over the edge"):
        save(figure, tmp_path / "bad")


def test_overlapping_texts_are_found() -> None:
    figure = a_figure("第一段文字")
    assert check(figure) == []
    put(figure, 0.15, 0.52, "第二段文字")
    assert check(figure) == ["'第一段文字' overlaps '第二段文字'."]


def test_hidden_and_empty_texts_are_no_fault() -> None:
    figure = a_figure("文字")
    put(figure, 0.1, 0.5, "隐藏", visible=False)
    put(figure, 0.1, 0.5, "")
    assert check(figure) == []


def test_dollar_signs_are_no_mathematics() -> None:
    figure = a_figure("$x_1$ $\\frac{1")
    assert check(figure) == []
    with matplotlib.rc_context({"text.parse_math": True}):
        figure.text(0.1, 0.2, "$y^2$", fontproperties=font())
    assert check(figure) == ["'$y^2$' would be read as mathematics."]


def test_settings_of_the_caller_neither_count_nor_change(tmp_path: Path) -> None:
    plain = [path.read_bytes() for path in save(draw_note("题", "说明", source=SOURCE), tmp_path / "plain")]
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "none", "figure.dpi": 50, "text.hinting": "native"}):
        before = dict(matplotlib.rcParams)
        other = [path.read_bytes() for path in save(draw_note("题", "说明", source=SOURCE), tmp_path / "other")]
        assert dict(matplotlib.rcParams) == before
    assert other == plain


def test_settings_are_restored_after_an_error() -> None:
    before = dict(matplotlib.rcParams)
    with pytest.raises(ZeroDivisionError), house_style():
        raise ZeroDivisionError
    assert dict(matplotlib.rcParams) == before


def test_save_writes_a_png_of_200_dpi_and_an_svg_without_date_or_text_elements(tmp_path: Path) -> None:
    from PIL import Image

    png, svg = save(draw_note("题", "说明", source=SOURCE), tmp_path / "a.b")
    assert [png.name, svg.name] == ["a.b.png", "a.b.svg"]
    with Image.open(png) as image:
        assert image.width == 1440
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
    text = svg.read_text("utf-8")
    assert "<text" not in text
    assert "dc:date" not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.b.png", "a.b.svg"]


def test_a_note_is_shown_in_a_notebook_and_says_what_it_says() -> None:
    """IPython shows nothing of a figure that has no axes."""
    pylabtools = pytest.importorskip("IPython.core.pylabtools", reason="IPython is not installed")
    note = draw_note("题", "说明" * 80, source=SOURCE)
    assert pylabtools.print_figure(note)
    assert note_of(note) == "说明" * 80
    assert check(note) == []
    assert note_of(new_page(1, "题", subtitle="", source=SOURCE).figure) is None


def test_a_page_keeps_long_and_hostile_texts_within_its_lines() -> None:
    page = new_page(1, "标题<b>" * 80, subtitle="$x_1$" * 90, source="来源😀" * 90, notes=["“注”" * 90])
    assert check(page.figure) == []
    assert all(text.get_text().endswith("…") for text in page.figure.texts)
    assert all(measure(line, 15, serif=True) <= INNER for line in page.figure.texts[0].get_text().split("\n"))


def test_the_given_themes_differ_in_grey_by_twelve_steps_of_lightness() -> None:
    values = [lightness(look.colour) for look in THEME_COLOURS.values()]
    assert min(abs(a - b) for a, b in combinations(values, 2)) >= 12


def test_many_themes_keep_apart_by_colour_and_hatch_and_the_first_thirteen_by_marker() -> None:
    added = [f"added_{number}" for number in range(40)]
    result = looks(["rural", "digital", "discipline", "finance", *added, "other"])
    assert {theme: result[theme] for theme in THEME_COLOURS} == THEME_COLOURS
    assert len({(look.colour, look.hatch) for look in result.values()}) == 45
    first = [*list(result.values())[:12], result["other"]]
    assert len({look.marker for look in first}) == len({look.colour for look in first}) == 13
    assert {look.hatch for look in first} == {""}
    assert result["added_8"].hatch


def test_a_codebook_without_the_given_themes_uses_their_colours_before_any_hatch() -> None:
    result = looks([f"t{number}" for number in range(12)])
    assert len({look.colour for look in result.values()}) == 12
    assert {look.hatch for look in result.values()} == {""}


def test_thin_lines_are_never_paler_than_can_be_seen_on_white() -> None:
    assert all(lightness(look.line) <= 62 for look in looks([*THEME_COLOURS, *"abcdefgh"]).values())
