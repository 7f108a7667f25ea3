"""Cross-checks: what the 目录, the cover and the body say of each other, and how sure a report is."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Sequence

from diaoyan.compilation.align import Match
from diaoyan.compilation.bylines import author_likeness, title_likeness
from diaoyan.compilation.entries import Entry
from diaoyan.compilation.furniture import Furniture
from diaoyan.compilation.lines import Line, key_of
from diaoyan.language import gettext
from diaoyan.report import Report

#: Characters before the first title that are more than a cover and a preface's first lines.
_UNREAD = 300
#: So many times as long as half of the reports are, a report may be two.
_MUCH_LONGER = 5


def entry_confidence(entry: Entry, match: Match | None) -> float:
    """Return how sure an entry is, 0 to 1: by its place in the body, else by how it looks in the 目录."""
    if match is not None:
        signs = sum(words.endswith(("below it", "above it")) or words == "begins a page" for words in match.evidence)
        return min(0.99, 0.62 * match.similarity + 0.15 + 0.12 * min(signs, 2))
    confidence = 0.5
    confidence += 0.1 * (entry.page is not None) + 0.1 * (entry.number is not None)
    confidence += 0.1 * (title_likeness(entry.title) >= 0.3) + 0.1 * (author_likeness(entry.authors or "") >= 0.3)
    return confidence - 0.2 * (len(key_of(entry.title)) < 5 or len(key_of(entry.title)) > 80)


def cross_check(
    reports: Sequence[Report],
    entries: Sequence[Entry],
    announced: int | None,
    furniture: Furniture,
    lines: Sequence[Line],
    *,
    unread: int = 0,
) -> list[str]:
    """Return every disagreement as one sentence; `unread` are the characters of running text before the first title."""
    findings = []
    if announced is not None and announced != len(reports):
        findings.append(
            gettext("The heading announces {announced} reports, but {count} were found.").format(
                announced=announced, count=len(reports)
            )
        )
    if unread >= _UNREAD:
        findings.append(
            gettext("{unread:,} characters stand before the first title and belong to no report.").format(unread=unread)
        )
    findings += _lengths(reports)
    findings += _numbers(entries)
    findings += _pages(entries, reports, furniture, lines)
    in_text = sorted((report for report in reports if report.start is not None), key=lambda report: report.start or 0)
    order = [report.no or 0 for report in in_text]
    findings += [
        gettext("The body has no. {b} behind no. {a}, in another order than the 目录.").format(b=b, a=a)
        for a, b in itertools.pairwise(order)
        if b < a
    ][:5]
    with_text = [report.no or 0 for report in reports if report.status != "missing"]
    gaps = [
        report for report in reports if report.status == "missing" and with_text and (report.no or 0) < max(with_text)
    ]
    findings += [
        gettext("No. {no} ({value}) is listed in the 目录, but was not found between its neighbours.").format(
            no=report.no, value=report.title[:30]
        )
        for report in gaps[:20]
    ]
    titles = {key_of(report.title): report.title for report in reports}
    counted = Counter(key_of(report.title) for report in reports)
    repeated = [(titles[key], count) for key, count in counted.items() if count > 1]
    return findings + [
        gettext("The title {value} stands there {count} times.").format(value=title[:30], count=count)
        for title, count in repeated[:5]
    ]


def _lengths(reports: Sequence[Report]) -> list[str]:
    """Return the reports that are so much longer than the others that they may hold a second one."""
    sizes = [len(report.text or "") for report in reports if report.status == "full"]
    if len(sizes) < 4:
        return []
    usual = statistics.median(sizes)
    return [
        gettext(
            "No. {no} ({value}) has {count:,} characters, the others about {usual:,.0f}; another report may be in it."
        ).format(no=report.no, value=report.title[:30], count=len(report.text or ""), usual=usual)
        for report in reports
        if len(report.text or "") > max(_MUCH_LONGER * usual, usual + 2_000)
    ][:5]


def _numbers(entries: Sequence[Entry]) -> list[str]:
    numbers = [entry.number for entry in entries if entry.number is not None]
    jumps = [(a, b) for a, b in itertools.pairwise(numbers) if b != a + 1 and b != 1]
    return [
        gettext("The numbers of the 目录 jump from {a} to {b}; an entry may be unreadable.").format(a=a, b=b)
        for a, b in jumps[:5]
    ]


def _pages(
    entries: Sequence[Entry], reports: Sequence[Report], furniture: Furniture, lines: Sequence[Line]
) -> list[str]:
    findings = []
    pages = [(entry.no, entry.page) for entry in entries if entry.page is not None]
    findings += [
        gettext("The 目录 gives page {b} for no. {n} after page {a} for the one before it.").format(b=b, n=n, a=a)
        for (_, a), (n, b) in itertools.pairwise(pages)
        if b < a
    ][:5]
    missing = [entry.no for entry in entries if entry.page is None]
    if pages and missing:
        findings.append(
            gettext("{count} of {count2} entries of the 目录 have no page, e.g. no. {value}.").format(
                count=len(missing), count2=len(entries), value=missing[0]
            )
        )
    # A printed number stands at the foot or the head of its page, so the page of a place is known within one.
    printed = [(lines[i].start, value) for i, value in sorted(furniture.pages.items()) if value]
    for report in reports:
        if report.start is None or report.page is None or len(printed) < 3:
            continue
        after = next((value for start, value in printed if start >= report.start), None)
        if after is not None and abs(after - report.page) > 1:
            findings.append(
                gettext("The 目录 gives page {page} for no. {no}, but the text stands on page {after}.").format(
                    page=report.page, no=report.no, after=after
                )
            )
    if len(findings) > 8:
        findings[8:] = [gettext("{value} more page numbers do not agree.").format(value=len(findings) - 8)]
    return findings
