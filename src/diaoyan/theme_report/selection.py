"""Which reports a theme report is on: months of the corpus, and one theme."""

from __future__ import annotations

from collections.abc import Sequence

from diaoyan.corpus import Corpus
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.tagging import Tag, Tagger
from diaoyan.theme_report.course import BEFORE


def months_of(corpus: Corpus, first: str, last: str) -> tuple[list[Report], list[Report]]:
    """Return the reports from one month to another, and those of up to twelve months before.

    Months in between that are not in the corpus are passed over.

    Raises
    ------
    CorpusError
        If the corpus has none of these months, or the last one comes before the first.
    """
    if last < first:
        raise CorpusError(
            gettext("Expected the first month before the last, got {first}..{last}; turn them round.").format(
                first=first, last=last
            )
        )
    there = corpus.months()
    chosen = [month for month in there if first <= month <= last]
    if not chosen:
        span = first if first == last else f"{first}..{last}"
        held = gettext("is empty; put compilations in with: diaoyan add FILE")
        if there:
            held = gettext("holds {first} to {last}").format(first=there[0], last=there[-1])
        raise CorpusError(
            gettext("Expected reports of {span}, but the corpus in {folder} {held}.").format(
                span=span, folder=corpus.folder, held=held
            )
        )
    earlier = [month for month in there if month < first][-BEFORE:]
    reports, before = ([report for month in months for report in corpus.reports(month)] for months in (chosen, earlier))
    return reports, before


def of_theme(
    reports: Sequence[Report], tags: Sequence[Tag], *, tagger: Tagger, theme: str | None
) -> tuple[list[Report], list[Tag]]:
    """Return the reports that carry a theme, and their tags; all of them if `theme` is None.

    The theme can be given by its id, Chinese or English name.

    Raises
    ------
    CorpusError
        If the codebook has no such theme, or no report carries it.
    """
    if theme is None:
        return list(reports), list(tags)
    theme = tagger.codebook.id_of(theme)
    if theme not in tagger.classes:
        raise CorpusError(
            gettext("Expected a theme of the model ({names}), got {theme!r}.").format(
                names=", ".join(tagger.classes), theme=theme
            )
        )
    kept = carrying(reports, tags, theme)
    if not kept[0]:
        raise CorpusError(
            gettext("None of the {count} reports carries the theme {theme!r}; choose another one.").format(
                count=len(reports), theme=theme
            )
        )
    return kept


def carrying(reports: Sequence[Report], tags: Sequence[Tag], theme: str) -> tuple[list[Report], list[Tag]]:
    """Return the reports that carry the theme of that id, and their tags; there may be none."""
    kept = [(r, t) for r, t in zip(reports, tags, strict=True) if theme in t.themes or theme == t.primary]
    return [report for report, _ in kept], [tag for _, tag in kept]
