"""The material of the benchmarks: real news where there are any, else the sample, in files of any number of reports."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from diaoyan import settings

Item = dict[str, Any]
#: Reports of a month, and characters of one of them, as they come.
MONTHLY, LONG = 33, 4_300


class Texts:
    """Reports to measure on.

    Parameters
    ----------
    real : Path or None
        Folder of the real corpora; the sample is taken without one.
    folder : Path
        Where the files are written.
    """

    def __init__(self, real: Path | None, folder: Path) -> None:
        self.folder = folder
        self.sample = settings.shipped("sample")
        news = real / "corpora" / "news.jsonl.gz" if real else None
        weak = real / "corpora" / "news_weak_themes.jsonl.gz" if real else None
        of_sample = [json.loads(line) for line in (self.sample / "reports.jsonl").read_text("utf-8").splitlines()]
        self.items = list(_lines(news)) if news else of_sample
        self.themed = list(_lines(weak)) if weak else of_sample
        self.name = "broadcast news" if news else "the sample"

    def month(self) -> Path:
        """Return a month of the sample, split already."""
        lines = (self.sample / "reports.jsonl").read_text("utf-8").splitlines(keepends=True)
        return self._written("month.jsonl", (line for line in lines if '"month": "2025-03"' in line))

    def long_month(self) -> Path:
        """Return a month of 33 reports of 4,300 characters: texts one after the other, each of one theme."""
        by_theme: dict[str, list[Item]] = {}
        for item in self.themed:
            by_theme.setdefault(item.get("label") or item["report_id"].split("-")[0], []).append(item)
        lines: list[str] = []
        for items in by_theme.values():
            title, text = "", ""
            for item in cycle(items):
                title, text = title or item["title"], f"{text}{item['text'] or ''}\n"
                if len(text) >= LONG:
                    number = len(lines) + 1
                    lines.append(_line({"title": title, "text": text[:LONG], "date": None}, f"m{number:02d}"))
                    title, text = "", ""
                    if number >= MONTHLY or number % -(-MONTHLY // len(by_theme)) == 0:
                        break
        return self._written("long_month.jsonl", iter(lines[:MONTHLY]))

    def reports(self, number: int) -> Path:
        """Return a file of so many reports: the corpus over and over, under ids of their own."""
        chosen = enumerate(islice(cycle(self.items), number))
        return self._written(f"{number}.jsonl", (_line(item, f"r{place:06d}") for place, item in chosen))

    def with_themes(self, most: int) -> Path:
        """Return the reports on which themes are looked for."""
        return self._written(
            "themed.jsonl", (_line(item, f"t{place}") for place, item in enumerate(self.themed[:most]))
        )

    def plain(self, characters: int) -> list[str]:
        """Return texts of so many characters together, taken from all over the corpus."""
        step = max(1, sum(len(item["text"] or "") for item in self.items) // characters)
        return [item["text"] for item in self.items[::step] if item["text"]]

    def _written(self, name: str, lines: Iterator[str]) -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8") as file:
            file.writelines(lines)
        return path


def _lines(path: Path) -> Iterator[Item]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _line(item: Item, report_id: str) -> str:
    kept = {key: item.get(key) for key in ("title", "text", "date")}
    return json.dumps({"report_id": report_id, **kept}, ensure_ascii=False) + "\n"
