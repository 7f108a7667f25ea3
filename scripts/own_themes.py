"""Codebooks that users could have written, over texts whose classes are known: for themes nobody has labelled."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.themes import OTHER, Codebook, Theme

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
}  # fmt: skip


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
    with gzip.open(folder / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
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
