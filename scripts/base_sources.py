"""The texts that ``models/base`` is fitted on, by source: the sample, and real texts that were read and labelled."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from diaoyan import settings
from diaoyan.corpus import Label, read_labels
from diaoyan.language import Lang
from diaoyan.preprocess import cut_sections
from diaoyan.report import Report
from diaoyan.tagging.examples import Examples
from diaoyan.tagging.features import Features

ANNOTATIONS = Path(__file__).resolve().parents[1] / "data" / "annotations" / "labels.csv"
#: Share of a gold report's runs of RUN characters from which a text resembles it.
ALIKE, RUN = 0.2, 8


@dataclass(frozen=True)
class Source:
    """Labelled texts of one origin.

    Attributes
    ----------
    name : str
        For tables.
    said : mapping of language to str
        For the cards.
    reports : list of Report
    examples : Examples
        Of these, in their order.
    random : ndarray of shape (n_examples,), bool
        Which of them were drawn at random, not for being doubtful.
    """

    name: str
    said: dict[Lang, str]
    reports: list[Report]
    examples: Examples
    random: npt.NDArray[np.bool_]


def corpus(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the items of one corpus, but for those that resemble a report of the gold."""
    runs, lengths = gold_runs(folder)
    with gzip.open(folder / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for item in map(json.loads, lines):
            shared = Counter(number for run in runs.keys() & _runs(item["text"] or "") for number in runs[run])
            if all(count <= max(5, ALIKE * lengths[number]) for number, count in shared.items()):
                yield item


@cache
def gold_runs(folder: Path) -> tuple[dict[str, list[int]], list[int]]:
    """Return in which gold reports each run of characters stands, and how many runs each report has."""
    where: dict[str, list[int]] = defaultdict(list)
    with open(folder / "gold" / "dev.jsonl", encoding="utf-8") as lines:
        runs = [_runs(json.loads(line)["text"] or "") for line in lines]
    for number, found in enumerate(runs):
        for run in found:
            where[run].append(number)
    return where, [len(found) for found in runs]


def _runs(text: str) -> set[str]:
    signs = re.sub("[^\u4e00-\u9fff]", "", text)
    return {signs[start : start + RUN] for start in range(len(signs) - RUN)}


def whole(folder: Path, *, name: str, titled: bool = True) -> Iterator[Report]:
    """Yield the texts of a corpus as they are, with their titles or without."""
    for item in corpus(folder, name):
        yield Report(item["id"], (titled and item["title"]) or "", text=item["text"])


def policy(folder: Path) -> Iterator[Report]:
    """Yield the beginnings of Chinese policy documents."""
    for item in corpus(folder, "policy_themes"):
        chinese = len(re.findall("[\u4e00-\u9fff]", item["text"]))
        sections = cut_sections(item["text"])
        if chinese > 0.5 * len(item["text"]) and sections:
            yield Report(item["id"], item["title"] or "", text="\n".join(sections[:2]))


def work_report_sections(folder: Path) -> Iterator[Report]:
    """Yield sections of government work reports since 2000: the genre's own words on every subject."""
    for item in corpus(folder, "work_reports"):
        if (item["date"] or item["title"] or "")[:4] >= "2000":
            for number, section in enumerate(cut_sections(item["text"])):
                yield Report(f"{item['id']}-{number}", "", text=section)


def digest(report: Report) -> str:
    """Return what stands for a report in the annotations."""
    return hashlib.sha256(f"{report.title}\n{report.text}".encode()).hexdigest()[:12]


@cache
def labels_by_digest() -> dict[str, Label]:
    """Return the labels of texts that were read, by digest."""
    return read_labels(ANNOTATIONS, None)


def sources(folder: Path | None, features: Features) -> list[Source]:
    """Return all there is to learn from: the sample, and of the corpora in `folder` the texts that were read.

    A text that two corpora hold belongs to the first of them.
    """
    reports, labels = settings.sample()
    everything = np.ones(len(reports), dtype=bool)
    said: dict[Lang, str] = {
        "en": f"the {len(reports)} invented and labelled reports of the sample",
        "zh": f"自带样本中虚构并标注的{len(reports)}篇报告",
    }
    found = [Source("sample", said, reports, Examples.labelled(reports, labels, features), everything)]
    seen: set[str] = set()
    for name, en, zh, texts in CORPORA if folder else ():
        given, chosen = labels_by_digest(), {}
        for report in texts(folder):
            key = digest(report)
            if key in given and key not in seen:
                seen.add(key)
                chosen[key] = report
        if chosen:
            examples, random = _annotated(chosen, given, features)
            examples = examples.coming_from(len(found))
            counted: dict[Lang, str] = {"en": f"{len(examples)} {en}", "zh": f"{len(examples)}{zh}"}
            found.append(Source(name, counted, list(chosen.values()), examples, random))
    return found


def _annotated(
    chosen: Mapping[str, Report], given: Mapping[str, Label], features: Features
) -> tuple[Examples, npt.NDArray[np.bool_]]:
    labels = {report.report_id: given[key] for key, report in chosen.items()}
    examples = Examples.labelled(list(chosen.values()), labels, features)
    others = [dict(given[key].others) for key in chosen]
    for row, other in enumerate(others):
        for theme in filter(None, other["open"].split(";")):
            examples.known[row, features.codebook.ids.index(theme)] = False
    return examples, np.array([other["drawn"] == "random" for other in others])


#: Sources of real texts, what the card says of them, and how they are read.
CORPORA: tuple[tuple[str, str, str, Callable[[Any], Iterator[Report]]], ...] = (
    ("news", "broadcast news (MIT)", "条广播新闻（MIT许可）", partial(whole, name="news")),
    (
        "newspapers",
        "texts of web newspapers (no licence stated)",
        "篇网络报纸文章（未注明许可）",
        partial(whole, name="sogouc3000", titled=False),
    ),
    ("policy", "policy documents (no licence stated)", "份政策文件（未注明许可）", policy),
    (
        "work reports",
        "sections of government work reports (no licence stated)",
        "节政府工作报告（未注明许可）",
        work_report_sections,
    ),
    ("portal", "news of a portal (MIT)", "条门户网站新闻（MIT许可）", partial(whole, name="sina2018")),
    (
        "papers",
        "abstracts of papers (no licence stated)",
        "篇论文摘要（未注明许可）",
        partial(whole, name="csldcp"),
    ),
)
