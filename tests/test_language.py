"""Chinese and English, whole: every message has its Chinese, and a Chinese reader meets no English sentence."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import diaoyan
from conftest import SAMPLE, Outcome
from diaoyan import errors, language
from diaoyan.cli.options import new_parser
from diaoyan.language import gettext, speak, speaking, spoken
from systems import device

PACKAGE = Path(diaoyan.__file__).parent
CATALOGUE = PACKAGE / "locale/zh_CN/LC_MESSAGES/diaoyan.po"
FILES = sorted(PACKAGE.rglob("*.py"))
OWN_ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type)} | {"ArgumentTypeError"}
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)[rs]|%[rs]")
#: What a Chinese sentence may hold: names of formats, and commands.
NAMES = re.compile(
    r"Strict Open XML|JSON Lines|jupyter lab [\w.]+|diaoyan completion \w+|Out-String \| Invoke-Expression"
)
#: Words of other languages, one after the other; names of programs, options, files and columns stand alone.
ENGLISH = re.compile(r"(?<![\w./{<-])[a-z]{2,}(?: [a-z]{2,}){2,}(?![\w./=])")
Command = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def unspoken() -> Iterator[None]:
    yield
    speak(None)


def entries() -> list[tuple[str, str]]:
    with CATALOGUE.open("rb") as file:
        return [(str(entry.id), str(entry.string)) for entry in read_po(file, locale="zh_CN") if entry.id]


def test_the_message_files_hold_what_the_code_says_and_all_of_it_in_chinese() -> None:
    script = PACKAGE.parents[1] / "scripts" / "update_messages.py"
    done = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_placeholder_is_lost_or_invented() -> None:
    wrong = [
        message for message, chinese in entries() if {*PLACEHOLDER.findall(message)} != {*PLACEHOLDER.findall(chinese)}
    ]
    assert wrong == []


def test_no_english_is_left_in_the_chinese() -> None:
    assert [chinese for _, chinese in entries() if ENGLISH.search(NAMES.sub("", PLACEHOLDER.sub("", chinese)))] == []


def messages_of(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what is said: the first argument of `say` and of our own exceptions."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        name = getattr(node.exc.func, "id", getattr(node.exc.func, "attr", ""))
        if name in OWN_ERRORS:
            yield node.exc.args[0]
    if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "say" and node.args:
        yield node.args[0]


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PACKAGE)) for path in FILES])
def test_whatever_is_said_goes_through_the_catalogue(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    bare = []
    for node in ast.walk(tree):
        for said in messages_of(node):
            parts = said.values if isinstance(said, ast.JoinedStr) else [said]
            text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
            if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text) and "This console cannot show Chinese" not in text:
                bare.append(f"line {said.lineno}: {text[:60]!r}")
        # Babel does not look into f-strings, and what is made while a module is loaded has the language of that moment.
        if isinstance(node, ast.JoinedStr):
            bare += [f"line {c.lineno}: in an f-string" for c in ast.walk(node) if is_gettext(c)]
    bare += [f"line {node.lineno}: while loading" for node in outside_of_functions(tree) if is_gettext(node)]
    assert bare == []


def is_gettext(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext"


def outside_of_functions(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if isinstance(child, ast.expr):
                yield child
            yield from outside_of_functions(child)


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "DIAOYAN_LANG": "en"}, "en"),
        ({"LANG": "de_DE.UTF-8", "DIAOYAN_LANG": "zh"}, "zh"),
        ({"LANG": "xx_YY.nonsense"}, "en"),
    ],
)
def test_the_language_is_that_of_the_option_else_the_variable_else_the_locale(
    variables: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "DIAOYAN_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert spoken() == lang
    with speaking("en"):
        assert gettext("no such file") == "no such file"
    with speaking("zh"):
        assert gettext("no such file") == "没有这个文件"
    assert spoken() == lang


def test_a_locale_of_windows_is_known_by_its_name() -> None:
    assert language._is_chinese("Chinese (Simplified)_China")
    assert not language._is_chinese("German_Germany")


VERBS = sorted(new_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_is_chinese(verb: str, diaoyan: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIAOYAN_LANG", "zh")
    text = diaoyan(*[verb][: bool(verb)], "--help").out
    assert re.search("[\u4e00-\u9fff]{4}", text)
    # The examples are commands.
    assert ENGLISH.findall("\n".join(line for line in text.splitlines() if "diaoyan " not in line)) == []


ERRORS = [
    "add damaged.docx", "add empty.txt", "add table.csv", "add damaged.xlsx",
    f"add {SAMPLE / '2025-03.txt'} --month 2024-01", "adopt T01", "adopt T01 --id x --zh 甲 --en A", "completion",
    "completion tcsh", "demo -o empty.txt", "demo --seed x", "discover in.jsonl",
    "discover in.jsonl --method nmf -o out", "discover in.jsonl --themes many -o out",
    "discover in.jsonl --words nowhere -o out", "discover in.jsonl --workers 2 -o out", "discover in.jsonl -o out",
    "discover nowhere -o out", "evaluate --sample --model base --by time -o out", "evaluate --sample x -o out",
    "evaluate -o out", "evaluate in.jsonl --labels given.csv -o out", "explain in.jsonl", "explain in.jsonl 7",
    "explain in.jsonl a --theme nothing", "label a.csv --when yesterday", "label damaged.xlsx", "label labels.csv",
    "label nowhere.xlsx", "models --use none", "months --foo", "notebooks", "notebooks empty.txt", "remove",
    "remove 2025-03", "report --month 2025-03..2025-01 -o out", "report --seed x -o out", "report -o out",
    "report in.jsonl --month 2025-03 -o out", "report in.jsonl --template damaged.docx -o out",
    "report in.jsonl --template nowhere.docx -o out", "report in.jsonl --theme nothing -o out",
    "report in.jsonl -o empty.txt", "retrain", "retrain 2025-03", "retrain 2025-03 empty.txt", "retrain 2025-13",
    "review", "review --month 2025-03 -o a.csv", "review --month 2025-03 -o a.xlsx", "split", "split damaged.docx",
    "split damaged.pdf", "split empty.txt", "split folder", "split in.jsonl -o .", "taag", "tag", "tag 2025-13",
    "tag damaged.jsonl", "tag damaged.jsonl.gz", "tag damaged.parquet", "tag damaged.xlsx",
    "tag empty.txt --error-rate 2", "tag in.jsonl --foo", "tag in.jsonl --model base --themes syntax.toml",
    "tag in.jsonl --model none", "tag in.jsonl --themes bad.toml", "tag in.jsonl --themes nowhere.toml",
    "tag in.jsonl --workers 2", "tag in.jsonl -o empty.txt/a.csv", "tag in.jsonl -o in.doc",
    "tag in.jsonl -o in.jsonl", "tag nowhere.txt", "tag table.csv", "themes", "train --archive damaged.parquet",
    "train --archive damaged.parquet --labels given.csv", "train --labels labels.csv",
    "train --start none --no-sample", "undo",
]  # fmt: skip
DAMAGED = {
    "empty.txt": b"", "labels.csv": b"a,b\n1,2\n", "given.csv": b"report_id,primary\nnobody,sports\n",
    "table.csv": b"foo,bar\n1,2\n", "damaged.docx": b"PK\x03\x04...", "damaged.xlsx": b"PK\x03\x04...",
    "damaged.pdf": b"%PDF-1.4\n", "damaged.parquet": b"PAR1PAR1", "damaged.jsonl": b'{"report_id":\n',
    "damaged.jsonl.gz": b"\x1f\x8b\x08", "syntax.toml": b"[[theme\n",
    "bad.toml": "[[theme]]\nid = 'x'\nzh = '甲'\nen = 'A'\nseeds = []\ncolour = 'red'\n".encode(),
    "in.jsonl": '{"report_id": "a", "title": "甲县调查", "text": ""}\n'.encode(),
}  # fmt: skip


def english_in(said: str) -> list[str]:
    """Return the lines that hold an English sentence, but for usage, which is made of names of options."""
    told = [line for line in said.splitlines() if not line.startswith(("usage", "用法", " "))]
    # What a list of words, a command or an option is made of is the same in any language.
    same = r"diaoyan [a-z]+[^（）；。]*|--[\w-]+|[\w./-]+(?:, ?['\w./-]+)+"
    bare = [re.sub(same, "", NAMES.sub("", line)) for line in told]
    return [line for line, rest in zip(told, bare, strict=True) if re.search("[A-Za-z]{2,} [A-Za-z]{2,}", rest)]


def test_an_english_sentence_is_known_when_it_is_seen() -> None:
    for said in ("无法读取（File is not a zip file）。", "x.toml：应为TOML；Expected ']]' at the end of an array。"):
        assert english_in(said) == [said]
    assert english_in("应为Word文档；见：diaoyan tag in.jsonl；可选 'votes', 'nmf', --model NAME。") == []


def test_errors_of_every_verb_are_looked_at() -> None:
    assert {command.split()[0] for command in ERRORS} - {"taag"} == {*VERBS}


@pytest.mark.parametrize("command", ERRORS)
def test_errors_are_chinese(command: str, diaoyan: Command, workplace: Path) -> None:
    for name, data in DAMAGED.items():
        (workplace / name).write_bytes(data)
    (workplace / "folder").mkdir()
    verb, *rest = command.split()
    outcome = diaoyan(verb, *rest, "--lang", "zh")
    assert outcome.status in (1, 2), outcome.err
    assert re.search("[\u4e00-\u9fff]{2}", outcome.err)
    assert english_in(outcome.err) == []


COMMANDS = (
    f"add {SAMPLE / '2025-03.txt'}", f"split {SAMPLE / '2025-06.txt'} --explain", "months", "tag 2025-03 -o tags.xlsx",
    "explain 2025-03 3", "review --month 2025-03 -o review.xlsx", "label review.xlsx", "retrain 2025-03", "themes",
    "train", "models", "discover 2025-03 -o found", "remove 2025-03", "remove 2025-03 --yes", "undo", "undo", "undo",
    "report --month 2025-03 -o out", "notebooks mine",
)  # fmt: skip


@pytest.mark.slow
def test_a_month_from_compilation_to_report_is_said_in_chinese(diaoyan: Command, workplace: Path) -> None:
    said = ""
    for command in COMMANDS:
        verb, *rest = command.split()
        outcome = diaoyan(verb, *rest, "--lang", "zh")
        assert outcome.status == 0, (command, outcome.err)
        said += outcome.out + outcome.err
    assert ENGLISH.findall(NAMES.sub("", said)) == []
    cards = [path.read_text("utf-8") for path in workplace.rglob("card.zh-CN.md")]
    assert cards
    assert [ENGLISH.findall(card) for card in cards if ENGLISH.findall(card)] == []


def test_all_verbs_that_can_be_gone_through_in_a_minute_are() -> None:
    # The demo and evaluations take longer, and what they say is read by other tests; a script is no text for people.
    assert {*VERBS} - {command.split()[0] for command in COMMANDS} == {"adopt", "completion", "demo", "evaluate"}


def test_what_is_kept_reads_the_same_whoever_has_written_it(diaoyan: Command, workplace: Path) -> None:
    kept = []
    for lang in ("zh", "en"):
        diaoyan("add", SAMPLE / "2025-03.txt", "--lang", lang)
        diaoyan("tag", "2025-03", "-o", "tags.csv", "--force", "--lang", lang)
        kept.append((workplace / "tags.csv").read_bytes())
    assert kept[0] == kept[1]


Process = Callable[..., subprocess.CompletedProcess[bytes]]


def test_a_console_that_cannot_show_chinese_is_told_so_in_english(fresh_process: Process) -> None:
    done = fresh_process(
        "-m", "diaoyan.cli", "tag", "x", PYTHONIOENCODING="ascii", DIAOYAN_LANG="zh", PYTHONUTF8="0", LC_ALL="C"
    )
    assert (done.returncode, done.stderr.decode("ascii").splitlines()[0]) == (
        1,
        "This console cannot show Chinese (ascii), so messages are in English.",
    )


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii", "utf-8"])
def test_no_console_is_too_poor(encoding: str, fresh_process: Process, tmp_path: Path) -> None:
    for command in (["split", str(SAMPLE / "2025-03.txt")], ["themes"], ["months", "--lang", "zh"]):
        done = fresh_process("-m", "diaoyan.cli", *command, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert b"Traceback" not in done.stderr


def test_an_unknown_language_is_refused(diaoyan: Command, fresh_process: Process) -> None:
    outcome = diaoyan("months", "--lang", "fr")
    assert outcome.status == 2
    assert "choose from" in outcome.err
    done = fresh_process("-m", "diaoyan.cli", "months", DIAOYAN_LANG="fr")
    assert (done.returncode, done.stderr.decode()) == (
        1,
        "diaoyan: DIAOYAN_LANG: expected zh / en, got 'fr'; set it to one of these, or to nothing.\n",
    )


@device("/dev/full")
def test_a_full_device_is_one_sentence(fresh_process: Process) -> None:
    code = "import sys, diaoyan.cli; sys.stdout = open('/dev/full', 'w'); sys.exit(diaoyan.cli.main(['models']))"
    done = fresh_process("-c", code)
    assert done.returncode == 1
    assert done.stderr.decode().startswith(
        "diaoyan: a file or device cannot be read or written: No space left on device"
    )
