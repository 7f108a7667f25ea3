"""The HTML page of a theme report: one file that opens with the network off and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from diaoyan.documents.brief import Brief, Picture, phrases
from diaoyan.documents.views import escaped, keys, legend, map_view, mark, topic_of, topics_view
from diaoyan.tagging.tag import evidence_words
from diaoyan.writing import write_text

#: Reports that are listed; a page of more would be too slow on a phone.
LISTED = 2000
#: Figures whose SVG is larger, in bytes, are put in as PNG.
_LARGE = 400_000
_COLUMNS = ("primary", "month", "no", "title", "authors", "themes", "status", "needs_review", "evidence")


def write_page(path: Path, brief: Brief) -> None:
    """Write the brief as one self-contained HTML page: findings, figures, and the list of reports with search and sort.

    A content security policy forbids everything but the page's own style, script and figures. Without a script all of
    it can be read.

    Raises
    ------
    DiaoyanError
        If the file cannot be written.
    """
    write_text(path, page(brief))


def page(brief: Brief) -> str:
    """Return the page as text; whatever comes from reports is escaped."""
    style, script = (Path(__file__).with_name(f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    words, rows = phrases("page", brief.lang), brief.rows()
    shared = f'<p class="source">{words["shared"]}</p>\n' if brief.texts else ""
    return f"""<!DOCTYPE html>
<html lang="{"zh-CN" if brief.lang == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(brief.title)}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{escaped(brief.title)}</h1>
<p>{escaped(brief.coverage)}</p>
<p class="source">{escaped(brief.source)}</p>
{shared}</header>
{_contents(brief)}
<main>
{_findings(brief)}{_figures(brief)}
{_list(brief, rows)}
</main>
<script>{script}</script>
</body>
</html>
"""


def _contents(brief: Brief) -> str:
    """Return the contents: at the side where there is room, to be folded on a phone."""
    words = phrases("page", brief.lang)
    figures = "".join(
        f'<li><a href="#figure-{escaped(picture.name)}">{escaped(picture.caption)}</a></li>'
        for picture in chain.from_iterable(_in_order(brief))
    )
    below = {**{place: phrases("views", brief.lang)[place] for place in ("map", "topics")}, "reports": words["table"]}
    if not brief.topics:
        del below["topics"]
    within = "".join(f'<li><a href="#{place}">{name}</a></li>' for place, name in below.items())
    parts = [
        f'<li><a href="#findings">{words["findings"]}</a></li>' if brief.findings else "",
        f'<li><a href="#figures">{words["figures"]}</a><ol>{figures}</ol></li>' if figures else "",
        f'<li><a href="#list">{words["list"]}</a><ol>{within}</ol></li>',
    ]
    return (
        f'<nav aria-label="{words["contents"]}"><details id="contents" open><summary>{words["contents"]}</summary>'
        f"<ol>{''.join(parts)}</ol></details></nav>"
    )


def _findings(brief: Brief) -> str:
    """Return the sentences to read first, each with a way to its figure, where that is drawn."""
    if not brief.findings:
        return ""
    words, captions = phrases("page", brief.lang), {picture.name: picture.caption for picture in brief.pictures}

    def see(figure: str) -> str:
        if figure not in captions:
            return ""
        told = f"{words['see']}{words['colon']}{captions[figure]}"
        return f' <a href="#figure-{escaped(figure)}" aria-label="{escaped(told)}">{words["see"]}</a>'

    items = "".join(f"<li>{escaped(text)}{see(figure)}</li>" for text, figure in brief.findings)
    return f'<section id="findings">\n<h2>{words["findings"]}</h2>\n<ol>{items}</ol>\n</section>\n'


def _figures(brief: Brief) -> str:
    """Return the figures: open the first and those that a finding rests on, the others to be opened by their titles."""
    words = phrases("page", brief.lang)
    said: dict[str, list[str]] = {}
    for text, name in brief.findings:
        said.setdefault(name, []).append(text)
    shown, folded = _in_order(brief)
    parts = [_figure(brief, picture, said.get(picture.name, ())) for picture in shown]
    if folded:
        parts += [f'<p class="source">{words["folded"]}</p>', *(_folded(brief, picture) for picture in folded)]
    parts += [
        f'<p class="undrawn"><strong>{escaped(name)}</strong>　{escaped(note)}</p>' for name, note in brief.undrawn
    ]
    return "\n".join(['<section id="figures">', f"<h2>{words['figures']}</h2>", *parts, "</section>"])


def _in_order(brief: Brief) -> tuple[list[Picture], list[Picture]]:
    """Return the figures that stand open, and those that are folded below them."""
    said = {name for _, name in brief.findings}
    shown = [picture for n, picture in enumerate(brief.pictures) if not (n and brief.findings) or picture.name in said]
    return shown, [picture for picture in brief.pictures if picture not in shown]


def _figure(brief: Brief, picture: Picture, said: Sequence[str]) -> str:
    """Return a figure, beside it what it shows and what was found in it."""
    notes = "".join(f'<span class="said">{escaped(text)}</span>' for text in said)
    return (
        f'<figure id="figure-{escaped(picture.name)}">{_image(brief, picture)}'
        f"<figcaption>{escaped(picture.caption)}{notes}</figcaption>{_key(brief, picture)}</figure>"
    )


def _folded(brief: Brief, picture: Picture) -> str:
    # The way to a figure leads into what is folded: a browser opens that by itself.
    return (
        f'<figure class="folded"><details><summary>{escaped(picture.caption)}{phrases("page", brief.lang)["colon"]}'
        f'{escaped(picture.title)}</summary><div id="figure-{escaped(picture.name)}">{_image(brief, picture)}</div>'
        f"{_key(brief, picture)}</details></figure>"
    )


def _key(brief: Brief, picture: Picture) -> str:
    """Return what the numbers on a map stand for, folded."""
    if not picture.key:
        return ""
    rows = "".join(f"<div><dt>{escaped(number)}</dt><dd>{escaped(name)}</dd></div>" for number, name in picture.key)
    return f'<details class="numbers"><summary>{phrases("page", brief.lang)["key"]}</summary><dl>{rows}</dl></details>'


def _image(brief: Brief, picture: Picture) -> str:
    words, svg = phrases("page", brief.lang), picture.svg.read_bytes()
    kind, data = ("svg+xml", svg) if len(svg) <= _LARGE else ("png", picture.png.read_bytes())
    inline = base64.b64encode(data).decode("ascii")
    told = f"{escaped(picture.caption)}{words['colon']}{escaped(picture.title)}"
    return (
        f'<p class="swipe">{words["swipe"]}</p><div class="wide" role="group" aria-label="{told}">'
        f'<img src="data:image/{kind};base64,{inline}" alt="{told}"></div>'
    )


def _list(brief: Brief, rows: Sequence[dict[str, str]]) -> str:
    """Return the reports: search above map, topics and table, since it filters all of them."""
    words, heads, topic = phrases("page", brief.lang), phrases("headings", brief.lang), topic_of(brief)
    counts = {theme: sum(row["theme"] == theme for row in rows) for theme in brief.names}
    options = "".join(
        f'<option value="{escaped(theme)}">{escaped(words["themed"].format(name=name, n=counts[theme]))}</option>'
        for theme, name in brief.names.items()
    )
    head = "".join(f'<th scope="col"><button type="button">{heads[key]}</button></th>' for key in _COLUMNS)
    listed = rows[:LISTED]
    looks = keys(brief, listed)
    body = "\n".join(_row(number, row, brief, topic.get(row["report_id"]), looks) for number, row in enumerate(listed))
    short = f"<p>{words['short'].format(n=LISTED)}</p>\n" if len(rows) > LISTED else ""
    doubtful = sum(bool(row["needs_review"]) for row in listed)
    search = words["search_texts" if brief.texts else "search"]
    return f"""<section id="list">
<h2>{words["list"]}</h2>
{short}<div class="tools" role="search">
<input id="search" type="search" placeholder="{search}" aria-label="{search}">
<select id="theme" aria-label="{words["theme"]}"><option value="">{words["all"]}</option>{options}</select>
<label><input id="review" type="checkbox"> {words["review"].format(n=doubtful)}</label>
<button id="clear" type="button" hidden>{words["clear"]}</button>
<span id="count" class="count" data-form="{words["count"]}" aria-live="polite"></span>
</div>
{legend(brief, looks)}
<div class="beside">
{map_view(brief, listed)}
{topics_view(brief)}
</div>
<table id="reports" aria-label="{words["table"]}">
<thead><tr>{head}</tr></thead>
{body}
</table>
<p id="none" class="empty" hidden>{words["none"]}</p>
<p id="rest" hidden><span data-form="{words["rest"]}"></span>
<button id="more" type="button" data-form="{words["more"]}"></button></p>
</section>"""


def _row(number: int, row: dict[str, str], brief: Brief, topic: int | None, looks: dict[str, int]) -> str:
    """Return a report as a part of the table of its own: its tag, and its text below, where texts are given."""
    heads, words = phrases("headings", brief.lang), phrases("page", brief.lang)
    cells = "".join(
        f'<td class="{key}" data-head="{heads[key]}">'
        f"{mark(looks[row['theme']]) if key == 'primary' else ''}{escaped(row[key])}"
        f"{_why(row) if key == 'needs_review' else ''}</td>"
        for key in _COLUMNS
    )
    filed = "" if topic is None else f' data-topic="{topic}"'
    text = brief.texts.get(row["report_id"], "")
    if text.strip():
        cells += (
            f'</tr>\n<tr class="body"><td colspan="{len(_COLUMNS)}"><details><summary>{words["text"]}'
            f'<span class="hits" data-form="{words["hits"]}"></span></summary>'
            f"{_marked(text, evidence_words(row['evidence']))}</details></td>"
        )
    doubted = " data-review" if row["needs_review"] else ""
    return f'<tbody id="row-{number}" data-themes="{escaped(row["carried"])}"{filed}{doubted}><tr>{cells}</tr></tbody>'


def _why(row: dict[str, str]) -> str:
    return f' <span class="why">{escaped(row["reason"])}</span>' if row["reason"] else ""


def _marked(text: str, found: Sequence[str]) -> str:
    """Return a text as paragraphs in which the words of the evidence are marked."""
    words = sorted(found, key=len, reverse=True)
    either = re.compile(f"({'|'.join(map(re.escape, words)) or '(?!)'})")
    paragraphs = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        parts = either.split(line)  # what is marked stands at the odd places
        marked = "".join(f"<mark>{escaped(part)}</mark>" if n % 2 else escaped(part) for n, part in enumerate(parts))
        paragraphs.append(f"<p>{marked}</p>")
    return "".join(paragraphs)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
