"""How themes keep their identity from month to month.

First the sample, then with ``--data`` twelve months of news, are taken in one month after another. Then a theme of the
codebook is withheld from it, its reports first arrive in one month, and the register is asked whether it says so in
that month or the next. Thresholds were chosen on the sample alone; news are a measurement.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from diaoyan import settings
from diaoyan.discovery.identity import ThemeRegister, refit
from diaoyan.discovery.quality import jaccard
from diaoyan.report import Report
from diaoyan.themes import Codebook
from measures.shared import items

FULL = Codebook.default()


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--size", type=int, default=120, help="news items a month (default: 120)")
    parser.add_argument("--seeds", type=int, default=5, help="repetitions of the planted themes (default: 5)")


def run(options: argparse.Namespace) -> None:
    """Print the measures."""
    reports, labels = settings.sample()
    months = sorted({report.month or "" for report in reports})
    follow("sample", [[r for r in reports if r.month == month] for month in months], FULL)
    for seed in range(options.seeds):
        follow(f"sample, dealt {seed}", deal(reports, 4, seed), FULL)
    found = []
    for theme in FULL.ids:
        bearers = [r for r in reports if labels[r.report_id].primary == theme]
        others = [r for r in reports if labels[r.report_id].primary != theme]
        for seed in range(options.seeds):
            stream, planted = deal(others, 4, seed), deal(bearers, 1, seed)[0][:12]
            found.append(plant(f"sample, {theme} {seed}", stream, planted, theme, month=3))
    print(rate("sample", found))
    if options.data:
        measure_news(options.data, size=options.size, seeds=min(options.seeds, 3))


def measure_news(data: Path, *, size: int, seeds: int) -> None:
    """Print the measures on news."""
    news = read(data, "news")
    counts = Counter(report.month or "" for report, _ in news)
    months = sorted(month for month, count in counts.items() if count >= 300)[-12:]
    by_month = [[report for report, _ in news if report.month == month] for month in months]
    follow("news", [deal(reports, 1, 0)[0][:size] for reports in by_month], FULL)
    found = []
    labelled = read(data, "news_weak_themes")
    for theme in FULL.ids:
        bearers = [report for report, label in labelled if label == theme]
        ids = {report.report_id for report in bearers}
        free = [
            [r for r in rs if r.report_id not in ids and sum(r.text.count(s) for s in FULL[theme].seeds) < 2]
            for rs in by_month[:7]
        ]
        for seed in range(seeds):
            stream = [deal(rs, 1, seed)[0][: size * 2 // 3] for rs in free]
            found.append(plant(f"news, {theme} {seed}", stream, deal(bearers, 1, seed)[0][:20], theme, month=6))
    print(rate("news", found))
    print(f"refit of 5,000 reports: {timed([report for report, _ in news[-5000:]]):.1f} seconds")


def read(data: Path, corpus: str) -> list[tuple[Report, str | None]]:
    """Return the items with their labels, if they have any."""
    return [
        (Report(i["id"], i["title"] or "", month=i["date"][:7], text=i["text"]), i.get("label"))
        for i in items(data, corpus)
        if i["date"] and i["text"]
    ]


def deal(reports: Sequence[Report], hands: int, seed: int) -> list[list[Report]]:
    """Return the reports shuffled, in equal hands."""
    shuffled = sorted(reports, key=lambda report: report.report_id)
    random.Random(seed).shuffle(shuffled)
    return [shuffled[hand::hands] for hand in range(hands)]


def dated(months: Sequence[Sequence[Report]]) -> list[list[Report]]:
    """Return the reports with the months they are given in."""
    return [[replace(r, month=f"2025-{number:02d}") for r in reports] for number, reports in enumerate(months, 1)]


def follow(name: str, months: Sequence[Sequence[Report]], codebook: Codebook) -> None:
    """Take the months in and print what happened to themes outside the codebook, and how much of them went on."""
    register, gathered, shared = ThemeRegister(), list[Report](), []
    told: list[str] = []
    for number, reports in enumerate(dated(months), 1):
        gathered += reports
        month = f"2025-{number:02d}"
        before = {theme.id: (theme.name, set(theme.members)) for theme in register.themes_ if theme.present}
        changes = register.update(refit(gathered, codebook, month=month), month)
        old = {report.report_id for report in gathered if report.month != month}
        shared += [
            jaccard(members, set(register[theme].members) & old)
            for theme, (_, members) in before.items()
            if register[theme].present
        ]
        assert all(register[theme].name == known for theme, (known, _) in before.items())
        free = Counter(change.event.what for change in changes if register[change.theme].codebook is None)
        told.append(" ".join(f"{what} {count}" for what, count in sorted(free.items())) or "nothing")
    low = sum(value < 0.3 for value in shared)
    print(f"{name}: {' | '.join(told)}; {len(shared)} continued, {low} with under 30 % of their reports", flush=True)


def plant(name: str, stream: list[list[Report]], bearers: Sequence[Report], theme: str, *, month: int) -> int:
    """Let a withheld theme arrive in two halves, print whether it is said to be new, and return the month or 0.

    It is, if at least three and at least half of a new theme's reports are planted ones.
    """
    codebook = Codebook(tuple(entry for entry in FULL.themes if entry.id != theme))
    half, planted = len(bearers) // 2, {report.report_id for report in bearers}
    stream = [*stream[: month + 1]]
    stream[month - 1] = stream[month - 1] + list(bearers[:half])
    stream[month] = stream[month] + list(bearers[half:])
    register, gathered = ThemeRegister(), list[Report]()
    found, others = 0, 0
    for number, reports in enumerate(dated(stream), 1):
        gathered += reports
        if number < month - 1:
            continue
        label = f"2025-{number:02d}"
        changes = register.update(refit(gathered, codebook, month=label), label)
        for change in changes if number >= month else []:
            members = set(register[change.theme].members)
            if change.event.what not in ("new", "split"):
                continue
            if len(members & planted) >= max(3, len(members) / 2):
                found = found or number - month + 1
            else:
                others += 1
    said = f"new in its month {found}" if found else "not found"
    print(f"{name}: {said}; other new themes {others}", flush=True)
    return found


def rate(name: str, found: Sequence[int]) -> str:
    """Return in how many cases a planted theme was found, and when."""
    return f"{name}, planted: {found.count(1)} in the first month, {found.count(2)} in the second, of {len(found)}"


def timed(reports: list[Report]) -> float:
    """Return the seconds a refit takes."""
    start = time.perf_counter()
    refit(reports, month=max(report.month or "" for report in reports))
    return time.perf_counter() - start
