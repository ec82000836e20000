"""What a plan may have turned round: exclusions, orders, a part for the whole, rows of another table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from datamorph.core.datatype import is_time
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.directions import SUPERLATIVES
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import TAILLESS, words_of

_NOT = frozenset("not excluding exclude except without nor neither".split())
_OVER = frozenset("the a any in from by via of on".split())
_TIES = frozenset({"and", "or", "nor", ","})
_FAR = 4
_CLAUSE_ENDS = frozenset({".", ";", ":", ",", "!", "?", "and", "then"})
_TAKING = frozenset("filter filtering weed weeding throw throwing leave leaving take taking cut cutting sift".split())
_PARTS = (("of", "which"), ("of", "those"), ("of", "these"), ("of", "them"))
_DENIALS = (("where", "not"), ("but", "not"), ("if", "not"))
_LEADING = (("many",), ("and",), (",",))
_MORE = (
    ("and", "those"), ("and", "the", "ones"), ("and", "also", "all"), ("and", "all", "with"), ("also", "keep"),
    *(("also", word) for word in ("stay", "stays", "kept", "count", "counts", "qualify", "qualifies", "remains")),
    *(("stay", "also"), ("stays", "also"), ("keep", "also")),
)  # fmt: skip
_COUNTS = (("number", "of"), ("how", "many"), ("count", "of"))
_ONE_OF = (("exactly", "one", "of"), ("least", "one", "of"), ("most", "one", "of"))
_PARTLY = re.compile(r"count_if|case\s+when|filter\s*\(|sum\s*\(\s*if", re.IGNORECASE)
_OF_FLAGS = re.compile(r"count\(\s*distinct\s+(\w+)\s*\)", re.IGNORECASE)
DENIED = re.compile(r"\bnot\s*\((?:[^()]|\([^()]*\))*\)|\bnot in\s*\([^()]*\)|<>\s*'[^']*'", re.IGNORECASE)
_MEASURED = re.compile(r"\b(?:sum|avg)\((\w+)\)", re.IGNORECASE)
_COUNTED_IF = re.compile(r"count_if\((\w+) = '([^']*)'\)")
_COMPARES_ONE = re.compile(r"[<>=]=?\s*1\b")


def turned_values(evidence: Evidence) -> Iterator[str]:
    """``excluding shops in Leeds and online sales``: what is left out, and is not asked for."""
    used = _kept_out(evidence)
    for place in range(len(evidence.words)):
        length, values = evidence.said.value(place)
        if not length or not _is_excluded(evidence, place):
            continue
        tests = [text for name, text in tests_of(evidence) if name not in used]
        for value in {value.value for value in values}:
            if any(f"'{value}'" in DENIED.sub(" ", text) for text in tests):
                yield f"it asks for {value!r}, which the prompt leaves out"


def tests_of(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The conditions of filters, by the names of their frames."""
    for named in evidence.spec.steps:
        if named.step.kind == "filter":
            yield named.name, str(named.step.model_dump(by_alias=True)["where"])


def _kept_out(evidence: Evidence) -> set[str]:
    """Frames whose rows are those that must not match."""
    return {str(fields["right"]) for kind, fields in evidence.steps if kind == "join" and fields.get("how") == "anti"}


def _is_excluded(evidence: Evidence, place: int) -> bool:
    """True for a value right behind *not*, in the list behind it, or in the clause behind *filter out*."""
    first = next((i + 1 for i in range(place - 1, -1, -1) if evidence.words[i] in _CLAUSE_ENDS), 0)
    if any(evidence.words[i] in _TAKING and evidence.words[i + 1] == "out" for i in range(first, place - 1)):
        return True
    at, left = place - 1, _FAR
    while at >= 0 and left:
        word = evidence.words[at]
        if word in _NOT:
            return True
        is_between = word in _OVER | _TIES or evidence.said.table(at) is not None or bool(evidence.said.value(at)[0])
        if not is_between:
            return False
        at, left = at - 1, left - (word not in _OVER)
    return False


def ones_as_numbers(evidence: Evidence) -> Iterator[str]:
    """``exactly one of discount or channel``: no number is compared."""
    if any(_says(evidence, phrase) for phrase in _ONE_OF) and _COMPARES_ONE.search(" ".join(evidence.formulas)):
        yield "'one of' is no number that a column is compared with"


def lost_halves(evidence: Evidence) -> Iterator[str]:
    """``settled and not settled``: both, and not one of them."""
    words = evidence.words
    names = re.findall(r"[^\W\d]\w*", " ".join(text for _, text in tests_of(evidence)))
    tested = {root(part) for name in names for part in words_of(name)}
    for place in range(3, len(words)):
        is_both = words[place - 2 : place] in (("and", "not"), ("or", "not")) and words[place - 3] == words[place]
        if is_both and words[place].isalpha() and root(words[place]) in tested:
            yield f"rows are left out by it, where both are said: {evidence.said.text(place - 3, place + 1)!r}"


def subjects_of_sets(evidence: Evidence) -> Iterator[str]:
    """``flights whose destination has no airport`` as the destinations that have none."""
    is_set = any(kind in ("except", "intersect") for kind, _ in evidence.steps)
    for place in range(1, len(evidence.words) if is_set else 0):
        found = evidence.said.table(place - 1) if evidence.words[place] == "whose" else None
        key = {name.lower() for name in evidence.relations.key(found[1])} if found is not None else set[str]()
        if found is not None and not (key and key <= {name.lower() for name in evidence.columns}):
            yield f"its rows are no {found[1].name}"


def lost_unions(evidence: Evidence) -> Iterator[str]:
    """``online sales and those with a discount``: both, and not what is both."""
    kinds = {kind for kind, _ in evidence.steps}
    text = " ".join(text for _, text in tests_of(evidence)).lower()
    found = next((phrase for phrase in _MORE if _says(evidence, phrase)), None)
    if found and "filter" in kinds and not kinds & {"union", "aggregate", "sql"} and " or " not in text:
        yield f"'{' '.join(found)}' may ask for more rows, and not for fewer"


_TELLING_ONES = frozenset({"with", "without", "that", "who", "whose", "having", "not", "where", "which"})
_NEXT = frozenset({",", "next", "to", "it", "beside", "besides", "them", "the", "also", "then", "that"})


def lost_parts(evidence: Evidence) -> Iterator[str]:
    """``how many shops, and how many of those in Leeds``: a part is counted beside all."""
    measures = [str(fields["measures"]) for kind, fields in evidence.steps if kind == "aggregate"]
    if not measures or _PARTLY.search(" ".join(measures)) or "sql" in {kind for kind, _ in evidence.steps}:
        return
    spots = [place for place in range(len(evidence.words)) for phrase in _PARTS if _stands(evidence, place, phrase)]
    is_part = any(evidence.words[at + 1] == "which" or evidence.words[at - 1 : at] in _LEADING for at in spots)
    filters = " ".join(text for _, text in tests_of(evidence))
    is_beside = " in (" not in filters and " or " not in filters.lower() and "count(" in " ".join(measures).lower()
    is_part = is_part or (is_beside and any(_is_of_ones(evidence, at) for at in range(len(evidence.words) - 1)))
    if is_part and filters:
        yield "nothing in it counts a part beside all"
    if any(_is_again(evidence, place, filters) for place in range(1, len(evidence.words))):
        yield "it has one total, where that of a part is asked for beside it"
    cues = [place for place in range(len(evidence.words)) for phrase in _COUNTS if _stands(evidence, place, phrase)]
    is_second = any(
        evidence.words[second - 1] in ("and", ",") and not set(evidence.words[first:second]) & {".", "?", ":", ";"}
        for first, second in pairwise(cues)
    )
    counts = " ".join(measures).lower().count("count(")
    if len(cues) > 1 and is_second and counts == 1 and any(True for _ in tests_of(evidence)):
        yield "it has one count, where several are asked for"


def _is_of_ones(evidence: Evidence, place: int) -> bool:
    """``the sales per shop and, next to it, those without a discount``: others than those that were told."""
    words = evidence.words
    if words[place] not in ("those", "ones") or words[place + 1] not in _TELLING_ONES:
        return False
    before = place - 1
    while before > 0 and words[before] in _NEXT:
        before -= 1
    return before > 0 and words[before] == "and"


def _is_again(evidence: Evidence, place: int, filters: str) -> bool:
    """``total amount and online amount``: the same column of some rows, beside that of all."""
    length, values = evidence.said.value(place)
    if (
        not length
        or evidence.words[place - 1] not in ("and", "of")
        or not any(f"'{v.value}'" in filters for v in values)
    ):
        return False
    again = {link.column for link in evidence.links(place + length, 1) if link.score >= TAILLESS}
    before = {link.column for at in range(place) for link in evidence.links(at, 1) if link.score >= TAILLESS}
    measured = {name.lower() for name in _MEASURED.findall(" ".join(evidence.formulas))}
    return bool({name.lower() for name in again & before} & measured)


def split_parts(evidence: Evidence) -> Iterator[str]:
    """``number of online sales and total of phone sales``: each number of its own rows."""
    filters = " ".join(text for _, text in tests_of(evidence))
    for column, value in _COUNTED_IF.findall(" ".join(evidence.formulas)):
        other = re.search(rf"\b{column} = '([^']*)'", filters)
        if other is not None and other[1] != value:
            yield f"it counts {value!r} among rows of {other[1]!r}"


def counted_flags(evidence: Evidence) -> Iterator[str]:
    """``how many scrapped``: rows where that is so, and not how many answers there are."""
    for name in _OF_FLAGS.findall(" ".join(evidence.formulas)):
        if evidence.types.get(name.lower()) == "boolean":
            yield f"it counts the different values of {name}, which are yes and no"


def turned_orders(evidence: Evidence) -> Iterator[str]:
    """``the 3 oldest shops, newest first``, ``latest month first``: the order that is said, of the key that is said."""
    order = last_order(evidence)
    for place, word in enumerate(evidence.words):
        found = SUPERLATIVES.match(evidence.tokens, place) if order else None
        if found is None:
            continue
        behind = place + found[0]
        middle = evidence.words[behind] if evidence.words[behind + 1 : behind + 2] == ("first",) else ""
        if not (middle or evidence.words[behind : behind + 1] == ("first",)):
            continue
        is_of_time = found[1][1]  # ``the most common channel first`` is by how many, and not by channel
        named = [d for name, d in order if is_of_time and middle and middle in name.lower().split("_")]
        own = [is_desc for name, is_desc in order if not _is_key(evidence, name)] or [is_desc for _, is_desc in order]
        if (named and found[1][0] not in named) or (not middle and found[1][0] not in own):
            yield f"the rows do not stand in the order that {word!r} first asks for"


def _is_key(evidence: Evidence, name: str) -> bool:
    """True for a key of the tables, which only decides between equals."""
    return name.lower() in evidence.types and words_of(name)[-1] in KEY_WORDS


def numbers_in_letters(evidence: Evidence) -> Iterator[str]:
    """``A to Z`` of dates or of numbers."""
    is_said = any(_says(evidence, phrase) for phrase in (("a", "to", "z"), ("z", "to", "a"), ("a-z",), ("z-a",)))
    names = [name.lower() for name, _ in last_order(evidence)]
    measured = {name.lower() for kind, fields in evidence.steps if kind == "aggregate" for name in fields["measures"]}
    if is_said and names and (names[0] in measured or evidence.types.get(names[0], "string") != "string"):
        yield f"it sorts by {names[0]}, which has no letters"


def last_order(evidence: Evidence) -> Sequence[tuple[str, bool]]:
    """The columns that the rows of the result stand in the order of, each with whether its largest come first."""
    for kind, fields in reversed(evidence.steps):
        said: Any = fields.get("by") if kind == "sort" else fields.get("order_by") if kind == "top" else None
        if said:
            return [(str(one).removesuffix(" desc"), str(one).endswith(" desc")) for one in cast("list[object]", said)]
    return []


def lone_dates(evidence: Evidence) -> Iterator[str]:
    """``select the shops opened in 2020``: the date tells which, and is not all that is shown."""
    columns = [name.lower() for name in evidence.columns]
    if len(columns) != 1 or not is_time(evidence.types.get(columns[0], "")):
        return
    is_tested = any(columns[0] in text.lower() for _, text in tests_of(evidence))
    is_named = columns[0] in evidence.words or "date" in evidence.words or "dates" in evidence.words
    if is_tested and not is_named:
        yield f"it shows only {columns[0]}"


def rows_of_others(evidence: Evidence) -> Iterator[str]:
    """``products sold after May``: each product once, and not a row for each sale."""
    kinds = {kind for kind, _ in evidence.steps}
    if kinds & {"aggregate", "dedupe", "top", "window", "union", "sql", "pivot", "unpivot", "explode"}:
        return
    named = {found[1] for place in range(len(evidence.words)) if (found := evidence.said.table(place)) is not None}
    joins: list[Mapping[str, Any]] = [fields for kind, fields in evidence.steps if kind == "join"]
    if len(joins) != 1 or joins[0].get("how") not in ("left", "inner") or len(named) != 1:
        return
    left, right = (evidence.spec.sources.get(str(joins[0][side])) for side in ("left", "right"))
    if left is not None and right in named and left not in named:
        yield f"its rows are those of {left.name}"


def lost_once(evidence: Evidence) -> Iterator[str]:
    """``each county once``: the county, and not whole rows."""
    dedupes = [fields for kind, fields in evidence.steps if kind == "dedupe"]
    is_of = any(_says(evidence, (word, "of")) for word in ("repeats", "duplicates", "repetition", "repetitions"))
    if is_of and dedupes and not dedupes[0].get("by"):
        yield "whole rows are kept once, whatever is the same in them"
    if "once" not in evidence.words or not {"each", "every"} & set(evidence.words[: evidence.words.index("once")]):
        return
    kinds = [kind for kind, _ in evidence.steps]
    place = evidence.words.index("once")
    columns = [link for at in range(max(place - _FAR, 0), place) for link in evidence.links(at, 1)
               if link.column and link.score >= TAILLESS]  # fmt: skip
    if columns and dedupes and not dedupes[0].get("by") and "select" not in kinds:
        yield "each row is kept once, whatever else it holds"


def open_denials(evidence: Evidence) -> Iterator[str]:
    """``where not online and quantity over 1``: neither, or not online while the quantity is."""
    words = evidence.words
    for place in range(1, len(words)):
        length = evidence.said.value(place + 1)[0] if words[place - 1 : place + 1] in _DENIALS else 0
        behind = place + 1 + length
        is_column = any(link.column for link in evidence.links(behind + 1, 1))
        if length and is_column and words[behind] == "and":
            yield f"it is open whether {evidence.tokens[behind + 1].text!r} is denied too"


def _says(evidence: Evidence, phrase: Sequence[str]) -> bool:
    return any(_stands(evidence, place, phrase) for place in range(len(evidence.words)))


def _stands(evidence: Evidence, place: int, phrase: Sequence[str]) -> bool:
    return evidence.words[place : place + len(phrase)] == tuple(phrase)


LOOKS: tuple[Look, ...] = (
    turned_values,
    ones_as_numbers,
    lost_halves,
    subjects_of_sets,
    lost_unions,
    lost_parts,
    split_parts,
    counted_flags,
    turned_orders,
    numbers_in_letters,
    lone_dates,
    rows_of_others,
    lost_once,
    open_denials,
)
