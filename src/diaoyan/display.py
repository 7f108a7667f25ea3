"""Small HTML tables, with which objects show themselves in a notebook: escaped, short, without ids, scripts or colours.

What is shown takes its ink from the page around it, so that it can be read on white and on black.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from diaoyan.language import Lang, gettext, speak, spoken

if TYPE_CHECKING:
    import pandas as pd

#: Rows a table shows before it says how many more there are, and characters a cell shows before it ends in ….
MOST_ROWS, MOST_CHARACTERS = 12, 200
#: A text up to this long, such as a month or the name of a model, is never broken into two lines.
_UNBROKEN = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A cell that is a bar with a text beside it.

    Parameters
    ----------
    share : float
        Length of the bar, 0 to 1; what lies outside is drawn as the nearer of the two.
    text : str
        What the length means, such as ``0.93``.
    """

    share: float
    text: str


Cell = str | float | Bar | None

#: Heads of columns, and values that stand for one of few, as a reader of Chinese sees them. A cell is looked up
#: whatever its column: a title that is nothing but "full" would be shown in Chinese too.
HEADS = {
    "": "", "no": "序号", "title": "题目", "main_title": "主标题", "subtitle": "副标题", "authors": "作者",
    "institutions": "单位", "people": "人员", "province": "省份", "city": "城市", "page": "页码", "month": "月份",
    "status": "状态", "characters": "字数", "recognised by": "识别依据", "recognised_by": "识别依据", "sure": "把握",
    "confidence": "把握", "least sure": "最低把握", "file": "文件", "report": "报告", "report_id": "报告编号",
    "reports": "报告数", "with text": "有正文", "labelled": "标注数", "full": "完整", "partial": "截断",
    "missing": "无正文", "theme": "主题", "cluster": "聚类", "found": "找到的主题", "share of the text": "正文占比",
    "stability": "稳定性", "most distinctive words": "特征词", "word": "词", "words": "词", "every word": "全部词",
    "kept": "保留的词", "for example": "例如", "in reports": "所在报告数", "text": "短语", "count": "次数",
    "texts": "小节数", "npmi": "NPMI", "distinctive (z)": "特征性（z值）", "no seed words": "种子词以外的词",
    "seed words that are no word here": "未单独出现的种子词", "circle": "圆圈", "resamples": "重抽样",
    "seeds": "种子词", "weight": "权重", "theme_lda": "主题（LDA）", "theme_tfidf": "主题（TF-IDF）",
    "weight_lda": "权重（LDA）", "weight_tfidf": "权重（TF-IDF）", "id": "编号", "zh": "中文名", "en": "英文名",
    "first seed words": "前几个种子词", "description": "说明", "name": "名称", "born": "出现", "last seen": "最近一次",
    "state": "状态", "first words": "前几个词", "suggested": "建议", "why look": "为何要看", "evidence": "依据",
    "before": "此前", "now": "本月", "difference, points": "差（百分点）", "class": "类别", "predicted": "预测",
    "F1": "F1", "adds": "贡献", "share": "占比", "probability": "概率", "setting": "设置", "value": "值",
    "labelled reports": "已标注报告", "given from probability": "给出标签的概率下限", "tested": "检验数", "old": "旧",
    "new": "新", "difference": "差", "95 % interval": "95 %区间", "model": "模型", "macro-F1": "宏平均F1",
    "label": "标注", "labels": "标注数", "accuracy": "准确率", "not sent to review": "免复核",
    "right among these": "其中正确", "speaks on": "发言比例", "right then": "发言时正确", "further labels": "其他标注",
    "needs review": "待复核", "needs_review": "待复核", "primary": "主要主题", "themes": "全部主题",
    "theme left out": "拿掉的主题", "right would be": "应为", "low": "下限", "high": "上限", "byline": "署名单位",
    "sections of text": "正文节数", "start": "起点", "end": "终点", "June": "6月", "method": "方法", "cut": "切分",
    "kind": "类别", "answer": "回答", "in use": "使用中", "fitted": "拟合", "recognised": "识别",
    "note": "说明", "macro_f1": "宏平均F1", "in_use": "使用中", "machine": "机器", "person": "人",
    "compared_with": "对照", "decision": "决定", "doubtful": "存疑", "more": "更多",
}  # fmt: skip
VALUES = {
    "full": "完整", "partial": "截断", "missing": "无正文", "True": "是", "False": "否", "yes": "是", "no": "否",
    "primary": "主要", "further": "其他", "in use": "使用中", "clear": "明显", "other": "其他",
    "unlabelled": "未标注", "filed rightly": "归对了", "to review": "待复核",
    "wrong, unnoticed": "归错且未察觉", "not named": "未写明", "with text": "有正文",
    "title and authors alone": "仅题目和作者",
    "rural": "乡村振兴", "digital": "数字经济", "discipline": "纪检监察", "finance": "金融",
}  # fmt: skip


def _head(name: str) -> str:
    """Return the head of a column; where two names stand over one another, both."""
    return " / ".join(_said(VALUES | HEADS, part) for part in name.split(" / "))


def _said(words: dict[str, str], text: str) -> str:
    return words.get(text, text) if spoken() == "zh" else text


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str = "",
    notes: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> str:
    """Return rows as an HTML table.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of rows
        A cell is a text, a number (whole ones as they are, others with two decimals), a `Bar`, or None for nothing.
    caption : str
        Stands above the table.
    notes : sequence of str
        Stand below it, one a line.
    most : int
        Rows that are shown; how many more there are is said in the last line.

    Returns
    -------
    str
        One ``<table>`` element. Every text is escaped.

    Examples
    --------
    >>> print(table(["title"], [["<script>alert(1)</script>"]]).split("<tbody>")[1])
    <tr><td style="text-align:left">&lt;script&gt;alert(1)&lt;/script&gt;</td></tr></tbody></table>
    >>> "… 2 more" in table(["n"], [[1], [2], [3]], most=1)
    True
    """
    shown = list(rows[:most])
    sides = [_side([row[column] for row in shown]) for column in range(len(header))]
    head = "".join(
        f'<th style="text-align:{side}">{escape(_head(name))}</th>' for name, side in zip(header, sides, strict=True)
    )
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in shown)
    below = [gettext("… {count} more").format(count=len(rows) - len(shown))] if len(rows) > len(shown) else []
    feet = "".join(
        f'<tr><td colspan="{len(header)}" style="text-align:left">{escape(note)}</td></tr>' for note in (*below, *notes)
    )
    above = f'<caption style="text-align:left;font-weight:bold">{escape(caption)}</caption>' if caption else ""
    foot = f"<tfoot>{feet}</tfoot>" if feet else ""
    return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Bar):
        return f'<td style="text-align:left;white-space:nowrap">{_drawn(cell)}</td>'
    if isinstance(cell, float):
        return f'<td style="text-align:right">{cell:.2f}</td>'
    if isinstance(cell, int):
        return f'<td style="text-align:right">{cell}</td>'
    text = "" if cell is None else _said(VALUES, cell)
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - 1] + "…"
    unbroken = ";white-space:nowrap" if 0 < len(text) <= _UNBROKEN else ""
    return f'<td style="text-align:left{unbroken}">{escape(text)}</td>'


def _side(cells: Sequence[Cell]) -> str:
    """Return where the name of a column stands: over numbers on the right."""
    said = [cell for cell in cells if cell is not None]
    return "right" if said and all(isinstance(cell, (int, float)) for cell in said) else "left"


def _drawn(bar: Bar) -> str:
    """Return a bar of at most six letters' width; its frame shows how long it could be."""
    width = round(100 * min(max(bar.share, 0.0), 1.0))
    frame = "display:inline-block;width:6em;height:0.7em;border:1px solid;opacity:0.6;margin-right:0.5em"
    filled = f"width:{width}%;height:100%;background:currentColor"
    return f'<span style="{frame}"><span style="display:block;{filled}"></span></span>{escape(bar.text)}'


def frame_table(frame: pd.DataFrame) -> str:
    """Return a data frame as a `table`: texts to the left and whole, numbers to the right, nothing where nothing is.

    Parameters
    ----------
    frame : DataFrame
        An index that only counts the rows is left out. As many rows are shown as pandas shows.

    Examples
    --------
    >>> import pandas as pd
    >>> frame_table(pd.DataFrame({"title": ["甲"], "score": [None]})).split("<tbody>")[1]
    '<tr><td style="text-align:left;white-space:nowrap">甲</td><td style="text-align:left"></td></tr></tbody></table>'
    """
    import pandas as pd
    from pandas.api.types import is_integer_dtype

    counted = frame.index.name is None and is_integer_dtype(frame.index)
    rows = [
        [_plain(value) for value in (row[1:] if counted else row)] for row in frame.itertuples(index=True, name=None)
    ]
    over = [str(name) for name in (frame.index.name, frame.columns.name) if name not in (None, "")]
    header = [*([] if counted else [" / ".join(over)]), *map(str, frame.columns)]
    return table(header, rows, most=pd.get_option("display.max_rows") or len(rows))


def _plain(value: Any) -> Cell:
    """Return what stands in a data frame as a cell; truth values in words, and None for what is missing."""
    import pandas as pd

    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None if pd.isna(value) else value
    return None if value is None or value is pd.NaT or value is pd.NA else str(value)


def show_frames(lang: Lang | None = None) -> None:
    """Let the notebook this is called in show data frames as `frame_table` does; elsewhere nothing is shown otherwise.

    With a language, messages and heads of tables are in it from here on; else in that of the surroundings. Jupyter
    sets every column to the right and pandas cuts long texts, which makes Chinese titles hard to read.
    """
    if lang is not None:
        speak(lang)
    try:
        from IPython import get_ipython
    except ImportError:
        return
    import pandas as pd

    shell = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, frame_table)
