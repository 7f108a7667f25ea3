"""Tags as a table: the columns of ``tags.csv``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from diaoyan.tagging.tag import Tag
from diaoyan.themes import Codebook

if TYPE_CHECKING:
    import pandas as pd


def tags_table(tags: Sequence[Tag], codebook: Codebook) -> tuple[list[str], list[list[Any]]]:
    """Return header and rows of ``tags.csv``: one ``p_`` column per theme, ``themes`` joined by ``;``.

    Examples
    --------
    >>> tag = Tag("r1", "2025-03", 1, "甲", "rural", ("rural",), {"rural": 0.91, "other": 0.1}, False, "农户")
    >>> header, rows = tags_table([tag], Codebook.default())
    >>> header[:6], rows[0][:7]
    (['report_id', 'month', 'no', 'title', 'primary', 'themes'], ['r1', '2025-03', 1, '甲', 'rural', 'rural', 0.91])
    """
    header = ["report_id", "month", "no", "title", "primary", "themes"]
    header += [*(f"p_{theme}" for theme in codebook.ids), "needs_review", "evidence", "reason"]
    rows = [
        [tag.report_id, tag.month or "", "" if tag.no is None else tag.no, tag.title, tag.primary, ";".join(tag.themes)]
        + [round(tag.probabilities.get(theme, 0.0), 4) for theme in codebook.ids]
        + ["true" if tag.needs_review else "false", tag.evidence, tag.reason]
        for tag in tags
    ]
    return header, rows


#: What a sheet calls the columns; those of probabilities are called after their themes.
HEADS = {
    "report_id": "编号",
    "month": "月份",
    "no": "序号",
    "title": "标题",
    "primary": "主题",
    "themes": "全部主题",
    "needs_review": "待复核",
    "evidence": "依据",
    "reason": "复核原因",
}


def sheet_table(
    tags: Sequence[Tag], codebook: Codebook, *, unlabelled: Collection[str] = ()
) -> tuple[list[str], list[list[Any]], dict[str, str]]:
    """Return header and rows of `tags_table` for people: themes by their names; and what a sheet calls the columns.

    Themes in `unlabelled`, which nobody has labelled yet, are marked (未经标注) in their heads.

    Examples
    --------
    >>> tag = Tag("r1", "2025-03", 1, "甲", "rural", ("rural",), {"rural": 0.91, "other": 0.1}, False, "农户")
    >>> _, rows, heads = sheet_table([tag], Codebook.default())
    >>> rows[0][4:6], heads["p_rural"]
    (['乡村振兴', '乡村振兴'], '概率：乡村振兴')
    """
    header, rows = tags_table(tags, codebook)
    for row, tag in zip(rows, tags, strict=True):
        row[4], row[5] = codebook.name(tag.primary), "、".join(map(codebook.name, tag.themes))
    mark = {theme.id: "（未经标注）" if theme.id in unlabelled else "" for theme in codebook.themes}
    return header, rows, HEADS | {f"p_{theme.id}": f"概率：{theme.zh}{mark[theme.id]}" for theme in codebook.themes}


def tags_frame(tags: Sequence[Tag], codebook: Codebook) -> pd.DataFrame:
    """Return tags as a data frame with the columns of ``tags.csv``; ``needs_review`` is a bool there.

    Examples
    --------
    >>> tag = Tag("r1", "2025-03", 1, "甲", "rural", ("rural",), {"rural": 0.91, "other": 0.1}, False, "农户")
    >>> tags_frame([tag], Codebook.default())[["title", "primary", "needs_review"]].values.tolist()
    [['甲', 'rural', False]]
    """
    import pandas as pd

    header, rows = tags_table(tags, codebook)
    frame = pd.DataFrame(rows, columns=header)
    frame["needs_review"] = [tag.needs_review for tag in tags]
    return frame
