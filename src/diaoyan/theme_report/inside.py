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
from diaoyan.tagging.by_section import by_section
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: Reports whose sections are judged one by one for the strips, as many as a page can show.
STRIPS = 30
_SENTENCE = re.compile("[。！？\n]")
_OPENING, _READ = 240, 3000  # characters
#: Share of the sentences naming a province that name the one a report is about.
_MOSTLY = 0.6
_HELD = re.compile("在北?京|(?:新华社|本报|记者)北京|北京时间|北京(?=[0-9]+月)")


def titles(reports: Sequence[Report], tags: Sequence[Tag]) -> tuple[pd.DataFrame, str]:
    """Return ``theme, no, title, status, weight`` of the last month's reports (all, if none has one), and the month."""
    import pandas as pd

    last = max((report.month for report in reports if report.month), default="")
    rows = [
        [
            tag.primary,
            report.no,
            report.title,
            report.status if report.has_text else "missing",
            tag.probabilities[tag.primary],
        ]
        for report, tag in zip(reports, tags, strict=True)
        if not last or report.month == last
    ]
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
    opening = _provinces(report.text[:_OPENING])
    if not opening or opening.most_common(1)[0][1] < 2:
        return None
    # A report on many provinces may begin with one.
    province, everywhere = opening.most_common(1)[0][0], _provinces(report.text[:_READ])
    return province if everywhere[province] >= _MOSTLY * everywhere.total() else None


def _provinces(text: str) -> Counter[str]:
    """Return in how many sentences each province is named, apart from where a meeting is held and an agency writes."""
    named = (province_and_city(_HELD.sub("", sentence))[0] for sentence in _SENTENCE.split(text))
    return Counter(province for province in named if province)


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


def strips(reports: Sequence[Report], tags: Sequence[Tag], tagger: Tagger) -> pd.DataFrame:
    """Return ``report_id, month, no, title, tag, start, end, theme, probability``: the sections of the last month.

    Of the reports with text of the last month that has any, `STRIPS`, those under a theme first. `tag` is the theme
    the report is filed under; `theme` and `probability` are those of `by_section`.
    """
    import pandas as pd

    written = [(report, tag) for report, tag in zip(reports, tags, strict=True) if report.has_text]
    last = max((report.month or "" for report, _ in written), default="")
    drawn = [(report, tag) for report, tag in written if (report.month or "") == last]
    drawn.sort(key=lambda pair: (pair[1].primary == OTHER, pair[0].no or 0, pair[0].report_id))
    rows: list[list[object]] = []
    readings = tagger.features_.read([report for report, _ in drawn[:STRIPS]])
    for (report, tag), reading in zip(drawn, readings, strict=False):
        cut, done = cut_sections(report.text), 0
        length = sum(map(len, cut))
        for text, shares in zip(cut, by_section(tagger, reading), strict=True):
            best = int(shares.argmax())
            rows.append(
                [
                    report.report_id,
                    report.month,
                    report.no,
                    report.title,
                    tag.primary,
                    round(done / length, 4),
                    round((done + len(text)) / length, 4),
                    tagger.classes[best],
                    round(float(shares[best]), 4),
                ]
            )
            done += len(text)
    columns = ["report_id", "month", "no", "title", "tag", "start", "end", "theme", "probability"]
    return pd.DataFrame(rows, columns=columns).astype({"no": "Int64"})
