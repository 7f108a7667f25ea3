"""Why a report got its tag, in full: what each word adds, the sentences they stand in, and what was missing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.display import Bar, Cell, table
from diaoyan.errors import ModelError
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.tagging.classifier import Tagger
from diaoyan.tagging.evidence import by_meaning, named
from diaoyan.tagging.reading import Reading
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
#: Characters of a sentence that a notebook shows; what is longer ends in ….
_SHOWN = 80
#: Sentences that are shown.
_SENTENCES = 3


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
    """Return what each word and n-gram adds to the raw score of `theme`, highest first; with the bias it adds up.

    The share of a theme's seed words is divided among those that stand there, by how often they do.
    """
    rows, number = tagger.features_.rows([reading]), tagger.classes.index(theme)
    added = rows.values * tagger.weights_[rows.columns, number]
    (meant,) = by_meaning(tagger.linear, [reading], [number])
    return named(tagger.features_, tagger.features_.seeds_in(reading), rows.columns, added, meant=meant)


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
    if theme not in tagger.classes:
        raise ModelError(
            gettext("Expected a theme of the model ({names}), got {theme!r}.").format(
                names=", ".join(tagger.classes), theme=theme
            )
        )
    reading, number = tagger.features_.read([report])[0], tagger.classes.index(theme)
    added = contributions(tagger, reading, theme)
    # Titles alone have a bias of their own, where there are vectors.
    title_only = tagger.features_.vectors is not None and not reading.has_text
    bias = float(tagger.bias_[number]) + (float(tagger.weights_[-1, number]) if title_only else 0.0)
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


def _sentences(tagger: Tagger, report: Report, added: dict[str, float]) -> list[tuple[str, float]]:
    tokenizer = tagger.features_.tokenizer
    sentences = [match[0].strip() for match in _SENTENCE.finditer(f"{report.title}\n{report.text}")]
    tokens = [tokenizer.cut(sentence) for sentence in sentences]
    often = Counter(token for part in tokens for token in part)
    worth = [sum(added.get(token, 0.0) / often[token] for token in part) for part in tokens]
    order = sorted(range(len(sentences)), key=lambda row: (-worth[row], row))[:_SENTENCES]
    return [(sentences[row], worth[row]) for row in order if worth[row] > 0]
