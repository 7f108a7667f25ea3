"""Which found theme is which known one: compared by words and by the reports they share, month after month."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from diaoyan.discovery.assignment import assigned
from diaoyan.discovery.cluster import LEAST_SUPPORT
from diaoyan.discovery.identity.history import Change, Event, KnownTheme, sentence
from diaoyan.discovery.identity.refit import Sighting
from diaoyan.discovery.quality import jaccard
from diaoyan.themes import Codebook

#: Mean of shared reports and shared words from which two themes are one. On 27 resamples of the sample, clusters that
#: share under a tenth of their reports stay below 0.24 in 99 of 100 cases, those that share 60 % above 0.37 in all.
SAME = 0.3
#: Likeness of words alone from which a theme that is gone, or whose reports are not at hand, is found again: clusters
#: that share under a tenth of their reports stay below 0.38 in 99 of 100 cases.
SAME_WORDS = 0.4
#: Reports of a theme that must be at hand for shared reports to say anything.
LEAST_COMMON = 3
#: Reports a new theme must have, and how many of them must have arrived this month: old reports parted in another way
#: are no news. With two instead of three, resamples of the sample to which nothing is added have twice the new themes.
LEAST_BORN, LEAST_ARRIVED = 3, 3
#: Or, so that a theme may take two months to gather: how many must have arrived this month or the last, and which share
#: of all its reports. On those resamples an eighth more new themes begin than without this; with three reports and half
#: of all, two thirds more.
LEAST_RECENT, MOSTLY = 4, 0.75
#: A cluster that is not stable is a new theme if chance would put as many of its reports into this month, or into this
#: and the last, less often than this; a month has some twenty clusters, so that it errs once in two years or more.
SURPRISE = 0.001
#: Share of its reports a theme hands over when it splits or merges, and share of a split-off theme that came from it.
HANDED_OVER, CAME_FROM, MERGED = 0.25, 0.5, 0.5

#: Likeness of words below which a theme that is the same has changed: on those resamples a month leaves 95 of 100
#: themes of the codebook above 0.4, and one in a hundred falls below 0.3.
CHANGED = 0.3


def shared_words(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the cosine between weights of words, 0 to 1.

    Examples
    --------
    >>> round(shared_words({"贷款": 2.0, "银行": 1.0}, {"贷款": 1.0, "保险": 2.0}), 2)
    0.4
    """
    product = sum(weight * other.get(word, 0.0) for word, weight in one.items())
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return product / lengths if lengths else 0.0


def likeness(words: Mapping[str, float], members: Set[str], sighting: Sighting, *, seen: Set[str], gone: bool) -> float:
    """Return how surely a known theme and a found one are the same, 0 to 1; 0 if they are not.

    Shared reports count as much as shared words: on little text words are noisy, but every refit holds the old reports
    too. For a theme that is gone, or of which hardly a report is at hand, words alone can decide.

    Parameters
    ----------
    words : mapping of str to float
        Of the known theme.
    members : set of str
        Its reports, as far as they are at hand.
    sighting : Sighting
    seen : set of str
        Reports at hand that were there when the theme was seen last; the others cannot be shared.
    gone : bool
        Whether the theme was not found last time.
    """
    by_words = shared_words(words, sighting.words)
    both = (jaccard(members, sighting.members & seen) + by_words) / 2
    if both >= SAME:
        return both
    return by_words if (gone or len(members) < LEAST_COMMON) and by_words >= SAME_WORDS else 0.0


def chance(members: Set[str], recent: Set[str], *, at_hand: Set[str]) -> float:
    """Return how likely as many members drawn from all reports at hand would hold as many recent ones, 0 to 1.

    The upper tail of the hypergeometric distribution.

    Examples
    --------
    >>> round(chance({"a", "b"}, {"a", "b"}, at_hand={"a", "b", "c", "d"}), 4)
    0.1667
    """
    old = len(at_hand - recent)
    ways = sum(
        math.comb(len(recent), new) * math.comb(old, len(members) - new)
        for new in range(len(members & recent), len(members) + 1)
    )
    return ways / math.comb(len(at_hand), len(members))


def assign(table: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return the pairs (row, column) whose likeness adds up to most; pairs of likeness 0 are none.

    Examples
    --------
    >>> assign([[0.9, 0.8], [0.8, 0.0]])
    [(0, 1), (1, 0)]
    """
    if not table or not table[0]:
        return []
    return [(row, column) for row, column in assigned(np.array(table)) if table[row][column] > 0]


@dataclass(kw_only=True)
class Following:
    """One month's step: which known theme is which found one, and what that makes of each.

    Parameters
    ----------
    themes : list of KnownTheme
        Changed by `follow`, as is `last_number`.
    taken_back : sequence of KnownTheme
        Born this month when it was taken in before; born again, they get their numbers again.
    last_number : int
        The highest number given so far.
    seen : set of str
        Reports at hand that were there when the themes were seen last; the others cannot be shared.
    at_hand : set of str
        All reports of the refit.
    arrived, recent : set of str
        Reports of this month; of this and the last.
    month : str
    """

    themes: list[KnownTheme]
    taken_back: Sequence[KnownTheme]
    last_number: int
    seen: Set[str]
    at_hand: Set[str]
    arrived: Set[str]
    recent: Set[str]
    month: str

    def __post_init__(self) -> None:
        self._members = {theme.id: frozenset(theme.members) & self.seen for theme in self.themes}

    def follow(self, found: Sequence[Sighting], codebook: Codebook) -> list[Change]:
        """Match, write down what became of every theme, add the new ones; return the changes in order of ids."""
        known = list(self.themes)
        matches = self._match(found, codebook)
        left = [sighting for sighting in found if sighting not in matches.values()]
        changes = []
        for number, theme in enumerate(known):
            if theme.id in matches:
                changes.append(self._continue(number, matches[theme.id]))
            elif theme.present:
                changes.append(self._end(number, matches))
        parents = [theme for theme in known if theme.id in matches]
        origins = [(sighting, self._parent(sighting, parents)) for sighting in left]
        born = [(sighting, parent) for sighting, parent in origins if self._is_born(sighting, parent)]
        numbered = self._numbered([sighting for sighting, _ in born])
        for theme, (sighting, parent) in zip(numbered, born, strict=True):
            changes.append(self._begin(theme, sighting, parent))
        self.themes.sort(key=lambda theme: theme.number)
        return sorted(changes, key=lambda change: int(change.theme[1:]))

    def _match(self, found: Sequence[Sighting], codebook: Codebook) -> dict[str, Sighting]:
        """Return the sighting of each theme that is found again."""
        seeded = {sighting.codebook: sighting for sighting in found if sighting.codebook}
        matches = {theme.id: seeded[theme.codebook] for theme in self.themes if theme.codebook in seeded}
        # A theme that the codebook seeds and no report speaks for is not looked for elsewhere.
        open_ = [theme for theme in self.themes if theme.codebook not in codebook.ids]
        for gone in (False, True):
            rows = [theme for theme in open_ if theme.present is not gone]
            columns = [s for s in found if s not in matches.values() and (s.stable or s.codebook or not gone)]
            table = [[self._likeness(theme, sighting) for sighting in columns] for theme in rows]
            matches |= {rows[i].id: columns[j] for i, j in assign(table)}
        return matches

    def _likeness(self, theme: KnownTheme, sighting: Sighting) -> float:
        members = self._members[theme.id]
        return likeness(theme.words, members, sighting, seen=self.seen, gone=not theme.present)

    def _continue(self, number: int, sighting: Sighting) -> Change:
        theme = self.themes[number]
        by_words = shared_words(theme.words, sighting.words)
        both = (jaccard(self._members[theme.id], sighting.members & self.seen) + by_words) / 2
        what = "returned" if not theme.present else "changed" if by_words < CHANGED else "same"
        event = self._event(what, sighting, round(both, 4))
        self.themes[number] = _as_seen(theme, sighting, event)
        return Change(theme.id, sighting.cluster, event, sentence(self.themes[number], event))

    def _end(self, number: int, matches: Mapping[str, Sighting]) -> Change:
        theme = self.themes[number]
        members = self._members[theme.id]
        held = {other: len(members & sighting.members) for other, sighting in matches.items()}
        heir = max(held, key=lambda other: held[other], default="")
        merged = bool(heir) and held[heir] >= max(1, MERGED * len(members))
        event = Event(self.month, "merged" if merged else "gone", 0, 0, 0.0, (heir,) if merged else ())
        self.themes[number] = replace(theme, history=(*theme.history, event))
        return Change(theme.id, None, event, sentence(theme, event))

    def _parent(self, sighting: Sighting, parents: Sequence[KnownTheme]) -> str:
        """Return the id of the theme that most of a found one came from and that lives on, or an empty text."""
        handed = {parent.id: len(self._members[parent.id] & sighting.members) for parent in parents}
        parent = max(handed, key=lambda other: handed[other], default="")
        least = max(CAME_FROM * len(sighting.members), HANDED_OVER * len(self._members.get(parent, ())))
        return parent if parent and handed[parent] >= least else ""

    def _is_born(self, sighting: Sighting, parent: str) -> bool:
        if sighting.codebook:
            return True
        members = sighting.members
        if len(members) < LEAST_BORN or sighting.sections < LEAST_SUPPORT:
            return False
        if not sighting.stable:
            return min(chance(members, new, at_hand=self.at_hand) for new in (self.arrived, self.recent)) < SURPRISE
        gathered = len(members & self.recent) >= max(LEAST_RECENT, MOSTLY * len(members))
        return bool(parent) or gathered or len(members & self.arrived) >= LEAST_ARRIVED

    def _numbered(self, born: Sequence[Sighting]) -> list[KnownTheme]:
        """Return the beginnings of new themes: with the numbers they had if the month was taken back, or new ones."""
        table = [
            [
                1.0
                if theme.codebook and theme.codebook == sighting.codebook
                else likeness(theme.words, set(theme.members) & self.at_hand, sighting, seen=self.at_hand, gone=False)
                for theme in self.taken_back
            ]
            for sighting in born
        ]
        again = {row: self.taken_back[column] for row, column in assign(table)}
        result = []
        for row, sighting in enumerate(born):
            if row in again:
                result.append(replace(again[row], history=()))
            else:
                self.last_number += 1
                result.append(KnownTheme(f"T{self.last_number:02d}", None, sighting.name, {}, (), (), (), ()))
        return result

    def _begin(self, theme: KnownTheme, sighting: Sighting, parent: str) -> Change:
        event = self._event("split" if parent else "new", sighting, 0.0, (parent,) if parent else ())
        self.themes.append(_as_seen(theme, sighting, event))
        return Change(theme.id, sighting.cluster, event, sentence(self.themes[-1], event))

    def _event(self, what: str, sighting: Sighting, similarity: float, others: tuple[str, ...] = ()) -> Event:
        arrived = len(sighting.members & self.arrived)
        return Event(self.month, what, len(sighting.members), arrived, similarity, others)


def _as_seen(theme: KnownTheme, sighting: Sighting, event: Event) -> KnownTheme:
    return replace(
        theme,
        codebook=sighting.codebook or theme.codebook,
        name=sighting.name if sighting.codebook else theme.name,
        words=dict(sighting.words),
        seeds=sighting.seeds,
        titles=sighting.titles,
        members=tuple(sorted(sighting.members)),
        history=(*theme.history, event),
    )
