"""`ThemeRegister`: the themes known so far, under names and numbers that a refit does not change."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diaoyan.discovery.identity.history import ABSENT, Change, Event, KnownTheme, sentence
from diaoyan.discovery.identity.matching import Following
from diaoyan.discovery.identity.refit import sightings
from diaoyan.discovery.model import ThemeModel
from diaoyan.display import Cell, table
from diaoyan.errors import CodebookError, ModelError
from diaoyan.language import gettext, reason
from diaoyan.themes import Codebook, Theme
from diaoyan.writing import write_text

if TYPE_CHECKING:
    import pandas as pd

#: Version of the file.
FORMAT = 1
#: Fewest words from which a theme can be taken into the codebook, and most that are taken.
LEAST_SEEDS, MOST_SEEDS = 3, 12
#: Words of a theme that a line shows.
LINE_WORDS = 6


def found_in(theme: KnownTheme) -> str:
    """Return the description of an adopted theme, by which it is known again."""
    return f"Found in the reports of {theme.born} ({theme.id})."


class ThemeRegister:
    """The themes known so far.

    Each month the whole corpus is refitted (see `refit`) and the register told. A theme of the codebook is itself by
    its id; the others are matched by optimal assignment over shared words and shared reports (Greene, O'Callaghan and
    Cunningham 2014 match those of two runs by words), first to those found last time, then to those that were gone.
    What is left is a new theme only if it has three reports and is news: if it is stable (see `Cluster`), three of
    them arrived this month, or nearly all this month and the last, or most came from one known theme; if it is not,
    this month or the last must hold far more of them than chance would put there. What is too young or too shaky for
    that has no identity yet.

    Attributes
    ----------
    themes_ : list of KnownTheme
        In order of birth.
    months_ : list of str
        The months taken in.

    Examples
    --------
    >>> from diaoyan import settings
    >>> from diaoyan.discovery.identity import refit
    >>> reports, _ = settings.sample()
    >>> register = ThemeRegister()
    >>> for month in ("2025-03", "2025-04"):
    ...     changes = register.update(refit([r for r in reports if r.month <= month], month=month), month)
    >>> [(theme.id, theme.name) for theme in register.themes_][:4]
    [('T01', '乡村振兴'), ('T02', '数字经济'), ('T03', '纪检监察'), ('T04', '金融')]
    >>> print(changes[0].sentence)
    T01 乡村振兴: as before, 9 reports, 4 of 2025-04.
    """

    def __init__(self) -> None:
        self.themes_: list[KnownTheme] = []
        self.months_: list[str] = []
        #: The reports that were at hand last time, and the highest number given, also to a theme that was taken back.
        self._seen: frozenset[str] = frozenset()
        self._last_number = 0
        #: The state before the last month, so that the month can be taken in again.
        self._before: dict[str, Any] | None = None

    def update(self, model: ThemeModel, month: str) -> list[Change]:
        """Take in a model fitted on all months up to `month`; taken in again, the last month replaces itself.

        Returns
        -------
        list of Change
            One per theme that is there, was there until now, or begins; in order of their ids.

        Raises
        ------
        ModelError
            If a later month was taken in already, or the model is not seeded by a codebook.
        """
        if model.free:
            raise ModelError(
                gettext("Expected themes seeded by the codebook, got free ones; their identity cannot be kept.")
            )
        if self.months_ and month < self.months_[-1]:
            raise ModelError(
                gettext(
                    "Expected {value}, the last month the themes were followed to, or a later one, got "
                    "{month}; refit on all months and give the last."
                ).format(value=self.months_[-1], month=month)
            )
        taken_back: list[KnownTheme] = []
        last_number = self._last_number
        if self._before is not None and month == self.months_[-1]:
            now = self.themes_
            self._restore(self._before)
            taken_back = now[len(self.themes_) :]
        before = self._state()
        at_hand = frozenset(report.report_id for report in model.material_.reports)
        arrived = frozenset(
            report.report_id
            for report in model.material_.reports
            if not self.months_
            or report.month == month
            or (report.month is None and report.report_id not in self._seen)
        )
        # In the second month, this month and the last are everything there is, which tells no theme from another.
        last = self.months_[-1] if len(self.months_) > 1 else month
        recent = arrived | {report.report_id for report in model.material_.reports if report.month == last}
        following = Following(
            themes=list(self.themes_),
            taken_back=taken_back,
            last_number=last_number,
            seen=self._seen & at_hand,
            at_hand=at_hand,
            arrived=arrived,
            recent=recent,
            month=month,
        )
        changes = following.follow(sightings(model), model.codebook)
        self.themes_, self._last_number = following.themes, following.last_number
        self.months_ = [*self.months_, month]
        self._seen = at_hand
        self._before = before
        return changes

    def __getitem__(self, theme_id: str) -> KnownTheme:
        for theme in self.themes_:
            if theme.id == theme_id:
                return theme
        known = ", ".join(theme.id for theme in self.themes_) or "none"
        raise ModelError(
            gettext("There is no theme {theme_id!r} in the register; known are {known}.").format(
                theme_id=theme_id, known=known
            )
        )

    def adopt(self, theme_id: str, codebook: Codebook, *, id: str, zh: str, en: str) -> Theme:
        """Give a theme its entry for the codebook, under names chosen by hand; in the register it keeps its number.

        Seed words are the theme's distinctive words that at least two of its reports hold, if a third of all reports
        that do are its own; stop and genre words are none of them, nor are seed words of other themes, nor words with
        digits. A reader should still look at them: a name or a place can be among them.

        Returns
        -------
        Theme
            To be added to the codebook (`Codebook.adding`).

        Raises
        ------
        ModelError
            If there is no such theme, or it is in the codebook already.
        CodebookError
            If the names clash with others, or fewer than three words could announce the theme.
        """
        known = self[theme_id]
        if known.codebook in codebook.ids:
            raise ModelError(
                gettext("{theme_id} is in the codebook already, as {codebook!r}; choose another theme.").format(
                    theme_id=theme_id, codebook=known.codebook
                )
            )
        taken = [seed for theme in codebook.themes for seed in theme.seeds]
        seeds = tuple(word for word in known.seeds if not any(seed in word or word in seed for seed in taken))
        if len(seeds) < LEAST_SEEDS:
            raise CodebookError(
                gettext(
                    "Expected at least {LEAST_SEEDS} words that announce {theme_id} and no other theme, "
                    "found {count} ({value}); write its entry into the codebook by hand."
                ).format(LEAST_SEEDS=LEAST_SEEDS, theme_id=theme_id, count=len(seeds), value="、".join(seeds) or "none")
            )
        theme = Theme(id, zh, en, seeds[:MOST_SEEDS], found_in(known))
        theme = codebook.adding(theme)[id]
        self.themes_ = [replace(one, codebook=id, name=theme.zh) if one is known else one for one in self.themes_]
        for entry in self._before["themes"] if self._before else []:
            if entry["id"] == theme_id:
                entry |= {"codebook": id, "name": theme.zh}
        return theme

    def lines(self) -> list[str]:
        """Return one line to read per theme, in order of birth.

        Examples
        --------
        >>> ThemeRegister().lines()
        []
        """
        return [
            gettext("{sentence} Since {born}: {words}").format(
                sentence=sentence(theme, theme.history[-1]),
                born=theme.born,
                words="、".join(list(theme.words)[:LINE_WORDS]),
            )
            for theme in self.themes_
        ]

    def frame(self) -> pd.DataFrame:
        """Return one row per theme, in order of birth.

        Returns
        -------
        DataFrame
            ``id, codebook, name, born, last_seen, state, reports, arrived, words, titles``; `state` is what happened
            last, `reports` and `arrived` are 0 for a theme that is gone.
        """
        import pandas as pd

        rows = []
        for theme in self.themes_:
            last, words = theme.history[-1], "、".join(list(theme.words)[:10])
            who = [theme.id, theme.codebook or "", theme.name, theme.born, theme.last_seen]
            rows.append([*who, last.what, last.size, last.arrived, words, "；".join(theme.titles)])
        columns = ["id", "codebook", "name", "born", "last_seen", "state", "reports", "arrived", "words", "titles"]
        return pd.DataFrame(rows, columns=columns)

    def _repr_html_(self) -> str:
        rows: list[list[Cell]] = [
            [t.id, t.name, t.born, t.last_seen, t.history[-1].what, t.history[-1].size, "、".join(list(t.words)[:6])]
            for t in self.themes_
        ]
        header = ["id", "name", "born", "last seen", "state", "reports", "first words"]
        caption = (
            gettext("Themes known up to {value}").format(value=self.months_[-1])
            if self.months_
            else gettext("No themes yet")
        )
        return table(header, rows, caption=caption, most=len(rows))

    @classmethod
    def read(cls, path: Path) -> ThemeRegister:
        """Read a register.

        Raises
        ------
        ModelError
            If the file is missing, damaged, or newer than this program.
        """
        if not path.exists():
            raise ModelError(
                gettext("{path}: there are no themes yet; diaoyan retrain MONTH begins them.").format(path=path)
            )
        register = cls()
        try:
            content = json.loads(path.read_text("utf-8"))
            written = content["format"]
            if written == FORMAT:
                register._restore(content)
                register._before = content["before"]
                if register._before is not None:
                    cls()._restore(register._before)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
            raise ModelError(
                gettext(
                    "{path}: expected a register of themes as this program writes it, but it cannot be read "
                    "({error}); bring back a copy, or remove it to begin anew."
                ).format(path=path, error=reason(error))
            ) from None
        if written != FORMAT:
            raise ModelError(
                gettext(
                    "{path}: expected a register of format {FORMAT}, found {written!r}; update this program."
                ).format(path=path, FORMAT=FORMAT, written=written)
            )
        return register

    def write(self, path: Path) -> None:
        """Write the register as JSON, atomically; the same months in the same order give the same bytes."""
        content = {"format": FORMAT, **self._state(), "before": self._before}
        write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")

    def _state(self) -> dict[str, Any]:
        return {
            "months": list(self.months_),
            "last_number": self._last_number,
            "themes": [asdict(theme) for theme in self.themes_],
            "seen": sorted(self._seen),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self.themes_ = [_known(entry) for entry in state["themes"]]
        self.months_ = [str(month) for month in state["months"]]
        self._seen = frozenset(map(str, state["seen"]))
        self._last_number = int(state["last_number"])
        self._before = None


def _known(entry: dict[str, Any]) -> KnownTheme:
    events = tuple(Event(**{**event, "others": tuple(event["others"])}) for event in entry["history"])
    if events[0].what in ABSENT:
        raise ValueError(gettext("the history of {theme} does not begin with its birth").format(theme=entry["id"]))
    lists = {key: tuple(entry[key]) for key in ("seeds", "titles", "members")}
    words = {str(word): float(weight) for word, weight in entry["words"].items()}
    return KnownTheme(**{**entry, **lists, "words": words, "history": events})
