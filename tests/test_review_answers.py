"""Answers taken back: whatever programs and people did to the sheet, no usable row is lost and no other one taken."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from diaoyan.cli import main
from diaoyan.corpus import Corpus, Label
from diaoyan.errors import CorpusError
from diaoyan.report import Report
from diaoyan.review import choose, has_answers, read_sheet, write_sheet
from diaoyan.review.choosing import SUSPECT, is_confirmed
from diaoyan.review.layout import COLUMNS
from diaoyan.tagging import Tagger
from diaoyan.tagging.table import tags_table
from diaoyan.themes import Codebook
from diaoyan.writing import write_csv
from small_review import REPORTS, small_picks

CODEBOOK = Codebook.default()
A, B, C = (report.report_id for report in REPORTS)
PLACE = {column.key: number for number, column in enumerate(COLUMNS, 1)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_sheet(tmp_path / "review.xlsx", small_picks(), CODEBOOK, labels={})
    return tmp_path / "review.xlsx"


def edit(path: Path, change: Callable[[Any], None]) -> None:
    """Change the sheet and save it, as a person would."""
    book = load_workbook(path)
    change(book["复核"])
    book.save(path)


def fill(path: Path, row: int, **cells: Any) -> None:
    """Write answers into a row, columns by their keys."""

    def change(sheet: Any) -> None:
        for key, value in cells.items():
            sheet.cell(row, PLACE[key]).value = value

    edit(path, change)


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ({"primary": "数字经济"}, Label("digital")),
        ({"primary": " 数字　经济\n"}, Label("digital")),
        ({"primary": "digital"}, Label("digital")),
        ({"primary": "ＤＩＧＩＴＡＬ economy"}, Label("digital")),
        ({"primary": "其他"}, Label("other")),
        ({"primary": "其它"}, Label("other")),
        ({"primary": "其他", "further_1": "金融"}, Label("other", ("finance",))),
        ({"primary": "同意"}, Label("finance", ("digital", "rural"))),
        ({"primary": "agree", "further_1": "纪检监察"}, Label("finance", ("discipline",))),
        ({"primary": "金融", "further_2": "乡村振兴"}, Label("finance", ("rural",))),
        ({"primary": "金融", "further_1": "数字经济；乡村振兴"}, Label("finance", ("digital", "rural"))),
        ({"primary": "金融", "further_1": "金融", "further_2": "乡村振兴"}, Label("finance", ("rural",))),
    ],
)
def test_themes_can_be_named_in_every_reasonable_way(path: Path, answer: dict[str, Any], label: Label) -> None:
    fill(path, 4, **answer)
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert (answers.labels, answers.refused, answers.unanswered) == ({B: label}, [], 2)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"primary": "农夫"}, "unknown theme '农夫'"),
        ({"primary": 3}, "unknown theme '3'"),
        ({"primary": "=A1"}, "formula '=A1'"),
        ({"primary": "金融", "why": '=HYPERLINK("http://x")'}, "formula"),
        ({"primary": "金融", "further_1": "甲"}, "unknown theme '甲'"),
        ({"primary": "金融", "further_1": "其他"}, "'other' means that no theme fits"),
        ({"further_1": "金融"}, "further themes but no theme"),
        ({"why": "看不懂"}, "a remark but no theme"),
        ({"primary": "同意", "machine": "改了"}, "whose column says '改了'"),
        ({"primary": "同意", "machine": None}, "whose column says ''"),
        ({"primary": "金融", "report_id": "2025-03-009-ffffff"}, "unknown report '2025-03-009-ffffff'"),
        ({"primary": "金融", "report_id": None}, "expected a report_id beside the answer"),
        ({"primary": "金融", "report_id": A}, "the title is not the one of '2025-03-001-aaaaaa'"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_taken(
    path: Path, answer: dict[str, Any], reason: str
) -> None:
    fill(path, 4, **answer)
    fill(path, 5, primary="同意")
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert answers.labels == {C: Label("other")}
    (sentence,) = answers.refused
    assert sentence.startswith("row 4: ")
    assert reason in sentence
    assert sentence.count("\n") == 0


def test_the_tags_of_the_program_are_no_answers(tmp_path: Path) -> None:
    tags = [pick.tag for pick in small_picks()]
    header, rows = tags_table(tags, CODEBOOK)
    write_csv(tmp_path / "标签.csv", header, rows)
    book = Workbook()
    for line in (header, *rows):
        book.active.append(line)
    book.save(tmp_path / "标签.xlsx")
    for name in ("标签.csv", "标签.xlsx"):
        with pytest.raises(CorpusError, match=rf"^{name}: expected labels that people gave, found tags that diaoyan"):
            read_sheet(tmp_path / name, CODEBOOK, REPORTS)


def test_contradictory_rows_are_both_refused(path: Path) -> None:
    fill(path, 3, primary="金融")
    fill(path, 7, report_id=A, primary="其他")
    fill(path, 5, primary="其他")
    fill(path, 8, report_id=C, primary="other")
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert answers.labels == {C: Label("other")}
    assert answers.refused == [f"row 3, row 7: report {A!r} is given different themes there; keep one of these rows."]


def test_columns_and_rows_may_be_moved_added_and_deleted(path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["F4"], sheet["F5"] = "金融", "同意"
        sheet.title = "三月"
        sheet.unmerge_cells("A1:M1")
        sheet.delete_rows(1)
        sheet.delete_cols(PLACE["title"])
        sheet.insert_cols(1, 2)
        sheet["A1"] = "组长意见"
        sheet["A3"] = "好"
        sheet.move_range("C1:C9", cols=20)
        sheet["B99"] = "合计"

    edit(path, change)
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert (answers.labels, answers.refused) == ({B: Label("finance"), C: Label("other")}, [])


def test_a_formula_where_nothing_is_read_does_no_harm(path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["F3"], sheet["L3"], sheet["N3"] = "金融", "=LEN(D3)", "=1+1"
        sheet["F4"] = ArrayFormula("F4:F4", "=D4")

    edit(path, change)
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert answers.labels == {A: Label("finance")}
    assert answers.refused == ["row 4: expected a text, found the formula '=D4'; type the answer itself."]


def test_a_third_further_theme_may_stand_in_a_column_of_its_own(path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["F3"], sheet["H3"], sheet["M2"], sheet["M3"] = "金融", "乡村振兴", "其他主题3", "纪检监察"

    edit(path, change)
    assert read_sheet(path, CODEBOOK, REPORTS).labels == {A: Label("finance", ("rural", "discipline"))}


def test_copies_of_the_sheet_are_read_too(path: Path) -> None:
    book = load_workbook(path)
    copy = book.copy_worksheet(book["复核"])
    copy["F3"], copy["F4"] = "金融", "甲"
    book.save(path)
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert answers.labels == {A: Label("finance")}
    assert answers.refused[0].startswith("sheet '复核 Copy', row 4: unknown theme")


def test_a_theme_of_a_longer_codebook_is_taken(path: Path) -> None:
    longer = Codebook.parse(
        '[[theme]]\nid = "old_age"\nzh = "养老"\nen = "Old age"\nseeds = ["养老"]\n', where="themes.toml"
    )
    fill(path, 3, primary="养老")
    assert read_sheet(path, longer, REPORTS).labels == {A: Label("old_age")}


def test_who_and_when_come_from_the_file_unless_they_are_given(path: Path) -> None:
    fill(path, 3, primary="金融")
    book = load_workbook(path)
    book.properties.lastModifiedBy = "王静"
    book.save(path)
    label = read_sheet(path, CODEBOOK, REPORTS).labels[A]
    assert label.who == "王静"
    assert label.when[:2] == "20"
    assert label.when > "2025"
    label = read_sheet(path, CODEBOOK, REPORTS, who="李", when="2026-11-23").labels[A]
    assert (label.who, label.when) == ("李", "2026-11-23")


def test_a_file_that_does_not_say_who_saved_it_names_nobody(path: Path, tmp_path: Path) -> None:
    fill(path, 3, primary="金融")
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            if name != "docProps/core.xml":
                new.writestr(name, old.read(name))
    label = read_sheet(bare, CODEBOOK, REPORTS).labels[A]
    assert (label.who, label.when) == ("", "")


def test_a_remark_comes_back_as_it_was_typed(path: Path) -> None:
    def change(sheet: Any) -> None:
        for number, text in enumerate(["-5%不可信", "第一行\n第二行", "@王"], 3):
            sheet.cell(number, PLACE["primary"], "其他")
            sheet.cell(number, PLACE["why"], text)
        sheet["I3"].quotePrefix = True

    edit(path, change)
    labels = read_sheet(path, CODEBOOK, REPORTS).labels
    assert [labels[key].why for key in (A, B, C)] == ["-5%不可信", "第一行\n第二行", "@王"]


def as_csv(path: Path, delimiter: str = ",") -> str:
    """Return the sheet the way Excel saves it as text."""
    buffer = io.StringIO()
    rows = load_workbook(path)["复核"].iter_rows(values_only=True)
    csv.writer(buffer, delimiter=delimiter).writerows(["" if v is None else v for v in row] for row in rows)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("gb18030", ","), ("utf-8-sig", ","), ("utf-8", ";"), ("utf-16", "\t")]
)
def test_csv_of_every_excel_is_read(path: Path, tmp_path: Path, encoding: str, delimiter: str) -> None:
    fill(path, 3, primary="金融", why="有“引号”,\n和换行")
    fill(path, 4, primary="同意")
    fill(path, 5, primary="甲")
    saved = tmp_path / "review.csv"
    saved.write_bytes(as_csv(path, delimiter).encode(encoding))
    answers = read_sheet(saved, CODEBOOK, REPORTS)
    assert answers.labels == {A: Label("finance"), B: Label("finance", ("digital", "rural"))}
    assert answers.labels[A].why == "有“引号”,\n和换行"
    assert answers.labels[A].who == answers.labels[A].when == ""
    assert [sentence[:6] for sentence in answers.refused] == ["row 5:"]
    assert has_answers(saved)


def test_a_sheet_as_written_has_no_answers(path: Path) -> None:
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert (answers.labels, answers.refused, answers.unanswered) == ({}, [], 3)
    assert str(answers) == "0 answered, 0 refused, 3 not answered"
    assert not has_answers(path)


@pytest.mark.parametrize("cell", ["primary", "further_2", "why"])
def test_whatever_was_written_counts_as_an_answer_that_must_not_be_lost(path: Path, cell: str) -> None:
    fill(path, 4, **{cell: "写了"})
    assert has_answers(path)


def test_there_are_no_answers_where_there_is_no_sheet(tmp_path: Path) -> None:
    assert not has_answers(tmp_path / "review.xlsx")


# --- labels that were questioned -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("answer", ["finance", "other", "同意"])
def test_an_answer_to_a_questioned_label_is_confirmed_and_no_other(tmp_path: Path, answer: str, lang: str) -> None:
    path = tmp_path / "review.xlsx"
    write_sheet(path, small_picks(), CODEBOOK, labels={B: Label("finance")}, lang=lang)  # type: ignore[arg-type]
    book = load_workbook(path)
    for row in (3, 4, 5):
        book.worksheets[0].cell(row, PLACE["primary"], answer)
    book.save(path)
    labels = read_sheet(path, CODEBOOK, REPORTS).labels
    assert {report_id: is_confirmed(label) for report_id, label in labels.items()} == {A: False, B: True, C: False}


def test_without_the_column_of_reasons_answers_are_labels_as_before(path: Path) -> None:
    fill(path, 4, primary="金融", reasons=None)
    labels = read_sheet(path, CODEBOOK, REPORTS).labels
    assert (labels, is_confirmed(labels[B])) == ({B: Label("finance")}, False)


def test_a_sheet_is_taken_in_once_the_labels_say_what_it_says(path: Path) -> None:
    fill(path, 4, primary="金融")
    answers = read_sheet(path, CODEBOOK, REPORTS)
    assert not answers.taken_in({})
    assert not answers.taken_in({B: Label("rural")})
    assert not answers.taken_in({B: Label("finance")})  # it was kept, which is not noted yet
    assert answers.taken_in(answers.labels)
    fill(path, 3, primary="农夫")
    assert not read_sheet(path, CODEBOOK, REPORTS).taken_in(answers.labels)


def answered(folder: Path, corpus: Corpus, tagger: Tagger, theme: str | None) -> list[str]:
    """Put reports up for review, answer about those whose label is questioned, take it in; return what was asked."""
    reports, labels, sheet = corpus.reports(), corpus.labels(CODEBOOK), folder / "review.xlsx"
    picks = choose(tagger, reports, labels=labels, count=3)
    write_sheet(sheet, picks, CODEBOOK, labels=labels)
    for row, pick in enumerate(picks, 3):
        fill(sheet, row, primary=theme or labels[pick.report.report_id].primary)
    answers = read_sheet(sheet, CODEBOOK, reports)
    assert answers.refused == []
    corpus.label(answers.labels, CODEBOOK)
    once = (corpus.folder / "labels.csv").read_bytes()
    corpus.label(answers.labels, CODEBOOK)
    assert (corpus.folder / "labels.csv").read_bytes() == once
    return [pick.report.report_id for pick in picks if SUSPECT in pick.reasons]


@pytest.mark.parametrize("theme", [None, "digital"], ids=["kept", "corrected"])
def test_what_a_person_has_answered_is_never_asked_again(
    theme: str | None, tmp_path: Path, tagger: Tagger, sample: tuple[list[Report], dict[str, Label]]
) -> None:
    corpus = Corpus(tmp_path / "corpus")
    corpus.add(sample[0])
    corpus.label({report_id: Label("finance", who="甲") for report_id in sample[1]}, CODEBOOK)
    asked = [answered(tmp_path, corpus, tagger, theme) for _ in range(3)]
    assert len({report_id for ids in asked for report_id in ids}) == 9
    labels = corpus.labels(CODEBOOK)
    assert {labels[report_id] for report_id in asked[0]} == {Label(theme or "finance")}
    assert {labels[report_id].who == "甲" for report_id in asked[0]} == {theme is None}
    lines = (corpus.folder / "labels.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "report_id,primary,further,who,when,why,confirmed"
    assert sum(line.endswith(f",{theme or 'finance'}") for line in lines) == 9


def test_a_confirmed_label_of_a_theme_that_is_gone_is_kept_and_may_be_questioned_when_given_anew(
    tmp_path: Path, tagger: Tagger, sample: tuple[list[Report], dict[str, Label]]
) -> None:
    corpus, report_id = Corpus(tmp_path / "corpus"), sample[0][0].report_id
    corpus.add(sample[0])
    corpus.label(sample[1] | {report_id: Label("finance")}, CODEBOOK)
    assert report_id in answered(tmp_path, corpus, tagger, None)
    assert report_id not in answered(tmp_path, corpus, tagger, None)
    fewer = Codebook(tuple(theme for theme in CODEBOOK.themes if theme.id != "finance"))
    left_out: Counter[str] = Counter()
    assert report_id not in corpus.labels(fewer, left_out=left_out)
    assert left_out["finance"] >= 1
    corpus.label({sample[0][1].report_id: Label("other")}, fewer)
    assert corpus.labels(CODEBOOK)[report_id] == Label("finance")
    path = corpus.folder / "labels.csv"
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace(f"{report_id},finance,", f"{report_id},digital,"), "utf-8")
    assert report_id in answered(tmp_path, corpus, tagger, None)


def other_workbook() -> bytes:
    buffer = io.BytesIO()
    book = Workbook()
    book.active["A1"] = "编号 report_id"
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "found no row with the heads '编号 report_id' and '正确的主题'"),
        (b"report_id,themes\nx,rural\n", "found no row with the heads"),
        (other_workbook(), "found no row with the heads"),
        (other_workbook()[:-300], "but the file cannot be read"),
        (b"PK\x03\x04nonsense", "but the file cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "found a workbook of Excel 97 or one behind a password"),
        (b"\xff\xff\xff\x00", "found neither"),
    ],
)
def test_what_is_no_review_sheet_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    strange = tmp_path / "strange.xlsx"
    strange.write_bytes(content)
    with pytest.raises(CorpusError, match=r"strange\.xlsx: ") as caught:
        read_sheet(strange, CODEBOOK, REPORTS)
    assert sentence in str(caught.value)
    with pytest.raises(CorpusError, match=r"strange\.xlsx"):
        has_answers(strange)


def test_a_sheet_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No such file"):
        read_sheet(tmp_path / "review.xlsx", CODEBOOK, REPORTS)


HEAD = "report_id,primary,further,why,title,机器判断\n"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, headed: bool
) -> None:
    strange = tmp_path_factory.getbasetemp() / "strange.csv"
    strange.write_bytes((HEAD.encode() if headed else b"") + content)
    try:
        answers = read_sheet(strange, CODEBOOK, REPORTS)
    except CorpusError as error:
        answers, said = None, str(error)
    assert set(answers.labels) <= {A, B, C} if answers else "strange.csv" in said


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["同意", "金融", "rural", "其他", "", "?", "=1", "乡村振兴；金融", " "]), min_size=3, max_size=3
    )
)
def test_every_row_is_taken_refused_or_not_answered(tmp_path_factory: pytest.TempPathFactory, said: list[str]) -> None:
    table = tmp_path_factory.getbasetemp() / "three.csv"
    rows = [f"{key},{what},,,,其他 90%" for key, what in zip((A, B, C), said, strict=True)]
    table.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    answers = read_sheet(table, CODEBOOK, REPORTS)
    assert len(answers.labels) + len(answers.refused) + answers.unanswered == 3
    assert answers.unanswered == sum(not what.strip() for what in said)


def calc() -> bool:
    """Whether LibreOffice is here with its spreadsheet."""
    command = shutil.which("soffice")
    return command is not None and (Path(command).resolve().parent / "libsclo.so").exists()


@pytest.mark.skipif(not calc(), reason="no LibreOffice Calc is installed")
@pytest.mark.parametrize("kind", ["xlsx", "csv:Text - txt - csv (StarCalc):44,34,76"])
def test_answers_survive_libreoffice(path: Path, tmp_path: Path, kind: str) -> None:
    fill(path, 3, primary="同意", why="-5%不可信")
    fill(path, 4, primary="数字经济", further_1="金融")
    fill(path, 5, primary="甲")
    book = load_workbook(path)
    book["复核"].cell(3, PLACE["why"]).quotePrefix = True
    book.save(path)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", kind,
         "--outdir", str(tmp_path / "out"), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved = tmp_path / "out" / f"review.{kind.split(':')[0]}"
    answers = read_sheet(saved, CODEBOOK, REPORTS)
    assert answers.labels == {A: Label("rural"), B: Label("digital", ("finance",))}
    assert answers.labels[A].why == "-5%不可信"
    assert [sentence.split(";")[0] for sentence in answers.refused] == ["row 5: unknown theme '甲'"]
    if kind == "xlsx":
        rules = load_workbook(saved)["复核"].data_validations.dataValidation
        assert sorted(str(rule.formula1).replace("'", "") for rule in rules)[-1] == "主题!$A$3:$A$6"


def many(folder: Path) -> tuple[Path, list[Report]]:
    """Write a sheet of sixteen reports."""
    reports = [replace(REPORTS[0], report_id=f"2025-03-{n:03}-aaaaaa", title=f"第{n}县调查") for n in range(1, 17)]
    picks = [
        replace(one, report=report, tag=replace(one.tag, report_id=report.report_id))
        for one, report in zip(small_picks() * 6, reports, strict=False)
    ]
    write_sheet(folder / "many.xlsx", picks, CODEBOOK, labels={})
    return folder / "many.xlsx", reports


MIXED = [
    "金融",
    "乡村振兴",
    "其他",
    "金融",
    "数字经济",
    "乡村振兴",
    "金融",
    "其他",
    "数字经济",
    "金融",
    "其他",
    "乡村振兴",
]


def answer(sheet: Any, values: list[str]) -> None:
    for row, value in enumerate(values, 3):
        sheet.cell(row, PLACE["primary"]).value = value


def test_answers_sorted_apart_from_their_reports_are_refused_row_by_row(tmp_path: Path) -> None:
    path, reports = many(tmp_path)
    edit(path, lambda sheet: answer(sheet, MIXED))
    taken = read_sheet(path, CODEBOOK, reports)
    assert (len(taken.labels), taken.refused, taken.missing) == (12, [], ())
    edit(path, lambda sheet: answer(sheet, sorted(MIXED)))
    refused = read_sheet(path, CODEBOOK, reports)
    assert refused.labels == {}
    assert [said.split(":")[0] for said in refused.refused] == [f"row {row}" for row in range(3, 15)]
    assert all("sorted on its own" in said for said in refused.refused)


def test_whole_rows_may_be_sorted_by_their_answers(tmp_path: Path) -> None:
    path, reports = many(tmp_path)

    def change(sheet: Any) -> None:
        answer(sheet, MIXED)
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        rows.sort(key=lambda row: row[PLACE["primary"] - 1] or "龥")
        for number, row in enumerate(rows, 3):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place).value = value

    edit(path, change)
    taken = read_sheet(path, CODEBOOK, reports)
    assert (len(taken.labels), taken.refused) == (12, [])
    assert taken.labels[reports[0].report_id] == Label("finance")


def test_what_the_machine_said_sorted_alone_is_refused(tmp_path: Path) -> None:
    path, reports = many(tmp_path)

    def change(sheet: Any) -> None:
        answer(sheet, ["同意"] * 3)
        said = sorted(sheet.cell(row, PLACE["machine"]).value for row in range(3, 19))
        for row, value in enumerate(said, 3):
            sheet.cell(row, PLACE["machine"]).value = value

    edit(path, change)
    taken = read_sheet(path, CODEBOOK, reports)
    assert [said.split(": ")[0] for said in taken.refused] == ["row 4", "row 5"]
    assert "the check value is not that of '2025-03-002-aaaaaa'" in taken.refused[0]
    assert list(taken.labels) == [reports[0].report_id]


def test_a_csv_that_is_cut_off_says_so_and_what_is_missing(tmp_path: Path) -> None:
    path, reports = many(tmp_path)
    edit(path, lambda sheet: answer(sheet, MIXED))
    out = io.StringIO()
    csv.writer(out).writerows([cell.value for cell in row] for row in load_workbook(path)["复核"].iter_rows())
    whole = out.getvalue().encode("utf-8-sig")
    (tmp_path / "whole.csv").write_bytes(whole)
    taken = read_sheet(tmp_path / "whole.csv", CODEBOOK, reports)
    assert (len(taken.labels), taken.refused, taken.missing) == (12, [], ())
    row = whole.index("第8县调查".encode())
    (tmp_path / "cut.csv").write_bytes(whole[: whole.index("其他".encode(), row) + 6])
    taken = read_sheet(tmp_path / "cut.csv", CODEBOOK, reports)
    assert list(taken.labels) == [report.report_id for report in reports[:7]]
    assert taken.refused == [
        "row 10: the check value at the end of the row is missing, so the row is cut off; take in the whole file."
    ]
    assert taken.missing == tuple(range(8, 17))


def test_merged_answers_are_refused_row_by_row(tmp_path: Path) -> None:
    path, reports = many(tmp_path)

    def change(sheet: Any) -> None:
        answer(sheet, MIXED[:6])
        sheet.merge_cells("F4:F6")

    edit(path, change)
    taken = read_sheet(path, CODEBOOK, reports)
    assert list(taken.labels) == [reports[n].report_id for n in (0, 4, 5)]
    assert [said.split(",")[0] for said in taken.refused] == [
        f"row {row}: its answer is merged over rows 4 to 6" for row in (4, 5, 6)
    ]


def test_a_sheet_without_check_values_is_read(tmp_path: Path) -> None:
    path, reports = many(tmp_path)

    def change(sheet: Any) -> None:
        answer(sheet, sorted(MIXED))
        sheet.delete_cols(PLACE["check"])

    edit(path, change)
    taken = read_sheet(path, CODEBOOK, reports)
    assert (len(taken.labels), taken.refused, taken.missing) == (12, [], ())


def test_rows_that_are_not_there_are_said_when_a_sheet_is_taken_in(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, reports = many(workplace)
    Corpus(workplace / "data" / "corpus").add(reports)

    def change(sheet: Any) -> None:
        answer(sheet, MIXED[:3])
        sheet.delete_rows(9, 2)

    edit(path, change)
    assert main(["label", str(path)]) == 0
    assert "rows that were written and are not in it: 7-8" in capsys.readouterr().err
