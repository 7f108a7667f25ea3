"""In which language the program speaks to people: Chinese or English, by gettext.

The sentences stand in the code in English; ``locale/zh_CN/LC_MESSAGES/diaoyan.po`` holds the Chinese ones, and the
``.mo`` beside it what is read at run time (``scripts/update_messages.py``). What programs read (CSV keys, JSON, ids)
is the same in any language.
"""

from __future__ import annotations

import gettext as _gettext
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
#: Variable that decides where no ``--lang`` is given.
VARIABLE = "DIAOYAN_LANG"
#: The message files; found by path, since `importlib.resources` takes as long to load as all else that help needs.
MESSAGES = Path(__file__).parent / "locale"

_chosen: Lang | None = None


def speak(lang: Lang | None) -> None:
    """Speak a language from here on, for this process and those it starts; None leaves it to the surroundings."""
    global _chosen
    _chosen = lang
    if lang is not None:
        os.environ[VARIABLE] = lang


def spoken() -> Lang:
    """Return the language that is spoken: the chosen one, else ``DIAOYAN_LANG``, else the locale's, else English.

    Examples
    --------
    >>> spoken() in LANGUAGES
    True
    """
    if _chosen is not None:
        return _chosen
    stated = os.environ.get(VARIABLE, "")
    if stated in LANGUAGES:
        return "zh" if stated == "zh" else "en"
    return "zh" if _is_chinese(_surroundings()) else "en"


def gettext(message: str) -> str:
    """Return a message in the language that is spoken; in English where it has no Chinese.

    Examples
    --------
    >>> before = spoken()
    >>> speak("zh")
    >>> gettext("wrote {output}").format(output="a.csv")
    '已写入a.csv'
    >>> speak(before)
    """
    return _catalogue(spoken(), "diaoyan").gettext(message)


def of_notebooks(message: str) -> str:
    """Return a text of the notebooks in the language that is spoken."""
    return _catalogue(spoken(), "notebooks").gettext(message)


def message(text: str) -> str:
    """Return a message as it is: marks one that stands where nothing is said yet, for `gettext` to translate later."""
    return text


#: What systems say most often of a file that cannot be used.
_REASONS = (
    message("No such file or directory"),
    message("Permission denied"),
    message("Is a directory"),
    message("Not a directory"),
    message("No space left on device"),
    message("File name too long"),
    message("Read-only file system"),
    message("File exists"),
    message("Too many levels of symbolic links"),
    message("Input/output error"),
    message("Address already in use"),
    message("File too large"),
)


def reason(error: BaseException) -> str:
    """Return why something could not be done, for people: without number and path where the system says so.

    What libraries say, they say in English; a reader of Chinese is told the place and what kind of error it is.

    Examples
    --------
    >>> reason(FileNotFoundError(2, "No such file or directory"))
    'No such file or directory'
    >>> before = spoken()
    >>> speak("zh")
    >>> reason(ValueError("Expecting value: line 1 column 12 (char 11)"))
    'ValueError，第1行第12列'
    >>> speak(before)
    """
    if isinstance(error, OSError) and error.strerror:
        said = gettext(error.strerror)
    elif isinstance(error, KeyError):
        said = f"KeyError: {error}"
    else:
        said = str(error) or type(error).__name__
    if spoken() == "en" or not is_english(said):
        return said
    place = re.search(r"line (\d+),? column (\d+)", said)
    where = gettext(", line {line}, column {column}").format(line=place[1], column=place[2]) if place else ""
    return type(error).__name__ + where


def is_english(text: str) -> bool:
    """Whether a text is an English sentence: words one after the other, and more than a command in a Chinese one.

    Examples
    --------
    >>> is_english("File is not a zip file"), is_english("见：diaoyan models"), is_english("BadZipFile")
    (True, False, False)
    """
    if re.search("[\u4e00-\u9fff]", text):
        return bool(re.search(r"(?<![\w./{<-])[a-z]{2,}(?: [a-z]{2,}){2,}(?![\w./=])", text))
    return bool(re.search(r"[A-Za-z]{2},? [A-Za-z]", text))


def said_again(kept: str, messages: Iterable[str]) -> str:
    """Return what a file keeps in English, in the language that is spoken; as it is where it is none of `messages`.

    Examples
    --------
    >>> before = spoken()
    >>> speak("zh")
    >>> said_again("wrote a.csv", ["wrote {output}"])
    '已写入a.csv'
    >>> speak(before)
    """
    for text in messages:
        parts = re.split(r"\{(\w+)\}", text)
        pattern = "".join(f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        if found := re.fullmatch(pattern, kept, re.DOTALL):
            return gettext(text).format(**found.groupdict())
    return kept


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Speak a language inside the block: what is kept in files reads the same whoever has written it."""
    global _chosen
    before = _chosen
    _chosen = lang
    try:
        yield
    finally:
        _chosen = before


def in_each(said: Callable[[], str]) -> dict[Lang, str]:
    """Return what is said, in each language: for files that are kept, whoever reads them later.

    Examples
    --------
    >>> in_each(lambda: gettext("wrote {output}").format(output="a.csv"))
    {'zh': '已写入a.csv', 'en': 'wrote a.csv'}
    """
    found: dict[Lang, str] = {}
    for lang in LANGUAGES:
        with speaking(lang):
            found[lang] = said()
    return found


@cache
def _catalogue(lang: Lang, domain: str) -> _gettext.NullTranslations:
    if lang == "en":
        return _gettext.NullTranslations()
    with (MESSAGES / "zh_CN" / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        return _gettext.GNUTranslations(file)


def _surroundings() -> str:
    """Return the locale for messages, as POSIX orders its variables; on Windows, where none is set, the user's own."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name]
    if os.name != "nt":
        return ""
    import locale

    return locale.getlocale()[0] or ""


def _is_chinese(name: str) -> bool:
    """Whether a locale's name is of Chinese: ``zh_CN.UTF-8``, and ``Chinese (Simplified)_China`` on Windows."""
    return name.lower().startswith(("zh", "chinese"))
