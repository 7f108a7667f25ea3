"""Facts on single reports: titles of the month, provinces named, themes together, where in a report they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

from diaoyan.compilation.places_named import province_and_city
from diaoyan.preprocess import cut_sections
from diaoyan.report import Report
from diaoyan.tagging import Tag, Tagger

if TYPE_CHECKING:
    import pandas as pd

#: Reports whose sections are tagged one by one for the strips: the newest, as many as a page can show.
STRIPS = 30
_SENTENCE = re.compile("[。！？\n]")
_OPENING = 240  # characters


def titles(reports: Sequence[Report], tags: Sequence[Tag]) -> tuple[pd.DataFrame, str]:
    """Return ``theme, no, title, status, weight`` of the last month's reports (all, if none has one), and the month."""
    import pandas as pd

    last = max((report.month for report in reports if report.month), default="")
    rows = [
        [tag.primary, report.no, report.title, report.status if report.has_text else "missing",
         tag.probabilities[tag.primary]]
        for report, tag in zip(reports, tags, strict=True)
        if not last or report.month == last
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["theme", "no", "title", "status", "weight"]).astype({"no": "Int64"}), last


def provinces(reports: Sequence[Report], tags: Sequence[Tag]) -> pd.DataFrame:
    """Return ``province, theme, reports``; a report that names no province is left out."""
    import pandas as pd

    pairs = Counter(
        (province, tag.primary)
        for report, tag in zip(reports, tags, strict=True)
        if (province := province_of(report)) is not None
    )
    rows = [[province, theme, number] for (province, theme), number in sorted(pairs.items())]
    return pd.DataFrame(rows, columns=["province", "theme", "reports"])


def province_of(report: Report) -> str | None:
    """Return the province a report is about, as far as it says so.

    The title is asked first, then the authors, then the first sentences of the text, of which two must agree.

    Examples
    --------
    >>> province_of(Report("a", "调查", authors="湖北省社科院课题组")), province_of(Report("b", "调查", "四川有田。"))
    ('湖北省', None)
    """
    for where in (report.title, report.authors or ""):
        province, _ = province_and_city(where)
        if province:
            return province
    opening = [province_and_city(sentence)[0] for sentence in _SENTENCE.split(report.text[:_OPENING])]
    named = Counter(province for province in opening if province)
    province, number = named.most_common(1)[0] if named else (None, 0)
    return province if number >= 2 else None


def together(tags: Sequence[Tag], order: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Return ``theme, further, reports`` for every pair of themes, each once, and how many reports carry several."""
    import pandas as pd

    pairs = Counter(
        pair
        for tag in tags
        for pair in combinations_with_replacement([theme for theme in order if theme in tag.themes], 2)
    )
    rows = [[one, other, pairs[one, other]] for one, other in combinations_with_replacement(order, 2)]
    several = sum(len(tag.themes) > 1 for tag in tags)
    return pd.DataFrame(rows, columns=["theme", "further", "reports"]), several


def strips(reports: Sequence[Report], tagger: Tagger) -> pd.DataFrame:
    """Return ``report_id, month, no, title, start, end, theme, probability`` of the sections of the newest reports."""
    import pandas as pd

    written = [report for report in reports if report.has_text]
    newest = sorted(written, key=lambda r: (r.month or "", -(r.no or 0)), reverse=True)[:STRIPS]
    newest.sort(key=lambda r: (r.month or "", r.no or 0, r.report_id))
    rows: list[list[object]] = []
    sections: list[Report] = []
    for report in newest:
        cut, done = cut_sections(report.text), 0
        length = sum(map(len, cut))
        for text in cut:
            sections.append(Report(report.report_id, "", text))
            place = [round(done / length, 4), round((done + len(text)) / length, 4)]
            rows.append([report.report_id, report.month, report.no, report.title, *place])
            done += len(text)
    if rows:
        for row, scores in zip(rows, tagger.predict_proba(sections), strict=True):
            best = int(scores.argmax())
            row += [tagger.classes[best], round(float(scores[best]), 4)]
    columns = ["report_id", "month", "no", "title", "start", "end", "theme", "probability"]
    return pd.DataFrame(rows, columns=columns).astype({"no": "Int64"})
