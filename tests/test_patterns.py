"""No pattern of the readers takes time that grows faster than the text: a line made to break one is a line."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time

import pytest

import diaoyan.compilation

#: What patterns repeat, and what lines are made of that people build to break them.
PIECES = (
    "预览", "预览-", "-", "—", "…", ".", " ", "\u3000", "(", "（", "1", "一", "十", "第", "页", "甲", "甲、", "甲 ",
    "a", "记者 甲", "作者：", "单位：甲 ", "2025年", "*", "[", "<", "#", "【", "下载 ", "图/", "X: y\n", "省", "，",
)  # fmt: skip
#: Characters of the longest line that is no running text, which the readers do not match headings in; and milliseconds
#: a pattern may take for it.
LONGEST, MOST = 400, 150


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for module in pkgutil.iter_modules(diaoyan.compilation.__path__):
        names = vars(importlib.import_module(f"diaoyan.compilation.{module.name}"))
        for name, value in names.items():
            values = value if isinstance(value, tuple) else (value,)
            for one in values:
                pattern = one[0] if isinstance(one, tuple) and one else one
                if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                    found.append((f"{module.name}.{name}", pattern))
    return found


def milliseconds(pattern: re.Pattern[str], line: str) -> float:
    start = time.process_time()
    pattern.fullmatch(line)
    pattern.match(line)
    pattern.search(line)
    return 1000 * (time.process_time() - start)


@pytest.mark.parametrize(("name", "pattern"), patterns(), ids=[name for name, _ in patterns()])
def test_time_does_not_explode_with_length(name: str, pattern: re.Pattern[str]) -> None:
    for piece in PIECES:
        for end in ("", "甲"):
            line = (piece * LONGEST)[:LONGEST] + end
            took = milliseconds(pattern, line)
            if took >= MOST:  # a machine that was busy for a moment is no pattern at fault
                took = min(milliseconds(pattern, line) for _ in range(3))
            assert took < MOST, f"{name}: {took:.0f} ms for {piece!r} * {LONGEST}"
