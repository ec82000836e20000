"""Columns of the result that cannot be what they are called: euros made of minutes, flags that are texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.core.datatype import is_time
from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.grammar.units import kind_of, unit_of
from datamorph.planning.offline.names import words_of

_DEFINING = frozenset({"derive", "select", "aggregate", "window"})
_WORD = re.compile(r"[^\W\d]\w*")
_MONEY = frozenset({"money", "sterling"})


def strange_units(evidence: Evidence) -> Iterator[str]:
    """``fee_eur`` as the mean of ``wait_s``, or of the time between two moments."""
    made = [pair for kind, fields in evidence.steps if kind in _DEFINING for pair in definitions(fields)]
    for name in evidence.columns:
        own = _kind(name)
        formulas, sources = _sources(evidence, name, made)
        kinds = {"time" if is_time(evidence.types[one]) else _kind(one) for one in sources}
        is_counted = any("count" in formula for formula in formulas)
        if own in _MONEY and sources and not kinds & (_MONEY | {""}) and not is_counted:
            yield f"{name} is made of {min(sources)}, which is no money"


_CLASSES = frozenset({"class", "band", "bucket", "bracket"})
_NUMBER = re.compile(r"^(?:sum|avg|median|percentile|count|count_if)\(")
_SINGLE = re.compile(r"^(?:min|max|avg|median|percentile)\(")


def rows_as_amounts(evidence: Evidence) -> Iterator[str]:
    """``visits`` as the smallest fee of the visits, ``fee_class`` as a sum.

    What is called like the rows of a table is their number; a class is none.
    """
    nouns = {ref.name.lower().rpartition("_")[2].removesuffix("s") for ref in evidence.spec.sources.values()}
    made = [pair for kind, fields in evidence.steps if kind == "aggregate" for pair in definitions(fields)]
    for name, formula in made:
        own = name.lower()
        is_rows = own.endswith("s") and own.removesuffix("s") in nouns
        if words_of(name)[-1] in _CLASSES and _NUMBER.match(formula.lower()):
            yield f"{name} is {formula}, and no class"
        if is_rows and _SINGLE.match(formula.lower()) and own.removesuffix("s") not in formula.lower():
            yield f"{name} is {formula}, and no number of rows"


_DISTINCT = re.compile(r"^count\(distinct (\w+)\)$")


def counts_of_itself(evidence: Evidence) -> Iterator[str]:
    """The number of different shops per shop, which is one."""
    tables = [(ref, evidence.said.tables[ref].schema.names) for ref in evidence.spec.sources.values()]
    for fields in (fields for kind, fields in evidence.steps if kind == "aggregate"):
        by = tuple(str(name) for name in fields.get("by") or ())
        for name, formula in definitions(fields):
            match = _DISTINCT.match(formula.lower())
            owners = [
                ref for ref, names in tables if match and match[1] in evidence.keys(ref) and set(by) <= set(names)
            ]
            if by and any(evidence.relations.is_unique(ref, by) for ref in owners):
                yield f"{name} counts the different {match[1] if match else ''} of each {by[0]}, which is one"


_COUNTING = frozenset("of many count counts counted counting number numbers total all overall how".split())


def counts_unasked(evidence: Evidence) -> Iterator[str]:
    """``list shops and the number of sales`` with the number of all shops in it."""
    for fields in (fields for kind, fields in evidence.steps if kind == "aggregate" and not fields.get("by")):
        for name in (name.casefold() for name, formula in definitions(fields) if formula.lower() == "count(*)"):
            spots = [place for place, token in enumerate(evidence.tokens) if token.text.casefold() == name]
            near = [
                {*evidence.words[max(place - 3, 0) : place], *evidence.words[place + 1 : place + 2]} for place in spots
            ]
            if spots and not any(words & _COUNTING for words in near):
                yield f"{name} is the number of all rows, which the prompt does not ask for"


_ROWS_STAY = frozenset({"filter", "derive", "select", "sort", "rename", "drop", "cast", "fill"})


def counts_of_one(evidence: Evidence) -> Iterator[str]:
    """The number of rows per shop of the table that has one row per shop."""
    for number, (kind, fields) in enumerate(evidence.steps):
        is_alone = kind in _ROWS_STAY or (kind == "join" and fields.get("how") in ("semi", "anti"))
        counts = [name for name, formula in definitions(fields) if formula.lower() == "count(*)"]
        if kind == "aggregate" and counts and (by := {str(name) for name in fields.get("by") or ()}):
            first = evidence.steps[0][1]
            ref = evidence.spec.sources.get(str(first.get("left") or first.get("from")))
            key = evidence.relations.key(ref) if ref is not None else ()
            is_first = number > 0 or str(fields.get("from")) in evidence.spec.sources
            if key and is_first and set(key) <= by:
                yield f"{counts[0]} counts the rows of each {key[0]}, which is one"
        if not is_alone:
            return


_TEXT = re.compile(r"(?:then|else) '([^']*)'", re.IGNORECASE)


def truth_as_text(evidence: Evidence) -> Iterator[str]:
    """``wet is true when ..., else false`` as the texts *wet* and *false*."""
    quoted = {token.lower for token in evidence.tokens if token.kind == "text"}
    for formula in evidence.formulas:
        texts = {text.lower() for text in _TEXT.findall(formula)}
        if texts & {"true", "false"} and not texts & quoted:
            yield f"{min(texts & {'true', 'false'})!r} is a text in it"


def _kind(name: str) -> str:
    """``money`` of a name in euros or cents; empty where no unit is in it."""
    return kind_of(unit_of(name, words_of(name)))


def _sources(evidence: Evidence, name: str, made: list[tuple[str, str]]) -> tuple[list[str], set[str]]:
    """The formulas that a column is made by, and the columns of tables in them."""
    wanted, formulas, sources = {name.lower()}, list[str](), set[str]()
    for target, formula in reversed(made):
        if target.lower() not in wanted:
            continue
        found = {word.lower() for word in _WORD.findall(formula)}
        formulas.append(formula.lower())
        wanted |= found
        sources |= found & set(evidence.types)
    return formulas, sources - {name.lower()}


LOOKS: tuple[Look, ...] = (
    counts_of_itself,
    counts_of_one,
    counts_unasked,
    rows_as_amounts,
    strange_units,
    truth_as_text,
)
