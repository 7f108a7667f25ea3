"""The review sheet as it is written: choices, texts that stay texts, and the same bytes on every run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from diaoyan.corpus import Label
from diaoyan.language import Lang
from diaoyan.review import write_sheet
from diaoyan.review.sheet import _lines, reasons
from diaoyan.themes import Codebook, Theme
from small_review import REPORTS, small_picks

CODEBOOK = Codebook.default()
LABELS = {REPORTS[1].report_id: Label("digital")}


def written(tmp_path: Path, **options: Any) -> Any:
    path = tmp_path / "review.xlsx"
    write_sheet(path, small_picks(), options.pop("codebook", CODEBOOK), labels=LABELS, **options)
    return load_workbook(path)


def row(sheet: Any, number: int) -> dict[str, Any]:
    return {head.value: cell.value for head, cell in zip(sheet[2], sheet[number], strict=True)}


def test_heads_stay_in_sight_below_one_line_of_what_to_do(tmp_path: Path) -> None:
    sheet = written(tmp_path)["复核"]
    assert "黄色" in sheet["A1"].value
    assert [cell.value for cell in sheet[2]] == [
        "编号 report_id", "月份", "序号", "标题", "机器判断", "正确的主题", "其他主题1", "其他主题2", "备注",
        "为什么看这篇", "依据", "开头", "校验",
    ]  # fmt: skip
    table = sheet.tables["review"]  # which Excel sorts by whole rows
    assert (sheet.freeze_panes, table.ref, table.autoFilter.ref, sheet.max_row) == ("A3", "A2:M5", "A2:M5", 5)
    assert table.column_names == [cell.value for cell in sheet[2]]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "可能标错（现标：数字经济；兼：乡村振兴、金融）"),
        ("en", "(labelled: Digital economy; also: Rural revitalization, Finance)"),
    ],
)
def test_all_themes_of_a_questioned_label_are_named(lang: Lang, said: str) -> None:
    label = Label("digital", ("rural", "finance"))
    assert said in reasons(small_picks()[1], CODEBOOK, label, lang)


def test_a_row_says_what_is_needed_to_answer(tmp_path: Path) -> None:
    sheet = written(tmp_path)["复核"]
    first, second, third = (row(sheet, number) for number in (3, 4, 5))
    assert (first["编号 report_id"], first["月份"], first["序号"]) == ("2025-03-001-aaaaaa", "2025-03", 1)
    assert (first["机器判断"], first["为什么看这篇"]) == ("乡村振兴 87%", "机器拿不准")
    assert len(first["开头"]) == 152
    assert second["机器判断"] == "金融 87%；兼：数字经济、乡村振兴"
    assert second["为什么看这篇"] == "可能标错（现标：数字经济）、与主题词不一致"
    assert second["开头"] == "无正文"
    assert (third["机器判断"], third["开头"]) == ("其他 87%", "除夕那天， 家家贴春联。")
    assert {first[head] for head in ("正确的主题", "其他主题1", "其他主题2", "备注")} == {None}


def test_english_sheets_speak_english(tmp_path: Path) -> None:
    book = written(tmp_path, lang="en")
    assert book.sheetnames == ["Review", "Themes"]
    assert row(book["Review"], 4)["Machine says"] == "Finance 87%; also: Digital economy, Rural revitalization"
    assert row(book["Review"], 4)["Opening"] == "No text"


def test_choices_are_listed_on_a_sheet_of_their_own_where_any_number_fits(tmp_path: Path) -> None:
    many = Codebook((*CODEBOOK.themes, *(Theme(f"t{n}", f"很长的主题名称{n}", f"T {n}", ("词",)) for n in range(60))))
    book = written(tmp_path, codebook=many)
    lists = {}
    for rule in book["复核"].data_validations.dataValidation:
        sheet, _, cells = rule.formula1.partition("!")
        assert sheet == "'主题'"
        lists[str(rule.sqref)] = [cell[0].value for cell in book["主题"][cells.replace("$", "")]]
    names = [theme.zh for theme in many.themes]
    assert lists == {"F3:F5": ["同意", *names, "其他"], "G3:G5 H3:H5": names}


@pytest.mark.parametrize(
    ("lang", "description", "said"),
    [
        ("zh", "Old people, pensions.", "例如：养老、老人"),
        ("zh", "", "例如：养老、老人"),
        ("zh", "养老与退休金。", "养老与退休金。"),
        ("en", "Old people, pensions.", "Old people, pensions."),
        ("en", "养老与退休金。", "养老与退休金。"),
    ],
)
def test_a_theme_is_explained_in_the_language_of_the_sheet(
    lang: Lang, description: str, said: str, tmp_path: Path
) -> None:
    codebook = Codebook((Theme("silver", "银发经济", "Silver economy", ("养老", "老人"), description),))
    book = written(tmp_path, codebook=codebook, lang=lang)
    names = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    assert names[codebook.name("silver", lang)] == said


def test_a_chinese_sheet_explains_the_themes_that_ship_in_chinese(tmp_path: Path) -> None:
    told = [str(row[1].value) for row in written(tmp_path)["主题"].iter_rows(min_row=3, max_row=6)]
    assert all(text.startswith("例如：") and text.count("、") == 14 for text in told)


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    cells = [cell for sheet in written(tmp_path) for line in sheet.iter_rows() for cell in line]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@"]
    assert sorted({cell.value for cell in risky}) == ["+农户、<i>", "=1+1 金融支持数字乡村"]
    assert all(cell.quotePrefix for cell in risky)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1), ("甲" * 9, 10, 3), ("甲乙\n丙", 10, 2), ("甲乙\n\n丙", 10, 3), ("Rural revitalization 95%", 15, 3),
        ("2025-06-015-1b1ffc", 12, 2), ("x" * 100, 21, 5), ("a b c d", 21, 1), (" ", 10, 1),
    ],
)  # fmt: skip
def test_rows_are_high_enough_for_their_texts(text: str, width: float, lines: int) -> None:
    assert _lines(text, width) == lines


@pytest.mark.parametrize("title", ["甲\x07乙", "甲\ufffe乙\uffff", "甲" * 40_000])
def test_texts_that_a_cell_cannot_hold_are_made_to_fit(tmp_path: Path, title: str) -> None:
    pick = small_picks()[0]
    write_sheet(tmp_path / "r.xlsx", [replace(pick, report=replace(pick.report, title=title))], CODEBOOK, labels={})
    assert load_workbook(tmp_path / "r.xlsx")["复核"]["D3"].value.startswith("甲")


def test_the_same_picks_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_sheet(tmp_path / name, small_picks(), CODEBOOK, labels=LABELS)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_sheet_without_picks_has_its_heads(tmp_path: Path) -> None:
    write_sheet(tmp_path / "r.xlsx", [], CODEBOOK, labels={})
    assert load_workbook(tmp_path / "r.xlsx")["复核"].max_row == 2
