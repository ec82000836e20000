"""Work that is seldom meant: keys that are added up, years that are numbers, text in the order of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.names import words_of

_OF_KEYS = re.compile(r"\b(sum|avg|median)\(\s*(\w+)\s*\)", re.IGNORECASE)
_OVER_KEYS = re.compile(r"/\s*(\w+)")
_LIMITED = re.compile(r"\b(\w+)\s*(?:[<>]=?)\s*(\d+)\b")
_BEFORE = 7
_LIMITING = frozenset(
    """
    is are be being has have to than of the at from over above under below beyond more less greater larger higher lower
    smaller bigger equal between and or least most up not no exceeding exceeds exceed after before past starting
    beginning ending column value values whose with must should that which
    number numbers
    """.split()
)
"""Words between a key and its limit; another verb there is of something else: *ids that ran up over 300*."""
_CHOSEN = re.compile(r"\bsum\(CASE WHEN [^()]*(?:\([^()]*\))?[^()]* THEN (\w+)", re.IGNORECASE)
_COMPARED = re.compile(r"(\w+\([^()]*\)|\w+)\s*(?:=|<>|[<>]=?|between)\s*'?(\d{4})\b'?", re.IGNORECASE)
_GOES_ON = frozenset("on onward onwards forward to until till through and up or - –".split())  # noqa: RUF001
_STARTS = frozenset({"starting", "beginning", "dating", "away", "reaching"})
_QUOTED = re.compile(r"'(\d+(?:\.\d+)?)'")
_FIRST, _LAST = 1900, 2100
_EXTREME = re.compile(r"\b(?:max|min)\(\s*(\w+)\s*\)", re.IGNORECASE)
_GRADED = frozenset("highest largest biggest greatest lowest smallest newest oldest latest earliest".split())
_HOUR = re.compile(r"\b(?:hour|minute)\(\s*(\w+)\s*\)", re.IGNORECASE)
_KINDS = frozenset("number whole_number integer digits text decimal boolean euros".split())
_NOTHING = frozenset("none unknown missing null empty".split())
_AS_KIND = re.compile(r"\bas (?:an? (?:whole |proper |real )?(?:number|integer|text|decimal|boolean)|digits|euros)\b")
_TYPED = re.compile(r"\bas (?:an? )?(?:whole |proper |real )?(?:number|integer|decimal|int|date|timestamp|boolean)s?\b")
_CONVERTS = re.compile(r"cast|parse|to_date|date|round|floor|case when|[<>=]")
_MONEY = frozenset({"revenue", "income", "turnover", "earnings", "proceeds"})
_COUNTS = frozenset({"count", "number", "passenger"})


def strange_keys(evidence: Evidence) -> Iterator[str]:
    """A sum or an average of a key."""
    text = " ".join(evidence.formulas)
    chosen = [("sum", column) for column in _CHOSEN.findall(text)]
    for function, column in (*_OF_KEYS.findall(text), *chosen):
        words = words_of(column)
        is_key = len(words) > 1 and words[-1] in KEY_WORDS and words[0] not in _COUNTS
        if is_key and column.lower() in evidence.types:
            yield f"it computes the {function.lower()} of {column}, which is a key"
    for column in _OVER_KEYS.findall(text):
        is_key = len(words_of(column)) > 1 and words_of(column)[-1] in KEY_WORDS
        if is_key and column.lower() in evidence.types:
            yield f"it divides by {column}, which is a key"
    for column, digits in _LIMITED.findall(text):
        is_key = words_of(column)[-1] in KEY_WORDS and column.lower() in evidence.types
        if is_key and not _is_limit_said_of(evidence, column, digits):
            yield f"it compares {column} with {digits}, which is a key"


def _is_limit_said_of(evidence: Evidence, column: str, digits: str) -> bool:
    """``booking_id over 300``: the key stands close before its limit."""
    last = words_of(column)[-1]
    for place, word in enumerate(evidence.words):
        if word != digits:
            continue
        for i in range(place - 1, max(place - _BEFORE, 0) - 1, -1):
            named = words_of(evidence.tokens[i].text)
            if last in named or last in (one.removesuffix("s") for one in named):
                return True
            if evidence.tokens[i].is_word and evidence.words[i] not in _LIMITING:
                break
    return False


def strange_years(evidence: Evidence) -> Iterator[str]:
    """``in 2025`` as a number, ``above 1500 metres`` as a year."""
    for left, digits in _COMPARED.findall(" ".join(evidence.formulas)):
        said = f"it compares {left} with {digits}"
        is_year = "year" in left.lower() or {"year", "yr"} & set(words_of(left.strip("()")))
        if left.lower().startswith("year(") and (not _FIRST <= int(digits) <= _LAST or _has_unit(evidence, digits)):
            yield said
        elif not is_year and _FIRST <= int(digits) <= _LAST and _is_said_as_year(evidence, digits):
            yield said


def _has_unit(evidence: Evidence, digits: str) -> bool:
    places = [n for n, word in enumerate(evidence.words) if word == digits]
    behind = [evidence.tokens[n + 1].lemma for n in places if n + 1 < len(evidence.tokens)]
    return any(word in UNITS or word in ("metre", "meter", "m", "km", "kg") for word in behind)


def _is_said_as_year(evidence: Evidence, digits: str) -> bool:
    places = [n for n, word in enumerate(evidence.words) if word == digits and n]
    return any(evidence.words[n - 1] in ("in", "of", "during", "for", "from", "year") for n in places)


def strange_text(evidence: Evidence) -> Iterator[str]:
    """Text that is compared with a number, or whose largest value is taken."""
    said = {str(token.value) for token in evidence.tokens if token.kind == "number"}
    for digits in _QUOTED.findall(" ".join(evidence.formulas)):
        if digits in said:
            yield f"{digits} is compared as text"
    if not _GRADED & set(evidence.words):
        return
    for column in _EXTREME.findall(" ".join(evidence.formulas)):
        if evidence.types.get(column.lower()) == "string":
            yield f"{column} is text, whose largest value is the last of the alphabet"
    keys = {name for ref in evidence.said.tables for name in evidence.relations.key(ref)}
    for kind, fields in evidence.steps:
        items = fields.get("by" if kind == "sort" else "order_by") or ()
        first = next((str(item).split()[0] for item in cast("list[Any]", items)), "")
        if evidence.types.get(first.lower()) == "string" and first not in keys and _looks_like_numbers(evidence, first):
            yield f"{first} is text, and in the order of the alphabet"


def _looks_like_numbers(evidence: Evidence, column: str) -> bool:
    for ref in evidence.spec.sources.values():
        profile = evidence.said.tables[ref].profile.columns.get(column)
        values = [str(value) for value in profile.values] if profile else []
        low = str(profile.minimum) if profile and profile.minimum is not None else ""
        if any(any(char.isdigit() for char in value) for value in (*values[:3], low)):
            return True
    return False


def strange_codes(evidence: Evidence) -> Iterator[str]:
    """``with source A``: a code in capitals that is nowhere in the plan."""
    for place, token in enumerate(evidence.tokens):
        if not place or token.kind != "word" or not token.text.isupper() or len(token.text) > 1:
            continue
        if "z" in evidence.words[place + 1 : place + 3]:  # the alphabet
            continue
        links = evidence.links(place - 1, 1)
        held = [one.value for one in evidence.said.value(place)[1] if one.table in evidence.spec.sources.values()]
        if links and links[0].column and (held or token.text == "A"):
            if not re.search(rf"'{re.escape(token.lower)}'", evidence.text):
                yield f"{token.text} is nowhere in it"


def strange_names(evidence: Evidence) -> Iterator[str]:
    """Columns that are called by a kind of value: ``as a whole number`` is no new name."""
    text = " ".join(evidence.words)
    for kind, fields in evidence.steps:
        found = _new_names(kind, fields)
        yield from (f"a column is called {name!r}" for name in found if "," in name)
        for name in found:
            is_layout = name.lower() in ("rows", "columns", "cells") and f"{name.lower()} =" in text
            if is_layout or name.lower() in _NOTHING or (name.lower() in _KINDS and re.search(_AS_KIND, text)):
                yield f"a column is called {name}"
    if (said := _TYPED.search(text)) and not _CONVERTS.search(
        f"{evidence.text} {[kind for kind, _ in evidence.steps]}"
    ):
        yield f"nothing is converted by it, yet the prompt says {said[0]!r}"


def _new_names(kind: str, fields: Mapping[str, Any]) -> list[str]:
    if kind in ("derive", "aggregate", "window"):
        return [str(name) for name in cast("dict[str, Any]", fields.get("columns") or fields.get("measures") or {})]
    items = cast("list[Any]", fields.get("columns") or ()) if kind == "select" else []
    return [str(name) for item in items if isinstance(item, dict) for name in cast("dict[str, str]", item)]


def strange_parts(evidence: Evidence) -> Iterator[str]:
    """Groups of amounts, hours of dates, windows over the values that they compare."""
    for column in _HOUR.findall(" ".join(evidence.formulas)):
        if evidence.types.get(column.lower()) == "date":
            yield f"{column} has no time of day"
    for kind, fields in evidence.steps:
        keys = cast("list[str]", fields.get("by") or ()) if kind == "aggregate" else fields.get("partition_by") or ()
        yield from (f"it groups by the amounts in {name}" for name in keys if _is_amount(evidence, name))
        formulas = " ".join(map(str, cast("dict[str, Any]", fields["columns"]).values())) if kind == "window" else ""
        for name in keys if formulas else ():
            if re.search(rf"\b{re.escape(name)}\b", formulas, re.IGNORECASE):
                yield f"{name} is compared within rows of the same {name}"


def _is_amount(evidence: Evidence, name: str) -> bool:
    type_ = evidence.types.get(name.lower(), "")
    return type_ in ("double", "float") or (is_number(type_) and words_of(name)[-1] == "count")


def strange_sets(evidence: Evidence) -> Iterator[str]:
    """``with an e-mail but no promo code`` as values of one column without those of another of the same rows."""
    steps = {step.name: step.step.model_dump(by_alias=True) for step in evidence.spec.steps}
    for kind, fields in evidence.steps:
        sides = cast("list[str]", fields.get("of") or ()) if kind in ("except", "intersect") else []
        roots = {_root(steps, side) for side in sides}
        columns = {tuple(_origins(steps.get(side, {}))) for side in sides}
        if len(sides) > 1 and len(roots) == 1 and len(columns) > 1:
            first, second = sorted(columns)[:2]
            yield f"it compares {' and '.join(first)} with {' and '.join(second)} of other rows"


def _root(steps: Mapping[str, Mapping[str, Any]], name: str) -> str:
    """The source that a chain of steps begins with."""
    while name in steps and isinstance(steps[name].get("from"), str):
        name = str(steps[name]["from"])
    return name


def _origins(fields: Mapping[str, Any]) -> list[str]:
    """Columns that a choice of columns takes, by the names that they had."""
    items = cast("list[Any]", fields.get("columns") or ())
    return [
        str(next(iter(cast("dict[str, str]", item).values()))) if isinstance(item, dict) else str(item)
        for item in items
    ]


def empty_keys(evidence: Evidence) -> Iterator[str]:
    """A ranking of groups of which one has no key: it may win without being anybody."""
    kinds = [kind for kind, _ in evidence.steps]
    if "top" not in kinds or "is not null" in evidence.text:
        return
    for kind, fields in evidence.steps[: kinds.index("top")]:
        for name in cast("list[str]", fields.get("by") or ()) if kind == "aggregate" else ():
            profiles = [evidence.said.tables[ref].profile.columns.get(name) for ref in evidence.spec.sources.values()]
            if all(profile is not None and profile.nulls for profile in profiles):
                yield f"rows without {name} are one of the groups"


def merged_empties(evidence: Evidence) -> Iterator[str]:
    """Duplicates by a key that some rows do not have: of all of these one row would be left."""
    sources = evidence.spec.sources
    for kind, fields in evidence.steps:
        keys = cast("list[str]", fields.get("by") or ()) if kind == "dedupe" else []
        profiles = [profile for ref in sources.values() for name in keys
                    if (profile := evidence.said.tables[ref].profile.columns.get(name)) is not None]  # fmt: skip
        is_kept_apart = "is not null" in evidence.text or "coalesce" in evidence.text
        if len(keys) == 1 and profiles and all(profile.nulls for profile in profiles) and not is_kept_apart:
            yield f"of all rows without {keys[0]} it keeps only one"


def open_ends(evidence: Evidence) -> Iterator[str]:
    """``bookings from 2024`` as all since 2024, where there are later ones: those of 2024 alone may be meant."""
    for place, word in enumerate(evidence.words[:-1]):
        month = MONTHS.get(evidence.words[place + 1], 0) if word == "from" else 0
        at = place + 1 + bool(month)
        year = evidence.tokens[at].value if word == "from" and at < len(evidence.tokens) else None
        is_year = isinstance(year, int) and _FIRST <= year <= _LAST
        behind = evidence.words[at + 1] if at + 1 < len(evidence.words) else ""
        if not is_year or behind in _GOES_ON or evidence.words[place - 1] in _STARTS:
            continue
        first = f"{year}-{month:02d}" if month else str(year)
        if re.search(rf">=\s*(?:date\s*'|'|timestamp\s*')?{first}", evidence.text) and _latest(evidence) > first + "~":
            yield f"{evidence.said.text(place, at + 1)!r} may mean that time alone"


def _latest(evidence: Evidence) -> str:
    """The last date of the columns that the plan filters by."""
    said = " ".join(str(fields.get("where", "")) for kind, fields in evidence.steps if kind == "filter")
    found = [
        max(str(profile.maximum or ""), *map(str, profile.values), "")
        for ref in evidence.spec.sources.values()
        for name, profile in evidence.said.tables[ref].profile.columns.items()
        if is_time(evidence.types.get(name.lower(), "")) and name in said
    ]
    return max(found, default="")


_SO_MANY = r"(?:more than|at least|over|exactly|at most|fewer than|less than|no more than) \w+"
_AND_ALSO = re.compile(
    rf"{_SO_MANY} \w+ and (?:no|without|with|a|an|any|who|that|which)\b"
    rf"|\b(?:with no|without|with an?|with any) \w+ (?:who|that|which) (?:have|has|had|made|placed|got) {_SO_MANY}"
)


def chosen_early(evidence: Evidence) -> Iterator[str]:
    """``patients with more than one contact and no phone``: of which contacts there are so many is not said."""
    kinds = [kind for kind, _ in evidence.steps]
    if "aggregate" not in kinds or not _AND_ALSO.search(" ".join(evidence.words)):
        return
    first = kinds.index("aggregate")
    if "filter" in kinds[:first] and "filter" in kinds[first:]:
        yield "rows are chosen before they are counted"


def strange_limits(evidence: Evidence) -> Iterator[str]:
    """``only wards with at least 33 shifts`` of groups that are smaller than a ward."""
    keys = [by for by in _limited(evidence) if len(by) > 1]
    for place, word in enumerate(evidence.words[:-2]):
        links = evidence.links(place + 1, 1) if word in ("only", "for") and keys else []
        wanted = {link.column.lower() for link in links if link.column}
        wanted |= {key for link in links if not link.column for key in evidence.keys(link.table)}
        own = [{c.name.lower() for c in evidence.said.tables[link.table].schema} for link in links if not link.column]
        is_one = any(set(keys[0]) <= names for names in own)  # what tells of it and nothing finer
        if wanted & set(keys[0] if keys else ()) and not is_one and evidence.words[place + 2] in ("with", "having"):
            yield f"the limit is on groups that are smaller than one {evidence.tokens[place + 1].lemma}"


def _limited(evidence: Evidence) -> Iterator[list[str]]:
    """By what the groups are made of which a filter keeps some."""
    by: list[str] = []
    for kind, fields in evidence.steps:
        if kind == "aggregate":
            by = [str(name).lower() for name in fields.get("by") or ()]
        elif kind == "filter" and by:
            yield by


def strange_owners(evidence: Evidence) -> Iterator[str]:
    """``vessels whose sailings were never cancelled`` as sailings; ``ticket revenue`` as a count."""
    text = " ".join(evidence.words)
    kinds = {kind for kind, _ in evidence.steps}
    if re.search(r"\bwhose \w+ (?:were|was|are|is|have|had) (?:never|not)\b", text) and "aggregate" not in kinds:
        if " anti" not in evidence.text and "except" not in kinds:
            yield "rows are left out, yet their owners are meant"
    money = sorted(_MONEY & set(evidence.words))
    if money and "sum(" not in evidence.text and "count(" in evidence.text:
        if not any(money[0] in words_of(name) for name in evidence.types):
            yield f"it counts rows for {money[0]!r}"
    if re.search(r"\b(?:that|which|who) (?:has|have|had) it\b|\bit belongs to\b", text) and "aggregate" in kinds:
        if not kinds & {"top", "window", "dedupe", "sessions"} and "max_by" not in evidence.text:
            yield "it shows a value without the row that has it"


def strange_moments(evidence: Evidence) -> Iterator[str]:
    """A gap in days between values that are no dates."""
    for left, right in re.findall(r"datediff\((\w+), lag\((\w+)", " ".join(evidence.formulas)):
        types = [evidence.types.get(name.lower(), "date") for name in (left, right)]
        if not all(is_time(type_) for type_ in types):
            yield f"{left} is no date"


LOOKS: tuple[Look, ...] = (
    strange_keys,
    strange_years,
    strange_text,
    strange_codes,
    strange_names,
    strange_parts,
    strange_sets,
    empty_keys,
    merged_empties,
    open_ends,
    chosen_early,
    strange_limits,
    strange_owners,
    strange_moments,
)
