"""Layouts of the 目录 and of the body that nobody announced: each must give the same reports."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pytest

from diaoyan.compilation import Source, split_source
from diaoyan.compilation.furniture import find_furniture
from diaoyan.compilation.lines import cut_lines
from diaoyan.report import Report
from layouts import BODIES, CONTENTS, MARKS, PAGES, bare, furnish, items, lay_out, sample, wrap

MARCH = sample("2025-03", 10)
APRIL = sample("2025-04", 10)


def table(text: str, *, authors: bool, pages: bool, name: str = "2025-03.txt") -> list[tuple[str, ...]]:
    """Split a text and return its reports as rows to compare; what the layout does not print is left out."""
    return rows(split_source(Source(name, text, "txt")).reports, authors=authors, pages=pages)


def rows(reports: Sequence[Report], *, authors: bool, pages: bool) -> list[tuple[str, ...]]:
    return [
        (
            unicodedata.normalize("NFKC", report.title),
            bare(report.authors) if authors else "",
            str(report.page) if pages else "",
            report.status,
            bare(report.text),
        )
        for report in reports
    ]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("contents", CONTENTS)
def test_every_contents_over_every_body(contents: str, body: str) -> None:
    _, authors, pages = CONTENTS[contents]
    authors = authors or BODIES[body][1]
    expected = rows(MARCH, authors=authors, pages=pages)
    assert table(lay_out(MARCH, contents, body), authors=authors, pages=pages) == expected


@pytest.mark.parametrize("body", BODIES)
def test_no_contents_at_all(body: str) -> None:
    authors = BODIES[body][1]
    expected = rows(MARCH, authors=authors, pages=False)
    assert table(lay_out(MARCH, None, body), authors=authors, pages=False) == expected


@pytest.mark.parametrize("style", ["dashes", "bare", "第几页", "head with number", "form feed"])
@pytest.mark.parametrize("contents", [*list(CONTENTS)[:12], None])
def test_pages_with_numbers_and_running_heads(contents: str | None, style: str) -> None:
    authors, pages = CONTENTS[contents][1:] if contents else (True, False)
    text = furnish(lay_out(MARCH, contents, "title, authors, date"), style)
    assert table(text, authors=authors, pages=pages) == rows(MARCH, authors=authors, pages=pages)


@pytest.mark.parametrize(("style", "width"), [("form feed", 26), ("bare", 22), ("dashes", 31)])
def test_contents_over_several_narrow_pages(style: str, width: int) -> None:
    text = furnish(
        lay_out(APRIL, "number authors, title page", "title, authors, date"), style, width=width, lines_a_page=12
    )
    assert table(text, authors=True, pages=True) == rows(APRIL, authors=True, pages=True)


def bodies(reports: Sequence[Report]) -> list[str]:
    return [f"{report.title}\n{report.authors}\n{report.text}" for report in reports]


def entries(contents: str, reports: Sequence[Report]) -> list[str]:
    return [CONTENTS[contents][0](item) for item in items(reports)]


HEADING = "四省调研文选32(10篇)2025年4月调研报告汇编"


def test_contents_at_the_end() -> None:
    text = "\n".join([HEADING, *bodies(APRIL), "目录", *entries("brackets", APRIL)])
    assert table(text, authors=True, pages=True) == rows(APRIL, authors=True, pages=True)


@pytest.mark.parametrize(
    "contents", ["number authors, title page", "dots and page", "brackets", "tabs", "number glued"]
)
def test_contents_without_the_word(contents: str) -> None:
    _, authors, pages = CONTENTS[contents]
    text = lay_out(APRIL, contents, "title, authors, date").replace("目　录\n", "")
    assert table(text, authors=authors, pages=pages) == rows(APRIL, authors=authors, pages=pages)


@pytest.mark.parametrize(
    ("contents", "parts"),
    [
        ("tabs", ("【三农篇】", "【经济篇】")),
        ("dots and page", ("一、三农篇", "二、经济篇")),
        ("next line after page", ("第一部分 三农", "第二部分 经济")),
    ],
)
def test_contents_in_parts(contents: str, parts: tuple[str, str]) -> None:
    _, authors, pages = CONTENTS[contents]
    listed = entries(contents, APRIL)
    text = "\n".join([HEADING, "目录", parts[0], *listed[:4], parts[1], *listed[4:], *bodies(APRIL)])
    assert table(text, authors=authors, pages=pages) == rows(APRIL, authors=authors, pages=pages)


def test_contents_whose_numbers_begin_again_in_every_part() -> None:
    listed = [f"{(item.n - 1) % 5 + 1}. {item.title}………{item.page}" for item in items(APRIL)]
    text = "\n".join([HEADING, "目录", "一、三农篇", *listed[:5], "二、经济篇", *listed[5:], *bodies(APRIL)])
    assert table(text, authors=True, pages=True) == rows(APRIL, authors=True, pages=True)


@pytest.mark.parametrize("contents", ["number authors, title page", "brackets", "dots and page", "title only"])
def test_two_reports_of_one_title(contents: str) -> None:
    reports = [*APRIL[:5], replace(APRIL[5], title=APRIL[1].title), *APRIL[6:]]
    _, authors, pages = CONTENTS[contents]
    text = lay_out(reports, contents, "title, authors, date")
    assert table(text, authors=authors, pages=pages) == rows(reports, authors=authors, pages=pages)


@pytest.mark.parametrize("contents", ["number authors, title page", "dots and page"])
@pytest.mark.parametrize("body", ["title, authors, date", "title only"])
def test_a_title_that_another_report_mentions(contents: str, body: str) -> None:
    text = f"{APRIL[2].text}\n此前的调查见：\n{APRIL[6].title}\n以及《{APRIL[7].title}》。"
    reports = [*APRIL[:2], replace(APRIL[2], text=text), *APRIL[3:]]
    _, authors, pages = CONTENTS[contents]
    assert table(lay_out(reports, contents, body), authors=authors, pages=pages) == rows(
        reports, authors=authors, pages=pages
    )


@pytest.mark.parametrize(
    "contents", ["number glued", "number authors, title page", "dots and page", "tabs", "slash", "title only"]
)
@pytest.mark.parametrize("body", ["title only", "title, authors, date", "numbered"])
def test_numbers_glued_to_a_year(contents: str, body: str) -> None:
    reports = [replace(report, title=f"2021年{report.title}", authors="2021年青年干部班第二课题组") for report in APRIL]
    _, authors, pages = CONTENTS[contents]
    assert table(lay_out(reports, contents, body), authors=authors, pages=pages) == rows(
        reports, authors=authors, pages=pages
    )


@pytest.mark.parametrize("contents", ["dots and page", "number glued", "title only", "wrapped"])
def test_titles_with_a_colon_are_not_cut_at_it(contents: str) -> None:
    reports = [replace(report, title=f"云上{report.title[:4]}：{report.title[4:]}") for report in APRIL]
    pages = CONTENTS[contents][2]
    assert table(lay_out(reports, contents, "title only"), authors=False, pages=pages) == rows(
        reports, authors=False, pages=pages
    )


@pytest.mark.parametrize(
    "contents", ["number glued", "number authors, title page", "dots and page", "brackets", "title only"]
)
def test_titles_with_quoted_names(contents: str) -> None:
    reports = [replace(report, title=f"《{report.title[:6]}》{report.title[6:]}") for report in APRIL]
    _, authors, pages = CONTENTS[contents]
    text = lay_out(reports, contents, "title, authors, date")
    assert table(text, authors=authors, pages=pages) == rows(reports, authors=authors, pages=pages)


def test_titles_altered_in_the_body() -> None:
    altered = [replace(report, title=report.title.replace("的", "").replace("调查", "调研")) for report in APRIL]
    text = "\n".join([HEADING, "目录", *entries("tabs", APRIL), *bodies(altered)])
    assert table(text, authors=True, pages=True) == rows(APRIL, authors=True, pages=True)


@pytest.mark.parametrize("contents", ["tabs", None])
def test_the_title_as_running_head(contents: str | None) -> None:
    pages: list[str] = []
    for report in APRIL:
        lines = [
            report.title,
            report.authors or "",
            *(piece for line in report.text.split("\n") for piece in wrap(line, 40)),
        ]
        for start in range(0, len(lines), 15):
            head = HEADING[:6] if len(pages) % 2 else report.title
            pages.append("\n".join([f"\f{head}", *lines[start : start + 15], f"- {len(pages) + 1} -"]))
    listed = ["目录", *entries(contents, APRIL)] if contents else []
    text = "\n".join([HEADING, *listed, *pages])
    assert table(text, authors=True, pages=bool(contents)) == rows(APRIL, authors=True, pages=bool(contents))


def test_blank_lines_and_indents_change_nothing() -> None:
    text = lay_out(APRIL, "brackets", "title, authors, date")
    expected = rows(APRIL, authors=True, pages=True)
    assert table(text.replace("\n", "\n\n"), authors=True, pages=True) == expected
    assert table(text.replace("\n", "\n　　"), authors=True, pages=True) == expected


def test_reports_in_another_order_than_the_contents() -> None:
    order = [0, 2, 1, 3, 4, 5, 7, 6, 8, 9]
    texts = bodies(APRIL)
    text = "\n".join([HEADING, "目录", *entries("tabs", APRIL), *(texts[i] for i in order)])
    result = split_source(Source("a.txt", text, "txt"))
    assert [report.no for report in result.reports] == list(range(1, 11))
    assert rows(result.reports, authors=True, pages=True) == rows(APRIL, authors=True, pages=True)
    assert "The body has no. 2 behind no. 3, in another order than the 目录." in result.findings


def test_an_entry_whose_number_is_unreadable_is_not_lost() -> None:
    text = lay_out(APRIL, "number authors, title page", "title, authors, date").replace("\n6. ", "\n申. ")
    result = split_source(Source("a.txt", text, "txt"))
    assert [report.page for report in result.reports] == [report.page for report in APRIL]
    assert "The numbers of the 目录 jump from 5 to 7; an entry may be unreadable." in result.findings


@pytest.mark.parametrize(
    "line", ["— 12 —", "第 12 页", "第12页 共90页", "- 12 -", "·12·", "12/90", "Page 12 of 90", "－１２－", "第十二页"]
)
def test_marked_page_numbers_are_known_by_their_form(line: str) -> None:
    lines = cut_lines(f"全县有村一百二十个，\n{line}\n今年又增加了两个。")
    assert set(find_furniture(lines).pages) == {1}


@pytest.mark.parametrize("line", ["结语", "参考文献", "一、基本情况", "2021"])
def test_headings_that_reports_share_are_not_running_heads(line: str) -> None:
    lines = cut_lines("".join(f"第{n}个村的账已经算清。\n{line}\n这里有话要说，话很长。\n" for n in range(6)))
    assert not find_furniture(lines).lines


@pytest.mark.parametrize("contents", CONTENTS)
def test_entries_whose_reports_are_cut_off_keep_title_authors_and_page(contents: str) -> None:
    _, authors, pages = CONTENTS[contents]
    whole = lay_out(APRIL, contents, "title, authors, date")
    cut = whole[: whole.index(APRIL[2].text) + 400]
    found = split_source(Source("a.txt", f"{cut}\n展开阅读全文\n", "txt")).reports
    assert [report.status for report in found] == ["full"] * 2 + ["partial"] + ["missing"] * 7
    # A line that ends where a title has its space hides the space, and there is no body to show it.
    listed = [replace(report, title=bare(report.title), status="missing", text="") for report in APRIL[3:]]
    found = [replace(report, title=bare(report.title)) for report in found[3:]]
    assert rows(found, authors=authors, pages=pages) == rows(listed, authors=authors, pages=pages)


HEADING = "四省调研文选31(10篇)2025年3月调研报告汇编"


def under(*contents: str, head: str = HEADING) -> str:
    """Return the reports of March under lists that are written out."""
    return "\n".join([head, *contents, lay_out(MARCH, None, "title, authors, date").split("\n", 1)[1]])


def entry(n: int, *, mark: str = "", page: str = "") -> str:
    report = MARCH[n - 1]
    return f"{mark}{report.title}（{report.authors}）{page}"


@pytest.mark.parametrize("form", PAGES)
def test_forms_of_a_page(form: str) -> None:
    pages = range(1, 31, 3)
    contents = [entry(n, mark=f"{n}、", page=PAGES[form](page)) for n, page in enumerate(pages, 1)]
    split = split_source(Source("2025-03.txt", under("目录", *contents), "txt"))
    assert [report.page for report in split.reports] == list(pages)
    assert rows(split.reports, authors=True, pages=False) == rows(MARCH, authors=True, pages=False)


@pytest.mark.parametrize("paged", [True, False])
@pytest.mark.parametrize("form", MARKS)
def test_marks_before_an_entry(form: str, paged: bool) -> None:
    contents = [entry(n, mark=MARKS[form](n), page=f"……{3 * n}" if paged else "") for n in range(1, 11)]
    found = table(under("目录", *contents), authors=True, pages=False)
    assert found == rows(MARCH, authors=True, pages=False)


NUMBERED = [entry(n, mark=f"{n}.", page=f"……{3 * n}") for n in range(1, 11)]
BARE_TITLES = [report.title for report in MARCH]
ENGLISH = [f"{n}. A Survey of Local Work, Part {n} …… {3 * n}" for n in range(1, 11)]
SECTIONS = [line for n in range(1, 11) for line in (NUMBERED[n - 1], f"一、基本情况……{3 * n}")]
JOINED: dict[str, list[str]] = {
    "the same twice": ["目录", *NUMBERED, "目录", *NUMBERED],
    "short and long": ["目录", *BARE_TITLES, "目录", *NUMBERED],
    "the first three, then all": ["本期要目", *BARE_TITLES[:3], "目录", *NUMBERED],
    "long and short": ["目录", *NUMBERED, "简目", *BARE_TITLES],
    "with sections": ["目录", *NUMBERED, "详细目录", *SECTIONS],
    "in English too": ["目录", *NUMBERED, "CONTENTS", *ENGLISH],
    "in English before": ["Table of Contents", *ENGLISH, "目录", *NUMBERED],
    "all on one line": ["目录", " ".join(NUMBERED)],
    "all on one line, without pages": ["目录", "；".join(entry(n, mark=f"{n}.") for n in range(1, 11))],
    "two columns, down": ["目录", *(f"{NUMBERED[i]}    {NUMBERED[i + 5]}" for i in range(5))],
    "two columns, across": ["目录", *(f"{NUMBERED[i]}\t{NUMBERED[i + 1]}" for i in range(0, 10, 2))],
    "two columns, one longer": [
        "目录",
        *(f"{NUMBERED[i]}    {NUMBERED[i + 6]}" for i in range(4)),
        *NUMBERED[4:6],
    ],
}  # fmt: skip


@pytest.mark.parametrize("layout", JOINED)
def test_several_lists_and_several_entries_on_a_line(layout: str) -> None:
    found = table(under(*JOINED[layout]), authors=True, pages=False)
    assert found == rows(MARCH, authors=True, pages=False)


@pytest.mark.parametrize(
    "heading",
    [
        "四省调研文选(202503)",
        "四省调研文选2025-03",
        "四省调研文选（2025.03）",
        "二0二五年三月四省调研文选",
        "四省调研文选二○二五年三月",
    ],
)
def test_forms_of_the_month_in_the_heading(heading: str) -> None:
    split = split_source(Source("a.txt", under("目录", *NUMBERED, head=heading), "txt"))
    assert split.month == "2025-03"
    assert split.compilation == heading
