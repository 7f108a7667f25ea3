"""What jobs over an archive cost: one of real news is tagged, learned from and searched for themes, by 1 and 2 workers.

Memory is the proportional set size (PSS) of all processes together, sampled four times a second; network is what went
over the loopback device meanwhile, other programs' traffic included.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import pyarrow.parquet as pq

from diaoyan import settings
from diaoyan.corpus import to_table
from diaoyan.models import in_use
from diaoyan.report import Report
from diaoyan.writing import replacing, write_csv
from measures.shared import head, items, row

#: What runs in a process of its own, with archive, result, model, number of workers and labels.
JOB = """
import sys
from pathlib import Path
from diaoyan import archive
job, source, output, model, workers, labels = sys.argv[1:]
source, output, workers = Path(source), Path(output), int(workers)
if __name__ == "__main__":
    if job == "tag":
        archive.tag_archive(source, output, model=Path(model), workers=workers)
    elif job == "train":
        archive.train_archive(source, output, labels=Path(labels), workers=workers)
    else:
        archive.discover_archive(source, output, workers=workers)
"""
JOBS = ("tag", "train", "lda")
#: Reports written into the archive at a time.
ROW_GROUP = 10_000


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="folder for archive and results")
    parser.add_argument("--model", type=Path, metavar="DIR", help="model folder (default: the one in use)")
    parser.add_argument("--reports", type=int, default=100_000, metavar="N", help="default: 100000")
    parser.add_argument("--characters", type=int, default=2_000, metavar="N", help="of each report (default: 2000)")
    parser.add_argument("--workers", type=int, action="append", metavar="N", help="default: 1 and 2")
    parser.add_argument(
        "--job", choices=JOBS, action="append", help="default: all; train takes the tags of tag for labels"
    )


def run(options: argparse.Namespace) -> None:
    """Print a row a job and number of workers."""
    archive = options.work / f"news-{options.reports}x{options.characters}.parquet"
    if not archive.is_file():
        build(options.data, archive, reports=options.reports, characters=options.characters)
    model = (options.model or settings.model(in_use())).resolve()
    labels = options.work / "labels.csv"
    print(f"{archive.name}: {archive.stat().st_size / 1e6:.0f} MB; {psutil.cpu_count()} cores")
    head("job", "workers", "seconds", "reports/s", "CPU s", "peak MB", "MB over loopback", "MB written", "load")
    for job in options.job or JOBS:
        for workers in options.workers or (1, 2):
            output = options.work / f"{job}-{workers}"
            shutil.rmtree(output, ignore_errors=True)
            load = psutil.getloadavg()[0]
            paths = [str(path) for path in (archive, output, model)]
            found = watched([sys.executable, "-c", JOB, job, *paths, str(workers), str(labels)])
            if job == "tag":
                as_labels(output, labels)
            size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file()) / 1e6
            numbers = (found.seconds, options.reports / found.seconds, found.cpu, found.memory, found.network)
            row(job, workers, *(f"{number:.1f}" for number in (*numbers, size, load)))


def as_labels(tags: Path, labels: Path) -> None:
    """Take the tags for labels: what training costs does not depend on whether they are right."""
    table = pq.read_table(tags, columns=["report_id", "primary"]).to_pydict()
    write_csv(labels, ["report_id", "primary"], zip(table["report_id"], table["primary"], strict=True))


def build(data: Path, archive: Path, *, reports: int, characters: int) -> None:
    """Write an archive of reports of equal length: the news end to end, over and over, cut."""
    news = list(items(data, "news"))
    text = "\n".join(item["text"] for item in news)
    text += text[: 2 * characters]
    around = len(text) - 2 * characters
    archive.parent.mkdir(parents=True, exist_ok=True)
    with replacing(archive) as temporary, pq.ParquetWriter(temporary, to_table([]).schema) as writer:
        for first in range(0, reports, ROW_GROUP):
            numbers = range(first, min(reports, first + ROW_GROUP))
            chunk = []
            for number in numbers:
                # A stride that shares no factor with the length: no two rounds cut at the same places.
                start = number * (characters + 1) % around
                title = news[number % len(news)]["title"]
                chunk.append(Report(f"n{number:08d}", title, text=text[start : start + characters], month="2025-03"))
            writer.write_table(to_table(chunk))


class Found(NamedTuple):
    """What a job took: seconds, processor seconds, peak memory in MB, MB over loopback."""

    seconds: float
    cpu: float
    memory: float
    network: float


def watched(command: list[str]) -> Found:
    """Run a job and watch it; one that fails ends the measure."""
    peak, cpu = 0.0, {}
    sent = psutil.net_io_counters(pernic=True)["lo"].bytes_sent
    start = time.perf_counter()
    process = subprocess.Popen(command)
    top = psutil.Process(process.pid)
    while process.poll() is None:
        memory = 0
        for one in (top, *children(top)):
            try:
                memory += one.memory_full_info().pss
                times = one.cpu_times()
                cpu[one.pid] = times.user + times.system
            except psutil.Error:
                continue  # it has just ended
        peak = max(peak, memory / 1e6)
        time.sleep(0.25)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"The job failed with {process.returncode}; nothing was measured.")
    network = (psutil.net_io_counters(pernic=True)["lo"].bytes_sent - sent) / 1e6
    return Found(seconds, sum(cpu.values()), peak, network)


def children(process: psutil.Process) -> list[psutil.Process]:
    """Return all processes below one, none if it has just ended."""
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []
