"""Labelled lines under a title are its byline and its date; a foreign title under the Chinese one is neither."""

from __future__ import annotations

import pytest

from diaoyan.compilation import Source, split_source
from diaoyan.compilation.fields import is_foreign, read_fields

BODY = "全县有茶园四万亩，散户经营占七成，今年又多了两个合作社。" * 8
TITLES = ("石渡县茶园托管调查", "石渡县夜间门诊开展情况的调查与思考", "石渡县老旧小区加装电梯为什么难")


@pytest.mark.parametrize(
    ("lines", "authors", "date"),
    [
        ("作者：林知秋\n单位：石渡县农业农村局\n日期：2025年6月3日", "石渡县农业农村局 林知秋", "2025-06-03"),
        ("单位：石渡县农业农村局\n执笔人：林知秋", "石渡县农业农村局 林知秋", None),
        ("课题组组长：林知秋\n课题组成员：赵一、钱二", "林知秋 赵一、钱二", None),
        ("报送单位：石渡县农业农村局\n报送日期：2025年6月3日", "石渡县农业农村局", "2025-06-03"),
        ("作者：林知秋　单位：石渡县农业农村局", "石渡县农业农村局 林知秋", None),
        ("（作者单位：石渡县农业农村局）\n作者：林知秋", "石渡县农业农村局 林知秋", None),
        ("A Survey of Tea Gardens\n石渡县农业农村局 林知秋\n2025年6月3日", "石渡县农业农村局 林知秋", "2025-06-03"),
        ("二�五年六月廿日", None, None),
        ("联系电话：0000-0000000\n作者：林知秋", "林知秋", None),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_lines_under_a_title(lines: str, authors: str | None, date: str | None, listed: bool) -> None:
    contents = "目录\n" + "".join(f"{n}. {title}……{n}\n" for n, title in enumerate(TITLES, 1)) if listed else ""
    text = "四省调研文选9(3篇)2025年7月调研报告汇编\n" + contents + "".join(f"{t}\n{lines}\n{BODY}\n" for t in TITLES)
    reports = split_source(Source("a.txt", text, "txt")).reports
    assert [(r.title, r.authors, r.date, r.text) for r in reports] == [(t, authors, date, BODY) for t in TITLES]


@pytest.mark.parametrize(
    "text", ["作者认为，村里的账要算清。", "单位：亩", "单位产量提高：每亩多收四十公斤。", "时间过半"]
)
def test_sentences_are_no_labels(text: str) -> None:
    assert not any(label.kind == "person" for label in read_fields(text))


def test_running_text_with_figures_is_not_foreign() -> None:
    assert not any(map(is_foreign, ("GDP增长5%", "https://example.org/report")))
