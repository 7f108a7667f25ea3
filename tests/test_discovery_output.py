"""Tests of the files that theme discovery leaves, and of the interactive view in a real browser."""

from __future__ import annotations

import csv
import html
import itertools
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chromium import Chromium
from diaoyan.discovery import LdaThemes, TfidfThemes, ThemeModel
from diaoyan.discovery.number import choice_table
from diaoyan.discovery.output import word_facts, write_discovery
from diaoyan.discovery.view import topic_view
from diaoyan.figures.style import THEME_COLOURS
from diaoyan.report import to_jsonl
from small_corpus import small_corpus

EVIL = '</script><img src=x onerror="alert(1)">@TABLE@ =1+1'


@pytest.fixture(scope="module")
def themes() -> ThemeModel:
    reports = [replace(report, title=f"{report.title}{EVIL}") for report in small_corpus()]
    return LdaThemes(free=True, resamples=2).fit(reports)


@pytest.fixture(scope="module")
def folder(themes: ThemeModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("found")
    write_discovery(themes, place, source="来源：共12篇，12篇有正文")
    return place


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_are_those_of_the_contract(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "assignments.csv", "choice_of_k.csv", "choice_of_k.png", "choice_of_k.svg", "clusters.csv", "themes.json",
        "topics.html", "words.csv", "words.png", "words.svg",
    ]  # fmt: skip
    assert list(rows(folder / "assignments.csv")[0]) == ["report_id", "cluster", "theme", "weight"]
    assert len(rows(folder / "assignments.csv")) == 12


def test_themes_json_holds_words_exemplars_stability_and_what_was_learned(folder: Path) -> None:
    content = json.loads((folder / "themes.json").read_text("utf-8"))
    assert {"words", "exemplars", "stability", "stability_seeds", "stable", "coherence", "match"} <= set(
        content["themes"][0]
    )
    assert content["phrases"][0]["npmi"] >= 0.6
    assert "sections of the corpus itself" in content["coherence_reference"]
    assert content["choice"]["plateau"]


def test_an_unstable_theme_is_marked_in_every_output(tmp_path: Path) -> None:
    themes = TfidfThemes(resamples=1).fit(small_corpus())
    assert not themes.clusters_[1].stable
    write_discovery(themes, tmp_path, source="来源")
    assert rows(tmp_path / "clusters.csv")[1]["stable"] == "no"
    assert json.loads((tmp_path / "themes.json").read_text("utf-8"))["themes"][1]["stable"] is False
    assert "数字经济（不稳定：没有报告归入）" in rows(tmp_path / "clusters.csv")[1]["name"]
    assert "数字经济（不稳定：没有报告归入）" in (tmp_path / "topics.html").read_text("utf-8")
    assert word_facts(themes)[1]["digital"] == "数字经济（不稳定：没有报告归入）"


def test_cells_that_a_spreadsheet_would_run_are_plain_text(themes: ThemeModel, tmp_path: Path) -> None:
    first = replace(themes.material_.reports[0], report_id="=1+1")
    changed = LdaThemes(free=True, themes=3, resamples=1).fit([first, *themes.material_.reports[1:]])
    write_discovery(changed, tmp_path, source="来源")
    assert rows(tmp_path / "assignments.csv")[0]["report_id"] == "'=1+1"
    assert not (tmp_path / "choice_of_k.csv").exists()  # the number was given
    assert choice_table(changed.choice_).empty


def test_the_rest_is_drawn_as_other_and_a_new_theme_is_not() -> None:
    seeded = TfidfThemes(resamples=1).fit(small_corpus())
    assert word_facts(seeded)[1]["other"] == "其他"
    free = TfidfThemes(free=True, themes=3, resamples=1).fit(small_corpus())
    assert [cluster.theme for cluster in free.clusters_].count("other") >= 1
    assert "other" not in word_facts(free)[1]


def test_two_clusters_of_one_theme_keep_words_of_their_own(themes: ThemeModel) -> None:
    frame, names = word_facts(themes)
    assert len(names) == len(themes.clusters_) == frame["theme"].nunique()
    assert (frame["reports"] >= 1).all()


def test_the_view_escapes_every_text_and_names_no_address(themes: ThemeModel) -> None:
    page = topic_view(themes, source=f"来源{EVIL}")
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page
    assert html.escape(EVIL) in page
    outside = re.sub(r"src=x", "", page)
    assert re.findall(r"(?:src|href)=[\"']?([^\"' >]+)", outside) == ["data:,"]
    addresses = set(re.findall(r"https?://[^\"'\s]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # the name of a vocabulary, never asked for


def test_the_view_holds_its_data_whole(themes: ThemeModel) -> None:
    page = topic_view(themes, source="来源")
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    topics = json.loads(data[1])["topics"]
    assert [topic["name"] for topic in topics] == [cluster.label for cluster in themes.clusters_]
    for topic in topics:
        assert all(0 < chance <= 1 and 0 < base <= 1 for _, chance, base in topic["words"])
        assert max(abs(topic["x"]), abs(topic["y"])) <= 1


def test_the_view_opens_in_a_browser_and_asks_for_nothing(folder: Path, browser: Chromium) -> None:
    found = rows(folder / "clusters.csv")
    with browser.tab() as tab:
        tab.open(folder / "topics.html")
        assert tab.ask("document.querySelectorAll('#map circle').length") == len(found)
        assert found[0]["name"] in tab.ask("document.getElementById('name').textContent")
        tab.ask("document.querySelectorAll('#map circle')[1].dispatchEvent(new Event('click'))")
        assert found[1]["name"] in tab.ask("document.getElementById('name').textContent")
        first_words = "[...document.querySelectorAll('text.word')].map(node => node.textContent).join()"
        before = tab.ask(first_words)
        tab.ask("document.getElementById('weight').value = 0")
        tab.ask("document.getElementById('weight').dispatchEvent(new Event('input'))")
        assert before != tab.ask(first_words) != ""
        assert tab.ask("document.images.length") == 0
        assert tab.complaints() == []
        assert tab.requests() == [(folder / "topics.html").as_uri()]


def test_the_view_names_its_themes_in_their_colours_and_in_the_readers_language(
    tmp_path: Path, browser: Chromium
) -> None:
    themes = TfidfThemes(resamples=1).fit(small_corpus())
    for lang, called, doubtful in (("zh", "乡村振兴", "数字经济（不稳定：没有报告归入）"),
                                   ("en", "Rural revitalization",
                                    "Digital economy (unstable: no report falls under it)")):  # fmt: skip
        page = topic_view(themes, source="-", lang=lang)
        (tmp_path / f"{lang}.html").write_text(page, encoding="utf-8")
        with browser.tab() as tab:
            tab.open(tmp_path / f"{lang}.html")
            shown = "[...document.querySelectorAll('#map text')].filter(t => t.getAttribute('visibility') != 'hidden')"
            assert called in tab.ask(f"{shown}.map(t => t.textContent)")
            circles = "[...document.querySelectorAll('#map circle')]"
            assert tab.ask(f"{circles}[0].getAttribute('fill')") == THEME_COLOURS["rural"].colour
            assert tab.ask(f"{circles}[1].classList.contains('doubtful')")
            assert not tab.ask("document.getElementById('doubtful').hidden")
            legend = tab.ask("[...document.querySelectorAll('#legend button')].map(b => b.textContent)")
            assert len(legend) == len(themes.clusters_)
            assert legend[0].startswith(called)
            tab.ask("document.querySelector('#legend button').focus()")
            tab.press("ArrowRight", "ArrowRight")
            assert tab.ask("document.getElementById('name').textContent") == doubtful
            assert tab.ask("document.activeElement.getAttribute('aria-pressed')") == "true"
            head = tab.ask("document.querySelector('header').innerText + document.querySelector('thead').innerText")
            assert (re.search("[a-z]{3}", head) is None) == (lang == "zh")
            swipe = "getComputedStyle(document.querySelector('.swipe')).display"
            assert tab.ask(swipe) == "none"
            assert "0.4" in tab.ask("document.querySelector('.meaning').textContent")  # from which a theme is stable
            tab.resize(390, 844)
            assert tab.ask("document.documentElement.scrollWidth") == 390
            assert tab.ask(swipe) == "block"
            assert tab.complaints() == []


def test_names_on_the_map_do_not_overlap(folder: Path, browser: Chromium) -> None:
    with browser.tab() as tab:
        tab.open(folder / "topics.html")
        boxes = tab.ask("""[...document.querySelectorAll('#map text')]
            .filter(t => t.getAttribute('visibility') != 'hidden').map(t => t.getBBox())
            .map(b => [b.x, b.y, b.x + b.width, b.y + b.height])""")
        assert boxes
        for one, other in itertools.combinations(boxes, 2):
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_without_a_script_the_table_says_what_there_is(folder: Path, browser: Chromium) -> None:
    with browser.tab() as tab:
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        tab.open(folder / "topics.html")
        assert tab.ask("getComputedStyle(document.querySelector('main')).display") == "none"
        assert tab.ask("document.querySelector('table').offsetHeight > 0")


def test_the_policy_of_the_view_forbids_requests_and_scripts(folder: Path, browser: Chromium) -> None:
    with browser.tab() as tab:
        tab.open(folder / "topics.html")
        tab.ask("document.body.append(Object.assign(new Image(), {src: 'http://asked.invalid/x.png'}))")
        tab.ask("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
        assert tab.ask("window.ran") is None
        assert any("Content Security Policy" in complaint for complaint in tab.complaints())


@pytest.mark.parametrize("method", ["tfidf", "lda"])
def test_two_fresh_processes_write_the_same_bytes(method: str, tmp_path: Path) -> None:
    source = tmp_path / "reports.jsonl"
    source.write_text(to_jsonl(small_corpus()), encoding="utf-8")
    for name, hashes, threads in (("a", "1", "1"), ("b", "2", "2")):
        surroundings = {
            **os.environ,
            "PYTHONHASHSEED": hashes,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
        }
        subprocess.run(
            [sys.executable, "-m", "diaoyan.cli", "discover", source, "--method", method, "--free", "-o",
             tmp_path / name],
            env=surroundings, check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
