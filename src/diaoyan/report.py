"""`Report`, the data contract between all rooms, and its form as JSON Lines."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from diaoyan.errors import CorpusError
from diaoyan.language import gettext, reason

Status = Literal["full", "partial", "missing"]
STATUSES: tuple[Status, ...] = ("full", "partial", "missing")


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a compilation.

    Parameters
    ----------
    report_id : str
        Stable identity: the same source gives the same id on every machine (see `identify`).
    compilation : str or None
        Heading of the compilation as printed.
    month : str or None
        Month of the compilation, ``YYYY-MM``.
    no : int or None
        Number in the 目录, from 1.
    title : str
        Title and subtitle, joined by one space.
    authors : str or None
        Authors and institutions as printed.
    date : str or None
        ISO date of the report.
    page : int or None
        Page given in the 目录.
    text : str
        Body without title, authors and date; empty where the status is ``missing``.
    status : {'full', 'partial', 'missing'}
        Whether the compilation holds the whole text, a part that is cut off, or the title only.
    source : str or None
        Name of the file it came from.
    start, end : int or None
        Where the report stands in the source's text, in characters.

    Examples
    --------
    >>> report = Report(report_id="r1", title="石渡县村级集体经济调查", text="全县有村一百二十个。")
    >>> report.has_text, report.status
    (True, 'full')
    """

    report_id: str
    title: str
    text: str = ""
    compilation: str | None = None
    month: str | None = None
    no: int | None = None
    authors: str | None = None
    date: str | None = None
    page: int | None = None
    status: Status = "full"
    source: str | None = None
    start: int | None = None
    end: int | None = None

    @property
    def has_text(self) -> bool:
        """Whether there is a body to read, whole or in part."""
        return bool(self.text.strip())


#: A packed file may hold so many times its size, and any file so many bytes; text packs to a third, rarely a tenth.
_DENSEST, _SMALL = 60, 64 << 20
_AS_WRITTEN = re.compile(
    r"((?:19|20)\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])(?:\s*[-/.月]\s*(3[01]|[12]\d|0?[1-9]))?\s*[月日号]?(?:[ T]\d\d:.*)?|"
    r"((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])?"
)
#: Order of the columns in every file that holds reports.
COLUMNS = tuple("report_id compilation month no title authors date page text status source start end".split())
#: Columns that hold whole numbers; the others hold text.
NUMBERS = ("no", "page", "start", "end")
assert set(COLUMNS) == {field.name for field in fields(Report)}


def bare(text: str | None) -> str:
    """Return `text` without white space and punctuation: what two printings of a title have in common.

    Examples
    --------
    >>> bare("“放管服” 改革：一个样本")
    '放管服改革一个样本'
    """
    return re.sub(r"[\W_]+", "", text or "")


def identify(reports: Sequence[Report]) -> list[Report]:
    """Give every report of one compilation its id, made of month, number and a hash of what was printed.

    The text is left out of the hash, so that a corrected file keeps the ids (and with them the labels) of its
    reports. Two entries that are printed alike are told apart by their order.

    Parameters
    ----------
    reports : sequence of Report
        The reports of one compilation, in order.

    Returns
    -------
    list of Report
        Copies with `report_id` set, e.g. ``2021-12-007-5b1c9a``.

    Examples
    --------
    >>> [r.report_id for r in identify([Report("", "甲", month="2025-03", no=1)])]
    ['2025-03-001-b613ca']
    """
    seen: Counter[str] = Counter()
    out = []
    for report in reports:
        key = "\x1f".join((bare(report.compilation), bare(report.title), bare(report.authors)))
        seen[key] += 1
        digest = hashlib.sha256(f"{key}\x1f{seen[key]}".encode()).hexdigest()[:6]
        out.append(replace(report, report_id=f"{report.month or 'undated'}-{report.no or 0:03d}-{digest}"))
    return out


def number_shown(month: object, no: object) -> str:
    """Return how people see which report is meant: its month, with the year, and its number.

    The sign between them keeps ``2025-12#31`` from being read as a date. What is not known is left out; a number that
    is not known is a dash.

    Examples
    --------
    >>> number_shown("2025-03", 8), number_shown(None, 8), number_shown("2025-03", None)
    ('2025-03#8', '8', '2025-03#–')
    """
    known = str(no) not in {"None", "nan", "<NA>"}  # the last two are how pandas says None
    number = "–" if not known else f"{no:.0f}" if isinstance(no, float) else str(no)
    return f"{month}#{number}" if isinstance(month, str) and month else number


def to_json(report: Report) -> str:
    """Return the report as one line of JSON, keys in the order of `COLUMNS`."""
    return json.dumps({name: getattr(report, name) for name in COLUMNS}, ensure_ascii=False)


def from_mapping(values: dict[str, Any], *, where: str) -> Report:
    """Build a report from one JSON object or table row; missing keys are null, ``id`` is read as ``report_id``.

    Parameters
    ----------
    values : dict
        Keys of the data contract; keys that are not in it are ignored.
    where : str
        Named in the error, e.g. ``"news.jsonl, line 3"``.

    Raises
    ------
    CorpusError
        If a value has the wrong type, or neither title nor text nor id is there.
    """
    record: dict[str, Any] = {name: values.get(name) for name in COLUMNS}
    record["report_id"] = record["report_id"] or values.get("id")
    for name in COLUMNS:
        if name in NUMBERS:
            continue
        if record[name] is not None and not isinstance(record[name], str):
            raise CorpusError(
                gettext("{where}: expected text in {name!r}, found {name2}.").format(
                    where=where, name=name, name2=type(record[name]).__name__
                )
            )
        if record[name]:
            # Half an emoji, as left behind where a text was cut off by its UTF-16 length, is no character.
            record[name] = re.sub(r"[\ud800-\udfff]", "\ufffd", record[name])
    for name in NUMBERS:
        record[name] = _whole(
            record[name], gettext("{where}: expected a whole number in {name!r}").format(where=where, name=name)
        )
    if not record["report_id"]:
        raise CorpusError(
            gettext("{where}: expected a report with a 'report_id' (or 'id'), found none.").format(where=where)
        )
    text, title = record["text"] or "", record["title"] or ""
    if not (text.strip() or title.strip()):
        raise CorpusError(
            gettext("{where}: report {value!r} has neither title nor text.").format(
                where=where, value=record["report_id"]
            )
        )
    record.update(text=text, title=title)
    record["date"], record["month"] = iso_date(record["date"]), iso_date(record["month"])
    if "month" not in values:
        record["month"] = _month_of(record["date"])
    record["status"] = record["status"] or ("full" if text.strip() else "missing")
    if record["status"] not in STATUSES:
        raise CorpusError(
            gettext("{where}: expected a status of {names}, found {value!r}.").format(
                where=where, names=", ".join(STATUSES), value=record["status"]
            )
        )
    if record["month"] is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", record["month"]):
        raise CorpusError(
            gettext("{where}: expected a month like 2025-03, found {value!r}.").format(
                where=where, value=record["month"]
            )
        )
    return Report(**record)


def _whole(value: Any, expected: str) -> int | None:
    """Return a number as an int; tables that hold gaps have made 7.0 of 7, and NaN of nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise CorpusError(gettext("{expected}, found {value!r}.").format(expected=expected, value=str(value)[:40]))
    if not 0 <= value < 2**31:
        raise CorpusError(
            gettext("{expected} from 0 to {value}, found {value2!r}.").format(
                expected=expected, value=2**31 - 1, value2=str(value)[:40]
            )
        )
    return value


def iso_date(text: str | None) -> str | None:
    """Return a date or month as offices write it (2025/6/3, 202506, 2025年6月3日) in ISO form, else as it is."""
    match = _AS_WRITTEN.fullmatch(text.strip()) if text else None
    if match is None:
        return text
    parts = [match[1] or match[4], match[2] or match[5], match[3] or match[6]]
    return "-".join(part if len(part) > 1 else f"0{part}" for part in parts if part)


def _month_of(date: str | None) -> str | None:
    match = re.match(r"([0-9]{4}-(?:0[1-9]|1[0-2]))(?:-|$)", date or "")
    return match[1] if match else None


def read_jsonl(path: Path) -> list[Report]:
    """Read reports from a ``.jsonl`` or ``.jsonl.gz`` file.

    Raises
    ------
    CorpusError
        Naming the line that cannot be used.
    """
    try:
        raw = path.read_bytes()
        data = _unpacked(raw) if path.suffix.lower() == ".gz" else raw
        lines = data.decode("utf-8-sig").split("\n")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CorpusError(
            gettext("{path}: expected JSON Lines in UTF-8, but it cannot be read ({error}).").format(
                path=path, error=reason(error)
            )
        ) from None
    reports, place = [], gettext("{name}, line {number}")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = place.format(name=path.name, number=number)
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):  # a ValueError of its own: numbers of more than 4,300 digits
            raise CorpusError(
                gettext("{where}: expected one JSON object a line, found {value!r}.").format(
                    where=where, value=line[:40]
                )
            ) from None
        if not isinstance(values, dict):
            raise CorpusError(
                gettext("{where}: expected one JSON object a line, found {name}.").format(
                    where=where, name=type(values).__name__
                )
            )
        reports.append(from_mapping(values, where=where))
    repeated = [key for key, count in Counter(r.report_id for r in reports).items() if count > 1]
    if repeated:
        raise CorpusError(
            gettext("{path}: report_id {value!r} stands there more than once; ids must be unique.").format(
                path=path.name, value=repeated[0]
            )
        )
    return reports


def _unpacked(raw: bytes) -> bytes:
    """Return what a gzip file holds, as long as it is not absurdly more than the file."""
    most = max(_SMALL, _DENSEST * len(raw))
    with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(
            gettext("more than {most} MB packed into {size:.1f} MB").format(most=most >> 20, size=len(raw) / 1e6)
        )
    return data


def to_jsonl(reports: Iterable[Report]) -> str:
    """Return reports as JSON Lines text, ending in a newline."""
    return "".join(to_json(report) + "\n" for report in reports)
