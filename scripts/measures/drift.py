"""How often drift is found where there is none, and where some is planted.

On the sample by default: each month against the others, with a model that has learned from those. With ``--data``, on
months of news with the model that ships, with other genres, unseen fields and reports between themes as plants, and on
articles that carry several themes.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from diaoyan import settings
from diaoyan.drift import Drift, measure_drift
from diaoyan.models import load_tagger
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.themes import Codebook
from measures.shared import head, items, row

#: Shares of a month's reports that are planted.
SIZES = (0.1, 0.25, 0.5, 1.0)
#: Characters of a report after which another one has its turn.
PASSAGE = 200
_SIMPLE = "国际农业产业发经济个为们来时会应对现实体书语说话头电车东风马开关门问间队阳阴际难题类点热无灾职"
_TRADITIONAL = "國際農業產業發經濟個為們來時會應對現實體書語說話頭電車東風馬開關門問間隊陽陰際難題類點熱無災職"
_PAIRS = str.maketrans(
    "乡兴数纪检监贷款银镇县区调研报导务员财产权级党组织监督办单线网络资转让规划设备审计费贸险济动劳收获继续结构",
    "鄉興數紀檢監貸款銀鎮縣區調研報導務員財產權級黨組織監督辦單線網絡資轉讓規劃設備審計費貿險濟動勞收獲繼續結構",
)
_ENGLISH = (
    "The survey covered twelve townships and asked households about income, schooling and access to credit. ",
    "Local officials reported that storage was short and that buyers set the price late in the season. ",
    "Most firms in the sample keep their accounts by hand and few have applied for a loan in the last year. ",
    "We recommend a shared platform for quality control, and training for those who are to use it. ",
)

Plant = Callable[[Report, np.random.Generator], Report]


def noise(rate: float, pool: str) -> Plant:
    """Return a plant that replaces characters by chance, the way recognition goes wrong."""

    def plant(report: Report, rng: np.random.Generator) -> Report:
        def spoilt(text: str) -> str:
            wrong = rng.random(len(text)) < rate
            drawn = rng.integers(len(pool), size=len(text))
            return "".join(
                pool[i] if bad and "\u4e00" <= char <= "\u9fff" else char
                for char, bad, i in zip(text, wrong, drawn, strict=True)
            )

        return replace(report, title=spoilt(report.title), text=spoilt(report.text))

    return plant


def traditional(report: Report, rng: np.random.Generator) -> Report:
    """Return a report in traditional characters, as far as a short table goes."""
    table = str.maketrans(_SIMPLE, _TRADITIONAL) | _PAIRS
    return replace(report, title=report.title.translate(table), text=report.text.translate(table))


def english(report: Report, rng: np.random.Generator) -> Report:
    """Return an English report in its place."""
    body = "".join(_ENGLISH[i] for i in rng.integers(len(_ENGLISH), size=12))
    return replace(report, title="A survey of twelve townships", text=body if report.has_text else "")


def other_text(pool: Sequence[Report]) -> Plant:
    """Return a plant that puts a report of another kind in its place."""

    def plant(report: Report, rng: np.random.Generator) -> Report:
        chosen = pool[int(rng.integers(len(pool)))]
        return replace(report, title=chosen.title, text=chosen.text if report.has_text else "")

    return plant


def mixed(pool: Sequence[Report]) -> Plant:
    """Return a plant that lets passages of a report take turns with those of another one."""
    texts = [report.text for report in pool if report.has_text]

    def plant(report: Report, rng: np.random.Generator) -> Report:
        other = texts[int(rng.integers(len(texts)))]
        cut = range(0, min(len(report.text), len(other)), PASSAGE)
        return replace(report, text="".join(text[i : i + PASSAGE] for i in cut for text in (report.text, other)))

    return plant


def titles_alone(reports: Sequence[Report], share: float) -> list[Report]:
    """Return reports, the first of them without their text."""
    cut = round(share * len(reports))
    return [replace(r, text="", status="missing") if i < cut else r for i, r in enumerate(reports)]


#: What is counted of a month, besides its verdict: see `Score`.
COUNTED = ("not trusted", "shares changed", "new words", "alarms")


class Score:
    """Counts verdicts and prints them in a row."""

    def __init__(self, what: str) -> None:
        self.what, self.found, self.alarms, self.shifted, self.new = what, [0, 0], Counter[str](), 0, 0

    def add(self, drift: Drift) -> None:
        """Count one verdict."""
        self.found[0] += not drift.trusted
        self.found[1] += 1
        self.alarms[" + ".join(drift.alarms)] += not drift.trusted
        self.shifted += bool(drift.shares["clear"].any())
        self.new += bool(len(drift.new_words))

    def show(self) -> None:
        """Print what was counted."""
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.alarms.items()) if count)
        row(self.what, self.found[1], self.found[0], self.shifted, self.new, kinds)


def on_sample(trials: int) -> None:
    """Measure on the sample: its months, the same reports dealt into months by chance, and plants in its months."""
    reports, labels = settings.sample()
    months = sorted({report.month or "" for report in reports})
    pool = "".join(report.text for report in reports)
    plants: Mapping[str, Plant] = {
        **{f"wrong characters {rate:.0%}": noise(rate, pool) for rate in (0.02, 0.05, 0.1, 0.2)},
        "traditional characters": traditional,
        "English": english,
        "passages of two reports in turn": mixed(reports),
    }
    split = [([r for r in reports if r.month != m], [r for r in reports if r.month == m]) for m in months]
    fitted = [Tagger(folds=2).fit(before, labels) for before, _ in split]
    for share in (0.0, 0.5, 1.0):
        score = Score(f"sample, months as they are, {share:.0%} by title alone")
        for tagger, (before, month) in zip(fitted, split, strict=True):
            score.add(measure_drift(tagger, before, titles_alone(month, share)))
        score.show()
    score = Score("sample, reports dealt by chance")
    for trial in range(trials):
        order = np.random.default_rng(trial).permutation(len(reports))
        dealt = [replace(reports[row], month=months[place % 4]) for place, row in enumerate(order)]
        before, month = [r for r in dealt if r.month != months[3]], [r for r in dealt if r.month == months[3]]
        score.add(measure_drift(Tagger(folds=2).fit(before, labels), before, month))
    score.show()
    for name, plant in plants.items():
        for size in SIZES:
            score = Score(f"sample, {name}, {size:.0%} of reports")
            for trial in range(max(4, trials // 2)):
                rng = np.random.default_rng(trial)
                before, month = split[trial % 4]
                chosen = set(rng.permutation(len(month))[: round(size * len(month))].tolist())
                planted = [plant(r, rng) if i in chosen else r for i, r in enumerate(month)]
                score.add(measure_drift(fitted[trial % 4], before, planted))
            score.show()


def strangers(folder: Path) -> dict[str, list[Report]]:
    """Return texts of other genres and fields."""
    found: dict[str, list[Report]] = defaultdict(list)
    for item in items(folder, "policy_themes"):
        chinese = len(re.findall("[\u4e00-\u9fff]", item["text"])) > 0.5 * len(item["text"])
        kind = "statutes" if item["id"].startswith("laws_") else item["id"].split("_")[0].split("-")[0] + " documents"
        if chinese and kind in {"statutes", "discipline documents"}:
            found[kind].append(Report(item["id"], (item["title"] or "").split("\n")[0], text=item["text"][:2000]))
    for item in items(folder, "sogouc3000"):
        if item["label"] in {"汽车", "体育", "招聘", "健康"}:
            found[f"newspaper {item['label']}"].append(Report(item["id"], item["text"][:15], text=item["text"][:1500]))
    for item in items(folder, "work_reports"):
        found["work reports"].append(Report(item["id"], "政府工作报告", text=item["text"][3000:5000]))
    return found


def between(reports: Sequence[Report], codebook: Codebook) -> list[Report]:
    """Return those that hold about as many seed words of one theme as of another."""
    found = []
    for report in reports:
        text = report.title + report.text
        counts = sorted(sum(text.count(seed) for seed in theme.seeds) for theme in codebook.themes)
        if counts[-2] >= max(2, 0.6 * counts[-1]):
            found.append(report)
    return found


def on_several_themes(folder: Path, trials: int) -> None:
    """Measure months of articles that people gave several themes, after months of articles that have one."""
    with (folder / "gold" / "dev.tsv").open(encoding="utf-8") as lines:
        given = {row["id"]: row for row in csv.DictReader(lines, delimiter="\t")}
    with (folder / "gold" / "dev.jsonl").open(encoding="utf-8") as lines:
        reports = [Report(item["id"], item["title"] or "", text=item["text"]) for item in map(json.loads, lines)]
    tagger = load_tagger(settings.shipped("base"))
    themes = {
        name: {row["primary"], *re.findall("[a-z]+", f"{row['also']} {row['maybe']}")} for name, row in given.items()
    }
    several = [report for report in reports if len(themes[report.report_id]) > 1]
    tags = tagger.tag(several)
    right = sum(tag.primary in themes[tag.report_id] for tag in tags)
    review = sum(tag.needs_review for tag in tags)
    print(f"{len(tags)} articles of several themes: {right} tagged with one of them, {review} sent to review")
    plain = [report for report in reports if len(themes[report.report_id]) == 1]
    before = [replace(report, month=f"2025-0{place % 4 + 3}") for place, report in enumerate(plain)]
    score = Score("articles of several themes, 100% of 25 reports")
    for trial in range(trials):
        order = np.random.default_rng(trial).permutation(len(several))[:25]
        score.add(measure_drift(tagger, before, [several[row] for row in order]))
    score.show()


def on_news(folder: Path, trials: int) -> None:
    """Measure on months of news, drawn by chance from each, with the model that ships."""
    tagger = load_tagger(settings.shipped("base"))
    by_month: dict[str, list[Report]] = defaultdict(list)
    for item in items(folder, "news"):
        if len(item["text"]) > 100:
            by_month[item["date"][:7]].append(
                Report(item["id"], re.sub("【.*?】", "", item["title"]), text=item["text"], month=item["date"][:7])
            )
    months = sorted(by_month)[1:]
    themed = {item["id"]: item["label"] for item in items(folder, "news_weak_themes")}

    def drawn(month: str, seed: int, most: int = 30) -> list[Report]:
        order = np.random.default_rng(seed).permutation(len(by_month[month]))
        return [by_month[month][row] for row in order[:most]]

    for earlier in (1, 3, 12):
        for share in (0.0, 0.5, 1.0):
            score = Score(f"news, {earlier} months before, {share:.0%} by title alone")
            for place in range(12, len(months)):
                before = [r for m in months[place - earlier : place] for r in drawn(m, 1)]
                score.add(measure_drift(tagger, before, titles_alone(drawn(months[place], 1), share)))
            score.show()
    pool = "".join(r.text for r in drawn(months[0], 0))
    plants: dict[str, Plant] = {name: other_text(texts) for name, texts in strangers(folder).items()}
    plants |= {f"wrong characters {rate:.0%}": noise(rate, pool) for rate in (0.02, 0.05, 0.1)}
    plants |= {"traditional characters": traditional, "English": english}
    plants["reports between themes"] = other_text(between([r for m in months for r in by_month[m]], tagger.codebook))
    for theme in sorted(set(themed.values())):
        plants[f"more of {theme}"] = other_text(
            [r for m in months[40:] for r in by_month[m] if themed.get(r.report_id) == theme]
        )
    for name, plant in plants.items():
        for size in SIZES:
            score = Score(f"news, {name}, {size:.0%} of reports")
            for trial in range(trials):
                rng = np.random.default_rng(trial)
                place = 6 + trial % 30
                before = [r for m in months[place - 6 : place] for r in drawn(m, trial)]
                month = drawn(months[place], trial)
                chosen = set(rng.permutation(len(month))[: round(size * len(month))].tolist())
                score.add(
                    measure_drift(tagger, before, [plant(r, rng) if i in chosen else r for i, r in enumerate(month)])
                )
            score.show()
    before = [r for m in months[:20] for r in drawn(m, 0)]
    started = time.perf_counter()
    measure_drift(tagger, before, drawn(months[30], 0, 40))
    length = np.mean([len(r.text) for r in before])
    print(f"40 reports against {len(before)} of {length:.0f} characters: {time.perf_counter() - started:.2f} s")


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--trials", type=int, default=20, help="trials a measure")


def run(options: argparse.Namespace) -> None:
    """Print a row for each kind of month."""
    head("months", "of", *COUNTED)
    if options.data:
        on_several_themes(options.data, options.trials)
        on_news(options.data, options.trials)
    else:
        on_sample(options.trials)
