"""What is to be done to the texts of a column and is not; columns and rows that a list or a table must not lack."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.names import words_of

_ENDS = frozenset(".;!?\n")
_MARKS = frozenset(",()")
_CASE = frozenset("case cased casing letters letter".split())
_BLANKS = frozenset("blank blanks space spaces whitespace padding".split())
_GONE = frozenset("without no strip stripped remove removed trim trimmed".split())
_TRIMS = frozenset("trim trims trimmed trimming".split())
_CASES = {
    "lowercase": "lower", "lowercased": "lower", "lowercasing": "lower", "uppercase": "upper", "uppercased": "upper",
    "uppercasing": "upper",
}  # fmt: skip
_NEED = {"trim": r"trim\(|replace\(|upper\(regexp", "lower": r"lower\(|initcap\(", "upper": r"upper\(|initcap\("}


def lost_cleaning(evidence: Evidence) -> Iterator[str]:
    """``tier: trim + lower`` where the texts of *tier* are trimmed and nothing else."""
    known = {name.lower() for name in (*evidence.types, *evidence.columns)}
    made = [pair for kind, fields in evidence.steps if kind in ("derive", "aggregate") for pair in definitions(fields)]
    called = [pair for kind, fields in evidence.steps if kind == "select" for pair in definitions(fields)]
    for start, end in _sentences(evidence):
        last: list[str] = []
        for first, stop in _pieces(evidence, start, end):
            named = [evidence.words[i] for i in range(first, stop) if evidence.words[i] in known]
            last = [*named, *(new.lower() for new, old in called if old.lower() in named)] or last
            for work in sorted(_works(evidence, first, stop)) if last else ():
                if made and not any(_does(work, column, made) for column in last):
                    yield f"{last[-1]} stays as it is in it, yet the prompt says {work!r}"


def _does(work: str, column: str, made: list[tuple[str, str]]) -> bool:
    """True where a formula does that to a column, or makes a column of that name so; or compares without case."""
    return any(
        re.search(_NEED[work], formula.lower()) is not None
        for name, formula in made
        if name.lower() in (column, f"{column}_compared") or re.search(rf"\b{re.escape(column)}\b", formula.lower())
    )


def _works(evidence: Evidence, start: int, end: int) -> set[str]:
    """What a piece of a sentence says is done to texts."""
    words = evidence.words[start:end]
    found = {"trim"} if set(words) & _TRIMS or (set(words) & _BLANKS and set(words) & _GONE) else set[str]()
    found |= {_CASES[word] for word in words if word in _CASES}
    found |= {
        "lower" if word in ("lower", "small") else "upper"
        for word, behind in zip(words, (*words[1:], ""), strict=True)
        if word in ("lower", "upper", "small", "capital") and (behind in _CASE or set(words) & _TRIMS)
    }
    return set() if {"blank", "between"} <= set(words) or {"space", "between"} <= set(words) else found


def _sentences(evidence: Evidence) -> Iterator[tuple[int, int]]:
    yield from _split(evidence, 0, len(evidence.tokens), _ENDS)


def _pieces(evidence: Evidence, start: int, end: int) -> Iterator[tuple[int, int]]:
    yield from _split(evidence, start, end, _MARKS)


def _split(evidence: Evidence, start: int, end: int, marks: frozenset[str]) -> Iterator[tuple[int, int]]:
    first = start
    for place in range(start, end + 1):
        if place == end or evidence.tokens[place].text in marks:
            if place > first:
                yield first, place
            first = place + 1


_DENIED = frozenset("not don't doesn't didn't never no aren't isn't".split())
_THERE = frozenset(
    """
    exist exists existing occur occurs appear appears found known listed present contained included know knows
    """.split()
)
_IN = frozenset("in to of among".split())
_FAR = 4
_PARTNERLESS = re.compile(r"\banti\b|\bexcept\b|is null|not exists")


def missing_absence(evidence: Evidence) -> Iterator[str]:
    """``numbers in inspections that do not exist in vessels`` where rows of both are brought together."""
    kinds = " ".join(kind for kind, _ in evidence.steps)
    if _PARTNERLESS.search(f"{kinds} {evidence.text}"):
        return
    for place, word in enumerate(evidence.words):
        before = evidence.words[max(place - _FAR, 0) : place]
        behind = evidence.words[place + 1 : place + 2]
        if word not in _THERE or not _DENIED & set(before) or not set(behind) & _IN:
            continue
        tables = [evidence.said.table(i) for i in range(place + 2, min(place + 2 + _FAR, len(evidence.tokens)))]
        if any(found is not None for found in tables):
            yield f"nothing in it looks for what is not there, yet the prompt says '{' '.join(before[-2:])} {word}'"


def lost_neighbours(evidence: Evidence) -> Iterator[str]:
    """``quote_no, country, promo`` without *quote_no*: a column between commas beside others that are shown."""
    shown = {name.casefold() for name in evidence.columns}
    read = {name for name in evidence.types if name not in shown}
    for place in range(len(evidence.tokens) - 2):
        name = evidence.words[place]
        before = evidence.words[place - 1] if place else ""
        is_listed = evidence.tokens[place + 1].text == "," and evidence.words[place + 2] in shown
        is_first = before in _LEADING or (place > 0 and evidence.tokens[place - 1].text in (":", ","))
        is_new = not any(one in evidence.types for one in evidence.words[place + 2 : place + 3]) or name in read
        if name in read and is_listed and is_first and is_new and _is_identifier(evidence, place):
            if evidence.words.count(name) == 1:
                yield f"{evidence.tokens[place].text} is not in the result"


def lost_pairs(evidence: Evidence) -> Iterator[str]:
    """``each distinct pair of donor and remark`` where the result has other columns."""
    shown = {name.casefold() for name in evidence.columns}
    for place, token in enumerate(evidence.tokens[:-4]):
        is_pair = token.lemma in ("pair", "combination", "combo") and evidence.words[place + 1] == "of"
        if is_pair and evidence.words[place + 3] in ("and", "&", "+"):
            names = [evidence.words[place + 2], evidence.words[place + 4]]
            lost = [name for name in names if name in evidence.types and name not in shown]
            if lost and len(lost) < len(shown):
                yield f"{lost[0]} is not in the result"


_MEASURING = frozenset("total totals sum number count average mean median many share maximum minimum".split())
_UNITS = frozenset(
    "eur euro euros usd dollars gbp cents percent days hours minutes seconds null inclusive total".split()
)


def lost_names(evidence: Evidence) -> Iterator[str]:
    """``the total of runs (runs) and the income (income)`` without *runs*: what a number is to be called."""
    shown = {name.casefold() for name in evidence.columns}
    for start, end in _sentences(evidence):
        spots = [
            i for i in range(start + 1, end - 1) if [evidence.tokens[k].text for k in (i - 1, i + 1)] == ["(", ")"]
        ]
        names = [i for i in spots if evidence.tokens[i].is_word and evidence.words[i] not in _UNITS]
        if not shown & set(evidence.words[start:end]):
            continue
        for place in names:
            before = set(evidence.words[max(place - 2 - _FAR, start) : place - 1])
            is_value = bool(evidence.said.value(place)[0]) or evidence.words[place] in evidence.types
            is_again = evidence.words[place] in before
            if before & _MEASURING and evidence.words[place] not in shown and (is_again or not is_value):
                yield f"{evidence.tokens[place].text} is not in the result"


_COPIES = frozenset("duplicate duplicates duplication repetition repetitions copies doubles repeats".split())
_EXACT = frozenset("exact exactly full fully identical complete completely entire whole".split())
_ONCE = re.compile(r"\bdedupe\b|distinct|row_number|\btop\b")


def missing_dedupe(evidence: Evidence) -> Iterator[str]:
    """``without exact repetitions`` where every row is kept."""
    kinds = " ".join(kind for kind, _ in evidence.steps)
    for place, word in enumerate(evidence.words):
        is_exact = bool(_EXACT & set(evidence.words[max(place - 3, 0) : place]))
        if word in _COPIES and is_exact and not _ONCE.search(f"{kinds} {evidence.text}"):
            yield f"nothing in it drops {word}"


_WHOLE = _EXACT | {"every", "all", "columns", "column", "rows", "row", "values", "twice", "everything"}


def merged_alike(evidence: Evidence) -> Iterator[str]:
    """``merge those who are the same person``, where only rows that agree in every column become one."""
    if not any(kind == "dedupe" and not fields.get("by") for kind, fields in evidence.steps):
        return
    for place, word in enumerate(evidence.words[:-1]):
        behind = evidence.words[place + 1]
        is_told = bool(_WHOLE & set(evidence.words[place + 2 : place + 6]))
        if word == "same" and behind.isalpha() and behind not in _WHOLE and not is_told and behind != "in":
            yield f"whole rows that are the same become one in it, not those of the same {behind}"


_ONE_KEY = re.compile(r"^`?\w+`? = \d+$")


def numbered_alone(evidence: Evidence) -> Iterator[str]:
    """``oldest visit is 1`` as the rows of visit 1, which are then numbered."""
    wheres = [str(fields.get("where") or "") for kind, fields in evidence.steps if kind == "filter"]
    keys = {name for ref in evidence.spec.sources.values() for name in evidence.keys(ref)}
    alone = [w for w in wheres if _ONE_KEY.match(w) and w.split(" ")[0].strip("`").lower() in keys]
    if alone and "row_number" in evidence.text:
        yield f"it numbers the rows with {alone[0]} alone"


_PLACES = frozenset("no nr number pos position seq sequence rank idx index".split())
_EXTREME = re.compile(r"^(?:round\()?(?:min|max|avg|median)\((.*)")


def strange_places(evidence: Evidence) -> Iterator[str]:
    """``item_no (1 for the first entry)`` as the smallest price."""
    made = [pair for kind, fields in evidence.steps if kind == "aggregate" for pair in definitions(fields)]
    for name, formula in made:
        words = words_of(name)
        found = _EXTREME.match(formula)
        is_place = len(words) > 1 and words[-1] in _PLACES
        if is_place and found and (" * " in found[1] or not set(words) & set(words_of(found[1].strip("`() ")))):
            yield f"{name} is {formula} in it"


_INDIFFERENT = frozenset("regardless irrespective".split())


def kept_though_indifferent(evidence: Evidence) -> Iterator[str]:
    """``regardless of whether they were scrapped`` where only scrapped ones are kept."""
    filters = " ".join(str(fields.get("where") or "") for kind, fields in evidence.steps if kind == "filter").lower()
    for place in (i for i, word in enumerate(evidence.words) if word in _INDIFFERENT):
        for spot in range(place + 1, min(place + 2 + _FAR, len(evidence.tokens))):
            if evidence.tokens[spot].text in _MARKS | _ENDS:
                break
            name = evidence.words[spot]
            if name in evidence.types and re.search(rf"\b{re.escape(name)}\b", filters):
                yield f"it keeps rows by {name}, yet the prompt says that it does not matter"


_EQUAL = frozenset("equal equals same tie tied ties".split())


def lost_series(evidence: Evidence) -> Iterator[str]:
    """``in order of fed_at (feeding_id when equal)`` where the rows of a series come in the order of fed_at alone."""
    series = [fields for kind, fields in evidence.steps if kind == "window" and fields.get("order_by")]
    for fields in series:
        ordered = [str(name).lower().removesuffix(" desc") for name in fields["order_by"]]
        spots = [i for i, word in enumerate(evidence.words) if word == ordered[-1]]
        for place in spots:
            behind = range(place + 1, min(place + 3, len(evidence.tokens)))
            told = [i for i in behind if evidence.words[i] in evidence.types and evidence.words[i] not in ordered]
            if told and _EQUAL & set(evidence.words[told[0] : told[0] + _FAR]):
                yield f"rows of a series that are equal are not ordered by {evidence.tokens[told[0]].text}"


_LEADING = frozenset("to show give return list output columns fields with into select report deliver have has".split())


def _is_identifier(evidence: Evidence, place: int) -> bool:
    text = evidence.tokens[place].text
    return "_" in text or text[1:] != text[1:].lower()


LOOKS: tuple[Look, ...] = (
    lost_cleaning,
    kept_though_indifferent,
    lost_names,
    lost_neighbours,
    lost_pairs,
    lost_series,
    merged_alike,
    missing_absence,
    missing_dedupe,
    numbered_alone,
    strange_places,
)
