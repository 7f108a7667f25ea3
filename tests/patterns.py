"""All regular expressions of the package, and texts made to break each: its own parts, repeated, then a wrong end."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import diaoyan

PACKAGE = Path(diaoyan.__file__).parent
#: Functions of `re` whose first argument is a pattern.
TAKE_PATTERN = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
FLAGS = {name: getattr(re, name) for name in ("I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL", "X", "VERBOSE", "A")}
#: Characters that texts are made of, where a part of a pattern allows several.
CHARACTERS = "甲 1，a\u3000一.-：（)年省记者\n—*<=\x01A7、;/[#…\t“"
#: What follows the repeated parts, so that nothing matches to the end.
ENDS = ("", "\x00", "甲!")
#: How patterns are used: at the beginning of a text, on all of it, or wherever they match; not there if unseen.
USES: dict[str, set[str]] = {}
#: A repetition that may be this long is one that texts can be made of.
LONG = 9


def compiled() -> dict[str, re.Pattern[str]]:
    """Return the patterns that modules hold, by their names, and those written into calls, by file and line."""
    found: dict[str, re.Pattern[str]] = {}
    USES.clear()
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, use in re.findall(r"\b(_?[A-Z][A-Z_0-9]+)\.(\w+)\b", path.read_text("utf-8")):
            USES.setdefault(name, set()).add(use)
    for module in pkgutil.walk_packages(diaoyan.__path__, "diaoyan."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                for number, pattern in enumerate(_within(value)):
                    if isinstance(pattern.pattern, str) and pattern not in found.values():
                        found[f"{module.name}.{name}" + f"[{number}]" * (number > 0)] = pattern
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if _takes_pattern(node) and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                said = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
                flags = sum(FLAGS.get(part.attr, 0) for one in said for part in ast.walk(one)
                            if isinstance(part, ast.Attribute))  # fmt: skip
                pattern = re.compile(node.args[0].value, flags)
                if pattern not in found.values():
                    name = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                    found[name], USES[name] = pattern, {node.func.attr} - {"compile"}
    return found


def uses(name: str) -> set[str]:
    """Return which functions a pattern is given to."""
    known = USES.get(name.rpartition(".")[2], set()) if ".py:" not in name else USES[name]
    return known & TAKE_PATTERN or {"match", "fullmatch", "search"}


def _takes_pattern(node: Any) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in TAKE_PATTERN
        and bool(node.args)
    )


def _within(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict | list | tuple | set | frozenset):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _within(one, depth + 1)


def recipes(pattern: re.Pattern[str], seed: int = 0) -> list[tuple[str, str, str]]:
    """Return what texts that repeat parts of a pattern are made of: a beginning, what is repeated, an end."""
    chance = random.Random(seed)
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    parts = list(dict.fromkeys(filter(None, (sample(tree, chance) for tree in _repeated(tree) for _ in range(3)))))
    whole = list(dict.fromkeys(filter(None, (sample(tree, chance) for _ in range(3)))))
    pairs = [chance.choice(parts) + chance.choice(parts) for _ in range(4)] if len(parts) > 1 else []
    begins = dict.fromkeys(["", *(one[: len(one) // 2] for one in whole[:1]), *whole[:1]])
    return [(begin, part, end) for part in dict.fromkeys([*parts, *pairs, *whole]) for begin in begins for end in ENDS]


def text_of(recipe: tuple[str, str, str], length: int) -> str:
    """Return a text of about a length."""
    begin, part, end = recipe
    return begin + part * max(1, (length - len(begin)) // len(part)) + end


def _repeated(tree: Any) -> Iterator[Any]:
    """Yield the parts of a pattern that may be repeated often."""
    for op, argument in tree:
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            if argument[1] is ops.MAXREPEAT or argument[1] >= LONG:
                yield argument[2]
            yield from _repeated(argument[2])
        elif op is ops.BRANCH:
            for branch in argument[1]:
                yield from _repeated(branch)
        elif op in (ops.SUBPATTERN, ops.ASSERT, ops.ASSERT_NOT):
            yield from _repeated(argument[-1])
        elif op is ops.ATOMIC_GROUP:
            yield from _repeated(argument)


def sample(tree: Any, chance: random.Random) -> str:
    """Return a text that a pattern could match, but for what it looks ahead to or refers back to."""
    out = ""
    for op, argument in tree:
        if op is ops.LITERAL:
            out += chr(argument)
        elif op in (ops.NOT_LITERAL, ops.ANY, ops.IN):
            items = argument if op is ops.IN else [] if op is ops.ANY else [(ops.NEGATE, None), (ops.LITERAL, argument)]
            out += _character(items, chance)
        elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            least, most, inner = argument
            often = chance.randint(least, min(least + 2, 10**6 if most is ops.MAXREPEAT else most))
            out += "".join(sample(inner, chance) for _ in range(often))
        elif op is ops.BRANCH:
            out += sample(chance.choice(argument[1]), chance)
        elif op is ops.SUBPATTERN:
            out += sample(argument[-1], chance)
        elif op is ops.ATOMIC_GROUP:
            out += sample(argument, chance)
    return out


def _character(items: Any, chance: random.Random) -> str:
    allowed = [char for char in CHARACTERS if not items or _allows(items, char)]
    spans = [argument for op, argument in items if op in (ops.LITERAL, ops.RANGE)]
    if not allowed and spans:
        return chr(spans[0] if isinstance(spans[0], int) else spans[0][0])
    return chance.choice(allowed or ["甲"])


def _allows(items: Any, char: str) -> bool:
    negated, found = False, False
    for op, argument in items:
        if op is ops.NEGATE:
            negated = True
        elif op is ops.LITERAL:
            found |= ord(char) == argument
        elif op is ops.RANGE:
            found |= argument[0] <= ord(char) <= argument[1]
        elif op is ops.CATEGORY:
            kind = str(argument).rpartition("_")[2]
            inside = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}[kind]
            found |= inside != ("NOT" in str(argument))
    return found != negated
