"""Models: folders that are verified when they are loaded, which of them is in use, and how that came about."""

from diaoyan.models.card import FEWEST
from diaoyan.models.folder import load_tagger, read_learned, read_manifest, read_vectors, save_tagger
from diaoyan.models.history import BASE, DECISIONS, HistoryLine, in_use, read_history, record
from diaoyan.models.learned import Learned, fingerprint
from diaoyan.models.listing import listing, use
from diaoyan.models.start import SCRATCH, Start

__all__ = [
    "BASE",
    "DECISIONS",
    "FEWEST",
    "SCRATCH",
    "HistoryLine",
    "Learned",
    "Start",
    "fingerprint",
    "in_use",
    "listing",
    "load_tagger",
    "read_history",
    "read_learned",
    "read_manifest",
    "read_vectors",
    "record",
    "save_tagger",
    "use",
]
