"""Small compilations and a corpus in its first layout, for the tests of the corpus."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from diaoyan.report import Report, identify

_SIGNS = "全县村镇企业银行土地农户数据平台干部监督资金项目产业收入合作社贷款利率纪检巡察粮食道路学校医院养老就业"


def text(number: int, *, length: int = 120) -> str:
    """Return a text that no other number gives."""
    return "".join(random.Random(number).choices(_SIGNS, k=length))


def compilation(month: str | None = "2025-03", *, name: str | None = "文选31", titles: str = "甲乙丙") -> list[Report]:
    """Return reports that have a short text each."""
    return identify(
        [
            Report("", f"{title}县调查", text=f"{title}县有村一百二十个。", compilation=name, month=month, no=no,
                   source=f"{month}.txt", start=no * 10, end=no * 10 + 9)
            for no, title in enumerate(titles, 1)
        ]
    )  # fmt: skip


def volume(month: str, name: str, reports: list[tuple[str, str]]) -> list[Report]:
    """Return a compilation of reports given as title and text."""
    return identify(
        [
            Report("", title, text=body, status="full" if body else "missing", compilation=name, month=month, no=no)
            for no, (title, body) in enumerate(reports, 1)
        ]
    )


def state(folder: Path) -> dict[str, bytes]:
    """Return what a corpus holds, file by file, but for the lock and the step before."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock" and path.parent.name != "undo"
    }


def write_schema_1(folder: Path, reports: list[Report]) -> None:
    """Write reports as a corpus of the first layout: no column of links, no catalogue."""
    whole = {"no", "page", "start", "end"}
    names = (
        "report_id", "compilation", "month", "no", "title", "authors", "date", "page",
        "text", "status", "source", "start", "end",
    )  # fmt: skip
    schema = pa.schema(
        [(name, pa.int64() if name in whole else pa.string()) for name in names], metadata={"diaoyan_schema": "1"}
    )
    (folder / "reports").mkdir(parents=True)
    for month in {report.month for report in reports}:
        rows = [report for report in reports if report.month == month]
        table = pa.table({name: [getattr(report, name) for report in rows] for name in names}, schema=schema)
        pq.write_table(table, folder / "reports" / f"{month}.parquet")
