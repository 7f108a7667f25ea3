"""What makes a class an estimator among scikit-learn's: settings to read, set and clone, and texts in any of its forms.

Nothing of scikit-learn is imported here, so that a month is tagged without it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Literal, Self

from diaoyan.errors import CorpusError
from diaoyan.language import gettext
from diaoyan.report import COLUMNS, Report, from_mapping

Kind = Literal["classifier", "clusterer"]
#: Characters up to which the first line of a text is its title.
LONGEST_TITLE = 80


class Estimator:
    """Settings as scikit-learn wants them: every parameter of ``__init__`` is an attribute of the same name.

    Examples
    --------
    >>> class Cutter(Estimator):
    ...     def __init__(self, *, width: int = 3) -> None:
    ...         self.width = width
    >>> Cutter().set_params(width=5).get_params()
    {'width': 5}
    """

    _kind: Kind | None = None

    @classmethod
    def _names(cls) -> list[str]:
        return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings; there are none inside them, so `deep` changes nothing."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Self:
        """Change settings and return the estimator itself; what was fitted stays as it was until it is fitted again.

        Raises
        ------
        ValueError
            If there is no setting of that name.
        """
        known = self._names()
        for name in params:
            if name not in known:
                raise ValueError(f"expected a setting of {type(self).__name__}: {', '.join(known)}; got {name!r}")
            setattr(self, name, params[name])
        return self

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn asks of an estimator: its kind, and that it takes texts."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags, TransformerTags

        classifier = self._kind == "classifier"
        return Tags(
            estimator_type=self._kind,
            target_tags=TargetTags(required=classifier),
            transformer_tags=None if classifier else TransformerTags(),
            classifier_tags=ClassifierTags() if classifier else None,
            input_tags=InputTags(one_d_array=True, two_d_array=False, string=True),
        )


def as_reports(given: Any) -> list[Report]:
    """Return what an estimator is given as reports.

    Parameters
    ----------
    given : sequence of Report or of str, Series of str, or DataFrame
        A text's first line is its title, if it is short and more follows or it is no sentence. A frame has the columns
        of reports, of which ``title`` or ``text`` is needed.

    Returns
    -------
    list of Report
        Those without an id are called after their place.

    Raises
    ------
    CorpusError
        If something else is given, or a frame lacks titles and texts.

    Examples
    --------
    >>> [(report.title, report.text) for report in as_reports(["关于田的调查\\n全县有村一百二十个。", "全县有村。"])]
    [('关于田的调查', '全县有村一百二十个。'), ('', '全县有村。')]
    """
    if hasattr(given, "columns") and hasattr(given, "itertuples"):
        return _of_frame(given)
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise CorpusError(
            gettext("Expected reports or texts, several of them, got one {name}.").format(name=type(given).__name__)
        )
    return [_report(one, number) for number, one in enumerate(given)]


def _report(given: Any, number: int) -> Report:
    if isinstance(given, Report):
        return given
    if not isinstance(given, str):
        raise CorpusError(
            gettext("Expected a report or a text, got {name} at place {number}.").format(
                name=type(given).__name__, number=number
            )
        )
    first, _, rest = given.strip().partition("\n")
    if len(first) <= LONGEST_TITLE and not first.rstrip().endswith(("。", "！", "？", "；", "，")):
        return Report(f"text-{number:06d}", first.strip(), text=rest.strip(), status="full" if rest else "missing")
    return Report(f"text-{number:06d}", "", text=given)


def _of_frame(frame: Any) -> list[Report]:
    import pandas as pd

    if not {"title", "text"} & {*frame.columns}:
        found = ", ".join(map(str, frame.columns[:8]))
        raise CorpusError(
            gettext("Expected a frame with the columns of reports, title or text at least, found {found}.").format(
                found=found
            )
        )
    kept = [name for name in COLUMNS if name in frame.columns]
    reports = []
    for number, row in enumerate(frame[kept].itertuples(index=False, name=None)):
        values = {name: None if pd.isna(value) else value for name, value in zip(kept, row, strict=True)}
        values["report_id"] = values.get("report_id") or f"row-{number:06d}"
        reports.append(from_mapping(values, where=f"the frame, row {number}"))
    return reports
