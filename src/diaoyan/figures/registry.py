"""What every figure is: a caption, the columns of its facts, where a theme report has them, and how it is drawn.

A figure is a file of this room with one function below `figure`, and a name in `FIGURES`. Theme report, page, Word
file and tables follow from what is registered here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from diaoyan.figures.order import FIGURES
from diaoyan.figures.style import house_style, require
from diaoyan.figures.wording import worded
from diaoyan.language import Lang

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_Options = ParamSpec("_Options")


def _named(of: Any, lang: Lang) -> dict[str, Any]:
    return {"names": of.names(lang)}


def _without_key(facts: pd.DataFrame) -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure of the theme report, whatever it is drawn from.

    Attributes
    ----------
    name : str
        Stem of its files.
    caption : str
        What it shows, in English; its finding is its title.
    facts : callable
        Returns its table from the facts of a theme report; None where there is no such figure.
    options : callable
        Returns, from the same facts and the language, what `draw` needs beside table, source line and language; it may
        name another source line.
    draw : callable
        Returns the figure: ``draw(table, source=..., lang=..., **options)``.
    apart : bool
        Whether the facts may still be in the making when others can be drawn.
    key : callable
        Returns, from the table, what stands on the figure as a number, and what it means.
    """

    name: str
    caption: str
    facts: Callable[[Any], pd.DataFrame | None]
    options: Callable[[Any, Lang], Mapping[str, Any]]
    draw: Callable[..., Figure]
    apart: bool = False
    key: Callable[[pd.DataFrame], Sequence[tuple[str, str]]] = _without_key


_kinds: dict[str, Kind] = {}


def figure(
    *columns: str,
    caption: str = "",
    facts: Callable[[Any], pd.DataFrame | None] | None = None,
    options: Callable[[Any, Lang], Mapping[str, Any]] = _named,
    apart: bool = False,
    key: Callable[[pd.DataFrame], Sequence[tuple[str, str]]] = _without_key,
) -> Callable[
    [Callable[Concatenate[pd.DataFrame, _Options], Figure]], Callable[Concatenate[pd.DataFrame, _Options], Figure]
]:
    """Make a function draw under the house style from facts that have all `columns`, and register it as a figure.

    The function is called ``draw_NAME``. Without `facts` it is no figure of the theme report; see `Kind` for the rest.
    """

    def made(
        draw: Callable[Concatenate[pd.DataFrame, _Options], Figure],
    ) -> Callable[Concatenate[pd.DataFrame, _Options], Figure]:
        @wraps(draw)
        def drawn(table: pd.DataFrame, /, *args: _Options.args, **kwargs: _Options.kwargs) -> Figure:
            require(table, *columns)
            with house_style():
                return draw(table, *args, **kwargs)

        name = draw.__name__.removeprefix("draw_")
        if facts is not None:
            _kinds[name] = Kind(name, caption, facts, options, drawn, apart, key)
        return drawn

    return made


def kinds() -> list[Kind]:
    """Return the figures of a theme report, in reading order.

    Examples
    --------
    >>> [kind.name for kind in kinds()][:3]
    ['titles', 'shares', 'words']
    """
    for name in FIGURES:
        import_module(f"diaoyan.figures.{name}")
    return [_kinds[name] for name in FIGURES]


def caption_of(name: str, lang: Lang) -> str:
    """Return the caption of a figure.

    Examples
    --------
    >>> caption_of("provinces", "en")
    'Themes by province'
    """
    import_module(f"diaoyan.figures.{name}")
    return worded(lang, _kinds[name].caption)
