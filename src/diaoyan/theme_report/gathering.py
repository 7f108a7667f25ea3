"""Facts are gathered here: reports are tagged, counted and laid out, and nothing is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from diaoyan.corpus import Label
from diaoyan.discovery import ThemeModel
from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.report import Report
from diaoyan.tagging import Evaluation, Tag, Tagger, standing
from diaoyan.theme_report import inside, selection, trust, wording
from diaoyan.theme_report.apart import Apart, Beside, Later
from diaoyan.theme_report.course import course
from diaoyan.theme_report.divisions import Divided, divided, evenly, kept
from diaoyan.theme_report.drawings import turn_to_drawing
from diaoyan.theme_report.facts import Facts
from diaoyan.theme_report.layout import chosen, spots

if TYPE_CHECKING:
    import pandas as pd

_OF_REPORT = ("report_id", "compilation", "month", "no", "title", "authors", "date", "page", "status")
_OF_TAG = ("primary", "themes", "needs_review", "evidence", "reason")


def gather(
    reports: Sequence[Report],
    tagger: Tagger,
    *,
    labels: Mapping[str, Label] | None = None,
    evaluation: Evaluation | None = None,
    before: Sequence[Report] = (),
    theme: str | None = None,
    found: Sequence[ThemeModel] | None = None,
    beside: Beside | None = None,
    random_state: int = 0,
) -> Facts:
    """Tag reports and gather what the theme report says of them.

    Parameters
    ----------
    reports : sequence of Report
        At least one.
    tagger : Tagger
        Fitted.
    labels : mapping of report_id to Label, optional
        Themes that people gave: they stand instead of the classifier's.
    evaluation : Evaluation, optional
        Held-out results of the same classifier.
    before : sequence of Report
        Reports of earlier months, with which themes and words of the last month are compared.
    theme : str, optional
        Id or name of a theme, to report only on the reports that carry it.
    found : sequence of ThemeModel, optional
        An LDA and a TF-IDF model fitted to these reports; they are fitted here if None.
    beside : Beside, optional
        A second process that works out the map and the found themes while the rest is counted and drawn. A script
        that makes one needs the line ``if __name__ == "__main__":``, as for any process that Python starts.
    random_state : int
        Decides the themes that are found and the layout of the map.

    Raises
    ------
    CorpusError
        If there are no reports, or none with the theme.

    See Also
    --------
    diaoyan.write_theme_report : puts it on paper.

    Examples
    --------
    >>> from diaoyan import load_tagger
    >>> facts = gather([Report("a", "宅基地制度改革调研", month="2025-03")], load_tagger("base"))
    >>> facts.total, facts.month, facts.reports["primary"].tolist()
    (1, '2025-03', ['rural'])
    """
    if not reports:
        raise CorpusError(gettext("Expected at least one report to draw a theme report of, found none."))

    def themes_of(reports: Sequence[Report]) -> Later[Divided | None]:
        return Later(partial(divided, evenly(reports), tagger.codebook, random_state=random_state), beside)

    # Themes that are found do not wait for the tags, unless these choose the reports.
    early = Later(partial(kept, found)) if found is not None else themes_of(reports) if theme is None else None
    tags = standing(tagger.tag(reports), labels or {}, tagger.codebook)
    reports, tags = selection.of_theme(reports, tags, tagger=tagger, theme=theme)
    tags_before = standing(tagger.tag(before), labels or {}, tagger.codebook)
    if theme is not None:  # reports on one theme are compared with those on the same
        before, tags_before = selection.carrying(before, tags_before, tagger.codebook.id_of(theme))
    table = _table(reports, tags)
    counts = wording.counted(reports, tagger.features_.tokenizer)
    placed = chosen(len(reports))
    scores = np.array([list(tags[row].probabilities.values()) for row in placed])
    written = [reports[row].has_text for row in placed]
    places = Later(partial(spots, [counts[row] for row in placed], scores, written=written), beside)
    apart = Apart(table, tags, divided=early or themes_of(reports), spots=places, beside=beside)
    if beside is not None:
        beside.ask(turn_to_drawing)
    titles, month = inside.titles(reports, tags)
    compared = course([*tags_before, *tags], tagger.classes)
    changes = wording.changes(
        [*wording.counted(before, tagger.features_.tokenizer), *counts], [*before, *reports], course=compared
    )
    together, several = inside.together(tags, tagger.codebook.ids)
    measured = (
        {}
        if evaluation is None
        else {
            "accuracy": evaluation.accuracy,
            "macro_f1": evaluation.macro_f1,
            "low": evaluation.interval[0],
            "high": evaluation.interval[1],
        }
    )
    return Facts(
        codebook=tagger.codebook,
        reports=table,
        month=month,
        titles=titles,
        shares=_shares(tags, tagger.classes),
        words=wording.marking(counts, tags, classes=tagger.classes),
        changes=changes,
        course=compared,
        apart=apart,
        provinces=inside.provinces(reports, tags),
        together=together,
        several=several,
        strips=inside.strips(reports, tags, tagger),
        risk=trust.risk(tagger),
        bars=trust.bars(tagger),
        wrong=trust.wrong(tagger, trust.by_model(tags, with_text=[report.has_text for report in reports])),
        reliability=None if evaluation is None else trust.reliability(evaluation),
        confusion=None if evaluation is None else trust.confusion(evaluation),
        scores=measured,
        total=len(reports),
        with_text=sum(report.has_text for report in reports),
        unlabelled=tagger.unlabelled_themes,
    )


def _table(reports: Sequence[Report], tags: Sequence[Tag]) -> pd.DataFrame:
    import pandas as pd

    columns = {name: [getattr(report, name) for report in reports] for name in _OF_REPORT}
    columns["status"] = [report.status if report.has_text else "missing" for report in reports]
    columns |= {name: [getattr(tag, name) for tag in tags] for name in _OF_TAG}
    columns["themes"] = [";".join(tag.themes) for tag in tags]
    return pd.DataFrame(columns).astype({"no": "Int64", "page": "Int64"})


def _shares(tags: Sequence[Tag], classes: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    rows: list[list[object]] = []
    for month in sorted({tag.month for tag in tags}, key=lambda m: (m is None, m)):
        counts = Counter(tag.primary for tag in tags if tag.month == month)
        total = counts.total()
        filed = ((theme, counts[theme]) for theme in classes)
        rows += [[month, theme, number, number / total, *trust.wilson(number, total)] for theme, number in filed]
    return pd.DataFrame(rows, columns=["month", "theme", "reports", "share", "low", "high"])
