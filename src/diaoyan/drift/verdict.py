"""What is said of a month's drift, in Chinese and English: the verdict, what it rests on, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diaoyan.drift.gap import Gap
from diaoyan.figures.months import month_words
from diaoyan.figures.wording import percent
from diaoyan.language import Lang

#: Fewest reports of a month that a verdict can rest on.
FEW = 8
_ADVICE = {
    "zh": {
        "foreign": "模型几乎不认识这些文字（外文、繁体、乱码或识别失败）。请先核对文件。",
        "unknown": "本月文字与模型学过的不同（识别错误、繁体、外文或新的领域）。请先核对文件，再人工复核并重新训练。",
        "likeness": "本月文章与以往的不是一类（体裁或领域变了）。请人工复核一批，改正后重新训练。",
    },
    "en": {
        "foreign": "The model knows hardly a word (foreign script, traditional characters, failed recognition): "
        "check the file first.",
        "unknown": "The wording is not what the model learned (recognition errors, another script, a new field): "
        "check the file, then review by hand and retrain.",
        "likeness": "These reports are not of the kind seen before (another genre or field): review some by hand, "
        "correct them and retrain.",
    },
}
_NAMES = {
    "zh": {"unknown": "不认识的词", "likeness": "与以往报告的相似度"},
    "en": {"unknown": "unknown words", "likeness": "likeness to earlier reports"},
}


def sentence(
    *,
    month: str | None,
    reports: Mapping[str, int],
    months: int,
    gaps: Mapping[str, Gap | None],
    alarms: Sequence[str],
    unknown: float,
    changed: Sequence[tuple[str, float, float]],
    lang: Lang,
) -> str:
    """Return the verdict in words; a change of themes is told as news, never as a fault of the model.

    Parameters
    ----------
    month : str or None
        YYYY-MM.
    reports : mapping of str to int
        See `Drift.reports`.
    months : int
        Earlier months.
    gaps : mapping of str to Gap or None
        By name of the measure.
    alarms : sequence of str
        Names of the measures that speak against the model.
    unknown : float
        Share of the month's words that the model does not know, 0 to 1.
    changed : sequence of (str, float, float)
        Themes whose share has clearly changed, before and now (0 to 1).
    lang : {'zh', 'en'}
    """
    chinese = lang == "zh"
    when = (month_words(month, lang) if month else "") or ("本月" if chinese else "This month")
    rests = [
        f"{_NAMES[lang][name]}{'由' if chinese else ' '}{percent(gap.before)}{'变为' if chinese else ' to '}"
        f"{percent(gap.now)}"
        for name in alarms
        if (gap := gaps.get(name)) is not None
    ]
    if "foreign" in alarms and gaps.get("unknown") is None:
        rests.insert(0, f"{_NAMES[lang]['unknown']}{'占' if chinese else ' '}{percent(unknown)}")
    if "foreign" in alarms or "unknown" in alarms:
        rests = [text for text in rests if text.startswith(_NAMES[lang]["unknown"])]
    news = [
        f"{name}{'由' if chinese else ' '}{percent(a)}{'变为' if chinese else ' to '}{percent(b)}"
        for name, a, b in changed
    ]
    if alarms:
        advice = _ADVICE[lang][alarms[0]]
        if chinese:
            return f"不要直接采用{when}的标签：{'，'.join(rests)}。{advice}"
        return f"Do not trust the tags of {when[0].lower() + when[1:]}: {', '.join(rests)}. {advice}"
    parts = [_calm(when, reports, months, bool(news), lang)]
    if news:
        parts.append(
            f"主题有变化：{'，'.join(news)}；这是内容的变化，不是模型的问题。"
            if chinese
            else f"The themes have shifted: {', '.join(news)}; that is news, not a fault of the model."
        )
    return ("" if chinese else " ").join(parts)


def _calm(when: str, reports: Mapping[str, int], months: int, news: bool, lang: Lang) -> str:
    """Return the part that finds nothing against the model, and how much that is worth."""
    now, read = reports["now"], reports["read"]
    if lang == "zh":
        if now < FEW:
            return f"{when}只有{now}篇，看不出模型是否仍然可信，请逐篇核对。"
        if not read:
            return f"{when}没有往月可比，看不出模型是否仍然可信，请抽查几篇。"
        than = "没有明显变化" if not news else "文字没有明显变化"
        known = "" if months >= 3 else "（往月不足三个，各月本来的差异按通常估计）"
        return f"{when}{now}篇与此前{months}个月相比{than}，模型可以照常使用{known}。"
    if now < FEW:
        return f"{when} has only {now} reports: too few to tell whether the model can be trusted; check each."
    if not read:
        return f"{when} has no month before it, so that nothing tells whether the model can be trusted; check some."
    than = "no clear change" if not news else "no clear change of wording"
    known = "" if months >= 3 else " (fewer than three earlier months: the usual spread between months is assumed)"
    return f"{when}, {now} reports: {than} against {months} earlier months; the model can be used as before{known}."
