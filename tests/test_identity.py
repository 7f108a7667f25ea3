"""The identity of themes: who is the same, who began, split, merged or went, and that no number is given twice."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from diaoyan.corpus import Label
from diaoyan.discovery import TfidfThemes
from diaoyan.discovery.identity import Change, ThemeRegister, refit
from diaoyan.discovery.identity.matching import chance, likeness
from diaoyan.discovery.identity.refit import MOST_REPORTS, Sighting, sightings
from diaoyan.errors import CodebookError, ModelError
from diaoyan.report import Report
from diaoyan.themes import Codebook, Theme
from killing import kill_at_every_write
from small_corpus import small_corpus

RURAL = Codebook((Theme("rural", "乡村振兴", "Rural", ("农村", "农户")),))
BANK, SCHOOL, CARE = (
    ("银行", "贷款", "利率", "抵押"),
    ("学校", "教师", "学生", "校车"),
    ("养老", "老人", "护理", "食堂"),
)


def seen(cluster: int, reports: Iterable[str], words: Iterable[str], **changed: object) -> Sighting:
    """Return a stable free theme with these reports and words, the first word weighing most."""
    weights = {word: 5.0 - place for place, word in enumerate(words)}
    values: dict[str, object] = {
        "cluster": cluster, "codebook": None, "name": "、".join(list(weights)[:2]), "words": weights,
        "seeds": tuple(weights), "titles": ("一篇调查",), "members": frozenset(reports), "sections": 9, "stable": True,
    }  # fmt: skip
    return Sighting(**(values | changed))  # type: ignore[arg-type]


def ids(text: str, month: int) -> list[str]:
    """Return `a3` and so on: reports named by a letter and the month they arrived in."""
    return [f"{letter}{month}" for letter in text]


@dataclass
class Found:
    """What the register asks of a model, said in advance."""

    sightings: list[Sighting]
    codebook: Codebook = field(default_factory=lambda: RURAL)
    free: bool = False

    @property
    def material_(self) -> SimpleNamespace:
        reports = sorted({report for sighting in self.sightings for report in sighting.members})
        return SimpleNamespace(reports=[Report(name, name, month=f"2025-0{name[-1]}") for name in reports])


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `Found` stand for a model."""
    monkeypatch.setattr("diaoyan.discovery.identity.register.sightings", lambda model: model.sightings)


def follow(*months: list[Sighting] | Found) -> tuple[ThemeRegister, list[Change]]:
    """Return a register that has seen these months, and the changes of the last one."""
    register = ThemeRegister()
    changes: list[Change] = []
    for number, found in enumerate(months, 1):
        model = found if isinstance(found, Found) else Found(found)
        changes = register.update(model, f"2025-0{number}")  # type: ignore[arg-type]
    return register, changes


def told(changes: list[Change]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(change.theme, change.event.what, change.event.others) for change in changes]


A1, B1 = ids("abcd", 1), ids("efgh", 1)
FIRST = [seen(0, A1, BANK), seen(1, B1, SCHOOL)]


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("second", "expected"),
    [
        # The clusters come in another order, and the themes keep their numbers.
        ([seen(0, B1, SCHOOL), seen(1, A1 + ids("a", 2), BANK)], [("T01", "same", ()), ("T02", "same", ())]),
        # Its reports are still together, but its words are others but for one.
        ([seen(0, A1, ("股权", "债券", "银行")), FIRST[1]], [("T01", "changed", ()), ("T02", "same", ())]),
        # Its words are there, of its reports only one: shared words decide half, the report the rest.
        ([seen(0, A1[:1], BANK), FIRST[1]], [("T01", "same", ()), ("T02", "same", ())]),
        ([seen(0, A1 + B1, BANK)], [("T01", "same", ()), ("T02", "merged", ("T01",))]),
        ([FIRST[0], seen(1, ids("xyz", 1), CARE)], [("T01", "same", ()), ("T02", "gone", ())]),
        (
            [*FIRST, seen(2, ids("xyz", 2), CARE)],
            [("T01", "same", ()), ("T02", "same", ()), ("T03", "new", ())],
        ),
        # Too few, too shaky, or only two of them of this month: no identity yet.
        ([*FIRST, seen(2, ids("xy", 2), CARE)], [("T01", "same", ()), ("T02", "same", ())]),
        ([*FIRST, seen(2, ids("xyz", 2), CARE, stable=False)], [("T01", "same", ()), ("T02", "same", ())]),
        ([*FIRST, seen(2, ids("x", 1) + ids("yz", 2), CARE)], [("T01", "same", ()), ("T02", "same", ())]),
        # A theme once known may be shaky for a month.
        ([seen(0, A1, BANK, stable=False), FIRST[1]], [("T01", "same", ()), ("T02", "same", ())]),
    ],
)  # fmt: skip
def test_what_a_month_makes_of_two_themes(
    second: list[Sighting], expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    _, changes = follow(FIRST, second)
    assert told(changes) == expected


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("second", "third", "older", "changed", "expected"),
    [
        # Two arrived in the second month, one or two in the third: the theme took two months to gather.
        ("x", "yz", "", {}, []),
        ("xw", "yz", "", {}, ["new"]),
        # As many, but half are older.
        ("xw", "yz", "klmn", {}, []),
        # Not stable: chance can put four of four into these months, eight of eight it hardly can.
        ("xw", "yz", "", {"stable": False}, []),
        ("stuv", "wxyz", "", {"stable": False}, ["new"]),
        # Not stable, and only a title and one section speak for it.
        ("stuv", "wxyz", "", {"stable": False, "sections": 1}, []),
    ],
)
def test_a_theme_may_gather_in_two_months_or_be_shaky_if_it_is_nearly_all_news(
    second: str, third: str, older: str, changed: dict[str, object], expected: list[str]
) -> None:
    first, new = ids("abcdefghij", 1), ids(older, 1) + ids(second, 2)
    bank = [seen(0, first, BANK), seen(0, first + ids("abcde", 2), BANK)]
    bank += [seen(0, first + ids("abcde", 2) + ids("abcde", 3), BANK)]
    school = seen(1, ids("klmnopqrst"[len(older) :], 1), SCHOOL)
    young, grown = seen(2, new, CARE, stable=False, sections=1), seen(2, new + ids(third, 3), CARE, **changed)
    _, changes = follow([bank[0], school], [bank[1], school, young], [bank[2], school, grown])
    assert [change.event.what for change in changes[2:]] == expected


@pytest.mark.usefixtures("said")
def test_in_the_second_month_this_month_and_the_last_are_everything_and_no_news() -> None:
    _, changes = follow([FIRST[0]], [FIRST[0], seen(1, ids("uvwx", 1) + ids("yz", 2), CARE)])
    assert [change.event.what for change in changes] == ["same"]


@pytest.mark.usefixtures("said")
def test_of_a_split_the_larger_part_keeps_the_identity() -> None:
    whole = seen(0, ids("abcdefghij", 1), (*BANK, *CARE))
    parts = [seen(0, ids("abc", 1), CARE), seen(1, ids("defghij", 1), BANK)]
    register, changes = follow([whole], parts)
    assert told(changes) == [("T01", "same", ()), ("T02", "split", ("T01",))]
    assert [change.cluster for change in changes] == [1, 0]
    assert changes[1].sentence == "T02 养老、老人: a new theme, split from T01, 3 reports, 0 of 2025-02."
    assert register["T02"].history[0].others == ("T01",)


@pytest.mark.usefixtures("said")
def test_a_theme_that_was_gone_returns_under_its_number_and_name() -> None:
    away = [seen(0, A1, BANK)]
    again = [seen(0, A1, BANK), seen(1, ids("xyz", 4), SCHOOL, name="教育")]
    register, changes = follow(FIRST, away, [seen(0, A1, BANK), seen(1, ids("pqr", 3), CARE)], again)
    assert told(changes) == [("T01", "same", ()), ("T02", "returned", ()), ("T03", "gone", ())]
    assert [(t.name, t.born, t.last_seen, t.present) for t in register.themes_] == [
        ("银行、贷款", "2025-01", "2025-04", True),
        ("学校、教师", "2025-01", "2025-04", True),
        ("养老、老人", "2025-03", "2025-03", False),
    ]
    assert [event.what for event in register["T02"].history] == ["new", "gone", "returned"]
    assert changes[1].sentence == "T02 学校、教师: back again, 3 reports, 3 of 2025-04."


@pytest.mark.usefixtures("said")
def test_a_theme_of_the_codebook_is_itself_by_its_id_whatever_it_holds() -> None:
    one = seen(0, A1, BANK, codebook="rural", name="乡村振兴", stable=False)
    other = seen(0, B1, SCHOOL, codebook="rural", name="乡村振兴")
    register, changes = follow([one], [seen(1, A1, BANK), other])
    assert told(changes) == [("T01", "changed", ()), ("T02", "split", ("T01",))]
    assert register["T01"].codebook == "rural"
    _, changes = follow([one], [seen(1, ids("xyz", 2), BANK)], [seen(0, A1, BANK, codebook="rural", name="乡村振兴")])
    assert told(changes)[0] == ("T01", "returned", ())


@pytest.mark.usefixtures("said")
def test_a_theme_the_user_writes_into_the_codebook_keeps_its_number() -> None:
    codebook = RURAL.adding(Theme("school", "教育", "Education", ("学校",)))
    second = Found([FIRST[0], seen(1, B1, SCHOOL, codebook="school", name="教育")], codebook)
    register, changes = follow(FIRST, second)
    assert told(changes) == [("T01", "same", ()), ("T02", "same", ())]
    assert (register["T02"].codebook, register["T02"].name) == ("school", "教育")


@pytest.mark.usefixtures("said")
def test_a_month_taken_in_twice_changes_nothing(tmp_path: Path) -> None:
    months = [FIRST, [*FIRST, seen(2, ids("xyz", 2), CARE)]]
    register, _ = follow(*months)
    register.write(tmp_path / "once.json")
    register.update(Found(months[1]), "2025-02")  # type: ignore[arg-type]
    register.write(tmp_path / "twice.json")
    assert (tmp_path / "once.json").read_bytes() == (tmp_path / "twice.json").read_bytes()


@pytest.mark.usefixtures("said")
def test_a_corrected_month_replaces_itself_and_gives_no_number_twice() -> None:
    register, _ = follow(
        FIRST, [*FIRST, seen(2, ids("xyz", 2), CARE), seen(3, ids("uvw", 2), ("港口", "码头", "货轮"))]
    )
    corrected = [
        *FIRST,
        seen(2, ids("uvw", 2), ("港口", "码头", "货轮")),
        seen(3, ids("rst", 2), ("矿山", "采矿", "瓦斯")),
    ]
    changes = register.update(Found(corrected), "2025-02")  # type: ignore[arg-type]
    assert told(changes)[2:] == [("T04", "new", ()), ("T05", "new", ())]
    assert [(theme.id, theme.name, len(theme.history)) for theme in register.themes_] == [
        ("T01", "银行、贷款", 2), ("T02", "学校、教师", 2), ("T04", "港口、码头", 1), ("T05", "矿山、采矿", 1),
    ]  # fmt: skip


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    "before", [[], [seen(0, A1, BANK)], [*FIRST]], ids=["first month", "born in it", "born before"]
)
def test_what_was_adopted_stays_so_when_its_month_is_taken_in_again(before: list[Sighting]) -> None:
    pupils = B1 if len(before) != 1 else ids("efgh", 2)
    last = [seen(0, pupils, SCHOOL), seen(1, A1, BANK)]
    register, _ = follow(before, last) if before else follow(last)
    theme_id = next(theme.id for theme in register.themes_ if theme.name == "学校、教师")
    codebook = RURAL.adding(register.adopt(theme_id, RURAL, id="school", zh="教育", en="Education"))
    again = Found([seen(0, pupils, SCHOOL, codebook="school", name="教育"), seen(1, A1, BANK)], codebook)
    register.update(again, register.months_[-1])  # type: ignore[arg-type]
    assert (register[theme_id].codebook, register[theme_id].name) == ("school", "教育")
    assert sorted(theme.name for theme in register.themes_) == ["教育", "银行、贷款"]


@pytest.mark.usefixtures("said")
def test_an_adopted_theme_is_a_codebook_entry_with_words_of_its_own() -> None:
    words = ("养老", "老人", "护理", "农村养老", "食堂", "适老化")
    register, _ = follow([seen(0, A1, words, seeds=("养老", "老人", "农村养老", "适老化"))])
    theme = register.adopt("T01", RURAL, id="silver", zh="银发经济", en="Silver economy")
    assert theme == Theme(
        "silver", "银发经济", "Silver economy", ("养老", "老人", "适老化"), "Found in the reports of 2025-01 (T01)."
    )
    assert RURAL.adding(theme).ids == ("rural", "silver")
    assert (register["T01"].codebook, register["T01"].name) == ("silver", "银发经济")


ADOPT = (
    "from pathlib import Path\nfrom diaoyan.discovery.identity import adopt\nfrom diaoyan.themes import Codebook\n"
    "adopt('T01', Codebook.read(Path('themes.toml')), id='silver', zh='银发经济', en='Silver economy',\n"
    "      file=Path('themes.toml'), register=Path('themes.json'))"
)


@pytest.mark.usefixtures("said")
def test_an_adoption_killed_at_any_write_is_finished_by_the_same_words(tmp_path: Path) -> None:
    words = ("养老", "老人", "护理", "农村养老", "食堂", "适老化")
    register, _ = follow([seen(0, A1, words, seeds=("养老", "老人", "农村养老", "适老化"))])
    start, done = tmp_path / "start", tmp_path / "done"
    start.mkdir()
    register.write(start / "themes.json")
    (start / "themes.toml").write_text(RURAL.to_toml(), "utf-8")
    shutil.copytree(start, done)

    def run(folder: Path) -> dict[str, bytes]:
        with contextlib.chdir(folder):
            exec(ADOPT, {})
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    wanted = run(done)
    assert Codebook.read(done / "themes.toml").ids == ("rural", "silver")

    def check(after: Path) -> None:
        if ThemeRegister.read(after / "themes.json")["T01"].codebook is None:
            assert run(after) == wanted
        else:
            assert {path.name: path.read_bytes() for path in after.iterdir()} == wanted

    assert kill_at_every_write(ADOPT, start, check) >= 4


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("theme_id", "names", "error", "sentence"),
    [
        (
            "T09",
            ("school", "教育", "Education"),
            ModelError,
            "There is no theme 'T09' in the register; known are T01, T02",
        ),
        ("T01", ("land", "土地", "Land"), ModelError, "T01 is in the codebook already, as 'rural'"),
        ("T02", ("rural", "教育", "Education"), CodebookError, "the id 'rural' is given to two themes"),
        ("T02", ("Bad id", "教育", "Education"), CodebookError, "expected an id of small Latin letters"),
        ("T03", ("care", "养老", "Care"), CodebookError, "at least 3 words that announce T03 .* found 1 .养老."),
    ],
)
def test_what_cannot_be_adopted_is_refused_and_changes_nothing(
    theme_id: str, names: tuple[str, str, str], error: type[Exception], sentence: str, tmp_path: Path
) -> None:
    rural = seen(0, A1, BANK, codebook="rural", name="乡村振兴")
    register, _ = follow([rural, FIRST[1], seen(2, ids("xyz", 1), CARE, seeds=("养老", "农户家"))])
    register.write(tmp_path / "before.json")
    with pytest.raises(error, match=sentence):
        register.adopt(theme_id, RURAL, id=names[0], zh=names[1], en=names[2])
    register.write(tmp_path / "after.json")
    assert (tmp_path / "before.json").read_bytes() == (tmp_path / "after.json").read_bytes()


@pytest.mark.usefixtures("said")
def test_an_earlier_month_and_free_themes_are_refused() -> None:
    register, _ = follow(FIRST, FIRST)
    with pytest.raises(ModelError, match=r"Expected 2025-02, the last month .* got 2025-01"):
        register.update(Found(FIRST), "2025-01")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="seeded by the codebook, got free ones"):
        register.update(Found(FIRST, free=True), "2025-03")  # type: ignore[arg-type]


@pytest.mark.usefixtures("said")
def test_the_register_shows_itself_as_a_table_and_escapes_what_it_shows() -> None:
    register, _ = follow(FIRST, [FIRST[0], seen(1, ids("xyz", 2), ("<script>", "b", "c"))])
    frame = register.frame()
    assert frame[["id", "codebook", "born", "last_seen", "state", "reports", "arrived"]].values.tolist() == [
        ["T01", "", "2025-01", "2025-02", "same", 4, 0],
        ["T02", "", "2025-01", "2025-01", "gone", 0, 0],
        ["T03", "", "2025-02", "2025-02", "new", 3, 3],
    ]
    assert frame["words"][0] == "银行、贷款、利率、抵押"
    assert register.lines() == [
        "T01 银行、贷款: as before, 4 reports, 0 of 2025-02. Since 2025-01: 银行、贷款、利率、抵押",
        "T02 学校、教师: no longer found. Since 2025-01: 学校、教师、学生、校车",
        "T03 <script>、b: a new theme, 3 reports, 3 of 2025-02. Since 2025-02: <script>、b、c",
    ]
    page = register._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "No themes yet" in ThemeRegister()._repr_html_()
    assert ThemeRegister().frame().empty


@pytest.mark.usefixtures("said")
def test_a_register_comes_back_from_its_file(tmp_path: Path) -> None:
    register, _ = follow(FIRST, [FIRST[0]])
    register.write(tmp_path / "themes.json")
    back = ThemeRegister.read(tmp_path / "themes.json")
    assert (back.themes_, back.months_) == (register.themes_, register.months_)
    for one in (register, back):
        one.update(Found(FIRST), "2025-02")  # type: ignore[arg-type]
    assert back.themes_ == register.themes_
    assert [theme.history[-1].what for theme in back.themes_] == ["same", "same"]


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (None, "there are no themes yet; diaoyan retrain MONTH begins them"),
        ("", "cannot be read .+; bring back a copy"),
        ("[]", "cannot be read .+; bring back a copy"),
        ("[" * 100_000, "cannot be read .+; bring back a copy"),
        ("{}", "cannot be read .KeyError: 'format'"),
        ({"format": 2}, "expected a register of format 1, found 2; update"),
        ({"themes": [{}]}, "cannot be read .KeyError: 'history'"),
        ({"themes": 7}, "cannot be read .+; bring back a copy"),
        ({"last_number": "many"}, "cannot be read .+; bring back a copy"),
        ({"before": {}}, "cannot be read .KeyError"),
    ],
)
def test_a_damaged_register_is_refused_by_name(
    damage: str | dict[str, object] | None, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "themes.json"
    if isinstance(damage, dict):
        follow(FIRST)[0].write(path)
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | damage), "utf-8")
    elif damage is not None:
        path.write_text(damage, "utf-8")
    with pytest.raises(ModelError, match=rf"themes\.json: .*{sentence}"):
        ThemeRegister.read(path)


@pytest.mark.parametrize(
    ("members", "recent", "expected"),
    [
        ("ab", "ab", 1 / 6),
        ("ab", "", 1),
        ("abcd", "ab", 1),
        ("ac", "ab", 5 / 6),
        ("a", "abc", 3 / 4),
        ("abc", "abc", 1 / 4),
    ],
)
def test_chance_is_that_of_drawing_without_putting_back(members: str, recent: str, expected: float) -> None:
    assert chance(set(members), set(recent), at_hand=set("abcd")) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("members", "gone", "expected"),
    [
        # Half by the one shared report of seven, half by words that are the same.
        (A1, False, (1 / 7 + 1) / 2),
        # Hardly a report is at hand, or the theme was gone: words alone.
        ([], False, 0.5),
        (["a1"], False, (1 / 4 + 1) / 2),
        (["z1"], False, 0.5),
    ],
)
def test_likeness_is_the_mean_of_shared_reports_and_shared_words(
    members: list[str], gone: bool, expected: float
) -> None:
    sighting = seen(0, ["a1", "w1", "x1", "y1", "new2"], BANK)
    at_hand = {*A1, "w1", "x1", "y1", "z1"}
    assert likeness(sighting.words, set(members), sighting, seen=at_hand, gone=gone) == pytest.approx(expected)


@pytest.mark.parametrize(("members", "gone", "same"), [(A1, False, False), (A1, True, True), (A1[:2], False, True)])
def test_words_alone_decide_only_where_reports_cannot(members: list[str], gone: bool, same: bool) -> None:
    sighting = seen(0, ["x1", "y1"], ("银行", "债券"))
    known = {"银行": 5.0, "贷款": 5.0, "利率": 5.0}
    value = likeness(known, set(members), sighting, seen={*A1, "x1", "y1"}, gone=gone)
    assert value == pytest.approx(0.45, abs=0.01) if same else value == 0


def test_sightings_are_the_clusters_that_have_reports_without_the_rest() -> None:
    model = TfidfThemes(themes="auto", resamples=1).fit(small_corpus())
    found = sightings(model)
    assert [(s.codebook, s.name, len(s.members)) for s in found] == [("rural", "乡村振兴", 4), ("finance", "金融", 4)]
    assert found[0].members == {"田0", "田1", "田2", "田3"}
    assert set(found[1].seeds) <= set(found[1].words)
    assert not any(word in found[1].seeds for word in ("农户", "耕地"))


def test_a_refit_takes_all_of_the_month_and_the_same_older_reports_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(refit.__globals__, "MOST_REPORTS", 9)
    old = small_corpus()
    new = [Report("新", "存款调查", text=old[4].text, month="2025-02")]
    taken = [r.report_id for r in refit([*old, *new], month="2025-02").material_.reports]
    later = [r.report_id for r in refit([*old[::-1], *new, *new[:0]], month="2025-02").material_.reports]
    assert len(taken) == 9 < MOST_REPORTS
    assert "新" in taken
    assert sorted(taken) == sorted(later)


def fitted(reports: list[Report], month: str, codebook: Codebook) -> TfidfThemes:
    return refit([r for r in reports if (r.month or "") <= month], codebook, month=month)


def test_the_sample_month_by_month_through_files_gives_what_it_gives_at_once(
    sample: tuple[list[Report], dict[str, Label]], tmp_path: Path
) -> None:
    path, at_once = tmp_path / "themes.json", ThemeRegister()
    at_once.write(path)
    names: dict[str, str] = {}
    for month in ("2025-03", "2025-04", "2025-05", "2025-06"):
        model = fitted(sample[0], month, Codebook.default())
        at_once.update(model, month)
        resumed = ThemeRegister.read(path)
        resumed.update(model, month)
        resumed.write(path)
        for theme in at_once.themes_:
            assert names.setdefault(theme.id, theme.name) == theme.name
        assert list(names) == [theme.id for theme in at_once.themes_]
    at_once.write(tmp_path / "at_once.json")
    assert path.read_bytes() == (tmp_path / "at_once.json").read_bytes()
    assert [theme.codebook for theme in at_once.themes_][:4] == ["rural", "digital", "discipline", "finance"]
    assert all(theme.present for theme in at_once.themes_[:4])


def test_a_theme_the_codebook_does_not_know_is_found_and_can_be_taken_into_it(
    sample: tuple[list[Report], dict[str, Label]],
) -> None:
    reports, labels = sample
    planted = [r for r in reports if labels[r.report_id].primary == "discipline"]
    known = Codebook(tuple(theme for theme in Codebook.default().themes if theme.id != "discipline"))
    stream = [r for r in reports if r not in planted and (r.month or "") <= "2025-04"]
    arriving = [Report(r.report_id, r.title, text=r.text, month="2025-05") for r in planted[:7]]
    register = ThemeRegister()
    register.update(fitted(stream, "2025-04", known), "2025-04")
    changes = register.update(fitted([*stream, *arriving], "2025-05", known), "2025-05")
    news = [register[change.theme] for change in changes if change.event.what == "new"]
    theme = next(theme for theme in news if set(theme.members) <= {r.report_id for r in arriving})
    codebook = known.adding(register.adopt(theme.id, known, id="clean", zh="清廉建设", en="Clean government"))
    after = register.update(fitted([*stream, *arriving], "2025-05", codebook), "2025-05")
    assert (register[theme.id].codebook, register[theme.id].name) == ("clean", "清廉建设")
    assert next(c.event.size for c in after if c.theme == theme.id) >= len(theme.members)
