"""What the review sheet looks like: its columns with heads and widths, and the words on it in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from diaoyan.language import Lang
from diaoyan.review.choosing import CHECK, SEEDS, SUSPECT, UNCERTAIN, UNLIKE


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet.

    Parameters
    ----------
    key : str
    zh, en : str
        Heads.
    width : float
        In characters of the standard font.
    answer : bool
        Whether the reviewer writes here.
    """

    key: str
    zh: str
    en: str
    width: float
    answer: bool = False


COLUMNS = (
    Column("report_id", "编号 report_id", "report_id", 12),
    Column("month", "月份", "Month", 8.5),
    Column("no", "序号", "No.", 5),
    Column("title", "标题", "Title", 25),
    Column("machine", "机器判断", "Machine says", 14),
    Column("primary", "正确的主题", "Right theme", 12, answer=True),
    Column("further_1", "其他主题1", "Further theme 1", 12, answer=True),
    Column("further_2", "其他主题2", "Further theme 2", 12, answer=True),
    Column("why", "备注", "Remark", 14, answer=True),
    Column("reasons", "为什么看这篇", "Why look at this", 14),
    Column("evidence", "依据", "Evidence", 19),
    Column("opening", "开头", "Opening", 42),
    Column("check", "校验", "Check", 9),
)
#: Choice in the column of the right theme that agrees with the machine.
AGREE = {"zh": "同意", "en": "Agree"}
HEADS: dict[Lang, dict[str, str]] = {
    "zh": {column.key: column.zh for column in COLUMNS},
    "en": {column.key: column.en for column in COLUMNS},
}
SHEET = {"zh": "复核", "en": "Review"}
THEMES = {"zh": "主题", "en": "Themes"}
THEME_HEADS = {"zh": ("可选", "说明"), "en": ("Choices", "What is filed there")}
AGREE_HELP = {
    "zh": "机器判断（连同“兼”后的主题）正确",
    "en": "What the machine says is right, with the themes after “also”",
}
SUCH_AS = "例如："
OTHER_HELP = {"zh": "不属于以上任何主题", "en": "None of the themes above"}
ALSO = {"zh": "；兼：", "en": "; also: "}
JOIN = {"zh": "、", "en": ", "}
UNLABELLED = {"zh": "（未经标注）", "en": "(not labelled yet) "}
NO_TEXT = {"zh": "无正文", "en": "No text"}
REFUSED = {
    "zh": ("请从下拉列表中选择", "此处只能填列表中的主题；看不准就空着。"),
    "en": ("Choose from the list", "Only themes of the list can stand here; leave it empty if you are not sure."),
}
HELP = {
    "zh": "请在黄色列作答：机器判断正确选“同意”，不正确选正确的主题；同时属于别的主题的，填“其他主题”。"
    "没看或看不准就空着。可以排序、筛选，其他列请勿改动；存盘后用 diaoyan label 读回。",
    "en": "Answer in the yellow columns: choose “Agree” if the machine is right, else the right theme; put further "
    "themes that the report carries into the two columns beside it. Leave empty what you have not looked at. Sort and "
    "filter as you like, leave the other columns as they are; then save, and take it back with: diaoyan label",
}
REASONS = {
    "zh": {
        UNCERTAIN: "机器拿不准",
        SEEDS: "与主题词不一致",
        SUSPECT: "可能标错",
        UNLIKE: "与其他报告不同",
        CHECK: "抽查",
    },
    "en": {reason: reason for reason in (UNCERTAIN, SEEDS, SUSPECT, UNLIKE, CHECK)},
}
LABELLED = {"zh": "{reason}（现标：{theme}）", "en": "{reason} (labelled: {theme})"}
