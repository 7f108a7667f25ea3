"""The command: what it answers, how it refuses, and that two runs give the same bytes."""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from conftest import SAMPLE, Outcome
from diaoyan.cli.options import new_parser
from diaoyan.corpus import Corpus, Label, read_labels
from diaoyan.report import Report, to_jsonl
from diaoyan.review.choosing import confirmed
from diaoyan.themes import Codebook
from systems import POSIX_SHELL

Command = Callable[..., Outcome]
Process = Callable[..., subprocess.CompletedProcess[bytes]]

VERBS = [
    "demo", "split", "add", "discover", "train", "evaluate", "tag", "explain", "review", "label", "retrain", "months",
    "remove", "undo", "models", "themes", "adopt", "report", "notebooks", "completion",
]  # fmt: skip
MARCH = SAMPLE / "2025-03.txt"
HEADER = "report_id,month,no,title,primary,themes,p_rural,p_digital,p_discipline,p_finance,needs_review,evidence,reason"
LISTED = Report("t1", "石渡县村级集体经济调查", month="2025-03", no=1, authors="县委政研室", status="missing")


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# --- help and usage ------------------------------------------------------------------------------------------------


def test_every_verb_is_listed_and_has_help_with_an_example(diaoyan: Command) -> None:
    listed = diaoyan("--help").out
    for verb in VERBS:
        assert f"\n    {verb}" in listed
        shown = diaoyan(verb, "--help")
        assert shown.status == 0
        assert f"example: diaoyan {verb}" in " ".join(shown.out.split())


def test_the_version_is_told(diaoyan: Command) -> None:
    assert diaoyan("--version").out.startswith("diaoyan 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "unknown",
        "split",
        "add",
        "tag",
        "discover",
        "discover --method nmf -o out",
        "discover --themes many -o out",
        "discover --themes -3 -o out",
        "discover --seed -1 -o out",
        "report",
        "report --month 2025-13 -o out",
        "report --month ２０２５-03 -o out",
        "report --lang fr -o out",
        "tag in.jsonl --error-rate 0",
        "tag in.jsonl --error-rate 1",
        "tag in.jsonl --error-rate nan",
        "tag in.jsonl --error-rate much",
        "split in.txt --month May",
        "train --seed x",
        "evaluate",
        "evaluate --by luck -o out",
        "evaluate --repeats 0 -o out",
    ],
)
def test_wrong_usage_exits_2_without_a_traceback_and_writes_nothing(
    arguments: str, diaoyan: Command, workplace: Path
) -> None:
    outcome = diaoyan(*arguments.split())
    assert outcome.status == 2
    assert outcome.out == ""
    assert "usage: diaoyan" in outcome.err
    assert files(workplace) == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("tagg", "'tagg' is no word that is known here; did you mean tag?"),
        ("reviwe --month 2025-03 -o r.xlsx", "did you mean review?"),
        ("discover --method tfdif -o out", "did you mean tfidf?"),
        ("xyz", "(choose from 'demo', 'split',"),
        ("review -o rev.csv", "expected a name that ends in .xlsx, got 'rev.csv'"),
        ("review -o .xlsx", "expected a name that ends in .xlsx, got '.xlsx'"),
    ],
)
def test_wrong_usage_says_what_was_expected(arguments: str, said: str, diaoyan: Command, workplace: Path) -> None:
    outcome = diaoyan(*arguments.split())
    assert outcome.status == 2
    assert said in outcome.err
    assert files(workplace) == set()


# --- bad input -----------------------------------------------------------------------------------------------------


GOOD = to_jsonl([LISTED]).encode()
DAMAGED = {
    "empty.txt": b"",
    "spaces.txt": b" \n\n",
    "binary.txt": bytes(range(256)) * 64,
    "binary.pdf": b"%PDF-1.7\n" + bytes(range(256)),
    "binary.docx": b"PK\x03\x04" + bytes(64),
    "empty.jsonl": b"",
    "damaged.jsonl": GOOD + b"\n{oops\n",
    "twice.jsonl": GOOD + GOOD,
    "encoded.jsonl": GOOD.decode().encode("gb18030"),
    "damaged.jsonl.gz": gzip.compress(GOOD, mtime=0)[:-4],
    "damaged.parquet": b"PAR1" + bytes(20) + b"PAR1",
    "in.jsonl": GOOD,
    "bad.toml": b'[[theme]]\nid = "other"\nzh = "a"\nen = "b"\nseeds = ["c"]\n',
    "labels.csv": b"report_id,primary\nx,sports\n",
    "unknown.csv": b"report_id,primary\nnobody,rural\n",
    "tags.csv": f"{HEADER}\nt1,,1,x,rural,rural;finance,0.9,0,0,0.5,false,x\n".encode(),
}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("split gone.txt", "gone.txt: expected a file that can be read (no such file)"),
        ("tag gone.txt", "gone.txt: no such file; expected a compilation"),
        ("report gone.txt -o out", "gone.txt: no such file"),
        ("discover gone.txt -o out", "gone.txt: no such file"),
        ("add gone.txt", "gone.txt"),
        ("split empty.txt", "empty.txt"),
        ("split spaces.txt", "spaces.txt"),
        ("split binary.txt", "binary.txt"),
        ("split binary.pdf", "binary.pdf"),
        ("split binary.docx", "binary.docx"),
        ("split .", "expected a file"),
        ("add binary.txt", "binary.txt"),
        ("split in.jsonl gone.txt -o out", "in.jsonl"),
        ("tag empty.jsonl", "empty.jsonl: expected at least one report, found none"),
        ("tag damaged.jsonl", "damaged.jsonl, line 3: expected one JSON object a line, found '{oops'"),
        ("tag twice.jsonl", "twice.jsonl: report_id 't1' stands there more than once"),
        ("tag encoded.jsonl", "encoded.jsonl: expected JSON Lines in UTF-8"),
        ("tag damaged.jsonl.gz", "damaged.jsonl.gz: expected JSON Lines"),
        ("tag damaged.parquet", "damaged.parquet: expected a Parquet file"),
        ("tag 2025-03", "is empty; put compilations in with: diaoyan add FILE"),
        ("tag in.jsonl --model nothing", "expected a model folder with a manifest.json"),
        ("tag in.jsonl --model in.jsonl", "expected a model folder with a manifest.json"),
        ("tag in.jsonl -o in.jsonl", "in.jsonl is there already; choose another name or add --force"),
        ("tag in.jsonl -o in.jsonl/out.csv", f"{Path('in.jsonl/out.csv')} cannot be written"),
        ("tag in.jsonl -o in.jsonl/below/out.csv", f"{Path('in.jsonl/below/out.csv')} cannot be written"),
        ("split bad.toml -o .", "Expected a name for the result"),
        ("evaluate -o out", "labels.csv: expected labels, but the file cannot be read"),
        ("evaluate --sample in.jsonl -o out", "Expected either --sample or inputs with labels, got both"),
        ("evaluate --sample --model base --by time -o out", "Expected --model alone"),
        ("evaluate in.jsonl --labels labels.csv -o out", "labels.csv, row 2: unknown theme 'sports'"),
        ("evaluate in.jsonl --labels unknown.csv -o out", "unknown.csv, row 2: 'nobody' is labelled but not"),
        ("evaluate --sample -o in.jsonl", "in.jsonl is there already"),
        ("report -o out", "is empty; put compilations in with: diaoyan add FILE"),
        ("report in.jsonl --month 2025-03 -o out", "Expected either --month or files, got both"),
        ("report in.jsonl -o in.jsonl", "in.jsonl is there already"),
        ("report in.jsonl -o in.jsonl --force", "in.jsonl cannot be written"),
        ("report gone.txt --template in.jsonl -o out", "in.jsonl: expected a Word file (.docx) as template"),
        ("discover -o out", "is empty; put compilations in with: diaoyan add FILE"),
        ("discover in.jsonl -o out", "Too little text to find themes in"),
        ("discover in.jsonl --codebook bad.toml -o out", "'other' is what no theme covers"),
        ("discover in.jsonl --themes bad.toml -o out", "'other' is what no theme covers"),
        ("train --themes bad.toml -o out", "'other' is what no theme covers"),
        ("train --labels gone.csv -o out", "gone.csv: expected labels, but"),
        ("train --labels labels.csv -o out", "labels.csv, row 2: unknown theme 'sports'"),
        ("train -o in.jsonl", "in.jsonl is there already"),
        ("train --labels tags.csv -o out", "tags.csv: expected labels that people gave, found tags that diaoyan wrote"),
        ("evaluate in.jsonl --labels tags.csv -o out", "tags.csv: expected labels that people gave"),
    ],
)
def test_bad_input_exits_1_with_one_line_and_leaves_nothing_behind(
    arguments: str, said: str, diaoyan: Command, workplace: Path, model_folder: Path
) -> None:
    model = ["--model", model_folder] if arguments.startswith(("tag", "report")) and "--model" not in arguments else []
    for name, data in DAMAGED.items():
        (workplace / name).write_bytes(data)
    outcome = diaoyan(*arguments.split(), *model)
    assert outcome.status == 1
    assert outcome.out == ""
    assert outcome.err.startswith("diaoyan: ")
    assert outcome.err.count("\n") == 1
    assert said in outcome.err
    assert len(outcome.err) < 500
    assert files(workplace) == set(DAMAGED)
    assert {name: (workplace / name).read_bytes() for name in DAMAGED} == DAMAGED


def test_labels_of_reports_that_are_not_in_the_corpus_are_named(diaoyan: Command, workplace: Path) -> None:
    assert diaoyan("add", MARCH).status == 0
    (workplace / "labels.csv").write_text("report_id,primary\nnobody,rural\n")
    outcome = diaoyan("train", "--labels", "labels.csv", "-o", "out")
    assert outcome.status == 1
    assert outcome.err.startswith("diaoyan: labels.csv, row 2: 'nobody' is labelled but not among the reports;")
    assert not (workplace / "out").exists()


# --- split and add -------------------------------------------------------------------------------------------------


def test_split_prints_a_table_of_what_it_found(diaoyan: Command, workplace: Path) -> None:
    outcome = diaoyan("split", MARCH)
    assert outcome.status == 0
    head, *rows = outcome.out.splitlines()
    assert head.split() == ["no", "title", "authors", "page", "characters", "status", "sure", "recognised", "by"]
    assert [row.split()[0] for row in rows] == [str(no) for no in range(1, 23)]
    assert "22 reports (22 full, 0 partial, 0 missing); month 2025-03." in outcome.err
    assert files(workplace) == set()


def test_split_writes_reports_to_stdout_where_it_is_told(diaoyan: Command, workplace: Path) -> None:
    outcome = diaoyan("split", MARCH, "-o", "-")
    assert outcome.status == 0
    assert [json.loads(line)["no"] for line in outcome.out.splitlines()] == list(range(1, 23))
    assert "22 reports (22 full, 0 partial, 0 missing); month 2025-03." in outcome.err
    assert files(workplace) == set()


def test_split_into_a_file_gives_the_same_lines(diaoyan: Command, workplace: Path) -> None:
    lines = diaoyan("split", MARCH, "-o", "-").out
    assert diaoyan("split", MARCH, "-o", "a").out == ""
    assert diaoyan("split", MARCH, "-o", "b.jsonl").status == 0
    assert (workplace / "a.jsonl").read_bytes() == (workplace / "b.jsonl").read_bytes() == lines.encode()


def test_several_files_are_split_into_a_folder(diaoyan: Command, workplace: Path) -> None:
    assert diaoyan("split", MARCH, SAMPLE / "2025-06.txt", "-o", "out").status == 0
    assert files(workplace) == {"out", "out/2025-03.jsonl", "out/2025-06.jsonl"}


def test_two_files_of_one_name_are_refused(diaoyan: Command, workplace: Path) -> None:
    (workplace / "2025-03.md").write_bytes(MARCH.read_bytes())
    outcome = diaoyan("split", MARCH, "2025-03.md", "-o", "out")
    assert outcome.status == 1
    assert "same name without its ending" in outcome.err
    assert not (workplace / "out").exists()


def test_text_in_gb18030_is_read_and_what_is_cut_off_is_said(diaoyan: Command) -> None:
    outcome = diaoyan("split", SAMPLE / "2025-06.txt", "--explain")
    assert outcome.status == 0
    assert "22 reports (7 full, 1 partial, 14 missing); month 2025-06." in outcome.err
    assert "recognised by" in outcome.err


def without_month(folder: Path) -> Path:
    """Return a copy of March that states its month nowhere."""
    text = MARCH.read_text("utf-8")
    assert "2025年3月调研报告汇编" in text
    (folder / "m.txt").write_text(text.replace("2025年3月调研报告汇编", "调研报告汇编"), "utf-8")
    return folder / "m.txt"


def test_force_replaces_and_a_given_month_counts(diaoyan: Command, workplace: Path) -> None:
    file = without_month(workplace)
    (workplace / "a.jsonl").write_text("old")
    assert diaoyan("split", file, "-o", "a", "--month", "2024-01").status == 1
    assert (workplace / "a.jsonl").read_text() == "old"
    assert diaoyan("split", file, "-o", "a", "--month", "2024-01", "--force").status == 0
    assert json.loads((workplace / "a.jsonl").read_text("utf-8").splitlines()[0])["month"] == "2024-01"


def test_a_file_name_that_is_no_utf8_is_split_too(diaoyan: Command, workplace: Path) -> None:
    name = os.fsdecode(b"\xfe.txt")
    (workplace / name).write_bytes(MARCH.read_bytes())
    outcome = diaoyan("split", name, "-o", "out.jsonl")
    assert outcome.status == 0
    assert json.loads((workplace / "out.jsonl").read_text("utf-8").splitlines()[0])["source"] == "\ufffd.txt"


def test_adding_again_changes_nothing(diaoyan: Command, workplace: Path) -> None:
    assert "22 new, 0 changed, 0 unchanged, 0 removed" in diaoyan("add", MARCH).err
    part = workplace / "data" / "corpus" / "reports" / "2025-03.parquet"
    before = part.read_bytes(), part.stat().st_mtime_ns
    assert "0 new, 0 changed, 22 unchanged, 0 removed" in diaoyan("add", MARCH).err
    assert (part.read_bytes(), part.stat().st_mtime_ns) == before


@pytest.mark.parametrize("verb", ["add", "split", "retrain"])
def test_a_month_that_the_file_contradicts_is_refused_and_takes_nothing_away(
    verb: str, diaoyan: Command, workplace: Path
) -> None:
    diaoyan("add", SAMPLE / "2025-04.docx")
    before = files(workplace)
    file = workplace.parent / "一月 稿.docx"
    file.write_bytes((SAMPLE / "2025-04.docx").read_bytes())
    outcome = diaoyan(verb, "2022-01", file) if verb == "retrain" else diaoyan(verb, "--month", "2022-01", file)
    assert outcome.status == 1
    assert outcome.out == ""
    assert "一月 稿.docx: expected the month that its heading states, 2025-04, got 2022-01;" in outcome.err
    assert outcome.err.count("\n") == 1
    assert files(workplace) == before
    assert diaoyan("add", "--month", "2025-04", file).status == 0


def test_a_month_given_wrongly_is_corrected_by_adding_again_which_says_so(diaoyan: Command, workplace: Path) -> None:
    file = without_month(workplace)
    assert "22 new" in diaoyan("add", file, "--month", "2024-01").err
    outcome = diaoyan("add", file, "--month", "2024-02")
    assert "22 new, 0 changed, 0 unchanged, 22 removed, taken out of 2024-01: 22 in" in outcome.err


def test_the_same_file_under_another_name_is_unchanged(diaoyan: Command, workplace: Path) -> None:
    diaoyan("add", MARCH)
    (workplace / "copy.txt").write_bytes(MARCH.read_bytes())
    assert "0 new, 0 changed, 22 unchanged, 0 removed" in diaoyan("add", "copy.txt").err


@pytest.mark.parametrize(("verb", "done"), [("add", "added"), ("split", "written"), ("retrain 2025-03", "added")])
def test_one_bad_file_of_several_stops_all_of_them_and_that_is_said(
    verb: str, done: str, diaoyan: Command, workplace: Path
) -> None:
    (workplace / "empty.txt").write_bytes(b"")
    outcome = diaoyan(*verb.split(), MARCH, "empty.txt", *(["-o", "out"] if verb == "split" else []))
    assert outcome.status == 1
    assert outcome.err.startswith("diaoyan: empty.txt: ")
    assert outcome.err.endswith(f"; none of the 2 files was {done}.\n")
    assert files(workplace) == {"empty.txt"}


# --- themes by their names, and labels of people only -----------------------------------------------------------------


def test_the_tags_of_the_program_are_no_labels(diaoyan: Command, workplace: Path, model_folder: Path) -> None:
    diaoyan("add", MARCH)
    before = files(workplace)
    diaoyan("tag", MARCH, "--model", model_folder, "-o", "标签.csv")
    outcome = diaoyan("label", "标签.csv")
    assert outcome.status == 1
    assert outcome.err.startswith(
        "diaoyan: 标签.csv: expected labels that people gave, found tags that diaoyan wrote (columns p_…, "
        "needs_review, evidence); give a review sheet that is filled in, or a table"
    )
    assert files(workplace) - before == {"标签.csv"}


def test_every_verb_takes_themes_by_their_names(
    diaoyan: Command, workplace: Path, model_folder: Path, sample: tuple[list[Report], dict[str, Label]]
) -> None:
    diaoyan("add", MARCH)
    names = {"rural": "乡村振兴", "digital": "digital Economy", "discipline": "纪检监察", "finance": "金融"}
    march = [(name, label) for name, label in sample[1].items() if name.startswith("2025-03")]
    rows = [
        f"{name},{names.get(label.primary, '其他')},{'、'.join(names[theme] for theme in label.further)}\r\n"
        for name, label in march
    ]
    (workplace / "gb.csv").write_bytes(("report_id,primary,further\r\n" + "".join(rows)).encode("gb18030"))
    assert diaoyan("train", "--labels", "gb.csv", "-o", "models/mine").status == 0
    assert diaoyan("label", "gb.csv").status == 0
    assert read_labels(workplace / "data/corpus/labels.csv", Codebook.default()) == dict(march)
    explained = diaoyan("explain", MARCH, march[0][0], "--theme", "金融", "--model", model_folder)
    assert "\nfinance: probability" in explained.out
    by_number = diaoyan("explain", MARCH, f"2025-03#{int(march[0][0].split('-')[2])}", "--model", model_folder)
    assert by_number.out.splitlines()[0] == explained.out.splitlines()[0]
    refused = diaoyan("explain", MARCH, march[0][0], "--theme", "体育", "--model", model_folder)
    assert "Expected a theme of the model (rural, digital" in refused.err
    assert "got '体育'" in refused.err


def test_a_line_deleted_from_the_labels_takes_the_label_back(diaoyan: Command, workplace: Path) -> None:
    diaoyan("add", MARCH)
    ids = [report.report_id for report in Corpus(Path("data/corpus")).reports()]
    (workplace / "in.csv").write_text(f"report_id,primary\n{ids[0]},rural\n{ids[1]},finance\n", "utf-8")
    assert diaoyan("label", "in.csv").status == 0
    labels = workplace / "data/corpus/labels.csv"
    labels.write_text("".join(labels.read_text("utf-8").splitlines(keepends=True)[:2]), "utf-8")
    assert Corpus(Path("data/corpus")).labels(Codebook.default()) == {ids[0]: Label("rural")}


# --- review ----------------------------------------------------------------------------------------------------------


def test_where_everything_is_labelled_nothing_is_left_and_no_sheet_is_written(
    diaoyan: Command, workplace: Path, model_folder: Path
) -> None:
    diaoyan("add", MARCH)
    assert "reports are worth a look (" in diaoyan("review", "--model", model_folder, "-o", "first.XLSX").err
    corpus = Corpus(Path("data/corpus"))
    labels = {report.report_id: confirmed(Label("rural")) for report in corpus.reports()}
    corpus.label(labels, Codebook.default())
    outcome = diaoyan("review", "--model", model_folder, "-o", "second.xlsx")
    assert (outcome.status, outcome.err) == (0, "nothing is left to look at, so there is nothing to review\n")
    assert not (workplace / "second.xlsx").exists()


# --- tag -----------------------------------------------------------------------------------------------------------


def test_tags_have_the_columns_of_the_contract_and_a_primary_theme_each(diaoyan: Command, model_folder: Path) -> None:
    outcome = diaoyan("tag", SAMPLE / "2025-06.txt", "--model", model_folder)
    assert outcome.status == 0
    assert outcome.out.splitlines()[0] == HEADER
    rows = table(outcome.out)
    assert len(rows) == 22
    for row in rows:
        assert row["primary"] in {"rural", "digital", "discipline", "finance", "other"}
        assert row["needs_review"] == ("true" if row["reason"] else "false")
        assert all(0 <= float(row[name]) <= 1 for name in row if name.startswith("p_"))
        if row["primary"] != "other":
            assert row["themes"].split(";")[0] == row["primary"]
    assert [("无正文" in row["evidence"]) for row in rows] == [False] * 8 + [True] * 14
    assert "正文不全" in rows[7]["evidence"]
    assert "22 reports tagged, 14 of them by title and authors alone" in outcome.err


def test_a_file_of_tags_is_the_same_as_stdout_but_for_the_mark_that_excel_needs(
    diaoyan: Command, model_folder: Path, workplace: Path
) -> None:
    out = diaoyan("tag", MARCH, "--model", model_folder).out
    assert diaoyan("tag", MARCH, "--model", model_folder, "-o", "tags.csv").out == ""
    assert (workplace / "tags.csv").read_bytes() == b"\xef\xbb\xbf" + out.encode()


def test_tag_takes_every_kind_of_input(diaoyan: Command, model_folder: Path, workplace: Path) -> None:
    lines = diaoyan("split", MARCH, "-o", "-").out.encode()
    (workplace / "in.jsonl").write_bytes(lines)
    (workplace / "in.jsonl.gz").write_bytes(gzip.compress(lines, mtime=0))
    diaoyan("add", MARCH)
    expected = diaoyan("tag", MARCH, "--model", model_folder).out
    for source in ("in.jsonl", "in.jsonl.gz", "2025-03", "data/corpus/reports/2025-03.parquet"):
        assert diaoyan("tag", source, "--model", model_folder).out == expected, source


def test_several_inputs_are_tagged_in_order(diaoyan: Command, model_folder: Path) -> None:
    rows = table(diaoyan("tag", SAMPLE / "2025-06.txt", MARCH, "--model", model_folder).out)
    assert [row["month"] for row in rows] == ["2025-06"] * 22 + ["2025-03"] * 22


def test_without_a_model_of_ones_own_the_one_that_ships_is_used(diaoyan: Command) -> None:
    assert len(table(diaoyan("tag", MARCH).out)) == 22


def test_titles_cannot_move_the_cursor_or_run_as_formulas(
    diaoyan: Command, model_folder: Path, workplace: Path
) -> None:
    title = '=HYPERLINK("x")\x1b[2J\x9b31m\u202e调查'
    (workplace / "in.jsonl").write_text(json.dumps({"id": "\x1b]0;a\x07", "title": title}) + "\n")
    outcome = diaoyan("tag", "in.jsonl", "--model", model_folder)
    assert outcome.status == 0
    assert not set("\x1b\x07\x9b\u202e") & set(outcome.out + outcome.err)
    assert table(outcome.out)[0]["title"].startswith("'=HYPERLINK")


def test_an_error_cannot_move_the_cursor_either(diaoyan: Command, workplace: Path) -> None:
    name = "a\x1b[2J\nb.jsonl"
    (workplace / name).write_text("{}\n")
    outcome = diaoyan("tag", name)
    assert outcome.status == 1
    assert "\x1b" not in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_stricter_error_rate_sends_more_to_review(diaoyan: Command, model_folder: Path) -> None:
    counts = [
        diaoyan("tag", MARCH, "--model", model_folder, "--error-rate", rate).out.count(",true,")
        for rate in ("0.001", "0.9")
    ]
    assert counts[0] == 22
    assert counts[1] < 22


# --- discover, train, report -----------------------------------------------------------------------------------------


def test_discover_writes_assignments_and_themes(diaoyan: Command, workplace: Path) -> None:
    outcome = diaoyan("discover", SAMPLE / "reports.jsonl", "--sub", "乡村振兴", "-o", "out")
    assert outcome.status == 0, outcome.err
    assert (workplace / "out" / "rural" / "themes.json").is_file()
    text = (workplace / "out" / "assignments.csv").read_text("utf-8-sig")
    assert text.splitlines()[0] == "report_id,cluster,theme,weight"
    assert len(table(text)) == 88
    assert json.loads((workplace / "out" / "themes.json").read_text("utf-8"))["themes"]
    assert (workplace / "out" / "words.png").is_file()


def test_evaluate_writes_measures_predictions_and_figures(
    diaoyan: Command, model_folder: Path, workplace: Path
) -> None:
    outcome = diaoyan("evaluate", "--sample", "--model", model_folder, "-o", "out")
    assert outcome.status == 0, outcome.err
    assert outcome.err.startswith("model as it is: macro-F1 ")
    drawn = {f"{name}.{ending}" for name in ("confusion", "risk", "reliability") for ending in ("csv", "png", "svg")}
    assert files(workplace / "out") == {"evaluation.json", "predictions.csv", *drawn}
    measures = json.loads((workplace / "out" / "evaluation.json").read_text("utf-8"))
    rows = table((workplace / "out" / "predictions.csv").read_text("utf-8-sig"))
    assert measures["tags"] == len(rows) == 88
    assert measures["accuracy"] == pytest.approx(sum(row["truth"] == row["primary"] for row in rows) / 88, abs=1e-4)
    assert measures["risk"][-1]["error"] == pytest.approx(1 - measures["accuracy"], abs=2e-4)


def test_two_inputs_are_tested_one_by_the_other(diaoyan: Command, workplace: Path) -> None:
    lines = (SAMPLE / "reports.jsonl").read_text("utf-8").splitlines(keepends=True)
    (workplace / "a.jsonl").write_text("".join(lines[:44]), "utf-8")
    (workplace / "b.jsonl").write_text("".join(lines[44:]), "utf-8")
    outcome = diaoyan("evaluate", "a.jsonl", "b.jsonl", "--labels", SAMPLE / "labels.csv", "-o", "out")
    assert outcome.status == 0, outcome.err
    tests = json.loads((workplace / "out" / "evaluation.json").read_text("utf-8"))["tests"]
    assert [(test["test"], test["tags"]) for test in tests] == [("a.jsonl", 44), ("b.jsonl", 44)]


@pytest.mark.slow
def test_train_learns_the_sample_where_nothing_is_labelled(diaoyan: Command, workplace: Path) -> None:
    outcome = diaoyan("train")
    assert outcome.status == 0, outcome.err
    assert "macro-F1 0." in outcome.err
    assert "learned from 0 labels of your own from scratch" in outcome.err
    assert "those of the sample" in (workplace / "models" / "latest" / "card.md").read_text("utf-8")
    assert diaoyan("train").err.startswith(f"diaoyan: {Path('models/latest')} is there already")
    assert diaoyan("train", "--start", "base", "--force").err.startswith("diaoyan: Expected labels to learn from")


def test_train_learns_a_few_labels_on_top_of_base_and_tag_then_uses_them(diaoyan: Command, workplace: Path) -> None:
    diaoyan("add", MARCH)
    rows = table(diaoyan("tag", MARCH).out)
    labels = f"report_id,primary\n{rows[2]['report_id']},rural\n{rows[6]['report_id']},other\n"
    (workplace / "data" / "corpus" / "labels.csv").write_text(labels)
    outcome = diaoyan("train")
    assert outcome.status == 0, outcome.err
    assert "learned from 2 labels of your own on top of base" in outcome.err
    assert "2 reports labelled in labels.csv" in (workplace / "models" / "latest" / "card.md").read_text("utf-8")
    after = table(diaoyan("tag", MARCH).out)
    assert float(after[2]["p_rural"]) > float(rows[2]["p_rural"])
    unchanged = sum(one["primary"] == other["primary"] for one, other in zip(rows, after, strict=True))
    assert unchanged >= 19


@pytest.mark.slow
def test_report_draws_a_month_of_the_corpus(diaoyan: Command, model_folder: Path, workplace: Path) -> None:
    diaoyan("add", MARCH)
    (workplace / "out").mkdir()
    outcome = diaoyan("report", "--month", "2025-03", "--model", model_folder, "-o", "out", "--with-texts")
    assert outcome.status == 0, outcome.err
    assert "22 reports, 22 with text" in outcome.err
    assert {"shares.png", "words.svg", "map.png", "reports.csv"} <= files(workplace / "out")
    assert (workplace / "out" / "index.html").read_text("utf-8").count('<tr class="body">') == 22


# --- processes -----------------------------------------------------------------------------------------------------

MACHINES = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TZ": "UTC"},
    {
        "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2",
        "TZ": "Asia/Shanghai",
    },
)  # fmt: skip


#: What one process after the other does on a machine; starting one takes longer than most of it.
ONCE_EACH = """
import sys, diaoyan.cli
source, march, model = sys.argv[1:]
for name, words in {
    "tag": ["tag", source, "--model", model, "-o", "out/tag/tags.csv"],
    "report": ["report", source, "--model", model, "-o", "out/report"],
    "tfidf": ["discover", march, "--method", "tfidf", "-o", "out/tfidf"],
    "lda": ["discover", march, "--method", "lda", "-o", "out/lda"],
}.items():
    if diaoyan.cli.main(words):
        sys.exit(name)
"""


@pytest.mark.slow
def test_two_machines_give_the_same_bytes(fresh_process: Process, model_folder: Path, workplace: Path) -> None:
    results = []
    for number, variables in enumerate(MACHINES):
        folder = workplace / str(number)
        (workplace / "once_each.py").write_text(ONCE_EACH)
        done = fresh_process(
            "once_each.py", SAMPLE / "2025-06.txt", MARCH, model_folder, PYTHONWARNINGS="default", **variables
        )
        assert done.returncode == 0, done.stderr.decode()
        (workplace / "out").rename(folder)
        results.append({name: (folder / name).read_bytes() for name in files(folder) if (folder / name).is_file()})
    assert {Path(name).parts[0] for name in results[0]} == {"tag", "report", "tfidf", "lda"}
    assert results[0].keys() == results[1].keys()
    assert [name for name in results[0] if results[0][name] != results[1][name]] == []


def test_results_are_utf8_whatever_the_terminal_speaks(fresh_process: Process) -> None:
    done = fresh_process("-m", "diaoyan.cli", "split", MARCH, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr.decode()
    assert "石渡县村级集体经济“抱团发展”调查" in done.stdout.decode("utf-8")


def test_a_reader_that_has_seen_enough_is_no_error(workplace: Path) -> None:
    command = [sys.executable, "-m", "diaoyan.cli", "split", str(MARCH)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "BrokenPipeError" not in said


def test_help_is_there_at_once(fresh_process: Process) -> None:
    code = "import sys, diaoyan.cli\ntry: diaoyan.cli.main(['--help'])\nexcept SystemExit: print(len(sys.modules))"
    done = fresh_process("-c", code)
    assert int(done.stdout.split()[-1]) < 300


# --- real texts ----------------------------------------------------------------------------------------------------


@pytest.mark.real
def test_the_real_compilation_is_split_tagged_and_drawn(
    diaoyan: Command, workplace: Path, model_folder: Path, real_data: Path
) -> None:
    source = real_data / "compilations" / "2021-12.txt"
    assert diaoyan("split", source, "-o", "reports.jsonl").status == 0
    reports = [json.loads(line) for line in (workplace / "reports.jsonl").read_text("utf-8").splitlines()]
    assert [report["status"] for report in reports] == ["full", "partial"] + ["missing"] * 31
    rows = table(diaoyan("tag", "reports.jsonl", "--model", model_folder).out)
    assert len(rows) == 33
    assert all(row["primary"] for row in rows)
    assert sum("无正文" in row["evidence"] for row in rows) == 31
    assert any(row["needs_review"] == "true" for row in rows)
    outcome = diaoyan("report", "reports.jsonl", "--model", model_folder, "-o", "out")
    assert outcome.status == 0, outcome.err
    assert "33 reports, 2 with text" in outcome.err


@POSIX_SHELL
def test_open_shows_the_page_in_the_browser(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diaoyan.cli.speaking import show

    browser = workplace / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{workplace}/shown"\n')
    browser.chmod(0o755)
    page = workplace / "页 面.html"
    page.write_text("<p>", "utf-8")
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    show(page, wanted=False)
    assert not (workplace / "shown").exists()
    show(page, wanted=True)
    assert (workplace / "shown").read_text() == page.resolve().as_uri()


def test_what_a_person_said_stands_wherever_a_report_is_tagged(
    diaoyan: Command, workplace: Path, model_folder: Path
) -> None:
    diaoyan("add", MARCH)
    first = table(diaoyan("tag", "2025-03", "--model", model_folder).out)[0]
    other = "finance" if first["primary"] != "finance" else "rural"
    (workplace / "data/corpus/labels.csv").write_text(f"report_id,primary\n{first['report_id']},{other}。\n", "utf-8")
    outcome = diaoyan("tag", "2025-03", "--model", model_folder)
    (row, *_) = table(outcome.out)
    assert (row["primary"], row["themes"], row["needs_review"]) == (other, other, "false")
    assert row["evidence"].startswith("人工标注")
    assert "1 reports were labelled by hand, which stands (人工标注)" in outcome.err


def test_every_verb_of_the_parser_is_a_function_of_its_file() -> None:
    (verbs,) = (action.choices for action in new_parser()._actions if isinstance(action, argparse._SubParsersAction))
    for name, parser in verbs.items():
        assert getattr(import_module(parser.get_default("home")), name).__doc__, name


def test_the_package_is_a_program_too(fresh_process: Process) -> None:
    done = fresh_process("-m", "diaoyan", "--version")
    assert (done.returncode, done.stdout.decode()) == (0, "diaoyan 0.1.0\n")


@POSIX_SHELL
def test_closed_streams_are_no_reason_to_write_nothing(workplace: Path) -> None:
    command = f"{sys.executable} -m diaoyan.cli split {MARCH} -o out.jsonl >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], check=False).returncode == 0
    assert (workplace / "out.jsonl").stat().st_size > 10_000


@POSIX_SHELL
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_what_cannot_be_said_to_anybody_does_not_stop_the_work(workplace: Path) -> None:
    command = f"{sys.executable} -m diaoyan.cli split {MARCH} -o out.jsonl 2>/dev/full"
    assert subprocess.run(["bash", "-c", command], check=False).returncode == 0
    assert (workplace / "out.jsonl").stat().st_size > 10_000
