"""Small archives for the tests: reports as Parquet, labels as CSV, and what a job has written."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from diaoyan.corpus import Label, to_table
from diaoyan.report import Report


def write_archive(path: Path, reports: Sequence[Report], *, row_group: int = 1000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(to_table(reports), path, row_group_size=row_group)
    return path


def write_labels(path: Path, labels: Mapping[str, Label]) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["report_id", "primary", "further"])
        writer.writerows([name, label.primary, ";".join(label.further)] for name, label in labels.items())
    return path


def content(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a folder, by its place in it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def mixed(reports: Sequence[Report]) -> list[Report]:
    """Return sixty reports: with text, cut off, and by title alone."""
    return [
        replace(r, text="", status="missing", month=None, no=None) if i % 10 == 3
        else replace(r, text=r.text[:300], status="partial") if i % 10 == 6
        else replace(r, text=r.text[:1500])
        for i, r in enumerate(reports[:60])
    ]  # fmt: skip
