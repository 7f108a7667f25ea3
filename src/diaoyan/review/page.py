"""The review page: one report at a time, themes by key, evidence marked. All of it in one answer, nothing fetched."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files

from diaoyan.language import Lang
from diaoyan.review.layout import HEADS, NO_TEXT, SHEET
from diaoyan.themes import OTHER, Codebook

#: Keys of the themes in order; `other` has 0. Letters that the page itself uses are left out.
KEYS = "123456789qwertyasdfghzxcvb"
WORDS = {
    "zh": {
        "further": "其他主题（Shift 加数字，或右键）", "progress": "第{place}篇，共{count}篇；已答{done}篇",
        "keys": "数字键选主题，回车同意机器判断，→ 跳过，← 上一篇，u 撤回上一次回答",
        "none": "没有要看的报告。", "done": "全部答完，已存盘。可以关闭此页。",
        "saved": "已存盘", "failed": "没有存上：", "undone": "已撤回", "nothing": "没有可撤回的回答",
        "gone": "程序已停止，之前的回答都已存盘。请重新运行 diaoyan review --serve。",
        "agree": "同意（回车）", "skip": "跳过（→）", "back": "上一篇（←）", "undo": "撤回（u）",
    },
    "en": {
        "further": "Further themes (Shift and number, or right click)",
        "progress": "Report {place} of {count}; {done} answered",
        "keys": "Numbers choose a theme, Enter agrees with the machine, → skips, ← goes back, u undoes the last answer",
        "none": "There is no report to look at.",
        "done": "All answered and saved. You can close this page.",
        "saved": "Saved", "failed": "Not saved: ", "undone": "Taken back", "nothing": "Nothing to take back",
        "gone": "The program has ended; all answers before are saved. Run diaoyan review --serve again.",
        "agree": "Agree (Enter)", "skip": "Skip (→)", "back": "Back (←)", "undo": "Take back (u)",
    },
}  # fmt: skip


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
    words = {**HEADS[lang], **WORDS[lang], "no_text": NO_TEXT[lang], "title": SHEET[lang]}
    style, script = (files("diaoyan.review").joinpath(name).read_text("utf-8") for name in ("page.css", "page.js"))
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
