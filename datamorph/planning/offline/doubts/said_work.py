"""Words for a computation of which the plan has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.names import words_of

_NEEDS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(words.split()), pattern)
    for words, pattern in (
        ("average averages mean avg averaged", r"avg\(|/"),
        ("total totals sum sums", r"sum|count\(|total|\+|\*"),
        ("median", r"median|percentile"),
        ("running cumulative cumulated cumulatively accumulated", r"\brunning\b|row_number"),
        ("percentage percent", r"/|avg\(|\* 100"),
        ("rank ranked ranking", r"rank|row_number|\btop\b|limit|order_by"),
        ("median percentile", r"median|percentile"),
        ("rounded round", r"round\(|decimal|floor\(|ceil\("),
        ("trim trimmed", r"trim"),
        ("lowercase lowercased", r"lower|initcap"),
        ("uppercase uppercased", r"upper"),
        ("pivot crosstab", r"case when|pivot|if\(|values|filter"),
        ("unpivot melt", r"unpivot|union"),
        ("deduplicated deduplicate deduped dedup deduplication", r"dedupe|distinct|row_number|aggregate"),
        (
            "masked mask anonymised anonymized anonymise hashed redacted",
            r"sha\d|md5|hash|mask|replace|\*",
        ),
        ("forecast forecasts forecasted predicted prediction", r"forecast|predict"),
    )
)
_NEGATIVE = frozenset("not never without except excluding exclude excluded ignore ignoring ignored skip omit".split())
_CHECKED = frozenset({"expect_column_values_to_not_be_null", "expect_column_values_to_be_between"})
_EMPTY = frozenset({"blank", "blanks", "null", "nulls", "empties", "gaps"})
_UNDONE = frozenset({"rounded", "sorted", "ordered", "converted", "trimmed"})
_FILLED = frozenset({"0", "zero", "null", "empty"})
_REJECTS = re.compile(
    r"\bnot\b|\banti\b|\bsemi\b|<>|!=|is null|except|\bcase\b|coalesce|<|>|nullif"
    r"|replace\(|trim\(|lower\(|upper\(|abs\(|split_part\("
)
_CENTS = re.compile(r"(?:^|_)(?:cents?|ct)$|Cents?$")
_EUROS = frozenset({"eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pounds", "francs", "chf", "kronor"})
_OR = frozenset({"more", "less", "fewer", "later", "earlier", "older", "younger", "above", "below", "over", "under",
                 "not", "higher", "lower", "longer", "so", "empty", "missing", "null"})  # fmt: skip
_EITHER = re.compile(r"\bor\b|\bin\b|\bin_|case|coalesce|union|least|greatest|not|values|[<>]")


def _is_state(evidence: Evidence, place: int) -> bool:
    """``running from May to June``, ``the number of running leases (state active)``: no total that runs."""
    behind = evidence.words[place + 1 : place + 2]
    rows = evidence.said.table(place + 1) if behind else None
    return behind == ("from",) or (evidence.words[place - 2 : place] == ("number", "of") and rows is not None)


def _is_thing(evidence: Evidence, place: int) -> bool:
    """``a round ends`` where the result has a *round_no*."""
    parts = {part for name in evidence.columns for part in words_of(name)}
    return evidence.words[place] in parts and evidence.words[place - 1] in ("a", "the", "every", "each", "per", "new")


def missing_work(evidence: Evidence) -> Iterator[str]:
    """``average`` without an average."""
    words = {
        word for place, word in enumerate(evidence.words)
        if (word != "round" or not (evidence.links(place + 1, 1) or _is_thing(evidence, place)))
        and evidence.words[place - 1 : place] != ("not",)
        and evidence.words[place : place + 3] != ("mean", "the", "same")
        and (word != "running" or not _is_state(evidence, place))
        and not any(link.column.lower() in evidence.identifiers for link in evidence.said.begun(place, 1))
    }  # fmt: skip
    kinds = " ".join(kind for kind, _ in evidence.steps)
    for said, pattern in _NEEDS:
        found = sorted(said & words)
        if found and not re.search(pattern, f"{kinds} {evidence.text}"):
            yield f"nothing in it is {found[0]!r}"


_COUNTED = re.compile(r"\b(?:number|count) of (?!days|hours|minutes|seconds|months|weeks|years|nights|working)\w+")
_COUNTS = re.compile(r"count\w*\(|sum\(|row_number|rank|size\(|length\(|datediff|/|regexp|parse|cast|\bpivot\b")


_DIRECTED = {"down": r"floor\(|trunc", "up": r"ceil\("}
_ROUNDING = (("round",), ("rounded",))


def missing_direction(evidence: Evidence) -> Iterator[str]:
    """``rounded down`` where it is rounded to the nearest."""
    for place in range(1, len(evidence.words)):
        pattern = _DIRECTED.get(evidence.words[place], "")
        if pattern and evidence.words[place - 1 : place] in _ROUNDING and not re.search(pattern, evidence.text):
            yield f"nothing in it is rounded {evidence.words[place]}"


def missing_count(evidence: Evidence) -> Iterator[str]:
    """``the number of stays`` where nothing is counted, added up or measured."""
    found = _COUNTED.search(" ".join(evidence.words))
    kinds = " ".join(kind for kind, _ in evidence.steps)
    if found and not _COUNTS.search(f"{kinds} {evidence.text}"):
        yield f"nothing in it is {found[0]!r}"


_DECIMALS = frozenset({"decimal", "decimals", "dp"})


def missing_digits(evidence: Evidence) -> Iterator[str]:
    """``2 decimals`` where nothing is rounded so."""
    for place, token in enumerate(evidence.tokens[:-1]):
        digits, unit = token.value, evidence.words[place + 1]
        if isinstance(digits, int) and unit in _DECIMALS and f", {digits})" not in evidence.text:
            if digits or not re.search(r"round\(|floor\(|ceil\(", evidence.text):
                yield f"nothing in it has {digits} decimals"


def lost_digits(evidence: Evidence) -> Iterator[str]:
    """``hours and load, both with 2 decimals`` where one of them is rounded."""
    for place, token in enumerate(evidence.tokens[:-1]):
        is_both = "both" in evidence.words[max(place - _FAR, 0) : place]
        if is_both and evidence.words[place + 1] in _DECIMALS and evidence.text.count(f", {token.value})") < 2:  # noqa: PLR2004
            yield f"not both have {token.value} decimals in it"


_COLUMNS = frozenset({"column", "columns", "field", "fields"})


_STAYS = frozenset({"stay", "stays", "remain", "remains", "still", "belongs", "lost", "also", "listed"})


_KEEPING = frozenset({"keep", "keeping", "even", "include", "including", "included", "too"})
_KEPT = (("left", "join"), ("start", "from"), *((no, verb) for no in ("don't", "not", "never") for verb in (
    "lose", "drop")))  # fmt: skip


def _are_all_kept(evidence: Evidence) -> bool:
    """``customers with their jobs, keep those without jobs``: each with its rows, of which some have none."""
    sources, relations = evidence.spec.sources, evidence.said.relations
    joins = [fields for kind, fields in evidence.steps if kind == "join" and fields.get("how") == "left"]
    pairs = [(sources.get(str(one.get("right"))), sources.get(str(one.get("left")))) for one in joins]
    is_said = bool(_KEEPING & set(evidence.words)) or any(pair in _KEPT for pair in pairwise(evidence.words))
    return is_said and any(many is not None and one is not None and relations.between(many, one) for many, one in pairs)


def missing_rejection(evidence: Evidence) -> Iterator[str]:
    """``without ...`` where no row, value or column is left out."""
    words = evidence.words
    found = [
        word
        for n, word in enumerate(words)
        if word in _NEGATIVE
        and not (_EMPTY | _UNDONE) & set(words[max(0, n - 2) : n + 2])
        and not _has_no_rows(evidence, n)
        and not _is_pause(evidence, n)
        and not _is_of_copies(evidence, n)
        and not _is_of_digits(evidence, n)
    ]
    kinds = {kind for kind, _ in evidence.steps}
    found = found if not (_COLUMNS & set(words) and "select" in kinds) else []
    found = found if not any(check.type in _CHECKED for check in evidence.spec.checks) else []
    found = found if not _FILLED & set(evidence.words) else []
    is_kept = bool(_STAYS & set(words)) and any(
        kind == "join" and fields.get("how") == "left" for kind, fields in evidence.steps
    )
    if (
        found
        and not is_kept
        and not _are_all_kept(evidence)
        and not _REJECTS.search(evidence.text)
        and not kinds & {"filter", "drop", "dedupe", "fill", "except"}
    ):
        yield f"nothing is left out by it, yet the prompt says {found[0]!r}"


def _is_of_digits(evidence: Evidence, place: int) -> bool:
    """``without decimals`` where a number is rounded."""
    is_said = evidence.words[place + 1 : place + 2] in (("decimals",), ("decimal",))
    return is_said and any("round(" in str(fields) for _, fields in evidence.steps)


_COPIES = frozenset("duplicate duplicates duplication repetition repetitions copies doubles repeats repeated".split())


def _is_of_copies(evidence: Evidence, place: int) -> bool:
    """``without duplicates`` where equal rows of a union stand once."""
    is_once = any(kind == "union" and bool(fields.get("distinct")) for kind, fields in evidence.steps)
    return is_once and bool(_COPIES & set(evidence.words[place + 1 : place + 3]))


_SPANS = frozenset("second seconds minute minutes min mins hour hours day days".split())


def _is_pause(evidence: Evidence, place: int) -> bool:
    """``does not scan for over an hour``: the pause between two sessions of the plan."""
    is_said = bool(_SPANS & set(evidence.words[place + 1 : place + 2 + _FAR]))
    return is_said and any(kind == "sessions" for kind, _ in evidence.steps)


_NO_ROW = frozenset("no skipped out dropped excluded omitted absent ignored disappear don't needn't".split())
_FAR = 6


def _has_no_rows(evidence: Evidence, place: int) -> bool:
    """``days without orders have no row``: where orders are grouped and nothing is joined to stay, none has."""
    links = evidence.links(place + 1, 1) if evidence.words[place] == "without" else []
    is_table = bool(links) and not links[0].column
    stays = any(kind == "join" and fields.get("how") not in ("inner", None) for kind, fields in evidence.steps)
    is_said = bool(_NO_ROW & set(evidence.words[place + 2 : place + 2 + _FAR]))
    return is_table and is_said and not stays and any(kind == "aggregate" for kind, _ in evidence.steps)


def missing_choice(evidence: Evidence) -> Iterator[str]:
    """``opened before 1970 or on the mainland`` where both are demanded."""
    conditions = [str(fields.get("where", "")).lower() for kind, fields in evidence.steps if kind == "filter"]
    both = [text for text in conditions if " and " in text]
    words = evidence.words
    free = [n for n, word in enumerate(words[:-1]) if word == "or" and words[n + 1] not in _OR]
    if free and both and not any(_EITHER.search(re.sub(r"[<>]", "", text)) for text in [evidence.text]):
        yield "it demands all conditions at once, yet the prompt says 'or'"


def missing_unit(evidence: Evidence) -> Iterator[str]:
    """``in euros`` of a column in cents, without a division."""
    tokens = evidence.tokens
    said = {
        part
        for place, word in enumerate(evidence.words)
        for part in word.split("_")
        if not (place and isinstance(tokens[place - 1].value, int | float))
    } & _EUROS
    cents = [word for word in evidence.identifiers if _CENTS.search(word)]
    made = [fields.get("measures") for kind, fields in evidence.steps if kind == "aggregate"]
    measures = [formula for one in made for formula in cast("dict[str, str]", one or {}).values()]
    if said and measures and all(measure.lower().startswith("count") for measure in measures):
        yield f"it counts rows, yet the prompt says {min(said)!r}"
    if said and cents and not evidence.numbers & {100.0, 0.01}:
        yield f"{cents[0]} stays in cents, yet the prompt says {min(said)!r}"


LOOKS: tuple[Look, ...] = (
    missing_work,
    missing_count,
    missing_direction,
    missing_digits,
    lost_digits,
    missing_rejection,
    missing_choice,
    missing_unit,
)
