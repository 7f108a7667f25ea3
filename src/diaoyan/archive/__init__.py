"""The archive: tagging and training over more reports than one process should hold, part by part.

Each file says in its first lines what it is for; `docs/scale.md` says what it costs.
"""

from diaoyan.archive.discovery import Discovered, discover_archive
from diaoyan.archive.tagging import Tagged, tag_archive
from diaoyan.archive.training import Trained, train_archive

__all__ = ["Discovered", "Tagged", "Trained", "discover_archive", "tag_archive", "train_archive"]
