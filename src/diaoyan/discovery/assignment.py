"""The assignment problem: which rows go with which columns so that their likeness adds up to most.

SciPy has it too, in a package that takes a third of a second to load; here a dozen themes are matched.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def assigned(likeness: Floats) -> list[tuple[int, int]]:
    """Return the pairs (row, column) whose likeness adds up to most, by row; as many as the shorter side has.

    Shortest augmenting paths (Crouse 2016, "On implementing 2D rectangular assignment algorithms"), which gives the
    same pairs as `scipy.optimize.linear_sum_assignment`, among equal ones too.

    Examples
    --------
    >>> assigned(np.array([[0.9, 0.8], [0.8, 0.0]]))
    [(0, 1), (1, 0)]
    """
    if likeness.shape[0] > likeness.shape[1]:
        return sorted((row, column) for column, row in assigned(likeness.T))
    cost = (-likeness).tolist()
    rows, columns = likeness.shape
    of_row, of_column = [0.0] * rows, [0.0] * columns
    column_of, row_of = [-1] * rows, [-1] * columns
    for first in range(rows):
        least, before = [math.inf] * columns, [-1] * columns
        seen_rows, seen_columns = set[int](), set[int]()
        remaining = list(range(columns - 1, -1, -1))
        row, reached, sink = first, 0.0, -1
        while sink < 0:
            seen_rows.add(row)
            place, lowest = -1, math.inf
            for at, column in enumerate(remaining):
                length = reached + cost[row][column] - of_row[row] - of_column[column]
                if length < least[column]:
                    before[column], least[column] = row, length
                # Among equal ones a column without a row, which ends the path.
                if least[column] < lowest or (least[column] == lowest and row_of[column] < 0):
                    lowest, place = least[column], at
            reached, column = lowest, remaining[place]
            if row_of[column] < 0:
                sink = column
            else:
                row = row_of[column]
            seen_columns.add(column)
            remaining[place] = remaining[-1]
            remaining.pop()
        of_row[first] += reached
        for row in seen_rows - {first}:
            of_row[row] += reached - least[column_of[row]]
        for column in seen_columns:
            of_column[column] -= reached - least[column]
        column = sink
        while True:
            row = before[column]
            row_of[column] = row
            column_of[row], column = column, column_of[row]
            if row == first:
                break
    return list(enumerate(column_of))
