"""Why a tag goes to review: nothing to read, too close, or answers that contradict each other."""

from __future__ import annotations

import pytest

from diaoyan.models import load_tagger
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.doubt import doubt
from diaoyan.themes import Codebook

BOOK = Codebook.default()
NONE = dict.fromkeys([*BOOK.ids, "other"], 0.0)


@pytest.mark.parametrize(
    ("carried", "filed", "themes", "sure", "said"),
    [
        ({"rural": 0.97}, {"rural": 0.95, "other": 0.05}, ["rural"], 0.9, ""),
        ({"other": 0.9}, {"other": 0.9, "rural": 0.1}, [], 0.8, ""),
        ({"rural": 0.6}, {"rural": 0.55, "other": 0.45}, ["rural"], 0.1, "在“乡村振兴”与“其他”之间难分"),
        ({"rural": 0.99}, {"rural": 0.98, "other": 0.02}, ["rural"], 0.1, "把握只有10%，应有25%"),
        ({"finance": 0.7}, {"other": 0.6, "finance": 0.3}, ["finance"], 0.3, "归入“其他”，却可能属于“金融”（0.70）"),
        (
            {"finance": 0.81, "digital": 0.97}, {"finance": 0.7, "digital": 0.3}, ["finance", "digital"], 0.4,
            "“数字经济”（0.97）比“金融”（0.81）更可能",
        ),
        ({"finance": 0.95, "digital": 0.97}, {"finance": 0.7, "digital": 0.3}, ["finance", "digital"], 0.4, ""),
    ],
)  # fmt: skip
def test_a_tag_that_is_close_or_contradicts_itself_says_why(
    carried: dict[str, float], filed: dict[str, float], themes: list[str], sure: float, said: str
) -> None:
    found = doubt(NONE | carried, NONE | filed, themes=themes, codebook=BOOK, is_readable=True, sure=sure, least=0.25)
    assert found == said


UNREADABLE = [
    ("附件3", "见附件。"),
    ("（略）", "略"),
    ("图片", "[图片][图片]"),
    ("数据表", "2021 35.6 2022 41.2 2023 50.8 " * 20),
    ("", "�" * 80),
    ("", "锟斤拷烫烫烫屯屯屯" * 30),
    ("无题", "ÎÞ»¹±¾Ðø´ûÕþ²ßÊµÊ©Ò»Äê£¬ÁÙ½ÊÐ8¼ÒÒøÐÐ" * 5),
    ("空白页", "此页无正文"),
    ("", ""),
]


@pytest.fixture(scope="module")
def base() -> Tagger:
    return load_tagger("base")


@pytest.mark.parametrize(("title", "text"), UNREADABLE)
def test_what_holds_nothing_to_read_always_goes_to_review(base: Tagger, title: str, text: str) -> None:
    for error_rate in (0.04, 1.0):
        tag = base.tag([Report("a", title, text=text)], error_rate=error_rate)[0]
        assert (tag.needs_review, tag.reason) == (True, "没有可读的内容")


@pytest.mark.parametrize("title", ["农户调查", "骑手权益保障", "宅基地", "银行"])
def test_a_title_alone_is_something_to_read(base: Tagger, title: str) -> None:
    assert base.tag([Report("a", title)], error_rate=1.0)[0].reason != "没有可读的内容"


def test_a_county_that_was_invented_weighs_nothing(base: Tagger) -> None:
    text = "全区有三所中学，教师说学生喜欢上课。"
    reports = [Report("a", f"{name}中学课程调查", text=name + text) for name in ("", "眠山县", "望禾区", "澜州市")]
    chances = base.predict_proba(reports)
    assert abs(chances[1:] - chances[0]).max() < 0.02
    for tag in base.tag(reports):
        assert not {"眠山", "望禾", "州市", "望禾区"} & {*tag.evidence.split("、")}
