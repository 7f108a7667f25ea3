"""The review page: one report at a time, themes by key, evidence marked. All of it in one answer, nothing fetched."""

from __future__ import annotations

import json
import tomllib
from html import escape
from importlib.resources import files

from diaoyan.language import Lang
from diaoyan.review.layout import HEADS, NO_TEXT, SHEET
from diaoyan.themes import OTHER, Codebook

#: Keys of the themes in order; `other` has 0. Letters that the page itself uses are left out.
KEYS = "123456789qwertyasdfghzxcvb"


def render(codebook: Codebook, lang: Lang = "zh", *, nonce: str) -> str:
    """Return the page as HTML; what it shows of reports it asks for itself, and puts in as plain text.

    Parameters
    ----------
    codebook : Codebook
    lang : {'zh', 'en'}
    nonce : str
        What style and script are allowed by.

    Examples
    --------
    >>> page = render(Codebook.default(), "zh", nonce="n")
    >>> "乡村振兴" in page, "http" in page
    (True, False)
    """
    here = files("diaoyan.review")
    style, script, said = (here.joinpath(f"page.{ending}").read_text("utf-8") for ending in ("css", "js", "toml"))
    words = {**HEADS[lang], **tomllib.loads(said)[lang], "no_text": NO_TEXT[lang], "title": SHEET[lang]}
    themes = [
        {"id": theme.id, "name": codebook.name(theme.id, lang), "key": key, "about": theme.description}
        for theme, key in zip(codebook.themes, [*KEYS, *[""] * len(codebook.themes)], strict=False)
    ]
    themes.append({"id": OTHER, "name": codebook.name(OTHER, lang), "key": "0", "about": ""})
    # JSON in a script: only its own end could end it.
    data = json.dumps({"words": words, "themes": themes}, ensure_ascii=False).replace("<", "\\u003c")
    parts = "".join(
        f"<dt>{escape(words[name])}</dt><dd id='{name}'></dd>" for name in ("machine", "reasons", "evidence")
    )
    buttons = "".join(
        f"<button id='{name}'>{escape(words[name])}</button>" for name in ("agree", "back", "skip", "undo")
    )
    return (
        f"<!DOCTYPE html><html lang='{'zh-CN' if lang == 'zh' else 'en'}'><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><title>{escape(words['title'])}</title>"
        f"<link rel='icon' href='data:,'><style nonce='{nonce}'>{style}</style></head><body><main>"
        f"<div class='head'><span id='progress'></span></div><h1 id='title'></h1><div class='head' id='head'></div>"
        f"<dl>{parts}</dl><div id='text'></div></main><footer><div>"
        f"<div class='row' id='themes'></div><div class='quiet'>{escape(words['further'])}</div>"
        f"<div class='row'><label for='why'>{escape(words['why'])}</label><input id='why' maxlength='2000'></div>"
        f"<div class='row'>{buttons}<span id='status' role='status'></span></div>"
        f"<div class='quiet keys'>{escape(words['keys'])}</div></div></footer>"
        f"<script type='application/json' id='data' nonce='{nonce}'>{data}</script>"
        f"<script nonce='{nonce}'>{script}</script></body></html>"
    )
