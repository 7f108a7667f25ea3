"""The arguments of the command `diaoyan`: its verbs, their options, and what each accepts."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from diaoyan import __version__, settings
from diaoyan.language import LANGUAGES, gettext, message

T = TypeVar("T")

_INPUT = message("a compilation, a .jsonl, .jsonl.gz or .parquet file of reports, or a month of the corpus (2025-03)")
#: Verbs that write what people look at.
_SHOWN = ("discover", "evaluate", "report", "review")
#: Shells that can complete what is typed.
SHELLS = ("bash", "zsh", "fish", "powershell")


class _Parser(argparse.ArgumentParser):
    """A parser that asks back where a word is nearly one of those that it knows."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and exit with 2; in place of all words that are known, the one that was meant."""
        parts = re.escape(gettext("invalid choice: %(value)r (choose from %(choices)s)"))
        pattern = parts.replace(re.escape("%(value)r"), "'(.*)'").replace(re.escape("%(choices)s"), "(.*)")
        wrong = re.search(pattern, message, re.DOTALL)
        meant = difflib.get_close_matches(wrong[1], re.findall(r"[\w-]+", wrong[2]), 1) if wrong else []
        if wrong and meant:
            message = gettext("{word!r} is no word that is known here; did you mean {meant}?").format(
                word=wrong[1], meant=meant[0]
            )
        super().error(message)


def new_parser() -> argparse.ArgumentParser:
    """Return the parser; `verb` is None where none was given."""
    parser = _Parser(
        prog="diaoyan",
        description=gettext(
            "Splits compilations of Chinese policy research into reports, finds their themes, tags "
            "them, draws theme reports."
        ),
        epilog=gettext("Each verb has its own help with an example: diaoyan split --help"),
    )
    version = gettext("show program's version number and exit")
    parser.add_argument("--version", action="version", version=f"diaoyan {__version__}", help=version)
    given = gettext(_INPUT)
    or_all = gettext("{INPUT} (default: the whole corpus)").format(INPUT=given)
    verbs = parser.add_subparsers(title=gettext("verbs"), metavar="VERB", dest="verb")

    def verb(name: str, text: str, example: str) -> argparse.ArgumentParser:
        """Add a verb: the name of the function that does it, behind that of its file in this folder."""
        home, name = name.split(".")
        made = verbs.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + gettext("."),
            epilog=gettext("example: {example}").format(example=f"diaoyan {name} {example}".rstrip()),
        )
        made.set_defaults(home=f"diaoyan.cli.{home}")
        # Figures and sheets are Chinese unless English is asked for; what is said follows the surroundings.
        shown = name in _SHOWN
        made.add_argument(
            "--lang",
            choices=LANGUAGES,
            default="zh" if shown else None,
            help=gettext("language of figures and sheets (default: zh), and of messages")
            if shown
            else gettext("language of messages (default: that of the system)"),
        )
        return made

    shared: dict[str, dict[str, Any]] = {
        "files": {"nargs": "+", "type": Path, "metavar": "FILE", "help": gettext("TXT, DOCX or PDF")},
        "--month": {"type": _month, "metavar": "YYYY-MM", "help": gettext("month, where the file does not say")},
        "--seed": {"type": _seed, "default": 0, "help": gettext("the only source of chance (default: 0)")},
        "--model": {"metavar": "NAME", "help": gettext("a model in models/, or a folder (default: the one in use)")},
        "--themes": {
            "dest": "codebook",
            "type": Path,
            "metavar": "FILE",
            "help": gettext("another codebook than the four themes"),
        },
        "--error-rate": {
            "type": _rate,
            "default": 0.04,
            "metavar": "RATE",
            "help": gettext("wrong tags let through without review (default: 0.04)"),
        },
        "--count": {
            "type": _count,
            "default": 20,
            "metavar": "N",
            "help": gettext("reports on the sheet (default: 20)"),
        },
        "--open": {"action": "store_true", "help": gettext("show the page in the browser")},
        "--labels": {
            "type": Path,
            "metavar": "CSV",
            "help": gettext("labels (default: {CORPUS}/labels.csv)").format(CORPUS=settings.CORPUS),
        },
        "--workers": {"type": _count, "metavar": "N", "help": gettext("processes, for an archive in Parquet")},
        "--scheduler": {"metavar": "ADDRESS", "help": gettext("of a Dask cluster, for an archive in Parquet")},
        "--draw": {
            "type": _count,
            "metavar": "N",
            "help": gettext("reports of an archive that are learned from, by chance"),
        },
        "--force": {"action": "store_true", "help": gettext("replace what is there already")},
    }

    def add(made: argparse.ArgumentParser, *names: str) -> None:
        """Add arguments that several verbs have."""
        for name in names:
            made.add_argument(name, **shared[name])

    def output(made: argparse.ArgumentParser, text: str, **more: Any) -> None:
        made.add_argument("-o", "--output", metavar="OUT", help=text, **{"type": Path} | more)
        add(made, "--force")

    def start(made: argparse.ArgumentParser, default: str | None = "base", said: str = "base") -> None:
        text = gettext("model whose weights are started from, or none (default: {said})").format(said=said)
        made.add_argument("--start", default=default, metavar="NAME", help=text)

    made = verb("results.demo", gettext("do the whole job on the built-in sample"), "")
    output(made, gettext("folder (default: {DEMO})").format(DEMO=settings.DEMO), default=settings.DEMO)
    add(made, "--seed")

    made = verb("compilations.split", gettext("split compilations into reports"), "2021-12.txt -o 2021-12.jsonl")
    add(made, "files", "--month")
    made.add_argument("--explain", action="store_true", help=gettext("say what each report was recognised by"))
    output(made, gettext("OUT.jsonl, - for stdout, or a folder for several files (default: a table is printed)"))

    made = verb("compilations.add", gettext("split compilations and store their reports in the corpus"), "2021-12.txt")
    add(made, "files", "--month")

    made = verb("results.discover", gettext("find the themes of reports"), "--method lda -o reports_out/lda")
    made.add_argument("input", nargs="?", metavar="INPUT", help=or_all)
    made.add_argument("--method", choices=["tfidf", "lda"], default="tfidf", help=gettext("default: tfidf"))
    made.add_argument(
        "--themes",
        type=_themes,
        default="auto",
        metavar="K|auto|FILE",
        help=gettext("number of themes (default: auto), or a codebook, a .toml file"),
    )
    made.add_argument("--free", action="store_true", help=gettext("find themes without the codebook's seed words"))
    add(made, "--workers", "--scheduler", "--draw")
    made.add_argument(
        "--sub", metavar="THEME", help=gettext("find the sub-themes of this theme too, e.g. rural, in OUT/rural")
    )
    made.add_argument(
        "--algorithm",
        choices=["votes", "nmf"],
        default="votes",
        help=gettext("how text without seed words is parted: k-means runs that vote, or NMF (default: votes)"),
    )
    made.add_argument(
        "--words", type=Path, metavar="DIR", help=gettext("folder with your own word lists (docs/discovery.md)")
    )
    made.add_argument("--codebook", **shared["--themes"])
    add(made, "--seed", "--open")
    output(made, gettext("folder"), required=True)

    made = verb("tags.train", gettext("train a classifier on the labelled reports"), "-o models/2025-06")
    add(made, "--labels")
    made.add_argument("--no-sample", action="store_true", help=gettext("leave the sample's labelled reports out"))
    start(made, None, gettext("base, or none where nothing is labelled"))
    made.add_argument(
        "--archive", type=Path, metavar="PARQUET", help=gettext("learn from an archive instead of the corpus")
    )
    add(made, "--workers", "--scheduler", "--draw", "--themes", "--seed")
    output(
        made, gettext("folder of the model (default: {LATEST})").format(LATEST=settings.LATEST), default=settings.LATEST
    )

    made = verb(
        "tags.evaluate",
        gettext("measure the classifier on labelled reports it has not seen"),
        "--sample -o reports_out/evaluation",
    )
    made.add_argument(
        "inputs",
        nargs="*",
        metavar="INPUT",
        help=gettext(
            "{INPUT}; of several, each is tested by what the others taught (default: the whole corpus)"
        ).format(INPUT=given),
    )
    add(made, "--labels")
    made.add_argument("--sample", action="store_true", help=gettext("use the built-in sample and its labels"))
    made.add_argument(
        "--by",
        choices=["folds", "time", "theme"],
        help=gettext("fold by fold, later months by earlier ones, or each theme left out (default: folds)"),
    )
    made.add_argument("--repeats", type=_repeats, metavar="N", help=gettext("how often folds are dealt (default: 2)"))
    made.add_argument(
        "--model", metavar="NAME", help=gettext("test this model as it is, on reports it has not learned from")
    )
    add(made, "--error-rate", "--themes", "--seed")
    output(made, gettext("folder"), required=True)

    made = verb("tags.tag", gettext("tag reports with their themes"), "2021-12.txt -o tags.csv")
    made.add_argument("inputs", nargs="+", metavar="INPUT", help=given)
    add(made, "--model", "--themes", "--error-rate", "--workers", "--scheduler")
    output(made, gettext("OUT.csv, .xlsx, .jsonl or .parquet (default: CSV to stdout)"))

    made = verb("tags.explain", gettext("show the words and sentences behind a tag"), "2025-03 2025-03-004-1253ec")
    made.add_argument("input", metavar="INPUT", help=given)
    made.add_argument(
        "report_id", metavar="REPORT", help=gettext("its number in the input, or its report_id as in tags.csv")
    )
    made.add_argument("--theme", metavar="THEME", help=gettext("explain this theme instead of the primary one"))
    made.add_argument(
        "--words", type=int, default=12, metavar="N", help=gettext("how many words to show (default: 12)")
    )
    add(made, "--model", "--themes")

    made = verb(
        "months.review",
        gettext("put the reports that are most worth a look on a sheet, or on a page"),
        "--month 2025-03 -o review.xlsx",
    )
    made.add_argument(
        "--serve", action="store_true", help=gettext("open a page on this machine to answer on, not a sheet")
    )
    made.add_argument("--port", type=_port, default=0, metavar="N", help=gettext("of the page (default: a free one)"))
    made.add_argument(
        "--who", default="", metavar="NAME", help=gettext("who reviews on the page, noted with each label")
    )
    add(made, "--open")
    made.add_argument("--month", type=_month, metavar="YYYY-MM", help=gettext("a month of the corpus (default: all)"))
    add(made, "--count", "--model", "--themes", "--seed")
    output(made, "XLSX", type=_workbook)

    made = verb("months.label", gettext("take filled-in review sheets back"), "review.xlsx")
    made.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=gettext("XLSX or CSV, as any program saved it")
    )
    made.add_argument("--who", metavar="NAME", help=gettext("who has labelled (default: what the file says)"))
    made.add_argument(
        "--when", type=_day, metavar="YYYY-MM-DD", help=gettext("on which day (default: what the file says)")
    )
    add(made, "--themes")

    made = verb(
        "months.retrain", gettext("take a month in and learn from everything labelled so far"), "2025-03 2025-03.txt"
    )
    made.add_argument("month", type=_month, metavar="MONTH", help="YYYY-MM")
    made.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help=gettext("its compilations, if not yet in the corpus")
    )
    start(made)
    add(made, "--count", "--error-rate", "--themes", "--seed")

    verb("months.months", gettext("list the months of the corpus: what is in them, labelled, in review"), "")

    made = verb("months.remove", gettext("take a month or a compilation out of the corpus"), "2025-03 --yes")
    made.add_argument("what", metavar="MONTH|FILE", help=gettext("a month, or the name of a file as it was added"))
    made.add_argument("--yes", action="store_true", help=gettext("do it; without, what would go is shown"))

    verb("months.undo", gettext("take back the last adding, removing or labelling"), "")

    made = verb("months.models", gettext("list the models, or put one into use"), "--use 2025-03")
    made.add_argument("--use", metavar="NAME", help=gettext("the model to use from now on, such as base"))

    verb("months.themes", gettext("list the themes that are known so far"), "")

    made = verb(
        "months.adopt",
        gettext("take a theme that was found into the codebook"),
        'T05 --id silver --zh 银发经济 --en "Silver economy"',
    )
    made.add_argument("theme", metavar="THEME", help=gettext("as listed by: diaoyan themes"))
    made.add_argument("--id", required=True, help=gettext("its id in the codebook: small Latin letters, digits and _"))
    made.add_argument("--zh", required=True, metavar="NAME", help=gettext("its Chinese name"))
    made.add_argument("--en", required=True, metavar="NAME", help=gettext("its English name"))
    add(made, "--themes")

    made = verb("results.report", gettext("draw the theme report"), "--month 2025-03 -o reports_out/2025-03")
    made.add_argument("inputs", nargs="*", metavar="INPUT", help=or_all)
    made.add_argument(
        "--month",
        type=_months,
        metavar="M|M..M",
        help=gettext("a month of the corpus, or a range such as 2025-03..2025-06"),
    )
    made.add_argument(
        "--theme", metavar="THEME", help=gettext("only the reports that carry this theme: rural or 乡村振兴")
    )
    made.add_argument(
        "--template", type=Path, metavar="DOCX", help=gettext("Word file whose styles and letterhead to use")
    )
    made.add_argument(
        "--with-texts",
        action="store_true",
        help=gettext("put the reports' texts into the page, to be searched and opened there"),
    )
    add(made, "--model", "--themes", "--seed", "--open")
    output(made, gettext("folder"), required=True)

    made = verb("results.notebooks", gettext("copy the notebooks into a folder of yours"), "mine")
    made.add_argument("output", type=Path, metavar="DIR", help=gettext("folder"))
    add(made, "--force")

    made = verb(
        "completion.completion", gettext("print the script with which your shell completes what you type"), "bash"
    )
    made.add_argument(
        "shell",
        choices=SHELLS,
        metavar="SHELL",
        help=gettext(
            'bash: put eval "$(diaoyan completion bash)" into ~/.bashrc; zsh: the same with zsh into '
            "~/.zshrc; fish: put "
            "diaoyan completion fish | source into ~/.config/fish/config.fish; powershell: put "
            "diaoyan completion powershell | Out-String | Invoke-Expression into $PROFILE"
        ),
    )
    return parser


def _themes(text: str) -> int | str | Path:
    if text.endswith(".toml"):
        return Path(text)
    if text != "auto" and not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(
            gettext("expected a number, auto or a .toml file, got {text!r}").format(text=text)
        )
    return text if text == "auto" else int(text)


def _matching(pattern: str, expected: str, made: Callable[[str], T]) -> Callable[[str], T]:
    """Return what argparse calls with an argument: it makes the value, or says what was expected."""

    def read(text: str) -> T:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(
                gettext("expected {expected}, got {text!r}").format(expected=gettext(expected), text=text)
            )
        return made(text)

    return read


_seed = _matching(r"[0-9]{1,9}", message("a whole number from 0 to 999999999"), int)
_repeats = _matching(r"[1-9][0-9]?", message("a whole number from 1 to 99"), int)
_count = _matching(r"[1-9][0-9]{0,3}", message("a whole number from 1 to 9999"), int)
_port = _matching(r"0|[1-9][0-9]{0,4}", message("the number of a port"), int)
_rate = _matching(r"0?\.[0-9]*[1-9][0-9]*", message("a rate between 0 and 1"), float)
_MONTH = r"[0-9]{4}-(?:0[1-9]|1[0-2])"
_month = _matching(_MONTH, message("a month like 2025-03"), str)
_months = _matching(
    rf"{_MONTH}(?:\.\.{_MONTH})?",
    message("a month like 2025-03, or a range like 2025-03..2025-06"),
    lambda text: (text[:7], text[-7:]),
)
_workbook = _matching(r"(?si:.*[^/]\.xlsx)", message("a name that ends in .xlsx"), Path)
_day = _matching(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", message("a day like 2025-03-31"), str)
