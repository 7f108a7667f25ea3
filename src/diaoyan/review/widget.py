"""Review in a notebook: one report at a time, with a button for each theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

from diaoyan.corpus import Label
from diaoyan.display import Cell, table
from diaoyan.language import Lang, spoken
from diaoyan.report import Report
from diaoyan.review.choosing import SUSPECT, Pick, confirmed
from diaoyan.review.layout import HEADS
from diaoyan.review.sheet import opening, reasons, suggestion
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import printable

_WORDS = {
    "zh": {
        "further": "其他主题",
        "back": "上一篇",
        "on": "下一篇",
        "clear": "不答",
        "progress": "第{place}篇，共{count}篇，已答{done}篇",
        "none": "没有要看的报告。",
        "report": "报告",
    },
    "en": {
        "further": "Further themes",
        "back": "Previous",
        "on": "Next",
        "clear": "No answer",
        "progress": "Report {place} of {count}, {done} answered",
        "none": "There is no report to look at.",
        "report": "Report",
    },
}


class ReviewWidget:
    """A small form that shows picks one after the other and keeps the answers; the last line of a cell displays it.

    Parameters
    ----------
    picks : sequence of Pick
    codebook : Codebook
        A button for each theme, and one for `other`.
    on_answer : callable, optional
        Called with the report's id and its label whenever an answer is given or changed, and with None when it is
        taken back.
    labels : mapping of report_id to Label, optional
        The labels reports have already: one that is questioned is named, none counts as an answer.
    who, when : str
        Noted with every label.
    lang : {'zh', 'en'}, optional
        The one that is spoken by default.

    Attributes
    ----------
    labels : dict of str to Label
        The answers so far, by report id.

    Examples
    --------
    >>> from diaoyan.tagging import Tag
    >>> tag = Tag("a", None, None, "甲", "rural", ("rural",), {"rural": 0.5, "other": 0.4}, True, "农户")
    >>> pick = Pick(Report("a", "甲"), tag, ("uncertain",), 0.9, "rural", 0.5)
    >>> form = ReviewWidget([pick], Codebook.default())
    >>> form.themes["rural"].click()
    >>> form.labels["a"].primary
    'rural'
    """

    def __init__(
        self,
        picks: Sequence[Pick],
        codebook: Codebook,
        *,
        on_answer: Callable[[str, Label | None], None] | None = None,
        labels: Mapping[str, Label] | None = None,
        who: str = "",
        when: str = "",
        lang: Lang | None = None,
    ) -> None:
        import ipywidgets as widgets

        self.picks, self.codebook, self.on_answer = tuple(picks), codebook, on_answer
        lang = lang or spoken()
        self.who, self.when, self.lang = who, when, lang
        self._given = labels or {}
        self.labels: dict[str, Label] = {}
        self.place, self._showing = 0, False
        words = HEADS[lang] | _WORDS[lang]
        self.text, self.progress = widgets.HTML(), widgets.Label()
        self.themes = {
            theme: self._button(codebook.name(theme, lang), partial(self._choose, theme))
            for theme in (*codebook.ids, OTHER)
        }
        self.further = {theme: widgets.ToggleButton(description=codebook.name(theme, lang)) for theme in codebook.ids}
        self.why = widgets.Text(description=words["why"], continuous_update=False)
        self.clear = self._button(words["clear"], partial(self._choose, None))
        self.back = self._button(words["back"], partial(self._go, -1))
        self.on = self._button(words["on"], partial(self._go, 1))
        for field in (*self.further.values(), self.why):
            field.observe(lambda _: self._changed(), names="value")
        wrap = widgets.Layout(flex_flow="row wrap")
        rows = [
            self.text,
            widgets.HBox([*self.themes.values(), self.clear], layout=wrap),
            widgets.HBox([widgets.Label(words["further"]), *self.further.values()], layout=wrap),
            self.why,
            widgets.HBox([self.back, self.on, self.progress]),
        ]
        self.box = widgets.VBox(rows if self.picks else [widgets.Label(words["none"])])
        if self.picks:
            self._show()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Return the form, and for pages on which nothing can be clicked the list of what it asks."""
        return self.box._repr_mimebundle_(**options) | {"text/plain": repr(self), "text/html": self._listed()}

    def __repr__(self) -> str:
        return f"ReviewWidget({len(self.picks)} reports, {len(self.labels)} answered)"

    def _listed(self) -> str:
        words = HEADS[self.lang] | _WORDS[self.lang]
        rows: list[list[Cell]] = [
            [
                printable(pick.report.title),
                suggestion(pick, self.codebook, self.lang),
                reasons(pick, self.codebook, self._given.get(pick.report.report_id), self.lang),
            ]
            for pick in self.picks
        ]
        header = [words["report"], words["machine"], words["reasons"]]
        return table(header, rows) if rows else f"<p>{words['none']}</p>"

    @property
    def report(self) -> Report:
        """The report that is shown."""
        return self.picks[self.place].report

    @staticmethod
    def _button(text: str, pressed: Callable[[], None]) -> Any:
        import ipywidgets as widgets

        button = widgets.Button(description=text)
        button.on_click(lambda _: pressed())
        return button

    def _go(self, step: int) -> None:
        self.place = min(max(0, self.place + step), len(self.picks) - 1)
        self._show()

    def _choose(self, theme: str | None) -> None:
        """Answer with a primary theme, or take the answer back."""
        if theme is None:
            label = None
            self.labels.pop(self.report.report_id, None)
        else:
            chosen = [name for name, button in self.further.items() if button.value and name != theme]
            further = tuple(chosen) if theme != OTHER else ()
            label = Label(theme, further, self.who, self.when, self.why.value.strip())
            if SUSPECT in self.picks[self.place].reasons:
                label = confirmed(label)
            self.labels[self.report.report_id] = label
        if self.on_answer is not None:
            self.on_answer(self.report.report_id, label)
        self._show()

    def _changed(self) -> None:
        """Take over further themes and a remark that came after the answer; before it they wait in their fields."""
        label = self.labels.get(self.report.report_id)
        if label is not None and not self._showing:
            self._choose(label.primary)

    def _show(self) -> None:
        pick, label = self.picks[self.place], self.labels.get(self.report.report_id)
        words = HEADS[self.lang] | _WORDS[self.lang]
        lines = [
            (words["machine"], suggestion(pick, self.codebook, self.lang)),
            (words["reasons"], reasons(pick, self.codebook, self._given.get(self.report.report_id), self.lang)),
            (words["evidence"], pick.tag.evidence),
        ]
        self.text.value = (
            f"<h4>{_safe(pick.report.title)}</h4>"
            + "".join(f"<div><b>{name}</b>　{_safe(text)}</div>" for name, text in lines)
            + f"<p>{_safe(opening(pick.report, self.lang))}</p>"
        )
        self.progress.value = words["progress"].format(
            place=self.place + 1, count=len(self.picks), done=len(self.labels)
        )
        # Setting the fields is no answer.
        self._showing = True
        for theme, button in self.themes.items():
            button.button_style = "success" if label and label.primary == theme else ""
        for theme, toggle in self.further.items():
            toggle.value = label is not None and theme in label.further
        self.why.value = label.why if label else ""
        self._showing = False
        self.back.disabled, self.on.disabled = self.place == 0, self.place == len(self.picks) - 1


def _safe(text: str) -> str:
    return escape(printable(text))
