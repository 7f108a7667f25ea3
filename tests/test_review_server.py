"""The review page, in a real browser against the real command: twenty answers by keyboard, one undone, one kill."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from chromium import Chromium
from conftest import SAMPLE
from diaoyan.corpus import Corpus, Label, read_labels
from diaoyan.errors import CorpusError
from diaoyan.report import Report
from diaoyan.review import Pick
from diaoyan.review.page import render
from diaoyan.review.server import Session, serve
from diaoyan.tagging import Tag
from diaoyan.themes import Codebook, Theme
from systems import POSIX_SIGNALS

pytest.importorskip("starlette", reason="the optional group serve is not installed")
pytest.importorskip("uvicorn", reason="the optional group serve is not installed")
CODEBOOK = Codebook.default()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of the sample in the corpus."""
    folder = tmp_path_factory.mktemp("filled")
    added = [str(SAMPLE / month) for month in ("2025-03.txt", "2025-05.pdf")]
    subprocess.run([sys.executable, "-m", "diaoyan.cli", "add", *added], cwd=folder, check=True)
    return folder


@pytest.fixture
def workplace(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "workplace"))


@contextmanager
def serving(workplace: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command, and yield it with the address it prints; it is ended as by Ctrl-C."""
    command = [sys.executable, "-m", "diaoyan.cli", "review", "--serve", "--count", "40", "--who", "方启明", *options]
    process = subprocess.Popen(command, cwd=workplace, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/[\w-]+/", said)):
            line = process.stderr.readline()
            assert line, f"no address in {said!r}"
            said += line
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def labels_of(workplace: Path) -> dict[str, Label]:
    path = workplace / "data/corpus/labels.csv"
    return read_labels(path, CODEBOOK) if path.exists() else {}


@POSIX_SIGNALS
def test_twenty_answers_by_keyboard_one_taken_back_and_a_kill_lose_nothing(workplace: Path, browser: Chromium) -> None:
    with browser.tab() as tab:
        with serving(workplace) as (process, address):
            tab.open(address)
            tab.until("document.body.dataset.ready === 'yes'")
            given: list[str] = []
            for number in range(12):
                given.append(tab.ask("picks[place].id"))
                if number % 3 == 2:
                    tab.press("Enter", "Enter")
                else:
                    tab.press(str(number % 3 + 1), f"Digit{number % 3 + 1}")
                tab.until(f"picks.filter(one => one.answer).length === {number + 1}")
            assert tab.ask("document.querySelectorAll('mark').length") > 0
            assert {*given} == {*labels_of(workplace)}
            tab.press("u", "KeyU")
            tab.until("picks.filter(one => one.answer).length === 11")
            assert {*given[:-1]} == {*labels_of(workplace)}
            assert tab.ask("picks[place].id") == given[-1]
            tab.press("@", "Digit2", shift=True)  # a further theme waits for the answer
            tab.until("document.querySelector('[data-theme=digital]').classList.contains('further')")
            tab.ask("document.getElementById('why').value = '两个主题都有 <b>'")
            tab.press("1", "Digit1")
            tab.until("picks.filter(one => one.answer).length === 12")
            assert tab.complaints() == []
            assert {*map(str, tab.requests())} >= {address, f"{address}picks", f"{address}answer"}
            assert all(url.startswith(address) for url in tab.requests())
            label = labels_of(workplace)[given[-1]]
            assert (label.primary, label.further, label.who, label.why) == (
                "rural",
                ("digital",),
                "方启明",
                "两个主题都有 <b>",
            )
            process.kill()
            process.wait(timeout=20)
            tab.press("1", "Digit1")
            tab.until("document.getElementById('status').textContent.includes('已停止')")
            assert len(labels_of(workplace)) == 12
        with serving(workplace) as (_, address):
            tab.open(address)
            tab.until("document.body.dataset.ready === 'yes'")
            # What was answered is not asked again, but for answers that look wrong, which is said.
            asked_anew = tab.ask("picks.filter(one => !one.reasons.includes('可能标错')).map(one => one.id)")
            assert not {*given} & {*asked_anew}
            for number in range(8):
                tab.press("0", "Digit0")
                tab.until(f"picks.filter(one => one.answer).length === {number + 1}")
            new = {*tab.ask("picks.filter(one => one.answer).map(one => one.id)")}
            assert len(new) == 8
            assert {*labels_of(workplace)} == {*given} | new
            assert {labels_of(workplace)[name].primary for name in new} == {"other"}
    undone = subprocess.run(
        [sys.executable, "-m", "diaoyan.cli", "undo"], cwd=workplace, capture_output=True, text=True, encoding="utf-8"
    )
    assert "taken back: label 1 reports" in undone.stderr
    left = labels_of(workplace)
    assert sum(label.primary == "other" for label in left.values()) == 7


def asked(address: str, method: str, path: str, *, body: Any = None, **headers: str) -> tuple[int, str]:
    host, _, rest = address.removeprefix("http://").partition("/")
    sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    with closing(http.client.HTTPConnection(host, timeout=20)) as connection:
        connection.request(method, path if path.startswith("/") else f"/{rest}{path}", text and text.encode(), sent)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8")


@POSIX_SIGNALS
def test_strangers_are_refused(workplace: Path) -> None:
    with serving(workplace, "--month", "2025-03") as (_, address):
        own = address.split("/", 3)[2]
        json_of_page = {"Origin": f"http://{own}", "Content_Type": "application/json"}
        first = json.loads(asked(address, "GET", "picks")[1])[0]["id"]
        answer = {"report_id": first, "primary": "rural"}
        refused = {
            "without the token": asked(address, "GET", "/"),
            "another token": asked(address, "GET", "/wrong/picks"),
            "another name for this machine": asked(address, "GET", "picks", Host="attacker.example"),
            "another origin": asked(address, "POST", "answer", body=answer, Origin="http://attacker.example",
                                    Content_Type="application/json"),
            "no origin": asked(address, "POST", "answer", body=answer, Content_Type="application/json"),
            "a form": asked(address, "POST", "answer", body=answer, Origin=f"http://{own}", Content_Type="text/plain"),
            "no JSON": asked(address, "POST", "answer", body="{", **json_of_page),
            "a list": asked(address, "POST", "answer", body=[1], **json_of_page),
            "other kinds": asked(address, "POST", "answer", body=answer | {"further": 7}, **json_of_page),
            "too long": asked(address, "POST", "answer", body=answer | {"why": "长" * 70_000}, **json_of_page),
            "no such report": asked(address, "POST", "answer", body=answer | {"report_id": "x"}, **json_of_page),
            "no such theme": asked(address, "POST", "answer", body=answer | {"primary": "fishery"}, **json_of_page),
            "not to be read": asked(address, "GET", "answer"),
        }  # fmt: skip
        assert {why: status for why, (status, _) in refused.items() if status < 400} == {}
        assert labels_of(workplace) == {}
        assert asked(address, "POST", "answer", body=answer, **json_of_page)[0] == 200
        assert labels_of(workplace)[first].primary == "rural"


def test_either_a_sheet_or_a_page(workplace: Path) -> None:
    for more in ([], ["--serve", "-o", "review.xlsx"]):
        done = subprocess.run(
            [sys.executable, "-m", "diaoyan.cli", "review", *more], cwd=workplace, capture_output=True, text=True,
            encoding="utf-8",
        )  # fmt: skip
        assert done.returncode == 1
        assert "Expected either -o with a sheet to write or --serve" in done.stderr


def test_taking_back_restores_what_the_report_had_before(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    report = Report("a", "甲", text="乙" * 50, month="2025-03")
    corpus.add([report])
    corpus.label({"a": Label("finance", why="以前")}, CODEBOOK)
    tag = Tag(
        "a", "2025-03", 1, "甲", "rural", ("rural",), {"rural": 0.5}, True, "无正文，仅据题目：土地流转、集体经济"
    )
    session = Session(
        corpus,
        [Pick(report, tag, ("uncertain",), 0.9, "rural", 0.5)],
        CODEBOOK,
        labels={"a": Label("finance", why="以前")},
    )
    assert session.take_back() is None
    assert session.shown()[0]["evidence"] == ["土地流转", "集体经济"]
    session.answer("a", "rural", ["digital", "rural"])
    session.answer("a", "digital")
    assert corpus.labels(CODEBOOK)["a"].primary == "digital"
    assert (session.take_back(), corpus.labels(CODEBOOK)["a"]) == ("a", Label("rural", ("digital",)))
    assert (session.take_back(), corpus.labels(CODEBOOK)["a"], session.answers) == ("a", Label("finance"), {})
    with pytest.raises(CorpusError, match="Expected one of the 1 reports of this review"):
        session.answer("b", "rural")


def test_the_page_holds_no_markup_of_a_codebook() -> None:
    hostile = Theme("x", "</script><script>alert(1)</script>", "<img>", ("词",), "<b>")
    page = render(Codebook((hostile,)), nonce="n")
    assert page.count("<script") == 2
    assert "<img>" not in page


def test_without_the_optional_group_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    with pytest.raises(CorpusError, match=r"pip install 'diaoyan\[serve\]', or review on a sheet"):
        serve(Session(Corpus(tmp_path), [], CODEBOOK))
