"""Where things are: the folders the commands read and write, and the sample that ships with the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diaoyan.corpus import Label
    from diaoyan.report import Report

#: Folders of a working folder; the commands take them relative to where they are called.
CORPUS = Path("data/corpus")
#: The user's own codebook, once they have one; else the four themes that ship.
CODEBOOK = CORPUS / "themes.toml"
MODELS = Path("models")
OUTPUT = Path("reports_out")
DEMO = OUTPUT / "demo"
MONTHS = OUTPUT / "months"
LATEST = MODELS / "latest"

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return a folder that ships with the package: ``sample``, ``base`` or ``notebooks``.

    In a wheel it lies inside the package, in a checkout where the repository keeps it.
    """
    inside = _PACKAGE / f"_{name}"
    outside = {"sample": "data/sample", "base": "models/base", "notebooks": "notebooks"}[name]
    return inside if inside.is_dir() else _PACKAGE.parents[1] / outside


def model(name: str, models: Path = MODELS) -> Path:
    """Return the folder of a model: a name in the folder of models, ``base`` for the one that ships, or a path."""
    return models / name if (models / name).is_dir() else shipped("base") if name == "base" else Path(name)


def sample() -> tuple[list[Report], dict[str, Label]]:
    """Return the reports of the sample, all with their whole text, and their labels.

    Examples
    --------
    >>> reports, labels = sample()
    >>> len(reports), labels[reports[0].report_id].primary
    (88, 'rural')
    """
    from diaoyan.corpus import read_labels
    from diaoyan.report import read_jsonl
    from diaoyan.themes import Codebook

    folder = shipped("sample")
    reports = read_jsonl(folder / "reports.jsonl")
    return reports, read_labels(folder / "labels.csv", Codebook.default())
