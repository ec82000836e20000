"""Rows without one of the columns that a formula before them reads: ``skipping enrolments that lack either``."""

from __future__ import annotations

import re

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.ahead import words_ahead
from datamorph.planning.offline.grammar.expressions import nouns_of
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Aggregate, Both, Condition, Missing, Negation, Window

_DROP = (
    r"(?:skip|skipping|ignore|ignoring|leave out|leaving out|drop|dropping|exclude|excluding|omit|omitting|discard|"
    r"discarding|remove|removing|without|not counting|except)"
)
_KEEP = r"(?:only|keep|keep only|only keep|only for|for|only use|use only)"
_ROWS = r"(?: (?:the|any|all|those|every))?(?: \w+)?"
_EITHER = (
    r"(?:either|one or both|(?:any|one|either|at least one) of (?:them|these|those|the two|the three|both|the \w+)|any)"
)
_EMPTY = r"(?:missing|null|empty|blank|unknown|absent|not (?:known|there|given|set|filled|recorded|present|available))"
_FULL = r"(?:present|there|known|given|filled(?: in)?|set|recorded|available|exist|not (?:null|empty|missing|blank))"
_FORMS = tuple(
    re.compile(rf"{form}(?= |$)")
    for form in (
        rf"{_DROP}{_ROWS}(?: (?:that|which|who))? (?:lack|lacks|lacking|miss|missing|have no|has no|having no|without|"
        rf"with no|do not have|don't have) {_EITHER}(?: (?:one|value|mark|column|number))?",
        rf"{_DROP}{_ROWS} (?:where|in which|for which|whose|if|when) {_EITHER}(?: \w+)? (?:is|are) {_EMPTY}",
        rf"{_DROP}{_ROWS} with {_EITHER}(?: \w+)? {_EMPTY}",
        rf"{_KEEP}{_ROWS} (?:where|in which|for which|if|when) (?:both|all)(?: of them| \w+)? (?:are )?{_FULL}",
        rf"{_KEEP}{_ROWS} (?:with|that have|having) (?:both|both of them|both \w+)",
    )
)
_FEWEST = 2


def read_lacking(reader: Reader, last: Item | None) -> Condition | None:
    """The rows that stay: those with a value in every column that the formula reads."""
    if last is None or isinstance(last.expression, Aggregate | Window):
        return None
    read = [noun for noun in nouns_of(last.expression) if noun.links and noun.links[0].column]
    read = list({noun.words: noun for noun in read}.values())
    said = words_ahead(reader)
    found = next((match for form in _FORMS if (match := form.match(said))), None)
    if found is None or len(read) < _FEWEST:
        return None
    rest = said[found.end() :].split()
    if rest and rest[0] not in ("and", "then", "per", "from", "before"):
        return None
    reader.position += len(found[0].split())
    return Both("and", tuple(Negation(Missing(noun)) for noun in read))
