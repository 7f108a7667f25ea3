"""Labelled reports of one part as vectors, left on the disk by the worker that made them for the one who learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from diaoyan.corpus.labels import Label, carried
from diaoyan.report import Report
from diaoyan.tagging.calibration import Bools, Ints
from diaoyan.tagging.features import Features
from diaoyan.themes import OTHER
from diaoyan.writing import replacing

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Vectors:
    """Two rows a report: first all reports whole, then the same ones by title and authors alone.

    Attributes
    ----------
    matrix : csr_matrix of shape (2 * n_reports, n_columns)
    has_text, has_title : ndarray of shape (n_reports,), bool
        Whether there is a body, and whether there is anything beside it.
    carried : ndarray of shape (n_reports, n_classes), bool
        Whether the report carries a class, as primary or further theme.
    primary : ndarray of shape (n_reports,)
        Class it is filed under.
    held_out : ndarray of shape (n_reports,), bool
        Whether it is kept from learning.
    """

    matrix: csr_matrix
    has_text: Bools
    has_title: Bools
    carried: Bools
    primary: Ints
    held_out: Bools

    @classmethod
    def of(
        cls, reports: Sequence[Report], labels: Mapping[str, Label], features: Features, *, held_out: Sequence[bool]
    ) -> Vectors:
        """Turn labelled reports into vectors of fitted features."""
        from scipy.sparse import csr_matrix

        classes = (*features.codebook.ids, OTHER)
        readings = features.read(reports)
        both = [*readings, *(reading.without_text() for reading in readings)]
        matrix = features.rows(both).matrix(features.n_columns) if both else csr_matrix((0, features.n_columns))
        given = [labels[report.report_id] for report in reports]
        return cls(
            matrix,
            np.array(["text" in reading.kinds for reading in readings], dtype=bool),
            np.array(
                [set(reading.kinds) > {"text"} or "text" not in reading.kinds for reading in readings], dtype=bool
            ),
            carried(given, classes),
            np.array([classes.index(label.primary) for label in given], dtype=np.int64),
            np.array(held_out, dtype=bool),
        )

    @classmethod
    def joined(cls, several: Sequence[Vectors]) -> Vectors:
        """Return vectors of several lots of reports as those of one."""
        from scipy.sparse import vstack

        halves = [one.matrix[: len(one.primary)] for one in several]
        halves += [one.matrix[len(one.primary) :] for one in several]
        names = ("has_text", "has_title", "carried", "primary", "held_out")
        rest = {name: np.concatenate([getattr(one, name) for one in several]) for name in names}
        return cls(vstack(halves, format="csr"), **rest)

    def save(self, path: Path) -> None:
        """Write everything into one ``.npz`` file, whole or not at all."""
        arrays: dict[str, Any] = {name: value for name, value in vars(self).items() if name != "matrix"}
        arrays |= {"data": self.matrix.data.astype(np.float32), "indices": self.matrix.indices.astype(np.int32)}
        with replacing(path) as temporary:
            np.savez(temporary, allow_pickle=False, **arrays, indptr=self.matrix.indptr, shape=self.matrix.shape)

    @classmethod
    def load(cls, path: Path) -> Vectors:
        """Read back what `save` wrote."""
        from scipy.sparse import csr_matrix

        with np.load(path, allow_pickle=False) as stored:
            arrays = dict(stored)
        parts = [arrays.pop(name) for name in ("data", "indices", "indptr")]
        return cls(csr_matrix(tuple(parts), shape=tuple(arrays.pop("shape"))), **arrays)

    def to_learn(self) -> tuple[csr_matrix, Bools]:
        """Return the rows that are learned from with what they carry; a title alone only where it stood by a text."""
        rows = np.concatenate([~self.held_out, ~self.held_out & self.has_text & self.has_title])
        return self.matrix[rows], np.vstack([self.carried, self.carried])[rows]
