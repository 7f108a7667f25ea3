"""The card of a model: what it is for, what it was fitted on, how well it does, and where it ends.

There is one in each language, with the same numbers, whoever made the model: ``card.md`` and ``card.zh-CN.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diaoyan.language import Lang, gettext, speaking
from diaoyan.themes import OTHER, Codebook

#: A score on fewer reports says too little to be printed beside one on many.
FEWEST = 30
#: File names of the cards in a model's folder.
NAMES: dict[Lang, str] = {"en": "card.md", "zh": "card.zh-CN.md"}


def card(name: str, manifest: Mapping[str, Any], lang: Lang = "en") -> str:
    """Return the card of a model as Markdown, from its manifest.

    Parameters
    ----------
    name : str
    manifest : mapping
        As `read_manifest` returns it; one from before there were cards in Chinese holds English sentences.
    lang : {"en", "zh"}
    """
    with speaking(lang):
        return "\n\n".join(filter(None, _parts(name, manifest, lang))) + "\n"


def _parts(name: str, manifest: Mapping[str, Any], lang: Lang) -> list[str]:
    codebook = Codebook.from_dict(manifest["codebook"])
    scores = manifest["scores"]
    too_few = 0 < scores.get("reports", 0) < FEWEST
    rows = "".join(
        f"\n| {codebook.name(theme, lang)} `{theme}` | {manifest['labelled'][theme]} "
        f"| {'' if too_few else scores.get('f1', {}).get(theme, '')} |"
        for theme in (*codebook.ids, OTHER)
        if theme in manifest["labelled"]
    )
    heads = (gettext("theme"), gettext("labelled reports"), gettext("held-out F1"))
    start, compared = manifest.get("start"), manifest.get("comparison")
    return [
        "# " + gettext("Model {name}").format(name=name),
        gettext(
            "Files Chinese policy-research reports under themes: one linear classifier per theme over words, character "
            "n-grams, seed words and what words mean, with calibrated probabilities."
        )
        if manifest.get("vectors")
        else gettext(
            "Files Chinese policy-research reports under themes: one linear classifier per theme over words, character "
            "n-grams and seed words, with calibrated probabilities."
        ),
        gettext("Fitted on: {sources}").format(sources=_in(manifest["sources"], lang)),
        gettext("It starts from the weights of the model `{start}`.").format(start=start) if start else "",
        _unlabelled(codebook, manifest["labelled"], lang),
        f"| {' | '.join(heads)} |\n|---|---|---|{rows}",
        _held_out(scores, manifest.get("held_out"), lang),
        gettext("Compared with the model in use before: {sentence}").format(sentence=_in(compared["sentence"], lang))
        if compared
        else "",
        gettext(
            "Limits: it knows the themes of its codebook and what resembles the reports it was fitted on. Reports of "
            "which only the title is there are tagged by title and authors, and are more often wrong."
        ),
    ]


def _in(said: Any, lang: Lang) -> str:
    """Return a sentence of the manifest, which older models keep in English alone."""
    return str(said[lang] if isinstance(said, Mapping) else said)


def _unlabelled(codebook: Codebook, labelled: Mapping[str, int], lang: Lang) -> str:
    names = [codebook.name(theme, lang) for theme in codebook.ids if not labelled.get(theme)]
    if not names:
        return ""
    return gettext(
        "Not labelled yet (未经标注): {names}. Seed words and what they mean decide there; no score says how well."
    ).format(names=gettext(", ").join(names))


def _held_out(scores: Mapping[str, Any], how: Any, lang: Lang) -> str:
    if not scores:
        return gettext("No held-out scores were measured.")
    if scores["reports"] < FEWEST:
        return gettext("Only {count} reports could be held out, too few to say how well it does.").format(
            count=scores["reports"]
        )
    return gettext(
        "Held out ({how}): accuracy {accuracy:.3f}, macro-F1 {macro_f1:.3f} (95 % bootstrap interval {low:.3f} to "
        "{high:.3f}), {count} reports."
    ).format(
        how=gettext("stratified folds, near-duplicates together") if how is None else _in(how, lang),
        accuracy=scores["accuracy"],
        macro_f1=scores["macro_f1"],
        low=scores["interval"][0],
        high=scores["interval"][1],
        count=scores["reports"],
    )
