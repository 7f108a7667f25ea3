"""The HTML page: nothing but its own, all text escaped, and it works in a real browser."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from briefs import NAMES, TITLES, brief
from chromium import Tab, chromium, find
from diaoyan.documents import write_page
from diaoyan.documents.page import LISTED, page
from diaoyan.documents.views import map_view

needs_chromium = pytest.mark.skipif(find() is None, reason="no Chromium is installed (Debian package chromium)")


class Seen(HTMLParser):
    """What a browser would see: elements, attributes and text, and the text of each script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self._raw = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._raw = tag if tag in {"script", "style"} else ""

    def handle_data(self, data: str) -> None:
        (self.inside.setdefault(self._raw, []) if self._raw else self.words).append(data)
        self._raw = ""


@pytest.fixture(scope="module", params=["zh", "en"])
def html(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    return page(brief(tmp_path_factory.mktemp("page"), lang=request.param))


def test_whatever_comes_from_reports_is_escaped(html: str) -> None:
    seen = Seen(html)
    assert seen.tags.count("script") == 1
    assert {"b", "i", "u", "iframe", "object", "link", "form", "base"}.isdisjoint(seen.tags)
    assert [name for name, _ in seen.attributes if name.startswith("on") or name == "style"] == []
    for title in TITLES[:3] + TITLES[4:]:
        assert title in seen.words
    assert "变化<u>" in seen.words
    assert "　只有一个月的报告<b>，无从比较。" in seen.words
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", html)


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(html: str) -> None:
    seen = Seen(html)
    policy = next(
        value or "" for name, value in seen.attributes if name == "content" and "default-src" in (value or "")
    )
    for tag in ("script", "style"):
        (text,) = seen.inside[tag]
        assert f"{tag}-src 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy


def test_nothing_is_named_that_lies_elsewhere(html: str) -> None:
    named = [value or "" for name, value in Seen(html).attributes if name in {"src", "href", "action", "data"}]
    assert named
    assert all(value.startswith(("#", "data:image/")) for value in named)


def test_reports_without_text_and_themes_without_reports_are_said(tmp_path: Path) -> None:
    seen = Seen(page(brief(tmp_path)))
    assert seen.words.count("无正文") == 3
    assert seen.words.count("正文不全") == 1
    assert "共6篇：无正文3篇" in seen.words
    assert f"{NAMES['finance']}（0篇）" in seen.words


def test_the_map_has_a_marker_for_every_report_with_a_place(tmp_path: Path) -> None:
    small = brief(tmp_path)
    drawn = map_view(small, small.rows())
    assert len(re.findall("data-row=", drawn)) == 5
    assert drawn.count('fill="#ffffff"') == 2  # two of those five are to be reviewed


def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    html = page(brief(tmp_path, repeat=400))
    assert html.count("<tr id=") == LISTED
    assert f"只列其中{LISTED}篇" in html


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_page(tmp_path / name, brief(tmp_path))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    folder = tmp_path_factory.mktemp("browser")
    write_page(folder / "index.html", brief(folder))
    with chromium(folder / "profile") as tab:
        tab.open(folder / "index.html")
        yield tab


SHOWN = """[...document.querySelectorAll('#reports tbody tr')].filter(row => !row.hidden)
    .map(row => row.querySelector('.title').textContent)"""
CHANGE = """(() => {{ const field = document.getElementById('{name}');
    field.value = {value!r}; field.dispatchEvent(new Event('{event}')) }})()"""


def search(tab: Tab, text: str) -> list[str]:
    tab.ask(CHANGE.format(name="search", value=text, event="input"))
    return list(tab.ask(SHOWN))


@needs_chromium
def test_the_page_opens_without_complaint_and_asks_for_nothing(tab: Tab) -> None:
    assert tab.complaints() == []
    assert [url for url in tab.requests() if not url.startswith("file:")] == []
    assert len(tab.requests()) == 1
    assert tab.ask("[...document.images].every(image => image.naturalWidth > 0)")
    assert tab.ask("getComputedStyle(document.querySelector('h1')).borderTopWidth") == "4px"  # the style is let in


@needs_chromium
def test_search_finds_in_titles_authors_and_evidence(tab: Tab) -> None:
    assert search(tab, "方启明 农户") == [TITLES[0]]
    assert search(tab, "SCRIPT") == [TITLES[1]]
    assert search(tab, "没有这个词") == []
    assert not tab.ask("document.getElementById('none').hidden")
    assert tab.ask("document.getElementById('count').textContent") == "显示0篇"
    assert tab.ask("document.querySelectorAll('#plane .dim').length") == 5
    assert len(search(tab, "")) == 6


@needs_chromium
def test_a_theme_shows_all_reports_that_carry_it(tab: Tab) -> None:
    tab.ask(CHANGE.format(name="theme", value="finance", event="change"))  # no report's first theme, but a further one
    assert tab.ask(SHOWN) == [TITLES[0]]
    tab.ask(CHANGE.format(name="theme", value="", event="change"))
    assert len(tab.ask(SHOWN)) == 6


@needs_chromium
def test_numbers_are_sorted_as_numbers_and_empty_cells_stay_last(tab: Tab) -> None:
    column = "[...document.querySelectorAll('#reports td.no')].map(c => c.textContent)"
    click = "document.querySelectorAll('#reports th button')[2].click()"
    tab.ask(click)
    assert tab.ask(column) == ["1", "2", "10", "11", "12", ""]
    tab.ask(click)
    assert tab.ask(column) == ["12", "11", "10", "2", "1", ""]
    assert tab.ask("document.querySelectorAll('#reports th')[2].getAttribute('aria-sort')") == "descending"


@needs_chromium
def test_a_point_of_the_map_tells_its_report(tab: Tab) -> None:
    tab.ask("document.querySelector('#plane [data-row]').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    said = tab.ask("document.getElementById('chosen').textContent")
    assert TITLES[0] in said
    assert "农户、耕地" in said


@needs_chromium
def test_a_topic_filters_the_list_and_a_word_is_marked_in_all_topics(tab: Tab) -> None:
    tab.ask("document.querySelector('.only').click()")
    assert sorted(tab.ask(SHOWN)) == sorted([TITLES[0], TITLES[2]])
    tab.ask("document.querySelector('.only').click()")
    assert len(tab.ask(SHOWN)) == 6
    tab.ask("document.querySelector('#topics .word').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert tab.ask("document.querySelectorAll('#topics .word.marked').length") == 2


@needs_chromium
def test_it_fits_a_phone_and_prints_on_a4(tab: Tab, tmp_path: Path) -> None:
    import pypdfium2

    tab.resize(390, 844)
    assert tab.ask("document.documentElement.scrollWidth") == 390
    tab.pdf(tmp_path / "page.pdf")
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as printed:
        assert [round(side / 72 * 25.4) for side in printed[0].get_size()] == [210, 297]
        text = "".join(printed[number].get_textpage().get_text_range() for number in range(len(printed)))
    assert TITLES[0] in text.replace("\r\n", "")
    assert tab.complaints() == []
