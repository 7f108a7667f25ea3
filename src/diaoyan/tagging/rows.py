"""`Rows`: sparse vectors of reports, with the little arithmetic that tagging needs, in NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse vectors of unit length, one a report; row ``i`` is at ``starts[i]:starts[i + 1]``, columns ascending."""

    starts: Ints
    columns: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def joined(cls, several: Sequence[Rows]) -> Rows:
        """Return the rows of several, one after the other."""
        sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(rows.starts) for rows in several)])
        columns, values = [rows.columns for rows in several], [rows.values for rows in several]
        return cls(np.cumsum(sizes), np.concatenate(columns), np.concatenate(values))

    def times(self, weights: npt.NDArray[Any]) -> Floats:
        """Return the product with dense `weights` of shape (n_columns, n_classes); no row depends on the others."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.starts))
        sums = [np.bincount(owner, self.values * w[self.columns], minlength=len(self)) for w in weights.T]
        return np.stack(sums, axis=1) if sums else np.zeros((len(self), 0))

    def matrix(self, columns: int) -> csr_matrix:
        """Return the rows as a SciPy matrix."""
        from scipy.sparse import csr_matrix

        return csr_matrix((self.values, self.columns, self.starts), shape=(len(self), columns))
