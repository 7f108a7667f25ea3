"""`Drift`: how a month differs from the months before it, and what is said of that in Chinese and English."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from diaoyan.display import Bar, Cell, table
from diaoyan.drift.gap import Gap
from diaoyan.figures.months import month_words
from diaoyan.figures.wording import percent
from diaoyan.language import Lang, gettext, spoken

if TYPE_CHECKING:
    import pandas as pd

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


@dataclass(frozen=True)
class Drift:
    """How a month differs from the months before it.

    Means of before are those of earlier reports mixed as this month's are: with text or by title alone, and (except
    for `shares`) of the same themes. So neither more titles alone nor more reports of a theme is drift.

    Attributes
    ----------
    month : str or None
        The month, YYYY-MM; null if its reports name none, or several.
    reports : dict of str to int
        Reports of the month (``now``), those of them compared by title alone (``titles``), earlier ones (``before``),
        and of these the ones that were read (``read``).
    months : int
        Earlier months.
    shares : DataFrame
        ``theme, before, now, low, high, clear``: share filed under each theme, 0 to 1, interval of the difference,
        and whether that leaves out 0.
    new_words : DataFrame
        ``word, now, before``: words far more frequent than before, by reports that hold them; most frequent first.
    unknown_words : float
        Share of a report's words that the model does not know, mean of the month, 0 to 1.
    unknown : Gap or None
        The same, before and now. Words that only an earlier month taught the model do not count as known in that
        month, so that a model that learned from it has no advantage there. None without earlier reports.
    likeness : Gap or None
        Cosine of a report with the centre of the earlier reports it is most like, 0 to 1, of reports whose theme
        occurred before; None if there are fewer than five.
    alarms : tuple of str
        What speaks against the model: ``foreign`` (hardly a word is known), ``unknown``, ``likeness``.
    names : dict of str to dict
        Names of the themes by language.

    Examples
    --------
    >>> from diaoyan import settings
    >>> from diaoyan.drift import measure_drift
    >>> from diaoyan.models import load_tagger
    >>> reports, labels = settings.sample()
    >>> june = [report for report in reports if report.month == "2025-06"]
    >>> earlier = [report for report in reports if report.month != "2025-06"]
    >>> drift = measure_drift(load_tagger(settings.shipped("base")), earlier, june)
    >>> drift.trusted, drift.alarms
    (True, ())
    """

    month: str | None
    reports: dict[str, int]
    months: int
    shares: pd.DataFrame
    new_words: pd.DataFrame
    unknown_words: float
    unknown: Gap | None
    likeness: Gap | None
    alarms: tuple[str, ...]
    names: dict[str, dict[str, str]] = field(repr=False)

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against the model."""
        return not self.alarms

    @property
    def gaps(self) -> dict[str, Gap | None]:
        """What is measured of every report, by name."""
        return {"unknown": self.unknown, "likeness": self.likeness}

    def sentence(self, lang: Lang = "zh") -> str:
        """Return the verdict, what it rests on, what to do; a change of themes is told as news, never as a fault."""
        when = (month_words(self.month, lang) if self.month else "") or {"zh": "本月", "en": "This month"}[lang]
        if self.alarms:
            why, advice = self._why(lang), _ADVICE[lang][self.alarms[0]]
            if lang == "zh":
                return f"不要直接采用{when}的标签：{why}。{advice}"
            return f"Do not trust the tags of {when[0].lower() + when[1:]}: {why}. {advice}"
        shifted = self.shares[self.shares["clear"].astype(bool)].itertuples()
        news = [_changed(self.names[lang][row.theme], row.before, row.now, lang) for row in shifted]
        calm = self._calm(when, bool(news), lang)
        if not news:
            return calm
        if lang == "zh":
            return f"{calm}主题有变化：{'，'.join(news)}；这是内容的变化，不是模型的问题。"
        return f"{calm} The themes have shifted: {', '.join(news)}; that is news, not a fault of the model."

    def frame(self) -> pd.DataFrame:
        """Return ``what, before, now, low, high, clear``: one row a measure, then one a theme; null where unknown."""
        import pandas as pd

        measured = {name: gap for name, gap in self.gaps.items() if gap is not None}
        rows = [[name, gap.before, gap.now, gap.low, gap.high, gap.clear] for name, gap in measured.items()]
        columns = ["what", "before", "now", "low", "high", "clear"]
        shares = self.shares.rename(columns={"theme": "what"})[columns]
        return pd.concat([pd.DataFrame(rows, columns=columns), shares], ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON, numbers to four decimals."""
        return {
            "month": self.month,
            "reports": dict(self.reports),
            "months": self.months,
            "trusted": self.trusted,
            "alarms": list(self.alarms),
            "sentence": {"zh": self.sentence("zh"), "en": self.sentence("en")},
            **{
                name: None if gap is None else {key: round(value, 4) for key, value in asdict(gap).items()}
                for name, gap in self.gaps.items()
            },
            "shares": self.shares.round(4).to_dict("records"),
            "new_words": self.new_words.to_dict("records"),
        }

    def _repr_html_(self) -> str:
        """Return a table for notebooks: each measure and theme before and now, with the verdict above."""
        rows: list[list[Cell]] = [
            [
                self.names[spoken()].get(row.what, row.what),
                Bar(row.before, f"{row.before:.0%}"),
                Bar(row.now, f"{row.now:.0%}"),
                f"{100 * row.low:+.0f} … {100 * row.high:+.0f}",
                "clear" if row.clear else "",
            ]
            for row in self.frame().itertuples()
        ]
        words = ", ".join(f"{row.word} {row.now}/{row.before}" for row in self.new_words.head(10).itertuples())
        notes = [gettext("new words (reports now/before): {words}").format(words=words)] if words else []
        header = ["", "before", "now", "difference, points", ""]
        return table(header, rows, caption=self.sentence(spoken()), notes=notes, most=20)

    def _why(self, lang: Lang) -> str:
        """Return the numbers the gravest alarm rests on."""
        measure = "likeness" if self.alarms == ("likeness",) else "unknown"
        name, gap = _NAMES[lang][measure], self.gaps[measure]
        if gap is None or measure not in self.alarms:
            return f"{name}{'占' if lang == 'zh' else ' '}{percent(self.unknown_words)}"
        return _changed(name, gap.before, gap.now, lang)

    def _calm(self, when: str, news: bool, lang: Lang) -> str:
        """Return the part that finds nothing against the model, and how much that is worth."""
        now, read, months = self.reports["now"], self.reports["read"], self.months
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


def _changed(name: str, before: float, now: float, lang: Lang) -> str:
    if lang == "zh":
        return f"{name}由{percent(before)}变为{percent(now)}"
    return f"{name} {percent(before)} to {percent(now)}"
