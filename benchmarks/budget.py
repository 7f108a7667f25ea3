"""Where the processor time of a command goes: python budget.py RESULT VERB ARGUMENT...

The command runs in one process, so that nothing happens where it is not seen, with a clock that is handed from part to
part: what a part calls that is a part of its own is not counted twice. Seconds by part are written to RESULT as JSON.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any

#: What the parts of a command are called, and the functions that do them, as module:name.
PARTS = {
    "reading": ["diaoyan.cli.arguments:reports_of", "diaoyan.cli.arguments:tagger_of"],
    "tags and facts": ["diaoyan.theme_report.gathering:gather"],
    "themes: words of sections": ["diaoyan.discovery.material:Material.gather"],
    "themes: groups and their stability": ["diaoyan.discovery.model:ThemeModel.fit"],
    "themes: LDA": ["diaoyan.discovery.lda:LdaThemes._section_weights"],
    "map": ["diaoyan.theme_report.layout:spots"],
    "figures: layout": [
        "diaoyan.theme_report.output:_draw", "diaoyan.figures.words:draw_words", "diaoyan.figures.choice:draw_choice",
    ],
    "figures: drawn and measured": ["diaoyan.figures.style:_boxes"],
    "figures: PNG": ["diaoyan.figures.style:_write_png"],
    "figures: SVG": ["diaoyan.figures.style:_write_svg"],
    "view of topics": ["diaoyan.discovery.view:topic_view"],
    "page": ["diaoyan.documents.page:write_page"],
    "Word file": ["diaoyan.documents.word:write_word"],
    "workbook": ["diaoyan.documents.sheet:write_sheet"],
    "tags of the month": ["diaoyan.monthly.month:_tag"],
    "drift": ["diaoyan.monthly.month:_drift"],
    "themes followed": ["diaoyan.monthly.month:_themes"],
    "sheet to review": ["diaoyan.monthly.month:_review"],
    "learning": ["diaoyan.monthly.retraining:_train"],
    "learning: comparison with the model in use": ["diaoyan.monthly.compare:compare"],
}  # fmt: skip
#: Whose modules take long to load; what these load in turn is theirs.
LOADED = {"numpy": "NumPy", "scipy": "SciPy", "sklearn": "scikit-learn", "pandas": "pandas",
          "matplotlib": "Matplotlib", "docx": "python-docx", "openpyxl": "openpyxl", "diaoyan": "diaoyan"}  # fmt: skip
REST = "the rest"


class Clock:
    """Processor seconds by part; one part runs at a time."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.running = ["Python"]
        self.last = 0.0

    def turn(self) -> None:
        """Give the time since the last turn to the part that runs."""
        now = time.process_time()
        self.seconds[self.running[-1]] += now - self.last
        self.last = now

    @contextlib.contextmanager
    def part(self, name: str) -> Any:
        """Let a part run."""
        self.turn()
        self.running.append(name)
        try:
            yield
        finally:
            self.turn()
            self.running.pop()


class Watched:
    """Imports that are timed, and functions that are from the moment on when their module is loaded."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.waiting = {function: part for part, functions in PARTS.items() for function in functions}
        self.load, self.load_by_name = builtins.__import__, importlib.import_module

    def watch(self) -> None:
        """Begin."""
        builtins.__import__ = self._import
        importlib.import_module = self._import_by_name

    def _import(self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        load = partial(self.load, name, globals, locals, fromlist, level)
        if level:  # within a package whose time it is already
            return load()
        there = sys.modules.get(name)
        if there is not None and all(one in vars(there) for one in fromlist or ()):
            return load()
        return self._timed(name, load)

    def _import_by_name(self, name: str, package: str | None = None) -> Any:
        return self._timed((package or name) if name.startswith(".") else name,
                           partial(self.load_by_name, name, package))  # fmt: skip

    def _timed(self, name: str, load: Callable[[], Any]) -> Any:
        root = name.partition(".")[0]
        running = self.clock.running[-1]
        if root in LOADED:
            part = f"loading {LOADED[root]}"
        else:
            part = running if running.startswith("loading") else "loading the rest"
        with self.clock.part(part):
            loaded = load()
        self._reach()
        return loaded

    def _reach(self) -> None:
        for function, part in list(self.waiting.items()):
            home, _, name = function.partition(":")
            owner = sys.modules.get(home)
            *above, last = name.split(".")
            for one in above:
                owner = getattr(owner, one, None)
            found = None if owner is None else vars(owner).get(last)
            if found is not None:
                setattr(owner, last, self._clocked(found, part))
                del self.waiting[function]

    def _clocked(self, function: Any, part: str) -> Any:
        if isinstance(function, classmethod):
            return classmethod(self._clocked(function.__func__, part))

        @wraps(function)
        def called(*arguments: Any, **named: Any) -> Any:
            with self.clock.part(part):
                return function(*arguments, **named)

        return called


def main(result: str, *arguments: str) -> int:
    """Run a command, write where its time went, and return its status."""
    os.cpu_count = lambda: 1  # what would be done beside is done here
    clock = Clock()
    watched = Watched(clock)
    watched.watch()
    with clock.part(REST):
        from diaoyan.cli import main as command

        status = command(list(arguments))
    clock.turn()
    Path(result).write_text(json.dumps({part: round(value, 3) for part, value in clock.seconds.items()}), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
