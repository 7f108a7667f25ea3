"""What a split gives: the reports, what each was recognised by, and what does not agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from diaoyan.display import table
from diaoyan.language import gettext, message
from diaoyan.report import STATUSES, Report
from diaoyan.writing import columns_of

if TYPE_CHECKING:
    import pandas as pd

#: A report recognised with less confidence is called doubtful.
DOUBTFUL_BELOW = 0.6
#: What `overview` calls its columns, and what the statuses are called that stand there.
_COLUMNS = (
    message("no"),
    message("title"),
    message("authors"),
    message("page"),
    message("characters"),
    message("status"),
    message("sure"),
    message("recognised by"),
)
_STATUSES = (message("full"), message("partial"), message("missing"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one report was recognised by, and what its heading names.

    Parameters
    ----------
    recognised_by : tuple of str
        Pieces of a sentence, e.g. ``("entry 3 of the 目录", "authors below it")``.
    confidence : float
        0 to 1.
    main_title, subtitle : str or None
        The two parts of the title, where the print keeps them apart.
    institutions, people : tuple of str
        Named in the byline.
    province, city : str or None
        Named in title or byline.
    """

    recognised_by: tuple[str, ...]
    confidence: float
    main_title: str | None = None
    subtitle: str | None = None
    institutions: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    province: str | None = None
    city: str | None = None

    @property
    def in_words(self) -> str:
        """What it was recognised by, in the language that is spoken."""
        return "; ".join(map(gettext, self.recognised_by))

    @property
    def doubtful(self) -> bool:
        """Whether a reader should look at the report's limits."""
        return self.confidence < DOUBTFUL_BELOW


@dataclass(frozen=True)
class SplitCompilation:
    """A compilation cut into its reports.

    Parameters
    ----------
    source : str
        Name of the file.
    text : str
        The source's text; ``text[report.start:report.end]`` is the report, for every report that has text.
    compilation : str or None
        Heading as printed.
    month : str or None
        ``YYYY-MM``.
    series, announced : int or None
        Number of the series (专题系列626) and of the reports it announces (33篇).
    reports : list of Report
        In the order of the 目录, where there is one; its texts can stand in another.
    evidence : list of Evidence
        One for every report.
    findings : list of str
        What does not agree or could not be read, one sentence each.
    """

    source: str
    text: str = field(repr=False)
    compilation: str | None
    month: str | None
    series: int | None
    announced: int | None
    reports: list[Report] = field(repr=False)
    evidence: list[Evidence] = field(repr=False)
    findings: list[str]

    def __len__(self) -> int:
        return len(self.reports)

    def counts(self) -> dict[str, int]:
        """Return the number of reports by status, in the order full, partial, missing."""
        counted = Counter(report.status for report in self.reports)
        return {status: counted[status] for status in STATUSES}

    def summary(self) -> str:
        """Return what was found, what is missing and what is doubtful, as lines to print."""
        counts = self.counts()
        heading = self.compilation or gettext("no heading")
        lines = [f"{self.source}: {heading}"]
        counted = (
            gettext("1 report ({full} full, {partial} partial, {missing} missing); month {month}.")
            if len(self.reports) == 1
            else gettext("{count} reports ({full} full, {partial} partial, {missing} missing); month {month}.")
        )
        lines.append(counted.format(count=len(self.reports), month=self.month or gettext("unknown"), **counts))
        missing = [str(report.no) for report in self.reports if report.status == "missing"]
        if missing:
            lines.append(gettext("Without text (title and authors only): {value}.").format(value=_ranges(missing)))
        lines += [
            gettext("Cut off: {no}. {title}").format(no=report.no, title=report.title)
            for report in self.reports
            if report.status == "partial"
        ]
        lines += [
            gettext("Doubtful ({confidence:.0%}): {no}. {title}").format(
                confidence=evidence.confidence, no=report.no, title=report.title
            )
            for report, evidence in zip(self.reports, self.evidence, strict=True)
            if evidence.doubtful
        ]
        return "\n".join([*lines, *self.findings])

    def explain(self) -> pd.DataFrame:
        """Return for every report what it was recognised by and how sure.

        Returns
        -------
        pandas.DataFrame
            Columns ``no, title, status, recognised_by, confidence, doubtful``.
        """
        import pandas as pd

        rows = [
            (r.no, r.title, r.status, e.in_words, round(e.confidence, 2), e.doubtful)
            for r, e in zip(self.reports, self.evidence, strict=True)
        ]
        return pd.DataFrame(rows, columns=["no", "title", "status", "recognised_by", "confidence", "doubtful"])

    def overview(self) -> str:
        """Return the table of `explain` as text to print: one line a report, columns that stand below each other.

        Examples
        --------
        >>> from diaoyan.compilation import Source, split_source
        >>> found = split_source(Source("a.txt", "关于田的调查报告\\n" + "全县有村一百二十个。" * 9, "txt"))
        >>> print(found.overview().splitlines()[0].split())
        ['no', 'title', 'authors', 'page', 'characters', 'status', 'sure', 'recognised', 'by']
        """
        head = [gettext(name) for name in _COLUMNS]
        rows = [
            (
                str(report.no or ""),
                _short(report.title, 40),
                _short(report.authors or "", 24),
                "" if report.page is None else str(report.page),
                f"{len(report.text or ''):,}",
                gettext(report.status),
                f"{evidence.confidence:.0%}",
                _short(evidence.in_words, 60),
            )
            for report, evidence in zip(self.reports, self.evidence, strict=True)
        ]
        widths = [max(map(columns_of, column)) for column in zip(head, *rows, strict=True)]
        figures = {"no", "page", "characters", "sure"}
        return "\n".join(
            "  ".join(
                " " * (width - columns_of(cell)) + cell if name in figures else cell + " " * (width - columns_of(cell))
                for name, cell, width in zip(head, row, widths, strict=True)
            ).rstrip()
            for row in (head, *rows)
        )

    def metadata(self) -> pd.DataFrame:
        """Return what the headings name: title and subtitle, institutions, people, date, province and city.

        Returns
        -------
        pandas.DataFrame
            Columns ``report_id, no, title, main_title, subtitle, authors, institutions, people, date, page,
            province, city, series, month, start, end``; several institutions are joined by ``;``.
        """
        import pandas as pd

        columns = "report_id no title main_title subtitle authors institutions people date page province city series"
        rows = [
            asdict(report)
            | asdict(evidence)
            | {
                "institutions": ";".join(evidence.institutions),
                "people": ";".join(evidence.people),
                "series": self.series,
            }
            for report, evidence in zip(self.reports, self.evidence, strict=True)
        ]
        return pd.DataFrame(rows, columns=[*columns.split(), "month", "start", "end"])

    def _repr_html_(self) -> str:
        """Return a table for notebooks: what was recognised, by what, and what does not agree."""
        summary = self.summary().splitlines()
        rows = [
            [r.no, r.title, r.authors, r.page, r.status, len(r.text), e.in_words, f"{e.confidence:.0%}"]
            for r, e in zip(self.reports, self.evidence, strict=True)
        ]
        return table(
            ["no", "title", "authors", "page", "status", "characters", "recognised by", "sure"],
            rows,
            caption=summary[0],
            notes=[summary[1], *self.findings],
        )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _ranges(numbers: Sequence[str]) -> str:
    """Return numbers with runs drawn together: 3-33 instead of 3, 4, ..."""
    runs: list[list[int]] = []
    for number in sorted(int(n) for n in numbers if n.isdecimal()):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
