"""The codebook: which themes there are, what they are called, and the seed words that announce them."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from diaoyan.display import Cell, table
from diaoyan.errors import CodebookError
from diaoyan.language import gettext, reason, spoken

OTHER = "other"
#: Names that Windows keeps for devices; results are put into folders called after themes.
_DEVICES = "con|prn|aux|nul|com[0-9]|lpt[0-9]"
_KEYS = {"id", "zh", "en", "seeds", "description"}
_SEEDS_PER_LINE = 10


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of the codebook.

    Parameters
    ----------
    id : str
        Lower-case identifier, used in columns and file names.
    zh, en : str
        Names to print.
    seeds : tuple of str
        Words that announce the theme; at least one.
    description : str
        What a librarian would file under it.
    """

    id: str
    zh: str
    en: str
    seeds: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True)
class Codebook:
    """The themes, in the order of the file.

    Examples
    --------
    >>> codebook = Codebook.default()
    >>> codebook.ids
    ('rural', 'digital', 'discipline', 'finance')
    >>> codebook.name("rural"), codebook.name("other", "en")
    ('乡村振兴', 'Other')
    """

    themes: tuple[Theme, ...]

    @classmethod
    def default(cls) -> Codebook:
        """Return the four themes that ship with the package."""
        return cls.parse(files("diaoyan").joinpath("themes.toml").read_text("utf-8"), where="themes.toml")

    @classmethod
    def read(cls, path: Path) -> Codebook:
        """Read a codebook file.

        Raises
        ------
        CodebookError
            Saying which entry cannot be used and why.
        """
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CodebookError(
                gettext("{path}: expected a codebook in UTF-8, but it cannot be read ({error}).").format(
                    path=path, error=reason(error)
                )
            ) from None
        return cls.parse(text, where=path.name)

    @classmethod
    def parse(cls, text: str, *, where: str = "codebook") -> Codebook:
        """Check the text of a codebook and return it; `where` is named in errors.

        Raises
        ------
        CodebookError
            Saying which entry cannot be used and why.
        """
        try:
            table = tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # TOMLDecodeError, and numbers of more than 4,300 digits
            raise CodebookError(
                gettext("{where}: expected TOML with [[theme]] entries; {error}.").format(
                    where=where, error=reason(error)
                )
            ) from None
        return cls.from_dict(table, where=where)

    @classmethod
    def from_dict(cls, table: Any, *, where: str = "codebook") -> Codebook:
        """Build a codebook from plain data, as `to_dict` returns it.

        Raises
        ------
        CodebookError
            Saying which entry cannot be used and why.
        """
        if not isinstance(table, dict):
            raise CodebookError(
                gettext("{where}: expected a table with 'theme' entries, found {name}.").format(
                    where=where, name=type(table).__name__
                )
            )
        unknown = sorted(set(table) - {"theme"})
        if unknown:
            raise CodebookError(
                gettext("{where}: unknown key {value!r}; only [[theme]] entries are expected.").format(
                    where=where, value=unknown[0]
                )
            )
        entries = table.get("theme")
        if not isinstance(entries, list) or not entries:
            raise CodebookError(
                gettext("{where}: expected at least one [[theme]] entry, found none.").format(where=where)
            )
        themes = tuple(
            _theme(entry, gettext("{where}, theme {number}").format(where=where, number=number))
            for number, entry in enumerate(entries, 1)
        )
        for what in ("id", "zh", "en"):
            names = [getattr(theme, what) for theme in themes]
            for name in names:
                if names.count(name) > 1:
                    raise CodebookError(
                        gettext("{where}: the {what} {name!r} is given to two themes; it must be unique.").format(
                            where=where, what=what, name=name
                        )
                    )
        return cls(themes)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the themes, without `other`."""
        return tuple(theme.id for theme in self.themes)

    @cached_property
    def names(self) -> dict[str, str]:
        """Ids by every name of a theme, in the form `bare_name` gives it; one theme's name is never another's."""
        ids = (*self.ids, OTHER)
        found = {bare_name(theme_id): theme_id for theme_id in ids}
        for lang in ("en", "zh"):
            found |= {bare_name(self.name(theme_id, lang)): theme_id for theme_id in (OTHER, *self.ids)}
        return {bare_name("其它"): OTHER} | found

    def id_of(self, name: str) -> str:
        """Return the id of the theme that a person named by its id, Chinese or English name; else `name` as it is.

        Examples
        --------
        >>> codebook = Codebook.default()
        >>> [codebook.id_of(name) for name in ("乡村振兴", "digital　Economy", "finance", "其他", "体育")]
        ['rural', 'digital', 'finance', 'other', '体育']
        """
        # What is stored is ids: another theme's name that differs in case alone must not change their meaning.
        return name if name in self.ids else self.names.get(bare_name(name), name)

    def ids_of(self, names: str) -> list[str]:
        """Return the ids of several themes, named one after the other with any comma or semicolon between them.

        Examples
        --------
        >>> Codebook.default().ids_of("金融；digital, 体育")
        ['finance', 'digital', '体育']
        """
        if bare_name(names) in self.names:
            return [self.id_of(names)]
        return [self.id_of(name.strip()) for name in re.split("[;；,，、]", names) if name.strip()]

    def __getitem__(self, theme_id: str) -> Theme:
        for theme in self.themes:
            if theme.id == theme_id:
                return theme
        raise CodebookError(
            gettext("The codebook has no theme {theme_id!r}; it has {names}.").format(
                theme_id=theme_id, names=", ".join(self.ids)
            )
        )

    def name(self, theme_id: str, lang: str = "zh") -> str:
        """Return the name to print for a theme or for `other`, in ``zh`` or ``en``."""
        if theme_id == OTHER:
            return {"zh": "其他", "en": "Other"}[lang]
        return str(getattr(self[theme_id], lang))

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the themes with their first seed words."""
        # Descriptions are in the language of whoever wrote the codebook: those of the four that ship are English.
        header = ["id", "zh", "en", "seeds", "first seed words", "description"][: 6 if spoken() == "en" else 5]
        rows: list[list[Cell]] = []
        for t in self.themes:
            words = "、".join(t.seeds[:6]) + ("…" if len(t.seeds) > 6 else "")
            row: list[Cell] = [t.id, t.zh, t.en, len(t.seeds), words, t.description]
            rows.append(row[: len(header)])
        return table(header, rows, caption=gettext("Codebook"))

    def to_dict(self) -> dict[str, Any]:
        """Return the codebook as plain data, the way `from_dict` reads it."""
        return {
            "theme": [
                {"id": t.id, "zh": t.zh, "en": t.en, "seeds": list(t.seeds), "description": t.description}
                for t in self.themes
            ]
        }

    def adding(self, theme: Theme) -> Codebook:
        """Return the codebook with one more theme at its end.

        Raises
        ------
        CodebookError
            If its id or a name is taken, or the entry could not be read back.

        Examples
        --------
        >>> Codebook.default().adding(Theme("silver", "银发经济", "Silver economy", ("养老", "老人"))).ids
        ('rural', 'digital', 'discipline', 'finance', 'silver')
        """
        return Codebook.from_dict(Codebook((*self.themes, theme)).to_dict())

    def to_toml(self) -> str:
        """Return the text of a codebook file, which `parse` reads back to an equal codebook.

        Examples
        --------
        >>> print(Codebook((Theme("silver", "银发经济", "Silver economy", ("养老", "老人")),)).to_toml())
        [[theme]]
        id = "silver"
        zh = "银发经济"
        en = "Silver economy"
        description = ""
        seeds = [
          "养老", "老人",
        ]
        <BLANKLINE>
        """
        return "\n".join(_entry(theme) for theme in self.themes)


def bare_name(text: str) -> str:
    """Return what two ways to write a name have in common: width, case, spaces and a full stop behind do not count.

    Examples
    --------
    >>> bare_name(" Ｄigital　Economy ")
    'digitaleconomy'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip("。.；;，,、").casefold()


def _entry(theme: Theme) -> str:
    keys = "".join(f"{key} = {_quoted(getattr(theme, key))}\n" for key in ("id", "zh", "en", "description"))
    lines = [theme.seeds[start : start + _SEEDS_PER_LINE] for start in range(0, len(theme.seeds), _SEEDS_PER_LINE)]
    seeds = "".join("  " + ", ".join(map(_quoted, line)) + ",\n" for line in lines)
    return f"[[theme]]\n{keys}seeds = [\n{seeds}]\n"


def _quoted(text: str) -> str:
    # TOML's basic strings are JSON's, but for the one control character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _theme(entry: Any, where: str) -> Theme:
    if not isinstance(entry, dict):
        raise CodebookError(
            gettext("{where}: expected a table, found {name}.").format(where=where, name=type(entry).__name__)
        )
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise CodebookError(
            gettext("{where}: unknown key {value!r}; expected {names}.").format(
                where=where, value=unknown[0], names=", ".join(sorted(_KEYS))
            )
        )
    for key in ("id", "zh", "en"):
        value = entry.get(key)
        if not isinstance(value, str) or not value.strip() or re.search("[\ud800-\udfff]", value):
            raise CodebookError(
                gettext("{where}: expected text in {key!r}, found {value!r}.").format(where=where, key=key, value=value)
            )
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", entry["id"]):
        raise CodebookError(
            gettext("{where}: expected an id of small Latin letters, digits and _, found {value!r}.").format(
                where=where, value=entry["id"]
            )
        )
    if re.fullmatch(_DEVICES, entry["id"]):
        raise CodebookError(
            gettext("{where}: expected an id that can name a folder, found {value!r}, a device of Windows.").format(
                where=where, value=entry["id"]
            )
        )
    if entry["id"] == OTHER:
        raise CodebookError(
            gettext("{where}: 'other' is what no theme covers and needs no entry; remove it.").format(where=where)
        )
    seeds = entry.get("seeds")
    if not isinstance(seeds, list) or not seeds or not all(isinstance(s, str) and s.strip() for s in seeds):
        raise CodebookError(
            gettext("{where} ({value}): expected a list of seed words in 'seeds', found {seeds!r}.").format(
                where=where, value=entry["id"], seeds=seeds
            )
        )
    description = entry.get("description", "")
    if not isinstance(description, str):
        raise CodebookError(
            gettext("{where} ({value}): expected text in 'description', found {description!r}.").format(
                where=where, value=entry["id"], description=description
            )
        )
    return Theme(
        entry["id"],
        entry["zh"].strip(),
        entry["en"].strip(),
        tuple(dict.fromkeys(seed.strip() for seed in seeds)),
        description,
    )
