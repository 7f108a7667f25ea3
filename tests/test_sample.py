"""The sample data: what the four compilations promise, and that they are what the script builds."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import docx
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from diaoyan.report import Report, bare, identify, read_jsonl
from diaoyan.themes import OTHER, Codebook

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
MONTHS = ("2025-03", "2025-04", "2025-05", "2025-06")
FILES = ("2025-03.txt", "2025-04.docx", "2025-05.pdf", "2025-06.txt")
REPORTS = read_jsonl(SAMPLE / "reports.jsonl")
RETURNED = {("2025-03", 6), ("2025-06", 4)}
#: Written as essays: neither numbered headings nor 一是.
ESSAYS = {
    ("2025-03", 11), ("2025-04", 4), ("2025-04", 8), ("2025-04", 14),
    ("2025-04", 16), ("2025-05", 12), ("2025-05", 19), ("2025-06", 3),
}  # fmt: skip


def of(month: str) -> list[Report]:
    return [report for report in REPORTS if report.month == month]


def read_labels() -> list[dict[str, str]]:
    with open(SAMPLE / "labels.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_txt(path: Path) -> str:
    return path.read_bytes().decode("utf-8" if path.stem == "2025-03" else "gb18030")


def read_docx(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def read_pages(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def read_pdf(path: Path) -> str:
    """Return the text of all pages without running head (first line) and page number (last line)."""
    return "\n".join("\n".join(page.split("\n")[1:-1]) for page in read_pages(path))


READERS: dict[str, Callable[[Path], str]] = {
    "2025-03.txt": read_txt,
    "2025-04.docx": read_docx,
    "2025-05.pdf": read_pdf,
    "2025-06.txt": read_txt,
}


# --- the reports -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", MONTHS)
def test_every_month_has_twenty_reports_or_more_numbered_from_one(month: str) -> None:
    reports = of(month)
    assert len(reports) >= 20
    assert [report.no for report in reports] == list(range(1, len(reports) + 1))
    assert len({report.title for report in reports}) == len(reports)
    assert len({report.compilation for report in reports}) == 1


def test_the_sample_holds_these_four_months_alone() -> None:
    assert {report.month for report in REPORTS} == set(MONTHS)


def test_every_text_is_long_enough() -> None:
    lengths = [len(report.text.replace("\n", "")) for report in REPORTS]
    assert min(lengths) >= 450
    assert sum(lengths) / len(lengths) >= 700


def test_every_report_is_complete_with_authors_and_a_date_before_the_end_of_its_month() -> None:
    for report in REPORTS:
        assert report.status == "full"
        assert report.authors
        assert report.date is not None
        assert report.month is not None
        assert report.date < f"{report.month}-32"


def test_ids_are_those_that_identify_gives() -> None:
    for month in MONTHS:
        assert identify([replace(report, report_id="") for report in of(month)]) == of(month)


def test_only_the_returning_report_shares_more_than_a_tenth_of_its_5_grams() -> None:
    """Shared share of two reports: common character 5-grams, by the size of the smaller set."""
    grams = {(r.month, r.no): {t[i : i + 5] for i in range(len(t) - 4)} for r in REPORTS for t in [bare(r.text)]}
    shares = {
        frozenset((a, b)): len(grams[a] & grams[b]) / min(len(grams[a]), len(grams[b]))
        for a, b in combinations(grams, 2)
    }
    returned = shares.pop(frozenset(RETURNED))
    assert 0.8 < returned < 1
    assert max(shares.values()) <= 0.1


def test_bodies_have_the_headings_of_the_genre_except_the_essays() -> None:
    heading = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．])", re.MULTILINE)
    without = {(r.month, r.no) for r in REPORTS if len(heading.findall(r.text)) < 2 and "一是" not in r.text}
    assert without == ESSAYS


# --- the labels --------------------------------------------------------------------------------------------------


def test_labels_cover_the_reports_exactly() -> None:
    rows = [(row["report_id"], row["month"], row["no"], row["title"]) for row in read_labels()]
    assert rows == [(r.report_id, r.month, str(r.no), r.title) for r in REPORTS]


def test_labels_are_ids_of_the_codebook() -> None:
    themes = Codebook.default().ids
    for row in read_labels():
        further = row["further"].split(";") if row["further"] else []
        assert row["primary"] in (*themes, OTHER)
        assert set(further) <= set(themes) - {row["primary"]}
        assert len(further) == len(set(further)) <= 2


def test_proportions_are_as_in_life() -> None:
    rows = read_labels()
    count = Counter(row["primary"] for row in rows)
    assert 0.3 <= count[OTHER] / len(rows) <= 0.4
    assert sum(bool(row["further"]) for row in rows) / len(rows) >= 0.2
    assert any(";" in row["further"] for row in rows)
    themes = [count[theme] for theme in Codebook.default().ids]
    assert max(themes) >= 1.5 * min(themes)


@pytest.mark.parametrize("month", MONTHS)
def test_every_month_has_all_themes(month: str) -> None:
    assert {row["primary"] for row in read_labels() if row["month"] == month} == {*Codebook.default().ids, OTHER}


# --- the four files ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the sample twice, in two locales, time zones and hash orders."""
    folders = (tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second"))
    settings = ({"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "2", "TZ": "Asia/Shanghai", "LC_ALL": "C"})
    script = str(ROOT / "scripts" / "build_sample.py")
    for folder, setting in zip(folders, settings, strict=True):
        subprocess.run([sys.executable, script, "--to", str(folder)], env={**os.environ, **setting}, check=True)
    return folders


@pytest.mark.parametrize("name", [*FILES, "reports.jsonl"])
def test_two_builds_give_the_same_bytes(built: tuple[Path, Path], name: str) -> None:
    assert (built[0] / name).read_bytes() == (built[1] / name).read_bytes()


@pytest.mark.parametrize("name", ["2025-03.txt", "2025-06.txt", "reports.jsonl"])
def test_the_text_files_are_the_ones_the_script_builds(built: tuple[Path, Path], name: str) -> None:
    assert (built[0] / name).read_bytes() == (SAMPLE / name).read_bytes()


@pytest.mark.parametrize("name", ["2025-04.docx", "2025-05.pdf"])
def test_docx_and_pdf_say_what_the_script_builds(built: tuple[Path, Path], name: str) -> None:
    # Their bytes change with the versions of python-docx, fpdf2, fontTools and zlib; what is read from them does not.
    assert READERS[name](built[0] / name) == READERS[name](SAMPLE / name)


@pytest.mark.parametrize("name", FILES)
def test_files_begin_with_heading_and_a_contents_of_all_reports(name: str) -> None:
    text = bare(READERS[name](SAMPLE / name))
    reports = of(name[:7])
    assert text.count(bare(reports[0].compilation)) == 1
    contents = text.index("目录")
    assert text.index(bare(reports[0].compilation)) < contents
    place = contents
    for report in reports:
        place = text.index(bare(report.title), place)
        assert text[place + len(bare(report.title)) :].removeprefix(bare(report.authors)).startswith(str(report.page))
    assert place < text.index(bare(reports[0].text)[:50])


@pytest.mark.parametrize(("name", "complete"), [(name, 7 if name == "2025-06.txt" else 22) for name in FILES])
def test_bodies_stand_in_the_file_whole_and_in_order(name: str, complete: int) -> None:
    text, place = bare(READERS[name](SAMPLE / name)), 0
    for report in of(name[:7])[:complete]:
        year, month, day = (int(part) for part in (report.date or "").split("-"))
        head = bare(f"{report.title}{report.authors}{year}年{month}月{day}日")
        place = text.index(head + bare(report.text), place) + 1


def test_march_breaks_paragraphs_between_two_chinese_characters() -> None:
    lines = read_txt(SAMPLE / "2025-03.txt").split("\n")
    whole = {paragraph for report in of("2025-03") for paragraph in report.text.split("\n")}
    joined = [(a, b) for a, b in pairwise(lines) if a and b and a + b in whole]
    assert len(joined) >= 12
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2}", a[-1] + b[0]) for a, b in joined)


def test_march_lists_authors_before_title_and_wraps_long_titles() -> None:
    text = read_txt(SAMPLE / "2025-03.txt")
    assert text.startswith("资源描述\n四省调研文选31(22篇)2025年3月调研报告汇编\n目 录\n1. 岚江省")
    entries = re.findall(r"^(\d+)\. (.+):\n(.+(?:\n.+)??) (\d+)$", text, re.MULTILINE)
    assert [(int(no), authors) for no, authors, _, _ in entries] == [(r.no, r.authors) for r in of("2025-03")]
    assert [int(page) for *_, page in entries] == [r.page for r in of("2025-03")]
    assert sum("\n" in title for _, _, title, _ in entries) >= 3


def test_pages_of_the_text_files_hold_about_1400_characters() -> None:
    text = read_txt(SAMPLE / "2025-03.txt")
    body = text[text.rindex(of("2025-03")[0].title) :]
    for report in of("2025-03"):
        before = len(body[: body.index(report.title)].replace("\n", ""))
        assert report.page is not None
        assert 0 < report.page - before / 1400 <= 1.2


def test_april_marks_titles_by_bold_and_centre_not_by_style() -> None:
    document = docx.Document(str(SAMPLE / "2025-04.docx"))
    assert {p.style.name for p in document.paragraphs if p.style} == {"Normal"}
    titles = [report.title.split(" ")[0] for report in of("2025-04")]
    bold = [p.text for p in document.paragraphs if p.runs and all(run.bold for run in p.runs)]
    assert bold == [of("2025-04")[0].compilation, "目录", *titles]
    assert not document.tables


def test_april_has_subtitles_bracketed_authors_and_dot_leaders() -> None:
    lines = read_docx(SAMPLE / "2025-04.docx").split("\n")
    for report in of("2025-04"):
        title, _, subtitle = report.title.partition(" ")
        head = [title, *([f"——{subtitle}"] if subtitle else []), f"（{report.authors}）"]
        place = lines.index(title)
        assert lines[place : place + len(head)] == head
    assert lines[2:5] == [f"{no}、{r.title}\t{r.page}" for no, r in zip("一二三", of("2025-04"), strict=False)]
    assert lines[23] == f"二十二、{of('2025-04')[21].title}\t{of('2025-04')[21].page}"


def test_april_names_a_chinese_font_and_has_head_and_page_number() -> None:
    document = docx.Document(str(SAMPLE / "2025-04.docx"))
    fonts = [re.findall('w:eastAsia="(.+?)"', run._r.xml) for p in document.paragraphs for run in p.runs]
    assert {tuple(font) for font in fonts} == {("宋体",), ("黑体",)}
    section = document.sections[1]
    assert section.header.paragraphs[0].text == "四省调研文选32"
    assert 'w:instr="PAGE"' in section.footer.paragraphs[0]._p.xml


def test_may_has_a_running_head_and_its_number_on_every_page() -> None:
    for number, page in enumerate(read_pages(SAMPLE / "2025-05.pdf"), 1):
        lines = page.split("\n")
        assert (lines[0], lines[-1]) == ("四省调研文选33", f"— {number} —")


def test_may_is_a4_and_its_contents_name_the_pages_where_reports_stand() -> None:
    with pypdfium2.PdfDocument(SAMPLE / "2025-05.pdf") as document:
        assert [round(side) for side in document[0].get_size()] == [595, 842]
    pages = read_pages(SAMPLE / "2025-05.pdf")
    for report in of("2025-05"):
        title, _, subtitle = report.title.partition(" ")
        assert report.page is not None
        assert f"\n{title}\n" + (f"——{subtitle}\n" if subtitle else "") in pages[report.page - 1]


def test_may_runs_on_so_that_most_reports_begin_below_another() -> None:
    pages = read_pages(SAMPLE / "2025-05.pdf")
    below = [r for r in of("2025-05") if not pages[(r.page or 0) - 1].split("\n")[1].startswith(r.title.split(" ")[0])]
    assert len(below) > 15


def test_the_font_of_the_pdf_has_every_character_of_the_sample() -> None:
    with TTFont(sans_path()) as font:
        known = font.getBestCmap()
    printed = {char for r in REPORTS for char in r.text + r.title + (r.authors or "")} - {"\n"}
    assert sorted(char for char in printed if ord(char) not in known) == []


def test_june_is_gb18030_and_not_utf_8() -> None:
    raw = (SAMPLE / "2025-06.txt").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert "\ufffd" not in raw.decode("gb18030")


def test_june_breaks_off_in_the_middle_of_a_sentence_of_number_8() -> None:
    text = read_txt(SAMPLE / "2025-06.txt")
    body, end = text[text.rindex(of("2025-06")[7].title) :].rsplit("\n展开阅读全文\n", 1)
    assert end == ""
    head = "\n".join(body.split("\n")[:3])
    read = bare(body.removeprefix(head))
    whole = bare(of("2025-06")[7].text)
    assert whole.startswith(read)
    assert 0.3 < len(read) / len(whole) < 0.8
    assert re.fullmatch(r"[\u4e00-\u9fff]", body[-1])
    assert text.count(of("2025-06")[8].title) == 1


def test_june_holds_about_a_third_of_its_texts() -> None:
    total = sum(len(report.text) for report in of("2025-06"))
    assert 0.3 < len(read_txt(SAMPLE / "2025-06.txt")) / total < 0.45
