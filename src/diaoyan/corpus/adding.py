"""Adding: which stored reports arriving ones replace, which label goes where, and what is nearly the same as what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from diaoyan.corpus.catalogue import UNDATED, Catalogue, CatalogueEntry, origin
from diaoyan.corpus.duplicates import bands, first_alike, near_duplicates, sketch
from diaoyan.corpus.labels import Label
from diaoyan.language import gettext
from diaoyan.report import Report, bare

#: Similarity (0 to 100, of edits) from which two titles of one number are two printings of one title.
_SIMILAR = 80


@dataclass(frozen=True, slots=True)
class Added:
    """What `Corpus.add` did, in numbers of reports.

    Attributes
    ----------
    new, changed, unchanged : int
        What arrived.
    removed : int
        What its compilations held before and hold no more.
    relabelled : int
        Labels of removed reports that went over to the reports that took their places.
    orphaned : int
        Labels of removed reports without such a report; they stay in the file.
    taken_from : dict of str to int
        Other months that reports were taken out of, since their compilation came again under this one, and how many.
    """

    new: int
    changed: int
    unchanged: int
    removed: int
    relabelled: int = 0
    orphaned: int = 0
    taken_from: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        said = gettext("{new} new, {changed} changed, {unchanged} unchanged, {removed} removed").format(
            new=self.new, changed=self.changed, unchanged=self.unchanged, removed=self.removed
        )
        said += "".join(
            gettext(", taken out of {month}: {count}").format(month=month, count=count)
            for month, count in self.taken_from.items()
        )
        if self.relabelled:
            said += gettext(", labels moved along: {relabelled}").format(relabelled=self.relabelled)
        if self.orphaned:
            said += gettext(", labels left without a report: {orphaned}").format(orphaned=self.orphaned)
        return said


def by_part(reports: Sequence[Report]) -> dict[str, list[Report]]:
    """Return reports by the names of the parts they belong to."""
    parts: defaultdict[str, list[Report]] = defaultdict(list)
    for report in reports:
        parts[report.month or UNDATED].append(report)
    return parts


def in_order(reports: Sequence[Report]) -> list[Report]:
    """Return the reports of a part as it holds them."""
    return sorted(reports, key=lambda report: (report.compilation or "", report.no or 0, report.report_id))


def replaced(parts: Mapping[str, Sequence[CatalogueEntry]], arriving: Sequence[Report]) -> dict[str, set[str]]:
    """Return by part the ids of the stored reports that arriving ones replace, their own among them.

    Replaced are the reports of the same compilation in the same month; and those of another month if they are the same
    reports, for then the month was corrected. A heading or file name alone does not tell: some bear the same one
    every month.
    """
    ids = {report.report_id for report in arriving}
    here = {(report.month or UNDATED, origin(report)) for report in arriving}
    by_origin: defaultdict[str | None, list[Report]] = defaultdict(list)
    for report in arriving:
        by_origin[origin(report)].append(report)
    going: dict[str, set[str]] = {}
    for name, entries in parts.items():
        going[name] = {entry.report_id for entry in entries if entry.report_id in ids}
        stored: defaultdict[str | None, list[CatalogueEntry]] = defaultdict(list)
        for entry in entries:
            stored[origin(entry)].append(entry)
        for where in (stored.keys() & by_origin.keys()) - {None}:
            if (name, where) in here or _same_reports(stored[where], by_origin[where]):
                going[name] |= {entry.report_id for entry in stored[where]}
    return {name: gone for name, gone in going.items() if gone}


def _same_reports(stored: Sequence[CatalogueEntry], arriving: Sequence[Report]) -> bool:
    """Return whether at least half of the stored reports arrive again, by their texts, or titles where one has none."""
    texts: set[bytes] = set()
    titles: dict[str, bool] = {}
    for report in arriving:
        sketched = sketch(report.text)
        texts.update(bands(sketched))
        titles[bare(report.title)] = titles.get(bare(report.title), False) or not sketched
    repeated = 0
    for entry in stored:
        by_text = not texts.isdisjoint(bands(entry.sketch))
        repeated += (
            by_text or titles.get(bare(entry.title), False) or (not entry.sketch and bare(entry.title) in titles)
        )
    return 2 * repeated >= len(stored)


def successors(removed: Sequence[Report], new: Sequence[Report]) -> dict[str, str]:
    """Return which new report is which removed one, by their ids.

    Of one compilation are the same: reports of nearly the same text, of the same title, or of the same number and a
    similar title.
    """
    from rapidfuzz.fuzz import ratio

    if not (removed and new):
        return {}
    group = near_duplicates([*removed, *new]).tolist()
    offers: list[tuple[int, float, bool, str, str]] = []
    for number, old in enumerate(removed):
        for row, other in enumerate(new, len(removed)):
            if origin(old) != origin(other) or origin(old) is None:
                continue
            similar = ratio(bare(old.title), bare(other.title))
            numbered = old.no is not None and old.no == other.no
            kinds = (group[number] == group[row], similar == 100, numbered and similar >= _SIMILAR)
            if any(kinds):
                offers.append((kinds.index(True), -similar, not numbered, old.report_id, other.report_id))
    found: dict[str, str] = {}
    for *_, old_id, new_id in sorted(offers):
        if old_id not in found and new_id not in found.values():
            found[old_id] = new_id
    return found


def moved(label: Label, old_id: str) -> Label:
    """Return a label as it stands at the report that took the place of `old_id`."""
    why = re.sub(r"(^|; )moved from \S+$", "", label.why)
    return replace(label, why=f"{why}; moved from {old_id}" if why else f"moved from {old_id}")


def linked(
    before: Catalogue,
    parts: Mapping[str, Sequence[CatalogueEntry]],
    changed: Collection[str],
    text: Callable[[str, int], str],
) -> dict[str, list[CatalogueEntry]]:
    """Return the entries of all parts with the earliest report each of them is nearly the same as.

    Parameters
    ----------
    before : Catalogue
        Its links are kept where nothing that they rest on has changed.
    parts : mapping of str to sequence of CatalogueEntry
        What there is now, in order.
    changed : collection of str
        Ids of the reports that are new, or not as they were.
    text : callable
        Gives the text of a report by part and row.
    """
    places = [(name, row) for name in parts for row in range(len(parts[name]))]
    entries = [parts[name][row] for name, row in places]
    unsettled: set[int] | None = None
    joined: list[tuple[int, int]] = []
    if before.trusted:
        rows = {entry.report_id: row for row, entry in enumerate(entries)}
        leaders = {
            entry.report_id: entry.same_as or entry.report_id for part in before.parts.values() for entry in part
        }
        broken = {leader for report_id, leader in leaders.items() if report_id in changed or report_id not in rows}
        unsettled = {
            row for row, entry in enumerate(entries) if entry.report_id in changed or leaders[entry.report_id] in broken
        }
        joined = [(row, rows[leaders[entry.report_id]]) for row, entry in enumerate(entries) if row not in unsettled]
    titles, sketches = [entry.title for entry in entries], [entry.sketch for entry in entries]
    first = first_alike(titles, sketches, lambda row: text(*places[row]), unsettled=unsettled, joined=joined)
    result: dict[str, list[CatalogueEntry]] = {name: [] for name in parts}
    for row, (entry, (name, _)) in enumerate(zip(entries, places, strict=True)):
        result[name].append(replace(entry, same_as=None if first[row] == row else entries[first[row]].report_id))
    return result
