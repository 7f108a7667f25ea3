"""Labels: as people write them, as they are kept, and where they go when a compilation is corrected."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaoyan.corpus import Corpus, Label, Labelled, read_labels
from diaoyan.corpus.labels import labels_text
from diaoyan.errors import CorpusError
from diaoyan.themes import Codebook
from months import compilation, state, text, volume

CODEBOOK = Codebook.default()


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


# --- reading -------------------------------------------------------------------------------------------------------


def labels(text: str, folder: Path) -> dict[str, Label]:
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    return read_labels(folder / "labels.csv", CODEBOOK)


def test_labels_are_primary_and_further_themes_whatever_else_the_table_holds(tmp_path: Path) -> None:
    rows = ["a,甲,rural,finance; digital", "b,乙, other ,", "a,甲,rural,finance;digital"]
    text = "\n".join(["\ufeffreport_id,title,primary,further", *rows])
    assert labels(text, tmp_path) == {"a": Label("rural", ("finance", "digital")), "b": Label("other")}


def test_further_themes_may_be_left_out(tmp_path: Path) -> None:
    assert labels("primary,report_id\nrural,a\n", tmp_path) == {"a": Label("rural")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected the columns report_id and primary, primary is missing"),
        ("report_id,theme\na,rural\n", "expected the columns report_id and primary, primary is missing"),
        ("report_id,primary\na,rural\n,rural\n", "row 3: expected a report_id, found none"),
        ("report_id,primary\na,rural\nb,sports\n", "row 3: unknown theme 'sports'; expected rural, digital"),
        ("report_id,primary\na\n", "row 2: unknown theme ''"),
        ("report_id,themes\na,\n", "row 2: unknown theme ''"),
        ("report_id,themes\na,rural;sports\n", "row 2: unknown theme 'sports'"),
        ("report_id,primary\n\n , \na,rural\nb,sports\n", "row 5: unknown theme 'sports'"),
        ("\n\nreport_id,primary\r\n\r\nb,sports\r\n", "row 5: unknown theme 'sports'"),
        ('report_id,primary,why\na,rural,"one\ntwo\n\nfour"\nb,sports,\n', "row 3: unknown theme 'sports'"),
        ("report_id,primary,further\na,rural,sports\n", "row 2: unknown theme 'sports'"),
        ("report_id,primary,further\na,rural,rural\n", "row 2: 'further' names each theme once"),
        ("report_id,primary,further\na,rural,other\n", "row 2: 'further' names each theme once"),
        ("report_id,primary,further\na,rural,finance;finance\n", "row 2: 'further' names each theme once"),
        ("report_id,primary\na,rural\nb,other\na,finance\n", "row 4: 'a' is labelled 'finance' here and otherwise"),
        ("report_id,primary\na," + "长" * 140_000 + "\n", "row 2: unknown theme '" + "长" * 40 + "';"),
    ],
)
def test_a_label_that_cannot_be_used_is_named_with_its_row(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        labels(text, tmp_path)
    assert str(error.value).startswith("labels.csv")
    assert said in str(error.value)


@pytest.mark.parametrize("row", ["合计,2,,,", ",总计：2,,,", "Total,2,,,"])
def test_a_row_of_sums_below_the_labels_is_none_of_them(row: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(f"report_id,primary,further,who,when\na,rural,,,\nb,finance,,,\n{row}\n", "utf-8")
    assert set(read_labels(path, Codebook.default())) == {"a", "b"}


def test_all_themes_may_stand_in_one_column(tmp_path: Path) -> None:
    assert labels("report_id,themes\na,rural;finance\nb,other\n", tmp_path) == {
        "a": Label("rural", ("finance",)),
        "b": Label("other"),
    }


def test_themes_can_be_given_by_their_names(tmp_path: Path) -> None:
    assert labels("report_id,primary,further\na,乡村振兴,金融；digital economy\nb,其它,\n", tmp_path) == {
        "a": Label("rural", ("finance", "digital")),
        "b": Label("other"),
    }
    assert labels("report_id,themes\na,数字 经济;Finance\n", tmp_path) == {"a": Label("digital", ("finance",))}


def test_themes_of_any_codebook_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("report_id,primary,further\na,养老,教育;医疗\n", "utf-8")
    assert read_labels(tmp_path / "labels.csv", None) == {"a": Label("养老", ("教育", "医疗"))}


@pytest.mark.parametrize(
    ("heads", "marks"),
    [
        ("report_id,title,primary,themes,p_rural,p_finance,needs_review,evidence", "p_…, needs_review, evidence"),
        ("report_id,primary,themes,needs_review,evidence", "needs_review, evidence"),
        ("report_id,truth,primary,p_rural,p_other,margin, Needs_Review", "p_…, needs_review"),
    ],
)
def test_tags_that_the_program_wrote_are_no_labels(heads: str, marks: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        labels(f"{heads}\na,{',' * heads.count(',')}\n", tmp_path)
    assert str(error.value).startswith(
        f"labels.csv: expected labels that people gave, found tags that diaoyan wrote (columns {marks}); give a"
    )


@pytest.mark.parametrize("head", ["evidence", "needs_review", "p_value"])
def test_a_column_of_ones_own_may_be_called_like_one_of_the_program(head: str, tmp_path: Path) -> None:
    assert labels(f"report_id,primary,{head}\na,rural,x\n", tmp_path) == {"a": Label("rural")}


def test_a_label_of_an_unknown_report_is_named_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("report_id,primary\na,rural\n\nb,other\n")
    assert set(read_labels(tmp_path / "labels.csv", CODEBOOK, known={"a", "b", "c"})) == {"a", "b"}
    with pytest.raises(CorpusError, match=r"^labels\.csv, row 4: 'b' is labelled but not among the reports; add"):
        read_labels(tmp_path / "labels.csv", CODEBOOK, known={"a"})


def test_what_a_chinese_excel_saves_is_read(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes("report_id,primary,why\r\na,rural,读过𬌗镕\r\n".encode("gb18030"))
    assert read_labels(tmp_path / "labels.csv", CODEBOOK)["a"].why == "读过𬌗镕"


@pytest.mark.parametrize("raw", [b"\xff\xff\xff", b"a\x00b"])
def test_what_is_no_text_is_refused_by_name(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(raw)
    with pytest.raises(
        CorpusError, match=r"labels\.csv: expected labels as XLSX, or as CSV in UTF-8, UTF-16 or GB18030"
    ):
        read_labels(tmp_path / "labels.csv", CODEBOOK)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.csv: expected labels, but the file cannot be read \(No such file"):
        read_labels(tmp_path / "none.csv", CODEBOOK)


# --- keeping -------------------------------------------------------------------------------------------------------

#: Notes of any kind but for signs that `printable` replaces.
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"])) | st.sampled_from(
    ["=1+1", "'=1", "''=1", " -a", "'", "'a", "@", "一\n二", "+\n", '"', ";,"]
)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(CELLS, CELLS, CELLS)))
def test_labels_come_back_as_they_were_and_are_no_formulas(
    tmp_path_factory: pytest.TempPathFactory, notes: dict[str, tuple[str, str, str]]
) -> None:
    written = {key: Label("rural", ("finance",), *cells) for key, cells in notes.items()}
    path = tmp_path_factory.mktemp("labels") / "labels.csv"
    path.write_text(labels_text(written), "utf-8", newline="")
    read = read_labels(path, CODEBOOK)
    assert read == written
    for key, label in written.items():
        assert (read[key].who, read[key].when, read[key].why) == (label.who, label.when, label.why)
    cells = [cell for row in csv.reader(io.StringIO(labels_text(written), newline="")) for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_labels_are_equal_if_their_themes_are() -> None:
    assert Label("rural", who="王", when="2026-11-23", why="读过") == Label("rural")
    assert Label("rural") != Label("rural", ("finance",))


def test_labels_are_kept_one_a_line_in_order_and_only_what_changes_differs(corpus: Corpus) -> None:
    first, second, third = (report.report_id for report in compilation())
    corpus.add(compilation())
    assert corpus.labels(CODEBOOK) == {}
    new = {third: Label("other"), first: Label("rural", ("finance",), "王", "2026-11-23", "=看过")}
    assert corpus.label(new, CODEBOOK) == Labelled(2, 0, 0)
    path = corpus.folder / "labels.csv"
    kept = path.read_bytes()
    assert kept.decode().split("\n") == [
        "\ufeffreport_id,primary,further,who,when,why",
        f"{first},rural,finance,王,2026-11-23,'=看过",
        f"{third},other,,,,",
        "",
    ]
    assert corpus.label({key: replace(label, when="2026-12-01") for key, label in new.items()}, CODEBOOK) == Labelled(
        0, 0, 2
    )
    assert path.read_bytes() == kept
    later = {second: Label("digital"), third: Label("finance", who="李"), first: Label("rural", ("finance",))}
    assert str(corpus.label(later, CODEBOOK)) == "1 new, 1 changed, 1 unchanged"
    lines = path.read_bytes().split(b"\n")
    assert lines[:2] == kept.split(b"\n")[:2]
    assert [line.decode() for line in lines[2:]] == [f"{second},digital,,,,", f"{third},finance,,李,,", ""]


@pytest.mark.parametrize(
    ("report_id", "label", "said"),
    [
        ("2025-03-009-ffffff", Label("rural"), "'2025-03-009-ffffff' is labelled but not in the corpus; add it first"),
        (compilation()[0].report_id, Label("sports"), "unknown theme 'sports'; expected rural"),
        (compilation()[0].report_id, Label("rural", ("rural",)), "'further' names each theme once"),
        (compilation()[0].report_id, Label(""), "unknown theme ''"),
    ],
)
def test_a_label_that_cannot_be_kept_is_refused_and_nothing_changes(
    corpus: Corpus, report_id: str, label: Label, said: str
) -> None:
    corpus.add(compilation())
    corpus.label({compilation()[1].report_id: Label("rural")}, CODEBOOK)
    before = state(corpus.folder)
    with pytest.raises(CorpusError, match=said):
        corpus.label({compilation()[2].report_id: Label("rural"), report_id: label}, CODEBOOK)
    assert state(corpus.folder) == before


def test_labels_in_the_older_form_stay_beside_new_ones(corpus: Corpus) -> None:
    first, second, _ = (report.report_id for report in compilation())
    corpus.add(compilation())
    (corpus.folder / "labels.csv").write_text(f"report_id,title,primary,further\n{first},甲,rural,\n")
    corpus.label({second: Label("other")}, CODEBOOK)
    assert corpus.labels(CODEBOOK) == {first: Label("rural"), second: Label("other")}


def test_columns_that_people_have_added_stay(corpus: Corpus) -> None:
    first, second, _ = (report.report_id for report in compilation())
    corpus.add(compilation())
    path = corpus.folder / "labels.csv"
    path.write_text(f"备注,report_id,title,themes,\n'=好,{first},甲,rural;finance,\n", "utf-8")
    corpus.label({first: Label("digital"), second: Label("other")}, CODEBOOK)
    corpus.add(compilation("2025-04"))
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[0] == ["report_id", "primary", "further", "who", "when", "why", "备注", "title"]
    assert [[row[0][:10], *row[1:]] for row in rows[1:]] == [
        ["2025-04-00", "digital", "", "", "", f"moved from {first}", "'=好", "甲"],
        ["2025-04-00", "other", "", "", "", f"moved from {second}", "", ""],
    ]


# --- when a compilation is corrected -------------------------------------------------------------------------------

LONG, OTHER_LONG, TITLE = text(1), text(2), "石渡县村级集体经济“抱团发展”调查"


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        pytest.param([(TITLE, LONG)], [("石渡县村级集体经济调查", LONG)], 0, id="another title, the same text"),
        pytest.param([(TITLE, LONG)], [("前言", OTHER_LONG), ("新题", LONG + "完")], 1, id="all new but the text"),
        pytest.param([(TITLE, "")], [(TITLE.replace("抱团", "抱困"), LONG)], 0, id="a sign misread, the text added"),
        pytest.param([(TITLE, "")], [("前言", ""), (TITLE, "")], 1, id="a number up, without text"),
        pytest.param([("甲", LONG)], [("前言", ""), ("甲", OTHER_LONG)], 1, id="a number up, rewritten"),
        pytest.param([(TITLE, LONG), ("乙", LONG)], [("乙", LONG), ("丙", LONG)], 1, id="one text twice"),
        pytest.param([(TITLE, LONG)], [("数据中心能耗调研", OTHER_LONG)], None, id="another report"),
        pytest.param([(TITLE, LONG), ("乙", "")], [("乙", "")], None, id="left out"),
    ],
)
def test_a_label_goes_to_the_report_that_took_the_place_of_its_own(
    corpus: Corpus, before: list[tuple[str, str]], after: list[tuple[str, str]], place: int | None
) -> None:
    old, new = volume("2025-03", "文选31", before), volume("2025-03", "文选31", after)
    corpus.add(old)
    label = Label("rural", ("finance",), "王", "2026-11-20", "读过")
    corpus.label({old[0].report_id: label}, CODEBOOK)
    added = corpus.add(new)
    labels = corpus.labels(CODEBOOK)
    assert labels == {old[0].report_id if place is None else new[place].report_id: label}
    assert (added.relabelled, added.orphaned) == ((0, 1) if place is None else (1, 0))
    [kept] = labels.values()
    assert (kept.who, kept.when) == ("王", "2026-11-20")
    assert kept.why == ("读过" if place is None else f"读过; moved from {old[0].report_id}")
    assert str(added).endswith("labels left without a report: 1" if place is None else "labels moved along: 1")


def test_labels_move_with_their_compilation_and_come_back(corpus: Corpus) -> None:
    march, april = (volume(month, "文选31", [(TITLE, LONG), ("乙", "")]) for month in ("2025-03", "2025-04"))
    corpus.add(march)
    corpus.label({march[0].report_id: Label("rural"), march[1].report_id: Label("other")}, CODEBOOK)
    assert str(corpus.add(april)) == (
        "2 new, 0 changed, 0 unchanged, 2 removed, taken out of 2025-03: 2, labels moved along: 2"
    )
    assert corpus.labels(CODEBOOK) == {april[0].report_id: Label("rural"), april[1].report_id: Label("other")}
    corpus.add(march)
    labels = corpus.labels(CODEBOOK)
    assert labels == {march[0].report_id: Label("rural"), march[1].report_id: Label("other")}
    assert labels[march[0].report_id].why == f"moved from {april[0].report_id}"


def test_a_label_left_without_its_report_holds_again_when_the_report_is_back(corpus: Corpus) -> None:
    whole = volume("2025-03", "文选31", [(TITLE, LONG), ("乙", "")])
    corpus.add(whole)
    corpus.label({report.report_id: Label("rural") for report in whole}, CODEBOOK)
    before = state(corpus.folder)
    assert corpus.add(whole[:1]).orphaned == 1
    corpus.add(whole)
    assert state(corpus.folder) == before


def test_a_damaged_label_stops_a_correction_before_anything_is_changed(corpus: Corpus) -> None:
    corpus.add(compilation())
    (corpus.folder / "labels.csv").write_text("report_id,primary\n,rural\n")
    before = state(corpus.folder)
    with pytest.raises(CorpusError, match=r"labels\.csv, row 2: expected a report_id"):
        corpus.add(compilation(titles="甲乙"))
    assert state(corpus.folder) == before
