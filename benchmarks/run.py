"""Measure diaoyan against what a user would write instead, and write the tables to RESULTS.md.

    python benchmarks/run.py [--data DIR] [--most N] [--quick] [-o FILE]

All that stands in one table was measured by turns in one run. The real corpora are taken where --data or
DIAOYAN_REAL_DATA names their folder, the sample otherwise.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from processes import Cost, budget, by_turns, calls_by_turns, calls_on_cores, diaoyan, rival, run
from texts import Texts

from diaoyan.writing import write_text

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
#: A month, a quarter, a year, and on to all of the broadcast news.
GROWTH = (33, 100, 300, 1_000, 3_000, 19_336)
THEMES = "5"
REPORT = "theme report of a month, of the time of the plain script"
DISCOVER = "`discover` of a month, both methods one after the other"
RETRAIN = "`retrain` of a month"
TAGGING = "tagging a month, times the plain script with jieba"
TAGGING_RJIEBA = "tagging a month, times the plain script with rjieba"
MEMORY = "memory of the theme report"
SEGMENTATION = "segmentation, times jieba on one core"
GROWING = {"report": "growth of `report`, last exponent", "discover": "growth of `discover`, last exponent"}
#: What is asked of each: at most (1) or at least (-1) so much, in a unit.
MEASURES = (
    (REPORT, 1, 0.45, ""), (MEMORY, 1, 300, " MB"), (DISCOVER, 1, 2, " s"), (RETRAIN, 1, 6, " s"), (TAGGING, -1, 5, ""),
    (TAGGING_RJIEBA, -1, 3, ""), (SEGMENTATION, -1, 15, ""), *((name, 1, 1.15, "") for name in GROWING.values()),
)  # fmt: skip


def main() -> None:
    """Run every benchmark and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="DIR", default=os.environ.get("DIAOYAN_REAL_DATA") or None,
                        help="folder of the real corpora (default: DIAOYAN_REAL_DATA, else the sample)")  # fmt: skip
    parser.add_argument("--most", type=int, metavar="N", default=SIZES[-1], help="reports of the largest file")
    parser.add_argument("--quick", action="store_true", help="one run of each, on little: says that all of it works")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        texts = Texts(options.data and Path(options.data), Path(folder))
        bench = Bench(texts, Path(folder), times=1 if options.quick else 5, most=options.most, quick=options.quick)
        pages = []
        for page in bench.pages():
            print(page, file=sys.stderr)
            pages.append(page)
    measures = bench.measures()
    print(measures, file=sys.stderr)
    text = "\n\n".join([f"# Benchmarks\n\n{bench.preface()}", measures, *pages]) + "\n"
    write_text(options.output, text)


class Bench:
    """The benchmarks, each a page of Markdown."""

    def __init__(self, texts: Texts, folder: Path, *, times: int, most: int, quick: bool) -> None:
        self.texts = texts
        self.folder = folder
        self.times = times
        self.most = most
        self.quick = quick
        self.found: dict[str, float] = {}

    def preface(self) -> str:
        """Return what holds for all tables."""
        runs = "one run" if self.times == 1 else "the median of five runs, unless it says otherwise"
        command = "make bench" if self.most == SIZES[-1] else f"python benchmarks/run.py --most {self.most}"
        return (
            f"Written by `{command}` on {os.cpu_count()} cores. Texts: {self.texts.name}. Every number is {runs}, "
            "measured by turns with what it is compared to; processes start from cold and have one thread. "
            "*times* is how often diaoyan fits into the elapsed time of the other, *memory* the peak of the process."
        )

    def pages(self) -> Iterator[str]:
        """Yield the tables, one by one as they are measured."""
        yield self.start()
        yield self.segmentation()
        yield self.month()
        yield self.report()
        yield self.new_month()
        yield self.growth()
        yield self.growth_of_all()
        yield self.discovery()
        yield self.whole_jobs()
        yield self.spent()

    def measures(self) -> str:
        """Measures that are asked for, beside what was found."""
        rows = [
            [name, f"{'at most' if sign > 0 else 'at least'} {asked:g}{unit}", f"{self.found[name]:.2f}",
             "yes" if sign * self.found[name] <= sign * asked else "no"]
            for name, sign, asked, unit in MEASURES
            if name in self.found
        ]  # fmt: skip
        said = "What the tables below come to. A theme report, tagging and segmentation are ratios within one run."
        return _page("Measures", said, ["", "asked", "found", "reached"], rows)

    def start(self) -> str:
        """Start-up, against Python itself."""
        found = by_turns(
            {
                "`python -c pass`": [sys.executable, "-c", "pass"],
                "`import diaoyan`": [sys.executable, "-c", "import diaoyan"],
                "`diaoyan --help`": diaoyan("--help"),
            },
            self.times,
        )
        rows = [[name, f"{cost.elapsed:.3f}", f"{cost.cpu:.3f}", f"{cost.memory:.0f}"] for name, cost in found.items()]
        return _page("Start-up", "What a process costs before it does anything, beside Python alone.", _HEAD, rows)

    def segmentation(self) -> str:
        """Segmentation, against jieba and against the engine alone."""
        import jieba
        import rjieba

        from diaoyan.preprocess import Tokenizer
        from diaoyan.themes import Codebook

        jieba.setLogLevel(60)
        tokenizer = Tokenizer(terms=[seed for theme in Codebook.default().themes for seed in theme.seeds])
        texts = self.texts.plain(50_000 if self.quick else 500_000)
        found = calls_by_turns(
            {
                "jieba.lcut": jieba.lcut,
                "rjieba.cut": rjieba.cut,
                "Tokenizer.cut": tokenizer.cut,
                "Tokenizer()": tokenizer,
            },
            texts,
            self.times,
        )
        found["Tokenizer.cut on 2 cores"] = calls_on_cores(tokenizer.cut, texts, self.times, cores=2)
        size = sum(map(len, texts))
        self.found[SEGMENTATION] = found["jieba.lcut"] / found["Tokenizer.cut"]
        rows = [
            [f"`{name}`", f"{size / seconds / 1000:.0f}", f"{found['jieba.lcut'] / seconds:.1f}"]
            for name, seconds in found.items()
        ]
        said = (
            f"{size} characters on one core, in processor time; on two cores elapsed. `Tokenizer` knows the policy "
            "terms, the other two do not."
        )
        return _page("Segmentation", said, ["", "characters a ms", "times jieba"], rows)

    def month(self) -> str:
        """One month from cold, against a plain script."""
        found = self._tag(self.texts.month(), self.times)
        self.found[TAGGING] = found["plain script"].elapsed / found["diaoyan"].elapsed
        self.found[TAGGING_RJIEBA] = found["plain script, rjieba"].elapsed / found["diaoyan"].elapsed
        said = (
            "`diaoyan tag` of a month of 22 reports from cold, against jieba, TfidfVectorizer and LogisticRegression, "
            "fitted before and loaded with joblib; the last row is the same script on rjieba, jieba in Rust. The "
            "script gives one label a report; diaoyan adds further themes, calibrated probabilities, evidence and what "
            "needs review."
        )
        return _page("Tagging a month", said, [*_HEAD, "times"], _against(found, "plain script"))

    def report(self) -> str:
        """Theme report of a month, against a script that draws six charts."""
        month = self._long_month()
        found = by_turns(
            {
                "diaoyan": diaoyan("report", month, "-o", self.folder / "report", "--force"),
                "plain script": rival("month", month, self.folder / "charts"),
            },
            self.times,
        )
        said = (
            "`diaoyan report` of 33 reports of 4,300 characters from cold, against jieba, TfidfVectorizer, k-means, "
            "gensim's LdaModel with ten passes, and six bar charts. diaoyan tags, finds themes in two ways and "
            "measures how stable they are, draws a dozen figures twice (PNG, SVG), and writes page, Word file "
            "and workbook; it uses both cores, the script one. The memory is that of the larger of its two processes."
        )
        self.found[REPORT] = found["diaoyan"].elapsed / found["plain script"].elapsed
        self.found[MEMORY] = found["diaoyan"].memory
        return _page("Theme report of a month", said, [*_HEAD, "times"], _against(found, "plain script"))

    def new_month(self) -> str:
        """Themes of a new month, and learning from what was labelled."""
        month = self._long_month()
        found = {
            f"`diaoyan discover --method {method}`, 33 reports": diaoyan(
                "discover", month, "--method", method, "-o", self.folder / "themes", "--force"
            )
            for method in ("tfidf", "lda")
        }
        costs = by_turns(found, self.times)
        self.found[DISCOVER] = sum(cost.elapsed for cost in costs.values())
        retrain = by_turns({"`diaoyan retrain`, 22 reports": self._retrain()}, self.times, anew=self._labelled)
        self.found[RETRAIN] = sum(cost.elapsed for cost in retrain.values())
        costs |= retrain
        said = (
            "From cold. `retrain` takes a fourth month in, with 66 labels of three months before it: it splits, tags, "
            "follows themes, measures drift, chooses what to review, learns, and compares with the model in use."
        )
        rows = [[name, f"{c.elapsed:.2f}", f"{c.cpu:.2f}", f"{c.memory:.0f}"] for name, c in costs.items()]
        return _page("A new month", said, _HEAD, rows)

    def growth_of_all(self) -> str:
        """Verbs of a month over more and more reports, each against its script, with the exponent of growth."""
        sizes = [20, 50] if self.quick else [size for size in GROWTH if size <= self.most]
        jobs = {"tag": "tag"} if self.quick else {"tag": "tag", "discover": "kmeans", "report": "month"}
        seconds: dict[str, list[float]] = {}
        rows = []
        for size in sizes:
            source = self.texts.reports(size)
            ours = {
                "tag": diaoyan("tag", source, "--model", "base", "-o", self.folder / "tags.csv", "--force"),
                "discover": diaoyan("discover", source, "-o", self.folder / "themes", "--force"),
                "report": diaoyan("report", source, "-o", self.folder / "report", "--force"),
            }
            for verb, job in jobs.items():
                output = self.folder / ("charts" if verb == "report" else "plain.csv")
                plain = rival(job, source, output, *([THEMES] if job == "kmeans" else []))
                found = by_turns({"ours": ours[verb], "script": plain}, 1)
                seconds.setdefault(verb, []).append(found["ours"].elapsed)
                exponent = _exponent(sizes, seconds[verb])
                rows.append([
                    verb, f"{size:,}", f"{found['ours'].elapsed:.1f}", f"{found['script'].elapsed:.1f}",
                    f"{found['ours'].memory:.0f}", f"{found['script'].memory:.0f}", exponent,
                ])  # fmt: skip
        rows.sort(key=lambda row: list(jobs).index(row[0]))
        for verb, values in seconds.items():
            if len(values) > 2 and verb in GROWING:
                last = math.log(values[-1] / values[-2]) / math.log(sizes[-1] / sizes[-2])
                self.found[GROWING[verb]] = last
        said = (
            "The corpus over and over, against the scripts of the tables above. *exponent* is the power with which the "
            "seconds grow from one size to the next: 1 is in proportion, n log n is about 1.15. One run of each. "
            "Themes are looked for in at most 600 reports of a theme report, evenly chosen."
        )
        head = ["reports", "seconds", "script", "MB", "script MB", "exponent"]
        return _page("Growth", said, ["", *head], rows)

    def _long_month(self) -> Path:
        return self.texts.month() if self.quick else self.texts.long_month()

    def _retrain(self) -> list[str]:
        return diaoyan("retrain", "2025-06", self.texts.sample / "2025-06.txt")

    def _labelled(self) -> Path:
        """Return a new working folder with three months of the sample and their labels."""
        ready = self.folder / "labelled"
        if not ready.exists():
            ready.mkdir()
            months = ("2025-03.txt", "2025-04.docx", "2025-05.pdf")
            run(diaoyan("add", *(self.texts.sample / name for name in months)), folder=ready)
            with (self.texts.sample / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
                lines = [line for line in file if not line.startswith("2025-06")]
            write_text(ready / "data" / "corpus" / "labels.csv", "".join(lines))
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copytree(ready, folder, dirs_exist_ok=True)
        return folder

    def spent(self) -> str:
        """Where the processor time of the month's commands goes, part by part."""
        month = self._long_month()
        output = self.folder / "spent"
        commands = {"report": ["report", month, "-o", output, "--force"]}
        if not self.quick:
            commands["discover"] = ["discover", month, "-o", output, "--force"]
            commands["discover, LDA"] = ["discover", month, "--method", "lda", "-o", output, "--force"]
            commands["retrain"] = self._retrain()[3:]
        spent = {
            name: budget(command, folder=self._labelled() if name == "retrain" else self.folder)
            for name, command in commands.items()
        }
        sums = {name: sum(parts.values()) for name, parts in spent.items()}
        parts = sorted({part for found in spent.values() for part in found}, key=lambda part: _most(part, spent))
        rows = [[part, *(_seconds(found.get(part)) for found in spent.values())] for part in parts]
        rows.append(["together", *(f"{value:.2f}" for value in sums.values())])
        loading = {
            name: sum(value for part, value in found.items() if part.startswith("loading"))
            for name, found in spent.items()
        }
        largest = {name: max((p for p in found if not p.startswith("loading")), key=found.__getitem__)
                   for name, found in spent.items()}  # fmt: skip
        said = (
            "Processor seconds of the commands above on the same month, one run each in a single process, measured by "
            "`budget.py`: a second process, where there is a core for it, takes over themes, the map and some figures, "
            "and loads part of this once more. Parts below a hundredth of a second are left out. "
            + " ".join(
                f"Of `{name}`, {loading[name] / sums[name]:.0%} is loading libraries; the largest other part is "
                f"{largest[name]}, {spent[name][largest[name]] / sums[name]:.0%}."
                for name in spent
            )
        )
        return _page("What the remaining time is spent on", said, ["", *(f"`{name}`" for name in spent)], rows)

    def growth(self) -> str:
        """More and more reports, against the same script."""
        rows = []
        for size in [50] if self.quick else [size for size in SIZES if size <= self.most]:
            found = self._tag(self.texts.reports(size), 1)
            ours, plain, rust = found["diaoyan"], found["plain script"], found["plain script, rjieba"]
            costs = [f"{cost.elapsed:.1f}" for cost in (ours, plain, rust)]
            times = [f"{cost.elapsed / ours.elapsed:.1f}" for cost in (plain, rust)]
            rows.append([
                f"{size:,}", *costs, *times, f"{size / ours.elapsed:.0f}", f"{ours.memory:.0f}", f"{plain.memory:.0f}",
            ])  # fmt: skip
        head = ["reports", "seconds", "script", "on rjieba", "times", "times rjieba", "a second", "MB", "script MB"]
        said = (
            "The same, over more and more reports: the corpus over and over, with the script on jieba and on rjieba; "
            "one run of each."
        )
        return _page("Tagging, by number of reports", said, head, rows)

    def discovery(self) -> str:
        """Themes, against scripts on scikit-learn, gensim and tomotopy."""
        source = self.texts.with_themes(60 if self.quick else 10_000)
        output = self.folder / "themes"
        plain = {"k-means script (scikit-learn)": "kmeans", "LDA script (gensim)": "gensim"}
        if find_spec("tomotopy"):
            plain["LDA script (tomotopy)"] = "tomotopy"
        ours = {
            f"diaoyan, {method}": diaoyan(
                "discover", source, "--method", method, "--themes", THEMES, "-o", output, "--force"
            )
            for method in ("tfidf", "lda")
        }
        scripts = {name: rival(job, source, self.folder / "labels.txt", THEMES) for name, job in plain.items()}
        found = by_turns(ours | scripts, 1)
        said = (
            f"{sum(1 for _ in source.open('rb'))} reports into {THEMES} themes, from cold, one run of each. The "
            "scripts give the number of a cluster; diaoyan learns phrases, names the themes, measures how stable they "
            "are on resamples, and draws figures."
        )
        if not find_spec("tomotopy"):
            said += " tomotopy is not installed and is left out."
        rows = [[name, f"{c.elapsed:.2f}", f"{c.cpu:.2f}", f"{c.memory:.0f}"] for name, c in found.items()]
        return _page("Finding themes", said, _HEAD, rows)

    def whole_jobs(self) -> str:
        """Split and report, against the least that such a script must do."""
        compilation, month = self.texts.sample / "2025-03.txt", self.texts.month()
        found = by_turns(
            {
                "`diaoyan split`, 22 reports": diaoyan("split", compilation, "-o", self.folder / "s.jsonl", "--force"),
                "one regular expression": rival("split", compilation, self.folder / "split.json"),
                "`diaoyan report`, 22 reports": diaoyan("report", month, "-o", self.folder / "report", "--force"),
                "one bar chart": rival("chart", month, self.folder / "chart.png"),
            },
            1,
        )
        said = (
            "From cold, one run of each, beside the least that a script of one's own must do: split at numbered titles "
            "with `re.split`, "
            "which finds no authors, months or gaps; draw a single chart with pandas and Matplotlib, where a theme "
            "report has all its figures, a page, a Word file and a sheet."
        )
        rows = [[name, f"{c.elapsed:.2f}", f"{c.cpu:.2f}", f"{c.memory:.0f}"] for name, c in found.items()]
        return _page("Splitting and reporting", said, _HEAD, rows)

    def _tag(self, source: Path, times: int) -> dict[str, Cost]:
        model = self.folder / "plain.joblib"
        if not model.exists():
            by_turns({"": rival("fit", self.texts.sample / "reports.jsonl", model)}, 1)
        ours = diaoyan("tag", source, "--model", "base", "-o", self.folder / "tags.csv", "--force")
        plain = {name: rival(job, source, self.folder / "plain.csv") for name, job in _TAGGING.items()}
        return by_turns({"diaoyan": ours} | plain, times)


def _most(part: str, spent: Mapping[str, Mapping[str, float]]) -> float:
    return -max(found.get(part, 0.0) for found in spent.values())


def _seconds(value: float | None) -> str:
    return f"{value:.2f}" if value is not None and value >= 0.01 else "–"


#: Scripts that tag, by what segments in them.
_TAGGING = {"plain script": "tag", "plain script, rjieba": "tag_rjieba"}
_HEAD = ["", "seconds", "of the processor", "MB"]


def _exponent(sizes: list[int], seconds: list[float]) -> str:
    """Return the power with which the last seconds have grown; nothing for the first."""
    if len(seconds) < 2:
        return "–"
    sizes = sizes[: len(seconds)]
    return f"{math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


def _against(found: Mapping[str, Cost], other: str) -> list[list[str]]:
    return [
        [name, f"{c.elapsed:.2f}", f"{c.cpu:.2f}", f"{c.memory:.0f}", f"{found[other].elapsed / c.elapsed:.1f}"]
        for name, c in found.items()
    ]


def _page(title: str, said: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return f"## {title}\n\n{said}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
