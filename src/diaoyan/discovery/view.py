"""An interactive view of the topics: one HTML file that asks for nothing, with or without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from diaoyan.discovery.cluster import STABLE, keys_of
from diaoyan.discovery.material import Floats
from diaoyan.figures.style import looks
from diaoyan.language import Lang

if TYPE_CHECKING:
    from diaoyan.discovery.model import ThemeModel

#: Words a topic can show, and the weights of relevance at which they are collected.
SHOWN_WORDS, RELEVANCES = 30, (0.0, 0.25, 0.5, 0.75, 1.0)


def topic_view(themes: ThemeModel, *, source: str, lang: Lang = "zh") -> str:
    """Return the view of a fitted model as HTML.

    Topics stand on a map (nearness: Jensen-Shannon distance between their words, laid out by classical scaling; area:
    share of the text; colour: that of the theme in every figure), and the words of the chosen one as bars: how often in
    the topic, and in the whole corpus. A slider weighs frequent words against exclusive ones (relevance, Sievert and
    Shirley 2014). All texts are escaped, and a content security policy forbids every request and any script but the one
    in the file; without a script a table says the same.

    Parameters
    ----------
    themes : ThemeModel
        Fitted.
    source : str
        Source line.
    lang : {'zh', 'en'}

    Returns
    -------
    str
        A whole HTML document.
    """
    here = files("diaoyan.discovery")
    script = here.joinpath("view.js").read_text("utf-8")
    style = here.joinpath("view.css").read_text("utf-8")
    texts = tomllib.loads(here.joinpath("view.toml").read_text("utf-8"))[lang]
    said = {"shown": SHOWN_WORDS, "said": texts.pop("script")}
    facts = json.dumps({"topics": _topics(themes, lang), **said}, ensure_ascii=False, separators=(",", ":"))
    # In a script element only "<" can end it or open a comment; JSON may write it as an escape.
    facts = facts.replace("<", "\\u003c")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    page = here.joinpath("view.html").read_text("utf-8")
    parts = {
        "POLICY": html.escape(policy, quote=True),
        "STYLE": style,
        "SCRIPT": script,
        "FACTS": facts,
        "TABLE": _table(themes, lang),
        "SOURCE": html.escape(source),
        "METHOD": {"lda": "LDA", "tfidf": "TF-IDF"}[themes.method],
        **{name: html.escape(text.format(stable=STABLE)) for name, text in texts.items()},
    }
    # In one pass: what is put in is not searched again.
    return re.sub("@(" + "|".join(parts) + ")@", lambda match: parts[match[1]], page)


def _hash(text: str) -> str:
    """Return the source expression that allows exactly this inline text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _topics(themes: ThemeModel, lang: Lang) -> list[dict[str, Any]]:
    keys = keys_of(themes.clusters_, themes.codebook)
    style = looks(keys)
    chances = themes.topic_words()
    overall = np.asarray(themes.material_.counts[themes.material_.shaping].sum(0)).ravel()
    base = overall / max(overall.sum(), 1.0)
    topics = []
    for key, cluster, row, place in zip(keys, themes.clusters_, chances, _places(chances), strict=True):
        words = [
            [themes.material_.words[column], float(f"{row[column]:.4g}"), float(f"{base[column]:.4g}")]
            for column in _relevant(row, base)
        ]
        topics.append(
            {
                "name": cluster.said(themes.codebook, lang),
                "title": cluster.title(themes.codebook, lang),
                "stable": cluster.stable,
                "fill": style[key].colour,
                "line": style[key].line,
                "size": cluster.size,
                "share": cluster.share,
                "stability": min(cluster.stability, cluster.stability_seeds),
                "coherence": cluster.coherence,
                "titles": [exemplar["title"] for exemplar in cluster.exemplars],
                "x": round(float(place[0]), 4),
                "y": round(float(place[1]), 4),
                "words": words,
            }
        )
    return topics


def _relevant(row: Floats, base: Floats) -> list[int]:
    """Return the columns of the words that are among the most relevant at any weight."""
    known = np.flatnonzero((row > 0) & (base > 0))
    chosen: dict[int, None] = {}
    for weight in RELEVANCES:
        relevance = weight * np.log(row[known]) + (1 - weight) * np.log(row[known] / base[known])
        for place in np.argsort(-relevance, kind="stable")[:SHOWN_WORDS]:
            chosen[int(known[place])] = None
    return list(chosen)


def _places(chances: Floats) -> Floats:
    """Return a place in the plane, from -1 to 1, for every topic: classical scaling of Jensen-Shannon distances."""
    count = len(chances)
    rows = chances / np.maximum(chances.sum(1, keepdims=True), 1e-12)
    squared = np.zeros((count, count))
    for i in range(count):
        for j in range(i):
            middle = (rows[i] + rows[j]) / 2
            squared[i, j] = squared[j, i] = (_divergence(rows[i], middle) + _divergence(rows[j], middle)) / 2
    centre = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-centre @ squared @ centre / 2)
    places = np.zeros((count, 2))
    for axis, column in enumerate(np.argsort(-values)[:2]):
        direction = vectors[:, column]
        # An eigenvector has no sign of its own; the library may give either.
        direction = direction * np.sign(direction[np.abs(direction).argmax()])
        places[:, axis] = direction * np.sqrt(max(float(values[column]), 0.0))
    return places / max(float(np.abs(places).max()), 1e-12)


def _divergence(row: Floats, other: Floats) -> float:
    present = row > 0
    return float((row[present] * np.log2(row[present] / other[present])).sum())


def _table(themes: ThemeModel, lang: Lang) -> str:
    """Return the topics as rows of a table: what there is to see without the script, and for screen readers."""
    rows = []
    for cluster in themes.clusters_:
        cells = (
            cluster.said(themes.codebook, lang),
            str(cluster.size),
            f"{cluster.stability:.2f}",
            f"{cluster.coherence:.2f}",
            "、".join(word for word, _ in cluster.words[:10]),
            "；".join(exemplar["title"] for exemplar in cluster.exemplars),
        )
        rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    return "\n".join(rows)
