"""The words that speak most for a report's tag: all that a table of tags has to say of why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from diaoyan.arrays import Floats, Ints
from diaoyan.preprocess import within_bylines, within_names
from diaoyan.preprocess.tokenizer import normal_form
from diaoyan.report import Report
from diaoyan.tagging.features import BLOCKS, Features
from diaoyan.tagging.linear import Linear
from diaoyan.tagging.reading import Reading
from diaoyan.tagging.rows import Rows

#: Words that are named for a report.
_MOST = 5


def evidence(
    linear: Linear, readings: Sequence[Reading], rows: Rows, *, themes: Sequence[int], reports: Sequence[Report]
) -> list[list[str]]:
    """Return, for each reading, the words that add most to the score of its theme, n-grams and names left out.

    Parameters
    ----------
    linear : Linear
    readings : sequence of Reading
    rows : Rows
        Their vectors.
    themes : sequence of int
        Number of the class to explain, per reading.
    reports : sequence of Report
        What was read.

    Returns
    -------
    list of list of str
        At most `_MOST` words, the strongest first; empty where no word speaks for the class.
    """
    features = linear.features
    words, grams = len(features.words_), len(features.idf_)
    meanings = by_meaning(linear, readings, themes)
    found = []
    for number, (reading, theme, report) in enumerate(zip(readings, themes, reports, strict=True)):
        part = slice(rows.starts[number], rows.starts[number + 1])
        columns = rows.columns[part]
        added = rows.values[part] * linear.weights[columns, theme]
        # Seed words gain by their theme's column too, and other words by what they mean: all the seeds are looked at,
        # and of the others those that are best in either way.
        seeds = features.seeds_in(reading)
        meant = meanings[number]
        always = [word for counts in seeds.values() for word in counts]
        seeded = always + sorted(meant, key=lambda word: -meant[word])[: 2 * _MOST]
        places = [features.words_[word] for word in seeded if word in features.words_]
        inside, after = int(np.searchsorted(columns, words)), int(np.searchsorted(columns, grams))
        best = np.argsort(-added[:inside], kind="stable")[: 2 * _MOST]
        kept = np.unique([*best, *np.searchsorted(columns, places), *range(after, len(columns))]).astype(np.int64)
        by_worth = named(features, seeds, columns[kept], added[kept], meant=meant)
        speaking = [word for word, amount in by_worth if amount > 0][: 2 * _MOST]
        free = [word for word in speaking if word not in always]
        names = within_names(free, reading.tokens) | _of_authors(free, report)
        found.append([word for word in speaking if word not in names][:_MOST])
    return found


def _of_authors(words: Sequence[str], report: Report) -> frozenset[str]:
    """Return the words of bylines that stand in the authors alone."""
    bylines = within_bylines(words, report.authors or "")
    if not bylines:  # as nearly always, so that the text is not gone through
        return bylines
    read = normal_form(f"{report.title}\n{report.text}")
    return frozenset(word for word in bylines if word not in read)


def remark(report: Report, words: Sequence[str]) -> str:
    """Return what to say before the evidence of a report that is not there as a whole: what was read instead.

    Examples
    --------
    >>> report = Report("a", "骑手权益调查", authors="省总工会 贝加尔", status="missing")
    >>> remark(report, ["骑手", "权益"]), remark(report, ["骑手", "贝加尔"])
    ('无正文，仅据题目：', '无正文，仅据题目和作者：')
    """
    if report.has_text:
        return "正文不全：" if report.status == "partial" else ""
    title = normal_form(report.title)
    return "无正文，仅据题目：" if all(word in title for word in words) else "无正文，仅据题目和作者："


def by_meaning(linear: Linear, readings: Sequence[Reading], numbers: Sequence[int]) -> list[dict[str, float]]:
    """Return, for each reading, what its words add to the score of a class by their vectors.

    That is the product of a word's vector, of its share in the mean of a block, and the weights of the block. The
    vectors of all words are looked up once, however many readings there are.
    """
    features = linear.features
    if features.vectors is None:
        return [{} for _ in readings]
    counted = [[Counter(words) for words in features.blocks(reading)] for reading in readings]
    places: dict[str, int] = {}
    for word in chain.from_iterable(chain.from_iterable(counted)):
        places.setdefault(word, len(places))
    vectors = features.vectors.of_words(list(places))
    weights = (
        linear.weights[features.seed_columns.stop : -1].astype(float).reshape(len(BLOCKS), -1, len(linear.classes))
    )
    worth = [np.einsum("ij,jk->ik", vectors, weight) for weight in weights]
    found = []
    for blocks, number in zip(counted, numbers, strict=True):
        total: dict[str, float] = defaultdict(float)
        for counts, of_block in zip(blocks, worth, strict=True):
            here = np.fromiter(map(places.__getitem__, counts), np.int64, len(counts))
            often = np.fromiter(counts.values(), np.float64, len(counts))
            mean = np.einsum("i,ij->j", often, vectors[here])
            length = float(np.sqrt(np.einsum("i,i->", mean, mean)))
            if length:
                amounts = features.vector_weight / length * often * of_block[here, number]
                for word, amount in zip(counts, amounts.tolist(), strict=True):
                    if amount:
                        total[word] += amount
        found.append(total)
    return found


def named(
    features: Features, seeds: Mapping[str, Counter[str]], columns: Ints, added: Floats, *, meant: dict[str, float]
) -> list[tuple[str, float]]:
    """Return what words and n-grams add, highest first; that of a column of seed words is shared out among them."""
    total: dict[str, float] = defaultdict(float, meant)
    for column, amount in zip(columns, added, strict=True):
        name = features.name(int(column))
        here = seeds.get(name.removeprefix("seeds:")) if name.startswith("seeds:") else None
        if here:
            for word, count in here.items():
                total[word] += float(amount) * count / here.total()
        else:
            total[name] += float(amount)
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))
