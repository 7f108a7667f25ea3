"""Why a report got its tag: what each word adds to the score, the sentences they stand in, and what was missing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from diaoyan.display import Bar, Cell, table
from diaoyan.errors import ModelError
from diaoyan.language import gettext
from diaoyan.preprocess.tokenizer import normal_form
from diaoyan.report import Report
from diaoyan.tagging.features import BLOCKS, Reading
from diaoyan.tagging.rows import Floats, Ints, Rows
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

    from diaoyan.tagging.classifier import Tagger

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
#: Characters of a sentence that a notebook shows; what is longer ends in ….
_SHOWN = 80


@dataclass(frozen=True)
class Explanation:
    """What a tag's score is made of.

    Attributes
    ----------
    report_id, title : str
    theme : str
        The class that is explained.
    score, bias : float
        Raw score of the class, and the part of it that no word decides; ``score = bias + sum of added``.
    probability : float
        Calibrated, 0 to 1.
    added : list of (str, float)
        Every word and n-gram (in 〔〕) with what it adds to the score, highest first.
    sentences : list of (str, float)
        The sentences whose words add most, with what they add together, highest first.
    missing : list of (str, float, float)
        For `other`: each theme with its probability and the threshold it stayed below, likeliest first.
    """

    report_id: str
    title: str
    theme: str
    score: float
    bias: float
    probability: float
    added: list[tuple[str, float]]
    sentences: list[tuple[str, float]]
    missing: list[tuple[str, float, float]]

    def frame(self) -> pd.DataFrame:
        """Return ``word, added, share``; `share` is of all that speaks for the class, and of all against it below 0."""
        import pandas as pd

        frame = pd.DataFrame(self.added, columns=["word", "added"])
        speaking = frame["added"].where(frame["added"] > 0, 0.0).sum()
        against = -frame["added"].where(frame["added"] < 0, 0.0).sum()
        frame["share"] = [value / (speaking if value > 0 else against) if value else 0.0 for value in frame["added"]]
        return frame

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the words that speak for the class, their shares as bars."""
        frame = self.frame()
        speaking = frame[frame["added"] > 0]
        rows: list[list[Cell]] = [
            [row.word, f"{row.added:+.3f}", Bar(row.share, f"{row.share:.0%}")] for row in speaking.itertuples()
        ]
        notes = [
            gettext("score {score:+.2f} = {bias:+.2f} for any report {value:+.2f} for its words").format(
                score=self.score, bias=self.bias, value=self.score - self.bias
            ),
            *(
                f"{worth:+.2f} {sentence if len(sentence) <= _SHOWN else sentence[: _SHOWN - 1] + '…'}"
                for sentence, worth in self.sentences
            ),
            *(
                gettext("not {theme}: probability {p:.2f}, needed {bar:.2f}").format(theme=theme, p=p, bar=bar)
                for theme, p, bar in self.missing
            ),
        ]
        caption = gettext("{title} — {theme}, probability {probability:.2f}").format(
            title=self.title, theme=self.theme, probability=self.probability
        )
        return table(["word", "adds", "share"], rows, caption=caption, notes=notes, most=10)


def contributions(tagger: Tagger, reading: Reading, theme: str) -> list[tuple[str, float]]:
    """Return what each word and n-gram adds to the raw score of `theme`, highest first; with `bias_of` it adds up.

    The share of a theme's seed words is divided among those that stand there, by how often they do.
    """
    rows, number = tagger.features_.rows([reading]), _number(tagger, theme)
    added = rows.values * tagger.weights_[rows.columns, number]
    (meant,) = _by_meaning(tagger, [reading], [number])
    return _named(tagger, tagger.features_.seeds_in(reading), rows.columns, added, meant=meant)


def _by_meaning(tagger: Tagger, readings: Sequence[Reading], numbers: Sequence[int]) -> list[dict[str, float]]:
    """Return, for each reading, what its words add to the score of a class by their vectors.

    That is the product of a word's vector, of its share in the mean of a block, and the weights of the block. The
    vectors of all words are looked up once, however many readings there are.
    """
    features = tagger.features_
    if features.vectors is None:
        return [{} for _ in readings]
    counted = [[Counter(words) for words in features.blocks(reading)] for reading in readings]
    places: dict[str, int] = {}
    for word in chain.from_iterable(chain.from_iterable(counted)):
        places.setdefault(word, len(places))
    vectors = features.vectors.of_words(list(places))
    weights = (
        tagger.weights_[features.seed_columns.stop : -1].astype(float).reshape(len(BLOCKS), -1, len(tagger.classes))
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


def bias_of(tagger: Tagger, reading: Reading, theme: str) -> float:
    """Return the part of the raw score of `theme` that no word decides: titles alone have one of their own."""
    number = _number(tagger, theme)
    alone = tagger.features_.vectors is not None and "text" not in reading.kinds
    return float(tagger.bias_[number]) + (float(tagger.weights_[-1, number]) if alone else 0.0)


def evidence(
    tagger: Tagger, readings: Sequence[Reading], rows: Rows, *, themes: Sequence[int], most: int = 5
) -> list[list[str]]:
    """Return, for each reading, the words that add most to the score of its theme, n-grams left out.

    Parameters
    ----------
    tagger : Tagger
    readings : sequence of Reading
    rows : Rows
        Their vectors.
    themes : sequence of int
        Number of the class to explain, per reading.
    most : int
        Words per reading.

    Returns
    -------
    list of list of str
        The strongest word first; empty where no word speaks for the class.
    """
    features = tagger.features_
    words, grams = len(features.words_), len(features.idf_)
    by_meaning = _by_meaning(tagger, readings, themes)
    found = []
    for number, (reading, theme) in enumerate(zip(readings, themes, strict=True)):
        part = slice(rows.starts[number], rows.starts[number + 1])
        columns = rows.columns[part]
        added = rows.values[part] * tagger.weights_[columns, theme]
        # Seed words gain by their theme's column too, and other words by what they mean: all the seeds are looked at,
        # and of the others those that are best in either way.
        seeds = features.seeds_in(reading)
        meant = by_meaning[number]
        seeded = [word for counts in seeds.values() for word in counts] + sorted(meant, key=lambda w: -meant[w])[:most]
        places = [features.words_[word] for word in seeded if word in features.words_]
        inside, after = int(np.searchsorted(columns, words)), int(np.searchsorted(columns, grams))
        best = np.argsort(-added[:inside], kind="stable")[:most]
        kept = np.unique([*best, *np.searchsorted(columns, places), *range(after, len(columns))]).astype(np.int64)
        named = _named(tagger, seeds, columns[kept], added[kept], meant=meant)
        found.append([word for word, amount in named if amount > 0][:most])
    return found


def remark(report: Report, words: Sequence[str]) -> str:
    """Return what to say before the evidence of a report that is not there as a whole: what was read instead.

    Examples
    --------
    >>> report = Report("a", "骑手权益调查", authors="省总工会 贝加尔", status="missing")
    >>> remark(report, ["骑手", "权益"]), remark(report, ["骑手", "贝加尔"])
    ('无正文，仅据标题：', '无正文，仅据标题和作者：')
    """
    if report.has_text:
        return "正文不全：" if report.status == "partial" else ""
    title = normal_form(report.title)
    return "无正文，仅据标题：" if all(word in title for word in words) else "无正文，仅据标题和作者："


def _named(
    tagger: Tagger, seeds: dict[str, Counter[str]], columns: Ints, added: Floats, *, meant: dict[str, float]
) -> list[tuple[str, float]]:
    features = tagger.features_
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


def _number(tagger: Tagger, theme: str) -> int:
    if theme not in tagger.classes:
        raise ModelError(
            gettext("Expected a theme of the model ({names}), got {theme!r}.").format(
                names=", ".join(tagger.classes), theme=theme
            )
        )
    return tagger.classes.index(theme)


def explain(tagger: Tagger, report: Report, *, theme: str | None = None) -> Explanation:
    """Explain the tag of a report.

    Parameters
    ----------
    tagger : Tagger
        Fitted.
    report : Report
    theme : str, optional
        The class to explain, by its id or name; the primary one by default.

    Returns
    -------
    Explanation
        Exact: the parts add up to the raw score.
    """
    tag = tagger.tag([report])[0]
    theme = tagger.codebook.id_of(theme) if theme else tag.primary
    reading = tagger.features_.read([report])[0]
    added = contributions(tagger, reading, theme)
    bias = bias_of(tagger, reading, theme)
    bars = zip(tagger.codebook.ids, tagger.thresholds_, strict=True)
    missing = [(name, tag.probabilities[name], float(bar)) for name, bar in bars if tag.probabilities[name] < bar]
    return Explanation(
        report_id=report.report_id,
        title=report.title,
        theme=theme,
        score=bias + sum(amount for _, amount in added),
        bias=bias,
        probability=tag.probabilities[theme],
        added=added,
        sentences=_sentences(tagger, report, dict(added)),
        missing=sorted(missing, key=lambda item: -item[1]) if theme == OTHER else [],
    )


def _sentences(tagger: Tagger, report: Report, added: dict[str, float], *, most: int = 3) -> list[tuple[str, float]]:
    tokenizer = tagger.features_.tokenizer
    sentences = [match[0].strip() for match in _SENTENCE.finditer(f"{report.title}\n{report.text}")]
    tokens = [tokenizer.cut(sentence) for sentence in sentences]
    often = Counter(token for part in tokens for token in part)
    worth = [sum(added.get(token, 0.0) / often[token] for token in part) for part in tokens]
    order = sorted(range(len(sentences)), key=lambda row: (-worth[row], row))[:most]
    return [(sentences[row], worth[row]) for row in order if worth[row] > 0]
