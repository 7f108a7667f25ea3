"""One optimal alignment of all entries of the 目录 to the lines of the body."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diaoyan.compilation.bylines import author_likeness, is_byline, names_authors
from diaoyan.compilation.dates import is_date_line
from diaoyan.compilation.entries import Entry
from diaoyan.compilation.fields import is_foreign, read_fields
from diaoyan.compilation.furniture import Furniture
from diaoyan.compilation.lines import SENTENCE_END, Line, key_of
from diaoyan.compilation.titles import Places
from diaoyan.language import gettext, message

#: Below this similarity a line is not the title it was compared with.
_LEAST_SIMILAR = 0.72
#: More pairs than this would take seconds to compare; then only entries that were not found exactly are compared.
_MOST_PAIRS = 2_000_000
#: With more pairs than this, an entry that was not found is compared only with lines near where it should stand.
_MOST_NOT_FOUND = 10_000_000
#: Where the entries of one title times its places are more than this, an entry is compared only with the places of
#: about its own rank, so many on either side.
_MOST_EQUAL, _ABOUT = 10_000, 25
#: Places of all entries that are judged; a month has some hundreds.
_MOST_JUDGED = 50_000
_BYLINE_ABOVE = message("byline above it")


@dataclass(frozen=True, slots=True)
class Match:
    """An entry's title in the body."""

    #: Position among the entries.
    entry: int
    #: First line of the title, and on how many lines it stands.
    line: int
    count: int
    #: Lines of a byline above the title, which belong to the report.
    byline_lines: int
    #: 0 to 1; 1 is equal up to white space and punctuation.
    similarity: float
    #: What the alignment gains by it.
    score: float
    #: What speaks for it.
    evidence: tuple[str, ...]


def align(
    entries: Sequence[Entry],
    lines: Sequence[Line],
    furniture: Furniture,
    places: Places,
    *,
    body: Sequence[int],
) -> list[Match]:
    """Find the places of the entries' titles: of all assignments that keep the order, the one of the highest sum.

    Parameters
    ----------
    entries : sequence of Entry
        The entries, in order.
    lines : sequence of Line
        All lines of the source.
    body : sequence of int
        The lines where titles can stand, i.e. those outside the 目录.

    Returns
    -------
    list of Match
        At most one for every entry; entries without a match have no text. The lines rise with the entries, but for
        those that are certain to stand in another order.
    """
    allowed = set(body)
    candidates = _found_exactly(entries, places, allowed)
    _add_similar(candidates, entries, lines, furniture, allowed)
    _fewer(candidates)
    judged = [
        [
            _judge(i, entries[i], line, count, similarity, lines, furniture)
            for (line, (count, similarity)) in found.items()
        ]
        for i, found in enumerate(candidates)
    ]
    chosen = best_chain([[match for match in found if match.score > 0] for found in judged])
    chosen += _out_of_order(chosen, judged)
    with_byline_above = sum(_BYLINE_ABOVE in match.evidence for match in chosen)
    if with_byline_above >= 0.6 * len(chosen):
        return chosen
    # One line above a title that looks like a byline is chance; above most of them it is the layout.
    return [
        replace(match, byline_lines=0, evidence=tuple(words for words in match.evidence if words != _BYLINE_ABOVE))
        if _BYLINE_ABOVE in match.evidence
        else match
        for match in chosen
    ]


def best_chain(candidates: Sequence[Sequence[Match]]) -> list[Match]:
    """Choose at most one match for every entry, with rising lines, so that the scores add up to the most.

    Dynamic programming over the entries: the frontier holds, by the first line that is free after a chain, the best
    chain that ends before it.
    """
    free: list[int] = [-1]
    sums: list[float] = [0.0]
    chains: list[tuple[Match, object] | None] = [None]
    for found in candidates:
        extended = []
        for match in found:
            place = bisect_right(free, match.line - match.byline_lines) - 1
            extended.append((match.line + match.count, sums[place] + match.score, (match, chains[place])))
        for end, total, chain in extended:
            place = bisect_right(free, end)
            if sums[place - 1] >= total:
                continue
            stop = place
            while stop < len(sums) and sums[stop] <= total:
                stop += 1
            if free[place - 1] == end:
                place -= 1
            free[place:stop], sums[place:stop], chains[place:stop] = [end], [total], [chain]
    chosen: list[Match] = []
    link = chains[-1]
    while link is not None:
        chosen.append(link[0])
        link = link[1]  # type: ignore[assignment]
    return chosen[::-1]


def _out_of_order(chosen: Sequence[Match], judged: Sequence[Sequence[Match]]) -> list[Match]:
    """Return places of entries that are certain, but stand in another order than the 目录 has."""
    placed = {match.entry for match in chosen}
    taken = {line for match in chosen for line in range(match.line - match.byline_lines, match.line + match.count)}
    more = []
    for entry, found in enumerate(judged):
        certain = [
            match
            for match in found
            if match.similarity > 0.95
            and match.line not in taken
            and any(words.endswith("below it") for words in match.evidence)
        ]
        if entry not in placed and certain:
            best = max(certain, key=lambda match: match.score)
            more.append(replace(best, evidence=(*best.evidence, message("in another order than the 目录"))))
            taken.update(range(best.line - best.byline_lines, best.line + best.count))
    return more


def _found_exactly(entries: Sequence[Entry], places: Places, allowed: set[int]) -> list[dict[int, tuple[int, float]]]:
    """Return for every entry the lines where its title stands, with their number and how alike they are."""
    candidates: list[dict[int, tuple[int, float]]] = [{} for _ in entries]
    alike: dict[str, list[int]] = defaultdict(list)
    for i, entry in enumerate(entries):
        alike[key_of(entry.title)].append(i)
    pairs = 0
    for ranked in alike.values():
        exact = [(line, (count, 1.0)) for line, count in places.of(entries[ranked[0]].title) if line in allowed]
        pairs += len(ranked) * len(exact)
        many = len(ranked) * len(exact) > _MOST_EQUAL
        for rank, i in enumerate(ranked):
            about = rank * len(exact) // len(ranked)
            candidates[i] = dict(exact[max(0, about - _ABOUT) : about + _ABOUT] if many else exact)
            if pairs <= _MOST_JUDGED:
                pairs += _add_signed(candidates[i], entries[i], places, allowed)
    return candidates


def _add_signed(found: dict[int, tuple[int, float]], entry: Entry, places: Places, allowed: set[int]) -> int:
    """Add the places where authors stand behind the title; return how many lines were looked at."""
    if len(key_of(entry.title)) < 6:
        return 0
    begins = places.begins(entry.title, longest=len(key_of(entry.authors or "")) + 12)
    for line in begins:
        behind = places.lines[line].text[len(entry.title) :]
        if line in allowed and line not in found and author_likeness(behind) >= 0.3:
            found[line] = (1, 0.97)
    return len(begins)


def _fewer(candidates: list[dict[int, tuple[int, float]]]) -> None:
    """Where there are more places than can be judged in seconds, leave each entry those of about its rank."""
    if sum(map(len, candidates)) <= _MOST_JUDGED:
        return
    for i, found in enumerate(candidates):
        lines = sorted(found)
        about = i * len(lines) // len(candidates)
        candidates[i] = {line: found[line] for line in lines[max(0, about - _ABOUT) : about + _ABOUT]}


def _add_similar(
    candidates: list[dict[int, tuple[int, float]]],
    entries: Sequence[Entry],
    lines: Sequence[Line],
    furniture: Furniture,
    allowed: set[int],
) -> None:
    """Add the lines that are like a title but not equal to it: changed words, errors of OCR, a subtitle more."""
    from rapidfuzz import fuzz, process

    starts = [
        i
        for i in sorted(allowed)
        if i < len(lines) and 4 <= len(lines[i].key) <= 120 and not _is_running_text(lines[i])
    ]
    if not starts:
        return
    everything = len(starts) * len(entries) * 2 <= _MOST_PAIRS
    wanted = [i for i, found in enumerate(candidates) if everything or not found]
    if not wanted:
        return
    windows: list[tuple[int, int, str]] = []
    for i in starts:
        key = ""
        for count in range(1, 4):
            j = i + count - 1
            if j >= len(lines) or j not in allowed or j in furniture.lines or not lines[j].key:
                break
            key += lines[j].key
            if len(key) > 120:
                break
            windows.append((i, count, key))
    keys = [key for _, _, key in windows]
    share = max(1, _MOST_NOT_FOUND // len(wanted))
    near: dict[tuple[str, int], list[tuple[str, float, int]]] = {}
    for i in wanted:
        key = key_of(entries[i].title)
        if len(key) < 5:
            continue
        first = max(0, min(i * len(keys) // len(entries) - share // 2, len(keys) - share))
        if (key, first) not in near:
            near[key, first] = process.extract(
                key, keys[first : first + share], scorer=fuzz.ratio, score_cutoff=100 * _LEAST_SIMILAR, limit=30
            )
        for _, score, place in near[key, first]:
            line, count, _ = windows[first + place]
            if score / 100 > candidates[i].get(line, (0, 0.0))[1]:
                candidates[i][line] = (count, score / 100)


def _is_running_text(line: Line) -> bool:
    return "。" in line.text or line.text.endswith(("，", "；", "、", ",", ";"))


def _judge(
    i: int, entry: Entry, line: int, count: int, similarity: float, lines: Sequence[Line], furniture: Furniture
) -> Match:
    """Weigh a place: a heading is followed by authors and date and stands after a finished sentence."""
    score = 4.0 * (similarity - _LEAST_SIMILAR) / (1 - _LEAST_SIMILAR) + 0.2
    evidence = [
        gettext("title found in the body (exact)")
        if similarity > 0.995
        else gettext("title found in the body ({similarity:.0%} alike)").format(similarity=similarity)
    ]
    for gain, words in _signs_below(entry, line + count, lines, furniture):
        score += gain
        evidence.append(words)
    byline_lines = 0
    if not any(words in ("authors below it", "byline below it") for words in evidence):
        gain, words = _sign_above(entry, line - 1, lines, furniture)
        if words:
            byline_lines = 1
            score += gain
            evidence.append(words)
    before = next((lines[j].text for j in range(line - 1, max(-1, line - 6), -1) if j not in furniture.lines), "")
    if not byline_lines and len(before) >= 20 and not before.endswith(SENTENCE_END):
        score -= 1.5
    if lines[line].new_page or (line - 1) in furniture.pages:
        score += 0.3
        evidence.append(message("begins a page"))
    if _quoted(lines[line].text) and not _quoted(entry.title):
        score -= 1.5
    if line in furniture.lines:
        score -= 0.5
    # Of equal places the first is the heading; a running head repeats it on later pages.
    score -= 1e-4 * line / len(lines)
    return Match(i, line, count, byline_lines, similarity, score, tuple(evidence))


def _signs_below(entry: Entry, first: int, lines: Sequence[Line], furniture: Furniture) -> Iterator[tuple[float, str]]:
    """Yield what the lines below a title say for it, and how much that weighs."""
    authors = key_of(entry.authors or "")
    following = [j for j in range(first, min(first + 8, len(lines))) if j not in furniture.lines][:6]
    signed = False
    for j in following:
        text = lines[j].text
        if is_date_line(text):
            yield 1.5, message("date below it")
            return
        if is_foreign(text):
            continue
        if fields := read_fields(text):
            if not signed:
                named = any(len(key := key_of(field.value)) >= 2 and key in authors for field in fields)
                yield (2.5, "authors below it") if named else (1.0, "byline below it")
            signed = True
        elif authors and _names(lines[j], authors):
            if not signed:
                yield 2.5, message("authors below it")
            signed = True
        elif not authors and is_byline(text):
            if not signed:
                yield 1.0, message("byline below it")
            signed = True
        elif len(text) > 60 or "。" in text:
            return


def _sign_above(entry: Entry, above: int, lines: Sequence[Line], furniture: Furniture) -> tuple[float, str]:
    """Return what the line above a title says for it: some print the authors there."""
    if above < 0 or above in furniture.lines:
        return 0.0, ""
    authors = key_of(entry.authors or "")
    if authors:
        return (2.0, message("authors above it")) if _names(lines[above], authors) else (0.0, "")
    return (0.0, _BYLINE_ABOVE) if is_byline(lines[above].text) else (0.0, "")


def _quoted(text: str) -> bool:
    """Whether a line is one title in 书名号, as a text names another text."""
    return text.lstrip().startswith("《") and text.rstrip(" 。；，、").endswith("》")


def _names(line: Line, authors: str) -> bool:
    return len(line.key) >= 2 and names_authors(line.key, authors)
