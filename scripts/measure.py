"""Take a measure: ``python scripts/measure.py NAME [--data DIR] [options]``; ``--list`` says which there are."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Measure:
    """What there is to say of a measure before it is loaded.

    Attributes
    ----------
    says : str
    data : bool or None
        Whether it needs the folder of real texts; None if it measures the sample without it.
    """

    says: str
    data: bool | None = True

    def parser(self, name: str, module: ModuleType) -> argparse.ArgumentParser:
        """Return what reads the options of the measure."""
        made = argparse.ArgumentParser(
            prog=f"measure.py {name}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if self.data is not False:
            made.add_argument("--data", type=Path, required=bool(self.data), metavar="DIR", help="of real texts")
        if hasattr(module, "options"):
            module.options(made)
        return made


MEASURES = {
    "adaptation": Measure("what a few labels add to a classifier that has never seen their genre"),
    "archive": Measure("what jobs over an archive cost, by one worker and by two"),
    "discovery": Measure("themes found in labelled news, seeded and free"),
    "drawn": Measure("what models lose that are fitted on a sample of an archive"),
    "drift": Measure("how often drift is found where there is none, and where some is planted", None),
    "field": Measure("free themes beside the field, on five sets of texts"),
    "identity": Measure("how themes keep their identity from month to month", None),
    "months": Measure("months taken in one after the other, and again with interruptions", None),
    "own_themes": Measure("a codebook of one's own with 0, 5, 20 and 100 labels"),
    "review": Measure("labels chosen against labels at random, and wrong labels that are found", None),
    "sources": Measure("how tags hold for sources nobody has seen"),
    "splitting": Measure("how well compilations without 目录 are split"),
    "tagging": Measure("tags on real texts"),
    "weak_labels": Measure("how often each labelling function speaks and is right on the sample", False),
}


def main(given: list[str]) -> None:
    """List the measures, or take one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", nargs="?", choices=MEASURES)
    parser.add_argument("--list", action="store_true", help="say which measures there are")
    chosen = parser.parse_args(given[:1])
    if chosen.name is None:
        for name, measure in MEASURES.items():
            print(f"{name:12s} {measure.says}")
        return
    module = import_module(f"measures.{chosen.name}")
    module.run(MEASURES[chosen.name].parser(chosen.name, module).parse_args(given[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
