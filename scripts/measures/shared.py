"""What measures share: the real texts they are taken on, and the tables they print."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging.evaluation import Evaluation, summarise

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Thing = TypeVar("Thing")


def items(data: Path, corpus: str) -> Iterator[dict[str, Any]]:
    """Yield the items of one corpus."""
    with gzip.open(data / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def every(things: list[Thing], most: int) -> list[Thing]:
    """Return every n-th of what is more than `most`."""
    return things[:: -(-len(things) // most)]


def themed_news(data: Path) -> tuple[list[Report], dict[str, Label]]:
    """Return the news with a weak theme; without their titles, which made the theme."""
    found = list(items(data, "news_weak_themes"))
    reports = [Report(item["id"], "", text=item["text"], date=item["date"]) for item in found]
    return reports, {item["id"]: Label(item["label"]) for item in found}


def scored(classes: Sequence[str], truth: Sequence[str], said: Sequence[str]) -> Evaluation:
    """Return macro-F1, its interval and so on of themes that were said of held-out texts."""
    places = [np.array([classes.index(name) for name in names], dtype=np.int64) for names in (truth, said)]
    return summarise(tuple(classes), places[0], predicted=places[1])


def head(*names: str) -> None:
    """Print the head of a table."""
    row(*names)
    row(*["---"] * len(names))


def row(*cells: str | float | None) -> None:
    """Print a row of a table, fractions to three decimals."""
    texts = ["–" if c is None or c != c else f"{c:.3f}" if isinstance(c, float) else str(c) for c in cells]
    print(f"| {' | '.join(texts)} |", flush=True)
