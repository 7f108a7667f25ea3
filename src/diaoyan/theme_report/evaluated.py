"""What ``diaoyan evaluate`` leaves in a folder: the measures, every held-out tag, and how far both can be trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from diaoyan import __version__
from diaoyan.language import Lang
from diaoyan.tagging import Evaluation
from diaoyan.theme_report import trust
from diaoyan.theme_report.output import write_frame
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import write_csv, write_text

#: Shares of the reports, surest first, at which ``evaluation.json`` gives the error rate.
COVERAGES = (0.5, 0.75, 0.9, 1.0)


def write_evaluation(
    evaluation: Evaluation,
    folder: Path,
    *,
    codebook: Codebook,
    how: str,
    error_rate: float,
    random_state: int,
    lang: Lang = "zh",
) -> None:
    """Write ``evaluation.json``, ``predictions.csv``, and the figures confusion, reliability and risk with their facts.

    Parameters
    ----------
    evaluation : Evaluation
        With its tested reports.
    folder : Path
    codebook : Codebook
        Of the classifier.
    how : str
        How it was evaluated, such as ``by folds``.
    error_rate : float
        The one that review went by, 0 to 1.
    random_state : int
        What folds and bootstrap went by.
    lang : {'zh', 'en'}
        Language of the figures.
    """
    from diaoyan import figures

    stated = {"how": how, "error_rate": error_rate, "seed": random_state, "diaoyan": __version__}
    text = json.dumps(stated | _measures(evaluation), ensure_ascii=False, indent=1)
    write_text(folder / "evaluation.json", text + "\n")
    write_csv(folder / "predictions.csv", *_predictions(evaluation, codebook))
    evaluation = evaluation.once()  # figures speak of reports
    names = {theme: codebook.name(theme, lang) for theme in (*codebook.ids, OTHER)}
    source = _source(evaluation, lang)
    confusion, risk, reliability = (
        trust.confusion(evaluation),
        trust.tested_risk(evaluation),
        trust.reliability(evaluation),
    )
    drawn = {
        "confusion": (
            confusion,
            figures.draw_confusion(
                confusion, names=names, source=source, scores={"macro_f1": evaluation.macro_f1}, lang=lang
            ),
        ),
        "risk": (risk, figures.draw_risk(risk, source=source, accepted=error_rate, lang=lang)),
    }
    if reliability is not None:
        drawn["reliability"] = (reliability, figures.draw_reliability(reliability, source=source, lang=lang))
    for name, (facts, figure) in drawn.items():
        write_frame(folder / f"{name}.csv", facts)
        figures.save(figure, folder / name)


def _measures(evaluation: Evaluation) -> dict[str, Any]:
    tested = evaluation.tested
    # Of equals the wrong ones first, as in the figure.
    order = np.lexsort(([one.right for one in tested], [-one.margin for one in tested]))
    wrong = np.cumsum([not tested[row].right for row in order])
    reached = [(share, max(1, round(share * len(tested)))) for share in COVERAGES]
    tests = dict.fromkeys(one.test for one in tested)
    return {
        "reports": len({one.tag.report_id for one in tested}),
        "tags": len(tested),
        "with_text": sum(one.with_text for one in tested),
        "macro_f1": _round(evaluation.macro_f1),
        "macro_f1_interval_95": [_round(bound) for bound in evaluation.interval],
        "accuracy": _round(evaluation.accuracy),
        "f1": {name: _round(value) for name, value in evaluation.f1.items()},
        "multilabel_macro_f1": _round(evaluation.multilabel_f1),
        "brier": _round(evaluation.brier),
        "ece": _round(evaluation.ece),
        "not_sent_to_review": {"share": _round(evaluation.kept), "accuracy": _round(evaluation.kept_accuracy)},
        "risk": [{"coverage": share, "error": _round(float(wrong[count - 1] / count))} for share, count in reached],
        "tests": [
            {
                "test": name,
                "tags": len(part),
                "accuracy": _round(sum(one.right for one in part) / len(part)),
                "right_or_in_review": _round(sum(one.right or one.tag.needs_review for one in part) / len(part)),
            }
            for name in tests
            if (part := [one for one in tested if one.test == name])
        ],
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _predictions(evaluation: Evaluation, codebook: Codebook) -> tuple[list[str], list[list[Any]]]:
    classes = (*codebook.ids, OTHER)
    header = ["test", "report_id", "month", "title", "truth", "further", "primary", "themes"]
    header += [*(f"p_{name}" for name in classes), "confidence", "margin", "needs_review"]
    rows = []
    for one in evaluation.tested:
        tag, probabilities = one.tag, one.tag.probabilities
        row: list[Any] = [one.test, tag.report_id, tag.month or "", tag.title, one.label.primary]
        row += [";".join(one.label.further), tag.primary, ";".join(tag.themes)]
        row += [round(probabilities[name], 4) if name in probabilities else "" for name in classes]
        rows.append([*row, round(one.confidence, 4), round(one.margin, 4), "true" if tag.needs_review else "false"])
    return header, rows


def _source(evaluation: Evaluation, lang: Lang) -> str:
    reports = len({one.tag.report_id for one in evaluation.tested})
    with_text = len({one.tag.report_id for one in evaluation.tested if one.with_text})
    if lang == "en":
        return f"Source: {reports} labelled reports, {with_text} with text, held out"
    return f"来源：{reports}篇有人工标注的报告，{with_text}篇有正文，均为留出评估"
