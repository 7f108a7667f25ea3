"""Findings in words: three to seven sentences that a reader looks for first, each from facts and no surer than they."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from diaoyan.figures.months import month_words, number
from diaoyan.figures.wording import SURE, listed, percent, reports_words, tied
from diaoyan.language import Lang
from diaoyan.report import number_shown
from diaoyan.theme_report.facts import Facts
from diaoyan.theme_report.wording import BEFORE
from diaoyan.themes import OTHER

#: Most sentences: what comes later matters less.
MOST = 7
#: Chance below which a theme's share is said to have changed: one in a hundred, since several are looked at.
_CLEAR = 0.01
#: Fewest reports on either side of a comparison of months, and of what is named as the most frequent.
_LEAST, _NAMED = 10, 3
#: Themes that are named one by one.
_LISTED = 5
#: Share of the reports below which the province met most is no news.
_OFTEN = 0.05
#: Held-out reports let through from which it is told how many of the tags kept may be wrong.
_TRIED = 30
#: Adjusted mutual information from which divisions are said to agree in part, and by and large.
_PARTLY, _LARGELY = 0.3, 0.7
#: Reports that two classes must have each: one class alone is easily found again.
_DIVIDED = 5


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
        _about, _shares, _words, _review, _without_text, _unlabelled, partial(_unlike, far=True), _several, _province,
        _agreement, partial(_unlike, far=False),
    )  # fmt: skip
    found = [finding for rule in rules if (finding := rule(facts, lang)) is not None]
    return found[:MOST]


def _span(facts: Facts, lang: Lang) -> str:
    months = facts.months()
    if not months:
        return "这批未注明月份的报告" if lang == "zh" else "No month is given"
    said = month_words(months[0], lang)
    if len(months) > 1:
        said += f"{'至' if lang == 'zh' else ' to '}{month_words(months[-1], lang)}"
    if number(months[-1]) - number(months[0]) + 1 > len(months):
        said += f"（其中{len(months)}个月）" if lang == "zh" else f" ({len(months)} months of it)"
    if facts.reports["month"].isna().any():
        said += "和未注明月份的" if lang == "zh" else " and without a month"
    return said


def _about(facts: Facts, lang: Lang) -> Finding:
    """Say what there is: what most are about first, then the other themes, and what is about none of them."""
    names, counts = facts.names(lang), facts.reports["primary"].value_counts().to_dict()
    themes = sorted(filter(counts.get, facts.codebook.ids), key=lambda theme: -counts[theme])
    say = _about_zh if lang == "zh" else _about_en
    said = say([(names[theme], counts[theme]) for theme in themes], other=counts.get(OTHER, 0), total=facts.total)
    total = reports_words(facts.total, lang)
    text = f"{_span(facts, lang)}共{total}，{said}。" if lang == "zh" else f"{_span(facts, lang)}: {total}. {said}."
    return Finding(text, "shares")


def _about_zh(themes: Sequence[tuple[str, int]], *, other: int, total: int) -> str:
    if not themes:
        return "没有一篇主要写所列主题"
    most = themes[0][1]
    first = [name for name, count in themes if count == most]
    each = [f"{name}{count}篇" for name, count in themes]
    if most == total:
        return f"{'都' if most > 1 else ''}属于{first[0]}"
    if 2 * other > total:
        listing = tied(each, "zh", unit="个主题", most=_LISTED)
        return f"{other}篇（{percent(other / total)}）主要写所列主题以外的事；其余为{listing}"
    rest = tied(each[len(first) :], "zh", unit="个主题", most=_LISTED)
    of = "所列主题中最多的是" if other >= most else "最大的主题是"
    said = f"{of}{first[0]}，{most}篇，占{percent(most / total)}"
    if len(first) > 1:
        said = f"{listed(first, 'zh')}{'最多，' if rest else ''}各{most}篇"
    said += f"；此外有{rest}" if rest else ""
    return said + (f"；{other}篇（{percent(other / total)}）主要写所列主题以外的事" if other else "")


def _about_en(themes: Sequence[tuple[str, int]], *, other: int, total: int) -> str:
    if not themes:
        return "None is mainly about a theme of the codebook"
    most = themes[0][1]
    first = [name for name, count in themes if count == most]
    each = [f"{name} {count}" for name, count in themes]
    if most == total:
        return f"{'All are' if most > 1 else 'It is'} about {first[0]}"
    others = f"ainly about something else: {other}, or {percent(other / total)}"
    if 2 * other > total:
        return f"M{others}; the others: {tied(each, 'en', most=_LISTED)}"
    rest = tied(each[len(first) :], "en", most=_LISTED)
    of = "Of the themes listed the largest is" if other >= most else "The largest theme is"
    said = f"{of} {first[0]}: {most}, or {percent(most / total)}"
    if len(first) > 1:
        said = f"{'The largest themes are ' if rest else ''}{listed(first, 'en')}{',' if rest else ':'} {most} each"
    said += f"; then {rest}" if rest else ""
    return said + (f"; m{others}" if other else "")


def _against(months: int, only: str, lang: Lang) -> str:
    """Return with what the last month is compared: so many months, or the only one, by its name."""
    if months == 1 and only:
        return f"与{month_words(only, lang)}相比" if lang == "zh" else only
    if lang == "zh":
        return f"与此前有报告的{months}个月相比"
    return "the month with reports before" if months == 1 else f"the {months} months with reports before"


@dataclass(frozen=True, slots=True)
class _Course:
    """Themes of the last month against those of up to twelve months before: how many reports, and what changed."""

    month: str
    before: list[str]
    here: int
    there: int
    moved: list[tuple[str, float, float]]

    @property
    def enough(self) -> bool:
        return min(self.here, self.there) >= _LEAST


def _course(facts: Facts) -> _Course | None:
    import pandas as pd

    rows = pd.concat([facts.earlier, facts.shares[["month", "theme", "reports"]]])
    months = sorted(rows["month"].dropna().unique())
    if len(months) < 2:
        return None
    last, before = months[-1], months[-1 - BEFORE : -1]
    now, then = (rows[rows["month"].isin(part)].groupby("theme")["reports"].sum() for part in ([last], before))
    here, there = int(now.sum()), int(then.sum())
    moved = []
    for theme in (*facts.codebook.ids, OTHER):
        one, other = int(now.get(theme, 0)), int(then.get(theme, 0))
        if _by_accident(one, here, other, there) < _CLEAR:
            moved.append((theme, other / there, one / here))
    moved.sort(key=lambda one: -abs(one[1] - one[2]))
    return _Course(last, before, here, there, moved)


def _by_accident(one: int, here: int, other: int, there: int) -> float:
    """Return how likely chance makes two shares differ as much as `one` of `here` and `other` of `there` (Fisher 1934).

    Exact, so that it holds where a theme has only a few reports.

    Examples
    --------
    >>> round(_by_accident(2, 10, 0, 75), 3)  # not as clear as it looks
    0.013
    """
    both, all_of = one + other, here + there

    def ways(of: int, among: int) -> float:
        return math.lgamma(among + 1) - math.lgamma(of + 1) - math.lgamma(among - of + 1)

    possible = range(max(0, both - there), min(both, here) + 1)
    chances = {k: math.exp(ways(k, here) + ways(both - k, there) - ways(both, all_of)) for k in possible}
    return sum(chance for chance in chances.values() if chance <= chances[one] * (1 + 1e-7))


def _shares(facts: Facts, lang: Lang) -> Finding | None:
    """Say what changed in the last month against those before it, where there are any."""
    course = _course(facts)
    if course is None:
        return None
    when, names, zh = month_words(course.month, lang), facts.names(lang), lang == "zh"
    if not course.enough:
        text = {
            "zh": f"{when}{course.here}篇，此前{course.there}篇，篇数太少，看不出主题比重的变化。",
            "en": f"{when} has {reports_words(course.here, lang)}, the time before {course.there}: too few to tell "
            "a change of themes.",
        }[lang]
        return Finding(text, "shares")
    against = _against(len(course.before), course.before[0], lang)
    if not course.moved:
        quiet = _turned(facts) == ([], [])
        if zh:
            return Finding(f"{when}{against}，主题比重{'和用词' if quiet else ''}的差别都可能出于偶然。", "shares")
        words = " and no word's use" if quiet else ""
        return Finding(f"In {when} no theme's share{words} differs from {against} by more than chance.", "shares")
    said = []
    for theme, before, now in course.moved[:2]:
        name = names[theme]
        if not before:
            said.append(
                f"{name}从无到有，占{percent(now)}" if zh else f"{name}, absent before, makes up {percent(now)}"
            )
        elif not now:
            said.append(
                f"{name}由{percent(before)}变为一篇也没有" if zh else f"{name} went from {percent(before)} to none"
            )
        else:
            said.append(
                f"{name}由{percent(before)}变为{percent(now)}"
                if zh
                else f"{name} went from {percent(before)} to {percent(now)}"
            )
    if zh:
        return Finding(f"{when}{against}，{'，'.join(said)}，偶然难以解释。", "shares")
    return Finding(f"In {when}, against {against}, {' and '.join(said)}, which chance hardly explains.", "shares")


def _turned(facts: Facts) -> tuple[list[str], list[str]] | None:
    """Return the words that rose and those that fell beyond chance; None where there is too little to compare."""
    compared = facts.compared
    if compared.months < 1 or min(compared.now, compared.before) < _LEAST or facts.changes.empty:
        return None
    rows = facts.changes.sort_values(["score", "word"], ascending=[False, True])
    rising, falling = rows[rows["score"] >= SURE], rows[rows["score"] <= -SURE]
    return rising["word"].tolist()[:3], falling["word"].tolist()[::-1][:3]


def _words(facts: Facts, lang: Lang) -> Finding | None:
    turned, course = _turned(facts), _course(facts)
    if turned is None or (turned == ([], []) and course and course.enough and not course.moved):
        return None  # which the sentence on shares has said
    when = month_words(facts.compared.month, lang)
    against = _against(facts.compared.months, course.before[0] if course else "", lang)
    if lang == "zh":
        parts = [
            f"“{'”“'.join(words)}”明显{verb}" for words, verb in zip(turned, ("增多", "减少"), strict=True) if words
        ]
        said = "，".join(parts) or "没有哪个词的增减超出偶然"
        return Finding(f"用词上，{when}{against}，{said}。", "changes")
    parts = [f"{listed(words, lang)} {verb}" for words, verb in zip(turned, ("rose", "fell"), strict=True) if words]
    said = ", ".join(parts) or "no word rose or fell by more than chance"
    return Finding(f"Of words, in {when} against {against}, {said}.", "changes")


def _review(facts: Facts, lang: Lang) -> Finding:
    """Say whose answers these are, how many are to be reviewed, and how many of the others may be wrong."""
    doubtful, by_hand = int(facts.reports["needs_review"].sum()), facts.by_hand
    wrong, zh = _wrong(facts), lang == "zh"
    if by_hand in (0, facts.total):
        who = "主题全部由人工标注" if by_hand else "主题全部由模型判定，未经人工核对"
        if not zh:
            who = "All tags were given by hand" if by_hand else "All tags are the model's"
    elif zh:
        who = f"{by_hand}篇的主题由人工标注，其余由模型判定，未经人工核对"
    else:
        who = f"{by_hand} {'tag was' if by_hand == 1 else 'tags were'} given by hand, the others are the model's"
    parts = [who]
    if not doubtful:
        parts += [] if by_hand == facts.total else ["没有待复核的" if zh else "none needs review"]
    elif doubtful == facts.total:
        parts.append("全部待复核" if zh else "all of them need review")
    else:
        share = percent(doubtful / facts.total)
        parts.append(
            f"{doubtful}篇待复核，占{share}"
            if zh
            else f"{doubtful} {'needs' if doubtful == 1 else 'need'} review, or {share}"
        )
    if wrong:
        kept, low, high = wrong
        if zh:
            few = f"{low}至{high}" if low else f"至多{high}"
            parts.append(f"模型放行的{kept}篇中，估计{few}篇归错（95%区间，若与试验所用的报告同样难易）")
        else:
            few = f"{low} to {high}" if low else f"at most {high}"
            parts.append(
                f"of the {kept} it lets through, {few} may be wrong (95% interval, if they are as hard as those of "
                "the trial)"
            )
    return Finding("；".join(parts) + "。" if zh else "; ".join(parts) + ".", "risk" if wrong else "map")


def _wrong(facts: Facts) -> tuple[int, int, int] | None:
    """Return how many of the model's tags need no review, and between which numbers of them are wrong, in 95 of 100.

    Wrong tags are counted as a beta-binomial has them: the rate itself is known from so many held-out reports only.
    None where too few of those were let through, or where a theme was never labelled.
    """
    kept = facts.reports[~facts.given & ~facts.reports["needs_review"].astype(bool)]
    if kept.empty or facts.unlabelled:
        return None
    chances = np.ones(1)
    for kind, part in kept.groupby(np.where(kept["status"] == "missing", "title", "text")):
        tried = facts.passed[facts.passed["kind"] == kind]
        if tried.empty or float(tried["reports"].iloc[0]) < _TRIED:
            return None
        reports, error = float(tried["reports"].iloc[0]), float(tried["error"].iloc[0])
        chances = np.convolve(chances, _beta_binomial(len(part), error * reports + 0.5, (1 - error) * reports + 0.5))
    reached = np.cumsum(chances)
    low, high = (int(np.searchsorted(reached, bound)) for bound in (0.025, 0.975))
    return len(kept), low, high


def _beta_binomial(number: int, alpha: float, beta: float) -> np.ndarray:
    """Return the chances of 0, 1, … of `number` where the rate itself is known as a beta distribution."""

    def log_beta(one: float, other: float) -> float:
        return math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other)

    logs = [
        log_beta(k + alpha, number - k + beta) - log_beta(k + 1, number - k + 1) - log_beta(alpha, beta)
        for k in range(number + 1)
    ]
    return np.asarray(np.exp(np.array(logs)) / (number + 1))


def _without_text(facts: Facts, lang: Lang) -> Finding | None:
    without, part = facts.total - facts.with_text, int((facts.reports["status"] == "partial").sum())
    if not (without or part):
        return None
    every = without == facts.total
    if lang == "zh":
        said = [f"{'全部' if every else f'{without}篇'}没有正文，只凭题目和作者归类，较容易出错"] * bool(without)
        said += [f"{part}篇正文不全"] * bool(part)
        return Finding("；".join(said) + "。", "risk")
    have, be = ("has", "is") if without == 1 else ("have", "are")
    whose = "none has text; all" if every else f"{without} {have} no text and"
    said = [f"{whose} {be} tagged by title and authors, which is more often wrong"] * bool(without)
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


def _unlike(facts: Facts, lang: Lang, *, far: bool) -> Finding | None:
    """Name the report whose words are least like those of any other: one that stands out, or one that does not."""
    rows = facts.places[facts.places["alike"].notna()]
    if len(rows) < _LEAST:
        return None
    low, high = rows["alike"].quantile([0.25, 0.75])
    if (rows["alike"].min() < low - 1.5 * (high - low)) != far:  # Tukey 1977
        return None
    first = rows[rows["alike"] == rows["alike"].min()]
    if len(first) > 1:
        return None
    row = first.iloc[0]
    which = f"{number_shown(row['month'], row['no'])}《{_shortened(row['title'])}》"
    every = facts.with_text == facts.total
    if lang == "zh":
        among, how = "" if every else "有正文的报告中，", "差别突出" if far else "但差别并不突出"
        return Finding(f"{among}用词最不像其他各篇的是{which}，{how}。", "map")
    among = "The report" if every else "Of those with text, the report"
    how = "and it stands out" if far else "though it does not stand out"
    return Finding(f"{among} whose words are least like the others' is {which}, {how}.", "map")


def _shortened(title: str, most: int = 30) -> str:
    return title if len(title) <= most else f"{title[: most - 1]}…"


def _several(facts: Facts, lang: Lang) -> Finding | None:
    if not facts.several:
        return None
    names = facts.names(lang)
    pairs = facts.together[facts.together["theme"] != facts.together["further"]]
    most = int(pairs["reports"].max()) if len(pairs) else 0
    best = pairs[pairs["reports"] == most]
    also = ""
    if most >= _NAMED and len(best) == 1:
        one, other = (names[best.iloc[0][column]] for column in ("theme", "further"))
        every = most == facts.several
        if lang == "zh":
            also = f"，都有{one}与{other}" if every else f"，最常见的是{one}与{other}，{most}篇"
        else:
            also = f", all of them {one} with {other}" if every else f", most often {one} with {other}: {most}"
    rows = facts.reports[facts.reports["themes"].str.contains(";")]
    few = [number_shown(row.month, row.no) for row in rows.itertuples()] if facts.several <= _NAMED else []
    if lang == "zh":
        which = f"（{listed(few, lang)}）" if few else ""
        return Finding(f"{facts.several}篇{which}兼有两个或更多主题{also}。", "together")
    verb, which = "carries" if facts.several == 1 else "carry", f" ({listed(few, lang)})" if few else ""
    return Finding(f"{reports_words(facts.several, lang)}{which} {verb} two themes or more{also}.", "together")


def _province(facts: Facts, lang: Lang) -> Finding | None:
    counts = facts.provinces.groupby("province")["reports"].sum()
    most = int(counts.max()) if len(counts) else 0
    first = sorted(counts[counts == most].index)
    if most < max(_NAMED, _OFTEN * facts.total) or len(first) > 1:
        return None
    known = int(counts.sum())
    zh, en = f"最多的是{first[0]}，{most}篇", f"most often {first[0]}: {most}"
    if most == known:
        zh, en = f"都是{first[0]}", f"all of them {first[0]}"
    text = {
        "zh": f"{known}篇的题目、作者单位或正文开头认得出省份，{zh}。",
        "en": f"{known} reports name a province in title, authors or opening lines, {en}.",
    }[lang]
    return Finding(text, "provinces")


def _agreement(facts: Facts, lang: Lang) -> Finding | None:
    """Say how far the divisions that two methods find come to the tags, where it is more than seed words in titles."""
    sizes = facts.reports["primary"].value_counts()
    if facts.divisions is None or 2 * facts.with_text < facts.total or (sizes >= _DIVIDED).sum() < 2:
        return None
    lda, tfidf = facts.divisions.scores["lda"], facts.divisions.scores["tfidf"]
    how = 2 if min(lda, tfidf) >= _LARGELY else 0 if max(lda, tfidf) < _PARTLY else 1
    text = {
        "zh": f"LDA和TF-IDF不看归类另行划分，与归类{('很少一致', '部分一致', '大体一致')[how]}（调整互信息{lda:.2f}和"
        f"{tfidf:.2f}，1为完全一致，0为碰巧）；三者共用主题词，一致也不足为证。",
        "en": f"LDA and TF-IDF, which do not know the tags, {('hardly', 'partly', 'largely')[how]} agree with them "
        f"(adjusted mutual information {lda:.2f} and {tfidf:.2f}; 1 is the same, 0 chance); all three use the seed "
        "words, so that agreement proves little.",
    }[lang]
    return Finding(text, "agreement")
