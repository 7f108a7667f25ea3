"""The HTML page of a theme report: one file that opens with the network off and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from pathlib import Path

from diaoyan.documents.brief import HEADINGS, Brief, Picture
from diaoyan.documents.views import map_view, topic_of, topics_view
from diaoyan.writing import printable, write_text

#: Reports that are listed; a page of more would be too slow on a phone.
LISTED = 2000
#: Figures whose SVG is larger, in bytes, are put in as PNG.
_LARGE = 400_000
_COLUMNS = ("primary", "month", "no", "title", "authors", "themes", "status", "needs_review", "evidence")
_TEXTS = {
    "zh": {
        "findings": "要点", "see": "见图", "key": "图中编号对应的题目",
        "figures": "主题图", "map": "报告地图", "topics": "LDA主题", "list": "报告",
        "search": "搜索题目、作者、依据", "all": "全部主题",
        "count": "显示{n}篇", "none": "没有符合的报告。", "theme": "主题", "themed": "{name}（{n}篇）",
        "short": "报告较多，这里只列其中{n}篇（按主题、月份排列）；全部见同一文件夹中的report.xlsx。",
    },
    "en": {
        "findings": "Findings", "see": "figure", "figures": "Figures", "key": "Titles by the numbers on the map",
        "map": "Map", "topics": "LDA topics", "list": "Reports",
        "search": "Search titles, authors, evidence", "all": "All themes",
        "count": "{n} shown", "none": "No report fits.", "theme": "Theme", "themed": "{name} ({n})",
        "short": "Only {n} of the reports are listed here, by theme and month; report.xlsx in the same folder has all.",
    },
}  # fmt: skip


def write_page(path: Path, brief: Brief) -> None:
    """Write the brief as one self-contained HTML page: figures, and the list of reports with search and sort.

    A content security policy forbids everything but the page's own style, script and figures.

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
    words = _TEXTS[brief.lang]
    figures = "\n".join(
        [
            *(_figure(picture, words["key"]) for picture in brief.pictures),
            *(f'<p class="undrawn"><strong>{_text(name)}</strong>　{_text(note)}</p>' for name, note in brief.undrawn),
        ]
    )
    rows = brief.rows()
    links = [*(["findings"] if brief.findings else []), "figures", "map", *(["topics"] if brief.topics else []), "list"]
    nav = "".join(f'<a href="#{link}">{words[link]}</a>' for link in links)
    return f"""<!DOCTYPE html>
<html lang="{"zh-CN" if brief.lang == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(brief.title)}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{_text(brief.title)}</h1>
<p>{_text(brief.coverage)}</p>
<p class="source">{_text(brief.source)}</p>
<nav>{nav}</nav>
</header>
<main>
{_findings(brief)}<section id="figures">
<h2>{words["figures"]}</h2>
{figures}
</section>
{map_view(brief, rows[:LISTED])}
{topics_view(brief)}
<section id="list">
<h2>{words["list"]}</h2>
{_list(brief, rows)}
</section>
</main>
<script>{script}</script>
</body>
</html>
"""


def _findings(brief: Brief) -> str:
    """Return the sentences to read first, each with a way to its figure, where that is drawn."""
    if not brief.findings:
        return ""
    words, drawn = _TEXTS[brief.lang], {picture.name for picture in brief.pictures}
    items = "".join(
        f"<li>{_text(text)}"
        + (f' <a href="#figure-{_text(figure)}">{words["see"]}</a>' if figure in drawn else "")
        + "</li>"
        for text, figure in brief.findings
    )
    return f'<section id="findings">\n<h2>{words["findings"]}</h2>\n<ol>{items}</ol>\n</section>\n'


def _figure(picture: Picture, key: str) -> str:
    svg = picture.svg.read_bytes()
    kind, data = ("svg+xml", svg) if len(svg) <= _LARGE else ("png", picture.png.read_bytes())
    inline = base64.b64encode(data).decode("ascii")
    title = _text(picture.title)
    rows = "".join(f"<div><dt>{_text(number)}</dt><dd>{_text(name)}</dd></div>" for number, name in picture.key)
    meant = f'<details class="numbers"><summary>{key}</summary><dl>{rows}</dl></details>' if rows else ""
    return (
        f'<figure id="figure-{_text(picture.name)}"><img src="data:image/{kind};base64,{inline}" alt="{title}">'
        f"<figcaption>{_text(picture.caption)}</figcaption>{meant}</figure>"
    )


def _list(brief: Brief, rows: Sequence[dict[str, str]]) -> str:
    words, heads, topic = _TEXTS[brief.lang], HEADINGS[brief.lang], topic_of(brief)
    counts = {theme: sum(row["theme"] == theme for row in rows) for theme in brief.names}
    options = "".join(
        f'<option value="{_text(theme)}">{_text(words["themed"].format(name=name, n=counts[theme]))}</option>'
        for theme, name in brief.names.items()
    )
    head = "".join(f'<th scope="col"><button type="button">{heads[key]}</button></th>' for key in _COLUMNS)
    body = "\n".join(_row(number, row, heads, topic.get(row["report_id"])) for number, row in enumerate(rows[:LISTED]))
    short = f"<p>{words['short'].format(n=LISTED)}</p>\n" if len(rows) > LISTED else ""
    return f"""{short}<div class="tools">
<input id="search" type="search" placeholder="{words["search"]}" aria-label="{words["search"]}">
<select id="theme" aria-label="{words["theme"]}"><option value="">{words["all"]}</option>{options}</select>
<span id="count" class="count" data-form="{words["count"]}" aria-live="polite"></span>
</div>
<table id="reports">
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
<p id="none" class="empty" hidden>{words["none"]}</p>"""


def _row(number: int, row: dict[str, str], heads: dict[str, str], topic: int | None) -> str:
    cells = "".join(f'<td class="{key}" data-head="{heads[key]}">{_text(row[key])}</td>' for key in _COLUMNS)
    mark = "" if topic is None else f' data-topic="{topic}"'
    return f'<tr id="row-{number}" data-themes="{_text(row["carried"])}"{mark}>{cells}</tr>'


def _text(text: str) -> str:
    return escape(printable(text), quote=True)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
