"""Findings in words: three to seven sentences that a reader looks for first, each from facts and no surer than they."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diaoyan.figures.months import month_words, number
from diaoyan.figures.wording import SURE, listed, percent, reports_words
from diaoyan.language import Lang
from diaoyan.theme_report.facts import Facts
from diaoyan.themes import OTHER

#: Most sentences: what comes later matters less.
MOST = 7
#: z-score from which a theme's share is said to have changed: one chance in a hundred, since several are looked at.
_CLEAR = 2.58
#: Fewest reports on either side of a comparison of months, and of what is named as the most frequent.
_LEAST, _NAMED = 10, 3


#: How the first sentence is put together, which says what there is, then one of three things, then the rest.
_ABOUT: dict[Lang, dict[str, str]] = {
    "zh": {
        "span": "{span}共{total}，", "none": "没有一篇属于编码表中的主题",
        "one": "最大的主题是{first}，{most}篇，占{share}",
        "tie": "最大的主题是{first}，并列，各{most}篇", "rest": "；{other}篇（{others}）主要写别的事", "end": "。",
    },
    "en": {
        "span": "{span}: {total}. ", "none": "None carries a theme of the codebook",
        "one": "The largest theme is {first}: {most}, or {share}", "tie": "The largest themes are {first}, {most} each",
        "rest": "; mainly about something else: {other}, or {others}", "end": ".",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence.

    Attributes
    ----------
    text : str
    figure : str
        Name of the figure that shows the numbers it rests on.
    """

    text: str
    figure: str


def findings(facts: Facts, lang: Lang = "zh") -> list[Finding]:
    """Return what there is to say of a theme report, most important first.

    What the reports are about; what changed against earlier months, and whether chance could explain it; what else
    stands out; and how far to trust it. Where two are equal both are named, and where numbers are too small nothing is
    said.

    Parameters
    ----------
    facts : Facts
    lang : {'zh', 'en'}

    Returns
    -------
    list of Finding
        At most seven.
    """
    rules: Sequence[Callable[[Facts, Lang], Finding | None]] = (
        _about, _shares, _words, _review, _without_text, _unlabelled, _several, _province,
    )  # fmt: skip
    found = [finding for rule in rules if (finding := rule(facts, lang)) is not None]
    return found[:MOST]


def _span(facts: Facts, lang: Lang) -> str:
    months = facts.months()
    if not months:
        return "这批报告" if lang == "zh" else "These reports"
    if len(months) == 1:
        return month_words(months[0], lang)
    said = f"{month_words(months[0], lang)}{'至' if lang == 'zh' else ' to '}{month_words(months[-1], lang)}"
    if number(months[-1]) - number(months[0]) + 1 > len(months):
        said += f"（其中{len(months)}个月）" if lang == "zh" else f" ({len(months)} months of it)"
    return said


def _about(facts: Facts, lang: Lang) -> Finding:
    names, counts = facts.names(lang), facts.reports["primary"].value_counts().to_dict()
    themes = [theme for theme in facts.codebook.ids if counts.get(theme)]
    most = max((counts[theme] for theme in themes), default=0)
    first = [names[theme] for theme in themes if counts[theme] == most]
    words = _ABOUT[lang]
    said = words["none" if not first else "one" if len(first) == 1 else "tie"]
    if first and counts.get(OTHER):
        said += words["rest"]
    text = words["span"] + said + words["end"]
    return Finding(
        text.format(
            span=_span(facts, lang),
            total=reports_words(facts.total, lang),
            first=listed(first, lang),
            most=most,
            share=percent(most / facts.total),
            other=counts.get(OTHER, 0),
            others=percent(counts.get(OTHER, 0) / facts.total),
        ),
        "shares",
    )


def _shares(facts: Facts, lang: Lang) -> Finding | None:
    """Say what changed in the last month against those before it, where the report spans several."""
    rows = facts.shares[facts.shares["month"].notna()]
    if rows["month"].nunique() < 2:
        return None
    last, names = rows["month"].max(), facts.names(lang)
    parts = (rows[rows["month"] == last], rows[rows["month"] < last])
    now, before = (part.groupby("theme")["reports"].sum() for part in parts)
    here, there = int(now.sum()), int(before.sum())
    months, when = rows["month"].nunique() - 1, month_words(last, lang)
    if min(here, there) < _LEAST:
        text = {
            "zh": f"{when}{here}篇，此前{there}篇，篇数太少，看不出主题比重的变化。",
            "en": f"{when} has {here} reports and the months before {there}: too few to tell a change of themes.",
        }[lang]
        return Finding(text, "shares")
    moved = []
    for theme in (*facts.codebook.ids, OTHER):
        one, other = int(now.get(theme, 0)), int(before.get(theme, 0))
        common = (one + other) / (here + there)
        spread = math.sqrt(common * (1 - common) * (1 / here + 1 / there))
        if spread and abs(one / here - other / there) / spread >= _CLEAR:
            moved.append((abs(one / here - other / there), names[theme], percent(other / there), percent(one / here)))
    moved.sort(key=lambda one: -one[0])
    if lang == "zh":
        if not moved:
            return Finding(f"{when}各主题的比重与此前有报告的{months}个月相比，差别都可能出于偶然。", "shares")
        said = "，".join(f"{name}由{before_}变为{now_}" for _, name, before_, now_ in moved[:2])
        return Finding(f"{when}与此前有报告的{months}个月相比，{said}，偶然难以解释。", "shares")
    if not moved:
        return Finding(
            f"In {when} no theme's share differs from the {months} months with reports before by more than chance.",
            "shares",
        )
    said = ", ".join(f"{name} went from {before_} to {now_}" for _, name, before_, now_ in moved[:2])
    return Finding(
        f"In {when}, against the {months} months with reports before, {said}, which chance hardly explains.", "shares"
    )


def _words(facts: Facts, lang: Lang) -> Finding | None:
    compared = facts.compared
    if compared.months < 1 or min(compared.now, compared.before) < _LEAST or facts.changes.empty:
        return None
    rows = facts.changes.sort_values(["score", "word"], ascending=[False, True])
    rising = rows[rows["score"] >= SURE]["word"].tolist()[:3]
    falling = rows[rows["score"] <= -SURE]["word"].tolist()[::-1][:3]
    when = month_words(compared.month, lang)
    if lang == "zh":
        parts = [f"“{'”“'.join(words)}”明显{verb}" for words, verb in ((rising, "增多"), (falling, "减少")) if words]
        said = "，".join(parts) or "没有哪个词的增减超出偶然"
        return Finding(f"用词上，{when}与此前有报告的{compared.months}个月相比，{said}。", "changes")
    parts = [f"{listed(words, lang)} {verb}" for words, verb in ((rising, "rose"), (falling, "fell")) if words]
    said = ", ".join(parts) or "no word rose or fell by more than chance"
    return Finding(f"Of words, in {when} against the {compared.months} months with reports before, {said}.", "changes")


def _review(facts: Facts, lang: Lang) -> Finding:
    doubtful = int(facts.reports["needs_review"].sum())
    by_hand = facts.by_hand
    if lang == "zh":
        who = f"{by_hand}篇的主题由人工标注，其余由模型判定，未经人工核对"
        if by_hand in (0, facts.total):
            who = "主题全部由人工标注" if by_hand else "主题全部由模型判定，未经人工核对"
        what = f"{doubtful}篇待复核，占{percent(doubtful / facts.total)}" if doubtful else "没有待复核的"
        return Finding(f"{who}；{what}。", "map")
    who = f"{by_hand} tags were given by hand, the others are the model's"
    if by_hand in (0, facts.total):
        who = "All tags were given by hand" if by_hand else "All tags are the model's"
    what = f"{doubtful} need review, or {percent(doubtful / facts.total)}" if doubtful else "none needs review"
    return Finding(f"{who}; {what}.", "map")


def _without_text(facts: Facts, lang: Lang) -> Finding | None:
    without, part = facts.total - facts.with_text, int((facts.reports["status"] == "partial").sum())
    if not (without or part):
        return None
    if lang == "zh":
        said = [f"{without}篇没有正文，只凭题目和作者归类，较容易出错"] * bool(without)
        said += [f"{part}篇正文不全"] * bool(part)
        return Finding("；".join(said) + "。", "risk")
    said = [f"{without} have no text and are tagged by title and authors, which is more often wrong"] * bool(without)
    said += [f"{part} {'is' if part == 1 else 'are'} cut off"] * bool(part)
    text = "; ".join(said)
    return Finding(f"{text[0].upper()}{text[1:]}.", "risk")


def _unlabelled(facts: Facts, lang: Lang) -> Finding | None:
    if not facts.unlabelled:
        return None
    names = listed([facts.names(lang)[theme] for theme in facts.unlabelled], lang)
    text = {
        "zh": f"{names}未经标注，只凭种子词及其词义判断，准不准还没有检验过。",
        "en": f"Nobody has labelled {names} yet: seed words and what they mean decide, and how well is not known.",
    }[lang]
    return Finding(text, "risk")


def _several(facts: Facts, lang: Lang) -> Finding | None:
    if not facts.several:
        return None
    names = facts.names(lang)
    pairs = facts.together[facts.together["theme"] != facts.together["further"]]
    most = int(pairs["reports"].max()) if len(pairs) else 0
    best = pairs[pairs["reports"] == most]
    one = most >= _NAMED and len(best) == 1
    pair = [names[best.iloc[0]["theme"]], names[best.iloc[0]["further"]]] if one else []
    if lang == "zh":
        also = f"，其中{pair[0]}与{pair[1]}同时出现最多，{most}篇" if one else ""
        return Finding(f"{facts.several}篇兼有两个以上主题{also}。", "together")
    also = f", most often {pair[0]} with {pair[1]}: {most}" if one else ""
    verb = "carries" if facts.several == 1 else "carry"
    return Finding(f"{reports_words(facts.several, lang)} {verb} two themes or more{also}.", "together")


def _province(facts: Facts, lang: Lang) -> Finding | None:
    counts = facts.provinces.groupby("province")["reports"].sum()
    most = int(counts.max()) if len(counts) else 0
    first = sorted(counts[counts == most].index)
    if most < _NAMED or len(first) > 1:
        return None
    text = {
        "zh": f"题目和作者单位中涉及最多的省份是{first[0]}，{most}篇。",
        "en": f"The province met most in titles and authors is {first[0]}, in {reports_words(most, lang)}.",
    }[lang]
    return Finding(text, "provinces")
