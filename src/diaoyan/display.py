"""Small HTML tables, with which objects show themselves in a notebook: escaped, short, without ids, scripts or colours.

What is shown takes its ink from the page around it, so that it can be read on white and on black.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.language import Lang, gettext, speak, spoken

if TYPE_CHECKING:
    import pandas as pd

#: Rows a table shows before it says how many more there are, and characters a cell shows before it ends in ….
MOST_ROWS, MOST_CHARACTERS = 12, 200
#: A text up to this long, such as a month or the name of a model, is never broken into two lines.
_UNBROKEN = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A cell that is a bar with a text beside it.

    Parameters
    ----------
    share : float
        Length of the bar, 0 to 1; what lies outside is drawn as the nearer of the two.
    text : str
        What the length means, such as ``0.93``.
    """

    share: float
    text: str


Cell = str | float | Bar | None


def _head(name: str) -> str:
    """Return the head of a column; where two names stand over one another, both."""
    return " / ".join(_said(part, "heads", "values") for part in name.split(" / "))


def _said(text: str, *parts: str) -> str:
    """Return a word of a table in the language that is spoken, by the first part of `display.toml` that has it."""
    if spoken() == "en":
        return text
    return next((_chinese()[part][text] for part in parts if text in _chinese()[part]), text)


@cache
def _chinese() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("display.toml").read_text("utf-8"))


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str = "",
    notes: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> str:
    """Return rows as an HTML table.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of rows
        A cell is a text, a number (whole ones as they are, others with two decimals), a `Bar`, or None for nothing.
    caption : str
        Stands above the table.
    notes : sequence of str
        Stand below it, one a line.
    most : int
        Rows that are shown; how many more there are is said in the last line.

    Returns
    -------
    str
        One ``<table>`` element. Every text is escaped.

    Examples
    --------
    >>> print(table(["title"], [["<script>alert(1)</script>"]]).split("<tbody>")[1])
    <tr><td style="text-align:left">&lt;script&gt;alert(1)&lt;/script&gt;</td></tr></tbody></table>
    >>> "… 2 more" in table(["n"], [[1], [2], [3]], most=1)
    True
    """
    shown = list(rows[:most])
    sides = [_side([row[column] for row in shown]) for column in range(len(header))]
    head = "".join(
        f'<th style="text-align:{side}">{escape(_head(name))}</th>' for name, side in zip(header, sides, strict=True)
    )
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in shown)
    below = [gettext("… {count} more").format(count=len(rows) - len(shown))] if len(rows) > len(shown) else []
    feet = "".join(
        f'<tr><td colspan="{len(header)}" style="text-align:left">{escape(note)}</td></tr>' for note in (*below, *notes)
    )
    above = f'<caption style="text-align:left;font-weight:bold">{escape(caption)}</caption>' if caption else ""
    foot = f"<tfoot>{feet}</tfoot>" if feet else ""
    return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Bar):
        return f'<td style="text-align:left;white-space:nowrap">{_drawn(cell)}</td>'
    if isinstance(cell, float):
        return f'<td style="text-align:right">{cell:.2f}</td>'
    if isinstance(cell, int):
        return f'<td style="text-align:right">{cell}</td>'
    text = "" if cell is None else _said(cell, "values")
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - 1] + "…"
    unbroken = ";white-space:nowrap" if 0 < len(text) <= _UNBROKEN else ""
    return f'<td style="text-align:left{unbroken}">{escape(text)}</td>'


def _side(cells: Sequence[Cell]) -> str:
    """Return where the name of a column stands: over numbers on the right."""
    said = [cell for cell in cells if cell is not None]
    return "right" if said and all(isinstance(cell, (int, float)) for cell in said) else "left"


def _drawn(bar: Bar) -> str:
    """Return a bar of at most six letters' width; its frame shows how long it could be."""
    width = round(100 * min(max(bar.share, 0.0), 1.0))
    frame = "display:inline-block;width:6em;height:0.7em;border:1px solid;opacity:0.6;margin-right:0.5em"
    filled = f"width:{width}%;height:100%;background:currentColor"
    return f'<span style="{frame}"><span style="display:block;{filled}"></span></span>{escape(bar.text)}'


def frame_table(frame: pd.DataFrame) -> str:
    """Return a data frame as a `table`: texts to the left and whole, numbers to the right, nothing where nothing is.

    Parameters
    ----------
    frame : DataFrame
        An index that only counts the rows is left out. As many rows are shown as pandas shows.

    Examples
    --------
    >>> import pandas as pd
    >>> frame_table(pd.DataFrame({"title": ["甲"], "score": [None]})).split("<tbody>")[1]
    '<tr><td style="text-align:left;white-space:nowrap">甲</td><td style="text-align:left"></td></tr></tbody></table>'
    """
    import pandas as pd
    from pandas.api.types import is_integer_dtype

    counted = frame.index.name is None and is_integer_dtype(frame.index)
    rows = [
        [_plain(value) for value in (row[1:] if counted else row)] for row in frame.itertuples(index=True, name=None)
    ]
    over = [str(name) for name in (frame.index.name, frame.columns.name) if name not in (None, "")]
    header = [*([] if counted else [" / ".join(over)]), *map(str, frame.columns)]
    return table(header, rows, most=pd.get_option("display.max_rows") or len(rows))


def _plain(value: Any) -> Cell:
    """Return what stands in a data frame as a cell; truth values in words, and None for what is missing."""
    import pandas as pd

    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None if pd.isna(value) else value
    return None if value is None or value is pd.NaT or value is pd.NA else str(value)


def show_frames(lang: Lang | None = None) -> None:
    """Let the notebook this is called in show data frames as `frame_table` does; elsewhere nothing is shown otherwise.

    With a language, messages and heads of tables are in it from here on; else in that of the surroundings. Jupyter
    sets every column to the right and pandas cuts long texts, which makes Chinese titles hard to read.
    """
    if lang is not None:
        speak(lang)
    try:
        from IPython import get_ipython
    except ImportError:
        return
    import pandas as pd

    shell = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, frame_table)
