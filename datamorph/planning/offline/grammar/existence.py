"""What is missing and what is there: columns without a value, rows without a match in another table."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.comparisons import COMPARED, IS, LEAD
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.states import state_of
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING, TELLING
from datamorph.planning.offline.model import Both, Condition, Exists, Missing, Negation, Noun
from datamorph.planning.offline.names import OWN, SYNONYM
from datamorph.planning.offline.phrases import Phrases

_EXISTS = Phrases({phrase: phrase for phrase in (
    "have", "has", "had", "with", "with at least one", "placed", "made", "bought", "that appear in", "appear in",
    "exist in", "found in", "present in", "in", "appearing in", "occur in", "listed in", "have placed",
    "have made")})  # fmt: skip
_ABSENT = Phrases({phrase: phrase for phrase in (
    "without", "with no", "have no", "has no", "had no", "missing from", "not in", "absent from", "not found in",
    "do not appear in", "don't appear in", "does not appear in", "not present in", "not listed in", "never appear in",
    "never placed", "never made", "never had", "have never placed", "has never placed", "who never placed",
    "are missing from", "is missing from", "are not in", "is not in", "have not placed", "have never made",
    "do not have", "don't have", "does not have", "never appears in", "not appearing in", "that have no", "lacking",
    "do not exist in", "don't exist in", "does not exist in", "did not place", "didn't place", "unmatched in",
    "no match in", "have no match in", "has no match in", "no", "not matched in", "not appear in", "with zero",
    "have zero", "not have", "never have")})  # fmt: skip


def read_missing(reader: Reader) -> Condition | None:
    """``missing dep_time``, ``no arrival delay``, ``without a phone``, ``non-empty name``, ``null dest``."""
    reader.skip(LEAD)
    is_negated = reader.word("non", "not")
    if is_negated and reader.lower() not in MISSING:
        return None
    if reader.lower() not in MISSING and reader.lower() not in ("no", "without", "lacking"):
        return None
    said = reader.next().lower
    reader.skip(frozenset({"a", "an", "any", "the", "values", "value", "in", "for", "of"}))
    noun = _column_noun(reader) or _mentioned(reader)
    if noun is None or (said not in MISSING and _describes(reader)):
        return None
    parts: list[Condition] = [Missing(noun)]
    mark = reader.position
    while reader.word("or", "and", ",") and (more := _column_noun(reader)):
        if _starts_test(reader):
            break
        parts.append(Missing(more))
        mark = reader.position
    reader.position = mark
    found: Condition = parts[0] if len(parts) == 1 else Both("or", tuple(parts))
    return Negation(found) if is_negated else found


def _describes(reader: Reader) -> bool:
    """``without cancelled shows``: the column's name is said of the table behind it."""
    mark = reader.position
    noun = _table_noun(reader)
    reader.position = mark
    return noun is not None and not noun.links[0].column


def _mentioned(reader: Reader) -> Noun | None:
    """``rows without one``: the column that was named last."""
    if reader.lower() != "one" or reader.lower(1) not in ("", ",", ".", ";", ")"):
        return None
    for place in range(reader.position - 1, -1, -1):
        links = reader.links(place, 1)
        if links and links[0].column and links[0].score >= OWN:
            reader.next()
            return Noun(reader.tokens[place].text, (), links, place)
    return None


def _starts_test(reader: Reader) -> bool:
    return reader.lower() in IS or reader.match(COMPARED) is not None


def _column_noun(reader: Reader) -> Noun | None:
    start = reader.position
    noun = reader.noun()
    if noun and noun.links and noun.links[0].column and not _names_rows(reader, noun):
        return noun
    reader.position = start
    return None


def _names_rows(reader: Reader, noun: Noun) -> bool:
    """``without lines``: rows of a table that is called so at its end, rather than their number ``line_no``."""
    last = reader.tokens[reader.position - 1]
    is_part = noun.links[0].score < OWN and last.lower != last.lemma
    return is_part and any(not link.column and link.table == noun.links[0].table for link in noun.links)


def _table_noun(reader: Reader) -> Noun | None:
    start = reader.position
    noun = reader.noun()
    if noun and any(not link.column and link.score >= SYNONYM * OWN for link in noun.links):
        return Noun(noun.text, noun.words, tuple(link for link in noun.links if not link.column), noun.position)
    reader.position = start
    return None


def read_absent(reader: Reader) -> Condition | None:
    """``without an order``, ``not in returns``: no row of the other table."""
    reader.skip(frozenset({"who", "that", "which", "those", "are", "is"}))
    if reader.take(_ABSENT) is None and not _never_did(reader):
        return None
    reader.skip(frozenset({"a", "an", "any", "the", "single", "one", "matching"}))
    where = adjective(reader) or state_of(reader)
    noun = _table_noun(reader)
    if noun is None:
        return None
    reader.skip(frozenset({"at", "all", "table"}))
    return Negation(Exists(noun, where))


def _never_did(reader: Reader) -> bool:
    """``who never made a single trip``: a verb that only ties the two tables."""
    verb = reader.lower(1)
    is_verb = reader.is_kind("word", 1) and (verb.endswith("ed") or verb in LINKING | JOINING)
    is_verb = is_verb and verb not in TELLING and not reader.values.exact(verb)
    if reader.lower() != "never" or not is_verb or reader.lower(2) not in ("a", "an", "any", "one", "single"):
        return False
    reader.position += 2
    return True


def read_exists(reader: Reader) -> Condition | None:
    """``with at least one order``, ``found in returns``: a row of the other table."""
    reader.skip(frozenset({"who", "that", "which", "those", "are", "is"}))
    if reader.take(_EXISTS) is None:
        return None
    reader.skip(frozenset({"a", "an", "any", "the", "at", "least", "one", "some"}))
    where = adjective(reader) or state_of(reader)
    noun = _table_noun(reader)
    return Exists(noun, where) if noun is not None else None


def read_present(reader: Reader) -> Condition | None:
    """``that have a note``, ``with an e-mail``."""
    reader.skip(frozenset({"that", "who", "which", "rows", "records"}))
    if not reader.word("have", "has", "with", "having") or not reader.word("a", "an", "any", "some"):
        return None
    noun = _column_noun(reader)
    if noun is None or reader.match(COMPARED) or reader.lower() in IS:
        return None
    return Negation(Missing(noun))
