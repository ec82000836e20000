"""The best period: ``each book's best month: that with the highest quantity``, ``the day with the most calls``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item, TopRequest
from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import ON_TIES
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.verbs import read_verb
from datamorph.planning.offline.lexicon.cues import TIME_PARTS
from datamorph.planning.offline.lexicon.names import MONEY
from datamorph.planning.offline.model import Aggregate, Noun, Period
from datamorph.planning.offline.phrases import Phrases, phrase_set

_BEST = phrase_set(("best", "busiest", "strongest", "top", "peak", "most successful", "highest", "biggest", "record"))
_WORST = phrase_set(("worst", "quietest", "weakest", "slowest", "lowest", "smallest"))
_MOST = Phrases({"most": True, "highest": True, "largest": True, "biggest": True, "greatest": True, "maximum": True,
                 "fewest": False, "lowest": False, "least": False, "smallest": False})  # fmt: skip
_WITH = phrase_set(("with", "that had", "that has", "which had", "which has", "in which", "when", "that saw", "having",
                    "it had", "it has", "had", "has", "in which it had", "where"))  # fmt: skip
_PARTS = frozenset(TIME_PARTS) - {"date"}
_COUNTED = frozenset({"most", "fewest", "least"})
_ADDED = MONEY | {"quantity", "unit", "piece", "passenger", "ticket", "minute", "hour", "volume", "count"}
_COLON = frozenset({":", "(", ",", ".", "-", "\u2013", "=", "i.e", "is", "meaning"})


def read_best_question(reader: Reader) -> bool:
    """``Which hour has the most calls? Show the calls for each hour``: the order behind it says what is shown."""
    start = reader.position
    if reader.lower() not in ("which", "what"):
        return False
    sketch = Draft()
    is_question = read_best(reader, sketch) is not None and reader.word("?")
    rest = range(reader.position, len(reader.tokens)) if is_question else range(0)
    if any(reader.match_at(PER_PHRASES, place) for place in rest):
        return True
    reader.position = start
    return False


def read_best(reader: Reader, draft: Draft) -> TopRequest | None:
    """The first of the periods of each thing, by a measure; the groups go to the draft."""
    start = reader.position
    known = len(draft.groups)
    reader.skip(("give", "show", "me", "find", "list", "what", "is", "was", "which", "were", "are"))
    owner = _owner(reader)
    reader.skip(ARTICLES)
    is_best = reader.take(_BEST) is not None
    is_worst = not is_best and reader.take(_WORST) is not None
    part = _part(reader)
    found = None
    if part and (is_best or is_worst):
        owner = owner or _of_each(reader)
        found = _defined(reader, part)
    elif part and owner is None:
        found = _with_most(reader)
    if found is None or (found[1] is is_worst and (is_best or is_worst)):
        del draft.groups[known:]
        reader.position = start
        return None
    measure, is_descending = found
    read_verb(reader)
    _earliest(reader)
    owner = owner or _of_each(reader)
    per = [owner] if owner is not None else [g.expression for g in draft.groups if isinstance(g.expression, Noun)]
    for noun in [owner] if owner is not None else []:
        draft.groups.append(Item(noun, frozenset(noun.words), noun.text))
    draft.groups.append(Item(Period(part), frozenset({part}), part))
    return TopRequest(1, None, per, measure=measure, is_descending=is_descending)


def _owner(reader: Reader) -> Noun | None:
    """``each book's``."""
    mark = reader.position
    if reader.word("each", "every"):
        noun = read_table(reader) or reader.noun()
        if noun is not None and reader.tokens[reader.position - 1].text.endswith(("'s", "\u2019s", "s'")):
            return noun
    reader.position = mark
    return None


def _of_each(reader: Reader) -> Noun | None:
    """``of each book``, ``per shop``."""
    mark = reader.position
    if reader.take(PER_PHRASES) is not None or (reader.word("of", "for", "in") and reader.word("each", "every")):
        keys = read_groups(reader)
        if len(keys) == 1 and isinstance(keys[0].expression, Noun):
            return keys[0].expression
    reader.position = mark
    return None


def _earliest(reader: Reader) -> None:
    """``(the earliest on a tie)``: what the order of the groups does anyway."""
    mark = reader.position
    is_open = reader.word("(") or reader.word(",", ";")
    reader.skip(ARTICLES)
    is_said = is_open and reader.word("earliest", "earlier", "first") and (reader.word("one") or True)
    reader.skip(("wins", "is", "taken", "counts", "comes", "first"))
    is_tie = is_said and reader.take(ON_TIES) is not None
    if not is_tie or (reader.tokens[mark].text == "(" and not reader.word(")")):
        reader.position = mark


def _part(reader: Reader) -> str:
    token = reader.peek()
    if token is None or token.lower not in _PARTS:
        return ""
    reader.next()
    mark = reader.position
    if not (
        token.lemma == "hour" and reader.word("of") and (reader.word("day") or (reader.next() and reader.word("day")))
    ):
        reader.position = mark
    return token.lemma


def _defined(reader: Reader, part: str) -> tuple[Item, bool] | None:
    """``: the month with the highest quantity``, ``by total amount``."""
    mark = reader.position
    if reader.word("by"):
        found = read_aggregate(reader)
        if found is not None:
            return Item(found.aggregate, found.words, found.text), True
    reader.position = mark
    reader.skip(_COLON)
    reader.skip(ARTICLES)
    if reader.word(part, "one"):
        found = _with_most(reader)
        if found is not None:
            if reader.tokens[mark].text == "(":
                reader.word(")")
            return found
    reader.position = mark
    return None


def _with_most(reader: Reader) -> tuple[Item, bool] | None:
    """``with the highest total fare``, ``with the most calls``."""
    mark = reader.position
    is_with = reader.take(_WITH) is not None
    reader.skip(ARTICLES)
    direction = reader.take(_MOST) if is_with else None
    said = reader.tokens[reader.position - 1].lower
    measure = _measure(reader, is_count=said in _COUNTED) if direction is not None else None
    if measure is None or direction is None:
        reader.position = mark
        return None
    return measure, direction


def _measure(reader: Reader, *, is_count: bool) -> Item | None:
    """An aggregate as it is said; a quantity is added up, things are counted."""
    found = read_aggregate(reader)
    if found is not None:
        return Item(found.aggregate, found.words, found.text)
    noun = reader.noun()
    if noun is None:
        return None
    if noun.links[0].column:
        is_added = bool(_ADDED & set(noun.words)) or is_count
        return Item(Aggregate("sum", noun), frozenset({"total", *noun.words}), noun.text) if is_added else None
    words = frozenset({"number", "count", *noun.words})
    return Item(Aggregate("count", counted=noun), words, f"number of {noun.text}") if is_count else None
