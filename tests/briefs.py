"""A small theme report on reports that mean ill: markup, formulas, emoji, control characters, very long titles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from diaoyan.documents import Brief, Picture, Topic
from diaoyan.figures import draw_note, save

NAMES = {"rural": "乡村振兴", "digital": "数字经济", "finance": "<i>金融</i>", "other": "其他"}
TITLES = [
    "石渡县村级集体经济调查",
    '<script>alert(1)</script><img src=x onerror="alert(2)">',
    '=HYPERLINK("http://x","点我")',
    "数字乡村😀\x1b[31m\u202e调查",
    "很长的题目" * 40,
    "养老服务'调查' & \"研究\"",
]
THEMES = ["rural", "digital", "rural", "digital", "other", "other"]
STATUS = ["full", "partial", "missing", "missing", "full", "missing"]


def brief(folder: Path, *, lang: str = "zh", repeat: int = 1) -> Brief:
    """Return a brief of six reports, none of them on finance; `repeat` gives as many times more."""
    figure: Figure = draw_note("主题<b>", "没有什么可画。", source="来源：样例")
    png, svg = save(figure, folder / "note")
    number = len(TITLES) * repeat
    reports = pd.DataFrame(
        {
            "report_id": [f"r{i}" for i in range(number)],
            "month": ["2025-05", "2025-06", None] * (number // 3),
            "no": pd.array([1, 2, None, 10, 11, 12] * repeat, dtype="Int64"),
            "title": TITLES * repeat,
            "authors": ["方启明", None, "-1+1", "@作者", "+8613", "课题组"] * repeat,
            "date": ["2025-05-17", None, "二〇二五年", "2025-13-01", "0999-01-01", None] * repeat,
            "page": pd.array([3, None, 5, 7, 9, 11] * repeat, dtype="Int64"),
            "status": STATUS * repeat,
            "primary": THEMES * repeat,
            "themes": ["rural;finance", "digital", "rural", "digital", "", ""] * repeat,
            "needs_review": [False, True, True, False, False, True] * repeat,
            "reason": ["", "把握只有71%，应有90%", "在“<b>”与“其他”之间难分", "", "", ""] * repeat,
            "evidence": ["农户、耕地", "数据", "无正文，仅据题目：村", "=1+1", "养老", "</td>"] * repeat,
        }
    )
    words = pd.DataFrame(
        {"theme": ["rural", "digital"], "word": ["=农户", "<b>"], "score": [2.5, 1.0], "reports": [3, 2]}
    )
    shares = pd.DataFrame(
        {"month": ["2025-06", None], "theme": ["rural", "other"], "reports": [2, 1], "share": [0.25, 0.5],
         "low": [0.1, 0.2], "high": [0.4, 0.8]}
    )  # fmt: skip
    places = pd.DataFrame({"report_id": reports["report_id"], "x": range(number), "y": [i % 7 for i in range(number)]})
    places.loc[5, ["x", "y"]] = None
    return Brief(
        title="主题分析<2025>",
        source='来源："汇编" & 其他',
        coverage="共6篇：无正文3篇",
        names=NAMES,
        pictures=[Picture("note", "主题<b>", "说明<u>", png, svg)],
        reports=reports,
        words=words,
        shares=shares,
        places=places,
        topics=[
            Topic("乡村<b>", "", [("农户", 3.0), ("<i>", 1.0)], frozenset({"r0", "r2"})),
            Topic("新主题", "仅一节正文", [("农户", 2.0)], frozenset({"r1"})),
        ],
        undrawn=[("变化<u>", "只有一个月的报告<b>，无从比较。")],
        lang=lang,  # type: ignore[arg-type]
    )
