"""Findings in words: three to seven sentences that a reader looks for first, each from facts and no surer than they."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diaoyan.figures.months import before_words, month_words, span_words
from diaoyan.figures.wording import about_wrong, listed, percent, reports_words, tied, turned, worded
from diaoyan.language import Lang
from diaoyan.report import number_shown
from diaoyan.theme_report.course import LEAST
from diaoyan.theme_report.facts import Facts
from diaoyan.themes import OTHER

if TYPE_CHECKING:
    import pandas as pd

#: Most sentences: what comes later matters less.
MOST = 7
#: Fewest reports of what is named as the most frequent.
_NAMED = 3
#: Themes, and reports by their numbers, that are named one by one.
_LISTED, _NUMBERED = 5, 20
#: Words that are named of those that rose or fell.
_WORDS = 2
#: Share of the reports below which the province met most is no news.
_OFTEN = 0.05
#: Reports that two classes must have each: one class alone is easily found again.
_DIVIDED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence.

    Attributes
    ----------
    text : str
    figure : str
        Name of the figure that shows the numbers it rests on; empty if none does.
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
        _about,
        _shares,
        _words,
        _review,
        _without_text,
        _unlabelled,
        _unlike,
        _several,
        _province,
        _agreement,
    )
    found = [finding for rule in rules if (finding := rule(facts, lang)) is not None]
    return found[:MOST]


def _numbers(rows: pd.DataFrame, lang: Lang) -> str:
    """Return which reports these are, in brackets, where they are few and have numbers."""
    one_month, rows = rows["month"].nunique(dropna=False) == 1, rows.sort_values(["month", "no"])
    if len(rows) > (_NUMBERED if one_month else _LISTED) or rows["no"].isna().any():
        return ""
    if one_month:
        said = worded(lang, "no. {numbers}", numbers=listed([str(int(no)) for no in rows["no"]], lang))
    else:
        said = listed([number_shown(month, no) for month, no in zip(rows["month"], rows["no"], strict=True)], lang)
    return worded(lang, " ({said})", said=said)


def _about(facts: Facts, lang: Lang) -> Finding:
    """Say what there is: what most are about first, then the other themes, and what is about none of them."""
    months, total = facts.months(), reports_words(facts.total, lang)
    if not months:
        span = worded(lang, "Without a month")
    elif facts.reports["month"].isna().any():
        span = worded(lang, "{months} and without a month", months=span_words(months, lang))
    else:
        span = span_words(months, lang)
    return Finding(worded(lang, "{span}: {total}. {said}.", span=span, total=total, said=_filed(facts, lang)), "shares")


def _filed(facts: Facts, lang: Lang) -> str:
    names, filed = facts.names(lang), facts.reports["primary"]
    counts = filed.value_counts().to_dict()
    themes = sorted(filter(counts.get, facts.codebook.ids), key=lambda theme: -counts[theme])
    if not themes:
        return worded(lang, "Under none of the themes listed: all{beside}", beside=_beside(facts, lang))
    most, other = counts[themes[0]], counts.get(OTHER, 0)
    first = [names[theme] for theme in themes if counts[theme] == most]
    each = [worded(lang, "{name} {count}", name=names[theme], count=counts[theme]) for theme in themes]
    if most == facts.total:
        return worded(lang, "{names}: all", names=first[0])
    said = {"count": most, "share": percent(most / facts.total), "names": listed(first, lang)}
    others = {"other": other, "percent": percent(other / facts.total), "beside": _beside(facts, lang)}
    if 2 * other > facts.total:
        return worded(
            lang,
            "Under none of the themes listed: {other}, or {percent}{beside}. The others: {listing}",
            listing=tied(each, lang, unit="个主题", most=_LISTED),
            **others,
        )
    rest = tied(each[len(first) :], lang, unit="个主题", most=_LISTED)
    if len(first) > 1 and rest:
        text = worded(lang, "The largest themes are {names}, {count} each", **said)
    elif len(first) > 1:
        text = worded(lang, "{names}: {count} each", **said)
    elif other >= most:
        text = worded(lang, "Of the themes listed the largest is {names}: {count}, or {share}", **said)
    else:
        text = worded(lang, "The largest theme is {names}: {count}, or {share}", **said)
    if rest:
        text += worded(lang, "; then {rest}", rest=rest)
    if other:
        text += worded(lang, "; under none of them: {other}, or {percent}{beside}", **others)
    return text


def _beside(facts: Facts, lang: Lang) -> str:
    """Return how many of the reports that are filed under no theme carry one beside."""
    rest = facts.reports[facts.reports["primary"] == OTHER]
    carrying = int((~rest["themes"].fillna("").isin(["", OTHER])).sum())
    return worded(lang, " ({count} of these touching one)", count=carrying) if carrying else ""


def _shares(facts: Facts, lang: Lang) -> Finding | None:
    """Say what changed in the last month against those before it, where there are any."""
    course = facts.course
    if not course.before:
        return None
    said = {"when": month_words(course.month, lang), "before": before_words(course, lang)}
    if not course.enough:
        now = reports_words(course.now, lang)
        return Finding(
            worded(lang, "{when}: {now}, against {before}: too few to tell a change.", now=now, **said), "shares"
        )
    rows = course.themes.assign(
        now=course.themes["now"] / course.now, before=course.themes["before"] / course.then
    ).loc[course.themes["clear"].astype(bool)]
    if rows.empty and turned(facts.changes) == ([], []):
        return Finding(
            worded(
                lang,
                "{when} against {before}: no change of themes or words beyond chance; a small one could not be seen.",
                **said,
            ),
            "shares",
        )
    if rows.empty:
        return Finding(
            worded(
                lang,
                "{when} against {before}: no change of themes beyond chance; a small one could not be seen.",
                **said,
            ),
            "shares",
        )
    rows = rows.iloc[(rows["before"] - rows["now"]).abs().argsort(kind="stable")[::-1][:2]]
    moved = [_moved(facts.names(lang)[row.theme], row.before, row.now, lang) for row in rows.itertuples()]
    return Finding(
        worded(
            lang, "{when} against {before}: {moved}, which chance hardly explains.", moved=listed(moved, lang), **said
        ),
        "shares",
    )


def _moved(name: str, before: float, now: float, lang: Lang) -> str:
    shares = {"name": name, "before": percent(before), "now": percent(now)}
    if not before:
        return worded(lang, "{name}, absent before, makes up {now}", **shares)
    if not now:
        return worded(lang, "{name} went from {before} to none", **shares)
    if now > before:
        return worded(lang, "{name} rose from {before} to {now}", **shares)
    return worded(lang, "{name} fell from {before} to {now}", **shares)


def _words(facts: Facts, lang: Lang) -> Finding | None:
    course, (up, down) = facts.course, turned(facts.changes)
    if not course.enough or not (up or down):
        return None  # which the sentence on shares has said
    rows = facts.changes.set_index("word")
    said = [
        worded(
            lang,
            "“{word}” is in {now} of the reports instead of {before}",
            word=word,
            now=percent(rows.loc[word, "now"] / course.now),
            before=percent(rows.loc[word, "before"] / course.then),
        )
        for word in [*up[:_WORDS], *down[:_WORDS]]
    ]
    when, before = month_words(course.month, lang), before_words(course, lang)
    told = {"when": when, "before": before, "said": listed(said, lang)}
    more = int(facts.changes["clear"].sum()) - len(said)
    if more:
        text = worded(
            lang, "Words, {when} against {before}: {said}; {more} more changed by more than chance.", more=more, **told
        )
    else:
        text = worded(lang, "Words, {when} against {before}: {said}, which chance hardly explains.", **told)
    return Finding(text, "changes")


def _review(facts: Facts, lang: Lang) -> Finding:
    """Say whose answers these are, how many are to be reviewed, and how many of the others may be wrong."""
    doubtful = facts.reports[facts.reports["needs_review"].astype(bool)]
    if facts.by_hand == facts.total:
        parts = [worded(lang, "All tags were given by hand")]
    elif facts.by_hand:
        parts = [worded(lang, "Tags given by hand: {count}; the others are the model's", count=facts.by_hand)]
    else:
        parts = [worded(lang, "All tags are the model's")]
    if len(doubtful) == facts.total:
        parts.append(worded(lang, "all of them are to be reviewed"))
    elif len(doubtful):
        rest = int((doubtful["primary"] == OTHER).sum())
        said = {
            "count": len(doubtful),
            "share": percent(len(doubtful) / facts.total),
            "numbers": _numbers(doubtful, lang),
            "rest": rest,
        }
        if rest:
            parts.append(
                worded(
                    lang, "to be reviewed: {count}, or {share}{numbers}, {rest} of them under no listed theme", **said
                )
            )
        else:
            parts.append(worded(lang, "to be reviewed: {count}, or {share}{numbers}", **said))
    elif facts.by_hand < facts.total:
        parts.append(worded(lang, "none is to be reviewed"))
    wrong = facts.wrong
    if wrong:
        parts.append(
            worded(
                lang,
                "of the {kept} that need no review {wrong} may be wrong, if they are no harder to file than those the "
                "model was tried on",
                kept=wrong.kept,
                wrong=about_wrong(wrong.likely, wrong.high, lang),
            )
        )
    return Finding(
        worded(lang, "{said}.", said=("；" if lang == "zh" else "; ").join(parts)), "risk" if wrong else "map"
    )


def _without_text(facts: Facts, lang: Lang) -> Finding | None:
    without, part = facts.total - facts.with_text, int((facts.reports["status"] == "partial").sum())
    said = []
    if without == facts.total:
        said.append(worded(lang, "Without text, tagged by title and authors, which is more often wrong: all"))
    elif without:
        said.append(
            worded(
                lang, "Without text, tagged by title and authors, which is more often wrong: {without}", without=without
            )
        )
    if part:
        said.append(worded(lang, "Cut off: {part}", part=part))
    if not said:
        return None
    return Finding(worded(lang, "{said}.", said=("；" if lang == "zh" else ". ").join(said)), "risk")


def _unlabelled(facts: Facts, lang: Lang) -> Finding | None:
    if not facts.unlabelled:
        return None
    names = listed([facts.names(lang)[theme] for theme in facts.unlabelled], lang)
    text = worded(
        lang,
        "Nobody has labelled {names} yet: seed words and what they mean decide, and how well is not known.",
        names=names,
    )
    return Finding(text, "risk")


def _unlike(facts: Facts, lang: Lang) -> Finding | None:
    """Name the report whose words are much less like those of any other than is usual here."""
    rows = facts.places[facts.places["alike"].notna()]
    if len(rows) < LEAST:
        return None
    low, high = rows["alike"].quantile([0.25, 0.75])
    first = rows[rows["alike"] == rows["alike"].min()]
    if first["alike"].iloc[0] >= low - 1.5 * (high - low) or len(first) > 1:  # Tukey 1977
        return None
    which = f"《{_shortened(first['title'].iloc[0])}》{_numbers(first, lang)}"
    text = worded(
        lang, "Of the reports with text, {which} has the words least like the others', clearly so.", which=which
    )
    return Finding(text, "")  # the map has no room for how unlike all others a report is


def _shortened(title: str, most: int = 30) -> str:
    return title if len(title) <= most else f"{title[: most - 1]}…"


def _several(facts: Facts, lang: Lang) -> Finding | None:
    if not facts.several:
        return None
    names = facts.names(lang)
    rows = facts.reports[facts.reports["themes"].fillna("").str.contains(";")]
    said = {"several": facts.several, "numbers": _numbers(rows, lang)}
    pairs = facts.together[facts.together["theme"] != facts.together["further"]]
    most = int(pairs["reports"].max()) if len(pairs) else 0
    best = pairs[pairs["reports"] == most]
    if most < _NAMED or len(best) > 1:
        return Finding(worded(lang, "With two or more themes: {several}{numbers}.", **said), "together")
    one, other = (names[best.iloc[0][column]] for column in ("theme", "further"))
    said |= {"one": one, "other": other, "most": most}
    if most == facts.several:
        text = worded(lang, "With two or more themes: {several}{numbers}, all of them {one} with {other}.", **said)
    else:
        text = worded(
            lang, "With two or more themes: {several}{numbers}, most often {one} with {other}: {most}.", **said
        )
    return Finding(text, "together")


def _province(facts: Facts, lang: Lang) -> Finding | None:
    counts = facts.provinces.groupby("province")["reports"].sum()
    most = int(counts.max()) if len(counts) else 0
    first = sorted(counts[counts == most].index)
    if most < max(_NAMED, _OFTEN * facts.total) or len(first) > 1:
        return None
    said = {"known": int(counts.sum()), "first": first[0], "most": most}
    if most == said["known"]:
        text = worded(
            lang, "{known} reports name a province in title, authors or opening lines, all of them {first}.", **said
        )
    else:
        text = worded(
            lang,
            "{known} reports name a province in title, authors or opening lines, most often {first}: {most}.",
            **said,
        )
    return Finding(text, "provinces")


def _agreement(facts: Facts, lang: Lang) -> Finding | None:
    """Say how often two methods come to the tag, and how often one class for all would, unless most are titles."""
    sizes = facts.reports["primary"].value_counts()
    if facts.divisions is None or 2 * facts.with_text < facts.total or (sizes >= _DIVIDED).sum() < 2:
        return None
    filed = facts.divisions.agreement.groupby("theme")["reports"].sum()
    text = worded(
        lang,
        "LDA and TF-IDF, which do not know the tags, come to the same theme in {lda} and {tfidf} of {divided} "
        "reports; one theme for all would in {largest}. All three use the seed words, so that this proves little.",
        divided=int(filed.sum()),
        largest=int(filed.max()),
        **facts.divisions.same,
    )
    return Finding(text, "agreement")
