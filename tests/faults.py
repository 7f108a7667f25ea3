"""Every verb that writes, ended in every way a machine has: killed, on a full disk, in a folder that becomes read-only,
with the clock set back, two at once.

What is asserted is always the same: what stands there is old or new and nothing between, the same words again end as an
undisturbed run does, and nothing is left over.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from diaoyan import settings
from diaoyan.corpus import Corpus, to_table
from diaoyan.themes import Codebook
from killing import IS_WRITE

# One process imports what the verbs need and forks for every run, so that a run takes no start-up time.
_SERVER = (
    IS_WRITE
    + r"""
import json, os, sys, time, resource, signal
import numpy, pyarrow.parquet, rapidfuzz.fuzz, datasketch, filelock, openpyxl, docx, pypdfium2, matplotlib.figure
import pandas, scipy.sparse, sklearn.linear_model
import diaoyan.archive, diaoyan.cli, diaoyan.compilation, diaoyan.corpus, diaoyan.demo, diaoyan.discovery, diaoyan.drift
import diaoyan.documents, diaoyan.figures, diaoyan.models, diaoyan.monthly, diaoyan.review, diaoyan.tagging
import diaoyan.tables, diaoyan.theme_report, diaoyan.inputs, diaoyan.report, diaoyan.report_tables


def hooked(order, here):
    count, struck = 0, False

    def strike():
        nonlocal struck
        struck = True
        if order["what"] == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        for folder, _, _ in os.walk("."):
            os.chmod(folder, 0o555)

    def hook(event, arguments):
        nonlocal count
        if struck:
            return
        if order["at"] is not None and count >= order["at"] and order["after"]:
            strike()  # after the write: before whatever comes next
            return
        if not is_write(event, arguments, here):
            return
        count += 1
        if count == order["at"] and not order["after"]:
            strike()

    return hook, lambda: count


def obey_modes():
    # Gives up what lets root write where modes forbid it.
    if os.geteuid():
        return
    import ctypes

    library = ctypes.CDLL(None)
    header, rights = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert library.capget(header, rights) == 0
    for place in (0, 1):  # effective and permitted: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        rights[place] &= ~0b110
    assert library.capset(header, rights) == 0


def run(order):
    out = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(order["folder"])
    if order["what"] == "chmod":
        obey_modes()
    if order["limit"] is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], resource.RLIM_INFINITY))
    hook, counted = hooked(order, os.getcwd())
    sys.addaudithook(hook)
    status = diaoyan.cli.main(order["words"])
    sys.stderr.flush()
    return status, counted()


for line in sys.stdin:
    orders = json.loads(line)
    children = []
    for order in orders:
        receive, send = os.pipe()
        child = os.fork()
        if not child:
            status, count = 70, 0
            try:
                status, count = run(order)
            except SystemExit as leaving:
                status = leaving.code
            except BaseException:
                import traceback
                traceback.print_exc()
                sys.stderr.flush()
            os.write(send, json.dumps([status, count]).encode())
            os._exit(0)
        os.close(send)
        children.append((child, receive))
    ended = []
    for child, receive in children:
        with os.fdopen(receive) as told:
            answer = told.read()
        os.waitpid(child, 0)
        ended.append(json.loads(answer) if answer else ["killed", 0])
    print(json.dumps(ended), flush=True)
"""
)


@dataclass(frozen=True)
class Verb:
    """A verb with the words it is called by.

    Parameters
    ----------
    words : str
    units : tuple of str
        Patterns of what is exchanged in one step each: all files of the pattern are old, or all are new. Everything
        else must be as old or as new, file by file.
    cost : float
        How often it is tried: less for what takes long.
    toggles : bool
        Whether doing it once more takes it back.
    """

    words: str
    units: tuple[str, ...] = ("*",)
    cost: float = 1.0
    toggles: bool = False


CORPUS = ("data/corpus/*",)
VERBS = {
    "split": Verb("split 2025-05.txt -o june.jsonl --force"),
    "split-several": Verb("split 2025-05.txt 2025-06.txt -o parts --force", ("parts/*5.jsonl", "parts/*6.jsonl")),
    "add": Verb("add 2025-05.txt", CORPUS),
    "label": Verb("label review.xlsx", CORPUS),
    "remove": Verb("remove 2025-03 --yes", CORPUS),
    "undo": Verb("undo", CORPUS, toggles=True),
    "review": Verb("review --month 2025-04 -o review.xlsx --force --count 4", cost=2),
    "use": Verb("models --use small"),
    "adopt": Verb("adopt T01 --id silver --zh 银发经济 --en Silver", ("data/corpus/themes.toml", "models/themes.json")),
    "tag-csv": Verb("tag 2025-03 -o tags.csv --force"),
    "tag-xlsx": Verb("tag 2025-03 -o tags.xlsx --force"),
    "tag-archive": Verb("tag archive.parquet -o tags.parquet --force", cost=1.5),
    "train": Verb("train -o models/small --force --no-sample", ("models/small/*",), cost=6),
    "train-archive": Verb(
        "train --archive labelled.parquet --labels labelled.csv -o models/small --force", ("models/small/*",), cost=8
    ),
    "discover": Verb("discover -o found --force", ("found/*",), cost=10),
    "discover-archive": Verb(
        "discover archive.parquet --method lda --themes 5 --workers 1 -o found --force", ("found/*",), cost=10
    ),
    "evaluate": Verb("evaluate few.jsonl --labels few.csv --repeats 1 -o found --force", ("found/*",), cost=12),
    "report": Verb("report --month 2025-03 -o found --force", ("found/*",), cost=12),
    "notebooks": Verb("notebooks mine --force", ("mine/*",)),
    "retrain": Verb(
        "retrain 2025-04 --start small --count 4",
        (*CORPUS, "models/2025-04/*"),  # the month's folder may hold a sheet that is open in Excel: file by file
        cost=15,
    ),
    "demo": Verb("demo -o found --force", ("found/*",), cost=60),
}  # fmt: skip


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file, but for locks that stay where they are."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def visible(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files that a person, or another program, takes for results."""
    journal = re.compile(r"data/corpus/(undo|pending)/")
    return {name: data for name, data in files.items() if not re.search(r"(^|/)\.", name) and not journal.match(name)}


@dataclass
class Counts:
    """What a run of trials came to."""

    trials: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Harness:
    """Prepares a working folder once, and lets verbs fail in copies of it."""

    def __init__(self, place: Path, *, small_model: Path) -> None:
        self.place = place
        self.start = place / "start"
        self.start.mkdir(parents=True)
        _prepare(self.start, small_model)
        self.counts = Counts()
        self._server = subprocess.Popen(
            [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DIAOYAN_LANG": "en", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"},
        )  # fmt: skip
        self._old: dict[str, tuple[Path, dict[str, bytes]]] = {}
        self._new: dict[str, tuple[dict[str, bytes], int]] = {}
        self._number = 0

    def close(self) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait(60)

    def _run(self, *orders: dict[str, object]) -> list[tuple[object, int, str]]:
        """Run verbs at once; return how each ended, how many writes it made and what it said."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        full = [
            {"at": None, "after": False, "what": "kill", "limit": None, "said": f"{self.place}/said{number}"} | order
            for number, order in enumerate(orders)
        ]
        print(json.dumps(full), file=self._server.stdin, flush=True)
        ended = json.loads(self._server.stdout.readline())
        said = [Path(f"{self.place}/said{number}").read_text("utf-8", "replace") for number in range(len(orders))]
        for number in range(len(orders)):
            Path(f"{self.place}/said{number}").unlink()
        return [(status, count, text) for (status, count), text in zip(ended, said, strict=True)]

    def _before(self, name: str) -> tuple[Path, dict[str, bytes]]:
        """Return the folder in which a verb finds older results of its own, and what is in it."""
        if name not in self._old:
            folder = self.place / f"old-{name}"
            shutil.copytree(self.start, folder, symlinks=True)
            if name in ("report", "discover", "discover-archive", "evaluate", "demo"):
                (folder / "found").mkdir()
                for one in ("index.html", "themes.json", "tags.csv", "notes.txt"):
                    (folder / "found" / one).write_text("old")
            elif name == "tag-archive":
                ((status, _, said),) = self._run(
                    {"folder": str(folder), "words": [*self._words(name), "--error-rate", "0.2"]}
                )
                assert status == 0, said
            elif name == "review":
                (folder / "review.xlsx").write_bytes(b"old")
            self._old[name] = folder, tree(folder)
        return self._old[name]

    def _words(self, name: str) -> list[str]:
        return VERBS[name].words.split()

    def undisturbed(self, name: str) -> tuple[dict[str, bytes], int]:
        """Return what a verb leaves if nothing happens, and how many writes it makes."""
        if name not in self._new:
            with self._copy(name) as folder:
                ((status, count, said),) = self._run({"folder": str(folder), "words": self._words(name)})
                assert status == 0, f"{name}: {said}"
                self._new[name] = tree(folder), count
                assert visible(self._new[name][0]) != visible(self._before(name)[1]), f"{name} changes nothing"
        return self._new[name]

    @contextlib.contextmanager
    def _copy(self, name: str) -> Iterator[Path]:
        self._number += 1
        folder = self.place / f"trial-{self._number}"
        shutil.copytree(self._before(name)[0], folder, symlinks=True)
        try:
            yield folder
        finally:
            for one, _, _ in os.walk(folder):
                os.chmod(one, 0o755)
            shutil.rmtree(folder)

    def _between(self, name: str, folder: Path) -> list[str]:
        """Return what is neither old nor new."""
        with contextlib.suppress(Exception), Corpus(folder / "data" / "corpus").locked():
            pass  # the next command does so first; a reader would too
        old, new, now = visible(self._before(name)[1]), visible(self.undisturbed(name)[0]), visible(tree(folder))
        units = VERBS[name].units
        mixed = []
        for unit in units:
            held = [{key: one for key, one in files.items() if Path(key).match(unit) or _under(key, unit)}
                    for files in (now, old, new)]  # fmt: skip
            if held[0] not in held[1:]:
                mixed.append(f"{unit} is mixed: {_difference(*held)}")
        rest = [key for key in now if not any(Path(key).match(unit) or _under(key, unit) for unit in units)]
        mixed += [key for key in rest if now[key] not in (old.get(key), new.get(key))]
        return mixed

    def _finish(self, name: str, folder: Path, how: str) -> None:
        """Say the same words again, and look whether all is as if nothing had happened."""
        new = self.undisturbed(name)[0]
        if not (VERBS[name].toggles and visible(tree(folder)) == visible(new)):
            ((status, _, said),) = self._run({"folder": str(folder), "words": self._words(name)})
            if status != 0:
                self.counts.wrong.append(f"{name} {how}: refused afterwards: {said.strip()[-300:]}")
                return
        now = tree(folder)
        journal = re.compile(r"data/corpus/undo/")
        both = [{key: one for key, one in files.items() if not journal.match(key)} for files in (now, new)]
        if both[0] != both[1]:
            self.counts.wrong.append(f"{name} {how}: ends differently: {_difference(both[0], both[1], both[1])}")

    def kill(self, name: str, at: int, *, after: bool, clock_back: bool) -> None:
        """Kill a verb before or after one of its writes, and look."""
        how = f"killed {'after' if after else 'before'} write {at}" + " with the clock set back" * clock_back
        with self._copy(name) as folder:
            ((status, _, said),) = self._run(
                {"folder": str(folder), "words": self._words(name), "at": at, "after": after}
            )
            self.counts.trials["kill"] += 1
            self.counts.killed[name] += status == "killed"
            if status not in ("killed", 0):
                self.counts.wrong.append(f"{name} {how}: failed of itself: {said[-500:]}")
            if clock_back:
                for path in folder.rglob("*"):
                    if not path.is_symlink():
                        os.utime(path, (time.time() + 10**8,) * 2)
            if mixed := self._between(name, folder):
                self.counts.wrong.append(f"{name} {how}: {mixed[:3]}")
            self._finish(name, folder, how)

    def full_disk(self, name: str, limit: int) -> None:
        """Let no file grow beyond a size."""
        with self._copy(name) as folder:
            ((status, _, said),) = self._run({"folder": str(folder), "words": self._words(name), "limit": limit})
            self.counts.trials["full disk"] += 1
            how = f"with files of at most {limit} bytes"
            if status not in (0, 1) or "Traceback" in said:
                self.counts.wrong.append(f"{name} {how}: {said[-500:]}")
            if mixed := self._between(name, folder):
                self.counts.wrong.append(f"{name} {how}: {mixed[:3]}")
            left = [key for key in tree(folder) if re.search(r"(^|/)\.[^/]*diaoyan-(?!parts)", key)]
            if left:
                self.counts.wrong.append(f"{name} {how}: left over {left[:3]}")
            self._finish(name, folder, how)

    def read_only(self, name: str, at: int) -> None:
        """Take away the right to write in every folder before one of the writes."""
        with self._copy(name) as folder:
            order = {"folder": str(folder), "words": self._words(name), "at": at, "what": "chmod"}
            ((status, _, said),) = self._run(order)
            self.counts.trials["read-only"] += 1
            how = f"in a folder that becomes read-only before write {at}"
            if status not in (0, 1) or "Traceback" in said:
                self.counts.wrong.append(f"{name} {how}: {said[-500:]}")
            for one, _, _ in os.walk(folder):
                os.chmod(one, 0o755)
            if mixed := self._between(name, folder):
                self.counts.wrong.append(f"{name} {how}: {mixed[:3]}")
            self._finish(name, folder, how)

    def two_at_once(self, name: str) -> None:
        """Say the same words twice at once."""
        with self._copy(name) as folder:
            both = self._run(*[{"folder": str(folder), "words": self._words(name)}] * 2)
            self.counts.trials["two at once"] += 1
            for status, _, said in both:
                allowed = status == 0
                if not allowed or "Traceback" in said:
                    self.counts.wrong.append(f"{name} two at once: {said[-500:]}")
            now, new = visible(tree(folder)), visible(self.undisturbed(name)[0])
            if now != new:
                self.counts.wrong.append(f"{name} two at once: {_difference(now, new, new)}")
            if left := [key for key in tree(folder) if re.search(r"(^|/)\.[^/]*diaoyan-", key)]:
                self.counts.wrong.append(f"{name} two at once: left over {left[:3]}")

    def every(self, name: str, *, step: int = 1, tell: Callable[[str], None] = lambda _: None) -> None:
        """Kill a verb before and after each of its writes, or every so many, from the last to the first."""
        writes = self.undisturbed(name)[1]
        for at in range(writes, 0, -step):
            for after in (False, True):
                known = len(self.counts.wrong)
                self.kill(name, at, after=after, clock_back=False)
                for sentence in self.counts.wrong[known:]:
                    tell(f"WRONG: {sentence}")
            tell(f"{name}: killed before and after write {at} of {writes}; {len(self.counts.wrong)} wrong so far")

    def spread(
        self,
        names: Sequence[str],
        *,
        kills: int,
        seconds: float,
        seed: int,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Try verbs in all ways, cheap ones more often, until the kills are made or the time is up."""
        chance = random.Random(seed)
        until = time.monotonic() + seconds
        weights = [1 / VERBS[name].cost for name in names]
        first = [name for name in names if VERBS[name].cost < 20]
        while self.counts.trials["kill"] < kills and time.monotonic() < until:
            name = first.pop(0) if first else chance.choices(names, weights)[0]
            known = len(self.counts.wrong)
            tell(f"{self.counts.trials['kill']} kills, {len(self.counts.wrong)} wrong; next: {name}")
            new, writes = self.undisturbed(name)
            self.kill(name, chance.randint(1, writes), after=chance.random() < 0.5, clock_back=chance.random() < 0.2)
            way = chance.random()
            if way < 0.06:
                sizes = [len(data) for data in visible(new).values()]
                self.full_disk(name, chance.randint(0, max(sizes)))
            elif way < 0.12 and can_be_read_only():
                self.read_only(name, chance.randint(1, writes))
            elif way < 0.18 and not VERBS[name].toggles:
                self.two_at_once(name)
            for sentence in self.counts.wrong[known:]:
                tell(f"WRONG: {sentence}")


def can_be_read_only() -> bool:
    """Whether modes of folders can be tried: root ignores them, but on Linux can give that up."""
    return os.geteuid() != 0 or sys.platform == "linux"


def _under(key: str, unit: str) -> bool:
    return unit == "*" or (unit.endswith("/*") and key.startswith(unit[:-1]))


def _difference(now: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes]) -> str:
    names = sorted(now.keys() | old.keys() | new.keys())
    said = [
        f"{name} {'gone' if name not in now else 'old' if now[name] == old.get(name) else 'strange'}"
        for name in names
        if now.get(name) != new.get(name)
    ]
    return ", ".join(said[:6]) or "all new, but for what is gone"


def _prepare(folder: Path, small_model: Path) -> None:
    """Lay down two months with labels, models, a found theme, a filled-in sheet, and archives."""
    import pyarrow.parquet as pq

    from archives import write_labels
    from diaoyan.models import load_tagger, use
    from diaoyan.report import to_jsonl
    from diaoyan.review import choose as choose_reports
    from diaoyan.review import write_sheet
    from diaoyan.tagging import Tagger

    reports, labels = settings.sample()
    codebook = Codebook.default()
    march, april = ([r for r in reports if r.month == month][:12] for month in ("2025-03", "2025-04"))
    corpus = Corpus(folder / "data" / "corpus")
    corpus.add(march)
    corpus.label({r.report_id: labels[r.report_id] for r in march}, codebook)
    corpus.add(april)
    shutil.copytree(small_model, folder / "models" / "small")
    shutil.copytree(small_model, folder / "models" / "other")
    use("other", folder / "models")
    born = {"month": "2025-03", "what": "new", "size": 3, "arrived": 3, "similarity": 0.0, "others": []}
    themes = {"id": "T01", "codebook": None, "name": "养老、护理", "words": {"养老": 5.0, "护理": 4.0, "食堂": 3.0},
              "seeds": ["养老", "护理员", "适老化", "食堂"], "titles": [], "members": [march[0].report_id],
              "history": [born]}  # fmt: skip
    register = {"format": 1, "months": ["2025-03"], "last_number": 1, "themes": [themes],
                "seen": sorted(r.report_id for r in march), "before": None}  # fmt: skip
    (folder / "models" / "themes.json").write_text(json.dumps(register, ensure_ascii=False, indent=1) + "\n", "utf-8")
    tagger: Tagger = load_tagger(folder / "models" / "small")
    picks = choose_reports(tagger, april, labels={}, count=4)
    write_sheet(folder / "review.xlsx", picks, codebook, labels={})
    _answer(folder / "review.xlsx")
    for name in ("2025-05", "2025-06"):
        text = (settings.shipped("sample") / "2025-03.txt").read_text("utf-8")
        (folder / f"{name}.txt").write_text(text.replace("2025年3月", f"2025年{int(name[-1])}月"), "utf-8")
    (folder / "june.jsonl").write_text("old\n")
    (folder / "tags.csv").write_text("old\n")
    (folder / "tags.xlsx").write_bytes(b"old")
    for place, names in (
        ("parts", ["2025-05.jsonl", "2025-06.jsonl"]),
        ("mine", ["01_a_compilation.ipynb", "note.txt"]),
    ):
        (folder / place).mkdir()
        for name in names:
            (folder / place / name).write_text("old\n")
    pq.write_table(to_table(reports[:30]), folder / "archive.parquet")
    pq.write_table(to_table(reports), folder / "labelled.parquet")
    write_labels(folder / "labelled.csv", {r.report_id: labels[r.report_id] for r in reports})
    (folder / "few.jsonl").write_text(to_jsonl(reports[:40]), "utf-8")
    write_labels(folder / "few.csv", {r.report_id: labels[r.report_id] for r in reports[:40]})


def _answer(path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(3, sheet.max_row + 1):
        sheet.cell(row, 6).value = "其他"
    book.save(path)


def made(small_model: Path | None = None) -> Harness:
    """Return a harness in a temporary folder, with a small model fitted for it if none is given."""
    place = Path(tempfile.mkdtemp(prefix="faults-"))
    if small_model is None:
        from diaoyan.models import save_tagger
        from diaoyan.tagging import Tagger

        reports, labels = settings.sample()
        small_model = place / "model"
        save_tagger(small_model, Tagger(folds=2).fit(reports, labels), evaluation=None, sources="the sample.")
    return Harness(place, small_model=small_model)
