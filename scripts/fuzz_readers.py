"""Feed every reader damaged and hostile files for a bounded time; needs `atheris`.

What is packed is opened first: the parts of a DOCX or XLSX are varied as XML and packed again, numbers and names inside
a PDF are exchanged, so that the run reaches what stands behind the outermost format. Each kind runs in a process of its
own, which ends after its share of the seconds, or at the first input that makes a reader do anything but return what it
read or raise an error of diaoyan with one line: atheris then prints the input, and the command exits 1.

    python scripts/fuzz_readers.py --seconds 60
    python scripts/fuzz_readers.py --seconds 900 --kinds docx pdf
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import io
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["diaoyan"]):
    from diaoyan.compilation import split_source
    from diaoyan.corpus import read_labels
    from diaoyan.corpus.tables import read_parquet, to_bytes, to_table
    from diaoyan.errors import DiaoyanError
    from diaoyan.models import load_tagger, save_tagger
    from diaoyan.readers.source import source_of
    from diaoyan.report import read_jsonl
    from diaoyan.report_tables import read_report_table
    from diaoyan.review import Pick, read_sheet, write_sheet
    from diaoyan.review.choosing import UNCERTAIN
    from diaoyan.tagging import Tag, Tagger
    from diaoyan.themes import Codebook

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
#: Seconds and MB that one input may take, and bytes it may have.
LONGEST, MOST_MEMORY, MOST_BYTES = 20, 1500, 60_000
#: Bytes a model may have, which holds arrays; and the files of its folder.
MOST_OF_MODEL = 1_000_000
MODEL_FILES = {"arrays.npz", "vocabulary.json", "manifest.json", "learned.csv", "card.md", "vectors.npz"}
#: Values that stand where a number or a name stood.
EXTREMES = [b"", b"0", b"-1", b"1e308", b"99999999999999999999", b"\xef\xbf\xbf", "田".encode() * 300, b"&#0;", b"]]>"]
_TAG = re.compile(rb"<[^<>]{1,400}>")
_VALUE = re.compile(rb'"[^"<>]{0,200}"|(?<=>)[^<>]{1,200}(?=<)|(?<=[ /\[(])[0-9.-]+|/[A-Z][A-Za-z0-9]{0,20}')


def compilation(data: bytes, folder: Path) -> None:
    """Split one compilation, and check what holds for any."""
    result = split_source(source_of(data, name="fuzz"))
    end = 0
    for report in sorted(result.reports, key=lambda report: report.start or 0):
        if report.start is not None and report.end is not None:
            assert end <= report.start < report.end <= len(result.text), "reports overlap or lie outside the text"
            end = report.end


def through_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], None]:
    """Return a reader that is handed a file of that name."""

    def run(data: bytes, folder: Path) -> None:
        path = folder / name
        path.write_bytes(data)
        read(path)

    return run


def model(data: bytes, folder: Path) -> None:
    """Load a model folder, packed as a ZIP; hashes in its manifest are made to fit, as who damages it would."""
    place = folder / "model"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in MODEL_FILES & set(packed.namelist()):
                (place / name).write_bytes(packed.read(name))
    except Exception:  # the folder is what is tried, not the ZIP
        return
    with contextlib.suppress(Exception):
        manifest = json.loads((place / "manifest.json").read_bytes())
        for name in manifest["sha256"]:
            manifest["sha256"][name] = hashlib.sha256((place / name).read_bytes()).hexdigest()
        (place / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    load_tagger(place)


def sheet(data: bytes, folder: Path) -> None:
    """Take back a review sheet, and read it as labels."""
    path = folder / ("sheet.xlsx" if data.startswith(b"PK") else "sheet.csv")
    path.write_bytes(data)
    reports = read_jsonl(SAMPLE / "reports.jsonl")[:8]
    for read in (lambda: read_sheet(path, Codebook.default(), reports), lambda: read_labels(path, Codebook.default())):
        with contextlib.suppress(DiaoyanError):
            read()
    read_sheet(path, Codebook.default(), reports)


READERS: dict[str, Callable[[bytes, Path], None]] = {
    "text": compilation,
    "html": compilation,
    "docx": compilation,
    "pdf": compilation,
    "xlsx": through_file("reports.xlsx", read_report_table),
    "csv": through_file("reports.csv", read_report_table),
    "jsonl": through_file("reports.jsonl", read_jsonl),
    "parquet": through_file("reports.parquet", read_parquet),
    "codebook": through_file("themes.toml", Codebook.read),
    "model": model,
    "sheet": sheet,
}


def seeds(kind: str) -> list[bytes]:
    """Return small files of a kind, which the run varies."""
    head = "调研报告汇编2025年3月\n目录\n1. 方启明:\n关于田的调查报告 1\n2. 罗雁:\n关于水的调查报告 4\n"
    body = "关于田的调查报告\n方启明\n(2025年3月1日)\n一、现状\n全县有村一百二十个，今年又增加了两个。\n— 1 —\n"
    text = head + body + body.replace("田", "水").replace("方启明", "罗雁")
    if kind == "text":
        return [text.encode(code) for code in ("utf-8", "gb18030", "utf-16")]
    if kind == "html":
        return [("<html><body><nav>首页</nav><p>" + text.replace("\n", "</p><p>") + "</p></body></html>").encode()]
    if kind == "docx":
        return [_document(text), (SAMPLE / "2025-04.docx").read_bytes()]
    if kind == "pdf":
        return [_pdf(), (SAMPLE / "2025-05.pdf").read_bytes()]
    reports = read_jsonl(SAMPLE / "reports.jsonl")[:3]
    if kind == "xlsx":
        return [_workbook([[report.title, report.text[:80], report.date] for report in reports])]
    if kind == "csv":
        rows = "\n".join(f"{report.title},{report.text[:60]},{report.date}" for report in reports)
        return [("标题,正文,日期\n" + rows).encode(code) for code in ("utf-8", "gb18030")]
    if kind == "jsonl":
        return [b"".join((SAMPLE / "reports.jsonl").read_bytes().splitlines(keepends=True)[:2])]
    if kind == "parquet":
        return [to_bytes(to_table(reports))]
    if kind == "model":
        return [_model()]
    if kind == "sheet":
        return _sheets()
    return [Codebook.default().to_toml().encode()]


def _model() -> bytes:
    """Return a model that has learned from a few short texts, as a ZIP of its files."""
    reports, labels = read_jsonl(SAMPLE / "reports.jsonl"), read_labels(SAMPLE / "labels.csv", Codebook.default())
    few = [replace(report, text=report.text[:120]) for report in reports[:40]]
    tagger = Tagger(Codebook.default(), folds=2).fit(
        few, {report.report_id: labels[report.report_id] for report in few}
    )
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as name:
        save_tagger(Path(name, "m"), tagger, evaluation=None, sources="a few.")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(Path(name, "m").iterdir()):
                packed.write(path, path.name)
    return out.getvalue()


def _sheets() -> list[bytes]:
    """Return a review sheet with answers as XLSX and as CSV."""
    import openpyxl

    reports = read_jsonl(SAMPLE / "reports.jsonl")[:8]
    tags = [
        Tag(r.report_id, r.month, r.no, r.title, "rural", ("rural",), {"rural": 0.9}, True, "农户") for r in reports
    ]
    picks = [Pick(report, tag, (UNCERTAIN,), 0.5, "rural", 0.9) for report, tag in zip(reports, tags, strict=True)]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "review.xlsx")
        write_sheet(path, picks, Codebook.default(), labels={})
        book = openpyxl.load_workbook(path)
        for row in range(3, 11):
            book.worksheets[0].cell(row, 6).value = "同意"
        book.save(path)
        rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return [path.read_bytes(), out.getvalue().encode("utf-8-sig")]


def _document(text: str) -> bytes:
    import docx

    document, out = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(1, 1).text = "村数", "一百二十"
    document.save(out)
    return out.getvalue()


def _pdf() -> bytes:
    """Return a PDF of plain text in one of the fonts every reader has, written out so that each part can be varied."""
    lines = "BT /F1 12 Tf 72 700 Td (Contents) Tj 0 -20 Td (1. Water 1) Tj 0 -20 Td (2. Field 2) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(lines)} >>\nstream\n{lines}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    objects = "".join(f"{i} 0 obj\n{part}\nendobj\n" for i, part in enumerate(parts, 1))
    return f"%PDF-1.4\n{objects}trailer << /Root 1 0 R /Size 6 >>\n%%EOF\n".encode()


def _workbook(rows: list[list[str | None]]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["标题", "正文", "日期"])
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def vary(data: bytes, most: int, seed: int) -> bytes:
    """Return a variant of an input: of one part of a packed file, of a tag or value, or of its bytes."""
    chance = random.Random(seed)
    if data.startswith(b"PK"):
        return _vary_packed(data, most, chance)
    if chance.random() < 0.5 and (data.startswith(b"%PDF") or b"<" in data[:200]):
        return _vary_marks(data, chance)[:most]
    return bytes(atheris.Mutate(data, most))


def _vary_packed(data: bytes, most: int, chance: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
    except Exception:  # whatever is wrong with what an earlier step has broken
        return bytes(atheris.Mutate(data, most))
    main = [
        name for name in parts if re.search(r"document|sheet1|sharedStrings|styles|rels|Content|json|csv|npz", name)
    ]
    if not parts or chance.random() < 0.05:
        return bytes(atheris.Mutate(data, most))
    name = chance.choice(main or list(parts)) if chance.random() < 0.8 else chance.choice(list(parts))
    for _ in range(chance.choice([1, 1, 2, 5])):
        part = parts[name]
        parts[name] = (
            _vary_marks(part, chance) if chance.random() < 0.8 else bytes(atheris.Mutate(part, len(part) + 99))
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for one, part in parts.items():
            if not (one == name and chance.random() < 0.02):
                packed.writestr(one, part)
    return out.getvalue() if len(out.getvalue()) <= most else data


def _vary_marks(part: bytes, chance: random.Random) -> bytes:
    tags, values = list(_TAG.finditer(part)), list(_VALUE.finditer(part))
    way = chance.randrange(5)
    if way == 0 and values:  # an extreme value
        value = chance.choice(values)
        return part[: value.start()] + b'"' + chance.choice(EXTREMES) + b'"' + part[value.end() :]
    if way == 1 and len(values) > 1:  # one value for another
        one, other = chance.choice(values), chance.choice(values)
        return part[: one.start()] + other[0] + part[one.end() :]
    if way == 2 and tags:  # a tag gone
        tag = chance.choice(tags)
        return part[: tag.start()] + part[tag.end() :]
    if way == 3 and len(tags) > 1:  # a stretch doubled, or deep inside itself
        first, last = sorted(chance.sample(range(len(tags)), 2))
        stretch = part[tags[first].start() : tags[min(last, first + 40)].end()]
        return part[: tags[first].start()] + stretch * chance.choice([1, 2, 50]) + part[tags[first].start() :]
    return bytes(atheris.Mutate(part, len(part) + 99))


def run(kind: str, seconds: int, most: int, seed: int) -> None:
    """Vary the seeds of one kind until the time or the number of runs is up."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="diaoyan-fuzz-") as name:
        corpus, work = Path(name, "seeds"), Path(name, "work")
        corpus.mkdir()
        work.mkdir()
        for number, one in enumerate(seeds(kind)):
            (corpus / f"seed{number}").write_bytes(one)

        def one_input(data: bytes) -> None:
            try:
                READERS[kind](data, work)
            except DiaoyanError as error:
                if "\n" in str(error):
                    raise AssertionError("the sentence has more than one line") from error

        limits = [f"-max_total_time={seconds}", f"-runs={most}", f"-seed={seed}", f"-timeout={LONGEST}"]
        limits += [
            f"-rss_limit_mb={MOST_MEMORY}",
            f"-max_len={MOST_OF_MODEL if kind == 'model' else MOST_BYTES}",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={name}/", str(corpus)], one_input, custom_mutator=vary)
        atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="length of the run, over all kinds (default 60)")
    parser.add_argument("--runs", type=int, default=-1, help="end a kind after so many inputs")
    parser.add_argument("--seed", type=int, default=1, help="of the variation (default 1)")
    parser.add_argument("--kinds", nargs="+", choices=sorted(READERS), default=list(READERS), help="default: all")
    arguments = parser.parse_args()
    if len(arguments.kinds) == 1:
        run(arguments.kinds[0], arguments.seconds, arguments.runs, arguments.seed)
        return
    failed = []
    for kind in arguments.kinds:
        share = max(1, arguments.seconds // len(arguments.kinds))
        command = [sys.executable, __file__, "--kinds", kind, "--seconds", str(share)]
        command += ["--runs", str(arguments.runs), "--seed", str(arguments.seed)]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
        inputs = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
        memory = re.search(r"peak_rss_mb:\s*(\d+)", done.stderr)
        print(
            f"{kind}: {inputs[1] if inputs else '?'} inputs, at most {memory[1] if memory else '?'} MB,"
            f" {'nothing found' if done.returncode == 0 else 'FOUND'}",
            flush=True,
        )
        if done.returncode:
            failed.append(kind)
            print(done.stderr[-4000:], file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
