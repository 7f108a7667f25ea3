"""The HTML page: nothing but its own, all text escaped, and it works in a real browser."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from briefs import NAMES, TITLES, brief
from chromium import Chromium, Tab
from diaoyan.documents import Brief, Picture, Topic, write_page
from diaoyan.documents.page import LISTED, page
from diaoyan.documents.views import map_view


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
    assert html.count("<tbody id=") == LISTED
    assert f"只列其中{LISTED}篇" in html


def test_texts_are_left_out_unless_they_are_given_and_then_escaped_with_the_evidence_marked(tmp_path: Path) -> None:
    plain = brief(tmp_path)
    assert "<mark>" not in page(plain)
    texts = {"r0": "农户种地。\n\n<script>alert(3)</script>耕地&农户\u202e", "r1": "", "r4": "没有依据的正文。"}
    html = page(replace(plain, texts=texts))
    assert "<p><mark>农户</mark>种地。</p><p>&lt;script&gt;alert(3)&lt;/script&gt;" in html
    assert "<mark>耕地</mark>&amp;<mark>农户</mark>·</p>" in html
    assert html.count('<tr class="body">') == 2
    assert Seen(html).tags.count("script") == 1
    assert "转发前请确认" in html


def test_figures_that_no_finding_rests_on_are_folded_under_their_titles(tmp_path: Path) -> None:
    one = brief(tmp_path)
    pictures = [replace(one.pictures[0], name=name, title=f"<{name}>") for name in ("titles", "shares", "risk")]
    html = page(replace(one, pictures=pictures, findings=[("乡村<最多>。", "shares"), ("不画。", "together")]))
    assert html.count('<figure class="folded">') == 1
    assert "<summary>说明&lt;u&gt;：&lt;risk&gt;</summary>" in html
    assert '<span class="said">乡村&lt;最多&gt;。</span>' in html
    assert html.count('href="#figure-shares"') == 2  # from the contents and from the finding
    assert "#figure-together" not in html
    assert html.index('id="search"') < html.index('id="plane"') < html.index('id="reports"')


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_page(tmp_path / name, brief(tmp_path))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.fixture(scope="module")
def tab(browser: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    folder = tmp_path_factory.mktemp("browser")
    texts = {"r0": "村里有<b>合作社</b>，农户不少。", "r1": "平台"}
    write_page(folder / "index.html", replace(brief(folder), texts=texts))
    with browser.tab() as tab:
        tab.open(folder / "index.html")
        yield tab


SHOWN = """[...document.querySelectorAll('#reports tbody')].filter(row => !row.hidden)
    .map(row => row.querySelector('.title').textContent)"""
CHANGE = """(() => {{ const field = document.getElementById('{name}');
    field.value = {value!r}; field.dispatchEvent(new Event('{event}')) }})()"""


def search(tab: Tab, text: str) -> list[str]:
    tab.ask(CHANGE.format(name="search", value=text, event="input"))
    return list(tab.ask(SHOWN))


def test_the_page_opens_without_complaint_and_asks_for_nothing(tab: Tab) -> None:
    assert tab.complaints() == []
    assert [url for url in tab.requests() if not url.startswith("file:")] == []
    assert len(tab.requests()) == 1
    assert tab.ask("[...document.images].every(image => image.naturalWidth > 0)")
    assert tab.ask("getComputedStyle(document.querySelector('h1')).borderTopWidth") == "4px"  # the style is let in


def test_search_finds_in_titles_authors_and_evidence(tab: Tab) -> None:
    assert search(tab, "方启明 农户") == [TITLES[0]]
    assert search(tab, "SCRIPT") == [TITLES[1]]
    assert search(tab, "没有这个词") == []
    assert not tab.ask("document.getElementById('none').hidden")
    assert tab.ask("document.getElementById('count').textContent") == "符合0篇"
    assert tab.ask("document.querySelectorAll('#plane .dim').length") == 5
    assert len(search(tab, "")) == 6


def test_search_goes_through_the_texts_and_says_where_it_found_something(tab: Tab) -> None:
    assert search(tab, "<b>合作社 方启明") == [TITLES[0]]
    assert tab.ask("document.querySelector('#row-0 .hits').textContent") == "（命中1处）"
    tab.ask("document.getElementById('clear').click()")
    assert len(tab.ask(SHOWN)) == 6
    assert tab.ask("document.querySelector('#row-0 .hits').textContent") == ""
    assert tab.ask("document.querySelector('#row-0 mark').textContent") == "农户"


def test_a_theme_shows_all_reports_that_carry_it(tab: Tab) -> None:
    tab.ask(CHANGE.format(name="theme", value="finance", event="change"))  # no report's first theme, but a further one
    assert tab.ask(SHOWN) == [TITLES[0]]
    tab.ask(CHANGE.format(name="theme", value="", event="change"))
    assert len(tab.ask(SHOWN)) == 6


def test_what_needs_review_is_shown_alone_with_its_reason(tab: Tab) -> None:
    click = "document.getElementById('review').click()"
    tab.ask(click)
    assert tab.ask(SHOWN) == [TITLES[2], TITLES[1], TITLES[5]]
    assert tab.ask("document.getElementById('review').parentElement.textContent.trim()") == "只看待复核的（3篇）"
    assert tab.ask("document.querySelector('#reports tbody:not([hidden]) .why').textContent") == (
        "在“<b>”与“其他”之间难分"
    )
    assert search(tab, "SCRIPT") == [TITLES[1]]  # both hold at once
    tab.ask("document.getElementById('clear').click()")
    assert len(tab.ask(SHOWN)) == 6
    assert not tab.ask("document.getElementById('review').checked")


def test_numbers_are_sorted_as_numbers_and_empty_cells_stay_last(tab: Tab) -> None:
    column = "[...document.querySelectorAll('#reports td.no')].map(c => c.textContent)"
    click = "document.querySelectorAll('#reports th button')[2].click()"
    tab.ask(click)
    assert tab.ask(column) == ["1", "2", "10", "11", "12", ""]
    tab.ask(click)
    assert tab.ask(column) == ["12", "11", "10", "2", "1", ""]
    assert tab.ask("document.querySelectorAll('#reports th')[2].getAttribute('aria-sort')") == "descending"


def test_a_point_of_the_map_tells_its_report(tab: Tab) -> None:
    tab.ask("document.querySelector('#plane [data-row]').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    said = tab.ask("document.getElementById('chosen').textContent")
    assert TITLES[0] in said
    assert "农户、耕地" in said


def test_a_topic_without_clear_words_says_so(tmp_path: Path) -> None:
    vague = replace(brief(tmp_path), topics=[Topic("近于金融", "", [], frozenset({"r0"}))])
    html = page(vague)
    assert "没有明显的特征词。" in html
    assert 'class="bars"' not in html
    assert "没有明显的特征词。" not in page(brief(tmp_path))


def test_a_topic_filters_the_list_and_a_word_is_marked_in_all_topics(tab: Tab) -> None:
    tab.ask("document.querySelector('.only').click()")
    assert sorted(tab.ask(SHOWN)) == sorted([TITLES[0], TITLES[2]])
    tab.ask("document.querySelector('.only').click()")
    assert len(tab.ask(SHOWN)) == 6
    tab.ask("document.querySelector('#topics .word').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert tab.ask("document.querySelectorAll('#topics .word.marked').length") == 2


def test_the_map_answers_to_the_keyboard(tab: Tab) -> None:
    tab.ask("document.getElementById('plane').focus()")
    tab.press("ArrowRight", "ArrowRight")
    first = tab.ask("document.getElementById('chosen').textContent")
    tab.press("ArrowRight", "ArrowRight")
    assert first != tab.ask("document.getElementById('chosen').textContent") != ""


def test_contents_stand_at_the_side_of_a_wide_page_and_are_folded_on_a_phone(tab: Tab) -> None:
    side = "document.querySelector('nav').getBoundingClientRect()"
    for width, beside in ((1440, True), (390, False)):
        tab.resize(width, 900)
        tab.until(f"document.getElementById('contents').open === {str(beside).lower()}")
        left = "document.querySelector('main').getBoundingClientRect().left"
        assert tab.ask(f"{side}.right < {left}") == beside
    assert tab.ask("document.querySelector('.wide').scrollWidth > document.querySelector('.wide').clientWidth")
    assert tab.ask("getComputedStyle(document.querySelector('.swipe')).display") == "block"  # and it says so
    assert tab.ask("document.querySelector('.wide').tabIndex") == 0
    tab.resize(1440, 900)
    assert tab.ask("getComputedStyle(document.querySelector('.swipe')).display") == "none"
    assert tab.ask("document.querySelector('.wide').scrollWidth <= document.querySelector('.wide').clientWidth")


#: Height by width of the figures a month can have, as drawn for 33 reports, and whether a finding rests on them.
FIGURES = {
    "titles": (0.86, True), "shares": (0.47, True), "words": (0.7, False), "changes": (0.6, True), "map": (0.93, True),
    "provinces": (0.96, True), "together": (0.6, True), "strips": (0.46, False), "agreement": (0.8, False),
    "choice": (0.6, False), "risk": (0.67, True),
}  # fmt: skip


def month(folder: Path, *, number: int = 33) -> Brief:
    """Return a brief of a month of usual size, with as many figures as there can be."""
    small = brief(folder)
    ids = [f"r{i}" for i in range(number)]
    reports = pd.DataFrame(
        {
            "report_id": ids, "month": "2025-06", "no": pd.array(range(1, number + 1), dtype="Int64"),
            "title": "发展特色产业助力乡村振兴 广东省信宜市钱排镇三华李产业调研报告",
            "authors": "河北石家庄市供销合作社党组书记、主任 课题组", "date": None, "page": 3, "status": "missing",
            "primary": "rural", "themes": "rural", "needs_review": True, "reason": "把握只有71%，应有90%",
            "evidence": "无正文，仅据题目和作者：乡村振兴、农村改革、精准扶贫、产业",
        }
    )  # fmt: skip
    pictures = []
    for name, (high, _) in FIGURES.items():
        svg = folder / f"{name}.svg"
        svg.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {1000 * high:.0f}"/>', "utf-8")
        pictures.append(Picture(name, "乡村振兴最多：12篇，占36%", "各主题报告的份额", svg, svg))
    sentence = "2021年12月共33篇，最大的主题是乡村振兴，12篇，占36%。"
    return replace(
        small, pictures=pictures, reports=reports, places=pd.DataFrame({"report_id": ids, "x": 1.0, "y": 2.0}),
        findings=[(sentence, name) for name, (_, said) in FIGURES.items() if said],
        topics=[Topic(f"主题{n}", "", [(f"词{i}", 15.0 - i) for i in range(15)], frozenset()) for n in range(5)],
    )  # fmt: skip


def test_a_month_takes_fewer_than_eight_screens(tab: Tab, tmp_path: Path) -> None:
    write_page(tmp_path / "month.html", month(tmp_path))
    tab.resize(1440, 900)
    tab.open(tmp_path / "month.html")
    assert tab.ask("[...document.images].every(image => image.complete)")
    assert 3000 < tab.ask("document.documentElement.scrollHeight") < 8 * 900
    assert tab.ask("document.documentElement.scrollWidth") == 1440


@pytest.mark.parametrize("number", [300, 3000])
def test_a_page_of_many_reports_lists_them_in_parts(number: int, tab: Tab, tmp_path: Path) -> None:
    write_page(tmp_path / "many.html", month(tmp_path, number=number))
    tab.resize(1440, 900)
    tab.open(tmp_path / "many.html")
    listed, fits = "document.querySelectorAll('#reports tbody:not([hidden])').length", min(number, LISTED)
    assert tab.ask("document.documentElement.scrollHeight") < 9 * 900
    assert tab.ask(listed) == 35
    assert tab.ask("document.querySelector('#rest span').textContent") == f"还有{fits - 35}篇没有列出。"
    tab.ask("document.getElementById('more').click()")
    assert tab.ask(listed) == 135
    assert tab.ask("document.getElementById('count').textContent") == f"符合{fits}篇"
    # What is sorted is listed from its first on, wherever it stood.
    numbers = "[...document.querySelectorAll('#reports tbody:not([hidden]) td.no')].map(cell => +cell.textContent)"
    for _ in range(2):
        tab.ask("document.querySelectorAll('#reports th button')[2].click()")
    assert tab.ask(numbers)[:2] == [fits, fits - 1]
    tab.ask(CHANGE.format(name="search", value="没有这个词", event="input"))
    assert tab.ask("document.getElementById('rest').hidden")
    # A point of the map leads to its report though it is not listed yet.
    tab.ask(CHANGE.format(name="search", value="", event="input"))
    assert tab.ask("document.getElementById('row-50').hidden")
    tab.ask("document.querySelector('[data-row=\"50\"]').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    tab.ask("document.querySelector('#chosen a').click()")
    assert not tab.ask("document.getElementById('row-50').hidden")


def test_a_month_that_is_a_little_longer_is_listed_whole(tab: Tab, tmp_path: Path) -> None:
    write_page(tmp_path / "month.html", month(tmp_path, number=45))
    tab.resize(1440, 900)
    tab.open(tmp_path / "month.html")
    assert tab.ask("document.querySelectorAll('#reports tbody:not([hidden])').length") == 45
    assert tab.ask("document.getElementById('rest').hidden")


def test_contents_are_in_the_order_of_the_page(tab: Tab, tmp_path: Path) -> None:
    write_page(tmp_path / "month.html", month(tmp_path))
    tab.open(tmp_path / "month.html")
    places = """[...document.querySelectorAll('nav a')]
        .map(link => document.getElementById(link.hash.slice(1)))
        .every((place, n, all) => place && (!n || all[n - 1].compareDocumentPosition(place) & 4))"""
    assert tab.ask("document.querySelectorAll('nav a').length") == 3 + len(FIGURES) + 3
    assert tab.ask(places)
    # Whatever answers to a finger or a key says what it is.
    unnamed = """[...document.querySelectorAll('a, button, input, select, summary, [tabindex], [role]')]
        .filter(one => !(one.getAttribute('aria-label') || one.labels?.length || one.textContent.trim()))
        .map(one => one.outerHTML)"""
    assert tab.ask(unnamed) == []
    assert tab.ask("document.getElementById(document.getElementById('plane').getAttribute('aria-describedby'))") == {}


def test_all_can_be_read_without_a_script(tab: Tab, tmp_path: Path) -> None:
    write_page(tmp_path / "index.html", brief(tmp_path))
    for allowed in (False, True):
        tab.call("Emulation.setScriptExecutionDisabled", value=not allowed)
        tab.open(tmp_path / "index.html")
        assert (tab.ask("getComputedStyle(document.querySelector('.tools')).display") != "none") == allowed
        assert len(tab.ask(SHOWN)) == 6
        assert tab.ask("[...document.querySelectorAll('tbody')].every(row => row.offsetHeight > 0)")


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
