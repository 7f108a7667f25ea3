"""How well compilations without 目录 are split.

Compilations in the style of newspapers are laid out anew from the reports of the sample and from articles of the
corpora under DIR: bylines and dates with some, all or none, credits behind, heads of columns above, short headings
inside. A report is right when its title is, and its text to 98 % in both directions (its own edges apart).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Indel
from sklearn.linear_model import LogisticRegression

from diaoyan.compilation import Source, split_source
from diaoyan.compilation.furniture import find_furniture
from diaoyan.compilation.headings import WEIGHTS, distances, short_lines
from diaoyan.compilation.lines import cut_lines
from measures.shared import head, items, row

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "reports.jsonl"
CORPORA = ("news", "sina2018")
_NAMES = ("沈知行", "罗一鸣", "唐晓", "何苗", "陆青", "林知秋", "欧阳一川", "白静", "周正平", "马南山")
_OFFICES = ("石渡县农业农村局", "临江市数据局", "白石区纪委监委", "青禾县委党校", "江北街道办事处", "临江日报社")
_BYLINES: tuple[Callable[[str, str], str], ...] = (
    lambda name, office: f"{office} {name}",
    lambda name, office: f"本报记者 {name}",
    lambda name, office: f"□ 本刊记者 {name}",
    lambda name, office: name,
    lambda name, office: f"文/{name}",
    lambda name, office: f"作者：{name}\n单位：{office}",
    lambda name, office: f"（{office}课题组）",
)
_CREDITS: tuple[Callable[[str, str], str], ...] = (
    lambda name, office: f"（作者为{office}干部）",
    lambda name, office: f"责任编辑：{name}",
    lambda name, office: f"版式设计：{name}",
    lambda name, office: f"数据来源：{office}",
    lambda name, office: f"（本刊{office[:2]}电 记者{name}）",
    lambda name, office: f"（本报记者 {name} 采写）",
    lambda name, office: f"制图：{name}\n责编：{name} 校对：{name}",
    lambda name, office: "（完）",
)
_COLUMNS = ("【三农视点】", "◆ 数字政务 ◆", "· 清风论坛 ·", "【金融观察】", "※※※※※※", "【调查】")


@dataclass(frozen=True)
class Article:
    """Title and paragraphs of a text."""

    title: str
    paragraphs: tuple[str, ...]


def articles(data: Path) -> dict[str, list[Article]]:
    """Return the articles of each source that are long enough, and whose title is one line."""
    sample = map(json.loads, SAMPLE.read_text("utf-8").splitlines())
    return {"sample": _read(sample), **{name: _read(islice(items(data, name), 4_000)) for name in CORPORA}}


def _read(rows: Iterable[dict[str, Any]]) -> list[Article]:
    kept = []
    for item in rows:
        title, text = (item["title"] or "").strip(), item["text"] or ""
        paragraphs = tuple(piece.strip() for piece in text.split("\n") if piece.strip())
        # A digest is several articles with headings of their own; code is left over from a page of the web.
        if "快讯" in title or "快报" in title or re.search(r"[{}<>]|SINA|Copyright", text):
            continue
        if 6 <= len(title) <= 40 and "\n" not in title and 400 <= len(text) <= 6_000 and len(paragraphs) >= 4:
            kept.append(Article(title, paragraphs))
    return kept


def lay_out(sources: dict[str, list[Article]], seed: int) -> tuple[str, list[Article]]:
    """Return one compilation and the reports in it."""
    chance = random.Random(seed)
    count = chance.randint(5, 14)
    names = sorted(sources)
    mixed = chance.random() < 0.5
    one = chance.choice(names)
    picked = [chance.choice(sources[chance.choice(names) if mixed else one]) for _ in range(count)]
    picked = list({article.title: article for article in picked}.values())
    share = {key: chance.choice((0.0, 0.5, 1.0)) for key in ("byline", "date", "credit", "column", "headings")}
    byline = chance.choice(_BYLINES)
    date = chance.choice(("2025年6月{}日", "（2025年6月{}日）", "2025-06-{:02d}"))
    announced = f"({len(picked)}篇)" if chance.random() < 0.6 else ""
    parts = [f"山川调研选编第9期{announced}2025年7月调研报告汇编"]
    reports = []
    for article in picked:
        name, office = chance.choice(_NAMES), chance.choice(_OFFICES)
        if chance.random() < share["column"] * 0.6:
            parts.append(chance.choice(_COLUMNS))
        parts.append(article.title)
        if chance.random() < share["byline"]:
            parts.append(byline(name, office))
        if chance.random() < share["date"]:
            parts.append(date.format(chance.randint(1, 28)))
        paragraphs = list(article.paragraphs)
        if chance.random() < share["headings"]:
            paragraphs = _with_headings(paragraphs, chance)
        parts += paragraphs
        if chance.random() < share["credit"]:
            parts.append(chance.choice(_CREDITS)(name, office))
        reports.append(Article(article.title, tuple(paragraphs)))
    return "\n".join(parts) + "\n", reports


def _with_headings(paragraphs: list[str], chance: random.Random) -> list[str]:
    """Put short headings made of the text's own words before some paragraphs."""
    result = []
    for place, paragraph in enumerate(paragraphs):
        clauses = [clause for clause in re.split(r"[，。；：、“”（）]", paragraph) if 4 <= len(clause) <= 9]
        if place and place % 3 == 1 and len(paragraph) > 60 and clauses:
            two = chance.random() < 0.4 and len(clauses) > 1
            result.append(" ".join(clauses[:2]) if two else clauses[0])
        result.append(paragraph)
    return result


def bare(text: str) -> str:
    """Return letters and digits alone."""
    return re.sub(r"[\W_]+", "", text)


def is_right(article: Article, title: str, text: str) -> bool:
    """Whether a report was found with its title, and with its text as far as a reader would notice."""
    if bare(article.title) != bare(title):
        return False
    gold, got = bare("".join(article.paragraphs)), bare(text)
    common = (
        len(gold)
        if gold in got
        else len(got)
        if got in gold
        else Indel.normalized_similarity(gold, got) * (len(gold) + len(got)) / 2
    )
    return common >= 0.98 * len(gold) and len(got) - common <= 0.02 * len(gold) + len(bare(title)) + 60


def fit(sources: dict[str, list[Article]], seeds: range) -> None:
    """Print what each sign of a title weighs, by logistic regression on the short lines of compilations."""
    rows, titles = [], []
    words = [*WEIGHTS, "novelty", "apart", "like the first"]
    for seed in seeds:
        text, reports = lay_out(sources, seed)
        lines = cut_lines(text)
        found = short_lines(lines, find_furniture(lines), first=1)
        gold = {bare(article.title) for article in reports}
        first = bool(found) and (found[0].authors or found[0].dated)
        for heading, apart in zip(found, distances(found, lines), strict=True):
            own = heading.authors or heading.dated
            like = (1.0 if own else -1.0) if first else 0.0
            signs = [float(word in heading.evidence) for word in WEIGHTS]
            rows.append([*signs, heading.novelty - 3.0, apart, like])
            last = heading.line + heading.count
            titles.append(bare("".join(line.text for line in lines[heading.line : last])) in gold)
    model = LogisticRegression(max_iter=5000).fit(np.array(rows), np.array(titles))
    head("sign", "weight")
    for word, weight in zip([*words, "bias"], [*model.coef_[0], model.intercept_[0]], strict=True):
        row(word, float(weight))


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--count", type=int, default=40, metavar="N", help="compilations (default 40)")
    parser.add_argument("--seed", type=int, default=100, metavar="N", help="seed of the first (default 100)")
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    parser.add_argument("--fit", action="store_true", help="print what each sign of a title weighs instead")


def run(options: argparse.Namespace) -> None:
    """Print precision, recall and F1."""
    sources = articles(options.data)
    if options.fit:
        fit(sources, range(options.seed, options.seed + options.count))
        return
    right = found = wanted = whole = 0
    for seed in range(options.seed, options.seed + options.count):
        text, reports = lay_out(sources, seed)
        got = split_source(Source("a.txt", text, "txt")).reports
        left = list(got)
        hits = 0
        for article in reports:
            match = next((report for report in left if is_right(article, report.title, report.text or "")), None)
            if match is not None:
                left.remove(match)
                hits += 1
            elif options.show:
                print(f"{seed} lost {article.title}")
        if options.show:
            for report in left:
                print(f"{seed} made {report.title}")
        right, found, wanted = right + hits, found + len(got), wanted + len(reports)
        whole += hits == len(reports) == len(got)
    precision, recall = right / max(1, found), right / max(1, wanted)
    score = 2 * precision * recall / max(1e-9, precision + recall)
    head("compilations", "reports", "precision", "recall", "F1", "without a fault")
    row(options.count, wanted, precision, recall, score, whole)
