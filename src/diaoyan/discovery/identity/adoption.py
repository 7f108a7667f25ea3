"""Adoption: a theme that was found gets an entry in the codebook and its id in the register, in one step."""

from __future__ import annotations

from pathlib import Path

from diaoyan.discovery.identity.register import ThemeRegister, found_in
from diaoyan.themes import Codebook, Theme
from diaoyan.writing import sweep, write_text


def adopt(
    theme_id: str, codebook: Codebook, *, id: str, zh: str, en: str, file: Path, register: Path
) -> tuple[ThemeRegister, Theme]:
    """Take a theme into the codebook's file and into the register's, see `ThemeRegister.adopt`.

    Two files cannot be replaced at once. The codebook is written first; if the run ends there, the same call again
    finds the theme's entry, as this program would write it, and finishes the register. Once both are written, it
    changes nothing.

    Parameters
    ----------
    theme_id : str
        As the register calls it.
    codebook : Codebook
        As it is now.
    id, zh, en : str
        Of the theme in the codebook.
    file, register : Path
        Of the codebook and the register; hold the lock of the corpus around this.

    Raises
    ------
    CodebookError, ModelError
        As `ThemeRegister.adopt` does; nothing is written then.
    """
    for path in (file, register):
        sweep(path)
    known = ThemeRegister.read(register)
    there = [one for one in codebook.themes if one.id == id]
    if known[theme_id].codebook == id and there and (there[0].zh, there[0].en) == (zh, en):
        return known, there[0]  # the same call, made again
    begun = known[theme_id].codebook is None and any(
        (theme.id, theme.zh, theme.en, theme.description) == (id, zh, en, found_in(known[theme_id]))
        for theme in codebook.themes
    )
    others = tuple(theme for theme in codebook.themes if not (begun and theme.id == id))
    theme = known.adopt(theme_id, Codebook(others), id=id, zh=zh, en=en)
    if not begun:
        write_text(file, codebook.adding(theme).to_toml())
    known.write(register)
    return known, theme
