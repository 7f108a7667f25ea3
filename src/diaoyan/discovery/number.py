"""How many themes: stability first, coherence and size second, and the whole curve kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diaoyan.discovery import naming, quality
from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.partition import MOST_ON_A_PAGE, Algorithm, partitions
from diaoyan.language import gettext

if TYPE_CHECKING:
    import pandas as pd

#: Most themes that are considered by default: more do not fit on a page, nor in a reader's head.
MOST_THEMES = MOST_ON_A_PAGE
#: Fewest reports the smallest theme should have, and largest share of the reports for the largest one: what holds more
#: than half is a remainder, and a partition with a remainder is stable without saying anything.
LEAST_SIZE, MOST_SHARE = 2, 0.5
#: Stability from which groups count as firm.
FIRM = 0.7
#: Difference of stability (adjusted Rand index) that another seed makes by itself: two standard deviations, measured.
LEVEL = 0.1
#: Loss of coherence (NPMI) at which a number of themes is clearly less coherent than another.
CLEARLY_LESS = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of themes and what speaks for it.

    Parameters
    ----------
    number : int
    stability : float
        Mean adjusted Rand index between the groups of all reports and those of 80 % of them, -1 to 1.
    error : float
        Standard error of that mean.
    coherence : float
        Mean NPMI of the themes' ten first words, -1 to 1.
    smallest : int
        Reports in the smallest theme.
    largest : float
        Share of the reports that the largest theme holds, 0 to 1.
    """

    number: int
    stability: float
    error: float
    coherence: float
    smallest: int
    largest: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen number of themes, and how it came about.

    Parameters
    ----------
    number : int
        What was chosen.
    plateau : tuple of int
        The numbers that are as stable as the best, within 0.1 or one standard error if that is more: the material does
        not decide between them.
    curve : tuple of Candidate
        Everything that was considered, by number.
    of_rest : bool
        Whether what was parted is only the rest that no theme of the codebook explains.
    """

    number: int
    plateau: tuple[int, ...]
    curve: tuple[Candidate, ...]
    of_rest: bool = False

    def sentence(self) -> str:
        """Return in a sentence how far the number can be trusted.

        Examples
        --------
        >>> curve = [Candidate(k, s, 0.02, 0.3, 5, 1 / k) for k, s in ((2, 0.5), (3, 0.8), (4, 0.79))]
        >>> best_number(curve).sentence()
        '4 themes: 3 to 4 are equally stable (adjusted Rand index 0.79 to 0.80), the material decides for none'
        """
        of = {candidate.number: candidate for candidate in self.curve}
        best = of[self.number]
        what = gettext("groups of the rest") if self.of_rest else gettext("themes")
        if max(of[number].stability for number in self.plateau) < FIRM:
            return gettext(
                "{number} {what}: no number is stable (adjusted Rand index {stability:.2f}); few are taken"
            ).format(number=self.number, what=what, stability=best.stability)
        if len(self.plateau) == 1:
            return gettext("{number} {what}: the most stable number (adjusted Rand index {stability:.2f})").format(
                number=self.number, what=what, stability=best.stability
            )
        values = [of[number].stability for number in self.plateau]
        first, last = self.plateau[0], self.plateau[-1]
        gapless = last - first + 1 == len(self.plateau)
        numbers = f"{first} to {last}" if gapless else ", ".join(map(str, self.plateau))
        return gettext(
            "{number} {what}: {numbers} are equally stable (adjusted Rand index {value:.2f} to "
            "{value2:.2f}), the material decides for none"
        ).format(number=self.number, what=what, numbers=numbers, value=min(values), value2=max(values))


def best_number(curve: Sequence[Candidate], *, of_rest: bool = False) -> Choice:
    """Choose from a curve: the plateau by stability, within it by size and coherence.

    Numbers whose largest theme holds more than half of the reports are out of the question, if there are others. On
    the plateau stand all numbers whose stability reaches that of the best less 0.1, which is what another seed makes,
    or less its standard error if that is more (the one-standard-error rule of Breiman et al. 1984), so that a jag of
    the curve decides nothing. Of these, numbers with a theme of fewer than two reports are left out if others remain,
    and numbers that are clearly less coherent than the most coherent one. If the plateau is firm (0.7), the largest
    number that is left is taken: being as firm, it says more. Otherwise the smallest is, so that less is claimed.

    Examples
    --------
    >>> curve = [Candidate(k, s, 0.02, c, 5, 1 / k) for k, s, c in ((2, 0.5, 0.4), (3, 0.8, 0.2), (4, 0.79, 0.3))]
    >>> best_number(curve).number, best_number(curve).plateau
    (4, (3, 4))
    """
    even = [candidate for candidate in curve if candidate.largest <= MOST_SHARE] or curve
    best = max(even, key=lambda candidate: (candidate.stability, -candidate.number))
    level = [candidate for candidate in even if candidate.stability >= best.stability - max(LEVEL, best.error)]
    large = [candidate for candidate in level if candidate.smallest >= LEAST_SIZE] or level
    least = max(candidate.coherence for candidate in large) - CLEARLY_LESS
    left = [candidate.number for candidate in large if candidate.coherence >= least]
    chosen = max(left) if best.stability >= FIRM else min(left)
    return Choice(chosen, tuple(candidate.number for candidate in level), tuple(curve), of_rest)


def choice_table(choice: Choice | None) -> pd.DataFrame:
    """Return how a number was chosen, one row a number that was considered.

    Returns
    -------
    DataFrame
        ``k, stability, error, coherence, smallest, largest, plateau, chosen``; empty if nothing was chosen.
    """
    import pandas as pd

    columns = ["k", "stability", "error", "coherence", "smallest", "largest", "plateau", "chosen"]
    if choice is None:
        return pd.DataFrame(columns=columns)
    rows = [(*astuple(c), c.number in choice.plateau, c.number == choice.number) for c in choice.curve]
    return pd.DataFrame(rows, columns=columns)


def judge_numbers(
    material: Material,
    shaping: npt.NDArray[np.bool_],
    numbers: Sequence[int],
    *,
    algorithm: Algorithm,
    resamples: int,
    random_state: int,
) -> Choice:
    """Part the `shaping` sections into every one of `numbers` groups, judge each, and choose.

    Parameters
    ----------
    material : Material
    shaping : ndarray of shape (n_sections,)
        The sections to part.
    numbers : sequence of int
        Ascending, each from 1 to the number of shaping sections.
    algorithm : {'votes', 'nmf'}
    resamples : int
        Draws of 80 % of the reports.
    random_state : int
    """
    rows, meaning = material.tfidf, material.meaning
    whole = partitions(rows, shaping, numbers, meaning=meaning, algorithm=algorithm, random_state=random_state)
    agreement = np.zeros((resamples, len(numbers)))
    for run, drawn in enumerate(quality.draws(len(material.reports), resamples, random_state=random_state)):
        part = shaping & np.isin(material.owner, drawn)
        possible = [number for number in numbers if number <= part.sum()]
        again = partitions(
            rows, part, possible, meaning=meaning, algorithm=algorithm, random_state=random_state + run + 1
        )
        for column, number in enumerate(possible):
            agreement[run, column] = quality.agreement(whole[number][part].argmax(1), again[number][part].argmax(1))
    curve = []
    for column, number in enumerate(numbers):
        runs = agreement[:, column]
        error = runs.std(ddof=1) / np.sqrt(resamples) if resamples > 1 else 0.0
        merits = _merits(material, shaping, whole[number])
        curve.append(Candidate(number, round(float(runs.mean()), 4), round(float(error), 4), *merits))
    return best_number(curve, of_rest=bool((shaping != material.shaping).any()))


def _merits(material: Material, shaping: npt.NDArray[np.bool_], shares: Floats) -> tuple[float, int, float]:
    """Return mean coherence of the groups, reports in the smallest, and share of the reports in the largest."""
    scores = naming.distinctive(material.spread(shares * shaping[:, None]))
    top = [naming.first_words(row, material.words, quality.JUDGED_WORDS) for row in scores]
    coherence = float(np.mean([quality.coherence(words, material) for words in top]))
    reports = material.by_report(shares * shaping[:, None])
    sizes = np.bincount(reports[reports.sum(1) > 0].argmax(1), minlength=shares.shape[1])
    return round(coherence, 4), int(sizes.min()), round(float(sizes.max() / max(sizes.sum(), 1)), 4)
