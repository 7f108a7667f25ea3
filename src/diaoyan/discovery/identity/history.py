"""What is known of themes: `KnownTheme` with its `Event` of every month, and `Change`, the news of one month."""

from __future__ import annotations

from dataclasses import dataclass

from diaoyan.language import gettext

#: What says that a theme was not found.
ABSENT = ("gone", "merged")


@dataclass(frozen=True, slots=True)
class Event:
    """What one month brought for a theme.

    Parameters
    ----------
    month : str
    what : {'new', 'split', 'same', 'changed', 'returned', 'merged', 'gone'}
        ``split`` and ``merged`` as seen from the theme that began and from the one that ended by it.
    size : int
        Reports whose strongest theme it is, of all months.
    arrived : int
        Those of them that arrived this month.
    similarity : float
        Likeness to the theme as it was before, 0 to 1.
    others : tuple of str
        The theme it split from, or went into.
    """

    month: str
    what: str
    size: int
    arrived: int
    similarity: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownTheme:
    """One theme with its history, in the order of months.

    Parameters
    ----------
    id : str
        ``T01``, ``T02`` and so on, in order of birth; never given again.
    codebook : str or None
        Id in the codebook, if it is there.
    name : str
        Name to print: of the codebook, or the first words when it was born.
    words : dict of str to float
        Most distinctive words and their z-scores, as last seen.
    seeds : tuple of str
        Words that could announce it, see `Sighting`.
    titles : tuple of str
        Titles of its most central reports, as last seen.
    members : tuple of str
        Ids of its reports, as last seen, sorted.
    history : tuple of Event
        A month in which a theme stays away has no event after ``gone`` or ``merged``.
    """

    id: str
    codebook: str | None
    name: str
    words: dict[str, float]
    seeds: tuple[str, ...]
    titles: tuple[str, ...]
    members: tuple[str, ...]
    history: tuple[Event, ...]

    @property
    def number(self) -> int:
        """The number in its id."""
        return int(self.id[1:])

    @property
    def born(self) -> str:
        """The month it was first found."""
        return self.history[0].month

    @property
    def last_seen(self) -> str:
        """The last month it was found."""
        return next(event.month for event in reversed(self.history) if event.what not in ABSENT)

    @property
    def present(self) -> bool:
        """Whether it was found last time."""
        return self.history[-1].what not in ABSENT


@dataclass(frozen=True, slots=True)
class Change:
    """What a month did to one theme, with a sentence to print.

    Parameters
    ----------
    theme : str
        Id of the theme.
    cluster : int or None
        Its cluster in the model; None if it has none.
    event : Event
    sentence : str
    """

    theme: str
    cluster: int | None
    event: Event
    sentence: str


def sentence(theme: KnownTheme, event: Event) -> str:
    """Return in a sentence what a month brought for a theme."""
    where = ", ".join(event.others)
    said = {
        "new": gettext("a new theme"),
        "split": gettext("a new theme, split from {where}").format(where=where),
        "same": gettext("as before"),
        "changed": gettext("the same theme with other words"),
        "returned": gettext("back again"),
        "merged": gettext("went into {where}").format(where=where),
        "gone": gettext("no longer found"),
    }[event.what]
    size = ""
    if event.what not in ABSENT:
        counted = gettext(", 1 report, {arrived} of {month}") if event.size == 1 else None
        counted = counted or gettext(", {size} reports, {arrived} of {month}")
        size = counted.format(size=event.size, arrived=event.arrived, month=event.month)
    return gettext("{id} {name}: {said}{size}.").format(id=theme.id, name=theme.name, said=said, size=size)
