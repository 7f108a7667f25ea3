"""Names of a package that are loaded when they are first used, so that importing it costs next to nothing (PEP 562)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def loading(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    homes : mapping of str to str
        The module of each public name, as from inside the package: ``.tagging``.

    Examples
    --------
    >>> loading("diaoyan", {"Report": ".report"})("Report").__name__
    'Report'
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(homes[name], package), name)
        setattr(importlib.import_module(package), name, value)
        return value

    return load
