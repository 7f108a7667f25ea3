"""A codebook of one's own, as users could have written it, with 0, 5, 20 and 100 labels on three sets of real texts.

Nothing of these sets went into ``untaught.json``. Labels are drawn at random from one half of the texts, whatever they
say; the other half is tested. ``keywords`` files a text under the theme most of whose seed words stand in it.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from diaoyan import settings
from diaoyan.corpus import Label
from diaoyan.models import load_tagger
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.untaught import untaught
from diaoyan.themes import OTHER, Codebook, Theme
from measures.shared import Ints, head, items, row, scored

#: For each set its corpus, and for each theme its name, the classes it covers, and its seed words.
SETS: dict[str, tuple[str, dict[str, tuple[str, tuple[str, ...], str]]]] = {
    "papers": (
        "csldcp",
        {
            "school": ("教育", ("教育学", "心理学"), "学校 学生 教师 教学 课程 高校 课堂 人才培养"),
            "law": ("法治", ("法学",), "法律 司法 立法 法院 合同 权利 犯罪 诉讼"),
            "health": ("公共卫生", ("公共卫生与预防医学", "基础医学/临床医学"), "疾病 患者 医院 流行病 预防 卫生 感染"),
            "farming": ("农林经济", ("农林经济管理", "农业资源利用"), "农民 农户 农业 土地 粮食 农村 耕地"),
            "environment": ("生态环境", ("环境科学与工程",), "污染 生态 废水 排放 环境 治理 水质"),
            "governing": ("公共管理", ("公共管理", "政治学"), "政府 治理 公共服务 政策 行政 社会组织 民主"),
        },
    ),
    "portal": (
        "sina2018",
        {
            "school": ("教育", ("教育",), "学校 学生 高考 老师 考试 大学 家长 招生"),
            "health": ("医疗健康", ("健康",), "医院 疾病 患者 医生 治疗 健康 癌症 饮食"),
            "sport": ("体育", ("体育",), "比赛 球队 球员 冠军 联赛 教练"),
        },
    ),
    "newspapers": (
        "sogouc3000",
        {
            "travel": ("旅游", ("旅游",), "旅游 景区 游客 酒店 旅行社 线路"),
            "cars": ("汽车", ("汽车",), "汽车 轿车 车型 发动机 经销商"),
            "army": ("军事", ("军事",), "军队 武器 导弹 战机 国防 士兵"),
            "jobs": ("就业招聘", ("招聘",), "招聘 求职 简历 面试 职位 应聘 薪酬"),
        },
    ),
    "papers, others": (
        "csldcp",
        {
            "building": ("土木建筑", ("土木工程", "建筑学"), "建筑 结构 混凝土 施工 抗震"),
            "food": ("食品", ("食品科学与工程",), "食品 加工 发酵 风味 蛋白"),
            "traffic": ("交通运输", ("交通运输工程",), "交通 道路 车辆 公路 铁路 运输"),
            "history": ("历史文化", ("历史学", "民族学"), "历史 文化 民族 传统 明清 民国"),
            "media": ("新闻传播", ("新闻传播学",), "新闻 媒体 传播 报道 舆论"),
            "firms": ("企业管理", ("工商管理",), "企业 管理 市场 营销 战略 绩效"),
        },
    ),
    "headlines": (
        "thucnews_titles",
        {
            "stocks": ("股票", ("股票",), "股市 A股 沪指 涨停 个股 大盘"),
            "housing": ("房产", ("房产",), "楼市 房价 楼盘 地产 公寓 户型"),
            "games": ("游戏", ("游戏",), "游戏 网游 玩家 公测 新版本"),
            "school": ("教育", ("教育",), "高考 考研 考生 留学 大学 录取"),
        },
    ),
}
#: The sets that are measured; nothing of them was learned from.
MEASURED = ("papers", "portal", "newspapers")
DRAWS = {0: 1, 5: 5, 20: 5, 100: 3}


@dataclass(frozen=True)
class OwnThemes:
    """A codebook with reports, half of them of its themes, and the label of each."""

    codebook: Codebook
    reports: list[Report]
    labels: dict[str, Label]


def own_themes(name: str, folder: Path, *, most: int, random_state: int = 0) -> OwnThemes:
    """Return one of the sets: up to `most` texts, half of them of no theme of its codebook."""
    corpus, themes = SETS[name]
    codebook = Codebook(tuple(Theme(key, zh, key, tuple(seeds.split())) for key, (zh, _, seeds) in themes.items()))
    of_class = {label: key for key, (_, labels, _) in themes.items() for label in labels}
    rows = list(items(folder, corpus))
    random.Random(random_state).shuffle(rows)
    half = most // 2
    own = [row for row in rows if row["label"] in of_class][:half]
    others = [row for row in rows if row["label"] not in of_class][:half]
    headlines = corpus == "thucnews_titles"
    reports = [
        Report(row["id"], row["text"]) if headlines else Report(row["id"], row["title"] or "", text=row["text"])
        for row in [*own, *others]
    ]
    labels = {row["id"]: Label(of_class.get(row["label"], OTHER)) for row in [*own, *others]}
    return OwnThemes(codebook, reports, labels)


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--quick", action="store_true", help="without labels only")


def run(options: argparse.Namespace) -> None:
    """Print a row a set and number of labels."""
    base = load_tagger(settings.model("base"))
    head("set", "labels", "macro-F1", "kept", "right of the kept")
    for name in MEASURED:
        one = own_themes(name, options.data, most=1500)
        said = f"{name}, {len(one.codebook.themes)} themes"
        order = np.random.default_rng(0).permutation(len(one.reports))
        learn, test = order[: len(order) // 2], order[len(order) // 2 :]
        row(said, "keywords", keywords(one, test), "", "")
        start = untaught(one.codebook, base)
        for count, draws in list(DRAWS.items())[: 1 if options.quick else None]:
            found = np.array([measured(one, start, learn, test, count=count, seed=seed) for seed in range(draws)])
            # Where a draw keeps nothing from review, nothing of it was right or wrong.
            f1, kept = found[:, :2].mean(0)
            right = np.average(found[:, 2], weights=found[:, 1]) if found[:, 1].any() else None
            row(said, count, f1, kept, right)


def measured(
    one: OwnThemes, start: Tagger, learn: Ints, test: Ints, *, count: int, seed: int
) -> tuple[float, float, float]:
    """Return macro-F1, share not sent to review, and how many of those are right."""
    tagger = start
    if count:
        drawn = [one.reports[row] for row in np.random.default_rng(seed).choice(learn, count, replace=False)]
        labels = {report.report_id: one.labels[report.report_id] for report in drawn}
        tagger = Tagger(one.codebook).fit(drawn, labels, base=start)
    tags = tagger.tag([one.reports[row] for row in test])
    truth = [one.labels[tag.report_id].primary for tag in tags]
    right = np.array([tag.primary == label for tag, label in zip(tags, truth, strict=True)])
    kept = np.array([not tag.needs_review for tag in tags])
    return score(one, truth, [tag.primary for tag in tags]), kept.mean(), right[kept].mean() if kept.any() else 0.0


def score(one: OwnThemes, truth: list[str], given: list[str]) -> float:
    """Return macro-F1 over the themes and `other`."""
    return scored([*one.codebook.ids, OTHER], truth, given).macro_f1


def keywords(one: OwnThemes, test: Ints) -> float:
    """Return macro-F1 of counting seed words."""
    given = []
    for report in [one.reports[place] for place in test]:
        text = report.title + (report.text or "")
        counts = {theme.id: sum(text.count(seed) for seed in theme.seeds) for theme in one.codebook.themes}
        best = max(counts, key=lambda theme: counts[theme])
        given.append(best if counts[best] else OTHER)
    return score(one, [one.labels[one.reports[row].report_id].primary for row in test], given)
