"""Numbers, dates, quoted text, names and values of the prompt that the plan has nowhere."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.names import OWN, words_of
from datamorph.planning.offline.tokens import Token

_TRIVIAL = frozenset({0, 1})
_FACTORS = (1, 60, 3_600, 24, 86_400, 100, 1_000, 1_000_000, 7, 12)
_OF_EXAMPLE = frozenset({"e.g", "like", "such", "e", "eg", "format", "formatted", "style"})
_EXAMPLES = 4
_GIVES = frozenset({"gives", "yields", "means", "becomes", "turns"})
_LATIN = frozenset({"i.e", "e.g", "a.m", "p.m"})
_DROPS = frozenset("drop dropping remove removing without except but excluding exclude minus".split())
_COLUMNS = frozenset("columns fields values figures measures".split())
_FAR = 6
_LONGEST_RUN = 20
"""Of asterisks that stand for what is hidden."""


def missing_numbers(evidence: Evidence) -> Iterator[str]:
    """A number counts as used in another unit, as a share, or as the bound next to it."""
    for place, token in enumerate(evidence.tokens):
        value = token.value
        if not isinstance(value, int | float) or value in _TRIVIAL or token.unit == "th":
            continue
        is_told = (
            token.text in evidence.examples
            or _is_example(evidence, place)
            or _is_form(evidence, place)
            or _is_written_date(evidence, place)
            or _is_reference(evidence, place)
            or _counts_on(evidence, place)
            or _counts_columns(evidence, place)
            or _counts_named(evidence, place)
            or _is_legend(evidence, place)
            or _is_time_of_run(evidence, place)
            or bool(MONTHS.keys() & set(evidence.words[max(0, place - 1) : place + 2]))
        )
        is_told = is_told or (isinstance(value, int) and 1 < value < _LONGEST_RUN and "*" * value in evidence.text)
        if not is_told and not _holds(evidence.numbers, value):
            yield f"{token.text} is nowhere in it"


_LATE = frozenset("pm p.m afternoon afternoons evening evenings night nights nightly".split())
_BEHIND_HALF = 3


def _is_time_of_run(evidence: Evidence, place: int) -> bool:
    """``9 pm`` and ``every evening at 9`` are 21 in the schedule."""
    half = evidence.words[place + 1 : place + 2]
    if half == ("times",) and evidence.spec.schedule is not None:
        return True
    value = evidence.tokens[place].value
    if value in evidence.hours_of_runs:
        return True
    around = {*half, *evidence.words[max(place - _BEHIND_HALF, 0) : place], *evidence.words[place + 1 : place + 4]}
    is_late = bool(around & _LATE)
    fields = evidence.spec.schedule.cron.split() if evidence.spec.schedule else []
    return is_late and bool(fields) and isinstance(value, int) and str(value % 12 + 12) in fields[1].split(",")


_WRITTEN = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b")


def _is_written_date(evidence: Evidence, place: int) -> bool:
    """``30.05.2021`` where texts are read as dates: an example of what they look like."""
    token = evidence.tokens[place]
    spans = [match.span() for match in _WRITTEN.finditer(evidence.said.prompt)]
    is_parsed = any(kind == "parse" for kind, _ in evidence.steps)
    return is_parsed and any(start <= token.start < end for start, end in spans)


_FORMS = re.compile(r"(?:19|20)\d\d[-/.](?:q[1-4]|0[1-9]|1[0-2])", re.IGNORECASE)


def _is_form(evidence: Evidence, place: int) -> bool:
    """``month as 2024-03``, ``quarter as 2024-Q1``: what a date looks like as a text."""
    shown = any(_FORMS.fullmatch(evidence.said.text(first, first + 3)) for first in (place, place - 2) if first >= 0
                and first + 3 <= len(evidence.tokens))  # fmt: skip
    return shown and any(call in evidence.text for call in ("date_format(", "quarter("))


_REFERENCE = re.compile(
    r"\b[A-Z]{2,}-\d+\b|\b(?:ticket|task|issue|request) #?\d+\b|\(1 ?(?:-|to|\.\.) ?(?:4|12)\)", re.IGNORECASE
)


def _is_reference(evidence: Evidence, place: int) -> bool:
    """``Ticket DATA-311``, ``quarter (1-4)``: a number that asks for nothing."""
    token = evidence.tokens[place]
    return any(m.start() <= token.start and token.end <= m.end() for m in _REFERENCE.finditer(evidence.said.prompt))


def _counts_on(evidence: Evidence, place: int) -> bool:
    """``numbered 1, 2, 3``: the numbers behind one another from 1 on."""
    value = evidence.tokens[place].value
    before = [token.value for token in evidence.tokens[max(0, place - 4) : place] if isinstance(token.value, int)]
    if not isinstance(value, int) or not 1 < value <= len(before) + 1:
        return False
    return before[1 - value :] == list(range(1, value))


def _counts_columns(evidence: Evidence, place: int) -> bool:
    """``its last four fields``: how many columns are meant, of those that the result has."""
    value = evidence.tokens[place].value
    behind = evidence.words[place + 1 : place + 3]
    return bool(_COLUMNS & set(behind)) and isinstance(value, int) and value <= len(evidence.shown)


_POINTING, _ENDS = frozenset({"these", "those"}), frozenset(",.;:)")


def _counts_named(evidence: Evidence, place: int) -> bool:
    """``the sum of the three.``, ``one of these three``: what was just named, in a word."""
    before = evidence.words[place - 1] if place else ""
    behind = evidence.tokens[place + 1].text if place + 1 < len(evidence.tokens) else "."
    is_word = evidence.tokens[place].text.isalpha()
    return is_word and (before in _POINTING or (before in ("the", "all") and behind in _ENDS))


_LEGEND = re.compile(r"\((?:0?\.\d+ (?:=|is|means) [^()\d]+|\d+ for \d+ ?(?:-|to|\u2013) ?\d+)\)")


def _is_legend(evidence: Evidence, place: int) -> bool:
    """``(0.25 = a quarter)``, ``(1980 for 1980-1989)``: what a number of the result would mean."""
    token = evidence.tokens[place]
    found = [match.span() for match in _LEGEND.finditer(evidence.said.prompt)]
    return any(start <= token.start and token.end <= end for start, end in found)


def _holds(numbers: Collection[float], value: float) -> bool:
    forms = list(_forms(value))
    return any(math.isclose(form, number, rel_tol=1e-9) for form in forms for number in numbers)


def _forms(value: float) -> Iterator[float]:
    for near in (value, value - 1, value + 1):
        for factor in _FACTORS:
            yield near * factor
            yield near / factor
    yield 1 - value / 100


def missing_texts(evidence: Evidence) -> Iterator[str]:
    """Dates and quoted text; where text is parsed, quoted ones with digits are examples of it."""
    is_parsed = any(kind.startswith("parse") for kind, _ in evidence.steps)
    for place, token in enumerate(evidence.tokens):
        said = str(token.value)[:10].lower() if token.kind == "date" else token.lower.lower()
        is_told = _is_example(evidence, place) or (is_parsed and any(char.isdigit() for char in said))
        is_told = is_told or token.text in evidence.examples
        if token.kind in ("date", "text") and said.strip() and not is_told:
            is_used = said in evidence.text or _is_shifted(evidence, token) or _is_pattern(evidence, said)
            is_used = is_used or _is_variant(evidence, token)
            if not is_used:
                yield f"{token.text} is nowhere in it"


def _is_shifted(evidence: Evidence, token: Token) -> bool:
    """``2025-01-01`` is ``year(...) = 2025``."""
    return token.kind == "date" and float(str(token.value)[:4]) in evidence.numbers


def _is_example(evidence: Evidence, place: int) -> bool:
    """``month like 2025-03``, ``('EUR 1,049.00' and the like)``."""
    before = evidence.words[max(0, place - _EXAMPLES) : place]
    if "(" in before and "from" in before:
        return True
    return bool(_OF_EXAMPLE & {*before, *evidence.words[place : place + _EXAMPLES]}) or _is_result(evidence, place)


def _is_result(evidence: Evidence, place: int) -> bool:
    """``('2,450' means 2450)``, ``('Ada Arden' gives 'AA')``: a text and what becomes of it in a parenthesis."""
    tokens, words = evidence.tokens, evidence.words
    for first in (place, place - 2):
        if first > 0 and first + 3 < len(tokens) and tokens[first].kind == "text" and words[first + 1] in _GIVES:
            if tokens[first - 1].text == "(" and tokens[first + 3].text == ")":
                return True
    return False


def _is_variant(evidence: Evidence, token: Token) -> bool:
    """``'Web' and ' web' as the same``: spellings that the plan makes one."""
    texts = [str(other.value).strip().casefold() for other in evidence.tokens if other.kind == "text"]
    return "lower(" in evidence.text and texts.count(str(token.value).strip().casefold()) > 1


def _is_pattern(evidence: Evidence, text: str) -> bool:
    """``'last name, first name'``: nothing but words of the columns that the plan puts together."""
    parts = {part for name in evidence.identifiers for part in words_of(name)}
    words = re.findall(r"[a-z]+", text)
    is_made = "concat(" in evidence.text or "split_part(" in evidence.text
    return bool(words) and is_made and set(words) <= parts


_NO_MATTER = (
    ("no", "matter"), ("regardless", "of"), ("irrespective", "of"), ("counting", "every"), ("counting", "all"),
    ("including", "every"), ("including", "all"),
)  # fmt: skip


def missing_names(evidence: Evidence) -> Iterator[str]:
    """Names that are spelled as a schema has them: columns of the tables that are read, and new ones."""
    for place, token in enumerate(evidence.tokens):
        is_spelled = token.kind == "name" or (token.kind == "word" and any(c.isupper() for c in token.text[1:]))
        is_dropped = bool(_DROPS & set(evidence.words[max(0, place - _FAR) : place]))
        before = evidence.words[max(0, place - 2) : place]
        is_any = before[-1:] in (("any",), ("whatever",)) or before in _NO_MATTER  # any kind: it does not matter
        is_any = is_any or (before[-1:] == ("what",) and evidence.words[place - 3 : place - 1] == ("no", "matter"))
        if not is_spelled or token.text.isupper() or is_dropped or is_any or token.lower in _LATIN:
            continue
        known = evidence.names.links((token.lower,)) or evidence.links(place, 1)
        said = token.lower.rpartition(".")[2]
        read = set(evidence.spec.sources.values())
        is_table = any(not k.column and k.table in read and k.score >= OWN for k in known)  # SearchLog of search_log
        is_held = said in evidence.identifiers or any(
            (k.column or k.table.name).lower() in evidence.identifiers for k in known
        )
        if not (is_table or is_held):
            yield f"{token.text} is nowhere in it"


def missing_values(evidence: Evidence) -> Iterator[str]:
    """``delivered shipments`` where a column holds *delivered*."""
    place = 0
    while place < len(evidence.tokens):
        length, holders = evidence.said.value(place)
        held = {holder.value for holder in holders if holder.table in evidence.spec.sources.values()}
        said = evidence.said.text(place, place + length)
        is_name = any(link.score >= OWN for link in evidence.links(place, length))
        is_told = _stands_before_a_table(evidence, place + length) or _is_predicate(evidence, place)
        if held and not is_name and is_told:
            in_text = [value for value in held if re.search(rf"(?<!\w){re.escape(value.lower())}(?!\w)", evidence.text)]
            is_code = not any(value.casefold() in said.casefold() for value in held)
            if not in_text or (is_code and not any(map(evidence.holds, holders))):
                yield f"{said!r} is nowhere in it"
        place += max(length, 1)


_BEING = frozenset("is are was were be been".split())


def _is_predicate(evidence: Evidence, place: int) -> bool:
    """``which lots were sold``: what the rows are, where *sold* is one of their states."""
    return place > 1 and evidence.words[place - 1] in _BEING and evidence.words[place][:1].isalpha()


def _stands_before_a_table(evidence: Evidence, place: int) -> bool:
    links = evidence.links(place, 1)
    return bool(links) and not links[0].column


_THEIR = frozenset({"their", "its"})
_HOLDING = frozenset("have has having contain contains containing mention mentions mentioning".split())
_CONTENT = 4


def lost_contents(evidence: Evidence) -> Iterator[str]:
    """``shops that have mill in their name``: a condition on that text."""
    words = evidence.words
    for place in range(2, len(words) - 1):
        if words[place] != "in" or not words[place - 1]:
            continue
        before = set(words[max(place - _CONTENT, 0) : place - 1])
        if not (_HOLDING & before or ("with" in before and words[place + 1] in _THEIR)):
            continue
        behind = place + 1 + (words[place + 1] in ("their", "its", "the", "his", "her", "a"))
        columns = {one.column.lower() for one in evidence.links(behind, 1) if one.column and one.score >= OWN}
        texts = {name for name in columns if evidence.types.get(name) == "string"}
        tested = [str(fields.get("where", "")).lower() for kind, fields in evidence.steps if kind == "filter"]
        if texts and texts == columns and not any(name in one for name in texts for one in tested):
            yield f"nothing in it looks for {words[place - 1]!r} in {sorted(texts)[0]}"


LOOKS: tuple[Look, ...] = (missing_numbers, missing_texts, missing_names, missing_values, lost_contents)
