"""`Rows`: vectors of reports, sparse ones and dense ones side by side, with the arithmetic that tagging needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from diaoyan.arrays import Array, Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class Rows:
    """Vectors of reports, one a row, in NumPy alone."""

    #: The sparse part of row ``i``, of unit length, is at ``starts[i]:starts[i + 1]`` of the next two; of shape (n_rows
    #: + 1,).
    starts: Ints
    #: Columns ascend in each row.
    columns: Ints
    values: Floats
    #: Further columns, after all sparse ones; of shape (n_rows, n_dense).
    dense: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def joined(cls, several: Sequence[Rows]) -> Rows:
        """Return the rows of several, one after the other."""
        sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(rows.starts) for rows in several)])
        columns, values = [rows.columns for rows in several], [rows.values for rows in several]
        dense = np.concatenate([rows.dense for rows in several])
        return cls(np.cumsum(sizes), np.concatenate(columns), np.concatenate(values), dense)

    def without_dense(self) -> Rows:
        """Return the sparse part alone: words, n-grams and seed words, of unit length."""
        return replace(self, dense=self.dense[:, :0])

    def times(self, weights: Array) -> Floats:
        """Return the product with dense `weights` of shape (n_columns, n_classes); no row depends on the others."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.starts))
        sums = [np.bincount(owner, self.values * w[self.columns], minlength=len(self)) for w in weights.T]
        sparse: Floats = np.stack(sums, axis=1) if sums else np.zeros((len(self), 0))
        width = self.dense.shape[1]
        if not width:
            return sparse
        return np.asarray(sparse + self.meaning(weights))

    def meaning(self, weights: Array) -> Floats:
        """Return what of the product comes from the dense part, of shape (n_rows, n_classes)."""
        width = self.dense.shape[1]
        if not width:
            return np.zeros((len(self), weights.shape[1]))
        # Not a product of a BLAS library, whose threads and blocks may change the last digits.
        return np.asarray(np.einsum("ij,jk->ik", self.dense, weights[-width:].astype(float)))

    def matrix(self, columns: int) -> csr_matrix:
        """Return the rows as a SciPy matrix."""
        from scipy.sparse import csr_matrix, hstack

        width = self.dense.shape[1]
        sparse = csr_matrix((self.values, self.columns, self.starts), shape=(len(self), columns - width))
        return hstack([sparse, csr_matrix(self.dense)], format="csr") if width else sparse
