"""The corpus: the reports of all months as Parquet, one part a month, and the labels people gave them."""

from diaoyan.corpus.adding import Added
from diaoyan.corpus.duplicates import SAME, near_duplicates
from diaoyan.corpus.labels import Label, Labelled, read_labels, said_of_left_out
from diaoyan.corpus.store import Corpus
from diaoyan.corpus.tables import SCHEMA, read_parquet, to_frame, to_table

__all__ = [
    "SAME",
    "SCHEMA",
    "Added",
    "Corpus",
    "Label",
    "Labelled",
    "near_duplicates",
    "read_labels",
    "read_parquet",
    "said_of_left_out",
    "to_frame",
    "to_table",
]
