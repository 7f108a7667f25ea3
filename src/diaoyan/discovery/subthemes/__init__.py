"""Sub-themes that ship, one codebook a theme: ``rural.toml`` divides 乡村振兴."""

from __future__ import annotations

from importlib.resources import files

from diaoyan.themes import Codebook


def shipped(theme_id: str) -> Codebook | None:
    """Return the sub-themes that ship for a theme, None if there are none.

    Examples
    --------
    >>> [theme.zh for theme in shipped("rural").themes]
    ['集体经济', '宅基地改革', '特色产业', '基层党建']
    """
    name = f"{theme_id}.toml"
    path = files("diaoyan.discovery.subthemes").joinpath(name)
    return Codebook.parse(path.read_text("utf-8"), where=name) if path.is_file() else None
