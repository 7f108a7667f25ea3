"""The check value at the end of every row of a review sheet, by which a row is known that is no longer what it was."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from diaoyan.documents.office import cell_text
from diaoyan.report import Report, bare
from diaoyan.themes import bare_name

_FORM = re.compile(r"r(\d{1,6})of(\d{1,6})-([0-9a-f]{8})")
#: Answers that stand together by theme less often than this by chance were sorted.
_CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Check:
    """A check value: which row of how many it was, and a hash of whose it was and what the machine said there."""

    row: int
    rows: int
    mark: str

    def __str__(self) -> str:
        return f"r{self.row}of{self.rows}-{self.mark}"  # what no program takes for a date or a number

    @classmethod
    def of(cls, report: Report, machine: str, *, row: int, rows: int) -> Check:
        """Return the check value of a row.

        Examples
        --------
        >>> str(Check.of(Report("a", "甲县调查"), "金融 87%", row=3, rows=16))
        'r3of16-a96ebda3'
        """
        said = (report.report_id, bare(cell_text(report.title)), bare_name(machine), str(row), str(rows))
        return cls(row, rows, hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:8])

    @classmethod
    def read(cls, text: str) -> Check | None:
        """Return the check value a cell holds, or None."""
        match = _FORM.fullmatch(text)
        return cls(int(match[1]), int(match[2]), match[3]) if match else None

    def fits(self, report: Report, machine: str) -> bool:
        """Whether it is that of a report and of what the machine said of it."""
        return self == Check.of(report, machine, row=self.row, rows=self.rows)


def missing_rows(checks: Sequence[Check]) -> list[int]:
    """Return which rows of the sheet that was written are not there.

    Examples
    --------
    >>> missing_rows([Check(1, 4, "x"), Check(3, 4, "x")])
    [2, 4]
    """
    rows = Counter(check.rows for check in checks).most_common(1)
    present = {check.row for check in checks}
    return [row for row in range(1, rows[0][0] + 1) if row not in present] if rows else []


def spans(rows: Sequence[int]) -> str:
    """Return rising numbers as text.

    Examples
    --------
    >>> spans([2, 5, 6, 7])
    '2, 5-7'
    """
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][-1] + 1:
            found[-1].append(row)
        else:
            found.append([row])
    return ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in found)


def sorted_alone(answers: Sequence[str], machine: Sequence[str], places: Sequence[int]) -> bool:
    """Whether answers look as if their column had been sorted without the rows.

    Parameters
    ----------
    answers, machine : sequence of str
        What was answered and what the machine said, in the order of the sheet.
    places : sequence of int
        Where the rows stood when the sheet was written.

    Notes
    -----
    Equal answers stand together then, more than chance would put them, though what the machine said does not. Where
    whole rows are sorted by their answers, rows of one answer keep their order, and all of them have lost it.

    Examples
    --------
    >>> themes = ["金融"] * 4 + ["乡村振兴"] * 4 + ["其他"] * 4
    >>> machine = ["金融", "其他", "乡村振兴", "其他"] * 3
    >>> sorted_alone(themes, machine, range(12)), sorted_alone(machine, machine, range(12))
    (True, False)
    >>> sorted_alone(themes, machine, [1, 4, 6, 9, 0, 3, 7, 11, 2, 5, 8, 10])
    False
    """
    sizes = Counter(answers)
    if not _together(answers) or _together(machine):
        return False
    ways = math.factorial(len(answers)) // math.prod(map(math.factorial, sizes.values()))
    if math.factorial(len(sizes)) >= _CHANCE * ways:
        return False
    in_order = all(
        _rises([place for place, one in zip(places, answers, strict=True) if one == answer]) for answer in sizes
    )
    return _rises(places) or not in_order


def _together(values: Sequence[str]) -> bool:
    changes = sum(one != other for one, other in itertools.pairwise(values))
    return changes == len(set(values)) - 1


def _rises(places: Sequence[int]) -> bool:
    return all(one < other for one, other in itertools.pairwise(places))
