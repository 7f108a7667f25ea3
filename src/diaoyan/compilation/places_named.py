"""Province and city named in a title or a byline."""

from __future__ import annotations

import re

#: The 34 divisions of province level, by the short name that print uses.
PROVINCES = (
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
    "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古", "广西", "西藏", "宁夏", "新疆",
    "香港", "澳门",
)  # fmt: skip


def province_and_city(text: str) -> tuple[str | None, str | None]:
    """Return the first province and city that a text names.

    Examples
    --------
    >>> province_and_city("四川省社会科学院课题组"), province_and_city("发展特色产业")
    (('四川', None), (None, None))
    """
    found = [(text.find(name), name) for name in PROVINCES if name in text]
    city = re.search(r"([\u3400-\u9fff]{2,3}?)市(?!场|民|长|委|域|级)", text)
    return (min(found)[1] if found else None), (f"{city[1]}市" if city else None)
