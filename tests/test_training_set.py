"""What there is to learn from on top of a start: reports not to forget, and seed words of themes it lacks."""

from __future__ import annotations

from diaoyan.corpus import Label
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.tagging.training_set import of_new_themes, rehearsal_examples, training_examples
from diaoyan.tagging.weak import weak_examples
from diaoyan.themes import OTHER, Codebook, Theme

HEALTH = Theme("health", "医疗卫生", "Health", ("医院", "医生", "门诊"))
FIVE = Codebook((*Codebook.default().themes, HEALTH))
CLINIC = Report("x", "县医院医生", text="医院、门诊。" * 20)
FARM = Report("y", "农户与农村调查", text="农户、农村。" * 20)


def test_what_is_recalled_is_never_trusted_and_leaves_open_what_its_labels_could_not_name() -> None:
    reports = [
        Report("a", "乡村医生与县医院调查", text="医院门诊。" * 20),
        Report("b", "农户与农村调查", text="农户、农村。" * 20),
        Report("c", "养老服务研究"),
        Report("d", "体育场馆"),
    ]
    labels = {"a": Label(OTHER), "b": Label("rural"), "c": Label(OTHER), "d": Label("sports")}
    found = rehearsal_examples(reports, labels, Tagger(FIVE).new_features(), known=Tagger().classes)
    assert len(found) == 3  # nobody knows what sports is
    assert not found.trusted.any()
    assert found.known.astype(int).tolist() == [[1, 1, 1, 1, 0, 0], [1] * 6, [1] * 6]
    assert rehearsal_examples(reports, labels, Tagger(FIVE).new_features(), known=FIVE.ids).known.all()


def test_weak_examples_on_top_of_a_start_speak_of_new_themes_alone() -> None:
    features = Tagger(FIVE).new_features()
    weak = weak_examples(features.read([Report("a", "县医院医生", text="医院、门诊。" * 20)]), features, weight=0.2)
    found = of_new_themes(weak, (*FIVE.ids, OTHER), known=Tagger().classes)
    assert found.known.astype(int).tolist() == [[0, 0, 0, 0, 1, 0]]
    assert found.carried.tolist() == weak.carried.tolist()


def test_seed_words_of_unread_reports_are_heard_only_of_themes_a_start_lacks() -> None:
    four, five = Tagger().new_features(), Tagger(FIVE).new_features()
    asked = {"rehearsal": None, "weak_weight": 0.2}
    assert len(training_examples([FARM], {}, four, known=Tagger().classes, **asked)) == 0  # type: ignore[arg-type]
    found = training_examples([FARM, CLINIC], {}, five, known=Tagger().classes, **asked)  # type: ignore[arg-type]
    assert found.primary.tolist() == [0, 4]
    assert found.known[:, [0, 1, 2, 3, 5]].sum() == 0
    assert training_examples([FARM], {}, four, known=None, **asked).trusted.all()  # type: ignore[arg-type]


def test_what_is_kept_comes_after_ones_own_labels_and_is_not_trusted() -> None:
    features = Tagger().new_features()
    labels = {"x": Label(OTHER), "y": Label("rural")}
    found = training_examples(
        [CLINIC], labels, features, known=Tagger().classes, rehearsal=([FARM], labels), weak_weight=0.2
    )
    assert found.primary.tolist() == [4, 0]
    assert found.trusted.tolist() == [True, False]


def test_a_theme_that_no_label_names_yet_is_left_open_where_its_seed_words_stand() -> None:
    features = Tagger(FIVE).new_features()
    asked = {"known": Tagger().classes, "rehearsal": None, "weak_weight": 0.2}
    labels = {"x": Label(OTHER), "y": Label("rural")}
    silent = training_examples([CLINIC, FARM], labels, features, **asked)  # type: ignore[arg-type]
    assert silent.known.astype(int).tolist() == [[1, 1, 1, 1, 0, 0], [1] * 6]
    assert silent.trusted.all()
    asked_about = training_examples([CLINIC, FARM], labels | {"y": Label("health")}, features, **asked)  # type: ignore[arg-type]
    assert asked_about.known.all()
