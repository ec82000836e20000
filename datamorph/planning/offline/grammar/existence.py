"""What is missing and what is there: columns without a value, rows without a match in another table."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.comparisons import IS, LEAD
from datamorph.planning.offline.grammar.operators import COMPARED
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.states import state_of
from datamorph.planning.offline.grammar.subjects import table_before
from datamorph.planning.offline.lexicon.cues import MISSING, REMOVE
from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING, TELLING
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Exists, Missing, Negation, Noun
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


_TELLING_WHEN = frozenset({"during", "since", "before", "after", "until", "within"})
_COLUMN = frozenset({"column", "columns", "field", "fields"})
"""``without the email column`` leaves a column out, and no rows."""


def read_missing(reader: Reader) -> Condition | None:
    """``missing dep_time``, ``no arrival delay``, ``without a phone``, ``non-empty name``, ``null dest``."""
    start = reader.position
    reader.skip(LEAD)
    is_negated = reader.word("non", "not")
    if is_negated and reader.lower() not in MISSING:
        return None
    if reader.lower() not in MISSING and reader.lower() not in ("no", "without", "lacking"):
        return None
    if [token.lower for token in reader.tokens[max(reader.position - 2, 0) : reader.position]] == ["with", "and"]:
        return None
    said, place = reader.next().lower, reader.position
    reader.skip(("a", "an", "any", "the", "values", "value", "in", "for", "of"))
    noun = _column_noun(reader) or _mentioned(reader)
    if noun is None or (said not in MISSING and _describes(reader)):
        return None
    if said not in MISSING and _is_flag(reader, noun):
        return Negation(Compare(noun, "=", Constant(value=True)))
    found = _lacking(reader, noun, said, place, start)
    return Negation(found) if is_negated and found is not None else found


def _lacking(reader: Reader, noun: Noun, said: str, place: int, start: int) -> Condition | None:
    """What has no value in one column or in several."""
    parts: list[Condition] = [Missing(noun)]
    mark = first = reader.position
    ties: set[str] = set()
    while (tie := reader.lower()) in ("or", "and", ",") and reader.next() and (more := _column_noun(reader)):
        if _starts_test(reader) or reader.lower() in ("having", "with", "whose", "who", "that", "where", "without"):
            break
        parts.append(Missing(more))
        ties.add(tie)
        mark = reader.position
    is_list = said not in MISSING and "," in ties and "or" not in ties
    if is_list and reader.tokens[place].lower not in ("a", "an", "any", "the") and not reader.word("only"):
        return None
    if is_list:
        parts, mark = parts[:1], first  # ``without a phone, name and city only``: a list of what is shown follows
    reader.position = mark
    if said == "without" and reader.tokens[mark - 1].lower in _COLUMN:
        return None
    is_removed = _is_removed(reader, start)
    if len(parts) > 1 and "or" in ties and said not in MISSING and not is_removed:
        return None
    operator = "and" if ties <= {"and", ","} and not is_removed else "or"
    return parts[0] if len(parts) == 1 else Both(operator, tuple(parts))


def _is_flag(reader: Reader, noun: Noun) -> bool:
    """``without cancelled ones``: those of which a column of yes and no does not say so."""
    return any(link.column in reader.names.flags.get(link.table, ()) for link in noun.links[:1])


_REMOVAL = frozenset(word for phrase in REMOVE for word in phrase.split()) - frozenset("get of for do not out".split())
_REMOVED = frozenset("dropped excluded ignored removed skipped omitted discarded left no".split())


def _is_removed(reader: Reader, start: int) -> bool:
    """True where the sentence leaves rows out: those that lack one of several columns are meant then."""
    first = start
    while first > 0 and reader.tokens[first - 1].text not in (".", ";"):
        first -= 1
    end = next((i for i in range(start, len(reader.tokens)) if reader.tokens[i].text in (".", ";")), len(reader.tokens))
    around = (*reader.tokens[first:start], *reader.tokens[reader.position : end])
    return any(token.lower in _REMOVAL | _REMOVED for token in around)


def _describes(reader: Reader) -> bool:
    """``without cancelled shows``, ``without regions whose``: the column's name is said of a table or of groups."""
    mark = reader.position
    if reader.lower() == "whose" and reader.tokens[mark - 1].lower.endswith("s"):
        return True
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
    if _refers_back(reader, noun):
        return True
    return is_part and any(not link.column and link.table == noun.links[0].table for link in noun.links)


def _refers_back(reader: Reader, noun: Noun) -> bool:
    """``guests without a booking``: rows that refer to guests, rather than a column of a third table."""
    owner = table_before(reader, noun.position)
    if owner is None or reader.relations is None or noun.links[0].table == owner:
        return False
    tables = {link.table for link in noun.links if not link.column and link.score >= SYNONYM * OWN}
    return any(reader.relations.between(table, owner) for table in tables)


def _table_noun(reader: Reader) -> Noun | None:
    start = reader.position
    noun = reader.noun()
    if noun and any(not link.column and link.score >= SYNONYM * OWN for link in noun.links):
        return Noun(noun.text, noun.words, tuple(link for link in noun.links if not link.column), noun.position)
    reader.position = start
    return None


def read_absent(reader: Reader) -> Condition | None:
    """``without an order``, ``not in returns``: no row of the other table."""
    reader.skip(("who", "that", "which", "those", "are", "is"))
    if reader.take(_ABSENT) is None and not _never_did(reader):
        return None
    reader.skip(("a", "an", "any", "the", "single", "one", "matching"))
    where = adjective(reader) or state_of(reader)
    noun = _table_noun(reader)
    if noun is None:
        return None
    _in_itself(reader, noun)
    reader.skip(("at", "all", "table"))
    return Negation(Exists(noun, where))


def _in_itself(reader: Reader, noun: Noun) -> None:
    """``without a reading in vitals``: the same table by its name, which is where such rows are."""
    mark = reader.position
    if reader.word("in", "from", "within"):
        reader.skip(("the", "our"))
        other = _table_noun(reader)
        if other is not None and other.links[0].table == noun.links[0].table:
            return
    reader.position = mark


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
    reader.skip(("who", "that", "which", "those", "are", "is"))
    if reader.take(_EXISTS) is None:
        return None
    reader.skip(("a", "an", "any", "the", "at", "least", "one", "some"))
    where = adjective(reader) or state_of(reader)
    noun = _table_noun(reader)
    if noun is None:
        return None
    _in_itself(reader, noun)
    return Exists(noun, where)


def read_present(reader: Reader) -> Condition | None:
    """``that have a note``, ``with an e-mail``."""
    reader.skip(("that", "who", "which", "rows", "records"))
    if not reader.word("have", "has", "with", "having") or not reader.word("a", "an", "any", "some"):
        return None
    noun = _column_noun(reader)
    if noun is None or reader.match(COMPARED) or reader.lower() in IS | _TELLING_WHEN:
        return None
    return Negation(Missing(noun))
