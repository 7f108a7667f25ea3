"""The columns of ``tags.csv``: exactly those of the contract."""

from __future__ import annotations

from diaoyan.report import Report
from diaoyan.tagging import Tag, Tagger
from diaoyan.tagging.table import tags_table
from diaoyan.themes import Codebook, Theme

TAG = Tag(
    report_id="r1", month="2025-03", no=1, title="金融支持数字乡村", primary="finance", themes=("finance", "rural"),
    probabilities={"rural": 0.61234, "digital": 0.4, "discipline": 0.0, "finance": 0.98765, "other": 0.01},
    needs_review=True, evidence="贷款、农户", reason="在“金融”与“乡村振兴”之间难分",
)  # fmt: skip


def test_columns_are_those_of_the_contract() -> None:
    header, _ = tags_table([], Codebook.default())
    assert ",".join(header) == (
        "report_id,month,no,title,primary,themes,p_rural,p_digital,p_discipline,p_finance,needs_review,evidence,reason"
    )


def test_a_row_says_what_the_tag_says() -> None:
    _, rows = tags_table([TAG], Codebook.default())
    assert rows == [
        ["r1", "2025-03", 1, "金融支持数字乡村", "finance", "finance;rural",
         0.6123, 0.4, 0.0, 0.9877, "true", "贷款、农户", "在“金融”与“乡村振兴”之间难分"],
    ]  # fmt: skip


def test_what_is_not_known_is_an_empty_cell() -> None:
    tag = Tag("r2", None, None, "甲", "other", (), dict.fromkeys(TAG.probabilities, 0.0), False, "没有主题词")
    _, rows = tags_table([tag], Codebook.default())
    assert rows[0][1:6] == ["", "", "甲", "other", ""]
    assert rows[0][-3:] == ["false", "没有主题词", ""]


def test_every_theme_of_the_codebook_has_a_column() -> None:
    codebook = Codebook((*Codebook.default().themes, Theme("health", "医疗卫生", "Health", ("医院",))))
    header, rows = tags_table([TAG], codebook)
    assert header[6:11] == ["p_rural", "p_digital", "p_discipline", "p_finance", "p_health"]
    assert len(rows[0]) == len(header)


def test_a_classifiers_tags_fill_the_table(tagger: Tagger) -> None:
    tags = tagger.tag([Report("a", "金桥村土地流转与集体经济调查"), Report("b", "", text="。")])
    header, rows = tags_table(tags, tagger.codebook)
    assert [row[0] for row in rows] == ["a", "b"]
    assert all(len(row) == len(header) and row[4] for row in rows)
