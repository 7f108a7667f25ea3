"""What stands at the edge of a report belongs to it, or to none, but never to the title behind it."""

from __future__ import annotations

import pytest

from diaoyan.compilation import Source, split_source
from diaoyan.compilation.edges import is_column_head, is_credit, is_reference

BODIES = (
    "全县有茶园四万亩，散户经营占七成，去年又多了两个合作社，茶农算过账。" * 6,
    "夜间门诊从一月起开设，候诊十八分钟，儿科占一半，护士排班靠抽调。" * 6,
    "六层以上没有电梯的楼有二百栋，低层住户怕挡光，资金缺口大，加装一台四十万元。" * 6,
    "续贷政策落地以后，三百户企业少跑银行，利息省下，名单制管理还嫌手续多。" * 6,
)
TITLES = (
    "石渡县茶园托管调查",
    "石渡县夜间门诊开展情况的调查与思考",
    "石渡县老旧小区加装电梯为什么难",
    "小微企业续贷政策落地情况调查",
)
WHOLE = [(title, "full", body) for title, body in zip(TITLES, BODIES, strict=True)]


def split(above: str, below: str, *, listed: bool, end: str = "") -> list[tuple[str, str, str]]:
    """Return title, status and text of reports with a line above each title and one below each text."""
    contents = "目录\n" + "".join(f"{n}. {title}……{n}\n" for n, title in enumerate(TITLES, 1)) if listed else ""
    parts = [f"{above.format(n)}{TITLES[n - 1]}\n沈知行\n{BODIES[n - 1]}\n{below}" for n in range(1, 5)]
    text = "四省调研文选9(4篇)2025年7月调研报告汇编\n" + contents + "".join(parts) + end
    return [(r.title, r.status, r.text or "") for r in split_source(Source("a.txt", text, "txt")).reports]


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    "above",
    [
        "【三农视点】\n",
        "◆ 三农视点 ◆\n",
        "※※※※※※\n",
        "——————\n",
        "※※※\n【三农视点】\n",
        "三农视点\n",
        "栏目：三农视点\n",
        "— {} —\n",
    ],
)
def test_heads_of_columns_rules_and_page_numbers_belong_to_none(above: str, listed: bool) -> None:
    assert split(above, "", listed=listed) == WHOLE


def test_bare_page_numbers_above_titles_belong_to_none() -> None:
    found = split("{}\n", "", listed=True)
    assert found == WHOLE


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    "credit",
    [
        "数据来源：石渡县统计局", "版式设计：沈知行", "（作者为石渡县委党校教师）", "（本刊石渡7月2日电）",
        "责任编辑：沈知行", "（本报记者 沈知行 采写）", "制图：沈知行\n责编：罗雁 校对：唐晓", "（全文完）",
    ],
)  # fmt: skip
def test_credits_end_a_report(credit: str, listed: bool) -> None:
    found = split("", credit + "\n", listed=listed)
    assert [title for title, *_ in found] == list(TITLES)
    assert all(status == "full" for _, status, _ in found)
    assert [text.replace("\n" + credit, "") for *_, text in found] == list(BODIES)


@pytest.mark.parametrize(
    "end",
    [
        "[2] 罗雁. 基层调查方法[M]. 山川出版社, 2019",
        "https://example.org/report.html",
        "联系电话：0000-0000000",
        "责任编辑：罗雁",
    ],
)
def test_a_report_that_ends_in_a_reference_or_an_address_is_complete(end: str) -> None:
    assert split("", "", listed=True, end=end + "\n")[-1][1] == "full"


@pytest.mark.parametrize(
    "text", ["数据来源多样，账要算清。", "设计好一张网：石渡县调查", "（一）合作社统一管", "完善机制"]
)
def test_what_only_looks_like_a_credit(text: str) -> None:
    assert not is_credit(text)


@pytest.mark.parametrize("text", ["【调研】石渡县的茶园", "（二）2021年以来新增茶园3.2万亩", "2025年3月1日"])
def test_what_is_no_column_head_and_no_reference(text: str) -> None:
    assert (is_column_head(text), is_reference(text)) == (False, False)
