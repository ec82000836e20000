"""Classes of a number: ``'short' is under 3 minutes, 'medium' from 3 up to 6, 'long' otherwise``."""

from __future__ import annotations

from collections.abc import Callable

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.classed import read_classed_value, with_value
from datamorph.planning.offline.grammar.limits import Limits, read_limits, with_unit
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.units import kind_of, unit_of
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Condition, Conditional, Constant, Expression, Noun
from datamorph.planning.offline.phrases import Phrases, phrase_set

_OTHERWISE = phrase_set(("otherwise", "else", "for the rest", "for everything else", "for all others",
                         "in all other cases", "everything longer", "everything above", "anything above", "the others",
                         "anything else", "all others", "above that", "beyond that", "longer", "larger", "older",
                         "higher", "more", "over that",
                         "for anything else", "everything else", "the rest"))  # fmt: skip
_BEYOND = Phrases(dict.fromkeys(("anything", "everything", "all", "those", "what is", "whatever is"), ""))
_MORE = frozenset(
    {"longer", "larger", "bigger", "older", "higher", "more", "above", "beyond", "else", "heavier", "greater"}
)
_IS = frozenset({"is", "are", "for", "if", "when", "means", "=", ":", "where", "covers", "has", "have"})
_HOURS = frozenset({"hour", "hours"})
"""Before numbers: ``for hours 6 to 9``."""
_TIED = frozenset({",", "and", ";", "or"})
_FEWEST = 2

Class = tuple[Constant, Condition | None]
"""A label with its limits; without limits it is for the rest."""


def read_buckets(reader: Reader, subject: Noun | None = None) -> Conditional | None:
    """Two or more classes with their limits, the last one usually ``otherwise``."""
    start = reader.position
    if subject is None and reader.lower() not in ("",) and not reader.is_kind("text"):
        subject = reader.noun()
        reader.skip((":", "into", "as", "is"))
    first = reader.position
    for style in (_label_first, _limits_first, _label_and_parenthesis):
        reader.position = first
        found = _classes(reader, Limits(subject), style)
        if found is not None:
            return found
    reader.position = start
    return None


def _classes(reader: Reader, limits: Limits, style: Callable[[Reader, Limits], Class | None]) -> Conditional | None:
    branches: list[tuple[Condition, Expression]] = []
    default: Expression | None = None
    mark = reader.position
    while default is None and (found := style(reader, limits)) is not None:
        label, condition = found[0], found[1] or limits.beyond
        if condition is None:
            default = label
        else:
            branches.append((condition, label))
        mark = reader.position
        reader.skip(_TIED)
        if style is _label_first:
            _skip_otherwise(reader)
    reader.position = mark
    if len(branches) + (default is not None) < _FEWEST or not branches:
        return None
    return Conditional(tuple((with_unit(condition, limits.unit), label) for condition, label in branches), default)


def _skip_otherwise(reader: Reader) -> None:
    """``otherwise 'long'``, ``everything else is 'long'``: the words before the last label."""
    mark = reader.position
    if reader.take(_OTHERWISE) is not None:
        reader.skip(_IS | {",", "it"})
        if reader.is_kind("text"):
            return
    reader.position = mark


def _label_first(reader: Reader, limits: Limits) -> Class | None:
    """``'short' is under 3 minutes``, ``'long' for anything longer``."""
    if not reader.is_kind("text"):
        return None
    is_rest = reader.position > 0 and _ends_otherwise(reader)
    label = Constant(str(reader.next().value))
    if is_rest:
        return label, None
    reader.skip(_IS)
    if _rest(reader, limits):
        return label, None
    reader.skip(_HOURS if reader.is_kind("number", 1) or reader.lower(1) == "from" else frozenset())
    condition = read_limits(reader, limits)
    return (label, condition) if condition is not None else None


def _ends_otherwise(reader: Reader) -> bool:
    """True where ``otherwise`` stands before the label."""
    place = reader.position - 1
    while place > 0 and reader.tokens[place].lower in _IS | {",", "it"}:
        place -= 1
    return reader.tokens[place].lower in ("otherwise", "else", "rest", "others")


def _rest(reader: Reader, limits: Limits) -> bool:
    """``otherwise``; ``anything longer`` where the classes before have upper limits."""
    mark = reader.position
    if reader.take(_BEYOND) is not None and reader.lower() in _MORE - {"else"} and limits.last is not None:
        reader.next()
        limits.take_beyond()
        return True
    reader.position = mark
    said = reader.match(_OTHERWISE)
    if said is None or (said[1].split()[0] in _MORE and limits.last is None):
        return False
    reader.take(_OTHERWISE)
    if said[1].split()[-1] in _MORE - {"else"} | {"that"}:
        limits.take_beyond()
    if reader.lower() in ("", ",", ".", ";", ")", "=", ":", "and", "is", "as", "are"):
        return True
    limits.beyond = None
    reader.position = mark
    return False


def _limits_first(reader: Reader, limits: Limits) -> Class | None:
    """``under an hour = 'brief'``, ``longer: 'long'``."""
    if reader.is_kind("text"):
        return None
    mark = reader.position
    condition = None if _rest(reader, limits) else read_limits(reader, limits)
    is_tied = reader.position > mark and reader.word(
        "=", ":", "is", "as", "are", "becomes", "counts", "get", "gets", "->"
    )
    reader.word("as")
    if not is_tied or not reader.is_kind("text"):
        reader.position = mark
        return None
    return Constant(str(reader.next().value)), condition


def _label_and_parenthesis(reader: Reader, limits: Limits) -> Class | None:
    """``near (less than 20 km)``, ``far (the rest)``."""
    mark = reader.position
    token = reader.peek()
    if token is None or token.kind not in ("word", "text", "name") or token.lower in GLUE or reader.lower(1) != "(":
        return None
    reader.position += 2
    condition = None if _rest(reader, limits) else read_limits(reader, limits)
    if condition is not None and reader.lower() != ")" and not _is_of(reader.noun(), limits.subject):
        reader.position = mark
        return None
    if not reader.word(")"):
        reader.position = mark
        return None
    return Constant(str(token.value) if token.kind == "text" else token.text), condition


def _is_of(noun: Noun | None, subject: Noun | None) -> bool:
    """True where the word behind a number names what is classed: ``20 km``."""
    if noun is None or subject is None:
        return False
    return bool({(l.table, l.column) for l in noun.links} & {(l.table, l.column) for l in subject.links if l.column})


def _counted(reader: Reader) -> Noun | None:
    """``by distance: near (less than 20 km)``: one word says what is classed, the numbers say in which column."""
    if not reader.is_kind("word") or reader.lower(1) != ":":
        return None
    start = reader.position
    for place in range(start + 2, len(reader.tokens)):
        reader.position = place
        if reader.lower() in (".", ";"):
            break
        is_number = reader.is_kind("number")
        reader.position = place + is_number
        noun = reader.noun() if is_number or reader.is_kind("name") else None
        if noun is not None and noun.links[0].column:
            reader.position = start + 1
            return noun
    reader.position = start
    return None


def _by_unit(reader: Reader, table: Noun | None) -> Noun | None:
    """``classify walks: under 3 minutes = 'near'``: the one column of the table whose name has such a unit."""
    if table is None or table.links[0].column or reader.lower() != ":":
        return None
    said = {kind_of(token.lemma) for token in reader.tokens[reader.position :] if token.lemma in UNITS}
    owner = table.links[0].table
    columns = [
        name
        for (one, name), words in sorted(reader.names.column_words.items())
        if one == owner and (unit := unit_of(name, words)) and kind_of(unit) in said
    ]
    if len(said) != 1 or len(columns) != 1:
        return None
    return Noun(columns[0], reader.names.column_words[owner, columns[0]], reader.column_links(owner, columns[0]))


_REQUEST = phrase_set(("bucket", "classify", "categorise", "categorize", "bin", "group", "split", "label", "divide",
                       "sort", "class", "band"))  # fmt: skip


_BY = frozenset({"by", "on", "into", "classes", "buckets", "their", "the", "according", "to", "groups", "bands",
                 "based", "categories", "its", "two", "three", "four", "five"})  # fmt: skip
_INTO = frozenset({":", "into", "as", "-", "where", "with", "(", "in", "classes", "buckets", "groups", "bands",
                   "categories", "two", "three", "four", "five"})  # fmt: skip


def read_bucket_request(reader: Reader) -> tuple[Item, Noun | None] | None:
    """``bucket orders by amount: 'small' is under 10, 'large' otherwise``, with the table that it is of."""
    start = reader.position
    if reader.take(_REQUEST) is None:
        return None
    reader.skip(("the", "each", "every", "all"))
    table = reader.noun()
    reader.skip(_BY)
    value = read_classed_value(reader)
    subject = value[0] if value is not None else None
    subject = subject or reader.noun() or _counted(reader) or _by_unit(reader, table) or table
    name = read_name(reader) or _into(reader)
    reader.skip(_INTO if value is not None else frozenset({":", "into", "as", "-", "where", "with", "("}))
    found = read_buckets(reader, subject) if subject is not None and _is_list(reader) else None
    if found is None:
        reader.position = start
        return None
    found = with_value(reader, found, *value) if value is not None else found
    name = name or read_name(reader) or "bucket"
    words = {"bucket", "class", "category", "band", "group", *name.lower().split("_")}
    is_table = value is not None and table is not None and not table.links[0].column
    return Item(found, frozenset(words), name, name), table if is_table else None


def _into(reader: Reader) -> str:
    """``into day_part:``: the name of the column of classes."""
    mark = reader.position
    token = reader.peek(1)
    if reader.word("into", "as") and token is not None and token.kind == "name" and reader.lower(1) in (":", "(", "-"):
        reader.next()
        return token.text
    reader.position = mark
    return ""


def _is_list(reader: Reader) -> bool:
    """True where the classes stand: behind a colon, or in quotes."""
    return reader.is_kind("text") or reader.tokens[reader.position - 1].text == ":"
