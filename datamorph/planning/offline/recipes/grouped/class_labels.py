"""What classes of a number are called: *below 100 is 'short'*, *S (< 3000)*, *thick from 45 cm*."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.recipes.bounds import Bound, gaps_between
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_dash, is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.resolve import UNITS as RESOLVE_UNITS

_SEPARATORS = frozenset({",", ";", ".", "/", "|"})
TALK = frozenset(
    """
    is are means mean = : class classes called label labelled labeled band bands bucket buckets tier group groups falls
    fall counts count become becomes gets get makes make gives inclusive exclusive km kg page pages if when it be that
    anything everything those these them value values say said with into in as for ones long title titles and or but
    """.split()
)


"""What stands around a label and is none."""
TRUTH = frozenset({"true", "false"})
"""What a column of flags holds, and no class is called."""
_PARTING = frozenset(",;:.|/")
_MARKED = frozenset({"=", "is", "are"})
_REPEATED = 2


def labels_of(brief: Brief, bounds: Sequence[Bound], shown: Sequence[Listed]) -> list[tuple[int, int]] | None:
    """Where the label of each class stands: of ranges all in front of their numbers, or all behind."""
    names = {one.place for one in shown} | {i for one in shown for i in range(one.start, one.end)}
    parted = _by_parts(brief, bounds, names)
    if parted is not None:
        return parted
    special = {one: _beside(brief, one, names) for one in bounds if one.kind != "range"}
    taken = {i for label in special.values() if label for i in range(*label)}
    ranges = _of_ranges(brief, [one for one in bounds if one.kind == "range"], names | taken | _inside(special))
    if ranges is None or not all(special.values()):
        return None
    found = iter(ranges)
    labels = [next(found) if one.kind == "range" else special[one] for one in bounds]
    return [label for label in labels if label is not None]


def _by_parts(brief: Brief, bounds: Sequence[Bound], names: set[int]) -> list[tuple[int, int]] | None:
    """The one label in the part of the enumeration that each class is told in; None where one has none, or two."""
    taken = names | _inside_all(bounds) | _units(brief, bounds)
    found: list[tuple[int, int]] = []
    for number, one in enumerate(bounds):
        left = bounds[number - 1].end if number else 0
        right = bounds[number + 1].start if number + 1 < len(bounds) else len(brief)
        if TRUTH & set(brief.words[left:right]):
            return None
        runs = _in_part(brief, one, left, right, taken)
        if len(runs) != 1:
            return None
        found.append(runs[0])
    return found if len(set(found)) == len(found) else None


def _in_part(brief: Brief, one: Bound, left: int, right: int, taken: set[int]) -> list[tuple[int, int]]:
    """What may be the label in the part around a class; parentheses behind a label hold what else is told."""
    start = next((i + 1 for i in range(one.start - 1, left - 1, -1) if _parts(brief, i)), left)
    end = next((i for i in range(one.end, right) if _parts(brief, i)), right)
    marked = [i for i in range(start, end - 1) if _is_marked(brief, i) and i not in taken]
    if len(marked) == 1:
        return [(marked[0], marked[0] + 1)]
    held = {i for first, last in _parentheses(brief, start, end) if not first < one.start < last
            for i in range(first, last)}  # fmt: skip
    return _candidates(brief, start, end, taken | held) or [
        (i, i + 1) for i in range(start, end) if i not in taken | held and _is_plain(brief, i)
    ]


def _is_plain(brief: Brief, place: int) -> bool:
    """``middle``, whatever column it may mean elsewhere."""
    token, word = brief.said.tokens[place], brief.words[place]
    no_label = TALK | GLUE | NEVER_GLUE | RESOLVE_UNITS.keys()
    return (
        token.kind == "word" and token.value is None and word not in no_label and not is_identifier(brief.said, place)
    )


def _parts(brief: Brief, place: int) -> bool:
    """True for a mark between two classes, and for *and*."""
    is_arrow = ">" in (brief.said.tokens[place].text, *(one.text for one in brief.said.tokens[place + 1 : place + 2]))
    is_break = is_dash(brief.said.tokens, place) and not is_arrow
    return brief.said.tokens[place].text in _PARTING or brief.words[place] == "and" or is_break


def _is_marked(brief: Brief, place: int) -> bool:
    """``long = 30 minutes or longer``: a word in front of the sign, whatever it means elsewhere."""
    token = brief.said.tokens[place]
    return token.kind == "word" and token.value is None and brief.said.tokens[place + 1].text == "="


def _parentheses(brief: Brief, start: int, end: int) -> Iterator[tuple[int, int]]:
    for first in (i for i in range(start, end) if brief.said.tokens[i].text == "("):
        last = next((i for i in range(first, len(brief)) if brief.said.tokens[i].text == ")"), end)
        yield first, last + 1


def _inside_all(bounds: Sequence[Bound]) -> set[int]:
    return {i for one in bounds for i in range(one.start, one.end)}


def _units(brief: Brief, bounds: Sequence[Bound]) -> set[int]:
    """Words behind the numbers of several classes: ``ml`` of *below 300 ml*, *500 ml and more*."""
    behind = [i for one in bounds for i in range(one.start + 1, one.end + 1)
              if i < len(brief) and isinstance(brief.said.tokens[i - 1].value, int | float)]  # fmt: skip
    words = [brief.words[i] for i in behind]
    plain = [i for i in behind if brief.said.tokens[i].kind == "word"]
    return {i for i in plain if words.count(brief.words[i]) >= _REPEATED or brief.lemmas[i] in UNITS}


def _inside(bounds: Iterable[Bound]) -> set[int]:
    return {i for one in bounds for i in range(one.start, one.end)}


def _beside(brief: Brief, bound: Bound, names: set[int]) -> tuple[int, int] | None:
    """The label of the rest, or of rows without a number: in the part of the sentence that speaks of them."""
    start, end = brief.clause(bound.start)
    runs = [(bound.end, end), (start, bound.start)]
    found = next((some for run in runs if (some := _candidates(brief, *run, names))), list[tuple[int, int]]())
    return found[0] if len(found) == 1 else None


def _of_ranges(brief: Brief, bounds: Sequence[Bound], names: set[int]) -> list[tuple[int, int]] | None:
    """Labels of classes between numbers."""
    spans = list(gaps_between(bounds, len(brief)))
    runs = [_candidates(brief, start, end, names) for start, end in spans]
    inner = list(zip(spans[1:-1], runs[1:-1], strict=True))
    if any(len(found) != 1 for _, found in inner):
        return None
    sides = {_side(brief, span, found[0]) for span, found in inner} or {_lone(brief, bounds[0], runs)}
    if sides == {"behind"} and runs[-1]:
        return [found[0] for found in runs[1:]]
    if sides == {"before"} and runs[0]:
        return [found[-1] for found in runs[:-1]]
    return None


def _lone(brief: Brief, bound: Bound, runs: Sequence[list[tuple[int, int]]]) -> str:
    """On which side of the only range its label is: in the same clause."""
    start, end = brief.clause(bound.start)
    before, behind = bool(runs[0] and runs[0][-1][0] >= start), bool(runs[1] and runs[1][0][0] < end)
    return "before" if before and not behind else "behind" if behind and not before else ""


def _side(brief: Brief, span: tuple[int, int], label: tuple[int, int]) -> str:
    """``behind`` where a mark follows the label, ``before`` where it stands in front of it."""
    before = any(brief.said.tokens[i].text in _SEPARATORS for i in range(span[0], label[0]))
    behind = any(brief.said.tokens[i].text in _SEPARATORS for i in range(label[1], span[1]))
    if not before and not behind:
        joins_before = "and" in brief.words[span[0] : label[0]]
        joins_behind = "and" in brief.words[label[1] : span[1]]
        before, behind = joins_before, joins_behind
    return "behind" if behind and not before else "before" if before and not behind else ""


def _candidates(brief: Brief, start: int, end: int, names: set[int]) -> list[tuple[int, int]]:
    """Runs of words that may be a label: what is quoted, else words that are no talk and no names of columns."""
    quoted = [(i, i + 1) for i in range(start, end) if brief.said.tokens[i].kind == "text" and i not in names]
    if quoted:
        return quoted
    runs: list[tuple[int, int]] = []
    for place in range(start, end):
        if not _may_label(brief, place) or place in names:
            continue
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _may_label(brief: Brief, place: int) -> bool:
    token, word = brief.said.tokens[place], brief.words[place]
    if not token.is_word or token.value is not None or word in NEVER_GLUE | {"true", "false"}:
        return False
    return (
        word not in TALK
        and word not in GLUE
        and word not in RESOLVE_UNITS
        and (brief.words[place - 1] == "=" or not _is_column(brief, place))
    )


def _is_column(brief: Brief, place: int) -> bool:
    links = [link for link in brief.said.links(place, 1) if link.table in brief.mentioned and link.score >= 0.8]  # noqa: PLR2004
    return bool(links)
