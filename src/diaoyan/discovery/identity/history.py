"""What is known of themes: `KnownTheme` with its `Event` of every month, and `Change`, the news of one month."""

from __future__ import annotations

from dataclasses import dataclass

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
        "new": "a new theme", "split": f"a new theme, split from {where}", "same": "as before",
        "changed": "the same theme with other words", "returned": "back again",
        "merged": f"went into {where}", "gone": "no longer found",
    }[event.what]  # fmt: skip
    reports = "1 report" if event.size == 1 else f"{event.size} reports"
    size = "" if event.what in ABSENT else f", {reports}, {event.arrived} of {event.month}"
    return f"{theme.id} {theme.name}: {said}{size}."
