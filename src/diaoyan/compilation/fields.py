"""Lines under a title that say themselves what they are: 作者：, 单位：, 课题组组长：, 报送日期：."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COLON = r"[\s\u3000]*[:：]"
_PERSON = (
    r"(?:本文|第一|通讯)?作者(?:姓名)?|(?:本文)?(?:执笔|撰稿|撰写|撰文|供稿|调研|调查|报告|报送|起草|主笔|整理|统稿|联系)人(?:员)?|执笔|"
    r"撰稿|撰文|(?:课题|调研|调查|编写|研究|写作|项目|起草)?组?(?:组长|副组长|成员|负责人|主持人)|姓名|文[\s\u3000]*[/／]|记者|通讯员|特约记者"
)
_GROUP = (
    r"(?:作者|工作|所在|供稿|撰稿|报送|调研|编写|完成|责任|牵头|承担|起草|提交|上报|课题|参与|主办)?单位|(?:所在)?部门|"
    r"课题组|调研组|机构|供稿|来稿单位"
)
_DATE = r"(?:发布|完成|报告|成文|报送|印发|撰写|撰稿|提交|写作|定稿|编写|发表|上报)?(?:日期|时间)"
_OTHER = (
    r"职务|职称|电话|联系(?:电话|方式)|邮箱|电子邮箱|邮编|通[讯信]地址|地址|编号|文号|密级|签发(?:人)?|"
    r"审[核稿签](?:人)?|校对|栏目|类别|报送(?:领导|范围)?|抄送|期号"
)
_FIELD = re.compile(
    rf"[(（【\[]?(?:(?P<person>{_PERSON})|(?P<group>{_GROUP})|(?P<date>{_DATE})|(?P<other>{_OTHER}))(?:{_COLON}|(?<=[/／]))"
    r"[\s\u3000]*(?P<value>[^。；;]*?)[)）】\]]?",
)
#: A line of several fields: 作者：方启明 单位：石渡县委党校.
_NEXT = re.compile(rf"(?<=\S)[\s\u3000]+(?=(?:{_PERSON}|{_GROUP}|{_DATE}){_COLON})")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a line: its kind and what it says."""

    #: ``person``, ``group`` (an institution), ``date`` or ``other``.
    kind: str
    #: What stands behind its name.
    value: str


def read_fields(text: str) -> list[Field]:
    """Return the fields of a line; none where the line is not made of fields only.

    Parameters
    ----------
    text : str
        A line; one longer than 100 characters is running text.

    Examples
    --------
    >>> read_fields("课题组组长：林知秋")
    [Field(kind='person', value='林知秋')]
    >>> read_fields("单位：云坪县农业农村局　作者：林知秋")
    [Field(kind='group', value='云坪县农业农村局'), Field(kind='person', value='林知秋')]
    >>> read_fields("作者认为，村里的账要算清。")
    []
    """
    if len(text) > 100 or not re.search(r"[:：/／]", text[:16]):
        return []
    fields = []
    for piece in _NEXT.split(text.strip()):
        match = _FIELD.fullmatch(piece.strip())
        if match is None:
            return []
        kind = next(kind for kind in ("person", "group", "date", "other") if match[kind])
        fields.append(Field(kind, match["value"].strip()))
    return fields


def byline_of(fields: list[Field]) -> str:
    """Return the byline that fields make together: institutions, then persons.

    Examples
    --------
    >>> byline_of([Field("person", "林知秋"), Field("group", "云坪县农业农村局"), Field("date", "2025年6月3日")])
    '云坪县农业农村局 林知秋'
    """
    named = [
        field.value for kind in ("group", "person") for field in fields if field.kind == kind and field.value.strip()
    ]
    return " ".join(dict.fromkeys(named))


def is_foreign(text: str) -> bool:
    """Whether a line is in Latin letters alone, as an English title under the Chinese one.

    Examples
    --------
    >>> is_foreign("A Survey of Local Work"), is_foreign("GDP增长5%"), is_foreign("12.5")
    (True, False, False)
    """
    if re.search(r"[\u3400-\u9fff]|https?:|www\.|@", text):  # nearly every line, known by its first character
        return False
    letters = sum(char.isalpha() and char < "\u0250" for char in text)
    return letters >= 8 and letters >= 0.6 * len(text)
