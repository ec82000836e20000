"""Words that the prompt explains where it uses them: ``by revenue (price times pieces)``, ``takings, meaning ...``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.expressions import nouns_of, read_expression
from datamorph.planning.offline.grammar.formulas import has_aggregate, read_formula
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.measures import read_plain
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import AGGREGATES
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.model import Aggregate, Arithmetic, Conditional, Expression, Noun, Window
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set

_MEANING = phrase_set(("meaning", "i.e", "that is", "defined as", "which is", "that means", "computed as",
                       "calculated as", "being", "in other words", "namely", "which means", "taken as",
                       "measured as"))  # fmt: skip
_MOST_WORDS = 3


def read_gloss(reader: Reader) -> Item | None:
    """One to three words of the prompt's own, with the arithmetic or the measure that they stand for."""
    start = reader.position
    reader.skip(ARTICLES | {"their"})
    first = reader.position
    while reader.is_kind("word") and reader.position < first + _MOST_WORDS and _is_name(reader):
        reader.next()
    words = reader.tokens[first : reader.position]
    is_open = bool(words) and reader.word("(")
    if words and not is_open:
        reader.word(",")
    found = _meaning(reader) if words and (is_open or reader.take(_MEANING) is not None) else None
    if found is None or (is_open and not reader.word(")")):
        reader.position = start
        return None
    name = spoken_name(reader, tuple(token.text.lower() for token in words))
    return Item(found, frozenset({name, *(token.lemma for token in words)}), name.replace("_", " "), name)


def _is_name(reader: Reader) -> bool:
    return reader.lower() not in GLUE | NEVER_GLUE and reader.match(_MEANING) is None


def _meaning(reader: Reader) -> Expression | None:
    reader.skip(("=", ":", "i.e", ",", "."))
    found = read_formula(reader)
    if found is not None:
        return found
    measure = read_plain(reader)
    if measure is not None:
        return measure.expression
    rows = read_expression(reader)
    return rows if isinstance(rows, Arithmetic) and nouns_of(rows) else None


def spoken_name(reader: Reader, words: tuple[str, ...]) -> str:
    """The name as the rest of the prompt says it: as a whole, else by the one of its words that is said again."""
    whole = "_".join(words)
    later = [token for token in reader.tokens[reader.position :] if token.is_word]
    if len(words) == 1 or any(token.lower == whole for token in later):
        return whole
    again = [word for word in reversed(words) if any(word in (token.lower, token.lemma) for token in later)]
    texts = " ".join(token.lower for token in later)
    return again[0] if again and " ".join(words) not in texts else whole


def as_total(item: Item) -> Item:
    """A number of one row, where groups are ranked by it: their sum."""
    return item if has_aggregate(item.expression) else replace(item, expression=Aggregate("sum", item.expression))


_FUNCTIONS = frozenset({"sum", "avg", "min", "max", "median"})


def read_redefinition(reader: Reader, item: Item) -> bool:
    """``total call time ... call it total_minutes (seconds / 60)``: what is added up is said behind its name."""
    start = reader.position
    found = item.expression
    is_measure = isinstance(found, Aggregate) and found.function in _FUNCTIONS
    rows = read_expression(reader) if is_measure and reader.word("(", "=") else None
    is_open = reader.position > start and reader.tokens[start].text == "("
    is_arithmetic = isinstance(rows, Arithmetic) and bool(nouns_of(rows))
    if not is_arithmetic or rows is None or (is_open and not reader.word(")")):
        reader.position = start
        return False
    item.expression = Aggregate(found.function if isinstance(found, Aggregate) else "sum", rows)
    said = set(words_of(item.name))
    item.words = frozenset(said)
    for place in range(start):
        if reader.tokens[place].lemma in said and not reader.ledger.covers(place):
            reader.ledger.explain(place, place + 1, f"a word of {item.name}")
    return True


_OF_IT = Phrases({"sum": "sum", "sum up": "sum", "add up": "sum", "total": "sum", "average": "avg", "add": "sum",
                  "take the sum of": "sum", "take the average of": "avg", "total up": "sum"})  # fmt: skip
_IT = frozenset({"it", "this", "that", "them", "these", "those"})


def read_of_it(reader: Reader, last: Item | None) -> Item | None:
    """``compute the fee as ... and sum it per method``: what was computed last."""
    start = reader.position
    is_column = last is not None and last.name and not has_aggregate(last.expression)
    is_column = is_column and not isinstance(last.expression if last else None, Window | Conditional)
    function = reader.take(_OF_IT) if is_column else None
    is_add = function is not None and reader.tokens[start].lower == "add"
    is_said = function is not None and reader.word(*_IT)
    is_up = is_said and reader.word("up")
    if last is None or not is_said or (is_add and not is_up and reader.tokens[start + 1].lower != "up"):
        reader.position = start
        return None
    noun = Noun(last.name, tuple(sorted(last.words)), (), start)
    said = {"sum": "total", "avg": "average"}[str(function)]
    return Item(Aggregate(str(function), noun), frozenset({said, *last.words}), f"{said} {last.name.replace('_', ' ')}")


_CALLS = phrase_set(("call it", "call this", "call that", "name it", "name this", "name that"))
_CUES = Phrases({cue: name for cue, name in AGGREGATES.items() if name in ("sum", "avg")})
_MOST_SPOKEN = 4


def read_called(reader: Reader) -> Item | None:
    """``total call time per line``, where a later sentence says ``call it minutes (seconds / 60)``."""
    start = reader.position
    reader.skip(ARTICLES)
    function = reader.take(_CUES)
    first = reader.position
    while function and reader.is_kind("word") and reader.position < first + _MOST_SPOKEN and not _ends(reader):
        reader.next()
    end = reader.position
    if function is None or end == first or not _ends(reader):
        reader.position = start
        return None
    for place in range(end, len(reader.tokens) - 3):
        reader.position = place
        if reader.take(_CALLS) is None or not reader.is_kind("name") or reader.lower(1) != "(":
            continue
        name = reader.unlinked().text
        rows = read_expression(reader) if reader.word("(") else None
        if isinstance(rows, Arithmetic) and nouns_of(rows) and reader.word(")"):
            reader.position = end
            item = Item(Aggregate(function, rows), frozenset(words_of(name)), name, name)
            reader.close(place, _end_of_call(reader, place), f"what {name} is")
            return item
    reader.position = start
    return None


def _end_of_call(reader: Reader, place: int) -> int:
    depth = 0
    for end in range(place, len(reader.tokens)):
        depth += (reader.tokens[end].text == "(") - (reader.tokens[end].text == ")")
        if depth == 0 and reader.tokens[end].text == ")":
            return end + 1
    return len(reader.tokens)


def _ends(reader: Reader) -> bool:
    return reader.match(PER_PHRASES) is not None or reader.lower() in (",", ".", ";", "in", "of", "for", "")


_ASIDE = phrase_set(("left out of account", "left aside", "not taken into account", "not considered", "disregarded",
                     "not deducted", "not subtracted", "ignored", "left out of the account", "not included",
                     "left out of consideration"))  # fmt: skip
_REGARDLESS = phrase_set(("regardless of", "irrespective of", "disregarding", "ignoring", "not considering",
                          "without regard to", "not counting"))  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", ")", "and"})


def read_aside(reader: Reader, draft: Draft) -> bool:
    """``with discounts left out of account``: true already where no measure reads the column."""
    reader.skip((",", "with", "and", "("))
    is_before = reader.take(_REGARDLESS) is not None
    reader.skip(ARTICLES)
    noun = reader.noun()
    if noun is None or not noun.links[0].column or not draft.measures:
        return False
    reader.skip(("is", "are", "being"))
    if not is_before and reader.take(_ASIDE) is None:
        return False
    if reader.lower() not in _ENDS:
        return False
    read = {(l.table, l.column) for item in (*draft.measures, *draft.computed) for l in _links(item.expression)}
    return not read & {(link.table, link.column) for link in noun.links}


def _links(expression: Expression) -> list[Link]:
    """Columns that a measure may read."""
    if isinstance(expression, Arithmetic):
        return [*_links(expression.left), *_links(expression.right)]
    if isinstance(expression, Aggregate):
        return _links(expression.argument) if expression.argument is not None else []
    return [link for noun in nouns_of(expression) for link in noun.links]
