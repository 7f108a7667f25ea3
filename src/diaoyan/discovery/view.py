"""An interactive view of the topics: one HTML file that asks for nothing, with or without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
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
#: Texts of the page by their names in `view.html`, and those that the script puts in.
_TEXTS: dict[Lang, dict[str, str]] = {
    "zh": {
        "LANG": "zh-CN", "TITLE": "主题一览", "OPEN": "（", "CLOSE": "）",
        "HINT": "点选圆或名称切换主题；圆的大小为该主题在全部文字中的份额，远近为用词的差别，坐标轴没有单位。",
        "DOUBTFUL": "虚线圆的主题不稳定，原因见下表。", "MAP": "主题分布图", "LEGEND": "主题", "WORDS": "主题词",
        "ORDER": "词的排序：", "EXCLUSIVE": "独有", "COMMON": "常见", "IN": "词在本主题中的次数占比",
        "ALL": "词在全部文字中的占比", "EVERY": "所有主题", "THEME": "主题", "REPORTS": "篇数", "STABILITY": "稳定性",
        "COHERENCE": "一致性", "CENTRAL": "代表报告",
        "MEANING": "稳定性：去掉五分之一的报告或换随机种子重做，主题词还剩多少，1为不变，低于{stable}为不稳定；"
        "一致性：主题词是否常出现在同一节，1为总在一起，0为无关。",
        "SWIPE": "表比屏幕宽，可左右滑动。",
    },
    "en": {
        "LANG": "en", "TITLE": "Themes at a glance", "OPEN": " (", "CLOSE": ")",
        "HINT": "Choose a theme by its circle or its name. Area is the theme's share of all text, distance how much "
        "the words differ; the axes have no unit.",
        "DOUBTFUL": "A dashed circle is a theme that is not stable; the table says why.", "MAP": "Map of themes",
        "LEGEND": "Themes", "WORDS": "Words", "ORDER": "Order of words:", "EXCLUSIVE": "exclusive",
        "COMMON": "frequent", "IN": "Share of the theme's words", "ALL": "Share of all words", "EVERY": "All themes",
        "THEME": "Theme", "REPORTS": "Reports", "STABILITY": "Stability", "COHERENCE": "Coherence",
        "CENTRAL": "Central reports",
        "MEANING": "Stability: how many of the words come back when a fifth of the reports is left out or the seed is "
        "another one; 1 is all, below {stable} is unstable. Coherence: whether the words stand in the same sections; 1 "
        "is always, 0 as if by chance.",
        "SWIPE": "The table is wider than the screen: swipe sideways.",
    },
}  # fmt: skip
_SCRIPTED: dict[Lang, dict[str, str]] = {
    "zh": {
        "facts": "{size}篇；占全部文字{share}%；稳定性{stability}；一致性{coherence}", "central": "代表报告：",
        "join": "；", "size": "{size}篇",
    },
    "en": {
        "facts": "{size} reports; {share}% of all text; stability {stability}; coherence {coherence}",
        "central": "Central reports: ", "join": "; ", "size": "{size}",
    },
}  # fmt: skip


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
    facts = json.dumps(_facts(themes, lang), ensure_ascii=False, separators=(",", ":"))
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
        **{name: html.escape(text.format(stable=STABLE)) for name, text in _TEXTS[lang].items()},
    }
    # In one pass: what is put in is not searched again.
    return re.sub("@(" + "|".join(parts) + ")@", lambda match: parts[match[1]], page)


def _hash(text: str) -> str:
    """Return the source expression that allows exactly this inline text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _facts(themes: ThemeModel, lang: Lang) -> dict[str, Any]:
    keys = keys_of(themes.clusters_, themes.codebook)
    style = looks(keys)
    chances = themes.topic_words()
    share = np.array([cluster.share for cluster in themes.clusters_])
    overall = np.asarray(themes.material_.counts[themes.material_.shaping].sum(0)).ravel()
    base = overall / max(overall.sum(), 1.0)
    places = _places(chances)
    topics = []
    for key, cluster, row, place in zip(keys, themes.clusters_, chances, places, strict=True):
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
                "share": round(float(share[cluster.cluster]), 4),
                "stability": min(cluster.stability, cluster.stability_seeds),
                "coherence": cluster.coherence,
                "titles": [exemplar["title"] for exemplar in cluster.exemplars],
                "x": round(float(place[0]), 4),
                "y": round(float(place[1]), 4),
                "words": words,
            }
        )
    return {"topics": topics, "shown": SHOWN_WORDS, "said": _SCRIPTED[lang]}


def _relevant(row: Floats, base: Floats) -> list[int]:
    """Return the columns of the words that are among the most relevant at any weight."""
    known = np.flatnonzero((row > 0) & (base > 0))
    chosen: dict[int, None] = {}
    for weight in RELEVANCES:
        relevance = weight * np.log(row[known]) + (1 - weight) * np.log(row[known] / base[known])
        for place in np.lexsort((known, -relevance))[:SHOWN_WORDS]:
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
            cluster.said(themes.codebook, lang), str(cluster.size), f"{cluster.stability:.2f}",
            f"{cluster.coherence:.2f}", "、".join(word for word, _ in cluster.words[:10]),
            "；".join(exemplar["title"] for exemplar in cluster.exemplars),
        )  # fmt: skip
        rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    return "\n".join(rows)
