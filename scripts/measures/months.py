"""Months taken in one after the other, and again with interruptions: is all of it equal, and how long does it take.

Without ``--data`` the four months of the sample, else twelve months of news, whose themes by title (weak labels) stand
in for a person.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from diaoyan import settings
from diaoyan.corpus import Corpus, Label
from diaoyan.models import read_history
from diaoyan.monthly import Places, take_in
from diaoyan.monthly.retraining import retrain
from diaoyan.report import Report, from_mapping, read_jsonl, to_jsonl
from diaoyan.themes import OTHER, Codebook
from measures.shared import head, items, row

Labels = dict[str, Label]


def months_of_news(data: Path, size: int) -> tuple[list[list[Report]], Labels]:
    """Return the twelve latest whole months, at most `size` items each and as many of each theme as there are."""
    theme = {item["id"]: item["label"] for item in items(data, "news_weak_themes")}
    by_month: dict[str, list[Report]] = {}
    for item in items(data, "news"):
        report = from_mapping(item, where="news")
        by_month.setdefault(report.month or "", []).append(report)
    chosen = []
    for month in sorted(by_month)[-13:-1]:
        # Those with a theme first, then the others in an order by chance that is the same every time.
        order = sorted(
            by_month[month],
            key=lambda r: (r.report_id not in theme, hashlib.sha256(r.report_id.encode()).hexdigest()),
        )
        chosen.append(sorted(order[:size], key=lambda r: r.report_id))
    labels = {r.report_id: Label(theme.get(r.report_id, OTHER)) for month in chosen for r in month}
    return chosen, labels


def months_of_sample() -> tuple[list[list[Report]], Labels]:
    """Return the sample's four months and its labels."""
    reports, labels = settings.sample()
    names = sorted({report.month or "" for report in reports})
    plain = {name: Label(label.primary, label.further) for name, label in labels.items()}
    return [[report for report in reports if report.month == name] for name in names], plain


def many(data: Path, count: int, folder: Path, start: str) -> None:
    """Print what adding 40 reports to, and retraining on, `count` labelled reports takes."""
    theme = {item["id"]: item["label"] for item in items(data, "news_weak_themes")}
    reports = [from_mapping(item, where="news") for item in items(data, "news")]
    reports = sorted(reports, key=lambda r: (r.report_id not in theme, r.report_id))[: count + 40]
    stored, new = reports[:count], [replace(report, month="2026-12") for report in reports[count:]]
    where, codebook = places(folder), Codebook.default()
    corpus = Corpus(where.corpus)
    corpus.add(stored)
    corpus.label({r.report_id: Label(theme.get(r.report_id, OTHER)) for r in stored}, codebook)
    (folder / "new.jsonl").write_text(to_jsonl(new), encoding="utf-8")
    code = (
        "import sys\nfrom pathlib import Path\nfrom diaoyan.corpus import Corpus\n"
        "from diaoyan.report import read_jsonl\n"
        "Corpus(Path(sys.argv[1])).add(read_jsonl(Path(sys.argv[2])))"
    )
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(where.corpus), str(folder / "new.jsonl")], check=True)
    print(f"adding 40 reports to {count}, as a process: {time.perf_counter() - began:.1f} s")
    everything, labels = corpus.reports(), corpus.labels(codebook)
    began, spent = time.perf_counter(), time.process_time()
    retrain("2026-12", everything, labels=labels, codebook=codebook, models=where.models, start=start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"retraining on {len(labels)}: {time.perf_counter() - began:.1f} s, {time.process_time() - spent:.1f} s of "
        f"processor time, {memory:.0f} MB at most"
    )


def places(folder: Path) -> Places:
    """Return the places of a run in `folder`."""
    return Places(folder / "corpus", folder / "models", folder / "out")


def one_month(folder: Path, reports: Sequence[Report], labels: Labels, start: str) -> None:
    """Do what a month asks for: take it in, label it, learn from it."""
    where, codebook = places(folder), Codebook.default()
    month = reports[0].month or ""
    take_in(month, reports, places=where, codebook=codebook, start=start)
    known = {report.report_id for report in Corpus(where.corpus).reports(month)}
    Corpus(where.corpus).label({name: label for name, label in labels.items() if name in known}, codebook)
    take_in(month, places=where, codebook=codebook, start=start)


def state(folder: Path) -> dict[str, str]:
    """Return a hash of every file that must not depend on interruptions."""
    kept = [*(folder / "corpus").rglob("*"), *(folder / "models").rglob("*")]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(kept)
        if path.is_file() and path.name != ".lock"
    }


def interrupted(folder: Path, months: list[list[Report]], labels: Labels, start: str, *, seconds: list[float]) -> int:
    """Take every month in, killing the run after each of the seconds before it may finish; return how often."""
    killed = 0
    for number, reports in enumerate(months):
        (folder / f"{number}.jsonl").write_text(to_jsonl(reports), encoding="utf-8")
        given = {r.report_id: [labels[r.report_id].primary, *labels[r.report_id].further] for r in reports}
        (folder / f"{number}.json").write_text(json.dumps(given), encoding="utf-8")
        command = [sys.executable, sys.argv[0], "months", "--one", str(folder), str(number), start]
        for limit in seconds:
            process = subprocess.Popen(command)
            try:
                process.wait(limit)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                killed += 1
        subprocess.run(command, check=True)
    return killed


def one(folder: Path, number: str, start: str) -> None:
    """Do one month in this process, for `interrupted`."""
    reports = read_jsonl(folder / f"{number}.jsonl")
    given = json.loads((folder / f"{number}.json").read_text("utf-8"))
    one_month(folder, reports, {name: Label(themes[0], tuple(themes[1:])) for name, themes in given.items()}, start)


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--work", type=Path, metavar="DIR", help="folder to work in (default: a temporary one)")
    parser.add_argument("--size", type=int, default=40, help="reports a month")
    parser.add_argument("--start", default="base")
    parser.add_argument("--many", type=int, metavar="N", help="retrain on N labelled news instead (needs --data)")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> None:
    """Print a row a month, and whether interruptions made a difference."""
    if options.one:
        one(Path(options.one[0]), options.one[1], options.one[2])
        return
    work = options.work or Path(tempfile.mkdtemp())
    if options.many:
        many(options.data, options.many, work, options.start)
        return
    months, labels = months_of_news(options.data, options.size) if options.data else months_of_sample()
    straight, broken = work / "straight", work / "broken"
    for folder in (straight, broken):
        folder.mkdir(parents=True)
    head("month", "reports", "labels so far", "seconds", "old", "new", "decision")
    for reports in months:
        began = time.perf_counter()
        one_month(straight, reports, labels, options.start)
        took = time.perf_counter() - began
        line = read_history(straight / "models")[-1]
        row(line.month, len(reports), line.labels, f"{took:.1f}", line.old, line.new, line.decision)
    killed = interrupted(broken, months, labels, options.start, seconds=[1.5, 3.0, 6.0])
    equal = state(straight) == state(broken)
    print(f"\n{killed} times killed; corpus, labels, models, themes and history {'equal' if equal else 'DIFFER'}.")
    if not equal:
        one_state, other = state(straight), state(broken)
        print([name for name in sorted({*one_state, *other}) if one_state.get(name) != other.get(name)])
