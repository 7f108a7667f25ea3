"""How much a piece of print looks like authors, and how much like a title; and what a byline names."""

from __future__ import annotations

import re
from functools import lru_cache

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜"
    "郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴"
    "糜松井段巫乌焦巴弓牧隗山谷车侯宓蓬郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥"
    "苍闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿边扈燕冀郏浦尚农温庄晏柴瞿阎慕连茹习宦艾鱼容向古易慎戈廖庾终暨衡耿满弘匡文寇禄"
    "阙东殴殳沃蔚夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶曾毋沙乜鞠丰巢关蒯查荆游竺权逯盖桓辜代肖闫覃涂仝岳商佘佟覃苟原苑娜阳迟鹿由啜"
)
_COMPOUND = tuple("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 南宫".split())
_GROUP = (
    "课题组|调研组|调查组|编写组|研究组|工作组|专题组|小组|专班|学习组|党校|行政学院|研究院|研究所|研究中心|研究会|研究室|政研室|发展中心|"
    "服务中心|推广中心|中心|委员会|大学|学院|学校|医院|局|厅|处|科|办公室|党组|党委|支部|支行|分行|银行|联社|联合社|协会|学会|促进会|政协|人大|"
    "县委|市委|区委|省委|纪委|监委|工委|纪检监察组|检查室|监督室|审理室|司法所|政府|公司|集团|法院|检察院|报社|日报|通讯社|管委会|社科院|科学院|"
    "供销社|总工会|残联|残疾人联合会|妇联|联合会|编辑部|委|部|组|院|社|室|队|站|台|馆|所|署"
)
_ENDS_IN_GROUP = re.compile(
    rf"(?:{_GROUP})$(?<![格布结全大时]局)(?<![全内外西东南北中]部)(?<![为重]中心)(?<!场所)(?<!教室)"
)
_STRONG_GROUP = re.compile(
    r"课题组|调研组|调查组|编写组|研究组|党校|研究院|研究所|研究中心|研究会|政研室|发展中心|委员会|大学|学院|党组|支行|分行|银行|促进会|"
    r"^(?:国家|全国|中央|中国)\S{2,14}[局队部署院会]$|[省市县区]委|纪委|监委|[省市县区]人大|政协|管委会|社科院|科学院|供销|[省市县区镇乡].{1,14}(?:(?<![格布结全大时])局|厅)$|总工会|学习组|办公室|集团|公司|通讯社|日报|(?<![为重])中心"
)
_ROLE = re.compile(
    r"书记|主任|[局部院会校所站处科组队]长|[县市区镇乡省]长|秘书长|教授|研究员|讲师|博士|硕士|记者|执笔|作者|成员|供稿|撰稿|撰写|通讯员|特约|编辑|文[/／]"
)
_TITLE_WORD = re.compile(
    r"调研报告|调查报告|研究报告|报告|调研|调查|思考|探索|探析|浅析|分析|剖析|对策|建议|路径|启示|经验|做法|实践|现状|问题|困境|成因|出路|研究|"
    r"纪实|观察|样本|解析|展望|治理|改革|振兴|机制|建设|发展|何以|如何|怎样|为何|为什么|之后|之路|影响"
)
_TITLE_END = re.compile(
    r"(?:报告|调研|调查|思考|探索|探析|分析|剖析|对策|建议|路径|启示|经验|做法|实践|研究|纪实|观察|样本|问题|之路|[?？!！])$"
)
_GROUP_THEN_NAME = re.compile(
    rf"(.+(?:{_GROUP}|书记|主任|[局部院会校所县市区]长|成员|执笔|记者|教授))([\u3400-\u9fff]{{2,4}})$"
)
_OFFICES = (
    r"(?:党组|党委|常务|副)?(?:书记|主任|[局部院会校所处站科组县市区省]长|秘书长|教授|研究员|常委|委员|会长|记者)"
)
_OFFICE_FIRST = re.compile(rf"^(?:调研组成员|课题组成员|成员|执笔人?|作者|组长|{_OFFICES})+")
_OFFICE_LAST = re.compile(rf"(?:调研组成员|课题组执笔|成员|执笔|{_OFFICES}){{1,20}}+$")
_VERB_FIRST = re.compile(
    r"(?:【[^】]*】)?\s*(?:加快|加强|推动|推进|谱写|坚持|深化|打造|促进|提升|构建|让|把|以|从|为|如何|打好|守好|紧盯|聚焦|完善|健全|发展|整治)"
)
_TEAM = re.compile(r"课题组|调研组|调查组|专题组|学习中心组|专班")
_EVENT = re.compile(
    r"会见|会谈|考察|出席|主持|召开|举行|访问|印发|发布|推进|提升|助力|加快|强调|违纪|闭幕|开幕|致电|通话|参观|视察|慰问|签署|启动|当选|回信|致信|宣讲|亮相|上线|发射|批准"
)
_QUOTED = re.compile(r"[《〈“「『][^》〉”」』]*[》〉”」』]")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LABEL = re.compile(
    r"^(?:文\s*[/／|:：]|作者(?:单位)?\s*[:：]|执笔(?:人)?\s*[:：]|撰稿(?:人)?\s*[:：]|供稿(?:单位)?\s*[:：]|[□■◎○●◆◇▲△★☆]+)\s*"
)


def strip_label(authors: str) -> str:
    """Return a byline without the mark that announces it, brackets around it and the colon that ends it.

    Examples
    --------
    >>> strip_label("作者：方启明、罗雁"), strip_label("安康市发展研究中心课题组:")
    ('方启明、罗雁', '安康市发展研究中心课题组')
    """
    authors = authors.strip().rstrip(":： \u3000")
    if bracketed := re.fullmatch(r"[(（\[【〔]([^()（）\[\]【】〔〕]+)[)）\]】〕]", authors):
        authors = bracketed[1]
    return _LABEL.sub("", authors.strip()).strip()


def is_person(token: str) -> bool:
    """Whether a word has the form of a Chinese personal name.

    Examples
    --------
    >>> is_person("方启明"), is_person("欧阳修竹"), is_person("调研报告")
    (True, True, False)
    """
    if not 2 <= len(token) <= 4 or not _HAN.fullmatch(token):
        return bool(re.fullmatch(r"[\u3400-\u9fff]{1,6}[·•][\u3400-\u9fff]{1,8}", token))
    if token.startswith(_COMPOUND):
        return True
    return token[0] in _SURNAMES and len(token) <= 3 and not _TITLE_WORD.search(token)


@lru_cache(maxsize=20_000)
def author_likeness(text: str) -> float:
    """Return how much a piece of print looks like a byline, from -1 to 1.

    Examples
    --------
    >>> author_likeness("岚江省石渡县委党校课题组 方启明、罗雁") > 0.5
    True
    >>> author_likeness("石渡县村级集体经济调查") < 0
    True
    """
    text = _LABEL.sub("", text).strip(" \u3000:：()（）[]【】")
    if not text or len(text) > 120 or not _HAN.search(text):
        return -1.0
    plain = _QUOTED.sub("", text)
    tokens = [token for token in re.split(r"[、，,;；/\s\u3000]+", plain) if token]
    kinds = [_token_kind(token) for token in tokens]
    if "group" in kinds:
        # Behind an institution, a short word is a name, however rare the surname.
        begun = kinds.index("group")
        kinds = [
            kind or ("person" if i > begun and len(token) <= 4 and _HAN.fullmatch(token) else "")
            for i, (kind, token) in enumerate(zip(kinds, tokens, strict=True))
        ]
    known = sum(kind != "" for kind in kinds) / max(1, len(kinds))
    strong = _STRONG_GROUP.search(plain) is not None
    score = 0.0
    if known == 1.0:
        score += 0.4 if kinds == ["group"] and not strong else 0.8
    elif known >= 0.5 or strong:
        score += 0.4
    if strong and ("person" in kinds or "课题组" in plain or "调研组" in plain):
        score += 0.2
    if _ROLE.search(plain):
        score += 0.3
    if _TITLE_END.search(plain) and not _ENDS_IN_GROUP.search(plain):
        score -= 1.0
    if re.search(r"[?？!！。]|——|^关于|的(?!士)", plain):
        score -= 0.5
    if "，" in plain and known < 1.0:
        score -= 0.4
    if _VERB_FIRST.match(plain) and not _TEAM.search(plain):
        score -= 0.6
    if _EVENT.search(plain) and not _TEAM.search(plain):
        score -= 0.5
    if re.search(r"[:：]\S{3}|【", plain):
        score -= 0.6
    return max(-1.0, min(1.0, score))


def is_byline(text: str) -> bool:
    """Whether a line looks like authors and nothing else.

    Examples
    --------
    >>> is_byline("石渡县委党校课题组"), is_byline("石渡县村级集体经济调查")
    (True, False)
    """
    return len(text) <= 60 and author_likeness(text) >= 0.5


def names_authors(line: str, authors: str) -> bool:
    """Whether a line names the authors, all or some of them; both are given by their keys.

    Examples
    --------
    >>> [names_authors(line, "方启明罗雁") for line in ("罗雁", "石渡县委党校方启明罗雁", "前言")]
    [True, True, False]
    """
    if line in authors or (authors in line and len(line) <= len(authors) + 20):
        return True
    from rapidfuzz import fuzz

    return len(line) <= 2 * len(authors) + 10 and fuzz.ratio(line, authors) >= 75


def _token_kind(token: str) -> str:
    """Return ``person``, ``group`` (an institution), ``both`` (a person behind one) or an empty string."""
    if is_person(token) and not _ENDS_IN_GROUP.search(token):
        return "person"
    if _ENDS_IN_GROUP.search(token):
        return "group"
    match = _GROUP_THEN_NAME.match(token)
    return "both" if match and is_person(match[2]) else ""


@lru_cache(maxsize=20_000)
def title_likeness(text: str) -> float:
    """Return how much a piece of print looks like the title of a report, from -1 to 1.

    Examples
    --------
    >>> title_likeness("关于大庆人才体制机制创新的调查与思考") > 0.5 > title_likeness("方启明、罗雁")
    True
    """
    plain = text.strip()
    size = len(re.sub(r"[\W_]+", "", plain))
    if size < 3:
        return -1.0
    score = 0.3 if 7 <= size <= 70 else -0.3
    if _TITLE_WORD.search(plain):
        score += 0.3
    if _TITLE_END.search(plain):
        score += 0.3
    if re.search(r"的|与|[“”‘’《》?？!！]|^关于|——", plain):
        score += 0.1
    if re.search(r"[。；;，,、:：]$", plain):
        score -= 0.6
    score -= 0.8 * max(0.0, author_likeness(plain))
    return max(-1.0, min(1.0, score))


def institutions_and_people(authors: str | None) -> tuple[list[str], list[str]]:
    """Take a byline apart.

    Parameters
    ----------
    authors : str or None
        A byline as printed.

    Returns
    -------
    tuple of list of str
        Institutions (with the office a person holds there) and persons, each in printed order.

    Examples
    --------
    >>> institutions_and_people("新乡市委党校调研组 调研组成员 吉红、周伟")
    (['新乡市委党校调研组'], ['吉红', '周伟'])
    >>> institutions_and_people("安康市发展研究中心课题组")
    (['安康市发展研究中心课题组'], [])
    """
    institutions: list[str] = []
    people: list[str] = []
    for printed in re.split(r"[、，,;；/\s\u3000:：()（）]+", authors or ""):
        token = _OFFICE_FIRST.sub("", printed)
        match = _GROUP_THEN_NAME.match(token)
        if is_person(token) and not _ENDS_IN_GROUP.search(token):
            people.append(token)
            continue
        if match and is_person(match[2]):
            people.append(match[2])
            token = match[1]
        token = _OFFICE_LAST.sub("", token)
        if len(token) > 2:
            institutions.append(token)
    return institutions, people
