"""The pages in docs/ and for contributors: Chinese beside English with the same numbers, links and paths that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = sorted(p for p in (ROOT / "docs").glob("*.md") if "zh-CN" not in p.name and p.stem != "terms")
PAGES = [
    ROOT / "README.zh-CN.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md")),
]


def chinese(page: Path) -> Path:
    return page.with_name(f"{page.stem}.zh-CN.md")


def numbers(text: str) -> list[str]:
    """Return the numbers of a page, sorted; Chinese counts in 万 what English counts in millions."""
    text = re.sub(r"(\d+) million", lambda found: f"{int(found[1]) * 100}万", text)
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text)))


@pytest.mark.parametrize("page", ENGLISH, ids=[page.stem for page in ENGLISH])
def test_a_page_has_the_same_numbers_code_and_parts_in_chinese(page: Path) -> None:
    one, other = page.read_text("utf-8"), chinese(page).read_text("utf-8")
    assert numbers(one) == numbers(other)
    assert sorted(re.findall(r"`[^`\n]+`", one)) == sorted(re.findall(r"`[^`\n]+`", other))
    assert [len(h) for h in re.findall(r"^#+", one, re.M)] == [len(h) for h in re.findall(r"^#+", other, re.M)]
    assert [line.count("|") for line in one.splitlines() if line.startswith("|")] == [
        line.count("|") for line in other.splitlines() if line.startswith("|")
    ]


@pytest.mark.parametrize("page", ENGLISH, ids=[page.stem for page in ENGLISH])
def test_no_english_sentence_is_left_in_chinese(page: Path) -> None:
    plain = re.sub(r"```.*?```|`[^`]*`", "", chinese(page).read_text("utf-8"), flags=re.S)
    assert re.findall(r"(?:\b[A-Za-z]{2,}\b[ ,]+){4}[A-Za-z]{2,}\b", plain) == []


def heading_ids(page: Path) -> set[str]:
    """Return the anchors of a page as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]*(?:#[^)\s]*)?)\)", page.read_text("utf-8")):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        if anchor:
            assert anchor in heading_ids(file), target


def test_what_contributors_are_pointed_to_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    paths = re.findall(r"`((?:src|tests|scripts|docs|data|models|notebooks|benchmarks)/[\w./*-]+)`", text)
    assert len(paths) > 10
    named = [path for path in paths if not re.search("[A-Z]{2}|data/corpus", path)]  # names to fill in, and a user's
    assert [path for path in named if not any(ROOT.glob(path.rstrip("/")))] == []
