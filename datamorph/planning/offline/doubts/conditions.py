"""Conditions that a plan may have taken apart, put on other rows than are meant, or made impossible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from datamorph.core.datatype import is_time
from datamorph.core.expression import Binary, ExpressionError, Literal, Node
from datamorph.core.expression_parser import parse_expression
from datamorph.core.table import TableRef
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.doubts.turned import DENIED, tests_of
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.words import VERBS
from datamorph.planning.offline.name_keys import OF_DATES
from datamorph.planning.offline.names import words_of

_EXCLUDES = frozenset(
    "except excluding exclude ignoring ignore remove removing drop dropping omit omitting but".split()
)
_OTHER_THAN = (("other", "than"), ("apart", "from"), ("not", "named"), ("not", "called"), ("leaving", "out"))
_ENDS = frozenset(
    {",", ".", ";", ":", "(", ")", "and", "or", "nor", "per", "then", "group", "sorted", "ordered", "each"}
)
_LACKING = frozenset({"without", "no", "never", "lacking"})
_WHOLE = (
    ("and", "overall"),
    ("and", "in", "total"),
    ("and", "in", "all"),
    ("and", "altogether"),
    ("and", "all", "time"),
)
_PARTLY = re.compile(r"count_if|case\s+when|filter\s*\(", re.IGNORECASE)
_OF_ROWS = frozenset(map(root, ("changed", "updated", "modified", "loaded", "refreshed", "synced", "inserted")))
"""What is done to rows, and not by what they are of."""
_DOERS = frozenset("who that which have has were was had members customers people".split())
_YEAR = len("2024")
_COSTING = frozenset({"cost", "costs", "costing"})
_LOWER, _UPPER = frozenset({">", ">="}), frozenset({"<", "<="})


def half_excluded(evidence: Evidence) -> Iterator[str]:
    """``except for online sales in York``: what is left out is all of that, and nothing of it is asked for."""
    for start in _exclusions(evidence):
        end = next((i for i in range(start, len(evidence.words)) if evidence.words[i] in _ENDS), len(evidence.words))
        said = [text for i in range(start, end) if (text := _condition_at(evidence, i))]
        for _, text in tests_of(evidence):
            denied = " ".join(DENIED.findall(text))
            rest = DENIED.sub(" ", text)
            if denied and any(one in denied for one in said) and (kept := [one for one in said if one in rest]):
                yield f"it asks for {kept[0]}, which is said of what is left out"


def _exclusions(evidence: Evidence) -> Iterator[int]:
    """Where what is left out begins."""
    for place, word in enumerate(evidence.words):
        if word in _EXCLUDES:
            yield place + 1
        if evidence.words[place : place + 2] in _OTHER_THAN:
            yield place + 2


def _condition_at(evidence: Evidence, place: int) -> str:
    """A value, a number or a date as it stands in a condition; empty for anything else."""
    length, values = evidence.said.value(place)
    if length:
        return f"'{values[0].value}'"
    token = evidence.tokens[place]
    flags = [link.column for link in evidence.links(place, 1) if evidence.types.get(link.column.lower()) == "boolean"]
    if flags:
        return flags[0]
    is_number = token.kind == "number" and isinstance(token.value, int | float)
    return f"{'' if is_number and len(token.text) == _YEAR else ' '}{token.text}" if is_number else ""


def lost_absences(evidence: Evidence) -> Iterator[str]:
    """``shops not in Leeds and without members``: rows that have none there."""
    kinds = {kind for kind, _ in evidence.steps}
    if kinds & {"aggregate", "sql"} or not any(kind == "join" for kind, _ in evidence.steps):
        return
    if any(fields.get("how") == "anti" for _, fields in evidence.steps):
        return
    for place, (tie, word) in enumerate(pairwise(evidence.words[:-1]), 1):
        found = evidence.said.table(place + 1) if word in _LACKING and tie in ("and", "but", "or") else None
        if found is not None and found[1] in evidence.spec.sources.values() and " is null" not in evidence.text:
            yield f"nothing in it is without {found[1].name}"


def shared_bounds(evidence: Evidence) -> Iterator[str]:
    """``neither discount nor a quantity over 2``: the number is no limit of the first."""
    words = evidence.words
    if "neither" not in words or "nor" not in words or "is null" in evidence.text:
        return
    first, second = words.index("neither"), words.index("nor")
    is_of_second = not any(t.kind == "number" for t in evidence.tokens[first:second])
    if is_of_second and any(t.kind == "number" for t in evidence.tokens[second:]):
        yield "a number that is said of the second is compared with the first, too"


def impossible(evidence: Evidence) -> Iterator[str]:
    """``in January and in February``: no row is in both; two times stand beside each other."""
    for _, text in tests_of(evidence):
        for column, tests in _compared(text).items():
            equal = {value for operator, value in tests if operator == "="}
            low = {value for operator, value in tests if operator in _LOWER}
            high = {value for operator, value in tests if operator in _UPPER}
            is_strict = bool({"<", ">"} & {operator for operator, _ in tests})
            if max(map(len, (equal, low, high))) > 1 or _is_beyond(low, high, is_strict=is_strict):
                yield f"rows are compared with several values of {column} at once"


def _is_beyond(low: set[str], high: set[str], *, is_strict: bool) -> bool:
    """True where the upper bound is below the lower one, or is the same and does not count itself."""
    try:
        bounds = [(float(bottom), float(top)) for bottom in low for top in high]
    except ValueError:
        return False
    return any(top < bottom or (top == bottom and is_strict) for bottom, top in bounds)


def _compared(text: str) -> dict[str, set[tuple[str, str]]]:
    """What must hold of each expression, all of it: operators with what stands on their right."""
    found: dict[str, set[tuple[str, str]]] = {}
    try:
        nodes = [parse_expression(text)]
    except ExpressionError:
        return found
    while nodes:
        node = nodes.pop()
        if isinstance(node, Binary) and node.operator == "and":
            nodes += [node.left, node.right]
        elif isinstance(node, Binary) and _is_fixed(node.right):
            value = str(node.right.value) if isinstance(node.right, Literal) else str(node.right)
            found.setdefault(str(node.left), set()).add((node.operator, value))
    return {left.partition("name='")[2].partition("'")[0] or left: tests for left, tests in found.items()}


def _is_fixed(node: Node) -> bool:
    """True for a constant, or a day of the run."""
    return isinstance(node, Literal) or "name='current_date'" in str(node)


def borrowed_times(evidence: Evidence) -> Iterator[str]:
    """``shops with sales in January``: when they were sold, and not when the shops were opened."""
    steps = evidence.steps
    halves = [fields for kind, fields in steps if kind == "join" and fields.get("how") in ("anti", "semi")]
    if not halves:
        return
    said = {root(word) for word in evidence.words if word}
    others = [_source(evidence, str(fields["right"])) for fields in halves]
    dated = [ref for ref in others if ref is not None and evidence.names.dates.get(ref)]
    for fields in halves:
        table = _source(evidence, str(fields["left"]))
        for column in evidence.names.dates.get(table, ()) if table is not None and dated else ():
            words = set(evidence.names.column_words[table, column]) - OF_DATES if table is not None else set[str]()
            is_used = any(re.search(rf"\b{re.escape(column)}\b", text) for text in _of_rows(evidence))
            if is_used and not {root(word) for word in words} & said and column.lower() not in evidence.words:
                yield f"the time in it is {column}, of which the prompt says nothing"


def borrowed_events(evidence: Evidence) -> Iterator[str]:
    """``members who joined in 2024``: not those whose row was changed then."""
    done = [word for i, word in enumerate(evidence.words) if _is_deed(evidence, i)]
    text = " ".join(_of_rows(evidence))
    for column, type_ in evidence.types.items() if done else ():
        events = {root(word) for word in words_of(column)}
        if is_time(type_) and events & _OF_ROWS and re.search(rf"\b{re.escape(column)}\b", text, re.IGNORECASE):
            others = [word for word in done if root(word) not in events | _OF_ROWS]
            yield from (f"{word!r} may be another time than {column}" for word in others)


def _is_deed(evidence: Evidence, place: int) -> bool:
    """True for ``joined`` and ``bought``, where no column or value is called so."""
    word = evidence.words[place]
    is_verb = word in VERBS or (word.endswith("ed") and len(word) > len("used"))
    is_name = bool(evidence.said.links(place, 1)) or bool(evidence.said.value(place)[0])
    return is_verb and not is_name and evidence.words[max(place - 1, 0)] in _DOERS


def _of_rows(evidence: Evidence) -> Iterator[str]:
    """The texts of conditions and of computed columns."""
    for kind, fields in evidence.steps:
        if kind == "filter":
            yield str(fields["where"])
        elif kind == "derive":
            yield from map(str, fields["columns"].values())


def _source(evidence: Evidence, frame: str) -> TableRef | None:
    """The table that a frame has its rows of."""
    inputs = {step.name: step.step for step in evidence.spec.steps}
    while frame in inputs:
        frame = inputs[frame].inputs()[0]
    return evidence.spec.sources.get(frame)


def borrowed_costs(evidence: Evidence) -> Iterator[str]:
    """``sales that cost more than 5`` by the price of what was sold."""
    words = evidence.words
    tests = " ".join(text for _, text in tests_of(evidence)).lower()
    for place in range(2, len(words)):
        is_cost = words[place] in _COSTING and words[place - 1] in ("that", "which", "who")
        before = evidence.said.table(place - 2) if is_cost else None
        if before is None:
            continue
        own = {column.name.lower() for column in evidence.said.tables[before[1]].schema}
        spots = {link.column.lower() for link in evidence.links(place, 1) if link.column}
        yield from (f"{name} is not of {before[1].name}" for name in sorted(spots - own) if name in tests)


def lost_first_days(evidence: Evidence) -> Iterator[str]:
    """``on the first day of this month``: a day that rows are of; ``this weekend`` is one of many."""
    words = evidence.words
    texts = " ".join(_of_rows(evidence))
    for place, (word, behind) in enumerate(pairwise(words)):
        if word in ("this", "next", "last", "past", "coming") and behind == "weekend":
            yield f"nothing in it is {word!r} weekend"
        at = place + 1 + (words[place + 1 : place + 2] == ("the",))
        is_edge = word in ("on", "since", "before", "after", "until") and words[at : at + 1] in (("first",), ("last",))
        at += 1 + (words[at + 1 : at + 2] == ("day",))
        is_of = is_edge and words[at : at + 1] == ("of",)
        if is_of and not any(evidence.types.get(name.lower()) and is_time(evidence.types[name.lower()])
                             for name in re.findall(r"\w+", texts)):  # fmt: skip
            yield "no day is compared in it"


def lost_wholes(evidence: Evidence) -> Iterator[str]:
    """``this year and overall``: of some rows, and of all beside them."""
    words = evidence.words
    is_said = "overall" in words or any(words[i : i + len(one)] == one for one in _WHOLE for i in range(len(words)))
    measures = [str(fields["measures"]) for kind, fields in evidence.steps if kind == "aggregate"]
    if is_said and len(measures) == 1 and not _PARTLY.search(measures[0]) and any(True for _ in tests_of(evidence)):
        yield "all its numbers are of the same rows"


def lost_months(evidence: Evidence) -> Iterator[str]:
    """``latest sale per shop and month``: rows are told apart by it, or it is lost."""
    lemmas = [token.lemma for token in evidence.tokens]
    for place in range(2, len(lemmas)):
        is_period = lemmas[place] in ("day", "week", "month", "quarter", "year") and lemmas[place - 1] in ("and", ",")
        before = lemmas[max(place - 4, 0) : place - 1]
        is_key = is_period and bool({"per", "each", "by"} & set(before))
        if is_key and not any(lemmas[place] in name for name in evidence.identifiers) and not _is_date_key(evidence):
            yield f"nothing in it is of each {lemmas[place]}"


def _is_date_key(evidence: Evidence) -> bool:
    """True where rows are grouped by a date itself."""
    return any(is_time(evidence.types.get(name, "")) for name in evidence.groups)


LOOKS: tuple[Look, ...] = (
    half_excluded,
    lost_absences,
    shared_bounds,
    impossible,
    borrowed_times,
    borrowed_events,
    borrowed_costs,
    lost_first_days,
    lost_wholes,
    lost_months,
)
