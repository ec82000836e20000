"""The weighed readings of a question with equal ones brought together, and how far the best can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.conditions import alternatives
from datamorph.planning.offline.candidates.features import bits
from datamorph.planning.offline.candidates.reading import Reading, Shape, Show
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.shapes import ROWS
from datamorph.planning.offline.candidates.text import Question

_MOST, _LEAST, _SURE = 400, 1e-4, 0.999
_MOST_REASONS = 4
_OF_MANY = frozenset({"min", "max", "avg", "sum"})
_TELLING = (
    "left: names of other tables", "left: words", "left: capital words", "left: highest", "left: lowest",
    "show: named", "show: not named", "show: head names it", "table: named", "value: column named", "value: exact",
    "value: part", "value: near", "number: column named", "number: column not named", "conditions: 0",
    "conditions: either",
)  # fmt: skip
"""Features of the best reading that tell how far it can be trusted."""
_NEVER = (
    "left: not", "left: numbers", "left: quoted", "left: average", "conditions: either of both",
    "number: compared with a key",
)  # fmt: skip
"""Features of readings that pass something over that a person would not: these are always asked about."""
_HALF, _TIE, _MOST_UNKNOWN = 0.5, 0.85, 5


@dataclass(frozen=True, slots=True)
class Weighed:
    """One meaning.

    Attributes:
        reading: the likeliest of the readings that mean it.
        probability: of all of them together.
    """

    reading: Reading
    probability: float


def weigh(search: Search) -> list[Weighed]:
    """The meanings of a question, likeliest first."""
    found: dict[object, Weighed] = {}
    for reading in search.readings(_MOST):
        key = _meaning(search, reading)
        known = found.get(key)
        found[key] = Weighed(
            known.reading if known else reading, reading.probability + (known.probability if known else 0)
        )
    return sorted(found.values(), key=lambda w: -w.probability)


def _meaning(search: Search, reading: Reading) -> object:
    """Equal for readings that have the same rows."""
    table, shape = search.tables[reading.table], reading.shape
    is_one_row = _is_one_row(search, reading)
    if is_one_row:
        shape = Shape(shape.shown, having=shape.having)

    def plain(show: Show) -> Show:
        if is_one_row and show.column != ROWS and (show.function in _OF_MANY or show.is_distinct):
            show = Show("" if show.function in _OF_MANY else show.function, show.column)
        if show.function != "count" or show.column == ROWS:
            return show
        column = table.columns[show.column]
        if not column.has_nulls and (not show.is_distinct or column.is_unique):
            return Show("count", ROWS)
        return Show("count", show.column) if column.is_unique else show

    groups = [
        tuple(sorted((hit.column, hit.operator, str(hit.values), str(hit.high)) for hit in group))
        for group in alternatives(search.question, reading.hits)
    ]
    orders = tuple((plain(show), is_descending) for show, is_descending in shape.orders)
    having = tuple((plain(show), operator, number) for show, operator, number in shape.having)
    shown = tuple(sorted((s.function, s.column, s.is_distinct) for s in map(plain, shape.shown)))
    return (reading.table, tuple(sorted(groups)), shown, tuple(sorted(shape.groups)), orders, shape.limit, having,
            shape.is_distinct)  # fmt: skip


def _is_one_row(search: Search, reading: Reading) -> bool:
    """True when the conditions leave one row at most: its extremes, averages and orders are the row itself."""
    table = search.tables[reading.table]
    groups = alternatives(search.question, reading.hits)
    return not table.joined and any(
        len(group) == 1
        and group[0].operator == "="
        and len(group[0].values) == 1
        and table.columns[group[0].column].is_unique
        for group in groups
    )


def facts(search: Search, weighed: list[Weighed]) -> dict[str, float]:
    """What tells how far the best meaning can be trusted."""
    best = weighed[0]
    second = weighed[1].probability if len(weighed) > 1 else 0.0
    found = {"always": 1.0, "odds": _logit(best.probability)}
    found["margin"] = math.log((best.probability + _LEAST) / (second + _LEAST))
    features, shape = best.reading.features, best.reading.shape
    found["several tables"] = 0.0 if search.is_alone else 1.0
    found["joined"] = 1.0 if search.tables[best.reading.table].joined else 0.0
    for name in _TELLING:
        found[name] = features.get(name, 0.0)
    found |= _passed_over(search, best.reading)
    found["groups"] = 1.0 if shape.groups else 0.0
    found["orders"] = 1.0 if shape.orders else 0.0
    found["several shown"] = 1.0 if len(shape.shown) > 1 else 0.0
    found["aggregate"] = 1.0 if any(show.function for show in shape.shown) else 0.0
    found["several conditions"] = 1.0 if len(best.reading.hits) > 1 else 0.0
    return found | _of_one(search, weighed) if search.is_alone else found


def _of_one(search: Search, weighed: list[Weighed]) -> dict[str, float]:
    """Further facts about the best reading of one table."""
    best, cues = weighed[0], search.cues
    is_plain = not any(show.function for show in best.reading.shape.shown)
    twins = sum(one.probability for one in weighed[1:] if _is_twin(best.reading, one.reading))
    counts = cues.count & ~sum(hit.mask for hit in best.reading.hits)
    names = (
        "show: only says what a value is",
        "subject: named",
        "show: named as it is written",
        "show: a column of a condition",
    )
    return {
        "one row": 1.0 if _is_one_row(search, best.reading) else 0.0,
        "twins": twins,
        "odds with twins": _logit(best.probability + twins),
        "asks for a count": 1.0 if counts else 0.0,
        "asks for a count, shows none": 1.0 if counts and is_plain else 0.0,
        "opener: none": 0.0 if cues.opener else 1.0,
        "of a subject": 1.0 if cues.is_of_subject else 0.0,
        **{name: best.reading.features.get(name, 0.0) for name in names},
    }


def _is_twin(one: Reading, other: Reading) -> bool:
    """True for readings that count the same values, once each or all of them."""

    def shown(reading: Reading) -> list[tuple[str, int]]:
        return [(show.function, show.column) for show in reading.shape.shown]

    is_same = (one.table, one.shape.groups, one.shape.orders, one.shape.having) == (
        other.table, other.shape.groups, other.shape.orders, other.shape.having)  # fmt: skip
    return is_same and set(one.hits) == set(other.hits) and shown(one) == shown(other)


def _passed_over(search: Search, reading: Reading) -> dict[str, float]:
    """Words that the reading leaves: those that nothing in the catalog is called may be about something else."""
    question, cues = search.question, search.cues
    content = question.all & ~question.stops
    left = content & ~reading.explained
    unknown = left & ~search.known
    plurals = sum(
        1 << i for i, word in enumerate(question.words) if word.fold.endswith("s") and word.fold != word.lemma
    )
    head = cues.head & content
    return {
        "left: share": bits(left) / max(bits(content), 1),
        "left: share of the head": bits(head & left) / max(bits(head), 1),
        "left: each": 1.0 if cues.per & ~reading.explained else 0.0,
        "unknown: words": min(bits(unknown), _MOST_UNKNOWN),
        "unknown: share": bits(unknown) / max(bits(content), 1),
        "unknown: plurals": min(bits(unknown & plurals), _MOST_UNKNOWN),
        "unknown: head": 1.0 if head & unknown else 0.0,
    }


_GRADES = frozenset(
    "best worst good bad better worse important interesting relevant valuable successful suspicious strange "
    "favourite favorite".split()
)


def is_doubtful(search: Search, weighed: list[Weighed]) -> bool:
    """True when the best meaning must not be taken, whatever its odds."""
    best = weighed[0]
    is_loose = not best.reading.hits and _passed_over(search, best.reading)["left: share"] >= _HALF
    rivals = [one for one in weighed[1:] if not (search.is_alone and _is_twin(best.reading, one.reading))]
    is_tie = bool(rivals) and rivals[0].probability > _TIE * best.probability
    features = best.reading.features
    is_cut = _shows_a_bare_key(search, best.reading) or _ends_early(search.question) or _grades(search, best.reading)
    return (
        is_loose
        or is_tie
        or is_cut
        or _hangs_on_numbers(search, best.reading)
        or any(features.get(name) for name in _NEVER)
    )


def _hangs_on_numbers(search: Search, reading: Reading) -> bool:
    """Numbers that any column might hold, and words that nothing in the table is called."""
    bare = reading.features.get("number: column not named", 0.0)
    is_bare = search.is_alone and bool(reading.hits) and bare == len(reading.hits)
    return is_bare and _passed_over(search, reading)["unknown: words"] > 0


def _shows_a_bare_key(search: Search, reading: Reading) -> bool:
    """``who wrote it`` where only ``writer_id`` is known of the writer: an id is no answer unless it is asked for."""
    table = search.tables[reading.table]
    for show in reading.shape.shown if not search.is_alone else ():
        if show.column == ROWS or show.function or not table.columns[show.column].is_key:
            continue
        last = len(table.columns[show.column].words) - 1
        if all(which != last for which, _ in table.matches[show.column].fits.values()):
            return True
    return False


def _ends_early(question: Question) -> bool:
    """``titles that contain`` what?"""
    return bool(question.folds) and question.folds[-1] in said.CONTAINS | said.STARTS


def _grades(search: Search, reading: Reading) -> bool:
    """``the best orders``: by what, is for the person to say."""
    table = search.tables[reading.table].match.mask
    is_shown = reading.features.get("show: not named", 0.0) == 0
    return any(
        word in _GRADES and (not is_shown or table >> (place + 1) & 1)
        for place, word in enumerate(search.question.folds)
    )


def is_foreign(search: Search, reading: Reading) -> bool:
    """True when no word names a table, a column that is used, or a value."""
    features = reading.features
    is_named = features.get("show: named", 0.0) > 0 or reading.hits or search.tables[reading.table].match.mask
    return not is_named


def reasons(reading: Reading, weights: Mapping[str, float]) -> tuple[str, ...]:
    """The features that count most, strongest first."""
    parts = [(name, weights.get(name, 0.0) * value) for name, value in reading.features.items()]
    parts.sort(key=lambda part: (-abs(part[1]), part[0]))
    return tuple(f"{name} ({gain:+.1f})" for name, gain in parts[:_MOST_REASONS] if gain)


def _logit(probability: float) -> float:
    inside = min(max(probability, 1 - _SURE), _SURE)
    return math.log(inside / (1 - inside))
