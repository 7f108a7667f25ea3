"""Feed the readers of compilations with damaged and hostile bytes for a bounded time; needs `atheris`.

A run ends after the given number of seconds and exits 0, or at the first input that makes a reader or the splitter do
anything but return a result or raise `CompilationError`; atheris then prints the input and exits with another status.

    python scripts/fuzz_readers.py --seconds 60
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["diaoyan.compilation"]):
    from diaoyan.compilation import split_source
    from diaoyan.compilation.files import source_of
    from diaoyan.errors import CompilationError

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"


def one_input(data: bytes) -> None:
    """Read and split one input, and check what must hold for any."""
    try:
        result = split_source(source_of(data, name="fuzz"))
    except CompilationError as error:
        if "\n" in str(error):
            raise AssertionError("the sentence has more than one line") from error
        return
    end = 0
    for report in sorted(result.reports, key=lambda report: report.start or 0):
        if report.start is not None and report.end is not None:
            assert end <= report.start < report.end <= len(result.text), "reports overlap or lie outside the text"
            end = report.end


def seeds() -> list[bytes]:
    """Return small files of every kind that is read without another program: atheris varies them."""
    head = "调研报告汇编2025年3月\n目录\n1. 方启明:\n关于田的调查报告 1\n2. 罗雁:\n关于水的调查报告 4\n"
    body = "关于田的调查报告\n方启明\n(2025年3月1日)\n一、现状\n全县有村一百二十个，今年又增加了两个。\n— 1 —\n"
    text = head + body + body.replace("田", "水").replace("方启明", "罗雁")
    page = "<html><body><nav>首页</nav><p>" + text.replace("\n", "</p><p>") + "</p></body></html>"
    files = [(SAMPLE / name).read_bytes() for name in ("2025-04.docx", "2025-05.pdf")]
    return [text.encode(code) for code in ("utf-8", "gb18030", "utf-16")] + [page.encode(), *files]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="length of the run (default 60)")
    seconds = parser.parse_args().seconds
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="diaoyan-fuzz-") as folder:
        for number, seed in enumerate(seeds()):
            Path(folder, f"seed{number}").write_bytes(seed)
        limits = [
            f"-max_total_time={seconds}",
            "-timeout=20",
            "-rss_limit_mb=2048",
            "-max_len=60000",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={folder}/", folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
