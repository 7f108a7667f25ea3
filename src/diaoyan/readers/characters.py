"""One form of writing: radicals that a PDF put for characters, characters that a PDF or OCR set apart by spaces."""

from __future__ import annotations

import re
import unicodedata

#: Radicals of U+2E80 to U+2EFF and the characters they are drawn as; Unicode itself maps two of them only.
_SUPPLEMENT = dict(
    zip(
        "⺁⺂⺃⺅⺇⺉⺊⺋⺌⺍⺎⺏⺐⺒⺓⺔⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺶⺷⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乛乚亻几刂卜㔾小小兀尣尢巳幺彑忄㣺扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒罒羊羊耂肀聿月臼艹艹艹虎衤覀西见角讠贝足车辶辶辶阝钅長長长门阜阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_RADICAL = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_HAN = r"\u3400-\u9fff"
_MARKS = r"\u3001-\u3003\u3008-\u3011\u3014\u3015\uff01-\uff0f\uff1a-\uff1f“”‘’…—·"
_APART = re.compile(rf" (?<=[{_HAN}] )(?=[{_HAN}])")  # the space first: it is rare, and found by it
_RUN = re.compile(rf"[{_HAN}]{{2,}}")
_SPACE = re.compile(rf"(?<=[{_HAN}{_MARKS}])[ ](?=[{_HAN}{_MARKS}\w(),.%])|(?<=[\w(),.%])[ ](?=[{_HAN}{_MARKS}])")


def one_form(text: str) -> str:
    """Return a text with ordinary characters for radicals, and without spaces between all of its characters.

    Equal texts are then equal whatever they were read from. Spaces are taken out of the lines whose characters mostly
    stand apart, and of all lines where that is the rule of the file; two spaces in a row keep one.

    Parameters
    ----------
    text : str
        The text of a source.

    Returns
    -------
    str
        The same lines.

    Notes
    -----
    Radicals are mapped as Unicode's compatibility decomposition does, and those of CJK Radicals Supplement, which has
    almost none, to the characters that Unicode's EquivalentUnifiedIdeograph property names, in their simplified form.

    Examples
    --------
    >>> one_form("⼩微企业⻔槛"), one_form("云 坪 县 有 茶 园 4.2 万 亩 ， 散 户 多 。")
    ('小微企业门槛', '云坪县有茶园4.2万亩，散户多。')
    """
    if _RADICAL.search(text):
        text = _RADICAL.sub(lambda match: _SUPPLEMENT.get(match[0]) or unicodedata.normalize("NFKC", match[0]), text)
    if not _APART.search(text):
        return text
    everywhere = _mostly_apart(text, least=50)
    return "\n".join(
        _closed(line) if " " in line and (everywhere or _mostly_apart(line, least=8)) else line
        for line in text.split("\n")
    )


def _mostly_apart(text: str, *, least: int) -> bool:
    """Whether most neighbours among the Chinese characters are set apart by one space; `least` of them at least."""
    if text.count(" ") < least:
        return False
    apart = len(_APART.findall(text))
    return apart >= least and apart >= 0.7 * (apart + sum(len(run) - 1 for run in _RUN.findall(text)))


def _closed(line: str) -> str:
    """Return a line without single spaces; what two spaces or more set apart stays apart by one."""
    return " ".join(_SPACE.sub("", part) for part in re.split(r" {2,}", line))
