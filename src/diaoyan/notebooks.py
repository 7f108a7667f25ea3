"""The notebooks that ship with the package, and their way into a user's folder."""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import tokenize
from itertools import accumulate, chain
from pathlib import Path

from diaoyan import settings
from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, of_notebooks, spoken
from diaoyan.writing import filling, refuse_existing


def shipped_notebooks() -> list[Path]:
    """Return the notebooks that ship, in order.

    Examples
    --------
    >>> shipped_notebooks()[0].name
    '01_a_compilation.ipynb'
    """
    return sorted(settings.shipped("notebooks").glob("*.ipynb"))


def copy_notebooks(folder: Path, *, force: bool = False) -> list[Path]:
    """Copy the notebooks into a folder, in the language that is spoken; other files that stand there stay.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    force : bool
        Replace notebooks of the same name, with whatever was changed in them.

    Returns
    -------
    list of Path
        The copies, in order.

    Raises
    ------
    DiaoyanError
        If one of them stands there already and `force` is not set, or if the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> [path.name for path in copy_notebooks(Path(tempfile.mkdtemp()))][:2]
    ['01_a_compilation.ipynb', '02_words.ipynb']
    """
    if folder.is_file():
        raise DiaoyanError(
            gettext("{folder}: expected a folder for the notebooks, found a file; choose another name.").format(
                folder=folder
            )
        )
    copies = [folder / path.name for path in shipped_notebooks()]
    for copy in copies:
        refuse_existing(copy, force=force)
    with filling(folder) as temporary:
        for path in shipped_notebooks():
            if spoken() == "en":
                shutil.copyfile(path, temporary / path.name)
            else:
                (temporary / path.name).write_text(translated(path.read_text("utf-8")), "utf-8", newline="\n")
    return copies


def translated(notebook: str) -> str:
    """Return a notebook with what a person reads in the language that is spoken; its code stays the same."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        source = "".join(cell["source"])
        for start, end in reversed(parts_to_read(cell["cell_type"], source)):
            source = source[:start] + of_notebooks(source[start:end]) + source[end:]
        source = source.replace("display.show_frames()", f'display.show_frames("{spoken()}")')
        cell["source"] = source.splitlines(keepends=True)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def parts_to_read(kind: str, source: str) -> list[tuple[int, int]]:
    """Return where in a cell stands what a person reads: all of a text, comments and what is printed of a code cell.

    Parameters
    ----------
    kind : str
        ``markdown`` or ``code``.
    source : str

    Returns
    -------
    list of (int, int)
        Beginnings and ends, in order.

    Examples
    --------
    >>> source = 'print("wrote", name)  # a file'
    >>> [source[start:end] for start, end in parts_to_read("code", source)]
    ['"wrote"', '# a file']
    """
    if kind != "code":
        return [(0, len(source))]
    # Commands of IPython are no Python; what stands in for them is as long.
    lines = ["#" * len(line) if line.startswith("%") else line for line in source.split("\n")]
    python = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def place(line: int, column: int) -> int:
        return starts[line - 1] + column

    found = [
        (place(*token.start), place(*token.end))
        for token in tokenize.generate_tokens(io.StringIO(python).readline)
        if token.type == tokenize.COMMENT and not source.startswith("%", place(*token.start))
    ]
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            for said in chain.from_iterable(a.values if isinstance(a, ast.BoolOp) else [a] for a in node.args):
                if _is_said(said) and said.end_lineno is not None and said.end_col_offset is not None:
                    first, last = lines[said.lineno - 1], lines[said.end_lineno - 1]
                    # Python counts columns in bytes.
                    start = len(first.encode()[: said.col_offset].decode())
                    end = len(last.encode()[: said.end_col_offset].decode())
                    found.append((place(said.lineno, start), place(said.end_lineno, end)))
    return sorted(found)


def _is_said(node: ast.expr) -> bool:
    """Whether a thing that is printed is a text with words in it."""
    texts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(
        isinstance(text, ast.Constant) and isinstance(text.value, str) and re.search("[A-Za-z]", text.value)
        for text in texts
    )
