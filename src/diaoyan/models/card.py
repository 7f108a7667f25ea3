"""The card of a model: what it is for, what it was fitted on, how well it does, and where it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diaoyan.themes import Codebook

#: A score on fewer reports says too little to be printed beside one on many.
FEWEST = 30


def card(name: str, manifest: Mapping[str, Any]) -> str:
    """Return the card of a model as Markdown, from its manifest."""
    codebook = Codebook.from_dict(manifest["codebook"])
    scores = manifest["scores"]
    too_few = 0 < scores.get("reports", 0) < FEWEST
    unlabelled = [theme for theme in codebook.ids if not manifest["labelled"].get(theme)]
    names = ", ".join(codebook.name(theme) for theme in unlabelled)
    untaught = (
        f"Not labelled yet (未经标注): {names}. Seed words and what they mean decide there; no score says how well.\n\n"
        if unlabelled
        else ""
    )
    rows = "".join(
        f"| {codebook.name(theme)} `{theme}` | {count} | {'' if too_few else scores.get('f1', {}).get(theme, '')} |\n"
        for theme, count in manifest["labelled"].items()
    )
    how = manifest.get("held_out", "stratified folds, near-duplicates together")
    held_out = (
        f"Held out ({how}): accuracy {scores['accuracy']:.3f}, macro-F1 "
        f"{scores['macro_f1']:.3f} (95 % bootstrap interval {scores['interval'][0]:.3f} to "
        f"{scores['interval'][1]:.3f}), {scores['reports']} reports.\n"
        if scores
        else "No held-out scores were measured.\n"
    )
    if too_few:
        held_out = f"Only {scores['reports']} reports could be held out, too few to say how well it does.\n"
    meaning = ", and over what words mean" if manifest.get("vectors") else ""
    start = f"It starts from the weights of the model `{manifest['start']}`.\n\n" if manifest.get("start") else ""
    compared = manifest.get("comparison")
    against = f"\nCompared with the model in use before: {compared['sentence']}\n" if compared else ""
    return (
        f"# Model {name}\n\n"
        f"Files Chinese policy-research reports under themes: one linear classifier per theme over words, character "
        f"n-grams and seed words{meaning}, with calibrated probabilities.\n\n"
        f"Fitted on: {manifest['sources']}\n\n{start}{untaught}"
        f"| theme | labelled reports | held-out F1 |\n|---|---|---|\n{rows}\n{held_out}{against}\n"
        "Limits: it knows the themes of its codebook and what resembles the reports it was fitted on. Reports of which "
        "only the title is there are tagged by title and authors, and are more often wrong.\n"
    )
