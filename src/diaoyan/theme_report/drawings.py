"""The figures of a theme report, in reading order: what is registered in `diaoyan.figures`, with the facts of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from diaoyan import figures
from diaoyan.language import Lang
from diaoyan.theme_report.facts import Facts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure that is still to be drawn.

    Attributes
    ----------
    name : str
        Stem of its files.
    caption : str
        What it shows; its finding is its title.
    facts : DataFrame
        What it is drawn from.
    draw : callable
        Returns the figure.
    key : sequence of (str, str)
        What stands on it as a number, and what that means.
    """

    name: str
    caption: str
    facts: pd.DataFrame
    draw: Callable[[], Figure]
    key: Sequence[tuple[str, str]]


def turn_to_drawing() -> None:
    """Load what drawing needs before the first figure is asked for, and let go of what finding themes needed."""
    from diaoyan.preprocess.tokenizer import let_go

    let_go()
    figures.kinds()
    for name in figures.__all__:
        getattr(figures, name)


def drawings(facts: Facts, lang: Lang = "zh", *, names_of: Collection[str] = figures.FIGURES) -> list[Drawing]:
    """Return the figures of a theme report, or those that are named; on the classifier only with an evaluation."""
    made = []
    for kind in figures.kinds():
        if kind.name in names_of and (table := kind.facts(facts)) is not None:
            options: dict[str, Any] = {"source": facts.source(lang), "lang": lang, **kind.options(facts, lang)}
            draw = partial(kind.draw, table, **options)
            made.append(Drawing(kind.name, figures.caption_of(kind.name, lang), table, draw, kind.key(table)))
    return made
